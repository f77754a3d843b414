//! A patch as a list of owned operations: for tests, tools, and updates that are kept until acknowledged.

use crate::patch::{KeepMode, Mark, Rows, Sink, TreeNode};
use crate::stream::StreamChange;

/// One operation, as a [`Sink`] takes it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // The fields are the parameters of the sink's method of the same name.
pub enum Op {
    /// [`Sink::text`]
    Text { node: u32, text: String },
    /// [`Sink::splice`]
    Splice {
        node: u32,
        length: u32,
        at: u32,
        remove: u32,
        insert: String,
    },
    /// [`Sink::attribute`]
    Attribute {
        node: u32,
        name: String,
        value: String,
    },
    /// [`Sink::remove_attribute`]
    RemoveAttribute { node: u32, name: String },
    /// [`Sink::before`]
    Before {
        reference: u32,
        first: u32,
        html: String,
    },
    /// [`Sink::append`]
    Append {
        parent: u32,
        first: u32,
        html: String,
    },
    /// [`Sink::move_before`]
    MoveBefore { node: u32, reference: u32 },
    /// [`Sink::move_to_end`]
    MoveToEnd { node: u32 },
    /// [`Sink::permute`]
    Permute { nodes: Vec<u32> },
    /// [`Sink::remove`]
    Remove { node: u32 },
    /// [`Sink::remove_range`]
    RemoveRange { from: u32, to: u32 },
    /// [`Sink::replace`]
    Replace { node: u32, first: u32, html: String },
    /// [`Sink::content`]
    Content { node: u32, first: u32, html: String },
    /// [`Sink::rows`]
    Rows(Rows<'static>),
    /// [`Sink::keep`]
    Keep {
        container: u32,
        mode: KeepMode,
        html: String,
    },
    /// [`Sink::stream`]
    Stream {
        container: u32,
        change: StreamChange,
    },
    /// [`Sink::tree`]
    Tree {
        parent: u32,
        before: u32,
        first: u32,
        nodes: Vec<TreeNode>,
    },
}

impl Op {
    /// The operation's code on the wire.
    pub fn code(&self) -> u8 {
        match self {
            Op::Text { .. } => 0,
            Op::Splice { .. } => 1,
            Op::Attribute { .. } => 2,
            Op::RemoveAttribute { .. } => 3,
            Op::Before { .. } => 4,
            Op::Append { .. } => 5,
            Op::MoveBefore { .. } => 6,
            Op::MoveToEnd { .. } => 7,
            Op::Permute { .. } => 8,
            Op::Remove { .. } => 9,
            Op::RemoveRange { .. } => 10,
            Op::Replace { .. } => 11,
            Op::Content { .. } => 12,
            Op::Rows(_) => 13,
            Op::Keep { .. } => 14,
            Op::Stream { change, .. } => change.code(),
            Op::Tree { .. } => 20,
        }
    }

    /// Hands this operation to a sink.
    pub fn emit(&self, sink: &mut impl Sink) {
        match self {
            Op::Text { node, text } => sink.text(*node, text),
            Op::Splice {
                node,
                length,
                at,
                remove,
                insert,
            } => {
                sink.splice(*node, *length, *at, *remove, insert);
            }
            Op::Attribute { node, name, value } => sink.attribute(*node, name, value),
            Op::RemoveAttribute { node, name } => sink.remove_attribute(*node, name),
            Op::Before {
                reference,
                first,
                html,
            } => sink.before(*reference, *first, html),
            Op::Append {
                parent,
                first,
                html,
            } => sink.append(*parent, *first, html),
            Op::MoveBefore { node, reference } => sink.move_before(*node, *reference),
            Op::MoveToEnd { node } => sink.move_to_end(*node),
            Op::Permute { nodes } => sink.permute(nodes),
            Op::Remove { node } => sink.remove(*node),
            Op::RemoveRange { from, to } => sink.remove_range(*from, *to),
            Op::Replace { node, first, html } => sink.replace(*node, *first, html),
            Op::Content { node, first, html } => sink.content(*node, *first, html),
            Op::Rows(rows) => sink.rows(rows),
            Op::Keep {
                container,
                mode,
                html,
            } => sink.keep(*container, *mode, html),
            Op::Stream { container, change } => sink.stream(*container, change),
            Op::Tree {
                parent,
                before,
                first,
                nodes,
            } => {
                sink.tree(*parent, *before, *first, nodes);
            }
        }
    }
}

/// A list of operations, in the order in which they apply.
///
/// Its [`Mark`] counts the bytes that MessagePack needs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Patch {
    ops: Vec<Op>,
    /// The bytes after each operation.
    sizes: Vec<usize>,
}

impl Patch {
    /// An empty patch.
    pub fn new() -> Self {
        Patch::default()
    }

    /// The operations.
    pub fn ops(&self) -> &[Op] {
        &self.ops
    }

    /// The operations, taken out.
    pub fn into_ops(self) -> Vec<Op> {
        self.ops
    }

    /// The number of operations.
    pub fn len(&self) -> usize {
        self.ops.len()
    }

    /// Whether nothing changes.
    pub fn is_empty(&self) -> bool {
        self.ops.is_empty()
    }

    /// Hands all operations to another sink.
    pub fn emit(&self, sink: &mut impl Sink) {
        self.ops.iter().for_each(|op| op.emit(sink));
    }

    fn push(&mut self, op: Op) {
        let before = self.sizes.last().copied().unwrap_or(0);
        self.sizes.push(before + size(&op));
        self.ops.push(op);
    }
}

impl Sink for Patch {
    fn text(&mut self, node: u32, text: &str) {
        self.push(Op::Text {
            node,
            text: text.into(),
        });
    }
    fn splice(&mut self, node: u32, length: u32, at: u32, remove: u32, insert: &str) {
        self.push(Op::Splice {
            node,
            length,
            at,
            remove,
            insert: insert.into(),
        });
    }
    fn attribute(&mut self, node: u32, name: &str, value: &str) {
        self.push(Op::Attribute {
            node,
            name: name.into(),
            value: value.into(),
        });
    }
    fn remove_attribute(&mut self, node: u32, name: &str) {
        self.push(Op::RemoveAttribute {
            node,
            name: name.into(),
        });
    }
    fn before(&mut self, reference: u32, first: u32, html: &str) {
        self.push(Op::Before {
            reference,
            first,
            html: html.into(),
        });
    }
    fn append(&mut self, parent: u32, first: u32, html: &str) {
        self.push(Op::Append {
            parent,
            first,
            html: html.into(),
        });
    }
    fn move_before(&mut self, node: u32, reference: u32) {
        self.push(Op::MoveBefore { node, reference });
    }
    fn move_to_end(&mut self, node: u32) {
        self.push(Op::MoveToEnd { node });
    }
    fn permute(&mut self, nodes: &[u32]) {
        self.push(Op::Permute {
            nodes: nodes.into(),
        });
    }
    fn remove(&mut self, node: u32) {
        self.push(Op::Remove { node });
    }
    fn remove_range(&mut self, from: u32, to: u32) {
        self.push(Op::RemoveRange { from, to });
    }
    fn replace(&mut self, node: u32, first: u32, html: &str) {
        self.push(Op::Replace {
            node,
            first,
            html: html.into(),
        });
    }
    fn content(&mut self, node: u32, first: u32, html: &str) {
        self.push(Op::Content {
            node,
            first,
            html: html.into(),
        });
    }
    fn rows(&mut self, rows: &Rows<'_>) {
        self.push(Op::Rows(rows.clone().into_owned()));
    }
    fn keep(&mut self, container: u32, mode: KeepMode, html: &str) {
        self.push(Op::Keep {
            container,
            mode,
            html: html.into(),
        });
    }
    fn stream(&mut self, container: u32, change: &StreamChange) {
        self.push(Op::Stream {
            container,
            change: change.clone(),
        });
    }
    fn tree(&mut self, parent: u32, before: u32, first: u32, nodes: &[TreeNode]) {
        self.push(Op::Tree {
            parent,
            before,
            first,
            nodes: nodes.into(),
        });
    }

    fn mark(&self) -> Mark {
        Mark {
            bytes: self.sizes.last().copied().unwrap_or(0),
            operations: self.ops.len(),
        }
    }
    fn rewind(&mut self, mark: Mark) {
        self.ops.truncate(mark.operations);
        self.sizes.truncate(mark.operations);
    }
}

/// The bytes that MessagePack needs for an operation.
fn size(op: &Op) -> usize {
    use crate::wire::{OPERATION, integer, list, number, rows, text, tree};
    let numbers = |numbers: &[u32]| numbers.iter().map(|&n| number(n)).sum::<usize>();
    let fields = match op {
        Op::Rows(own) => return rows(own),
        Op::Text { node, text: own } => number(*node) + text(own),
        // At the end of a text, it goes in a form of its own.
        Op::Splice {
            node,
            length,
            at,
            remove: 0,
            insert,
        } if at == length => numbers(&[*node, *length]) + text(insert),
        Op::Splice {
            node,
            length,
            at,
            remove,
            insert,
        } => numbers(&[*node, *length, *at, *remove]) + text(insert),
        Op::Attribute { node, name, value } => number(*node) + text(name) + text(value),
        Op::RemoveAttribute { node, name } => number(*node) + text(name),
        Op::Before {
            reference: node,
            first,
            html,
        }
        | Op::Append {
            parent: node,
            first,
            html,
        }
        | Op::Replace { node, first, html }
        | Op::Content { node, first, html } => numbers(&[*node, *first]) + text(html),
        Op::MoveToEnd { node } | Op::Remove { node } => number(*node),
        Op::MoveBefore {
            node: one,
            reference: two,
        }
        | Op::RemoveRange { from: one, to: two } => numbers(&[*one, *two]),
        Op::Permute { nodes } => list(nodes.len()) + numbers(nodes),
        Op::Keep {
            container,
            mode,
            html,
        } => number(*container) + text(mode.as_str()) + text(html),
        Op::Stream { container, change } => {
            number(*container)
                + match change {
                    StreamChange::Insert { at, html } => integer(*at) + text(html),
                    StreamChange::Update { html } => text(html),
                    StreamChange::Delete { key } => text(key),
                    StreamChange::Reset => 0,
                    StreamChange::Limit { rows } => integer(*rows),
                }
        }
        Op::Tree {
            parent,
            before,
            first,
            nodes,
        } => numbers(&[*parent, *before, *first]) + tree(nodes),
    };
    OPERATION + fields
}
