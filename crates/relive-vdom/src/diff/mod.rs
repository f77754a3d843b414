//! The walk over the old records and the new bytes, in lockstep.
//!
//! # Invariants
//!
//! - The old records are not written to: what changes is noted, and put in place when the whole walk has succeeded.
//! - New bytes are parsed in ascending order, and each at most once (but for a replacement's).
//! - Operations are emitted such that each applies to the tree as the ones before it left it: first a parent's
//!   children are put in place, then each of them is compared inside.

mod attributes;
mod element;
mod emit;
mod equal;
mod features;
mod insert;
pub(crate) mod keys;
mod order;
mod pair;
mod rows;
mod siblings;
mod splices;
mod table;
mod text;

use crate::document::Region;
use crate::node::{Kind, Meta, Node};
use crate::parse::context::Context;
use crate::parse::subtree::{Records, Until, text_end};
use crate::parse::{Stop, Syntax, attributes::TAG_NAME_END, attributes::class};
use crate::patch::{Mark, Sink};
use equal::EqualRun;

/// Work buffers, kept from update to update.
#[derive(Debug, Default)]
pub(crate) struct Scratch {
    pub(crate) parsed: Records,
    pub(crate) segments: Vec<Segment>,
    pub(crate) edits: Vec<(u32, Node)>,
    pub(crate) spare: Vec<Node>,
}

/// A run of records of the new document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Segment {
    /// Whether they are parsed records; else old ones.
    pub(crate) parsed: bool,
    pub(crate) from: u32,
    pub(crate) to: u32,
}

/// What is compared.
pub(crate) struct Input<'a> {
    pub(crate) old: &'a [u8],
    pub(crate) nodes: &'a [Node],
    pub(crate) new: &'a str,
    pub(crate) syntax: Syntax,
    /// Sorted by their place in the new HTML.
    pub(crate) regions: &'a [Region],
    pub(crate) next: u32,
}

/// Where two renders differ: all before `from` and all from `old_end` and `new_end` on is equal.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Change {
    pub(crate) from: usize,
    pub(crate) old_end: usize,
    pub(crate) new_end: usize,
}

/// Compares, and leaves the new records as segments and edits in `scratch`. Returns the next free number, and where the
/// renders differ, if they do.
pub(crate) fn run(
    input: &Input<'_>,
    scratch: &mut Scratch,
    sink: &mut impl Sink,
) -> Result<(u32, Option<Change>), Stop> {
    scratch.parsed.clear();
    scratch.segments.clear();
    scratch.edits.clear();
    let new = input.new.as_bytes();
    let run = EqualRun::new(input.old, new, input.regions);
    if run.is_whole() {
        scratch.segments.push(Segment {
            parsed: false,
            from: 0,
            to: input.nodes.len() as u32,
        });
        return Ok((input.next, None));
    }
    let change = run.change();
    if input.syntax == Syntax::Html
        && let Some(at) = memchr::memchr2(b'\r', 0, &new[change.from..change.new_end])
    {
        return Err(Stop::Outside(change.from + at));
    }
    let mut walk = Walk {
        old: input.old,
        new,
        html: input.new,
        syntax: input.syntax,
        nodes: input.nodes,
        run,
        parsed: &mut scratch.parsed,
        segments: &mut scratch.segments,
        edits: &mut scratch.edits,
        count: 0,
        next: input.next,
        path: Vec::new(),
        sink,
    };
    walk.root()?;
    Ok((walk.next, Some(change)))
}

struct Walk<'a, S> {
    old: &'a [u8],
    new: &'a [u8],
    /// `new` as text.
    html: &'a str,
    syntax: Syntax,
    nodes: &'a [Node],
    run: EqualRun<'a>,
    parsed: &'a mut Records,
    segments: &'a mut Vec<Segment>,
    edits: &'a mut Vec<(u32, Node)>,
    /// Records in the segments so far.
    count: u32,
    next: u32,
    /// Where the elements that are being compared start in the new bytes; from the root down.
    path: Vec<u32>,
    sink: &'a mut S,
}

/// The element whose children are compared.
#[derive(Clone, Copy)]
struct Parent {
    number: u32,
    /// Of its inside.
    context: Context,
    /// Its own; the root's is 0.
    depth: usize,
}

/// The children that are still to be compared.
#[derive(Clone, Copy)]
struct Cursor {
    /// The next old child's record, and the end of the parent's records.
    index: usize,
    end: usize,
    /// Where that child starts in the old bytes, and where the parent's inside ends.
    old_at: usize,
    old_end: usize,
    new_at: usize,
}

/// What a replacement goes back to.
struct Checkpoint {
    mark: Mark,
    segments: usize,
    last: Option<Segment>,
    edits: usize,
    parsed: usize,
    count: u32,
    next: u32,
}

impl<S: Sink> Walk<'_, S> {
    /// Compares the children of one element. Returns where its inside ends in the new bytes.
    fn children(&mut self, parent: Parent, mut at: Cursor) -> Result<usize, Stop> {
        loop {
            if self.run.is_tail(at.old_at, at.new_at) {
                self.keep(at.index, at.end);
                return Ok(self.run.in_suffix(at.old_end));
            }
            self.hop(&mut at);
            if at.index == at.end {
                return self.insert_rest(parent, at.new_at);
            }
            let node = self.nodes[at.index];
            if self.same(&node, at.old_at, at.new_at) {
                self.keep(at.index, node.past(at.index));
                at.step(&node, at.new_at + node.len as usize);
                continue;
            }
            if self.is_end(at.new_at) {
                self.remove_all(at.index, at.end);
                return Ok(at.new_at);
            }
            if !self.goes_on(parent, &at)? {
                return self.siblings(parent, at);
            }
            let end = self.node(parent, at.index, at.old_at, at.new_at)?;
            at.step(&node, end);
        }
    }

    /// Skips the children that lie in the known equal run, without comparing anything.
    #[inline]
    fn hop(&mut self, at: &mut Cursor) {
        let known = self.run.known(at.old_at, at.new_at);
        let first = at.index;
        while at.index < at.end {
            let node = &self.nodes[at.index];
            // One byte more is known to be equal: a text ends in the new bytes where it ended in the old.
            if at.old_at + node.len as usize >= known {
                break;
            }
            at.step(node, at.new_at + node.len as usize);
        }
        self.keep(first, at.index);
    }

    /// Whether the new bytes at `new_at` are this very node.
    #[inline]
    fn same(&mut self, node: &Node, old_at: usize, new_at: usize) -> bool {
        let len = node.len as usize;
        self.run.equal(old_at, new_at, len)
            && (node.kind() != Kind::Text || self.is_text_end(new_at + len))
    }

    /// Whether a text that comes to `at` ends there.
    #[inline]
    fn is_text_end(&self, at: usize) -> bool {
        self.new.get(at).is_none_or(|&byte| byte == b'<')
    }

    /// Whether the old child here is best compared with the new one here, without a look at the other siblings.
    fn goes_on(&mut self, parent: Parent, at: &Cursor) -> Result<bool, Stop> {
        let node = self.nodes[at.index];
        let (old_at, new_at) = (at.old_at, at.new_at);
        // All that is left of the old children is in the common suffix: what is new stands before it.
        if old_at >= self.run.suffix() || !self.compatible(&node, old_at, new_at) {
            return Ok(false);
        }
        let past = node.past(at.index);
        let old_next = old_at + node.len as usize;
        let in_tail = old_next >= self.run.suffix();
        // Where all that follows is equal, there must be something left for this one to become.
        if in_tail && self.run.in_suffix(old_next) <= new_at {
            return Ok(false);
        }
        let mut end = None;
        if node.is_element() {
            let last = in_tail || past == at.end;
            let same_tag = self.run.equal(old_at, new_at, node.start as usize);
            if same_tag && last {
                return Ok(true);
            }
            let key = keys::of(self.old, old_at);
            if same_tag {
                if key.is_some() {
                    return Ok(true);
                }
            } else {
                let new_key = keys::of(self.new, new_at);
                if key.map(|key| key.value(self.old)) != new_key.map(|key| key.value(self.new)) {
                    return Ok(false);
                }
                if key.is_some() {
                    return Ok(true);
                }
            }
        } else if node.kind() == Kind::Text {
            end = Some(text_end(self.new, new_at));
        }
        let end = match end {
            Some(end) => end,
            None => self.parsed_node(parent, new_at)?.1,
        };
        Ok(if past == at.end {
            self.is_end(end)
        } else if in_tail {
            self.run.in_suffix(old_next) == end
        } else {
            let next = self.nodes[past];
            self.same(&next, old_next, end)
        })
    }

    /// Whether an old and a new node are of one kind: two texts, two comments, or elements of one name.
    fn compatible(&self, node: &Node, old_at: usize, new_at: usize) -> bool {
        let new = &self.new[new_at..];
        match node.kind() {
            Kind::Text => new.first().is_some_and(|&byte| byte != b'<'),
            Kind::Comment => new.starts_with(b"<!"),
            Kind::Element | Kind::Void => {
                let old = &self.old[old_at..];
                let end = 1 + old[1..]
                    .iter()
                    .position(|&byte| class(byte) & TAG_NAME_END != 0)
                    .unwrap_or(0);
                new.len() > end && new[..end] == old[..end] && class(new[end]) & TAG_NAME_END != 0
            }
        }
    }

    /// Whether the parent's inside ends at `at`.
    #[inline]
    fn is_end(&self, at: usize) -> bool {
        at >= self.new.len() || self.new[at..].starts_with(b"</")
    }

    /// The record of the new node at `at`, and where it ends.
    fn parsed_node(&mut self, parent: Parent, at: usize) -> Result<(usize, usize), Stop> {
        let record = match self.parsed.find(at) {
            Some(record) => record,
            None => {
                let record = self.parsed.nodes.len();
                self.parsed.parse(
                    self.new,
                    at,
                    parent.context,
                    parent.depth,
                    self.syntax,
                    Until::Node,
                )?;
                record
            }
        };
        match self.parsed.nodes.get(record) {
            Some(node) => Ok((record, at + node.len as usize)),
            None => Err(Stop::Outside(at)),
        }
    }

    /// Old records that stay as they are.
    #[inline]
    fn keep(&mut self, from: usize, to: usize) {
        self.push(Segment {
            parsed: false,
            from: from as u32,
            to: to as u32,
        });
    }

    fn push(&mut self, segment: Segment) {
        if segment.from == segment.to {
            return;
        }
        self.count += segment.to - segment.from;
        match self.segments.last_mut() {
            Some(last) if last.parsed == segment.parsed && last.to == segment.from => {
                last.to = segment.to;
            }
            _ => self.segments.push(segment),
        }
    }

    /// An old record that stays with other lengths.
    fn edit(&mut self, index: usize, node: Node) {
        self.edits.push((index as u32, node));
    }

    fn checkpoint(&self) -> Checkpoint {
        Checkpoint {
            mark: self.sink.mark(),
            segments: self.segments.len(),
            last: self.segments.last().copied(),
            edits: self.edits.len(),
            parsed: self.parsed.nodes.len(),
            count: self.count,
            next: self.next,
        }
    }

    fn go_back(&mut self, to: &Checkpoint) {
        self.sink.rewind(to.mark);
        self.segments.truncate(to.segments);
        if let (Some(last), Some(was)) = (self.segments.last_mut(), to.last) {
            *last = was;
        }
        self.edits.truncate(to.edits);
        self.parsed.truncate(to.parsed);
        self.count = to.count;
        self.next = to.next;
    }

    /// Removes neighbours.
    fn remove_all(&mut self, mut from: usize, to: usize) {
        let first = self.nodes[from].number;
        let mut last = first;
        while from < to {
            last = self.nodes[from].number;
            from = self.nodes[from].past(from);
        }
        if first == last {
            self.sink.remove(first);
        } else {
            self.sink.remove_range(first, last);
        }
    }
}

impl Cursor {
    #[inline]
    fn step(&mut self, node: &Node, new_at: usize) {
        self.index = node.past(self.index);
        self.old_at += node.len as usize;
        self.new_at = new_at;
    }
}

/// A record with other lengths.
fn resized(node: &Node, meta: Meta, start: usize, len: usize, descendants: u32) -> Node {
    Node {
        number: node.number,
        len: len as u32,
        descendants,
        start: start as u32,
        meta,
    }
}

impl Scratch {
    /// Makes `nodes` the new records: edits, then segments.
    pub(crate) fn put_in_place(&mut self, nodes: &mut Vec<Node>) {
        for &(index, node) in &self.edits {
            nodes[index as usize] = node;
        }
        // The root stays: what comes first are old records from the first on.
        let Some((first, rest)) = self.segments.split_first() else {
            return;
        };
        let kept = first.to as usize;
        match rest {
            [] => nodes.truncate(kept),
            // Something was taken out: the rest moves down.
            [rest] if !rest.parsed => {
                let (from, to) = (rest.from as usize, rest.to as usize);
                nodes.copy_within(from..to, kept);
                nodes.truncate(kept + to - from);
            }
            rest => {
                self.spare.clear();
                for segment in rest {
                    let source = if segment.parsed {
                        &self.parsed.nodes
                    } else {
                        &*nodes
                    };
                    self.spare
                        .extend_from_slice(&source[segment.from as usize..segment.to as usize]);
                }
                nodes.truncate(kept);
                nodes.reserve_exact(self.spare.len());
                nodes.extend_from_slice(&self.spare);
            }
        }
        crate::document::give_back(nodes);
    }

    /// Gives back buffers with room for more records than `most`.
    pub(crate) fn shrink(&mut self, most: usize) {
        if self.parsed.nodes.capacity() > most {
            self.parsed = Records::default();
        }
        if self.spare.capacity() > most {
            self.spare = Vec::new();
        }
        if self.edits.capacity() > most {
            self.edits = Vec::new();
        }
        if self.segments.capacity() > most {
            self.segments = Vec::new();
        }
    }
}
