//! Background work: when it starts, whose result counts, and what ends it.

mod support;

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use relive::prelude::*;
use relive::{Runtime, TaskName};
use relive_protocol::{ErrorKind, FromPage};
use serde_json::json;
use support::{Browser, Page, event, start};
use tokio::time::{Instant, sleep};

/// What happens outside of the views.
#[derive(Clone, Default)]
struct Outside {
    log: Arc<Mutex<Vec<String>>>,
    /// Tasks that have begun and are not gone.
    alive: Arc<AtomicUsize>,
    /// Blocking work waits while it is set.
    closed: Arc<AtomicBool>,
}

impl Outside {
    fn note(&self, text: impl Into<String>) {
        self.log.lock().unwrap().push(text.into());
    }

    fn notes(&self) -> Vec<String> {
        self.log.lock().unwrap().clone()
    }

    /// Counts as long as the guard is there.
    fn alive(&self) -> Alive {
        self.alive.fetch_add(1, Ordering::SeqCst);
        Alive(Arc::clone(&self.alive))
    }

    fn living(&self) -> usize {
        self.alive.load(Ordering::SeqCst)
    }
}

struct Alive(Arc<AtomicUsize>);

impl Drop for Alive {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

#[derive(LiveView)]
#[live_view(
    template = "<main><b>{{ loading }}</b>{% for line in lines %}<p>{{ line }}</p>{% endfor %}</main>"
)]
struct Worker {
    loading: bool,
    lines: Vec<String>,
    #[live(private)]
    outside: Outside,
}

#[derive(Deserialize)]
struct Query {
    #[serde(default)]
    load: u64,
}

#[live_view]
impl Worker {
    fn mount(cx: &mut Cx<Self>) -> Self {
        cx.subscribe("work");
        Worker {
            loading: false,
            lines: Vec::new(),
            outside: cx.state(),
        }
    }

    fn handle_params(&mut self, cx: &mut Cx<Self>, query: Query) {
        if query.load > 0 {
            self.load(cx, query.load, "from mount".to_owned());
        }
    }

    /// It takes its time; tasks do not go on meanwhile.
    async fn disconnect(&mut self, _reason: Disconnect) {
        sleep(Duration::from_secs(1)).await;
    }

    #[event_handler]
    fn load(&mut self, cx: &mut Cx<Self>, seconds: u64, line: String) {
        self.loading = true;
        self.run(cx, "load", seconds, line);
    }

    #[event_handler]
    fn load_unnamed(&mut self, cx: &mut Cx<Self>, seconds: u64, line: String) {
        self.run(cx, None, seconds, line);
    }

    fn run(&mut self, cx: &mut Cx<Self>, name: impl Into<TaskName>, seconds: u64, line: String) {
        let outside = self.outside.clone();
        let work = async move {
            let _alive = outside.alive();
            outside.note(format!("{line} begins"));
            sleep(Duration::from_secs(seconds)).await;
            line
        };
        cx.start_async(name, work, |view, _, line| {
            view.loading = false;
            view.lines.push(line?);
            Ok(())
        });
    }

    #[event_handler]
    async fn load_and_dawdle(&mut self, cx: &mut Cx<Self>, line: String) {
        self.run(cx, "load", 1, line);
        sleep(Duration::from_secs(5)).await;
        self.outside.note("the handler ends");
    }

    #[event_handler]
    async fn replace_slowly(&mut self, cx: &mut Cx<Self>) {
        // Its result comes while this handler awaits.
        sleep(Duration::from_secs(5)).await;
        self.run(cx, "load", 1, "new".to_owned());
    }

    #[event_handler]
    async fn cancel(&mut self, cx: &mut Cx<Self>, wait: u64) {
        sleep(Duration::from_secs(wait)).await;
        let was = cx.cancel_async("load");
        self.lines.push(format!("cancelled: {was}"));
        sleep(Duration::from_secs(wait)).await;
        self.outside
            .note(format!("alive: {}", self.outside.living()));
    }

    #[event_handler]
    fn load_and_cancel(&mut self, cx: &mut Cx<Self>) {
        self.run(cx, "load", 1, "never".to_owned());
        cx.cancel_async("load");
    }

    #[event_handler]
    fn panic_in_task(&mut self, cx: &mut Cx<Self>, blocking: bool) {
        let done = |view: &mut Self, _: &mut Cx<Self>, result: Result<(), TaskError>| {
            view.lines.push(format!("{result:?}"));
            Ok(())
        };
        if blocking {
            cx.start_blocking("bad", || panic!("blocking boom"), done);
        } else {
            cx.start_async("bad", async { panic!("async boom") }, done);
        }
    }

    #[event_handler]
    fn block(&mut self, cx: &mut Cx<Self>, line: String) {
        let outside = self.outside.clone();
        let work = move || {
            let _alive = outside.alive();
            while outside.closed.load(Ordering::SeqCst) {
                std::thread::sleep(Duration::from_millis(1));
            }
            line
        };
        cx.start_blocking("block", work, |view, _, line| {
            view.lines.push(line?);
            Ok(())
        });
    }

    #[event_handler]
    fn start_many(&mut self, cx: &mut Cx<Self>, count: usize) {
        for _ in 0..count {
            self.run(cx, None, 1, "one of many".to_owned());
        }
    }

    #[event_handler]
    fn fail_in_callback(&mut self, cx: &mut Cx<Self>, panic: bool) {
        cx.start_async("callback", async {}, move |view, cx, _| {
            view.lines.push("half".to_owned());
            cx.put_flash(Level::Info, "half");
            assert!(!panic, "a callback that panics");
            Err(Error::msg("the callback fails"))
        });
    }

    #[event_handler]
    fn add(&mut self, line: String) {
        self.lines.push(line);
    }

    async fn handle_info(&mut self, cx: &mut Cx<Self>, event: &str, _data: Payload) {
        self.run(cx, None, 1, event.to_owned());
    }
}

fn app() -> (Outside, Runtime) {
    let outside = Outside::default();
    let app = App::new(outside.clone()).live::<Worker>("/", "worker");
    (outside, start(app))
}

async fn open() -> (Outside, Runtime, Browser, Page) {
    let (outside, runtime) = app();
    let mut browser = Browser::new(&runtime);
    let page = browser.open("/").await;
    (outside, runtime, browser, page)
}

async fn later(page: &mut Page, seconds: u64) {
    sleep(Duration::from_secs(seconds)).await;
    page.settle().await;
}

#[tokio::test(start_paused = true)]
async fn a_task_does_not_hold_up_its_view_and_its_result_reaches_the_page() {
    let (_, runtime, _, mut page) = open().await;
    let begun = Instant::now();
    page.event("load", json!({"seconds": 60, "line": "loaded"}))
        .await;
    assert!(page.has("\"true\""), "{}", page.shows());
    page.event("add", json!({"line": "meanwhile"})).await;
    assert!(page.has("\"meanwhile\""));
    assert!(begun.elapsed() < Duration::from_secs(1));
    assert_eq!(runtime.counts().tasks, 1);
    later(&mut page, 60).await;
    assert!(
        page.has("\"loaded\"") && page.has("\"false\""),
        "{}",
        page.shows()
    );
    assert_eq!(runtime.counts().tasks, 0);
}

#[tokio::test(start_paused = true)]
async fn a_task_starts_after_the_page_was_sent_the_state() {
    let (outside, _, _, mut page) = open().await;
    page.ack = false;
    for n in 0..4 {
        page.event("add", json!({"line": n.to_string()})).await;
    }
    // The page is slow: it has not taken the update yet.
    page.event("load", json!({"seconds": 1, "line": "it"}))
        .await;
    later(&mut page, 10).await;
    assert!(outside.notes().is_empty(), "{:?}", outside.notes());
    page.ack = true;
    let ack = FromPage::Ack { region: 0, seq: 4 };
    assert!(page.send(&ack).await.is_continue());
    later(&mut page, 2).await;
    assert_eq!(outside.notes(), ["it begins"]);
    assert!(page.has("\"it\""), "{}", page.shows());
}

#[tokio::test(start_paused = true)]
async fn a_task_starts_after_its_handler_has_returned() {
    let (outside, _, _, mut page) = open().await;
    page.event("load_and_dawdle", json!({"line": "it"})).await;
    later(&mut page, 10).await;
    assert_eq!(outside.notes(), ["the handler ends", "it begins"]);
}

#[tokio::test(start_paused = true)]
async fn a_task_of_mount_waits_for_the_page() {
    let (outside, runtime) = app();
    let mut browser = Browser::new(&runtime);
    let answer = browser.get("/?load=1").await;
    assert!(answer.html.contains("<b>true</b>"), "{}", answer.html);
    sleep(Duration::from_secs(10)).await;
    assert!(outside.notes().is_empty());
    let mut page = browser.load("/?load=1", &answer.html);
    page.join(None).await;
    later(&mut page, 2).await;
    assert!(
        page.has("\"from mount\"") && page.has("\"false\""),
        "{}",
        page.shows()
    );
    // A request whose page nobody can join starts nothing.
    let head = browser.head("HEAD", "/?load=1");
    runtime.page(&head, None).await.expect("an answer");
    sleep(Duration::from_secs(10)).await;
    assert_eq!(outside.notes().len(), 1);
    assert_eq!(runtime.counts().tasks, 0);
}

#[tokio::test(start_paused = true)]
async fn the_tasks_of_a_parked_session_are_bounded() {
    let (outside, runtime) = app();
    let mut browser = Browser::new(&runtime);
    browser.get("/").await;
    // Nobody joins, and each message starts a task.
    for _ in 0..100 {
        runtime.pubsub().broadcast("work", "go", &()).unwrap();
        tokio::task::yield_now().await;
    }
    sleep(Duration::from_secs(1)).await;
    assert_eq!(runtime.counts().tasks, 64);
    sleep(Duration::from_secs(60)).await;
    assert_eq!((runtime.counts().tasks, runtime.counts().sessions), (0, 0));
    assert!(outside.notes().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_task_of_the_same_name_replaces_the_earlier_one() {
    let (outside, _, _, mut page) = open().await;
    page.event("load", json!({"seconds": 10, "line": "old"}))
        .await;
    page.event("load", json!({"seconds": 20, "line": "new"}))
        .await;
    assert_eq!(outside.living(), 1, "the old one has been stopped");
    later(&mut page, 30).await;
    assert!(
        page.has("\"new\"") && !page.has("\"old\""),
        "{}",
        page.shows()
    );
}

#[tokio::test(start_paused = true)]
async fn a_replaced_task_has_no_result_even_when_it_came_before_its_replacement() {
    let (_, _, _, mut page) = open().await;
    page.event("load", json!({"seconds": 2, "line": "old"}))
        .await;
    // The old one ends while the handler awaits, before it is replaced.
    page.event("replace_slowly", json!({})).await;
    later(&mut page, 10).await;
    assert!(
        page.has("\"new\"") && !page.has("\"old\""),
        "{}",
        page.shows()
    );
}

#[tokio::test(start_paused = true)]
async fn tasks_without_a_name_do_not_replace_each_other() {
    let (_, _, _, mut page) = open().await;
    for line in ["one", "two", "three"] {
        page.event("load_unnamed", json!({"seconds": 3, "line": line}))
            .await;
    }
    later(&mut page, 5).await;
    for line in ["one", "two", "three"] {
        assert!(page.has(&format!("\"{line}\"")), "{}", page.shows());
    }
}

#[tokio::test(start_paused = true)]
async fn a_cancelled_task_stops_and_its_result_never_comes() {
    let (outside, _, _, mut page) = open().await;
    page.event("load", json!({"seconds": 3, "line": "it"}))
        .await;
    // It stops while the handler that cancelled it still runs.
    page.event("cancel", json!({"wait": 1})).await;
    later(&mut page, 10).await;
    assert!(page.has("\"cancelled: true\""), "{}", page.shows());
    assert!(!page.has("\"it\""));
    assert_eq!(outside.notes(), ["it begins", "alive: 0"]);
}

#[tokio::test(start_paused = true)]
async fn a_result_that_waits_is_dropped_when_its_task_is_cancelled() {
    let (_, runtime, _, mut page) = open().await;
    page.event("load", json!({"seconds": 1, "line": "it"}))
        .await;
    page.event("cancel", json!({"wait": 5})).await;
    later(&mut page, 20).await;
    assert!(
        page.has("\"cancelled: true\"") && !page.has("\"it\""),
        "{}",
        page.shows()
    );
    assert_eq!(runtime.counts().tasks, 0);
}

#[tokio::test(start_paused = true)]
async fn a_task_that_was_cancelled_before_it_began_never_begins() {
    let (outside, runtime, _, mut page) = open().await;
    page.event("load_and_cancel", json!({})).await;
    later(&mut page, 5).await;
    assert!(outside.notes().is_empty());
    assert_eq!(runtime.counts().tasks, 0);
}

#[tokio::test(start_paused = true)]
async fn cancelling_what_is_not_there_does_nothing_and_says_so() {
    let (_, _, _, mut page) = open().await;
    page.event("cancel", json!({"wait": 0})).await;
    assert!(page.has("\"cancelled: false\""), "{}", page.shows());
    // One that has ended is not there any more.
    page.event("load", json!({"seconds": 1, "line": "it"}))
        .await;
    later(&mut page, 2).await;
    page.event("cancel", json!({"wait": 0})).await;
    assert!(!page.has("\"cancelled: true\""), "{}", page.shows());
}

#[tokio::test(start_paused = true)]
async fn a_panic_in_a_task_is_an_error_for_its_callback_and_ends_nothing() {
    let (_, runtime, mut browser, mut page) = open().await;
    let mut other = browser.open("/").await;
    for (blocking, message) in [(false, "async boom"), (true, "blocking boom")] {
        page.event("panic_in_task", json!({"blocking": blocking}))
            .await;
        wait_for_tasks(&runtime).await;
        page.settle().await;
        let shown = format!("Err(Panicked(\\\"{message}\\\"))");
        let plain = format!("Err(Panicked(\"{message}\"))");
        assert!(page.has(&shown) || page.has(&plain), "{}", page.shows());
    }
    assert!(page.errors.is_empty());
    assert_eq!((runtime.counts().panics, runtime.counts().mounts), (2, 2));
    other.event("add", json!({"line": "fine"})).await;
    assert!(other.has("\"fine\""));
}

/// Waits until no task is there, in real time where threads are at work.
async fn wait_for_tasks(runtime: &Runtime) {
    while runtime.counts().tasks > 0 {
        sleep(Duration::from_millis(10)).await;
        std::thread::sleep(Duration::from_millis(1));
    }
}

// In real time: a paused clock stands still while a thread works.
#[tokio::test]
async fn blocking_work_runs_beside_the_view() {
    let (outside, runtime, _, mut page) = open().await;
    outside.closed.store(true, Ordering::SeqCst);
    page.event("block", json!({"line": "blocked"})).await;
    page.event("add", json!({"line": "meanwhile"})).await;
    assert!(page.has("\"meanwhile\""), "{}", page.shows());
    outside.closed.store(false, Ordering::SeqCst);
    wait_for_tasks(&runtime).await;
    page.settle().await;
    assert!(
        page.has("\"blocked\"") && page.has("\"meanwhile\""),
        "{}",
        page.shows()
    );
}

// In real time: a paused clock stands still while a thread works.
#[tokio::test]
async fn replaced_blocking_work_has_no_result_and_counts_until_it_is_done() {
    let (outside, runtime, _, mut page) = open().await;
    outside.closed.store(true, Ordering::SeqCst);
    page.event("block", json!({"line": "old"})).await;
    page.event("block", json!({"line": "new"})).await;
    assert_eq!(runtime.counts().tasks, 2);
    outside.closed.store(false, Ordering::SeqCst);
    wait_for_tasks(&runtime).await;
    page.settle().await;
    assert!(
        page.has("\"new\"") && !page.has("\"old\""),
        "{}",
        page.shows()
    );
}

#[tokio::test(start_paused = true)]
async fn a_session_has_a_bounded_number_of_tasks() {
    let (outside, runtime, _, mut page) = open().await;
    page.event("start_many", json!({"count": 70})).await;
    assert_eq!(page.error().0, ErrorKind::HandlerFailed);
    assert!(
        page.error()
            .1
            .contains("the task without a name was not started: the session has 64"),
        "{}",
        page.error().1
    );
    assert_eq!(outside.living(), 64);
    later(&mut page, 2).await;
    assert_eq!(runtime.counts().tasks, 0);
    // There is room again.
    page.event("start_many", json!({"count": 64})).await;
    assert_eq!(page.errors.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn results_that_come_together_share_a_render() {
    let (_, runtime, _, mut page) = open().await;
    page.event("start_many", json!({"count": 20})).await;
    let before = runtime.counts().renders;
    later(&mut page, 2).await;
    assert_eq!(page.shows().matches("one of many").count(), 20);
    assert_eq!(runtime.counts().renders, before + 1);
}

#[tokio::test(start_paused = true)]
async fn a_callback_that_fails_keeps_what_it_changed_and_one_that_panics_does_not() {
    let (_, _, _, mut page) = open().await;
    page.event("fail_in_callback", json!({"panic": false}))
        .await;
    let (kind, message) = page.error();
    assert_eq!(kind, ErrorKind::HandlerFailed);
    assert!(
        message.contains("`callback`: the callback fails"),
        "{message}"
    );
    assert!(page.has("\"half\""), "{}", page.shows());
    page.event("fail_in_callback", json!({"panic": true})).await;
    assert_eq!(page.error().0, ErrorKind::Panicked);
    // The view was mounted again.
    assert!(!page.has("\"half\""), "{}", page.shows());
    assert_eq!(page.flash.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn the_end_of_a_session_stops_its_tasks() {
    let (outside, runtime, mut browser, mut page) = open().await;
    page.event("load", json!({"seconds": 3600, "line": "never"}))
        .await;
    assert_eq!(outside.living(), 1);
    let leave = FromPage::Leave {
        region: 0,
        reason: String::new(),
    };
    assert!(page.send(&leave).await.is_continue());
    sleep(Duration::from_millis(100)).await;
    assert_eq!(runtime.counts().sessions, 1, "the view is not done yet");
    assert_eq!((outside.living(), runtime.counts().tasks), (0, 0));

    let mut page = browser.open("/").await;
    page.event("load", json!({"seconds": 3600, "line": "never"}))
        .await;
    runtime.shutdown().await;
    sleep(Duration::from_secs(1)).await;
    assert_eq!((outside.living(), runtime.counts().tasks), (0, 0));
}

#[tokio::test(start_paused = true)]
async fn a_result_that_came_while_the_page_was_away_is_there_when_it_is_back() {
    let (_, _, browser, mut page) = open().await;
    page.event("load", json!({"seconds": 10, "line": "it"}))
        .await;
    (page.connection, page.outgoing) = browser.connect();
    sleep(Duration::from_secs(20)).await;
    page.resume(&browser).await;
    assert!(
        page.has("\"it\"") && page.has("\"false\""),
        "{}",
        page.shows()
    );
}

#[tokio::test(start_paused = true)]
async fn events_are_not_lost_among_results() {
    let (_, _, _, mut page) = open().await;
    page.event("start_many", json!({"count": 60})).await;
    sleep(Duration::from_millis(990)).await;
    for reference in 2..=50 {
        let add = event(reference, "add", json!({"line": "an event"}));
        assert!(page.send(&add).await.is_continue());
    }
    later(&mut page, 2).await;
    assert_eq!(page.answered, (1..=50).collect::<Vec<_>>());
    assert_eq!(page.shows().matches("an event").count(), 49);
    assert_eq!(page.shows().matches("one of many").count(), 60);
}

#[derive(LiveView)]
#[live_view(template = "<main>{% for line in lines %}<p>{{ line }}</p>{% endfor %}</main>")]
struct Collector {
    lines: Vec<String>,
}

#[live_view]
impl Collector {
    fn mount() -> Self {
        Collector { lines: Vec::new() }
    }

    #[event_handler]
    fn go(&mut self, cx: &mut Cx<Self>) {
        cx.start_task("number", async { 42_u8 });
        cx.start_task(None, async { "text".to_owned() });
        cx.start_async("taken", async { 7_i64 }, |view, _, result| {
            view.lines.push(format!("callback {result:?}"));
            Ok(())
        });
        cx.start_async(
            "bad",
            async { panic!("boom") },
            |view, _, result: Result<(), _>| {
                view.lines
                    .push(format!("callback failed {}", result.is_err()));
                Ok(())
            },
        );
    }

    #[event_handler]
    fn cancelled(&mut self, cx: &mut Cx<Self>) {
        cx.start_task("number", std::future::pending::<u8>());
        cx.cancel_async("number");
    }

    async fn handle_async_result(
        &mut self,
        _cx: &mut Cx<Self>,
        name: &str,
        result: TaskResult,
    ) -> Result {
        let text = match (name, result) {
            ("number", Ok(output)) => output.get::<u8>()?.to_string(),
            ("", Ok(output)) => match output.get::<u8>() {
                Ok(_) => "a number".to_owned(),
                Err(error) => error.to_string(),
            },
            (_, Ok(output)) => match output.get::<i64>() {
                Ok(_) => "a number".to_owned(),
                Err(error) => error.to_string(),
            },
            (_, Err(error)) => error.to_string(),
        };
        self.lines.push(format!("{name}: {text}"));
        Ok(())
    }
}

#[tokio::test(start_paused = true)]
async fn handle_async_result_is_told_of_every_end_with_its_result_or_error() {
    let runtime = start(App::new(()).live::<Collector>("/", "collector"));
    let mut page = Browser::new(&runtime).open("/").await;
    page.event("go", json!({})).await;
    let shown = page.shows();
    for line in [
        "number: 42",
        ": the task gave a `alloc::string::String`, not a `u8`",
        "callback Ok(7)",
        "taken: the task's callback has taken its `i64`",
        "callback failed true",
        "bad: the task panicked: boom",
    ] {
        assert!(shown.contains(line), "{line} in {shown}");
    }
    let before = page.shows();
    page.event("cancelled", json!({})).await;
    assert_eq!(page.shows(), before, "one that was cancelled has no end");
}
