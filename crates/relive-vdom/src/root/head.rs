//! What stands around the live root and belongs to it: the page's title, its `<meta>` values, and the root's attributes.

use std::ops::Range;

use super::tags::{self, Tag, Tags};
use crate::parse::decode;

/// The head of a page, or of whatever stands before the live root.
///
/// ```
/// let page = "<!doctype html><head><title>A &amp; B</title><meta name=author content=me></head><body>";
/// let head = relive_vdom::Head::of(page);
/// assert_eq!(head.title.unwrap().1, "A & B");
/// assert_eq!((head.metas[0].name.as_str(), head.metas[0].content.as_str()), ("author", "me"));
/// assert_eq!(&page[head.end..], "</head><body>");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Head {
    /// Where the first `title` element stands, and its text.
    pub title: Option<(Range<usize>, String)>,
    /// The `<meta>` tags that have a name, in order.
    pub metas: Vec<MetaTag>,
    /// Where something can be added to the head.
    pub end: usize,
}

/// A `<meta>` tag with `name` or `property`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MetaTag {
    /// Where it stands.
    pub tag: Range<usize>,
    /// The value of `property`, or else of `name`.
    pub name: String,
    /// The value of `content`.
    pub content: String,
}

impl Head {
    /// Reads the tags of `page`, up to the end of its head.
    pub fn of(page: &str) -> Self {
        let bytes = page.as_bytes();
        let mut head = Head {
            end: page.len(),
            ..Head::default()
        };
        for tag in Tags::new(bytes) {
            if (tag.is_end && tag.is(bytes, b"head")) || (!tag.is_end && tag.is(bytes, b"body")) {
                head.end = tag.start;
                break;
            }
            if tag.is_end {
                continue;
            }
            if tag.is(bytes, b"title")
                && head.title.is_none()
                && let Some(end) = tags::element_end(bytes, &tag)
            {
                let text = page[tag.end..end].rsplit_once("</");
                let text = decode::text(text.map_or("", |(text, _)| text).as_bytes());
                head.title = Some((tag.start..end, collapse(&text)));
            } else if tag.is(bytes, b"meta")
                && let Some(meta) = meta(page, &tag)
            {
                head.metas.push(meta);
            }
        }
        head
    }
}

fn meta(page: &str, tag: &Tag) -> Option<MetaTag> {
    let attributes = tag.attributes(page);
    let value = |wanted: &str| {
        let found = attributes.iter().find(|(name, _)| name == wanted);
        found.map(|(_, value)| value.clone())
    };
    Some(MetaTag {
        tag: tag.start..tag.end,
        name: value("property").or_else(|| value("name"))?,
        content: value("content").unwrap_or_default(),
    })
}

/// As `document.title` gives it.
fn collapse(text: &str) -> String {
    let words: Vec<&str> = text.split_ascii_whitespace().collect();
    words.join(" ")
}

/// The name and the attributes of the start tag that `html` begins with, in lower case, each attribute once.
///
/// ```
/// let (name, attributes) = relive_vdom::start_tag(r#"<MAIN class="a&amp;b" hidden>x"#).unwrap();
/// assert_eq!(name, "main");
/// assert_eq!(attributes, [("class".into(), "a&b".into()), ("hidden".into(), "".into())]);
/// ```
pub fn start_tag(html: &str) -> Option<(String, Vec<(String, String)>)> {
    start_tags(html).next()
}

/// The same of all start tags in a piece of a page.
///
/// ```
/// let names = relive_vdom::start_tags("<nav><!-- <i> --><b>x</b></nav>").map(|(name, _)| name);
/// assert_eq!(names.collect::<Vec<_>>(), ["nav", "b"]);
/// ```
pub fn start_tags(html: &str) -> impl Iterator<Item = (String, Vec<(String, String)>)> {
    let tags = Tags::new(html.as_bytes()).filter(|tag| !tag.is_end);
    tags.map(|tag| (tag.name(html.as_bytes()), tag.attributes(html)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_scripts_and_the_body_are_not_the_head() {
        let page = "<!-- <title>no</title> --><script>'<title>no</title>'</script><TITLE> a\n <b </TITLE >\
                    <meta charset=utf-8><meta name=a content='1'><meta property=\"og:x\" name=y content=\"&lt;2\"></head>\
                    <title>no</title><meta name=no>";
        let head = Head::of(page);
        let (place, title) = head.title.unwrap();
        assert_eq!(title, "a <b");
        assert_eq!(&page[place], "<TITLE> a\n <b </TITLE >");
        let metas: Vec<_> = head
            .metas
            .iter()
            .map(|meta| (&*meta.name, &*meta.content))
            .collect();
        assert_eq!(metas, [("a", "1"), ("og:x", "<2")]);
        assert_eq!(
            &page[head.metas[0].tag.clone()],
            "<meta name=a content='1'>"
        );
        assert!(page[head.end..].starts_with("</head>"));
    }

    #[test]
    fn what_has_no_head_ends_where_the_body_begins_or_at_its_end() {
        assert_eq!(Head::of("<!doctype html><p>x").end, 19);
        assert_eq!(Head::of("<!doctype html><body class=a><p>").end, 15);
        assert_eq!(Head::of("<title>never closed").title, None);
        assert_eq!(start_tag("no tag"), None);
        let (name, attributes) = start_tag("<MAIN A=b>x").unwrap();
        assert_eq!(
            (&*name, attributes),
            ("main", vec![("a".into(), "b".into())])
        );
    }

    #[test]
    fn the_first_title_counts_and_nothing_else_is_one() {
        let title = |page| Head::of(page).title.map(|(_, title)| title);
        assert_eq!(title("<style>a</style><script>b</script>"), None);
        assert_eq!(
            title("<style>a</style><title>b</title><title>c</title>").as_deref(),
            Some("b")
        );
    }
}
