//! What templates are to each other: parents, includes and components.
//!
//! Tera checks this too, but stops at the first mistake and does not say where it is.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::source::Source;
use super::translate::Sources;
use super::tree::{Component, Link, Node, parse, visit};
use crate::nearest::did_you_mean;
use crate::{Error, ErrorKind, FLASH_VARIABLE};

const EXTENDS: &str = "extends";
const INCLUDES: &str = "includes";

/// All templates as trees, and what links them.
#[derive(Debug, Default)]
pub(super) struct TemplateSet {
    templates: BTreeMap<String, Template>,
    /// The template that defines a component, by the component's name.
    components: BTreeMap<String, String>,
}

/// A template as a tree.
#[derive(Debug)]
pub(super) struct Template {
    pub(super) source: Arc<Source>,
    pub(super) nodes: Vec<Node>,
}

impl Template {
    /// The template that it extends.
    pub(super) fn parent(&self) -> Option<&Link> {
        self.nodes.iter().find_map(|node| match node {
            Node::Extends(link) => Some(link),
            _ => None,
        })
    }

    fn includes(&self) -> Vec<&Link> {
        let mut links = Vec::new();
        visit(&self.nodes, &mut |node| {
            if let Node::Include(link) = node {
                links.push(link);
            }
        });
        links
    }

    fn components(&self) -> impl Iterator<Item = &Component> {
        self.nodes.iter().filter_map(|node| match node {
            Node::Component(component) => Some(component),
            _ => None,
        })
    }

    /// The names of the blocks that it has.
    pub(super) fn blocks(&self) -> Vec<&str> {
        let mut names = Vec::new();
        visit(&self.nodes, &mut |node| {
            if let Node::Block { name, .. } = node {
                names.push(&self.source.code()[name.span.clone()]);
            }
        });
        names
    }

    /// The body of a block that it has.
    pub(super) fn block(&self, name: &str) -> Option<&[Node]> {
        let mut found = None;
        visit(&self.nodes, &mut |node| {
            if let Node::Block { name: own, body } = node
                && &self.source.code()[own.span.clone()] == name
            {
                found = Some(body.as_slice());
            }
        });
        found
    }
}

impl TemplateSet {
    pub(super) fn new(sources: &Sources) -> Self {
        let templates: BTreeMap<String, Template> = sources
            .iter()
            .map(|(name, source)| {
                let template = Template {
                    source: source.clone(),
                    nodes: parse(source.code()),
                };
                (name.clone(), template)
            })
            .collect();
        let components = templates
            .iter()
            .flat_map(|(name, template)| {
                template
                    .components()
                    .map(|component| (component.name.clone(), name.clone()))
            })
            .collect();
        Self {
            templates,
            components,
        }
    }

    pub(super) fn get(&self, name: &str) -> Option<&Template> {
        self.templates.get(name)
    }

    /// A component, and the template that defines it.
    pub(super) fn component(&self, name: &str) -> Option<(&Template, &Component)> {
        let template = self.get(self.components.get(name)?)?;
        Some((
            template,
            template
                .components()
                .find(|component| component.name == name)?,
        ))
    }

    /// A template and what it extends, from the template up.
    pub(super) fn chain<'s>(&'s self, template: &'s Template) -> Vec<&'s Template> {
        let mut chain = vec![template];
        while let Some(parent) = chain[chain.len() - 1].parent()
            && let Some(parent) = self.get(&parent.template)
            && chain
                .iter()
                .all(|earlier| earlier.source.name != parent.source.name)
        {
            chain.push(parent);
        }
        chain
    }

    /// Everything that is wrong between templates. `unsound` are names of templates that exist and do
    /// not parse: what refers to them is not at fault.
    pub(super) fn check(&self, unsound: &BTreeSet<&str>) -> Vec<Error> {
        let mut errors = Vec::new();
        let mut defined: BTreeMap<&str, &Template> = BTreeMap::new();
        for template in self.templates.values() {
            for (verb, link) in self.links(template) {
                let target = link.template.as_str();
                if !self.templates.contains_key(target) && !unsound.contains(target) {
                    let own = &template.source.name;
                    let message = format!("`{own}` {verb} `{target}`, which does not exist");
                    let names = self.templates.keys().map(String::as_str);
                    let help = did_you_mean(target, names.chain(unsound.iter().copied()));
                    let at = link.span.clone();
                    errors.push(
                        template
                            .source
                            .error(ErrorKind::NotFound, message, at)
                            .with_help(help),
                    );
                }
            }
            for component in template.components() {
                let name = component.name.as_str();
                if let Some(first) = defined.insert(name, template) {
                    let message = format!("component `{name}` is defined in two templates");
                    let place = |template: &Template| {
                        let own = template.components().find(|own| own.name == name);
                        template
                            .source
                            .position(own.map_or(0, |own| own.span.start))
                    };
                    let at = component.span.clone();
                    let error = template.source.error(ErrorKind::Syntax, message, at);
                    errors.push(error.via("first defined at", place(first)));
                }
                errors.extend(flash_in_component(template, component));
            }
            errors.extend(self.cycle(template));
        }
        errors
    }

    fn links<'t>(&self, template: &'t Template) -> Vec<(&'static str, &'t Link)> {
        let parent = template.parent().map(|link| (EXTENDS, link));
        let includes = template.includes().into_iter().map(|link| (INCLUDES, link));
        parent.into_iter().chain(includes).collect()
    }

    /// The error for a circle that leads back to a template, told by the first one on it. Parents and
    /// includes make circles apart from each other: of an included template only its own text is
    /// rendered, not its parent's.
    fn cycle(&self, start: &Template) -> Option<Error> {
        self.links(start).into_iter().find_map(|(verb, first)| {
            let mut path = self.path(verb, first, start, &mut BTreeSet::new())?;
            path.push(start.source.name.to_string());
            path.reverse();
            let own = &start.source.name;
            path.iter().all(|name| **name >= **own).then(|| {
                let message = format!("`{own}` {verb} itself: {}", path.join(" → "));
                start
                    .source
                    .error(ErrorKind::Syntax, message, first.span.clone())
            })
        })
    }

    /// The templates from a link to the one that is looked for, the last one first.
    fn path<'t>(
        &'t self,
        verb: &str,
        link: &'t Link,
        wanted: &Template,
        seen: &mut BTreeSet<&'t str>,
    ) -> Option<Vec<String>> {
        if link.template == *wanted.source.name {
            return Some(vec![link.template.clone()]);
        }
        if !seen.insert(&link.template) {
            return None;
        }
        let template = self.get(&link.template)?;
        let links = self
            .links(template)
            .into_iter()
            .filter(|(own, _)| *own == verb);
        let mut path = links
            .into_iter()
            .find_map(|(_, link)| self.path(verb, link, wanted, seen))?;
        path.push(link.template.clone());
        Some(path)
    }

    /// The templates that can be given to Tera when those in `bad` cannot: all that do not lead to
    /// one of them.
    pub(super) fn sound(&self, bad: &BTreeSet<String>) -> BTreeSet<&str> {
        let mut sound: BTreeSet<&str> = self
            .templates
            .keys()
            .map(String::as_str)
            .filter(|name| !bad.contains(*name))
            .collect();
        loop {
            let (kept, lost): (BTreeSet<&str>, BTreeSet<&str>) = sound.iter().partition(|name| {
                let links = self.get(name).map(|template| self.links(template));
                links.is_some_and(|links| {
                    links
                        .iter()
                        .all(|(_, link)| sound.contains(link.template.as_str()))
                })
            });
            sound = kept;
            if lost.is_empty() {
                return sound;
            }
        }
    }
}

/// A component has its own variables, so the messages would be missing there.
fn flash_in_component(template: &Template, component: &Component) -> Option<Error> {
    let code = template.source.code();
    let mut found = None;
    visit(&component.body, &mut |node| {
        if let Node::Output(tokens) = node
            && let Some(token) = tokens.first()
            && &code[token.span.clone()] == FLASH_VARIABLE
            && component
                .arguments
                .iter()
                .all(|argument| argument.name != FLASH_VARIABLE)
        {
            found = Some(token.span.clone());
        }
    });
    let message = format!(
        "component `{}` cannot have the flash messages in it",
        component.name
    );
    found.map(|span| template.source.error(ErrorKind::Syntax, message, span))
}
