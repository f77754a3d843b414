//! HTML of any kind, parsed by html5ever into an arena.
//!
//! Scripting is on and quirks mode is off, as in the pages that live views are in.

use std::borrow::Cow;
use std::cell::{Cell, Ref, RefCell};

use html5ever::interface::{ElementFlags, NodeOrText, QuirksMode, TreeSink};
use html5ever::tendril::{StrTendril, TendrilSink};
use html5ever::tokenizer::TokenizerOpts;
use html5ever::tree_builder::TreeBuilderOpts;
use html5ever::{Attribute, LocalName, ParseOpts, QualName, local_name, ns};

use super::{DEPTH_LIMIT, Stop};
use crate::patch::Namespace;

/// The element that a fragment is parsed in.
#[derive(Clone, Debug)]
pub(crate) struct ContextElement<'a> {
    pub(crate) namespace: Namespace,
    pub(crate) name: &'a str,
    /// Whether an HTML `form` is the element itself or above it: forms in it are dropped.
    pub(crate) in_form: bool,
    /// MathML's `annotation-xml` with an `encoding` that says HTML.
    pub(crate) html_annotation: bool,
}

/// A tree as html5ever built it. Node 0 holds the fragment's nodes.
#[derive(Debug)]
pub(crate) struct Arena {
    nodes: Vec<ArenaNode>,
}

#[derive(Debug)]
struct ArenaNode {
    parent: u32,
    previous: u32,
    next: u32,
    first_child: u32,
    last_child: u32,
    data: Data,
}

/// What a node of an [`Arena`] is.
#[derive(Debug)]
pub(crate) enum Data {
    /// The document, or the content of a `template`.
    Fragment,
    Text(StrTendril),
    Comment(StrTendril),
    Element(Element),
}

/// An element of an [`Arena`].
#[derive(Debug)]
pub(crate) struct Element {
    name: QualName,
    attributes: Vec<Attribute>,
    /// The content of an HTML `template`, or 0.
    template: u32,
    html_annotation: bool,
}

impl Element {
    pub(crate) fn name(&self) -> &str {
        &self.name.local
    }

    pub(crate) fn namespace(&self) -> Namespace {
        match self.name.ns {
            ns!(svg) => Namespace::Svg,
            ns!(mathml) => Namespace::MathMl,
            _ => Namespace::Html,
        }
    }

    /// Qualified names and values.
    pub(crate) fn attributes(&self) -> impl Iterator<Item = (Cow<'_, str>, &str)> {
        self.attributes
            .iter()
            .map(|attribute| (qualified(&attribute.name), &*attribute.value))
    }
}

fn qualified(name: &QualName) -> Cow<'_, str> {
    match &name.prefix {
        Some(prefix) if !prefix.is_empty() => Cow::Owned(format!("{prefix}:{}", name.local)),
        _ => Cow::Borrowed(&*name.local),
    }
}

impl Arena {
    pub(crate) fn data(&self, id: u32) -> &Data {
        &self.nodes[id as usize].data
    }

    /// The children; those of a `template` are the children of its content.
    pub(crate) fn children(&self, id: u32) -> impl Iterator<Item = u32> {
        let holder = match self.data(id) {
            Data::Element(element) if element.template != 0 => element.template,
            _ => id,
        };
        let first = self.nodes[holder as usize].first_child;
        std::iter::successors((first != 0).then_some(first), |&id| {
            let next = self.nodes[id as usize].next;
            (next != 0).then_some(next)
        })
    }
}

#[cfg(test)]
thread_local! {
    /// How often html5ever was called on.
    pub(crate) static CALLS: Cell<usize> = const { Cell::new(0) };
}

/// Parses the content of an element. Stops with [`Stop::TooDeep`] past the limit of nesting.
pub(crate) fn parse_fragment(html: &str, context: &ContextElement<'_>) -> Result<Arena, Stop> {
    #[cfg(test)]
    CALLS.set(CALLS.get() + 1);
    let sink = Builder::default();
    let namespace = match context.namespace {
        Namespace::Html => ns!(html),
        Namespace::Svg => ns!(svg),
        Namespace::MathMl => ns!(mathml),
    };
    let name = QualName::new(None, namespace, LocalName::from(context.name));
    let element = sink.create_element(name, Vec::new(), ElementFlags::default());
    if context.html_annotation
        && let Data::Element(element) = &mut sink.nodes.borrow_mut()[element as usize].data
    {
        element.html_annotation = true;
    }
    let form = context.in_form.then(|| {
        let name = QualName::new(None, ns!(html), local_name!("form"));
        sink.create_element(name, Vec::new(), ElementFlags::default())
    });
    let options = ParseOpts {
        tokenizer: TokenizerOpts {
            discard_bom: false,
            ..TokenizerOpts::default()
        },
        tree_builder: TreeBuilderOpts {
            scripting_enabled: true,
            quirks_mode: QuirksMode::NoQuirks,
            ..TreeBuilderOpts::default()
        },
    };
    let mut parser =
        html5ever::driver::parse_fragment_for_element(sink, options, element, true, form);
    // In pieces, so that a tree that is too deep ends the work early.
    let mut rest = html;
    while !rest.is_empty() {
        let piece = rest.len().min(PIECE);
        let piece = (piece..=rest.len())
            .find(|&at| rest.is_char_boundary(at))
            .unwrap_or(rest.len());
        parser.process(StrTendril::from_slice(&rest[..piece]));
        rest = &rest[piece..];
        if parser.tokenizer.sink.sink.too_deep.get() {
            return Err(Stop::TooDeep(html.len() - rest.len()));
        }
    }
    let arena = parser.finish();
    if arena.too_deep.get() {
        return Err(Stop::TooDeep(html.len()));
    }
    Ok(arena.into_fragment())
}

/// Bytes that html5ever is given at once.
const PIECE: usize = 16 * 1024;

#[derive(Debug)]
struct Builder {
    nodes: RefCell<Vec<ArenaNode>>,
    too_deep: Cell<bool>,
    inserted: Cell<u32>,
}

impl Default for Builder {
    fn default() -> Self {
        let nodes = RefCell::new(vec![ArenaNode::new(Data::Fragment)]);
        Builder {
            nodes,
            too_deep: Cell::new(false),
            inserted: Cell::new(0),
        }
    }
}

impl ArenaNode {
    fn new(data: Data) -> Self {
        ArenaNode {
            parent: 0,
            previous: 0,
            next: 0,
            first_child: 0,
            last_child: 0,
            data,
        }
    }
}

impl Builder {
    fn add(&self, data: Data) -> u32 {
        let mut nodes = self.nodes.borrow_mut();
        nodes.push(ArenaNode::new(data));
        (nodes.len() - 1) as u32
    }

    /// The fragment's nodes are the children of the `html` element that the standard puts into the document.
    fn into_fragment(self) -> Arena {
        let mut nodes = self.nodes.into_inner();
        let html = nodes[0].first_child as usize;
        nodes[0].first_child = nodes[html].first_child;
        nodes[0].last_child = nodes[html].last_child;
        Arena { nodes }
    }

    /// Links a node, which has no parent, under `parent` before `next` (0: at the end).
    fn link(&self, parent: u32, id: u32, next: u32) {
        let nodes = &mut *self.nodes.borrow_mut();
        let previous = match next {
            0 => nodes[parent as usize].last_child,
            _ => nodes[next as usize].previous,
        };
        let node = &mut nodes[id as usize];
        (node.parent, node.previous, node.next) = (parent, previous, next);
        match previous {
            0 => nodes[parent as usize].first_child = id,
            _ => nodes[previous as usize].next = id,
        }
        match next {
            0 => nodes[parent as usize].last_child = id,
            _ => nodes[next as usize].previous = id,
        }
        self.watch_depth(nodes, id);
    }

    /// Looks at the depth now and then: a tree gains at most a level by each insertion.
    fn watch_depth(&self, nodes: &[ArenaNode], id: u32) {
        self.inserted.set(self.inserted.get() + 1);
        if self.inserted.get().is_multiple_of(64) {
            let above = std::iter::successors(Some(id), |&id| {
                let parent = nodes[id as usize].parent;
                (parent != 0).then_some(parent)
            });
            if above.take(DEPTH_LIMIT + 200).count() >= DEPTH_LIMIT + 200 {
                self.too_deep.set(true);
            }
        }
    }

    fn unlink(&self, id: u32) {
        let nodes = &mut *self.nodes.borrow_mut();
        let (parent, previous, next) = {
            let node = &nodes[id as usize];
            (node.parent, node.previous, node.next)
        };
        let is_child = nodes[parent as usize].first_child == id || previous != 0;
        if !is_child {
            return;
        }
        match previous {
            0 => nodes[parent as usize].first_child = next,
            _ => nodes[previous as usize].next = next,
        }
        match next {
            0 => nodes[parent as usize].last_child = previous,
            _ => nodes[next as usize].previous = previous,
        }
        let node = &mut nodes[id as usize];
        (node.parent, node.previous, node.next) = (0, 0, 0);
    }

    /// Inserts under `parent` before `next` (0: at the end); text joins a text before it.
    fn insert(&self, parent: u32, child: NodeOrText<u32>, next: u32) {
        let id = match child {
            NodeOrText::AppendNode(id) => {
                self.unlink(id);
                id
            }
            NodeOrText::AppendText(text) => {
                let nodes = &mut *self.nodes.borrow_mut();
                let previous = match next {
                    0 => nodes[parent as usize].last_child,
                    _ => nodes[next as usize].previous,
                };
                if previous != 0
                    && let Data::Text(before) = &mut nodes[previous as usize].data
                {
                    before.push_tendril(&text);
                    return;
                }
                nodes.push(ArenaNode::new(Data::Text(text)));
                (nodes.len() - 1) as u32
            }
        };
        self.link(parent, id, next);
    }

    fn parent(&self, id: u32) -> u32 {
        self.nodes.borrow()[id as usize].parent
    }
}

impl TreeSink for Builder {
    type Handle = u32;
    type Output = Self;
    type ElemName<'a> = Ref<'a, QualName>;

    fn finish(self) -> Self {
        self
    }

    fn parse_error(&self, _message: Cow<'static, str>) {}

    fn get_document(&self) -> u32 {
        0
    }

    fn elem_name<'a>(&'a self, target: &'a u32) -> Ref<'a, QualName> {
        Ref::map(self.nodes.borrow(), |nodes| {
            match &nodes[*target as usize].data {
                Data::Element(element) => &element.name,
                other => {
                    unreachable!("html5ever asks for names of elements only, not of {other:?}")
                }
            }
        })
    }

    fn create_element(
        &self,
        name: QualName,
        attributes: Vec<Attribute>,
        flags: ElementFlags,
    ) -> u32 {
        let template = if flags.template {
            self.add(Data::Fragment)
        } else {
            0
        };
        let html_annotation = flags.mathml_annotation_xml_integration_point;
        self.add(Data::Element(Element {
            name,
            attributes,
            template,
            html_annotation,
        }))
    }

    fn create_comment(&self, text: StrTendril) -> u32 {
        self.add(Data::Comment(text))
    }

    fn create_pi(&self, target: StrTendril, data: StrTendril) -> u32 {
        self.add(Data::Comment(StrTendril::from(format!("?{target} {data}"))))
    }

    fn append(&self, parent: &u32, child: NodeOrText<u32>) {
        self.insert(*parent, child, 0);
    }

    fn append_before_sibling(&self, sibling: &u32, child: NodeOrText<u32>) {
        self.insert(self.parent(*sibling), child, *sibling);
    }

    fn append_based_on_parent_node(&self, element: &u32, previous: &u32, child: NodeOrText<u32>) {
        if self.parent(*element) != 0 {
            self.append_before_sibling(element, child);
        } else {
            self.append(previous, child);
        }
    }

    fn append_doctype_to_document(&self, _: StrTendril, _: StrTendril, _: StrTendril) {}

    fn get_template_contents(&self, target: &u32) -> u32 {
        match &self.nodes.borrow()[*target as usize].data {
            Data::Element(element) => element.template,
            other => {
                unreachable!("html5ever asks for contents of templates only, not of {other:?}")
            }
        }
    }

    fn same_node(&self, a: &u32, b: &u32) -> bool {
        a == b
    }

    fn set_quirks_mode(&self, _: QuirksMode) {}

    fn add_attrs_if_missing(&self, target: &u32, attributes: Vec<Attribute>) {
        let nodes = &mut *self.nodes.borrow_mut();
        if let Data::Element(element) = &mut nodes[*target as usize].data {
            for attribute in attributes {
                if !element
                    .attributes
                    .iter()
                    .any(|own| own.name == attribute.name)
                {
                    element.attributes.push(attribute);
                }
            }
        }
    }

    fn remove_from_parent(&self, target: &u32) {
        self.unlink(*target);
    }

    fn reparent_children(&self, node: &u32, new_parent: &u32) {
        loop {
            let child = self.nodes.borrow()[*node as usize].first_child;
            if child == 0 {
                break;
            }
            self.unlink(child);
            self.link(*new_parent, child, 0);
        }
    }

    fn is_mathml_annotation_xml_integration_point(&self, target: &u32) -> bool {
        match &self.nodes.borrow()[*target as usize].data {
            Data::Element(element) => element.html_annotation,
            _ => false,
        }
    }
}
