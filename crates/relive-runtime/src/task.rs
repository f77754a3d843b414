//! Background work of a view: what was started, what runs, and whose result still counts.
//!
//! # Invariants
//!
//! - Each start has a number. A result counts only while its number is in the session's table: that of a task which was
//!   replaced or cancelled has no effect, whenever it comes.
//! - A session has at most [`Limits::max_tasks`](crate::Limits::max_tasks), among them those that were cancelled and cannot
//!   be stopped.
//! - Nothing runs before the session's core says that the page has been sent the state in which it was started.
//! - A panic of a task is a result like others.

use std::any::Any;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};

use futures_util::FutureExt;
use tokio::task::{AbortHandle, JoinSet};
use tracing::Instrument;

use crate::counters::Counters;
use crate::cx::Cx;
use crate::error::{Error, Result};
use crate::view::BoxFuture;

/// The name of a task, or none: `"load"`, a `String`, `None`.
///
/// A task replaces the one that was started under its name before. Those without a name never replace each other.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TaskName(Option<String>);

impl From<&str> for TaskName {
    fn from(name: &str) -> Self {
        TaskName(Some(name.to_owned()))
    }
}

impl From<String> for TaskName {
    fn from(name: String) -> Self {
        TaskName(Some(name))
    }
}

impl From<Option<&str>> for TaskName {
    fn from(name: Option<&str>) -> Self {
        TaskName(name.map(str::to_owned))
    }
}

/// Why a task has no result.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TaskError {
    /// It panicked, with this message.
    #[error("the task panicked: {0}")]
    Panicked(String),
}

/// How a task ended, for `handle_async_result`.
pub type TaskResult = Result<TaskOutput, TaskError>;

/// What a task gave, whatever its type.
#[derive(Debug)]
pub struct TaskOutput {
    type_name: &'static str,
    /// Nothing, where the task's own callback has taken it.
    value: Option<Box<dyn Any + Send>>,
}

impl TaskOutput {
    fn of<T: Send + 'static>(value: Option<T>) -> Self {
        TaskOutput {
            type_name: std::any::type_name::<T>(),
            value: value.map(|value| Box::new(value) as Box<dyn Any + Send>),
        }
    }

    /// The value.
    ///
    /// # Errors
    ///
    /// The task's callback has taken it, or it is no `T`; the message says what it is.
    pub fn get<T: 'static>(self) -> Result<T> {
        let type_name = self.type_name;
        let Some(value) = self.value else {
            return Err(Error::msg(format_args!(
                "the task's callback has taken its `{type_name}`"
            )));
        };
        value.downcast().map(|value| *value).map_err(|_| {
            Error::msg(format_args!(
                "the task gave a `{type_name}`, not a `{}`",
                std::any::type_name::<T>()
            ))
        })
    }

    /// Whether the value is still here.
    pub(crate) fn is_here(&self) -> bool {
        self.value.is_some()
    }
}

impl<V: 'static> Cx<V> {
    /// Starts work beside the view: the view goes on taking events while `future` runs.
    ///
    /// It starts when the page has been sent the state as this method leaves it. When it has ended, `done` gets its
    /// result with the view to change, and the page is brought in line; a panic in it is a [`TaskError`]. Under the same name
    /// it replaces an earlier task, whose result then never comes. The end of the session stops it.
    ///
    /// Where the session has as many tasks as it may have, the work is not started, and the method that asked for it is
    /// answered with an error.
    ///
    /// ```
    /// use relive_runtime::{Cx, Level, Result};
    ///
    /// struct Report {
    ///     lines: Vec<String>,
    ///     loading: bool,
    /// }
    ///
    /// async fn lines() -> Result<Vec<String>> {
    ///     Ok(vec!["one".into()])
    /// }
    ///
    /// fn reload(report: &mut Report, cx: &mut Cx<Report>) {
    ///     report.loading = true;
    ///     cx.start_async("load", lines(), |view, cx, lines| {
    ///         view.loading = false;
    ///         match lines {
    ///             Ok(Ok(lines)) => view.lines = lines,
    ///             Ok(Err(error)) => cx.put_flash(Level::Error, error.to_string()),
    ///             Err(panicked) => cx.put_flash(Level::Error, panicked.to_string()),
    ///         }
    ///         Ok(())
    ///     });
    /// }
    /// ```
    pub fn start_async<T: Send + 'static>(
        &mut self,
        name: impl Into<TaskName>,
        future: impl Future<Output = T> + Send + 'static,
        done: impl FnOnce(&mut V, &mut Cx<V>, Result<T, TaskError>) -> Result + Send + 'static,
    ) {
        self.start(name.into(), future, with_callback(done));
    }

    /// Like [`start_async`](Self::start_async), for work that blocks: it runs on a thread of its own.
    ///
    /// It cannot be stopped once it runs; when it is cancelled or replaced, its result is dropped. Until it ends it counts as
    /// one of the session's tasks.
    pub fn start_blocking<T: Send + 'static>(
        &mut self,
        name: impl Into<TaskName>,
        work: impl FnOnce() -> T + Send + 'static,
        done: impl FnOnce(&mut V, &mut Cx<V>, Result<T, TaskError>) -> Result + Send + 'static,
    ) {
        let name = name.into();
        let Some((number, slot)) = self.core.tasks.admit(&name) else {
            return;
        };
        let completion = with_callback(done);
        let future = async move {
            // A set of one: when this future is dropped before the work has begun, it never begins.
            let mut alone = JoinSet::new();
            alone.spawn_blocking(move || (catch_unwind(AssertUnwindSafe(work)), slot));
            let Some(Ok((result, slot))) = alone.join_next().await else {
                // The process ends.
                return std::future::pending().await;
            };
            let result = result.map_err(|panic| slot.panicked(panic.as_ref()));
            Finished::new::<V>(number, completion(result), slot)
        };
        self.core.tasks.wait(number, name, Box::pin(future));
    }

    /// Like [`start_async`](Self::start_async), without a callback: the result goes to `handle_async_result`.
    pub fn start_task<T: Send + 'static>(
        &mut self,
        name: impl Into<TaskName>,
        future: impl Future<Output = T> + Send + 'static,
    ) {
        self.start(name.into(), future, |result: Result<T, TaskError>| {
            let result = result.map(|value| TaskOutput::of(Some(value)));
            Box::new(move |_: &mut V, _: &mut Cx<V>| (Ok(()), result)) as Completion<V>
        });
    }

    fn start<T: Send + 'static>(
        &mut self,
        name: TaskName,
        future: impl Future<Output = T> + Send + 'static,
        completion: impl FnOnce(Result<T, TaskError>) -> Completion<V> + Send + 'static,
    ) {
        let Some((number, slot)) = self.core.tasks.admit(&name) else {
            return;
        };
        let future = async move {
            let result = AssertUnwindSafe(future).catch_unwind().await;
            let result = result.map_err(|panic| slot.panicked(panic.as_ref()));
            Finished::new::<V>(number, completion(result), slot)
        };
        self.core.tasks.wait(number, name, Box::pin(future));
    }

    /// Stops the task of this name, and says whether there was one. It stops at its next `await`; its result is dropped in
    /// any case.
    pub fn cancel_async(&mut self, name: &str) -> bool {
        self.core.tasks.cancel(name)
    }
}

/// Hands a result to the view: says what the callback said, and what is left for `handle_async_result`.
pub(crate) type Completion<V> = Box<dyn FnOnce(&mut V, &mut Cx<V>) -> (Result, TaskResult) + Send>;

fn with_callback<V: 'static, T: Send + 'static>(
    done: impl FnOnce(&mut V, &mut Cx<V>, Result<T, TaskError>) -> Result + Send + 'static,
) -> impl FnOnce(Result<T, TaskError>) -> Completion<V> + Send + 'static {
    |result| {
        Box::new(move |view, cx| {
            let left = match &result {
                Ok(_) => Ok(TaskOutput::of(None::<T>)),
                Err(error) => Err(error.clone()),
            };
            (done(view, cx, result), left)
        })
    }
}

/// A task that has ended.
pub(crate) struct Finished {
    pub(crate) number: u64,
    /// A [`Completion`] of the view.
    pub(crate) completion: Box<dyn Any + Send>,
    /// A result that waits for the view takes up a place, too.
    _slot: Slot,
}

impl Finished {
    fn new<V: 'static>(number: u64, completion: Completion<V>, slot: Slot) -> Self {
        Finished {
            number,
            completion: Box::new(completion),
            _slot: slot,
        }
    }
}

/// One of a session's places for tasks. It is free when whatever runs, or waits, in it is gone.
struct Slot {
    name: TaskName,
    counters: Arc<Counters>,
    _place: Arc<()>,
}

impl Slot {
    fn panicked(&self, panic: &(dyn Any + Send)) -> TaskError {
        let message = if let Some(text) = panic.downcast_ref::<&str>() {
            (*text).to_owned()
        } else if let Some(text) = panic.downcast_ref::<String>() {
            text.clone()
        } else {
            "without a message".to_owned()
        };
        self.counters.panics.one();
        let name = self.name.0.as_deref();
        tracing::error!(task = name, message, "a task panicked");
        TaskError::Panicked(message)
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        self.counters.tasks.less();
    }
}

/// The tasks of a session.
pub(crate) struct Tasks {
    limit: usize,
    counters: Arc<Counters>,
    /// As many more holders as there are tasks.
    places: Arc<()>,
    last: u64,
    /// In the order of their numbers. The lock makes what futures are not shareable between threads; nobody waits for it.
    table: Mutex<Vec<Entry>>,
    /// The number before the first that the current call started.
    before_call: u64,
    /// Whether the current call may be undone: what it stops has to be there then.
    undoable: bool,
    stopped: Mutex<Vec<Entry>>,
    refused: Option<TaskName>,
}

struct Entry {
    number: u64,
    name: TaskName,
    stage: Stage,
}

enum Stage {
    /// Until the page has the state in which it was started.
    Waits(BoxFuture<'static, Finished>),
    /// Or it has ended, and its result waits.
    Runs(AbortHandle),
}

impl Tasks {
    pub(crate) fn new(limit: usize, counters: Arc<Counters>) -> Self {
        Tasks {
            limit,
            counters,
            places: Arc::default(),
            last: 0,
            table: Mutex::default(),
            before_call: 0,
            undoable: false,
            stopped: Mutex::default(),
            refused: None,
        }
    }

    /// A number and a place for a task that is to be started, if there is one.
    fn admit(&mut self, name: &TaskName) -> Option<(u64, Slot)> {
        if let Some(name) = &name.0 {
            self.cancel(name);
        }
        if Arc::strong_count(&self.places) > self.limit {
            self.refused.get_or_insert_with(|| name.clone());
            return None;
        }
        self.counters.tasks.one();
        self.last += 1;
        let slot = Slot {
            name: name.clone(),
            counters: Arc::clone(&self.counters),
            _place: Arc::clone(&self.places),
        };
        Some((self.last, slot))
    }

    fn wait(&mut self, number: u64, name: TaskName, future: BoxFuture<'static, Finished>) {
        let stage = Stage::Waits(future);
        list(&mut self.table).push(Entry {
            number,
            name,
            stage,
        });
    }

    fn cancel(&mut self, name: &str) -> bool {
        let table = list(&mut self.table);
        let named = |entry: &Entry| entry.name.0.as_deref() == Some(name);
        let Some(at) = table.iter().position(named) else {
            return false;
        };
        let entry = table.remove(at);
        if self.undoable && entry.number <= self.before_call {
            list(&mut self.stopped).push(entry);
        } else {
            entry.stop();
        }
        true
    }

    /// A call of the view begins.
    pub(crate) fn begin_call(&mut self, undoable: bool) {
        (self.undoable, self.before_call) = (undoable, self.last);
    }

    /// The call is done, and what it did stays.
    pub(crate) fn end_call(&mut self) {
        self.undoable = false;
        list(&mut self.stopped).drain(..).for_each(Entry::stop);
    }

    /// The call, or several calls since the task of number `last`, are undone: what they started is not to be, and what they
    /// stopped goes on where it still can.
    pub(crate) fn undo(&mut self, last: u64) {
        self.undoable = false;
        let table = list(&mut self.table);
        let started = table.iter().position(|entry| entry.number > last);
        let started = table.split_off(started.unwrap_or(table.len()));
        started.into_iter().for_each(Entry::stop);
        table.append(list(&mut self.stopped));
        table.sort_by_key(|entry| entry.number);
        self.refused = None;
    }

    /// The number of the last start.
    pub(crate) fn last(&self) -> u64 {
        self.last
    }

    /// Stops all, for a view that is mounted again.
    pub(crate) fn stop_all(&mut self) {
        self.undo(0);
        list(&mut self.table).drain(..).for_each(Entry::stop);
    }

    /// Why a task of the current call was not started.
    pub(crate) fn take_refused(&mut self) -> Option<Error> {
        let TaskName(name) = self.refused.take()?;
        let name = name.map_or_else(|| "without a name".to_owned(), |name| format!("`{name}`"));
        Some(Error::msg(format_args!(
            "the task {name} was not started: the session has {} already, which is as many as it may have",
            self.limit
        )))
    }

    /// Whether some wait for their start.
    pub(crate) fn wait_for_start(&mut self) -> bool {
        let waits = |entry: &Entry| matches!(entry.stage, Stage::Waits(_));
        list(&mut self.table).iter().any(waits)
    }

    /// Starts those that wait.
    pub(crate) fn start_all(&mut self, running: &mut JoinSet<Finished>) {
        for entry in list(&mut self.table) {
            let Stage::Waits(future) = &mut entry.stage else {
                continue;
            };
            let future = std::mem::replace(future, Box::pin(std::future::pending()));
            let span = tracing::debug_span!("task", name = entry.name.0.as_deref());
            entry.stage = Stage::Runs(running.spawn(future.instrument(span)));
        }
    }

    /// Takes a task that has ended out of the table, and gives its name; `None` where its result counts no more.
    pub(crate) fn finish(&mut self, number: u64) -> Option<String> {
        let table = list(&mut self.table);
        let at = table.iter().position(|entry| entry.number == number)?;
        Some(table.remove(at).name.0.unwrap_or_default())
    }
}

impl Entry {
    fn stop(self) {
        match self.stage {
            Stage::Waits(future) => drop_quietly(future),
            Stage::Runs(task) => task.abort(),
        }
    }
}

fn list(entries: &mut Mutex<Vec<Entry>>) -> &mut Vec<Entry> {
    entries.get_mut().unwrap_or_else(PoisonError::into_inner)
}

/// Drops what a view made; a panic in it harms nobody.
pub(crate) fn drop_quietly<T>(value: T) {
    if catch_unwind(AssertUnwindSafe(|| drop(value))).is_err() {
        tracing::error!("a value of a view panicked when it was dropped");
    }
}
