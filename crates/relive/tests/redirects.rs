//! From one view to another: over the same connection, by a page load, and while a view is mounted.

mod support;

use std::sync::{Arc, Mutex};

use relive::prelude::*;
use relive::{Redirect, Runtime};
use relive_protocol::{ErrorKind, Outcome, ToPage};
use serde_json::json;
use support::{Browser, Page, start};

/// What happened, in order.
type Log = Arc<Mutex<Vec<String>>>;

#[derive(LiveView)]
#[live_view(template = "<main class=\"one\" dj-key=\"x\">{{ says }}{% dj_flash %}</main>")]
struct One {
    says: String,
    #[live(private)]
    log: Log,
}

#[derive(Serialize)]
struct Filter<'a> {
    show: &'a str,
}

#[live_view]
impl One {
    fn mount(cx: &mut Cx<Self>) -> Self {
        One {
            says: "one".to_owned(),
            log: cx.state(),
        }
    }

    #[event_handler]
    fn go(&mut self, cx: &mut Cx<Self>, path: String) -> Result {
        cx.put_flash("note", "goes along");
        self.says = "left".to_owned();
        cx.live_redirect(&path, &Filter { show: "a & b" })
    }

    #[event_handler]
    fn replace(&mut self, cx: &mut Cx<Self>) -> Result {
        cx.live_redirect_replace("/two/", &())
    }

    #[event_handler]
    fn redirect(&mut self, cx: &mut Cx<Self>, to: String, kind: String) -> Result {
        cx.redirect(match kind.as_str() {
            "page" => Redirect::page(to),
            "external" => Redirect::external(to).replace(),
            _ => Redirect::to(to),
        })
    }

    #[event_handler]
    fn go_and_fail(&mut self, cx: &mut Cx<Self>) -> Result {
        cx.live_redirect("/two/", &())?;
        Err(Error::msg("no"))
    }

    #[event_handler]
    fn say(&mut self, says: String) {
        self.says = says;
    }

    #[event_handler]
    fn unwell(&mut self, cx: &mut Cx<Self>) -> Result {
        self.says = "\u{0}".to_owned();
        cx.live_redirect("/two/", &())
    }

    async fn disconnect(&mut self, reason: Disconnect) {
        self.log.lock().unwrap().push(format!("one: {reason:?}"));
    }
}

#[derive(LiveView)]
#[live_view(
    template = "<main id=\"two\">two {{ show }} {{ count }}<i>{{ connected }}</i>{% dj_flash %}</main>"
)]
struct Two {
    show: String,
    count: u32,
    connected: bool,
}

#[derive(Deserialize)]
struct Show {
    #[serde(default)]
    show: String,
}

#[live_view]
impl Two {
    fn mount(cx: &mut Cx<Self>) -> Self {
        cx.page_title("Two & more");
        cx.page_meta("og:title", "two");
        let log: Log = cx.state();
        log.lock().unwrap().push("two: mount".to_owned());
        Two {
            show: String::new(),
            count: 0,
            connected: cx.connected(),
        }
    }

    fn handle_params(&mut self, _cx: &mut Cx<Self>, query: Show) {
        self.show = query.show;
    }

    #[event_handler]
    fn add(&mut self) {
        self.count += 1;
    }
}

/// Sends whoever comes elsewhere.
#[derive(LiveView)]
#[live_view(template = "<main></main>")]
struct Gone {}

#[live_view]
impl Gone {
    fn mount(cx: &mut Cx<Self>) -> Result<Self> {
        cx.put_flash(Level::Warning, "it has moved");
        cx.live_redirect("/two/", &())?;
        Ok(Gone {})
    }
}

#[derive(LiveView)]
#[live_view(template = "<main></main>")]
struct Loop {}

#[live_view]
impl Loop {
    fn mount(cx: &mut Cx<Self>) -> Result<Self> {
        cx.live_redirect("/loop/", &())?;
        Ok(Loop {})
    }
}

/// A whole page of its own.
#[derive(LiveView)]
#[live_view(
    template = "<!doctype html><html><head><title>three</title></head><body><main>3{% dj_flash %}</main></body></html>"
)]
struct Three {}

#[live_view]
impl Three {
    fn mount() -> Self {
        Three {}
    }
}

fn runtime() -> (Runtime, Log) {
    let log = Log::default();
    let app = App::new(log.clone())
        .live::<One>("/", "one")
        .live::<Two>("/two/", "two")
        .live::<Gone>("/gone/", "gone")
        .live::<Loop>("/loop/", "loop")
        .live::<Three>("/three/", "three")
        .scope("/staff", |scope| scope.live::<Two>("/", "staff"));
    (start(app), log)
}

async fn one(runtime: &Runtime) -> Page {
    Browser::new(runtime).open("/").await
}

#[tokio::test(start_paused = true)]
async fn a_live_redirect_mounts_the_other_view_over_the_same_connection() {
    let (runtime, log) = runtime();
    let mut page = one(&runtime).await;
    let old = page.session.clone();
    let reference = page.event("go", json!({"path": "/two/"})).await;
    assert_eq!(page.answered, [reference]);
    let expected = ("/two/?show=a+%26+b".to_owned(), "live".to_owned(), false);
    assert_eq!(page.redirects, [expected]);
    // The page still has what it had: messages go along, and are not shown before.
    assert!(page.flash.is_empty());

    page.follow().await;
    assert_eq!(page.outcome, Some(Outcome::Mounted));
    assert_ne!(page.session, old);
    assert!(
        page.has("two a & b 0") && page.has("true"),
        "{}",
        page.shows()
    );
    assert_eq!(page.flash, [("note".to_owned(), "goes along".to_owned())]);
    let mut log = log.lock().unwrap().clone();
    log.sort();
    assert_eq!(log, ["one: Left", "two: mount"]);
    assert_eq!(runtime.counts().connections, 1);
    page.event("add", json!({})).await;
    assert!(page.has("two a & b 1"));
    assert_eq!(page.answered, [reference, 1]);
    assert_eq!(runtime.counts().sessions, 1);
}

#[tokio::test(start_paused = true)]
async fn what_is_around_the_content_comes_along() {
    let (runtime, _) = runtime();
    let mut page = one(&runtime).await;
    page.event("replace", json!({})).await;
    assert_eq!(page.redirects, [("/two/".into(), "live".into(), true)]);
    page.follow().await;
    let around = page.around.unwrap();
    assert_eq!(
        (around.tag.as_str(), around.title.as_str()),
        ("main", "Two & more")
    );
    let attributes: Vec<_> = around
        .attributes
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    assert_eq!(
        attributes,
        [("id", "two"), ("dj-root", ""), ("dj-view", "two")]
    );
    assert_eq!(around.meta["og:title"], "two");
    // They were said once.
    assert!(page.meta.is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_link_leads_to_another_view_and_to_nothing_else() {
    let (runtime, _) = runtime();
    let mut page = one(&runtime).await;
    for url in [
        "/nowhere/",
        "",
        "//two/",
        "https://evil.example/two/",
        "/two/\\",
        "/two/ x",
        "two/",
    ] {
        page.navigate(url).await;
        assert_eq!(page.error().0, ErrorKind::NotFound, "{url}");
        assert!(page.redirects.is_empty(), "{url}");
    }
    page.navigate("/two/?show=x#there").await;
    assert_eq!(
        page.redirects,
        [("/two/?show=x#there".into(), "live".into(), false)]
    );
    page.follow().await;
    assert!(page.has("two x 0"), "{}", page.shows());
    // Also to the view that is there: it is mounted anew.
    page.event("add", json!({})).await;
    page.navigate("/two/?show=y").await;
    page.follow().await;
    assert!(page.has("two y 0"), "{}", page.shows());
}

#[tokio::test(start_paused = true)]
async fn another_scope_or_layout_and_what_asks_for_it_is_a_page_load() {
    let (runtime, _) = runtime();
    for (to, kind, url, replace) in [
        ("/staff/", "", "/staff/", false),
        ("/three/", "", "/three/", false),
        ("/two/", "page", "/two/", false),
        ("/nowhere/?a=b#c", "", "/nowhere/?a=b#c", false),
        (
            "https://example.com/x?y",
            "external",
            "https://example.com/x?y",
            true,
        ),
    ] {
        let mut page = one(&runtime).await;
        page.event("redirect", json!({"to": to, "kind": kind}))
            .await;
        assert_eq!(page.redirects, [(url.into(), "page".into(), replace)]);
        assert_eq!(page.token, "");
    }
}

#[tokio::test(start_paused = true)]
async fn messages_of_a_page_load_travel_by_the_hop_and_are_shown_once() {
    let (runtime, _) = runtime();
    let mut browser = Browser::new(&runtime);
    let mut page = browser.open("/").await;
    page.event("go", json!({"path": "/staff/"})).await;
    let (url, mode, _) = page.redirects[0].clone();
    assert_eq!(mode, "page");
    let hop = browser.get(&url).await;
    assert_eq!(hop.headers["location"], "/staff/?show=a+%26+b");
    let answer = browser.get("/staff/?show=a+%26+b").await;
    assert!(answer.html.contains(">goes along</div>"), "{}", answer.html);
    let again = browser.get("/staff/").await;
    assert!(!again.html.contains("goes along"), "{}", again.html);
}

#[tokio::test(start_paused = true)]
async fn unsafe_addresses_are_errors_of_the_handler() {
    let (runtime, _) = runtime();
    let mut page = one(&runtime).await;
    for path in [
        "",
        "two/",
        "//evil.example/",
        "https://evil.example/",
        "/\\evil.example/",
        "\\\\evil",
        "/\t/evil",
        "/two/\r\nx: y",
        "/two/?x=1",
        "/two/#x",
        "javascript:alert(1)",
    ] {
        page.event("go", json!({"path": path})).await;
        let (kind, message) = page.error();
        assert_eq!(kind, ErrorKind::HandlerFailed, "{path}");
        assert!(
            message.contains("live_redirect") && !message.contains('\n'),
            "{message}"
        );
    }
    for (to, kind) in [
        ("//evil.example/", ""),
        ("https://evil.example/", ""),
        ("https://evil.example/", "page"),
        ("/x\\y", "page"),
        ("javascript:alert(1)", "external"),
        ("/two/", "external"),
        ("https://", "external"),
        ("https://a b/", "external"),
    ] {
        page.event("redirect", json!({"to": to, "kind": kind}))
            .await;
        assert_eq!(page.error().0, ErrorKind::HandlerFailed, "{to}");
    }
    assert!(page.redirects.is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_handler_that_fails_sends_nobody_anywhere() {
    let (runtime, _) = runtime();
    let mut page = one(&runtime).await;
    page.event("go_and_fail", json!({})).await;
    assert_eq!(page.error().0, ErrorKind::HandlerFailed);
    page.event("say", json!({"says": "still here"})).await;
    assert!(page.redirects.is_empty() && page.has("still here"));
}

#[tokio::test(start_paused = true)]
async fn a_view_that_is_left_need_not_render() {
    let (runtime, _) = runtime();
    let mut page = one(&runtime).await;
    let renders = runtime.counts().renders;
    page.event("unwell", json!({})).await;
    assert_eq!(page.redirects.len(), 1);
    assert_eq!(runtime.counts().renders, renders);
}

#[tokio::test(start_paused = true)]
async fn a_redirect_is_applied_once_after_a_lost_connection() {
    let (runtime, _) = runtime();
    let mut browser = Browser::new(&runtime);
    let mut page = browser.open("/").await;
    // The update never arrives.
    page.reference = 1;
    let event = support::event(1, "go", json!({"path": "/two/"}));
    assert!(page.send(&event).await.is_continue());
    tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    assert_eq!(page.resume(&browser).await, Outcome::Resumed);
    assert_eq!(page.redirects.len(), 1);
    page.follow().await;
    assert!(page.has("two a & b 0"), "{}", page.shows());
    assert_eq!(page.flash.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_token_is_good_for_its_view_and_visitor_only() {
    let (runtime, _) = runtime();
    let mut page = one(&runtime).await;
    page.event("go", json!({"path": "/two/"})).await;
    let token = page.token.clone();

    let mut other = one(&runtime).await;
    other.token = token.clone();
    other.url = "/two/".to_owned();
    assert!(matches!(other.join(None).await, ToPage::Refused { reason, .. } if reason == "stale"));

    page.redirects
        .push(("/three/".into(), "live".into(), false));
    assert!(matches!(page.follow().await, ToPage::Refused { reason, .. } if reason == "stale"));
    page.redirects.push(("/two/".into(), "live".into(), false));
    page.token = token;
    page.follow().await;
    assert!(page.has("two"));
}

#[tokio::test(start_paused = true)]
async fn a_mount_that_leads_elsewhere_is_a_redirect_over_http_with_its_messages() {
    let (runtime, _) = runtime();
    let mut browser = Browser::new(&runtime);
    let answer = browser.get("/gone/").await;
    assert_eq!(answer.status, 302);
    assert_eq!(answer.headers["location"], "/two/");
    assert_eq!(runtime.counts().sessions, 0);
    let answer = browser.get("/two/").await;
    assert!(
        answer.html.contains(">it has moved</div>"),
        "{}",
        answer.html
    );
    let answer = browser.get("/two/").await;
    assert!(!answer.html.contains("it has moved"), "{}", answer.html);
}

#[tokio::test(start_paused = true)]
async fn a_mount_that_leads_elsewhere_is_a_redirect_over_a_connection_with_its_messages() {
    let (runtime, _) = runtime();
    let mut browser = Browser::new(&runtime);
    let mut page = browser.open("/").await;
    page.navigate("/gone/").await;
    let leave = relive_protocol::FromPage::Leave {
        region: 0,
        reason: "left".into(),
    };
    assert!(page.send(&leave).await.is_continue());
    page.url = "/gone/".to_owned();
    let join = page.join_message(None);
    assert!(page.send(&join).await.is_continue());
    page.settle().await;
    let Some(ToPage::Redirect { url, mode, .. }) = page.received.last() else {
        panic!("a redirect, not {:?}", page.received.last());
    };
    assert_eq!(mode, "page");
    let hop = browser.get(url).await;
    assert_eq!(hop.headers["location"], "/two/");
    let answer = browser.get("/two/").await;
    assert!(
        answer.html.contains(">it has moved</div>"),
        "{}",
        answer.html
    );
}

#[tokio::test(start_paused = true)]
async fn a_mount_that_leads_to_itself_is_an_error() {
    let (runtime, _) = runtime();
    let answer = Browser::new(&runtime).get("/loop/").await;
    assert_eq!(answer.status, 500);
    assert!(
        answer.html.contains("Loop") && answer.html.contains("circle"),
        "{}",
        answer.html
    );
}
