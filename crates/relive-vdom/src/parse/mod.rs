//! From HTML bytes to node records.
//!
//! Two syntaxes are read, by one parser:
//!
//! - [`Syntax::Html`]: the strict subset of HTML (see [`context`]). Whatever is outside stops the parser with
//!   [`Stop::Outside`].
//! - [`Syntax::Normal`]: what [`normal`] writes for a tree that html5ever built. It nests as it is written, its
//!   texts are escaped everywhere (in `script` too), and the name of a foreign element begins with the byte 2 (SVG)
//!   or 3 (MathML). Nothing is checked.

pub(crate) mod attributes;
pub(crate) mod conformant;
pub(crate) mod context;
pub(crate) mod decode;
pub(crate) mod foreign;
pub(crate) mod html;
pub(crate) mod normal;
pub(crate) mod shape;
pub(crate) mod start_tag;
pub(crate) mod subtree;
pub(crate) mod tags;

/// The deepest nesting of elements below the root. Browsers keep 512 with all that is above the root.
pub(crate) const DEPTH_LIMIT: usize = 500;

/// How bytes are read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Syntax {
    #[default]
    Html,
    Normal,
}

/// Why the parser stopped, and at which byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stop {
    /// This is not in the strict subset.
    Outside(usize),
    /// Nested deeper than [`DEPTH_LIMIT`].
    TooDeep(usize),
}
