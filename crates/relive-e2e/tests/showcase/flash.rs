use crate::Showcase;

#[tokio::test]
async fn messages_come_as_text_and_go() {
    let Some(showcase) = Showcase::start().await else {
        return;
    };
    let page = showcase.open("/flash/").await;
    page.wait_for_text(".dj-flash-info", "Welcome to the page of messages")
        .await;
    page.select("#say [name=level]", "error").await;
    page.click("#say .primary").await;
    page.wait_for_text(".dj-flash-error", "<b>Saved</b>").await;
    page.select("#say [name=level]", "my own").await;
    page.click("#say .primary").await;
    page.wait_for_text(".dj-flash-my-own", "<b>Saved</b>").await;
    page.click("button[dj-value-level='error']").await;
    page.wait_for_none(".dj-flash-error").await;
    page.wait_for(".dj-flash-my-own").await;
    page.click("button[dj-value-level='']").await;
    page.wait_for_none(".dj-flash").await;
    showcase.expect_quiet().await;
}

#[tokio::test]
async fn title_follows_the_field() {
    let Some(showcase) = Showcase::start().await else {
        return;
    };
    let page = showcase.open("/flash/").await;
    page.wait_until("document.title === 'Flash · relive'").await;
    page.fill("#rename", "Tea & cake").await;
    page.wait_until("document.title === 'Tea & cake'").await;
    showcase.expect_quiet().await;
}

#[tokio::test]
async fn metadata_is_in_the_html_and_follows_the_field() {
    let Some(showcase) = Showcase::start().await else {
        return;
    };
    let page = showcase.open("/flash/").await;
    let description = "document.querySelector(\"meta[property='og:description']\")?.content";
    page.wait_until(&format!("{description} === 'A page of messages'"))
        .await;
    page.fill("#describe", "Tea & cake").await;
    page.wait_until(&format!("{description}?.startsWith('Tea & ')"))
        .await;
    page.fill("#describe", "").await;
    page.wait_until(&format!("{description} === undefined"))
        .await;
    showcase.expect_quiet().await;
}
