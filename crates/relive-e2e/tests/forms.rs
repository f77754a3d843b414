//! The sign-up form: checked while it is filled in, near and far away, and over lost connections.

use std::time::Duration;

use relive_e2e::browser::{Browser, Window};
use relive_e2e::proxy::{Conditions, Options, Proxy};
use relive_e2e::server::Server;

/// What Chromium says of its own accord when a WebSocket cannot be opened.
const NO_CONNECTION: &str = "WebSocket connection to 'ws://";

struct SignUp {
    // In this order, so that a failed test can still look at its page.
    page: Window,
    browser: Browser,
    proxy: Proxy,
    _server: Server,
}

/// The form, with a line that is 200 ms long in each direction.
async fn open() -> Option<SignUp> {
    let browser = Browser::start().await?;
    let server = Server::start("sign-up").await;
    let slow = Conditions {
        delay: Duration::from_millis(200),
        ..Conditions::default()
    };
    let proxy = Proxy::start(server.address(), Options::both(slow))
        .await
        .unwrap();
    let page = browser.open(format!("http://{}/", proxy.address())).await;
    page.wait_for("html.dj-connected").await;
    Some(SignUp {
        page,
        browser,
        proxy,
        _server: server,
    })
}

/// From now on, each frame looks whether a text field shows something else than was typed into it last.
const WATCH: &str = "
    window.overwritten = [];
    const typed = new Map();
    addEventListener('input', ({ target }) => typed.set(target, target.value), true);
    const look = () => {
        for (const [field, value] of typed)
            if (field.isConnected && field.type !== 'checkbox' && field.value !== value) overwritten.push([field.name, value, field.value]);
        requestAnimationFrame(look);
    };
    look();";

#[tokio::test]
async fn fields_are_checked_while_answers_are_slow_and_typing_is_never_overwritten() {
    let Some(SignUp {
        page,
        browser,
        proxy: _proxy,
        _server,
    }) = open().await
    else {
        return;
    };
    page.run(WATCH, vec![]).await;

    // Each pause is longer than the form's debounce and shorter than the way to the server and back.
    let pause = Duration::from_millis(90);
    for letter in "ann".chars() {
        page.type_into("#email", &letter.to_string()).await;
        tokio::time::sleep(pause).await;
    }
    page.wait_for_text("#email-error", "An e-mail address has an @.")
        .await;
    page.wait_for_none("#password-error, #age-error, #terms-error")
        .await;
    for letter in "@example.com".chars() {
        page.type_into("#email", &letter.to_string()).await;
        tokio::time::sleep(pause).await;
    }
    page.wait_for_none("#email-error").await;
    assert_eq!(page.property("#email", "value").await, "ann@example.com");

    // A number that is none is kept as it is, with its error.
    for letter in "1x".chars() {
        page.type_into("#age", &letter.to_string()).await;
        tokio::time::sleep(pause).await;
    }
    page.wait_for_text("#age-error", "Enter a whole number.")
        .await;
    assert_eq!(page.property("#age", "value").await, "1x");
    page.fill("#age", "17").await;
    page.wait_for_text("#age-error", "You have to be 18.").await;
    page.fill("#age", "").await;
    page.wait_for_none("#age-error").await;

    page.type_into("#password", "hunter2").await;
    page.wait_for_text("#password-error", "At least 8 characters.")
        .await;
    page.type_into("#password", "hunter2").await;
    page.type_into("#again", "hunter2").await;
    page.wait_for_text("#again-error", "The passwords differ.")
        .await;
    page.type_into("#again", "hunter2").await;
    page.wait_for_none("#again-error, #password-error").await;
    page.click("input[value=paid]").await;
    page.select("#topics", "bread").await;
    page.click("#terms").await;
    page.click("#terms").await;
    page.wait_for_text("#terms-error", "Please agree to the terms.")
        .await;
    page.click("#terms").await;
    page.wait_for_none("#terms-error").await;

    // The server answers what it has seen; everything is as the person left it.
    assert_eq!(
        page.eval("document.querySelector('input[value=paid]').checked")
            .await,
        true
    );
    assert_eq!(page.property("#topics", "value").await, "bread");
    assert_eq!(page.eval("JSON.stringify(overwritten)").await, "[]");
    assert_eq!(
        page.eval("document.documentElement.outerHTML.includes('hunter2')")
            .await,
        false
    );

    page.click("form button").await;
    page.wait_for_text("#email-error", "This address is taken.")
        .await;
    assert_eq!(page.property("#password", "value").await, "hunter2hunter2");
    page.type_into("#email", ".eu").await;
    page.wait_for_none("#email-error").await;
    page.click("form button").await;
    page.wait_for_text(".dj-flash-success", "Welcome, ann@example.com.eu!")
        .await;
    // The form is a new one.
    page.wait_for_property("#email", "value", "").await;
    page.wait_for_property("#password", "value", "").await;
    page.wait_until("document.querySelector('input[value=free]').checked")
        .await;
    assert_eq!(page.property("#terms", "checked").await, false);
    page.wait_for_none(".error").await;
    browser.expect_quiet(&[]).await;
}

#[tokio::test]
async fn half_filled_form_survives_a_lost_connection() {
    let Some(SignUp {
        page,
        browser,
        proxy,
        _server,
    }) = open().await
    else {
        return;
    };
    page.run(WATCH, vec![]).await;
    page.type_into("#email", "bob").await;
    page.wait_for_text("#email-error", "An e-mail address has an @.")
        .await;
    page.click("input[value=paid]").await;
    page.type_into("#password", "correct horse").await;

    proxy.refuse();
    proxy.cut_all();
    page.wait_for_none("html.dj-connected").await;
    // What is typed while nobody answers counts as well.
    page.type_into("#email", "@example.com").await;
    page.type_into("#again", "correct horse").await;
    page.click("#terms").await;
    proxy.accept();
    page.wait_for("html.dj-connected").await;

    page.wait_for_none("#email-error").await;
    page.type_into("#age", "x").await;
    page.wait_for_text("#age-error", "Enter a whole number.")
        .await;
    page.fill("#age", "30").await;
    page.wait_for_none(".error").await;
    assert_eq!(page.property("#email", "value").await, "bob@example.com");
    assert_eq!(page.property("#password", "value").await, "correct horse");
    assert_eq!(page.eval("JSON.stringify(overwritten)").await, "[]");
    page.click("form button").await;
    page.wait_for_text(".dj-flash-success", "Welcome, bob@example.com!")
        .await;
    browser.expect_quiet(&[NO_CONNECTION]).await;
}
