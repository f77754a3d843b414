//! From the HTTP request to the live page, and what happens when there is no session to adopt.

mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use relive::prelude::*;
use relive_protocol::{Format, FromPage, Outcome, Resume, ToPage};
use serde_json::json;
use support::{Browser, start};

#[derive(Clone, Default)]
struct Log {
    mounts: Arc<AtomicUsize>,
    ended: Arc<std::sync::Mutex<Vec<Disconnect>>>,
}

#[derive(LiveView)]
#[live_view(template = r#"<main><h1>{{ count }}</h1><p>{{ step }}</p>{% dj_flash %}</main>"#)]
struct Counter {
    count: i64,
    step: i64,
    #[live(private)]
    log: Log,
}

#[derive(Deserialize)]
struct Query {
    #[serde(default)]
    step: i64,
}

#[live_view]
impl Counter {
    async fn mount(cx: &mut Cx<Self>) -> Result<Self> {
        let log: Log = cx.state();
        log.mounts.fetch_add(1, Ordering::SeqCst);
        cx.page_title("A <counter>");
        cx.put_flash(Level::Info, "Hello & <welcome>");
        cx.push_event("ready", &1)?;
        Ok(Counter {
            count: 0,
            step: 0,
            log,
        })
    }

    async fn handle_params(&mut self, _cx: &mut Cx<Self>, query: Query) -> Result {
        self.step = query.step;
        Ok(())
    }

    #[event_handler]
    fn add(&mut self, by: i64) {
        self.count += by;
    }

    async fn disconnect(&mut self, reason: Disconnect) {
        self.log.ended.lock().unwrap().push(reason);
    }
}

fn app() -> (Log, relive::Runtime) {
    let log = Log::default();
    let app = App::new(log.clone())
        .live::<Counter>("/", "counter")
        .secret_key([7; 32]);
    (log, start(app))
}

#[tokio::test(start_paused = true)]
async fn mount_runs_once_for_a_page_and_its_join() {
    let (log, runtime) = app();
    for format in [Format::MessagePack, Format::Json] {
        log.mounts.store(0, Ordering::SeqCst);
        let mut browser = Browser::new(&runtime);
        browser.format = format;
        let mut page = browser.open("/?step=3").await;
        assert_eq!(page.outcome, Some(Outcome::Adopted));
        assert!(page.has("\"3\""), "{}", page.shows());
        page.event("add", json!({"by": "5"})).await;
        assert!(page.has("\"5\""), "{}", page.shows());
        assert_eq!(page.answered, [1]);
        assert_eq!(log.mounts.load(Ordering::SeqCst), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn the_html_is_complete_without_javascript() {
    let (_, runtime) = app();
    let answer = Browser::new(&runtime).get("/").await;
    assert!(answer.html.starts_with("<!DOCTYPE html>"));
    assert!(
        answer.html.contains("<title>A &lt;counter&gt;</title>"),
        "{}",
        answer.html
    );
    assert!(
        answer.html.contains(">Hello &amp; &lt;welcome&gt;</div>"),
        "{}",
        answer.html
    );
    assert!(answer.html.contains("<h1>0</h1>"));
    assert!(
        answer
            .html
            .contains(r#"<script src="/relive.js" defer></script>"#)
    );
    assert_eq!(answer.headers["cache-control"], "private, no-store");
}

#[tokio::test(start_paused = true)]
async fn what_stood_in_the_html_does_not_come_again_but_pushed_events_do() {
    let (_, runtime) = app();
    let page = Browser::new(&runtime).open("/").await;
    assert!(page.flash.is_empty() && page.title.is_none());
    assert_eq!(page.pushed, [("ready".to_owned(), json!(1))]);
}

#[tokio::test(start_paused = true)]
async fn a_copy_of_the_page_gets_a_session_of_its_own() {
    let (log, runtime) = app();
    let mut browser = Browser::new(&runtime);
    let answer = browser.get("/").await;
    let mut first = browser.load("/", &answer.html);
    let mut copy = browser.load("/", &answer.html);
    first.join(None).await;
    copy.join(None).await;
    assert_eq!(first.outcome, Some(Outcome::Adopted));
    assert_eq!(copy.outcome, Some(Outcome::Mounted));
    assert_eq!(log.mounts.load(Ordering::SeqCst), 2);
    // Both are live, and neither disturbs the other.
    first.event("add", json!({"by": 1})).await;
    copy.event("add", json!({"by": 2})).await;
    assert!(first.has("\"1\"") && copy.has("\"2\""));
    assert_eq!(
        copy.flash,
        [("info".to_owned(), "Hello & <welcome>".to_owned())]
    );
    assert_eq!(copy.title.as_deref(), Some("A <counter>"));
}

#[tokio::test(start_paused = true)]
async fn a_page_that_joins_too_late_is_mounted_anew() {
    let (log, runtime) = app();
    let mut browser = Browser::new(&runtime);
    let answer = browser.get("/").await;
    tokio::time::sleep(Duration::from_secs(31)).await;
    assert_eq!(*log.ended.lock().unwrap(), [Disconnect::NeverJoined]);
    assert_eq!(runtime.counts().sessions, 0);
    let mut page = browser.load("/", &answer.html);
    page.join(None).await;
    assert_eq!(page.outcome, Some(Outcome::Mounted));
    page.event("add", json!({"by": 1})).await;
    assert!(page.has("\"1\""));
}

#[tokio::test(start_paused = true)]
async fn a_page_of_another_visitor_or_server_is_stale() {
    let (_, runtime) = app();
    let mut browser = Browser::new(&runtime);
    let answer = browser.get("/").await;
    let stranger = Browser::new(&runtime);
    let mut page = stranger.load("/", &answer.html);
    assert!(matches!(page.join(None).await, ToPage::Refused { reason, .. } if reason == "stale"));

    let log = Log::default();
    let app = App::new(log)
        .live::<Counter>("/", "counter")
        .secret_key([8; 32]);
    let restarted = Browser {
        runtime: start(app),
        ..browser
    };
    let mut page = restarted.load("/", &answer.html);
    assert!(matches!(page.join(None).await, ToPage::Refused { reason, .. } if reason == "stale"));
}

#[tokio::test(start_paused = true)]
async fn a_lost_connection_resumes_the_same_session() {
    let (log, runtime) = app();
    let mut browser = Browser::new(&runtime);
    let mut page = browser.open("/").await;
    page.event("add", json!({"by": 1})).await;
    tokio::time::sleep(Duration::from_secs(119)).await;
    assert_eq!(page.resume(&browser).await, Outcome::Resumed);
    page.event("add", json!({"by": 1})).await;
    assert!(page.has("\"2\""));
    assert_eq!(log.mounts.load(Ordering::SeqCst), 1);
    assert_eq!(page.answered, [1, 2]);
}

#[tokio::test(start_paused = true)]
async fn an_event_that_is_sent_twice_changes_state_once() {
    let (_, runtime) = app();
    let mut browser = Browser::new(&runtime);
    let mut page = browser.open("/").await;
    for _ in 0..3 {
        let message = support::event(1, "add", json!({"by": 1}));
        assert!(page.send(&message).await.is_continue());
        page.settle().await;
    }
    page.reference = 1;
    (page.connection, page.outgoing) = browser.connect();
    assert_eq!(page.resume(&browser).await, Outcome::Resumed);
    let message = support::event(1, "add", json!({"by": 1}));
    assert!(page.send(&message).await.is_continue());
    page.settle().await;
    assert!(page.has("\"1\""), "{}", page.shows());
}

#[tokio::test(start_paused = true)]
async fn a_session_that_waits_too_long_ends_and_its_page_starts_afresh() {
    let (log, runtime) = app();
    let mut browser = Browser::new(&runtime);
    let mut page = browser.open("/").await;
    page.event("add", json!({"by": 5})).await;
    (page.connection, page.outgoing) = browser.connect();
    tokio::time::sleep(Duration::from_secs(121)).await;
    assert_eq!(*log.ended.lock().unwrap(), [Disconnect::Expired]);
    assert_eq!(page.resume(&browser).await, Outcome::Mounted);
    assert!(page.has("\"0\""), "{}", page.shows());
}

#[tokio::test(start_paused = true)]
async fn a_page_whose_dom_differs_gets_the_whole_html() {
    let (_, runtime) = app();
    let mut browser = Browser::new(&runtime);
    let answer = browser.get("/").await;
    let mut page = browser.load("/", &answer.html.replace("<p>", "<p><b>an extension</b>"));
    let joined = page.join(None).await;
    let ToPage::Joined {
        outcome: Outcome::Adopted,
        html: Some(_),
        ..
    } = joined
    else {
        panic!("{joined:?}")
    };
    assert!(!page.has("extension"));
    page.event("add", json!({"by": 1})).await;
    assert!(page.has("\"1\""));
    assert_eq!(runtime.counts().rebuilt, 1);
}

#[tokio::test(start_paused = true)]
async fn a_page_that_asks_gets_the_html_of_what_it_shows() {
    let (_, runtime) = app();
    let mut browser = Browser::new(&runtime);
    let mut page = browser.open("/").await;
    page.event("add", json!({"by": 1})).await;
    let before = page.shows();
    assert!(
        page.send(&FromPage::Resync { region: 0, node: 0 })
            .await
            .is_continue()
    );
    page.settle().await;
    assert_eq!(page.shows(), before);
    page.event("add", json!({"by": 1})).await;
    assert!(page.has("\"2\""));
    assert_eq!(runtime.counts().resyncs, 1);
}

#[tokio::test(start_paused = true)]
async fn leaving_ends_the_session_at_once() {
    let (log, runtime) = app();
    let mut page = Browser::new(&runtime).open("/").await;
    let leave = FromPage::Leave {
        region: 0,
        reason: "closed".into(),
    };
    assert!(page.send(&leave).await.is_continue());
    page.settle().await;
    assert_eq!(*log.ended.lock().unwrap(), [Disconnect::Left]);
    assert_eq!(runtime.counts().sessions, 0);
}

#[tokio::test(start_paused = true)]
async fn a_shutdown_tells_the_pages_and_ends_every_session() {
    let (log, runtime) = app();
    let mut browser = Browser::new(&runtime);
    let mut page = browser.open("/").await;
    browser.get("/").await;
    runtime.shutdown().await;
    page.settle().await;
    assert!(
        page.received
            .iter()
            .any(|message| matches!(message, ToPage::Ended { reason, .. } if reason == "shutdown"))
    );
    assert_eq!(*log.ended.lock().unwrap(), [Disconnect::Shutdown; 2]);
    assert_eq!(runtime.counts().sessions, 0);
    assert_eq!(browser.get("/").await.status, 503);
}

#[tokio::test(start_paused = true)]
async fn prefetches_and_head_requests_park_nothing() {
    let (_, runtime) = app();
    let browser = Browser::new(&runtime);
    let head = browser.head("HEAD", "/");
    runtime.page(&head, None).await.unwrap();
    let mut prefetch = browser.head("GET", "/");
    prefetch
        .headers
        .insert("sec-purpose", "prefetch".parse().unwrap());
    let response = runtime.page(&prefetch, None).await.unwrap();
    assert!(!response.body().contains("dj-token"));
    assert_eq!(runtime.counts().sessions, 0);
    let mut prerender = browser.head("GET", "/");
    prerender
        .headers
        .insert("sec-purpose", "prefetch;prerender".parse().unwrap());
    runtime.page(&prerender, None).await.unwrap();
    assert_eq!(runtime.counts().parked, 1);
}

#[tokio::test(start_paused = true)]
async fn parked_sessions_are_bounded_and_the_oldest_goes() {
    let log = Log::default();
    let app = App::new(log.clone())
        .live::<Counter>("/", "counter")
        .limits(|limits| limits.max_parked = 3);
    let runtime = start(app);
    let mut browser = Browser::new(&runtime);
    for _ in 0..5 {
        browser.get("/").await;
    }
    tokio::time::sleep(Duration::from_millis(10)).await;
    assert_eq!(runtime.counts().parked, 3);
    assert_eq!(*log.ended.lock().unwrap(), [Disconnect::Evicted; 2]);
}

#[tokio::test(start_paused = true)]
async fn a_forged_resume_secret_finds_nothing() {
    let (log, runtime) = app();
    let mut browser = Browser::new(&runtime);
    let mut page = browser.open("/").await;
    let stranger = Browser {
        runtime: runtime.clone(),
        cookie: None,
        format: Format::MessagePack,
    };
    (page.connection, page.outgoing) = stranger.connect();
    let resume = Resume {
        session: page.session.clone(),
        seq: 0,
        reference: 0,
    };
    let answer = page.join(Some(resume)).await;
    assert!(
        matches!(answer, ToPage::Refused { reason, .. } if reason == "stale"),
        "{answer:?}"
    );
    assert_eq!(log.mounts.load(Ordering::SeqCst), 1);
}
