//! Streams: rows that a page keeps and the server does not.

mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use relive::Runtime;
use relive::prelude::*;
use relive_protocol::{Format, FromPage, Outcome, Resume, ToPage};
use relive_vdom::{Op, StreamChange};
use serde_json::json;
use support::{Browser, Page, start};

#[derive(Clone, Serialize)]
struct Line {
    id: u32,
    text: String,
}

fn line(id: u32) -> Line {
    let text = format!("line {id}");
    Line { id, text }
}

/// What the tests say and see: how many rows a log begins with, and how many items were read.
#[derive(Clone, Default)]
struct Given {
    rows: u32,
    hidden: bool,
    read: Arc<AtomicUsize>,
    read_in_context: Arc<AtomicUsize>,
}

impl Given {
    fn read(&self) -> usize {
        self.read.load(Ordering::Relaxed)
    }

    /// Lines that count how many were made.
    fn lines(
        &self,
        ids: impl Iterator<Item = u32> + Send + 'static,
    ) -> impl Iterator<Item = Line> + Send + 'static {
        let read = Arc::clone(&self.read);
        ids.map(move |id| {
            read.fetch_add(1, Ordering::Relaxed);
            line(id)
        })
    }
}

#[derive(LiveView)]
#[live_view(template = r#"<main><i>{{ count }}</i>
    {% if not hidden %}<ul id="lines" dj-update="stream">
      {% for line in lines %}<li dj-key="{{ line.id }}">{{ line.text }}</li>{% endfor %}
    </ul>{% endif %}<b>{{ bad }}</b></main>"#)]
struct Log {
    count: u32,
    hidden: bool,
    lines: Stream<Line>,
    bad: Bad,
    #[live(private)]
    given: Given,
}

/// A value that a template cannot show.
#[derive(Clone, Copy)]
struct Bad(bool);

impl Serialize for Bad {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0 {
            return Err(serde::ser::Error::custom("no"));
        }
        serializer.serialize_str("")
    }
}

#[live_view]
impl Log {
    fn mount(cx: &mut Cx<Self>) -> Self {
        let given: Given = cx.state();
        Log {
            count: 0,
            hidden: given.hidden,
            lines: Stream::of(given.lines(0..given.rows)),
            bad: Bad(false),
            given,
        }
    }

    fn get_context_data(&self, _context: &mut Context) {
        let read = self.given.read();
        self.given.read_in_context.store(read, Ordering::Relaxed);
    }

    #[event_handler]
    fn change(&mut self, cx: &mut Cx<Self>, what: String, id: u32, at: i32) {
        self.count += 1;
        match what.as_str() {
            "insert" => self.lines.insert(line(id)),
            "prepend" => self.lines.prepend(line(id)),
            "insert_at" => self.lines.insert_at(at, line(id)),
            "extend" => self.lines.extend(self.given.lines(id..id + 3)),
            "extend_at" => self.lines.extend_at(at, self.given.lines(id..id + 3)),
            "update" => self.lines.update(Line {
                id,
                text: format!("changed {id}"),
            }),
            "delete" => self.lines.delete(id),
            "reset" => self.lines.reset(self.given.lines(id..id + 2)),
            "clear" => self.lines.clear(),
            "limit" => self.lines.limit(at),
            "flash" => cx.put_flash(Level::Info, format!("flash {id}")),
            "hide" => self.hidden = true,
            "show" => self.hidden = false,
            "fail" => self.bad = Bad(true),
            "panic" => panic!("a handler that panics"),
            "nothing" => {}
            other => panic!("no change `{other}`"),
        }
    }

    #[event_handler]
    fn mend(&mut self) {
        self.bad = Bad(false);
    }
}

fn app(given: &Given) -> Runtime {
    start(App::new(given.clone()).live::<Log>("/", "log"))
}

fn given(rows: u32) -> Given {
    Given {
        rows,
        ..Given::default()
    }
}

async fn change(page: &mut Page, what: &str, id: u32, at: i32) {
    let payload = json!({"what": what, "id": id, "at": at});
    page.event("change", payload).await;
}

/// The texts of the rows that the page shows.
fn rows(page: &Page) -> Vec<String> {
    let dump = page.dom.dump(true);
    let texts = dump
        .lines()
        .filter_map(|line| line.split_once('"')?.1.strip_suffix('"'));
    texts
        .filter(|text| text.starts_with("line ") || text.starts_with("changed "))
        .map(|text| text.replace("line ", "").replace("changed ", "*"))
        .collect()
}

/// The streams' changes in the last update.
fn last_changes(page: &Page) -> Vec<StreamChange> {
    let last = page
        .received
        .iter()
        .rev()
        .find_map(|message| match message {
            ToPage::Update { seq, ops, .. } if *seq > 0 => Some(ops),
            _ => None,
        });
    last.expect("an update")
        .iter()
        .filter_map(|op| match &op.0 {
            Op::Stream { change, .. } => Some(change.clone()),
            _ => None,
        })
        .collect()
}

#[tokio::test(start_paused = true)]
async fn rows_are_in_the_page_that_http_gives_without_any_script() {
    let runtime = app(&given(3));
    let answer = Browser::new(&runtime).get("/").await;
    let inside = answer.html.split("stream\">").nth(1).unwrap();
    assert_eq!(
        inside.split("</ul>").next().unwrap(),
        "\n      <li dj-key=\"0\">line 0</li><li dj-key=\"1\">line 1</li><li dj-key=\"2\">line 2</li>\n    "
    );
}

#[tokio::test(start_paused = true)]
async fn a_page_adopts_its_rows_and_they_are_not_sent_again() {
    let runtime = app(&given(1000));
    let mut page = Browser::new(&runtime).open("/").await;
    assert_eq!(page.outcome, Some(Outcome::Adopted));
    assert_eq!(page.received.len(), 1, "{:?}", page.received);
    assert_eq!(rows(&page).len(), 1000);
    change(&mut page, "insert", 1000, 0).await;
    assert_eq!(rows(&page).len(), 1001);
    let bytes = page
        .received
        .last()
        .unwrap()
        .encode(Format::MessagePack)
        .len();
    assert!(bytes < 90, "{bytes} bytes for one row of 40");
}

#[tokio::test(start_paused = true)]
async fn each_operation_reaches_the_page_as_itself() {
    let html = |id: u32, text: &str| format!("<li dj-key=\"{id}\">{text}</li>");
    let insert = |at: i32, html: String| StreamChange::Insert { at, html };
    let runtime = app(&given(3));
    for (what, id, at, expected, change_expected) in [
        ("insert", 7, 0, "0 1 2 7", insert(-1, html(7, "line 7"))),
        ("prepend", 7, 0, "7 0 1 2", insert(0, html(7, "line 7"))),
        ("insert_at", 7, 2, "0 1 7 2", insert(2, html(7, "line 7"))),
        ("insert_at", 7, 99, "0 1 2 7", insert(99, html(7, "line 7"))),
        ("insert", 1, 0, "0 1 2", insert(-1, html(1, "line 1"))),
        (
            "extend_at",
            7,
            1,
            "0 7 8 9 1 2",
            insert(
                1,
                html(7, "line 7") + &html(8, "line 8") + &html(9, "line 9"),
            ),
        ),
        (
            "update",
            1,
            0,
            "0 *1 2",
            StreamChange::Update {
                html: html(1, "changed 1"),
            },
        ),
        (
            "update",
            7,
            0,
            "0 1 2",
            StreamChange::Update {
                html: html(7, "changed 7"),
            },
        ),
        (
            "delete",
            1,
            0,
            "0 2",
            StreamChange::Delete { key: "1".into() },
        ),
        (
            "delete",
            7,
            0,
            "0 1 2",
            StreamChange::Delete { key: "7".into() },
        ),
        ("clear", 0, 0, "", StreamChange::Reset),
        ("limit", 0, 2, "0 1", StreamChange::Limit { rows: 2 }),
        ("limit", 0, -2, "1 2", StreamChange::Limit { rows: -2 }),
        ("limit", 0, 5, "0 1 2", StreamChange::Limit { rows: 5 }),
    ] {
        let mut page = Browser::new(&runtime).open("/").await;
        change(&mut page, what, id, at).await;
        assert_eq!(rows(&page).join(" "), expected, "{what} {id} {at}");
        assert_eq!(last_changes(&page), [change_expected], "{what} {id} {at}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_reset_and_a_limit_hold_for_what_follows() {
    let runtime = app(&given(3));
    let mut page = Browser::new(&runtime).open("/").await;
    change(&mut page, "limit", 0, -3).await;
    change(&mut page, "insert", 7, 0).await;
    assert_eq!(rows(&page), ["1", "2", "7"]);
    change(&mut page, "extend", 10, 0).await;
    assert_eq!(rows(&page), ["10", "11", "12"]);
    change(&mut page, "reset", 20, 0).await;
    assert_eq!(rows(&page), ["20", "21"]);
    change(&mut page, "limit", 0, 0).await;
    change(&mut page, "extend", 30, 0).await;
    assert_eq!(rows(&page), ["20", "21", "30", "31", "32"]);
}

#[tokio::test(start_paused = true)]
async fn items_are_read_when_the_template_reaches_them() {
    let given = given(5);
    let runtime = app(&given);
    let mut page = Browser::new(&runtime).open("/").await;
    assert_eq!(given.read_in_context.load(Ordering::Relaxed), 0);
    assert_eq!(given.read(), 5);
    change(&mut page, "extend", 10, 0).await;
    assert_eq!(given.read_in_context.load(Ordering::Relaxed), 5);
    assert_eq!(given.read(), 8);
    assert_eq!(rows(&page).len(), 8);
}

#[tokio::test(start_paused = true)]
async fn items_whose_loop_a_condition_hides_wait_unread() {
    let given = Given {
        hidden: true,
        ..given(5)
    };
    let runtime = app(&given);
    let mut page = Browser::new(&runtime).open("/").await;
    change(&mut page, "extend", 10, 0).await;
    change(&mut page, "delete", 1, 0).await;
    assert_eq!(given.read(), 0);
    change(&mut page, "show", 0, 0).await;
    assert_eq!(given.read(), 8);
    assert_eq!(rows(&page), ["0", "2", "3", "4", "10", "11", "12"]);
}

#[tokio::test(start_paused = true)]
async fn items_of_a_render_that_failed_go_with_the_next() {
    let given = given(1);
    let runtime = app(&given);
    let mut page = Browser::new(&runtime).open("/").await;
    change(&mut page, "fail", 0, 0).await;
    change(&mut page, "extend", 10, 0).await;
    assert_eq!(rows(&page), ["0"]);
    assert_eq!(page.errors.len(), 2);
    page.event("mend", json!({})).await;
    assert_eq!(rows(&page), ["0", "10", "11", "12"]);
}

#[tokio::test(start_paused = true)]
async fn a_view_that_is_mounted_again_begins_with_its_own_rows() {
    let runtime = app(&given(2));
    let mut page = Browser::new(&runtime).open("/").await;
    change(&mut page, "extend", 10, 0).await;
    change(&mut page, "panic", 0, 0).await;
    assert_eq!(rows(&page), ["0", "1"]);
    change(&mut page, "insert", 5, 0).await;
    assert_eq!(rows(&page), ["0", "1", "5"]);
}

#[tokio::test(start_paused = true)]
async fn a_session_that_is_made_over_a_connection_begins_with_its_own_rows() {
    let runtime = app(&given(2));
    let browser = &mut Browser::new(&runtime);
    let answer = browser.get("/").await;
    let mut first = browser.load("/", &answer.html);
    first.join(None).await;
    // A copy of the page, which somebody has changed meanwhile.
    let html = answer
        .html
        .replace("line 1", "line 9")
        .replace("dj-key=\"1\"", "dj-key=\"9\"");
    let mut copy = browser.load("/", &html);
    assert_eq!(rows(&copy), ["0", "9"]);
    copy.join(None).await;
    assert_eq!(copy.outcome, Some(Outcome::Mounted));
    assert_eq!(rows(&copy), ["0", "1"]);
    change(&mut copy, "insert", 5, 0).await;
    assert_eq!(rows(&copy), ["0", "1", "5"]);
    assert_eq!(rows(&first), ["0", "1"]);
}

/// Makes changes that the page does not get, and comes back in another form: the page gets the document anew.
#[tokio::test(start_paused = true)]
async fn rows_and_effects_that_a_page_did_not_get_are_sent_again_when_it_is_rebuilt() {
    for arrived in 0..=3 {
        let runtime = app(&given(1));
        let mut browser = Browser::new(&runtime);
        let mut page = browser.open("/").await;
        page.ack = false;
        let (session, mut seq) = (page.session.clone(), page.seq);
        for (number, what) in (1..).zip(["insert", "flash", "delete"]) {
            // What comes after the page was lost is lost.
            if number > arrived {
                let message = support::event(
                    number,
                    "change",
                    json!({"what": what, "id": number, "at": 0}),
                );
                assert!(page.send(&message).await.is_continue());
                tokio::time::sleep(std::time::Duration::from_millis(100)).await;
            } else {
                change(&mut page, what, number, 0).await;
                seq = page.seq;
            }
        }
        browser.format = Format::Json;
        page.format = Format::Json;
        (page.connection, page.outgoing) = browser.connect();
        let resume = Resume {
            session,
            seq,
            reference: 3,
        };
        page.join(Some(resume)).await;
        let expected = if arrived == 3 {
            Outcome::Resumed
        } else {
            Outcome::Rebuilt
        };
        assert_eq!(page.outcome, Some(expected), "{arrived}");
        // `delete` takes row 3, which is none; the row that was inserted is there once.
        assert_eq!(rows(&page), ["0", "1"], "{arrived}");
        assert_eq!(
            page.flash,
            [("info".to_owned(), "flash 2".to_owned())],
            "{arrived}"
        );
        page.ack = true;
        page.reference = 3;
        change(&mut page, "delete", 0, 0).await;
        assert_eq!(rows(&page), ["1"], "{arrived}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_waits_survives_being_lost_twice() {
    let runtime = app(&given(1));
    let mut browser = Browser::new(&runtime);
    let mut page = browser.open("/").await;
    let resume = |seq| Resume {
        session: String::new(),
        seq,
        reference: 1,
    };
    let session = page.session.clone();
    let message = support::event(1, "change", json!({"what": "extend", "id": 10, "at": 0}));
    assert!(page.send(&message).await.is_continue());
    tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    for format in [Format::Json, Format::MessagePack, Format::Json] {
        browser.format = format;
        // Its HTML and the update after it do not arrive, either.
        let mut lost = browser.load("/", "<main dj-root></main>");
        let join = lost.join_message(Some(Resume {
            session: session.clone(),
            ..resume(0)
        }));
        assert!(lost.send(&join).await.is_continue());
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    browser.format = Format::MessagePack;
    page.format = Format::MessagePack;
    (page.connection, page.outgoing) = browser.connect();
    page.join(Some(Resume {
        session,
        ..resume(0)
    }))
    .await;
    assert_eq!(page.outcome, Some(Outcome::Rebuilt));
    assert_eq!(rows(&page), ["0", "10", "11", "12"]);
}

#[tokio::test(start_paused = true)]
async fn a_page_that_asks_for_everything_gets_the_rows_that_it_left_out() {
    let runtime = app(&given(2));
    let mut page = Browser::new(&runtime).open("/").await;
    // The page asks, and leaves out what comes until the answer does.
    let early = support::event(1, "change", json!({"what": "extend", "id": 10, "at": 0}));
    assert!(page.send(&early).await.is_continue());
    tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    let skipped =
        tokio::time::timeout(std::time::Duration::from_millis(10), page.outgoing.next()).await;
    assert!(skipped.is_ok());
    let ask = FromPage::Resync { region: 0, node: 0 };
    assert!(page.send(&ask).await.is_continue());
    page.settle().await;
    assert_eq!(rows(&page), ["0", "1", "10", "11", "12"]);
}

#[tokio::test(start_paused = true)]
async fn a_page_that_asks_for_any_node_keeps_its_rows() {
    let runtime = app(&given(3));
    let mut page = Browser::new(&runtime).open("/").await;
    change(&mut page, "insert", 7, 0).await;
    let mut repaired = Vec::new();
    for _ in 0..8 {
        // Numbers change with each repair: whichever is the next that the page has.
        let Some(node) = page
            .dom
            .numbers()
            .into_iter()
            .find(|node| *node > 0 && !repaired.contains(node))
        else {
            break;
        };
        repaired.push(node);
        let ask = FromPage::Resync { region: 0, node };
        assert!(page.send(&ask).await.is_continue());
        page.settle().await;
        assert_eq!(rows(&page), ["0", "1", "2", "7"], "{node}");
    }
    assert!(repaired.len() > 3, "{repaired:?}");
}

#[tokio::test(start_paused = true)]
async fn a_container_that_goes_takes_its_rows_along() {
    let runtime = app(&given(2));
    let mut page = Browser::new(&runtime).open("/").await;
    change(&mut page, "hide", 0, 0).await;
    assert!(rows(&page).is_empty());
    change(&mut page, "show", 0, 0).await;
    change(&mut page, "insert", 5, 0).await;
    assert_eq!(rows(&page), ["5"]);
}

#[tokio::test(start_paused = true)]
async fn rows_that_wait_while_the_page_is_away_go_out_when_it_is_back() {
    let app = App::new(given(0)).limits(|limits| limits.max_unacknowledged = 1);
    let runtime = start(app.live::<Log>("/", "log"));
    let mut browser = Browser::new(&runtime);
    let mut page = browser.open("/").await;
    page.ack = false;
    for id in 1..=4 {
        change(&mut page, "insert", id, 0).await;
    }
    // One update is under way; the others wait for its acknowledgement.
    assert_eq!(rows(&page), ["1"]);
    page.ack = true;
    assert_eq!(page.resume(&browser).await, Outcome::Resumed);
    assert_eq!(rows(&page), ["1", "2", "3", "4"]);
}

// --- What is wrong is told at start, or with the template's place.

macro_rules! wrong_view {
    ($name:ident, $template:literal) => {
        #[derive(LiveView)]
        #[live_view(template = $template)]
        struct $name {
            lines: Stream<u32>,
        }

        #[live_view]
        impl $name {
            fn mount() -> Self {
                $name {
                    lines: Stream::of([1, 2]),
                }
            }
        }
    };
}

wrong_view!(
    Outside,
    "<ul>{% for x in lines %}<li id={{ x }}></li>{% endfor %}</ul>"
);
wrong_view!(Printed, "<ul>{{ lines }}</ul>");
wrong_view!(Counted, "<p>{{ lines | length }}</p>");
wrong_view!(
    WithoutLoop,
    "<main>\n<ul id=a dj-update=stream></ul></main>"
);
wrong_view!(
    WithoutKey,
    "<main><ul id=a dj-update=stream>{% for x in lines %}<li>{{ x }}</li>{% endfor %}</ul></main>"
);
wrong_view!(
    WithoutId,
    "<main><ul dj-update=stream>{% for x in lines %}<li id={{ x }}></li>{% endfor %}</ul></main>"
);
wrong_view!(
    WithElse,
    "<main><ul id=a dj-update=stream>{% for x in lines %}<li id=a></li>{% else %}no{% endfor %}</ul></main>"
);

#[test]
fn mistakes_with_streams_stop_the_application() {
    let app = App::new(())
        .live::<Outside>("/1/", "outside")
        .live::<Printed>("/2/", "printed")
        .live::<Counted>("/3/", "counted")
        .live::<WithoutLoop>("/4/", "without-loop")
        .live::<WithoutKey>("/5/", "without-key")
        .live::<WithoutId>("/6/", "without-id")
        .live::<WithElse>("/7/", "with-else");
    let told = app.start("/relive.js").err().unwrap().to_string();
    let only = "`lines` is a stream, which can only be looped over, directly inside an element with `dj-update=\"stream\"`";
    for expected in [
        format!("Outside):1:17: view `Outside`: {only}"),
        format!("Printed):1:8: view `Printed`: {only}"),
        format!("Counted):1:7: view `Counted`: {only}"),
        "WithoutLoop):2:10: view `WithoutLoop`: there is no loop directly inside this element".to_owned(),
        "WithoutKey):1:53: view `WithoutKey`, stream `lines`: a row of a stream needs a key: `dj-key`, `data-key` or `id`".to_owned(),
        "WithoutId):1:11: view `WithoutId`, stream `lines`: an element with `dj-update=\"stream\"` needs an `id`".to_owned(),
        "WithElse):1:67: view `WithElse`, stream `lines`: a loop over a stream has no `else`".to_owned(),
    ] {
        assert!(told.contains(&expected), "{told}\nexpected: {expected}");
    }
}

wrong_view!(
    Keyless,
    "<main>\n<ul id=a dj-update=stream>{% for x in lines %}{% set k = \"\" %}<li id=\"{{ k }}\">{{ x }}</li>{% endfor %}</ul></main>"
);
wrong_view!(
    Root,
    "<ul id=a dj-update=stream>{% for x in lines %}<li id={{ x }}></li>{% endfor %}</ul>"
);
wrong_view!(
    Ignored,
    "<main><div dj-update=ignore><ul id=a dj-update=stream>{% for x in lines %}<li id={{ x }}></li>{% endfor %}</ul></div></main>"
);

#[tokio::test(start_paused = true)]
async fn mistakes_that_only_a_render_shows_name_the_loop() {
    let app = App::new(())
        .development(true)
        .live::<Keyless>("/keyless/", "keyless")
        .live::<Ignored>("/ignored/", "ignored")
        .live::<Root>("/root/", "root");
    let runtime = start(app);
    for (url, expected) in [
        (
            "/root/",
            "Root):1:39: the stream `lines`: inside of the live root there is no element `a`",
        ),
        (
            "/keyless/",
            "Keyless):2:39: a row of the stream `lines` has no key",
        ),
        (
            "/ignored/",
            "Ignored):1:67: the stream `lines`: inside of the live root there is no element `a`",
        ),
    ] {
        let answer = Browser::new(&runtime).get(url).await;
        assert_eq!(answer.status, 500);
        let html = answer.html.replace("&quot;", "\"");
        assert!(html.contains(expected), "{html}\nexpected: {expected}");
    }
}

// --- Temporary fields, and text that grows.

#[derive(LiveView)]
#[live_view(
    template = r#"<main><ul id="a" dj-update="append">{% for x in appended %}<li id="{{ x }}">{{ x }}</li>{% endfor %}</ul>
    <ol id="p" dj-update="prepend">{% for x in prepended %}<li id="{{ x }}">{{ x }}</li>{% endfor %}</ol><pre>{{ reply }}</pre><b>{{ once }}</b></main>"#
)]
struct Feed {
    #[live(temporary)]
    appended: Vec<String>,
    #[live(temporary)]
    prepended: Vec<String>,
    #[live(temporary = "nothing".to_owned())]
    once: String,
    reply: String,
    #[live(private)]
    kept: Arc<AtomicUsize>,
}

#[live_view]
impl Feed {
    fn mount(cx: &mut Cx<Self>) -> Self {
        cx.subscribe("feed");
        Feed {
            appended: vec!["line 0".into()],
            prepended: vec!["line 0".into()],
            once: "first".into(),
            reply: "Once upon a time".repeat(50),
            kept: cx.state(),
        }
    }

    #[event_handler]
    fn add(&mut self, text: String) {
        self.kept.store(
            self.appended.len() + self.prepended.len(),
            Ordering::Relaxed,
        );
        self.once.clone_from(&text);
        self.appended.push(text.clone());
        self.prepended.push(text);
    }

    #[event_handler]
    fn token(&mut self, text: String) {
        self.reply.push_str(&text);
    }

    fn handle_info(&mut self, _cx: &mut Cx<Self>, _event: &str, data: Payload) -> Result {
        let text: String = data.get()?;
        self.add(text);
        Ok(())
    }
}

fn feed() -> (Arc<AtomicUsize>, Runtime) {
    let kept = Arc::new(AtomicUsize::new(99));
    let runtime = start(App::new(Arc::clone(&kept)).live::<Feed>("/", "feed"));
    (kept, runtime)
}

/// The texts inside the first element of this name.
fn texts(page: &Page, element: &str) -> Vec<String> {
    let dump = page.dom.dump(true);
    let start = format!("<{element}>");
    let inside = dump
        .lines()
        .skip_while(|line| !line.ends_with(&start))
        .skip(1);
    let inside = inside.take_while(|line| !line.starts_with("|   <") || line.starts_with("|     "));
    inside
        .filter_map(|line| line.trim_start_matches(['|', ' ']).strip_prefix('"'))
        .filter_map(|text| Some(text.strip_suffix('"')?.to_owned()))
        .filter(|text| text.starts_with("line "))
        .collect()
}

#[tokio::test(start_paused = true)]
async fn temporary_fields_are_gone_after_a_render_and_their_rows_stay() {
    let (kept, runtime) = feed();
    let mut page = Browser::new(&runtime).open("/").await;
    assert!(page.has("first"));
    for text in ["line 1", "line 2"] {
        page.event("add", json!({ "text": text })).await;
        assert_eq!(
            kept.load(Ordering::Relaxed),
            0,
            "nothing of the last render is left"
        );
    }
    assert_eq!(texts(&page, "ul"), ["line 0", "line 1", "line 2"]);
    assert_eq!(texts(&page, "ol"), ["line 2", "line 1", "line 0"]);
    page.event("token", json!({"text": "!"})).await;
    assert!(page.has("nothing") && !page.has("first"));
    assert_eq!(texts(&page, "ul").len(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_changed_temporary_field_is_rendered_before_the_next_handler_runs() {
    let (kept, runtime) = feed();
    let mut page = Browser::new(&runtime).open("/").await;
    // These wait together; without temporary fields, they would share a render.
    for n in 1..=20 {
        runtime
            .pubsub()
            .broadcast("feed", "add", &format!("line {n}"))
            .unwrap();
    }
    page.settle().await;
    assert_eq!(kept.load(Ordering::Relaxed), 0);
    let expected: Vec<String> = (0..=20).map(|n| format!("line {n}")).collect();
    assert_eq!(texts(&page, "ul"), expected);
}

#[tokio::test(start_paused = true)]
async fn a_text_that_grows_sends_only_its_growth() {
    let (_, runtime) = feed();
    let mut page = Browser::new(&runtime).open("/").await;
    // The temporary field that `mount` set is gone after this.
    page.event("token", json!({"text": "."})).await;
    let growth = " and a dragon";
    for _ in 0..3 {
        page.event("token", json!({"text": growth})).await;
        let last = page.received.last().unwrap();
        let ToPage::Update { ops, .. } = last else {
            panic!("an update: {last:?}")
        };
        let [op] = ops.as_slice() else {
            panic!("one operation: {ops:?}")
        };
        let Op::Splice {
            insert,
            remove,
            at,
            length,
            ..
        } = &op.0
        else {
            panic!("text that grows: {op:?}")
        };
        assert_eq!((insert.as_str(), *remove, at), (growth, 0, length));
        let bytes = last.encode(Format::MessagePack).len();
        assert!(bytes < growth.len() + 20, "{bytes} bytes");
    }
    assert!(page.has(&growth.repeat(3)));
}
