//! The test kit and a browser, side by side: after the same steps, the same events with the same parameters have come, in
//! the same order, and the fields show the same.

use std::collections::BTreeMap;

use relive::prelude::*;
use relive_e2e::browser::{Browser, Key, Window};
use relive_test::{Page, TestApp, Value};

/// Writes down whatever comes.
#[derive(LiveView)]
#[live_view(template = r##"<main>
  <button id="plain" dj-click="note" dj-value-what="plain">Plain</button>
  <div dj-click="note" dj-value-what="around"><span id="inner">inner</span>
    <input id="in-around" type="checkbox" dj-change="note" dj-value-what="in around"></div>
  <form id="form" dj-submit="note" dj-change="note" dj-value-what="form">
    <input id="name" name="name" value="{{ name }}" dj-focus="note" dj-blur="note" dj-value-what="name">
    <label id="label" for="box">Box</label><input id="box" type="checkbox" name="box" value="yes">
    <label><input type="checkbox" name="tags" value="x">x</label>
    <label><input id="tag" type="checkbox" name="tags" value="y" checked>y</label>
    <input type="radio" name="size" value="s" checked><input id="large" type="radio" name="size" value="l">
    <select id="one" name="one"><option> a  a </option><option value="b c">B</option><option disabled>d</option></select>
    <fieldset disabled><legend><input name="legend" value="1"></legend><input name="never" value="1"></fieldset>
    <input name="off" value="1" disabled><input type="hidden" name="hidden" value="h">
    <button id="first" name="as" value="first">First</button>
    <button id="second" name="as" value="second">Second</button>
    <button id="event" dj-click="note" dj-value-what="button in a form">Event</button>
    <button id="only" type="button">Only</button>
  </form>
  <textarea id="outside" name="outside" form="form">t</textarea>
  <form id="single" dj-submit="note" dj-value-what="single"><input id="alone" name="alone"></form>
  <input id="keys" dj-keydown.enter="note" dj-keydown.escape="note" dj-value-what="keys" value="{{ name }}">
  <input id="any" dj-keyup="note" dj-input="note" dj-value-what="any">
  <textarea id="area" dj-change="note" dj-value-what="area"></textarea>
  <ol>{% for line in log %}<li>{{ line }}</li>{% endfor %}</ol>
</main>"##)]
struct Recorder {
    name: String,
    log: Vec<String>,
}

#[live_view]
impl Recorder {
    fn mount() -> Self {
        Recorder {
            name: "n".to_owned(),
            log: Vec::new(),
        }
    }

    #[event_handler]
    fn note(&mut self, #[default] key: String, #[payload] given: BTreeMap<String, Value>) {
        let given: Vec<String> = given
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        self.log
            .push(format!("{key} {}", given.join(" ")).trim().to_owned());
        if given.iter().any(|pair| pair == r#"alone="rename""#) {
            self.name = "renamed".to_owned();
        }
    }
}

fn app() -> App {
    App::new(()).live::<Recorder>("/", "recorder")
}

/// One thing that a user does.
#[derive(Clone, Copy, Debug)]
enum Step {
    Click(&'static str),
    Type(&'static str, &'static str),
    Select(&'static str, &'static str),
    Press(Key, &'static str),
    Blur,
}

use Step::{Blur, Click, Press, Select, Type};

const STEPS: &[Step] = &[
    Click("#plain"),
    Click("#inner"),
    Click("#in-around"),
    Click("#label"),
    Click("#box"),
    Click("#tag"),
    Click("#large"),
    Select("#one", "b c"),
    Type("#name", "ew"),
    Click("#keys"),
    Type("#name", "er"),
    Press(Key::Enter, "Enter"),
    Type("#outside", "ext"),
    Blur,
    Click("#second"),
    Click("#first"),
    Click("#event"),
    Type("#alone", "rename"),
    Press(Key::Enter, "Enter"),
    Type("#keys", "k"),
    Press(Key::Enter, "Enter"),
    Press(Key::Escape, "Escape"),
    Type("#any", "ab"),
    Press(Key::Backspace, "Backspace"),
    Type("#area", "ab"),
    Press(Key::Enter, "Enter"),
    Type("#area", "c"),
    Click("#plain"),
];

const FIELDS: &[&str] = &[
    "#name", "#one", "#outside", "#alone", "#keys", "#any", "#area",
];
const BOXES: &[&str] = &["#in-around", "#box", "#tag", "#large"];

async fn in_browser(window: &Window, step: Step) {
    match step {
        Click(selector) => window.click(selector).await,
        Type(selector, text) => window.type_into(selector, text).await,
        Select(selector, value) => window.select(selector, value).await,
        Press(key, _) => window.press(key).await,
        Blur => {
            window.run("document.activeElement.blur()", vec![]).await;
        }
    }
}

async fn in_kit(page: &mut Page, step: Step) {
    match step {
        Click(selector) => page.click(selector).await,
        Type(selector, text) => page.type_into(selector, text).await,
        Select(selector, value) => page.choose(selector, value).await,
        Press(_, key) => page.press(key).await,
        Blur => page.blur().await,
    }
}

#[tokio::test]
async fn the_kit_does_what_a_browser_does() {
    let Some(browser) = Browser::start().await else {
        return;
    };
    let server = relive::hyper::Server::bind(app(), "127.0.0.1:0")
        .await
        .unwrap();
    let address = server.local_addr();
    let server = tokio::spawn(server.run_until(std::future::pending()));
    let window = browser.open(format!("http://{address}/")).await;
    window.wait_until("window.relive?.connected").await;
    let mut page = TestApp::start(app()).open("/").await;

    for (at, step) in STEPS.iter().enumerate() {
        in_browser(&window, *step).await;
        in_kit(&mut page, *step).await;
        let texts = page.texts("li");
        let expected: Vec<&str> = texts.iter().map(String::as_str).collect();
        println!("step {at}, {step:?}: {:?}", expected.last());
        window.wait_for_texts("li", &expected).await;
        for field in FIELDS {
            let value = page.value(field);
            window.wait_for_property(field, "value", value).await;
        }
        for field in BOXES {
            let is_checked = page.is_checked(field);
            window.wait_for_property(field, "checked", is_checked).await;
        }
    }
    page.check_dom().await;
    browser.expect_quiet(&[]).await;
    server.abort();
}
