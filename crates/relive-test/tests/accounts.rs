//! Users, and forms that are sent over HTTP.

use relive::auth::{Users, next};
use relive::prelude::*;
use relive_test::TestApp;

#[derive(Clone)]
struct Accounts;

impl Users for Accounts {
    type User = String;

    async fn find(&self, id: &str) -> Result<Option<String>> {
        Ok(["ann", "ben & co"].contains(&id).then(|| id.to_owned()))
    }

    fn permits(&self, user: &String, permission: &str) -> bool {
        permission == "staff" && user == "ann"
    }
}

#[derive(LiveView)]
#[live_view(template = r#"<main>
  {% dj_flash %}
  <h1>Log in</h1>
  <form method="post">
    <input type="hidden" name="csrf_token" value="{{ csrf_token }}">
    <input name="name" required> <button>Log in</button>
  </form>
</main>"#)]
struct LogIn {}

#[live_view]
impl LogIn {
    fn mount() -> Self {
        LogIn {}
    }
}

#[derive(LiveView)]
#[live_view(template = r#"<main>
  <h1>{{ name }}</h1><p>{{ count }}</p>
  <button dj-click="add">Add</button>
  <form action="/log-out/" method="post">
    <input type="hidden" name="csrf_token" value="{{ csrf_token }}"><button>Log out</button>
  </form>
</main>"#)]
struct Profile {
    name: String,
    count: u32,
}

#[live_view]
impl Profile {
    fn mount(cx: &mut Cx<Self>) -> Self {
        Profile {
            name: cx.user::<String>().unwrap_or_default(),
            count: 0,
        }
    }

    #[event_handler]
    fn add(&mut self) {
        self.count += 1;
    }
}

#[derive(Deserialize)]
struct Name {
    name: String,
}

async fn log_in(request: Request) -> Result<Response> {
    let Name { name } = request.form()?;
    if Accounts.find(&name).await?.is_none() {
        return Ok(
            Response::html(format!("<!doctype html><h1>Nobody is called {name}</h1>")).status(422),
        );
    }
    let to = next(&request).unwrap_or_else(|| "/".to_owned());
    Ok(Response::redirect(to).log_in(name))
}

async fn log_out(_request: Request) -> Response {
    Response::redirect("/log-in/").log_out()
}

fn app() -> TestApp {
    TestApp::start(
        App::new(())
            .users(Accounts)
            .live::<LogIn>("/log-in/", "log-in")
            .post("/log-in/", "log-in", log_in)
            .post("/log-out/", "log-out", log_out)
            .scope("/me", |scope| {
                scope
                    .on_mount(login_required("/log-in/"))
                    .live::<Profile>("/", "profile")
            }),
    )
}

#[tokio::test]
async fn a_guard_leads_to_the_log_in_and_back() {
    let mut page = app().open("/me/").await;
    page.assert_url("/log-in/?next=/me/")
        .assert_text("h1", "Log in");
    page.fill("[name=name]", "eve").await;
    page.submit("form").await;
    page.assert_text("h1", "Nobody is called eve");
    page.visit_url("/me/").await;
    page.fill("[name=name]", "ann").await;
    page.click_text("button", "Log in").await;
    page.assert_url("/me/").assert_text("h1", "ann");
    page.click_text("button", "Add").await;
    page.assert_text("p", "1");
}

#[tokio::test]
async fn each_browser_is_logged_in_as_its_own_user() {
    let app = app();
    let (ann, ben) = (app.browser(), app.browser());
    ann.log_in_as("ann").await;
    ben.log_in_as("ben & co").await;
    ann.open("/me/").await.assert_text("h1", "ann");
    ben.open("/me/").await.assert_text("h1", "ben & co");
    app.open("/me/").await.assert_url("/log-in/?next=/me/");
}

#[tokio::test]
async fn who_logs_out_leaves_all_pages() {
    let app = app();
    app.log_in_as("ann").await;
    let mut one = app.open("/me/").await;
    let mut two = app.open("/me/").await;
    one.click_text("button", "Log out").await;
    one.assert_url("/log-in/");
    two.settle().await;
    two.assert_url("/log-in/?next=/me/");
}

#[tokio::test]
async fn a_form_is_sent_with_the_token_of_its_session() {
    let app = app();
    let answer = app.post_form("/log-in/", &[("name", "ann")]).await;
    assert_eq!((answer.status, answer.header("location")), (303, Some("/")));
    let stranger = app.browser();
    let answer = stranger.send("POST", "/log-in/", &[], "name=ann").await;
    assert_eq!(answer.status, 403);
}
