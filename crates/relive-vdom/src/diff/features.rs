//! Which old child is which new one where all of them changed, and some moved too: by what is found in one old and one new
//! child only, such as a row's number in a cell.

use super::siblings::{Matching, NONE, New, Old};
use super::table::seeded;
use super::{Walk, keys};
use crate::bytes::hash;
use crate::node::{Kind, Node};
use crate::patch::Sink;

/// Features of one child that are looked at.
const MOST: usize = 24;
/// More than one child has this feature.
const MANY: u32 = u32::MAX - 1;

/// A feature, and which children have it.
#[derive(Clone, Copy)]
struct Entry {
    hash: u64,
    old: u32,
    new: u32,
}

impl<S: Sink> Walk<'_, S> {
    /// Pairs elements that share features which no others have.
    pub(super) fn pair_by_features(&self, matching: &mut Matching) {
        let Matching { olds, news } = matching;
        let mut entries = Entries::new(olds.iter().filter(|old| !old.used).count() * 8);
        let mut features = Vec::new();
        for (item, old) in olds.iter().enumerate().filter(|(_, old)| !old.used) {
            let index = old.index as usize;
            let nodes = &self.nodes[index..self.nodes[index].past(index)];
            features.clear();
            collect(self.old, old.at as usize, nodes, &mut features);
            for &feature in &features {
                if let Some(entry) = entries.entry(feature, true) {
                    entry.old = if entry.old == NONE || entry.old == item as u32 {
                        item as u32
                    } else {
                        MANY
                    };
                }
            }
        }
        // The features of each new child, one after the other.
        let mut of_new = Vec::new();
        features.clear();
        for (item, new) in news.iter().enumerate() {
            let from = features.len();
            if new.old == NONE && !new.keyed {
                let record = new.record as usize;
                let nodes = &self.parsed.nodes[record..self.parsed.nodes[record].past(record)];
                collect(self.new, new.at as usize, nodes, &mut features);
            }
            of_new.push(from..features.len());
            for &feature in &features[from..] {
                if let Some(entry) = entries.entry(feature, false) {
                    entry.new = if entry.new == NONE || entry.new == item as u32 {
                        item as u32
                    } else {
                        MANY
                    };
                }
            }
        }
        for (new, own) in news.iter_mut().zip(of_new) {
            if let Some(item) = self.vote(&mut entries, olds, new, &features[own]) {
                olds[item].used = true;
                new.old = item as u32;
            }
        }
    }

    /// The old child that shares most of the features.
    fn vote(
        &self,
        entries: &mut Entries,
        olds: &[Old],
        new: &New,
        features: &[u64],
    ) -> Option<usize> {
        let mut votes: Vec<(u32, u32)> = Vec::new();
        for &feature in features {
            let Some(entry) = entries.entry(feature, false) else {
                continue;
            };
            if entry.old >= MANY || entry.new >= MANY {
                continue;
            }
            let old = entry.old;
            match votes.iter_mut().find(|(item, _)| *item == old) {
                Some((_, count)) => *count += 1,
                None => votes.push((old, 1)),
            }
        }
        votes.sort_unstable_by_key(|&(item, count)| (std::cmp::Reverse(count), item));
        let (old_key, new_key) = (
            |old: &Old| keys::of(self.old, old.at as usize),
            keys::of(self.new, new.at as usize),
        );
        votes
            .into_iter()
            .map(|(item, _)| item as usize)
            .find(|&item| {
                let old = &olds[item];
                !old.used
                    && self.compatible(
                        &self.nodes[old.index as usize],
                        old.at as usize,
                        new.at as usize,
                    )
                    && old_key(old).map(|key| key.value(self.old))
                        == new_key.map(|key| key.value(self.new))
            })
    }
}

/// The features of an element: its texts, and its start tags that have attributes.
fn collect(source: &[u8], at: usize, nodes: &[Node], features: &mut Vec<u64>) {
    if !nodes[0].is_element() {
        return;
    }
    let most = features.len() + MOST;
    let mut place = at;
    let mut open: Vec<(usize, usize)> = Vec::new();
    for (index, node) in nodes.iter().enumerate() {
        while let Some(&(past, end)) = open.last()
            && past == index
        {
            place = end;
            open.pop();
        }
        let end = place + node.len as usize;
        let bytes = match node.kind() {
            Kind::Text | Kind::Comment => source[place..end].trim_ascii(),
            Kind::Element | Kind::Void => {
                let tag = &source[place..place + node.start as usize];
                if tag.contains(&b'=') { tag } else { &[] }
            }
        };
        if !bytes.is_empty() {
            features.push(seeded(hash(bytes)));
            if features.len() == most {
                return;
            }
        }
        if node.descendants > 0 {
            open.push((node.past(index), end));
            place += node.start as usize;
        } else {
            place = end;
        }
    }
}

/// A hash table of features; those of the old children only go in.
struct Entries {
    slots: Vec<Entry>,
    used: usize,
}

impl Entries {
    fn new(expected: usize) -> Self {
        let empty = Entry {
            hash: 0,
            old: NONE,
            new: NONE,
        };
        Entries {
            slots: vec![empty; (expected * 2).next_power_of_two().max(64)],
            used: 0,
        }
    }

    /// The entry of a feature; a new one if `insert`.
    fn entry(&mut self, hash: u64, insert: bool) -> Option<&mut Entry> {
        let hash = hash.max(1);
        if insert && self.used * 2 > self.slots.len() {
            self.grow();
        }
        let mask = self.slots.len() - 1;
        let mut slot = hash as usize & mask;
        while self.slots[slot].hash != hash {
            if self.slots[slot].hash == 0 {
                if !insert {
                    return None;
                }
                self.slots[slot].hash = hash;
                self.used += 1;
                break;
            }
            slot = (slot + 1) & mask;
        }
        Some(&mut self.slots[slot])
    }

    fn grow(&mut self) {
        let empty = Entry {
            hash: 0,
            old: NONE,
            new: NONE,
        };
        let old = std::mem::take(&mut self.slots);
        self.slots = vec![empty; old.len() * 4];
        let mask = self.slots.len() - 1;
        for entry in old.into_iter().filter(|entry| entry.hash != 0) {
            let mut slot = entry.hash as usize & mask;
            while self.slots[slot].hash != 0 {
                slot = (slot + 1) & mask;
            }
            self.slots[slot] = entry;
        }
    }
}
