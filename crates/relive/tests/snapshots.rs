//! What a view goes back to after a panic, and after the error of a transactional one.

mod support;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use relive::prelude::*;
use relive_protocol::ErrorKind;
use serde_json::json;
use support::{Browser, Page, start};
use tokio::time::sleep;

/// A value that a template cannot show when it is negative: it panics below -9.
#[derive(Clone)]
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

/// The same view three times: it differs in what its derives and options say.
macro_rules! view {
    ($name:ident, [$($derive:ident),*], [$($option:ident),*]) => {
        #[derive(LiveView, $($derive),*)]
        #[live_view(
            template = "<main><b>{{ count }}</b><u>{{ page }}</u><i>{{ shown }}</i><ul dj-update=\"append\" id=\"log\">{% for line in new %}<li id=\"{{ line }}\">{{ line }}</li>{% endfor %}</ul></main>",
            $($option),*
        )]
        struct $name {
            count: i64,
            page: i64,
            shown: Shown,
            #[live(temporary)]
            new: Vec<String>,
        }

        #[live_view]
        impl $name {
            fn mount(cx: &mut Cx<Self>) -> Self {
                let mounts: Arc<AtomicUsize> = cx.state();
                mounts.fetch_add(1, Ordering::SeqCst);
                Self {
                    count: 0,
                    page: 0,
                    shown: Shown(0),
                    new: vec!["first".to_owned()],
                }
            }

            fn handle_params(&mut self, _cx: &mut Cx<Self>, query: Query) {
                self.page = query.page;
                assert!(query.page < 13, "an address that panics");
            }

            #[event_handler]
            fn add(&mut self, by: i64) {
                self.count += by;
                self.new.push(format!("line{}", self.count));
            }

            #[event_handler]
            fn show(&mut self, value: i64) {
                self.count += 1;
                self.shown = Shown(value);
            }

            #[event_handler]
            fn panic(&mut self, cx: &mut Cx<Self>) {
                self.half(cx);
                panic!("a handler that panics");
            }

            #[event_handler]
            async fn panic_later(&mut self, cx: &mut Cx<Self>) {
                self.half(cx);
                sleep(Duration::from_secs(1)).await;
                panic!("a handler that panics later");
            }

            #[event_handler]
            fn fail(&mut self, cx: &mut Cx<Self>) -> Result {
                self.half(cx);
                Err(Error::msg("no"))
            }

            #[event_handler]
            fn patch_and_fail(&mut self, cx: &mut Cx<Self>) -> Result {
                self.count += 1000;
                cx.live_patch("/", &json!({"page": "x"}))
            }

            /// Half of what a call has to do.
            fn half(&mut self, cx: &mut Cx<Self>) {
                self.count += 1000;
                self.new.push("half".to_owned());
                cx.put_flash(Level::Info, "half");
                cx.page_title("half");
                cx.start_async("load", async {}, |view, _, _| {
                    view.count += 10_000;
                    Ok(())
                });
            }

            #[event_handler]
            fn load(&mut self, cx: &mut Cx<Self>) {
                cx.start_async("load", sleep(Duration::from_secs(10)), |view, _, _| {
                    view.count += 7;
                    Ok(())
                });
            }

            async fn handle_info(&mut self, _cx: &mut Cx<Self>, event: &str, _data: Payload) {
                self.count += 1000;
                assert!(event != "panic", "a message that panics");
            }
        }
    };
}

#[derive(Deserialize)]
struct Query {
    #[serde(default)]
    page: i64,
}

view!(Kept, [Clone], [use_actors]);
view!(Lost, [], [use_actors]);
view!(Undoing, [Clone], [transactional, use_actors]);

struct Opened {
    runtime: relive::Runtime,
    browser: Browser,
    page: Page,
    mounts: Arc<AtomicUsize>,
}

async fn open<V: LiveView>() -> Opened {
    let mounts = Arc::<AtomicUsize>::default();
    let runtime = start(App::new(Arc::clone(&mounts)).live::<V>("/", "view"));
    let mut browser = Browser::new(&runtime);
    let page = browser.open("/").await;
    Opened {
        runtime,
        browser,
        page,
        mounts,
    }
}

async fn send_panic<V: LiveView>(opened: &mut Opened) {
    let handles = opened.runtime.views().of::<V>();
    handles[0].send_info("panic", &()).unwrap();
    opened.page.settle().await;
}

#[tokio::test(start_paused = true)]
async fn a_view_that_is_clone_goes_on_as_it_was_before_the_panic() {
    for event in ["panic", "panic_later"] {
        let mut opened = open::<Kept>().await;
        let page = &mut opened.page;
        page.event("add", json!({"by": 5})).await;
        let reference = page.event(event, json!({})).await;
        sleep(Duration::from_secs(2)).await;
        page.settle().await;
        assert_eq!(page.error().0, ErrorKind::Panicked);
        assert_eq!(page.answered.last(), Some(&reference));
        let shown = page.dom.dump(true);
        assert!(
            shown.contains("\"5\"") && !shown.contains("half"),
            "{shown}"
        );
        // Rows that were sent earlier are there, once each.
        for row in ["    \"first\"\n", "    \"line5\"\n"] {
            assert_eq!(shown.matches(row).count(), 1, "{shown}");
        }
        assert!(page.flash.is_empty() && page.title.is_none());
        // It goes on, and nothing of the half call comes later.
        page.event("add", json!({"by": 1})).await;
        sleep(Duration::from_secs(5)).await;
        page.settle().await;
        assert!(
            page.has("\"6\"") && page.dom.dump(true).contains("\"line6\""),
            "{}",
            page.shows()
        );
        assert_eq!(opened.mounts.load(Ordering::SeqCst), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn a_view_that_is_not_clone_is_mounted_again() {
    let mut opened = open::<Lost>().await;
    let page = &mut opened.page;
    page.event("add", json!({"by": 5})).await;
    page.event("panic", json!({})).await;
    assert_eq!(page.error().0, ErrorKind::Panicked);
    sleep(Duration::from_secs(5)).await;
    page.settle().await;
    let shown = page.dom.dump(true);
    assert!(
        shown.contains("\"0\"") && !shown.contains("half"),
        "{shown}"
    );
    assert_eq!(opened.mounts.load(Ordering::SeqCst), 2);
}

#[tokio::test(start_paused = true)]
async fn a_message_that_panics_is_told_to_the_page_and_undone() {
    let mut opened = open::<Kept>().await;
    let mut other = opened.browser.open("/").await;
    opened.page.event("add", json!({"by": 5})).await;
    send_panic::<Kept>(&mut opened).await;
    let page = &mut opened.page;
    assert_eq!(page.errors.len(), 1);
    assert_eq!(
        (page.errors[0].0, page.error().0),
        (None, ErrorKind::Panicked)
    );
    assert!(page.has("\"5\""), "{}", page.shows());
    other.event("add", json!({"by": 2})).await;
    assert!(other.has("\"2\"") && other.errors.is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_panic_at_an_address_leads_back_to_the_one_before() {
    let mut opened = open::<Kept>().await;
    let page = &mut opened.page;
    page.visit("/?page=2").await;
    page.visit("/?page=13").await;
    assert_eq!(page.error().0, ErrorKind::Panicked);
    assert!(page.has("\"2\""), "{}", page.shows());
    assert_eq!(page.urls, [("/?page=2".to_owned(), true)]);
}

#[tokio::test(start_paused = true)]
async fn a_task_that_a_panicked_call_replaced_goes_on() {
    let mut opened = open::<Kept>().await;
    let page = &mut opened.page;
    page.event("load", json!({})).await;
    page.event("panic", json!({})).await;
    sleep(Duration::from_secs(11)).await;
    page.settle().await;
    assert!(page.has("\"7\""), "{}", page.shows());
}

#[tokio::test(start_paused = true)]
async fn a_view_that_is_mounted_again_has_no_tasks_of_before() {
    let mut opened = open::<Lost>().await;
    let page = &mut opened.page;
    page.event("load", json!({})).await;
    page.event("panic", json!({})).await;
    sleep(Duration::from_secs(11)).await;
    page.settle().await;
    assert!(!page.has("\"7\""), "{}", page.shows());
    assert_eq!(opened.runtime.counts().tasks, 0);
}

#[tokio::test(start_paused = true)]
async fn a_render_that_panics_takes_the_view_back_to_what_the_page_shows() {
    let mut opened = open::<Kept>().await;
    let page = &mut opened.page;
    page.event("add", json!({"by": 5})).await;
    let before = page.shows();
    let reference = page.event("show", json!({"value": -10})).await;
    assert_eq!(page.error().0, ErrorKind::RenderFailed);
    assert_eq!(page.answered.last(), Some(&reference));
    assert_eq!(page.shows(), before);
    page.event("add", json!({"by": 1})).await;
    assert!(page.has("\"6\""), "{}", page.shows());
    assert_eq!(page.errors.len(), 1);
    assert_eq!(opened.mounts.load(Ordering::SeqCst), 1);
}

#[tokio::test(start_paused = true)]
async fn a_render_that_panics_for_several_calls_takes_all_back_that_was_not_seen() {
    let mut opened = open::<Kept>().await;
    let page = &mut opened.page;
    page.ack = false;
    for _ in 0..4 {
        page.event("show", json!({"value": 1})).await;
    }
    assert!(page.has("\"4\""), "{}", page.shows());
    page.event("show", json!({"value": -10})).await;
    page.ack = true;
    let ack = relive_protocol::FromPage::Ack { region: 0, seq: 4 };
    assert!(page.send(&ack).await.is_continue());
    page.settle().await;
    assert_eq!(page.error().0, ErrorKind::RenderFailed);
    page.event("add", json!({"by": 1})).await;
    assert!(page.has("\"5\""), "{}", page.shows());
    assert_eq!(page.answered, [1, 2, 3, 4, 5, 6]);
}

#[tokio::test(start_paused = true)]
async fn a_render_that_panics_where_no_copy_is_mounts_the_view_again() {
    let mut opened = open::<Lost>().await;
    let page = &mut opened.page;
    page.event("add", json!({"by": 5})).await;
    page.event("show", json!({"value": -10})).await;
    assert_eq!(page.error().0, ErrorKind::RenderFailed);
    assert!(page.has("\"0\""), "{}", page.shows());
    page.event("add", json!({"by": 1})).await;
    assert!(page.has("\"1\""), "{}", page.shows());
    assert_eq!(page.errors.len(), 1);
    assert_eq!(opened.mounts.load(Ordering::SeqCst), 2);
}

#[tokio::test(start_paused = true)]
async fn a_failing_handler_of_a_transactional_view_leaves_state_as_it_was() {
    let mut opened = open::<Undoing>().await;
    let page = &mut opened.page;
    page.event("add", json!({"by": 5})).await;
    let before = page.shows();
    let reference = page.event("fail", json!({})).await;
    assert_eq!(page.error(), (ErrorKind::HandlerFailed, "`fail`: no"));
    assert_eq!(page.answered.last(), Some(&reference));
    assert_eq!(page.shows(), before);
    sleep(Duration::from_secs(5)).await;
    page.event("add", json!({"by": 1})).await;
    let shown = page.dom.dump(true);
    assert!(
        shown.contains("\"6\"") && !shown.contains("half"),
        "{shown}"
    );
    assert!(page.flash.is_empty() && page.title.is_none());
}

#[tokio::test(start_paused = true)]
async fn an_address_that_does_not_fit_undoes_a_transactional_handler() {
    let mut opened = open::<Undoing>().await;
    let page = &mut opened.page;
    page.event("patch_and_fail", json!({})).await;
    assert_eq!(page.error().0, ErrorKind::InvalidParams);
    page.event("add", json!({"by": 1})).await;
    assert!(
        page.has("\"1\"") && page.urls.is_empty(),
        "{}",
        page.shows()
    );
}

#[tokio::test(start_paused = true)]
async fn a_transactional_view_goes_back_after_a_panic_too() {
    let mut opened = open::<Undoing>().await;
    let page = &mut opened.page;
    page.event("add", json!({"by": 5})).await;
    page.event("panic", json!({})).await;
    assert_eq!(page.error().0, ErrorKind::Panicked);
    assert!(page.has("\"5\""), "{}", page.shows());
}

#[tokio::test(start_paused = true)]
async fn the_error_of_a_view_that_is_not_transactional_keeps_what_it_changed() {
    let mut opened = open::<Kept>().await;
    let page = &mut opened.page;
    page.event("fail", json!({})).await;
    assert!(
        page.has("\"1000\"") || page.has("\"11000\""),
        "{}",
        page.shows()
    );
    assert_eq!(page.flash.len(), 1);
}

/// A view whose copying, or whose copy's end, panics.
#[derive(LiveView)]
#[live_view(template = "<main>{{ count }}</main>")]
struct Brittle {
    count: i64,
    #[live(private)]
    copies: Arc<Mutex<i64>>,
}

impl Clone for Brittle {
    fn clone(&self) -> Self {
        let mut copies = self
            .copies
            .lock()
            .unwrap_or_else(|poisoned| poisoned.into_inner());
        *copies += 1;
        assert!(*copies != 2, "a copy that panics");
        Brittle {
            count: self.count,
            copies: Arc::clone(&self.copies),
        }
    }
}

#[live_view]
impl Brittle {
    fn mount() -> Self {
        Brittle {
            count: 0,
            copies: Arc::default(),
        }
    }

    #[event_handler]
    fn add(&mut self) {
        self.count += 1;
    }
}

#[tokio::test(start_paused = true)]
async fn a_copy_that_panics_ends_nothing() {
    let runtime = start(App::new(()).live::<Brittle>("/", "brittle"));
    let mut page = Browser::new(&runtime).open("/").await;
    for _ in 0..3 {
        page.event("add", json!({})).await;
    }
    assert!(
        page.has("\"3\"") && page.errors.is_empty(),
        "{}",
        page.shows()
    );
}
