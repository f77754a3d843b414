//! What a user does with a page, and what comes of it.

use std::collections::BTreeMap;

use relive::prelude::*;
use relive_test::{ErrorKind, TestApp, Value};

/// Keeps what its handlers were called with.
#[derive(LiveView)]
#[live_view(template = r#"<main>
  <h1>{{ count }} items</h1>
  <button id="add" dj-click="add" dj-value-by="2">Add</button>
  <button id="wrong" dj-click="add" dj-value-by="two">Wrong</button>
  <div dj-click="add" dj-value-by="10"><span id="inner">more</span></div>
  <form id="new" dj-submit="create">
    <input name="title" required>
    <select name="kind"><option value="a">First</option><option value="b">Second</option></select>
    <label>Done <input type="checkbox" name="done"></label>
    <input type="checkbox" name="tags" value="x"><input type="checkbox" name="tags" value="y" checked>
    <fieldset disabled><input name="never" value="1"></fieldset>
    <button>Create</button>
    <button id="draft" name="as" value="draft">Draft</button>
  </form>
  <textarea name="note" form="new">hi</textarea>
  <p id="last">{{ last }}</p>
  <ul>{% for item in items %}<li dj-key="{{ item }}">{{ item }}</li>{% endfor %}</ul>
</main>"#)]
struct Items {
    count: i64,
    items: Vec<String>,
    last: String,
}

#[live_view]
impl Items {
    fn mount() -> Self {
        Items {
            count: 0,
            items: Vec::new(),
            last: String::new(),
        }
    }

    #[event_handler]
    fn add(&mut self, by: i64) {
        self.count += by;
    }

    #[event_handler]
    fn create(&mut self, cx: &mut Cx<Self>, #[payload] fields: BTreeMap<String, Value>) -> Result {
        self.last = written(&fields);
        self.count += 1;
        self.items
            .push(fields["title"].as_str().unwrap_or_default().to_owned());
        cx.put_flash(Level::Success, "created");
        cx.push_event("created", &self.count)
    }
}

fn written(fields: &BTreeMap<String, Value>) -> String {
    fields
        .iter()
        .map(|(name, value)| format!("{name}={value} "))
        .collect()
}

fn app() -> TestApp {
    TestApp::start(App::new(()).live::<Items>("/", "items"))
}

#[tokio::test]
async fn a_click_means_the_nearest_element_with_the_event() {
    let mut page = app().open("/").await;
    page.assert_text("h1", "0 items");
    page.click("#add").await;
    page.assert_text("h1", "2 items");
    page.click("#inner").await;
    page.click_text("button", "Add").await;
    page.assert_text("h1", "14 items").check_dom().await;
}

#[tokio::test]
async fn a_form_sends_what_a_browser_sends() {
    let mut page = app().open("/").await;
    page.type_into("[name=title]", "Milk").await;
    page.choose("[name=kind]", "Second").await;
    page.check("[name=done]").await;
    page.check("[value=x]").await;
    page.click("#draft").await;
    page.assert_text(
        "#last",
        r#"as="draft" done="on" kind="b" note="hi" tags=["x","y"] title="Milk""#,
    );
    page.assert_texts("li", &["Milk"]);
    page.assert_pushed("created", 1);
    assert!(page.warnings()[0].contains("created"));
    page.check_dom().await;
    page.submit("form").await;
    page.assert_text("h1", "2 items");
}

#[tokio::test]
async fn a_step_can_look_within_an_element() {
    let mut page = app().open("/").await;
    page.within("form", "Create")
        .fill("[name=title]", "Milk")
        .await;
    page.assert_value("[name=title]", "Milk");
    page.within("div", "more")
        .assert_text("span", "more")
        .assert_text("h1", "0 items");
}

#[tokio::test]
async fn an_error_that_is_expected_can_be_read() {
    let mut page = app().open("/").await;
    page.expect_error(ErrorKind::InvalidParams);
    page.click("#wrong").await;
    let [error] = page.errors() else {
        panic!("one error: {:?}", page.errors())
    };
    assert_eq!(error.event.as_deref(), Some("add"));
    assert!(
        error.message.contains("expected an integer"),
        "{}",
        error.message
    );
    page.assert_text("h1", "0 items");
}

#[tokio::test]
async fn pages_of_one_application_see_what_the_others_did() {
    let app = app();
    let mut one = app.open("/").await;
    let mut other = app.browser().open("/").await;
    one.click("#add").await;
    other.assert_text("h1", "0 items");
    assert_eq!(app.counts().sessions, 2);
    one.close().await;
    assert_eq!(app.counts().sessions, 1);
}
