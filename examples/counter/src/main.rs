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

fn app() -> App {
    App::new(()).live::<Counter>("/", "counter")
}

#[relive::main]
async fn main() -> Result {
    relive::hyper::serve(app(), relive::hyper::address()).await
}

#[cfg(test)]
mod tests {
    use relive_test::TestApp;

    #[tokio::test]
    async fn the_buttons_count_up_and_down() {
        let mut page = TestApp::start(super::app()).open("/").await;
        page.assert_title("Counter").assert_text("h1", "0");
        page.click_text("button", "+").await;
        page.click_text("button", "+").await;
        page.click_text("button", "−").await;
        page.assert_text("h1", "1");
    }
}
