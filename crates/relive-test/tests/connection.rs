//! The network and the server fail, and the page goes on.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use relive::prelude::*;
use relive_test::{ErrorKind, Outcome, TestApp};

#[derive(LiveView)]
#[live_view(template = r#"<main>
  <h1>{{ count }}</h1>
  <button id="add" dj-click="add">+</button>
  <button id="panic" dj-click="panic">!</button>
  <button id="tell" dj-click="tell">Tell</button>
  <form dj-submit="save"><input name="text"><input name="kept" value="x"></form>
  {% dj_flash %}
</main>"#)]
struct Counter {
    count: i64,
    #[live(private)]
    ended: Arc<AtomicUsize>,
}

#[live_view]
impl Counter {
    fn mount(cx: &mut Cx<Self>) -> Self {
        cx.subscribe("count");
        Counter {
            count: 0,
            ended: cx.state(),
        }
    }

    #[event_handler]
    fn add(&mut self, cx: &mut Cx<Self>) -> Result {
        self.count += 1;
        cx.broadcast_from("count", "is", &self.count)
    }

    fn handle_info(&mut self, data: Payload) -> Result {
        self.count = data.get()?;
        Ok(())
    }

    #[event_handler]
    fn panic(&mut self) {
        panic!("on purpose");
    }

    #[event_handler]
    fn tell(&mut self, cx: &mut Cx<Self>) {
        cx.put_flash("odd level!", "<b>told</b>");
    }

    #[event_handler]
    fn save(&mut self, text: String, kept: String) -> Result {
        self.count = text.parse::<i64>().map_err(Error::msg)? + kept.len() as i64;
        Ok(())
    }

    fn disconnect(&mut self, _reason: Disconnect) {
        self.ended.fetch_add(1, Ordering::SeqCst);
    }
}

fn app() -> (TestApp, Arc<AtomicUsize>) {
    let ended = Arc::new(AtomicUsize::new(0));
    let app = App::new(Arc::clone(&ended)).live::<Counter>("/", "counter");
    (TestApp::start(app), ended)
}

#[tokio::test]
async fn a_page_joins_the_session_that_made_its_html() {
    let (app, _) = app();
    let page = app.open("/").await;
    assert_eq!(page.outcome(), Some(Outcome::Adopted));
    assert_eq!(app.counts().mounts, 1);
}

#[tokio::test]
async fn what_the_user_did_offline_is_sent_once_it_is_back() {
    let (app, _) = app();
    let mut page = app.open("/").await;
    page.click("#add").await;
    page.disconnect().await;
    assert!(!page.is_connected());
    page.click("#add").await;
    page.click("#add").await;
    assert_eq!(page.unsent(), ["add", "add"]);
    page.assert_text("h1", "1");
    page.reconnect().await;
    assert_eq!(page.outcome(), Some(Outcome::Resumed));
    page.assert_text("h1", "3").check_dom().await;
}

#[tokio::test]
async fn what_others_did_shows_without_being_waited_for() {
    let (app, _) = app();
    let mut one = app.open("/").await;
    let mut two = app.browser().open("/").await;
    for _ in 0..10 {
        one.click("#add").await;
    }
    two.assert_text("h1", "10").check_dom().await;
    app.pubsub().broadcast("count", "is", &42).unwrap();
    two.settle().await;
    two.assert_text("h1", "42");
}

#[tokio::test(start_paused = true)]
async fn a_session_that_nobody_came_back_to_is_made_anew_and_a_half_filled_form_stays() {
    let (app, ended) = app();
    let mut page = app.open("/").await;
    page.click("#add").await;
    page.type_into("[name=text]", "half").await;
    page.disconnect().await;
    page.advance(Duration::from_secs(121)).await;
    assert_eq!(ended.load(Ordering::SeqCst), 1);
    page.reconnect().await;
    assert_eq!(page.outcome(), Some(Outcome::Mounted));
    page.assert_text("h1", "0")
        .assert_value("[name=text]", "half");
    page.check_dom().await;
}

#[tokio::test]
async fn a_page_that_is_closed_ends_its_session() {
    let (app, ended) = app();
    app.open("/").await.close().await;
    assert_eq!(
        (app.counts().sessions, ended.load(Ordering::SeqCst)),
        (0, 1)
    );
}

#[tokio::test]
async fn a_view_that_panicked_is_mounted_again_and_its_page_is_told() {
    let (app, _) = app();
    let mut page = app.open("/").await;
    page.click("#add").await;
    page.expect_error(ErrorKind::Panicked);
    page.click("#panic").await;
    page.assert_text("h1", "0").check_dom().await;
}

#[tokio::test(start_paused = true)]
async fn a_flash_message_goes_by_itself() {
    let (app, _) = app();
    let mut page = app.open("/").await;
    page.click("#tell").await;
    page.assert_flash("odd level!", "<b>told</b>");
    page.assert_text(".dj-flash.dj-flash-odd-level-", "<b>told</b>");
    page.assert_attribute(".dj-flash", "role", "alert");
    page.advance(Duration::from_millis(4999)).await;
    page.assert_count(".dj-flash", 1);
    page.advance(Duration::from_millis(1)).await;
    assert!(page.flash().is_empty());
}

#[tokio::test]
async fn the_server_ends_and_the_page_can_say_what_waits() {
    let (app, ended) = app();
    let mut page = app.open("/").await;
    app.shutdown().await;
    assert_eq!(ended.load(Ordering::SeqCst), 1);
    page.click("#add").await;
    assert!(!page.is_connected());
    assert_eq!(page.unsent(), ["add"]);
}
