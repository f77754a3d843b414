use relive_e2e::browser::Window;
use relive_e2e::proxy::{Options, Proxy};

use crate::Showcase;

async fn wait_for_errors(page: &Window, errors: &[&str]) {
    page.wait_for_texts("#booking .error", errors).await;
}

#[tokio::test]
async fn errors_show_beside_the_fields_that_somebody_has_been_in() {
    let Some(showcase) = Showcase::start().await else {
        return;
    };
    let page = showcase.open("/forms/").await;
    page.type_into("#booking [name=email]", "ada").await;
    wait_for_errors(&page, &["An e-mail address has an @."]).await;
    page.type_text("@example.com").await;
    wait_for_errors(&page, &[]).await;
    page.fill("#booking [name=seats]", "many").await;
    wait_for_errors(&page, &["Enter a whole number."]).await;
    // What does not fit stays as it was typed.
    page.wait_for_property("#booking [name=seats]", "value", "many")
        .await;

    page.click("#booking .primary").await;
    wait_for_errors(&page, &["Who is coming?", "Enter a whole number."]).await;
    page.type_into("#booking [name=name]", "Ada").await;
    page.fill("#booking [name=seats]", "3").await;
    page.click("#booking .primary").await;
    page.wait_for_texts("#bookings li", &["ada@example.com: 3 seats"])
        .await;
    page.wait_for_text(".dj-flash-success", "See you, Ada!")
        .await;
    for (field, value) in [("name", ""), ("email", ""), ("seats", "1")] {
        page.wait_for_property(&format!("#booking [name={field}]"), "value", value)
            .await;
    }

    // What only the database knows.
    page.type_into("#booking [name=name]", "Ada").await;
    page.type_into("#booking [name=email]", "ada@example.com")
        .await;
    page.click("#booking .primary").await;
    wait_for_errors(&page, &["This address has booked already."]).await;
    showcase.expect_quiet().await;
}

#[tokio::test]
async fn half_filled_form_survives_a_lost_connection() {
    let Some(showcase) = Showcase::start().await else {
        return;
    };
    let proxy = Proxy::start(showcase.server.address(), Options::default())
        .await
        .unwrap();
    let page = showcase
        .browser
        .open(format!("http://{}/forms/", proxy.address()))
        .await;
    page.wait_for("html.dj-connected").await;
    page.type_into("#booking [name=name]", "Ada").await;
    page.type_into("#booking [name=email]", "ada").await;
    wait_for_errors(&page, &["An e-mail address has an @."]).await;
    proxy.refuse();
    proxy.cut_all();
    page.wait_for("html.dj-disconnected").await;
    page.type_text("@example.com").await;
    proxy.accept();
    page.wait_for("html.dj-connected").await;
    wait_for_errors(&page, &[]).await;
    page.wait_for_property("#booking [name=name]", "value", "Ada")
        .await;
    page.click("#booking .primary").await;
    page.wait_for_texts("#bookings li", &["ada@example.com: 1 seat"])
        .await;
    showcase
        .browser
        .expect_quiet(&["WebSocket connection to 'ws://"])
        .await;
}
