//! The whole event: from the page's frame over handler, render and diff to the frame of the update, without a socket.
//!
//! `cargo xtask bench event` runs it. The rows are those of the differ's workloads.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use relive::prelude::*;
use relive::{Connection, Frame, Outbound, Outgoing};
use relive_protocol::{Format, FromPage, ToPage, VERSION, Value};
use relive_vdom::Document;
use serde_json::json;

#[derive(LiveView)]
#[live_view(template = "<main><h1>Counter</h1><p>Count: <b>{{ count }}</b></p>\
    <button dj-click=\"add\" dj-value-by=\"1\">+</button></main>")]
struct Counter {
    count: i64,
}

#[live_view]
impl Counter {
    fn mount(_cx: &mut Cx<Self>) -> Self {
        Counter { count: 0 }
    }

    #[event_handler]
    fn add(&mut self, by: i64) {
        self.count += by;
    }
}

#[derive(Clone, Serialize)]
struct Row {
    id: usize,
    label: String,
}

/// A table of 1,000 rows.
macro_rules! table {
    ($(#[$derive:meta])* $name:ident) => {
        $(#[$derive])*
        #[derive(LiveView)]
        #[live_view(
            template = "<main><table class=\"table table-hover\"><tbody>{% for row in rows %}\
            <tr id=\"r{{ row.id }}\" dj-key=\"{{ row.id }}\"><td class=\"col-md-1\">{{ row.id }}</td><td class=\"col-md-4\">{{ row.label }}</td>\
            <td class=\"col-md-2\"><button type=\"button\" class=\"btn btn-sm btn-primary\" dj-click=\"relabel\" dj-value-id=\"{{ row.id }}\">Select</button>\
            <button type=\"button\" class=\"btn btn-sm btn-danger\" dj-click=\"relabel\" dj-value-id=\"{{ row.id }}\">Remove</button></td></tr>\
            {% endfor %}</tbody></table></main>"
        )]
        struct $name {
            rows: Vec<Row>,
            #[live(private)]
            changes: usize,
        }

        #[live_view]
        impl $name {
            fn mount(_cx: &mut Cx<Self>) -> Self {
                let rows = (1..=1000)
                    .map(|id| Row {
                        id,
                        label: format!("pretty red table {id}"),
                    })
                    .collect();
                $name { rows, changes: 0 }
            }

            #[event_handler]
            fn relabel(&mut self, id: usize) {
                self.changes += 1;
                self.rows[id].label = format!("brand new label {}", self.changes);
            }
        }
    };
}

table!(Table);
// A snapshot of it is taken before each event.
table!(
    #[derive(Clone)]
    Snapshot
);

/// A connected page that takes updates without applying them.
struct Page {
    connection: Connection,
    outgoing: Outgoing,
    reference: u32,
}

impl Page {
    async fn open<V: LiveView>() -> Page {
        let runtime = App::new(())
            .live::<V>("/", "view")
            .start("/x.js")
            .expect("it starts");
        let head = |cookie: &str| {
            let request = http::Request::get("/").header("host", "localhost");
            let request = request
                .header("origin", "http://localhost")
                .header("cookie", cookie);
            request.body(()).unwrap().into_parts().0
        };
        let response = runtime.page(&head(""), None).await.expect("a page");
        let cookie = response.headers()["set-cookie"]
            .to_str()
            .unwrap()
            .split(';')
            .next()
            .unwrap();
        let (connection, outgoing) = runtime.connect(&head(cookie), None).expect("let in");
        let html = response.body();
        let token = html
            .split("dj-token=\"")
            .nth(1)
            .unwrap()
            .split('"')
            .next()
            .unwrap();
        let root = &html[html.find("<main").unwrap()..html.find("</main>").unwrap() + 7];
        let document = Document::parse(root).expect("a document");
        let mut page = Page {
            connection,
            outgoing,
            reference: 0,
        };
        page.send(&FromPage::Join {
            version: VERSION,
            region: 0,
            token: token.to_owned(),
            url: "/".to_owned(),
            nodes: document.nodes() as u32,
            checksum: document.checksum(),
            resume: None,
        })
        .await;
        let joined = ToPage::decode(Format::MessagePack, &page.receive().await).unwrap();
        assert!(
            matches!(joined, ToPage::Joined { html: None, .. }),
            "{joined:?}"
        );
        page
    }

    async fn send(&mut self, message: &FromPage) {
        let frame = Frame::Binary(message.encode(Format::MessagePack).into());
        assert!(self.connection.receive(frame).await.is_continue());
    }

    async fn receive(&mut self) -> bytes::Bytes {
        match self.outgoing.next().await {
            Some(Outbound::Frame(Frame::Binary(bytes))) => bytes,
            other => panic!("{other:?} instead of an update"),
        }
    }

    /// Sends an event, takes the update, acknowledges it; gives the update's size.
    async fn event(&mut self, name: &str, payload: &Value) -> usize {
        self.reference += 1;
        let Value::Object(payload) = payload.clone() else {
            panic!("a payload is a map")
        };
        let (reference, name) = (self.reference, name.to_owned());
        self.send(&FromPage::Event {
            region: 0,
            reference,
            name,
            payload,
            seen: 0,
        })
        .await;
        let update = self.receive().await;
        self.send(&FromPage::Ack {
            region: 0,
            seq: self.reference,
        })
        .await;
        update.len()
    }
}

fn event(c: &mut Criterion) {
    let tokio = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let mut group = c.benchmark_group("event");
    let mut page = tokio.block_on(Page::open::<Counter>());
    group.bench_function("counter", |b| {
        b.iter(|| tokio.block_on(page.event(black_box("add"), &json!({"by": "1"}))));
    });
    let mut page = tokio.block_on(Page::open::<Table>());
    group.bench_function("one of 1000 rows", |b| {
        b.iter(|| tokio.block_on(page.event(black_box("relabel"), &json!({"id": "500"}))));
    });
    let mut page = tokio.block_on(Page::open::<Snapshot>());
    group.bench_function("one of 1000 rows, with a snapshot", |b| {
        b.iter(|| tokio.block_on(page.event(black_box("relabel"), &json!({"id": "500"}))));
    });
    group.finish();
}

criterion_group!(benches, event);
criterion_main!(benches);
