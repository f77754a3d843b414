//! From the normal form back to HTML text, and to the tree form.

use super::attributes::Attributes;
use super::conformant::{self, ContextElement};
use super::start_tag::name_end;
use super::subtree::{comment_end, text_end};
use super::{Syntax, decode, normal};
use crate::patch::{Namespace, TreeElement, TreeNode};

/// HTML that parses to the nodes that `bytes` are the normal form of, inside of an element of this name; or, where
/// there is none, the nodes.
pub(crate) fn verified(
    bytes: &[u8],
    namespace: Namespace,
    name: &str,
    in_form: bool,
) -> Result<String, Vec<TreeNode>> {
    let html = from_normal(
        bytes,
        namespace == Namespace::Html && is_raw(name.as_bytes()),
    );
    // `annotation-xml` reads HTML or not by an attribute: the tree form needs no answer.
    let known = !(namespace == Namespace::MathMl && name == "annotation-xml");
    let reads = |in_form| {
        let context = ContextElement {
            namespace,
            name,
            in_form,
            html_annotation: false,
        };
        let mut again = Vec::new();
        conformant::parse_fragment(&html, &context)
            .and_then(|arena| normal::write_children(&arena, 0, 0, &mut again))
            .is_ok()
            && again == bytes
    };
    // A page that parses in a detached element knows of no form above.
    if known && reads(false) && (!in_form || reads(true)) {
        Ok(html)
    } else {
        Err(nodes(bytes))
    }
}

/// HTML for normal form. `raw`: what stands at the top is the text of a raw text element.
pub(crate) fn from_normal(bytes: &[u8], raw: bool) -> String {
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    let mut raw_depth = usize::from(raw);
    while at < bytes.len() {
        if bytes[at] != b'<' {
            let end = text_end(bytes, at);
            if raw_depth > 0 {
                out.extend_from_slice(decode::text(&bytes[at..end]).as_bytes());
            } else {
                let escaped = bytes[at..end].split(|&byte| byte == b'\r');
                out.extend(escaped.collect::<Vec<_>>().join(&b"&#13;"[..]));
            }
            at = end;
        } else if bytes[at + 1] == b'/' {
            let end = at + memchr::memchr(b'>', &bytes[at..]).map_or(bytes.len() - at, |n| n + 1);
            let (name, _) = bare(&bytes[at + 2..end - 1]);
            raw_depth -= usize::from(raw_depth > 0 && is_raw(&bytes[at + 2..end - 1]));
            out.extend_from_slice(b"</");
            out.extend_from_slice(name);
            out.push(b'>');
            at = end;
        } else if bytes[at + 1] == b'!' {
            let end = comment_end(bytes, at, Syntax::Normal).unwrap_or(bytes.len());
            out.extend_from_slice(&bytes[at..end]);
            at = end;
        } else {
            let name_end = name_end(bytes, at).unwrap_or(bytes.len());
            let marked = &bytes[at + 1..name_end];
            let (name, _) = bare(marked);
            let end = Attributes::new(bytes, name_end)
                .finish()
                .map_or(bytes.len(), |end| end.at);
            out.push(b'<');
            out.extend_from_slice(name);
            let escaped = bytes[name_end..end].split(|&byte| byte == b'\r');
            out.extend(escaped.collect::<Vec<_>>().join(&b"&#13;"[..]));
            if matches!(marked, b"pre" | b"textarea" | b"listing") && bytes.get(end) == Some(&b'\n')
            {
                out.push(b'\n');
            }
            raw_depth += usize::from(is_raw(marked));
            at = end;
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// The nodes that normal form stands for.
pub(crate) fn nodes(bytes: &[u8]) -> Vec<TreeNode> {
    let mut open: Vec<(TreeElement, Vec<TreeNode>)> = Vec::new();
    let mut list = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        if bytes[at] != b'<' {
            let end = text_end(bytes, at);
            list.push(TreeNode::Text(decode::text(&bytes[at..end]).into_owned()));
            at = end;
        } else if bytes[at + 1] == b'/' {
            at += memchr::memchr(b'>', &bytes[at..]).map_or(bytes.len() - at, |n| n + 1);
            if let Some((mut element, above)) = open.pop() {
                element.children = std::mem::replace(&mut list, above);
                list.push(TreeNode::Element(element));
            }
        } else if bytes[at + 1] == b'!' {
            let end = comment_end(bytes, at, Syntax::Normal).unwrap_or(bytes.len());
            list.push(TreeNode::Comment(
                decode::raw(&bytes[at + 4..end - 3]).into_owned(),
            ));
            at = end;
        } else {
            let name_end = name_end(bytes, at).unwrap_or(bytes.len());
            let marked = &bytes[at + 1..name_end];
            let (name, namespace) = bare(marked);
            let mut attributes = Attributes::new(bytes, name_end);
            let element = TreeElement {
                namespace,
                name: decode::raw(name).into_owned(),
                attributes: attributes
                    .by_ref()
                    .map(|attribute| {
                        let name = decode::raw(attribute.name(bytes)).into_owned();
                        (name, decode::attribute(attribute.value(bytes)).into_owned())
                    })
                    .collect(),
                children: Vec::new(),
            };
            at = attributes.end().map_or(bytes.len(), |end| end.at);
            if normal::is_void(marked) {
                list.push(TreeNode::Element(element));
            } else {
                open.push((element, std::mem::take(&mut list)));
            }
        }
    }
    list
}

/// A name without the mark of its namespace.
pub(crate) fn bare(marked: &[u8]) -> (&[u8], Namespace) {
    match marked {
        [2, name @ ..] => (name, Namespace::Svg),
        [3, name @ ..] => (name, Namespace::MathMl),
        name => (name, Namespace::Html),
    }
}

fn is_raw(name: &[u8]) -> bool {
    matches!(
        name,
        b"script"
            | b"style"
            | b"xmp"
            | b"iframe"
            | b"noembed"
            | b"noframes"
            | b"noscript"
            | b"plaintext"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn raw_text_is_written_as_it_stands_and_other_text_with_references() {
        let written = |namespace, name| verified(b"a&lt;b", namespace, name, false);
        assert_eq!(written(Namespace::Html, "style"), Ok("a<b".to_owned()));
        assert_eq!(written(Namespace::Html, "p"), Ok("a&lt;b".to_owned()));
        assert_eq!(written(Namespace::Svg, "style"), Ok("a&lt;b".to_owned()));
    }
}
