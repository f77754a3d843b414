//! What can be a live root, and the trees inside.

use relive_vdom::apply::Page;
use relive_vdom::{Content, Document, ErrorKind, Hints, Op, Patch};

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
