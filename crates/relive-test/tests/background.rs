//! Background tasks, and rows that only the page has.

use std::time::Duration;

use relive::prelude::*;
use relive_test::{StreamChange, TestApp};

#[derive(Serialize)]
struct Line {
    id: u64,
    text: String,
}

#[derive(LiveView)]
#[live_view(template = r#"<main>
  <p>{% if loading %}loading{% else %}{{ found }}{% endif %}</p>
  <button id="load" dj-click="load">Load</button>
  <button id="add" dj-click="add">Add</button>
  <button id="drop" dj-click="drop_first">Drop</button>
  <ul id="lines" dj-update="stream">{% for line in lines %}<li dj-key="{{ line.id }}">{{ line.text }}</li>{% endfor %}</ul>
</main>"#)]
struct Report {
    loading: bool,
    found: String,
    next: u64,
    lines: Stream<Line>,
}

#[live_view]
impl Report {
    fn mount() -> Self {
        let line = Line {
            id: 0,
            text: "line 0".to_owned(),
        };
        Report {
            loading: false,
            found: "nothing".to_owned(),
            next: 1,
            lines: Stream::of([line]),
        }
    }

    #[event_handler]
    fn load(&mut self, cx: &mut Cx<Self>) {
        self.loading = true;
        let work = async {
            tokio::time::sleep(Duration::from_secs(5)).await;
            42
        };
        cx.start_async("load", work, |view, _cx, found| {
            view.loading = false;
            view.found = found.map_or_else(|error| error.to_string(), |found| found.to_string());
            Ok(())
        });
    }

    #[event_handler]
    fn add(&mut self) {
        let id = self.next;
        self.next += 1;
        self.lines.insert(Line {
            id,
            text: format!("line {id}"),
        });
    }

    #[event_handler]
    fn drop_first(&mut self) {
        self.lines.delete(0);
    }
}

fn app() -> TestApp {
    TestApp::start(App::new(()).live::<Report>("/", "report"))
}

#[tokio::test(start_paused = true)]
async fn settle_waits_for_background_tasks() {
    let mut page = app().open("/").await;
    page.click("#load").await;
    page.assert_text("p", "loading");
    page.advance(Duration::from_secs(4)).await;
    page.assert_text("p", "loading");
    page.settle().await;
    page.assert_text("p", "42");
}

#[tokio::test]
async fn what_happens_to_a_stream_can_be_read() {
    let mut page = app().open("/").await;
    page.assert_texts("li", &["line 0"]);
    page.click("#add").await;
    page.click("#drop").await;
    page.assert_texts("li", &["line 1"]);
    let operations = page.stream_operations();
    assert_eq!(operations.len(), 2, "{operations:?}");
    assert!(operations.iter().all(|(container, _)| container == "lines"));
    assert!(matches!(
        operations[0].1,
        StreamChange::Insert { at: -1, .. }
    ));
    assert_eq!(
        operations[1].1,
        StreamChange::Delete {
            key: "0".to_owned()
        }
    );
    page.check_dom().await;
}
