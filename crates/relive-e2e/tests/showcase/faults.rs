use crate::Showcase;

const ADD: &str = "button[dj-click='add']";
const FAIL: &str = "button[dj-click='fail']";
const PANIC: &str = "button[dj-click='panic']";

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
    page.click(FAIL).await;
    page.wait_for_text("#count", "2").await;
    page.wait_for_text("#refused", "`fail`: this cannot be done")
        .await;
    page.click(PANIC).await;
    page.wait_for_text("#count", "0").await;
    page.click(ADD).await;
    page.wait_for_text("#count", "1").await;
    other.click(ADD).await;
    other.wait_for_text("#count", "2").await;
    showcase
        .expect_reports(&["handler_failed", "panicked"])
        .await;
}

#[tokio::test]
async fn transactional_view_is_as_it_was_after_an_error_and_after_a_panic() {
    let Some(showcase) = Showcase::start().await else {
        return;
    };
    let page = showcase.open("/faults/").await;
    page.click("a[href='/faults/careful/']").await;
    page.wait_for("a[href='/faults/careful/'][aria-current]")
        .await;
    page.wait_for("html.dj-connected").await;
    page.click(ADD).await;
    page.wait_for_text("#count", "1").await;
    page.click(FAIL).await;
    page.wait_for_text("#refused", "`fail`: this cannot be done")
        .await;
    page.wait_for_text("#count", "1").await;
    page.click(PANIC).await;
    page.wait_until("document.querySelector('#refused').textContent.includes('panic')")
        .await;
    page.click(ADD).await;
    page.wait_for_text("#count", "2").await;
    showcase
        .expect_reports(&["handler_failed", "panicked"])
        .await;
}
