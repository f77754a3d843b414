//! What no HTML parses to, and elements whose end tag comes or goes.

use relive_vdom::apply::Page;
use relive_vdom::{Document, Hints, Namespace, Op, Patch, TreeElement, TreeNode};

fn ops(old: &str, new: &str) -> Vec<Op> {
    let mut patch = Patch::new();
    Document::parse(old)
        .unwrap()
        .update(new, &Hints::default(), &mut patch)
        .unwrap();
    patch.into_ops()
}

#[test]
fn what_no_html_parses_to_is_sent_as_a_tree() {
    let tree = |parent, before, first| {
        let text = |text: &str| TreeNode::Text(text.into());
        Op::Tree {
            parent,
            before,
            first,
            nodes: vec![TreeNode::Element(TreeElement {
                namespace: Namespace::Html,
                name: "form".into(),
                attributes: vec![],
                children: vec![text("y")],
            })],
        }
    };
    let append = |parent, first, html: &str| Op::Append {
        parent,
        first,
        html: html.into(),
    };
    let cases: &[(&str, &str, Op)] = &[
        // A form in a form, which the parser lets in by mistake only.
        (
            "<form><div>a</form>x</div>",
            "<form><div>a</form>x<form>y</form></div>",
            tree(2, 0, 4),
        ),
        // A form beside a form, or in what is called so in SVG.
        (
            "<form>a</form><section>\r</section>",
            "<form>a</form><section>\r<form>y</form></section>",
            append(3, 5, "<form>y</form>"),
        ),
        (
            "<svg><form><desc>a\r</desc></form></svg>",
            "<svg><form><desc>a\r<form>y</form></desc></form></svg>",
            append(3, 5, "<form>y</form>"),
        ),
        (
            "<svg>\r</svg>",
            "<svg>\r<g><path/></g></svg>",
            append(1, 3, "<g><path></path></g>"),
        ),
        (
            "<math>\r</math>",
            "<math>\r<mi>x</mi></math>",
            append(1, 3, "<mi>x</mi>"),
        ),
        (
            "<math><mi>\r</mi></math>",
            "<math><mi>\r<b>y</b></mi></math>",
            append(2, 4, "<b>y</b>"),
        ),
        (
            "<svg><desc>\r</desc></svg>",
            "<svg><desc>\r<b>y</b></desc></svg>",
            append(2, 4, "<b>y</b>"),
        ),
        (
            "<table>\r</table>",
            "<table>\r<tr><td>y</table>",
            append(1, 3, "<tbody><tr><td>y</td></tr></tbody>"),
        ),
        (
            "<p>a<b>\r</p>",
            "<p>a<b>\r<pre>\n\nx</pre></p>",
            append(1, 5, "<b></b>"),
        ),
    ];
    for (old, new, expected) in cases {
        let page = |inner: &str| format!("<main dj-root>{inner}</main>");
        let ops = ops(&page(old), &page(new));
        if !old.contains("a<b>") {
            assert_eq!(ops, std::slice::from_ref(expected), "{old} to {new}");
        }
        let mut patched = Page::parse(&page(old)).unwrap();
        patched.apply(&ops).unwrap();
        assert_eq!(
            patched.dump(true),
            Page::parse(&page(new)).unwrap().dump(true),
            "{old} to {new}"
        );
    }
}

#[test]
fn what_is_inside_goes_with_the_end_tag() {
    let svg = |inner: &str| format!("<svg dj-root><path/>{inner}</svg>");
    for (old, new, expected) in [
        ("<g><path/></g>", "<g/>", vec![Op::Remove { node: 3 }]),
        (
            "<g><path/><path/></g>",
            "<g/>",
            vec![Op::RemoveRange { from: 3, to: 4 }],
        ),
        ("<g></g>", "<g/>", vec![]),
        ("<g/>", "<g></g>", vec![]),
        (
            "<g/>",
            "<g><path/></g>",
            vec![Op::Append {
                parent: 2,
                first: 3,
                html: "<path/>".into(),
            }],
        ),
        (
            "<g class='a'/>",
            "<g class='b'/>",
            vec![Op::Attribute {
                node: 2,
                name: "class".into(),
                value: "b".into(),
            }],
        ),
        (
            "<g dj-update='append'/>",
            "<g dj-update='append'><path/></g>",
            vec![Op::Keep {
                container: 2,
                mode: relive_vdom::KeepMode::Append,
                html: "<path/>".into(),
            }],
        ),
        (
            "<g dj-update='append'><path/></g>",
            "<g dj-update='append'/>",
            vec![],
        ),
    ] {
        assert_eq!(ops(&svg(old), &svg(new)), expected, "{old} to {new}");
    }
}

/// What may not stand in its like is looked for in all that is above, not in the parent alone.
#[test]
fn what_may_not_nest_is_noticed_where_it_is_put_into_what_was_there() {
    let updated = |old: &str, new: &str| {
        let mut document = Document::parse(old).unwrap();
        let stats = document
            .update(new, &Hints::default(), &mut Patch::new())
            .unwrap();
        let parsed = Document::parse(new).unwrap();
        assert_eq!(document.outline(), parsed.outline(), "{new}");
        stats.outside.is_some()
    };
    for name in ["a", "button", "form"] {
        let old = format!("<div><{name}><div><b><span>x</span></b></div></{name}></div>");
        let new = old.replace("x<", &format!("x<{name}>y</{name}><"));
        assert!(updated(&old, &new), "{new}");
        let beside = format!(
            "{}<{name}>y</{name}></div>",
            old.strip_suffix("</div>").unwrap()
        );
        assert!(!updated(&old, &beside), "{beside}");
    }
}

#[test]
fn pages_outside_of_the_subset_nest_as_deep_as_others_and_no_deeper() {
    let page = |levels: usize, inside: &str| {
        format!(
            "{}{inside}{}",
            "<div>".repeat(levels),
            "</div>".repeat(levels)
        )
    };
    for inside in ["x", "x\r"] {
        // The root is none of the levels.
        assert!(Document::parse(&page(501, inside)).is_ok(), "{inside:?}");
        let error = Document::parse(&page(502, inside)).unwrap_err();
        assert!(error.to_string().contains("500"), "{error}");
    }
}

#[test]
fn content_that_is_shorter_than_its_patch_is_parsed_as_a_whole() {
    // The first child is new and parsed, the second is kept and is not; then the rows make the patch longer than the HTML.
    let old = format!("<div><b></b>{}</div>", "<i a=1 c=1></i>".repeat(20));
    let new = format!(
        "<div><p>x</p><b></b>{}</div>",
        "<i b=2 d=2><u></u></i>".repeat(20)
    );
    let mut document = Document::parse(&old).unwrap();
    let mut patch = Patch::new();
    let stats = document
        .update(&new, &Hints::default(), &mut patch)
        .unwrap();
    assert_eq!(
        (stats.operations, stats.inserted, stats.parsed),
        (1, 43, 43)
    );
    let mut page = Page::parse(&old).unwrap();
    page.apply(patch.ops()).unwrap();
    assert_eq!(page.dump(true), Page::parse(&new).unwrap().dump(true));
    assert_eq!(page.numbers(), document.numbers().collect::<Vec<_>>());
}

#[test]
fn raw_text_comes_into_its_element_after_other_nodes_that_are_new() {
    for (old, new) in [
        (
            "<div><b></b><style></style></div>",
            "<div><b>a<i>b</i>c</b><style>d</style></div>",
        ),
        (
            "<div><b></b><textarea></textarea></div>",
            "<div><b>a<i>b</i>c</b><textarea>d</textarea></div>",
        ),
    ] {
        let mut document = Document::parse(old).unwrap();
        let mut page = Page::parse(old).unwrap();
        // The second one says that all nodes have their numbers.
        for html in [
            new.to_owned(),
            new.replace(">d<", ">e<")
                .replace("</div>", "<u>f</u></div>"),
        ] {
            let mut patch = Patch::new();
            document
                .update(&html, &Hints::default(), &mut patch)
                .unwrap();
            page.apply(patch.ops()).unwrap();
            assert_eq!(page.dump(true), Page::parse(&html).unwrap().dump(true));
            assert_eq!(
                page.numbers(),
                document.numbers().collect::<Vec<_>>(),
                "{html}"
            );
        }
    }
}
