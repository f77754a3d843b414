//! A template's source: as the user wrote it, as Tera gets it, and the way back from one to the
//! other for positions.

use std::ops::Range;
use std::sync::Arc;

use super::loops::Containers;
use crate::{Error, ErrorKind, Position};

/// A template's source.
#[derive(Debug)]
pub(crate) struct Source {
    pub(crate) name: Arc<str>,
    /// What the user wrote, without a byte order mark.
    original: String,
    /// What Tera gets: the same number of lines, with the tags that Tera lacks rewritten.
    code: String,
    edits: Vec<Edit>,
    /// Its loops that may be over streams.
    pub(super) containers: Containers,
}

/// A range of the code that stands for another range of the original.
#[derive(Debug)]
pub(crate) struct Edit {
    pub(crate) original: Range<usize>,
    pub(crate) code: Range<usize>,
}

impl Source {
    pub(crate) fn new(name: &str, original: &str) -> Self {
        let original = original
            .strip_prefix('\u{feff}')
            .unwrap_or(original)
            .to_owned();
        Self {
            name: name.into(),
            code: original.clone(),
            original,
            edits: Vec::new(),
            containers: Containers::default(),
        }
    }

    pub(crate) fn code(&self) -> &str {
        &self.code
    }

    /// Puts other code in place of ranges of the original, which are in order.
    pub(super) fn replace(&mut self, replacements: Vec<(Range<usize>, String)>) {
        let mut code = String::with_capacity(self.original.len());
        let mut at = 0;
        self.edits.clear();
        for (original, text) in replacements {
            code.push_str(&self.original[at..original.start]);
            at = original.end;
            let start = code.len();
            code.push_str(&text);
            self.edits.push(Edit {
                original,
                code: start..code.len(),
            });
        }
        code.push_str(&self.original[at..]);
        self.code = code;
    }

    /// The original range of a range of the code.
    fn original_range(&self, code: Range<usize>) -> Range<usize> {
        let start = self.original_offset(code.start, |edit| edit.original.start);
        let end = self.original_offset(code.end.max(code.start), |edit| edit.original.end);
        start..end.max(start)
    }

    fn original_offset(&self, code: usize, inside: impl Fn(&Edit) -> usize) -> usize {
        let before = self.edits.partition_point(|edit| edit.code.start < code);
        let offset = match before.checked_sub(1).map(|index| &self.edits[index]) {
            Some(edit) if code < edit.code.end => inside(edit),
            Some(edit) => code - edit.code.end + edit.original.end,
            None => code,
        };
        let mut offset = offset.min(self.original.len());
        while !self.original.is_char_boundary(offset) {
            offset -= 1;
        }
        offset
    }

    /// The place of an offset in the code.
    pub(crate) fn position(&self, code: usize) -> Position {
        self.original_position(self.original_offset(code, |edit| edit.original.start))
    }

    fn original_position(&self, offset: usize) -> Position {
        let before = &self.original[..offset];
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        Position {
            template: self.name.clone(),
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
        }
    }

    /// The offset in the code of a line (from 1) and a column (from 1, in characters).
    pub(super) fn offset(&self, line: usize, column: usize) -> usize {
        let start = self
            .code
            .split_inclusive('\n')
            .take(line - 1)
            .map(str::len)
            .sum::<usize>();
        self.code[start..]
            .char_indices()
            .nth(column - 1)
            .map_or(self.code.len(), |(offset, _)| start + offset)
    }

    /// What the user wrote for a range of the code.
    pub(super) fn words(&self, code: Range<usize>) -> &str {
        &self.original[self.original_range(code)]
    }

    /// An error about a range of the code.
    pub(crate) fn error(
        &self,
        kind: ErrorKind,
        message: impl Into<String>,
        code: Range<usize>,
    ) -> Error {
        self.error_in_original(kind, message, self.original_range(code))
    }

    /// An error about a range of what the user wrote.
    pub(super) fn error_in_original(
        &self,
        kind: ErrorKind,
        message: impl Into<String>,
        range: Range<usize>,
    ) -> Error {
        let position = self.original_position(range.start);
        let line = self
            .original
            .split('\n')
            .nth(position.line - 1)
            .unwrap_or_default();
        let first_line = self.original[range].split('\n').next().unwrap_or_default();
        let width = first_line.trim_end_matches('\r').chars().count();
        Error::new(kind, message).at(position, line.trim_end_matches('\r'), width)
    }
}
