use relive::prelude::*;

#[derive(LiveView)]
#[live_view(template_name = "counter.html", template = "<p>{{ count }}</p>")]
struct Counter {
    count: i64,
}

fn main() {}
