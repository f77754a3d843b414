//! Escaping of values for HTML.

use std::io::{self, Write};

/// Writes text so that it is the same text in HTML, between tags as well as in an attribute's value
/// in quotes of either kind.
///
/// Tera's own writes byte by byte; this one writes what needs no escape in one go.
pub(super) fn escape(text: &str, out: &mut dyn Write) -> io::Result<()> {
    let bytes = text.as_bytes();
    let mut written = 0;
    for (at, byte) in bytes.iter().enumerate() {
        let entity: &[u8] = match byte {
            b'&' => b"&amp;",
            b'<' => b"&lt;",
            b'>' => b"&gt;",
            b'"' => b"&quot;",
            b'\'' => b"&#39;",
            _ => continue,
        };
        out.write_all(&bytes[written..at])?;
        out.write_all(entity)?;
        written = at + 1;
    }
    out.write_all(&bytes[written..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes() {
        for (text, expected) in [
            ("", ""),
            ("plain é", "plain é"),
            ("<b>", "&lt;b&gt;"),
            ("\" onclick='x'", "&quot; onclick=&#39;x&#39;"),
            ("&amp;", "&amp;amp;"),
            ("é<é", "é&lt;é"),
            ("a&", "a&amp;"),
        ] {
            let mut out = Vec::new();
            escape(text, &mut out).unwrap();
            assert_eq!(String::from_utf8(out).unwrap(), expected);
        }
    }
}
