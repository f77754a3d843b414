//! Ordinary HTTP handlers beside live views: routes, bodies, answers, sessions, and forms that come from elsewhere.

mod support;

use std::sync::{Arc, Mutex};

use bytes::Bytes;
use relive::prelude::*;
use relive::{Limits, Runtime, Scope};
use serde_json::json;
use support::{Answer, Browser, attribute, start};

#[derive(LiveView)]
#[live_view(
    template = r#"<main>{% dj_flash %}<form method="post"><input type="hidden" name="csrf_token" value="{{ csrf_token }}"></form></main>"#
)]
struct Contact {}

#[live_view]
impl Contact {
    fn mount() -> Self {
        Contact {}
    }
}

#[derive(Deserialize, Serialize, PartialEq, Debug)]
struct Order {
    name: String,
    count: u32,
    gift: bool,
    #[serde(default)]
    tags: Vec<String>,
}

async fn about(_request: Request) -> Result<Response> {
    Ok(Response::html("<h1>About</h1>"))
}

async fn order(request: Request) -> Result<Response> {
    let order: Order = request.form()?;
    Ok(Response::json(&order))
}

async fn item(request: Request) -> Result<Response> {
    #[derive(Deserialize)]
    struct Query {
        page: Option<u32>,
    }
    let (pk, slug): (i64, String) = request.path()?;
    let query: Query = request.query()?;
    let url = request.url_for("item", &[("pk", "7"), ("slug", "milk")])?;
    Ok(Response::text(format!(
        "{} {pk} {slug} {:?} {url}",
        request.method(),
        query.page
    )))
}

async fn json_in(request: Request) -> Result<Response> {
    Ok(Response::json(&request.json::<Vec<u8>>()?)
        .status(201)
        .header("x-kind", "numbers"))
}

async fn theme(request: Request) -> Result<Response> {
    let theme: Option<String> = request.session().get("theme");
    let next = if theme.as_deref() == Some("dark") {
        "light"
    } else {
        "dark"
    };
    Ok(Response::text(theme.unwrap_or_default()).session(|session| session.insert("theme", next)))
}

async fn forget(_request: Request) -> Result<Response> {
    Ok(Response::redirect("/about/")
        .session(|session| session.remove("theme"))
        .put_flash(Level::Info, "forgotten"))
}

async fn large(_request: Request) -> Response {
    Response::text("").session(|session| {
        session.insert("small", 1);
        session.insert("cart", "x".repeat(5000));
    })
}

async fn shown(request: Request) -> Response {
    let name = request
        .query::<std::collections::BTreeMap<String, String>>()
        .unwrap_or_default();
    Response::render("shown.html", &name).put_flash(Level::Success, "<shown>")
}

async fn fails(_request: Request) -> Result<Response> {
    Err(Error::msg("the reason"))
}

async fn panics(_request: Request) -> Response {
    panic!("in a handler")
}

async fn astray(request: Request) -> Result<Response> {
    #[derive(Deserialize)]
    struct Query {
        to: String,
    }
    Ok(Response::redirect(request.query::<Query>()?.to))
}

async fn text(_request: Request) -> &'static str {
    "text"
}

fn folder() -> std::path::PathBuf {
    let folder = std::env::temp_dir().join(format!("relive-handlers-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let template =
        "<p>{{ who }} {{ request_path }}</p>{% dj_flash %}<input value=\"{{ csrf_token }}\">";
    std::fs::write(folder.join("shown.html"), template).unwrap();
    folder
}

fn app() -> App {
    App::new(())
        .templates(folder())
        .live::<Contact>("/contact/", "contact")
        .post("/contact/", "contact", order)
        .get("/about/", "about", about)
        .get("/items/<int:pk>/<slug:slug>/", "item", item)
        .put("/numbers/", "numbers", json_in)
        .delete("/numbers/", "numbers", text)
        .get("/theme/", "theme", theme)
        .post("/theme/", "theme", forget)
        .get("/large/", "large", large)
        .get("/shown/", "shown", shown)
        .get("/astray/", "astray", astray)
        .scope("/bad", |scope: Scope| {
            scope
                .get("/fails/", "fails", fails)
                .get("/panics/", "panics", panics)
        })
}

/// A browser that sends bodies.
struct Sender {
    browser: Browser,
    token: String,
}

impl Sender {
    async fn new(runtime: &Runtime) -> Self {
        let mut browser = Browser::new(runtime);
        let html = browser.get("/contact/").await.html;
        let token = attribute(&html[html.find("csrf_token").unwrap()..], "value").unwrap();
        Sender { browser, token }
    }

    async fn send(
        &mut self,
        method: &str,
        url: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Answer {
        let mut head = self.browser.head(method, url);
        for (name, value) in headers {
            let name: http::HeaderName = name.parse().unwrap();
            head.headers.insert(name, value.parse().unwrap());
        }
        self.browser
            .send(&head, Bytes::copy_from_slice(body.as_bytes()))
            .await
    }

    async fn post(&mut self, url: &str, form: &str) -> Answer {
        let body = format!("csrf_token={}&{form}", self.token);
        let form = [("content-type", "application/x-www-form-urlencoded")];
        self.send("POST", url, &form, &body).await
    }
}

#[tokio::test(start_paused = true)]
async fn handlers_stand_beside_live_views_by_method() {
    let runtime = start(app());
    let mut browser = Browser::new(&runtime);
    let answer = browser.get("/about/").await;
    assert_eq!(
        (answer.status, answer.html.as_str()),
        (200, "<h1>About</h1>")
    );
    assert_eq!(answer.headers["content-type"], "text/html; charset=utf-8");
    assert_eq!(answer.headers["cache-control"], "private, no-store");
    let answer = browser.get("/items/7/milk/?page=2").await;
    assert_eq!(answer.html, "GET 7 milk Some(2) /items/7/milk/");
    let head = browser.head("HEAD", "/items/7/milk/");
    let answer = browser.send(&head, Bytes::new()).await;
    assert_eq!(answer.status, 200, "HEAD comes to the handler of GET");
    for (method, url, allow) in [
        ("POST", "/about/", "GET, HEAD"),
        ("DELETE", "/contact/", "GET, HEAD, POST"),
        ("GET", "/numbers/", "PUT, DELETE"),
    ] {
        let head = browser.head(method, url);
        let answer = browser.send(&head, Bytes::new()).await;
        assert_eq!(
            (answer.status, &answer.headers["allow"]),
            (405, &allow.parse().unwrap())
        );
    }
    // A slash that is missing is put there for handlers as well.
    assert_eq!(browser.get("/about").await.headers["location"], "/about/");
}

#[tokio::test(start_paused = true)]
async fn a_form_is_coerced_by_the_rules_of_events() {
    let mut sender = Sender::new(&start(app())).await;
    let answer = sender
        .post("/contact/", "name=Ann+B&count=2&tags=a&tags=b")
        .await;
    assert_eq!(answer.status, 200, "{}", answer.html);
    let expected = json!({"name": "Ann B", "count": 2, "gift": false, "tags": ["a", "b"]});
    assert_eq!(
        serde_json::from_str::<serde_json::Value>(&answer.html).unwrap(),
        expected
    );

    let answer = sender
        .post("/contact/", "name=Ann&count=two&gift=on&nmae=x")
        .await;
    assert_eq!(answer.status, 400);
    for part in [
        "form",
        "`count`",
        "expected an integer",
        "&quot;two&quot;",
        "`nmae`",
    ] {
        assert!(answer.html.contains(part), "{part}: {}", answer.html);
    }
    let answer = sender.post("/contact/", "count=1&gift=on").await;
    let missing = "field `name` is missing";
    assert!(answer.html.contains(missing), "{}", answer.html);
    let token = sender.token.clone();
    let headers = [("content-type", "text/plain"), ("x-csrf-token", &token)];
    let answer = sender.send("POST", "/contact/", &headers, "name=x").await;
    assert_eq!(answer.status, 400);
    assert!(
        answer.html.contains("x-www-form-urlencoded"),
        "{}",
        answer.html
    );
}

#[tokio::test(start_paused = true)]
async fn json_comes_and_goes() {
    let mut sender = Sender::new(&start(app())).await;
    let token = sender.token.clone();
    let headers = [
        ("content-type", "application/json; charset=utf-8"),
        ("x-csrf-token", &*token),
    ];
    let answer = sender.send("PUT", "/numbers/", &headers, "[1,2]").await;
    assert_eq!((answer.status, answer.html.as_str()), (201, "[1,2]"));
    assert_eq!(answer.headers["content-type"], "application/json");
    assert_eq!(answer.headers["x-kind"], "numbers");
    for body in ["[1,", "[1,256]", "{}"] {
        let answer = sender.send("PUT", "/numbers/", &headers, body).await;
        assert_eq!(answer.status, 400, "{body}");
    }
    let answer = sender.send("DELETE", "/numbers/", &headers, "").await;
    assert_eq!((answer.status, answer.html.as_str()), (200, "text"));
}

#[tokio::test(start_paused = true)]
async fn requests_that_change_something_come_from_pages_of_ours() {
    let runtime = start(app());
    let mut sender = Sender::new(&runtime).await;
    let token = sender.token.clone();
    let form = ("content-type", "application/x-www-form-urlencoded");
    let good = format!("csrf_token={token}");
    let other = Sender::new(&runtime).await;
    let foreign = format!("csrf_token={}", other.token);
    type Headers<'a> = &'a [(&'a str, &'a str)];
    let table: [(Headers<'_>, &str, u16); 8] = [
        (&[form], &good, 303),
        (&[("x-csrf-token", &token)], "", 303),
        (&[form, ("sec-fetch-site", "same-origin")], &good, 303),
        (&[form], "", 403),
        (&[form], &foreign, 403),
        (&[("x-csrf-token", "x")], "", 403),
        (&[form, ("sec-fetch-site", "cross-site")], &good, 403),
        (&[form, ("origin", "https://evil.example")], &good, 403),
    ];
    for (headers, body, status) in table {
        let answer = sender.send("POST", "/theme/", headers, body).await;
        assert_eq!(answer.status, status, "{headers:?} {body}: {}", answer.html);
        if status == 403 {
            assert!(
                answer.html.contains("load the page again"),
                "{}",
                answer.html
            );
        }
    }
    // Without the cookie, the token is good for nothing.
    sender.browser.forget_cookies();
    assert_eq!(sender.post("/theme/", "").await.status, 403);
}

#[tokio::test(start_paused = true)]
async fn session_values_are_kept_by_the_browser_and_read_by_views_and_handlers() {
    let mut sender = Sender::new(&start(app())).await;
    for theme in ["", "dark", "light", "dark"] {
        assert_eq!(sender.browser.get("/theme/").await.html, theme);
    }
    assert_eq!(sender.post("/theme/", "").await.status, 303);
    assert_eq!(sender.browser.get("/theme/").await.html, "");

    let answer = sender.browser.get("/large/").await;
    assert_eq!(answer.status, 500);
    assert!(
        answer.html.contains("`cart` with 5002 bytes"),
        "{}",
        answer.html
    );
    assert!(
        !answer.headers.contains_key("set-cookie"),
        "nothing of it is kept"
    );
}

#[tokio::test(start_paused = true)]
async fn a_flash_message_travels_with_a_redirect_and_is_shown_once() {
    let mut sender = Sender::new(&start(app())).await;
    sender.post("/theme/", "").await;
    // A page without a template shows nothing, and leaves it to the next.
    sender.browser.get("/about/").await;
    let html = sender.browser.get("/contact/").await.html;
    assert!(
        html.contains(r#"data-dj-flash-level="info">forgotten</div>"#),
        "{html}"
    );
    assert!(
        !sender
            .browser
            .get("/contact/")
            .await
            .html
            .contains("forgotten")
    );

    sender.post("/theme/", "").await;
    let html = sender.browser.get("/shown/?who=Ann%3Cb%3E").await.html;
    for part in [
        "Ann&lt;b&gt; ",
        ">forgotten</div>",
        ">&lt;shown&gt;</div>",
        &sender.token,
    ] {
        assert!(html.contains(part), "{part}: {html}");
    }
    assert!(
        !sender
            .browser
            .get("/shown/")
            .await
            .html
            .contains("forgotten")
    );
}

#[tokio::test(start_paused = true)]
async fn what_goes_wrong_in_a_handler_is_one_answer_and_no_more() {
    let runtime = start(app());
    let mut browser = Browser::new(&runtime);
    let answer = browser.get("/bad/fails/").await;
    assert_eq!(answer.status, 500);
    assert!(answer.html.contains("the reason"), "{}", answer.html);
    let answer = browser.get("/bad/panics/").await;
    assert_eq!(answer.status, 500);
    assert!(answer.html.contains("GET /bad/panics/"), "{}", answer.html);
    assert_eq!(browser.get("/about/").await.status, 200);

    let mut visitor = Browser::new(&start(app().development(false)));
    let answer = visitor.get("/bad/fails/").await;
    assert!(!answer.html.contains("the reason"), "{}", answer.html);
}

#[tokio::test(start_paused = true)]
async fn a_redirect_leads_to_a_page_of_this_site() {
    let mut browser = Browser::new(&start(app()));
    let answer = browser.get("/astray/?to=/about/%3Fa=b").await;
    assert_eq!(
        (answer.status, &answer.headers["location"]),
        (303, &"/about/?a=b".parse().unwrap())
    );
    for to in [
        "//evil.com",
        "/%5Cevil.com",
        "/%09/evil.com",
        "https://evil.com",
        "evil",
        "",
    ] {
        let answer = browser.get(&format!("/astray/?to={to}")).await;
        assert_eq!(answer.status, 500, "{to}");
        assert!(!answer.headers.contains_key("location"), "{to}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_body_over_the_limit_is_refused() {
    let runtime = start(app().limits(|limits: &mut Limits| limits.max_body = 100));
    let mut sender = Sender::new(&runtime).await;
    let answer = sender
        .post("/contact/", &format!("name={}", "x".repeat(100)))
        .await;
    assert_eq!(answer.status, 413);
    assert!(answer.html.contains("at most 100 bytes"), "{}", answer.html);
    let limit = |method, url| runtime.body_limit(&sender.browser.head(method, url));
    assert_eq!(limit("POST", "/contact/"), 100);
    assert_eq!(limit("GET", "/contact/"), 0, "a live page takes no body");
    assert_eq!(limit("POST", "/nowhere/"), 0);
}

fn problems(app: App) -> String {
    match app.start("/x.js") {
        Ok(_) => panic!("the application starts"),
        Err(error) => error.to_string(),
    }
}

#[test]
fn routes_that_are_wrong_are_told_at_start() {
    let twice = App::new(()).get("/a/", "a", about).get("/a/", "a", about);
    assert!(problems(twice).contains("route `a` (`/a/`): GET is answered already"));
    let view = App::new(())
        .live::<Contact>("/a/", "a")
        .get("/a/", "a", about);
    assert!(problems(view).contains("route `a` (`/a/`): GET is answered already"));
    let other_name = App::new(()).get("/a/", "a", about).post("/a/", "b", order);
    let text = problems(other_name);
    assert!(
        text.contains("`b`") && text.contains("`a`") && text.contains("can never match"),
        "{text}"
    );
    let other_pattern = App::new(()).get("/a/", "a", about).post("/b/", "a", order);
    assert!(problems(other_pattern).contains("the name is taken by `/a/`"));
    let prefix = App::new(()).scope("admin", |scope| scope.get("/", "a", about));
    assert!(problems(prefix).contains("scope `admin`: its prefix does not begin with `/`"));
    let pattern = App::new(()).scope("/admin", |scope| scope.get("x/", "a", about));
    assert!(problems(pattern).contains("route `a` in the scope `/admin`: the pattern `x/`"));
}

#[tokio::test(start_paused = true)]
async fn scopes_nest_and_their_prefixes_add_up() {
    async fn url(request: Request) -> Result<String> {
        Ok(format!(
            "{} {}",
            request.request_path(),
            request.path::<u8>()?
        ))
    }
    let app = App::new(()).scope("/a/", |scope| {
        scope.scope("/<int:n>", |scope| {
            scope.get("/", "inner", url).get("/b/", "b", url)
        })
    });
    let mut browser = Browser::new(&start(app));
    assert_eq!(browser.get("/a/7/").await.html, "/a/7/ 7");
    assert_eq!(browser.get("/a/7/b/").await.html, "/a/7/b/ 7");
}

#[tokio::test(start_paused = true)]
async fn a_handler_reaches_live_views_by_topics() {
    #[derive(LiveView)]
    #[live_view(template = "<main>{{ said }}</main>")]
    struct Listener {
        said: String,
    }
    #[live_view]
    impl Listener {
        fn mount(cx: &mut Cx<Self>) -> Self {
            cx.subscribe("room");
            Listener {
                said: String::new(),
            }
        }
        fn handle_info(&mut self, _cx: &mut Cx<Self>, _event: &str, data: Payload) -> Result {
            self.said = data.get()?;
            Ok(())
        }
    }
    async fn say(request: Request) -> Result<Response> {
        request.pubsub().broadcast("room", "said", "hello")?;
        Ok(Response::text(""))
    }
    let app = App::new(Arc::new(Mutex::new(0)))
        .live::<Listener>("/", "listener")
        .get("/say/", "say", say);
    let mut browser = Browser::new(&start(app));
    let mut page = browser.open("/").await;
    browser.get("/say/").await;
    page.settle().await;
    assert!(page.has("hello"));
}
