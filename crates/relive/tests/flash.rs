//! Flash messages: in the HTML, while the page is live, across addresses, and where there is no place for them.

mod support;

use std::io::Write;
use std::sync::{Arc, Mutex};

use relive::Runtime;
use relive::prelude::*;
use relive_protocol::{Effect, ToPage};
use serde_json::json;
use support::{Browser, Page, start};

#[derive(LiveView)]
#[live_view(template = "<main>{{ n }}{% dj_flash auto_dismiss=0 position=\"top\" %}</main>")]
struct Talker {
    n: u32,
}

#[derive(Deserialize)]
struct Query {
    #[serde(default)]
    n: u32,
}

#[live_view]
impl Talker {
    fn mount(cx: &mut Cx<Self>) -> Self {
        cx.put_flash(Level::Success, "Hello & <b>welcome</b>");
        cx.put_flash("my level\"", "two");
        Talker { n: 0 }
    }

    fn handle_params(&mut self, cx: &mut Cx<Self>, query: Query) {
        self.n = query.n;
        if query.n == 9 {
            cx.put_flash("note", "nine");
        }
    }

    #[event_handler]
    fn say(&mut self, cx: &mut Cx<Self>, level: String, message: String) {
        cx.put_flash(level, message);
    }

    #[event_handler]
    fn clear(&mut self, cx: &mut Cx<Self>, level: Option<String>) {
        cx.clear_flash(level.map(Level::from));
    }

    #[event_handler]
    fn say_and_clear(&mut self, cx: &mut Cx<Self>) {
        cx.put_flash("a", "never seen");
        cx.put_flash("b", "seen");
        cx.clear_flash(Some("a".into()));
    }

    #[event_handler]
    fn patch(&mut self, cx: &mut Cx<Self>) -> Result {
        cx.put_flash("note", "with a patch");
        cx.live_patch("/", &json!({"n": 9}))
    }

    #[event_handler]
    fn fails(&mut self, cx: &mut Cx<Self>) -> Result {
        cx.put_flash("note", "in spite of it");
        Err(Error::msg("no"))
    }
}

/// Has no place for messages.
#[derive(LiveView)]
#[live_view(template = "<main>{{ n }}</main>")]
struct Mute {
    n: u32,
}

#[live_view]
impl Mute {
    fn mount(cx: &mut Cx<Self>) -> Self {
        cx.put_flash(Level::Info, "who hears this?");
        Mute { n: 0 }
    }

    #[event_handler]
    fn say(&mut self, cx: &mut Cx<Self>) {
        cx.put_flash(Level::Info, "and this?");
    }
}

fn runtime() -> Runtime {
    start(
        App::new(())
            .live::<Talker>("/", "talker")
            .live::<Mute>("/mute/", "mute"),
    )
}

async fn talker() -> Page {
    Browser::new(&runtime()).open("/").await
}

fn flash(page: &mut Page) -> Vec<(String, String)> {
    std::mem::take(&mut page.flash)
}

fn message(level: &str, text: &str) -> (String, String) {
    (level.to_owned(), text.to_owned())
}

#[tokio::test(start_paused = true)]
async fn messages_of_mount_stand_in_the_html_as_text_and_do_not_come_again() {
    let runtime = runtime();
    let mut browser = Browser::new(&runtime);
    let html = browser.get("/").await.html;
    let container = "<div id=\"dj-flash-container\" class=\"dj-flash-container dj-flash-top\"";
    assert!(html.contains("id=\"dj-flash-container\""), "{html}");
    assert!(
        html.contains("dj-flash-top") && html.contains("aria-live=\"polite\""),
        "{container}: {html}"
    );
    assert!(html.contains("data-dj-auto-dismiss=\"0\""), "{html}");
    for message in [
        "<div class=\"dj-flash dj-flash-success\" role=\"alert\" data-dj-flash-level=\"success\">\
         Hello &amp; &lt;b&gt;welcome&lt;/b&gt;</div>",
        "<div class=\"dj-flash dj-flash-my-level-\" role=\"alert\" data-dj-flash-level=\"my level&quot;\">two</div>",
    ] {
        assert!(html.contains(message), "{html}");
    }
    let mut page = browser.load("/", &html);
    page.join(None).await;
    assert!(page.flash.is_empty());
}

#[tokio::test(start_paused = true)]
async fn any_string_is_a_level_and_a_handler_that_fails_has_said_it_too() {
    let mut page = talker().await;
    page.event("say", json!({"level": "very bad", "message": "<i>x"}))
        .await;
    assert_eq!(flash(&mut page), [message("very bad", "<i>x")]);
    page.event("fails", json!({})).await;
    assert_eq!(flash(&mut page), [message("note", "in spite of it")]);
}

#[tokio::test(start_paused = true)]
async fn clearing_is_told_to_the_page_by_level_or_for_all() {
    let mut page = talker().await;
    let cleared = |page: &Page| {
        page.received
            .iter()
            .rev()
            .find_map(|message| match message {
                ToPage::Update { effects, .. } => effects.iter().find_map(|effect| match effect {
                    Effect::ClearFlash { level } => Some(level.clone()),
                    _ => None,
                }),
                _ => None,
            })
    };
    page.event("clear", json!({"level": "success"})).await;
    assert_eq!(cleared(&page), Some(Some("success".to_owned())));
    page.event("clear", json!({})).await;
    assert_eq!(cleared(&page), Some(None));
    page.event("say_and_clear", json!({})).await;
    let last = page
        .received
        .iter()
        .rev()
        .find_map(|message| match message {
            ToPage::Update { effects, .. } => Some(effects.clone()),
            _ => None,
        });
    assert_eq!(
        last.unwrap(),
        [
            Effect::Flash {
                level: "b".into(),
                message: "seen".into()
            },
            Effect::ClearFlash {
                level: Some("a".into())
            },
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn a_patch_keeps_messages_and_brings_its_own() {
    let mut page = talker().await;
    page.event("patch", json!({})).await;
    assert_eq!(
        flash(&mut page),
        [message("note", "with a patch"), message("note", "nine")]
    );
    let clears = page.received.iter().any(|message| {
        matches!(message, ToPage::Update { effects, .. } if effects.iter().any(|e| matches!(e, Effect::ClearFlash { .. })))
    });
    assert!(!clears);
}

/// What is logged, as text.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Lines {
    fn taken(&self) -> String {
        String::from_utf8(std::mem::take(&mut *self.0.lock().unwrap())).unwrap()
    }
}

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test(start_paused = true)]
async fn a_message_without_a_container_is_told_of() {
    let lines = Lines::default();
    let writer = lines.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_ansi(false)
        .with_max_level(tracing::Level::WARN)
        .with_writer(move || writer.clone())
        .finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    let mut page = Browser::new(&runtime()).open("/mute/").await;
    let said = lines.taken();
    assert!(
        said.contains("Mute") && said.contains("{% dj_flash %}"),
        "{said}"
    );
    page.event("say", json!({})).await;
    let said = lines.taken();
    assert!(
        said.contains("Mute") && said.contains("{% dj_flash %}"),
        "{said}"
    );
    // Where there is one, nothing is said.
    let mut page = Browser::new(&runtime()).open("/").await;
    page.event("say", json!({"level": "a", "message": "b"}))
        .await;
    assert!(!lines.taken().contains("dj_flash"));
}
