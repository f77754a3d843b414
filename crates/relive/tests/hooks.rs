//! Hooks: before every mount and when a page comes back, in their order, and what a halt leads to.

mod support;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use relive::prelude::*;
use relive::{Runtime, Scope};
use relive_protocol::{Outcome, ToPage};
use serde_json::json;
use support::{Browser, Page, log, start};

/// What happened, in order, and what hooks are to do.
#[derive(Clone, Default)]
struct Probe {
    log: Arc<Mutex<Vec<String>>>,
    closed: Arc<AtomicBool>,
    fails: Arc<AtomicBool>,
    panics: Arc<AtomicBool>,
}

impl Probe {
    fn note(&self, what: impl Into<String>) {
        self.log.lock().unwrap().push(what.into());
    }

    fn taken(&self) -> Vec<String> {
        std::mem::take(&mut *self.log.lock().unwrap())
    }
}

fn set(flag: &AtomicBool) {
    flag.store(true, Ordering::SeqCst);
}

#[derive(Clone, PartialEq, Debug)]
struct Tenant(String);

#[on_mount]
async fn outer(cx: &mut HookCx<'_>) -> Result<Next> {
    cx.state::<Probe>().note("outer");
    let tenant = cx.header("x-tenant").unwrap_or("nobody").to_owned();
    cx.put(Tenant(tenant));
    Ok(Next::Continue)
}

#[on_mount]
fn inner(cx: &mut HookCx<'_>) -> Next {
    let probe: Probe = cx.state();
    let Tenant(tenant) = cx.get().expect("the outer hook ran before");
    probe.note(format!("inner for {tenant}"));
    Next::Continue
}

#[on_mount]
async fn door(cx: &mut HookCx<'_>) -> Result<Next> {
    let probe: Probe = cx.state();
    let count = cx.view::<Counter>().map(|view| view.count);
    probe.note(format!(
        "door, view {count:?}, connected {}",
        cx.connected()
    ));
    assert!(!probe.panics.load(Ordering::SeqCst), "the hook panics");
    if probe.fails.load(Ordering::SeqCst) {
        return Err(Error::msg("the hinges are stuck"));
    }
    if probe.closed.load(Ordering::SeqCst) {
        return Ok(Next::redirect("/elsewhere/?from=door").put_flash(Level::Warning, "closed"));
    }
    if let Some(view) = cx.view::<Counter>() {
        view.checked += 1;
    }
    Ok(Next::Continue)
}

#[derive(LiveView)]
#[live_view(
    template = r#"<main>{% dj_flash %}<b>{{ count }}</b><i>checked {{ checked }}</i> for {{ tenant }}</main>"#,
    on_mount = [outer, door]
)]
struct Counter {
    count: i64,
    checked: u32,
    tenant: String,
}

#[live_view]
impl Counter {
    fn mount(cx: &mut Cx<Self>) -> Self {
        cx.state::<Probe>().note("mount");
        let Tenant(tenant) = cx.get().expect("a hook put it there");
        Counter {
            count: 0,
            checked: 0,
            tenant,
        }
    }

    fn handle_params(&mut self, cx: &mut Cx<Self>) {
        cx.state::<Probe>().note("handle_params");
    }

    fn get_context_data(&self, _context: &mut Context) {}

    #[event_handler]
    fn add(&mut self) {
        self.count += 1;
    }

    #[event_handler]
    fn crash(&mut self) {
        panic!("crash");
    }
}

#[derive(LiveView)]
#[live_view(template = "<main>{% dj_flash %}elsewhere</main>")]
struct Elsewhere {}

#[live_view]
impl Elsewhere {
    fn mount() -> Self {
        Elsewhere {}
    }
}

fn app(probe: &Probe) -> Runtime {
    let staff = Hooks::named("staff").include(outer).hook(inner);
    start(
        App::new(probe.clone())
            .scope("/shop", |scope: Scope| {
                scope
                    .live::<Counter>("/", "counter")
                    .scope("/plain", |scope| scope.get("/", "plain", plain))
                    // It holds for what stands before it, too.
                    .on_mount(staff)
            })
            .live::<Elsewhere>("/elsewhere/", "elsewhere"),
    )
}

async fn plain(request: Request) -> Result<Response> {
    let Tenant(tenant) = request.get().expect("a hook put it there");
    Ok(Response::text(tenant))
}

const MOUNTED: [&str; 5] = [
    "outer",
    "inner for nobody",
    "door, view None, connected false",
    "mount",
    "handle_params",
];

#[tokio::test(start_paused = true)]
async fn scopes_hooks_come_first_then_the_views_each_once_then_mount() {
    let probe = Probe::default();
    let mut browser = Browser::new(&app(&probe));
    let page = browser.open("/shop/").await;
    // `outer` is the view's own hook as well: it ran at its first place only. The join adopted the session.
    assert_eq!(probe.taken(), MOUNTED);
    assert_eq!(page.outcome, Some(Outcome::Adopted));
    assert!(page.has("for nobody"), "{}", page.shows());
}

#[tokio::test(start_paused = true)]
async fn hooks_run_again_when_a_page_comes_back_and_get_the_view() {
    let probe = Probe::default();
    let mut browser = Browser::new(&app(&probe));
    let mut page = browser.open("/shop/").await;
    page.event("add", json!({})).await;
    probe.taken();
    assert_eq!(page.resume(&browser).await, Outcome::Resumed);
    page.settle().await;
    let again = [
        "outer",
        "inner for nobody",
        "door, view Some(1), connected true",
    ];
    assert_eq!(probe.taken(), again);
    // What a hook changed is on the page, and the page goes on.
    assert!(page.has("checked 1"), "{}", page.shows());
    page.event("add", json!({})).await;
    assert!(page.has("2"), "{}", page.shows());
}

#[tokio::test(start_paused = true)]
async fn hooks_run_before_a_mount_over_the_connection_and_after_a_panic() {
    let probe = Probe::default();
    let mut browser = Browser::new(&app(&probe));
    let html = browser.get("/shop/").await.html;
    let mut first = browser.load("/shop/", &html);
    first.join(None).await;
    probe.taken();
    // A copy of the page mounts a session of its own.
    let mut copy = browser.load("/shop/", &html);
    copy.join(None).await;
    assert_eq!(copy.outcome, Some(Outcome::Mounted));
    let log = probe.taken();
    assert_eq!(log[2], "door, view None, connected true", "{log:?}");
    assert_eq!(log[3], "mount", "{log:?}");

    copy.event("crash", json!({})).await;
    let log = probe.taken();
    assert_eq!(
        log[..4],
        [
            "outer",
            "inner for nobody",
            "door, view None, connected true",
            "mount"
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn a_halt_over_http_is_a_302_and_mount_does_not_run() {
    let probe = Probe::default();
    let mut browser = Browser::new(&app(&probe));
    set(&probe.closed);
    let answer = browser.get("/shop/").await;
    assert_eq!(answer.status, 302);
    assert_eq!(answer.headers["location"], "/elsewhere/?from=door");
    assert!(!probe.taken().contains(&"mount".to_owned()));
    assert_eq!(browser.runtime.counts().sessions, 0);
}

#[tokio::test(start_paused = true)]
async fn a_message_that_comes_with_a_halt_is_shown_once_on_the_page_it_leads_to() {
    let probe = Probe::default();
    let mut browser = Browser::new(&app(&probe));
    browser.get("/elsewhere/").await;
    set(&probe.closed);
    browser.get("/shop/").await;
    let shown = browser.get("/elsewhere/").await.html;
    assert!(
        shown.contains(r#"data-dj-flash-level="warning">closed</div>"#),
        "{shown}"
    );
    let again = browser.get("/elsewhere/").await.html;
    assert!(!again.contains("closed"), "{again}");
}

/// Where a page was sent that tried to join.
fn redirected(page: &Page) -> Option<String> {
    page.received.iter().find_map(|message| match message {
        ToPage::Redirect { url, mode, .. } => {
            assert_eq!(mode, "page");
            Some(url.clone())
        }
        _ => None,
    })
}

#[tokio::test(start_paused = true)]
async fn a_halt_over_a_connection_sends_the_page_elsewhere_and_nothing_joins() {
    let probe = Probe::default();
    let mut browser = Browser::new(&app(&probe));
    let html = browser.get("/shop/").await.html;
    let mut first = browser.load("/shop/", &html);
    first.join(None).await;
    set(&probe.closed);

    let mut copy = browser.load("/shop/", &html);
    let join = copy.join_message(None);
    assert!(copy.send(&join).await.is_continue());
    copy.settle().await;
    let url = redirected(&copy).expect("a redirect");
    assert_eq!(copy.outcome, None);
    // The message travels by a hop, which leads to the hook's target.
    let hop = browser.get(&url).await;
    assert_eq!(hop.status, 303);
    assert_eq!(hop.headers["location"], "/elsewhere/?from=door");
    assert!(browser.get("/elsewhere/").await.html.contains("closed"));

    // The page that is there already is sent away when it comes back.
    (first.connection, first.outgoing) = browser.connect();
    let resume = relive_protocol::Resume {
        session: first.session.clone(),
        seq: first.seq,
        reference: first.reference,
    };
    first.outcome = None;
    let join = first.join_message(Some(resume));
    assert!(first.send(&join).await.is_continue());
    first.settle().await;
    assert!(redirected(&first).is_some(), "{:?}", first.received);
    assert_eq!(first.outcome, None);
    let sessions = browser.runtime.counts().sessions;
    assert_eq!(sessions, 1, "none but that of the page elsewhere");
}

#[tokio::test(start_paused = true)]
async fn a_hook_that_fails_or_panics_lets_nobody_in_and_disturbs_nobody() {
    for fault in ["fails", "panics"] {
        let probe = Probe::default();
        let mut browser = Browser::new(&app(&probe));
        let mut other = browser.open("/elsewhere/").await;
        let html = browser.get("/shop/").await.html;
        let mut first = browser.load("/shop/", &html);
        first.join(None).await;
        set(if fault == "fails" {
            &probe.fails
        } else {
            &probe.panics
        });

        let answer = browser.get("/shop/").await;
        assert_eq!(answer.status, 500);
        assert!(
            answer.html.contains("door"),
            "the hook is named: {}",
            answer.html
        );
        let what = if fault == "fails" {
            "the hinges are stuck"
        } else {
            "panicked"
        };
        assert!(answer.html.contains(what), "{}", answer.html);

        // Over a connection the page fetches itself again, and sees the same.
        let mut copy = browser.load("/shop/", &html);
        let joined = copy.join(None).await;
        assert!(matches!(joined, ToPage::Refused { reason, .. } if reason == "stale"));

        // A page that comes back, too.
        (first.connection, first.outgoing) = browser.connect();
        let resume = relive_protocol::Resume {
            session: first.session.clone(),
            seq: first.seq,
            reference: first.reference,
        };
        let join = first.join_message(Some(resume));
        assert!(first.send(&join).await.is_continue());
        first.settle().await;
        let last = first.received.last();
        assert!(
            matches!(last, Some(ToPage::Refused { reason, .. }) if reason == "stale"),
            "{last:?}"
        );
        assert_eq!(other.resume(&browser).await, Outcome::Resumed);
    }
}

#[tokio::test(start_paused = true)]
async fn hooks_of_a_scope_hold_for_its_ordinary_handlers() {
    let probe = Probe::default();
    let mut browser = Browser::new(&app(&probe));
    assert_eq!(browser.get("/shop/plain/").await.html, "nobody");
    assert_eq!(probe.taken(), ["outer", "inner for nobody"]);
}

#[derive(Clone)]
struct To(&'static str);

#[on_mount]
fn sent(cx: &mut HookCx<'_>) -> Next {
    match cx.state::<To>() {
        To(to) if to.starts_with("http") => Next::external(to),
        To(to) => Next::redirect(to),
    }
}

#[tokio::test(start_paused = true)]
async fn a_hook_cannot_send_a_browser_astray() {
    for to in [
        "//evil.com/",
        "/\\evil.com",
        "/\t/evil.com",
        "evil",
        "javascript:alert(1)",
        "/elsewhere/",
    ] {
        let app = App::new(To(to)).on_mount(sent);
        let mut browser = Browser::new(&start(app.live::<Elsewhere>("/elsewhere/", "elsewhere")));
        let answer = browser.get("/elsewhere/").await;
        assert_eq!(answer.status, 500, "{to}");
        assert!(
            answer.html.contains("sent"),
            "the hook is named: {}",
            answer.html
        );
        assert!(!answer.headers.contains_key("location"));
    }
    let app = App::new(To("https://login.example.com/?a=b")).on_mount(sent);
    let mut browser = Browser::new(&start(app.live::<Elsewhere>("/elsewhere/", "elsewhere")));
    let answer = browser.get("/elsewhere/").await;
    assert_eq!(
        (answer.status, &answer.headers["location"]),
        (302, &"https://login.example.com/?a=b".parse().unwrap())
    );
}

#[tokio::test(start_paused = true)]
async fn a_halted_mount_is_logged_with_hook_view_and_target() {
    let probe = Probe::default();
    let mut browser = Browser::new(&app(&probe));
    set(&probe.closed);
    let lines = log::Lines::default();
    let guard = tracing::subscriber::set_default(lines.clone());
    browser.get("/shop/").await;
    drop(guard);
    let lines = lines.0.lock().unwrap();
    let line = lines.iter().find(|line| line.contains("halted"));
    let line = line.unwrap_or_else(|| panic!("{lines:?}"));
    assert!(line.starts_with("INFO"), "{line}");
    for part in [
        "hook=\"hooks::door\"",
        "view=\"Counter\"",
        "target=\"/elsewhere/?from=door\"",
    ] {
        assert!(line.contains(part), "{part} in {line}");
    }
}
