//! The page around the live root: fragments, whole pages, bodies; what the framework puts in.

mod support;

use relive::Runtime;
use relive::prelude::*;
use serde_json::json;
use support::{Browser, log, start};

macro_rules! view {
    ($name:ident, $template:expr) => {
        #[derive(LiveView)]
        #[live_view(template = $template)]
        struct $name {
            count: i64,
            #[live(temporary)]
            rows: Vec<String>,
        }

        #[live_view]
        impl $name {
            fn mount(cx: &mut Cx<Self>) -> Self {
                cx.page_title("T & t");
                $name {
                    count: 0,
                    rows: vec!["first".into()],
                }
            }

            #[event_handler]
            fn add(&mut self) {
                self.count += 1;
                self.rows.push(format!("row {}", self.count));
            }
        }
    };
}

view!(
    Fragment,
    "\n<section class=\"a\">{{ count }}{{ rows | length }}</section>\n"
);
view!(
    Whole,
    "<!DOCTYPE html>\n<html><head><meta charset=utf-8><!-- <title>no</title> --><title>old</title></head>\n\
     <body><nav>{{ rows | length }}</nav><main dj-root dj-view=\"{{ dj_view_id }}\">{{ count }}</main><p>after</p></body>\n</html>\n"
);
view!(
    Body,
    "<!doctype html><html><head></head><body class='b'>\n<p>{{ count }}</p>{{ rows | length }}\n</body>\n\n</html>\n"
);
view!(
    NoDoctype,
    "{{ count }}<html><body>{{ rows | length }}</body></html>"
);
view!(TwoElements, "<p>{{ count }}</p><p>{{ rows | length }}</p>");
view!(
    Deep,
    "<main>{% for i in range(end=600) %}<b>{% endfor %}{{ count }}{{ rows | length }}{% for i in range(end=600) %}</b>{% endfor %}</main>"
);
view!(
    Kept,
    "<main><b>{{ count }}</b><ul dj-update=\"append\">{% for row in rows %}<li id=\"{{ row }}\">{{ row }}</li>{% endfor %}</ul></main>"
);

fn runtime<V: LiveView>() -> Runtime {
    start(App::new(()).live::<V>("/", "home"))
}

#[tokio::test(start_paused = true)]
async fn a_fragment_gets_a_page_around_it() {
    let runtime = runtime::<Fragment>();
    let mut page = Browser::new(&runtime).open("/").await;
    let html = Browser::new(&runtime).get("/").await.html;
    assert!(html.contains("<title>T &amp; t</title>"));
    assert!(
        html.contains("<section class=\"a\" dj-root dj-view=\"home\" dj-token=\""),
        "{html}"
    );
    page.event("add", json!({})).await;
    assert!(page.has("\"11\""), "{}", page.shows());
}

#[tokio::test(start_paused = true)]
async fn a_whole_page_keeps_what_it_wrote_itself() {
    let runtime = runtime::<Whole>();
    let mut browser = Browser::new(&runtime);
    let html = browser.get("/").await.html;
    assert!(
        html.contains("<!-- <title>no</title> --><title>T &amp; t</title>"),
        "{html}"
    );
    assert!(
        html.contains("<main dj-root dj-view=\"home\" dj-token=\""),
        "{html}"
    );
    assert_eq!(html.matches("dj-root").count(), 1);
    assert!(html.contains("defer></script></head>"), "{html}");
    let mut page = browser.open("/").await;
    assert_eq!(runtime.counts().rebuilt, 0);
    page.event("add", json!({})).await;
    assert!(page.has("\"1\"") && !page.has("after"));
}

#[tokio::test(start_paused = true)]
async fn without_a_root_the_body_is_live() {
    let runtime = runtime::<Body>();
    let mut browser = Browser::new(&runtime);
    let html = browser.get("/").await.html;
    assert!(
        html.contains("<body class='b' dj-root dj-view=\"home\" dj-token=\""),
        "{html}"
    );
    // Browsers would put white space after the body into it.
    assert!(html.trim_end().ends_with("</body></html>"), "{html}");
    let mut page = browser.open("/").await;
    assert_eq!(
        runtime.counts().rebuilt,
        0,
        "the page is what the server sent"
    );
    page.event("add", json!({})).await;
    assert!(page.has("\"1\""));
}

#[tokio::test(start_paused = true)]
async fn pages_that_cannot_be_live_say_why() {
    let html = Browser::new(&runtime::<NoDoctype>()).get("/").await;
    assert_eq!(html.status, 500);
    assert!(
        html.html.contains("view `NoDoctype`") && html.html.contains("doctype"),
        "{}",
        html.html
    );
    let html = Browser::new(&runtime::<TwoElements>()).get("/").await;
    assert_eq!(html.status, 500);
    assert!(html.html.contains("view `TwoElements`"), "{}", html.html);
    let html = Browser::new(&runtime::<Deep>()).get("/").await;
    assert_eq!(html.status, 500);
    assert!(html.html.contains("view `Deep`"), "{}", html.html);
    let app = App::new(())
        .live::<NoDoctype>("/", "home")
        .development(false);
    let html = Browser::new(&start(app)).get("/").await;
    assert!(!html.html.contains("NoDoctype"), "{}", html.html);
}

#[tokio::test(start_paused = true)]
async fn temporary_fields_fall_back_and_their_rows_stay_on_the_page() {
    let runtime = runtime::<Kept>();
    let mut page = Browser::new(&runtime).open("/").await;
    page.event("add", json!({})).await;
    page.event("add", json!({})).await;
    let shown = page.dom.dump(true);
    for row in ["    \"first\"\n", "    \"row 1\"\n", "    \"row 2\"\n"] {
        assert_eq!(shown.matches(row).count(), 1, "{shown}");
    }
}

#[derive(LiveView)]
#[live_view(
    template = "<!doctype html><nav><b dj-click='add'>a</b><a dj-navigate href=/>b</a></nav><main dj-root>\
                        <i dj-click='add'>{{ count }}</i></main><p dj-keyup.enter=\"add\">"
)]
struct Around {
    count: i64,
}

#[live_view]
impl Around {
    fn mount() -> Self {
        Around { count: 0 }
    }

    #[event_handler]
    fn add(&mut self) {
        self.count += 1;
    }
}

#[tokio::test(start_paused = true)]
async fn what_stands_outside_of_the_root_and_is_never_heard_is_told_in_development() {
    for development in [true, false] {
        let app = App::new(()).live::<Around>("/", "home");
        let mut browser = Browser::new(&start(app.development(development)));
        let lines = log::Lines::default();
        let guard = tracing::subscriber::set_default(lines.clone());
        browser.get("/").await;
        drop(guard);
        let lines = lines.0.lock().unwrap();
        let told: Vec<_> = lines
            .iter()
            .filter(|line| line.starts_with("WARN"))
            .collect();
        if !development {
            assert!(told.is_empty(), "{told:?}");
            continue;
        }
        assert_eq!(told.len(), 2, "{told:?}");
        assert!(
            told[0].contains(r#"<b dj-click=\"add\">"#)
                || told[0].contains(r#"<b dj-click="add">"#),
            "{told:?}"
        );
        assert!(
            told[1].contains("<p dj-keyup.enter=") && told[1].contains("outside of the live root"),
            "{told:?}"
        );
        assert!(told[1].contains("Around"), "{told:?}");
    }
}

#[derive(LiveView)]
#[live_view(template = "<main>{{ id }}</main>")]
struct Item {
    id: i64,
}

#[live_view]
impl Item {
    fn mount(_cx: &mut Cx<Self>, id: i64) -> Result<Self> {
        if id > 2 {
            return Err(Error::not_found(format!("there is no item {id} <b>")));
        }
        Ok(Item { id })
    }
}

#[tokio::test(start_paused = true)]
async fn a_view_says_that_there_is_nothing_at_an_address() {
    for development in [true, false] {
        let app = App::new(()).live::<Item>("/items/<int:id>/", "item");
        let mut browser = Browser::new(&start(app.development(development)));
        assert_eq!(browser.get("/items/2/").await.status, 200);
        let answer = browser.get("/items/3/").await;
        assert_eq!(answer.status, 404);
        assert!(
            answer.html.contains("there is no item 3 &lt;b&gt;"),
            "{}",
            answer.html
        );
    }
}
