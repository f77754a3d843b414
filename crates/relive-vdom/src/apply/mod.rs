//! A page in miniature: a DOM that applies operations exactly as `docs/protocol.md` says.
//!
//! It shares html5ever with the differ's slow way and nothing with its fast one, and so is what the differ is tested
//! against. The test kit drives pages with it.

mod dom;
mod operations;
mod rows;
mod streams;
mod view;

pub use dom::{NodeId, Page};
pub use view::{Confirmation, NodeView};

/// An operation that cannot be applied to this page.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("operation {index}: {message}")]
pub struct ApplyError {
    /// Its place in the patch, from 0.
    pub index: usize,
    /// What is wrong.
    pub message: String,
}
