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
