//! A counter: the smallest live page.

use relive::prelude::*;

#[derive(LiveView)]
#[live_view(template = r#"
    <main>
      <h1>{{ count }}</h1>
      <button dj-click="add" dj-value-by="-1">−</button>
      <button dj-click="add" dj-value-by="1">+</button>
    </main>"#)]
struct Counter {
    count: i64,
}

#[live_view]
impl Counter {
    async fn mount(cx: &mut Cx<Self>) -> Result<Self> {
        cx.page_title("Counter");
        Ok(Counter { count: 0 })
    }

    #[event_handler]
    fn add(&mut self, by: i64) {
        self.count += by;
    }
}

#[relive::main]
async fn main() -> Result {
    let app = App::new(()).live::<Counter>("/", "counter");
    relive::hyper::serve(app, relive::hyper::address()).await
}
