//! A hash table from hashes to items of a list, which gives equal items out in the list's order, each once.

use std::hash::{BuildHasher, RandomState};
use std::sync::OnceLock;

/// The table. Items are inserted from the last to the first.
pub(super) struct Table {
    heads: Vec<u32>,
    /// For each item, the next of its chain.
    next: Vec<u32>,
    hashes: Vec<u64>,
}

const END: u32 = u32::MAX;

impl Table {
    /// A table for a list of `len` items.
    pub(super) fn new(len: usize) -> Self {
        let slots = (len * 2).next_power_of_two();
        Table {
            heads: vec![END; slots],
            next: vec![END; len],
            hashes: vec![0; len],
        }
    }

    fn slot(&self, hash: u64) -> usize {
        hash as usize & (self.heads.len() - 1)
    }

    pub(super) fn insert(&mut self, item: usize, hash: u64) {
        let slot = self.slot(hash);
        self.next[item] = self.heads[slot];
        self.hashes[item] = hash;
        self.heads[slot] = item as u32;
    }

    /// Takes out the first item with this hash that is `equal`.
    pub(super) fn take(
        &mut self,
        hash: u64,
        mut equal: impl FnMut(usize) -> bool,
    ) -> Option<usize> {
        let slot = self.slot(hash);
        let mut before = None;
        let mut at = self.heads[slot];
        while at != END {
            let item = at as usize;
            let next = self.next[item];
            if self.hashes[item] == hash && equal(item) {
                match before {
                    None => self.heads[slot] = next,
                    Some(before) => self.next[before as usize] = next,
                }
                return Some(item);
            }
            before = Some(at);
            at = next;
        }
        None
    }
}

/// A hash with this process's secret in it: nobody outside can make items collide.
pub(super) fn seeded(hash: u64) -> u64 {
    static SEED: OnceLock<u64> = OnceLock::new();
    let seed = SEED.get_or_init(|| RandomState::new().hash_one(0) | 1);
    let mixed = (hash ^ seed).wrapping_mul(0x9e37_79b9_7f4a_7c15 ^ seed << 1);
    mixed ^ mixed >> 29
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_items_come_in_the_order_of_the_list() {
        // Two hashes, and a third in the slot of the first: with 8 items there are 16 slots.
        let hashes = [7, 9, 7, 7 + 16, 9, 7, 7 + 32, 7];
        let mut table = Table::new(hashes.len());
        for (item, &hash) in hashes.iter().enumerate().rev() {
            table.insert(item, hash);
        }
        assert_eq!(table.take(7 + 48, |_| true), None);
        assert_eq!(table.take(8, |_| true), None);
        assert_eq!(table.take(7, |item| item == 5), Some(5));
        assert_eq!(table.take(7 + 16, |_| true), Some(3));
        assert_eq!(table.take(7 + 16, |_| true), None);
        let taken: Vec<Option<usize>> = (0..4).map(|_| table.take(7, |_| true)).collect();
        assert_eq!(taken, [Some(0), Some(2), Some(7), None]);
        assert_eq!(table.take(9, |_| false), None);
        assert_eq!(table.take(9, |_| true), Some(1));
        assert_eq!(table.take(9, |_| true), Some(4));
        assert_eq!(table.take(7 + 32, |_| true), Some(6));
        assert_eq!(Table::new(0).take(1, |_| true), None);
    }

    #[test]
    fn hashes_that_differ_still_differ() {
        let mut hashes: Vec<u64> = (0..10_000).chain((0..64).map(|bit| 1 << bit)).collect();
        hashes.sort_unstable();
        hashes.dedup();
        let mut seeded: Vec<u64> = hashes.iter().map(|&hash| super::seeded(hash)).collect();
        assert_eq!(seeded[5], super::seeded(5));
        // In a table, what counts is the low bits.
        let low: std::collections::HashSet<u64> = seeded.iter().map(|hash| hash & 0xffff).collect();
        assert!(low.len() > hashes.len() * 4 / 5, "{}", low.len());
        seeded.sort_unstable();
        seeded.dedup();
        assert_eq!(seeded.len(), hashes.len());
    }
}
