//! Changes inside a text.
//!
//! A text that changed is sent as what takes the place of what: one splice, or several where a long text changed in places
//! that are far apart ([`splices`](super::splices)); the whole text where that is shorter.

use super::splices::{self, Edit};
use crate::parse::decode::utf16_len;
use crate::patch::Sink;
use crate::wire::number as width;

/// UTF-16 units that the page copies for the splices of one text, at most: each moves what stands behind it.
const COPIED: usize = 1 << 28;
/// Splices of one text, at most.
const MOST: usize = 1000;

/// Emits the change from `old` to `new`, both decoded.
pub(super) fn change(node: u32, old: &str, new: &str, is_text: bool, sink: &mut impl Sink) {
    if old == new {
        return;
    }
    if !is_text {
        return sink.text(node, new);
    }
    let mut edits = splices::edits(old, new);
    let length = utf16_len(old);
    // An operation has a code, its texts have lengths; `at` and `remove` are mostly as wide as the length.
    let gap = 4 + width(node) + 2 * width(length);
    splices::join(&mut edits, gap);
    splices::keep_apart(&mut edits, (COPIED / (1 + length as usize)).clamp(1, MOST));
    let inserted: usize = edits.iter().map(|edit| edit.new.len()).sum();
    if inserted + (edits.len() - 1) * gap + numbers(old, &edits[0]) >= new.len() {
        return sink.text(node, new);
    }
    splice(node, old, new, &edits, length, sink);
}

/// Bytes of the numbers of the only splice.
fn numbers(old: &str, edit: &Edit) -> usize {
    [old, &old[..edit.old.start], &old[edit.old.clone()]]
        .map(|text| width(utf16_len(text)))
        .iter()
        .sum()
}

/// Emits splices from left to right: each tells the length and the place that the ones before it have left.
fn splice(node: u32, old: &str, new: &str, edits: &[Edit], length: u32, sink: &mut impl Sink) {
    let (mut length, mut at, mut from) = (length, 0, 0);
    for edit in edits {
        at += utf16_len(&new[from..edit.new.start]);
        let remove = utf16_len(&old[edit.old.clone()]);
        let insert = &new[edit.new.clone()];
        if at == length {
            sink.grow(node, length, insert);
        } else {
            sink.splice(node, length, at, remove, insert);
        }
        let inserted = utf16_len(insert);
        length = length - remove + inserted;
        at += inserted;
        from = edit.new.end;
    }
}
