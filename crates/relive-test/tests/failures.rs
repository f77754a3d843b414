//! What a failed step says. The messages are in `tests/failures/`; `UPDATE_GOLDENS=1` writes them anew.

use std::panic::AssertUnwindSafe;
use std::path::Path;

use futures_util::FutureExt;
use relive::prelude::*;
use relive_test::{ErrorKind, TestApp};

#[derive(LiveView)]
#[live_view(template = r##"<main>
  <h1 id="heading">{{ count }} items in the long list of things to do today</h1>
  <button id="add" class="primary" dj-click="add">Add</button>
  <button id="off" dj-click="add" disabled>Off</button>
  <p id="plain">Nothing happens here</p>
  <form id="new" dj-submit="create" aria-label="New">
    <input name="title" required>
    <input name="mail" type="email">
    <fieldset disabled><input name="locked"></fieldset>
    <select name="kind"><option value="a">First</option><option value="b" disabled>Second</option></select>
    <button>Create</button>
  </form>
  <ul>{% for item in items %}<li><button dj-click="remove" dj-value-item="{{ item }}">Remove</button> {{ item }}</li>{% endfor %}</ul>
  <div hidden><button id="hidden" dj-click="add">Secret</button></div>
  <button id="unknown" dj-click="remove">Remove it</button>
  <button id="fails" dj-click="fail">Fail</button>
  <button id="flash" dj-click="flash">Tell</button>
  <a id="outside" href="https://example.com/">Away</a>
  <a id="window" href="/" target="_blank">Window</a>
  <a id="gone" href="/gone/">Gone</a>
</main>"##)]
struct Items {
    count: i64,
    items: Vec<String>,
}

#[live_view]
impl Items {
    fn mount() -> Self {
        Items {
            count: 3,
            items: vec!["Milk".to_owned(), "Bread".to_owned()],
        }
    }

    #[event_handler]
    fn add(&mut self) {
        self.count += 1;
    }

    #[event_handler]
    fn create(&mut self, title: String, mail: String, kind: String) {
        self.items.push([title, mail, kind].concat());
    }

    #[event_handler]
    fn remove(&mut self, item: String) {
        self.items.retain(|own| *own != item);
    }

    #[event_handler]
    fn fail(&mut self) -> Result {
        Err(Error::msg("the store is closed"))
    }

    #[event_handler]
    fn flash(&mut self, cx: &mut Cx<Self>) {
        cx.put_flash(Level::Info, "told");
    }
}

/// Compares a message with the one in its file, but for the place in this file.
fn check(name: &str, message: &str) {
    let message = message
        .lines()
        .map(|line| match line.split_once("failures.rs:") {
            Some((_, rest)) => {
                let url = rest.split_once(", ").map_or("", |(_, url)| url);
                format!("  --> tests/failures.rs:LINE, {url}")
            }
            None => line.to_owned(),
        })
        .collect::<Vec<_>>()
        .join("\n")
        + "\n";
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/failures/{name}.txt"));
    if std::env::var_os("UPDATE_GOLDENS").is_some() {
        std::fs::write(&path, &message).expect("the golden is written");
    }
    let golden = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(golden, message, "{}", path.display());
}

/// What a step that has to fail says.
async fn message(step: impl Future<Output = ()>) -> String {
    let failed = AssertUnwindSafe(step).catch_unwind().await;
    let payload = failed.expect_err("the step fails");
    *payload.downcast::<String>().expect("a message")
}

macro_rules! failures {
    ($($name:ident: |$page:ident| $step:block)*) => {$(
        #[tokio::test]
        async fn $name() {
            let app = TestApp::start(App::new(()).live::<Items>("/", "items"));
            let mut $page = app.open("/").await;
            check(stringify!($name), &message(async { $step }).await);
        }
    )*};
}

failures! {
    no_element_matches: |page| { page.click("#adds").await }
    no_element_matches_a_name: |page| { page.fill("input[name=titel]", "Milk").await }
    several_elements_match: |page| { page.click("li button").await }
    no_element_within: |page| { page.within("li", "Milk").click(".delete").await }
    no_selector: |page| { page.click("li >").await }
    no_element_with_the_text: |page| { page.click_text("li button", "Delete").await }
    several_elements_with_the_text: |page| { page.click_text("button", "Remove").await }
    disabled: |page| { page.click("#off").await }
    disabled_by_a_fieldset: |page| { page.fill("[name=locked]", "x").await }
    not_shown: |page| { page.click("#hidden").await }
    no_binding: |page| { page.click("#plain").await }
    no_field: |page| { page.type_into("#heading", "x").await }
    no_form: |page| { page.submit("#add").await }
    no_box: |page| { page.check("[name=title]").await }
    no_option: |page| { page.choose("[name=kind]", "c").await }
    disabled_option: |page| { page.choose("[name=kind]", "b").await }
    required_field: |page| { page.submit("#new").await }
    wrong_mail: |page| {
        page.fill("[name=title]", "Milk").await;
        page.fill("[name=mail]", "nobody").await;
        page.submit("#new").await;
    }
    unexpected_error: |page| { page.click("#unknown").await }
    handler_failed: |page| { page.click("#fails").await }
    expected_error_did_not_come: |page| {
        page.expect_error(ErrorKind::HandlerFailed);
        page.click("#add").await;
    }
    another_error_came: |page| {
        page.expect_error(ErrorKind::HandlerFailed);
        page.click("#unknown").await;
    }
    link_out_of_the_application: |page| { page.follow("#outside").await }
    link_to_another_window: |page| { page.follow("#window").await }
    page_that_is_not_there: |page| { page.follow("#gone").await }
    nothing_to_go_back_to: |page| { page.back().await }
    short_text: |page| { page.assert_text("#add", "Save"); }
    long_text: |page| { page.assert_text("h1", "4 items in the long list of things to do today"); }
    texts: |page| { page.assert_texts("li", &["Remove Milk", "Remove Butter", "Remove Bread"]); }
    texts_that_are_not_there: |page| { page.assert_texts("ol li", &["Milk"]); }
    part: |page| { page.assert_contains("ul", "Butter"); }
    missing: |page| { page.assert_missing("li"); }
    count: |page| { page.assert_count("li", 3); }
    attribute: |page| { page.assert_attribute("#add", "class", "secondary"); }
    no_attribute: |page| { page.assert_attribute("#add", "aria-label", "Add"); }
    value: |page| {
        page.fill("[name=title]", "Milk").await;
        page.assert_value("[name=title]", "Bread");
    }
    flash_without_a_container: |page| {
        page.click("#flash").await;
        page.assert_flash("info", "told");
    }
    url: |page| { page.assert_url("/items/"); }
    title: |page| { page.assert_title("Items"); }
    pushed: |page| { page.assert_pushed("chart", [1, 2]); }
}

#[tokio::test]
async fn page_without_a_route() {
    let app = TestApp::start(App::new(()).live::<Items>("/", "items"));
    check(
        "page_without_a_route",
        &message(async { drop(app.open("/itms/").await) }).await,
    );
}

#[tokio::test]
async fn application_that_does_not_start() {
    let start = async {
        TestApp::start(App::new(()).live::<Items>("items/", "items"));
    };
    check("application_that_does_not_start", &message(start).await);
}

#[derive(LiveView)]
#[live_view(template = r#"<main>{% dj_flash %}<button dj-click="flash">Tell</button></main>"#)]
struct Told;

#[live_view]
impl Told {
    fn mount() -> Self {
        Told
    }

    #[event_handler]
    fn flash(&mut self, cx: &mut Cx<Self>) {
        cx.put_flash(Level::Info, "told");
        cx.put_flash(Level::Error, "not saved");
    }
}

#[tokio::test]
async fn other_flash_messages() {
    let app = TestApp::start(App::new(()).live::<Told>("/", "told"));
    let mut page = app.open("/").await;
    let step = async {
        page.click("button").await;
        page.assert_flash("info", "saved");
    };
    check("other_flash_messages", &message(step).await);
}
