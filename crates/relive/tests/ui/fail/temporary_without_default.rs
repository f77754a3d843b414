use relive::prelude::*;

#[derive(Serialize)]
struct Notice(&'static str);

#[derive(LiveView)]
#[live_view(template = "<p>{{ notice }}</p>")]
struct Counter {
    #[live(temporary)]
    notice: Notice,
}

fn main() {}
