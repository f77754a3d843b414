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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Document, Op};

    #[test]
    fn a_table_finds_what_was_put_in() {
        let mut entries = Entries::new(3);
        let hash = |n: u64| seeded(n << 7);
        for n in 0..2000 {
            assert!(entries.entry(hash(n), false).is_none(), "{n}");
            let entry = entries.entry(hash(n), true).unwrap();
            assert_eq!((entry.old, entry.new), (NONE, NONE));
            entry.old = n as u32;
            // The same again.
            assert_eq!(entries.entry(hash(n), true).unwrap().old, n as u32);
        }
        assert_eq!(entries.used, 2000);
        assert!(entries.slots.len() <= 32 * 2000 && entries.slots.len() > 2 * 2000);
        for n in 0..2000 {
            assert_eq!(entries.entry(hash(n), false).unwrap().old, n as u32);
        }
        assert!(entries.entry(hash(2000), false).is_none());
        // A hash of zero is one like any other, and neighbours share no slot.
        for n in 0..64 {
            entries.entry(n, true).unwrap().new = n as u32;
        }
        assert!((2..64).all(|n| entries.entry(n, false).unwrap().new == n as u32));
    }

    fn features(html: &str) -> Vec<u64> {
        let document = Document::parse(&format!("<div dj-root>{html}</div>")).unwrap();
        let mut features = vec![1];
        collect(
            document.html().as_bytes(),
            13,
            &document.records()[1..],
            &mut features,
        );
        features.split_off(1)
    }

    #[test]
    fn features_are_texts_and_start_tags_with_attributes() {
        let hashes = |list: &[&str]| -> Vec<u64> {
            list.iter()
                .map(|text| seeded(hash(text.as_bytes())))
                .collect()
        };
        for (html, expected) in [
            ("<p></p>", &[][..]),
            ("<p> a </p>", &["a"]),
            ("<p>\n</p>", &[]),
            (
                "<p class=\"x\">a<b>b</b><br><i>c</i>d</p>",
                &["<p class=\"x\">", "a", "b", "c", "d"],
            ),
            (
                "<p hidden><b><i><u id=1>x</u></i></b>y<!-- c --></p>",
                &["<u id=1>", "x", "y", "<!-- c -->"],
            ),
            (
                "<p><b dj-update=ignore>x</b>y</p>",
                &["<b dj-update=ignore>", "y"],
            ),
            ("text", &[]),
        ] {
            assert_eq!(features(html), hashes(expected), "{html}");
        }
        let many: String = (0..40).map(|n| format!("<i>{n}</i>")).collect();
        let first: Vec<String> = (0..MOST).map(|n| n.to_string()).collect();
        let first: Vec<&str> = first.iter().map(String::as_str).collect();
        assert_eq!(features(&format!("<p>{many}</p>")), hashes(&first));
    }

    /// Which old row each of the first new rows is, among so many others that features decide.
    fn matched(olds: &[&str], news: &[&str]) -> Vec<Option<usize>> {
        let page = |rows: &[&str], end: &str| {
            let others: String = (0..80)
                .map(|n| format!("<p><i>{n}-{end}</i></p>"))
                .collect();
            format!("<div dj-root>{}{others}</div>", rows.concat())
        };
        let (old, new) = (page(olds, "a"), page(news, "b"));
        crate::law::check(&old, &new).unwrap();
        let mut document = Document::parse(&old).unwrap();
        let child_numbers = |document: &Document| -> Vec<u32> {
            let (records, mut index, mut list) = (document.records(), 1, Vec::new());
            while index < records.len() {
                list.push(records[index].number);
                index = records[index].past(index);
            }
            list
        };
        let before = child_numbers(&document);
        document
            .update(&new, &crate::Hints::default(), &mut crate::Patch::new())
            .unwrap();
        let after = child_numbers(&document);
        news.iter()
            .zip(after)
            .map(|(_, number)| before.iter().position(|&own| own == number))
            .collect()
    }

    #[test]
    fn rows_that_share_what_no_others_have_are_the_same() {
        type Case<'a> = (&'a [&'a str], &'a [&'a str], &'a [Option<usize>]);
        let cases: &[Case<'_>] = &[
            // Moved and changed.
            (
                &["<p>a<b>u1</b></p>", "<p>b<b>u2</b></p>"],
                &["<p>c<b>u2</b></p>", "<p>d<b>u1</b></p>"],
                &[Some(1), Some(0)],
            ),
            // A text twice in one row is still that row's own.
            (
                &["<p>a<b>u1</b><u>u1</u></p>", "<p>b<b>u2</b></p>"],
                &["<p>c<b>u2</b></p>", "<p>d<b>u1</b><s>u1</s></p>"],
                &[Some(1), Some(0)],
            ),
            // The most in common counts.
            (
                &["<p><b>u1</b></p>", "<p><b>u2</b><b>u3</b><b>v</b></p>"],
                &[
                    "<p><b>u1</b><b>u2</b><b>u3</b></p>",
                    "<p><b>w</b><b>v</b></p>",
                ],
                &[Some(1), None],
            ),
            // What two old rows have, or two new ones, is no row's own.
            (
                &["<p>dup<b>u1</b></p>", "<p>dup<b>u2</b></p>"],
                &["<p>dup<b>u2</b></p>", "<p>z<b>u1</b></p>"],
                &[Some(1), Some(0)],
            ),
            (
                &["<p><b>u1</b></p>", "<p><b>v</b></p>"],
                &["<p><i>u1</i><b>v</b></p>", "<p><i>u1</i></p>"],
                &[Some(1), None],
            ),
            // Elements of other names are never the same.
            (
                &["<p>a<b>u1</b></p>", "<h2>b<b>u2</b></h2>"],
                &["<p>c<b>u2</b></p>", "<h2>d<b>u1</b></h2>"],
                &[Some(0), Some(1)],
            ),
            // Nor are those of which one has a key.
            (
                &["<p id=\"k\">a<b>u1</b></p>", "<p>b<b>u2</b></p>"],
                &["<p>d<b>u1</b></p>", "<p>c<b>u2</b></p>"],
                &[None, Some(1)],
            ),
        ];
        for (olds, news, expected) in cases {
            let found = matched(olds, news);
            for (item, (found, expected)) in found.iter().zip(*expected).enumerate() {
                // Rows that share nothing may be paired by what is likely.
                let fits =
                    found == expected || expected.is_none() && found.is_none_or(|old| old > 1);
                assert!(
                    fits,
                    "{olds:?} {news:?}: {item} is {found:?}, not {expected:?}"
                );
            }
        }
    }

    #[test]
    fn what_two_rows_have_says_nothing() {
        // Both have the text; only what is unique moves them.
        let found = matched(
            &["<p><b>same</b><i>u1</i></p>", "<p><b>same</b><i>u2</i></p>"],
            &[
                "<p><b>same</b><i>u2</i>!</p>",
                "<p><b>same</b><i>u1</i>!</p>",
            ],
        );
        assert_eq!(found, [Some(1), Some(0)]);
        let ops = crate::law::check("<p dj-root>a</p>", "<p dj-root>a</p>").unwrap();
        assert_eq!(ops, Vec::<Op>::new());
    }
}
