//! Rows that are like one row: the row's HTML once, then what differs, column by column.
//!
//! What stands in the slots of a list's rows is mostly one value under several names (`id="r7"`, `data-id="7"`, `7`). Slots
//! whose values are a column's with something before and after share the column.

use std::borrow::Cow;

use super::{Parent, Walk};
use crate::parse::decode;
use crate::parse::shape::{Shape, Slot as ShapeSlot};
use crate::patch::{Column, Rows, Sink, Slot};
use crate::wire;

/// Fewer rows are sent as HTML.
const FEW: usize = 3;

/// Rows next to each other that have one shape.
struct Run {
    shape: Shape,
    /// Just past their records.
    past: usize,
    /// Where they end.
    end: usize,
    /// The places of what stands in the varying slots, for each row after the first.
    values: Vec<(u32, u32)>,
    rows: usize,
    separator: (usize, usize),
}

impl<'a, S: Sink> Walk<'a, S> {
    /// Sends the parsed records `from..past`, whose bytes are `at..end`, and which have their numbers: rows that are alike
    /// by column, all else as HTML.
    pub(super) fn send_with_rows(
        &mut self,
        parent: Parent,
        before: u32,
        (from, past): (usize, usize),
        (at, end): (usize, usize),
    ) {
        let (mut pending, mut pending_at) = (from, at);
        let mut index = from;
        while index < past {
            let place = self.parsed.at[index] as usize;
            let Some(run) = self.run_of_rows(index, past) else {
                index = self.parsed.nodes[index].past(index);
                continue;
            };
            let first = self.parsed.nodes[index].number;
            if let Some(rows) = self.rows(parent.number, before, first, place, &run) {
                if pending < index {
                    self.send(
                        parent,
                        before,
                        self.parsed.nodes[pending].number,
                        pending_at,
                        place,
                    );
                }
                self.sink.rows(&rows);
                (pending, pending_at) = (run.past, run.end);
            }
            index = run.past;
        }
        if pending < past {
            self.send(
                parent,
                before,
                self.parsed.nodes[pending].number,
                pending_at,
                end,
            );
        }
    }

    /// The rows that begin with the record at `index`, if there are enough.
    fn run_of_rows(&self, index: usize, limit: usize) -> Option<Run> {
        let nodes = &self.parsed.nodes[..limit];
        let first = nodes[index];
        let place = |index: usize| self.parsed.at[index] as usize;
        let first_past = first.past(index);
        let after = nodes.get(first_past)?;
        let gap = usize::from(!after.is_element());
        nodes.get(first_past + gap)?;
        if !first.is_element() {
            return None;
        }
        let head = |at: usize| self.new.get(at..at + 6);
        if head(place(index)) != head(place(first_past + gap)) {
            return None;
        }
        let end_of = |index: usize| place(index) + nodes[index].len as usize;
        let separator = (end_of(index), place(first_past + gap));
        let between = &self.new[separator.0..separator.1];
        let mut shape = Shape::new(self.new, place(index), &nodes[index..first_past]);
        let mut values = Vec::new();
        let (mut past, mut end) = (first_past, end_of(index));
        let mut starts = Vec::new();
        while let Some(row) = nodes.get(past + gap)
            && row.is_element()
            && &self.new[end..place(past + gap)] == between
        {
            values.clear();
            let start = place(past + gap);
            if shape.read(self.new, start, &mut values).is_none() {
                break;
            }
            starts.push(start);
            end = start + row.len as usize;
            past = row.past(past + gap);
        }
        if starts.len() + 1 < FEW {
            return None;
        }
        values.clear();
        for &start in &starts {
            shape.try_read(self.new, start, &mut values)?;
        }
        Some(Run {
            shape,
            past,
            end,
            values,
            rows: starts.len(),
            separator,
        })
    }

    /// The operation for these rows, where it is shorter than their HTML.
    fn rows(&self, parent: u32, before: u32, first: u32, at: usize, run: &Run) -> Option<Rows<'a>> {
        let html = self.html;
        let slots: Vec<&ShapeSlot> = run.shape.varying().collect();
        if slots.iter().any(|slot| !self.can_be_set(slot)) {
            return None;
        }
        let value = |row: usize, slot: usize| -> Cow<'a, str> {
            let (from, to) = run.values[row * slots.len() + slot];
            let text = &html[from as usize..to as usize];
            decode::source(text, slots[slot].name.is_some())
        };
        let mut order: Vec<usize> = (0..slots.len()).collect();
        order.sort_by_key(|&slot| run.values[slot].1 - run.values[slot].0);
        let mut columns: Vec<Column<'a>> = Vec::new();
        let mut made = Vec::new();
        for slot in order {
            let own: Column<'a> = (0..run.rows).map(|row| value(row, slot)).collect();
            let (column, prefix, suffix) =
                match columns.iter().enumerate().find_map(|(index, column)| {
                    let (prefix, suffix) = affixes(column, &own)?;
                    Some((index, prefix, suffix))
                }) {
                    Some(found) => found,
                    None => {
                        let (prefix, suffix, stripped) = strip(own);
                        columns.push(stripped);
                        (columns.len() - 1, prefix, suffix)
                    }
                };
            made.push((slot, column, prefix, suffix));
        }
        if columns.is_empty() {
            // The column says how many rows there are.
            columns.push(vec![Cow::Borrowed(""); run.rows]);
        }
        made.sort_unstable_by_key(|&(slot, ..)| slot);
        let slots = made
            .into_iter()
            .map(|(slot, column, prefix, suffix)| Slot {
                offset: slots[slot].offset,
                name: slots[slot]
                    .name
                    .map(|(from, to)| Cow::Borrowed(&html[from..to])),
                column: column as u32,
                prefix: prefix.into(),
                suffix: suffix.into(),
            })
            .collect();
        let separator = decode::source(&html[run.separator.0..run.separator.1], false);
        let rows = Rows {
            parent,
            before,
            first,
            html: html[at..run.separator.0].into(),
            separator,
            slots,
            columns,
        };
        (wire::rows(&rows) < run.end - at).then_some(rows)
    }

    /// Whether `setAttribute` takes the slot's name.
    fn can_be_set(&self, slot: &ShapeSlot) -> bool {
        slot.name
            .is_none_or(|(from, to)| super::attributes::is_plain_name(&self.new[from..to]))
    }
}

/// What stands before and after a column's values in these values, if it is the same for all.
fn affixes(column: &Column<'_>, values: &Column<'_>) -> Option<(String, String)> {
    let (base, whole) = (&*column[0], &*values[0]);
    let at = whole.find(base)?;
    let (prefix, suffix) = (&whole[..at], &whole[at + base.len()..]);
    let fits = column.iter().zip(values).all(|(base, whole)| {
        whole.len() == prefix.len() + base.len() + suffix.len()
            && whole
                .strip_prefix(prefix)
                .is_some_and(|rest| rest.starts_with(&**base))
            && whole.ends_with(suffix)
    });
    fits.then(|| (prefix.to_owned(), suffix.to_owned()))
}

/// Takes out what all values begin and end with.
fn strip<'a>(mut values: Column<'a>) -> (String, String, Column<'a>) {
    let first = values[0].clone();
    let mut prefix = first.len();
    let mut suffix = first.len();
    let mut shortest = first.len();
    for value in &values {
        prefix = prefix.min(crate::bytes::common_prefix(
            first.as_bytes(),
            value.as_bytes(),
        ));
        suffix = suffix.min(crate::bytes::common_suffix(
            first.as_bytes(),
            value.as_bytes(),
        ));
        shortest = shortest.min(value.len());
    }
    while !first.is_char_boundary(prefix) {
        prefix -= 1;
    }
    suffix = suffix.min(shortest - prefix);
    while !first.is_char_boundary(first.len() - suffix) {
        suffix -= 1;
    }
    if prefix + suffix > 0 {
        for value in &mut values {
            *value = match value {
                Cow::Borrowed(text) => Cow::Borrowed(&text[prefix..text.len() - suffix]),
                Cow::Owned(text) => Cow::Owned(text[prefix..text.len() - suffix].to_owned()),
            };
        }
    }
    let (prefix, suffix) = (
        first[..prefix].to_owned(),
        first[first.len() - suffix..].to_owned(),
    );
    (prefix, suffix, values)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(values: &[&str]) -> Column<'static> {
        values
            .iter()
            .map(|&value| Cow::Owned(value.to_owned()))
            .collect()
    }

    #[test]
    fn what_all_values_share_is_taken_out() {
        for (values, prefix, suffix, rest) in [
            (&["r1", "r2", "r33"][..], "r", "", &["1", "2", "33"][..]),
            (&["1px", "2px"], "", "px", &["1", "2"]),
            (&["a-1-b", "a-2-b"], "a-", "-b", &["1", "2"]),
            // They overlap: the beginning has it.
            (&["aba", "aa"], "a", "a", &["b", ""]),
            (&["aa", "aa"], "aa", "", &["", ""]),
            (&["x", "y"], "", "", &["x", "y"]),
            (&["é1", "è1"], "", "1", &["é", "è"]),
            // The last bytes of the two letters are one.
            (&["1é", "1ũ"], "1", "", &["é", "ũ"]),
            (&["", "a"], "", "", &["", "a"]),
            (&["one"], "one", "", &[""]),
        ] {
            let borrowed: Column<'_> = values.iter().map(|&value| Cow::Borrowed(value)).collect();
            for values in [column(values), borrowed] {
                let expected = (prefix.to_owned(), suffix.to_owned(), column(rest));
                assert_eq!(strip(values.clone()), expected, "{values:?}");
            }
        }
    }

    #[test]
    fn values_that_are_a_columns_with_something_around_share_it() {
        for (base, values, expected) in [
            (&["1", "2"][..], &["r1", "r2"][..], Some(("r", ""))),
            (&["1", "2"], &["1", "2"], Some(("", ""))),
            (&["1", "2"], &["<1>", "<2>"], Some(("<", ">"))),
            (&["1", "22"], &["<1>", "<22>"], Some(("<", ">"))),
            (&["1", "2"], &["r1", "r3"], None),
            (&["1", "2"], &["r1", "s2"], None),
            (&["1", "2"], &["1a", "2b"], None),
            (&["1", "2"], &["r1", "r22"], None),
            (&["1", "2"], &["r1", "2"], None),
            (&["1", "2"], &["x", "y"], None),
            (&["a", "aa"], &["a-a", "a-aa"], None),
        ] {
            let expected = expected.map(|(a, b)| (a.to_owned(), b.to_owned()));
            assert_eq!(
                affixes(&column(base), &column(values)),
                expected,
                "{base:?} {values:?}"
            );
        }
    }

    fn inserted(rows: &str) -> Vec<crate::Op> {
        // What stands before has no part in it.
        let before = format!("<ul dj-root><b>{}</b>", "x".repeat(3000));
        crate::law::check(&format!("{before}</ul>"), &format!("{before}{rows}</ul>")).unwrap()
    }

    #[test]
    fn rows_go_by_column_where_that_is_shorter() {
        let row = |k: usize| format!("<li id=\"r{k}\" class=\"row of the list\"><b>{k}</b></li>");
        let list = |count: usize| (0..count).map(row).collect::<String>();
        assert!(matches!(inserted(&list(2))[..], [crate::Op::Append { .. }]));
        let [crate::Op::Rows(rows)] = &inserted(&list(20))[..] else {
            panic!()
        };
        assert!(!rows.is_empty());
        assert_eq!(rows.len(), 20);
        assert_eq!((rows.parent, rows.before, rows.first), (0, 0, 3));
        assert_eq!(rows.html, row(0));
        assert_eq!(
            rows.columns,
            [(1..20).map(|k| k.to_string()).collect::<Vec<_>>()]
        );
        let slots: Vec<_> = rows
            .slots
            .iter()
            .map(|slot| {
                (
                    slot.offset,
                    slot.name.as_deref(),
                    slot.column,
                    &*slot.prefix,
                    &*slot.suffix,
                )
            })
            .collect();
        assert_eq!(slots, [(0, Some("id"), 0, "r", ""), (2, None, 0, "", "")]);
        // One row of another kind parts them.
        let parted = inserted(&format!("{}<li>other</li>{}", list(9), list(9)));
        let codes: Vec<u8> = parted.iter().map(crate::Op::code).collect();
        assert_eq!(codes, [13, 5, 13]);
        // Short rows are shorter as they are; equal rows need no values.
        assert!(matches!(
            inserted("<i>1</i><i>2</i><i>3</i><i>4</i>")[..],
            [crate::Op::Append { .. }]
        ));
        let [crate::Op::Rows(equal)] = &inserted(&row(1).repeat(9))[..] else {
            panic!()
        };
        assert_eq!(
            (equal.slots.len(), equal.columns.len(), equal.len()),
            (0, 1, 9)
        );
    }

    #[test]
    fn names_that_cannot_be_set_are_no_slots() {
        let row =
            |k: usize| format!("<li @click=\"{k}\" class=\"a row of the list\"><b>x</b></li>");
        let list = (0..20).map(row).collect::<String>();
        assert!(matches!(inserted(&list)[..], [crate::Op::Append { .. }]));
        let equal = row(1).repeat(20);
        assert!(matches!(inserted(&equal)[..], [crate::Op::Rows(_)]));
    }

    #[test]
    fn white_space_between_rows_is_theirs() {
        let row = |k: usize| format!("<li class=\"row of the list\"><b>{k}</b></li>");
        let list: String = (0..12).map(|k| format!("\n  {}", row(k))).collect();
        let ops = inserted(&format!("{list}\n"));
        let [
            crate::Op::Append { html, .. },
            crate::Op::Rows(rows),
            crate::Op::Append { html: end, .. },
        ] = &ops[..]
        else {
            panic!("{ops:?}")
        };
        assert_eq!(
            (html.as_str(), &*rows.separator, rows.len(), end.as_str()),
            ("\n  ", "\n  ", 12, "\n")
        );
        assert_eq!(rows.html, row(0));
        let [column] = &rows.columns[..] else {
            panic!()
        };
        assert_eq!(column.len(), 11);
        // Another separator ends the run.
        let mixed: String = (0..12)
            .map(|k| format!("{}{}", row(k), ["-", " "][k / 6]))
            .collect();
        let codes: Vec<u8> = inserted(&mixed).iter().map(crate::Op::code).collect();
        assert_eq!(codes, [13, 5, 13, 5]);
    }
}
