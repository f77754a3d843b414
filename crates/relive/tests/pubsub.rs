//! Topics: two pages that show each other's changes.

mod support;

use std::time::Duration;

use relive::Runtime;
use relive::prelude::*;
use serde_json::json;
use support::{Browser, start};

#[derive(LiveView)]
#[live_view(
    template = "<main><ul>{% for line in lines %}<li>{{ line }}</li>{% endfor %}</ul><i>{{ missed }}</i></main>"
)]
struct Room {
    lines: Vec<String>,
    missed: u64,
}

#[derive(Deserialize)]
struct Missed {
    missed: u64,
}

#[live_view]
impl Room {
    async fn mount(cx: &mut Cx<Self>) -> Result<Self> {
        cx.subscribe("room");
        Ok(Room {
            lines: Vec::new(),
            missed: 0,
        })
    }

    #[event_handler]
    fn say(&mut self, cx: &mut Cx<Self>, text: String, others: Option<bool>) -> Result {
        match others {
            Some(true) => cx.broadcast_from("room", "line", &text),
            _ => cx.broadcast("room", "line", &text),
        }
    }

    #[event_handler]
    fn leave(&mut self, cx: &mut Cx<Self>) {
        cx.unsubscribe("room");
    }

    #[event_handler]
    async fn slow(&mut self) {
        tokio::time::sleep(Duration::from_secs(1)).await;
    }

    #[event_handler]
    fn boom(&mut self) {
        panic!("a handler that panics");
    }

    async fn handle_info(&mut self, _cx: &mut Cx<Self>, event: &str, data: Payload) -> Result {
        match event {
            "relive:missed" => self.missed += data.get::<Missed>()?.missed,
            _ => self.lines.push(data.get()?),
        }
        Ok(())
    }
}

fn runtime() -> Runtime {
    start(App::new(()).live::<Room>("/", "room"))
}

#[tokio::test(start_paused = true)]
async fn a_message_reaches_every_subscriber() {
    let runtime = runtime();
    let mut one = Browser::new(&runtime).open("/").await;
    let mut two = Browser::new(&runtime).open("/").await;
    one.event("say", json!({"text": "hello"})).await;
    two.settle().await;
    assert!(one.has("\"hello\"") && two.has("\"hello\""));
    one.event("say", json!({"text": "psst", "others": "true"}))
        .await;
    two.settle().await;
    assert!(!one.has("\"psst\"") && two.has("\"psst\""));
    two.event("leave", json!({})).await;
    one.event("say", json!({"text": "gone"})).await;
    two.settle().await;
    assert!(one.has("\"gone\"") && !two.has("\"gone\""));
}

#[tokio::test(start_paused = true)]
async fn the_outside_broadcasts_too() {
    let runtime = runtime();
    let mut page = Browser::new(&runtime).open("/").await;
    assert_eq!(
        runtime
            .pubsub()
            .broadcast("room", "line", "from outside")
            .unwrap(),
        1
    );
    assert_eq!(
        runtime.pubsub().broadcast("nobody", "line", "x").unwrap(),
        0
    );
    page.settle().await;
    assert!(page.has("\"from outside\""));
}

#[tokio::test(start_paused = true)]
async fn a_page_that_has_not_joined_yet_misses_nothing() {
    let runtime = runtime();
    let mut browser = Browser::new(&runtime);
    let answer = browser.get("/").await;
    runtime.pubsub().broadcast("room", "line", "early").unwrap();
    tokio::time::sleep(Duration::from_millis(5)).await;
    let mut page = browser.load("/", &answer.html);
    page.join(None).await;
    assert!(page.has("\"early\""), "{}", page.shows());
}

#[tokio::test(start_paused = true)]
async fn a_page_that_is_away_misses_nothing() {
    let runtime = runtime();
    let mut browser = Browser::new(&runtime);
    let mut page = browser.open("/").await;
    (page.connection, page.outgoing) = browser.connect();
    tokio::time::sleep(Duration::from_millis(5)).await;
    runtime
        .pubsub()
        .broadcast("room", "line", "while away")
        .unwrap();
    tokio::time::sleep(Duration::from_secs(1)).await;
    page.resume(&browser).await;
    assert!(page.has("\"while away\""));
}

#[tokio::test(start_paused = true)]
async fn many_messages_become_few_renders() {
    let runtime = runtime();
    let mut page = Browser::new(&runtime).open("/").await;
    let before = runtime.counts().renders;
    for number in 0..100 {
        runtime
            .pubsub()
            .broadcast("room", "line", &number.to_string())
            .unwrap();
    }
    page.settle().await;
    assert!(page.has("\"0\"") && page.has("\"99\""));
    let renders = runtime.counts().renders - before;
    assert!(renders <= 4, "{renders} renders for 100 messages");
}

#[tokio::test(start_paused = true)]
async fn a_view_that_cannot_keep_up_is_told_how_many_it_missed() {
    let runtime = runtime();
    let mut page = Browser::new(&runtime).open("/").await;
    page.reference += 1;
    assert!(
        page.send(&support::event(1, "slow", json!({})))
            .await
            .is_continue()
    );
    tokio::time::sleep(Duration::from_millis(5)).await;
    for number in 0..1000 {
        runtime
            .pubsub()
            .broadcast("room", "line", &format!("line {number}"))
            .unwrap();
    }
    tokio::time::sleep(Duration::from_secs(2)).await;
    page.settle().await;
    let kept = page.shows().matches("\"line ").count();
    assert!((128..1000).contains(&kept), "{kept}");
    assert!(
        page.has(&format!("\"{}\"", 1000 - kept)),
        "told: {}",
        &page.shows()[page.shows().len() - 60..]
    );
}

#[tokio::test(start_paused = true)]
async fn subscriptions_end_with_their_session_and_are_made_anew_after_a_panic() {
    let runtime = runtime();
    let mut browser = Browser::new(&runtime);
    let mut page = browser.open("/").await;
    page.event("boom", json!({})).await;
    assert_eq!(
        runtime.pubsub().broadcast("room", "line", "after").unwrap(),
        1
    );
    page.settle().await;
    assert_eq!(
        page.shows().matches("\"after\"").count(),
        1,
        "{}",
        page.shows()
    );
    let leave = relive_protocol::FromPage::Leave {
        region: 0,
        reason: "closed".into(),
    };
    assert!(page.send(&leave).await.is_continue());
    page.settle().await;
    assert_eq!(runtime.pubsub().broadcast("room", "line", "x").unwrap(), 0);
}
