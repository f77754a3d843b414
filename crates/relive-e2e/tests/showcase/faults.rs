use crate::Showcase;

const ADD: &str = "button[dj-click='add']";

#[tokio::test]
async fn error_keeps_what_was_changed_and_panic_mounts_the_view_again() {
    let Some(showcase) = Showcase::start().await else {
        return;
    };
    let page = showcase.open("/faults/").await;
    let other = showcase.open("/faults/").await;
    other.click(ADD).await;
    other.wait_for_text("#count", "1").await;

    page.click(ADD).await;
    page.click("button[dj-click='fail']").await;
    page.wait_for_text("#count", "2").await;
    page.wait_for_text("#refused", "`fail`: invalid digit found in string")
        .await;
    page.click("button[dj-click='panic']").await;
    page.wait_for_text("#count", "0").await;
    page.click(ADD).await;
    page.wait_for_text("#count", "1").await;
    other.click(ADD).await;
    other.wait_for_text("#count", "2").await;
    showcase
        .expect_reports(&["handler_failed", "panicked"])
        .await;
}
