//! The page as its users meet it, without a browser. (What needs one is in `crates/relive-e2e/tests/todo`.)

use std::path::Path;
use std::time::Duration;

use relive_test::{Page, TestApp};

use crate::store::Store;

fn start() -> TestApp {
    let store = Store::open(Path::new(":memory:")).expect("a database in memory");
    TestApp::start(crate::app(store))
}

async fn add(page: &mut Page, titles: &[&str]) {
    for title in titles {
        page.fill("#new-todo", title).await;
        page.submit("#add").await;
    }
}

#[tokio::test]
async fn rows_are_added_checked_and_deleted() {
    let mut page = start().open("/").await;
    page.assert_text("#nothing", "Nothing to do.");
    page.type_into("#new-todo", "Tea").await;
    page.click_text("button", "Add").await;
    page.assert_texts(".todo label", &["Tea"])
        .assert_flash("success", "Added “Tea”")
        .assert_value("#new-todo", "");
    add(&mut page, &["Milk", "Honey"]).await;
    page.assert_title("3 open · To-do");

    // A label stands for its box.
    page.click_text("label", "Milk").await;
    page.assert_has("#todo-2.done")
        .assert_text("#count", "2 open");
    assert!(page.is_checked("#toggle-2"));
    page.uncheck("#toggle-2").await;
    page.assert_missing(".done");

    page.click_text("button", "Delete: Tea").await;
    page.assert_texts(".todo label", &["Milk", "Honey"])
        .assert_flash("info", "Deleted “Tea”");

    page.click("#toggle-all").await;
    page.assert_count(".todo.done", 2)
        .assert_text("#toggle-all", "Open all again");
    page.click("#clear-done").await;
    page.assert_text("#nothing", "Nothing to do.")
        .assert_missing("footer");

    add(&mut page, &["Bread"]).await;
    page.check_dom().await;
    page.reload().await;
    page.assert_texts(".todo label", &["Bread"]);
}

#[tokio::test(start_paused = true)]
async fn wrong_titles_are_refused_with_a_reason_and_kept_in_the_field() {
    let mut page = start().open("/").await;
    page.click_text("button", "Add").await;
    page.assert_text("#new-todo-error", "Write what is to be done.")
        .assert_attribute("#new-todo", "aria-invalid", "true");

    page.type_into("#new-todo", "x").await;
    page.assert_has("#new-todo-error");
    page.advance(Duration::from_millis(150)).await;
    page.assert_missing("#new-todo-error");

    let long = "x".repeat(201);
    page.fill("#new-todo", &long).await;
    page.assert_text(
        "#new-todo-error",
        "At most 200 characters, please: this has 201.",
    );
    page.submit("#add").await;
    page.assert_value("#new-todo", &long)
        .assert_missing(".todo");
    page.key("#new-todo", "Backspace").await;
    page.key("#new-todo", "Enter").await;
    page.assert_count(".todo", 1);
}

#[tokio::test]
async fn title_is_edited_in_place() {
    let mut page = start().open("/").await;
    add(&mut page, &["Tea", "Milk"]).await;
    page.click_text("button", "Edit: Tea").await;
    assert!(page.has_focus("#edit-1"));
    page.type_text(" and cake").await;
    page.press("Enter").await;
    page.assert_texts(".todo label", &["Tea and cake", "Milk"]);
    // Whoever works from the keyboard goes on where they were.
    assert!(page.has_focus("#todo-1 .edit"));

    page.press("Enter").await;
    page.type_into("#edit-1", "!").await;
    page.press("Escape").await;
    page.assert_missing("#edit-1")
        .assert_texts(".todo label", &["Tea and cake", "Milk"]);

    page.click("#todo-2 .edit").await;
    page.fill("#edit-2", " ").await;
    page.click("#todo-2 .save").await;
    page.assert_text("#edit-error", "Write what is to be done.");
    page.click("#todo-2 .cancel").await;
    page.assert_missing("#edit-2").check_dom().await;
}

#[tokio::test]
async fn rows_move_and_the_focus_moves_along() {
    let mut page = start().open("/").await;
    add(&mut page, &["One", "Two", "Three"]).await;
    page.click_text("button", "Up: Three").await;
    page.assert_texts(".todo label", &["One", "Three", "Two"]);
    page.press("Enter").await;
    page.assert_texts(".todo label", &["Three", "One", "Two"]);
    assert!(page.has_focus("#todo-3 .up"));
    page.check_dom().await;
}

#[tokio::test]
async fn filters_are_addresses() {
    let app = start();
    let mut page = app.open("/").await;
    add(&mut page, &["Tea", "Milk"]).await;
    page.check("#toggle-1").await;
    page.follow("#filters a[href='/?show=open']").await;
    page.assert_url("/?show=open")
        .assert_texts(".todo label", &["Milk"])
        .assert_text("a[aria-current]", "Open 1");
    page.click_text("#filters a", "Done").await;
    page.assert_texts(".todo label", &["Tea"]);
    page.back().await;
    page.assert_texts(".todo label", &["Milk"]);
    app.open("/?show=done")
        .await
        .assert_texts(".todo label", &["Tea"]);
}

#[tokio::test]
async fn every_window_shows_the_same_list() {
    let app = start();
    let mut one = app.open("/").await;
    let mut two = app.browser().open("/").await;
    add(&mut one, &["Tea", "Milk"]).await;
    two.assert_texts(".todo label", &["Tea", "Milk"]);
    // What one window edits stays its own, until another one deletes it.
    two.click_text("button", "Edit: Tea").await;
    two.type_text("!").await;
    one.click_text("button", "Delete: Tea").await;
    two.assert_texts(".todo label", &["Milk"]);
    assert!(two.flash().iter().any(|(level, _)| level == "warning"));
}

#[tokio::test]
async fn what_was_done_offline_is_done_when_the_page_is_back() {
    let mut page = start().open("/").await;
    page.disconnect().await;
    add(&mut page, &["Tea"]).await;
    page.assert_missing(".todo");
    page.reconnect().await;
    page.assert_texts(".todo label", &["Tea"]).check_dom().await;
}
