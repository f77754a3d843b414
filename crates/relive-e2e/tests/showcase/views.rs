use crate::Showcase;

#[tokio::test]
async fn fields_computed_values_and_temporary_rows_are_shown() {
    let Some(showcase) = Showcase::start().await else {
        return;
    };
    let page = showcase.open("/views/").await;
    page.wait_for_text("#total", "0.00").await;
    page.click("button[dj-value-name='Apple']").await;
    page.wait_for_text("#total", "0.45").await;
    page.click("button[dj-value-name='Tea']").await;
    page.wait_for_text("#total", "6.44").await;
    page.wait_for_texts(".demo td.number", &["1", "0", "1"])
        .await;
    // The first row is forgotten on the server, and stays on the page.
    page.wait_for_count("#journal li", 2).await;
    let rows = page.texts("#journal li").await;
    assert!(
        rows[0].starts_with("Apple, ") && rows[1].starts_with("Tea, "),
        "{rows:?}"
    );
    showcase.expect_quiet().await;
}

#[tokio::test]
async fn view_with_its_template_in_the_source_has_the_layout() {
    let Some(showcase) = Showcase::start().await else {
        return;
    };
    let page = showcase.open("/views/").await;
    page.click("a[href='/views/inline/']").await;
    page.wait_for_text("h1", "A template in the source").await;
    page.wait_for("html.dj-connected").await;
    page.click(".demo button").await;
    page.wait_for_text(".demo button", "Clicked 1 times").await;
    page.wait_for("nav a[href='/views/'][aria-current]").await;
    showcase.expect_quiet().await;
}
