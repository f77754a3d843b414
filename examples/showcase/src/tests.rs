//! The pages as their users meet them, without a browser. (What needs one is in `crates/relive-e2e/tests/showcase`.)

use std::time::Duration;

use relive_test::{ErrorKind, TestApp};

use crate::store::Store;

fn start() -> TestApp {
    let store = Store::open(":memory:").expect("a database in memory");
    TestApp::start(crate::app(store).expect("templates that can be read"))
}

#[tokio::test]
async fn every_page_is_in_the_index_and_shows_its_source() {
    let app = start();
    let mut index = app.open("/").await;
    let names = index.texts("nav a");
    assert_eq!(index.texts(".cards a").len(), names.len());
    for name in &names {
        let mut page = app.open("/").await;
        page.click_text("nav a", name).await;
        page.assert_text("nav [aria-current]", name)
            .assert_has("h1")
            .assert_has(".about")
            .assert_count(".source pre", 2);
        let sources = page.texts(".source pre");
        assert!(sources[0].contains("#[live_view"), "{name}: {}", sources[0]);
        assert!(sources[1].contains("{% block demo %}"), "{name}");
        assert!(
            page.title().ends_with(" · relive"),
            "{name}: {}",
            page.title()
        );
        page.check_dom().await;
    }
}

#[tokio::test]
async fn basket_is_counted_and_its_journal_grows() {
    let mut page = start().open("/views/").await;
    page.click("[dj-value-name=Tea]").await;
    page.click("[dj-value-name=Tea]").await;
    page.assert_text("#total", "11.98")
        .assert_count("#journal li", 2);
}

#[tokio::test]
async fn calls_of_the_lifecycle_come_in_order() {
    let mut page = start().open("/lifecycle/").await;
    page.click_text("a", "Step 1").await;
    page.disconnect().await;
    page.reconnect().await;
    page.click_text("button", "An event").await;
    page.assert_texts(
        "#calls li",
        &[
            "on_mount",
            "mount, connected: false",
            "handle_params, step 0",
            "handle_params, step 1",
            "on_mount, on a reconnect",
            "an event handler",
        ],
    );
}

#[tokio::test(start_paused = true)]
async fn events_have_typed_values() {
    let mut page = start().open("/events/").await;
    page.click_text("button", "Add 5").await;
    page.assert_text("#count", "5");
    page.expect_error(ErrorKind::InvalidParams);
    page.click_text("button", "Add 500").await;
    let message = &page.errors()[0].message;
    assert!(message.contains("from -128 to 127"), "{message}");
    page.key("#keys", "Escape").await;
    page.assert_text("#key", "Escape");

    page.type_into("#fruit", "an").await;
    page.assert_text("#found", "");
    page.advance(Duration::from_millis(300)).await;
    page.assert_text("#found", "banana, orange");
}

#[tokio::test]
async fn pages_of_numbers_have_addresses() {
    let mut page = start().open("/navigation/?page=3").await;
    page.assert_text("#number", "3");
    page.follow("#next").await;
    page.assert_url("/navigation/?page=4&order=up");
    page.click_text("button", "Turn round").await;
    page.assert_url("/navigation/?page=4&order=down");
    page.back().await;
    page.assert_text("#number", "3");

    page.click_text("#numbers a", "35").await;
    page.assert_title("Number 35 · relive");
    page.click_text("button", "Take it").await;
    page.assert_url("/navigation/?page=3&order=up")
        .assert_flash("success", "You took 35");
}

#[tokio::test(start_paused = true)]
async fn messages_go_after_their_time() {
    let mut page = start().open("/flash/").await;
    page.assert_flash("info", "Welcome to the page of messages");
    page.advance(Duration::from_secs(6)).await;
    assert_eq!(page.flash(), []);
    page.fill("#rename", "Tea").await;
    page.assert_title("Tea");
}

#[tokio::test]
async fn rows_come_change_and_go() {
    let mut page = start().open("/streams/").await;
    page.click_text("button", "Prepend").await;
    page.click_text("button", "Change line 2").await;
    page.click("[aria-label='Delete Line 1']").await;
    page.assert_texts("#lines span", &["Line 4", "Line 2, changed", "Line 3"]);
    page.click_text("button", "Reset").await;
    page.assert_texts("#lines span", &["Line 1", "Line 2", "Line 3"]);
}

#[tokio::test(start_paused = true)]
async fn reply_grows_word_by_word() {
    let app = start();
    let mut page = app.open("/chat/").await;
    page.type_into("#say input", "Hello!").await;
    page.click_text("button", "Say").await;
    page.advance(Duration::from_secs(2)).await;
    page.assert_texts("#messages li", &["Hello!"]);
    page.assert_text(
        "#reply",
        "You said: Hello! Let me think about that for a while.",
    );
    let mut other = app.browser().open("/chat/").await;
    other.assert_texts("#messages li", &["Hello!"]);
}

#[tokio::test(start_paused = true)]
async fn page_goes_on_while_a_task_runs() {
    let mut page = start().open("/background-work/").await;
    page.click_text("button", "Load for two seconds").await;
    page.click_text("button", "meanwhile").await;
    page.assert_text("#status", "loading");
    page.advance(Duration::from_secs(3)).await;
    page.assert_text("#status", "loaded 42")
        .assert_texts("#ended li", &["load ended well"]);
}

#[tokio::test]
async fn votes_reach_every_page() {
    let app = start();
    let mut one = app.open("/server-push/").await;
    let mut two = app.browser().open("/server-push/").await;
    one.click("[dj-value-answer='The text']").await;
    two.settle().await;
    two.assert_texts("#poll .number", &["0", "1", "0"]);
}

#[tokio::test]
async fn form_says_what_is_wrong_and_books_what_is_right() {
    let mut page = start().open("/forms/").await;
    page.submit("#booking").await;
    page.assert_texts(
        "#booking .error",
        &["Who is coming?", "An e-mail address has an @."],
    );
    page.fill("[name=name]", "Ada").await;
    page.fill("[name=email]", "ada@example.com").await;
    page.submit("#booking").await;
    page.assert_texts("#bookings li", &["ada@example.com: 1 seat"])
        .assert_flash("success", "See you, Ada!");
}

#[tokio::test]
async fn guard_leads_to_the_log_in() {
    let mut page = start().open("/accounts/").await;
    page.assert_texts("#log-in option", &["Ada, of the staff", "Ben"]);
    page.click_text("a", "For the staff").await;
    page.assert_url("/accounts/?next=/accounts/inside/staff/")
        .assert_value("[name=next]", "/accounts/inside/staff/");
}

#[tokio::test]
async fn errors_keep_and_panics_start_anew() {
    let mut page = start().open("/faults/").await;
    page.click("[dj-click=add]").await;
    page.expect_error(ErrorKind::HandlerFailed);
    page.click_text("button", "Add one, then fail").await;
    page.assert_text("#count", "2");
    page.expect_error(ErrorKind::Panicked);
    page.click_text("button", "Add one, then panic").await;
    page.assert_text("#count", "0");
}
