//! `dj-hook`: JavaScript of the application.

use super::{Site, arrived};

#[tokio::test]
async fn hooks_live_with_their_elements_and_talk_with_their_view() {
    let Some(site) = Site::start().await else {
        return;
    };
    let page = site.open("/chart/").await;
    let log = "log.splice(0).join(', ')";
    page.wait_until("log.length === 2").await;
    assert_eq!(page.eval(log).await, "mounted 1 2, greeting of mount");

    page.click("#add").await;
    page.wait_until("log.length === 2").await;
    assert_eq!(page.eval(log).await, "updated 1 2 3, point 1 2 3");

    page.click("#chart").await;
    page.wait_for_text("#zoom", "2").await;
    page.wait_until("log.length === 2").await;
    assert_eq!(page.eval(log).await, "updated 1 2 3, zoomed to 2");

    page.click("#toggle").await;
    page.wait_for_none("#chart").await;
    assert_eq!(page.eval(log).await, "destroyed");
    page.click("#toggle").await;
    page.wait_for("#chart").await;
    assert_eq!(page.eval(log).await, "mounted 1 2 3");

    // Another view ends them, and the first, come back to, begins them again.
    page.click("#first").await;
    arrived(&page, "first").await;
    assert_eq!(page.eval(log).await, "destroyed");
    page.back().await;
    arrived(&page, "chart").await;
    page.wait_until("log.length === 2").await;
    assert_eq!(page.eval(log).await, "mounted 1 2, greeting of mount");
    site.browser.expect_quiet(&[]).await;
}

#[tokio::test]
async fn a_page_without_hooks_does_without_the_second_part_until_it_needs_it() {
    let Some(site) = Site::start().await else {
        return;
    };
    let page = site.open("/apart/").await;
    let fetched = "performance.getEntriesByType('resource').filter((entry) => entry.name.includes('relive-more')).length";
    assert_eq!(page.eval(fetched).await, 0);
    let page = site.open("/chart/").await;
    assert_eq!(page.eval(fetched).await, 1);
    site.browser.expect_quiet(&[]).await;
}
