//! Elements that are written like one before them: the rows of a list.
//!
//! A shape is an element's bytes with slots in them: attribute values between quotes, and texts. An element whose bytes
//! are the same but for what stands in the slots has the same records but for lengths. That is read much faster
//! than it is parsed, and it is what `rows` operations are made from.
//!
//! # Invariants
//!
//! - Nothing in a slot can change the structure: values hold no quote, texts no `<` and are never empty, and what
//!   makes zones is not a slot.
//! - Both elements stand in the same context, so that membership in the subset carries over.

use memchr::memchr;

use super::attributes::{Attributes, SPACE, class};
use super::start_tag::FLASH;
use super::tags;
use crate::node::{Kind, Node};

/// An element's bytes with slots.
#[derive(Debug)]
pub(crate) struct Shape {
    /// The element's place.
    at: usize,
    end: usize,
    slots: Vec<Slot>,
    /// The slots in which elements have differed so far; ascending.
    varying: Vec<u32>,
}

/// A part that may differ.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Slot {
    /// The record it belongs to, counted from the element's own.
    pub(crate) offset: u32,
    /// An attribute's name; none for a text.
    pub(crate) name: Option<(usize, usize)>,
    pub(crate) value: (usize, usize),
    /// The byte that ends it.
    stop: u8,
    /// Whether it must not become the flash container's id.
    is_id: bool,
}

impl Shape {
    /// The shape of the element at `at`, whose records these are.
    pub(crate) fn new(source: &[u8], at: usize, nodes: &[Node]) -> Shape {
        let mut slots = Vec::new();
        let mut place = at;
        // For each open element: the index past its records, its end, and whether a text may be a slot.
        let mut open: Vec<(usize, usize, bool)> = Vec::new();
        for (index, node) in nodes.iter().enumerate() {
            while let Some(&(past, end, _)) = open.last()
                && past == index
            {
                place = end;
                open.pop();
            }
            let end = place + node.len as usize;
            match node.kind() {
                Kind::Element | Kind::Void => {
                    attribute_slots(source, place, index as u32, &mut slots);
                    if node.descendants > 0 {
                        let free = !tags::tag(node.meta.tag()).eats_newline;
                        open.push((node.past(index), end, free));
                        place += node.start as usize;
                        continue;
                    }
                }
                Kind::Text => {
                    let free = open.last().is_none_or(|open| open.2) && !node.meta.is_raw_text();
                    let blank = || {
                        source[place..end]
                            .iter()
                            .all(|&byte| class(byte) & SPACE != 0)
                    };
                    if free && !blank() {
                        let offset = index as u32;
                        slots.push(Slot {
                            offset,
                            name: None,
                            value: (place, end),
                            stop: b'<',
                            is_id: false,
                        });
                    }
                }
                Kind::Comment => {}
            }
            place = end;
        }
        let end = at + nodes.first().map_or(0, |node| node.len as usize);
        Shape {
            at,
            end,
            slots,
            varying: Vec::new(),
        }
    }

    /// The slots in which elements have differed so far.
    pub(crate) fn varying(&self) -> impl ExactSizeIterator<Item = &Slot> {
        self.varying.iter().map(|&slot| &self.slots[slot as usize])
    }

    /// Reads an element of this shape at `at`: appends the places of what stands in the varying slots, and returns the
    /// element's end. New varying slots may be found on the way; what was read before had the shape's own values there.
    pub(crate) fn read(
        &mut self,
        source: &[u8],
        at: usize,
        values: &mut Vec<(u32, u32)>,
    ) -> Option<usize> {
        if self.varying.is_empty() && !self.learn(source, at) {
            return None;
        }
        let before = values.len();
        self.try_read(source, at, values).or_else(|| {
            values.truncate(before);
            if self.learn(source, at) {
                self.try_read(source, at, values)
            } else {
                None
            }
        })
    }

    /// Reads without learning.
    pub(crate) fn try_read(
        &self,
        source: &[u8],
        at: usize,
        values: &mut Vec<(u32, u32)>,
    ) -> Option<usize> {
        let (mut own, mut other) = (self.at, at);
        for &slot in &self.varying {
            let slot = &self.slots[slot as usize];
            let fixed = slot.value.0 - own;
            if !same(source, own, other, fixed) {
                return None;
            }
            other += fixed;
            let end = slot.end(source, other)?;
            values.push((other as u32, end as u32));
            (own, other) = (slot.value.1, end);
        }
        let fixed = self.end - own;
        same(source, own, other, fixed).then_some(other + fixed)
    }

    /// Looks for the slots in which the element at `at` differs. Whether it has this shape.
    fn learn(&mut self, source: &[u8], at: usize) -> bool {
        let (mut own, mut other) = (self.at, at);
        let mut found = Vec::new();
        for (index, slot) in self.slots.iter().enumerate() {
            let fixed = slot.value.0 - own;
            if !same(source, own, other, fixed) {
                return false;
            }
            other += fixed;
            let Some(end) = slot.end(source, other) else {
                return false;
            };
            if source[other..end] != source[slot.value.0..slot.value.1] {
                found.push(index as u32);
            }
            (own, other) = (slot.value.1, end);
        }
        if !same(source, own, other, self.end - own) {
            return false;
        }
        self.varying.extend(found);
        self.varying.sort_unstable();
        self.varying.dedup();
        true
    }
}

impl Slot {
    /// Where what stands in this slot ends, if it begins at `at`.
    #[inline]
    fn end(&self, source: &[u8], at: usize) -> Option<usize> {
        let near = source.len().min(at + 24);
        let rest = source.get(at..near)?;
        let end = match rest.iter().position(|&byte| byte == self.stop) {
            Some(length) => at + length,
            None => near + memchr(self.stop, &source[near..])?,
        };
        let fits = if self.is_id {
            // A reference could spell the flash container's id.
            let value = &source[at..end];
            value != FLASH.as_bytes() && memchr(b'&', value).is_none()
        } else {
            end > at || self.name.is_some()
        };
        fits.then_some(end)
    }
}

/// The slots of the start tag at `at`: what stands between quotes, but for what makes zones.
fn attribute_slots(source: &[u8], at: usize, offset: u32, slots: &mut Vec<Slot>) {
    let Some(name_end) = super::start_tag::name_end(source, at) else {
        return;
    };
    for attribute in Attributes::new(source, name_end) {
        let name = attribute.name(source);
        let stop = source[attribute.value.0 - 1];
        let quoted = attribute.value.0 > attribute.name.1 && matches!(stop, b'"' | b'\'');
        if !quoted || name == b"dj-update" {
            continue;
        }
        let is_id = name == b"id";
        slots.push(Slot {
            offset,
            name: Some(attribute.name),
            value: attribute.value,
            stop,
            is_id,
        });
    }
}

#[inline]
fn same(source: &[u8], own: usize, other: usize, len: usize) -> bool {
    other + len <= source.len() && source[own..own + len] == source[other..other + len]
}

/// Appends the records of an element that has the shape of the one whose records begin at `first`: `values` are what
/// stands in its varying slots.
pub(crate) fn copy_records(
    shape: &Shape,
    nodes: &mut Vec<Node>,
    at: &mut Vec<u32>,
    first: usize,
    place: usize,
    values: &[(u32, u32)],
) {
    let count = 1 + nodes[first].descendants as usize;
    let copy = nodes.len();
    nodes.extend_from_within(first..first + count);
    at.extend_from_within(first..first + count);
    let moved = (place as u32).wrapping_sub(shape.at as u32);
    let mut grown = 0_u32;
    let mut from = copy;
    for (slot, &(start, end)) in shape.varying().zip(values) {
        let record = copy + slot.offset as usize;
        // Records up to the slot's own begin before the slot.
        for place in &mut at[from..=record] {
            *place = place.wrapping_add(moved).wrapping_add(grown);
        }
        from = from.max(record + 1);
        let growth = (end - start).wrapping_sub((slot.value.1 - slot.value.0) as u32);
        if growth != 0 {
            if slot.name.is_some() {
                nodes[record].start = nodes[record].start.wrapping_add(growth);
            }
            // Its own record, and those of the elements around it.
            let mut open = copy;
            loop {
                nodes[open].len = nodes[open].len.wrapping_add(growth);
                if open == record {
                    break;
                }
                open += 1;
                while nodes[open].past(open) <= record {
                    open = nodes[open].past(open);
                }
            }
            grown = grown.wrapping_add(growth);
        }
    }
    for place in &mut at[from..] {
        *place = place.wrapping_add(moved).wrapping_add(grown);
    }
}
