use relive::prelude::*;

#[derive(LiveView)]
#[live_view(template = "<p>{{ count }}</p>")]
struct Counter {
    count: i64,
}

#[live_view]
impl Counter {
    async fn mount(cx: Cx<Self>) -> Self {
        drop(cx);
        Counter { count: 0 }
    }

    async fn handle_params(&mut self, cx: relive::Cx<Self>, query: ()) {
        drop((cx, query));
    }

    #[event_handler]
    fn own(&mut self, cx: Cx<Self>) {
        drop(cx);
    }

    #[event_handler]
    fn with_payload(&mut self, #[payload] cx: Cx<Self>) {
        drop(cx);
    }
}

fn main() {}
