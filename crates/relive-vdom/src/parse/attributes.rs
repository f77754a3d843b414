//! The attributes of a start tag, as the standard's tokenizer reads them.

use memchr::memchr;

/// An attribute's place in the source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Attribute {
    pub(crate) name: (usize, usize),
    pub(crate) value: (usize, usize),
}

impl Attribute {
    #[inline]
    pub(crate) fn name<'a>(&self, source: &'a [u8]) -> &'a [u8] {
        &source[self.name.0..self.name.1]
    }

    #[inline]
    pub(crate) fn value<'a>(&self, source: &'a [u8]) -> &'a [u8] {
        &source[self.value.0..self.value.1]
    }
}

/// Walks over the attributes of a start tag.
#[derive(Clone)]
pub(crate) struct Attributes<'a> {
    source: &'a [u8],
    at: usize,
    end: Option<TagEnd>,
}

/// How a start tag ended.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TagEnd {
    /// Just past the `>`.
    pub(crate) at: usize,
    /// Whether it was `/>`.
    pub(crate) self_closing: bool,
}

impl<'a> Attributes<'a> {
    /// `at` is just past the tag's name.
    #[inline]
    pub(crate) fn new(source: &'a [u8], at: usize) -> Self {
        Attributes {
            source,
            at,
            end: None,
        }
    }

    /// How the tag ended; `None` before the last attribute, and where the source ends inside the tag.
    #[inline]
    pub(crate) fn end(&self) -> Option<TagEnd> {
        self.end
    }

    /// Goes to the end of the tag.
    pub(crate) fn finish(mut self) -> Option<TagEnd> {
        self.by_ref().for_each(drop);
        self.end
    }
}

impl Iterator for Attributes<'_> {
    type Item = Attribute;

    #[inline]
    fn next(&mut self) -> Option<Attribute> {
        let source = self.source;
        let mut at = self.at;
        let mut self_closing = false;
        loop {
            match *source.get(at)? {
                b'>' => {
                    self.at = at;
                    self.end = Some(TagEnd {
                        at: at + 1,
                        self_closing,
                    });
                    return None;
                }
                b'/' => self_closing = true,
                byte if class(byte) & SPACE != 0 => self_closing = false,
                _ => break,
            }
            at += 1;
        }
        let start = at;
        // An equals sign at the start is part of the name.
        at += 1;
        while class(*source.get(at)?) & NAME_END == 0 {
            at += 1;
        }
        let name = (start, at);
        let mut value_at = at;
        while class(*source.get(value_at)?) & SPACE != 0 {
            value_at += 1;
        }
        if source[value_at] != b'=' {
            self.at = at;
            return Some(Attribute {
                name,
                value: (at, at),
            });
        }
        value_at += 1;
        while class(*source.get(value_at)?) & SPACE != 0 {
            value_at += 1;
        }
        let quote = source[value_at];
        let value = if quote == b'"' || quote == b'\'' {
            let start = value_at + 1;
            let end = find(source, start, quote)?;
            self.at = end + 1;
            (start, end)
        } else {
            let mut end = value_at;
            while source
                .get(end)
                .is_some_and(|&byte| class(byte) & (SPACE | CLOSE) == 0)
            {
                end += 1;
            }
            self.at = end;
            (value_at, end)
        };
        Some(Attribute { name, value })
    }
}

/// The first `byte` from `at` on. Values are short as a rule: the call into memchr pays later only.
#[inline]
fn find(source: &[u8], at: usize, byte: u8) -> Option<usize> {
    let near = source.len().min(at + 16);
    for (offset, &other) in source[at..near].iter().enumerate() {
        if other == byte {
            return Some(at + offset);
        }
    }
    memchr(byte, &source[near..]).map(|offset| near + offset)
}

/// Space, tab, newline, form feed.
pub(crate) const SPACE: u8 = 1;
const CLOSE: u8 = 2;
/// Ends an attribute's name.
pub(crate) const NAME_END: u8 = 4;
/// Upper case, quotes and `<`: not in a name of the subset.
pub(crate) const ODD: u8 = 8;
/// Ends a tag's name, in which an equals sign is a character like any other.
pub(crate) const TAG_NAME_END: u8 = 16;

const CLASSES: [u8; 256] = {
    let mut classes = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        classes[byte] = match byte as u8 {
            b' ' | b'\t' | b'\n' | 0x0c => SPACE | NAME_END | TAG_NAME_END,
            b'>' => CLOSE | NAME_END | TAG_NAME_END,
            b'/' => NAME_END | TAG_NAME_END,
            b'=' => NAME_END,
            b'A'..=b'Z' | b'"' | b'\'' | b'<' => ODD,
            _ => 0,
        };
        byte += 1;
    }
    classes
};

#[inline]
pub(crate) fn class(byte: u8) -> u8 {
    CLASSES[byte as usize]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(tag: &str) -> (Vec<(&str, &str)>, Option<bool>) {
        let mut attributes = Attributes::new(tag.as_bytes(), 2);
        let list = attributes
            .by_ref()
            .map(|a| (&tag[a.name.0..a.name.1], &tag[a.value.0..a.value.1]))
            .collect();
        (list, attributes.end().map(|end| end.self_closing))
    }

    #[test]
    fn attributes_read_as_the_standard_says() {
        type Case = (
            &'static str,
            &'static [(&'static str, &'static str)],
            Option<bool>,
        );
        let cases: &[Case] = &[
            ("<p>", &[], Some(false)),
            ("<p/>", &[], Some(true)),
            ("<p a/>", &[("a", "")], Some(true)),
            ("<p a / >", &[("a", "")], Some(false)),
            ("<p a=b/>", &[("a", "b/")], Some(false)),
            ("<p a=\"b\"/>", &[("a", "b")], Some(true)),
            ("<p a=\"b\"c='d'>", &[("a", "b"), ("c", "d")], Some(false)),
            (
                "<p a \n=\t'x>y' b>",
                &[("a", "x>y"), ("b", "")],
                Some(false),
            ),
            ("<p =a=b>", &[("=a", "b")], Some(false)),
            ("<p a=>", &[("a", "")], Some(false)),
            ("<p a= b>", &[("a", "b")], Some(false)),
            ("<p/a/b=/c>", &[("a", ""), ("b", "/c")], Some(false)),
            (
                "<p a=\"0123456789abcdefXYZ\" b>",
                &[("a", "0123456789abcdefXYZ"), ("b", "")],
                Some(false),
            ),
            ("<p a='", &[], None),
            ("<p a", &[], None),
        ];
        for (tag, expected, end) in cases {
            assert_eq!(read(tag), (expected.to_vec(), *end), "{tag}");
        }
    }
}
