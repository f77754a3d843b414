//! The filters, which stand in the page's address: links, back and forward, reload.

use relive_e2e::browser::Window;

use crate::{Todo, add, wait_for_rows};

async fn wait_for_filter(page: &Window, name: &str) {
    page.wait_until(&format!("location.search === '?show={name}'"))
        .await;
    page.wait_until(&format!(
        "[...document.querySelectorAll('#filters [aria-current]')].map((a) => a.search).join() === '?show={name}'"
    ))
    .await;
}

#[tokio::test]
async fn back_and_forward_go_over_filters_without_loading_the_page() {
    let Some(todo) = Todo::start().await else {
        return;
    };
    let page = todo.open().await;
    add(&page, &["Tea", "Milk", "Honey"]).await;
    page.click("#toggle-2").await;
    page.wait_for("#todo-2.done").await;
    page.run("window.loaded = 'once'", vec![]).await;

    page.click("#filters a[href='/?show=open']").await;
    wait_for_filter(&page, "open").await;
    wait_for_rows(&page, &["Tea", "Honey"]).await;
    page.click("#filters a[href='/?show=done']").await;
    wait_for_filter(&page, "done").await;
    wait_for_rows(&page, &["Milk"]).await;
    page.click("#filters a[href='/?show=all']").await;
    wait_for_filter(&page, "all").await;
    wait_for_rows(&page, &["Tea", "Milk", "Honey"]).await;

    page.back().await;
    wait_for_filter(&page, "done").await;
    wait_for_rows(&page, &["Milk"]).await;
    page.back().await;
    wait_for_filter(&page, "open").await;
    wait_for_rows(&page, &["Tea", "Honey"]).await;
    page.back().await;
    page.wait_until("location.search === ''").await;
    wait_for_rows(&page, &["Tea", "Milk", "Honey"]).await;
    page.forward().await;
    wait_for_filter(&page, "open").await;
    wait_for_rows(&page, &["Tea", "Honey"]).await;

    // The list goes on working behind a filter: what is checked leaves it.
    page.click("#toggle-1").await;
    wait_for_rows(&page, &["Honey"]).await;
    assert_eq!(page.eval("window.loaded").await, "once");
    todo.browser.expect_quiet(&[]).await;
}

#[tokio::test]
async fn filter_is_in_the_address_that_is_loaded() {
    let Some(todo) = Todo::start().await else {
        return;
    };
    let page = todo.open().await;
    add(&page, &["Tea", "Milk"]).await;
    page.click("#toggle-1").await;
    page.wait_for("#todo-1.done").await;
    page.click("#filters a[href='/?show=done']").await;
    wait_for_rows(&page, &["Tea"]).await;
    page.reload().await;
    wait_for_filter(&page, "done").await;
    wait_for_rows(&page, &["Tea"]).await;
    page.goto(&todo.server.url("/?show=open")).await;
    wait_for_filter(&page, "open").await;
    wait_for_rows(&page, &["Milk"]).await;
    // Back goes to a page that was loaded before, and that is live again.
    page.back().await;
    wait_for_filter(&page, "done").await;
    wait_for_rows(&page, &["Tea"]).await;
    page.click("#toggle-1").await;
    page.wait_for_text("#nothing", "Nothing is done yet.").await;
    todo.browser.expect_quiet(&[]).await;
}
