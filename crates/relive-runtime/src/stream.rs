//! Streams: rows that pass through a view on their way to the page.
//!
//! # Invariants
//!
//! - Items are read when the template's loop over them is reached, not before.
//! - After the render that showed them, the stream has none of them any more; after a render that failed, or did not
//!   reach the loop, it has all.

use std::fmt::{self, Display};
use std::sync::{Arc, Mutex, PoisonError};

use relive_template::{Context, LazyItems};
use serde::Serialize;

use crate::field::{ItemsField, StreamField, StreamStep, TemplateItem, TemplateValue};

/// Rows that a page keeps and the server does not.
///
/// A public field of a view, looped over in an element that collects rows:
///
/// ```html
/// <ul id="lines" dj-update="stream">
///   {% for line in lines %}<li dj-key="{{ line.id }}">{{ line.text }}</li>{% endfor %}
/// </ul>
/// ```
///
/// What a handler does to it goes to the page as it is: a row that is put in, brought in line or taken out. Rows that
/// are there are not sent again, and the server does not have them: a row is known by its key only.
///
/// ```
/// use relive_runtime::Stream;
///
/// let mut lines = Stream::of(["one", "two"]);
/// lines.insert("three");
/// lines.prepend("nought");
/// lines.delete("two");
/// lines.limit(-100);
/// ```
pub struct Stream<T> {
    /// What the page has not been told.
    changes: Vec<Change<T>>,
    /// How many rows the page keeps: the first, or the last where it is negative; 0 for all.
    limit: i32,
    limit_changed: bool,
}

enum Change<T> {
    Insert { at: i32, items: Items<T> },
    Update { items: Items<T> },
    Delete { key: String },
    Reset,
}

/// Items that wait for the template. Copies of a stream have them in common, so that they are read once.
struct Items<T>(Arc<Mutex<Waiting<T>>>);

struct Waiting<T> {
    items: Vec<T>,
    /// Items that nobody has read.
    rest: Option<Box<dyn Iterator<Item = T> + Send>>,
}

/// At the end of the rows.
const END: i32 = -1;

impl<T> Stream<T> {
    /// A stream without rows.
    pub fn new() -> Self {
        Stream {
            changes: Vec::new(),
            limit: 0,
            limit_changed: false,
        }
    }

    /// Takes out the row with this key. That there is none is no mistake.
    pub fn delete(&mut self, key: impl Display) {
        self.changes.push(Change::Delete {
            key: key.to_string(),
        });
    }

    /// Takes out all rows.
    pub fn clear(&mut self) {
        // Whatever the page has not been told yet would be undone.
        self.changes.clear();
        self.changes.push(Change::Reset);
    }

    /// Lets the page keep the first `rows` rows from now on, or the last where `rows` is negative; `0` for all.
    pub fn limit(&mut self, rows: i32) {
        self.limit_changed |= rows != self.limit;
        self.limit = rows;
    }

    /// Whether the page has been told everything.
    pub fn is_settled(&self) -> bool {
        self.changes.is_empty() && !self.limit_changed
    }
}

impl<T: Send + 'static> Stream<T> {
    /// A stream with rows to begin with. They are read when the template reaches them.
    pub fn of<I>(rows: I) -> Self
    where
        I: IntoIterator<Item = T>,
        I::IntoIter: Send + 'static,
    {
        let mut stream = Stream::new();
        stream.extend(rows);
        stream
    }

    /// Puts a row at the end. Where the page has a row with its key, that one is brought in line where it stands; this
    /// holds for everything that puts rows in.
    pub fn insert(&mut self, row: T) {
        if let Some(Change::Insert { at: END, items }) = self.changes.last_mut()
            && let Some(waiting) = items.own()
            && waiting.rest.is_none()
        {
            waiting.items.push(row);
            return;
        }
        self.insert_at(END, row);
    }

    /// Puts a row at the beginning.
    pub fn prepend(&mut self, row: T) {
        self.insert_at(0, row);
    }

    /// Puts a row before the one that is at `index` (from 0), or at the end where there is none.
    pub fn insert_at(&mut self, index: i32, row: T) {
        self.changes.push(Change::Insert {
            at: index,
            items: Items::ready(row),
        });
    }

    /// Puts rows at the end. They are read when the template reaches them.
    pub fn extend<I>(&mut self, rows: I)
    where
        I: IntoIterator<Item = T>,
        I::IntoIter: Send + 'static,
    {
        self.extend_at(END, rows);
    }

    /// Puts rows, in their order, before the one that is at `index` (from 0).
    pub fn extend_at<I>(&mut self, index: i32, rows: I)
    where
        I: IntoIterator<Item = T>,
        I::IntoIter: Send + 'static,
    {
        self.changes.push(Change::Insert {
            at: index,
            items: Items::lazy(rows.into_iter()),
        });
    }

    /// Brings the row with this one's key in line. Where the page has none, nothing happens.
    pub fn update(&mut self, row: T) {
        self.changes.push(Change::Update {
            items: Items::ready(row),
        });
    }

    /// Puts rows in the place of all that are there.
    pub fn reset<I>(&mut self, rows: I)
    where
        I: IntoIterator<Item = T>,
        I::IntoIter: Send + 'static,
    {
        self.clear();
        self.extend(rows);
    }
}

impl<T> Items<T> {
    fn ready(item: T) -> Self {
        Items(Arc::new(Mutex::new(Waiting {
            items: vec![item],
            rest: None,
        })))
    }

    fn lazy(rest: impl Iterator<Item = T> + Send + 'static) -> Self {
        Items(Arc::new(Mutex::new(Waiting {
            items: Vec::new(),
            rest: Some(Box::new(rest)),
        })))
    }

    /// The items, where no copy has them as well.
    fn own(&mut self) -> Option<&mut Waiting<T>> {
        let waiting = Arc::get_mut(&mut self.0)?;
        Some(waiting.get_mut().unwrap_or_else(PoisonError::into_inner))
    }

    /// Acts on all items, read for this where they were not.
    fn read<R>(&self, act: impl FnOnce(&[T]) -> R) -> R {
        // An iterator that panicked gives no more; what it gave before is there.
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(rest) = waiting.rest.take() {
            waiting.items.extend(rest);
        }
        act(&waiting.items)
    }
}

impl<T> Clone for Items<T> {
    fn clone(&self) -> Self {
        Items(Arc::clone(&self.0))
    }
}

impl<T> Clone for Change<T> {
    fn clone(&self) -> Self {
        match self {
            Change::Insert { at, items } => Change::Insert {
                at: *at,
                items: items.clone(),
            },
            Change::Update { items } => Change::Update {
                items: items.clone(),
            },
            Change::Delete { key } => Change::Delete { key: key.clone() },
            Change::Reset => Change::Reset,
        }
    }
}

/// A copy has the same rows on their way to the page; they are not copied.
impl<T> Clone for Stream<T> {
    fn clone(&self) -> Self {
        Stream {
            changes: self.changes.clone(),
            limit: self.limit,
            limit_changed: self.limit_changed,
        }
    }
}

impl<T> Default for Stream<T> {
    fn default() -> Self {
        Stream::new()
    }
}

impl<T> fmt::Debug for Stream<T> {
    /// How much waits, and no items: reading them is the template's.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stream")
            .field("changes", &self.changes.len())
            .field("limit", &self.limit)
            .finish()
    }
}

/// The items of a stream, for the template.
struct Reader<T>(Vec<Change<T>>);

impl<T: Serialize + Send + 'static> LazyItems for Reader<T> {
    fn read(&self, take: &mut relive_template::TakeItem<'_>) -> Result<(), relive_template::Error> {
        for change in &self.0 {
            if let Change::Insert { items, .. } | Change::Update { items } = change {
                items.read(|items| items.iter().try_for_each(|item| take(item)))?;
            }
        }
        Ok(())
    }
}

#[diagnostic::do_not_recommend]
impl<T: Serialize + Send + 'static> TemplateValue for Stream<T> {
    fn assign(&self, context: &mut Context, name: &str) {
        context.insert_stream(name, Arc::new(Reader(self.changes.clone())));
    }
}

impl<T: Send + 'static> ItemsField for Stream<T> {
    type Item = T;

    fn relive_assign(&self, context: &mut Context, name: &str)
    where
        Self::Item: TemplateItem,
    {
        self.assign(context, name);
    }
}

/// See [`NoStream`](crate::field::NoStream).
#[doc(hidden)]
impl<T: Serialize + Send + 'static> Stream<T> {
    pub const IS_RELIVE_STREAM: bool = true;

    pub fn relive_stream(&mut self) -> Option<&mut dyn StreamField> {
        Some(self)
    }
}

impl<T: Serialize + Send + 'static> StreamField for Stream<T> {
    fn steps(&self) -> Vec<StreamStep> {
        let mut inserts = false;
        let mut steps = Vec::with_capacity(self.changes.len());
        for change in &self.changes {
            steps.push(match change {
                Change::Insert { at, items } => {
                    inserts = true;
                    StreamStep::Insert {
                        at: *at,
                        rows: items.read(<[T]>::len),
                    }
                }
                Change::Update { items } => StreamStep::Update {
                    rows: items.read(<[T]>::len),
                },
                Change::Delete { key } => StreamStep::Delete { key: key.clone() },
                Change::Reset => StreamStep::Reset,
            });
        }
        if self.limit != 0 && (inserts || self.limit_changed) {
            steps.push(StreamStep::Limit { rows: self.limit });
        }
        steps
    }

    fn shown(&mut self) {
        self.changes = Vec::new();
        self.limit_changed = false;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_that_are_put_in_one_by_one_wait_together() {
        let mut stream = Stream::new();
        (0..100).for_each(|n| stream.insert(n));
        stream.prepend(100);
        stream.insert(101);
        assert_eq!(stream.changes.len(), 3);
        let counts = [
            StreamStep::Insert { at: -1, rows: 100 },
            StreamStep::Insert { at: 0, rows: 1 },
            StreamStep::Insert { at: -1, rows: 1 },
        ];
        assert_eq!(stream.steps(), counts);
        stream.shown();
        assert!(stream.is_settled() && stream.steps().is_empty());
    }

    #[test]
    fn a_reset_undoes_what_was_not_told() {
        let mut stream = Stream::of([1, 2]);
        stream.delete(7);
        stream.reset([3]);
        let expected = [StreamStep::Reset, StreamStep::Insert { at: -1, rows: 1 }];
        assert_eq!(stream.steps(), expected);
    }

    #[test]
    fn a_limit_is_told_when_it_changes_and_after_rows_that_are_put_in() {
        let limit = StreamStep::Limit { rows: -2 };
        let mut stream = Stream::<i32>::new();
        stream.limit(-2);
        assert_eq!(stream.steps(), std::slice::from_ref(&limit));
        stream.shown();
        stream.limit(-2);
        stream.delete(1);
        assert!(!stream.steps().contains(&limit));
        stream.insert(1);
        assert_eq!(stream.steps().last(), Some(&limit));
        stream.shown();
        stream.limit(0);
        assert!(stream.steps().is_empty());
    }

    #[test]
    fn a_copy_keeps_what_waits_and_reads_it_once() {
        let mut read = 0;
        let counted = std::iter::from_fn(move || {
            read += 1;
            (read < 3).then_some(read)
        });
        let mut stream = Stream::of(counted);
        let copy = stream.clone();
        stream.insert(9);
        assert_eq!(stream.steps().len(), 2);
        let mut items = Vec::new();
        let reader = Reader(copy.changes.clone());
        reader
            .read(&mut |item| {
                items.push(serde_json::to_value(item).unwrap());
                Ok(())
            })
            .unwrap();
        assert_eq!(items, [1, 2]);
    }
}
