//! The counter: the smallest live page, near and far away.

use std::time::Duration;

use relive_e2e::browser::Browser;
use relive_e2e::proxy::{Conditions, Options, Proxy};
use relive_e2e::server::Server;

const MINUS: &str = "button[dj-value-by='-1']";
const PLUS: &str = "button[dj-value-by='1']";

#[tokio::test]
async fn clicks_count() {
    let Some(browser) = Browser::start().await else {
        return;
    };
    let server = Server::start("counter").await;
    let page = browser.open(server.url("/")).await;
    page.wait_for("html.dj-connected").await;
    page.wait_for_text("h1", "0").await;
    assert_eq!(page.eval("document.title").await, "Counter");
    for count in ["1", "2", "3"] {
        page.click(PLUS).await;
        page.wait_for_text("h1", count).await;
    }
    page.click(MINUS).await;
    page.wait_for_text("h1", "2").await;

    // Each window has a session of its own.
    let other = browser.open(server.url("/")).await;
    other.wait_for_text("h1", "0").await;
    page.wait_for_text("h1", "2").await;
    browser.expect_quiet(&[]).await;
}

#[tokio::test]
async fn answer_changes_the_text_and_nothing_else() {
    let Some(browser) = Browser::start().await else {
        return;
    };
    let server = Server::start("counter").await;
    let page = browser.open(server.url("/")).await;
    page.wait_for("html.dj-connected").await;
    page.run(
        "window.nodes = [...document.body.querySelectorAll('*')];
         window.changes = [];
         new MutationObserver((records) => changes.push(...records.map((record) => record.type)))
             .observe(document.querySelector('main'), { subtree: true, childList: true, characterData: true });",
        vec![],
    )
    .await;
    page.click(PLUS).await;
    page.wait_for_text("h1", "1").await;
    let same = "[...document.body.querySelectorAll('*')].every((node, at) => node === nodes[at])";
    assert_eq!(page.eval(same).await, true);
    assert_eq!(page.eval("changes.join()").await, "characterData");
}

#[tokio::test]
async fn quick_clicks_over_a_slow_line_all_count() {
    let Some(browser) = Browser::start().await else {
        return;
    };
    let server = Server::start("counter").await;
    let slow = Conditions {
        delay: Duration::from_millis(100),
        jitter: Duration::from_millis(100),
        ..Conditions::default()
    };
    let proxy = Proxy::start(server.address(), Options::both(slow))
        .await
        .unwrap();
    let page = browser.open(format!("http://{}/", proxy.address())).await;
    page.wait_for("html.dj-connected").await;
    for _ in 0..10 {
        page.click(PLUS).await;
    }
    page.wait_for_text("h1", "10").await;
    browser.expect_quiet(&[]).await;
}
