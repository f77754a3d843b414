//! Which element of newly parsed content stands for which of the page's, as in `morph.ts` of the client: the one with
//! its key, or the next of its kind without. What the user did to the one is carried over to the other.

use std::collections::HashMap;

use relive_protocol::Markup;
use relive_vdom::Op;
use relive_vdom::apply::{NodeId, NodeView, Page as Dom};

use crate::document::{Document, Key};

/// How far to look for a node without a key.
const LOOK_AHEAD: usize = 50;

impl Document {
    /// Replaces the content of the live root, numbered from `first`. Says which elements became which.
    pub(crate) fn refill(
        &mut self,
        html: &Markup,
        first: u32,
    ) -> Result<HashMap<Key, Key>, String> {
        let Some(live) = self.live_mut() else {
            return Ok(HashMap::new());
        };
        let old = live.clone();
        match html {
            Markup::Html(html) => live
                .set_root_content(html, first)
                .map_err(|error| error.to_string())?,
            Markup::Tree(nodes) => {
                live.set_root_content("", first)
                    .map_err(|error| error.to_string())?;
                let tree = Op::Tree {
                    parent: 0,
                    before: 0,
                    first,
                    nodes: nodes.clone(),
                };
                live.apply(&[tree]).map_err(|error| error.to_string())?;
            }
        }
        let mut pairs = HashMap::new();
        pair(&old, old.root(), live, live.root(), &mut pairs);
        Ok(pairs)
    }

    /// Puts another page's live root in the place of this one's. Says which elements became which.
    pub(crate) fn replace_live(&mut self, fresh: Document) -> HashMap<Key, Key> {
        self.set_title(&fresh.title());
        let mut pairs = HashMap::new();
        if let (Some(live), Some(fresh)) = (self.live_mut(), fresh.live()) {
            let old = std::mem::replace(live, fresh.clone());
            pair(&old, old.root(), live, live.root(), &mut pairs);
        }
        pairs
    }
}

fn pair(old: &Dom, from: NodeId, new: &Dom, to: NodeId, pairs: &mut HashMap<Key, Key>) {
    let children = old.children(from);
    let mut taken = vec![false; children.len()];
    let mut cursor = 0;
    for &fresh in new.children(to) {
        let key = key_of(new, fresh);
        let is_match = |at: usize| {
            !taken[at]
                && key_of(old, children[at]) == key
                && is_alike(old, children[at], new, fresh)
        };
        let found = match key {
            Some(_) => (0..children.len()).find(|&at| is_match(at)),
            None => (cursor..children.len().min(cursor + LOOK_AHEAD)).find(|&at| is_match(at)),
        };
        let Some(at) = found else { continue };
        taken[at] = true;
        if at >= cursor {
            cursor = at + 1;
        }
        if matches!(old.view(children[at]), NodeView::Element { .. }) {
            pairs.insert(Key::Live(children[at]), Key::Live(fresh));
            pair(old, children[at], new, fresh, pairs);
        }
    }
}

fn is_alike(old: &Dom, one: NodeId, new: &Dom, other: NodeId) -> bool {
    match (old.view(one), new.view(other)) {
        (NodeView::Text(_), NodeView::Text(_)) | (NodeView::Comment(_), NodeView::Comment(_)) => {
            true
        }
        (
            NodeView::Element {
                namespace, name, ..
            },
            NodeView::Element {
                namespace: other_namespace,
                name: other_name,
                ..
            },
        ) => namespace == other_namespace && name == other_name,
        _ => false,
    }
}

fn key_of(dom: &Dom, id: NodeId) -> Option<&str> {
    let NodeView::Element { attributes, .. } = dom.view(id) else {
        return None;
    };
    ["dj-key", "data-key", "id"].into_iter().find_map(|name| {
        let found = attributes
            .iter()
            .find(|(own, value)| own == name && !value.is_empty());
        found.map(|(_, value)| value.as_str())
    })
}
