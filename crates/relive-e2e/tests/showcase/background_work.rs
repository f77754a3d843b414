use crate::Showcase;

#[tokio::test]
async fn page_goes_on_while_a_task_runs() {
    let Some(showcase) = Showcase::start().await else {
        return;
    };
    let page = showcase.open("/background-work/").await;
    page.click("button[dj-click='load']").await;
    page.wait_for_text("#status", "loading").await;
    page.click("button[dj-click='click']").await;
    page.wait_for_text("button[dj-click='click']", "Clicked 1 times meanwhile")
        .await;
    page.wait_for_text("#status", "loading").await;
    page.wait_for_text("#status", "loaded 42").await;
    page.wait_for_texts("#ended li", &["load ended well"]).await;
    page.click("button[dj-click='count']").await;
    page.wait_for_text("#status", "17984 primes below 200,000")
        .await;
    showcase.expect_quiet().await;
}

#[tokio::test]
async fn task_that_is_cancelled_says_nothing_more() {
    let Some(showcase) = Showcase::start().await else {
        return;
    };
    let page = showcase.open("/background-work/").await;
    page.click("button[dj-click='cancel']").await;
    page.wait_for_text("#status", "there was nothing to cancel")
        .await;
    page.click("button[dj-click='load']").await;
    page.wait_for_text("#status", "loading").await;
    page.click("button[dj-click='cancel']").await;
    page.wait_for_text("#status", "cancelled").await;
    // A second one of the name takes the place of the first.
    page.click("button[dj-click='load']").await;
    page.wait_for_text("#status", "loading").await;
    page.click("button[dj-click='load']").await;
    page.wait_for_text("#status", "loaded 42").await;
    page.wait_for_texts("#ended li", &["load ended well"]).await;
    showcase.expect_quiet().await;
}

#[tokio::test]
async fn panic_in_a_task_is_its_result() {
    let Some(showcase) = Showcase::start().await else {
        return;
    };
    let page = showcase.open("/background-work/").await;
    page.click("button[dj-click='click']").await;
    page.click("button[dj-click='panic']").await;
    page.wait_for_text("#status", "the task panicked: a mistake in this task")
        .await;
    page.wait_for_text("button[dj-click='click']", "Clicked 1 times meanwhile")
        .await;
    page.wait_for_texts("#ended li", &["panic ended badly"])
        .await;
    showcase.expect_quiet().await;
}
