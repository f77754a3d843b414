//! From view to view, and what comes along.

use std::time::Duration;

use relive_e2e::browser::Window;
use relive_e2e::proxy::{Conditions, Options, Proxy};
use serde_json::json;

use super::{Site, arrived, is_same_document, mark};

async fn scroll_to(page: &Window, y: u32) {
    page.run("scrollTo(0, arguments[0])", vec![json!(y)]).await;
    // It is noted when the page has come to rest.
    page.wait_until(&format!(
        "history.state?.scroll?.[1] === {y} || history.scrollRestoration === 'auto'"
    ))
    .await;
}

#[tokio::test]
async fn dj_navigate_goes_from_view_to_view_over_one_connection() {
    let Some(site) = Site::start().await else {
        return;
    };
    let page = site.open("/").await;
    // Counts the sockets that are opened from now on.
    page.run(
        "window.sockets = 0;
         const Real = WebSocket;
         window.WebSocket = class extends Real { constructor(...all) { super(...all); window.sockets++; } };",
        vec![],
    )
    .await;
    mark(&page).await;
    page.click("#two").await;
    arrived(&page, "second 2").await;
    assert_eq!(page.url().await, site.url("/second/2/"));
    page.click("#add").await;
    page.wait_for_text("output", "1").await;
    // A link outside of the root, to the same view: it is mounted anew.
    page.click("#second").await;
    arrived(&page, "second 1").await;
    page.wait_for_text("output", "0").await;
    page.click("#first").await;
    arrived(&page, "first").await;
    assert!(is_same_document(&page).await);
    assert_eq!(page.eval("window.sockets").await, 0);
    site.browser.expect_quiet(&[]).await;
}

#[tokio::test]
async fn to_the_user_it_is_a_page_load_title_metadata_focus_and_scroll() {
    let Some(site) = Site::start().await else {
        return;
    };
    let page = site.open("/").await;
    let around = "[document.title, document.querySelector('main').className,
                   document.querySelector('meta[name=description]').content,
                   document.querySelector('meta[property=\"og:title\"]').content,
                   document.querySelectorAll('meta').length].join('|')";
    assert_eq!(page.eval(around).await, "First|plain|the first|first|3");
    page.type_into("#text", "half").await;
    page.run("scrollTo(0, 900)", vec![]).await;
    page.run("document.querySelector('#two').click()", vec![])
        .await;
    arrived(&page, "second 2").await;
    page.wait_until("document.title === 'Second 2'").await;
    assert_eq!(
        page.eval(around).await,
        "Second 2|other|of the layout|second|3"
    );
    assert_eq!(page.eval("document.activeElement.id").await, "wanted");
    assert_eq!(page.eval("scrollY").await, 0);

    page.click("#first").await;
    arrived(&page, "first").await;
    page.wait_until("document.title === 'First'").await;
    assert_eq!(page.eval(around).await, "First|plain|the first|first|3");
    assert_eq!(page.eval("document.activeElement.localName").await, "body");
    assert_eq!(page.property("#text", "value").await, "");

    page.click("#there").await;
    arrived(&page, "second 3").await;
    page.wait_until("scrollY > 2000").await;
    assert_eq!(page.url().await, site.url("/second/3/#end"));
    site.browser.expect_quiet(&[]).await;
}

#[tokio::test]
async fn back_and_forward_across_patch_and_redirect_with_scroll() {
    let Some(site) = Site::start().await else {
        return;
    };
    let page = site.open("/").await;
    mark(&page).await;
    page.run("document.querySelector('#patch').click()", vec![])
        .await;
    page.wait_for_text("#show", "patched").await;
    scroll_to(&page, 1500).await;
    page.run("document.querySelector('#two').click()", vec![])
        .await;
    arrived(&page, "second 2").await;
    page.wait_until("scrollY === 0").await;
    scroll_to(&page, 700).await;

    page.back().await;
    arrived(&page, "first").await;
    page.wait_for_text("#show", "patched").await;
    page.wait_until("scrollY === 1500").await;
    page.back().await;
    page.wait_for_text("#show", "").await;
    assert_eq!(page.url().await, site.url("/"));
    page.forward().await;
    page.wait_for_text("#show", "patched").await;
    page.wait_until("scrollY === 1500").await;
    page.forward().await;
    arrived(&page, "second 2").await;
    page.wait_until("scrollY === 700").await;
    assert!(is_same_document(&page).await);
    site.browser.expect_quiet(&[]).await;
}

#[tokio::test]
async fn a_replaced_entry_is_not_come_back_to() {
    let Some(site) = Site::start().await else {
        return;
    };
    let page = site.open("/chart/").await;
    page.click("#first").await;
    arrived(&page, "first").await;
    page.click("#replace").await;
    arrived(&page, "second 5").await;
    page.back().await;
    arrived(&page, "chart").await;
    site.browser.expect_quiet(&[]).await;
}

#[tokio::test]
async fn messages_of_the_same_step_go_along_and_earlier_ones_are_cleared() {
    let Some(site) = Site::start().await else {
        return;
    };
    let page = site.open("/").await;
    page.click("#say").await;
    page.wait_for_texts(".dj-flash", &["earlier"]).await;
    page.run("document.querySelector('#patch').click()", vec![])
        .await;
    page.wait_for_text("#show", "patched").await;
    page.wait_for_texts(".dj-flash", &["earlier"]).await;
    page.click("#save").await;
    arrived(&page, "second 1").await;
    page.wait_for_texts(".dj-flash", &["Saved <b>it</b>"]).await;
    page.click("#first").await;
    arrived(&page, "first").await;
    page.wait_for_none(".dj-flash").await;
    // By a page load they come in its HTML.
    page.click("#leave").await;
    arrived(&page, "Apart").await;
    page.wait_for_texts(".dj-flash", &["by a page load"]).await;
    page.reload().await;
    page.wait_for("html.dj-connected").await;
    page.wait_for_none(".dj-flash").await;
    site.browser.expect_quiet(&[]).await;
}

#[tokio::test]
async fn a_view_that_leads_elsewhere_while_it_is_mounted_is_followed() {
    let Some(site) = Site::start().await else {
        return;
    };
    let page = site.open("/moved/").await;
    arrived(&page, "second 9").await;
    page.wait_for_texts(".dj-flash", &["it has moved"]).await;
    page.click("#first").await;
    arrived(&page, "first").await;
    page.click("#moved").await;
    arrived(&page, "second 9").await;
    assert_eq!(page.url().await, site.url("/second/9/"));
    page.wait_for_texts(".dj-flash", &["it has moved"]).await;
    site.browser.expect_quiet(&[]).await;
}

#[tokio::test]
async fn a_link_to_something_else_than_a_view_is_a_page_load() {
    let Some(site) = Site::start().await else {
        return;
    };
    let page = site.open("/").await;
    page.click("#nowhere").await;
    page.wait_for_text("h1", "plain").await;
    page.back().await;
    arrived(&page, "first").await;
}

#[tokio::test]
async fn a_hook_that_halts_when_the_page_comes_back_sends_it_elsewhere_once() {
    let Some(site) = Site::start().await else {
        return;
    };
    let options = Options::both(Conditions::default());
    let proxy = Proxy::start(site.address, options).await.unwrap();
    let url = format!("http://{}/inside/1/", proxy.address());
    let page = site.browser.open(url).await;
    arrived(&page, "second 1").await;
    site.door.close();
    proxy.cut_all();
    arrived(&page, "first").await;
    page.wait_for_texts(".dj-flash", &["closed"]).await;
    mark(&page).await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert!(is_same_document(&page).await);
    assert_eq!(page.eval("relive.counters.rejoins").await, 0);
    assert_eq!(page.url().await, format!("http://{}/", proxy.address()));
    site.browser.expect_quiet(&[]).await;
}
