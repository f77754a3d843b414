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
fn a_root_may_be_written_in_any_case() {
    for (old, new, inside) in [
        ("<DIV dj-root>a</DIV>", "<div dj-root>a</div>", true),
        ("<div dj-root>a</div>", "<Div dj-root>a</dIV >", false),
        ("<div>a</div>", "<div/>a</div>", true),
        ("<x-y>a</x-y>", "<x-y a=1>a</x-y>", true),
        ("<body>a</body>", "<body>a", false),
        ("<div>a</div>", "<div>a</div\n>", false),
    ] {
        let mut document = Document::parse(old).unwrap();
        update(&mut document, new);
        assert_eq!(document.is_in_subset(), inside, "{new}");
        assert_eq!(
            document.outline(),
            Page::parse(new).unwrap().dump(false),
            "{new}"
        );
    }
    for (old, new) in [
        ("<b>a</b>", "<br>a</br>"),
        ("<dl>a</dl>", "<dl=>a</dl=>"),
        ("<b>a</b>", "<i>a</i>"),
    ] {
        let mut document = Document::parse(old).unwrap();
        let error = document
            .update(new, &Hints::default(), &mut Patch::new())
            .unwrap_err();
        let kind = error.kind();
        assert!(
            matches!(
                kind,
                ErrorKind::RootChanged { .. } | ErrorKind::BadRoot { .. }
            ),
            "{new}"
        );
    }
    for html in [
        "<xmp>a</xmp>",
        "<head></head>",
        "<noscript>a</noscript>",
        "<textarea>a</textarea>",
        "<img/>",
    ] {
        assert!(
            matches!(
                Document::parse(html).unwrap_err().kind(),
                ErrorKind::BadRoot { .. }
            ),
            "{html}"
        );
    }
    for html in [
        "<div>a</p>",
        "<div>a</divx>",
        "<div>a</div x>",
        "<div>a</di>",
        "<div>a</",
        "<div>a</div",
        "<div>",
    ] {
        let error = Document::parse(html).unwrap_err();
        assert!(
            matches!(error.kind(), ErrorKind::RootUnclosed { .. }),
            "{html}: {error}"
        );
    }
    for html in ["<1>", "< div>a</div>", "<", "<!div>", "</div>"] {
        assert!(
            matches!(
                Document::parse(html).unwrap_err().kind(),
                ErrorKind::NoRoot { .. }
            ),
            "{html}"
        );
    }
}

#[test]
fn roots_of_all_kinds_parse_as_html5ever_has_it() {
    for html in [
        "<svg dj-root viewbox=1><path/><p>x</p></svg>",
        "<math dj-root><mi>x</mi><annotation-xml><p>y</annotation-xml></math>",
        "<tbody dj-root><tr><td>1<td>2</tbody>",
        "<select dj-root><option>a<option>b<optgroup label=c></select>",
        "<colgroup dj-root><col><col>x</colgroup>",
        "<form dj-root><form>x</form></form>",
        "<form dj-root>\r<p></form>",
        "<p dj-root><div>x</div></p>",
        "<ruby dj-root>a<rt>b<rp>c</ruby>",
        "<button dj-root class='a\"b' class=c @x=1 =y>\r</button>",
    ] {
        let document = Document::parse(html).unwrap();
        let page = Page::parse(html).unwrap();
        assert_eq!(document.outline(), page.dump(false), "{html}");
        assert_eq!(
            (document.checksum(), document.nodes()),
            (page.checksum(), page.numbers().len())
        );
    }
}

#[test]
fn trees_are_those_of_the_standard() {
    // As html5lib writes trees; what html5ever makes of them is the page's, whatever the differ says.
    for (html, tree) in [
        ("<p a=1>x<p>y", "<p> a=\"1\" \"x\" <p> \"y\""),
        ("<math><mi>x</mi></math>", "<math math> <math mi> \"x\""),
        (
            "<svg viewbox=1 xlink:href=2><g/></svg>",
            "<svg svg> viewBox=\"1\" xlink:href=\"2\" <svg g>",
        ),
        ("<svg><desc><p>x", "<svg svg> <svg desc> <p> \"x\""),
        ("<b><p>x</b>y", "<b> <p> <b> \"x\" \"y\""),
        ("<table>x<td>y", "\"x\" <table> <tbody> <tr> <td> \"y\""),
        (
            "<!-- a --><!b><?c d>",
            "<!--  a  --> <!-- b --> <!-- ?c d -->",
        ),
        ("<noscript><p>x</noscript>", "<noscript>"),
        ("<body class=a><html id=b>x", "\"x\""),
        ("a<!doctype html>b", "\"ab\""),
        ("<a>1<a>2", "<a> \"1\" <a> \"2\""),
        (
            "<math><annotation-xml encoding=text/html><p>x",
            "<math math> <math annotation-xml> encoding=\"text/html\" <p> \"x\"",
        ),
        (
            "<select><b>x</b><option>y",
            "<select> <b> \"x\" <option> \"y\"",
        ),
    ] {
        for html in [
            format!("<div dj-root>{html}</div>"),
            format!("<div dj-root>{html}\r</div>"),
        ] {
            let outline = Document::parse(&html).unwrap().outline();
            let lines = outline
                .lines()
                .skip(2)
                .map(|line| line.trim_start_matches(['|', ' ']));
            let found = lines.collect::<Vec<_>>().join(" ");
            assert!(
                found.starts_with(tree.trim_end_matches('"')),
                "{html}: {found}"
            );
        }
    }
}

#[test]
fn a_node_is_sent_anew_with_what_is_inside() {
    let sent = |html: &str, number: u32| {
        let mut document = Document::parse(html).unwrap();
        let next = document.next_number();
        let before = document.numbers().collect::<Vec<_>>();
        let resync = document.html_of(number).unwrap();
        assert_eq!(resync.first, next);
        let content = match resync.content {
            Content::Html(html) => html.into_owned(),
            Content::Tree(nodes) => format!("{} nodes", nodes.len()),
        };
        let place = before.iter().position(|own| *own == number).unwrap();
        let after: Vec<u32> = document.numbers().collect();
        let changed = after.iter().zip(&before).filter(|(a, b)| a != b).count();
        assert_eq!(
            after[place..place + changed],
            (next..next + changed as u32).collect::<Vec<_>>()
        );
        (content, changed)
    };
    let page = "<div dj-root><p>a<b>c</b></p><ul><li>1</li><li>2<i>3</i></li></ul>d</div>";
    for (number, html, count) in [
        (1, "<p>a<b>c</b></p>", 4),
        (2, "a", 1),
        (3, "<b>c</b>", 2),
        (4, "c", 1),
        (5, "<ul><li>1</li><li>2<i>3</i></li></ul>", 7),
        (6, "<li>1</li>", 2),
        (8, "<li>2<i>3</i></li>", 4),
        (10, "<i>3</i>", 2),
        (11, "3", 1),
        (12, "d", 1),
    ] {
        assert_eq!(sent(page, number), (html.to_owned(), count), "{number}");
        // Outside of the subset, it reads the same.
        let outside = page.replace("d</div>", "d\r</div>");
        if number < 12 {
            assert_eq!(sent(&outside, number), (html.to_owned(), count), "{number}");
        }
    }
    // In its place a link in a link has no text.
    let unspeakable = "<div dj-root><b><a>1<table><a>2</table></b></div>";
    assert!(sent(unspeakable, 1).0.ends_with("nodes"));
    let foreign = "<div dj-root>\r<svg><g><path/></g><desc><p>x</p></desc></svg><math><mi>y</mi></math></div>";
    for (number, html) in [
        (3, "<g><path></path></g>"),
        (4, "<path></path>"),
        (6, "<p>x</p>"),
        (9, "<mi>y</mi>"),
    ] {
        assert_eq!(sent(foreign, number).0, html, "{number}");
    }
    let section = "<div dj-root>\r<section><form>x</form></section></div>";
    assert_eq!(sent(section, 2).0, "<section><form>x</form></section>");
    // A form inside of a form's inside.
    let form = "<div dj-root>\r<form><p>x</p></form></div>";
    assert_eq!(sent(form, 3).0, "<p>x</p>");
}

#[test]
fn a_render_that_is_cut_short_is_an_error_and_changes_nothing() {
    let mut errors = 0;
    for seed in 0..60 {
        let pair = pair(seed);
        let document = Document::parse(&pair.old).unwrap();
        let places = pair.new.char_indices().map(|(at, _)| at);
        for cut in places.filter(|at| at % 3 == seed as usize % 3) {
            let (mut cut_short, mut patch) = (document.clone(), Patch::new());
            let short = &pair.new[..cut];
            let Err(error) = cut_short.update(short, &Hints::default(), &mut patch) else {
                // An end tag inside can be the root's.
                assert_eq!(cut_short.outline(), Page::parse(short).unwrap().dump(false));
                continue;
            };
            let fits = matches!(
                error.kind(),
                ErrorKind::RootUnclosed { .. }
                    | ErrorKind::NoRoot { .. }
                    | ErrorKind::RootChanged { .. }
                    | ErrorKind::BadRoot { .. }
            );
            assert!(fits, "{short:?}: {error}");
            assert!(patch.is_empty() && cut_short.html() == document.html());
            assert!(cut_short.numbers().eq(document.numbers()));
            assert!(Document::parse(short).is_err());
            errors += 1;
        }
    }
    assert!(errors > 400, "{errors}");
}

#[test]
fn a_copy_is_the_same_document() {
    for seed in 0..200 {
        let pair = pair(seed);
        let first = Document::parse(&pair.old).unwrap();
        let mut other = Document::parse("<b>x</b>").unwrap();
        other.clone_from(&first);
        for mut copy in [first.clone(), other] {
            let numbers: Vec<u32> = first.numbers().collect();
            assert_eq!(
                (copy.html(), copy.outline()),
                (first.html(), first.outline())
            );
            assert_eq!(copy.numbers().collect::<Vec<_>>(), numbers);
            assert_eq!(copy.next_number(), first.next_number());
            let ops = update(&mut copy, &pair.new);
            assert_eq!(ops, update(&mut first.clone(), &pair.new));
        }
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
fn white_space_around_the_root_is_nothing() {
    let mut document = Document::parse(" \n<p dj-root>a</p>\n").unwrap();
    assert_eq!(document.html(), "<p dj-root>a</p>");
    assert_eq!(update(&mut document, "\n\n<p dj-root>a</p> "), []);
    assert_eq!(
        update(&mut document, "\t\r\x0c<p dj-root>a</p>\x0c\r\t"),
        []
    );
    // Regions are places in the HTML as it was given: this one lies, and is believed.
    let lie = Region {
        old: 14,
        new: 13,
        len: 1,
    };
    let mut patch = Patch::new();
    update(&mut document, "\n\n\n<p dj-root>a</p>");
    document
        .update(
            "\n\n<p dj-root>b</p>",
            &Hints { regions: &[lie] },
            &mut patch,
        )
        .unwrap();
    assert!(patch.is_empty());
    document
        .update("<p dj-root>c</p>", &Hints { regions: &[] }, &mut patch)
        .unwrap();
    assert_eq!(
        patch.ops(),
        [Op::Text {
            node: 1,
            text: "c".into()
        }]
    );
    // Those that cannot be are not.
    for (old, new, len) in [
        (0, 0, 1000),
        (2, 0, 1),
        (14, 14, 0),
        (usize::MAX, 0, 1),
        (1, 1, 17),
        (0, 0, usize::MAX),
        (0, usize::MAX, 1),
    ] {
        let mut document = Document::parse(" <p dj-root>a</p>").unwrap();
        let mut patch = Patch::new();
        let regions = [Region { old, new, len }];
        document
            .update(
                " <p dj-root>b</p>",
                &Hints { regions: &regions },
                &mut patch,
            )
            .unwrap();
        assert_eq!(patch.len(), 1);
    }
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

#[test]
fn a_document_holds_its_html_and_twenty_bytes_for_each_node() {
    for seed in 0..500 {
        let pair = pair(seed);
        let mut document = Document::parse(&pair.old).unwrap();
        for html in [&pair.new, &pair.old, &pair.new] {
            update(&mut document, html);
            if !document.is_in_subset() {
                continue;
            }
            let needed = html.len() + 20 * (document.nodes() + 1);
            // A vector that has grown and shrunk may have room for twice as much.
            assert!(
                document.memory() <= 2 * needed + 3000,
                "{} for {needed}",
                document.memory()
            );
        }
        let fresh = Document::parse(&pair.new).unwrap();
        if fresh.is_in_subset() {
            assert_eq!(
                fresh.memory(),
                pair.new.trim().len() + 20 * (fresh.nodes() + 1)
            );
        }
    }
}

#[test]
fn where_html_leaves_the_subset_is_told_at_each_update() {
    let mut document = Document::parse("<div dj-root><b>1</b></div>").unwrap();
    let mut outside = |html: &str| {
        let stats = document
            .update(html, &Hints::default(), &mut Patch::new())
            .unwrap();
        assert_eq!(stats.outside.is_none(), document.is_in_subset());
        stats.outside
    };
    assert_eq!(outside("<div dj-root><b>2</b></div>"), None);
    assert_eq!(outside("<div dj-root><b>2</b><p>x</div>"), Some(25));
    assert_eq!(outside("<div dj-root><b>2</b><p>x</div>"), Some(25));
    assert_eq!(outside("<div dj-root><b>2</b><p>y</div>"), Some(25));
    assert_eq!(outside("<div dj-root><b>2</b></div>"), None);
    // A carriage return is found before anything else.
    assert_eq!(outside("<div dj-root><b>2</b><p>x\r</div>"), Some(25));
    assert_eq!(outside("<div dj-root><b>2</b></div>"), None);
    assert_eq!(outside("<div dj-root><b>2</b>\0</div>"), Some(21));
}
