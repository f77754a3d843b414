//! Containers of streams: rows by key and index.

use super::dom::{NodeId, Page, PageData};
use super::operations::Failure;
use crate::stream::StreamChange;

impl Page {
    pub(super) fn change_stream(
        &mut self,
        container: u32,
        change: &StreamChange,
    ) -> Result<(), Failure> {
        let container = self.element(container)?;
        if self.attribute(container, "dj-update") != Some("stream") {
            return Err("not a container of a stream".into());
        }
        match change {
            StreamChange::Insert { at, html } => self.stream_rows(container, html, Some(*at))?,
            StreamChange::Update { html } => self.stream_rows(container, html, None)?,
            StreamChange::Delete { key } => {
                if let Some(row) = self.row_of(container, key) {
                    self.remove_row(container, row);
                }
            }
            StreamChange::Reset => self.nodes[container.0].children.clear(),
            StreamChange::Limit { rows } => {
                let all = self.rows_of(container);
                let keep = all.len().min(rows.unsigned_abs() as usize);
                let gone = if *rows < 0 {
                    &all[..all.len() - keep]
                } else {
                    &all[keep..]
                };
                gone.iter().for_each(|&row| self.remove_row(container, row));
            }
        }
        Ok(())
    }

    /// Rows go in before the row at an index; without one, only those whose key is there are taken.
    fn stream_rows(
        &mut self,
        container: NodeId,
        html: &str,
        at: Option<i32>,
    ) -> Result<(), Failure> {
        let fresh = self
            .parse_inside(container, html)
            .map_err(|stop| format!("{stop:?}"))?;
        let rows = self.rows_of(container);
        let next = at.and_then(|at| rows.get(usize::try_from(at).ok()?).copied());
        let mut added = false;
        for node in fresh {
            let is_row = self.is_element(node);
            let there = self.key(node).and_then(|key| self.row_of(container, &key));
            let children = &mut self.nodes[container.0].children;
            let place = |of: NodeId| children.iter().position(|&child| child == of);
            if let Some(there) = there.and_then(place) {
                children[there] = node;
                added = false;
            } else if at.is_some() && (is_row || added) {
                let place = next.and_then(place).unwrap_or(children.len());
                children.insert(place, node);
                added = true;
            } else if is_row {
                added = false;
            }
        }
        Ok(())
    }

    fn is_element(&self, id: NodeId) -> bool {
        matches!(self.nodes[id.0].data, PageData::Element { .. })
    }

    fn rows_of(&self, container: NodeId) -> Vec<NodeId> {
        let children = self.nodes[container.0].children.iter().copied();
        children.filter(|&child| self.is_element(child)).collect()
    }

    fn row_of(&self, container: NodeId, key: &str) -> Option<NodeId> {
        let rows = self.rows_of(container).into_iter();
        rows.into_iter()
            .find(|&row| self.key(row).as_deref() == Some(key))
    }

    /// Takes out a row, with what follows it up to the next one.
    fn remove_row(&mut self, container: NodeId, row: NodeId) {
        let children = &self.nodes[container.0].children;
        let Some(from) = children.iter().position(|&child| child == row) else {
            return;
        };
        let rest = children[from + 1..].iter();
        let more = rest.take_while(|&&child| !self.is_element(child)).count();
        self.nodes[container.0].children.drain(from..=from + more);
    }
}
