//! What the server knows of a live root in a page: the HTML of the last render and the numbers of its nodes.

use std::borrow::Cow;

use crate::build::{self, Built};
use crate::diff::{self, Change, Input, Scratch};
use crate::error::{Error, ErrorKind};
use crate::node::Node;
use crate::parse::{DEPTH_LIMIT, Stop, Syntax};
use crate::patch::{Sink, TreeNode};

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
    source: Vec<u8>,
    /// White space before it, in bytes, that was left out.
    offset: usize,
    /// Its normal form, where it is outside of the strict subset.
    normal: Option<Vec<u8>>,
    /// In document order; the first is the root.
    nodes: Vec<Node>,
    next: u32,
    scratch: Scratch,
    /// For sorting hints.
    regions: Vec<Region>,
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
        let Built { normal, nodes, .. } = build::build(html)?;
        let next = nodes.len() as u32;
        let source = html.as_bytes().to_vec();
        Ok(Document {
            source,
            offset,
            normal,
            nodes,
            next,
            scratch: Scratch::default(),
            regions: Vec::new(),
        })
    }

    /// Compares with a new render, emits what the page has to do, and takes the render's place.
    ///
    /// # Errors
    ///
    /// Those of [`parse`](Self::parse), if the root's element changed, and if the numbers are used up. The document
    /// and the sink are then as they were.
    pub fn update(
        &mut self,
        html: &str,
        hints: &Hints<'_>,
        sink: &mut impl Sink,
    ) -> Result<Stats, Error> {
        let offset = html.len() - html.trim_start_matches(is_space).len();
        let html = html.trim_matches(is_space);
        check_size(html)?;
        if self.next as usize + html.len() > u32::MAX as usize {
            return Err(ErrorKind::NumbersUsedUp.into());
        }
        build::check_root(&self.source, html)?;
        let mark = sink.mark();
        let first = self.next;
        let mut stats = Stats::default();
        if self.normal.is_none() {
            self.sort_regions(hints, offset);
            match self.run(None, html, sink) {
                Ok(change) => {
                    if let Some(change) = change {
                        self.take_source(html.as_bytes(), change);
                    }
                    self.offset = offset;
                    stats.operations = sink.mark().operations - mark.operations;
                    stats.inserted = (self.next - first) as usize;
                    return Ok(stats);
                }
                Err(Stop::TooDeep(at)) => {
                    sink.rewind(mark);
                    return Err(ErrorKind::TooDeep {
                        at,
                        limit: DEPTH_LIMIT,
                    }
                    .into());
                }
                Err(Stop::Outside(at)) => {
                    sink.rewind(mark);
                    stats.outside = Some(at);
                }
            }
        }
        self.update_conformant(html, sink, &mut stats)?;
        self.offset = offset;
        stats.operations = sink.mark().operations - mark.operations;
        stats.inserted = (self.next - first) as usize;
        Ok(stats)
    }

    /// The update of a document that is outside of the strict subset, before or after.
    fn update_conformant(
        &mut self,
        html: &str,
        sink: &mut impl Sink,
        stats: &mut Stats,
    ) -> Result<(), Error> {
        let mark = sink.mark();
        let built = build::build(html)?;
        let (normal, left_subset) = match built.normal {
            Some(normal) => (normal, true),
            None => (build::normal(html)?.normal.unwrap_or_default(), false),
        };
        stats.outside = left_subset.then(|| stats.outside.or(built.outside).unwrap_or(0));
        let was = match self.normal.take() {
            Some(was) => (None, was),
            None => {
                let source = String::from_utf8_lossy(&self.source).into_owned();
                let old = build::normal(&source)?;
                let mut nodes = old.nodes;
                debug_assert_eq!(nodes.len(), self.nodes.len());
                for (new, old) in nodes.iter_mut().zip(&self.nodes) {
                    new.number = old.number;
                }
                (
                    Some(std::mem::replace(&mut self.nodes, nodes)),
                    old.normal.unwrap_or_default(),
                )
            }
        };
        let normal_text = String::from_utf8_lossy(&normal).into_owned();
        let (nodes_before, old_normal) = was;
        self.regions.clear();
        if let Err(stop) = self.run(Some(&old_normal), &normal_text, sink) {
            sink.rewind(mark);
            match nodes_before {
                Some(nodes) => self.nodes = nodes,
                None => self.normal = Some(old_normal),
            }
            let (Stop::TooDeep(at) | Stop::Outside(at)) = stop;
            return Err(ErrorKind::TooDeep {
                at,
                limit: DEPTH_LIMIT,
            }
            .into());
        }
        self.source.clear();
        self.source.extend_from_slice(html.as_bytes());
        if left_subset {
            self.normal = Some(normal);
        } else {
            // Back in the subset: the same nodes, described by the source again.
            let mut nodes = built.nodes;
            debug_assert_eq!(nodes.len(), self.nodes.len());
            for (new, old) in nodes.iter_mut().zip(&self.nodes) {
                new.number = old.number;
            }
            self.nodes = nodes;
        }
        Ok(())
    }

    /// Runs the differ and puts the new records in place.
    fn run(
        &mut self,
        old_normal: Option<&[u8]>,
        new: &str,
        sink: &mut impl Sink,
    ) -> Result<Option<Change>, Stop> {
        let syntax = if old_normal.is_some() {
            Syntax::Normal
        } else {
            Syntax::Html
        };
        let input = Input {
            old: old_normal.unwrap_or(&self.source),
            nodes: &self.nodes,
            new,
            syntax,
            regions: &self.regions,
            next: self.next,
        };
        let (next, change) = diff::run(&input, &mut self.scratch, sink)?;
        if change.is_some() {
            self.next = next;
            self.scratch.put_in_place(&mut self.nodes);
        }
        Ok(change)
    }

    fn sort_regions(&mut self, hints: &Hints<'_>, new_offset: usize) {
        self.regions.clear();
        if hints.regions.is_empty() {
            return;
        }
        let (old_len, old_offset) = (self.source.len(), self.offset);
        self.regions
            .extend(hints.regions.iter().filter_map(|region| {
                let old = region.old.checked_sub(old_offset)?;
                let new = region.new.checked_sub(new_offset)?;
                (region.len > 0 && old + region.len <= old_len).then_some(Region {
                    old,
                    new,
                    ..*region
                })
            }));
        self.regions.sort_unstable_by_key(|region| region.new);
        self.regions.dedup();
    }

    /// Writes what changed of the source.
    fn take_source(&mut self, new: &[u8], change: Change) {
        let Change {
            from,
            old_end,
            new_end,
        } = change;
        let (old_len, new_len) = (self.source.len(), new.len());
        if new_len > old_len {
            self.source.resize(new_len, 0);
        }
        if old_end != new_end {
            self.source.copy_within(old_end..old_len, new_end);
            self.source.truncate(new_len);
        }
        self.source[from..new_end].copy_from_slice(&new[from..new_end]);
    }

    /// The HTML of the last render: the root's outer HTML, without white space around it.
    pub fn html(&self) -> &str {
        std::str::from_utf8(&self.source).unwrap_or_default()
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
        let index = 1 + self.nodes[1..]
            .iter()
            .position(|node| node.number == number)?;
        let count = 1 + self.nodes[index].descendants as usize;
        let first = self.next;
        self.number_from(index, count - 1, first);
        self.next += count as u32;
        let content = build::content_of(self.bytes(), self.syntax(), &self.nodes, index);
        Some(Resync { first, content })
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

    fn bytes(&self) -> &[u8] {
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
            nodes: self.nodes.clone(),
            next: self.next,
            scratch: Scratch::default(),
            regions: Vec::new(),
        }
    }

    /// Keeps the buffers.
    fn clone_from(&mut self, other: &Self) {
        self.source.clone_from(&other.source);
        self.offset = other.offset;
        self.normal.clone_from(&other.normal);
        self.nodes.clone_from(&other.nodes);
        self.next = other.next;
    }
}

fn is_space(char: char) -> bool {
    matches!(char, ' ' | '\t' | '\n' | '\x0c' | '\r')
}

fn check_size(html: &str) -> Result<(), Error> {
    if html.len() > SIZE_LIMIT {
        return Err(ErrorKind::TooLarge {
            bytes: html.len(),
            limit: SIZE_LIMIT,
        }
        .into());
    }
    Ok(())
}
