//! Rows by column, and containers that keep their children.

use super::dom::{NodeId, Page, PageData};
use super::operations::Failure;
use crate::patch::{KeepMode, Rows};

impl Page {
    pub(super) fn insert_rows(&mut self, rows: &Rows<'_>) -> Result<(), Failure> {
        let (parent, place) = self.place_in(rows.parent, rows.before)?;
        let template = self
            .parse_inside(parent, &rows.html)
            .map_err(|stop| format!("{stop:?}"))?;
        let &[template] = template.as_slice() else {
            return Err("the row is not one node".into());
        };
        if !matches!(self.nodes[template.0].data, PageData::Element { .. }) {
            return Err("the row is no element".into());
        }
        if rows
            .columns
            .iter()
            .any(|column| column.len() + 1 != rows.len())
            || rows.columns.is_empty()
        {
            return Err("columns of different lengths".into());
        }
        let mut list = vec![self.copy(template, parent)];
        for row in 0..rows.len() - 1 {
            if !rows.separator.is_empty() {
                list.push(self.add(PageData::Text(rows.separator.to_string()), parent));
            }
            let copy = self.copy(template, parent);
            let mut nodes = Vec::new();
            self.in_order(copy, &mut nodes);
            for slot in &rows.slots {
                let id = *nodes
                    .get(slot.offset as usize)
                    .ok_or("a slot outside of the row")?;
                let column = rows
                    .columns
                    .get(slot.column as usize)
                    .ok_or("no such column")?;
                let value = format!("{}{}{}", slot.prefix, column[row], slot.suffix);
                match (&mut self.nodes[id.0].data, &slot.name) {
                    (PageData::Text(text) | PageData::Comment(text), None) => *text = value,
                    (PageData::Element { attributes, .. }, Some(name)) => {
                        let own = attributes.iter_mut().find(|(own, _)| own == name);
                        own.ok_or("no such attribute")?.1 = value;
                    }
                    _ => return Err("a slot of another kind".into()),
                }
            }
            list.push(copy);
        }
        self.insert_nodes(parent, place, rows.first, list)
    }

    fn copy(&mut self, id: NodeId, parent: NodeId) -> NodeId {
        let copy = self.add(self.nodes[id.0].data.clone(), parent);
        for child in self.nodes[id.0].children.clone() {
            let child = self.copy(child, copy);
            self.nodes[copy.0].children.push(child);
        }
        copy
    }

    /// A node and the nodes inside that have numbers.
    fn in_order(&self, id: NodeId, list: &mut Vec<NodeId>) {
        list.push(id);
        if !self.is_opaque(id) {
            self.nodes[id.0]
                .children
                .iter()
                .for_each(|&child| self.in_order(child, list));
        }
    }

    /// A row that is there already is brought in line; here, that is: replaced.
    pub(super) fn keep(
        &mut self,
        container: u32,
        mode: KeepMode,
        html: &str,
    ) -> Result<(), Failure> {
        let container = self.element(container)?;
        if !self.is_opaque(container) {
            return Err("not a container that keeps its children".into());
        }
        let rows = self
            .parse_inside(container, html)
            .map_err(|stop| format!("{stop:?}"))?;
        self.keep_nodes(container, mode, rows);
        Ok(())
    }

    pub(super) fn keep_nodes(&mut self, container: NodeId, mode: KeepMode, rows: Vec<NodeId>) {
        let mut place = 0;
        for row in rows {
            let key = self.key(row);
            let children = &self.nodes[container.0].children;
            let there = key.and_then(|key| {
                children
                    .iter()
                    .position(|&child| self.key(child).is_some_and(|own| own == key))
            });
            let end = children.len();
            let children = &mut self.nodes[container.0].children;
            match (there, mode) {
                (Some(there), _) => children[there] = row,
                (None, KeepMode::Append) => children.insert(end, row),
                (None, KeepMode::Prepend) => {
                    children.insert(place, row);
                    place += 1;
                }
            }
        }
    }

    pub(super) fn key(&self, id: NodeId) -> Option<String> {
        let mut values = ["dj-key", "data-key", "id"].iter();
        values.find_map(|key| {
            let value = self.attribute(id, key)?;
            (!value.is_empty()).then(|| value.to_owned())
        })
    }

    /// The value of an element's attribute.
    pub(super) fn attribute(&self, id: NodeId, name: &str) -> Option<&str> {
        let PageData::Element { attributes, .. } = &self.nodes[id.0].data else {
            return None;
        };
        let found = attributes.iter().find(|(own, _)| own == name);
        found.map(|(_, value)| value.as_str())
    }
}
