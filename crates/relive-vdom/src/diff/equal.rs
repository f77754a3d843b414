//! Which bytes of the old and the new HTML are equal: each is compared about once for each alignment.

use super::Change;
use crate::bytes::{common_prefix, common_suffix};
use crate::document::Region;

/// Bytes that a run is extended by at least.
const STRIDE: usize = 2048;

/// Compares old and new bytes at places that move forward together.
pub(super) struct EqualRun<'a> {
    old: &'a [u8],
    new: &'a [u8],
    /// Where the common suffix begins in the old bytes.
    suffix: usize,
    /// New place less old place in the common suffix.
    suffix_shift: isize,
    /// The run: from `from` to `to`, old bytes equal the new bytes `shift` further on.
    shift: isize,
    from: usize,
    to: usize,
    /// Whether the byte at `to` is known to differ (or one side ends there).
    ended: bool,
    regions: &'a [Region],
    change: Change,
}

impl<'a> EqualRun<'a> {
    /// `regions` are sorted by their place in the new HTML.
    pub(super) fn new(old: &'a [u8], new: &'a [u8], regions: &'a [Region]) -> Self {
        let prefix = prefix(old, new, regions);
        let change = change(old, new, prefix);
        let mut suffix = change.old_end;
        let same = prefix == old.len() && prefix == new.len();
        if !same && (suffix == prefix || change.new_end == prefix) {
            // What was put in or taken out resembles what is next to it: the suffix may reach back into the prefix.
            suffix -= common_suffix(&old[..suffix], &new[..change.new_end]);
        }
        EqualRun {
            old,
            new,
            suffix,
            suffix_shift: new.len() as isize - old.len() as isize,
            shift: 0,
            from: 0,
            to: prefix,
            ended: true,
            regions,
            change,
        }
    }

    /// Whether old and new are equal as a whole.
    pub(super) fn is_whole(&self) -> bool {
        self.to == self.old.len() && self.to == self.new.len()
    }

    /// Where old and new differ.
    pub(super) fn change(&self) -> Change {
        self.change
    }

    /// Where the common suffix begins in the old bytes.
    pub(super) fn suffix(&self) -> usize {
        self.suffix
    }

    /// The new place of an old place in the common suffix.
    pub(super) fn in_suffix(&self, old_at: usize) -> usize {
        (old_at as isize + self.suffix_shift) as usize
    }

    /// Whether all that follows both places is equal.
    #[inline]
    pub(super) fn is_tail(&self, old_at: usize, new_at: usize) -> bool {
        old_at >= self.suffix && new_at as isize - old_at as isize == self.suffix_shift
    }

    /// Up to where old bytes from `old_at` are known to equal the new ones from `new_at`.
    #[inline]
    pub(super) fn known(&self, old_at: usize, new_at: usize) -> usize {
        let same = new_at as isize - old_at as isize == self.shift;
        if same && old_at >= self.from {
            self.to.max(old_at)
        } else {
            old_at
        }
    }

    /// Whether `len` bytes are equal.
    #[inline]
    pub(super) fn equal(&mut self, old_at: usize, new_at: usize, len: usize) -> bool {
        if self.is_tail(old_at, new_at) {
            return true;
        }
        let shift = new_at as isize - old_at as isize;
        if shift != self.shift || old_at < self.from || old_at > self.to {
            (self.shift, self.from, self.to, self.ended) = (shift, old_at, old_at, false);
        }
        let wanted = old_at + len;
        if wanted <= self.to {
            return true;
        }
        !self.ended && self.extend(wanted)
    }

    fn extend(&mut self, wanted: usize) -> bool {
        let new_end = (self.new.len() as isize - self.shift).max(0) as usize;
        let end = self.old.len().min(new_end);
        while self.to < wanted && !self.ended {
            let new_to = (self.to as isize + self.shift) as usize;
            if let Some(known) = known_region(self.regions, self.to, new_to) {
                self.to = known.min(end);
                continue;
            }
            let limit = wanted.max(self.to + STRIDE).min(end);
            let equal = common_prefix(
                &self.old[self.to.min(limit)..limit],
                &self.new[new_to.min(self.new.len())..],
            );
            self.to += equal;
            self.ended = self.to < limit || limit == end;
        }
        self.to >= wanted
    }
}

/// Where old and new differ, after their common prefix.
fn change(old: &[u8], new: &[u8], from: usize) -> Change {
    let same = from == old.len() && from == new.len();
    let suffix = if same {
        0
    } else {
        common_suffix(&old[from..], &new[from..])
    };
    Change {
        from,
        old_end: old.len() - suffix,
        new_end: new.len() - suffix,
    }
}

/// The common prefix, without a look at what is known to be equal.
fn prefix(old: &[u8], new: &[u8], regions: &[Region]) -> usize {
    let mut at = 0;
    loop {
        let step = match regions
            .iter()
            .find(|region| region.new >= at && region.old == region.new)
        {
            Some(region) => region.new,
            None => return at + common_prefix(&old[at..], &new[at..]),
        };
        let step = step.min(old.len()).min(new.len());
        let equal = common_prefix(&old[at..step], &new[at..step]);
        at += equal;
        if at < step {
            return at;
        }
        match known_region(regions, at, at) {
            Some(known) => at = known,
            None => return at + common_prefix(&old[at..], &new[at..]),
        }
    }
}

/// Up to which old place the regions say that old and new are equal.
fn known_region(regions: &[Region], old_at: usize, new_at: usize) -> Option<usize> {
    let after = regions.partition_point(|region| region.new <= new_at);
    let region = regions[..after].last()?;
    let inside = new_at - region.new;
    (inside < region.len && region.old + inside == old_at).then(|| region.old + region.len)
}
