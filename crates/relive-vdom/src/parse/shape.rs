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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::Syntax;
    use crate::parse::context::Context;
    use crate::parse::subtree::{Records, Until};

    /// The records of one element.
    fn records(source: &[u8], at: usize) -> Records {
        let mut records = Records::default();
        let context = Context::root(tags::tag_index(b"div")).unwrap();
        records
            .parse(source, at, context, 0, Syntax::Html, Until::Node)
            .unwrap();
        records
    }

    /// Reads `other` by the shape of `own`: the values, or `None` if it has another shape. Where it has that, its records
    /// are those that the parser makes.
    fn read(own: &str, other: &str) -> Option<Vec<String>> {
        let source = format!("{own}{other}<i>");
        let source = source.as_bytes();
        let own_records = records(source, 0);
        let mut shape = Shape::new(source, 0, &own_records.nodes);
        let mut values = Vec::new();
        let end = shape.read(source, own.len(), &mut values)?;
        assert_eq!(end, own.len() + other.len());
        let (mut nodes, mut at) = (own_records.nodes.clone(), own_records.at.clone());
        copy_records(&shape, &mut nodes, &mut at, 0, own.len(), &values);
        let parsed = records(source, own.len());
        assert_eq!(nodes[own_records.nodes.len()..], parsed.nodes, "{other}");
        assert_eq!(at[own_records.at.len()..], parsed.at, "{other}");
        // Once learnt, it is read at once, and the shape's own element too.
        assert_eq!(
            shape.try_read(source, own.len(), &mut Vec::new()),
            Some(end)
        );
        assert_eq!(shape.try_read(source, 0, &mut Vec::new()), Some(own.len()));
        let text = |&(from, to): &(u32, u32)| {
            String::from_utf8_lossy(&source[from as usize..to as usize]).into_owned()
        };
        Some(values.iter().map(text).collect())
    }

    #[test]
    fn elements_that_differ_in_values_and_texts_have_one_shape() {
        let long = "a value of more than twenty-four bytes";
        let cases: &[(&str, &str, Option<&[&str]>)] = &[
            ("<p><b>1</b></p>", "<p><b>22</b></p>", Some(&["22"])),
            ("<p><b>1</b>x</p>", "<p><b>1</b>yy</p>", Some(&["yy"])),
            // What stands between no quotes is a part of the shape.
            (
                "<p a=1><b c=2>1</b></p>",
                "<p a=1><b c=2>22</b></p>",
                Some(&["22"]),
            ),
            ("<p a=1><b c=2>1</b></p>", "<p a=3><b c=2>1</b></p>", None),
            (
                "<p id=\"1\"><b>x</b></p>",
                "<p id=\"22\"><b>y</b></p>",
                Some(&["22", "y"]),
            ),
            (
                "<p a='1' b=\"2\"><b c='3'/></b></p>",
                "<p a='' b=\"2\"><b c='33'/></b></p>",
                Some(&["", "33"]),
            ),
            (
                "<p><b>1</b><i><u>2</u></i>3</p>",
                "<p><b>a</b><i><u>bb</u></i>ccc</p>",
                Some(&["a", "bb", "ccc"]),
            ),
            (
                "<p title=\"a\">x</p>",
                "<p title=\"a value of more than twenty-four bytes\">x</p>",
                Some(&[long]),
            ),
            (
                "<p>x<b></b></p>",
                "<p>a value of more than twenty-four bytes<b></b></p>",
                Some(&[long]),
            ),
            ("<p>a<br>b</p>", "<p>a<br>c</p>", Some(&["c"])),
            ("<p><!-- a -->b</p>", "<p><!-- a -->c</p>", Some(&["c"])),
            ("<p>a\n<b>1</b></p>", "<p>\n<b>1</b></p>", Some(&["\n"])),
            // Other bytes between the slots.
            ("<p><b>1</b></p>", "<p><b>1</b> </p>", None),
            ("<p><b>1</b></p>", "<p><i>1</i></p>", None),
            ("<p><b>1</b>x</p>", "<p><b>1</b></p>", None),
            ("<p><b></b></p>", "<p><b>1</b></p>", None),
            ("<p a=\"1\">x</p>", "<p a='1'>x</p>", None),
            ("<p a=\"1\">x</p>", "<p b=\"1\">x</p>", None),
            ("<p a=\"1\">x</p>", "<p a=\"1\" b>x</p>", None),
            ("<p a=1>x</p>", "<p a=2>x</p>", None),
            ("<p><!-- a -->b</p>", "<p><!-- b -->b</p>", None),
            ("<p>\n<b>1</b></p>", "<p>x<b>1</b></p>", None),
            // What makes zones.
            (
                "<p dj-update=\"replace\">x</p>",
                "<p dj-update=\"ignore\">x</p>",
                None,
            ),
            (
                "<p id=\"a\">x</p>",
                "<p id=\"dj-flash-container\">x</p>",
                None,
            ),
            (
                "<p id=\"a\">x</p>",
                "<p id=\"dj&#45;flash-container\">x</p>",
                None,
            ),
            (
                "<p id=\"a\">x</p>",
                "<p id=\"dj-flash-containers\">x</p>",
                Some(&["dj-flash-containers"]),
            ),
            ("<p id=\"a\">x</p>", "<p id=\"\">x</p>", Some(&[""])),
            // Texts without references, and those whose first newline is swallowed.
            (
                "<p><script>1</script></p>",
                "<p><script>2</script></p>",
                None,
            ),
            ("<div><pre>1</pre></div>", "<div><pre>2</pre></div>", None),
            (
                "<div><pre>1</pre>a</div>",
                "<div><pre>1</pre>b</div>",
                Some(&["b"]),
            ),
            (
                "<div><pre>1<b>x</b></pre></div>",
                "<div><pre>1<b>y</b></pre></div>",
                Some(&["y"]),
            ),
            (
                "<p><i dj-update=ignore>a</i>b</p>",
                "<p><i dj-update=ignore>a</i>c</p>",
                Some(&["c"]),
            ),
            (
                "<p><i dj-update=ignore>a</i>b</p>",
                "<p><i dj-update=ignore>x</i>b</p>",
                None,
            ),
        ];
        for &(own, other, expected) in cases {
            let found = read(own, other);
            let expected: Option<Vec<String>> =
                expected.map(|list| list.iter().map(|&value| value.to_owned()).collect());
            assert_eq!(found, expected, "{own} {other}");
        }
    }

    #[test]
    fn what_differs_is_learnt_as_it_comes() {
        let rows = [
            "<p a=\"1\"><b>x</b>y</p>",
            "<p a=\"2\"><b>x</b>y</p>",
            "<p a=\"22\"><b>xx</b>y</p>",
            "<p a=\"1\"><b>x</b>yy</p>",
        ];
        let source = rows.concat();
        let source = source.as_bytes();
        let own = records(source, 0);
        let mut shape = Shape::new(source, 0, &own.nodes);
        let (mut at, mut varying) = (rows[0].len(), Vec::new());
        for row in &rows[1..] {
            let mut values = vec![(7, 7)];
            assert_eq!(shape.read(source, at, &mut values), Some(at + row.len()));
            assert_eq!(values[0], (7, 7));
            varying.push(values.len() - 1);
            assert_eq!(shape.varying().len(), values.len() - 1);
            at += row.len();
        }
        assert_eq!(varying, [1, 2, 3]);
        let offsets: Vec<u32> = shape.varying().map(|slot| slot.offset).collect();
        assert_eq!(offsets, [0, 2, 3]);
        // An equal element has the shape, and nothing varies.
        let twice = format!("{0}{0}", rows[0]);
        let mut shape = Shape::new(twice.as_bytes(), 0, &records(twice.as_bytes(), 0).nodes);
        assert_eq!(
            shape.read(twice.as_bytes(), rows[0].len(), &mut Vec::new()),
            Some(twice.len())
        );
        assert_eq!(shape.varying().len(), 0);
    }
}
