//! The page in miniature: rows by column, and containers that keep their rows.

use relive_vdom::apply::Page;
use relive_vdom::{KeepMode, Op, Rows, Slot};

/// 1 `ul`, 2 `li`, 3 text, 4 `li`, 5 text, 6 comment, 7 `p`, 8 text; the root is 0.
const PAGE: &str =
    "<div dj-root><ul class=\"a\"><li>one</li><li>\u{1f600}two</li><!-- c --></ul><p>x</p></div>";

fn applied(ops: &[Op]) -> Result<String, String> {
    let mut page = Page::parse(PAGE).unwrap();
    page.apply(ops).map_err(|error| {
        assert_eq!(error.index, ops.len() - 1);
        error.message.split(": ").next().unwrap().to_owned()
    })?;
    // Every number leads to a node, and every node has one.
    let numbers = page.numbers();
    assert_eq!(numbers.len(), page.ids().len());
    for (number, id) in numbers.iter().zip(page.ids()) {
        assert_eq!(page.node(*number), Some(id));
        assert!(page.parent_number(*number).is_some());
    }
    Ok(inside(&page))
}

/// What is inside the root, in short.
fn inside(page: &Page) -> String {
    let dump = page.dump(true);
    let lines = dump
        .lines()
        .skip(2)
        .map(|line| line.trim_start_matches(['|', ' ']));
    lines.collect::<Vec<_>>().join(" ")
}

fn rows(separator: &'static str) -> Rows<'static> {
    let slot =
        |offset, name: Option<&'static str>, prefix: &'static str, suffix: &'static str| Slot {
            offset,
            name: name.map(Into::into),
            column: 0,
            prefix: prefix.into(),
            suffix: suffix.into(),
        };
    Rows {
        parent: 1,
        before: 4,
        first: 9,
        html: "<li id=\"r1\"><b>1</b><!--1--></li>".into(),
        separator: separator.into(),
        slots: vec![
            slot(0, Some("id"), "r", ""),
            slot(2, None, "", "."),
            slot(3, None, "", ""),
        ],
        columns: vec![vec!["2".into(), "3".into()]],
    }
}

#[test]
fn rows_are_copies_of_the_first_with_other_values() {
    let row = |k: &str, end: &str| format!("<li> id=\"r{k}\" <b> \"{k}{end}\" <!-- {k} -->");
    let whole = |between: &str| {
        let (one, two, three) = (row("1", ""), row("2", "."), row("3", "."));
        format!(
            "<ul> class=\"a\" <li> \"one\" {one}{between}{two}{between}{three} <li> \"\u{1f600}two\" <!--  c  --> <p> \"x\""
        )
    };
    assert_eq!(applied(&[Op::Rows(rows(""))]), Ok(whole(" ")));
    assert_eq!(applied(&[Op::Rows(rows("--"))]), Ok(whole(" \"--\" ")));
    let mut page = Page::parse(PAGE).unwrap();
    page.apply(&[Op::Rows(rows("--"))]).unwrap();
    assert_eq!(
        page.numbers(),
        [
            1, 2, 3, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 4, 5, 6, 7, 8
        ]
    );
}

#[test]
fn rows_to_keep_are_known_by_key() {
    let kept = |mode, rows: &str| {
        let mut page = Page::parse(
            "<div dj-root><ul dj-update=append><li id=a>1</li><li dj-key=b id=x>2</li><li data-key=c>3</li></ul></div>",
        )
        .unwrap();
        page.apply(&[Op::Keep {
            container: 1,
            mode,
            html: rows.into(),
        }])
        .unwrap();
        let dump = page.dump(true);
        let texts = dump
            .lines()
            .filter_map(|line| line.trim_start_matches(['|', ' ']).strip_prefix('"'));
        texts
            .map(|text| text.trim_end_matches('"'))
            .collect::<Vec<_>>()
            .join(" ")
    };
    use KeepMode::{Append, Prepend};
    for (mode, rows, expected) in [
        (Append, "<li id=n>n</li>", "1 2 3 n"),
        (Prepend, "<li id=n>n</li>", "n 1 2 3"),
        (Prepend, "<li id=n>n</li><li id=m>m</li>", "n m 1 2 3"),
        (Append, "<li id=n>n</li><li id=m>m</li>", "1 2 3 n m"),
        (Append, "<li id=a>A</li>", "A 2 3"),
        (Prepend, "<li id=b>B</li><li data-key=c>C</li>", "1 B C"),
        (Append, "<li id=x>X</li>", "1 2 3 X"),
        (Append, "<li>n</li><li>n</li>", "1 2 3 n n"),
        (Append, "<li id=\"\">n</li>", "1 2 3 n"),
        (Append, "<li class=b>n</li><li class=a>n</li>", "1 2 3 n n"),
        (Append, "<li class=z id=a>A</li>", "A 2 3"),
        (Prepend, "text<li id=a>A</li>", "text A 2 3"),
    ] {
        assert_eq!(kept(mode, rows), expected, "{mode:?} {rows}");
    }
}

#[test]
fn rows_that_do_not_fit_are_refused() {
    let wrong_rows = |change: &dyn Fn(&mut Rows<'static>)| {
        let mut rows = rows("");
        change(&mut rows);
        Op::Rows(rows)
    };
    for (op, message) in [
        (
            wrong_rows(&|rows| rows.html = "<li></li><li></li>".into()),
            "the row is not one node",
        ),
        (
            wrong_rows(&|rows| rows.html = "text".into()),
            "the row is no element",
        ),
        (
            wrong_rows(&|rows| rows.columns.clear()),
            "columns of different lengths",
        ),
        (
            wrong_rows(&|rows| rows.columns.push(vec!["x".into()])),
            "columns of different lengths",
        ),
        (
            wrong_rows(&|rows| rows.slots[0].offset = 4),
            "a slot outside of the row",
        ),
        (
            wrong_rows(&|rows| rows.slots[0].column = 1),
            "no such column",
        ),
        (
            wrong_rows(&|rows| rows.slots[0].offset = 1),
            "no such attribute",
        ),
        (
            wrong_rows(&|rows| rows.slots[0].offset = 2),
            "a slot of another kind",
        ),
        (
            wrong_rows(&|rows| rows.slots[1].offset = 1),
            "a slot of another kind",
        ),
    ] {
        assert_eq!(applied(&[op]), Err(message.to_owned()));
    }
}
