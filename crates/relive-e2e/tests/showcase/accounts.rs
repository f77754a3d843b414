use relive_e2e::browser::Window;

use crate::Showcase;

/// Logs in on the page that the guard has led to.
async fn log_in(page: &Window, id: &str) {
    page.wait_for("html.dj-connected").await;
    page.select("#log-in [name=id]", id).await;
    page.click("#log-in .primary").await;
}

async fn wait_for_path(page: &Window, path: &str) {
    page.wait_until(&format!("location.pathname + location.search === '{path}'"))
        .await;
    page.wait_for("html.dj-connected").await;
}

#[tokio::test]
async fn guard_asks_for_a_log_in_and_leads_back() {
    let Some(showcase) = Showcase::start().await else {
        return;
    };
    let page = showcase.open("/accounts/inside/").await;
    wait_for_path(&page, "/accounts/?next=/accounts/inside/").await;
    log_in(&page, "1").await;
    wait_for_path(&page, "/accounts/inside/").await;
    page.wait_for_text("#me", "Ada").await;
    page.wait_for_text(".dj-flash-success", "You are in").await;
    page.click("a[href='/accounts/inside/staff/']").await;
    wait_for_path(&page, "/accounts/inside/staff/").await;
    page.wait_for_text("#me", "Ada").await;
    let text = page
        .eval("fetch('/accounts/inside/me.json').then((answer) => answer.text())")
        .await;
    assert_eq!(text, r#"{"id":1,"name":"Ada","staff":true}"#);
    showcase.expect_quiet().await;
}

#[tokio::test]
async fn who_is_not_of_the_staff_is_sent_back() {
    let Some(showcase) = Showcase::start().await else {
        return;
    };
    let page = showcase.open("/accounts/").await;
    // Over the connection, too, the guard asks first.
    page.click("a[href='/accounts/inside/staff/']").await;
    wait_for_path(&page, "/accounts/?next=/accounts/inside/staff/").await;
    log_in(&page, "2").await;
    wait_for_path(&page, "/accounts/inside/").await;
    page.wait_for_text("#me", "Ben").await;
    page.click("a[href='/accounts/inside/staff/']").await;
    wait_for_path(&page, "/accounts/inside/").await;
    page.wait_for_text("#me", "Ben").await;
    showcase.expect_quiet().await;
}

#[tokio::test]
async fn logging_out_by_a_form_leads_where_the_form_does() {
    let Some(showcase) = Showcase::start().await else {
        return;
    };
    let page = showcase.open("/accounts/inside/").await;
    log_in(&page, "1").await;
    wait_for_path(&page, "/accounts/inside/").await;
    page.click("#by-form").await;
    wait_for_path(&page, "/accounts/").await;
    page.wait_for_text(".dj-flash-info", "You are out").await;
    showcase.expect_quiet().await;
}

#[tokio::test]
async fn logging_out_ends_every_window_of_the_user() {
    let Some(showcase) = Showcase::start().await else {
        return;
    };
    let one = showcase.open("/accounts/inside/").await;
    log_in(&one, "1").await;
    wait_for_path(&one, "/accounts/inside/").await;
    let two = showcase.open("/accounts/inside/").await;
    two.wait_for_text("#me", "Ada").await;
    let other = showcase
        .browser
        .open_apart(showcase.server.url("/accounts/inside/"))
        .await;
    log_in(&other, "2").await;
    wait_for_path(&other, "/accounts/inside/").await;

    one.click("button[dj-click='log_out']").await;
    wait_for_path(&one, "/accounts/").await;
    // The other window fetches itself again, and the guard leads it away.
    wait_for_path(&two, "/accounts/?next=/accounts/inside/").await;
    one.goto(&showcase.server.url("/accounts/inside/")).await;
    wait_for_path(&one, "/accounts/?next=/accounts/inside/").await;
    // Nobody else is logged out.
    other.reload().await;
    wait_for_path(&other, "/accounts/inside/").await;
    other.wait_for_text("#me", "Ben").await;
    showcase.expect_quiet().await;
}
