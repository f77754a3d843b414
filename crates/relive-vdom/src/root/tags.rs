//! The tags of a page, in order: comments, raw text and the content of templates understood.

use memchr::{memchr, memmem};

use crate::parse::attributes::Attributes;
use crate::parse::decode;
use crate::parse::start_tag::name_end;

/// A tag.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tag {
    pub(super) start: usize,
    /// Just past its `>`.
    pub(super) end: usize,
    pub(super) is_end: bool,
    name_end: usize,
    pub(super) attributes_end: usize,
    self_closing: bool,
}

impl Tag {
    fn name_range(&self) -> (usize, usize) {
        (self.start + 1 + usize::from(self.is_end), self.name_end)
    }

    pub(super) fn is(&self, page: &[u8], name: &[u8]) -> bool {
        let (from, to) = self.name_range();
        page[from..to].eq_ignore_ascii_case(name)
    }

    pub(super) fn name(&self, page: &[u8]) -> String {
        let (from, to) = self.name_range();
        String::from_utf8_lossy(&page[from..to]).to_ascii_lowercase()
    }

    /// Its attributes, each once, with their names in lower case.
    pub(super) fn attributes(&self, page: &str) -> Vec<(String, String)> {
        let bytes = page.as_bytes();
        let mut attributes: Vec<(String, String)> = Vec::new();
        for attribute in Attributes::new(bytes, self.name_end) {
            let name = String::from_utf8_lossy(attribute.name(bytes)).to_ascii_lowercase();
            if attributes.iter().all(|(known, _)| *known != name) {
                let value = decode::attribute(attribute.value(bytes)).into_owned();
                attributes.push((name, value));
            }
        }
        attributes
    }

    /// Whether it has an attribute of this name.
    pub(super) fn has(&self, page: &[u8], name: &[u8]) -> bool {
        // Most tags have none of those that are asked for: look for the bytes first.
        memmem::find(&page[self.name_end..self.end], name).is_some()
            && Attributes::new(page, self.name_end)
                .any(|attribute| attribute.name(page).eq_ignore_ascii_case(name))
    }
}

/// Walks over the tags of a page.
pub(super) struct Tags<'a> {
    page: &'a [u8],
    at: usize,
    templates: usize,
    saw_page: bool,
}

impl<'a> Tags<'a> {
    pub(super) fn new(page: &'a [u8]) -> Self {
        Tags {
            page,
            at: 0,
            templates: 0,
            saw_page: false,
        }
    }

    /// How many templates the last tag stands in.
    pub(super) fn in_template(&self) -> usize {
        self.templates
    }

    /// Whether there was a doctype, `html`, `head` or `body` so far.
    pub(super) fn saw_page(&self) -> bool {
        self.saw_page
    }
}

impl Iterator for Tags<'_> {
    type Item = Tag;

    fn next(&mut self) -> Option<Tag> {
        let page = self.page;
        loop {
            self.at += memchr(b'<', page.get(self.at..)?)?;
            let start = self.at;
            let is_end = page.get(start + 1) == Some(&b'/');
            let letter = page.get(start + 1 + usize::from(is_end));
            if !letter.is_some_and(u8::is_ascii_alphabetic) {
                self.saw_page |= is_doctype(page, start);
                self.at = markup_end(page, start);
                continue;
            }
            let name_end = name_end(page, start + usize::from(is_end))?;
            let mut attributes = Attributes::new(page, name_end);
            attributes.by_ref().for_each(drop);
            let end = attributes.end()?;
            let slash = usize::from(end.self_closing);
            let tag = Tag {
                start,
                end: end.at,
                is_end,
                name_end,
                attributes_end: end.at - 1 - slash,
                self_closing: end.self_closing,
            };
            self.at = end.at;
            if tag.is(page, b"template") {
                match is_end {
                    true => self.templates = self.templates.saturating_sub(1),
                    false => self.templates += 1,
                }
            } else if !is_end && is_raw(&page[start + 1..name_end]) {
                self.at = raw_end(page, end.at, &page[start + 1..name_end]);
            }
            self.saw_page |= [&b"html"[..], b"head", b"body"]
                .iter()
                .any(|name| tag.is(page, name));
            return Some(tag);
        }
    }
}

fn is_doctype(page: &[u8], at: usize) -> bool {
    page.get(at + 1..at + 9)
        .is_some_and(|word| word.eq_ignore_ascii_case(b"!doctype"))
}

/// Just past a comment, a doctype, a bogus comment or a tag; past one `<` where it is text.
pub(super) fn markup_end(page: &[u8], at: usize) -> usize {
    let rest = &page[at..];
    if let Some(data) = rest.strip_prefix(b"<!--") {
        if data.starts_with(b">") || data.starts_with(b"->") {
            return at
                + 4
                + data
                    .iter()
                    .position(|&byte| byte == b'>')
                    .map_or(0, |n| n + 1);
        }
        let end = memmem::find(data, b"-->").map(|end| end + 3);
        let bang = memmem::find(data, b"--!>").map(|end| end + 4);
        let end = [end, bang]
            .into_iter()
            .flatten()
            .min()
            .unwrap_or(data.len());
        return at + 4 + end;
    }
    let next = rest.get(1);
    if next.is_some_and(|&byte| matches!(byte, b'!' | b'?' | b'/')) {
        return at + memchr(b'>', rest).map_or(rest.len(), |end| end + 1);
    }
    if next.is_some_and(u8::is_ascii_alphabetic) {
        let end = name_end(page, at).and_then(|name_end| Attributes::new(page, name_end).finish());
        return end.map_or(page.len(), |end| end.at);
    }
    at + 1
}

/// Just past the end tag of the element with this start tag.
pub(super) fn element_end(page: &[u8], start: &Tag) -> Option<usize> {
    let (from, to) = start.name_range();
    let name = &page[from..to];
    if is_raw(name) {
        let end = raw_end(page, start.end, name);
        return Some(markup_end(page, end)).filter(|_| end < page.len());
    }
    let mut tags = Tags::new(page);
    tags.at = start.end;
    let mut depth = 1;
    for tag in tags {
        if !tag.is(page, name) {
            continue;
        }
        match (
            tag.is_end,
            tag.self_closing && name.eq_ignore_ascii_case(b"svg"),
        ) {
            (true, _) => depth -= 1,
            (false, false) => depth += 1,
            (false, true) => {}
        }
        if depth == 0 {
            return Some(tag.end);
        }
    }
    None
}

/// Where the last end tag of this name begins.
pub(super) fn last_end_tag(page: &[u8], name: &[u8]) -> Option<usize> {
    Tags::new(page)
        .filter(|tag| tag.is_end && tag.is(page, name))
        .last()
        .map(|tag| tag.start)
}

fn is_raw(name: &[u8]) -> bool {
    const RAW: &[&[u8]] = &[
        b"script",
        b"style",
        b"textarea",
        b"title",
        b"xmp",
        b"iframe",
        b"noembed",
        b"noframes",
        b"noscript",
        b"plaintext",
    ];
    RAW.iter().any(|raw| raw.eq_ignore_ascii_case(name))
}

/// Where the text of a raw text element ends.
fn raw_end(page: &[u8], at: usize, name: &[u8]) -> usize {
    let mut from = at;
    while let Some(end) = memmem::find(&page[from..], b"</") {
        let end = from + end;
        let after = &page[end + 2..];
        if after.len() > name.len()
            && after[..name.len()].eq_ignore_ascii_case(name)
            && matches!(
                after[name.len()],
                b' ' | b'\t' | b'\n' | b'\r' | 0x0c | b'/' | b'>'
            )
        {
            return end;
        }
        from = end + 2;
    }
    page.len()
}
