//! Changes inside a text.

use crate::parse::decode::utf16_len;
use crate::patch::Sink;

/// Emits the change from `old` to `new`, both decoded: a splice, or the whole text where that is shorter.
pub(super) fn change(node: u32, old: &str, new: &str, is_text: bool, sink: &mut impl Sink) {
    if old == new {
        return;
    }
    let prefix = boundary(
        old,
        crate::bytes::common_prefix(old.as_bytes(), new.as_bytes()),
    );
    let (old_rest, new_rest) = (&old[prefix..], &new[prefix..]);
    let suffix = crate::bytes::common_suffix(old_rest.as_bytes(), new_rest.as_bytes());
    let suffix = old_rest.len() - boundary_up(old_rest, old_rest.len() - suffix);
    let removed = &old_rest[..old_rest.len() - suffix];
    let inserted = &new_rest[..new_rest.len() - suffix];
    let length = utf16_len(old);
    let at = utf16_len(&old[..prefix]);
    let remove = utf16_len(removed);
    let splice = inserted.len() + width(length) + width(at) + width(remove);
    if !is_text || splice >= new.len() {
        sink.text(node, new);
    } else if at == length {
        sink.grow(node, length, inserted);
    } else {
        sink.splice(node, length, at, remove, inserted);
    }
}

/// Bytes that a number needs on the wire.
fn width(number: u32) -> usize {
    match number {
        0..=127 => 1,
        128..=255 => 2,
        256..=65_535 => 3,
        _ => 5,
    }
}

/// The last character boundary up to `at`; equal bytes have equal boundaries.
fn boundary(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// The first character boundary from `at`.
fn boundary_up(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at += 1;
    }
    at
}
