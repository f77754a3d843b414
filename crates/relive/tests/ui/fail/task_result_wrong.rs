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

    async fn handle_async_result(&mut self, _name: &str, _other: &str, _result: TaskResult) {}
}

fn main() {}
