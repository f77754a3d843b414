//! Walks through templates in the order in which they are rendered, and notes what they refer to.
//!
//! Names are bound by `for`, `set`, comprehensions and components' arguments; a name that may be
//! bound when it is used does not count as free.

use std::collections::{BTreeMap, BTreeSet};

use super::expression::Token;
use super::html::{Found, Html};
use super::links::{Template, TemplateSet};
use super::source::Source;
use super::tags::FLASH_ID;
use super::tree::{Component, Node, visit};
use super::variables::Role;
use crate::attributes::classify;
use crate::{Attribute, Position, References};

/// What a template refers to, and the templates that it leads to with it.
pub(super) fn references(set: &TemplateSet, template: &Template) -> References {
    let mut walk = Walk::new(set);
    let chain = set.chain(template);
    let bound = chain
        .iter()
        .flat_map(|template| assigned(template, &template.nodes))
        .collect();
    if let Some(base) = chain.last() {
        let mut frame = Frame {
            bound,
            ..Frame::new(base, &chain)
        };
        for template in &chain {
            walk.references
                .templates
                .insert(template.source.name.to_string());
        }
        walk.nodes(&base.nodes, &mut frame);
        let page = ["<!doctype", "<html", "<body"];
        let code = base.source.code().to_ascii_lowercase();
        if page.iter().any(|tag| code.contains(tag)) {
            walk.references.layout = Some(base.source.name.to_string());
        }
        let page = code.trim_start();
        if ["<html", "<head", "<body"]
            .iter()
            .any(|tag| page.starts_with(tag))
        {
            let at = code.len() - page.len();
            walk.references.without_doctype = Some(base.source.position(at));
        }
    }
    let mut references = walk.references;
    for name in &references.templates {
        if let Some(template) = set.get(name) {
            let containers = &template.source.containers;
            references.loops.extend(containers.loops.iter().cloned());
            references
                .without_loop
                .extend(containers.without.iter().cloned());
        }
    }
    for variable in &mut references.variables {
        variable.optional = walk.optional.contains(&variable.name);
    }
    references
}

/// The names that `set` gives to a whole template, whenever it does: outside of loops, or by
/// `set_global`.
fn assigned(template: &Template, nodes: &[Node]) -> BTreeSet<String> {
    let text = |token: &Token| template.source.code()[token.span.clone()].to_owned();
    let mut names = BTreeSet::new();
    let mut in_loops = BTreeSet::new();
    visit(nodes, &mut |node| match node {
        Node::Set { name, global, .. } => {
            names.insert((name.span.start, *global, text(name)));
        }
        Node::For { body, .. } => visit(body, &mut |node| {
            if let Node::Set {
                name,
                global: false,
                ..
            } = node
            {
                in_loops.insert(name.span.start);
            }
        }),
        _ => {}
    });
    names
        .into_iter()
        .filter(|(at, ..)| !in_loops.contains(at))
        .map(|(.., name)| name)
        .collect()
}

pub(super) struct Walk<'s> {
    set: &'s TemplateSet,
    pub(super) references: References,
    /// Variables that a template asks for before it relies on them.
    pub(super) optional: BTreeSet<String>,
    html: Html,
    found: Vec<Found>,
    /// Templates and components that were walked through with these names bound, from this place in
    /// HTML, and the place that they led to; none while they are being walked through.
    seen: BTreeMap<(String, BTreeSet<String>, Html), Option<Html>>,
    /// What is in the references already.
    pub(super) noted: BTreeSet<(Position, String)>,
}

/// What is known at a place.
#[derive(Clone)]
pub(super) struct Frame<'s> {
    template: &'s Template,
    /// From the template that is rendered up to the one that it stands in, for blocks.
    chain: &'s [&'s Template],
    pub(super) bound: BTreeSet<String>,
    /// What the callers of a component have bound, for its implicit arguments.
    callers: BTreeSet<String>,
    pub(super) in_loop: bool,
    /// The block that this is in, and how far up the chain its text stands.
    block: Option<(String, usize)>,
}

impl<'s> Frame<'s> {
    fn new(template: &'s Template, chain: &'s [&'s Template]) -> Self {
        Self {
            template,
            chain,
            bound: BTreeSet::new(),
            callers: BTreeSet::new(),
            in_loop: false,
            block: None,
        }
    }

    pub(super) fn source(&self) -> &'s Source {
        &self.template.source
    }

    pub(super) fn text(&self, token: &Token) -> &'s str {
        &self.source().code()[token.span.clone()]
    }
}

impl<'s> Walk<'s> {
    fn new(set: &'s TemplateSet) -> Self {
        Self {
            set,
            references: References::default(),
            optional: BTreeSet::new(),
            html: Html::default(),
            found: Vec::new(),
            seen: BTreeMap::new(),
            noted: BTreeSet::new(),
        }
    }

    fn nodes<'f>(&mut self, nodes: &'f [Node], frame: &mut Frame<'f>) {
        for node in nodes {
            self.node(node, frame);
        }
    }

    fn node<'f>(&mut self, node: &'f Node, frame: &mut Frame<'f>) {
        match node {
            Node::Text(range) => {
                let source = frame.source();
                let text = &source.code()[range.clone()];
                let start = range.start;
                self.html.text(
                    text,
                    |offset| source.position(start + offset),
                    &mut self.found,
                );
                self.note_attributes();
                return;
            }
            Node::Output(tokens) => {
                let source = frame.source();
                let start = tokens.first().map_or(0, |token| token.span.start);
                let is_super = tokens
                    .first()
                    .is_some_and(|token| frame.text(token) == "super");
                let is_component = tokens.first().is_some_and(|token| frame.text(token) == "<");
                if is_super || is_component {
                    self.html.enter();
                    self.expression(tokens, Role::Value, frame);
                    self.html.leave();
                    return;
                }
                self.html.output(|| source.position(start), &mut self.found);
                self.note_attributes();
                self.expression(tokens, Role::Value, frame);
                return;
            }
            _ => self.html.enter(),
        }
        match node {
            Node::Set {
                name, value, body, ..
            } => {
                self.expression(value, Role::Value, frame);
                let outside = std::mem::take(&mut self.html);
                self.nodes(body, frame);
                self.go_on_from(outside);
                frame.bound.insert(frame.text(name).to_owned());
            }
            Node::If {
                branches,
                otherwise,
            } => {
                let before = self.html.clone();
                let mut after = None;
                for (condition, body) in branches {
                    self.expression(condition, Role::Condition, frame);
                    self.nodes(body, frame);
                    match &after {
                        None => after = Some(std::mem::replace(&mut self.html, before.clone())),
                        Some(_) => self.go_on_from(before.clone()),
                    }
                }
                self.nodes(otherwise, frame);
                self.go_on_from(after.unwrap_or_default());
            }
            Node::For {
                names,
                target,
                body,
                otherwise,
            } => {
                self.expression(target, Role::Value, frame);
                let before = self.html.clone();
                let mut inside = frame.clone();
                inside
                    .bound
                    .extend(names.iter().map(|name| frame.text(name).to_owned()));
                inside.in_loop = true;
                self.nodes(body, &mut inside);
                let after = std::mem::replace(&mut self.html, before);
                self.nodes(otherwise, frame);
                self.go_on_from(after);
            }
            Node::Block { name, .. } => self.block(frame.text(name), 0, frame),
            Node::Include(link) => self.include(&link.template, frame),
            Node::Call { tokens, body } => {
                self.expression(tokens, Role::Value, frame);
                let outside = std::mem::take(&mut self.html);
                self.nodes(body, frame);
                self.go_on_from(outside);
            }
            Node::Filter { filters, body } => {
                self.expression(filters, Role::Filters, frame);
                self.nodes(body, frame);
            }
            Node::Text(_) | Node::Output(_) | Node::Extends(_) | Node::Component(_) => {}
        }
        self.html.leave();
    }

    /// Takes up another place in HTML than the one that the walk has come to.
    fn go_on_from(&mut self, html: Html) {
        std::mem::replace(&mut self.html, html).abandon(&mut self.found);
        self.note_attributes();
    }

    /// A block's text as the template nearest to the one that is rendered has it, or the `level`th.
    fn block<'f>(&mut self, name: &str, level: usize, frame: &mut Frame<'f>) {
        let chain = frame.chain;
        let own = chain
            .iter()
            .enumerate()
            .skip(level)
            .find_map(|(level, template)| Some((level, *template, template.block(name)?)));
        let Some((level, template, body)) = own else {
            return;
        };
        let outside = (
            frame.template,
            frame.block.replace((name.to_owned(), level)),
        );
        frame.template = template;
        self.nodes(body, frame);
        (frame.template, frame.block) = outside;
    }

    /// What `super()` stands for.
    pub(super) fn parent_block(&mut self, frame: &Frame<'_>) {
        if let Some((name, level)) = &frame.block {
            self.block(name, level + 1, &mut frame.clone());
        }
    }

    fn include(&mut self, name: &str, frame: &Frame<'_>) {
        let Some(template) = self.set.get(name) else {
            return;
        };
        self.references.templates.insert(name.to_owned());
        let chain = self.set.chain(template);
        let mut bound = frame.bound.clone();
        bound.extend(assigned(template, &template.nodes));
        let callers = frame.callers.clone();
        let mut inside = Frame {
            bound,
            callers,
            ..Frame::new(template, &chain)
        };
        self.once(name.to_owned(), &template.nodes, &mut inside);
    }

    pub(super) fn component(
        &mut self,
        name: &str,
        given: impl Fn(&str) -> bool,
        at: &Token,
        frame: &Frame<'_>,
    ) {
        let Some((template, component)) = self.set.component(name) else {
            return;
        };
        self.references
            .templates
            .insert(template.source.name.to_string());
        let callers: BTreeSet<String> = frame.bound.union(&frame.callers).cloned().collect();
        self.implicit(component, given, &callers, at, frame);
        let arguments = component
            .arguments
            .iter()
            .map(|argument| argument.name.clone());
        let bound = arguments
            .chain(["body".to_owned()])
            .chain(assigned(template, &component.body))
            .collect();
        let mut inside = Frame {
            bound,
            callers,
            ..Frame::new(template, &[])
        };
        self.once(format!("<{name}>"), &component.body, &mut inside);
    }

    /// Implicit arguments are variables of whoever calls.
    fn implicit(
        &mut self,
        component: &Component,
        given: impl Fn(&str) -> bool,
        callers: &BTreeSet<String>,
        at: &Token,
        frame: &Frame<'_>,
    ) {
        for argument in component
            .arguments
            .iter()
            .filter(|argument| argument.implicit)
        {
            let name = argument.name.as_str();
            if given(name) || callers.contains(name) {
                continue;
            }
            if argument.has_default {
                self.optional.insert(name.to_owned());
            }
            self.variable(name, at, frame);
        }
    }

    /// Walks through the nodes of another template or a component, unless that was done already in
    /// the same circumstances.
    fn once<'f>(&mut self, name: String, nodes: &'f [Node], frame: &mut Frame<'f>) {
        let bound = frame.bound.union(&frame.callers).cloned().collect();
        let key = (name, bound, self.html.clone());
        match self.seen.get(&key) {
            Some(Some(after)) => self.html = after.clone(),
            Some(None) => {}
            None => {
                self.seen.insert(key.clone(), None);
                self.nodes(nodes, frame);
                self.seen.insert(key, Some(self.html.clone()));
            }
        }
    }

    fn note_attributes(&mut self) {
        for found in std::mem::take(&mut self.found) {
            if found.name == "id" && found.value.as_deref() == Some(FLASH_ID) {
                self.references.flash.get_or_insert(found.position);
                continue;
            }
            if !found.name.starts_with("dj-") {
                continue;
            }
            let value = found.value.clone().unwrap_or_default();
            if !self
                .noted
                .insert((found.position.clone(), format!("{} {value}", found.name)))
            {
                continue;
            }
            if found.name == "dj-root" {
                self.references.root.get_or_insert(found.position.clone());
            }
            let (name, modifiers, kind) = classify(&found.name);
            self.references.attributes.push(Attribute {
                name: name.to_owned(),
                modifiers: modifiers.into_iter().map(str::to_owned).collect(),
                value: found.value,
                element: found.element,
                kind,
                position: found.position,
            });
        }
    }
}
