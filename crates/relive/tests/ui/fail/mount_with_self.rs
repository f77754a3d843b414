use relive::prelude::*;

#[derive(LiveView)]
#[live_view(template = "<p>{{ count }}</p>")]
struct Counter {
    count: i64,
}

#[live_view]
impl Counter {
    async fn mount(&mut self, _cx: &mut Cx<Self>) -> Result<Self> {
        Ok(Counter { count: 0 })
    }
}

fn main() {}
