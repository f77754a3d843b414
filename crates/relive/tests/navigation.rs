//! Addresses: `live_patch`, links with `dj-patch`, back and forward, redirects over HTTP.

mod support;

use relive::Runtime;
use relive::prelude::*;
use relive_protocol::ErrorKind;
use serde_json::json;
use support::{Browser, start};

#[derive(LiveView)]
#[live_view(template = r#"<main>{{ show }}<i>{{ pk }}</i><u>{{ visits }}</u>
    <a href="{{ url(name="item", pk=7) }}">seven</a></main>"#)]
struct Item {
    show: String,
    pk: i64,
    visits: u32,
}

#[derive(Serialize, Deserialize)]
struct Query {
    #[serde(default)]
    show: String,
}

#[live_view]
impl Item {
    async fn mount(_cx: &mut Cx<Self>, pk: i64) -> Result<Self> {
        Ok(Item {
            show: String::new(),
            pk,
            visits: 0,
        })
    }

    async fn handle_params(&mut self, cx: &mut Cx<Self>, query: Query) -> Result {
        self.visits += 1;
        self.pk = cx.path()?;
        match query.show.as_str() {
            "old" => cx.live_patch_replace(
                &format!("/items/{}/", self.pk),
                &Query { show: "new".into() },
            ),
            "loop" => cx.live_patch_replace(
                "/items/1/",
                &Query {
                    show: "loop".into(),
                },
            ),
            _ => {
                self.show = query.show;
                Ok(())
            }
        }
    }

    #[event_handler]
    fn filter(&mut self, cx: &mut Cx<Self>, show: String, pk: Option<i64>) -> Result {
        cx.put_flash("note", "filtered");
        let path = format!("/items/{}/", pk.unwrap_or(self.pk));
        cx.live_patch(&path, &Query { show })
    }

    #[event_handler]
    fn away(&mut self, cx: &mut Cx<Self>, path: String) -> Result {
        self.show = "changed".into();
        cx.live_patch(&path, &())
    }
}

#[derive(LiveView)]
#[live_view(template = "<main>home</main>")]
struct Home {}

#[live_view]
impl Home {
    fn mount(_cx: &mut Cx<Self>) -> Self {
        Home {}
    }
}

fn runtime() -> Runtime {
    start(
        App::new(())
            .live::<Home>("/", "home")
            .live::<Item>("/items/<int:pk>/", "item"),
    )
}

#[tokio::test(start_paused = true)]
async fn the_url_gives_typed_values_and_a_typed_query() {
    let runtime = runtime();
    let page = Browser::new(&runtime)
        .open("/items/3/?show=open%20ones&other=x")
        .await;
    assert!(
        page.has("\"3\"") && page.has("\"open ones\""),
        "{}",
        page.shows()
    );
    assert!(page.has("href=\"/items/7/\""));
}

#[tokio::test(start_paused = true)]
async fn live_patch_changes_the_address_and_runs_handle_params() {
    let runtime = runtime();
    let mut page = Browser::new(&runtime).open("/items/3/").await;
    page.event("filter", json!({"show": "a & b", "pk": "4"}))
        .await;
    assert_eq!(page.urls, [("/items/4/?show=a+%26+b".to_owned(), false)]);
    assert!(
        page.has("a & b") && page.has("\"4\"") && page.has("\"2\""),
        "{}",
        page.shows()
    );
    assert_eq!(page.flash, [("note".to_owned(), "filtered".to_owned())]);
}

#[tokio::test(start_paused = true)]
async fn back_and_forward_run_handle_params_of_the_same_view() {
    let runtime = runtime();
    let mut page = Browser::new(&runtime).open("/items/3/").await;
    page.visit("/items/5/?show=done").await;
    assert!(page.has("done") && page.has("\"5\""));
    assert_eq!(page.answered, [1]);
    page.visit("/items/3/").await;
    assert!(!page.has("done") && page.has("\"3\""));
    assert_eq!(page.answered, [1, 2]);
}

#[tokio::test(start_paused = true)]
async fn an_address_of_another_view_is_not_taken() {
    let runtime = runtime();
    let mut page = Browser::new(&runtime).open("/items/3/").await;
    let before = page.shows();
    for url in [
        "/",
        "/nowhere/",
        "//evil.example/",
        "https://evil.example/",
        "",
        "/items/x/",
    ] {
        page.visit(url).await;
        assert_eq!(page.error().0, ErrorKind::NotFound, "{url}");
        assert_eq!(page.shows(), before);
    }
}

#[tokio::test(start_paused = true)]
async fn a_patch_to_another_route_is_an_error_of_the_handler() {
    let runtime = runtime();
    let mut page = Browser::new(&runtime).open("/items/3/").await;
    for path in [
        "/",
        "//evil.example/",
        "https://evil.example/",
        "/items/3/\n",
        "\\\\evil",
        "/items/3/?x",
    ] {
        page.event("away", json!({"path": path})).await;
        let (kind, message) = page.error();
        assert_eq!(kind, ErrorKind::HandlerFailed, "{path}");
        assert!(
            message.contains("live_patch") && !message.contains('\n'),
            "{message}"
        );
        assert!(page.urls.is_empty());
    }
    // What the handler changed before stays.
    assert!(page.has("changed"));
}

#[tokio::test(start_paused = true)]
async fn a_patch_while_the_page_is_made_is_a_redirect() {
    let runtime = runtime();
    let answer = Browser::new(&runtime).get("/items/3/?show=old").await;
    assert_eq!(answer.status, 302);
    assert_eq!(answer.headers["location"], "/items/3/?show=new");
    assert_eq!(runtime.counts().sessions, 0);
}

#[tokio::test(start_paused = true)]
async fn an_address_that_changes_for_ever_is_an_error() {
    let runtime = runtime();
    let answer = Browser::new(&runtime).get("/items/1/?show=loop").await;
    assert_eq!(answer.status, 500);
    assert!(answer.html.contains("handle_params"), "{}", answer.html);
    let mut page = Browser::new(&runtime).open("/items/1/").await;
    page.visit("/items/1/?show=loop").await;
    assert_eq!(page.error().0, ErrorKind::HandlerFailed);
    page.visit("/items/2/").await;
    assert!(page.has("\"2\""));
}

#[tokio::test(start_paused = true)]
async fn a_path_without_its_slash_is_sent_on() {
    let runtime = runtime();
    let answer = Browser::new(&runtime).get("/items/3?show=x").await;
    assert_eq!(answer.status, 308);
    assert_eq!(answer.headers["location"], "/items/3/?show=x");
    let browser = Browser::new(&runtime);
    for path in ["/nowhere", "//items/3", "/items/x"] {
        assert!(
            runtime
                .page(&browser.head("GET", path), None)
                .await
                .is_none(),
            "{path}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn other_methods_are_not_allowed() {
    let runtime = runtime();
    let browser = Browser::new(&runtime);
    let response = runtime
        .page(&browser.head("POST", "/items/3/"), None)
        .await
        .unwrap();
    assert_eq!(response.status(), 405);
    assert_eq!(response.headers()["allow"], "GET, HEAD");
}

#[derive(LiveView)]
#[live_view(template = "<main>{{ page }}</main>")]
struct Paged {
    page: u8,
}

#[derive(Deserialize)]
struct PageNumber {
    #[serde(default)]
    page: u8,
}

#[live_view]
impl Paged {
    fn mount(_cx: &mut Cx<Self>, _section: u8) -> Self {
        Paged { page: 0 }
    }

    fn handle_params(&mut self, _cx: &mut Cx<Self>, query: PageNumber) {
        self.page = query.page;
    }
}

#[tokio::test(start_paused = true)]
async fn values_that_do_not_fit_the_view_are_the_visitors_mistake() {
    let app = App::new(())
        .live::<Paged>("/<int:section>/", "paged")
        .development(false);
    let runtime = start(app);
    let mut browser = Browser::new(&runtime);
    for (url, message) in [
        ("/1/?page=first", "query, parameter `page`: expected"),
        ("/1/?page=-1", "query, parameter `page`: expected"),
        (
            "/300/",
            "URL, value `section`: expected an integer from 0 to 255",
        ),
    ] {
        let answer = browser.get(url).await;
        assert_eq!(answer.status, 400, "{url}");
        assert!(answer.html.contains(message), "{}", answer.html);
    }
    assert_eq!(runtime.counts().sessions, 0);
    let mut page = browser.open("/1/?page=2").await;
    page.visit("/1/?page=first").await;
    assert_eq!(page.error().0, ErrorKind::InvalidParams);
    assert!(page.has("\"2\""));
}

type Word = String;

#[derive(LiveView)]
#[live_view(template = "<main>{{ word }}</main>")]
struct Searched {
    word: Word,
}

#[live_view]
impl Searched {
    fn mount() -> Self {
        Searched {
            word: String::new(),
        }
    }

    fn handle_params(&mut self, word: Word) {
        self.word = word;
    }
}

#[tokio::test(start_paused = true)]
async fn a_query_that_is_no_struct_is_not_the_visitors_mistake() {
    for (development, shown) in [
        (
            true,
            "view `Searched`: what `handle_params` takes is no query, which is a struct with a field for each parameter, \
             or a map: query: expected text, got",
        ),
        (false, "`the page` failed"),
    ] {
        let app = App::new(())
            .live::<Searched>("/", "searched")
            .development(development);
        let runtime = start(app);
        for url in ["/", "/?word=tea"] {
            let answer = Browser::new(&runtime).get(url).await;
            assert_eq!(answer.status, 500, "{url}");
            assert!(answer.html.contains(shown), "{}", answer.html);
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Either {
    Page(u32),
    Word(String),
}

#[derive(LiveView)]
#[live_view(template = "<main>{{ shown }}</main>")]
struct EitherWay {
    shown: String,
}

#[live_view]
impl EitherWay {
    fn mount(_year: (u16, String)) -> Self {
        EitherWay {
            shown: String::new(),
        }
    }

    async fn handle_params(&mut self, query: Either) {
        self.shown = match query {
            Either::Page(page) => format!("page {page}"),
            Either::Word(word) => format!("word {word}"),
        };
    }
}

#[tokio::test(start_paused = true)]
async fn a_query_that_is_an_enum_may_not_fit() {
    let app = App::new(()).live::<EitherWay>("/<int:year>/<slug:name>/", "either");
    let runtime = start(app);
    let mut browser = Browser::new(&runtime);
    for (url, status, shown) in [
        ("/2026/a/?page=2", 200, "page 2"),
        ("/2026/a/?word=tea", 200, "word tea"),
        ("/2026/a/", 400, "query: expected one of `page`, `word`"),
        ("/2026/a/?page=x", 400, "expected an integer"),
        ("/2026/a/?page=1&word=x", 400, "query: expected one of"),
        ("/70000/a/?page=2", 400, "URL, value `year`: expected"),
    ] {
        let answer = browser.get(url).await;
        assert_eq!(answer.status, status, "{url}: {}", answer.html);
        assert!(answer.html.contains(shown), "{url}: {}", answer.html);
    }
}
