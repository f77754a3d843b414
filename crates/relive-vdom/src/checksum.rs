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

#[cfg(test)]
mod tests {
    use crate::Document;

    #[test]
    fn the_checksum_is_that_of_the_protocol() {
        let name = |name: &str| -> Vec<u32> {
            [1].into_iter().chain(name.bytes().map(u32::from)).collect()
        };
        let (text, comment, opaque, end) = (3, 8, 4, 2);
        let cases: &[(&str, Vec<u32>)] = &[
            ("<div dj-root></div>", vec![]),
            ("<div dj-root>a\u{1f600}&amp;</div>", vec![text, 4]),
            ("<div dj-root><!-- c --></div>", vec![comment]),
            ("<div dj-root><br></div>", [name("br"), vec![end]].concat()),
            (
                "<div dj-root><p>x<i></i></p>y</div>",
                [name("p"), vec![text, 1], name("i"), vec![end, end, text, 1]].concat(),
            ),
            (
                "<div dj-root><p><i><b>xy</b></i></p></div>",
                [
                    name("p"),
                    name("i"),
                    name("b"),
                    vec![text, 2, end, end, end],
                ]
                .concat(),
            ),
            (
                "<div dj-root><i dj-update=ignore>x</i><svg><linearGradient/></svg></div>",
                [
                    name("i"),
                    vec![opaque],
                    name("svg"),
                    name("linearGradient"),
                    vec![end, end],
                ]
                .concat(),
            ),
        ];
        for (html, units) in cases {
            let expected = units.iter().fold(0x811c_9dc5_u32, |hash, unit| {
                (hash ^ unit).wrapping_mul(0x0100_0193)
            });
            assert_eq!(
                Document::parse(html).unwrap().checksum(),
                expected,
                "{html}"
            );
            // Outside of the subset, it is the same.
            let outside = html
                .replace("<div dj-root>", "<DIV dj-root>")
                .replace("</div>", "</DIV>");
            assert_eq!(
                Document::parse(&outside).unwrap().checksum(),
                expected,
                "{html}"
            );
            assert_eq!(
                crate::apply::Page::parse(html).unwrap().checksum(),
                expected,
                "{html}"
            );
        }
    }
}
