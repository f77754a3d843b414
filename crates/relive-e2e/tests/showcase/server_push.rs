use crate::Showcase;

#[tokio::test]
async fn windows_show_each_others_votes() {
    let Some(showcase) = Showcase::start().await else {
        return;
    };
    let one = showcase.open("/server-push/").await;
    let two = showcase.open("/server-push/").await;
    one.wait_for_texts("#poll .number", &["0", "0", "0"]).await;
    one.click("button[dj-value-answer='The code']").await;
    two.wait_for_texts("#poll .number", &["1", "0", "0"]).await;
    two.click("button[dj-value-answer='The last page']").await;
    for page in [&one, &two] {
        page.wait_for_texts("#poll .number", &["1", "0", "1"]).await;
    }
    showcase.expect_quiet().await;
}

#[tokio::test]
async fn clock_of_the_server_ticks() {
    let Some(showcase) = Showcase::start().await else {
        return;
    };
    let page = showcase.open("/server-push/").await;
    page.wait_until("Number(document.querySelector('#seconds').textContent) >= 2")
        .await;
    showcase.expect_quiet().await;
}

#[tokio::test]
async fn hook_of_the_page_takes_events_and_sends_some() {
    let Some(showcase) = Showcase::start().await else {
        return;
    };
    let page = showcase.open("/server-push/").await;
    for times in ["1", "2"] {
        page.click("button[dj-value-answer='The text']").await;
        page.wait_for_text("#thanked", times).await;
    }
    page.wait_for_text("#thanks", "Thanks for “The text”!")
        .await;
    showcase.expect_quiet().await;
}
