use relive_e2e::proxy::{Options, Proxy};

use crate::Showcase;

#[tokio::test]
async fn calls_are_shown_in_their_order() {
    let Some(showcase) = Showcase::start().await else {
        return;
    };
    let page = showcase.open("/lifecycle/").await;
    // The connection takes over the view of the request: mount ran once.
    page.wait_for_texts(
        "#calls li",
        &[
            "on_mount",
            "mount, connected: false",
            "handle_params, step 0",
        ],
    )
    .await;
    page.click("a[href='?step=1']").await;
    page.wait_for_text("#calls li:nth-child(4)", "handle_params, step 1")
        .await;
    page.click("button[dj-click='handle']").await;
    page.wait_for_text("#calls li:nth-child(5)", "an event handler")
        .await;
    page.back().await;
    page.wait_for_text("#calls li:nth-child(6)", "handle_params, step 0")
        .await;
    page.wait_for_text("#renders", "4").await;
    showcase.expect_quiet().await;
}

#[tokio::test]
async fn view_that_ends_says_why() {
    let Some(showcase) = Showcase::start().await else {
        return;
    };
    let page = showcase.open("/lifecycle/").await;
    page.wait_for_texts("#goodbyes li", &["None yet."]).await;
    let other = showcase.open("/lifecycle/").await;
    other.reload().await;
    page.wait_for_texts("#goodbyes li", &["Left"]).await;
    page.wait_for_text("#calls li:nth-child(4)", "handle_info, goodbye: Left")
        .await;
    other.close().await;
    page.wait_for_texts("#goodbyes li", &["Left", "Left"]).await;
    showcase.expect_quiet().await;
}

#[tokio::test]
async fn connection_that_is_lost_comes_back_to_the_same_view() {
    let Some(showcase) = Showcase::start().await else {
        return;
    };
    let proxy = Proxy::start(showcase.server.address(), Options::default())
        .await
        .unwrap();
    let url = format!("http://{}/lifecycle/", proxy.address());
    let page = showcase.browser.open(url).await;
    page.wait_for("html.dj-connected").await;
    page.click("button[dj-click='handle']").await;
    page.wait_for_count("#calls li", 4).await;
    proxy.refuse();
    proxy.cut_all();
    page.wait_for("html.dj-disconnected").await;
    proxy.accept();
    page.wait_for("html.dj-connected").await;
    page.click("button[dj-click='handle']").await;
    page.wait_for_texts(
        "#calls li",
        &[
            "on_mount",
            "mount, connected: false",
            "handle_params, step 0",
            "an event handler",
            "on_mount, on a reconnect",
            "an event handler",
        ],
    )
    .await;
    showcase
        .browser
        .expect_quiet(&["WebSocket connection to 'ws://"])
        .await;
}
