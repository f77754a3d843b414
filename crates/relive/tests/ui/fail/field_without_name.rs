use relive::prelude::*;

#[derive(LiveView)]
#[live_view(template = "<p></p>")]
struct Counter(i64);

#[derive(LiveView)]
#[live_view(template = "<p></p>")]
enum Page {
    One,
}

fn main() {}
