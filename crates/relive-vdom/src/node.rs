//! The record that a document keeps for each node.
//!
//! # Invariants
//!
//! - Records stand in document order; a node's descendants follow it at once, `descendants` of them.
//! - A node's bytes are its start tag, then its children's bytes without a gap, then its end tag: the place of
//!   every node follows from the lengths before it, and an insertion changes no record but those around it.
//! - The inside of an opaque zone has bytes, but no records.

use crate::patch::Namespace;

/// One node: 20 bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Node {
    /// The number that page and server know it by.
    pub(crate) number: u32,
    /// Bytes from its first to its last.
    pub(crate) len: u32,
    /// Records that follow and lie inside.
    pub(crate) descendants: u32,
    /// Bytes of the start tag, a swallowed first newline of `pre` included; 0 for texts and comments.
    pub(crate) start: u32,
    pub(crate) meta: Meta,
}

/// What a node is, in 32 bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Meta(u32);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Kind {
    Text = 0,
    Comment = 1,
    /// An element with an end tag.
    Element = 2,
    /// An element without an end tag, and so without children: void, or self-closed in SVG.
    Void = 3,
}

/// An element whose inside belongs to somebody else.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Zone {
    /// Not a zone.
    #[default]
    None = 0,
    /// The inside is never touched: `dj-update="ignore"`, a nested root, the flash container.
    Alone = 1,
    /// What is rendered inside is added after what is there.
    Append = 2,
    /// What is rendered inside is added before what is there.
    Prepend = 3,
    /// Rows known by key.
    Stream = 4,
    /// `noscript` and `template`: the inside changes with the element only.
    Sealed = 5,
}

impl Meta {
    pub(crate) const TEXT: Meta = Meta(0);
    /// A text without character references: the inside of `script`, `style` and `iframe` in HTML source.
    pub(crate) const RAW_TEXT: Meta = Meta(1 << 8);
    pub(crate) const COMMENT: Meta = Meta(Kind::Comment as u32);

    pub(crate) fn element(void: bool, zone: Zone, namespace: Namespace, tag: u8) -> Meta {
        let kind = if void { Kind::Void } else { Kind::Element };
        Meta(kind as u32 | (zone as u32) << 2 | (namespace as u32) << 5 | u32::from(tag) << 16)
    }

    #[inline]
    pub(crate) fn kind(self) -> Kind {
        match self.0 & 3 {
            0 => Kind::Text,
            1 => Kind::Comment,
            2 => Kind::Element,
            _ => Kind::Void,
        }
    }

    #[inline]
    pub(crate) fn is_element(self) -> bool {
        self.0 & 2 != 0
    }

    #[inline]
    pub(crate) fn is_raw_text(self) -> bool {
        self == Meta::RAW_TEXT
    }

    #[inline]
    pub(crate) fn zone(self) -> Zone {
        match self.0 >> 2 & 7 {
            0 => Zone::None,
            1 => Zone::Alone,
            2 => Zone::Append,
            3 => Zone::Prepend,
            4 => Zone::Stream,
            _ => Zone::Sealed,
        }
    }

    pub(crate) fn namespace(self) -> Namespace {
        match self.0 >> 5 & 3 {
            2 => Namespace::Svg,
            3 => Namespace::MathMl,
            _ => Namespace::Html,
        }
    }

    /// Index into the tag table; 0 for names that it does not have.
    #[inline]
    pub(crate) fn tag(self) -> u8 {
        (self.0 >> 16) as u8
    }
}

impl Node {
    #[inline]
    pub(crate) fn kind(&self) -> Kind {
        self.meta.kind()
    }

    #[inline]
    pub(crate) fn is_element(&self) -> bool {
        self.meta.is_element()
    }

    /// The index just past this node's records, where `index` is its own.
    #[inline]
    pub(crate) fn past(&self, index: usize) -> usize {
        index + 1 + self.descendants as usize
    }
}

const _: () = assert!(size_of::<Node>() == 20);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_meta_says_what_it_was_made_of() {
        use Zone::{Alone, Append, None, Prepend, Sealed, Stream};
        for void in [false, true] {
            for zone in [None, Alone, Append, Prepend, Stream, Sealed] {
                for namespace in [Namespace::Html, Namespace::Svg, Namespace::MathMl] {
                    for tag in [0, 1, 93, 170, 255] {
                        let meta = Meta::element(void, zone, namespace, tag);
                        let kind = if void { Kind::Void } else { Kind::Element };
                        let found = (meta.kind(), meta.zone(), meta.namespace(), meta.tag());
                        assert_eq!(found, (kind, zone, namespace, tag));
                        assert!(meta.is_element() && !meta.is_raw_text());
                    }
                }
            }
        }
        for (meta, kind, raw) in [
            (Meta::TEXT, Kind::Text, false),
            (Meta::RAW_TEXT, Kind::Text, true),
            (Meta::COMMENT, Kind::Comment, false),
        ] {
            assert_eq!(
                (meta.kind(), meta.is_raw_text(), meta.is_element()),
                (kind, raw, false)
            );
            assert_eq!(meta.zone(), Zone::None);
            let node = Node {
                meta,
                ..Node::default()
            };
            assert!(!node.is_element());
            assert_eq!(node.past(7), 8);
        }
    }
}
