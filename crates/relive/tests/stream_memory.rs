//! What ten thousand rows of a stream leave in the server's memory: nothing. A test file of its own, since it counts
//! every byte of its process.

mod support;

use std::alloc::System;
use std::time::Duration;

use relive::prelude::*;
use serde_json::json;
use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};
use support::{Browser, start};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

const ROWS: usize = 10_000;

#[derive(Serialize)]
struct Line {
    id: usize,
    text: String,
}

fn lines(from: usize) -> impl Iterator<Item = Line> + Send + 'static {
    (from..from + ROWS).map(|id| Line {
        id,
        text: "a row of some length ".repeat(20),
    })
}

/// About what the rows of one call take as HTML.
const SIZE: usize = ROWS * 420;

#[derive(LiveView)]
#[live_view(
    template = r#"<main><i>{{ count }}</i><ul id="lines" dj-update="stream">{% for line in lines %}
    <li dj-key="{{ line.id }}">{{ line.text }}</li>{% endfor %}</ul></main>"#
)]
struct Log {
    count: usize,
    lines: Stream<Line>,
}

#[live_view]
impl Log {
    fn mount() -> Self {
        Log {
            count: 0,
            lines: Stream::of(lines(0)),
        }
    }

    #[event_handler]
    fn extend(&mut self) {
        self.count += 1;
        self.lines.extend(lines(self.count * ROWS));
    }
}

fn live() -> usize {
    let stats = ALLOCATOR.stats();
    stats.bytes_allocated - stats.bytes_deallocated
}

/// Live bytes are back to what they were, to within one per cent of the rows' size.
#[track_caller]
fn assert_back(before: usize, when: &str) {
    let more = live().saturating_sub(before);
    println!("{when}: {more} bytes more than before, for {SIZE} bytes of rows");
    assert!(more * 100 <= SIZE, "{when}: {more} bytes more");
}

#[tokio::test(start_paused = true)]
async fn ten_thousand_rows_leave_nothing_in_memory() {
    let runtime = start(App::new(()).live::<Log>("/", "log"));
    let mut browser = Browser::new(&runtime);
    // Whatever is made once for a process is made.
    drop(browser.open("/").await);

    let before = live();
    let answer = browser.get("/").await;
    assert!(answer.html.len() > SIZE);
    // Only what the page's test double needs to join.
    let start = answer.html.find("stream\">").unwrap() + 8;
    let end = answer.html.find("</ul>").unwrap();
    let html = answer.html[..start].to_owned() + &answer.html[end..];
    drop(answer);
    assert_back(before, "after HTTP, while the session is parked");

    let mut page = browser.load("/", &html);
    page.join(None).await;
    assert_eq!(page.received.len(), 1, "the page's own rows are not sent");
    assert_back(before, "after the join");

    for seq in 1..=3 {
        let event = support::event(seq, "extend", json!({}));
        assert!(page.send(&event).await.is_continue());
        let frame = page.outgoing.next().await.expect("a frame");
        let relive::Outbound::Frame(relive::Frame::Binary(bytes)) = &frame else {
            panic!("an update: {frame:?}")
        };
        assert!(bytes.len() > SIZE);
        drop(frame);
        let held = live() - before;
        assert!(held > SIZE, "the update is kept until it is acknowledged");
        let ack = relive_protocol::FromPage::Ack { region: 0, seq };
        assert!(page.send(&ack).await.is_continue());
        tokio::time::sleep(Duration::from_millis(100)).await;
        assert_back(before, "after the update was acknowledged");
    }
}
