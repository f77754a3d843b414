use std::time::Duration;

use relive_e2e::browser::Window;
use serde_json::json;

use crate::Showcase;

async fn wait_for_lines(page: &Window, lines: &[&str]) {
    page.wait_for_texts("#lines li span", lines).await;
}

#[tokio::test]
async fn rows_come_change_and_go_and_the_others_are_left_alone() {
    let Some(showcase) = Showcase::start().await else {
        return;
    };
    let page = showcase.open("/streams/").await;
    wait_for_lines(&page, &["Line 1", "Line 2", "Line 3"]).await;
    page.run(
        "window.rows = [...document.querySelectorAll('#lines li')];
         window.first = document.querySelector('#lines li').firstElementChild.firstChild;",
        vec![],
    )
    .await;
    page.click("button[dj-click='append']").await;
    page.click("button[dj-click='prepend']").await;
    wait_for_lines(&page, &["Line 5", "Line 1", "Line 2", "Line 3", "Line 4"]).await;
    page.click("button[dj-click='update']").await;
    wait_for_lines(
        &page,
        &["Line 5", "Line 1", "Line 2, changed", "Line 3", "Line 4"],
    )
    .await;
    page.click("#lines [dj-value-id='1']").await;
    wait_for_lines(&page, &["Line 5", "Line 2, changed", "Line 3", "Line 4"]).await;
    // The rows that stayed are the same elements.
    let same = "[...document.querySelectorAll('#lines li')].slice(1, 3).every((row, at) => row === rows[at + 1])";
    assert_eq!(page.eval(same).await, true);
    page.click("button[dj-click='reset']").await;
    wait_for_lines(&page, &["Line 1", "Line 2", "Line 3"]).await;
    showcase.expect_quiet().await;
}

#[tokio::test]
async fn ten_thousand_rows_come_at_once_and_a_limit_takes_them_away() {
    let Some(showcase) = Showcase::start().await else {
        return;
    };
    let mut page = showcase.open("/streams/").await;
    page.set_deadline(Duration::from_secs(60));
    page.click("button[dj-click='append_many']").await;
    page.wait_until("document.querySelectorAll('#lines li').length === 10003")
        .await;
    page.click("button[dj-click='append']").await;
    page.wait_until(
        "document.querySelector('#lines li:last-child span').textContent === 'Line 10004'",
    )
    .await;
    page.click("button[dj-click='limit']").await;
    page.wait_until("document.querySelectorAll('#lines li').length === 10")
        .await;
    page.click("button[dj-click='append']").await;
    page.wait_until(
        "document.querySelector('#lines li:last-child span').textContent === 'Line 10005'",
    )
    .await;
    let shown = page
        .eval("document.querySelectorAll('#lines li').length")
        .await;
    assert_eq!(shown, json!(10));
    showcase.expect_quiet().await;
}
