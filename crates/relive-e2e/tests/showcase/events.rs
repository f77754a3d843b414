use relive_e2e::browser::Key;

use crate::Showcase;

#[tokio::test]
async fn values_are_typed_and_what_does_not_fit_is_refused() {
    let Some(showcase) = Showcase::start().await else {
        return;
    };
    let page = showcase.open("/events/").await;
    page.click("button[dj-click='add']:not([dj-value-by])")
        .await;
    page.wait_for_text("#count", "1").await;
    page.click("button[dj-value-by='5']").await;
    page.wait_for_text("#count", "6").await;
    let refused = [
        (
            "button[dj-value-by='many']",
            r#"event `add`, parameter `by`: expected an integer, got "many""#,
        ),
        (
            "button[dj-value-by='500']",
            r#"event `add`, parameter `by`: expected an integer from -128 to 127, got "500""#,
        ),
        (
            "button[dj-value-to='5']",
            "event `add`: unknown parameter `to`; it takes `by`",
        ),
    ];
    for (button, message) in refused {
        page.click(button).await;
        page.wait_for_text("#refused", message).await;
    }
    page.wait_for_text("#count", "6").await;
    showcase
        .expect_reports(&["invalid_params", "invalid_params", "invalid_params"])
        .await;
}

#[tokio::test]
async fn keys_are_filtered_by_their_names() {
    let Some(showcase) = Showcase::start().await else {
        return;
    };
    let page = showcase.open("/events/").await;
    page.type_into("#keys", "ab").await;
    page.press(Key::Enter).await;
    page.wait_for_text("#key", "Enter").await;
    page.press(Key::Escape).await;
    page.wait_for_text("#key", "Escape").await;
    showcase.expect_quiet().await;
}

#[tokio::test]
async fn typing_is_sent_when_it_pauses() {
    let Some(showcase) = Showcase::start().await else {
        return;
    };
    let page = showcase.open("/events/").await;
    page.type_into("#fruit", "ap").await;
    page.wait_for_text("#found", "apple, apricot, grape").await;
    page.type_text("ri").await;
    page.wait_for_text("#found", "apricot").await;
    // One event for each pause, not for each letter.
    let text = page.texts("p:has(#found)").await.concat();
    assert_eq!(text, "After 2 searches: apricot");
    page.run(
        "const range = document.querySelector('#volume');
         for (const value of [10, 20, 30, 70]) {
             range.value = value;
             range.dispatchEvent(new Event('input', { bubbles: true }));
         }",
        vec![],
    )
    .await;
    page.wait_for_property("meter", "value", 70).await;
    showcase.expect_quiet().await;
}

#[tokio::test]
async fn form_becomes_a_struct() {
    let Some(showcase) = Showcase::start().await else {
        return;
    };
    let page = showcase.open("/events/").await;
    page.type_into("#order [name=name]", "Ada").await;
    page.fill("#order [name=count]", "few").await;
    page.click("#order .primary").await;
    page.wait_for_text(
        "#refused",
        r#"event `order`, parameter `count`: expected an integer, got "few""#,
    )
    .await;
    page.wait_for_none("#ordered").await;

    page.fill("#order [name=count]", "3").await;
    page.click("#order .primary").await;
    page.wait_for_text("#ordered", "3 small for Ada").await;

    page.fill("#order [name=discount]", "2.5").await;
    page.select("#order [name=size]", "large").await;
    page.click("#order [value=ribbon]").await;
    page.click("#order [value=card]").await;
    page.click("#order [name=express]").await;
    page.click("#order .primary").await;
    page.wait_for_text(
        "#ordered",
        "3 large for Ada, ribbon, card, less 2.5 %, express",
    )
    .await;
    showcase.expect_reports(&["invalid_params"]).await;
}
