//! What a template sees of a view's state: public fields, what is computed, and the framework's own variables.

mod support;

use std::sync::{Arc, Mutex};

use relive::prelude::*;
use relive_protocol::{ErrorKind, ToPage};
use serde_json::json;
use support::{Browser, start};

/// The calls that a view got, in their order.
#[derive(Clone, Default)]
struct Calls(Arc<Mutex<Vec<String>>>);

impl Calls {
    fn add(&self, call: &str) {
        self.0.lock().unwrap().push(call.to_owned());
    }

    fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

#[derive(LiveView)]
#[live_view(template = r#"<main>{{ count }} of {{ total }}</main>"#)]
struct Ordered {
    count: u32,
    #[live(private)]
    calls: Calls,
}

#[live_view]
impl Ordered {
    fn mount(cx: &mut Cx<Self>) -> Self {
        let calls: Calls = cx.state();
        calls.add("mount");
        Ordered { count: 0, calls }
    }

    fn handle_params(&mut self) {
        self.calls.add("handle_params");
    }

    fn handle_info(&mut self) {
        self.calls.add("handle_info");
        self.count += 1;
    }

    fn get_context_data(&self, context: &mut Context) {
        self.calls
            .add(&format!("get_context_data at {}", self.count));
        context.insert("total", &(self.count + 10));
    }

    #[event_handler]
    fn add(&mut self) {
        self.calls.add("add");
        self.count += 1;
    }
}

#[tokio::test(start_paused = true)]
async fn context_is_made_before_every_render_and_after_what_changed_the_state() {
    let calls = Calls::default();
    let app = App::new(calls.clone()).live::<Ordered>("/", "home");
    let pubsub = app.pubsub();
    let runtime = start(app);
    let mut page = Browser::new(&runtime).open("/").await;
    assert_eq!(
        calls.take(),
        ["mount", "handle_params", "get_context_data at 0"],
        "the join adopts what was rendered"
    );
    assert!(page.has("0 of 10"), "{}", page.shows());

    page.event("add", json!({})).await;
    assert_eq!(calls.take(), ["add", "get_context_data at 1"]);
    assert!(page.has("1 of 11"), "{}", page.shows());

    page.visit("/?step=2").await;
    assert_eq!(calls.take(), ["handle_params", "get_context_data at 1"]);

    // Nobody listens: nothing is rendered.
    pubsub.broadcast("topic", "message", &()).unwrap();
    page.settle().await;
    assert_eq!(calls.take(), Vec::<String>::new());
}

#[derive(LiveView)]
#[live_view(
    template = r#"<main>{{ dj_view_id }}|{{ request_path }}|{{ csrf_token | length > 20 }}|{% dj_flash %}</main>"#
)]
struct Framework {}

#[live_view]
impl Framework {
    fn mount(cx: &mut Cx<Self>) -> Self {
        cx.put_flash(Level::Info, "hello");
        Framework {}
    }
}

#[tokio::test(start_paused = true)]
async fn framework_has_variables_of_its_own_in_every_template() {
    let runtime = start(App::new(()).live::<Framework>("/a/<int:pk>/", "route-name"));
    let html = Browser::new(&runtime).get("/a/7/?b=c").await.html;
    assert!(html.contains("route-name|/a/7/|true|"), "{html}");
    assert!(
        html.contains("dj-flash-info") && html.contains("hello"),
        "{html}"
    );
}

/// What must never leave the server.
const SECRET: &str = "a-private-word";

/// Can be neither shown nor cloned nor printed.
struct Private(String);

#[derive(LiveView)]
#[live_view(
    template = r#"<main>{{ public }}{% if broken %}{{ public | split(pat=1) }}{% endif %}</main>"#
)]
struct Secretive {
    public: String,
    broken: bool,
    #[live(private)]
    marked: Private,
    _named: Private,
}

#[derive(Deserialize)]
struct Query {
    #[serde(default)]
    broken: bool,
}

#[live_view]
impl Secretive {
    fn mount() -> Self {
        Secretive {
            public: "shown".to_owned(),
            broken: false,
            marked: Private(SECRET.to_owned()),
            _named: Private(SECRET.to_owned()),
        }
    }

    fn handle_params(&mut self, _cx: &mut Cx<Self>, query: Query) {
        self.broken = query.broken;
    }

    #[event_handler]
    fn fail(&mut self) -> Result {
        assert_eq!(self.marked.0, self._named.0);
        Err(Error::msg("it failed"))
    }

    #[event_handler]
    fn break_render(&mut self) {
        self.broken = true;
    }

    #[event_handler]
    fn panic(&mut self) {
        panic!("it panicked");
    }
}

#[tokio::test(start_paused = true)]
async fn private_fields_reach_neither_page_nor_error() {
    let runtime = start(
        App::new(())
            .live::<Secretive>("/", "home")
            .development(true),
    );
    let mut browser = Browser::new(&runtime);
    let broken = browser.get("/?broken=true").await;
    assert_eq!(broken.status, 500);
    assert!(
        broken.html.contains("Secretive"),
        "it says what is wrong: {}",
        broken.html
    );
    assert!(!broken.html.contains(SECRET), "{}", broken.html);

    let html = browser.get("/").await.html;
    assert!(html.contains("shown") && !html.contains(SECRET), "{html}");
    let mut page = browser.load("/", &html);
    page.join(None).await;
    for event in ["fail", "break_render", "panic", "no_such_handler"] {
        page.event(event, json!({})).await;
    }
    let kinds: Vec<ErrorKind> = page.errors.iter().map(|(_, kind, _)| *kind).collect();
    assert_eq!(
        kinds,
        [
            ErrorKind::HandlerFailed,
            ErrorKind::RenderFailed,
            ErrorKind::Panicked,
            ErrorKind::UnknownEvent
        ]
    );
    for message in &page.received {
        assert!(!format!("{message:?}").contains(SECRET), "{message:?}");
    }
}

#[derive(LiveView)]
#[live_view(
    template = r#"<main><b>{{ level }}</b><ul dj-update="prepend">{% for row in rows %}<li dj-key="{{ row }}">row {{ row }}</li>{% endfor %}</ul></main>"#
)]
struct Prepended {
    #[live(temporary = "calm".to_owned())]
    level: String,
    #[live(temporary)]
    rows: Vec<u32>,
    _next: u32,
}

#[live_view]
impl Prepended {
    fn mount() -> Self {
        Prepended {
            level: "new".to_owned(),
            rows: vec![0],
            _next: 1,
        }
    }

    #[event_handler]
    fn add(&mut self, level: String) {
        self.level = level;
        self.rows.push(self._next);
        self._next += 1;
    }

    #[event_handler]
    fn rest(&mut self) {}
}

#[tokio::test(start_paused = true)]
async fn temporary_field_falls_back_to_the_value_that_was_given_with_it() {
    let runtime = start(App::new(()).live::<Prepended>("/", "home"));
    let mut page = Browser::new(&runtime).open("/").await;
    assert!(page.has("\"new\""), "{}", page.shows());
    page.event("add", json!({ "level": "high" })).await;
    assert!(page.has("\"high\""), "{}", page.shows());
    page.event("rest", json!({})).await;
    assert!(page.has("\"calm\""), "{}", page.shows());
}

#[tokio::test(start_paused = true)]
async fn prepended_rows_come_before_those_that_the_server_has_forgotten() {
    let runtime = start(App::new(()).live::<Prepended>("/", "home"));
    let mut page = Browser::new(&runtime).open("/").await;
    page.event("add", json!({ "level": "a" })).await;
    page.event("rest", json!({})).await;
    page.event("add", json!({ "level": "b" })).await;
    let shown = page.dom.dump(true);
    let place = |row: &str| shown.find(row).unwrap_or_else(|| panic!("{row}: {shown}"));
    assert!(
        place("row 2") < place("row 1") && place("row 1") < place("row 0"),
        "{shown}"
    );
}

#[derive(LiveView)]
#[live_view(template = r#"<main>{{ step }}{% dj_flash %}</main>"#)]
struct Flashing {
    step: u32,
}

#[derive(Serialize, Deserialize)]
struct Step {
    #[serde(default)]
    step: u32,
}

#[live_view]
impl Flashing {
    fn mount() -> Self {
        Flashing { step: 0 }
    }

    fn handle_params(&mut self, _cx: &mut Cx<Self>, query: Step) {
        self.step = query.step;
    }

    #[event_handler]
    fn say(&mut self, cx: &mut Cx<Self>) {
        cx.put_flash(Level::Info, "kept");
    }

    #[event_handler]
    fn go(&mut self, cx: &mut Cx<Self>, step: u32) -> Result {
        cx.live_patch("/", &Step { step })
    }
}

#[tokio::test(start_paused = true)]
async fn flash_stays_when_the_address_changes_within_the_view() {
    let runtime = start(App::new(()).live::<Flashing>("/", "home"));
    let mut page = Browser::new(&runtime).open("/").await;
    page.event("say", json!({})).await;
    page.event("go", json!({ "step": 3 })).await;
    page.visit("/?step=4").await;
    assert!(page.has("\"4\""), "{}", page.shows());
    assert_eq!(page.flash, [("info".to_owned(), "kept".to_owned())]);
    // Nothing told the page to take it away.
    for message in &page.received {
        if let ToPage::Update { effects, .. } = message {
            assert!(
                !format!("{effects:?}").contains("ClearFlash"),
                "{message:?}"
            );
        }
    }
}
