//! The browser harness itself: what it does, what it says when a test fails, and that nothing is left behind.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use relive_e2e::browser::{Browser, Key};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::task::LocalSet;

const PAGE: &str = r#"<!doctype html><meta charset="utf-8"><title>A page</title>
<link rel="icon" href="data:,">
<h1>Hello</h1>
<p id="count">  0
   clicks </p>
<button id="more" onclick="n = (window.n ?? 0) + 1; count.textContent = n + ' clicks'">More</button>
<input id="name" value="ab">
<select id="color"><option value="r">red<option value="g">green</select>
<ul><li>one<li>two</ul>
"#;

/// Serves one page for every path, and counts visits in a cookie.
async fn serve(page: &'static str) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let mut request = vec![0; 8192];
                // A browser's request without body comes in one piece on loopback.
                let _ = stream.read(&mut request).await;
                let answer = format!(
                    "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n\
                     Set-Cookie: visited=yes\r\nContent-Length: {}\r\n\r\n{page}",
                    page.len()
                );
                let _ = stream.write_all(answer.as_bytes()).await;
            });
        }
    });
    address
}

#[tokio::test]
async fn does_what_a_person_does() {
    let Some(browser) = Browser::start().await else {
        return;
    };
    let address = serve(PAGE).await;
    let page = browser.open(format!("http://{address}/a")).await;

    page.wait_for("h1").await;
    page.wait_for_text("#count", "0 clicks").await;
    page.click("#more").await;
    page.click("#more").await;
    page.wait_for_text("#count", "2 clicks").await;
    page.wait_for_texts("li", &["one", "two"]).await;
    assert_eq!(page.texts("li").await, ["one", "two"]);
    page.wait_for_count("li", 2).await;
    page.wait_for_none("li.done").await;

    page.type_into("#name", "cd").await;
    page.wait_for_property("#name", "value", "abcd").await;
    page.press(Key::Home).await;
    page.type_text("x").await;
    assert_eq!(page.property("#name", "value").await, "xabcd");
    assert_eq!(page.eval("document.activeElement.selectionStart").await, 1);
    page.fill("#name", "über 😀").await;
    assert_eq!(page.property("#name", "value").await, "über 😀");
    page.select("#color", "g").await;
    assert_eq!(page.property("#color", "value").await, "g");

    page.goto(&format!("http://{address}/b")).await;
    page.back().await;
    assert!(page.url().await.ends_with("/a"));
    page.forward().await;
    assert!(page.url().await.ends_with("/b"));
    page.run("window.n = arguments[0]", vec![41.into()]).await;
    page.click("#more").await;
    page.wait_until("count.textContent === '42 clicks'").await;
    page.reload().await;
    page.wait_for_text("#count", "0 clicks").await;
    assert_eq!(
        page.eval("Promise.resolve(navigator.userAgent.length > 0)")
            .await,
        true
    );

    let offline = serde_json::json!({
        "offline": true, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1,
    });
    page.devtools("Network.emulateNetworkConditions", offline)
        .await;
    page.wait_until("navigator.onLine === false").await;
    browser.expect_quiet(&[]).await;
}

#[tokio::test]
async fn windows_share_a_profile_and_apart_they_do_not() {
    let Some(browser) = Browser::start().await else {
        return;
    };
    let address = serve(PAGE).await;
    let one = browser.open(format!("http://{address}/")).await;
    let two = browser.open("about:blank").await;
    let three = browser.open_apart("about:blank").await;
    one.click("#more").await;
    two.goto(&format!("http://{address}/two")).await;
    // Commands to windows in turn find their windows, each with its own state.
    one.wait_for_text("#count", "1 clicks").await;
    two.wait_for_text("#count", "0 clicks").await;
    one.run("localStorage.setItem('who', 'me')", vec![]).await;
    assert_eq!(two.eval("localStorage.getItem('who')").await, "me");
    three.goto(&format!("http://{address}/three")).await;
    assert!(three.eval("localStorage.getItem('who')").await.is_null());
    // None of them is treated as hidden.
    for window in [&one, &two, &three] {
        assert_eq!(window.eval("document.visibilityState").await, "visible");
    }
    two.close().await;
    one.click("#more").await;
    one.wait_for_text("#count", "2 clicks").await;
}

#[tokio::test]
async fn console_has_messages_and_uncaught_errors() {
    let Some(browser) = Browser::start().await else {
        return;
    };
    let address = serve(PAGE).await;
    let page = browser.open(format!("http://{address}/")).await;
    browser.expect_quiet(&[]).await;
    page.run(
        "console.warn('a warning'); console.log('a message');
         setTimeout(() => { throw new Error('thrown later') });
         Promise.reject(new Error('nobody waits'));
         return new Promise((done) => setTimeout(done, 50));",
        vec![],
    )
    .await;
    let entries = browser.console().await;
    for (level, text) in [
        ("WARNING", "a warning"),
        ("INFO", "a message"),
        ("SEVERE", "thrown later"),
        ("SEVERE", "nobody waits"),
    ] {
        let found = entries.iter().find(|entry| entry.message.contains(text));
        assert_eq!(
            found.map(|entry| entry.level.as_str()),
            Some(level),
            "{text}: {entries:?}"
        );
    }
    browser.expect_quiet(&[]).await;
}

#[tokio::test]
async fn failure_says_what_was_asked_for_and_shows_the_page_and_nothing_is_left() {
    let Some(browser) = Browser::start().await else {
        return;
    };
    let address = serve(PAGE).await;
    let processes = browser.process_ids();
    assert!(
        processes.len() > 3,
        "chromedriver and Chromium's processes: {processes:?}"
    );

    // In a task of its own, which panics.
    let start = Instant::now();
    let tasks = LocalSet::new();
    let failed = tasks.spawn_local(async move {
        let mut page = browser.open(format!("http://{address}/")).await;
        page.set_deadline(Duration::from_millis(300));
        page.wait_for_text("#count", "7 clicks").await;
    });
    let panic = tasks.run_until(failed).await.unwrap_err().into_panic();
    let message = panic.downcast_ref::<String>().unwrap();
    assert!(message.contains("tests/browser.rs:"), "{message}");
    assert!(
        message.contains(r##"wait for #count to say "7 clicks""##),
        "{message}"
    );
    assert!(
        message.contains(r#"after 300ms: it says "0 clicks""#),
        "{message}"
    );
    assert!(
        start.elapsed() < Duration::from_secs(15),
        "it took {:?}",
        start.elapsed()
    );

    let name = "browser-failure_says_what_was_asked_for_and_shows_the_page_and_nothing_is_left-1";
    let file: PathBuf = relive_e2e::artifacts().join(name);
    let dom = std::fs::read_to_string(file.with_extension("html")).unwrap();
    assert!(dom.contains("<li>two</li>"), "{dom}");
    let image = std::fs::read(file.with_extension("png")).unwrap();
    assert!(image.starts_with(b"\x89PNG"), "a screenshot is kept");

    let left: Vec<&u32> = processes
        .iter()
        .filter(|id| Path::new(&format!("/proc/{id}")).exists())
        .collect();
    assert!(left.is_empty(), "processes {left:?} still exist");
}

#[tokio::test]
async fn nothing_is_left_when_the_browser_does_not_answer() {
    let Some(browser) = Browser::start().await else {
        return;
    };
    let page = browser.open("about:blank").await;
    let processes = browser.process_ids();
    // A page that never comes back to its event loop.
    let stuck = page.run("for (;;);", vec![]);
    assert!(
        tokio::time::timeout(Duration::from_millis(300), stuck)
            .await
            .is_err()
    );
    drop((page, browser));
    let left: Vec<&u32> = processes
        .iter()
        .filter(|id| Path::new(&format!("/proc/{id}")).exists())
        .collect();
    assert!(left.is_empty(), "processes {left:?} still exist");
}
