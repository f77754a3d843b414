//! What a view is: its state, its handlers, its lifecycle.
//!
//! Three traits, which the macros of the facade write: [`Assigns`] (from `#[derive(LiveView)]`), [`Events`] and
//! [`LiveView`] (from `#[live_view]`). Each can be written by hand; the macros hold no logic of their own.

use std::future::{Future, ready};
use std::pin::Pin;

use relive_template::Context;
use serde::de::DeserializeOwned;

use crate::cx::Cx;
pub use crate::disconnect::Disconnect;
use crate::error::{Error, Result};
use crate::event::{ParamError, Params, Payload};
pub use crate::field::{
    ItemsField, NoStream, PlainField, StreamField, StreamStep, TemplateItem, TemplateValue,
};
use crate::hooks::Hooks;
use crate::task::TaskResult;

/// A future that a view's method returned, on the heap.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Where a view's template comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Template {
    /// A template file, by its name below the templates folder.
    Named(&'static str),
    /// The template itself.
    Inline(&'static str),
}

/// A view's state, as its template sees it. Written by `#[derive(LiveView)]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no template: it is not the state of a live view",
    label = "`#[derive(LiveView)]` is missing",
    note = "write `#[derive(LiveView)]` and `#[live_view(template_name = \"….html\")]` on the struct"
)]
pub trait Assigns {
    /// The view's name in messages: that of its type.
    const NAME: &'static str;
    /// The view's template.
    const TEMPLATE: Template;
    /// The names of the public fields.
    const FIELDS: &'static [&'static str];
    /// The folder of the package that the view stands in, when it was compiled.
    const PACKAGE_DIR: &'static str;
    /// Whether some fields are temporary: each of their values is rendered before the next call.
    const TEMPORARY: bool = false;
    /// Whether a handler that returns an error leaves the state as it was: `#[live_view(transactional)]`.
    const TRANSACTIONAL: bool = false;
    /// Whether [`Views::of`](crate::Views::of) finds the view: `#[live_view(use_actors)]`.
    const ACTOR: bool = false;

    /// The public fields, and whether each is a stream.
    const STREAMS: &'static [(&'static str, bool)] = &[];

    /// The view's own hooks, which run after those of the scopes around its route.
    fn on_mount() -> Hooks {
        Hooks::default()
    }

    /// Puts the public fields into the context, one by one.
    fn assigns(&self, context: &mut Context);

    /// The public field of this name, where it is a stream.
    fn stream(&mut self, name: &str) -> Option<&mut dyn StreamField> {
        let _ = name;
        None
    }

    /// Gives temporary fields their default again, after a render.
    fn reset_temporary(&mut self) {}

    /// A copy of the state, to go back to after a panic; `None` where it is not `Clone`.
    fn snapshot(&self) -> Option<Self>
    where
        Self: Sized,
    {
        None
    }
}

/// A view's event handlers. Written by `#[live_view]`.
pub trait Events: Sized {
    /// The names of the handlers: the only ones that a page can call.
    const EVENTS: &'static [&'static str];

    /// Calls the handler `name` with parameters from the page.
    fn dispatch<'a>(
        &'a mut self,
        cx: &'a mut Cx<Self>,
        name: &'a str,
        params: Params,
    ) -> Dispatch<'a>;
}

/// What became of an event.
pub enum Dispatch<'a> {
    /// The view has no handler of this name.
    Unknown,
    /// The parameters do not fit; the handler did not run.
    Rejected(ParamError),
    /// A synchronous handler ran.
    Done(Result),
    /// An asynchronous handler, to be awaited.
    Pending(BoxFuture<'a, Result>),
}

/// A reactive view: a plain struct whose fields are its state.
///
/// `#[live_view] impl` moves the lifecycle methods that it finds into an implementation of this trait and supplies
/// the associated types: [`PathValues`](crate::event::PathValues) and [`QueryValues`](crate::event::QueryValues), which it reads
/// into what the methods take, so that those types may be private.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a live view",
    note = "write `#[derive(LiveView)]` on the struct and `#[live_view]` on an `impl` with `mount`"
)]
pub trait LiveView: Assigns + Events + Send + 'static {
    /// The typed values of the URL pattern: `()`, one value, a tuple, or a struct with a field for each.
    type Path: DeserializeOwned + Send;
    /// The typed query that [`handle_params`](Self::handle_params) takes; `()` where it is of no interest.
    type Query: DeserializeOwned + Send;
    /// Whether [`get_context_data`](Self::get_context_data) adds variables that the fields do not tell.
    const ADDS_CONTEXT: bool;

    /// Makes the view with all its state. Runs once for a page load.
    fn mount(cx: &mut Cx<Self>, path: Self::Path) -> impl Future<Output = Result<Self>> + Send;

    /// Runs after `mount`, and on every change of the URL within this view.
    fn handle_params(
        &mut self,
        cx: &mut Cx<Self>,
        query: Self::Query,
    ) -> impl Future<Output = Result> + Send {
        let _ = (cx, query);
        ready(Ok(()))
    }

    /// Takes a message from the server's side.
    fn handle_info(
        &mut self,
        cx: &mut Cx<Self>,
        event: &str,
        data: Payload,
    ) -> impl Future<Output = Result> + Send {
        let _ = (cx, data);
        tracing::debug!(
            view = Self::NAME,
            event,
            "a message came, but the view has no handle_info"
        );
        ready(Ok(()))
    }

    /// Runs when a task of [`Cx::start_async`] and its kin has ended, after the task's own callback. A task without a name has an
    /// empty one; one that was cancelled or replaced has no end.
    fn handle_async_result(
        &mut self,
        cx: &mut Cx<Self>,
        name: &str,
        result: TaskResult,
    ) -> impl Future<Output = Result> + Send {
        let _ = cx;
        if result.is_ok_and(|output| output.is_here()) {
            tracing::warn!(
                view = Self::NAME,
                name,
                "a task gave a result, but the view has no handle_async_result"
            );
        }
        ready(Ok(()))
    }

    /// Adds to the template's context; called before every render.
    fn get_context_data(&self, context: &mut Context) -> Result {
        let _ = context;
        Ok(())
    }

    /// Runs once, when the session ends. (A view that was mounted for a page which nobody can join, for a HEAD request or a
    /// prefetch, had no session.)
    fn disconnect(&mut self, reason: Disconnect) -> impl Future<Output = ()> + Send {
        let _ = reason;
        ready(())
    }
}

/// What a handler may return: nothing, or a [`Result`].
pub trait HandlerOutput {
    /// As a result.
    fn into_result(self) -> Result;
}

impl HandlerOutput for () {
    fn into_result(self) -> Result {
        Ok(())
    }
}

impl<E: Into<Error>> HandlerOutput for Result<(), E> {
    fn into_result(self) -> Result {
        self.map_err(Into::into)
    }
}
