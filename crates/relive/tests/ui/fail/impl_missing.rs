use relive::prelude::*;

#[derive(LiveView)]
#[live_view(template = "<p>{{ count }}</p>")]
struct Counter {
    count: i64,
}

fn app() -> App {
    App::new(()).live::<Counter>("/", "counter")
}

fn main() {}
