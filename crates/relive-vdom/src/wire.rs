//! How many bytes things take in MessagePack: what the differ weighs its ways by.

use crate::patch::{Rows, TreeNode};

/// Bytes of a number.
pub(crate) fn number(number: u32) -> usize {
    match number {
        0..=0x7f => 1,
        0x80..=0xff => 2,
        0x100..=0xffff => 3,
        _ => 5,
    }
}

/// Bytes of a number that may be negative.
pub(crate) fn integer(number: i32) -> usize {
    match number {
        0.. => self::number(number.unsigned_abs()),
        -32..=-1 => 1,
        -0x80..=-33 => 2,
        -0x8000..=-0x81 => 3,
        _ => 5,
    }
}

/// Bytes of a text.
pub(crate) fn text(text: &str) -> usize {
    let head = match text.len() {
        0..=31 => 1,
        32..=0xff => 2,
        0x100..=0xffff => 3,
        _ => 5,
    };
    head + text.len()
}

/// Bytes of a list, beside what is in it.
pub(crate) fn list(length: usize) -> usize {
    match length {
        0..=15 => 1,
        16..=0xffff => 3,
        _ => 5,
    }
}

/// Bytes of an operation's code and of the array that it is.
pub(crate) const OPERATION: usize = 2;

/// Bytes of a `rows` operation.
pub(crate) fn rows(rows: &Rows<'_>) -> usize {
    let mut bytes = OPERATION + number(rows.parent) + number(rows.before) + number(rows.first);
    bytes += text(&rows.html) + text(&rows.separator);
    bytes += list(rows.slots.len()) + list(rows.columns.len());
    for slot in &rows.slots {
        bytes += list(5) + number(slot.offset) + number(slot.column);
        bytes += slot.name.as_deref().map_or(1, text) + text(&slot.prefix) + text(&slot.suffix);
    }
    for column in &rows.columns {
        bytes += list(column.len()) + column.iter().map(|value| text(value)).sum::<usize>();
    }
    bytes
}

/// Bytes of nodes in their tree form.
pub(crate) fn tree(nodes: &[TreeNode]) -> usize {
    let node = |node: &TreeNode| match node {
        TreeNode::Text(data) => text(data),
        TreeNode::Comment(data) => list(2) + number(0) + text(data),
        TreeNode::Element(element) => {
            let attributes = element.attributes.iter();
            let attributes = attributes.map(|(name, value)| text(name) + text(value));
            list(4)
                + number(element.namespace as u32)
                + text(&element.name)
                + list(2 * element.attributes.len())
                + attributes.sum::<usize>()
                + tree(&element.children)
        }
    };
    list(nodes.len()) + nodes.iter().map(node).sum::<usize>()
}
