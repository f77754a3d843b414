//! What a document promises beside the law: errors, numbers, resyncs, zones, hints.

use relive_vdom::apply::Page;
use relive_vdom::generate::{Random, pair};
use relive_vdom::{Content, Document, ErrorKind, Hints, Op, Patch, Region};

fn update(document: &mut Document, html: &str) -> Vec<Op> {
    let mut patch = Patch::new();
    document
        .update(html, &Hints::default(), &mut patch)
        .unwrap();
    patch.into_ops()
}

fn ops(old: &str, new: &str) -> Vec<Op> {
    update(&mut Document::parse(old).unwrap(), new)
}

#[test]
fn what_is_no_root_is_an_error() {
    for (html, message) in [
        (
            "",
            "expected a live root, one element, but the HTML begins with \"\"",
        ),
        (
            "text",
            "expected a live root, one element, but the HTML begins with \"text\"",
        ),
        (
            "<!-- c --><p></p>",
            "expected a live root, one element, but the HTML begins with \"<!-- c --><p></p>\"",
        ),
        ("<br>", "<br> cannot be a live root"),
        ("<script></script>", "<script> cannot be a live root"),
        ("<template></template>", "<template> cannot be a live root"),
        ("<html></html>", "<html> cannot be a live root"),
        ("<div>a", "the live root <div> at byte 0 has no end tag"),
    ] {
        assert_eq!(
            Document::parse(html).unwrap_err().to_string(),
            message,
            "{html}"
        );
    }
}

#[test]
fn a_root_keeps_its_element() {
    let mut document = Document::parse("<div dj-root>a</div>").unwrap();
    let mut patch = Patch::new();
    let error = document
        .update("<main dj-root>b</main>", &Hints::default(), &mut patch)
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "the live root was <div> and is now <main>; a live view keeps its root element"
    );
    assert!(patch.is_empty());
    assert_eq!(document.html(), "<div dj-root>a</div>");
    assert!(matches!(
        document
            .update("x", &Hints::default(), &mut patch)
            .unwrap_err()
            .kind(),
        ErrorKind::NoRoot { .. }
    ));
}

#[test]
fn the_roots_attributes_are_those_of_node_0() {
    assert_eq!(
        ops(
            "<div dj-root class=\"a\" id=x>t</div>",
            "<div dj-root class=\"b\" lang=en>t</div>"
        ),
        [
            Op::Attribute {
                node: 0,
                name: "class".into(),
                value: "b".into()
            },
            Op::Attribute {
                node: 0,
                name: "lang".into(),
                value: "en".into()
            },
            Op::RemoveAttribute {
                node: 0,
                name: "id".into()
            },
        ]
    );
}

#[test]
fn white_space_around_the_root_is_nothing() {
    let mut document = Document::parse(" \n<p dj-root>a</p>\n").unwrap();
    assert_eq!(document.html(), "<p dj-root>a</p>");
    assert_eq!(update(&mut document, "\n\n<p dj-root>a</p> "), []);
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

#[test]
fn spelling_is_no_change() {
    for (old, new) in [
        ("<b class='a'>x &amp; y</b>", "<b  class=a >x & y</b>"),
        ("<i hidden>&lt;</i>", "<i hidden=\"\">&#60;</i>"),
        ("<br>", "<br/>"),
        ("<pre>\na</pre>", "<pre>a</pre>"),
        ("<svg><path d=\"\"/></svg>", "<svg><path d></path></svg>"),
        ("<ul><li>a</li></ul>", "<ul><li>a</ul>"),
        ("<P>x</P>", "<p>x</p>"),
        ("<p>x\r\ny</p>", "<p>x\ny</p>"),
    ] {
        assert_eq!(
            ops(
                &format!("<div dj-root>{old}</div>"),
                &format!("<div dj-root>{new}</div>")
            ),
            []
        );
    }
}

#[test]
fn zones_belong_to_others() {
    let within = |inner: &str| format!("<div dj-root>{inner}</div>");
    let keep = |mode, html: &str| {
        vec![Op::Keep {
            container: 1,
            mode,
            html: html.into(),
        }]
    };
    use relive_vdom::KeepMode::{Append, Prepend};
    let cases: &[(&str, &str, Vec<Op>)] = &[
        (
            "<i dj-update=ignore>a</i>",
            "<i dj-update=ignore>b<b></b></i>",
            vec![],
        ),
        (
            "<i dj-update=other>a</i>",
            "<i dj-update=other>b</i>",
            vec![],
        ),
        ("<i dj-root>a</i>", "<i dj-root>b</i>", vec![]),
        (
            "<i id=dj-flash-container>a</i>",
            "<i id=dj-flash-container>b</i>",
            vec![],
        ),
        (
            "<i dj-update=append><b>1</b></i>",
            "<i dj-update=append><b>2</b></i>",
            keep(Append, "<b>2</b>"),
        ),
        (
            "<i dj-update=stream><b>1</b></i>",
            "<i dj-update=stream><b>2</b></i>",
            keep(Append, "<b>2</b>"),
        ),
        (
            "<i dj-update=prepend></i>",
            "<i dj-update=prepend><b>2</b></i>",
            keep(Prepend, "<b>2</b>"),
        ),
        (
            "<i dj-update=append><b>1</b></i>",
            "<i dj-update=append> </i>",
            vec![],
        ),
        (
            "<i dj-update=append><b>1</b></i>",
            "<i dj-update=append><b>1</b></i>",
            vec![],
        ),
        (
            "<i dj-update=ignore class=a>1</i>",
            "<i dj-update=ignore class=b>2</i>",
            vec![Op::Attribute {
                node: 1,
                name: "class".into(),
                value: "b".into(),
            }],
        ),
        (
            "<i dj-update=ignore>1</i>",
            "<i>1</i>",
            vec![Op::Replace {
                node: 1,
                first: 2,
                html: "<i>1</i>".into(),
            }],
        ),
        (
            "<template><b>1</b></template>",
            "<template><b>2</b></template>",
            vec![Op::Replace {
                node: 1,
                first: 2,
                html: "<template><b>2</b></template>".into(),
            }],
        ),
        (
            "<noscript><b>1</b></noscript>",
            "<noscript><b>2</b></noscript>",
            vec![Op::Replace {
                node: 1,
                first: 2,
                html: "<noscript><b>2</b></noscript>".into(),
            }],
        ),
    ];
    for (old, new, expected) in cases {
        assert_eq!(&ops(&within(old), &within(new)), expected, "{old} to {new}");
        // Outside of the subset as well.
        assert_eq!(
            ops(
                &within(&format!("{old}<p>x")),
                &within(&format!("{new}<p>x"))
            )
            .len(),
            expected.len(),
            "{old} to {new}, outside of the subset"
        );
    }
}

#[test]
fn names_that_only_the_parser_takes_replace_the_element() {
    assert_eq!(
        ops(
            "<p dj-root><b @click=1>x</b></p>",
            "<p dj-root><b @click=2>x</b></p>"
        ),
        [Op::Replace {
            node: 1,
            first: 3,
            html: "<b @click=2>x</b>".into()
        }]
    );
    let svg = |path: &str| format!("<svg dj-root>{path}</svg>");
    assert_eq!(
        ops(&svg("<use/>"), &svg("<use xlink:href=\"#a\"/>")),
        [Op::Replace {
            node: 1,
            first: 2,
            html: "<use xlink:href=\"#a\"/>".into()
        }]
    );
    assert_eq!(
        ops(
            &svg("<use xlink:href=\"#b\"/>"),
            &svg("<use xlink:href=\"#a\"/>")
        ),
        [Op::Attribute {
            node: 1,
            name: "xlink:href".into(),
            value: "#a".into()
        }]
    );
}

#[test]
fn what_outgrows_its_html_is_sent_as_html() {
    let item = |k: usize| format!("<b class=\"one two\" title=\"{k}\" lang=\"en\">{k}</b>");
    let old: String = (0..40).map(item).collect();
    let new = "<b>x</b>".repeat(40);
    assert_eq!(
        ops(
            &format!("<p dj-root>{old}</p>"),
            &format!("<p dj-root>{new}</p>")
        ),
        [Op::Content {
            node: 0,
            first: 81,
            html: new
        }]
    );
}

#[test]
fn a_resync_brings_page_and_document_together() {
    for seed in 0..3000 {
        let pair = pair(seed);
        let mut document = Document::parse(&pair.old).unwrap();
        let mut page = Page::parse(&pair.old).unwrap();
        let next = document.next_number();
        let resync = document.root_content();
        assert_eq!(resync.first, next);
        let Content::Html(html) = resync.content else {
            panic!("a root's content is always HTML")
        };
        page.set_root_content(&html, next).unwrap();
        assert_eq!(
            document.numbers().collect::<Vec<_>>(),
            page.numbers(),
            "seed {seed}"
        );
        assert_eq!(
            page.dump(true),
            Page::parse(&pair.old).unwrap().dump(true),
            "seed {seed}"
        );
        // One node, taken anew.
        let numbers: Vec<u32> = document.numbers().collect();
        if let Some(&number) = numbers.get(seed as usize % numbers.len().max(1)) {
            let before = page.dump(true);
            let resync = document.html_of(number).unwrap();
            let (first, content) = (resync.first, resync.content);
            let parent_op = match content {
                Content::Html(html) => vec![Op::Replace {
                    node: number,
                    first,
                    html: html.into_owned(),
                }],
                Content::Tree(nodes) => {
                    let parent = page.parent_number(number).unwrap();
                    vec![
                        Op::Tree {
                            parent,
                            before: number,
                            first,
                            nodes,
                        },
                        Op::Remove { node: number },
                    ]
                }
            };
            page.apply(&parent_op)
                .unwrap_or_else(|error| panic!("seed {seed}: {error}\n{}", pair.old));
            assert_eq!(
                page.dump(true),
                before,
                "seed {seed}: node {number}\n{}",
                pair.old
            );
            assert_eq!(
                document.numbers().collect::<Vec<_>>(),
                page.numbers(),
                "seed {seed}"
            );
        }
        document.renumber();
        page.renumber();
        assert_eq!(document.numbers().collect::<Vec<_>>(), page.numbers());
        assert_eq!(document.next_number() as usize, document.nodes() + 1);
        page.apply(&update(&mut document, &pair.new)).unwrap();
        assert_eq!(
            page.dump(false),
            Page::parse(&pair.new).unwrap().dump(false),
            "seed {seed}"
        );
    }
    assert!(
        Document::parse("<p dj-root>a</p>")
            .unwrap()
            .html_of(7)
            .is_none()
    );
}

/// Ranges that are equal, found by comparing bytes: some of them, in any order, repeated.
fn regions(random: &mut Random, old: &str, new: &str) -> Vec<Region> {
    let (old, new) = (old.as_bytes(), new.as_bytes());
    let mut regions = Vec::new();
    for _ in 0..random.below(6) {
        let (from_old, from_new) = match random.below(3) {
            0 => (
                old.len() - old.len().min(new.len()),
                new.len() - old.len().min(new.len()),
            ),
            1 => (random.below(old.len()), random.below(new.len())),
            _ => {
                let at = random.below(old.len().min(new.len()));
                (at, at)
            }
        };
        let equal = old[from_old..]
            .iter()
            .zip(&new[from_new..])
            .take_while(|(a, b)| a == b)
            .count();
        let len = random.below(equal + 1);
        let region = Region {
            old: from_old,
            new: from_new,
            len,
        };
        regions.extend([region].repeat(1 + random.below(2)));
    }
    regions
}

#[test]
fn hints_change_nothing_but_the_time() {
    for seed in 0..20_000 {
        let pair = pair(seed);
        let mut random = Random::new(seed);
        let regions = regions(&mut random, &pair.old, &pair.new);
        let mut document = Document::parse(&pair.old).unwrap();
        let mut patch = Patch::new();
        document
            .update(&pair.new, &Hints { regions: &regions }, &mut patch)
            .unwrap();
        let mut page = Page::parse(&pair.old).unwrap();
        page.apply(patch.ops())
            .unwrap_or_else(|error| panic!("seed {seed}: {error}"));
        assert_eq!(
            page.dump(false),
            Page::parse(&pair.new).unwrap().dump(false),
            "seed {seed}: {regions:?}"
        );
        assert_eq!(document.html(), pair.new.trim());
        let mut again = Patch::new();
        document
            .update(&pair.new, &Hints::default(), &mut again)
            .unwrap();
        assert!(again.is_empty());
    }
}

#[test]
fn renders_follow_renders() {
    let mut random = Random::new(3);
    for seed in 0..300 {
        let first = pair(seed);
        let mut document = Document::parse(&first.old).unwrap();
        let mut page = Page::parse(&first.old).unwrap();
        let root = first.old.split([' ', '>']).next().unwrap().to_owned();
        for _ in 0..20 {
            let next = pair(random.number() % 100_000).new;
            if next.split([' ', '>']).next() != Some(&root) {
                continue;
            }
            page.apply(&update(&mut document, &next)).unwrap();
            assert_eq!(page.dump(false), Page::parse(&next).unwrap().dump(false));
            assert_eq!(document.outline(), page.dump(false));
            assert_eq!(document.numbers().collect::<Vec<_>>(), page.numbers());
        }
    }
}
