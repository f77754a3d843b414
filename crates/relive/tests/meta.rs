//! Title and `<meta>` values: in the HTML, and while the page is live.

mod support;

use relive::Runtime;
use relive::prelude::*;
use serde_json::json;
use support::{Browser, start};

#[derive(LiveView)]
#[live_view(template = "<!doctype html><html><head><title>of the layout</title>\
                <meta name=description content=\"of the layout\"><META name='robots' content='all'>\
                <meta name=viewport content=width=device-width></head><body><main>{{ shown }}</main></body></html>")]
struct Page {
    shown: String,
}

#[live_view]
impl Page {
    fn mount(cx: &mut Cx<Self>) -> Self {
        cx.page_meta("description", "A & \"B\"");
        cx.page_meta("og:title", "<T>");
        cx.page_meta("twitter:card", "summary");
        cx.page_meta("author", "nobody");
        cx.remove_meta("author");
        cx.remove_meta("robots");
        Page {
            shown: String::new(),
        }
    }

    #[event_handler]
    fn set(&mut self, cx: &mut Cx<Self>, name: String, content: Option<String>) {
        match content {
            Some(content) => cx.page_meta(name, content),
            None => cx.remove_meta(name),
        }
    }

    #[event_handler]
    fn twice(&mut self, cx: &mut Cx<Self>) {
        cx.page_title("first");
        cx.page_meta("description", "first");
        cx.page_title("second");
        cx.page_meta("description", "second");
        cx.page_meta("keywords", "k");
    }

    #[event_handler]
    fn read(&mut self, cx: &mut Cx<Self>) {
        let values: Vec<String> = cx
            .meta()
            .map(|(name, content)| format!("{name}={content}"))
            .collect();
        self.shown = format!("{} {}", cx.title().unwrap_or("none"), values.join(", "));
    }
}

#[derive(LiveView)]
#[live_view(template = "<main>plain</main>")]
struct Fragment {}

#[live_view]
impl Fragment {
    fn mount(cx: &mut Cx<Self>) -> Self {
        cx.page_title("<Fragment>");
        cx.page_meta("og:title", "F");
        Fragment {}
    }
}

fn runtime() -> Runtime {
    start(
        App::new(())
            .live::<Page>("/", "page")
            .live::<Fragment>("/fragment/", "fragment"),
    )
}

#[tokio::test(start_paused = true)]
async fn the_html_has_them_in_place_of_what_the_template_wrote() {
    let html = Browser::new(&runtime()).get("/").await.html;
    let head = &html[..html.find("<script").unwrap()];
    assert_eq!(
        head,
        "<!doctype html><html><head><title>of the layout</title>\
         <meta name=\"description\" content=\"A &amp; &quot;B&quot;\">\
         <meta name=viewport content=width=device-width>\
         <meta property=\"og:title\" content=\"&lt;T&gt;\"><meta property=\"twitter:card\" content=\"summary\">"
    );
    let html = Browser::new(&runtime()).get("/fragment/").await.html;
    assert!(html.contains("<title>&lt;Fragment&gt;</title>"), "{html}");
    assert!(
        html.contains("<meta property=\"og:title\" content=\"F\">"),
        "{html}"
    );
}

#[tokio::test(start_paused = true)]
async fn what_the_html_had_is_not_said_again() {
    let page = Browser::new(&runtime()).open("/").await;
    assert!(
        page.meta.is_empty() && page.title.is_none(),
        "{:?}",
        page.meta
    );
}

#[tokio::test(start_paused = true)]
async fn changes_go_out_without_a_patch_and_only_when_they_are_changes() {
    let mut page = Browser::new(&runtime()).open("/").await;
    let shows = page.shows();
    page.event("set", json!({"name": "description", "content": "new"}))
        .await;
    page.event("set", json!({"name": "og:title", "content": null}))
        .await;
    let told: Vec<_> = std::mem::take(&mut page.meta).into_iter().collect();
    assert_eq!(
        told,
        [
            ("description".to_owned(), Some("new".to_owned())),
            ("og:title".to_owned(), None)
        ]
    );
    page.event("set", json!({"name": "description", "content": "new"}))
        .await;
    assert!(page.meta.is_empty());

    page.event("twice", json!({})).await;
    assert_eq!(page.title.as_deref(), Some("second"));
    let told: Vec<_> = page
        .meta
        .iter()
        .map(|(name, content)| (name.as_str(), content.as_deref()))
        .collect();
    assert_eq!(
        told,
        [("description", Some("second")), ("keywords", Some("k"))]
    );
    assert_eq!(page.shows(), shows);
}

#[tokio::test(start_paused = true)]
async fn a_view_can_read_what_it_has_set() {
    let mut page = Browser::new(&runtime()).open("/").await;
    page.event("read", json!({})).await;
    for value in [
        "none description=A & ",
        "og:title=<T>, twitter:card=summary",
    ] {
        assert!(page.has(value), "{}", page.shows());
    }
    assert!(!page.has("author") && !page.has("robots"));
    page.event("twice", json!({})).await;
    page.event("read", json!({})).await;
    assert!(
        page.has("second description=second, keywords=k, og:title=<T>"),
        "{}",
        page.shows()
    );
}
