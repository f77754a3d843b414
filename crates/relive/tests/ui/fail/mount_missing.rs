use relive::prelude::*;

#[derive(LiveView)]
#[live_view(template = "<p>{{ count }}</p>")]
struct Counter {
    count: i64,
}

#[live_view]
impl Counter {
    #[event_handler]
    fn add(&mut self) {
        self.count += 1;
    }
}

fn main() {}
