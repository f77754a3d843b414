//! Streams: items that a template reads when it reaches them, and whose rows are cut out of what it writes.

use std::ops::Range;

use erased_serde::Serialize;

use crate::Error;

/// Takes one item of a stream.
pub type TakeItem<'a> = dyn FnMut(&dyn Serialize) -> Result<(), Error> + 'a;

/// The items of a stream, which nobody reads before a template's loop does.
pub trait LazyItems: Send + Sync {
    /// Hands over every item, in order.
    ///
    /// # Errors
    ///
    /// The first error of `take`.
    fn read(&self, take: &mut TakeItem<'_>) -> Result<(), Error>;
}

/// The rows that a loop over a stream has written. They are not in the output: the page gets them by themselves.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StreamRows {
    /// The variable that the stream was put into the context as.
    pub stream: String,
    /// Where in the output the rows were, in bytes.
    pub place: usize,
    /// The rows' HTML, one after the other: each without the white space before it, and with one line break for that
    /// after it.
    pub html: String,
    /// For each item, its row in `html`; empty where the loop wrote nothing for it.
    pub rows: Vec<Range<usize>>,
    /// Where the loop is written: `items.html:3:5`.
    pub at: String,
}
