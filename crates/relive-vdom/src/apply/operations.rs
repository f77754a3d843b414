//! Applying operations, each to the tree as the ones before it left it.

use super::ApplyError;
use super::dom::{NodeId, Page, PageData};
use crate::op::Op;
use crate::parse::decode::utf16_len;
use crate::patch::TreeNode;

/// What is wrong with an operation.
pub(super) type Failure = String;

impl Page {
    /// Applies operations in order.
    ///
    /// # Errors
    ///
    /// If an operation names a node that is not there or is of another kind. The page is then between two states.
    pub fn apply(&mut self, ops: &[Op]) -> Result<(), ApplyError> {
        for (index, op) in ops.iter().enumerate() {
            self.apply_one(op).map_err(|message| ApplyError {
                index,
                message: format!("{message}: {op:?}"),
            })?;
        }
        Ok(())
    }

    fn apply_one(&mut self, op: &Op) -> Result<(), Failure> {
        match op {
            Op::Text { node, text } => *self.data_of(*node)? = text.clone(),
            Op::Splice {
                node,
                length,
                at,
                remove,
                insert,
            } => {
                self.splice(*node, (*length, *at, *remove), insert)?;
            }
            Op::Attribute { node, name, value } => {
                let attributes = self.attributes_of(*node)?;
                match attributes.iter_mut().find(|(own, _)| own == name) {
                    Some((_, own)) => own.clone_from(value),
                    None => attributes.push((name.clone(), value.clone())),
                }
            }
            Op::RemoveAttribute { node, name } => {
                let attributes = self.attributes_of(*node)?;
                let at = attributes.iter().position(|(own, _)| own == name);
                attributes.remove(at.ok_or("no such attribute")?);
            }
            Op::Before {
                reference,
                first,
                html,
            } => {
                let (parent, place) = self.place(*reference)?;
                self.insert_html(parent, place, *first, html)?;
            }
            Op::Append {
                parent,
                first,
                html,
            } => {
                let parent = self.element(*parent)?;
                self.insert_html(parent, self.nodes[parent.0].children.len(), *first, html)?;
            }
            Op::MoveBefore { node, reference } => {
                let (parent, _) = self.place(*reference)?;
                let id = self.take(*node)?;
                let (still, place) = self.place(*reference)?;
                if self.nodes[id.0].parent != Some(parent) || parent != still {
                    return Err("not siblings".into());
                }
                self.nodes[parent.0].children.insert(place, id);
            }
            Op::MoveToEnd { node } => {
                let id = self.take(*node)?;
                let parent = self.nodes[id.0].parent.ok_or("no parent")?;
                self.nodes[parent.0].children.push(id);
            }
            Op::Permute { nodes } => self.permute(nodes)?,
            Op::Remove { node } => {
                let id = self.take(*node)?;
                self.forget(id);
            }
            Op::RemoveRange { from, to } => {
                let ((parent, from), (other, to)) = (self.place(*from)?, self.place(*to)?);
                if parent != other || from > to {
                    return Err("not two siblings in order".into());
                }
                let gone: Vec<NodeId> = self.nodes[parent.0].children.drain(from..=to).collect();
                gone.into_iter().for_each(|id| self.forget(id));
            }
            Op::Replace { node, first, html } => {
                let (parent, place) = self.place(*node)?;
                let id = self.take(*node)?;
                self.forget(id);
                self.insert_html(parent, place, *first, html)?;
            }
            Op::Content { node, first, html } => {
                let id = self.element(*node)?;
                let gone = std::mem::take(&mut self.nodes[id.0].children);
                gone.into_iter().for_each(|id| self.forget(id));
                self.insert_html(id, 0, *first, html)?;
            }
            Op::Rows(rows) => self.insert_rows(rows)?,
            Op::Keep {
                container,
                mode,
                html,
            } => self.keep(*container, *mode, html)?,
            Op::Stream { container, change } => self.change_stream(*container, change)?,
            Op::Tree {
                parent,
                before,
                first,
                nodes,
            } => {
                let (parent, place) = self.place_in(*parent, *before)?;
                let list: Vec<NodeId> = nodes.iter().map(|node| self.build(node, parent)).collect();
                self.insert_nodes(parent, place, *first, list)?;
            }
        }
        Ok(())
    }

    pub(super) fn id(&self, number: u32) -> Result<NodeId, Failure> {
        self.node(number)
            .ok_or_else(|| format!("no node has number {number}"))
    }

    pub(super) fn element(&self, number: u32) -> Result<NodeId, Failure> {
        let id = self.id(number)?;
        match self.nodes[id.0].data {
            PageData::Element { .. } => Ok(id),
            _ => Err(format!("node {number} is no element")),
        }
    }

    fn data_of(&mut self, number: u32) -> Result<&mut String, Failure> {
        let id = self.id(number)?;
        match &mut self.nodes[id.0].data {
            PageData::Text(text) | PageData::Comment(text) => Ok(text),
            PageData::Element { .. } => Err(format!("node {number} is an element")),
        }
    }

    fn attributes_of(&mut self, number: u32) -> Result<&mut Vec<(String, String)>, Failure> {
        let id = self.id(number)?;
        match &mut self.nodes[id.0].data {
            PageData::Element { attributes, .. } => Ok(attributes),
            _ => Err(format!("node {number} is no element")),
        }
    }

    fn splice(
        &mut self,
        node: u32,
        (length, at, remove): (u32, u32, u32),
        insert: &str,
    ) -> Result<(), Failure> {
        let id = self.id(node)?;
        let PageData::Text(text) = &mut self.nodes[id.0].data else {
            return Err(format!("node {node} is no text"));
        };
        if utf16_len(text) != length {
            return Err(format!("the text has {} units", utf16_len(text)));
        }
        let units: Vec<u16> = text.encode_utf16().collect();
        let (at, past) = (at as usize, (at + remove) as usize);
        let kept = units
            .get(..at)
            .zip(units.get(past..))
            .ok_or("outside of the text")?;
        let new: Vec<u16> = kept
            .0
            .iter()
            .copied()
            .chain(insert.encode_utf16())
            .chain(kept.1.iter().copied())
            .collect();
        *text = String::from_utf16(&new).map_err(|_| "cuts a character in two")?;
        Ok(())
    }

    /// The parent of a node, and its place among the children.
    fn place(&self, number: u32) -> Result<(NodeId, usize), Failure> {
        let id = self.id(number)?;
        let parent = self.nodes[id.0].parent.ok_or("the root has no siblings")?;
        let place = self.nodes[parent.0]
            .children
            .iter()
            .position(|&child| child == id);
        Ok((
            parent,
            place.ok_or_else(|| format!("node {number} is detached"))?,
        ))
    }

    /// The place before `before` (0: the end) in `parent`.
    pub(super) fn place_in(&self, parent: u32, before: u32) -> Result<(NodeId, usize), Failure> {
        let parent = self.element(parent)?;
        match before {
            0 => Ok((parent, self.nodes[parent.0].children.len())),
            _ => {
                let (own, place) = self.place(before)?;
                if own == parent {
                    Ok((parent, place))
                } else {
                    Err("not a child of this parent".into())
                }
            }
        }
    }

    /// Takes a node out of its parent's children.
    fn take(&mut self, number: u32) -> Result<NodeId, Failure> {
        let (parent, place) = self.place(number)?;
        Ok(self.nodes[parent.0].children.remove(place))
    }

    /// Gives back the numbers of a node that is gone.
    fn forget(&mut self, id: NodeId) {
        if let Some(number) = self.nodes[id.0].number.take() {
            self.by_number.remove(&number);
        }
        for child in self.nodes[id.0].children.clone() {
            self.forget(child);
        }
    }

    fn insert_html(
        &mut self,
        parent: NodeId,
        place: usize,
        first: u32,
        html: &str,
    ) -> Result<(), Failure> {
        let list = self
            .parse_inside(parent, html)
            .map_err(|stop| format!("{stop:?}"))?;
        self.insert_nodes(parent, place, first, list)
    }

    pub(super) fn insert_nodes(
        &mut self,
        parent: NodeId,
        place: usize,
        first: u32,
        list: Vec<NodeId>,
    ) -> Result<(), Failure> {
        let before = self.by_number.len();
        let past = self.number(&list, first);
        if self.by_number.len() - before != (past - first) as usize {
            return Err("a number is given twice".into());
        }
        self.nodes[parent.0].children.splice(place..place, list);
        Ok(())
    }

    fn permute(&mut self, numbers: &[u32]) -> Result<(), Failure> {
        let places: Vec<(NodeId, usize)> = numbers
            .iter()
            .map(|&number| self.place(number))
            .collect::<Result<_, _>>()?;
        let parent = places.first().ok_or("nothing to permute")?.0;
        if places.iter().any(|(own, _)| *own != parent) {
            return Err("not siblings".into());
        }
        let ids: Vec<NodeId> = numbers
            .iter()
            .map(|&number| self.id(number))
            .collect::<Result<_, _>>()?;
        let mut sorted: Vec<usize> = places.into_iter().map(|(_, place)| place).collect();
        sorted.sort_unstable();
        sorted.dedup();
        if sorted.len() != ids.len() {
            return Err("a node is listed twice".into());
        }
        for (place, id) in sorted.into_iter().zip(ids) {
            self.nodes[parent.0].children[place] = id;
        }
        Ok(())
    }

    fn build(&mut self, node: &TreeNode, parent: NodeId) -> NodeId {
        match node {
            TreeNode::Text(text) => self.add(PageData::Text(text.clone()), parent),
            TreeNode::Comment(data) => self.add(PageData::Comment(data.clone()), parent),
            TreeNode::Element(element) => {
                let data = PageData::Element {
                    namespace: element.namespace,
                    name: element.name.clone(),
                    attributes: element.attributes.clone(),
                };
                let id = self.add(data, parent);
                let children = element
                    .children
                    .iter()
                    .map(|child| self.build(child, id))
                    .collect();
                self.nodes[id.0].children = children;
                id
            }
        }
    }
}
