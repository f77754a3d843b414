//! What is typed, what the server makes of it, and what the field then shows.

use std::time::Duration;

use relive::prelude::*;
use relive_test::TestApp;

#[derive(LiveView)]
#[live_view(template = r#"<main>
  <form id="people" dj-change="validate" dj-submit="save">
    <input name="name" value="{{ name }}" maxlength="8" dj-focus="enter" dj-blur="leave">
    <input type="checkbox" name="member"{% if member %} checked{% endif %}>
    <input type="radio" name="size" value="s" checked><input type="radio" name="size" value="l">
    <select name="days" multiple><option>mo</option><option>tu</option><option>we</option></select>
  </form>
  <input id="search" dj-input="search" dj-debounce="300">
  <input id="slow" dj-input="search" dj-throttle="1000">
  <input id="late" dj-input="search" dj-debounce="blur">
  <input id="upper" value="{{ upper }}" dj-input="upper" dj-keydown.enter="enter" dj-keyup="up">
  <input id="box" type="checkbox" dj-change="refuse">
  <input id="plain">
  {% if asks %}<input id="asked" autofocus dj-focus="enter">{% endif %}
  <button id="ask" dj-click="ask">Ask</button>
  <ol>{% for event in log %}<li>{{ event }}</li>{% endfor %}</ol>
</main>"#)]
struct Form {
    name: String,
    member: bool,
    upper: String,
    asks: bool,
    log: Vec<String>,
}

#[derive(Deserialize)]
struct Fields {
    name: String,
    member: bool,
    size: String,
    #[serde(default)]
    days: Vec<String>,
}

#[live_view]
impl Form {
    fn mount() -> Self {
        Form {
            name: String::new(),
            member: false,
            upper: String::new(),
            asks: false,
            log: Vec::new(),
        }
    }

    #[event_handler]
    fn validate(&mut self, #[payload] fields: Fields) {
        let Fields {
            name,
            member,
            size,
            days,
        } = fields;
        self.log.push(format!("{name} {member} {size} {days:?}"));
        (self.name, self.member) = (name.trim().to_owned(), member);
    }

    #[event_handler]
    fn save(&mut self, #[payload] fields: Fields) {
        self.log.push(format!("save {}", fields.name));
        self.name = String::new();
    }

    #[event_handler]
    fn search(&mut self, value: String) {
        self.log.push(format!("search {value}"));
    }

    #[event_handler]
    fn upper(&mut self, value: String) {
        self.upper = value.to_uppercase();
    }

    #[event_handler]
    fn enter(&mut self, #[default] _key: String) {
        self.log.push("enter".to_owned());
    }

    #[event_handler]
    fn leave(&mut self) {
        self.log.push("leave".to_owned());
    }

    #[event_handler]
    fn up(&mut self, key: String) {
        self.log.push(format!("up {key}"));
    }

    #[event_handler]
    fn refuse(&mut self, value: bool) -> Result {
        assert!(value);
        Err(Error::msg("no"))
    }

    #[event_handler]
    fn ask(&mut self) {
        self.asks = true;
    }
}

async fn page() -> relive_test::Page {
    let app = TestApp::start(App::new(()).live::<Form>("/", "form"));
    app.open("/").await
}

#[tokio::test]
async fn a_field_that_was_changed_says_so_when_it_is_left() {
    let mut page = page().await;
    page.type_into("[name=name]", "Ada ").await;
    page.assert_texts("li", &["enter"]);
    page.click("#plain").await;
    page.assert_texts("li", &["enter", "Ada false s []", "leave"]);
    // The server has seen what was typed, so its own value is shown.
    page.assert_value("[name=name]", "Ada");
}

#[tokio::test]
async fn a_field_takes_no_more_than_it_has_room_for() {
    let mut page = page().await;
    page.type_into("[name=name]", "Ada Lovelace").await;
    page.assert_value("[name=name]", "Ada Love");
}

#[tokio::test]
async fn boxes_radios_and_lists_go_with_their_form() {
    let mut page = page().await;
    page.check("[name=member]").await;
    page.check("[value=l]").await;
    page.choose_all("[name=days]", &["mo", "we"]).await;
    page.uncheck("[name=member]").await;
    page.assert_texts(
        "li",
        &[
            " true s []",
            " true l []",
            r#" true l ["mo", "we"]"#,
            r#" false l ["mo", "we"]"#,
        ]
        .map(str::trim),
    );
    assert!(!page.is_checked("[value=s]"));
    page.check_dom().await;
}

#[tokio::test]
async fn enter_submits_after_the_change_is_told() {
    let mut page = page().await;
    page.fill("[name=name]", "Ada").await;
    page.type_into("[name=name]", "m").await;
    page.key("[name=name]", "Enter").await;
    page.assert_texts(
        "li",
        &[
            "enter",
            "Ada false s []",
            "leave",
            "enter",
            "Adam false s []",
            "save Adam",
        ],
    );
    page.assert_value("[name=name]", "");
}

#[tokio::test(start_paused = true)]
async fn a_debounced_event_waits_and_has_the_last_text() {
    let mut page = page().await;
    page.type_into("#search", "milk").await;
    page.advance(Duration::from_millis(299)).await;
    page.assert_count("li", 0);
    page.advance(Duration::from_millis(1)).await;
    page.assert_texts("li", &["search milk"]);
    page.type_into("#search", "s").await;
    page.settle().await;
    page.assert_texts("li", &["search milk", "search milks"]);
}

#[tokio::test(start_paused = true)]
async fn what_is_held_back_goes_before_the_next_event() {
    let mut page = page().await;
    page.type_into("#search", "milk").await;
    page.fill("[name=name]", "Ada").await;
    page.assert_texts("li", &["search milk", "enter", "Ada false s []", "leave"]);
}

#[tokio::test(start_paused = true)]
async fn a_throttled_event_goes_at_once_and_then_once_in_a_time() {
    let mut page = page().await;
    page.type_into("#slow", "abc").await;
    page.assert_texts("li", &["search a"]);
    page.advance(Duration::from_secs(1)).await;
    page.assert_texts("li", &["search a", "search abc"]);
}

#[tokio::test]
async fn a_debounce_until_blur_waits_for_the_field_to_be_left() {
    let mut page = page().await;
    page.type_into("#late", "milk").await;
    page.settle().await;
    page.assert_count("li", 0);
    page.blur().await;
    page.assert_texts("li", &["search milk"]);
}

#[tokio::test]
async fn what_is_being_typed_is_not_overwritten() {
    let mut page = page().await;
    page.disconnect().await;
    page.type_into("#upper", "ab").await;
    page.assert_value("#upper", "ab");
    page.reconnect().await;
    page.assert_value("#upper", "AB");
    page.assert_texts("li", &["up a", "up b"]);
    page.type_into("#upper", "c").await;
    page.assert_value("#upper", "ABC").check_dom().await;
}

#[tokio::test]
async fn a_box_whose_change_was_refused_shows_what_its_html_says() {
    let mut page = page().await;
    page.expect_error(relive_test::ErrorKind::HandlerFailed);
    page.check("#box").await;
    assert!(!page.is_checked("#box"));
}

#[tokio::test]
async fn a_named_key_is_meant_before_any_key() {
    let mut page = page().await;
    page.key("#upper", "Enter").await;
    page.assert_texts("li", &["enter", "up Enter"]);
}

#[tokio::test]
async fn a_field_that_appears_may_ask_for_the_focus() {
    let mut page = page().await;
    page.click("#ask").await;
    assert!(page.has_focus("#asked"));
    page.assert_texts("li", &["enter"]);
}
