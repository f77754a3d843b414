//! Where a long text changed: several places that are far apart, found with `similar`.
//!
//! Texts are cut into pieces, and `similar` compares the pieces. Of a text that has more words than are compared at once,
//! larger pieces are compared first: runs of words that end where a hash of the last bytes says so, so that they are cut
//! alike in both texts, wherever they stand. What differs is searched again, in smaller pieces.
//!
//! # Invariants
//!
//! - Edits ascend, and do not touch; each begins and ends between two characters.
//! - The number of pieces that are compared is bounded, and so is the work: there is no clock, and no deadline.

use std::ops::Range;

use similar::{Algorithm, DiffTag, capture_diff_slices};

use crate::bytes::{common_prefix, common_suffix, hash};

/// Shorter texts change in one place.
const LONG: usize = 64;
/// Pieces of one text that are compared at once, as a rule.
const PIECES: usize = 512;
/// Pieces of one text that are compared at once, at most.
const MOST: usize = 4 * PIECES;
/// Bytes of a word, as a rule.
const WORD: usize = 6;

/// Bytes before a word that say whether a larger piece begins there.
const WINDOW: usize = 32;

/// Bytes of the old text, and those of the new one that take their place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Edit {
    pub(super) old: Range<usize>,
    pub(super) new: Range<usize>,
}

impl Edit {
    fn longer(&self) -> usize {
        self.old.len().max(self.new.len())
    }

    /// The same without what both begin and end with.
    fn trimmed(mut self, old: &str, new: &str) -> Edit {
        let (a, b) = (&old[self.old.clone()], &new[self.new.clone()]);
        let mut prefix = common_prefix(a.as_bytes(), b.as_bytes());
        // Equal bytes have equal boundaries.
        while !a.is_char_boundary(prefix) {
            prefix -= 1;
        }
        let (a, b) = (&a[prefix..], &b[prefix..]);
        let mut suffix = common_suffix(a.as_bytes(), b.as_bytes());
        while !a.is_char_boundary(a.len() - suffix) {
            suffix -= 1;
        }
        self.old = self.old.start + prefix..self.old.end - suffix;
        self.new = self.new.start + prefix..self.new.end - suffix;
        self
    }
}

/// What turns one text into another; nothing where they are equal.
pub(super) fn edits(old: &str, new: &str) -> Vec<Edit> {
    let mut found = Vec::new();
    let whole = Edit {
        old: 0..old.len(),
        new: 0..new.len(),
    };
    let whole = whole.trimmed(old, new);
    if whole.old.len().min(whole.new.len()) < LONG {
        found.extend((whole.longer() > 0).then_some(whole));
    } else {
        search(old, new, &whole, &mut found);
    }
    found
}

/// Joins edits with no more than `gap` bytes between them.
pub(super) fn join(edits: &mut Vec<Edit>, gap: usize) {
    edits.dedup_by(|next, edit| {
        let near = next.new.start - edit.new.end <= gap;
        if near {
            (edit.old.end, edit.new.end) = (next.old.end, next.new.end);
        }
        near
    });
}

/// Joins edits until there are no more than `most`: those with the fewest bytes between them.
pub(super) fn keep_apart(edits: &mut Vec<Edit>, most: usize) {
    if edits.len() > most {
        let gaps = edits
            .windows(2)
            .map(|pair| pair[1].new.start - pair[0].new.end);
        let mut gaps: Vec<usize> = gaps.collect();
        let joined = edits.len() - most;
        let (_, &mut gap, _) = gaps.select_nth_unstable(joined - 1);
        join(edits, gap);
    }
}

/// Looks for edits inside of one.
fn search(old: &str, new: &str, edit: &Edit, found: &mut Vec<Edit>) {
    let longer = edit.longer();
    let mut level = 0;
    while longer / (WORD << level) > PIECES {
        level += 1;
    }
    let (Some(olds), Some(news)) = (
        pieces(&old[edit.old.clone()], level),
        pieces(&new[edit.new.clone()], level),
    ) else {
        return found.push(edit.clone());
    };
    let (mut old_at, mut new_at) = (edit.old.start, edit.new.start);
    for op in capture_diff_slices(Algorithm::Myers, &olds, &news) {
        let (tag, olds, news) = (op.tag(), &olds[op.old_range()], &news[op.new_range()]);
        let bytes = |pieces: &[&str]| pieces.iter().map(|piece| piece.len()).sum::<usize>();
        let part = Edit {
            old: old_at..old_at + bytes(olds),
            new: new_at..new_at + bytes(news),
        };
        (old_at, new_at) = (part.old.end, part.new.end);
        if tag == DiffTag::Equal {
            continue;
        }
        let part = part.trimmed(old, new);
        if level > 0 && part.longer() <= longer / 2 {
            search(old, new, &part, found);
        } else if part.longer() > 0 {
            found.push(part);
        }
    }
}

/// Cuts a text before words: one of `1 << level`. `None` where these are too many.
fn pieces(text: &str, level: u32) -> Option<Vec<&str>> {
    let mask = (1_u64 << level) - 1;
    let mut pieces = Vec::new();
    let (mut piece, mut before) = (0, Class::Other);
    for (at, char) in text.char_indices() {
        let class = Class::of(char);
        let cut = class == Class::Wide || class == Class::Letter && before != Class::Letter;
        before = class;
        if at == 0 || !cut {
            continue;
        }
        let window = &text.as_bytes()[at.saturating_sub(WINDOW)..at];
        if hash(window) & mask == 0 {
            if pieces.len() == MOST {
                return None;
            }
            pieces.push(&text[piece..at]);
            piece = at;
        }
    }
    pieces.push(&text[piece..]);
    Some(pieces)
}

/// What a character is to a text's words. What stands between two words goes with the first.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Letter,
    /// A word of its own: of scripts without spaces between words, and pictures.
    Wide,
    Other,
}

impl Class {
    fn of(char: char) -> Class {
        if char >= '\u{2e80}' {
            Class::Wide
        } else if char.is_alphanumeric() {
            Class::Letter
        } else {
            Class::Other
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generate::Random;

    /// Edits as the texts that they take out and put in, after checking that they turn `old` into `new`.
    fn checked(old: &str, new: &str, edits: &[Edit]) -> Vec<(String, String)> {
        let (mut made, mut from) = (String::new(), 0);
        let mut list = Vec::new();
        for edit in edits {
            made.push_str(&old[from..edit.old.start]);
            assert_eq!(made.len(), edit.new.start);
            let (out, put) = (&old[edit.old.clone()], &new[edit.new.clone()]);
            assert!(out != put);
            made.push_str(put);
            from = edit.old.end;
            list.push((out.to_owned(), put.to_owned()));
        }
        made.push_str(&old[from..]);
        assert_eq!(made, new);
        list
    }

    fn words(random: &mut Random, count: usize, vocabulary: usize) -> Vec<String> {
        (0..count)
            .map(|_| format!("w{}é", random.below(vocabulary)))
            .collect()
    }

    #[test]
    fn changed_words_are_found_one_by_one() {
        let mut random = Random::new(4);
        for (count, places) in [(40, 2), (500, 7), (3000, 12), (60_000, 5)] {
            let mut list = words(&mut random, count, 5000);
            let old = list.join(" ");
            let step = count / places;
            for place in 0..places {
                list[place * step + step / 2] = format!("X{place}");
            }
            let new = list.join(" ");
            let edits = edits(&old, &new);
            let found = checked(&old, &new, &edits);
            let inserted: Vec<&str> = found.iter().map(|(_, put)| put.as_str()).collect();
            let expected: Vec<String> = (0..places).map(|place| format!("X{place}")).collect();
            assert_eq!(inserted, expected, "{count} words");
        }
    }

    #[test]
    fn short_texts_change_in_one_place() {
        let found = |old: &str, new: &str| checked(old, new, &edits(old, new));
        let one = |out: &str, put: &str| vec![(out.to_owned(), put.to_owned())];
        assert_eq!(found("a b c d", "a x c y"), one("b c d", "x c y"));
        assert_eq!(found("same", "same"), []);
        assert_eq!(found("", "new"), one("", "new"));
        assert_eq!(found("é", "è"), one("é", "è"));
        let middle = "m".repeat(LONG - 2);
        let at_limit = |middle: &str| found(&format!("a{middle} b"), &format!("x{middle} y")).len();
        assert_eq!(at_limit(&middle[..LONG - 4]), 1);
        assert_eq!(at_limit(&format!("{} {}", &middle[..30], &middle[..30])), 2);
    }

    #[test]
    fn texts_that_have_nothing_in_common_change_in_one_place() {
        let mut random = Random::new(6);
        for count in [30, 400, 5000] {
            let old = words(&mut random, count, 5000).join(" ");
            let new = old.replace('w', "v").replace(' ', "-");
            let edits = edits(&old, &new);
            assert_eq!(checked(&old, &new, &edits).len(), 1, "{count} words");
        }
    }

    #[test]
    fn whatever_the_texts_edits_turn_one_into_the_other() {
        let mut random = Random::new(8);
        for round in 0..400 {
            let count = if round % 20 == 0 { 4000 } else { 60 };
            let vocabulary = [3, 50, 5000][round % 3];
            let mut list = words(&mut random, count, vocabulary);
            let separator = [" ", "\n", "，", ""][round % 4];
            let old = list.join(separator);
            for _ in 0..random.below(9) {
                let at = random.below(list.len());
                match random.below(4) {
                    0 => list[at] = "ë".into(),
                    1 => drop(list.drain(at..(at + random.below(30)).min(list.len()))),
                    2 => list.insert(at, "new words".into()),
                    _ => list.rotate_left(1),
                }
            }
            let new = list.join(separator);
            let mut edits = edits(&old, &new);
            checked(&old, &new, &edits);
            let before = edits.len();
            join(&mut edits, 12);
            checked(&old, &new, &edits);
            assert!(edits.len() <= before);
            for pair in edits.windows(2) {
                assert!(pair[1].new.start - pair[0].new.end > 12);
            }
        }
    }

    #[test]
    fn edits_with_the_least_between_them_are_joined() {
        let edit = |at: usize| Edit {
            old: at..at + 1,
            new: at..at + 1,
        };
        let list = [0, 10, 15, 40, 42, 60].map(edit);
        let starts = |most: usize| {
            let mut edits = list.to_vec();
            keep_apart(&mut edits, most);
            assert_eq!(edits.last().unwrap().old.end, 61);
            edits.iter().map(|edit| edit.new.start).collect::<Vec<_>>()
        };
        assert_eq!(starts(7), [0, 10, 15, 40, 42, 60]);
        assert_eq!(starts(6), [0, 10, 15, 40, 42, 60]);
        assert_eq!(starts(5), [0, 10, 15, 40, 60]);
        assert_eq!(starts(4), [0, 10, 40, 60]);
        assert_eq!(starts(2), [0, 40]);
        assert_eq!(starts(1), [0]);
    }

    #[test]
    fn pieces_are_cut_before_words_and_are_bounded() {
        let cut = |text: &str| pieces(text, 0).map(|pieces| pieces.join("|"));
        for (text, expected) in [
            ("", ""),
            ("one two,three", "one |two,|three"),
            (" é1 ñ", " |é1 |ñ"),
            ("漢字，x👍👍", "漢|字|，|x|👍|👍"),
            ("a--b\n", "a--|b\n"),
        ] {
            assert_eq!(cut(text).as_deref(), Some(expected), "{text}");
        }
        let text: String = words(&mut Random::new(2), 3000, 3000).join(" ");
        assert_eq!(pieces(&text, 0), None);
        let (some, few) = (pieces(&text, 3).unwrap(), pieces(&text, 6).unwrap());
        assert!(some.len() > 300 && few.len() > 30 && few.len() < some.len() / 4);
        assert_eq!(some.concat(), text);
        assert_eq!(few.concat(), text);
        assert_eq!(pieces(&"字".repeat(MOST + 1), 0).unwrap().len(), MOST + 1);
        assert_eq!(pieces(&"字".repeat(MOST + 2), 0), None);
    }
}
