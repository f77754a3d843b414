//! Looking at the page's tree from outside.

use super::dom::{NodeId, Page, PageData, ROOT};
use crate::error::Error;
use crate::patch::Namespace;

/// What a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NodeView<'a> {
    /// A text, with its data.
    Text(&'a str),
    /// A comment, with its data.
    Comment(&'a str),
    /// An element.
    Element {
        /// The namespace of its name.
        namespace: Namespace,
        /// Its local name.
        name: &'a str,
        /// Names and values, in the order in which they were set.
        attributes: &'a [(String, String)],
    },
}

impl Page {
    /// The live root.
    pub fn root(&self) -> NodeId {
        ROOT
    }

    /// What a node is.
    pub fn view(&self, id: NodeId) -> NodeView<'_> {
        match &self.nodes[id.0].data {
            PageData::Text(text) => NodeView::Text(text),
            PageData::Comment(data) => NodeView::Comment(data),
            PageData::Element {
                namespace,
                name,
                attributes,
            } => NodeView::Element {
                namespace: *namespace,
                name,
                attributes,
            },
        }
    }

    /// A node's children, those inside of opaque zones too.
    pub fn children(&self, id: NodeId) -> &[NodeId] {
        &self.nodes[id.0].children
    }

    /// Numbers all nodes anew, in document order from `first`: the page takes HTML that it finds to be what it has.
    ///
    /// # Errors
    ///
    /// If `html` inside the root is not what the page has there; the page is then as it was.
    pub fn confirm_content(&mut self, html: &str, first: u32) -> Result<(), Confirmation> {
        let mut fresh = self.clone();
        fresh
            .set_root_content(html, first)
            .map_err(Confirmation::Unreadable)?;
        // What is inside of opaque zones is nobody's to compare.
        let (have, sent) = (self.dump(false), fresh.dump(false));
        if have != sent {
            return Err(Confirmation::Differs { have, sent });
        }
        self.by_number.retain(|&number, _| number == 0);
        let children = self.nodes[ROOT.0].children.clone();
        self.number(&children, first);
        Ok(())
    }
}

/// Why HTML does not confirm a page.
#[derive(Debug, thiserror::Error)]
pub enum Confirmation {
    /// The HTML cannot be read.
    #[error(transparent)]
    Unreadable(Error),
    /// The page has another tree; both as [`Page::dump`] writes them, without the inside of opaque zones.
    #[error("the page does not have the tree that was sent")]
    Differs {
        /// The page's own.
        have: String,
        /// The HTML's.
        sent: String,
    },
}
