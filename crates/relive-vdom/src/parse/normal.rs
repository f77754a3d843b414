//! The normal form: bytes that nest as they are written, for a tree of any kind.
//!
//! Written by [`write`] for the trees that html5ever builds; read by [`Records::parse`](super::subtree::Records)
//! with [`Syntax::Normal`](super::Syntax). Equal trees have equal bytes, and the other way round.

use std::borrow::Cow;

use super::conformant::{Arena, Data};
use super::tags::{self, Content};
use super::{DEPTH_LIMIT, Stop};
use crate::patch::Namespace;

/// Writes the children of `parent`. `depth` is that of the parent.
pub(crate) fn write_children(
    arena: &Arena,
    parent: u32,
    depth: usize,
    out: &mut Vec<u8>,
) -> Result<(), Stop> {
    for child in arena.children(parent) {
        match arena.data(child) {
            Data::Fragment => {}
            Data::Text(text) => escape(text.as_bytes(), out),
            Data::Comment(data) => {
                out.extend_from_slice(b"<!--");
                out.extend_from_slice(data.as_bytes());
                out.extend_from_slice(b"-->");
            }
            Data::Element(element) => {
                if depth >= DEPTH_LIMIT {
                    return Err(Stop::TooDeep(out.len()));
                }
                let start = out.len();
                out.push(b'<');
                match element.namespace() {
                    Namespace::Html => {}
                    Namespace::Svg => out.push(2),
                    Namespace::MathMl => out.push(3),
                }
                out.extend_from_slice(element.name().as_bytes());
                let name = start + 1..out.len();
                write_attributes(element.attributes(), out);
                out.push(b'>');
                if !is_void(&out[name.clone()]) {
                    write_children(arena, child, depth + 1, out)?;
                    out.extend_from_slice(b"</");
                    out.extend_from_within(name);
                    out.push(b'>');
                }
            }
        }
    }
    Ok(())
}

/// Writes attributes, a space before each.
pub(crate) fn write_attributes<'a>(
    attributes: impl Iterator<Item = (Cow<'a, str>, &'a str)>,
    out: &mut Vec<u8>,
) {
    let mut bare = false;
    for (name, value) in attributes {
        if bare && name.starts_with('=') {
            // After a name without a value, the equals sign would begin that value.
            out.extend_from_slice(b"=\"\"");
        }
        out.push(b' ');
        out.extend_from_slice(name.as_bytes());
        bare = value.is_empty();
        if !bare {
            out.extend_from_slice(b"=\"");
            escape(value.as_bytes(), out);
            out.push(b'"');
        }
    }
}

/// Whether an element with this name (as the normal form has it) has no end tag.
pub(crate) fn is_void(name: &[u8]) -> bool {
    name[0] > 3 && tags::tag(tags::tag_index(name)).content == Content::Void
}

/// Writes text with `&`, `<` and `"` as character references.
pub(crate) fn escape(text: &[u8], out: &mut Vec<u8>) {
    let mut rest = text;
    while let Some(at) = rest
        .iter()
        .position(|byte| matches!(byte, b'&' | b'<' | b'"'))
    {
        out.extend_from_slice(&rest[..at]);
        out.extend_from_slice(match rest[at] {
            b'&' => b"&amp;",
            b'<' => b"&lt;",
            _ => b"&quot;",
        });
        rest = &rest[at + 1..];
    }
    out.extend_from_slice(rest);
}
