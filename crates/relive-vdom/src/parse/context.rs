//! Which element may stand where, for the strict subset.
//!
//! In the subset, a subtree's nodes follow from its bytes and its ancestors alone. The HTML standard's tree
//! construction departs from plain nesting in known places: it closes a `p` before a block, an `li` before an
//! `li`, moves what is out of place in a table before it, and so on. Each tag says here in which context that
//! cannot happen; where it could, the HTML is outside the subset and goes to html5ever.
//!
//! # Invariants
//!
//! - A [`Context`] depends on the ancestors' names only, so that equal bytes below equal ancestors have equal nodes.
//! - Being too careful costs time, never correctness.

use super::tags::{FLOW, FOREIGN, NOTHING, PARENT, TEXT, tag};

/// What the ancestors say about a place: the parent's content model, and what is open above.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Context(u32);

impl Context {
    /// The inside of a live root; `None` where a root of this name is never in the subset.
    pub(crate) fn root(index: u8) -> Option<Context> {
        let sets = tag(index).sets;
        (sets & PARENT & !NOTHING != 0).then_some(Context(sets))
    }

    /// A place in a tree that is known to nest as it is written: nothing is checked.
    pub(crate) const UNCHECKED: Context = Context(FLOW);

    /// The inside of a child with this tag, if it may stand here.
    #[inline]
    pub(crate) fn enter(self, index: u8) -> Option<Context> {
        let tag = tag(index);
        let fits = self.0 & tag.parents != 0 && self.0 & tag.forbidden == 0;
        fits.then_some(Context(self.0 & !tag.clears | tag.sets))
    }

    /// The inside of a child that is known to stand here.
    #[inline]
    pub(crate) fn inside(self, index: u8) -> Context {
        let tag = tag(index);
        Context(self.0 & !tag.clears | tag.sets)
    }

    /// Whether children are foreign elements.
    #[inline]
    pub(crate) fn is_foreign(self) -> bool {
        self.0 & FOREIGN != 0
    }

    /// Whether text other than white space may stand here.
    #[inline]
    pub(crate) fn takes_text(self) -> bool {
        self.0 & TEXT != 0
    }
}
