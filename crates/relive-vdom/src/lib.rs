//! The differ of relive: HTML in, patch out.
//!
//! A [`Document`] holds the HTML of a live root's last render and the numbers that the page knows its nodes by.
//! [`update`](Document::update) compares it with a new render and tells a [`Sink`] what the page has to do.
//!
//! ```
//! use relive_vdom::{Document, Hints, Op, Patch};
//!
//! let mut document = Document::parse("<div dj-root><p>Count: 41</p></div>")?;
//! let mut patch = Patch::new();
//! document.update("<div dj-root><p>Count: 42</p></div>", &Hints::default(), &mut patch)?;
//! assert_eq!(patch.ops(), [Op::Splice { node: 2, length: 9, at: 8, remove: 1, insert: "2".into() }]);
//! # Ok::<(), relive_vdom::Error>(())
//! ```
//!
//! `docs/protocol.md` says what numbers and operations are, `docs/differ.md` how they are found.
//!
//! - [`Document`], [`Hints`], [`Stats`]: what is kept, what is known beforehand, what was done
//! - [`Sink`], [`Op`], [`Patch`], [`Rows`], [`TreeNode`]: operations
//! - [`StreamChange`], [`row_key`], [`id_before`]: rows that only the page has
//! - [`root_range`], [`RootFinder`]: the live root in a rendered page
//! - [`apply`]: a page in miniature
//!
//! # Invariants
//!
//! - Pure: no I/O, no async, no clock, no template engine. The same renders give the same patch.
//! - A document has the nodes that a browser makes of the same HTML, whatever that is.
//! - An update that fails changes neither the document nor the sink.

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
mod stream;
mod update;
mod wire;

#[cfg(any(test, feature = "workloads"))]
pub mod workloads;

pub use document::{Content, Document, Hints, Region, Resync, Stats};
pub use error::{Error, ErrorKind};
pub use op::{Op, Patch};
pub use patch::{Column, KeepMode, Mark, Namespace, Rows, Sink, Slot, TreeElement, TreeNode};
pub use root::{Head, MetaTag, RootFinder, RootRange, root_range, start_tag, start_tags};
pub use stream::{StreamChange, id_before, row_key};
