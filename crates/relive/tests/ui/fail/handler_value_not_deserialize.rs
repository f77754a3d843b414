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
    fn start(&mut self, at: std::time::Instant) {
        self.count = at.elapsed().as_secs() as i64;
    }
}

fn main() {}
