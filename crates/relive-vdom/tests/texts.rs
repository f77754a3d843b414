//! How changes of texts are sent.

use relive_vdom::{Document, Hints, Op, Patch};

fn ops(old: &str, new: &str) -> Vec<Op> {
    let mut patch = Patch::new();
    Document::parse(old)
        .unwrap()
        .update(new, &Hints::default(), &mut patch)
        .unwrap();
    patch.into_ops()
}

#[test]
fn texts_are_spliced_in_utf16_units() {
    let splice = |length, at, remove, insert: &str| Op::Splice {
        node: 1,
        length,
        at,
        remove,
        insert: insert.into(),
    };
    let text = |text: &str| Op::Text {
        node: 1,
        text: text.into(),
    };
    for (old, new, op) in [
        (
            "Hello, world of texts",
            "Hello, World of texts",
            splice(21, 7, 1, "W"),
        ),
        (
            "a long text with \u{1f600} in it",
            "a long text with \u{1f601} in it",
            splice(25, 17, 2, "\u{1f601}"),
        ),
        (
            "a long text with \u{e9} in it",
            "a long text with \u{e8} in it",
            splice(24, 17, 1, "\u{e8}"),
        ),
        (
            "a long text &amp; more of it",
            "a long text &lt; more of it",
            splice(24, 12, 1, "<"),
        ),
        // The two letters end in the same byte.
        (
            "a long text with \u{e9} in it",
            "a long text with \u{169} in it",
            splice(24, 17, 1, "\u{169}"),
        ),
        (
            "tokens stream in",
            "tokens stream in, one by one",
            splice(16, 16, 0, ", one by one"),
        ),
        (
            "aaaaaaaaaaaaaaaa",
            "aaaaaaaaaaaaaaaaaaaa",
            splice(16, 16, 0, "aaaa"),
        ),
        ("ab", "cd", text("cd")),
        ("x", "&#13;y", text("\ry")),
    ] {
        assert_eq!(
            ops(
                &format!("<p dj-root>{old}</p>"),
                &format!("<p dj-root>{new}</p>")
            ),
            [op]
        );
    }
}

/// A text of words that stand for themselves.
fn numbered(count: usize) -> Vec<String> {
    (0..count).map(|n| format!("word{n}")).collect()
}

#[test]
fn a_long_text_is_spliced_in_each_place_that_changed() {
    let old = numbered(100);
    let mut new = old.clone();
    new[10] = "\u{1f600}\u{1f600}".into();
    new[50].push_str(" and more");
    new.remove(80);
    new.push("end".into());
    let page = |words: &[String]| format!("<p dj-root>{}</p>", words.join(" "));
    let splice = |length, at, remove, insert: &str| Op::Splice {
        node: 1,
        length,
        at,
        remove,
        insert: insert.into(),
    };
    // 690 units of words, 99 spaces. Each splice stands on those before it.
    assert_eq!(
        ops(&page(&old), &page(&new)),
        [
            splice(689, 60, 6, "\u{1f600}\u{1f600}"),
            splice(687, 345, 0, "and more "),
            splice(696, 557, 7, ""),
            splice(689, 689, 0, " end"),
        ]
    );
}

#[test]
fn changes_that_are_near_are_one_splice() {
    let old = numbered(100);
    let change = |places: &[usize]| {
        let mut new = old.clone();
        places.iter().for_each(|&place| new[place] = "x".into());
        let page = |words: &[String]| format!("<p dj-root>{}</p>", words.join(" "));
        ops(&page(&old), &page(&new))
    };
    assert_eq!(change(&[20, 21]).len(), 1);
    assert_eq!(change(&[20, 22]).len(), 1);
    assert_eq!(change(&[20, 35]).len(), 2);
    // Where every other word changed, the text is shorter than so many splices.
    let every = |step: usize| change(&(0..100).step_by(step).collect::<Vec<_>>());
    assert_eq!(every(1).len(), 1);
    assert!(matches!(every(1)[..], [Op::Text { .. }]));
    assert!(every(2).len() <= 2, "{:?}", every(2));
    assert_eq!(every(5).len(), 20);
}

#[test]
fn the_text_of_a_script_is_taken_as_it_is_written() {
    let page = |inner: &str| format!("<div dj-root>{inner}<b>x</b></div>");
    let text = |text: &str| {
        vec![Op::Text {
            node: 2,
            text: text.into(),
        }]
    };
    for (old, new, expected) in [
        (
            "<script>a</script>",
            "<script>&amp;</script>",
            text("&amp;"),
        ),
        ("<style>a</style>", "<style>b > c</style>", text("b > c")),
        ("<title>a</title>", "<title>&amp;</title>", text("&")),
        (
            "<textarea>a</textarea>",
            "<textarea>\nb</textarea>",
            text("b"),
        ),
        ("<textarea>a</textarea>", "<textarea>\na</textarea>", vec![]),
        (
            "<script>a</script>",
            "<script class=b>a</script>",
            vec![Op::Attribute {
                node: 1,
                name: "class".into(),
                value: "b".into(),
            }],
        ),
        (
            "<script>a</script>",
            "<script></script>",
            vec![Op::Remove { node: 2 }],
        ),
        (
            "<script></script>",
            "<script>a</script>",
            vec![Op::Append {
                parent: 1,
                first: 4,
                html: "a".into(),
            }],
        ),
    ] {
        assert_eq!(ops(&page(old), &page(new)), expected, "{old} to {new}");
    }
}

#[test]
fn edits_are_joined_where_a_splice_would_cost_more_than_what_is_between_them() {
    // A splice of this text takes nine bytes beside what it puts in: two of the operation, one of the node, two of each of
    // `length` and `at`, one of `remove` and one of the text's head.
    let page = |between: &str, end: &str| {
        let filler = "so many words stay as they are, ".repeat(5);
        format!("<p dj-root>A{end} {between} B{end} {filler}C{end}.</p>")
    };
    let count = |between: &str| ops(&page(between, "old"), &page(between, "new")).len();
    // With the letter before it and the spaces around it, nine bytes, and ten.
    assert_eq!(count("bcdefg"), 2);
    assert_eq!(count("bcdefgh"), 3);
}
