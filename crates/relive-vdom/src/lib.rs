//! The differ of relive: HTML in, patch out.

pub mod apply;
mod build;
mod bytes;
mod checksum;
mod diff;
mod document;
mod error;
#[cfg(any(test, feature = "generator"))]
pub mod generate;
#[cfg(test)]
mod law;
mod node;
mod op;
mod outline;
mod parse;
mod patch;
mod root;
mod update;

#[cfg(any(test, feature = "workloads"))]
pub mod workloads;

pub use document::{Content, Document, Hints, Region, Resync, Stats};
pub use error::{Error, ErrorKind};
pub use op::{Op, Patch};
pub use patch::{Column, KeepMode, Mark, Namespace, Rows, Sink, Slot, TreeElement, TreeNode};
pub use root::{RootFinder, RootRange, root_range};
