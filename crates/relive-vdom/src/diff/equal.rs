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
        if !same {
            // What was put in or taken out may resemble what is next to it: the suffix reaches back into the prefix.
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
    let suffix = common_suffix(&old[from..], &new[from..]);
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generate::Random;

    /// Two texts that have much in common.
    fn pair(random: &mut Random) -> (Vec<u8>, Vec<u8>) {
        let piece = |random: &mut Random| -> Vec<u8> {
            let length = if random.one_in(30) {
                5000
            } else {
                random.below(20)
            };
            (0..length).map(|_| b'a' + random.below(2) as u8).collect()
        };
        let (start, middle, end) = (piece(random), piece(random), piece(random));
        let (one, two) = (piece(random), piece(random));
        let old = [&start[..], &one, &middle, &end].concat();
        (old, [&start[..], &middle, &two, &end].concat())
    }

    fn is_equal(old: &[u8], new: &[u8], old_at: usize, new_at: usize, len: usize) -> bool {
        let (a, b) = (old.get(old_at..old_at + len), new.get(new_at..new_at + len));
        a.is_some() && a == b
    }

    fn equal_from(old: &[u8], new: &[u8], old_at: usize, new_at: usize) -> usize {
        old[old_at..]
            .iter()
            .zip(&new[new_at..])
            .take_while(|(a, b)| a == b)
            .count()
    }

    /// Regions that are right, sorted by their place in the new bytes.
    fn regions(random: &mut Random, old: &[u8], new: &[u8]) -> Vec<Region> {
        let mut regions: Vec<Region> = (0..random.below(5))
            .map(|_| {
                let at = random.below(old.len().min(new.len()) + 1);
                let (old_at, new_at) = match random.below(3) {
                    0 => (random.below(old.len() + 1), random.below(new.len() + 1)),
                    1 if old.len() > new.len() => (at + old.len() - new.len(), at),
                    1 => (at, at + new.len() - old.len()),
                    _ => (at, at),
                };
                let len = equal_from(old, new, old_at, new_at);
                Region {
                    old: old_at,
                    new: new_at,
                    len: random.below(len + 1),
                }
            })
            .filter(|region| region.len > 0)
            .collect();
        regions.sort_unstable_by_key(|region| region.new);
        regions
    }

    #[test]
    fn a_run_says_what_comparing_each_byte_says() {
        let mut random = Random::new(1);
        for _ in 0..3000 {
            let (old, new) = pair(&mut random);
            let regions = regions(&mut random, &old, &new);
            let mut run = EqualRun::new(&old, &new, &regions);
            assert_eq!(run.is_whole(), old == new);
            let Change {
                from,
                old_end,
                new_end,
            } = run.change();
            assert_eq!(from, equal_from(&old, &new, 0, 0));
            let suffix = old
                .iter()
                .rev()
                .zip(new.iter().rev())
                .take_while(|(a, b)| a == b)
                .count();
            let most = old.len().min(new.len()) - from;
            assert_eq!(
                (old_end, new_end),
                (old.len() - suffix.min(most), new.len() - suffix.min(most))
            );
            // The suffix may reach back where that is all there is.
            assert!(old.len() - suffix <= run.suffix() && run.suffix() <= old_end.max(from));
            if (old_end == from || new_end == from) && old != new {
                assert_eq!(run.suffix(), old.len() - suffix);
            }
            assert_eq!(run.in_suffix(old.len()), new.len());
            for _ in 0..40 {
                let (mut old_at, mut new_at) =
                    (random.below(old.len() + 1), random.below(new.len() + 1));
                if random.one_in(2) {
                    (old_at, new_at) = (old_at.min(new.len()), old_at.min(new.len()));
                } else if random.one_in(3) && old_at >= old.len().saturating_sub(new.len()) {
                    new_at = old_at + new.len() - old.len();
                }
                let len = if random.one_in(4) {
                    random.below(6000)
                } else {
                    random.below(12)
                };
                let known = run.known(old_at, new_at);
                assert!(known >= old_at && is_equal(&old, &new, old_at, new_at, known - old_at));
                let tail = run.is_tail(old_at, new_at);
                assert_eq!(
                    tail,
                    old_at >= run.suffix() && old.len() - old_at == new.len() - new_at,
                );
                assert!(!tail || old[old_at..] == new[new_at..]);
                if !tail || len <= old.len() - old_at {
                    let expected = is_equal(&old, &new, old_at, new_at, len);
                    assert_eq!(
                        run.equal(old_at, new_at, len),
                        expected,
                        "{old_at} {new_at} {len}"
                    );
                    if expected && len > 0 && !tail {
                        // What has been compared stays known.
                        assert!(run.known(old_at, new_at) >= old_at + len);
                    }
                }
            }
        }
    }

    #[test]
    fn what_regions_say_is_believed_without_a_look() {
        // They lie: nothing else shows that the bytes are not read.
        let (old, new) = (b"aaaaXXXXXXbbbb".as_slice(), b"aaaaYYYYYYbbbb".as_slice());
        let region = |old, new, len| Region { old, new, len };
        let whole = |regions: &[Region]| EqualRun::new(old, new, regions).is_whole();
        assert!(!whole(&[]));
        assert!(whole(&[region(0, 0, 14)]));
        assert!(whole(&[region(4, 4, 6)]));
        assert!(whole(&[region(3, 3, 8)]));
        assert!(whole(&[region(2, 2, 3), region(5, 5, 5)]));
        assert!(whole(&[region(0, 0, 5), region(5, 5, 5)]));
        assert!(!whole(&[region(4, 4, 5)]));
        assert!(!whole(&[region(5, 5, 5)]));
        assert!(!whole(&[region(3, 4, 6)]));
        // Bytes at different places.
        let (old, new) = (b"11XXXX22".as_slice(), b"3331XYYX2".as_slice());
        let regions = [region(2, 4, 4)];
        let mut run = EqualRun::new(old, new, &regions);
        assert!(run.equal(2, 4, 4) && run.equal(3, 5, 2));
        assert!(!run.equal(1, 3, 7) && !run.equal(0, 2, 1) && !run.equal(2, 5, 2));
        assert_eq!(known_region(&regions, 3, 5), Some(6));
        assert_eq!(known_region(&regions, 2, 4), Some(6));
        assert_eq!(known_region(&regions, 5, 7), Some(6));
        assert_eq!(known_region(&regions, 6, 8), None);
        assert_eq!(known_region(&regions, 1, 3), None);
        assert_eq!(known_region(&regions, 3, 6), None);
    }
}
