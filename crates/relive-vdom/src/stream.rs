//! Streams: containers whose rows only the page has.
//!
//! A container is an element with `dj-update="stream"`: an opaque zone. Its rows are its child elements, known by their
//! key (`dj-key`, `data-key` or `id`); they reach the page as changes of the container, and no document holds them.

use crate::diff::keys;
use crate::document::Document;
use crate::node::Zone;
use crate::parse::attributes::Attributes;
use crate::parse::decode;
use crate::parse::start_tag::name_end;

/// A change of a stream's rows, as [`Sink::stream`](crate::Sink::stream) takes it.
///
/// Rows are HTML: elements with keys, each with the white space that follows it. A row whose key the container has
/// already is brought in line where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StreamChange {
    /// `[15]` Puts rows before the row at index `at`, in their order; with `-1`, or past the end, at the end.
    Insert {
        /// The index among the container's rows, from 0.
        at: i32,
        /// The rows' HTML.
        html: String,
    },
    /// `[16]` Takes out the row with this key, if there is one.
    Delete {
        /// The row's key, decoded.
        key: String,
    },
    /// `[17]` Takes out all rows.
    Reset,
    /// `[18]` Keeps the first rows, or the last where `rows` is negative, and takes out the others.
    Limit {
        /// How many.
        rows: i32,
    },
    /// `[19]` Brings rows in line that are there; others do not go in.
    Update {
        /// The rows' HTML.
        html: String,
    },
}

impl StreamChange {
    /// The operation's code on the wire.
    pub fn code(&self) -> u8 {
        match self {
            StreamChange::Insert { .. } => 15,
            StreamChange::Delete { .. } => 16,
            StreamChange::Reset => 17,
            StreamChange::Limit { .. } => 18,
            StreamChange::Update { .. } => 19,
        }
    }
}

impl Document {
    /// The number of the stream's container with this id.
    ///
    /// ```
    /// use relive_vdom::Document;
    ///
    /// let document = Document::parse(r#"<div><p>a</p><ul id="log" dj-update="stream"></ul></div>"#)?;
    /// assert_eq!(document.stream_container("log"), Some(3));
    /// # Ok::<(), relive_vdom::Error>(())
    /// ```
    pub fn stream_container(&self, id: &str) -> Option<u32> {
        let source = self.bytes();
        let mut at = 0;
        // For each open element: the index past its records, and where it ends.
        let mut open: Vec<(usize, usize)> = Vec::new();
        for (index, node) in self.nodes.iter().enumerate() {
            while let Some(&(past, end)) = open.last()
                && past == index
            {
                at = end;
                open.pop();
            }
            if node.meta.zone() == Zone::Stream && id_at(source, at).is_some_and(|own| own == id) {
                return Some(node.number);
            }
            let end = at + node.len as usize;
            if node.descendants > 0 {
                open.push((node.past(index), end));
                at += node.start as usize;
            } else {
                at = end;
            }
        }
        None
    }
}

/// The id of the element whose start tag is the last before `place`.
///
/// ```
/// let html = r#"<ul id="log" dj-update="stream">  </ul>"#;
/// assert_eq!(relive_vdom::id_before(html, 34).as_deref(), Some("log"));
/// ```
pub fn id_before(html: &str, place: usize) -> Option<String> {
    let before = html.as_bytes().get(..place)?;
    id_at(html.as_bytes(), memchr::memrchr(b'<', before)?)
}

/// The key of a row: that of the element that its HTML begins with.
///
/// ```
/// assert_eq!(relive_vdom::row_key(r#"<li dj-key="a&amp;b">…</li>"#).as_deref(), Some("a&b"));
/// assert_eq!(relive_vdom::row_key("<li>…</li>"), None);
/// ```
pub fn row_key(html: &str) -> Option<String> {
    let key = keys::of(html.as_bytes(), 0)?;
    Some(decode::attribute(key.value(html.as_bytes())).into_owned())
}

fn id_at(source: &[u8], at: usize) -> Option<String> {
    let mut attributes = Attributes::new(source, name_end(source, at)?);
    let id = attributes.find(|attribute| attribute.name(source) == b"id")?;
    Some(decode::attribute(id.value(source)).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operations_have_the_codes_of_the_protocol() {
        let html = || "<li></li>".to_owned();
        let changes = [
            StreamChange::Insert {
                at: 0,
                html: html(),
            },
            StreamChange::Delete { key: "a".into() },
            StreamChange::Reset,
            StreamChange::Limit { rows: 1 },
            StreamChange::Update { html: html() },
        ];
        assert_eq!(changes.map(|change| change.code()), [15, 16, 17, 18, 19]);
    }
}
