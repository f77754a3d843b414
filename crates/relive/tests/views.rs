//! What the macros write, at work: parameters reach their handlers, and what does not fit never runs one.

mod support;

#[path = "ui/pass/everything.rs"]
mod everything;
#[path = "ui/pass/small.rs"]
mod small;

use std::collections::BTreeMap;
use std::num::ParseIntError;

use relive::prelude::*;
use relive_protocol::ErrorKind;
use serde_json::{Value, json};
use support::{Browser, Page, start};

#[derive(Clone, Copy, Debug, Deserialize)]
#[expect(dead_code, reason = "looked at in its debug form")]
struct ItemId(u64);

#[derive(Debug, Deserialize)]
#[expect(dead_code, reason = "looked at in its debug form")]
struct Profile {
    name: String,
    age: u8,
    newsletter: bool,
}

#[derive(LiveView)]
#[live_view(template = "<main><p>{{ log }}</p><i>{{ doubled }}</i><b>{{ notice }}</b></main>")]
struct Log {
    log: String,
    #[live(temporary = "none".to_owned())]
    notice: String,
    #[live(private)]
    times: u32,
}

#[live_view]
impl Log {
    fn mount(path: (u16, String)) -> std::result::Result<Self, ParseIntError> {
        let (year, slug) = path;
        Ok(Log {
            log: format!("{year} {slug}"),
            notice: "mounted".to_owned(),
            times: 0,
        })
    }

    fn handle_params(&mut self, query: BTreeMap<String, u8>) {
        if let Some(times) = query.get("times") {
            self.times = u32::from(*times);
        }
    }

    fn get_context_data(&self, context: &mut Context) -> Result {
        context.insert("doubled", &(self.times * 2));
        Ok(())
    }

    #[event_handler]
    fn set(&mut self, id: ItemId, #[default(7)] step: i8, #[default] tags: Vec<String>) {
        self.log = format!("{id:?} {step} {tags:?}");
    }

    #[event_handler]
    async fn save(&mut self, cx: &mut Cx<Self>, #[payload] profile: Profile) {
        cx.page_title("Saved");
        tokio::task::yield_now().await;
        self.log = format!("{profile:?}");
    }

    #[event_handler]
    fn move_to(&mut self, #[payload] rest: BTreeMap<String, String>, _row: u8, r#type: char) {
        self.log = format!("{_row} {} {rest:?}", r#type);
    }

    #[event_handler]
    fn parse(&mut self, number: String) -> std::result::Result<(), ParseIntError> {
        self.log = format!("parsing {number}");
        self.log = format!("parsed {}", number.parse::<i32>()?);
        Ok(())
    }

    #[event_handler]
    fn notify(&mut self) {
        self.notice = "a notice".to_owned();
    }
}

async fn open() -> Page {
    let app = App::new(())
        .live::<Log>("/<int:year>/<slug:slug>/", "log")
        .secret_key([1; 32]);
    Browser::new(&start(app))
        .open("/2026/first-post/?times=4")
        .await
}

#[tokio::test(start_paused = true)]
async fn mount_takes_the_urls_values_and_handle_params_the_query() {
    let page = open().await;
    assert!(page.has("2026 first-post"), "{}", page.shows());
    assert!(
        page.has("8"),
        "get_context_data saw what handle_params set: {}",
        page.shows()
    );
}

#[tokio::test(start_paused = true)]
async fn parameters_reach_their_handlers() {
    let mut page = open().await;
    for (event, payload, shows) in [
        ("set", json!({ "id": "5" }), r#"ItemId(5) 7 []"#),
        (
            "set",
            json!({ "tags": "a", "step": "-1", "id": 6 }),
            r#"ItemId(6) -1 ["a"]"#,
        ),
        (
            "save",
            json!({ "_form": true, "_target": "age", "csrf_token": "x", "name": "Ann", "age": " 30 " }),
            r#"Profile { name: "Ann", age: 30, newsletter: false }"#,
        ),
        (
            "move_to",
            json!({ "a": 1, "type": "x", "row": "2", "b": "c" }),
            r#"2 x {"a": "1", "b": "c"}"#,
        ),
        ("parse", json!({ "number": "12" }), "parsed 12"),
    ] {
        let reference = page.event(event, payload).await;
        assert_eq!(page.answered.last(), Some(&reference), "{event}");
        assert!(page.errors.is_empty(), "{:?}", page.errors);
        let shown = page.shows();
        assert!(
            shown.contains(shows) || shown.contains(&format!("{shows:?}")),
            "{event}: {shown}"
        );
    }
    assert_eq!(page.title.as_deref(), Some("Saved"));
}

#[tokio::test(start_paused = true)]
async fn what_does_not_fit_is_told_and_runs_nothing() {
    let mut page = open().await;
    let before = page.shows();
    let cases: [(&str, Value, &str); 6] = [
        (
            "set",
            json!({ "step": "abc", "colour": 1 }),
            "event `set`: parameter `id` is missing (expected an integer); \
             parameter `step`: expected an integer, got \"abc\"; \
             unknown parameter `colour`; it takes `id`, `step`, `tags`",
        ),
        (
            "set",
            json!({ "id": 1, "step": 200 }),
            "event `set`, parameter `step`: expected an integer from -128 to 127, got 200",
        ),
        (
            "save",
            json!({ "name": "Ann", "age": "", "newsletter": "maybe" }),
            "event `save`: parameter `age`: expected an integer, got \"\"; \
             parameter `newsletter`: expected true or false, got \"maybe\"",
        ),
        (
            "save",
            json!({ "name": "Ann", "age": 1, "newsletter": 0, "nmae": "" }),
            "event `save`: unknown parameter `nmae`; \
             it takes `name`, `age`, `newsletter` (did you mean `name`?)",
        ),
        (
            "move_to",
            json!({ "row": 1 }),
            "event `move_to`: parameter `type` is missing (expected one character)",
        ),
        (
            "notify",
            json!({ "loud": true }),
            "event `notify`: unknown parameter `loud`; it takes none",
        ),
    ];
    for (event, payload, message) in cases {
        let reference = page.event(event, payload).await;
        assert_eq!(page.error(), (ErrorKind::InvalidParams, message));
        assert_eq!(page.errors.last().unwrap().0, Some(reference));
        assert_eq!(page.shows(), before, "{event} did not run");
    }
}

#[tokio::test(start_paused = true)]
async fn a_handlers_own_error_keeps_what_it_changed() {
    let mut page = open().await;
    page.event("parse", json!({ "number": "x" })).await;
    assert_eq!(page.error().0, ErrorKind::HandlerFailed);
    assert!(page.has("parsing x"), "{}", page.shows());
}

#[tokio::test(start_paused = true)]
async fn a_temporary_field_is_shown_once() {
    let mut page = open().await;
    page.event("notify", json!({})).await;
    assert!(page.has("a notice"), "{}", page.shows());
    page.event("set", json!({ "id": 1 })).await;
    assert!(!page.has("a notice"), "{}", page.shows());
    assert!(page.has("none"), "{}", page.shows());
}

#[test]
fn views_of_every_form_are_what_they_say() {
    everything::main();
    small::main();
}
