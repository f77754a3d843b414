//! A patch's operations on the wire.

use std::fmt;

use relive_vdom::{
    KeepMode, Mark, Namespace, Op, Rows, Sink, Slot, StreamChange, TreeElement, TreeNode,
};
use serde::de::{self, Deserializer, SeqAccess, Visitor};
use serde::ser::{SerializeSeq, Serializer};
use serde::{Deserialize, Serialize};

use crate::format::Format;

/// Writes operations into a buffer as the differ finds them.
///
/// What stands in the buffer already is left alone; [`finish`](Self::finish) puts the array's head in front of the
/// operations.
#[derive(Debug)]
pub struct Operations {
    format: Format,
    out: Vec<u8>,
    start: usize,
    count: usize,
}

impl Operations {
    /// Writes to the end of `out`.
    pub fn new(format: Format, out: Vec<u8>) -> Self {
        let start = out.len();
        Operations {
            format,
            out,
            start,
            count: 0,
        }
    }

    /// How many operations there are.
    pub fn count(&self) -> usize {
        self.count
    }

    /// How many bytes the operations take, without the array's head.
    pub fn bytes(&self) -> usize {
        self.out.len() - self.start
    }

    /// Closes the array and gives the buffer back.
    pub fn finish(mut self) -> Vec<u8> {
        match self.format {
            Format::MessagePack => {
                let mut head = [0; 5];
                let mut rest = &mut head[..];
                // A slice of five bytes holds every array head.
                let _ = rmp::encode::write_array_len(&mut rest, self.count as u32);
                let length = 5 - rest.len();
                self.out
                    .splice(self.start..self.start, head[..length].iter().copied());
            }
            Format::Json => {
                if self.count == 0 {
                    self.out.push(b'[');
                } else {
                    // Each operation wrote a separator before itself; the first one's becomes the bracket.
                    self.out[self.start] = b'[';
                }
                self.out.push(b']');
            }
        }
        self.out
    }

    fn put<T: Serialize>(&mut self, operation: T) {
        if self.format == Format::Json {
            self.out.push(b',');
        }
        self.format.write(&mut self.out, &operation);
        self.count += 1;
    }
}

impl Sink for Operations {
    fn text(&mut self, node: u32, text: &str) {
        self.put((0, node, text));
    }

    fn splice(&mut self, node: u32, length: u32, at: u32, remove: u32, insert: &str) {
        if at == length && remove == 0 {
            return self.grow(node, length, insert);
        }
        self.put((1, node, length, at, remove, insert));
    }

    fn grow(&mut self, node: u32, length: u32, insert: &str) {
        self.put((21, node, length, insert));
    }

    fn attribute(&mut self, node: u32, name: &str, value: &str) {
        self.put((2, node, name, value));
    }

    fn remove_attribute(&mut self, node: u32, name: &str) {
        self.put((3, node, name));
    }

    fn before(&mut self, reference: u32, first: u32, html: &str) {
        self.put((4, reference, first, html));
    }

    fn append(&mut self, parent: u32, first: u32, html: &str) {
        self.put((5, parent, first, html));
    }

    fn move_before(&mut self, node: u32, reference: u32) {
        self.put((6, node, reference));
    }

    fn move_to_end(&mut self, node: u32) {
        self.put((7, node));
    }

    fn permute(&mut self, nodes: &[u32]) {
        self.put((8, nodes));
    }

    fn remove(&mut self, node: u32) {
        self.put((9, node));
    }

    fn remove_range(&mut self, from: u32, to: u32) {
        self.put((10, from, to));
    }

    fn replace(&mut self, node: u32, first: u32, html: &str) {
        self.put((11, node, first, html));
    }

    fn content(&mut self, node: u32, first: u32, html: &str) {
        self.put((12, node, first, html));
    }

    fn rows(&mut self, rows: &Rows<'_>) {
        let slots: Vec<_> = rows
            .slots
            .iter()
            .map(|slot| {
                (
                    slot.offset,
                    &slot.name,
                    slot.column,
                    &slot.prefix,
                    &slot.suffix,
                )
            })
            .collect();
        self.put((
            13,
            rows.parent,
            rows.before,
            rows.first,
            &rows.html,
            &rows.separator,
            slots,
            &rows.columns,
        ));
    }

    fn keep(&mut self, container: u32, mode: KeepMode, html: &str) {
        self.put((14, container, mode.as_str(), html));
    }

    fn stream(&mut self, container: u32, change: &StreamChange) {
        let code = change.code();
        match change {
            StreamChange::Insert { at, html } => self.put((code, container, at, html)),
            StreamChange::Delete { key } => self.put((code, container, key)),
            StreamChange::Reset => self.put((code, container)),
            StreamChange::Limit { rows } => self.put((code, container, rows)),
            StreamChange::Update { html } => self.put((code, container, html)),
        }
    }

    fn tree(&mut self, parent: u32, before: u32, first: u32, nodes: &[TreeNode]) {
        self.put((20, parent, before, first, Nodes(nodes)));
    }

    fn mark(&self) -> Mark {
        Mark {
            bytes: self.out.len() - self.start,
            operations: self.count,
        }
    }

    fn rewind(&mut self, mark: Mark) {
        self.out.truncate(self.start + mark.bytes);
        self.count = mark.operations;
    }
}

/// HTML for a page, or the nodes themselves where no HTML text parses to them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Markup {
    /// HTML text.
    Html(String),
    /// Nodes in their tree form.
    Tree(Vec<TreeNode>),
}

impl Serialize for Markup {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Markup::Html(html) => html.serialize(serializer),
            Markup::Tree(nodes) => Nodes(nodes).serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Markup {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match serde_json::Value::deserialize(deserializer)? {
            serde_json::Value::String(html) => Ok(Markup::Html(html)),
            serde_json::Value::Array(nodes) => tree_nodes(&nodes)
                .map(Markup::Tree)
                .map_err(de::Error::custom),
            _ => Err(de::Error::custom("markup is a string or a list of nodes")),
        }
    }
}

struct Nodes<'a>(&'a [TreeNode]);

impl Serialize for Nodes<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut seq = serializer.serialize_seq(Some(self.0.len()))?;
        for node in self.0 {
            match node {
                TreeNode::Text(text) => seq.serialize_element(text)?,
                TreeNode::Comment(data) => seq.serialize_element(&(0, data))?,
                TreeNode::Element(element) => {
                    let flat: Vec<&str> = element
                        .attributes
                        .iter()
                        .flat_map(|(name, value)| [name.as_str(), value.as_str()])
                        .collect();
                    let number = element.namespace as u8;
                    seq.serialize_element(&(
                        number,
                        &element.name,
                        flat,
                        Nodes(&element.children),
                    ))?;
                }
            }
        }
        seq.end()
    }
}

/// An operation as a value: what a page in a test applies.
#[derive(Clone, Debug, PartialEq)]
pub struct WireOp(pub Op);

impl Serialize for WireOp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // One definition of the wire form: the operation goes through the sink as JSON, whose value is then
        // written in the format at hand. Only tests and tools come this way.
        let mut operations = Operations::new(Format::Json, Vec::new());
        self.0.emit(&mut operations);
        let json: Vec<serde_json::Value> =
            serde_json::from_slice(&operations.finish()).map_err(serde::ser::Error::custom)?;
        json.first().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for WireOp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(OpVisitor).map(WireOp)
    }
}

struct OpVisitor;

impl<'de> Visitor<'de> for OpVisitor {
    type Value = Op;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array that begins with the operation's code")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Op, A::Error> {
        fn next<'de, A: SeqAccess<'de>, T: Deserialize<'de>>(seq: &mut A) -> Result<T, A::Error> {
            seq.next_element()?
                .ok_or_else(|| de::Error::custom("an operation has too few fields"))
        }
        macro_rules! fields {
            ($variant:ident { $($field:ident),* }) => {
                Op::$variant { $($field: next(&mut seq)?),* }
            };
        }
        Ok(match next::<A, u8>(&mut seq)? {
            0 => fields!(Text { node, text }),
            1 => fields!(Splice {
                node,
                length,
                at,
                remove,
                insert
            }),
            2 => fields!(Attribute { node, name, value }),
            3 => fields!(RemoveAttribute { node, name }),
            4 => fields!(Before {
                reference,
                first,
                html
            }),
            5 => fields!(Append {
                parent,
                first,
                html
            }),
            6 => fields!(MoveBefore { node, reference }),
            7 => fields!(MoveToEnd { node }),
            8 => fields!(Permute { nodes }),
            9 => fields!(Remove { node }),
            10 => fields!(RemoveRange { from, to }),
            11 => fields!(Replace { node, first, html }),
            12 => fields!(Content { node, first, html }),
            13 => {
                let (parent, before, first) = (next(&mut seq)?, next(&mut seq)?, next(&mut seq)?);
                let (html, separator): (String, String) = (next(&mut seq)?, next(&mut seq)?);
                let slots: Vec<(u32, Option<String>, u32, String, String)> = next(&mut seq)?;
                let columns: Vec<Vec<String>> = next(&mut seq)?;
                Op::Rows(Rows {
                    parent,
                    before,
                    first,
                    html: html.into(),
                    separator: separator.into(),
                    slots: slots
                        .into_iter()
                        .map(|(offset, name, column, prefix, suffix)| Slot {
                            offset,
                            name: name.map(Into::into),
                            column,
                            prefix: prefix.into(),
                            suffix: suffix.into(),
                        })
                        .collect(),
                    columns: columns
                        .into_iter()
                        .map(|column| column.into_iter().map(Into::into).collect())
                        .collect(),
                })
            }
            14 => {
                let container = next(&mut seq)?;
                let mode: String = next(&mut seq)?;
                let mode = match mode.as_str() {
                    "append" => KeepMode::Append,
                    "prepend" => KeepMode::Prepend,
                    _ => {
                        return Err(de::Error::custom(format_args!(
                            "no mode is called `{mode}`"
                        )));
                    }
                };
                let html = next(&mut seq)?;
                Op::Keep {
                    container,
                    mode,
                    html,
                }
            }
            code @ 15..=19 => {
                let container = next(&mut seq)?;
                let change = match code {
                    15 => StreamChange::Insert {
                        at: next(&mut seq)?,
                        html: next(&mut seq)?,
                    },
                    16 => StreamChange::Delete {
                        key: next(&mut seq)?,
                    },
                    17 => StreamChange::Reset,
                    18 => StreamChange::Limit {
                        rows: next(&mut seq)?,
                    },
                    _ => StreamChange::Update {
                        html: next(&mut seq)?,
                    },
                };
                Op::Stream { container, change }
            }
            20 => {
                let (parent, before, first) = (next(&mut seq)?, next(&mut seq)?, next(&mut seq)?);
                let nodes: Vec<serde_json::Value> = next(&mut seq)?;
                let nodes = tree_nodes(&nodes).map_err(de::Error::custom)?;
                Op::Tree {
                    parent,
                    before,
                    first,
                    nodes,
                }
            }
            21 => {
                let (node, length) = (next(&mut seq)?, next(&mut seq)?);
                Op::Splice {
                    node,
                    length,
                    at: length,
                    remove: 0,
                    insert: next(&mut seq)?,
                }
            }
            code => {
                return Err(de::Error::custom(format_args!(
                    "no operation has the code {code}"
                )));
            }
        })
    }
}

fn tree_nodes(values: &[serde_json::Value]) -> Result<Vec<TreeNode>, &'static str> {
    values.iter().map(tree_node).collect()
}

fn tree_node(value: &serde_json::Value) -> Result<TreeNode, &'static str> {
    use serde_json::Value;
    let strings = |values: &[Value]| -> Option<Vec<String>> {
        values
            .iter()
            .map(|v| v.as_str().map(str::to_owned))
            .collect()
    };
    match value {
        Value::String(text) => Ok(TreeNode::Text(text.clone())),
        Value::Array(fields) => match fields.as_slice() {
            [Value::Number(_), Value::String(data)] => Ok(TreeNode::Comment(data.clone())),
            [
                Value::Number(namespace),
                Value::String(name),
                Value::Array(flat),
                Value::Array(children),
            ] => {
                let namespace = match namespace.as_u64() {
                    Some(1) => Namespace::Html,
                    Some(2) => Namespace::Svg,
                    Some(3) => Namespace::MathMl,
                    _ => return Err("an element of a tree has no known namespace"),
                };
                let flat = strings(flat).ok_or("attributes of a tree are strings")?;
                Ok(TreeNode::Element(TreeElement {
                    namespace,
                    name: name.clone(),
                    attributes: flat
                        .chunks(2)
                        .map(|pair| (pair[0].clone(), pair.get(1).cloned().unwrap_or_default()))
                        .collect(),
                    children: tree_nodes(children)?,
                }))
            }
            _ => Err("a node of a tree is a comment or an element"),
        },
        _ => Err("a node of a tree is a string or an array"),
    }
}
