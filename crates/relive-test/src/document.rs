//! What a browser has in memory for a page: the tree of the whole page, with the live root kept by patches.
//!
//! # Invariants
//!
//! - An element has one [`Key`] for as long as it is in the page, whatever is patched around it.
//! - The tree that selectors look at ([`Document::tree`]) is made from the page's parts when somebody looks, and thrown
//!   away when one of them changes.

use std::cell::OnceCell;
use std::collections::HashMap;

use ego_tree::NodeId as TreeId;
use html5ever::{Attribute, LocalName, Namespace as NamespaceUrl, QualName};
use relive_vdom::Namespace;
use relive_vdom::apply::{NodeId as LiveId, NodeView, Page as Dom};
use scraper::node::{Comment, Element, Text};
use scraper::{ElementRef, Html, Node, Selector};

use crate::flash::Flash;

/// An element, for as long as the page has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Key {
    /// One that came with the page and that no patch reaches.
    Fixed(TreeId),
    /// One in the live root.
    Live(LiveId),
}

/// A page's tree.
pub(crate) struct Document {
    /// The page as it was parsed, but for what is inside of the live root.
    fixed: Html,
    /// Where the live root stands in `fixed`.
    root: Option<TreeId>,
    live: Option<Dom>,
    flash: Flash,
    tree: OnceCell<Tree>,
}

/// The whole page at one moment.
struct Tree {
    html: Html,
    keys: HashMap<TreeId, Key>,
    places: HashMap<Key, TreeId>,
}

impl Document {
    /// Reads a page. The second value is the join token, where the page has a live root.
    pub(crate) fn parse(html: &str) -> Result<(Self, Option<String>), String> {
        let mut fixed = Html::parse_document(html);
        let rooted = Selector::parse("[dj-root][dj-token]").expect("a selector");
        let root = fixed.select(&rooted).next().map(|root| {
            let token = root.attr("dj-token").unwrap_or_default().to_owned();
            (root.id(), token)
        });
        let mut live = None;
        if let Some((id, _)) = &root {
            let place = relive_vdom::root_range(html).map_err(|error| error.to_string())?;
            let dom = Dom::parse(&place.outer(html)).map_err(|error| error.to_string())?;
            live = Some(dom);
            let children: Vec<TreeId> = children_of(&fixed, *id);
            for child in children {
                if let Some(mut child) = fixed.tree.get_mut(child) {
                    child.detach();
                }
            }
        }
        let mut document = Document {
            fixed,
            root: root.as_ref().map(|(id, _)| *id),
            live,
            flash: Flash::default(),
            tree: OnceCell::new(),
        };
        document.adopt_flash();
        Ok((document, root.map(|(_, token)| token)))
    }

    /// The live root's tree.
    pub(crate) fn live(&self) -> Option<&Dom> {
        self.live.as_ref()
    }

    /// The live root's tree, to change it.
    pub(crate) fn live_mut(&mut self) -> Option<&mut Dom> {
        self.tree.take();
        self.live.as_mut()
    }

    pub(crate) fn flash(&self) -> &Flash {
        &self.flash
    }

    pub(crate) fn flash_mut(&mut self) -> &mut Flash {
        self.tree.take();
        &mut self.flash
    }

    /// The messages that stand in the page's HTML now are those that it shows.
    pub(crate) fn adopt_flash(&mut self) {
        self.flash = Flash::default();
        self.tree.take();
        self.flash = Flash::adopt(self);
        self.tree.take();
    }

    /// The whole page, as selectors see it.
    pub(crate) fn tree(&self) -> &Html {
        &self.built().html
    }

    fn built(&self) -> &Tree {
        self.tree.get_or_init(|| self.build())
    }

    /// All elements that the selector matches, in document order.
    pub(crate) fn select(&self, selector: &Selector) -> Vec<ElementRef<'_>> {
        self.elements()
            .filter(|element| selector.matches(element))
            .collect()
    }

    /// All elements, in document order.
    pub(crate) fn elements(&self) -> impl Iterator<Item = ElementRef<'_>> {
        self.tree()
            .tree
            .root()
            .descendants()
            .filter_map(ElementRef::wrap)
    }

    /// The element of this key, if the page still has it.
    pub(crate) fn element(&self, key: Key) -> Option<ElementRef<'_>> {
        let built = self.built();
        let place = built.places.get(&key)?;
        ElementRef::wrap(built.html.tree.get(*place)?)
    }

    /// The key of an element of [`tree`](Self::tree).
    pub(crate) fn key(&self, element: ElementRef<'_>) -> Key {
        let id = element.id();
        self.built()
            .keys
            .get(&id)
            .copied()
            .unwrap_or(Key::Fixed(id))
    }

    /// The live root, as it stands in [`tree`](Self::tree).
    pub(crate) fn root(&self) -> Option<ElementRef<'_>> {
        ElementRef::wrap(self.tree().tree.get(self.root?)?)
    }

    /// The page's title.
    pub(crate) fn title(&self) -> String {
        let title = Selector::parse("head > title").expect("a selector");
        let found = self.fixed.select(&title).next();
        found.map_or_else(String::new, |title| {
            crate::text::normal(&title.text().collect::<String>())
        })
    }

    pub(crate) fn set_title(&mut self, text: &str) {
        self.tree.take();
        let id = self.head_element("title", |_| true, &[]);
        for child in children_of(&self.fixed, id) {
            if let Some(mut child) = self.fixed.tree.get_mut(child) {
                child.detach();
            }
        }
        if let Some(mut title) = self.fixed.tree.get_mut(id) {
            title.append(Node::Text(Text { text: text.into() }));
        }
    }

    /// The content of the `<meta>` of this name or property.
    pub(crate) fn meta(&self, name: &str) -> Option<&str> {
        self.fixed
            .tree
            .root()
            .descendants()
            .filter_map(ElementRef::wrap)
            .find(|element| is_meta(element.value(), name))
            .and_then(|element| element.attr("content"))
    }

    /// Sets a `<meta>`, or takes it out.
    pub(crate) fn set_meta(&mut self, name: &str, content: Option<&str>) {
        self.tree.take();
        let by = if name.starts_with("og:") || name.starts_with("twitter:") {
            "property"
        } else {
            "name"
        };
        match content {
            Some(content) => {
                let attributes = [(by, name), ("content", content)];
                let id = self.head_element("meta", |meta| is_meta(meta, name), &attributes);
                if let Some(mut meta) = self.fixed.tree.get_mut(id) {
                    *meta.value() = Node::Element(html_element("meta", &attributes));
                }
            }
            None => {
                let found = self
                    .fixed
                    .tree
                    .root()
                    .descendants()
                    .filter_map(ElementRef::wrap)
                    .find(|element| is_meta(element.value(), name))
                    .map(|element| element.id());
                if let Some(mut meta) = found.and_then(|id| self.fixed.tree.get_mut(id)) {
                    meta.detach();
                }
            }
        }
    }

    /// The first such element of the head, or a new one at its end.
    fn head_element(
        &mut self,
        name: &str,
        is: impl Fn(&Element) -> bool,
        attributes: &[(&str, &str)],
    ) -> TreeId {
        let head = Selector::parse("head").expect("a selector");
        let head = self.fixed.select(&head).next().map(|head| head.id());
        let head = head.unwrap_or_else(|| self.fixed.tree.root().id());
        let found = children_of(&self.fixed, head).into_iter().find(|&id| {
            let node = self.fixed.tree.get(id).map(|node| node.value());
            matches!(node, Some(Node::Element(element)) if element.name() == name && is(element))
        });
        found.unwrap_or_else(|| {
            let element = Node::Element(html_element(name, attributes));
            let mut head = self.fixed.tree.get_mut(head).expect("it was just found");
            head.append(element).id()
        })
    }

    fn build(&self) -> Tree {
        let mut tree = Tree {
            html: self.fixed.clone(),
            keys: HashMap::new(),
            places: HashMap::new(),
        };
        if let (Some(root), Some(live)) = (self.root, &self.live) {
            if let Some(mut node) = tree.html.tree.get_mut(root) {
                *node.value() = node_of(live, live.root());
            }
            tree.name(root, Key::Live(live.root()));
            for &child in live.children(live.root()) {
                tree.graft(live, child, root);
            }
        }
        if let Some(container) = self.flash_container(&tree) {
            for child in children_of(&tree.html, container) {
                if let Some(mut child) = tree.html.tree.get_mut(child) {
                    child.detach();
                }
            }
            for message in self.flash.shown() {
                let class = format!("dj-flash dj-flash-{}", message.class());
                let attributes = [
                    ("class", class.as_str()),
                    ("role", "alert"),
                    ("data-dj-flash-level", message.level.as_str()),
                ];
                let Some(mut container) = tree.html.tree.get_mut(container) else {
                    break;
                };
                container
                    .append(Node::Element(html_element("div", &attributes)))
                    .append(Node::Text(Text {
                        text: message.text.as_str().into(),
                    }));
            }
        }
        let fixed: Vec<TreeId> = tree
            .html
            .tree
            .root()
            .descendants()
            .filter(|node| node.value().is_element() && !tree.keys.contains_key(&node.id()))
            .map(|node| node.id())
            .collect();
        for id in fixed {
            tree.name(id, Key::Fixed(id));
        }
        tree
    }

    fn flash_container(&self, tree: &Tree) -> Option<TreeId> {
        if !self.flash.is_adopted() {
            return None;
        }
        tree.html
            .tree
            .root()
            .descendants()
            .filter_map(ElementRef::wrap)
            .find(|element| element.value().id() == Some("dj-flash-container"))
            .map(|element| element.id())
    }
}

impl Tree {
    fn name(&mut self, id: TreeId, key: Key) {
        self.keys.insert(id, key);
        self.places.insert(key, id);
    }

    fn graft(&mut self, live: &Dom, from: LiveId, into: TreeId) {
        let Some(mut parent) = self.html.tree.get_mut(into) else {
            return;
        };
        let id = parent.append(node_of(live, from)).id();
        if matches!(live.view(from), NodeView::Element { .. }) {
            self.name(id, Key::Live(from));
        }
        for &child in live.children(from) {
            self.graft(live, child, id);
        }
    }
}

fn children_of(html: &Html, id: TreeId) -> Vec<TreeId> {
    let node = html.tree.get(id);
    node.map_or_else(Vec::new, |node| {
        node.children().map(|child| child.id()).collect()
    })
}

fn is_meta(element: &Element, name: &str) -> bool {
    element.name() == "meta"
        && [element.attr("name"), element.attr("property")].contains(&Some(name))
}

fn node_of(live: &Dom, id: LiveId) -> Node {
    match live.view(id) {
        NodeView::Text(text) => Node::Text(Text { text: text.into() }),
        NodeView::Comment(data) => Node::Comment(Comment {
            comment: data.into(),
        }),
        NodeView::Element {
            namespace,
            name,
            attributes,
        } => {
            let url = match namespace {
                Namespace::Html => "http://www.w3.org/1999/xhtml",
                Namespace::Svg => "http://www.w3.org/2000/svg",
                Namespace::MathMl => "http://www.w3.org/1998/Math/MathML",
            };
            // The client takes the token out of the page, since it works only once.
            let attributes = attributes.iter().filter(|(name, _)| name != "dj-token");
            Node::Element(element(
                url,
                name,
                attributes.map(|(name, value)| (name.as_str(), value.as_str())),
            ))
        }
    }
}

fn html_element(name: &str, attributes: &[(&str, &str)]) -> Element {
    element(
        "http://www.w3.org/1999/xhtml",
        name,
        attributes.iter().copied(),
    )
}

fn element<'a>(
    url: &str,
    name: &str,
    attributes: impl Iterator<Item = (&'a str, &'a str)>,
) -> Element {
    let attributes = attributes.map(|(name, value)| Attribute {
        name: QualName::new(None, NamespaceUrl::from(""), LocalName::from(name)),
        value: value.into(),
    });
    let name = QualName::new(None, NamespaceUrl::from(url), LocalName::from(name));
    Element::new(name, attributes.collect())
}
