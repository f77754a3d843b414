//! Events: only handlers can be called, one after another in the order sent, and each is answered exactly once.

mod support;

use std::time::Duration;

use relive::prelude::*;
use relive_protocol::ErrorKind;
use serde_json::{Value, json};
use support::{Browser, Page, event, start};

#[derive(LiveView)]
#[live_view(template = "<main>{{ log }}</main>")]
struct Log {
    log: String,
}

impl Log {
    /// Beside the handlers, and none of them.
    fn erase(&mut self) {
        self.log.clear();
    }
}

#[live_view]
impl Log {
    fn mount() -> Self {
        Log { log: String::new() }
    }

    #[event_handler]
    fn write(&mut self, word: String) {
        self.note(&word);
    }

    #[event_handler]
    async fn think(&mut self, word: String, millis: u64) {
        tokio::time::sleep(Duration::from_millis(millis)).await;
        self.note(&word);
    }

    #[event_handler]
    fn nothing(&mut self) {}

    #[event_handler]
    fn fail(&mut self) -> Result {
        Err(Error::msg("it failed"))
    }

    #[event_handler]
    fn panic(&mut self) {
        panic!("a handler panics");
    }

    #[event_handler]
    fn begin_again(&mut self) {
        self.erase();
    }

    /// A method without mark, in the `impl` of the handlers.
    pub(crate) fn note(&mut self, word: &str) {
        self.log.push_str(word);
        self.log.push(' ');
    }
}

async fn open() -> (Browser, Page) {
    let app = App::new(()).live::<Log>("/", "log");
    let mut browser = Browser::new(&start(app));
    let page = browser.open("/").await;
    (browser, page)
}

impl Page {
    /// Sends events without waiting for an answer; gives the last reference.
    async fn send_all<'e>(&mut self, events: impl IntoIterator<Item = (&'e str, Value)>) -> u32 {
        for (name, payload) in events {
            self.reference += 1;
            let message = event(self.reference, name, payload);
            assert!(self.send(&message).await.is_continue());
        }
        self.reference
    }
}

#[tokio::test(start_paused = true)]
async fn only_handlers_can_be_called() {
    let (_, mut page) = open().await;
    page.event("write", json!({ "word": "kept" })).await;
    let before = page.shows();
    let lifecycle = [
        "mount",
        "handle_params",
        "handle_info",
        "get_context_data",
        "disconnect",
        "dispatch",
        "assigns",
        "reset_temporary",
    ];
    let others = [
        "erase",
        "note",
        "Write",
        "write ",
        "write()",
        "self.write",
        "Log::write",
        "__proto__",
        "drop",
        "",
    ];
    for name in lifecycle.into_iter().chain(others) {
        let reference = page.event(name, json!({ "word": "x" })).await;
        let (answered, kind, message) = page.errors.last().expect("an error");
        assert_eq!(
            (*answered, *kind),
            (Some(reference), ErrorKind::UnknownEvent),
            "{name}"
        );
        assert!(
            message.contains("it has `write`, `think`, `nothing`, `fail`, `panic`, `begin_again`"),
            "{message}"
        );
        assert_eq!(page.shows(), before, "{name}");
    }
}

#[tokio::test(start_paused = true)]
async fn every_event_is_answered_once_whatever_becomes_of_it() {
    let (_, mut page) = open().await;
    let events = [
        ("write", json!({ "word": "a" })),
        ("nothing", json!({})),
        ("unknown", json!({})),
        ("write", json!({})),
        ("write", json!({ "word": "b", "more": 1 })),
        ("fail", json!({})),
        ("think", json!({ "word": "c", "millis": 30 })),
        ("panic", json!({})),
        ("nothing", json!({})),
        ("begin_again", json!({})),
        ("write", json!({ "word": "d" })),
    ];
    let last = page.send_all(events.clone()).await;
    page.settle().await;
    let mut answered = page.answered.clone();
    answered.sort_unstable();
    assert_eq!(answered, (1..=last).collect::<Vec<_>>());
    let errors: Vec<_> = page
        .errors
        .iter()
        .map(|(reference, kind, _)| (*reference, *kind))
        .collect();
    assert_eq!(
        errors,
        [
            (Some(3), ErrorKind::UnknownEvent),
            (Some(4), ErrorKind::InvalidParams),
            (Some(5), ErrorKind::InvalidParams),
            (Some(6), ErrorKind::HandlerFailed),
            (Some(8), ErrorKind::Panicked),
        ]
    );
    assert!(page.has("\"d \""), "{}", page.shows());
    // Nothing comes later.
    page.settle().await;
    assert_eq!(page.answered.len(), events.len());
}

#[tokio::test(start_paused = true)]
async fn events_run_one_after_another_in_the_order_sent() {
    let (_, mut page) = open().await;
    // Each takes less time than the one before it.
    let events = (0..20_u64).map(|n| {
        let word = n.to_string();
        match n % 3 {
            0 => ("write", json!({ "word": word })),
            _ => ("think", json!({ "word": word, "millis": 20 - n })),
        }
    });
    page.send_all(events).await;
    page.settle().await;
    let expected: String = (0..20).map(|n| format!("{n} ")).collect();
    assert!(page.has(&expected), "{}", page.shows());
    assert_eq!(page.answered, (1..=20).collect::<Vec<_>>());
}

#[tokio::test(start_paused = true)]
async fn an_event_that_is_sent_again_after_a_lost_connection_is_answered_and_does_not_run_again() {
    let (browser, mut page) = open().await;
    let last = page
        .send_all([("write", json!({ "word": "once" })), ("unknown", json!({}))])
        .await;
    page.settle().await;
    page.resume(&browser).await;
    let before = page.answered.len();
    for (reference, name, payload) in [
        (last - 1, "write", json!({ "word": "once" })),
        (last, "unknown", json!({})),
    ] {
        let message = event(reference, name, payload);
        assert!(page.send(&message).await.is_continue());
    }
    page.settle().await;
    assert_eq!(page.answered[before..], [last - 1, last]);
    assert_eq!(
        page.errors
            .last()
            .map(|(reference, kind, _)| (*reference, *kind)),
        Some((Some(last), ErrorKind::UnknownEvent))
    );
    assert!(page.has("\"once \""), "{}", page.shows());
}
