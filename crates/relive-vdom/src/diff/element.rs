//! One node that is in both trees.

use super::{Cursor, Parent, Walk, resized};
use crate::node::{Kind, Node, Zone};
use crate::parse::context::Context;
use crate::parse::start_tag::{self, StartTag};
use crate::parse::subtree::{Until, check_text, comment_end, data, end_tag, text_end};
use crate::parse::tags::{self, Content};
use crate::parse::{Stop, attributes::TAG_NAME_END, attributes::class};
use crate::patch::{KeepMode, Sink};

/// A patch may be longer than the HTML that it brings about by this many bytes, before the HTML goes instead:
/// nodes that stay are worth something.
const GIVE_UP: usize = 64;

/// An element that is in both trees.
#[derive(Clone, Copy)]
struct Pair {
    index: usize,
    old_at: usize,
    new_at: usize,
    tag: StartTag,
}

impl<S: Sink> Walk<'_, S> {
    /// Compares the root.
    pub(super) fn root(&mut self) -> Result<(), Stop> {
        let tag = self.start_tag(None, &self.nodes[0].clone(), 0, 0)?;
        let pair = Pair {
            index: 0,
            old_at: 0,
            new_at: 0,
            tag,
        };
        // A root cannot be replaced: the page does what it can with names that only the parser takes.
        self.attributes(&pair, true);
        let parent = Parent {
            number: 0,
            context: tag.context,
            depth: 0,
        };
        let end = self.inside(parent, &pair)?;
        if end == self.new.len() {
            Ok(())
        } else {
            Err(Stop::Outside(end))
        }
    }

    /// Compares a node that is in both trees. Returns where it ends in the new bytes.
    pub(super) fn node(
        &mut self,
        parent: Parent,
        index: usize,
        old_at: usize,
        new_at: usize,
    ) -> Result<usize, Stop> {
        let node = self.nodes[index];
        match node.kind() {
            Kind::Text => {
                let end = text_end(self.new, new_at);
                check_text(self.new, new_at, end, parent.context, self.syntax)?;
                self.text(index, old_at, new_at, end)
            }
            Kind::Comment => {
                let end = comment_end(self.new, new_at, self.syntax)?;
                self.text(index, old_at, new_at, end)
            }
            Kind::Element | Kind::Void => {
                if parent.depth >= crate::parse::DEPTH_LIMIT {
                    return Err(Stop::TooDeep(new_at));
                }
                let tag = self.start_tag(Some(parent), &node, old_at, new_at)?;
                self.element(
                    parent,
                    &Pair {
                        index,
                        old_at,
                        new_at,
                        tag,
                    },
                )
            }
        }
    }

    /// Compares a text or a comment with the new one from `new_at` to `end`.
    fn text(
        &mut self,
        index: usize,
        old_at: usize,
        new_at: usize,
        end: usize,
    ) -> Result<usize, Stop> {
        let node = self.nodes[index];
        let changed = resized(&node, node.meta, 0, end - new_at, 0);
        let (old, new) = (
            data(self.old, old_at, &node),
            data(self.new, new_at, &changed),
        );
        super::text::change(
            node.number,
            &old,
            &new,
            node.kind() == Kind::Text,
            self.sink,
        );
        self.edit(index, changed);
        self.keep(index, index + 1);
        Ok(end)
    }

    /// The new start tag, that of the root without a parent; where it is the old one, nothing is parsed.
    fn start_tag(
        &mut self,
        parent: Option<Parent>,
        node: &Node,
        old_at: usize,
        new_at: usize,
    ) -> Result<StartTag, Stop> {
        let rules = tags::tag(node.meta.tag());
        let start = node.start as usize;
        if rules.eats_newline || !self.run.equal(old_at, new_at, start) {
            return match parent {
                Some(parent) => start_tag::read(self.new, new_at, parent.context, self.syntax),
                None => start_tag::read_root(self.new, self.syntax),
            };
        }
        let name = &self.new[new_at + 1..];
        let length = name
            .iter()
            .position(|&byte| class(byte) & TAG_NAME_END != 0)
            .unwrap_or(0);
        let content = match (node.kind(), self.syntax) {
            (Kind::Void, _) => Content::Void,
            (_, super::Syntax::Normal) => Content::Normal,
            _ => rules.content,
        };
        Ok(StartTag {
            name_end: new_at + 1 + length,
            end: new_at + start,
            meta: node.meta,
            content,
            context: match (self.syntax, parent) {
                (super::Syntax::Normal, _) => Context::UNCHECKED,
                (super::Syntax::Html, Some(parent)) => parent.context.inside(node.meta.tag()),
                (super::Syntax::Html, None) => {
                    Context::root(node.meta.tag()).ok_or(Stop::Outside(new_at))?
                }
            },
        })
    }

    fn element(&mut self, parent: Parent, pair: &Pair) -> Result<usize, Stop> {
        let node = self.nodes[pair.index];
        if node.meta.zone() != pair.tag.meta.zone() || !self.attributes(pair, false) {
            return self.replace(parent, pair);
        }
        match node.meta.zone() {
            Zone::None => {
                let inside = Parent {
                    number: node.number,
                    context: pair.tag.context,
                    depth: parent.depth + 1,
                };
                self.inside(inside, pair)
            }
            zone => self.zone(parent, pair, zone),
        }
    }

    /// Compares what is inside an element, its start tag being done. Returns the new end of the element.
    fn inside(&mut self, parent: Parent, pair: &Pair) -> Result<usize, Stop> {
        let Pair {
            index,
            old_at,
            new_at,
            tag,
        } = *pair;
        let node = self.nodes[index];
        let name_len = tag.name_end - new_at - 1;
        let count = self.count;
        self.keep(index, index + 1);
        let old_close = if node.kind() == Kind::Void {
            0
        } else {
            name_len + 3
        };
        let cursor = Cursor {
            index: index + 1,
            end: node.past(index),
            old_at: old_at + node.start as usize,
            old_end: old_at + node.len as usize - old_close,
            new_at: tag.end,
        };
        let end = if tag.content == Content::Void {
            if cursor.index < cursor.end {
                self.remove_all(cursor.index, cursor.end);
            }
            tag.end
        } else {
            self.path.push(new_at as u32);
            let inner = match tag.content {
                Content::Raw | Content::Escapable => self.raw_text(parent, pair, cursor)?,
                _ => self.children_or_content(parent, cursor)?,
            };
            self.path.pop();
            let name = &self.new[new_at + 1..tag.name_end];
            end_tag(self.new, inner, name).ok_or(Stop::Outside(inner))?
        };
        let descendants = self.count - count - 1;
        let changed = resized(&node, tag.meta, tag.end - new_at, end - new_at, descendants);
        if changed != node {
            self.edit(index, changed);
        }
        Ok(end)
    }

    /// Compares children; sends all of them anew where that is shorter.
    fn children_or_content(&mut self, parent: Parent, cursor: Cursor) -> Result<usize, Stop> {
        let checkpoint = self.checkpoint();
        let end = self.children(parent, cursor)?;
        let grown = self.sink.mark().bytes - checkpoint.mark.bytes;
        let operations = self.sink.mark().operations - checkpoint.mark.operations;
        if operations > 1
            && grown > end - cursor.new_at + GIVE_UP
            && !self.nodes[cursor.index..cursor.end]
                .iter()
                .any(|node| node.meta.zone() != Zone::None)
        {
            self.go_back(&checkpoint);
            self.content(parent, cursor.new_at, end)?;
        }
        Ok(end)
    }

    /// Compares the text of a raw text element.
    fn raw_text(&mut self, parent: Parent, pair: &Pair, cursor: Cursor) -> Result<usize, Stop> {
        // The element's own place decides what its text is; it has been checked with the start tag.
        let from = self.parsed.nodes.len();
        let (record, end) = match self.parsed.find(pair.new_at) {
            Some(record) => (record, pair.new_at + self.parsed.nodes[record].len as usize),
            None => {
                let end = self
                    .parsed
                    .parse_element(self.new, pair.new_at, &pair.tag)?;
                (from, end)
            }
        };
        let close = pair.tag.name_end - pair.new_at + 2;
        let inner = end - close;
        let has_text = self.parsed.nodes[record].descendants > 0;
        match (cursor.index < cursor.end, has_text) {
            (true, true) => {
                self.text(cursor.index, cursor.old_at, cursor.new_at, inner)?;
            }
            (true, false) => self.remove_all(cursor.index, cursor.end),
            (false, true) => {
                self.insert(parent, 0, record + 1, record + 2, cursor.new_at, inner)?
            }
            (false, false) => {}
        }
        Ok(inner)
    }

    /// An element whose inside belongs to somebody else.
    fn zone(&mut self, parent: Parent, pair: &Pair, zone: Zone) -> Result<usize, Stop> {
        let Pair {
            index,
            old_at,
            new_at,
            tag,
        } = *pair;
        let node = self.nodes[index];
        let (record, end) = self.parsed_node(parent, new_at)?;
        debug_assert_eq!(self.parsed.nodes[record].descendants, 0);
        // Without an end tag, there is nothing inside.
        let close = tag.name_end - new_at + 2;
        let old = match node.kind() {
            Kind::Void => &[],
            _ => &self.old[old_at + node.start as usize..old_at + node.len as usize - close],
        };
        let inner = match tag.content {
            Content::Void => end,
            _ => end - close,
        };
        let new = &self.new[tag.end..inner];
        if old != new {
            match zone {
                Zone::Sealed => return self.replace(parent, pair),
                Zone::None | Zone::Alone => {}
                _ if new.trim_ascii().is_empty() => {}
                Zone::Prepend => {
                    self.rows_to_keep(node.number, KeepMode::Prepend, tag.end, inner);
                }
                Zone::Append | Zone::Stream => {
                    self.rows_to_keep(node.number, KeepMode::Append, tag.end, inner);
                }
            }
        }
        let changed = resized(&node, tag.meta, tag.end - new_at, end - new_at, 0);
        if changed != node {
            self.edit(index, changed);
        }
        self.keep(index, index + 1);
        Ok(end)
    }

    /// Sends a node that cannot become the new one.
    fn replace(&mut self, parent: Parent, pair: &Pair) -> Result<usize, Stop> {
        let (record, end) = self.parsed_node(parent, pair.new_at)?;
        let past = self.parsed.nodes[record].past(record);
        let number = self.nodes[pair.index].number;
        self.send_replacement(parent, number, record, past, pair.new_at, end)?;
        Ok(end)
    }

    /// Sends everything inside an element.
    fn content(&mut self, parent: Parent, new_at: usize, end: usize) -> Result<(), Stop> {
        let (from, past) = match self.parsed.at.binary_search(&(new_at as u32)) {
            Ok(from) => (
                from,
                self.parsed.at.partition_point(|&at| (at as usize) < end),
            ),
            Err(_) => {
                let from = self.parsed.nodes.len();
                self.parsed.parse(
                    self.new,
                    new_at,
                    parent.context,
                    parent.depth,
                    self.syntax,
                    Until::End,
                )?;
                (from, self.parsed.nodes.len())
            }
        };
        self.send_content(parent, from, past, new_at, end)
    }

    /// Emits the changes of the attributes. Where they cannot be made one by one, nothing is emitted unless they are
    /// `forced`; whether they were emitted.
    fn attributes(&mut self, pair: &Pair, forced: bool) -> bool {
        let Pair {
            index,
            old_at,
            new_at,
            tag,
        } = *pair;
        let node = self.nodes[index];
        let start = node.start as usize;
        if tag.end - new_at == start && self.run.equal(old_at, new_at, start) {
            return true;
        }
        let name_len = tag.name_end - new_at;
        super::attributes::change(
            (node.number, tag.meta.namespace()),
            (self.old, old_at + name_len),
            (self.new, tag.name_end),
            forced,
            self.sink,
        )
    }
}
