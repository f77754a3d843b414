//! What the macros' code names. Each helper exists so that a mistake is told in the user's words, at the user's line.

pub use relive_runtime::event::{FromPayload, Params, PathValues, Payload, QueryValues, Reader};
pub use relive_runtime::view::{
    Assigns, Disconnect, Dispatch, Events, HandlerOutput, ItemsField, LiveView, NoStream,
    PlainField, StreamField, Template,
};
pub use relive_runtime::{
    BoxFuture, Context, Cx, Error, HookCx, Hooks, Next, OnMount, Result, TaskResult,
};

use relive_runtime::event::Unfit;
use serde::de::DeserializeOwned;

/// A handler's parameter, taken by name.
pub fn take<T: Parameter>(reader: &mut Reader, name: &'static str) -> Option<T> {
    reader.take(name)
}

/// A handler's parameter that has a default.
pub fn take_or<T: Parameter>(
    reader: &mut Reader,
    name: &'static str,
    default: impl FnOnce() -> T,
) -> Option<T> {
    reader.take_or(name, default)
}

/// All parameters that no other one takes.
pub fn payload<T: FromPayload>(reader: &mut Reader) -> Option<T> {
    T::from_payload(reader)
}

/// What an event handler's parameter can be.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a parameter of an event handler: it does not implement `Deserialize`",
    label = "a page's values cannot be made into this",
    note = "derive `serde::Deserialize` for `{Self}`, or for the type inside it"
)]
pub trait Parameter: DeserializeOwned {}

#[diagnostic::do_not_recommend]
impl<T: DeserializeOwned> Parameter for T {}

/// The values of the URL that `mount` takes. Their type may be private to the view, so the view's trait does not name it.
pub fn path<T: UrlValue>(values: &PathValues) -> Result<T> {
    Ok(values.deserialize().map_err(Unfit)?)
}

/// The query that `handle_params` takes; see [`path`].
pub fn query<T: UrlValue>(values: &QueryValues) -> Result<T> {
    Ok(values.deserialize().map_err(Unfit)?)
}

/// What `mount` and `handle_params` can take of the URL.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be taken from a URL: it does not implement `Deserialize`",
    label = "the values of a URL cannot be made into this",
    note = "derive `serde::Deserialize` for `{Self}`, or for the type inside it"
)]
pub trait UrlValue: DeserializeOwned {}

#[diagnostic::do_not_recommend]
impl<T: DeserializeOwned> UrlValue for T {}

/// What a handler returned, as a result.
pub fn finished<T: Finished>(output: T) -> Result {
    output.into_result()
}

/// What a view's methods can return.
#[diagnostic::on_unimplemented(
    message = "a view's method cannot return `{Self}`",
    label = "neither nothing nor a `Result<(), E>`",
    note = "what the page shows is state: put the value into a field",
    note = "the error of a `Result` is any type that `relive::Error` can be made from"
)]
pub trait Finished: HandlerOutput {}

#[diagnostic::do_not_recommend]
impl<T: HandlerOutput> Finished for T {}

/// What `mount` returned, as a result.
pub fn mounted<V, T: Mounted<V>>(output: T) -> Result<V> {
    output.mounted()
}

/// What `mount` can return.
#[diagnostic::on_unimplemented(
    message = "`mount` cannot return `{Self}`",
    label = "neither the view nor a `Result` with it",
    note = "`mount` makes the view: it returns `Self` or `Result<Self>`"
)]
pub trait Mounted<V> {
    /// As a result.
    fn mounted(self) -> Result<V>;
}

impl<V> Mounted<V> for V {
    fn mounted(self) -> Result<V> {
        Ok(self)
    }
}

impl<V, E: Into<Error>> Mounted<V> for std::result::Result<V, E> {
    fn mounted(self) -> Result<V> {
        self.map_err(Into::into)
    }
}

/// What a hook returned, as a result.
pub fn hooked<T: Hooked>(output: T) -> Result<Next> {
    output.hooked()
}

/// What a hook can return.
#[diagnostic::on_unimplemented(
    message = "a hook cannot return `{Self}`",
    label = "neither a `Next` nor a `Result<Next>`",
    note = "a hook says how it goes on: `Ok(Next::Continue)` or `Ok(Next::redirect(\"/log-in/\"))`"
)]
pub trait Hooked {
    /// As a result.
    fn hooked(self) -> Result<Next>;
}

impl Hooked for Next {
    fn hooked(self) -> Result<Next> {
        Ok(self)
    }
}

impl<E: Into<Error>> Hooked for std::result::Result<Next, E> {
    fn hooked(self) -> Result<Next> {
        self.map_err(Into::into)
    }
}

/// A copy of a transactional view.
pub fn copy<T: Restorable>(view: &T) -> T {
    view.clone()
}

/// What a transactional view has to be.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be transactional: it is not `Clone`",
    label = "its state could not be put back",
    note = "derive `Clone` for `{Self}`"
)]
pub trait Restorable: Clone {}

#[diagnostic::do_not_recommend]
impl<T: Clone> Restorable for T {}

/// A view, of which there is a copy where it is `Clone`: of the two traits below the compiler takes the first that fits.
pub struct Snapshot<'a, T>(pub &'a T);

/// For views that are `Clone`.
pub trait CopyOrNothing<T> {
    /// The copy.
    fn snapshot(&self) -> Option<T>;
}

impl<T: Clone> CopyOrNothing<T> for Snapshot<'_, T> {
    fn snapshot(&self) -> Option<T> {
        Some(self.0.clone())
    }
}

/// For all others.
pub trait NothingToCopy<T> {
    /// No copy.
    fn snapshot(&self) -> Option<T>;
}

impl<T> NothingToCopy<T> for &Snapshot<'_, T> {
    fn snapshot(&self) -> Option<T> {
        None
    }
}

pub use crate::run::run;
