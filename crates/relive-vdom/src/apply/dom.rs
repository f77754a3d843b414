//! The page's tree.

use std::collections::HashMap;
use std::fmt::Write;

use crate::build;
use crate::checksum::Fnv;
use crate::error::Error;
use crate::parse::conformant::{self, Arena, ContextElement, Data};
use crate::parse::decode::utf16_len;
use crate::parse::{DEPTH_LIMIT, Stop};
use crate::patch::{KeepMode, Namespace};

/// A DOM node for as long as the page lives: nodes that are taken out keep theirs, and new ones never get one that
/// was used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeId(pub(super) usize);

/// A page with one live root.
#[derive(Clone, Debug)]
pub struct Page {
    pub(super) nodes: Vec<PageNode>,
    pub(super) by_number: HashMap<u32, NodeId>,
}

#[derive(Clone, Debug)]
pub(super) struct PageNode {
    pub(super) data: PageData,
    pub(super) parent: Option<NodeId>,
    pub(super) children: Vec<NodeId>,
    pub(super) number: Option<u32>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum PageData {
    Text(String),
    Comment(String),
    Element {
        namespace: Namespace,
        name: String,
        attributes: Vec<(String, String)>,
    },
}

pub(super) const ROOT: NodeId = NodeId(0);

impl Page {
    /// The page that a browser makes of the outer HTML of a live root.
    ///
    /// # Errors
    ///
    /// If the HTML is not one element, or nested too deep.
    pub fn parse(html: &str) -> Result<Page, Error> {
        let html = html.trim();
        build::check_is_root(html)?;
        let name = build::root_name(html);
        let namespace = build::root_namespace(&name);
        let attributes = build::root_attributes(html).map_err(too_deep)?;
        let root = PageNode {
            data: PageData::Element {
                namespace,
                name,
                attributes,
            },
            parent: None,
            children: Vec::new(),
            number: Some(0),
        };
        let mut page = Page {
            nodes: vec![root],
            by_number: HashMap::from([(0, ROOT)]),
        };
        let (from, to) = build::inside(html.as_bytes());
        let children = page.parse_inside(ROOT, &html[from..to]).map_err(too_deep)?;
        page.nodes[0].children = children;
        page.number_children();
        Ok(page)
    }

    /// Numbers all nodes anew, from 1 in document order.
    pub fn renumber(&mut self) {
        self.by_number.retain(|&number, _| number == 0);
        self.number_children();
    }

    fn number_children(&mut self) {
        let children = self.nodes[0].children.clone();
        self.number(&children, 1);
    }

    /// Puts HTML inside the root, numbered from `first`, as after a resync. Opaque zones that are known by a key keep
    /// what is in them, as in the page.
    pub fn set_root_content(&mut self, html: &str, first: u32) -> Result<(), Error> {
        let mut zones = self.zones(self.nodes[0].children.clone());
        let children = self.parse_inside(ROOT, html).map_err(too_deep)?;
        for (key, zone) in self.zones(children.clone()) {
            // Zones of one key follow each other in order.
            if let Some(at) = zones.iter().position(|(own, _)| *own == key) {
                let (_, old) = zones.remove(at);
                let kept = std::mem::take(&mut self.nodes[old.0].children);
                let mut fresh = std::mem::replace(&mut self.nodes[zone.0].children, kept);
                fresh.retain(|&row| matches!(self.nodes[row.0].data, PageData::Element { .. }));
                match self.attribute(zone, "dj-update") {
                    Some("prepend") => self.keep_nodes(zone, KeepMode::Prepend, fresh),
                    Some("append" | "stream") => self.keep_nodes(zone, KeepMode::Append, fresh),
                    _ => {}
                }
            }
        }
        self.by_number.retain(|&number, _| number == 0);
        self.nodes[0].children = children.clone();
        self.number(&children, first);
        Ok(())
    }

    /// The opaque zones among nodes and what is inside of them, with their keys.
    fn zones(&self, list: Vec<NodeId>) -> Vec<(String, NodeId)> {
        let mut zones = Vec::new();
        for id in list {
            if !self.is_opaque(id) {
                zones.extend(self.zones(self.nodes[id.0].children.clone()));
            } else if let Some(key) = self.key(id) {
                zones.push((key, id));
            }
        }
        zones
    }

    /// Parses HTML inside an element; the nodes have a parent, but do not stand among its children yet.
    pub(super) fn parse_inside(&mut self, parent: NodeId, html: &str) -> Result<Vec<NodeId>, Stop> {
        let PageData::Element {
            namespace,
            name,
            attributes,
        } = &self.nodes[parent.0].data
        else {
            return Ok(Vec::new());
        };
        let encoding = attributes.iter().find(|(name, _)| name == "encoding");
        let html_annotation = *namespace == Namespace::MathMl
            && name == "annotation-xml"
            && encoding.is_some_and(|(_, value)| {
                ["text/html", "application/xhtml+xml"]
                    .iter()
                    .any(|html| value.eq_ignore_ascii_case(html))
            });
        let in_form = std::iter::successors(Some(parent), |&id| self.nodes[id.0].parent).any(|id| {
            let data = &self.nodes[id.0].data;
            matches!(data, PageData::Element { namespace: Namespace::Html, name, .. } if name == "form")
        });
        let context = ContextElement {
            namespace: *namespace,
            name,
            in_form,
            html_annotation,
        };
        let arena = conformant::parse_fragment(html, &context)?;
        self.import(&arena, 0, parent, 0)
    }

    fn import(
        &mut self,
        arena: &Arena,
        of: u32,
        parent: NodeId,
        depth: usize,
    ) -> Result<Vec<NodeId>, Stop> {
        let mut list = Vec::new();
        for child in arena.children(of) {
            let data = match arena.data(child) {
                Data::Fragment => continue,
                Data::Text(text) => PageData::Text(text.to_string()),
                Data::Comment(data) => PageData::Comment(data.to_string()),
                Data::Element(_) if depth >= DEPTH_LIMIT => return Err(Stop::TooDeep(0)),
                Data::Element(element) => PageData::Element {
                    namespace: element.namespace(),
                    name: element.name().to_owned(),
                    attributes: element
                        .attributes()
                        .map(|(name, value)| (name.into_owned(), value.to_owned()))
                        .collect(),
                },
            };
            let id = self.add(data, parent);
            let children = self.import(arena, child, id, depth + 1)?;
            self.nodes[id.0].children = children;
            list.push(id);
        }
        Ok(list)
    }

    pub(super) fn add(&mut self, data: PageData, parent: NodeId) -> NodeId {
        let id = NodeId(self.nodes.len());
        self.nodes.push(PageNode {
            data,
            parent: Some(parent),
            children: Vec::new(),
            number: None,
        });
        id
    }

    /// Numbers nodes and what is inside of them, in document order; returns the next number.
    pub(super) fn number(&mut self, list: &[NodeId], mut first: u32) -> u32 {
        for &id in list {
            self.nodes[id.0].number = Some(first);
            self.by_number.insert(first, id);
            first += 1;
            if !self.is_opaque(id) {
                let children = self.nodes[id.0].children.clone();
                first = self.number(&children, first);
            }
        }
        first
    }

    /// Whether an element's inside belongs to somebody else.
    pub(super) fn is_opaque(&self, id: NodeId) -> bool {
        let PageData::Element {
            namespace,
            name,
            attributes,
        } = &self.nodes[id.0].data
        else {
            return false;
        };
        let zone = attributes.iter().any(|(name, value)| match name.as_str() {
            "dj-root" => true,
            "dj-update" => value != "replace",
            "id" => value == "dj-flash-container",
            _ => false,
        });
        let sealed =
            *namespace == Namespace::Html && matches!(name.as_str(), "noscript" | "template");
        id != ROOT && (zone || sealed)
    }

    /// The node with this number.
    pub fn node(&self, number: u32) -> Option<NodeId> {
        self.by_number.get(&number).copied()
    }

    /// The number of a node's parent.
    pub fn parent_number(&self, number: u32) -> Option<u32> {
        let parent = self.nodes[self.node(number)?.0].parent?;
        self.nodes[parent.0].number
    }

    /// The numbers of all nodes inside the root, in document order.
    pub fn numbers(&self) -> Vec<u32> {
        let mut numbers = Vec::new();
        self.walk(ROOT, &mut |page, id| {
            numbers.extend(page.nodes[id.0].number)
        });
        numbers
    }

    /// The nodes inside the root that count, in document order.
    pub fn ids(&self) -> Vec<NodeId> {
        let mut ids = Vec::new();
        self.walk(ROOT, &mut |_, id| ids.push(id));
        ids
    }

    fn walk(&self, id: NodeId, visit: &mut impl FnMut(&Page, NodeId)) {
        for &child in &self.nodes[id.0].children {
            visit(self, child);
            if !self.is_opaque(child) {
                self.walk(child, visit);
            }
        }
    }

    /// The checksum over the structure inside the root.
    pub fn checksum(&self) -> u32 {
        let mut hash = Fnv::new();
        self.hash_children(ROOT, &mut hash);
        hash.0
    }

    fn hash_children(&self, id: NodeId, hash: &mut Fnv) {
        for &child in &self.nodes[id.0].children {
            match &self.nodes[child.0].data {
                PageData::Text(text) => hash.text(utf16_len(text)),
                PageData::Comment(_) => hash.comment(),
                PageData::Element { name, .. } => {
                    hash.element(name);
                    if self.is_opaque(child) {
                        hash.opaque();
                    } else {
                        self.hash_children(child, hash);
                        hash.end();
                    }
                }
            }
        }
    }

    /// The tree in the format of html5lib's tests, attributes sorted. `zones`: the inside of opaque zones too.
    pub fn dump(&self, zones: bool) -> String {
        let mut out = String::new();
        self.dump_node(ROOT, 0, zones, &mut out);
        out
    }

    /// The same for one node.
    pub fn dump_of(&self, id: NodeId) -> String {
        let mut out = String::new();
        self.dump_node(id, 0, true, &mut out);
        out
    }

    fn dump_node(&self, id: NodeId, depth: usize, zones: bool, out: &mut String) {
        let indent = "  ".repeat(depth);
        let node = &self.nodes[id.0];
        let _ = match &node.data {
            PageData::Text(text) => writeln!(out, "| {indent}\"{text}\""),
            PageData::Comment(data) => writeln!(out, "| {indent}<!-- {data} -->"),
            PageData::Element {
                namespace,
                name,
                attributes,
            } => {
                let prefix = match namespace {
                    Namespace::Html => "",
                    Namespace::Svg => "svg ",
                    Namespace::MathMl => "math ",
                };
                let _ = writeln!(out, "| {indent}<{prefix}{name}>");
                let mut attributes: Vec<_> = attributes.iter().collect();
                attributes.sort();
                for (name, value) in attributes {
                    let _ = writeln!(out, "| {indent}  {name}=\"{value}\"");
                }
                Ok(())
            }
        };
        if zones || !self.is_opaque(id) {
            for &child in &node.children {
                self.dump_node(child, depth + 1, zones, out);
            }
        }
    }
}

fn too_deep(stop: Stop) -> Error {
    let (Stop::TooDeep(at) | Stop::Outside(at)) = stop;
    crate::error::ErrorKind::TooDeep {
        at,
        limit: DEPTH_LIMIT,
    }
    .into()
}
