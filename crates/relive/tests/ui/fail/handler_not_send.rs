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
    async fn wait(&mut self) {
        let shared = std::rc::Rc::new(1);
        std::future::ready(()).await;
        self.count += *shared;
    }
}

fn main() {}
