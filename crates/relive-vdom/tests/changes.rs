//! Which operations a change comes to.

use relive_vdom::apply::Page;

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
fn what_outgrows_its_html_is_sent_as_html_wherever_it_stands() {
    let chip = |k: usize| format!("<b class=\"one two\" title=\"{k}\" lang=\"en\">{k}</b>");
    let old: String = (0..40).map(chip).collect();
    let new = "<b>x</b>".repeat(40);
    let before = "<i>before</i>".repeat(400);
    let contents = |old: &str, new: &str| {
        let ops = ops(old, new);
        let mut page = Page::parse(old).unwrap();
        page.apply(&ops).unwrap();
        assert_eq!(page.dump(true), Page::parse(new).unwrap().dump(true));
        let contents = ops
            .iter()
            .filter(|op| matches!(op, Op::Content { .. }))
            .count();
        (contents, ops.len())
    };
    let page = |chips: &str| format!("<div dj-root>{before}<p>{chips}</p><p>end</p></div>");
    assert_eq!(contents(&page(&old), &page(&new)), (1, 1));
    // Its bytes have been parsed already, since its parent's children were matched.
    let moved = |chips: &str, title: &str| {
        format!(
            "<div dj-root>{title}<section><h3>a</h3><p>{chips}</p><i>c</i></section><u>b</u></div>"
        )
    };
    let (found, count) = contents(&moved(&old, "<h1>1</h1>"), &moved(&new, "<h2>2</h2>new"));
    assert_eq!(found, 1, "{count} operations");
    // A few changes are worth more than what they cost.
    let few = (0..40)
        .map(|k| if k < 3 { "<b>x</b>".into() } else { chip(k) })
        .collect::<String>();
    assert_eq!(contents(&page(&old), &page(&few)).0, 0);
}

#[test]
fn rows_that_become_zones_are_zones() {
    let row = |id: &str, update: &str| {
        format!("<p id=\"{id}\" dj-update=\"{update}\"><b>{id}</b><i>x</i><u>y</u></p>")
    };
    let odd = [
        ("dj-flash-container", "replace"),
        ("dj&#45;flash-container", "replace"),
        ("r3", "ignore"),
        ("r3", "append"),
    ];
    for (id, zone) in odd {
        let rows: String = (0..9)
            .map(|k| {
                if k == 5 {
                    row(id, zone)
                } else {
                    row(&format!("r{k}"), "replace")
                }
            })
            .collect();
        let html = format!("<div dj-root>{rows}</div>");
        assert_eq!(
            Document::parse(&html).unwrap().outline(),
            Page::parse(&html).unwrap().dump(false)
        );
        let mut page = Page::parse("<div dj-root></div>").unwrap();
        page.apply(&ops("<div dj-root></div>", &html)).unwrap();
        assert_eq!(page.dump(true), Page::parse(&html).unwrap().dump(true));
        assert_eq!(page.checksum(), Page::parse(&html).unwrap().checksum());
    }
}

#[test]
fn rows_of_texts_that_begin_with_a_newline_read_as_they_are() {
    let html = |text: &str| {
        let rows: String = (0..6)
            .map(|k| {
                format!(
                    "<div><b>{k}</b><pre>{}</pre></div>",
                    if k == 3 { text } else { "a" }
                )
            })
            .collect();
        format!("<div dj-root>{rows}</div>")
    };
    for text in ["\nb", "\n\nb", "\n", ""] {
        let html = html(text);
        assert_eq!(
            Document::parse(&html).unwrap().outline(),
            Page::parse(&html).unwrap().dump(false)
        );
    }
}

#[test]
fn white_space_between_rows_stays_when_rows_move() {
    let page = |order: &[usize]| {
        let rows: String = order
            .iter()
            .map(|k| format!("\n  <li id=\"{k}\">{k}</li>"))
            .collect();
        format!("<ul dj-root>{rows}\n</ul>")
    };
    let ops = ops(
        &page(&[0, 1, 2, 3, 4, 5, 6, 7]),
        &page(&[5, 2, 7, 0, 6, 4, 1, 3]),
    );
    let [Op::Permute { nodes }] = ops.as_slice() else {
        panic!("{ops:?}")
    };
    assert!(nodes.len() <= 8, "{nodes:?}");
}

#[test]
fn the_subset_ends_where_nesting_does_not_say_it_all() {
    for (html, inside) in [
        ("<p>a</p><div><p>b</p></div>", true),
        ("<p><div>x</div></p>", false),
        ("<p><button><div>x</div></button></p>", true),
        ("<ul><li><ul><li>x</li></ul></li></ul>", true),
        ("<ul><li><div><li>x</li></div></li></ul>", false),
        ("<a><b><a>x</a></b></a>", false),
        (
            "<a><table><tbody><tr><td><a>x</a></td></tr></tbody></table></a>",
            true,
        ),
        ("<h1><h2>x</h2></h1>", false),
        ("<h1><b><h2>x</h2></b></h1>", true),
        ("<button><i><button>x</button></i></button>", false),
        ("<form><div><form>x</form></div></form>", false),
        ("<table><tr><td>x</td></tr></table>", false),
        (
            "<table> <tbody>\n<tr> <td>x</td></tr></tbody></table>",
            true,
        ),
        ("<table><tbody>x<tr><td>x</td></tr></tbody></table>", false),
        ("<select><option>a</option> b</select>", true),
        ("<select><b>a</b></select>", false),
        ("<dl><dt>a</dt><dd><dl><dd>b</dd></dl></dd></dl>", true),
        ("<dl><dd><dd>b</dd></dd></dl>", false),
        (
            "<ruby>a<rt>b</rt></ruby><svg viewBox=\"0\"><path d=\"\"/><title>t</title></svg>",
            true,
        ),
        ("<rt>b</rt>", false),
        ("<svg viewbox=\"0\"></svg>", false),
        ("<svg><lineargradient></lineargradient></svg>", false),
        ("<svg><p>x</p></svg>", false),
        ("<svg><foreignObject><p>x</p></foreignObject></svg>", true),
        ("<b class=a class=b>x</b>", false),
        ("<B>x</B>", false),
        ("<b>x</b >", false),
        (
            "<script>a<b</script><style>p > a {}</style><textarea>\nx</textarea>",
            true,
        ),
        ("<script><!-- <script></script> --></script>", false),
        ("<script>x</SCRIPT></script>", false),
        ("<!-- a --><!---->", true),
        ("<!-- a --!>", false),
        ("<!-->", false),
        ("<!doctype x>", false),
        ("a < b", false),
        ("a\r\nb", false),
        ("&notit; &amp &#x80;", true),
    ] {
        let html = format!("<div dj-root>{html}</div>");
        let document = Document::parse(&html).unwrap();
        assert_eq!(document.is_in_subset(), inside, "{html}");
        let page = Page::parse(&html).unwrap();
        assert_eq!(document.outline(), page.dump(false), "{html}");
        // An update comes to the same as a parse.
        let mut updated = Document::parse("<div dj-root></div>").unwrap();
        updated
            .update(&html, &Hints::default(), &mut Patch::new())
            .unwrap();
        assert_eq!(updated.is_in_subset(), inside, "{html}");
        assert_eq!(updated.outline(), page.dump(false), "{html}");
    }
}
