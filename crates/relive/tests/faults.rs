//! Bad input and failing views: each gives its error, and everything else goes on.

mod support;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use relive::prelude::*;
use relive::{Close, Frame, Runtime};
use relive_protocol::{ErrorKind, FromPage, ToPage, VERSION};
use serde_json::json;
use support::{Browser, Page, start};

#[derive(LiveView)]
#[live_view(template = "<main><p>{{ count }}</p><i>{{ shown }}</i></main>")]
struct Faulty {
    count: i64,
    shown: Shown,
}

/// A value that a template cannot show when it is negative.
struct Shown(i64);

impl Serialize for Shown {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        assert!(self.0 > -10, "a render that panics");
        if self.0 < 0 {
            return Err(serde::ser::Error::custom("negative"));
        }
        serializer.serialize_i64(self.0)
    }
}

#[live_view]
impl Faulty {
    async fn mount(_cx: &mut Cx<Self>) -> Result<Self> {
        Ok(Faulty {
            count: 0,
            shown: Shown(0),
        })
    }

    #[event_handler]
    async fn add(&mut self, _cx: &mut Cx<Self>, by: i64) -> Result {
        self.count += by;
        Ok(())
    }

    #[event_handler]
    async fn fail(&mut self) -> Result {
        self.count += 100;
        Err(Error::msg("the shelf is empty"))
    }

    #[event_handler]
    fn panic(&mut self) {
        self.count += 1000;
        panic!("a handler that panics");
    }

    #[event_handler]
    async fn panic_later(&mut self) {
        tokio::time::sleep(Duration::from_millis(1)).await;
        panic!("a handler that panics after a while");
    }

    #[event_handler]
    fn show(&mut self, value: i64) {
        self.shown = Shown(value);
    }

    #[event_handler]
    fn pressed(&mut self, key: i64) {
        self.count = key;
    }

    #[event_handler]
    async fn slow(&mut self, ms: u64) {
        tokio::time::sleep(Duration::from_millis(ms)).await;
        self.count += 1;
    }
}

fn runtime() -> Runtime {
    start(
        App::new(())
            .live::<Faulty>("/", "faulty")
            .secret_key([1; 32]),
    )
}

/// A page under test, and another one that must not notice anything.
async fn two_pages() -> (Runtime, Browser, Page, Page) {
    let runtime = runtime();
    let mut browser = Browser::new(&runtime);
    let page = browser.open("/").await;
    let other = browser.open("/").await;
    (runtime, browser, page, other)
}

async fn works(page: &mut Page) {
    let before = page.answered.len();
    page.event("add", json!({"by": 1})).await;
    assert_eq!(page.answered.len(), before + 1);
}

#[tokio::test(start_paused = true)]
async fn events_that_do_not_fit_are_errors_and_change_nothing() {
    let table = [
        (
            "destroy",
            json!({}),
            ErrorKind::UnknownEvent,
            "no handler `destroy`",
        ),
        (
            "mount",
            json!({}),
            ErrorKind::UnknownEvent,
            "no handler `mount`",
        ),
        (
            "handle_params",
            json!({}),
            ErrorKind::UnknownEvent,
            "no handler `handle_params`",
        ),
        ("", json!({}), ErrorKind::UnknownEvent, "no handler ``"),
        (
            "add\n\u{1b}[31m",
            json!({}),
            ErrorKind::UnknownEvent,
            r"`add\n\u{1b}[31m`",
        ),
        (
            "add",
            json!({}),
            ErrorKind::InvalidParams,
            "parameter `by` is missing",
        ),
        (
            "add",
            json!({"by": "x"}),
            ErrorKind::InvalidParams,
            "expected an integer, got \"x\"",
        ),
        (
            "add",
            json!({"by": ""}),
            ErrorKind::InvalidParams,
            "expected an integer",
        ),
        (
            "add",
            json!({"by": 1, "colour": 2}),
            ErrorKind::InvalidParams,
            "`colour`",
        ),
    ];
    let (_, _, mut page, mut other) = two_pages().await;
    let before = page.shows();
    for (name, payload, kind, message) in table {
        let reference = page.event(name, payload).await;
        let (given, text) = page.error();
        assert_eq!(given, kind);
        assert!(text.contains(message), "{text}");
        assert_eq!(
            page.answered.last(),
            Some(&reference),
            "the answer carries the reference"
        );
        assert_eq!(page.shows(), before);
    }
    works(&mut page).await;
    works(&mut other).await;
}

#[tokio::test(start_paused = true)]
async fn frames_that_are_no_messages_are_errors_until_there_are_too_many() {
    let (runtime, _, mut page, mut other) = two_pages().await;
    for frame in [
        Frame::Binary(b"\xc1 nonsense".as_slice().into()),
        Frame::Text(b"nonsense".as_slice().into()),
        Frame::Text(b"[99]".as_slice().into()),
        Frame::Text(b"[2,0,\"x\",\"add\",{},0]".as_slice().into()),
        Frame::Binary(vec![].into()),
    ] {
        assert!(page.connection.receive(frame).await.is_continue());
        page.settle().await;
        assert_eq!(page.error().0, ErrorKind::BadMessage);
    }
    works(&mut page).await;
    let nonsense = Frame::Text(b"x".as_slice().into());
    let mut closed = None;
    for _ in 0..20 {
        if let std::ops::ControlFlow::Break(close) = page.connection.receive(nonsense.clone()).await
        {
            closed = Some(close);
            break;
        }
    }
    assert_eq!(
        closed,
        Some(Close {
            code: 1008,
            reason: "too many bad messages"
        })
    );
    works(&mut other).await;
    assert_eq!(runtime.counts().bad_frames, 5 + 11);
}

#[tokio::test(start_paused = true)]
async fn a_frame_over_the_limit_closes_its_connection_only() {
    let (_, browser, mut page, mut other) = two_pages().await;
    let frame = Frame::Binary(vec![0; 64 * 1024 + 1].into());
    let closed = page.connection.receive(frame).await;
    assert_eq!(
        closed,
        std::ops::ControlFlow::Break(Close {
            code: 1009,
            reason: "too large"
        })
    );
    page.settle().await;
    assert_eq!(page.error().0, ErrorKind::TooLarge);
    works(&mut other).await;
    // The session waits for the page.
    page.resume(&browser).await;
    works(&mut page).await;
}

#[tokio::test(start_paused = true)]
async fn a_page_of_another_version_is_told_to_reload() {
    let runtime = runtime();
    let mut browser = Browser::new(&runtime);
    let answer = browser.get("/").await;
    let mut page = browser.load("/", &answer.html);
    let FromPage::Join {
        region,
        token,
        url,
        nodes,
        checksum,
        resume,
        ..
    } = page.join_message(None)
    else {
        unreachable!()
    };
    let join = FromPage::Join {
        version: VERSION + 1,
        region,
        token,
        url,
        nodes,
        checksum,
        resume,
    };
    assert!(page.send(&join).await.is_continue());
    page.settle().await;
    assert!(
        matches!(page.received.last(), Some(ToPage::Refused { reason, .. }) if reason == "version")
    );
}

#[tokio::test(start_paused = true)]
async fn events_without_a_join_are_told_so() {
    let runtime = runtime();
    let mut browser = Browser::new(&runtime);
    let answer = browser.get("/").await;
    let mut page = browser.load("/", &answer.html);
    page.event("add", json!({"by": 1})).await;
    assert_eq!(page.error().0, ErrorKind::NotJoined);
}

#[tokio::test(start_paused = true)]
async fn a_handler_that_fails_keeps_what_it_changed() {
    let (_, _, mut page, mut other) = two_pages().await;
    page.event("fail", json!({})).await;
    assert_eq!(page.error().0, ErrorKind::HandlerFailed);
    assert!(
        page.error().1.contains("the shelf is empty"),
        "{}",
        page.error().1
    );
    assert!(page.has("\"100\""), "{}", page.shows());
    works(&mut page).await;
    assert!(page.has("\"101\""));
    works(&mut other).await;
}

#[tokio::test(start_paused = true)]
async fn production_tells_no_inner_words() {
    let app = App::new(())
        .live::<Faulty>("/", "faulty")
        .development(false);
    let mut page = Browser::new(&start(app)).open("/").await;
    page.event("fail", json!({})).await;
    assert_eq!(page.error(), (ErrorKind::HandlerFailed, "`fail` failed"));
}

#[tokio::test(start_paused = true)]
async fn a_panic_in_a_handler_mounts_the_view_again() {
    let (runtime, _, mut page, mut other) = two_pages().await;
    for event in ["panic", "panic_later"] {
        page.event("add", json!({"by": 7})).await;
        let reference = page.event(event, json!({})).await;
        assert_eq!(page.error().0, ErrorKind::Panicked);
        assert_eq!(page.answered.last(), Some(&reference));
        assert!(
            !page.has("\"7\"") && !page.has("\"1007\""),
            "{}",
            page.shows()
        );
        works(&mut page).await;
    }
    works(&mut other).await;
    assert_eq!(runtime.counts().panics, 2);
}

#[tokio::test(start_paused = true)]
async fn a_render_that_fails_or_panics_leaves_the_page_as_it_was() {
    let (_, _, mut page, mut other) = two_pages().await;
    for value in [-1, -11] {
        let before = page.shows();
        let reference = page.event("show", json!({"value": value})).await;
        assert_eq!(
            page.error().0,
            ErrorKind::RenderFailed,
            "{}",
            page.error().1
        );
        assert_eq!(page.answered.last(), Some(&reference));
        assert_eq!(page.shows(), before);
        page.event("show", json!({"value": 5})).await;
        assert!(page.has("\"5\""), "{}", page.shows());
        page.event("show", json!({"value": 0})).await;
    }
    works(&mut other).await;
}

#[tokio::test(start_paused = true)]
async fn while_a_handler_awaits_the_session_answers() {
    let (_, browser, mut page, _) = two_pages().await;
    page.reference += 1;
    let slow = support::event(1, "slow", json!({"ms": 5000}));
    assert!(page.send(&slow).await.is_continue());
    page.settle().await;
    assert!(page.answered.is_empty());
    // The connection is lost and comes back meanwhile.
    assert_eq!(
        page.resume(&browser).await,
        relive_protocol::Outcome::Resumed
    );
    tokio::time::sleep(Duration::from_secs(5)).await;
    page.settle().await;
    assert_eq!(page.answered, [1]);
    assert!(page.has("\"1\""));
}

#[tokio::test(start_paused = true)]
async fn more_events_than_the_session_takes_are_answered_as_overload() {
    let (_, _, mut page, _) = two_pages().await;
    let slow = support::event(1, "slow", json!({"ms": 1000}));
    assert!(page.send(&slow).await.is_continue());
    for reference in 2..=150 {
        let add = support::event(reference, "add", json!({"by": 1}));
        assert!(page.send(&add).await.is_continue());
        tokio::task::yield_now().await;
    }
    tokio::time::sleep(Duration::from_secs(2)).await;
    page.settle().await;
    let overloaded = page
        .errors
        .iter()
        .filter(|(_, kind, _)| *kind == ErrorKind::Overloaded)
        .count();
    let mut answered = page.answered.clone();
    answered.sort_unstable();
    assert_eq!(
        answered,
        (1..=150).collect::<Vec<_>>(),
        "each is answered exactly once"
    );
    let count = 1 + 149 - overloaded;
    assert!(
        overloaded > 0 && page.has(&format!("\"{count}\"")),
        "{overloaded} {}",
        page.shows()
    );
}

#[tokio::test(start_paused = true)]
async fn a_page_that_takes_no_frames_is_closed_and_loses_nothing() {
    let (_, browser, mut page, mut other) = two_pages().await;
    // Pongs pile up, since nobody reads them.
    for n in 0..100 {
        assert!(page.send(&FromPage::Ping { n }).await.is_continue());
    }
    let first = page.outgoing.next().await;
    assert_eq!(
        first,
        Some(relive::Outbound::Close(Close {
            code: 1013,
            reason: "too slow"
        }))
    );
    assert_eq!(
        page.resume(&browser).await,
        relive_protocol::Outcome::Resumed
    );
    works(&mut page).await;
    works(&mut other).await;
}

#[tokio::test(start_paused = true)]
async fn a_key_is_a_parameter_of_those_who_want_it() {
    let (_, _, mut page, _) = two_pages().await;
    page.event("add", json!({"by": 2, "_key": "Enter"})).await;
    assert!(page.errors.is_empty() && page.has("\"2\""));
    page.event("pressed", json!({"_key": "7"})).await;
    assert!(page.has("\"7\""), "{:?}", page.errors);
}

/// A view that panics where it is told to.
#[derive(LiveView)]
#[live_view(template = "<main>{{ count }}</main>")]
struct Mined {
    count: i64,
    #[live(private)]
    context_panics: bool,
    #[live(private)]
    log: MineLog,
}

#[derive(Clone, Default)]
struct MineLog {
    mounts: Arc<AtomicUsize>,
    /// Mounts that work.
    good: Option<usize>,
    ended: Arc<Mutex<Vec<Disconnect>>>,
}

#[derive(Deserialize)]
struct MineQuery {
    #[serde(default)]
    panic: bool,
}

#[live_view]
impl Mined {
    fn mount(cx: &mut Cx<Self>) -> Self {
        let log: MineLog = cx.state();
        let earlier = log.mounts.fetch_add(1, Ordering::SeqCst);
        assert!(
            log.good.is_none_or(|good| earlier < good),
            "a mount that panics"
        );
        Mined {
            count: 0,
            context_panics: false,
            log,
        }
    }

    fn handle_params(&mut self, _cx: &mut Cx<Self>, query: MineQuery) {
        assert!(!query.panic, "an address that panics");
    }

    fn get_context_data(&self, _context: &mut Context) {
        assert!(!self.context_panics, "a context that panics");
    }

    #[event_handler]
    fn step_on(&mut self, cx: &mut Cx<Self>, mine: String) -> Result {
        let done = |_: &mut Self, _: &mut Cx<Self>, result: Result<(), TaskError>| {
            assert!(result.is_err(), "a callback that panics");
            Ok(())
        };
        match mine.as_str() {
            "handler" => panic!("a handler that panics"),
            "handle_info" => cx.handle().send_info("panic", &())?,
            "handle_params" => cx.live_patch("/", &json!({"panic": true}))?,
            "callback" => cx.start_async(None, async {}, done),
            "task" => cx.start_async(None, async { panic!("a task that panics") }, done),
            "blocking task" => cx.start_blocking(None, || panic!("work that panics"), done),
            "context" => self.context_panics = true,
            other => return Err(Error::msg(format!("there is no mine `{other}`"))),
        }
        Ok(())
    }

    #[event_handler]
    fn add(&mut self, by: i64) {
        self.count += by;
    }

    async fn handle_info(&mut self, _cx: &mut Cx<Self>, event: &str, _data: Payload) {
        panic!("{event}");
    }

    async fn disconnect(&mut self, reason: Disconnect) {
        self.log.ended.lock().unwrap().push(reason);
    }
}

#[tokio::test(start_paused = true)]
async fn a_panic_anywhere_is_told_to_its_page_which_goes_on_and_no_other_session_notices() {
    let panicked = Some(ErrorKind::Panicked);
    let table = [
        ("handler", panicked),
        ("handle_info", panicked),
        ("handle_params", panicked),
        ("callback", panicked),
        ("context", Some(ErrorKind::RenderFailed)),
        // These are told to their callbacks.
        ("task", None),
        ("blocking task", None),
    ];
    let log = MineLog::default();
    let runtime = start(App::new(log.clone()).live::<Mined>("/", "mined"));
    let mut browser = Browser::new(&runtime);
    let mut other = browser.open("/").await;
    other.event("add", json!({"by": 7})).await;
    for (mine, kind) in table {
        let before = runtime.counts();
        let mut page = browser.open("/").await;
        page.event("add", json!({"by": 3})).await;
        page.event("step_on", json!({"mine": mine})).await;
        page.settle().await;
        let told: Vec<_> = page.errors.iter().map(|(_, kind, _)| *kind).collect();
        assert_eq!(told, Vec::from_iter(kind), "{mine}");
        assert_eq!(runtime.counts().panics, before.panics + 1, "{mine}");
        // It is not `Clone`: it was mounted again, where the panic was its own.
        let count = if kind.is_some() { 1 } else { 4 };
        page.event("add", json!({"by": 1})).await;
        assert!(
            page.has(&format!("\"{count}\"")),
            "{mine}: {}",
            page.shows()
        );
        assert_eq!(page.answered, [1, 2, 3], "{mine}");
        assert_eq!(runtime.counts().sessions, before.sessions + 1, "{mine}");
        other.event("add", json!({"by": 0})).await;
        assert!(other.has("\"7\"") && other.errors.is_empty(), "{mine}");
    }
    assert!(log.ended.lock().unwrap().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_view_that_cannot_be_mounted_again_ends_and_its_page_is_told() {
    let log = MineLog {
        good: Some(2),
        ..MineLog::default()
    };
    let runtime = start(App::new(log.clone()).live::<Mined>("/", "mined"));
    let mut browser = Browser::new(&runtime);
    let mut other = browser.open("/").await;
    let mut page = browser.open("/").await;
    page.event("step_on", json!({"mine": "handler"})).await;
    assert_eq!(page.error().0, ErrorKind::Panicked);
    assert!(
        matches!(page.received.last(), Some(ToPage::Ended { reason, .. }) if reason == "failed"),
        "{:?}",
        page.received.last()
    );
    assert_eq!(*log.ended.lock().unwrap(), [Disconnect::Failed]);
    assert_eq!(runtime.counts().sessions, 1);
    other.event("add", json!({"by": 1})).await;
    assert!(other.has("\"1\""));
}
