//! Containers of streams: found by id wherever they stand, and changed as the page changes them.

use relive_protocol::{Format, Operations};
use relive_vdom::apply::{Confirmation, Page};
use relive_vdom::{Document, Hints, Op, Patch, Sink, StreamChange, id_before, row_key};

#[test]
fn containers_are_found_by_their_id() {
    for (html, id, found) in [
        ("<main><ul id=a dj-update=stream></ul></main>", "a", Some(1)),
        (
            "<main>x<p>y</p><div><!--c--><ul dj-update=\"stream\" id=\"b&amp;c\"></ul></div></main>",
            "b&c",
            Some(6),
        ),
        (
            "<main><ul id=a dj-update=stream></ul><ul id=b dj-update=stream></ul></main>",
            "b",
            Some(2),
        ),
        // Outside of the strict subset.
        (
            "<main><p>x<p>y<ul id=a dj-update=stream></ul></main>",
            "a",
            Some(5),
        ),
        (
            "<main><UL ID=a dj-update=stream></UL><br/></main>",
            "a",
            Some(1),
        ),
        // Not there, no stream, or inside of something that is somebody else's.
        ("<main><ul id=a dj-update=stream></ul></main>", "b", None),
        ("<main><ul id=a dj-update=append></ul></main>", "a", None),
        (
            "<main><div dj-update=ignore><ul id=a dj-update=stream></ul></div></main>",
            "a",
            None,
        ),
        ("<main id=a dj-update=stream></main>", "a", None),
    ] {
        let document = Document::parse(html).unwrap();
        assert_eq!(document.stream_container(id), found, "{html}");
        if let Some(number) = found {
            let mut page = Page::parse(html).unwrap();
            let change = StreamChange::Reset;
            let op = Op::Stream {
                container: number,
                change,
            };
            page.apply(&[op]).expect("the page has the same number");
        }
    }
}

#[test]
fn a_container_keeps_its_number_and_its_rows_while_the_rest_changes() {
    let mut document = Document::parse("<main><ul id=a dj-update=stream></ul></main>").unwrap();
    let mut page =
        Page::parse("<main><ul id=a dj-update=stream><li id=1>1</li></ul></main>").unwrap();
    for html in [
        "<main><p>new</p><ul id=a dj-update=stream></ul></main>",
        "<main><p>new</p><ul id=a dj-update=stream class=c></ul><p>x</p></main>",
        "<main><ol></ol><ul id=a dj-update=stream></ul></main>",
    ] {
        let mut patch = Patch::new();
        document
            .update(html, &Hints::default(), &mut patch)
            .unwrap();
        page.apply(patch.ops()).unwrap();
        assert_eq!(
            document
                .stream_container("a")
                .and_then(|number| page.node(number)),
            page.node(1)
        );
        assert!(page.dump(true).contains("id=\"1\""), "{}", page.dump(true));
    }
    // All of it anew: the container is another one, and keeps its rows by its id.
    let first = document.root_content().first;
    page.set_root_content("<ol></ol><ul id=a dj-update=stream></ul>", first)
        .unwrap();
    assert!(page.dump(true).contains("id=\"1\""));
    assert!(page.node(document.stream_container("a").unwrap()).is_some());
}

#[test]
fn changes_of_rows_in_the_model() {
    let rows = "<li id=a>1</li>\n<li dj-key='b\"'>2</li>\n<li data-key=c>3</li>\n";
    let insert = |at: i32, html: &str| StreamChange::Insert {
        at,
        html: html.into(),
    };
    let update = |html: &str| StreamChange::Update { html: html.into() };
    let delete = |key: &str| StreamChange::Delete { key: key.into() };
    let limit = |rows: i32| StreamChange::Limit { rows };
    for (change, expected) in [
        (insert(-1, "<li id=d>4</li>\n"), "1 2 3 4"),
        (insert(0, "<li id=d>4</li>\n<li id=e>5</li>\n"), "4 5 1 2 3"),
        (insert(2, "<li id=d>4</li>"), "1 2 4 3"),
        (insert(3, "<li id=d>4</li>"), "1 2 3 4"),
        (
            insert(0, "<li id=c>three</li>\n<li id=d>4</li>"),
            "4 1 2 three",
        ),
        (update("<li id=a>one</li>\n<li id=z>no</li>\n"), "one 2 3"),
        (delete("b\""), "1 3"),
        (delete("z"), "1 2 3"),
        (StreamChange::Reset, ""),
        (limit(2), "1 2"),
        (limit(-2), "2 3"),
        (limit(-4), "1 2 3"),
        (limit(0), ""),
    ] {
        let mut page = Page::parse(&format!(
            "<main><ul id=s dj-update=stream>\n{rows}</ul></main>"
        ))
        .unwrap();
        let op = Op::Stream {
            container: 1,
            change,
        };
        page.apply(std::slice::from_ref(&op)).unwrap();
        let dump = page.dump(true);
        let texts = dump
            .lines()
            .filter_map(|line| line.trim_start_matches(['|', ' ']).strip_prefix('"'));
        let texts: Vec<&str> = texts
            .filter_map(|text| text.strip_suffix('"'))
            .filter(|text| !text.is_empty())
            .collect();
        assert_eq!(texts.join(" "), expected, "{op:?}\n{dump}");
    }
    let mut page = Page::parse("<main><ul id=s></ul></main>").unwrap();
    let op = Op::Stream {
        container: 1,
        change: StreamChange::Reset,
    };
    assert!(page.apply(&[op]).is_err(), "not a container");
}

#[test]
fn ids_and_keys_are_decoded() {
    let html = "<p id=x></p><ul id=\"a&lt;b\" dj-update=stream>\n  \n</ul>";
    let place = html.find("\n").unwrap() + 3;
    assert_eq!(id_before(html, place).as_deref(), Some("a<b"));
    assert_eq!(id_before("<ul>x", 5), None);
    assert_eq!(id_before("x", 1), None);
    for (row, key) in [
        ("<li dj-key=a id=b>", Some("a")),
        ("<li id=b data-key='&amp;'>", Some("&")),
        ("<li id=''>", None),
        ("text", None),
        ("<!--c-->", None),
    ] {
        assert_eq!(row_key(row).as_deref(), key, "{row}");
    }
}

#[test]
fn what_stands_between_rows_goes_with_the_row_before_it() {
    let page = |rows: &str| {
        Page::parse(&format!(
            "<main><ul id=s dj-update=stream>{rows}</ul></main>"
        ))
    };
    for (key, left) in [
        ("a", "-<li id=b>2</li>..<li id=c>3</li>,"),
        ("b", "-<li id=a>1</li>+<!--x--><li id=c>3</li>,"),
        ("c", "-<li id=a>1</li>+<!--x--><li id=b>2</li>.."),
    ] {
        let mut changed =
            page("-<li id=a>1</li>+<!--x--><li id=b>2</li>..<li id=c>3</li>,").unwrap();
        let change = StreamChange::Delete { key: key.into() };
        let container = 1;
        changed.apply(&[Op::Stream { container, change }]).unwrap();
        assert_eq!(changed.dump(true), page(left).unwrap().dump(true), "{key}");
    }
}

#[test]
fn content_that_comes_whole_leaves_rows_where_they_are() {
    for (mode, rows) in [
        ("append", "<li id=a>1</li><li id=b>2</li>"),
        ("stream", "<li id=a>1</li><li id=b>2</li>"),
        ("prepend", "<li id=b>2</li><li id=a>1</li>"),
        ("ignore", "<li id=a>1</li>"),
    ] {
        let html = |rows: &str| format!("<ul id=s dj-update={mode}>{rows}</ul>");
        let main = |inside: &str| Page::parse(&format!("<main>{inside}</main>")).unwrap();
        let mut page = main(&html("<li id=a>1</li>"));
        page.set_root_content(&html("<li id=b>2</li>"), 7).unwrap();
        assert_eq!(page.dump(true), main(&html(rows)).dump(true), "{mode}");
        assert_eq!(page.numbers(), [7]);
    }
}

#[test]
fn content_is_confirmed_or_differs() {
    let mut page =
        Page::parse("<main><b>1</b><ul id=s dj-update=stream><li>x</li></ul></main>").unwrap();
    page.confirm_content("<b>1</b><ul id=s dj-update=stream></ul>", 5)
        .unwrap();
    assert_eq!(page.numbers(), [5, 6, 7]);
    let text = |node| Op::Text {
        node,
        text: "1".into(),
    };
    assert!(page.apply(&[text(2)]).is_err(), "an old number");
    page.apply(&[
        text(6),
        Op::Append {
            parent: 0,
            first: 8,
            html: "<i></i>".into(),
        },
    ])
    .unwrap();
    page.apply(&[Op::Remove { node: 8 }]).unwrap();
    let differs = page.confirm_content("<b>2</b><ul id=s dj-update=stream></ul>", 9);
    assert!(
        matches!(&differs, Err(Confirmation::Differs { have, sent }) if have.contains("\"1\"") && sent.contains("\"2\"")),
        "{differs:?}"
    );
    assert_eq!(page.numbers(), [5, 6, 7]);
}

#[test]
fn changes_of_rows_are_weighed_as_they_are_written() {
    for container in [1, 200, 70_000] {
        for change in [
            StreamChange::Insert {
                at: -1,
                html: "<li>1</li>".into(),
            },
            StreamChange::Insert {
                at: 300,
                html: String::new(),
            },
            StreamChange::Update {
                html: "x".repeat(40),
            },
            StreamChange::Delete { key: "k".into() },
            StreamChange::Reset,
            StreamChange::Limit { rows: -200 },
        ] {
            let (mut patch, mut sink) = (
                Patch::new(),
                Operations::new(Format::MessagePack, Vec::new()),
            );
            patch.stream(container, &change);
            sink.stream(container, &change);
            assert_eq!(patch.mark().bytes, sink.bytes(), "{container} {change:?}");
        }
    }
}
