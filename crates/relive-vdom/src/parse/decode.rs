//! Character references, and lengths in UTF-16 units.

use std::borrow::Cow;

use html5ever::data::{C1_REPLACEMENTS, NAMED_ENTITIES};
use memchr::memchr;

/// The text that HTML source bytes stand for.
pub(crate) fn text(source: &[u8]) -> Cow<'_, str> {
    decode(source, false)
}

/// The value that an attribute's source bytes stand for.
pub(crate) fn attribute(source: &[u8]) -> Cow<'_, str> {
    decode(source, true)
}

/// What a piece of source stands for.
#[inline]
pub(crate) fn source(source: &str, in_attribute: bool) -> Cow<'_, str> {
    match memchr(b'&', source.as_bytes()) {
        None => Cow::Borrowed(source),
        Some(_) => decode(source.as_bytes(), in_attribute),
    }
}

/// Bytes as the text they are; documents hold valid UTF-8, and are cut at ASCII bytes only.
pub(crate) fn raw(source: &[u8]) -> Cow<'_, str> {
    String::from_utf8_lossy(source)
}

/// The length of a text in UTF-16 units.
pub(crate) fn utf16_len(text: &str) -> u32 {
    let units = |byte: u8| u32::from(byte & 0xc0 != 0x80) + u32::from(byte >= 0xf0);
    text.bytes().map(units).sum()
}

fn decode(source: &[u8], in_attribute: bool) -> Cow<'_, str> {
    let Some(first) = memchr(b'&', source) else {
        return raw(source);
    };
    let mut out = String::with_capacity(source.len());
    out.push_str(&raw(&source[..first]));
    let mut at = first;
    while at < source.len() {
        // `at` is at an ampersand.
        match reference(&source[at..], in_attribute) {
            Some((length, chars)) => {
                out.extend(chars.into_iter().flatten());
                at += length;
            }
            None => {
                out.push('&');
                at += 1;
            }
        }
        let next = memchr(b'&', &source[at..]).map_or(source.len(), |offset| at + offset);
        out.push_str(&raw(&source[at..next]));
        at = next;
    }
    Cow::Owned(out)
}

/// The character reference at the start of `source`: its length in bytes, and what it stands for.
fn reference(source: &[u8], in_attribute: bool) -> Option<(usize, [Option<char>; 2])> {
    if source.get(1) == Some(&b'#') {
        return numeric(source);
    }
    let mut found = None;
    let mut end = 1;
    while source
        .get(end)
        .is_some_and(|&byte| byte == b';' || byte.is_ascii_alphanumeric())
    {
        let name = std::str::from_utf8(&source[1..=end]).ok()?;
        match NAMED_ENTITIES.get(name) {
            Some(&(0, _)) => {}
            Some(&chars) => found = Some((end + 1, chars)),
            None => break,
        }
        end += 1;
    }
    let (length, (first, second)) = found?;
    if in_attribute && source[length - 1] != b';' {
        let next = source.get(length);
        if next.is_some_and(|byte| *byte == b'=' || byte.is_ascii_alphanumeric()) {
            return None;
        }
    }
    let second = if second == 0 {
        None
    } else {
        char::from_u32(second)
    };
    Some((length, [char::from_u32(first), second]))
}

fn numeric(source: &[u8]) -> Option<(usize, [Option<char>; 2])> {
    let hex = matches!(source.get(2), Some(b'x' | b'X'));
    let radix = if hex { 16 } else { 10 };
    let start = if hex { 3 } else { 2 };
    let mut end = start;
    let mut code = 0_u32;
    while let Some(digit) = source
        .get(end)
        .and_then(|&byte| char::from(byte).to_digit(radix))
    {
        code = (code.saturating_mul(radix)).saturating_add(digit);
        end += 1;
    }
    if end == start {
        return None;
    }
    if source.get(end) == Some(&b';') {
        end += 1;
    }
    let char = match code {
        0 => '\u{fffd}',
        0x80..=0x9f => C1_REPLACEMENTS[(code - 0x80) as usize]
            .or_else(|| char::from_u32(code))
            .unwrap_or('\u{fffd}'),
        _ => char::from_u32(code).unwrap_or('\u{fffd}'),
    };
    Some((end, [Some(char), None]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_read_as_the_standard_says() {
        for (source, in_text, in_attribute) in [
            ("plain", "plain", "plain"),
            ("&amp;&lt;&gt;&quot;&#39;", "&<>\"'", "&<>\"'"),
            ("&amp;amp;", "&amp;", "&amp;"),
            ("&ampx &amp=", "&x &=", "&ampx &amp="),
            ("&amp", "&", "&"),
            ("&notit; &notin;", "¬it; ∉", "&notit; ∉"),
            (
                "&bogus; & &; &#; &#x; &#xg",
                "&bogus; & &; &#; &#x; &#xg",
                "&bogus; & &; &#; &#x; &#xg",
            ),
            (
                "&#0;&#x80;&#xD800;&#x110000;&#99999999999;",
                "\u{fffd}€\u{fffd}\u{fffd}\u{fffd}",
                "\u{fffd}€\u{fffd}\u{fffd}\u{fffd}",
            ),
            ("&#65 &#x41;&#X42", "A AB", "A AB"),
            ("&acE;é&NotEqualTilde;", "∾̳é≂̸", "∾̳é≂̸"),
            ("é&éamp;", "é&éamp;", "é&éamp;"),
        ] {
            assert_eq!(text(source.as_bytes()), in_text, "{source} in text");
            assert_eq!(
                attribute(source.as_bytes()),
                in_attribute,
                "{source} in an attribute"
            );
        }
    }

    #[test]
    fn utf16_lengths() {
        for s in ["", "abc", "é", "€", "😀", "a😀é"] {
            assert_eq!(utf16_len(s) as usize, s.encode_utf16().count());
        }
    }
}
