use relive_e2e::browser::Window;

use crate::Showcase;

async fn wait_for_page(page: &Window, number: &str, first: &str) {
    page.wait_for_text("#number", number).await;
    page.wait_for_text("#numbers li", first).await;
    page.wait_until(&format!("document.title === 'Page {number} · relive'"))
        .await;
}

#[tokio::test]
async fn another_view_takes_over_the_connection_and_a_message_goes_along() {
    let Some(showcase) = Showcase::start().await else {
        return;
    };
    let page = showcase.open("/navigation/?page=1").await;
    page.run("window.loaded = 'once'", vec![]).await;
    page.click("#numbers a[href='/navigation/15/']").await;
    page.wait_for_text("h1", "Number 15").await;
    page.wait_until("document.title === 'Number 15 · relive'")
        .await;
    page.click("a[href='/navigation/16/']").await;
    page.wait_for_text("h1", "Number 16").await;
    page.back().await;
    page.wait_for_text("h1", "Number 15").await;
    page.click("button[dj-click='take']").await;
    page.wait_for_text(".dj-flash-success", "You took 15").await;
    wait_for_page(&page, "1", "11").await;
    page.wait_until("location.pathname + location.search === '/navigation/?page=1&order=up'")
        .await;
    page.back().await;
    page.wait_for_text("h1", "Number 15").await;
    page.wait_for_none(".dj-flash").await;
    assert_eq!(page.eval("window.loaded").await, "once");
    showcase.expect_quiet().await;
}

#[tokio::test]
async fn address_changes_without_a_page_load_and_back_works() {
    let Some(showcase) = Showcase::start().await else {
        return;
    };
    let page = showcase.open("/navigation/").await;
    page.run("window.loaded = 'once'", vec![]).await;
    wait_for_page(&page, "0", "1").await;
    page.click("#next").await;
    wait_for_page(&page, "1", "11").await;
    page.wait_until("location.search === '?page=1&order=up'")
        .await;
    page.click("button[dj-click='last']").await;
    wait_for_page(&page, "19", "191").await;
    page.wait_until("location.search === '?page=19&order=up'")
        .await;
    page.click("button[dj-click='turn']").await;
    wait_for_page(&page, "19", "200").await;
    page.wait_until("location.search === '?page=19&order=down'")
        .await;
    // The last change took the place of the entry before it.
    page.back().await;
    wait_for_page(&page, "1", "11").await;
    page.back().await;
    wait_for_page(&page, "0", "1").await;
    page.forward().await;
    wait_for_page(&page, "1", "11").await;
    assert_eq!(page.eval("window.loaded").await, "once");
    page.goto(&showcase.server.url("/navigation/?page=2&order=down"))
        .await;
    wait_for_page(&page, "2", "30").await;
    showcase.expect_quiet().await;
}
