//! The differ of relive: HTML in, patch out.

mod op;
mod patch;

pub use op::{Op, Patch};
pub use patch::{Column, KeepMode, Mark, Namespace, Rows, Sink, Slot, TreeElement, TreeNode};
