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
    fn add(&mut self, (x, y): (i64, i64)) {
        self.count += x + y;
    }

    #[event_handler]
    fn skip(&mut self, _: i64) {}
}

fn main() {}
