//! Logging in and out from a live page, by its one request over HTTP; guards on a redirect over the connection.

mod support;

use relive::auth::Users;
use relive::prelude::*;
use relive::{HOP_PATH, Runtime};
use relive_protocol::{ErrorKind, FromPage, ToPage};
use serde_json::json;
use support::{Browser, Page, start};

/// Whoever has a name is a user.
#[derive(Clone)]
struct Anybody;

impl Users for Anybody {
    type User = String;

    async fn find(&self, id: &str) -> Result<Option<String>> {
        Ok(Some(id.to_owned()))
    }
}

#[derive(LiveView)]
#[live_view(template = "<main>{% dj_flash %}the door</main>")]
struct Door {}

#[live_view]
impl Door {
    fn mount() -> Self {
        Door {}
    }

    #[event_handler]
    fn enter(&mut self, cx: &mut Cx<Self>, name: String, to: String) -> Result {
        cx.put_flash(Level::Success, format!("Welcome, {name}"));
        cx.log_in(name, &to)
    }

    #[event_handler]
    fn leave(&mut self, cx: &mut Cx<Self>) -> Result {
        cx.log_out("/")
    }

    #[event_handler]
    fn go(&mut self, cx: &mut Cx<Self>) -> Result {
        cx.live_redirect("/inside/", &std::collections::BTreeMap::from([("a", "b")]))
    }
}

#[derive(LiveView)]
#[live_view(template = "<main>{% dj_flash %}inside: {{ user }}</main>", on_mount = [login_required("/log-in/")])]
struct Inside {
    user: String,
}

#[live_view]
impl Inside {
    fn mount(cx: &mut Cx<Self>) -> Self {
        Inside {
            user: cx.user().expect("the guard let nobody else in"),
        }
    }
}

#[derive(LiveView)]
#[live_view(template = "<main>at once</main>")]
struct AtOnce {}

#[live_view]
impl AtOnce {
    fn mount(cx: &mut Cx<Self>) -> Result<Self> {
        cx.log_in("cat", "/inside/")?;
        Ok(AtOnce {})
    }
}

fn runtime() -> Runtime {
    start(
        App::new(())
            .users(Anybody)
            .live::<Door>("/", "door")
            .live::<Inside>("/inside/", "inside")
            .live::<AtOnce>("/at-once/", "at-once"),
    )
}

/// The address that the page was last sent to, by a page load.
fn sent_to(page: &Page) -> String {
    let (url, mode, _) = page.redirects.last().expect("a redirect");
    assert_eq!(mode, "page");
    url.clone()
}

#[tokio::test(start_paused = true)]
async fn a_guarded_view_is_not_entered_by_a_redirect_over_the_connection_without_a_log_in() {
    let runtime = runtime();
    let mut browser = Browser::new(&runtime);
    let mut page = browser.open("/").await;
    ask_for_inside(&mut page).await;
    assert_eq!(runtime.counts().sessions, 0);
    let answer = browser.get("/inside/?a=b").await;
    let location = answer.headers["location"].to_str().unwrap();
    assert_eq!(
        (answer.status, location),
        (302, "/log-in/?next=/inside/%3Fa%3Db")
    );
}

/// Somebody logs in in another window: this one's connection does not know of it.
#[tokio::test(start_paused = true)]
async fn a_window_that_was_there_before_a_log_in_gets_to_a_guarded_view() {
    let runtime = runtime();
    let mut browser = Browser::new(&runtime);
    let mut page = browser.open("/").await;
    let mut other = browser.open("/").await;
    other
        .event("enter", json!({"name": "ann", "to": "/"}))
        .await;
    browser.get(&sent_to(&other)).await;
    ask_for_inside(&mut page).await;
    let answer = browser.get("/inside/?a=b").await;
    assert!(answer.html.contains("inside: ann"), "{}", answer.html);
}

/// Follows a redirect to the guarded view over the connection, and is sent to the same address by a page load, where the
/// guard sees the browser's cookie.
async fn ask_for_inside(page: &mut Page) {
    page.event("go", json!({})).await;
    let (url, mode, _) = page.redirects.last().expect("a redirect").clone();
    assert_eq!((url.as_str(), mode.as_str()), ("/inside/?a=b", "live"));
    let leave = FromPage::Leave {
        region: 0,
        reason: "left".into(),
    };
    assert!(page.send(&leave).await.is_continue());
    page.url = url;
    page.outcome = None;
    let join = page.join_message(None);
    assert!(page.send(&join).await.is_continue());
    page.settle().await;
    let sent = page.received.last();
    assert!(
        matches!(sent, Some(ToPage::Redirect { url, mode, .. })
            if url == "/inside/?a=b" && mode == "page"),
        "{sent:?}"
    );
    assert_eq!(page.outcome, None);
}

#[tokio::test(start_paused = true)]
async fn a_live_page_logs_in_by_one_request_over_http() {
    let runtime = runtime();
    let mut browser = Browser::new(&runtime);
    let mut page = browser.open("/").await;
    page.event("enter", json!({"name": "ann", "to": "/inside/?a=b"}))
        .await;
    let hop = sent_to(&page);
    assert!(hop.starts_with(HOP_PATH), "{hop}");
    assert!(!hop.contains("ann"), "it tells nothing: {hop}");
    assert_eq!(
        browser.get("/inside/").await.status,
        302,
        "nothing has happened yet"
    );

    // It is good for this browser only, and that it was asked for by another one does not use it up.
    assert_eq!(Browser::new(&runtime).get(&hop).await.status, 410);
    let head = browser.head("HEAD", &hop);
    assert_eq!(browser.send(&head, bytes::Bytes::new()).await.status, 405);
    let before = browser.cookie.clone();
    let answer = browser.get(&hop).await;
    assert_eq!(
        (answer.status, &answer.headers["location"]),
        (303, &"/inside/?a=b".parse().unwrap())
    );
    assert_ne!(browser.cookie, before);
    let html = browser.get("/inside/?a=b").await.html;
    for part in ["inside: ann", ">Welcome, ann</div>"] {
        assert!(html.contains(part), "{part}: {html}");
    }
    // And once.
    let mut other = Browser::new(&runtime);
    other.cookie = before;
    assert_eq!(other.get(&hop).await.status, 410);
}

#[tokio::test(start_paused = true)]
async fn a_live_page_logs_out_everywhere_by_one_request_over_http() {
    let runtime = runtime();
    let mut browser = Browser::new(&runtime);
    let mut page = browser.open("/").await;
    page.event("enter", json!({"name": "ann", "to": "/inside/"}))
        .await;
    browser.get(&sent_to(&page)).await;
    let mut door = browser.open("/").await;
    let mut inside = browser.open("/inside/").await;
    door.event("leave", json!({})).await;
    let answer = browser.get(&sent_to(&door)).await;
    assert_eq!(
        (answer.status, &answer.headers["location"]),
        (303, &"/".parse().unwrap())
    );
    inside.settle().await;
    let ended = inside.received.last();
    assert!(
        matches!(ended, Some(ToPage::Ended { reason, .. }) if reason == "logged_out"),
        "{ended:?}"
    );
    assert_eq!(browser.get("/inside/").await.status, 302);
}

#[tokio::test(start_paused = true)]
async fn a_view_that_logs_in_while_it_is_mounted_does_so() {
    let mut browser = Browser::new(&runtime());
    let answer = browser.get("/at-once/").await;
    assert_eq!(
        (answer.status, &answer.headers["location"]),
        (302, &"/inside/".parse().unwrap())
    );
    assert!(browser.get("/inside/").await.html.contains("inside: cat"));

    let mut stranger = Browser::new(&browser.runtime);
    let html = stranger.get("/").await.html;
    let mut page = stranger.load("/", &html);
    page.join(None).await;
    page.navigate("/at-once/").await;
    let leave = FromPage::Leave {
        region: 0,
        reason: "left".into(),
    };
    assert!(page.send(&leave).await.is_continue());
    page.url = "/at-once/".to_owned();
    let join = page.join_message(None);
    assert!(page.send(&join).await.is_continue());
    page.settle().await;
    let Some(ToPage::Redirect { url, .. }) = page.received.last() else {
        panic!("a redirect, not {:?}", page.received.last());
    };
    assert_eq!(stranger.get(url).await.status, 303);
    assert!(stranger.get("/inside/").await.html.contains("inside: cat"));
}

#[tokio::test(start_paused = true)]
async fn a_log_in_leads_to_a_page_of_this_site() {
    let mut browser = Browser::new(&runtime());
    let mut page = browser.open("/").await;
    for to in [
        "//evil.com/",
        "/\\evil.com",
        "https://evil.com/",
        "evil",
        "",
    ] {
        page.event("enter", json!({"name": "ann", "to": to})).await;
        let (kind, message) = page.error();
        assert_eq!(kind, ErrorKind::HandlerFailed, "{to}");
        assert!(
            message.contains("`enter`") && message.contains("no path"),
            "{message}"
        );
        assert!(page.redirects.is_empty());
    }
}
