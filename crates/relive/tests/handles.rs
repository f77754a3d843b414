//! Views from outside of them: updates, messages and events by their handles, and where the handles are found.

mod support;

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use relive::Runtime;
use relive::prelude::*;
use relive_protocol::FromPage;
use serde_json::json;
use support::{Browser, Page, start};
use tokio::time::sleep;

/// What the views of a test share.
#[derive(Clone, Default)]
struct Shared {
    /// Shown by every view.
    number: Arc<AtomicI64>,
    handles: Arc<Mutex<Vec<ViewHandle>>>,
}

impl Shared {
    fn handle(&self, at: usize) -> ViewHandle {
        self.handles.lock().unwrap()[at].clone()
    }
}

#[derive(LiveView)]
#[live_view(
    template = "<main><b>{{ number }}</b>{% for line in lines %}<p>{{ line }}</p>{% endfor %}</main>",
    use_actors
)]
struct Gauge {
    lines: Vec<String>,
    #[live(private)]
    shared: Shared,
}

#[live_view]
impl Gauge {
    fn mount(cx: &mut Cx<Self>) -> Self {
        let shared: Shared = cx.state();
        shared.handles.lock().unwrap().push(cx.handle());
        Gauge {
            lines: Vec::new(),
            shared,
        }
    }

    fn get_context_data(&self, context: &mut Context) {
        context.insert("number", &self.shared.number.load(Ordering::SeqCst));
    }

    #[event_handler]
    async fn slow(&mut self, seconds: u64) {
        sleep(Duration::from_secs(seconds)).await;
        self.lines.push("slept".to_owned());
    }

    #[event_handler]
    fn update_myself(&mut self, cx: &mut Cx<Self>) {
        let handle = cx.handle();
        self.shared.number.fetch_add(1, Ordering::SeqCst);
        for _ in 0..10 {
            handle.send_update();
        }
    }

    #[event_handler]
    fn register(&mut self, cx: &mut Cx<Self>, name: String) {
        let earlier = cx.register(&name);
        self.lines.push(format!("earlier: {}", earlier.is_some()));
    }

    #[event_handler]
    fn unregister(&mut self, cx: &mut Cx<Self>, name: String) {
        cx.unregister(&name);
    }

    #[event_handler]
    fn tell(&mut self, cx: &mut Cx<Self>, name: String, text: String) -> Result {
        let other = cx.views().get(&name);
        let other = other.ok_or_else(|| Error::msg("nobody of this name"))?;
        other.send_info("line", &text)?;
        Ok(())
    }

    #[event_handler]
    fn progress(&mut self, cx: &mut Cx<Self>) {
        let handle = cx.handle();
        let work = async move {
            for step in 1..=3 {
                handle.send_info("line", &format!("step {step}"))?;
                sleep(Duration::from_secs(1)).await;
            }
            Ok::<_, SendError>(())
        };
        cx.start_async("work", work, |view, _, done| {
            view.lines.push(format!("{done:?}"));
            Ok(())
        });
    }

    #[event_handler]
    fn panic(&mut self) {
        panic!("a handler that panics");
    }

    async fn handle_info(&mut self, _cx: &mut Cx<Self>, event: &str, data: Payload) -> Result {
        self.lines.push(match event {
            "line" => data.get()?,
            other => other.to_owned(),
        });
        Ok(())
    }
}

fn app() -> (Shared, Runtime) {
    let shared = Shared::default();
    let app = App::new(shared.clone()).live::<Gauge>("/", "gauge");
    (shared, start(app))
}

async fn open() -> (Shared, Runtime, Browser, Page) {
    let (shared, runtime) = app();
    let mut browser = Browser::new(&runtime);
    let page = browser.open("/").await;
    (shared, runtime, browser, page)
}

#[tokio::test(start_paused = true)]
async fn an_update_from_a_thread_renders_and_pushes_at_once() {
    let (shared, _, _, mut page) = open().await;
    let (handle, number) = (shared.handle(0), Arc::clone(&shared.number));
    let thread = std::thread::spawn(move || {
        number.store(7, Ordering::SeqCst);
        handle.send_update()
    });
    assert!(thread.join().unwrap());
    page.settle().await;
    assert!(page.has("\"7\""), "{}", page.shows());
}

#[tokio::test(start_paused = true)]
async fn updates_that_wait_together_become_one_render() {
    let (shared, runtime, _, mut page) = open().await;
    let before = runtime.counts().renders;
    for number in 1..=1000 {
        shared.number.store(number, Ordering::SeqCst);
        assert!(shared.handle(0).send_update());
    }
    page.settle().await;
    assert!(page.has("\"1000\""), "{}", page.shows());
    assert_eq!(runtime.counts().renders, before + 1);
}

#[tokio::test(start_paused = true)]
async fn an_update_while_an_event_is_handled_is_remembered() {
    let (shared, runtime, _, mut page) = open().await;
    page.reference = 1;
    let slow = support::event(1, "slow", json!({"seconds": 5}));
    assert!(page.send(&slow).await.is_continue());
    sleep(Duration::from_secs(1)).await;
    let before = runtime.counts().renders;
    shared.number.store(3, Ordering::SeqCst);
    for _ in 0..100 {
        shared.handle(0).send_update();
    }
    page.settle().await;
    assert!(!page.has("\"3\""), "the view is busy");
    sleep(Duration::from_secs(5)).await;
    page.settle().await;
    assert!(
        page.has("\"3\"") && page.has("\"slept\""),
        "{}",
        page.shows()
    );
    assert_eq!(runtime.counts().renders, before + 1);
}

#[tokio::test(start_paused = true)]
async fn a_handler_that_asks_for_its_own_update_is_rendered_once() {
    let (_, runtime, _, mut page) = open().await;
    let before = runtime.counts().renders;
    page.event("update_myself", json!({})).await;
    assert!(page.has("\"1\""));
    assert_eq!(page.answered, [1]);
    assert_eq!(runtime.counts().renders, before + 1);
}

#[tokio::test(start_paused = true)]
async fn updates_reach_pages_that_come_later_and_pages_that_were_away() {
    let (shared, runtime) = app();
    let mut browser = Browser::new(&runtime);
    let answer = browser.get("/").await;
    shared.number.store(1, Ordering::SeqCst);
    assert!(shared.handle(0).send_update());
    sleep(Duration::from_secs(1)).await;
    let mut page = browser.load("/", &answer.html);
    page.join(None).await;
    assert!(page.has("\"1\""), "{}", page.shows());
    (page.connection, page.outgoing) = browser.connect();
    sleep(Duration::from_secs(1)).await;
    shared.number.store(2, Ordering::SeqCst);
    assert!(shared.handle(0).send_update());
    sleep(Duration::from_secs(1)).await;
    page.resume(&browser).await;
    assert!(page.has("\"2\""), "{}", page.shows());
}

#[tokio::test(start_paused = true)]
async fn an_update_that_changes_nothing_sends_nothing() {
    let (shared, runtime, _, mut page) = open().await;
    let before = (runtime.counts().updates, page.received.len());
    shared.handle(0).send_update();
    page.settle().await;
    assert_eq!((runtime.counts().updates, page.received.len()), before);
}

#[tokio::test(start_paused = true)]
async fn messages_arrive_in_order_and_events_after_them() {
    let (shared, _, _, mut page) = open().await;
    let handle = shared.handle(0);
    handle.send_info("line", "one").unwrap();
    handle.send_info("other", &()).unwrap();
    handle.push_event("done", &json!({"n": 1})).unwrap();
    page.settle().await;
    let shown = page.shows();
    assert!(shown.find("\"one\"").unwrap() < shown.find("\"other\"").unwrap());
    assert_eq!(page.pushed, [("done".to_owned(), json!({"n": 1}))]);
}

#[tokio::test(start_paused = true)]
async fn a_message_to_a_view_whose_mailbox_is_full_is_an_error_to_its_sender() {
    let (shared, _, _, mut page) = open().await;
    page.reference = 1;
    let slow = support::event(1, "slow", json!({"seconds": 5}));
    assert!(page.send(&slow).await.is_continue());
    sleep(Duration::from_secs(1)).await;
    let handle = shared.handle(0);
    let mut taken = 0;
    let refused = loop {
        match handle.send_info("line", "it") {
            Ok(()) => taken += 1,
            Err(refused) => break refused,
        }
        // The session takes what comes; its view does not.
        tokio::task::yield_now().await;
    };
    assert_eq!(taken, 128);
    let full = SendError::Full {
        view: "Gauge",
        waiting: 128,
    };
    assert_eq!(refused, full);
    assert_eq!(
        refused.to_string(),
        "view `Gauge`: 128 messages wait already; this one was not taken"
    );
    assert!(handle.push_event("x", &1).is_err());
    // What was taken arrives, all of it, and then there is room again.
    sleep(Duration::from_secs(5)).await;
    page.settle().await;
    assert_eq!(page.shows().matches("\"it\"").count(), 128);
    handle.send_info("line", "again").unwrap();
    page.settle().await;
    assert!(page.has("\"again\""));
}

#[tokio::test(start_paused = true)]
async fn a_busy_topic_leaves_handles_their_room() {
    let (shared, runtime, _, mut page) = open().await;
    page.reference = 1;
    let slow = support::event(1, "slow", json!({"seconds": 5}));
    assert!(page.send(&slow).await.is_continue());
    runtime.pubsub().broadcast("nobody", "x", &()).unwrap();
    for _ in 0..100 {
        shared.handle(0).send_info("line", "it").unwrap();
    }
    page.event("register", json!({"name": "late"})).await;
    sleep(Duration::from_secs(6)).await;
    page.settle().await;
    assert_eq!(page.answered, [1, 2]);
    assert_eq!(page.shows().matches("\"it\"").count(), 100);
}

#[tokio::test(start_paused = true)]
async fn a_payload_that_cannot_be_sent_is_an_error() {
    let (shared, _, _, _page) = open().await;
    let unfit = std::collections::HashMap::from([((1, 2), 3)]);
    let error = shared.handle(0).send_info("line", &unfit).unwrap_err();
    assert!(
        matches!(error, SendError::Payload { view: "Gauge", .. }),
        "{error}"
    );
    let error = shared.handle(0).push_event("x", &unfit).unwrap_err();
    assert!(matches!(error, SendError::Payload { .. }), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_handle_of_a_view_that_is_gone_says_so() {
    let (shared, runtime, _, mut page) = open().await;
    let handle = shared.handle(0);
    assert!(handle.is_there());
    let leave = FromPage::Leave {
        region: 0,
        reason: String::new(),
    };
    assert!(page.send(&leave).await.is_continue());
    page.settle().await;
    assert_eq!(runtime.counts().sessions, 0);
    assert!(!handle.is_there() && !handle.send_update());
    let gone = Err(SendError::Gone { view: "Gauge" });
    assert_eq!(handle.send_info("line", "it"), gone);
    assert_eq!(handle.push_event("x", &1), gone);
}

#[tokio::test(start_paused = true)]
async fn a_task_tells_its_view_how_far_it_is() {
    let (_, _, _, mut page) = open().await;
    page.event("progress", json!({})).await;
    assert!(
        page.has("\"step 1\"") && !page.has("\"step 2\""),
        "{}",
        page.shows()
    );
    sleep(Duration::from_secs(3)).await;
    page.settle().await;
    assert!(
        page.has("\"step 3\"") && page.has("\"Ok(Ok(()))\""),
        "{}",
        page.shows()
    );
}

#[tokio::test(start_paused = true)]
async fn a_view_that_registers_itself_is_found_by_its_name_until_it_ends() {
    let (_, runtime, mut browser, mut page) = open().await;
    let mut other = browser.open("/").await;
    page.event("register", json!({"name": "board"})).await;
    assert!(page.has("\"earlier: false\""));
    // From another view, and from outside of all views.
    other
        .event("tell", json!({"name": "board", "text": "hello"}))
        .await;
    page.settle().await;
    assert!(page.has("\"hello\""), "{}", page.shows());
    let views = runtime.views();
    views
        .get("board")
        .unwrap()
        .send_info("line", "again")
        .unwrap();
    page.settle().await;
    assert!(page.has("\"again\""));
    other
        .event("tell", json!({"name": "nobody", "text": "x"}))
        .await;
    assert!(other.error().1.contains("nobody of this name"));

    // The newest view of a name has it.
    other.event("register", json!({"name": "board"})).await;
    assert!(other.has("\"earlier: true\""), "{}", other.shows());
    page.event("unregister", json!({"name": "board"})).await;
    views
        .get("board")
        .unwrap()
        .send_info("line", "for the other")
        .unwrap();
    other.settle().await;
    assert!(other.has("\"for the other\""));
    let leave = FromPage::Leave {
        region: 0,
        reason: String::new(),
    };
    assert!(other.send(&leave).await.is_continue());
    other.settle().await;
    assert!(views.get("board").is_none());
}

#[tokio::test(start_paused = true)]
async fn actors_are_found_by_their_type_and_survive_a_panic() {
    let (_, runtime, mut browser, mut page) = open().await;
    let mut other = browser.open("/").await;
    let views = runtime.views();
    assert_eq!(views.of::<Gauge>().len(), 2);
    page.event("panic", json!({})).await;
    assert_eq!(page.error().0, relive_protocol::ErrorKind::Panicked);
    for handle in views.of::<Gauge>() {
        assert_eq!(handle.view(), "Gauge");
        handle.send_info("line", "to all").unwrap();
    }
    for page in [&mut page, &mut other] {
        page.settle().await;
        assert!(page.has("\"to all\""), "{}", page.shows());
    }
    assert!(other.errors.is_empty());
    drop(page);
    sleep(Duration::from_secs(130)).await;
    assert_eq!(views.of::<Gauge>().len(), 1);
    // What is not marked is not listed.
    assert!(views.of::<Plain>().is_empty());
    let app = App::new(()).live::<Plain>("/", "plain");
    let views = app.views();
    let mut browser = Browser::new(&start(app));
    browser.open("/").await;
    assert!(views.of::<Plain>().is_empty());
}

#[derive(LiveView)]
#[live_view(template = "<main></main>")]
struct Plain {}

#[live_view]
impl Plain {
    fn mount() -> Self {
        Plain {}
    }
}
