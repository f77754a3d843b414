//! The checksum that page and server compare when they join: FNV-1a over the structure.

use crate::node::{Kind, Node, Zone};
use crate::parse::decode::{raw, utf16_len};
use crate::parse::html::bare;
use crate::parse::start_tag::name_end;
use crate::parse::subtree::data;

/// The hash while it is made.
pub(crate) struct Fnv(pub(crate) u32);

impl Fnv {
    pub(crate) fn new() -> Self {
        Fnv(0x811c_9dc5)
    }

    pub(crate) fn add(&mut self, x: u32) {
        self.0 = (self.0 ^ x).wrapping_mul(0x0100_0193);
    }

    pub(crate) fn element(&mut self, name: &str) {
        self.add(1);
        name.encode_utf16().for_each(|unit| self.add(unit.into()));
    }

    pub(crate) fn opaque(&mut self) {
        self.add(4);
    }

    pub(crate) fn end(&mut self) {
        self.add(2);
    }

    pub(crate) fn text(&mut self, length: u32) {
        self.add(3);
        self.add(length);
    }

    pub(crate) fn comment(&mut self) {
        self.add(8);
    }
}

/// The checksum of the nodes inside the root.
pub(crate) fn checksum(source: &[u8], nodes: &[Node]) -> u32 {
    let mut hash = Fnv::new();
    let mut at = nodes[0].start as usize;
    // For each open element: the index past its records, and where it ends.
    let mut open: Vec<(usize, usize)> = Vec::new();
    for (index, node) in nodes.iter().enumerate().skip(1) {
        while let Some(&(past, end)) = open.last()
            && past == index
        {
            hash.end();
            at = end;
            open.pop();
        }
        match node.kind() {
            Kind::Text => hash.text(utf16_len(&data(source, at, node))),
            Kind::Comment => hash.comment(),
            Kind::Element | Kind::Void => {
                let end = name_end(source, at).unwrap_or(source.len());
                hash.element(&raw(bare(&source[at + 1..end]).0));
                if node.meta.zone() != Zone::None {
                    hash.opaque();
                } else if node.descendants == 0 {
                    hash.end();
                } else {
                    open.push((node.past(index), at + node.len as usize));
                    at += node.start as usize;
                    continue;
                }
            }
        }
        at += node.len as usize;
    }
    open.iter().for_each(|_| hash.end());
    hash.0
}
