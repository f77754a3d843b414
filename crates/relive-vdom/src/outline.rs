//! A document's nodes in the format of html5lib's tests.

use std::fmt::Write;

use crate::node::{Kind, Node};
use crate::parse::attributes::Attributes;
use crate::parse::decode::{attribute, raw};
use crate::parse::html::bare;
use crate::parse::start_tag::name_end;
use crate::parse::subtree::data;
use crate::patch::Namespace;

/// Writes the nodes, attributes sorted; of opaque zones, what is inside is left out.
pub(crate) fn outline(source: &[u8], nodes: &[Node]) -> String {
    let mut out = String::new();
    let mut at = 0;
    // For each open element: the index past its records, and where it ends.
    let mut open: Vec<(usize, usize)> = Vec::new();
    for (index, node) in nodes.iter().enumerate() {
        while let Some(&(past, end)) = open.last()
            && past == index
        {
            at = end;
            open.pop();
        }
        let indent = "  ".repeat(open.len());
        let end = at + node.len as usize;
        let _ = match node.kind() {
            Kind::Text => writeln!(out, "| {indent}\"{}\"", data(source, at, node)),
            Kind::Comment => writeln!(out, "| {indent}<!-- {} -->", data(source, at, node)),
            Kind::Element | Kind::Void => element(source, at, node, &indent, &mut out),
        };
        if node.descendants > 0 {
            open.push((node.past(index), end));
            at += node.start as usize;
        } else {
            at = end;
        }
    }
    out
}

fn element(
    source: &[u8],
    at: usize,
    node: &Node,
    indent: &str,
    out: &mut String,
) -> std::fmt::Result {
    let name_end = name_end(source, at).unwrap_or(source.len());
    let name = raw(bare(&source[at + 1..name_end]).0);
    let prefix = match node.meta.namespace() {
        Namespace::Html => "",
        Namespace::Svg => "svg ",
        Namespace::MathMl => "math ",
    };
    writeln!(out, "| {indent}<{prefix}{name}>")?;
    let mut list: Vec<_> = Attributes::new(source, name_end)
        .map(|own| (raw(own.name(source)), attribute(own.value(source))))
        .collect();
    list.sort();
    list.iter()
        .try_for_each(|(name, value)| writeln!(out, "| {indent}  {name}=\"{value}\""))
}
