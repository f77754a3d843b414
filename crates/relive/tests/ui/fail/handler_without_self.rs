use relive::prelude::*;

#[derive(LiveView)]
#[live_view(template = "<p>{{ count }}</p>")]
struct Counter {
    count: i64,
}

#[live_view]
impl Counter {
    fn mount() -> Self {
        Counter { count: 0 }
    }

    #[event_handler]
    fn add(step: i64) -> i64 {
        step
    }

    #[event_handler]
    fn take(self) {}
}

fn main() {}
