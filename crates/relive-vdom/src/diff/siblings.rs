//! Children that do not stand as they stood: which old child is which new one, and how they get into place.
//!
//! Matching goes from the certain to the likely: equal bytes in order, keys, equal bytes anywhere, and then, between
//! those that keep their places, likeness ([`pair`](super::pair)). What is left of the old children is removed, what is
//! left of the new ones inserted.

use super::order::{self, Arrangement};
use super::table::{Table, seeded};
use super::{Cursor, Parent, Segment, Walk, keys};
use crate::node::Kind;
use crate::parse::Stop;
use crate::parse::attributes::Attribute;
use crate::patch::Sink;

/// How many old children ahead of the last match are tried before anything else.
const AHEAD: usize = 3;

/// No match.
pub(super) const NONE: u32 = u32::MAX;

/// An old child.
#[derive(Clone, Copy, Debug)]
pub(super) struct Old {
    pub(super) index: u32,
    pub(super) at: u32,
    pub(super) used: bool,
}

/// A new child.
#[derive(Clone, Copy, Debug)]
pub(super) struct New {
    pub(super) at: u32,
    pub(super) end: u32,
    /// Which of the old children it is, or `NONE`.
    pub(super) old: u32,
    /// Whether that one has the same bytes.
    exact: bool,
    pub(super) keyed: bool,
    /// Its parsed record, where it has been parsed.
    pub(super) record: u32,
}

impl New {
    /// Takes an old child with the same bytes.
    pub(super) fn matched_exactly(&mut self, old: usize) {
        (self.old, self.exact) = (old as u32, true);
    }
}

/// The children of one element that take part in the matching.
#[derive(Default)]
pub(super) struct Matching {
    pub(super) olds: Vec<Old>,
    pub(super) news: Vec<New>,
}

impl<S: Sink> Walk<'_, S> {
    /// Compares what is left of the children of one element. Returns where its inside ends in the new bytes.
    pub(super) fn siblings(&mut self, parent: Parent, at: Cursor) -> Result<usize, Stop> {
        let mut matching = Matching::default();
        let (tail, end) = self.collect(parent, &at, &mut matching)?;
        if matching.news.iter().any(|new| new.old == NONE)
            && matching.olds.iter().any(|old| !old.used)
        {
            self.pair_rest(&mut matching);
        }
        self.remove_unused(&matching);
        let after = if tail < at.end {
            self.nodes[tail].number
        } else {
            0
        };
        let mut inserted = self.arrange(parent, &matching, after)?;
        for new in &matching.news {
            if new.old != NONE {
                let old = matching.olds[new.old as usize];
                let index = old.index as usize;
                if new.exact {
                    self.keep(index, self.nodes[index].past(index));
                } else {
                    let end = self.node(parent, index, old.at as usize, new.at as usize)?;
                    debug_assert_eq!(end, new.end as usize);
                }
            } else if let Some(segment) = inserted.next_if_at(new.record) {
                self.push(segment);
            }
        }
        if tail < at.end {
            self.keep(tail, at.end);
            return Ok(self.run.in_suffix(at.old_end));
        }
        Ok(end)
    }

    /// Lists the children and matches those that are certain. Returns the first old child that stays at the end
    /// together with all that follow, and the place before which the new children end.
    fn collect(
        &mut self,
        parent: Parent,
        at: &Cursor,
        matching: &mut Matching,
    ) -> Result<(usize, usize), Stop> {
        let Matching { olds, news } = matching;
        let (mut tail, mut tail_at) = (at.index, at.old_at);
        while tail < at.end
            && (tail_at < self.run.suffix() || self.run.in_suffix(tail_at) < at.new_at)
        {
            let node = &self.nodes[tail];
            olds.push(Old {
                index: tail as u32,
                at: tail_at as u32,
                used: false,
            });
            tail_at += node.len as usize;
            tail = node.past(tail);
        }
        let mut target = (tail < at.end).then(|| self.run.in_suffix(tail_at));
        let mut keyed = None;
        let (mut new_at, mut expected, mut jumped) = (at.new_at, 0, false);
        while Some(new_at) != target && !(self.is_end(new_at) && target.is_none()) {
            if self.is_end(new_at) || target.is_some_and(|target| new_at > target) {
                // The new children never came to where the tail begins: it takes part as well.
                while tail < at.end {
                    let node = &self.nodes[tail];
                    olds.push(Old {
                        index: tail as u32,
                        at: tail_at as u32,
                        used: false,
                    });
                    tail_at += node.len as usize;
                    tail = node.past(tail);
                }
                (target, keyed) = (None, None);
                continue;
            }
            let mut new = New {
                at: new_at as u32,
                end: 0,
                old: NONE,
                exact: false,
                keyed: false,
                record: NONE,
            };
            let rest = &self.new[new_at..];
            let is_element = rest.starts_with(b"<") && !rest.starts_with(b"<!");
            let ahead = match (is_element, jumped) {
                (true, _) => AHEAD,
                (false, false) => 1,
                (false, true) => 0,
            };
            let near = expected..olds.len().min(expected + ahead);
            let mut found = near.into_iter().find(|&old| {
                let Old { index, at, used } = olds[old];
                !used && self.same(&self.nodes[index as usize].clone(), at as usize, new_at)
            });
            new.exact = found.is_some();
            if found.is_none()
                && is_element
                && let Some(key) = keys::of(self.new, new_at)
            {
                new.keyed = true;
                let table = keyed.get_or_insert_with(|| self.key_table(olds));
                found = self.find_key(table, olds, new_at, &key);
                if let Some(old) = found {
                    let Old { index, at, .. } = olds[old];
                    new.exact = self.same(&self.nodes[index as usize].clone(), at as usize, new_at);
                }
            }
            if let Some(old) = found {
                jumped |= old != expected;
                expected = old + 1;
                olds[old].used = true;
                new.old = old as u32;
            }
            new.end = if let (true, Some(old)) = (new.exact, found) {
                new_at as u32 + self.nodes[olds[old].index as usize].len
            } else {
                let (record, end) = self.parsed_node(parent, new_at)?;
                new.record = record as u32;
                end as u32
            };
            new_at = new.end as usize;
            news.push(new);
        }
        Ok((tail, new_at))
    }

    /// The old children with keys, by name and key.
    fn key_table(&self, olds: &[Old]) -> Table {
        let mut table = Table::new(olds.len());
        for (item, old) in olds.iter().enumerate().rev() {
            if old.used {
                continue;
            }
            if let Some(key) = keys::of(self.old, old.at as usize) {
                table.insert(item, key_hash(self.old, old.at as usize, &key));
            }
        }
        table
    }

    fn find_key(
        &self,
        table: &mut Table,
        olds: &[Old],
        new_at: usize,
        key: &Attribute,
    ) -> Option<usize> {
        let value = key.value(self.new);
        table.take(key_hash(self.new, new_at, key), |item| {
            let Old { index, at, used } = olds[item];
            !used
                && self.compatible(&self.nodes[index as usize], at as usize, new_at)
                && keys::of(self.old, at as usize).is_some_and(|key| key.value(self.old) == value)
        })
    }

    fn remove_unused(&mut self, matching: &Matching) {
        let olds = &matching.olds;
        let mut from = 0;
        while from < olds.len() {
            let past = from + olds[from..].iter().take_while(|old| !old.used).count();
            if past > from {
                let last = olds[past - 1].index as usize;
                self.remove_all(olds[from].index as usize, self.nodes[last].past(last));
            }
            from = past + 1;
        }
    }

    /// Moves and inserts, from the first to the last. `after` is what stands behind all of them, or 0.
    fn arrange(
        &mut self,
        parent: Parent,
        matching: &Matching,
        after: u32,
    ) -> Result<Inserted, Stop> {
        let Matching { olds, news } = matching;
        let matched: Vec<u32> = news
            .iter()
            .map(|new| new.old)
            .filter(|&old| old != NONE)
            .collect();
        let number = |old: u32| self.nodes[olds[old as usize].index as usize].number;
        let stays = match order::arrangement(&matched) {
            Arrangement::InOrder => None,
            Arrangement::Trade(listed) => {
                let numbers: Vec<u32> = listed.into_iter().map(number).collect();
                self.sink.permute(&numbers);
                None
            }
            Arrangement::Move(stays) => Some(stays),
        };
        // What each new child goes before: the next one that is in its place already.
        let mut before = vec![after; news.len()];
        let mut next = after;
        let mut nth = matched.len();
        for (item, new) in news.iter().enumerate().rev() {
            before[item] = next;
            if new.old != NONE {
                nth -= 1;
                if stays.as_ref().is_none_or(|stays| stays[nth]) {
                    next = self.nodes[olds[new.old as usize].index as usize].number;
                }
            }
        }
        let mut inserted = Vec::new();
        let mut item = 0;
        let mut nth = 0;
        while item < news.len() {
            let new = news[item];
            if new.old != NONE {
                if stays.as_ref().is_some_and(|stays| !stays[nth]) {
                    let number = self.nodes[olds[new.old as usize].index as usize].number;
                    match before[item] {
                        0 => self.sink.move_to_end(number),
                        reference => self.sink.move_before(number, reference),
                    }
                }
                nth += 1;
                item += 1;
                continue;
            }
            let run = news[item..]
                .iter()
                .take_while(|new| new.old == NONE)
                .count();
            let last = news[item + run - 1];
            let (from, past) = (new.record as usize, last.record as usize);
            let past = self.parsed.nodes[past].past(past);
            self.insert_numbered(
                parent,
                before[item],
                from,
                past,
                new.at as usize,
                last.end as usize,
            )?;
            inserted.push(Segment {
                parsed: true,
                from: from as u32,
                to: past as u32,
            });
            item += run;
        }
        Ok(Inserted(inserted.into_iter().peekable()))
    }
}

/// The runs that were inserted, in order.
struct Inserted(std::iter::Peekable<std::vec::IntoIter<Segment>>);

impl Inserted {
    /// The next run, where it begins with this record.
    fn next_if_at(&mut self, record: u32) -> Option<Segment> {
        self.0.next_if(|segment| segment.from == record)
    }
}

/// A hash of an element's name and key.
fn key_hash(source: &[u8], at: usize, key: &Attribute) -> u64 {
    let name_end = crate::parse::start_tag::name_end(source, at).unwrap_or(at);
    seeded(
        crate::bytes::hash(&source[at..name_end])
            ^ crate::bytes::hash(key.value(source)).rotate_left(1),
    )
}

/// Whether a record is a text of white space only.
pub(super) fn is_blank(kind: Kind, bytes: &[u8]) -> bool {
    kind == Kind::Text && bytes.trim_ascii().is_empty()
}
