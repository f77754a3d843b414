//! Logging in and out, guards on every way into a view, and what becomes of live sessions.

mod support;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use relive::auth::{Auth, Users, next};
use relive::prelude::*;
use relive::{Limits, Outbound, Runtime, Scope};
use relive_protocol::{Outcome, Resume, ToPage};
use serde_json::json;
use support::{Answer, Browser, Page, attribute, event, start};

#[derive(Clone, Debug, PartialEq)]
struct Account {
    name: String,
    staff: bool,
}

/// The accounts, and what the views of the tests did.
#[derive(Clone, Default)]
struct World {
    accounts: Arc<Mutex<BTreeMap<String, Account>>>,
    broken: Arc<AtomicBool>,
    handled: Arc<AtomicUsize>,
    ends: Arc<Mutex<Vec<Disconnect>>>,
}

impl World {
    fn new() -> Self {
        let world = World::default();
        for (name, staff) in [("ann", true), ("bob", false)] {
            world.change(name, |account| account.staff = staff);
        }
        world
    }

    fn change(&self, name: &str, change: impl FnOnce(&mut Account)) {
        let mut accounts = self.accounts.lock().unwrap();
        change(accounts.entry(name.to_owned()).or_insert(Account {
            name: name.to_owned(),
            staff: false,
        }));
    }

    fn handled(&self) -> usize {
        self.handled.load(Ordering::SeqCst)
    }

    fn ends(&self) -> Vec<Disconnect> {
        self.ends.lock().unwrap().clone()
    }
}

impl Users for World {
    type User = Account;

    async fn find(&self, id: &str) -> Result<Option<Account>> {
        if self.broken.load(Ordering::SeqCst) {
            return Err(Error::msg("the database is away"));
        }
        Ok(self.accounts.lock().unwrap().get(id).cloned())
    }

    fn permits(&self, user: &Account, permission: &str) -> bool {
        permission == "staff" && user.staff
    }
}

#[derive(LiveView)]
#[live_view(template = r#"<main>{% dj_flash %}<b>{{ user }}</b> <i>{{ count }}</i></main>"#)]
struct Desk {
    user: String,
    count: usize,
    #[live(private)]
    world: World,
}

#[live_view]
impl Desk {
    fn mount(cx: &mut Cx<Self>) -> Self {
        let user = cx.user::<Account>().map(|account| account.name);
        assert_eq!(user.as_deref(), cx.user_id());
        Desk {
            user: user.unwrap_or_else(|| "nobody".to_owned()),
            count: 0,
            world: cx.state(),
        }
    }

    #[event_handler]
    fn work(&mut self) {
        self.count += 1;
        self.world.handled.fetch_add(1, Ordering::SeqCst);
    }

    #[event_handler]
    async fn slow(&mut self) {
        tokio::time::sleep(Duration::from_secs(1)).await;
        self.world.handled.fetch_add(1, Ordering::SeqCst);
    }

    async fn disconnect(&mut self, reason: Disconnect) {
        self.world.ends.lock().unwrap().push(reason);
    }
}

async fn log_in_page(request: Request) -> Result<Response> {
    Ok(Response::html(format!(
        "<input value=\"{}\">",
        request.csrf_token()
    )))
}

async fn log_in(request: Request) -> Result<Response> {
    #[derive(Deserialize)]
    struct Form {
        name: String,
    }
    let form: Form = request.form()?;
    let to = next(&request).unwrap_or_else(|| "/".to_owned());
    let response = Response::redirect(to).log_in(form.name);
    Ok(response
        .session(|session| session.insert("seen", true))
        .put_flash(Level::Info, "Welcome"))
}

async fn log_out(_request: Request) -> Result<Response> {
    Ok(Response::redirect("/").log_out())
}

async fn who(request: Request) -> Result<String> {
    let user: Option<Account> = request.user();
    let seen: Option<bool> = request.session().get("seen");
    Ok(format!("{:?} {seen:?}", user.map(|account| account.name)))
}

fn app(world: &World) -> App {
    App::new(world.clone())
        .users(world.clone())
        .live::<Desk>("/", "home")
        .get("/log-in/", "log-in", log_in_page)
        .post("/log-in/", "log-in", log_in)
        .post("/log-out/", "log-out", log_out)
        .get("/who/", "who", who)
        .scope("/admin", |scope: Scope| {
            scope
                .on_mount(login_required("/log-in/"))
                .live::<Desk>("/", "desk")
                .get("/report/", "report", who)
                .post("/report/", "report", who)
                .scope("/staff", |scope| {
                    scope
                        .on_mount(permission_required("staff", "/"))
                        .live::<Desk>("/", "staff")
                })
        })
}

fn world() -> (World, Runtime, Auth) {
    let world = World::new();
    let app = app(&world);
    let auth = app.auth();
    (world, start(app), auth)
}

async fn post(browser: &mut Browser, url: &str, form: &str) -> Answer {
    let page = browser.get("/log-in/").await.html;
    let token = attribute(&page, "value").unwrap();
    let mut head = browser.head("POST", url);
    let kind = "application/x-www-form-urlencoded".parse().unwrap();
    head.headers.insert("content-type", kind);
    browser
        .send(&head, format!("csrf_token={token}&{form}").into())
        .await
}

async fn logged_in(runtime: &Runtime, name: &str) -> Browser {
    let mut browser = Browser::new(runtime);
    let answer = post(&mut browser, "/log-in/", &format!("name={name}")).await;
    assert_eq!(answer.status, 303, "{}", answer.html);
    browser
}

fn location(answer: &Answer) -> &str {
    answer.headers["location"].to_str().unwrap()
}

/// The reason with which a page was refused, if it was.
fn refused(page: &Page) -> Option<&str> {
    page.received.iter().find_map(|message| match message {
        ToPage::Refused { reason, .. } => Some(reason.as_str()),
        _ => None,
    })
}

fn was_ended(page: &Page, why: &str) -> bool {
    let mut messages = page.received.iter();
    messages.any(|message| matches!(message, ToPage::Ended { reason, .. } if reason == why))
}

/// Comes back over a new connection, whatever becomes of it.
async fn try_resume(page: &mut Page, browser: &Browser) {
    let resume = Resume {
        session: page.session.clone(),
        seq: page.seq,
        reference: page.reference,
    };
    (page.connection, page.outgoing) = browser.connect();
    (page.outcome, page.received) = (None, Vec::new());
    let join = page.join_message(Some(resume));
    assert!(page.send(&join).await.is_continue());
    page.settle().await;
}

#[tokio::test(start_paused = true)]
async fn a_guarded_page_is_not_entered_over_http_without_a_log_in() {
    let (_, runtime, _) = world();
    let mut browser = Browser::new(&runtime);
    for (url, next) in [
        ("/admin/", "/admin/"),
        (
            "/admin/report/?a=b&c=%26",
            "/admin/report/%3Fa%3Db%26c%3D%2526",
        ),
        ("/admin/staff/", "/admin/staff/"),
    ] {
        let answer = browser.get(url).await;
        assert_eq!(answer.status, 302, "{url}");
        assert_eq!(location(&answer), format!("/log-in/?next={next}"));
    }
    // What was posted is not done, and cannot be gone back to.
    let answer = post(&mut browser, "/admin/report/", "").await;
    assert_eq!((answer.status, location(&answer)), (302, "/log-in/"));

    let answer = post(
        &mut browser,
        "/log-in/?next=/admin/report/%3Fa%3Db",
        "name=bob",
    )
    .await;
    assert_eq!(
        (answer.status, location(&answer)),
        (303, "/admin/report/?a=b")
    );
    assert_eq!(
        browser.get("/admin/report/?a=b").await.html,
        "Some(\"bob\") Some(true)"
    );
    let page = browser.open("/admin/").await;
    assert!(page.has("bob"), "{}", page.shows());
}

#[tokio::test(start_paused = true)]
async fn what_to_go_to_after_a_log_in_is_a_path_of_this_site() {
    let (_, runtime, _) = world();
    for next in [
        "//evil.com",
        "/%5Cevil.com",
        "/%09/evil.com",
        "https://evil.com",
        "evil",
        "",
    ] {
        let mut browser = Browser::new(&runtime);
        let answer = post(&mut browser, &format!("/log-in/?next={next}"), "name=ann").await;
        assert_eq!((answer.status, location(&answer)), (303, "/"), "{next}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_guarded_page_is_not_entered_by_a_join_without_a_log_in() {
    let (_, runtime, _) = world();
    let mut ann = logged_in(&runtime, "ann").await;
    let guarded = ann.get("/admin/").await.html;
    let token = attribute(&guarded, "dj-token").unwrap();
    let mut stranger = Browser::new(&runtime);
    let open = stranger.get("/").await.html;
    let own = attribute(&open, "dj-token").unwrap();
    let mut bob = logged_in(&runtime, "bob").await;
    let of_bob = attribute(&bob.get("/admin/").await.html, "dj-token").unwrap();
    let mut forged = token.clone();
    forged.replace_range(0..1, if token.starts_with('A') { "B" } else { "A" });

    let mounts = runtime.counts().mounts;
    let table = [
        ("no token", &stranger, ""),
        ("a token of another's page", &stranger, &token),
        ("the token of an open page", &stranger, &own),
        ("a forged token", &ann, &forged),
        ("another user's token", &ann, &of_bob),
    ];
    for (what, browser, token) in table {
        let mut page = browser.load("/admin/", &guarded);
        page.token = token.to_string();
        page.join(None).await;
        assert_eq!(
            (refused(&page), page.outcome),
            (Some("stale"), None),
            "{what}"
        );
    }
    assert_eq!(
        runtime.counts().mounts,
        mounts,
        "no view was made for any of them"
    );
    // The token is good for whom it was made.
    let mut page = ann.load("/admin/", &guarded);
    page.join(None).await;
    assert_eq!(page.outcome, Some(Outcome::Adopted));
}

#[tokio::test(start_paused = true)]
async fn an_old_token_opens_nothing() {
    let world = World::new();
    let runtime =
        start(app(&world).limits(|limits: &mut Limits| limits.token_time = Duration::ZERO));
    let mut ann = logged_in(&runtime, "ann").await;
    let html = ann.get("/admin/").await.html;
    // Tokens count by the clock of the wall.
    std::thread::sleep(Duration::from_millis(1100));
    let mut page = ann.load("/admin/", &html);
    page.join(None).await;
    assert_eq!((refused(&page), page.outcome), (Some("stale"), None));
}

#[tokio::test(start_paused = true)]
async fn a_guarded_page_is_not_resumed_after_a_log_out() {
    let (_, runtime, _) = world();
    let mut ann = logged_in(&runtime, "ann").await;
    let mut page = ann.open("/admin/").await;
    assert_eq!(page.resume(&ann).await, Outcome::Resumed);
    let old_cookies = ann.cookie.clone();
    let before = Browser {
        cookie: old_cookies,
        ..Browser::new(&runtime)
    };
    // A connection from before, over which nothing has joined yet.
    let mut idle = before.load("/admin/", &before_page(&mut ann).await);
    assert_eq!(post(&mut ann, "/log-out/", "").await.status, 303);
    for browser in [&before, &ann] {
        try_resume(&mut page, browser).await;
        assert_eq!((refused(&page), page.outcome), (Some("stale"), None));
    }
    idle.join(None).await;
    assert_eq!((refused(&idle), idle.outcome), (Some("stale"), None));
    // Neither cookie opens the page over HTTP.
    let mut before = before;
    for browser in [&mut before, &mut ann] {
        assert_eq!(browser.get("/admin/").await.status, 302);
    }
}

async fn before_page(browser: &mut Browser) -> String {
    browser.get("/admin/").await.html
}

#[tokio::test(start_paused = true)]
async fn a_permission_is_asked_for_on_every_way_and_again_when_rights_change() {
    let (world, runtime, auth) = world();
    let mut bob = logged_in(&runtime, "bob").await;
    let answer = bob.get("/admin/staff/").await;
    assert_eq!((answer.status, location(&answer)), (302, "/"));

    let mut ann = logged_in(&runtime, "ann").await;
    let mut staff = ann.open("/admin/staff/").await;
    let mut desk = ann.open("/admin/").await;
    assert_eq!(auth.recheck("ann"), 2);
    staff.event("work", json!({})).await;
    assert!(staff.has("1"), "nothing has changed: {}", staff.shows());

    world.change("ann", |account| account.staff = false);
    assert_eq!(auth.recheck("ann"), 2);
    staff.settle().await;
    desk.settle().await;
    let sent = staff.received.iter().any(|message| {
        matches!(message, ToPage::Redirect { url, mode, .. } if url == "/" && mode == "page")
    });
    assert!(sent, "{:?}", staff.received);
    assert_eq!(world.ends(), [Disconnect::Halted]);
    desk.event("work", json!({})).await;
    assert!(
        desk.has("1"),
        "a page without that guard goes on: {}",
        desk.shows()
    );

    // Without a recheck, a page that comes back is asked as well.
    world.change("ann", |account| account.staff = true);
    let mut staff = ann.open("/admin/staff/").await;
    world.change("ann", |account| account.staff = false);
    try_resume(&mut staff, &ann).await;
    assert_eq!(staff.outcome, None);
    assert!(
        matches!(staff.received.last(), Some(ToPage::Redirect { .. })),
        "{:?}",
        staff.received
    );
}

#[tokio::test(start_paused = true)]
async fn a_log_out_ends_all_sessions_of_the_user_and_nobody_elses() {
    let (world, runtime, _) = world();
    let (mut here, mut there) = (
        logged_in(&runtime, "ann").await,
        logged_in(&runtime, "ann").await,
    );
    let mut bob = logged_in(&runtime, "bob").await;
    let mut pages = [here.open("/admin/").await, there.open("/").await];
    let parked = there.get("/admin/").await.html;
    let mut detached = there.open("/").await;
    (detached.connection, detached.outgoing) = there.connect();
    let mut of_bob = bob.open("/admin/").await;

    assert_eq!(post(&mut here, "/log-out/", "").await.status, 303);
    for page in &mut pages {
        let mut closed = false;
        let wait = Duration::from_millis(500);
        while let Ok(Some(outbound)) = tokio::time::timeout(wait, page.outgoing.next()).await {
            match outbound {
                Outbound::Frame(frame) => page.take(&frame).await,
                Outbound::Close(close) => {
                    assert_eq!((close.code, close.reason), (1008, "logged out"));
                    closed = true;
                }
            }
        }
        assert!(was_ended(page, "logged_out"), "{:?}", page.received);
        assert!(closed, "the connection is closed");
    }
    assert_eq!(world.ends(), [Disconnect::LoggedOut; 4]);
    let mut late = there.load("/admin/", &parked);
    late.join(None).await;
    assert_eq!((refused(&late), late.outcome), (Some("stale"), None));
    assert_eq!(
        there.get("/admin/").await.status,
        302,
        "the other browser's cookie is not good"
    );
    of_bob.event("work", json!({})).await;
    assert!(of_bob.has("1"), "{}", of_bob.shows());
    assert_eq!(bob.get("/admin/").await.status, 200);
    // Logging in again is as good as the first time.
    assert_eq!(post(&mut here, "/log-in/", "name=ann").await.status, 303);
    assert_eq!(here.open("/admin/").await.outcome, Some(Outcome::Adopted));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn no_event_runs_after_a_log_out_was_answered() {
    let (world, runtime, _) = world();
    let mut ann = logged_in(&runtime, "ann").await;
    let page = ann.open("/admin/").await;
    let Page {
        mut connection,
        mut outgoing,
        ..
    } = page;
    // Events without a pause, of which the page takes no answer until it is told that it is over.
    let flood = tokio::spawn(async move {
        for reference in 1.. {
            let frame = relive::Frame::Binary(
                event(reference, "work", json!({}))
                    .encode(relive_protocol::Format::MessagePack)
                    .into(),
            );
            if connection.receive(frame).await.is_break() || reference == 200_000 {
                break;
            }
            if reference % 64 == 0 {
                tokio::task::yield_now().await;
            }
        }
    });
    let closed = tokio::spawn(async move {
        loop {
            match outgoing.next().await {
                Some(Outbound::Frame(_)) => {}
                Some(Outbound::Close(_)) | None => return Instant::now(),
            }
        }
    });
    while world.handled() < 50 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    assert_eq!(post(&mut ann, "/log-out/", "").await.status, 303);
    let (answered, handled) = (Instant::now(), world.handled());
    let closed = tokio::time::timeout(Duration::from_secs(5), closed)
        .await
        .unwrap()
        .unwrap();
    assert!(closed.saturating_duration_since(answered) < Duration::from_millis(500));
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(world.handled(), handled, "an event ran after the answer");
    assert_eq!(world.ends(), [Disconnect::LoggedOut]);
    flood.abort();
}

#[tokio::test(start_paused = true)]
async fn a_handler_that_awaits_is_dropped_when_its_user_logs_out() {
    let (world, runtime, auth) = world();
    let mut ann = logged_in(&runtime, "ann").await;
    let mut page = ann.open("/admin/").await;
    page.event("slow", json!({})).await;
    let before = tokio::time::Instant::now();
    auth.log_out("ann").await;
    assert!(before.elapsed() < Duration::from_millis(500));
    tokio::time::sleep(Duration::from_secs(5)).await;
    assert_eq!(world.handled(), 0);
    page.settle().await;
    assert!(was_ended(&page, "logged_out"));
}

#[tokio::test(start_paused = true)]
async fn a_log_in_and_a_log_out_make_a_new_session() {
    let (_, runtime, _) = world();
    let mut browser = Browser::new(&runtime);
    let before = attribute(&browser.get("/log-in/").await.html, "value").unwrap();
    post(&mut browser, "/log-in/", "name=ann").await;
    let during = attribute(&browser.get("/log-in/").await.html, "value").unwrap();
    assert_ne!(
        before, during,
        "the token of before the log-in is good for nothing"
    );
    assert_eq!(browser.get("/who/").await.html, "Some(\"ann\") Some(true)");
    // Values of one user are not handed on to the next.
    post(&mut browser, "/log-out/", "").await;
    assert_eq!(browser.get("/who/").await.html, "None None");
    let after = attribute(&browser.get("/log-in/").await.html, "value").unwrap();
    assert!(after != during && after != before);
}

#[tokio::test(start_paused = true)]
async fn a_user_who_is_gone_is_not_logged_in() {
    let (world, runtime, auth) = world();
    let mut ann = logged_in(&runtime, "ann").await;
    let mut page = ann.open("/admin/").await;
    world.accounts.lock().unwrap().remove("ann");
    assert_eq!(ann.get("/who/").await.html, "None Some(true)");
    assert_eq!(ann.get("/admin/").await.status, 302);
    auth.recheck("ann");
    page.settle().await;
    assert!(
        matches!(page.received.last(), Some(ToPage::Redirect { .. })),
        "{:?}",
        page.received
    );
}

#[tokio::test(start_paused = true)]
async fn users_who_cannot_be_looked_for_let_nobody_in() {
    let (world, runtime, _) = world();
    let mut ann = logged_in(&runtime, "ann").await;
    world.broken.store(true, Ordering::SeqCst);
    for url in ["/admin/", "/who/"] {
        let answer = ann.get(url).await;
        assert_eq!(answer.status, 500);
        assert!(
            answer
                .html
                .contains("`ann` could not be found: the database is away"),
            "{}",
            answer.html
        );
    }
}

#[tokio::test(start_paused = true)]
async fn the_user_is_looked_for_again_when_a_page_comes_back() {
    let (world, runtime, _) = world();
    let mut ann = logged_in(&runtime, "ann").await;
    let mut page = ann.open("/").await;
    world.broken.store(true, Ordering::SeqCst);
    try_resume(&mut page, &ann).await;
    assert_eq!((refused(&page), page.outcome), (Some("stale"), None));
}

#[test]
fn a_guard_without_users_is_told_at_start() {
    let app = App::new(World::new()).scope("/admin", |scope: Scope| {
        scope
            .on_mount(login_required("/log-in/"))
            .live::<Desk>("/", "desk")
    });
    let Err(error) = app.start("/x.js") else {
        panic!("the application starts")
    };
    let text = error.to_string();
    for part in [
        "route `desk` (`/admin/`)",
        "login_required(\"/log-in/\")",
        "`App::users` is missing",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_user_of_another_type_is_an_error_that_names_both() {
    async fn wrong(request: Request) -> String {
        request.user::<u8>().unwrap_or_default().to_string()
    }
    let world = World::new();
    let mut browser = Browser::new(&start(app(&world).get("/wrong/", "wrong", wrong)));
    assert_eq!(browser.get("/wrong/").await.status, 500);
}
