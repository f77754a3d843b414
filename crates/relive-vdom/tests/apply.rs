//! The page in miniature: what each operation does, and which it refuses.

use relive_vdom::apply::Page;

use relive_vdom::{KeepMode, Namespace, Op, TreeElement, TreeNode};

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

fn splice(node: u32, length: u32, at: u32, remove: u32, insert: &str) -> Op {
    Op::Splice {
        node,
        length,
        at,
        remove,
        insert: insert.into(),
    }
}

fn html(html: &str) -> String {
    html.to_owned()
}

#[test]
fn each_operation_does_what_the_protocol_says() {
    let ul = "<ul> class=\"a\"";
    let (one, two, rest) = (
        "<li> \"one\"",
        "<li> \"\u{1f600}two\"",
        "<!--  c  --> <p> \"x\"",
    );
    let cases: Vec<(Vec<Op>, String)> = vec![
        (vec![], format!("{ul} {one} {two} {rest}")),
        (
            vec![Op::Text {
                node: 3,
                text: html("1"),
            }],
            format!("{ul} <li> \"1\" {two} {rest}"),
        ),
        (
            vec![Op::Text {
                node: 6,
                text: html("d"),
            }],
            format!("{ul} {one} {two} <!-- d --> <p> \"x\""),
        ),
        (
            vec![splice(5, 5, 2, 2, "w")],
            format!("{ul} {one} <li> \"\u{1f600}wo\" {rest}"),
        ),
        (
            vec![splice(5, 5, 0, 2, "")],
            format!("{ul} {one} <li> \"two\" {rest}"),
        ),
        (
            vec![splice(5, 5, 5, 0, "!")],
            format!("{ul} {one} <li> \"\u{1f600}two!\" {rest}"),
        ),
        (
            vec![Op::Attribute {
                node: 1,
                name: html("class"),
                value: html("b"),
            }],
            format!("<ul> class=\"b\" {one} {two} {rest}"),
        ),
        (
            vec![Op::Attribute {
                node: 1,
                name: html("id"),
                value: html("b"),
            }],
            format!("{ul} id=\"b\" {one} {two} {rest}"),
        ),
        (
            vec![Op::RemoveAttribute {
                node: 1,
                name: html("class"),
            }],
            format!("<ul> {one} {two} {rest}"),
        ),
        (
            vec![Op::Before {
                reference: 4,
                first: 9,
                html: html("a<b>c</b>"),
            }],
            format!("{ul} {one} \"a\" <b> \"c\" {two} {rest}"),
        ),
        (
            vec![Op::Append {
                parent: 7,
                first: 9,
                html: html("<i></i>"),
            }],
            format!("{ul} {one} {two} {rest} <i>"),
        ),
        (
            vec![Op::MoveBefore {
                node: 4,
                reference: 2,
            }],
            format!("{ul} {two} {one} {rest}"),
        ),
        (
            vec![Op::MoveToEnd { node: 2 }],
            format!("{ul} {two} <!--  c  --> {one} <p> \"x\""),
        ),
        (
            vec![Op::Permute { nodes: vec![6, 2] }],
            format!("{ul} <!--  c  --> {two} {one} <p> \"x\""),
        ),
        (
            vec![Op::Permute {
                nodes: vec![4, 6, 2],
            }],
            format!("{ul} {two} <!--  c  --> {one} <p> \"x\""),
        ),
        (vec![Op::Remove { node: 2 }], format!("{ul} {two} {rest}")),
        (
            vec![Op::RemoveRange { from: 2, to: 4 }],
            format!("{ul} {rest}"),
        ),
        (
            vec![Op::RemoveRange { from: 4, to: 4 }],
            format!("{ul} {one} {rest}"),
        ),
        (
            vec![Op::Replace {
                node: 2,
                first: 9,
                html: html("<li>new</li>"),
            }],
            format!("{ul} <li> \"new\" {two} {rest}"),
        ),
        (
            vec![Op::Content {
                node: 1,
                first: 9,
                html: html("<li>new</li>"),
            }],
            format!("{ul} <li> \"new\" <p> \"x\""),
        ),
        // A number that is free can be given again.
        (
            vec![
                Op::Remove { node: 2 },
                Op::Append {
                    parent: 7,
                    first: 2,
                    html: html("<b>c</b>"),
                },
            ],
            format!("{ul} {two} {rest} <b> \"c\""),
        ),
        (
            vec![Op::Tree {
                parent: 7,
                before: 8,
                first: 9,
                nodes: vec![
                    TreeNode::Comment(html("k")),
                    TreeNode::Element(TreeElement {
                        namespace: Namespace::Svg,
                        name: html("g"),
                        attributes: vec![(html("id"), html("i"))],
                        children: vec![TreeNode::Text(html("t"))],
                    }),
                ],
            }],
            format!("{ul} {one} {two} <!--  c  --> <p> <!-- k --> <svg g> id=\"i\" \"t\" \"x\""),
        ),
    ];
    for (ops, expected) in cases {
        assert_eq!(applied(&ops), Ok(expected), "{ops:?}");
    }
}

#[test]
fn operations_that_do_not_fit_are_refused() {
    let insert = |reference, first, html: &str| Op::Before {
        reference,
        first,
        html: html.into(),
    };
    let tree = |parent, before, first| Op::Tree {
        parent,
        before,
        first,
        nodes: vec![TreeNode::Text("t".into())],
    };
    for (op, message) in [
        (
            Op::Text {
                node: 9,
                text: html(""),
            },
            "no node has number 9",
        ),
        (
            Op::Text {
                node: 2,
                text: html(""),
            },
            "node 2 is an element",
        ),
        (splice(2, 1, 0, 0, ""), "node 2 is no text"),
        (splice(6, 3, 0, 0, "a"), "node 6 is no text"),
        (splice(3, 4, 0, 0, "a"), "the text has 3 units"),
        (splice(3, 3, 2, 2, "a"), "outside of the text"),
        (splice(3, 3, 4, 0, "a"), "outside of the text"),
        (splice(5, 5, 1, 1, "a"), "cuts a character in two"),
        (
            Op::Attribute {
                node: 3,
                name: html("a"),
                value: html(""),
            },
            "node 3 is no element",
        ),
        (
            Op::RemoveAttribute {
                node: 1,
                name: html("b"),
            },
            "no such attribute",
        ),
        (insert(9, 9, "a"), "no node has number 9"),
        (insert(0, 9, "a"), "the root has no siblings"),
        (insert(4, 5, "a"), "a number is given twice"),
        (insert(4, 4, "<b>x</b>"), "a number is given twice"),
        (
            Op::Append {
                parent: 3,
                first: 9,
                html: html("a"),
            },
            "node 3 is no element",
        ),
        (
            Op::MoveBefore {
                node: 2,
                reference: 8,
            },
            "not siblings",
        ),
        (
            Op::MoveBefore {
                node: 2,
                reference: 2,
            },
            "node 2 is detached",
        ),
        (
            Op::MoveBefore {
                node: 0,
                reference: 2,
            },
            "the root has no siblings",
        ),
        (Op::MoveToEnd { node: 9 }, "no node has number 9"),
        (Op::Permute { nodes: vec![] }, "nothing to permute"),
        (Op::Permute { nodes: vec![2, 8] }, "not siblings"),
        (Op::Permute { nodes: vec![2, 2] }, "a node is listed twice"),
        (Op::Remove { node: 0 }, "the root has no siblings"),
        (
            Op::RemoveRange { from: 4, to: 2 },
            "not two siblings in order",
        ),
        (
            Op::RemoveRange { from: 2, to: 8 },
            "not two siblings in order",
        ),
        (
            Op::RemoveRange { from: 3, to: 7 },
            "not two siblings in order",
        ),
        (tree(1, 8, 9), "not a child of this parent"),
        (tree(3, 0, 9), "node 3 is no element"),
        (tree(1, 2, 7), "a number is given twice"),
        (
            Op::Keep {
                container: 1,
                mode: KeepMode::Append,
                html: html(""),
            },
            "not a container that keeps its children",
        ),
    ] {
        assert_eq!(
            applied(std::slice::from_ref(&op)),
            Err(message.to_owned()),
            "{op:?}"
        );
    }
    // What is gone has no number; nor has what was inside.
    for gone in [1, 2, 3, 5] {
        let ops = [Op::Remove { node: 1 }, Op::Remove { node: gone }];
        assert_eq!(applied(&ops), Err(format!("no node has number {gone}")));
    }
}

#[test]
fn a_page_can_be_numbered_and_filled_anew() {
    let mut page = Page::parse(PAGE).unwrap();
    page.apply(&[Op::Remove { node: 2 }]).unwrap();
    assert_eq!(page.numbers(), [1, 4, 5, 6, 7, 8]);
    page.renumber();
    assert_eq!(page.numbers(), [1, 2, 3, 4, 5, 6]);
    assert!(page.node(0).is_some() && page.node(7).is_none());
    assert_eq!(page.parent_number(1), Some(0));
    assert_eq!(page.parent_number(3), Some(2));
    assert_eq!(page.parent_number(0), None);
    let id = page.node(2).unwrap();
    assert_eq!(page.dump_of(id), "| <li>\n|   \"\u{1f600}two\"\n");
    page.set_root_content("<b>y</b>", 20).unwrap();
    assert_eq!(
        (page.numbers(), inside(&page)),
        (vec![20, 21], "<b> \"y\"".to_owned())
    );
    assert!(page.node(0).is_some() && page.node(1).is_none());
    let deep = "<b>".repeat(501);
    assert!(page.set_root_content(&deep, 30).is_err());
}

#[test]
fn html_is_parsed_where_it_goes() {
    let inside_of = |root: &str, reference: &str, html: &str| {
        let mut page = Page::parse(root).unwrap();
        let reference = reference.parse().unwrap();
        page.apply(&[Op::Append {
            parent: reference,
            first: 50,
            html: html.into(),
        }])
        .unwrap();
        inside(&page)
    };
    for (root, parent, html, expected) in [
        (
            "<table dj-root></table>",
            "0",
            "<tr><td>x",
            "<tbody> <tr> <td> \"x\"",
        ),
        (
            "<svg dj-root></svg>",
            "0",
            "<lineargradient/>",
            "<svg linearGradient>",
        ),
        (
            "<div dj-root><form><p></p></form></div>",
            "2",
            "<form>x</form>",
            "<form> <p> \"x\"",
        ),
        (
            "<div dj-root><p></p></div>",
            "1",
            "<form>x</form>",
            "<p> <form> \"x\"",
        ),
        (
            "<math dj-root><annotation-xml encoding=\"Text/HTML\"></annotation-xml></math>",
            "1",
            "<q>x</q>",
            "<math annotation-xml> encoding=\"Text/HTML\" <q> \"x\"",
        ),
        (
            "<math dj-root><annotation-xml encoding=\"application/xhtml+xml\"></annotation-xml></math>",
            "1",
            "<q>x</q>",
            "<math annotation-xml> encoding=\"application/xhtml+xml\" <q> \"x\"",
        ),
        (
            "<math dj-root><annotation-xml encoding=\"x\"></annotation-xml></math>",
            "1",
            "<q>x</q>",
            "<math annotation-xml> encoding=\"x\" <math q> \"x\"",
        ),
        (
            "<math dj-root><ms2 encoding=\"text/html\"></ms2></math>",
            "1",
            "<q>x</q>",
            "<math ms2> encoding=\"text/html\" <math q> \"x\"",
        ),
        (
            "<div dj-root><annotation-xml encoding=\"text/html\"></annotation-xml></div>",
            "1",
            "<svg/><q>x</q>",
            "<annotation-xml> encoding=\"text/html\" <svg svg> <q> \"x\"",
        ),
        (
            "<math dj-root><mi encoding=\"text/html\"></mi></math>",
            "1",
            "<svg/>",
            "<math mi> encoding=\"text/html\" <svg svg>",
        ),
    ] {
        assert_eq!(inside_of(root, parent, html), expected, "{root} {html}");
    }
}
