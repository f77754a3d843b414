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
    fn rename(&mut self, cx: &mut Cx<Self>, name: &str) {
        cx.page_title(name);
    }

    #[event_handler]
    fn set(&mut self, _cx: &mut Cx<Self>, count: &i64) {
        self.count = *count;
    }
}

fn main() {}
