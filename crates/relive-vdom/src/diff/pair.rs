//! Which of the old children that are left is which of the new ones.

use super::order::longest_increasing;
use super::siblings::{Matching, NONE, New, Old, is_blank};
use super::table::{Table, seeded};
use super::{Walk, keys};
use crate::bytes::{common_prefix, common_suffix, hash};
use crate::node::Kind;
use crate::patch::Sink;

/// Gaps up to this many pairs are searched for the best pairing; larger ones are paired from left to right.
const SEARCHED: usize = 1 << 12;
/// Bytes at either end of a node that say how alike two nodes are; siblings among which white space is looked for.
const LOOK: usize = 192;
/// How far ahead a partner is looked for in large gaps.
const NEAR: usize = 8;

impl<S: Sink> Walk<'_, S> {
    /// Pairs what has no partner yet.
    pub(super) fn pair_rest(&mut self, matching: &mut Matching) {
        // An element whose key is new, or was taken, is nobody else.
        let is_open =
            |new: &&New| new.old == NONE && !new.keyed && self.new[new.at as usize] == b'<';
        let open = matching.news.iter().filter(is_open).count();
        if open > 0 {
            self.pair_equal(matching);
            let left = matching.olds.iter().filter(|old| !old.used).count();
            if left * open > SEARCHED {
                self.pair_by_features(matching);
            }
        }
        let Matching { olds, news } = matching;
        let matched: Vec<usize> = (0..news.len())
            .filter(|&new| news[new].old != NONE)
            .collect();
        let places: Vec<u32> = matched.iter().map(|&new| news[new].old).collect();
        let stays = longest_increasing(&places);
        let moved = stays.iter().filter(|stays| !**stays).count();
        if 2 * moved > stays.len() {
            self.pair_blanks(olds, news);
        }
        // Between two neighbours that keep their places, the others pair in order.
        let (mut old_from, mut new_from) = (0, 0);
        let fixed = matched
            .iter()
            .zip(&stays)
            .filter(|(_, stays)| **stays)
            .map(|(&new, _)| new);
        for new in fixed.chain([news.len()]) {
            let old = news.get(new).map_or(olds.len(), |new| new.old as usize);
            self.pair_gap(olds, news, old_from..old, new_from..new);
            (old_from, new_from) = (old, new);
        }
    }

    /// Pairs white space with white space, the first with the first: among rows that trade places, it stays.
    fn pair_blanks(&self, olds: &mut [Old], news: &mut [New]) {
        let mut next = 0;
        for new in news.iter_mut().filter(|new| new.old == NONE) {
            let bytes = &self.new[new.at as usize..new.end as usize];
            if !is_blank(Kind::Text, bytes) {
                continue;
            }
            let left = olds.iter().enumerate().skip(next).take(LOOK);
            let same = left.filter(|(_, old)| !old.used && self.old_bytes(old) == bytes);
            if let Some((item, _)) = { same }.next() {
                olds[item].used = true;
                new.matched_exactly(item);
                next = item;
            }
        }
    }

    /// Pairs elements with equal bytes, wherever they stand.
    fn pair_equal(&mut self, matching: &mut Matching) {
        let Matching { olds, news } = matching;
        let mut table = Table::new(olds.len());
        for (item, old) in olds.iter().enumerate().rev() {
            let node = &self.nodes[old.index as usize];
            if !old.used && node.is_element() {
                table.insert(item, seeded(hash(self.old_bytes(old))));
            }
        }
        for new in news {
            let bytes = &self.new[new.at as usize..new.end as usize];
            if new.old != NONE || new.keyed || bytes[0] != b'<' || bytes[1] == b'!' {
                continue;
            }
            if let Some(item) = table.take(seeded(hash(bytes)), |item| {
                self.old_bytes(&olds[item]) == bytes
            }) {
                olds[item].used = true;
                new.matched_exactly(item);
            }
        }
    }

    fn old_bytes(&self, old: &Old) -> &[u8] {
        let at = old.at as usize;
        &self.old[at..at + self.nodes[old.index as usize].len as usize]
    }

    /// Pairs what is left of two ranges, in order.
    fn pair_gap(
        &self,
        olds: &mut [Old],
        news: &mut [New],
        old_range: std::ops::Range<usize>,
        new_range: std::ops::Range<usize>,
    ) {
        let old_items: Vec<usize> = old_range.filter(|&old| !olds[old].used).collect();
        let new_items: Vec<usize> = new_range
            .filter(|&new| news[new].old == NONE && !news[new].keyed)
            .collect();
        if old_items.is_empty() || new_items.is_empty() {
            return;
        }
        let score = |i: usize, j: usize| self.score(&olds[old_items[i]], &news[new_items[j]]);
        let pairs = if old_items.len() * new_items.len() <= SEARCHED {
            best_pairs(old_items.len(), new_items.len(), score)
        } else {
            near_pairs(old_items.len(), new_items.len(), score)
        };
        for (i, j) in pairs {
            olds[old_items[i]].used = true;
            news[new_items[j]].old = old_items[i] as u32;
        }
    }

    /// How alike two nodes are: 0 where one cannot become the other.
    fn score(&self, old: &Old, new: &New) -> u32 {
        let node = &self.nodes[old.index as usize];
        let (old_at, new_at) = (old.at as usize, new.at as usize);
        if !self.compatible(node, old_at, new_at) {
            return 0;
        }
        let old_bytes = self.old_bytes(old);
        let new_bytes = &self.new[new_at..new.end as usize];
        let mut score = 2;
        if node.is_element() {
            let old_key = keys::of(self.old, old_at);
            let new_key = keys::of(self.new, new_at);
            if old_key.map(|key| key.value(self.old)) != new_key.map(|key| key.value(self.new)) {
                return 0;
            }
            score += 8;
            let start = node.start as usize;
            score +=
                8 * u32::from(new_bytes.len() > start && new_bytes[..start] == old_bytes[..start]);
        } else if is_blank(node.kind(), old_bytes) != is_blank(Kind::Text, new_bytes) {
            return 1;
        }
        if old_bytes == new_bytes {
            return score + 32;
        }
        let longer = old_bytes.len().max(new_bytes.len()).min(2 * LOOK);
        let (a, b) = (head(old_bytes), head(new_bytes));
        let prefix = common_prefix(a, b);
        let (a, b) = (foot(old_bytes), foot(new_bytes));
        let suffix = common_suffix(a, b);
        score + (16 * (prefix + suffix).min(longer) / longer.max(1)) as u32
    }
}

fn head(bytes: &[u8]) -> &[u8] {
    &bytes[..bytes.len().min(LOOK)]
}

fn foot(bytes: &[u8]) -> &[u8] {
    &bytes[bytes.len().saturating_sub(LOOK)..]
}

/// The pairs, in order, with the highest sum of scores.
fn best_pairs(
    olds: usize,
    news: usize,
    score: impl Fn(usize, usize) -> u32,
) -> Vec<(usize, usize)> {
    let width = news + 1;
    let mut best = vec![0_u32; (olds + 1) * width];
    let mut scores = vec![0_u32; olds * news];
    for i in (0..olds).rev() {
        for j in (0..news).rev() {
            let own = score(i, j);
            scores[i * news + j] = own;
            let pair = if own > 0 {
                own + best[(i + 1) * width + j + 1]
            } else {
                0
            };
            best[i * width + j] = pair
                .max(best[(i + 1) * width + j])
                .max(best[i * width + j + 1]);
        }
    }
    let mut pairs = Vec::new();
    let (mut i, mut j) = (0, 0);
    while i < olds && j < news {
        let own = scores[i * news + j];
        if own > 0 && best[i * width + j] == own + best[(i + 1) * width + j + 1] {
            pairs.push((i, j));
            (i, j) = (i + 1, j + 1);
        } else if best[i * width + j] == best[(i + 1) * width + j] {
            i += 1;
        } else {
            j += 1;
        }
    }
    pairs
}

/// Pairs, in order, each with the first partner that is near.
fn near_pairs(
    olds: usize,
    news: usize,
    score: impl Fn(usize, usize) -> u32,
) -> Vec<(usize, usize)> {
    let mut pairs = Vec::new();
    let mut next = 0;
    for j in 0..news {
        let near = next..olds.min(next + NEAR);
        if let Some(i) = near.into_iter().find(|&i| score(i, j) > 0) {
            pairs.push((i, j));
            next = i + 1;
        }
    }
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generate::Random;

    /// The highest sum, by trying all.
    fn highest(scores: &[Vec<u32>], i: usize, j: usize) -> u32 {
        if i == scores.len() || j == scores[i].len() {
            return 0;
        }
        let skip = highest(scores, i + 1, j).max(highest(scores, i, j + 1));
        match scores[i][j] {
            0 => skip,
            own => skip.max(own + highest(scores, i + 1, j + 1)),
        }
    }

    #[test]
    fn the_best_pairs_have_the_highest_sum() {
        let mut random = Random::new(3);
        for _ in 0..2000 {
            let (olds, news) = (1 + random.below(5), 1 + random.below(5));
            let scores: Vec<Vec<u32>> = (0..olds)
                .map(|_| (0..news).map(|_| random.below(5) as u32).collect())
                .collect();
            let pairs = best_pairs(olds, news, |i, j| scores[i][j]);
            assert!(
                pairs
                    .windows(2)
                    .all(|pair| pair[0].0 < pair[1].0 && pair[0].1 < pair[1].1)
            );
            assert!(pairs.iter().all(|&(i, j)| scores[i][j] > 0));
            let sum: u32 = pairs.iter().map(|&(i, j)| scores[i][j]).sum();
            assert_eq!(sum, highest(&scores, 0, 0), "{scores:?} {pairs:?}");
        }
    }

    #[test]
    fn near_pairs_take_the_first_partner_that_is_near() {
        let pairs = |olds: usize, news: usize, fits: &[(usize, usize)]| {
            near_pairs(olds, news, |i, j| u32::from(fits.contains(&(i, j))))
        };
        assert_eq!(
            pairs(3, 3, &[(0, 0), (1, 0), (1, 1), (2, 2)]),
            [(0, 0), (1, 1), (2, 2)]
        );
        assert_eq!(pairs(3, 3, &[(2, 0), (1, 1), (0, 2)]), [(2, 0)]);
        assert_eq!(
            pairs(20, 2, &[(NEAR - 1, 0), (2 * NEAR - 1, 1)]),
            [(7, 0), (15, 1)]
        );
        assert_eq!(pairs(20, 2, &[(NEAR, 0), (7, 1)]), [(7, 1)]);
        assert_eq!(pairs(2, 3, &[(0, 1), (1, 2)]), [(0, 1), (1, 2)]);
        assert_eq!(pairs(0, 3, &[]), []);
    }

    /// Which old child each new one is; `None`: it is new.
    fn kept(old: &[&str], new: &[&str]) -> Vec<Option<u32>> {
        let page = |children: &[&str]| format!("<div dj-root><s>a</s>{}</div>", children.concat());
        crate::law::check(&page(old), &page(new)).unwrap();
        let mut document = crate::Document::parse(&page(old)).unwrap();
        let (mut firsts, mut at) = (Vec::new(), 3);
        for child in old {
            firsts.push(at);
            let alone = crate::Document::parse(&page(&[child])).unwrap();
            at += alone.nodes() as u32 - 2;
        }
        let (hints, mut patch) = (crate::Hints::default(), crate::Patch::new());
        document.update(&page(new), &hints, &mut patch).unwrap();
        let (records, mut index, mut list) = (document.records(), 3, Vec::new());
        while index < records.len() {
            let number = records[index].number;
            list.push(
                firsts
                    .iter()
                    .position(|&first| first == number)
                    .map(|item| item as u32),
            );
            index = records[index].past(index);
        }
        list
    }

    #[test]
    fn children_pair_by_likeness() {
        type Case<'a> = (&'a [&'a str], &'a [&'a str], &'a [Option<u32>]);
        let cases: &[Case<'_>] = &[
            // The same start tag counts.
            (
                &["<p class=a>x</p>", "<p class=b>y</p>"],
                &["<p class=b>z</p>"],
                &[Some(1)],
            ),
            // A long common beginning counts, and a long common end.
            (
                &["<p>one thing</p>", "<p>the other thing of all</p>"],
                &["<p>the other thing of them</p>"],
                &[Some(1)],
            ),
            (
                &["<p>xyz</p>", "<p>a b c d e f g h i j k</p>"],
                &["<p>1 b c d e f g h i j k</p>"],
                &[Some(1)],
            ),
            // Elements of one name are more alike than a text is to anything.
            (
                &["<p>a</p>", "<b>b</b>"],
                &["<b>c</b>", "<p>d</p>"],
                &[Some(1), None],
            ),
            (
                &["<p>a</p>", "<b>b</b>"],
                &["<p>c</p>", "<b>d</b>"],
                &[Some(0), Some(1)],
            ),
            // A key on one side only.
            (&["<p id=k>a</p>", "<p>b</p>"], &["<p>a</p>"], &[Some(1)]),
            (&["<p>a</p>"], &["<p id=k>a</p>"], &[None]),
            // Comments, and texts that are blank or not.
            (
                &["<!-- a -->", "<p>x</p>"],
                &["<!-- b -->", "<p>y</p>"],
                &[Some(0), Some(1)],
            ),
            (
                &["\n", "<p>x</p>", "text"],
                &["other", "<p>y</p>", " "],
                &[Some(0), Some(1), Some(2)],
            ),
            (
                &["<i>1</i>", " ", "<i>2</i>"],
                &["<i>3</i>", "  ", "<i>4</i>"],
                &[Some(0), Some(1), Some(2)],
            ),
        ];
        for &(old, new, expected) in cases {
            assert_eq!(kept(old, new), expected, "{old:?} to {new:?}");
        }
    }

    #[test]
    fn what_is_too_much_to_search_pairs_from_left_to_right() {
        let page = |numbers: std::ops::Range<usize>, end: &str| {
            let number = |n: usize| format!("<!-- {} {end} -->", format!("{n:02}").repeat(12));
            format!(
                "<div dj-root>{}</div>",
                numbers.map(number).collect::<String>()
            )
        };
        let removed = |count: usize| {
            let ops = crate::law::check(&page(0..count, "a"), &page(1..count, "b")).unwrap();
            assert_eq!(ops.len(), count);
            match ops[0] {
                crate::Op::Remove { node } => node,
                _ => panic!("{ops:?}"),
            }
        };
        // 64 times 63 and 65 times 64 pairs: about 4,096.
        assert_eq!(removed(64), 1);
        assert_eq!(removed(65), 65);
    }

    #[test]
    fn equal_elements_are_the_same_wherever_they_stand() {
        for (old, new, expected) in [
            (
                &[
                    "<p>a</p>", "<p>b</p>", "<p>c</p>", "<p>d</p>", "<p>e</p>", "<p>f</p>",
                ][..],
                &["<p>f</p>", "<p>x</p>", "<p>e</p>"][..],
                &[Some(5), Some(0), Some(4)][..],
            ),
            (
                &["<p>a</p>", "<p>a</p>", "<i>b</i>"],
                &["<i>b</i>", "<p>a</p>", "<p>a</p>", "<p>a</p>"],
                &[Some(2), Some(0), Some(1), None],
            ),
        ] {
            let found = kept(old, new);
            let exact = found.iter().zip(expected).all(|(found, expected)| {
                // What is not equal to anything may be whatever is left.
                found == expected || found.is_some() != expected.is_some()
            });
            assert!(exact, "{old:?} to {new:?}: {found:?}");
            assert_eq!(found[0], expected[0]);
            assert_eq!(found[2], expected[2]);
        }
    }
}
