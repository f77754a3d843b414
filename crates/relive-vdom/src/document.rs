//! What the server knows of a live root in a page: the HTML of the last render and the numbers of its nodes.

use std::borrow::Cow;

use crate::build::{self, Built};
use crate::error::{Error, ErrorKind};
use crate::node::{Node, Zone};
use crate::parse::Syntax;
use crate::patch::TreeNode;

/// The largest HTML of a live root, in bytes.
const SIZE_LIMIT: usize = 1 << 30;

/// A live root: the HTML of its last render, and its nodes.
///
/// `html` is always the outer HTML of the root: one element. The root is node 0; the nodes inside are numbered
/// from 1 in document order.
///
/// # Invariants
///
/// - The records describe `normal` where it is there, else `source`.
/// - Every number is below `next`, and no two nodes have the same.
/// - An update that fails changes nothing.
#[derive(Debug)]
pub struct Document {
    /// The HTML of the last render, as it was given.
    pub(crate) source: Vec<u8>,
    /// White space before it, in bytes, that was left out.
    pub(crate) offset: usize,
    /// Its normal form, where it is outside of the strict subset.
    pub(crate) normal: Option<Vec<u8>>,
    /// Where it is outside, if it is.
    pub(crate) outside: usize,
    /// In document order; the first is the root.
    pub(crate) nodes: Vec<Node>,
    pub(crate) next: u32,
}

/// What is known about a render before it is compared.
#[derive(Clone, Copy, Debug, Default)]
pub struct Hints<'a> {
    /// Ranges that are known to be unchanged, in any order, repeated or not.
    pub regions: &'a [Region],
}

/// A range of the new HTML that equals a range of the last: `new[new..new + len] == old[old..old + len]`.
///
/// Places are bytes of the HTML as it was given to [`Document::update`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Region {
    /// Where the range begins in the last render.
    pub old: usize,
    /// Where it begins in the new one.
    pub new: usize,
    /// Its length.
    pub len: usize,
}

/// What an update did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    /// Operations that were emitted.
    pub operations: usize,
    /// Nodes that were new.
    pub inserted: usize,
    /// Nodes that were parsed, new ones among them: what an update costs beside comparing bytes. Outside of the strict
    /// subset, that is all of them.
    pub parsed: usize,
    /// Where the HTML left the strict subset, in bytes; `None` where all of it was inside. Outside of the subset an
    /// update costs a full parse: in development this deserves a warning.
    pub outside: Option<usize>,
}

/// What the page has to put in the place of a node, or inside the root; its nodes are numbered from `first`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resync<'a> {
    /// The number of the first node.
    pub first: u32,
    /// The nodes.
    pub content: Content<'a>,
}

/// Nodes on their way to the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content<'a> {
    /// As HTML.
    Html(Cow<'a, str>),
    /// As a tree: no HTML text parses to them.
    Tree(Vec<TreeNode>),
}

impl Document {
    /// Parses the outer HTML of a live root.
    ///
    /// # Errors
    ///
    /// If the HTML is not one element, if that element cannot be a live root, or if elements are nested too deep.
    pub fn parse(html: &str) -> Result<Document, Error> {
        let offset = html.len() - html.trim_start_matches(is_space).len();
        let html = html.trim_matches(is_space);
        check_size(html)?;
        let Built {
            normal,
            nodes,
            outside,
        } = build::build(html)?;
        let next = nodes.len() as u32;
        let source = html.as_bytes().to_vec();
        let outside = outside.unwrap_or(0);
        Ok(Document {
            source,
            offset,
            normal,
            outside,
            nodes,
            next,
        })
    }

    /// The HTML of the last render: the root's outer HTML, without white space around it.
    pub fn html(&self) -> &str {
        std::str::from_utf8(&self.source).unwrap_or_default()
    }

    /// Bytes of memory that the document holds: its HTML (and the normal form, outside of the strict subset) and 20 for
    /// each node. Work buffers belong to the thread.
    pub fn memory(&self) -> usize {
        let normal = self.normal.as_ref().map_or(0, Vec::capacity);
        self.source.capacity() + normal + self.nodes.capacity() * size_of::<Node>()
    }

    /// The number of nodes inside the root.
    pub fn nodes(&self) -> usize {
        self.nodes.len() - 1
    }

    /// The checksum over the structure inside the root.
    pub fn checksum(&self) -> u32 {
        crate::checksum::checksum(self.bytes(), &self.nodes)
    }

    /// The nodes in the format of html5lib's tests, for tests and tools. Of opaque zones, the inside is left out.
    pub fn outline(&self) -> String {
        crate::outline::outline(self.bytes(), &self.nodes)
    }

    /// Whether the last render is in the strict subset of HTML, which updates fast.
    pub fn is_in_subset(&self) -> bool {
        self.normal.is_none()
    }

    /// The number that the next new node gets.
    pub fn next_number(&self) -> u32 {
        self.next
    }

    /// Numbers all nodes anew, from 1 in document order.
    pub fn renumber(&mut self) {
        self.number_from(0, 0, 0);
        self.next = self.nodes.len() as u32;
    }

    /// The numbers of all nodes inside the root, in document order.
    pub fn numbers(&self) -> impl Iterator<Item = u32> {
        self.nodes[1..].iter().map(|node| node.number)
    }

    /// What the page has to put inside the root to have this document again. Its nodes are numbered anew.
    pub fn root_content(&mut self) -> Resync<'_> {
        let first = self.next;
        self.number_from(1, self.nodes.len() - 1, first);
        self.next += self.nodes() as u32;
        let (from, to) = build::inside(&self.source);
        let html = String::from_utf8_lossy(&self.source[from..to]);
        Resync {
            first,
            content: Content::Html(html),
        }
    }

    /// What the page has to put in the place of a node (but the root) to have it as it should be. The node and all
    /// that is inside are numbered anew. `None` where no node has this number.
    pub fn html_of(&mut self, number: u32) -> Option<Resync<'_>> {
        let index = self.find(number)?;
        let count = 1 + self.nodes[index].descendants as usize;
        let first = self.next;
        self.number_from(index, count - 1, first);
        self.next += count as u32;
        let content = build::content_of(self.bytes(), self.syntax(), &self.nodes, index);
        Some(Resync { first, content })
    }

    /// Whether a node, or one inside of it, is opaque: what the page has in it (rows, what a script has put there) is not in
    /// this document, and would be lost with the node.
    ///
    /// ```
    /// use relive_vdom::Document;
    ///
    /// let document = Document::parse(r#"<div><p>a</p><ul><li><b dj-update="ignore"></b></li></ul></div>"#)?;
    /// assert!(!document.has_opaque(1) && document.has_opaque(3) && document.has_opaque(5));
    /// # Ok::<(), relive_vdom::Error>(())
    /// ```
    pub fn has_opaque(&self, number: u32) -> bool {
        self.find(number).is_some_and(|index| {
            let inside = index..self.nodes[index].past(index);
            self.nodes[inside]
                .iter()
                .any(|node| node.meta.zone() != Zone::None)
        })
    }

    /// The record of a node that is not the root.
    fn find(&self, number: u32) -> Option<usize> {
        let at = self.nodes[1..]
            .iter()
            .position(|node| node.number == number)?;
        Some(at + 1)
    }

    /// Numbers the record at `index` and the `descendants` after it.
    fn number_from(&mut self, index: usize, descendants: usize, first: u32) {
        let past = if index == 0 {
            self.nodes.len()
        } else {
            index + 1 + descendants
        };
        let past = past.min(self.nodes.len());
        for (number, node) in (first..).zip(&mut self.nodes[index..past]) {
            node.number = number;
        }
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        self.normal.as_deref().unwrap_or(&self.source)
    }

    fn syntax(&self) -> Syntax {
        if self.normal.is_some() {
            Syntax::Normal
        } else {
            Syntax::Html
        }
    }

    /// The records, for tests: kind and tag, bytes, bytes of the start tag, records inside.
    #[cfg(test)]
    pub(crate) fn records(&self) -> &[Node] {
        &self.nodes
    }
}

impl Clone for Document {
    fn clone(&self) -> Self {
        Document {
            source: self.source.clone(),
            offset: self.offset,
            normal: self.normal.clone(),
            outside: self.outside,
            nodes: self.nodes.clone(),
            next: self.next,
        }
    }

    /// Keeps the buffers.
    fn clone_from(&mut self, other: &Self) {
        self.source.clone_from(&other.source);
        self.offset = other.offset;
        self.normal.clone_from(&other.normal);
        self.outside = other.outside;
        self.nodes.clone_from(&other.nodes);
        self.next = other.next;
    }
}

/// Gives back the room of a list that has become shorter by more than a ninth.
pub(crate) fn give_back<T>(list: &mut Vec<T>) {
    if list.capacity() > list.len() + list.len() / 8 + 64 {
        list.shrink_to_fit();
    }
}

pub(crate) fn is_space(char: char) -> bool {
    matches!(char, ' ' | '\t' | '\n' | '\x0c' | '\r')
}

pub(crate) fn check_size(html: &str) -> Result<(), Error> {
    if html.len() > SIZE_LIMIT {
        return Err(ErrorKind::TooLarge {
            bytes: html.len(),
            limit: SIZE_LIMIT,
        }
        .into());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn room_is_given_back_where_more_than_a_ninth_is_not_used() {
        let capacity = |length: usize, room: usize| {
            let mut list = Vec::with_capacity(room);
            list.resize(length, 0u8);
            give_back(&mut list);
            list.capacity()
        };
        // 800, an eighth of it, and 64.
        assert_eq!(capacity(800, 964), 964);
        assert_eq!(capacity(800, 965), 800);
        assert_eq!(capacity(0, 64), 64);
        assert_eq!(capacity(0, 65), 0);
    }

    #[test]
    fn a_document_can_take_the_place_of_another() {
        let (a, b) = ("<p>a</p>", " <div><p>b<p>\r</div>");
        for (old, new) in [(a, b), (b, a)] {
            let new = Document::parse(new).unwrap();
            let mut copy = Document::parse(old).unwrap();
            copy.clone_from(&new);
            assert_eq!(copy.source, new.source);
            assert_eq!(
                (copy.offset, copy.outside, copy.next),
                (new.offset, new.outside, new.next)
            );
            assert_eq!((copy.normal, copy.nodes), (new.normal, new.nodes));
        }
    }
}
