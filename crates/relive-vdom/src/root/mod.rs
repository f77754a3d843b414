//! Finding the live root in a rendered page.
//!
//! The root is the element with the attribute `dj-root`. Where there is none, it is the only element of a fragment, or
//! the `body` of a whole page.

mod finder;
mod head;
mod tags;

use std::borrow::Cow;

use crate::error::{Error, ErrorKind, excerpt};
use tags::{Tag, Tags};

pub use finder::RootFinder;
pub use head::{Head, MetaTag, start_tag, start_tags};

/// Where the live root stands in a page. All places are bytes of the page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RootRange {
    /// The `<` of the root's start tag.
    pub start: usize,
    /// Just past the root's end tag.
    pub end: usize,
    /// Where attributes can be added to the start tag: before its `>` or `/>`. What is added begins with a space.
    pub attributes_end: usize,
    /// Whether it has the attribute `dj-root`.
    pub has_root: bool,
    /// Whether it has the attribute `dj-view`.
    pub has_view: bool,
    /// Whether it has the attribute `dj-token`.
    pub has_token: bool,
    /// Whether the page is a fragment: no doctype, no `html`, `head` or `body`.
    pub fragment: bool,
    /// Whether it is the page's `body`: browsers put white space after `</body>` into it.
    pub body: bool,
    /// Whether the end tag is missing, as it may be for `body`; `end` is then the end of the body's content.
    pub unclosed: bool,
}

impl RootRange {
    /// The root's outer HTML, with its end tag.
    pub fn outer<'a>(&self, page: &'a str) -> Cow<'a, str> {
        let html = &page[self.start..self.end];
        if self.unclosed {
            Cow::Owned(format!("{html}</body>"))
        } else {
            Cow::Borrowed(html)
        }
    }

    /// What follows the root in the page; after a `body` without the white space that browsers would put into it.
    pub fn after<'a>(&self, page: &'a str) -> Cow<'a, str> {
        let rest = &page[self.end..];
        if !self.body || !rest.bytes().any(|byte| byte.is_ascii_whitespace()) {
            return Cow::Borrowed(rest);
        }
        let mut out = String::with_capacity(rest.len());
        let mut at = 0;
        let bytes = rest.as_bytes();
        while at < bytes.len() {
            if bytes[at].is_ascii_whitespace() {
                at += 1;
                continue;
            }
            let end = if bytes[at] == b'<' {
                tags::markup_end(bytes, at)
            } else {
                text_end(bytes, at)
            };
            out.push_str(&rest[at..end]);
            at = end;
        }
        Cow::Owned(out)
    }
}

fn text_end(bytes: &[u8], at: usize) -> usize {
    memchr::memchr(b'<', &bytes[at..]).map_or(bytes.len(), |offset| at + offset)
}

/// Finds the live root in a page.
///
/// # Errors
///
/// If there is no element that could be the root, or if a fragment has more than one element or text at its top.
///
/// # Examples
///
/// ```
/// let page = "<!doctype html><body><h1>Hi</h1><main dj-root class=\"a\"><p>1</p></main></body>";
/// let root = relive_vdom::root_range(page)?;
/// assert_eq!(&page[root.start..root.end], "<main dj-root class=\"a\"><p>1</p></main>");
/// assert_eq!(&page[root.attributes_end..root.attributes_end + 1], ">");
/// # Ok::<(), relive_vdom::Error>(())
/// ```
pub fn root_range(page: &str) -> Result<RootRange, Error> {
    let bytes = page.as_bytes();
    let mut tags = Tags::new(bytes);
    let (mut first, mut body) = (None, None);
    while let Some(tag) = tags.next() {
        if tag.is_end {
            continue;
        }
        if tags.in_template() == 0 && tag.has(bytes, b"dj-root") {
            let whole = tags.saw_page();
            return range(page, &tag, !whole);
        }
        if tag.is(bytes, b"body") {
            body.get_or_insert(tag);
        }
        first.get_or_insert(tag);
    }
    if tags.saw_page() {
        let reason = "the page has neither an element with dj-root nor a <body> tag";
        let tag = body.ok_or(ErrorKind::RootNotFound { reason })?;
        return range(page, &tag, false);
    }
    let reason = "the fragment has no element";
    let tag = first.ok_or(ErrorKind::RootNotFound { reason })?;
    let before = stray(page, 0, tag.start);
    let found = range(page, &tag, true)?;
    if let Some((at, second)) = before.or_else(|| stray(page, found.end, page.len())) {
        return Err(ErrorKind::ManyRoots {
            first: tag.name(bytes),
            second,
            at,
        }
        .into());
    }
    Ok(found)
}

/// The range of the element whose start tag this is.
fn range(page: &str, tag: &Tag, fragment: bool) -> Result<RootRange, Error> {
    let bytes = page.as_bytes();
    let body = tag.is(bytes, b"body");
    let close = tags::element_end(bytes, tag);
    let (end, unclosed) = match close {
        Some(end) => (end, false),
        None if body => {
            let html = tags::last_end_tag(bytes, b"html").unwrap_or(bytes.len());
            (page[..html].trim_ascii_end().len(), true)
        }
        None => {
            return Err(ErrorKind::RootUnclosed {
                name: tag.name(bytes),
                at: tag.start,
            }
            .into());
        }
    };
    Ok(RootRange {
        start: tag.start,
        end,
        attributes_end: tag.attributes_end,
        has_root: tag.has(bytes, b"dj-root"),
        has_view: tag.has(bytes, b"dj-view"),
        has_token: tag.has(bytes, b"dj-token"),
        fragment,
        body,
        unclosed,
    })
}

/// Anything but white space and comments in a range: where it is, and what.
fn stray(page: &str, from: usize, to: usize) -> Option<(usize, String)> {
    let bytes = page.as_bytes();
    let mut at = from;
    while at < to {
        if bytes[at].is_ascii_whitespace() {
            at += 1;
        } else if bytes[at..to].starts_with(b"<!--") {
            at = tags::markup_end(bytes, at);
        } else if bytes[at] == b'<' {
            let end = tags::markup_end(bytes, at);
            return Some((at, page[at..end].to_owned()));
        } else {
            return Some((at, format!("text: {:?}", excerpt(&page[at..to]))));
        }
    }
    None
}

#[cfg(test)]
mod tests;
