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
    fn add<T: Into<i64>>(&mut self, step: T) {
        self.count += step.into();
    }

    #[event_handler]
    unsafe fn set(&mut self, step: impl Into<i64>) {
        self.count = step.into();
    }
}

fn main() {}
