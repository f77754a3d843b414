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

#[test]
fn what_follows_a_body_loses_the_white_space_that_browsers_would_put_into_it() {
    for (after, expected) in [
        ("</html>", "</html>"),
        ("\n</html>\n", "</html>"),
        (" <!-- a b --> x y </html> ", "<!-- a b -->x y </html>"),
        ("\n<!doctype a b><p a=' > '>\n", "<!doctype a b><p a=' > '>"),
        ("text", "text"),
    ] {
        let page = format!("<body>a</body>{after}");
        let range = root_range(&page).unwrap();
        assert_eq!(range.after(&page), expected, "{after}");
    }
    let page = "<body><p dj-root>a</p> b </body>";
    assert_eq!(root_range(page).unwrap().after(page), " b </body>");
}

#[test]
fn tags_are_read_as_browsers_read_them() {
    for (page, expected) in [
        // Comments end at `-->`, `--!>`, or at once.
        (
            "<u dj-root>a<!-- </u> --!>b</u>",
            "<u dj-root>a<!-- </u> --!>b</u>",
        ),
        ("<u dj-root>a<!-->b</u>-->", "<u dj-root>a<!-->b</u>"),
        ("<u dj-root>a<!--->b</u>-->", "<u dj-root>a<!--->b</u>"),
        ("<u dj-root>a<!---->b</u>", "<u dj-root>a<!---->b</u>"),
        (
            "<u dj-root>a<!-- --!> </u> --></u>",
            "<u dj-root>a<!-- --!> </u>",
        ),
        // Bogus comments end at `>`.
        ("<u dj-root><! </u>></u>", "<u dj-root><! </u>></u>"),
        ("<u dj-root><? </u>></u>", "<u dj-root><? </u>></u>"),
        ("<u dj-root></ </u>></u>", "<u dj-root></ </u>></u>"),
        ("<u dj-root>1 <2 </u>", "<u dj-root>1 <2 </u>"),
        // Raw text ends at its own end tag only.
        (
            "<u dj-root><script></u></scripty></script ></u>",
            "<u dj-root><script></u></scripty></script ></u>",
        ),
        (
            "<u dj-root><STYLE></u></style/></u>",
            "<u dj-root><STYLE></u></style/></u>",
        ),
        (
            "<u dj-root><xmp></u></xmp\n></u>",
            "<u dj-root><xmp></u></xmp\n></u>",
        ),
        (
            "<u dj-root><title></u></title\t></u>",
            "<u dj-root><title></u></title\t></u>",
        ),
        ("<u dj-root><u>a</u>b</u>c", "<u dj-root><u>a</u>b</u>"),
        ("<u dj-root><U>a</U>b</u>c", "<u dj-root><U>a</U>b</u>"),
        ("<u dj-root><u/>a</u>b</u>c", "<u dj-root><u/>a</u>b</u>"),
        ("<svg dj-root><svg/>a</svg>b", "<svg dj-root><svg/>a</svg>"),
        (
            "<textarea dj-root><u></textarea>b",
            "<textarea dj-root><u></textarea>",
        ),
        (
            "<template><template></template><i dj-root></i></template><u dj-root></u>",
            "<u dj-root></u>",
        ),
        ("</template><u dj-root></u>", "<u dj-root></u>"),
        ("<i title=dj-root></i><u dj-root></u>", "<u dj-root></u>"),
    ] {
        assert_eq!(root(page), expected, "{page}");
    }
    for page in [
        "<u dj-root>",
        "<u dj-root><!-- </u>",
        "<u dj-root><script></u>",
        "<textarea dj-root>a",
        "<u dj-root></u",
    ] {
        let error = root_range(page).unwrap_err();
        assert!(
            matches!(error.kind(), ErrorKind::RootUnclosed { .. }),
            "{page}: {error}"
        );
    }
}

#[test]
fn a_page_is_told_from_a_fragment() {
    for (page, fragment) in [
        ("<p dj-root>a</p>", true),
        ("<!DOCTYPE html><p dj-root>a</p>", false),
        ("<!doctyp html><p dj-root>a</p>", true),
        ("<html><p dj-root>a</p>", false),
        ("<head></head><p dj-root>a</p>", false),
        ("<body><p dj-root>a</p>", false),
        ("<header></header><p dj-root>a</p>", true),
        ("<!-- <body> --><p dj-root>a</p>", true),
    ] {
        assert_eq!(root_range(page).unwrap().fragment, fragment, "{page}");
    }
    let range = root_range("<!doctype html><head></head><body id=x>a</body>").unwrap();
    assert!(range.body && !range.fragment);
    assert_eq!((range.start, range.end, range.attributes_end), (28, 47, 38));
    let range = root_range("<p id=x />a</p>").unwrap();
    assert_eq!(range.attributes_end, 8);
}

#[test]
fn a_finder_does_not_read_the_inside_of_a_root_it_knows() {
    let mut finder = RootFinder::new();
    let first = "<body><i></i><div dj-root>a<b></b></div> <p></p></body>";
    assert_eq!(finder.find(first), root_range(first));
    // Where the root is closed early, that shows.
    let stray = "<body><i></i><div dj-root>a</div>b</div> <p></p></body>";
    let found = finder.find(stray).unwrap();
    assert_eq!(found.outer(stray), "<div dj-root>a</div>b</div>");
    assert_eq!(
        finder.find_anew(stray).unwrap().outer(stray),
        "<div dj-root>a</div>"
    );
    // What stands around it has changed, or overlaps.
    for page in [
        "<body><i></i><div dj-root></div> <p></p></body>",
        "<body><i>x</i><div dj-root>a</div> <p></p></body>",
        "<body><i></i><div dj-root>a</div> <p>x</p></body>",
        "<div dj-root></div>",
        "<div dj-root>a</div>",
        "<div dj-root",
        "<br dj-root/></br>",
        "<body>a",
        "<body>b",
    ] {
        assert_eq!(finder.find(page), root_range(page), "{page}");
    }
}

#[test]
fn markup_ends_and_the_last_end_tag_are_found() {
    // Two comments that end before they begin.
    assert_eq!(tags::markup_end(b"ab<!-->c>", 2), 7);
    assert_eq!(tags::markup_end(b"ab<!--->c>", 2), 8);
    assert_eq!(tags::markup_end(b"ab<!--c-->d>", 2), 10);
    assert_eq!(tags::last_end_tag(b"<u></u>x</U>y</b><u>", b"u"), Some(8));
    assert_eq!(tags::last_end_tag(b"<u></b><u>", b"u"), None);
}
