use super::*;
use crate::error::ErrorKind;

/// The root's outer HTML.
fn root(page: &str) -> String {
    match root_range(page) {
        Ok(range) => range.outer(page).into_owned(),
        Err(error) => format!("error: {error}"),
    }
}

#[test]
fn the_element_with_the_attribute_is_the_root() {
    for (page, expected) in [
        ("<body><div dj-root>a</div></body>", "<div dj-root>a</div>"),
        (
            "<p>x</p><div class='>' dj-root=\"\">a<div>b</div></div> y",
            "<div class='>' dj-root=\"\">a<div>b</div></div>",
        ),
        (
            "<!-- <i dj-root></i> --><b DJ-ROOT>x</B >",
            "<b DJ-ROOT>x</B >",
        ),
        (
            "<script>'<i dj-root>'</script><u dj-root></u>",
            "<u dj-root></u>",
        ),
        (
            "<textarea><i dj-root></textarea><u dj-root><textarea></u></textarea></u>",
            "<u dj-root><textarea></u></textarea></u>",
        ),
        (
            "<title></TITLEX><i dj-root></title ><u dj-root>1</u>",
            "<u dj-root>1</u>",
        ),
        (
            "<template><i dj-root></i></template><u dj-root></u>",
            "<u dj-root></u>",
        ),
        (
            "<a title=\"dj-root\">x</a><u dj-root></u>",
            "<u dj-root></u>",
        ),
        (
            "<u dj-root><i dj-root></i></u>",
            "<u dj-root><i dj-root></i></u>",
        ),
        (
            "<a b='<i dj-root>' c=\"</a>\"><u dj-root><!-- </u> --></u></a>",
            "<u dj-root><!-- </u> --></u>",
        ),
        (
            "<svg dj-root><svg/><path/></svg>",
            "<svg dj-root><svg/><path/></svg>",
        ),
        ("<!--><u dj-root></u>-->", "<u dj-root></u>"),
        ("a < b <u dj-root>1 < 2</u>", "<u dj-root>1 < 2</u>"),
    ] {
        assert_eq!(root(page), expected, "{page}");
    }
}

#[test]
fn a_fragment_has_one_element() {
    assert_eq!(
        root(" <!-- c -->\n<ul><li>1</li></ul> <!-- d -->\n"),
        "<ul><li>1</li></ul>"
    );
    for (page, words) in [
        (
            "<p>a</p><p>b</p>",
            "expected one element at the top, but found <p> and, at byte 8, <p>",
        ),
        (
            "<p>a</p> b",
            "expected one element at the top, but found <p> and, at byte 9, text: \"b\"",
        ),
        (
            "b <p>a</p>",
            "expected one element at the top, but found <p> and, at byte 0, text: \"b \"",
        ),
        (
            " text ",
            "found no element that could be the live root: the fragment has no element",
        ),
        ("<p>a", "the live root <p> at byte 0 has no end tag"),
    ] {
        assert_eq!(root(page), format!("error: {words}"), "{page}");
    }
}

#[test]
fn a_page_without_the_attribute_has_its_body() {
    let page = "<!DOCTYPE html>\n<html><head><title><body></title></head>\n<body class=a>\n<p>x</p>\n</body>\n<!-- y z -->\n</html>\n";
    let range = root_range(page).unwrap();
    assert_eq!(range.outer(page), "<body class=a>\n<p>x</p>\n</body>");
    assert_eq!(range.after(page), "<!-- y z --></html>");
    assert!(range.body && !range.fragment && !range.unclosed && !range.has_root);
    let page = "<body>x\n</html>\n";
    let range = root_range(page).unwrap();
    assert_eq!(range.outer(page), "<body>x</body>");
    assert!(range.unclosed);
    let error = root_range("<!doctype html><p>x</p>").unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::RootNotFound { .. }));
}

#[test]
fn attributes_can_be_added() {
    for (page, at, has) in [
        ("<div dj-root>a</div>", 12, (true, false, false)),
        (
            "<div dj-root dj-view='v' dj-token=t >a</div>",
            36,
            (true, true, true),
        ),
        ("<div id=x>a</div>", 9, (false, false, false)),
        (
            "<div dj-rooted dj-viewer>a</div>",
            24,
            (false, false, false),
        ),
    ] {
        let range = root_range(page).unwrap();
        assert_eq!(range.attributes_end, at, "{page}");
        assert_eq!(
            (range.has_root, range.has_view, range.has_token),
            has,
            "{page}"
        );
    }
}

#[test]
fn a_finder_agrees_with_a_full_search() {
    let mut finder = RootFinder::new();
    for page in [
        "<body><div dj-root>a</div><p>x</p></body>",
        "<body><div dj-root>a<b>c</b></div><p>x</p></body>",
        "<body><div dj-root></div><p>x</p></body>",
        "<body><div dj-root class=z>a</div><p>y</p></body>",
        "<body><div dj-root class=z>bb</div><p>y</p></body>",
        "<body><p>x</p></body>",
        "<div dj-root><div></div></div>",
        "<div dj-root></div>",
        "<div dj-root>",
        "<u dj-root/></u>",
    ] {
        let found = finder.find(page);
        assert_eq!(found, root_range(page), "{page}");
    }
}
