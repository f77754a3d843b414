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

    async fn handle_params(_cx: &mut Cx<Self>, _query: ()) {}

    fn handle_info(self, _event: &str) {}

    fn disconnect(&mut self, _cx: &mut Cx<Self>) -> Result {
        Ok(())
    }
}

fn main() {}
