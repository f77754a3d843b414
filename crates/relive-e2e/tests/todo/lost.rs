//! Connections and servers that go away while the page is open, and come back.

use std::time::Duration;

use relive_e2e::browser::Key;
use relive_e2e::proxy::{Conditions, Direction, Options, Proxy};

use crate::{Todo, add, wait_for_rows};

/// What Chromium says of its own accord when a WebSocket cannot be opened.
const NO_CONNECTION: &str = "WebSocket connection to 'ws://";

#[tokio::test]
async fn page_goes_on_after_the_server_was_restarted() {
    let Some(mut todo) = Todo::start().await else {
        return;
    };
    let page = todo.open().await;
    add(&page, &["Tea"]).await;
    page.type_into("#new-todo", "Milk").await;

    let status = todo.server.stop().await;
    assert!(status.success(), "{status}: {}", todo.server.output());
    page.wait_for_none("html.dj-connected").await;
    todo.server.restart().await;
    page.wait_for("html.dj-connected").await;
    wait_for_rows(&page, &["Tea"]).await;
    // What was being typed is still there, and can be sent.
    page.wait_for_property("#new-todo", "value", "Milk").await;
    page.run("document.getElementById('new-todo').focus()", vec![])
        .await;
    page.press(Key::Enter).await;
    wait_for_rows(&page, &["Tea", "Milk"]).await;
    page.click("#toggle-1").await;
    page.wait_for("#todo-1.done").await;
    todo.browser.expect_quiet(&[NO_CONNECTION]).await;
}

#[tokio::test]
async fn page_goes_on_after_the_server_has_crashed() {
    let Some(mut todo) = Todo::start().await else {
        return;
    };
    let page = todo.open().await;
    add(&page, &["Tea"]).await;
    todo.server.kill();
    page.wait_for_none("html.dj-connected").await;
    todo.server.restart().await;
    page.wait_for("html.dj-connected").await;
    add(&page, &["Milk"]).await;
    wait_for_rows(&page, &["Tea", "Milk"]).await;
    todo.browser.expect_quiet(&[NO_CONNECTION]).await;
}

#[tokio::test]
async fn connection_that_is_cut_is_opened_again() {
    let Some(todo) = Todo::start().await else {
        return;
    };
    let proxy = Proxy::start(todo.server.address(), Options::default())
        .await
        .unwrap();
    let page = todo
        .browser
        .open(format!("http://{}/", proxy.address()))
        .await;
    page.wait_for("html.dj-connected").await;
    add(&page, &["Tea"]).await;

    // Again and again, and for a while with nobody who answers.
    for title in ["Milk", "Honey"] {
        proxy.refuse();
        proxy.cut_all();
        page.wait_for_none("html.dj-connected").await;
        tokio::time::sleep(Duration::from_millis(300)).await;
        proxy.accept();
        page.wait_for("html.dj-connected").await;
        add(&page, &[title]).await;
    }
    wait_for_rows(&page, &["Tea", "Milk", "Honey"]).await;

    // In the middle of an answer: a row is there once, whether its answer arrived or not.
    for (title, byte) in [("Bread", 1), ("Butter", 20)] {
        page.type_into("#new-todo", title).await;
        // What typing brings about is over.
        tokio::time::sleep(Duration::from_millis(400)).await;
        proxy.cut_after(Direction::Down, byte);
        page.press(Key::Enter).await;
        page.wait_until(&format!(
            "document.querySelector('#todos li:last-child label')?.textContent === '{title}'"
        ))
        .await;
        page.wait_for("html.dj-connected").await;
    }
    wait_for_rows(&page, &["Tea", "Milk", "Honey", "Bread", "Butter"]).await;
    assert!(proxy.counters().cut >= 4, "{:?}", proxy.counters());
    todo.browser.expect_quiet(&[NO_CONNECTION]).await;
}

#[tokio::test]
async fn typing_is_not_disturbed_by_answers_that_are_slow() {
    let Some(todo) = Todo::start().await else {
        return;
    };
    let slow = Conditions {
        delay: Duration::from_millis(150),
        jitter: Duration::from_millis(100),
        ..Conditions::default()
    };
    let proxy = Proxy::start(todo.server.address(), Options::both(slow))
        .await
        .unwrap();
    let page = todo
        .browser
        .open(format!("http://{}/", proxy.address()))
        .await;
    page.wait_for("html.dj-connected").await;

    // Pauses longer than the field's debounce, shorter than an answer takes: each answer finds a newer text.
    let mut typed = String::new();
    for word in ["oat ", "milk ", "and ", "tea"] {
        page.type_into("#new-todo", word).await;
        typed += word;
        tokio::time::sleep(Duration::from_millis(200)).await;
        assert_eq!(page.property("#new-todo", "value").await, typed);
    }
    tokio::time::sleep(Duration::from_millis(1000)).await;
    assert_eq!(page.property("#new-todo", "value").await, typed);
    assert_eq!(
        page.eval("document.activeElement.selectionStart").await,
        typed.len()
    );
    page.press(Key::Enter).await;
    wait_for_rows(&page, &[&typed]).await;
    todo.browser.expect_quiet(&[]).await;
}
