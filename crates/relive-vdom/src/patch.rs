//! The operations of a patch, and the sink that takes them.
//!
//! # Invariants
//!
//! - Operations name nodes by number, never by index.
//! - Each operation applies to the tree as the ones before it left it.
//! - Text and attribute values are decoded (no character references); HTML is source text.

use std::borrow::Cow;

use crate::stream::StreamChange;

/// Takes the operations of one update, in order.
///
/// Encoders, tests and counters implement this, so that they share one walk and no list is built where none
/// is needed. The codes in brackets are those of `docs/protocol.md`.
pub trait Sink {
    /// `[0]` Sets the data of a text or comment node.
    fn text(&mut self, node: u32, text: &str);
    /// `[1]` Replaces `remove` UTF-16 units at `at` of a text of `length` units by `insert`.
    fn splice(&mut self, node: u32, length: u32, at: u32, remove: u32, insert: &str);
    /// `[21]` Puts `insert` at the end of a text of `length` UTF-16 units: the commonest splice, in a form of its own
    /// on the wire.
    fn grow(&mut self, node: u32, length: u32, insert: &str) {
        self.splice(node, length, length, 0, insert);
    }
    /// `[2]` Sets an attribute.
    fn attribute(&mut self, node: u32, name: &str, value: &str);
    /// `[3]` Takes an attribute out.
    fn remove_attribute(&mut self, node: u32, name: &str);
    /// `[4]` Inserts HTML before a node; the new nodes are numbered from `first`.
    fn before(&mut self, reference: u32, first: u32, html: &str);
    /// `[5]` Inserts HTML at the end of an element.
    fn append(&mut self, parent: u32, first: u32, html: &str);
    /// `[6]` Moves a node before one of its siblings.
    fn move_before(&mut self, node: u32, reference: u32);
    /// `[7]` Moves a node to the end of its parent.
    fn move_to_end(&mut self, node: u32);
    /// `[8]` Lets siblings trade places: they take the places they had together, in the order listed.
    fn permute(&mut self, nodes: &[u32]);
    /// `[9]` Removes a node.
    fn remove(&mut self, node: u32);
    /// `[10]` Removes two siblings and everything between them.
    fn remove_range(&mut self, from: u32, to: u32);
    /// `[11]` Replaces a node.
    fn replace(&mut self, node: u32, first: u32, html: &str);
    /// `[12]` Replaces everything inside an element.
    fn content(&mut self, node: u32, first: u32, html: &str);
    /// `[13]` Inserts rows that are like one row.
    fn rows(&mut self, rows: &Rows<'_>);
    /// `[14]` Hands rows to a container that keeps its children.
    fn keep(&mut self, container: u32, mode: KeepMode, html: &str);
    /// `[15]` to `[19]` Changes the rows of a stream's container. The differ never does: rows are not in the document.
    fn stream(&mut self, container: u32, change: &StreamChange);
    /// `[20]` Inserts nodes that no HTML text parses to, before `before` (0: at the end of `parent`).
    fn tree(&mut self, parent: u32, before: u32, first: u32, nodes: &[TreeNode]);

    /// Where the sink stands now: what [`rewind`](Self::rewind) goes back to.
    fn mark(&self) -> Mark;
    /// Forgets everything since `mark`; the differ found a shorter way.
    fn rewind(&mut self, mark: Mark);
}

/// A place in a sink's output.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Mark {
    /// Bytes (or units of its own) written so far: the differ compares these to choose the shorter of two ways.
    pub bytes: usize,
    /// Operations written so far.
    pub operations: usize,
}

/// Rows that are like one row: the row's HTML once, then what differs, column by column.
///
/// The rows are inserted before `before` (0: at the end of `parent`). Between two rows stands a text node of
/// `separator`, unless that is empty. Nodes are numbered from `first`, in document order, separators included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rows<'a> {
    /// The element that the rows go into.
    pub parent: u32,
    /// The sibling that they go before, or 0.
    pub before: u32,
    /// The number of the first row's element.
    pub first: u32,
    /// The first row: one element.
    pub html: Cow<'a, str>,
    /// The text between two rows, decoded; empty for none.
    pub separator: Cow<'a, str>,
    /// What differs from row to row.
    pub slots: Vec<Slot<'a>>,
    /// The values, one string for each row after the first; all columns are of one length, and there is at
    /// least one.
    pub columns: Vec<Column<'a>>,
}

/// The decoded values of one column of [`Rows`], one for each row after the first.
pub type Column<'a> = Vec<Cow<'a, str>>;

/// A place in a row that takes its value from a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slot<'a> {
    /// How many places the node lies after the row's element in document order (0: the element itself).
    pub offset: u32,
    /// The attribute to set; `None`: the text (or a comment's data).
    pub name: Option<Cow<'a, str>>,
    /// Index into [`Rows::columns`].
    pub column: u32,
    /// What stands before the column's value.
    pub prefix: Cow<'a, str>,
    /// What stands after the column's value.
    pub suffix: Cow<'a, str>,
}

/// Where a container that keeps its children takes new rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeepMode {
    /// After the rows that are there; `"append"` on the wire.
    Append,
    /// Before the rows that are there; `"prepend"` on the wire.
    Prepend,
}

impl KeepMode {
    /// The mode's word on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            KeepMode::Append => "append",
            KeepMode::Prepend => "prepend",
        }
    }
}

/// A node in its tree form, for trees that no HTML text parses to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TreeNode {
    /// A text node's data.
    Text(String),
    /// A comment's data.
    Comment(String),
    /// An element.
    Element(TreeElement),
}

/// An element in its tree form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TreeElement {
    /// The element's namespace.
    pub namespace: Namespace,
    /// The local name, in the case that the DOM has it.
    pub name: String,
    /// Qualified names and values, in source order.
    pub attributes: Vec<(String, String)>,
    /// The children; for a `template`, the children of its content.
    pub children: Vec<TreeNode>,
}

/// The namespace of an element.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Namespace {
    /// HTML; 1 on the wire.
    #[default]
    Html = 1,
    /// SVG; 2 on the wire.
    Svg = 2,
    /// MathML; 3 on the wire.
    MathMl = 3,
}

impl Rows<'_> {
    /// The number of rows, the first included.
    pub fn len(&self) -> usize {
        1 + self.columns.first().map_or(0, Vec::len)
    }

    /// Always `false`: there is a first row.
    pub fn is_empty(&self) -> bool {
        false
    }

    /// The same rows with texts of their own.
    pub fn into_owned(self) -> Rows<'static> {
        Rows {
            parent: self.parent,
            before: self.before,
            first: self.first,
            html: owned(self.html),
            separator: owned(self.separator),
            slots: self.slots.into_iter().map(Slot::into_owned).collect(),
            columns: self
                .columns
                .into_iter()
                .map(|column| column.into_iter().map(owned).collect())
                .collect(),
        }
    }
}

impl Slot<'_> {
    /// The same slot with texts of its own.
    pub fn into_owned(self) -> Slot<'static> {
        Slot {
            offset: self.offset,
            name: self.name.map(owned),
            column: self.column,
            prefix: owned(self.prefix),
            suffix: owned(self.suffix),
        }
    }
}

fn owned(text: Cow<'_, str>) -> Cow<'static, str> {
    Cow::Owned(text.into_owned())
}
