//! What comes at the same time: messages that wait together, pages that come back while something else happens, and
//! views that fail where nobody calls them.

mod support;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use relive::prelude::*;
use relive::{Limits, Runtime};
use relive_protocol::{ErrorKind, FromPage, Outcome, ToPage};
use serde_json::json;
use support::{Browser, start};
use tokio::time::{Instant, advance, sleep};

type Ended = Arc<Mutex<Vec<Disconnect>>>;

#[derive(LiveView)]
#[live_view(template = "<main><p>{{ count }}</p><i>{{ shown }}</i></main>")]
struct Racer {
    count: i64,
    shown: Shown,
    #[live(private)]
    bomb: Bomb,
    #[live(private)]
    ended: Ended,
}

/// A value whose template panics.
#[derive(Clone, Copy, PartialEq)]
struct Shown(bool);

impl Serialize for Shown {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        assert!(!self.0, "a render that panics");
        serializer.serialize_bool(self.0)
    }
}

/// A value that panics when it is dropped.
struct Bomb(bool);

impl Drop for Bomb {
    fn drop(&mut self) {
        assert!(!self.0 || std::thread::panicking(), "a drop that panics");
    }
}

#[derive(Deserialize)]
struct Query {
    #[serde(default)]
    panic: bool,
}

#[live_view]
impl Racer {
    fn mount(cx: &mut Cx<Self>) -> Self {
        cx.subscribe("echo");
        Racer {
            count: 0,
            shown: Shown(false),
            bomb: Bomb(false),
            ended: cx.state(),
        }
    }

    fn handle_params(&mut self, _cx: &mut Cx<Self>, query: Query) {
        self.shown = Shown(query.panic);
    }

    #[event_handler]
    fn add(&mut self, by: i64) {
        self.count += by;
    }

    #[event_handler]
    async fn slow(&mut self, seconds: u64) {
        sleep(Duration::from_secs(seconds)).await;
        self.count += 1;
    }

    #[event_handler]
    fn say(&mut self, cx: &mut Cx<Self>, text: String) {
        cx.put_flash(Level::Info, text);
    }

    #[event_handler]
    fn say_and_panic(&mut self, cx: &mut Cx<Self>) -> Result {
        cx.put_flash(Level::Info, "half done");
        cx.page_title("half done");
        cx.live_patch("/", &json!({"half": "done"}))?;
        panic!("a handler that panics");
    }

    #[event_handler]
    fn title(&mut self, cx: &mut Cx<Self>, title: String) {
        cx.page_title(title);
    }

    #[event_handler]
    fn patch_and_fail(&mut self, cx: &mut Cx<Self>) -> Result {
        cx.live_patch("/", &json!({"page": 2}))?;
        Err(Error::msg("no"))
    }

    #[event_handler]
    fn arm(&mut self) {
        self.bomb.0 = true;
        panic!("a handler that panics");
    }

    #[event_handler]
    fn arm_quietly(&mut self) {
        self.bomb.0 = true;
    }

    async fn handle_info(&mut self, cx: &mut Cx<Self>, event: &str, _data: Payload) -> Result {
        cx.broadcast("echo", event, &())
    }

    async fn disconnect(&mut self, reason: Disconnect) {
        self.ended.lock().unwrap().push(reason);
        sleep(Duration::from_secs(3)).await;
    }
}

fn app() -> (Ended, Runtime) {
    let ended = Ended::default();
    let app = App::new(Arc::clone(&ended)).live::<Racer>("/", "racer");
    (ended, start(app))
}

#[tokio::test(start_paused = true)]
async fn an_update_that_was_due_when_the_connection_was_lost_is_not_lost() {
    let (_, runtime) = app();
    let mut browser = Browser::new(&runtime);
    for noticed in [false, true] {
        let mut page = browser.open("/").await;
        page.ack = false;
        for _ in 0..5 {
            page.event("add", json!({"by": 1})).await;
        }
        assert!(
            page.has("\"4\""),
            "the fifth update waits: {}",
            page.shows()
        );
        // Room for it and the loss of the connection come together.
        let ack = FromPage::Ack { region: 0, seq: 4 };
        assert!(page.send(&ack).await.is_continue());
        if noticed {
            (page.connection, page.outgoing) = browser.connect();
            sleep(Duration::from_secs(1)).await;
        }
        assert_eq!(page.resume(&browser).await, Outcome::Resumed);
        assert!(page.has("\"5\""), "{}", page.shows());
        page.ack = true;
        page.event("add", json!({"by": 1})).await;
        assert!(page.has("\"6\""), "{}", page.shows());
        assert_eq!(page.answered, [1, 2, 3, 4, 5, 6]);
    }
}

#[tokio::test(start_paused = true)]
async fn html_that_was_asked_for_while_an_update_was_due_comes_after_it() {
    let (_, runtime) = app();
    let mut page = Browser::new(&runtime).open("/").await;
    page.ack = false;
    for _ in 0..5 {
        page.event("add", json!({"by": 1})).await;
    }
    let messages = [
        FromPage::Ack { region: 0, seq: 4 },
        FromPage::Resync { region: 0, node: 0 },
    ];
    for message in messages {
        assert!(page.send(&message).await.is_continue());
    }
    page.settle().await;
    assert!(page.has("\"5\""), "{}", page.shows());
    page.ack = true;
    page.event("add", json!({"by": 1})).await;
    assert!(page.has("\"6\""), "{}", page.shows());
    assert_eq!((page.seq, page.answered), (6, vec![1, 2, 3, 4, 5, 6]));
}

#[tokio::test(start_paused = true)]
async fn what_comes_together_with_an_event_does_not_wait_for_its_handler() {
    let (_, runtime) = app();
    let mut browser = Browser::new(&runtime);
    let mut page = browser.open("/").await;
    page.reference = 1;
    let slow = support::event(1, "slow", json!({"seconds": 3600}));
    assert!(page.send(&slow).await.is_continue());
    assert_eq!(page.resume(&browser).await, Outcome::Resumed);

    let mut other = browser.open("/").await;
    assert!(other.send(&slow).await.is_continue());
    let begun = Instant::now();
    runtime.shutdown().await;
    // The handlers get their time, and `disconnect` takes three seconds.
    let times = Limits::default().end_time + Duration::from_secs(3);
    assert_eq!(begun.elapsed().as_secs(), times.as_secs());
    assert_eq!(runtime.counts().sessions, 0);
    other.settle().await;
    assert_eq!(other.error().0, ErrorKind::HandlerFailed);
    assert!(
        matches!(other.received.last(), Some(ToPage::Ended { reason, .. }) if reason == "shutdown")
    );
}

#[tokio::test(start_paused = true)]
async fn a_region_that_joins_again_leaves_no_session_behind() {
    let (ended, runtime) = app();
    let mut page = Browser::new(&runtime).open("/").await;
    for _ in 0..3 {
        page.join(None).await;
    }
    assert_eq!(runtime.counts().sessions, 4);
    sleep(Duration::from_secs(130)).await;
    assert_eq!(runtime.counts().sessions, 1);
    page.event("add", json!({"by": 1})).await;
    assert!(page.has("\"1\""));
    drop(page);
    sleep(Duration::from_secs(130)).await;
    assert_eq!(runtime.counts().sessions, 0);
    assert_eq!(*ended.lock().unwrap(), [Disconnect::Expired; 4]);
}

#[tokio::test(start_paused = true)]
async fn a_page_that_comes_back_while_its_session_ends_gets_an_answer() {
    let (ended, runtime) = app();
    let mut browser = Browser::new(&runtime);
    let mut page = browser.open("/").await;
    (page.connection, page.outgoing) = browser.connect();
    sleep(Duration::from_secs(121)).await;
    assert_eq!(ended.lock().unwrap().len(), 1, "`disconnect` is running");
    assert_eq!(page.resume(&browser).await, Outcome::Mounted);
    page.event("add", json!({"by": 1})).await;
    assert!(page.has("\"1\""));
}

#[tokio::test(start_paused = true)]
async fn a_session_with_messages_without_a_pause_ends_in_time() {
    let (ended, runtime) = app();
    Browser::new(&runtime).get("/").await;
    // Each message sends the next one, so that the mailbox is never empty.
    runtime.pubsub().broadcast("echo", "again", &()).unwrap();
    for _ in 0..40 {
        advance(Duration::from_secs(1)).await;
    }
    assert_eq!(*ended.lock().unwrap(), [Disconnect::NeverJoined]);
    assert_eq!(runtime.counts().sessions, 0);
}

#[tokio::test(start_paused = true)]
async fn a_render_that_panics_before_there_is_a_session_is_an_error() {
    let (_, runtime) = app();
    let mut browser = Browser::new(&runtime);
    assert_eq!(browser.get("/?panic=true").await.status, 500);
    assert_eq!(runtime.counts().sessions, 0);
    // The page's session is gone, and a new one cannot be made.
    let mut page = browser.open("/").await;
    page.url = "/?panic=true".to_owned();
    let answer = page.join(None).await;
    assert!(
        matches!(answer, ToPage::Refused { reason, .. } if reason == "stale"),
        "{answer:?}"
    );
    assert_eq!(runtime.counts().panics, 2);
}

#[tokio::test(start_paused = true)]
async fn a_view_that_panics_when_it_is_dropped_harms_nobody() {
    let (_, runtime) = app();
    let mut page = Browser::new(&runtime).open("/").await;
    page.event("arm", json!({})).await;
    assert_eq!(page.error().0, ErrorKind::Panicked);
    page.event("add", json!({"by": 1})).await;
    assert!(page.has("\"1\""), "{}", page.shows());
    page.event("arm_quietly", json!({})).await;
    drop(page);
    sleep(Duration::from_secs(130)).await;
    assert_eq!(runtime.counts().sessions, 0);
    assert_eq!(runtime.pubsub().broadcast("echo", "x", &()).unwrap(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_panic_takes_back_what_its_own_call_asked_for_and_no_more() {
    let (_, runtime) = app();
    let mut page = Browser::new(&runtime).open("/").await;
    page.ack = false;
    for _ in 0..4 {
        page.event("add", json!({"by": 1})).await;
    }
    page.event("say", json!({"text": "saved"})).await;
    page.event("say_and_panic", json!({})).await;
    assert_eq!(page.error().0, ErrorKind::Panicked);
    page.ack = true;
    let ack = FromPage::Ack { region: 0, seq: 4 };
    assert!(page.send(&ack).await.is_continue());
    page.settle().await;
    assert_eq!(page.flash, [("info".to_owned(), "saved".to_owned())]);
    assert!(page.urls.is_empty() && page.title.is_none());
    // The title that the page never got is news to it.
    page.event("title", json!({"title": "half done"})).await;
    assert_eq!(page.title.as_deref(), Some("half done"));
}

#[tokio::test(start_paused = true)]
async fn a_handler_that_fails_does_not_move_the_page() {
    let (_, runtime) = app();
    let mut page = Browser::new(&runtime).open("/").await;
    page.event("patch_and_fail", json!({})).await;
    assert_eq!(
        page.error(),
        (ErrorKind::HandlerFailed, "`patch_and_fail`: no")
    );
    page.event("add", json!({"by": 1})).await;
    assert!(page.urls.is_empty(), "{:?}", page.urls);
}

#[derive(LiveView)]
#[live_view(template = "<main></main>")]
struct Named {}

#[live_view]
impl Named {
    fn mount(_cx: &mut Cx<Self>, _name: String) -> Self {
        Named {}
    }
}

#[tokio::test(start_paused = true)]
async fn no_redirect_leads_to_another_host() {
    let runtime = start(App::new(()).live::<Named>("/<str:name>/", "named"));
    let browser = Browser::new(&runtime);
    let redirect = |path: &str| {
        let head = browser.head("GET", path);
        let runtime = runtime.clone();
        async move { runtime.page(&head, None).await }
    };
    assert_eq!(redirect("/name").await.unwrap().status(), 308);
    assert!(redirect("/\\evil.example").await.is_none());
    assert!(redirect("//evil.example").await.is_none());
}

#[derive(LiveView)]
#[live_view(template = "<main></main>")]
struct Stuck {}

#[live_view]
impl Stuck {
    async fn mount(cx: &mut Cx<Self>) -> Self {
        let mounts: Arc<Mutex<usize>> = cx.state();
        let earlier = std::mem::replace(&mut *mounts.lock().unwrap(), 1);
        if earlier > 0 {
            std::future::pending::<()>().await;
        }
        Stuck {}
    }

    #[event_handler]
    fn panic(&mut self) {
        panic!("a handler that panics");
    }
}

#[tokio::test(start_paused = true)]
async fn a_view_whose_mount_never_returns_after_a_panic_is_given_up() {
    let runtime = start(App::new(Arc::new(Mutex::new(0_usize))).live::<Stuck>("/", "stuck"));
    let mut page = Browser::new(&runtime).open("/").await;
    page.event("panic", json!({})).await;
    sleep(Duration::from_secs(31)).await;
    page.settle().await;
    assert!(
        matches!(page.received.last(), Some(ToPage::Ended { reason, .. }) if reason == "failed")
    );
    assert_eq!(runtime.counts().sessions, 0);
}
