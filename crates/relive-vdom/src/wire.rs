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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::patch::{Namespace, TreeElement};

    #[test]
    fn numbers_have_the_bytes_that_messagepack_gives_them() {
        for (value, bytes) in [
            (0, 1),
            (127, 1),
            (128, 2),
            (255, 2),
            (256, 3),
            (65_535, 3),
            (65_536, 5),
        ] {
            assert_eq!(number(value), bytes, "{value}");
            assert_eq!(integer(value as i32), bytes, "{value}");
        }
        for (value, bytes) in [
            (-1, 1),
            (-32, 1),
            (-33, 2),
            (-128, 2),
            (-129, 3),
            (-32_768, 3),
            (-32_769, 5),
        ] {
            assert_eq!(integer(value), bytes, "{value}");
        }
        for (length, bytes) in [
            (0, 1),
            (31, 1),
            (32, 2),
            (255, 2),
            (256, 3),
            (65_535, 3),
            (65_536, 5),
        ] {
            assert_eq!(text(&"x".repeat(length)), bytes + length, "{length}");
        }
        for (length, bytes) in [(0, 1), (15, 1), (16, 3), (65_535, 3), (65_536, 5)] {
            assert_eq!(list(length), bytes, "{length}");
        }
    }

    #[test]
    fn trees_have_theirs() {
        let data = "x".repeat(40);
        // [0, comment]: the list, the number, the text.
        assert_eq!(tree(&[TreeNode::Comment(data.clone())]), 1 + 1 + 1 + 42);
        let attribute = |n: usize| (format!("a{n}"), "v".to_owned());
        let element = |attributes: usize| {
            TreeNode::Element(TreeElement {
                namespace: Namespace::Svg,
                name: "g".into(),
                attributes: (0..attributes).map(attribute).collect(),
                children: vec![TreeNode::Text("t".into())],
            })
        };
        // The list; four fields: namespace, name, attributes, children.
        assert_eq!(tree(&[element(0)]), 1 + 1 + 1 + 2 + 1 + 3);
        // Eight attributes are a list of sixteen.
        assert_eq!(tree(&[element(7)]), 1 + 1 + 1 + 2 + 1 + 7 * 5 + 3);
        assert_eq!(tree(&[element(8)]), 1 + 1 + 1 + 2 + 3 + 8 * 5 + 3);
    }
}
