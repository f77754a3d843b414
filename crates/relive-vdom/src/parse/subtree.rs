//! Whole subtrees: from bytes to records, checking membership in the subset on the way.
//!
//! # Invariants
//!
//! - HTML given to this parser holds no carriage return and no NUL; the callers look for those in what changed.
//! - On `Err` the output may hold records of the broken subtree; callers give the whole attempt up.

use memchr::{memchr, memmem};

use super::attributes::SPACE;
use super::context::Context;
use super::shape::{self, Shape};
use super::start_tag::{self, StartTag};
use super::tags::Content;
use super::{DEPTH_LIMIT, Stop, Syntax, attributes};
use crate::node::{Kind, Meta, Node, Zone};

/// Records of parsed subtrees, and where each starts in the source. Their numbers are not given out yet.
#[derive(Debug, Default)]
pub(crate) struct Records {
    pub(crate) nodes: Vec<Node>,
    pub(crate) at: Vec<u32>,
    open: Vec<Open>,
    /// Of the nodes that are parsed next to each other, one call after the other.
    top: Level,
    /// Where they stand.
    top_place: Option<(Context, usize)>,
    values: Vec<(u32, u32)>,
}

/// An element whose end tag has not come yet.
#[derive(Debug)]
struct Open {
    record: u32,
    name_end: u32,
    context: Context,
    inside: Level,
}

/// What is known about the siblings so far.
#[derive(Debug, Default)]
struct Level {
    /// The last element that was parsed, or the one that those after it are like.
    previous: Option<u32>,
    /// Its shape, once an element has been compared with it.
    shape: Option<Shape>,
    /// How often an element did not have the shape of the one before it.
    failures: u8,
}

/// After so many failures, siblings are taken to be of different kinds.
const FAILURES: u8 = 4;
/// Smaller elements are parsed faster than compared.
const SHAPED: u32 = 2;

/// How far to parse.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Until {
    /// One node.
    Node,
    /// To the end tag of the parent, or the end of the source.
    End,
}

impl Records {
    pub(crate) fn clear(&mut self) {
        self.nodes.clear();
        self.at.clear();
        self.top_place = None;
    }

    /// Forgets the records from `len` on.
    pub(crate) fn truncate(&mut self, len: usize) {
        self.nodes.truncate(len);
        self.at.truncate(len);
        self.top_place = None;
    }

    fn push(&mut self, at: usize, len: usize, meta: Meta) {
        self.at.push(at as u32);
        self.nodes.push(Node {
            len: len as u32,
            meta,
            ..Node::default()
        });
    }

    /// Parses nodes from `at` on; returns the place just past them. `depth` is that of the parent.
    pub(crate) fn parse(
        &mut self,
        source: &[u8],
        mut at: usize,
        mut context: Context,
        depth: usize,
        syntax: Syntax,
        until: Until,
    ) -> Result<usize, Stop> {
        self.open.clear();
        let outer = context;
        if self.top_place != Some((context, depth)) {
            self.top_place = Some((context, depth));
            self.top = Level::default();
        }
        while let Some(&byte) = source.get(at) {
            if byte != b'<' {
                let end = text_end(source, at);
                check_text(source, at, end, context, syntax)?;
                self.push(at, end - at, Meta::TEXT);
                at = end;
            } else if source.get(at + 1) == Some(&b'/') {
                let Some(open) = self.open.pop() else {
                    return Ok(at);
                };
                at = self.close(source, at, open.record, open.name_end)?;
                let level = self.level();
                (level.previous, level.shape) = (Some(open.record), None);
                context = self.open.last().map_or(outer, |open| open.context);
            } else if source[at..].starts_with(b"<!--") {
                let end = comment_end(source, at, syntax)?;
                self.push(at, end - at, Meta::COMMENT);
                at = end;
            } else if syntax == Syntax::Html
                && let Some(end) = self.like_previous(source, at)
            {
                at = end;
            } else {
                let tag = start_tag::read(source, at, context, syntax)?;
                if depth + self.open.len() >= DEPTH_LIMIT {
                    return Err(Stop::TooDeep(at));
                }
                if matches!(tag.content, Content::Raw | Content::Escapable) {
                    at = self.parse_element(source, at, &tag)?;
                } else {
                    let record = self.nodes.len();
                    self.push(at, tag.end - at, tag.meta);
                    self.nodes[record].start = (tag.end - at) as u32;
                    at = tag.end;
                    if tag.content == Content::Normal {
                        context = tag.context;
                        let (record, name_end) = (record as u32, tag.name_end as u32);
                        self.open.push(Open {
                            record,
                            name_end,
                            context,
                            inside: Level::default(),
                        });
                        continue;
                    }
                }
            }
            if until == Until::Node && self.open.is_empty() {
                return Ok(at);
            }
        }
        if self.open.is_empty() {
            Ok(at)
        } else {
            Err(Stop::Outside(at))
        }
    }

    fn level(&mut self) -> &mut Level {
        match self.open.last_mut() {
            Some(open) => &mut open.inside,
            None => &mut self.top,
        }
    }

    /// Reads the element at `at` by the shape of a sibling before it, if it has that. Returns its end.
    #[inline]
    fn like_previous(&mut self, source: &[u8], at: usize) -> Option<usize> {
        let level = self.level();
        let previous = level.previous? as usize;
        if level.failures >= FAILURES || self.nodes[previous].descendants < SHAPED {
            return None;
        }
        let own = self.at[previous] as usize;
        if source[own..].get(..6)? != source[at..].get(..6)? {
            return None;
        }
        self.read_shaped(source, at, previous)
    }

    fn read_shaped(&mut self, source: &[u8], at: usize, previous: usize) -> Option<usize> {
        let mut shape = self.level().shape.take().unwrap_or_else(|| {
            let past = self.nodes[previous].past(previous);
            Shape::new(
                source,
                self.at[previous] as usize,
                &self.nodes[previous..past],
            )
        });
        let mut values = std::mem::take(&mut self.values);
        values.clear();
        let end = shape.read(source, at, &mut values);
        if end.is_some() {
            let (nodes, places) = (&mut self.nodes, &mut self.at);
            shape::copy_records(&shape, nodes, places, previous, at, &values);
            self.level().shape = Some(shape);
        } else {
            self.level().failures += 1;
        }
        self.values = values;
        end
    }

    /// Takes the end tag at `at`, which must be that of the element with this record, and completes the record.
    #[inline]
    fn close(
        &mut self,
        source: &[u8],
        at: usize,
        record: u32,
        name_end: u32,
    ) -> Result<usize, Stop> {
        let record = record as usize;
        let start = self.at[record] as usize;
        let name = &source[start + 1..name_end as usize];
        let end = end_tag(source, at, name).ok_or(Stop::Outside(at))?;
        let node = &mut self.nodes[record];
        node.len = (end - start) as u32;
        if node.meta.zone() != Zone::None {
            self.nodes.truncate(record + 1);
            self.at.truncate(record + 1);
        } else {
            node.descendants = 0;
            let descendants = self.nodes.len() - record - 1;
            self.nodes[record].descendants = descendants as u32;
        }
        Ok(end)
    }

    /// Parses one raw text element whose start tag has been read. Returns its end.
    pub(crate) fn parse_element(
        &mut self,
        source: &[u8],
        at: usize,
        tag: &StartTag,
    ) -> Result<usize, Stop> {
        let record = self.nodes.len();
        self.push(at, tag.end - at, tag.meta);
        self.nodes[record].start = (tag.end - at) as u32;
        let end = raw_end(source, tag.end, &source[at + 1..tag.name_end])?;
        if end > tag.end && tag.meta.zone() == Zone::None {
            let raw = tag.content == Content::Raw;
            self.push(
                tag.end,
                end - tag.end,
                if raw { Meta::RAW_TEXT } else { Meta::TEXT },
            );
        }
        self.close(source, end, record as u32, tag.name_end as u32)
    }

    /// The record that starts at `at`. The starts ascend.
    pub(crate) fn find(&self, at: usize) -> Option<usize> {
        self.at.binary_search(&(at as u32)).ok()
    }
}

/// Just past the end tag of an element called `name`, if one stands at `at`, written as the subset wants it.
#[inline]
pub(crate) fn end_tag(source: &[u8], at: usize, name: &[u8]) -> Option<usize> {
    let end = at + 2 + name.len();
    (source.get(end) == Some(&b'>')
        && source[at] == b'<'
        && source[at + 1] == b'/'
        && &source[at + 2..end] == name)
        .then_some(end + 1)
}

/// Where the text at `at` ends.
#[inline]
pub(crate) fn text_end(source: &[u8], at: usize) -> usize {
    let near = source.len().min(at + 16);
    for (offset, &byte) in source[at..near].iter().enumerate() {
        if byte == b'<' {
            return at + offset;
        }
    }
    memchr(b'<', &source[near..]).map_or(source.len(), |offset| near + offset)
}

/// Checks that the text from `at` to `end` may stand here. A `<` that begins no tag is found when the next node is read.
#[inline]
pub(crate) fn check_text(
    source: &[u8],
    at: usize,
    end: usize,
    context: Context,
    syntax: Syntax,
) -> Result<(), Stop> {
    let blank = || {
        source[at..end]
            .iter()
            .all(|&byte| attributes::class(byte) & SPACE != 0)
    };
    let fits = syntax == Syntax::Normal || context.takes_text() || blank();
    if fits { Ok(()) } else { Err(Stop::Outside(at)) }
}

/// Just past the comment at `at`.
pub(crate) fn comment_end(source: &[u8], at: usize, syntax: Syntax) -> Result<usize, Stop> {
    let outside = Stop::Outside(at);
    let data = &source[at + 4..];
    let end = memmem::find(data, b"-->").ok_or(outside)?;
    let abrupt = data.starts_with(b">") || data.starts_with(b"->");
    if syntax == Syntax::Html && (abrupt || memmem::find(&data[..end], b"--!>").is_some()) {
        return Err(outside);
    }
    Ok(at + 4 + end + 3)
}

/// Where the text of a raw text element ends: at its end tag.
fn raw_end(source: &[u8], at: usize, name: &[u8]) -> Result<usize, Stop> {
    let outside = Stop::Outside(at);
    let mut from = at;
    loop {
        let end = from + memmem::find(&source[from..], b"</").ok_or(outside)?;
        if end_tag(source, end, name).is_some() {
            // A comment's start in a script can hide its end tag.
            let hidden = name == b"script" && memmem::find(&source[at..end], b"<!--").is_some();
            return if hidden { Err(outside) } else { Ok(end) };
        }
        let after = &source[end + 2..];
        if after.len() >= name.len() && after[..name.len()].eq_ignore_ascii_case(name) {
            return Err(outside);
        }
        from = end + 2;
    }
}

/// The data of a text or comment record at `at`.
pub(crate) fn data<'a>(source: &'a [u8], at: usize, node: &Node) -> std::borrow::Cow<'a, str> {
    let bytes = &source[at..at + node.len as usize];
    match node.kind() {
        Kind::Comment => super::decode::raw(&bytes[4..bytes.len() - 3]),
        _ if node.meta.is_raw_text() => super::decode::raw(bytes),
        _ => super::decode::text(bytes),
    }
}
