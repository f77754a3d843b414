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
