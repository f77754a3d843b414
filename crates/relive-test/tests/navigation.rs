//! Addresses: links, back and forward, forms that are no events.

use relive::prelude::*;
use relive_test::TestApp;

#[derive(LiveView)]
#[live_view(template = r##"<!doctype html>
<html><head><title>Items</title></head><body>
<nav><a id="about" href="/about/">About</a></nav>
<form id="search" action="/items/"><input name="show"><button>Search</button></form>
<main dj-root>
  <h1>{{ show }} {{ visits }}</h1>
  <a class="open" href="/items/?show=open" dj-patch>Open</a>
  <a class="done" href="?show=done#list" dj-patch>Done</a>
  <a class="about" href="/about/" dj-patch>About</a>
  <a class="list" href="#list">List</a>
  <button dj-click="patch">Patch</button>
</main></body></html>"##)]
struct Items {
    show: String,
    visits: u32,
}

#[derive(Serialize, Deserialize)]
struct Query {
    #[serde(default)]
    show: String,
}

#[live_view]
impl Items {
    fn mount() -> Self {
        Items {
            show: String::new(),
            visits: 0,
        }
    }

    fn handle_params(&mut self, cx: &mut Cx<Self>, query: Query) -> Result {
        if query.show == "old" {
            return cx.live_patch(
                "/items/",
                &Query {
                    show: "new".to_owned(),
                },
            );
        }
        cx.page_title(format!("Items: {}", query.show));
        self.show = query.show;
        self.visits += 1;
        Ok(())
    }

    #[event_handler]
    fn patch(&mut self, cx: &mut Cx<Self>) -> Result {
        cx.live_patch(
            "/items/",
            &Query {
                show: "patched".to_owned(),
            },
        )
    }
}

#[derive(LiveView)]
#[live_view(template = "<main><h1>About</h1></main>")]
struct About {}

#[live_view]
impl About {
    fn mount() -> Self {
        About {}
    }
}

fn app() -> TestApp {
    TestApp::start(
        App::new(())
            .live::<Items>("/items/", "items")
            .live::<About>("/about/", "about"),
    )
}

#[tokio::test]
async fn a_patch_link_changes_the_address_and_keeps_the_view() {
    let app = app();
    let mut page = app.open("/items/").await;
    page.follow(".open").await;
    page.assert_url("/items/?show=open")
        .assert_text("h1", "open 2");
    page.assert_title("Items: open");
    page.follow(".done").await;
    page.assert_url("/items/?show=done#list")
        .assert_text("h1", "done 3");
    page.click_text("button", "Patch").await;
    page.assert_url("/items/?show=patched")
        .assert_text("h1", "patched 4");
    page.back().await;
    page.back().await;
    page.assert_url("/items/?show=open")
        .assert_text("h1", "open 6");
    page.forward().await;
    page.assert_text("h1", "done 7").check_dom().await;
    let (entries, at) = page.history();
    assert_eq!((entries.len(), at), (4, 2));
    assert_eq!(app.counts().mounts, 1);
}

#[tokio::test]
async fn a_plain_link_loads_a_page_and_ends_the_view() {
    let app = app();
    let mut page = app.open("/items/?show=open").await;
    page.follow("#about").await;
    page.assert_url("/about/").assert_text("h1", "About");
    assert_eq!(app.counts().sessions, 1);
    page.back().await;
    page.assert_url("/items/?show=open")
        .assert_text("h1", "open 1");
}

#[tokio::test]
async fn a_patch_link_to_another_view_is_a_page_load() {
    let mut page = app().open("/items/").await;
    page.click(".about").await;
    page.assert_url("/about/").assert_text("h1", "About");
}

#[tokio::test]
async fn a_link_within_the_page_asks_nobody() {
    let app = app();
    let mut page = app.open("/items/").await;
    page.click(".list").await;
    page.assert_url("/items/#list").assert_text("h1", "1");
}

#[tokio::test]
async fn a_form_that_is_no_event_leads_to_its_address() {
    let mut page = app().open("/about/").await;
    page.visit_url("/items/").await;
    page.fill("#search [name=show]", "a&b").await;
    page.click_text("button", "Search").await;
    page.assert_url("/items/?show=a%26b")
        .assert_text("h1", "a&b 1");
}

#[tokio::test]
async fn redirects_are_followed() {
    let mut page = app().open("/items?show=old").await;
    page.assert_url("/items/?show=new")
        .assert_text("h1", "new 1");
    page.reload().await;
    page.assert_text("h1", "new 1");
}

#[tokio::test]
async fn a_page_that_was_not_joined_shows_what_a_crawler_sees() {
    let app = app();
    let mut page = app.load("/items/?show=open").await;
    page.assert_text("h1", "open 1").assert_title("Items: open");
    assert!(!page.is_connected());
    let answer = app.get("/items").await;
    assert_eq!(
        (answer.status, answer.header("location")),
        (308, Some("/items/"))
    );
}

#[derive(LiveView)]
#[live_view(template = r#"<main class="list">
  {% dj_flash %}
  <input name="kept"><h1>List</h1>
  <a class="one" href="/things/1/" dj-navigate>One</a>
  <button dj-click="open">Open</button>
</main>"#)]
struct Things {}

#[live_view]
impl Things {
    fn mount(cx: &mut Cx<Self>) -> Self {
        cx.page_title("Things");
        Things {}
    }

    #[event_handler]
    fn open(&mut self, cx: &mut Cx<Self>) -> Result {
        cx.put_flash(Level::Info, "Opened");
        cx.live_redirect("/things/2/", &())
    }
}

#[derive(LiveView)]
#[live_view(template = r#"<main class="thing">
  {% dj_flash %}
  <input name="kept" autofocus><h1>Thing {{ pk }}</h1><button dj-click="add">{{ count }}</button>
</main>"#)]
struct Thing {
    pk: i64,
    count: u32,
}

#[live_view]
impl Thing {
    fn mount(cx: &mut Cx<Self>, pk: i64) -> Self {
        cx.page_title(format!("Thing {pk}"));
        Thing { pk, count: 0 }
    }

    #[event_handler]
    fn add(&mut self) {
        self.count += 1;
    }
}

fn things() -> TestApp {
    TestApp::start(
        App::new(())
            .live::<Things>("/things/", "things")
            .live::<Thing>("/things/<int:pk>/", "thing"),
    )
}

#[tokio::test]
async fn another_view_takes_the_place_of_the_one_that_was_there() {
    let app = things();
    let mut page = app.open("/things/").await;
    let connections = app.counts().connections;
    page.type_into("[name=kept]", "half").await;
    page.click("button").await;
    page.assert_url("/things/2/")
        .assert_text("h1", "Thing 2")
        .assert_title("Thing 2")
        .assert_flash("info", "Opened")
        .assert_attribute("main", "class", "thing")
        .assert_value("[name=kept]", "");
    assert!(page.has_focus("[name=kept]"));
    assert_eq!(
        (app.counts().sessions, app.counts().connections),
        (1, connections)
    );
    page.click("button").await;
    page.assert_text("button", "1").check_dom().await;

    page.back().await;
    page.assert_url("/things/").assert_text("h1", "List");
    assert!(page.flash().is_empty());
    page.forward().await;
    page.assert_text("h1", "Thing 2").assert_text("button", "0");
    assert_eq!(page.history().0.len(), 2);
}

#[tokio::test]
async fn a_link_with_navigate_leads_to_another_view() {
    let mut page = things().open("/things/").await;
    page.follow(".one").await;
    page.assert_url("/things/1/").assert_text("h1", "Thing 1");
    page.disconnect().await;
    page.click("button").await;
    page.reconnect().await;
    page.assert_text("button", "1").check_dom().await;
}
