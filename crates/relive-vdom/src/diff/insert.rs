//! New nodes: numbering them and sending their HTML.

use super::{Parent, Segment, Walk};
use crate::parse::subtree::Until;
use crate::parse::{Stop, Syntax};
use crate::patch::{KeepMode, Sink};

impl<S: Sink> Walk<'_, S> {
    /// Inserts all that is left of the new children at the end. Returns where the parent's inside ends.
    pub(super) fn insert_rest(&mut self, parent: Parent, at: usize) -> Result<usize, Stop> {
        if self.is_end(at) {
            return Ok(at);
        }
        let (from, end) = match self.parsed.find(at) {
            Some(from) => {
                let mut end = at;
                let mut record = from;
                while !self.is_end(end) {
                    let node = self.parsed_node(parent, end)?;
                    (record, end) = (self.parsed.nodes[node.0].past(node.0), node.1);
                }
                self.insert(parent, 0, from, record, at, end)?;
                return Ok(end);
            }
            None => {
                let from = self.parsed.nodes.len();
                let end = self.parsed.parse(
                    self.new,
                    at,
                    parent.context,
                    parent.depth,
                    self.syntax,
                    Until::End,
                )?;
                (from, end)
            }
        };
        self.insert(parent, 0, from, self.parsed.nodes.len(), at, end)?;
        Ok(end)
    }

    /// Inserts the parsed records `from..past`, whose bytes are `at..end`, before `before` (0: at the end).
    pub(super) fn insert(
        &mut self,
        parent: Parent,
        before: u32,
        from: usize,
        past: usize,
        at: usize,
        end: usize,
    ) -> Result<(), Stop> {
        self.insert_numbered(parent, before, from, past, at, end)?;
        self.push(Segment {
            parsed: true,
            from: from as u32,
            to: past as u32,
        });
        Ok(())
    }

    /// The same, for records that the caller puts into the segments.
    pub(super) fn insert_numbered(
        &mut self,
        parent: Parent,
        before: u32,
        from: usize,
        past: usize,
        at: usize,
        end: usize,
    ) -> Result<(), Stop> {
        let first = self.number(from, past);
        match self.syntax {
            Syntax::Html => self.send_with_rows(parent, before, (from, past), (at, end)),
            Syntax::Normal => self.send(parent, before, first, at, end),
        }
        Ok(())
    }

    /// Gives numbers to parsed records; returns the first.
    pub(super) fn number(&mut self, from: usize, past: usize) -> u32 {
        let first = self.next;
        for (number, node) in (first..).zip(&mut self.parsed.nodes[from..past]) {
            node.number = number;
        }
        self.next += (past - from) as u32;
        first
    }

    /// Sends new nodes.
    pub(super) fn send(&mut self, parent: Parent, before: u32, first: u32, at: usize, end: usize) {
        match self.syntax {
            Syntax::Html => {
                let html = &self.html[at..end];
                match before {
                    0 => self.sink.append(parent.number, first, html),
                    _ => self.sink.before(before, first, html),
                }
            }
            Syntax::Normal => match self.as_html(at, end) {
                Ok(html) if before == 0 => self.sink.append(parent.number, first, &html),
                Ok(html) => self.sink.before(before, first, &html),
                Err(nodes) => self.sink.tree(parent.number, before, first, &nodes),
            },
        }
    }

    /// Sends a node in the place of another.
    pub(super) fn send_replacement(
        &mut self,
        parent: Parent,
        number: u32,
        from: usize,
        past: usize,
        at: usize,
        end: usize,
    ) -> Result<(), Stop> {
        let first = self.number(from, past);
        self.push(Segment {
            parsed: true,
            from: from as u32,
            to: past as u32,
        });
        match self.syntax {
            Syntax::Html => self.sink.replace(number, first, &self.html[at..end]),
            Syntax::Normal => match self.as_html(at, end) {
                Ok(html) => self.sink.replace(number, first, &html),
                Err(nodes) => {
                    self.sink.tree(parent.number, number, first, &nodes);
                    self.sink.remove(number);
                }
            },
        }
        Ok(())
    }

    /// Sends everything inside an element. The old children's numbers are no longer needed.
    pub(super) fn send_content(
        &mut self,
        parent: Parent,
        from: usize,
        past: usize,
        at: usize,
        end: usize,
    ) -> Result<(), Stop> {
        let first = self.number(from, past);
        self.push(Segment {
            parsed: true,
            from: from as u32,
            to: past as u32,
        });
        match self.syntax {
            Syntax::Html => self.sink.content(parent.number, first, &self.html[at..end]),
            Syntax::Normal => match self.as_html(at, end) {
                Ok(html) => self.sink.content(parent.number, first, &html),
                Err(nodes) => {
                    self.sink.content(parent.number, first, "");
                    self.sink.tree(parent.number, 0, first, &nodes);
                }
            },
        }
        Ok(())
    }

    /// Hands rows to a container that keeps its children.
    pub(super) fn rows_to_keep(&mut self, container: u32, mode: KeepMode, at: usize, end: usize) {
        match self.syntax {
            Syntax::Html => self.sink.keep(container, mode, &self.html[at..end]),
            Syntax::Normal => {
                let html = crate::parse::html::from_normal(&self.new[at..end], false);
                self.sink.keep(container, mode, &html);
            }
        }
    }
}
