//! Views without their type: what a session and a route hold.

use std::any::{Any, TypeId};
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use futures_util::FutureExt;
use relive_template::Context;

use crate::address::query_of;
use crate::cx::{Cx, CxCore};
use crate::error::{Error, Result};
use crate::event::{ParamError, Params, PathValues, Payload, Unfit, from_query};
use crate::field::StreamField;
use crate::hooks::{Halt, Hook, Hooks};
use crate::snapshot::{Back, Snapshots};
use crate::task::{Completion, Finished};
use crate::view::{Assigns, BoxFuture, Disconnect, Dispatch, Events, LiveView, Template};

/// Why a call of a view came to nothing.
#[derive(Debug)]
pub(crate) enum Failure {
    /// There is no such handler.
    Unknown(String),
    /// The parameters do not fit.
    Rejected(ParamError),
    /// The values of the URL do not fit the view's types: the visitor's mistake.
    Address(ParamError),
    /// The view returned an error.
    Failed(Error),
    /// The view panicked.
    Panicked,
    /// A hook sent the page elsewhere.
    Halted(Halt),
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Failure::Unknown(message) => f.write_str(message),
            Failure::Rejected(error) | Failure::Address(error) => error.fmt(f),
            Failure::Failed(error) => error.fmt(f),
            Failure::Panicked => f.write_str("the view panicked"),
            Failure::Halted(halt) => write!(f, "a hook sent the page to {}", halt.to),
        }
    }
}

/// A call that is done, or has to be awaited.
pub(crate) enum Step<'a> {
    Ready(Result<(), Failure>),
    Pending(BoxFuture<'a, Result<(), Failure>>),
}

/// A view with its context, whatever its type.
pub(crate) trait ErasedView: Send {
    fn cx(&mut self) -> &mut CxCore;
    fn event<'a>(&'a mut self, name: &'a str, params: Params) -> Step<'a>;
    fn params<'a>(&'a mut self, query: &'a str) -> Step<'a>;
    fn info<'a>(&'a mut self, event: &'a str, data: Payload) -> Step<'a>;
    /// A task of this name has ended.
    fn task<'a>(&'a mut self, name: &'a str, finished: Finished) -> Step<'a>;
    /// Whether the view has a handler of this name.
    fn handles(&self, event: &str) -> bool;
    fn transactional(&self) -> bool;
    /// A call begins, perhaps a visit, which [`restore`](Self::restore) can take back.
    fn save(&mut self, visit: bool);
    /// What the call did stays.
    fn keep(&mut self);
    /// Takes back what the call did. Says whether that includes the state.
    fn restore(&mut self) -> bool;
    /// The page was sent the state as it is.
    fn seen(&mut self);
    /// Takes back what no page has seen.
    fn restore_seen(&mut self) -> Back;
    /// The hooks of a view that is there: its page comes back, or rights have changed.
    fn check<'a>(&'a mut self) -> Step<'a>;
    /// The hooks, `mount` and `handle_params` once more.
    fn remount(&mut self) -> BoxFuture<'_, Result<(), Failure>>;
    fn context(&self, context: &mut Context) -> Result;
    fn reset_temporary(&mut self);
    /// The field of this name, where it is a stream.
    fn stream(&mut self, name: &str) -> Option<&mut dyn StreamField>;
    fn disconnect(&mut self, reason: Disconnect) -> BoxFuture<'_, ()>;
}

/// A view's type, as the router knows it.
#[derive(Clone)]
pub(crate) struct Route {
    pub(crate) view: &'static str,
    /// The view's type with its path: two modules may have a view of the same name.
    type_name: &'static str,
    pub(crate) template: Template,
    pub(crate) package_dir: &'static str,
    pub(crate) fields: &'static [&'static str],
    /// The public fields, and whether each is a stream.
    pub(crate) streams: &'static [(&'static str, bool)],
    pub(crate) adds_context: bool,
    pub(crate) temporary: bool,
    pub(crate) events: &'static [&'static str],
    pub(crate) mount: Mount,
    /// The view's own hooks.
    pub(crate) on_mount: fn() -> Hooks,
    /// Those of the scopes around it, then its own. Known once the route is in the table.
    pub(crate) hooks: Arc<[Hook]>,
    /// The scopes around it, as a text that is the same for routes of the same scope.
    pub(crate) scope: String,
}

type Mount = fn(CxCore) -> BoxFuture<'static, Result<Box<dyn ErasedView>, Failure>>;

impl Route {
    pub(crate) fn of<V: LiveView>() -> Self {
        Route {
            view: V::NAME,
            type_name: std::any::type_name::<V>(),
            template: V::TEMPLATE,
            package_dir: V::PACKAGE_DIR,
            fields: V::FIELDS,
            streams: V::STREAMS,
            adds_context: V::ADDS_CONTEXT,
            temporary: V::TEMPORARY,
            events: V::EVENTS,
            mount: |core| Box::pin(mount::<V>(core)),
            on_mount: V::on_mount,
            hooks: Arc::default(),
            scope: String::new(),
        }
    }

    /// The template's name in the engine.
    pub(crate) fn template_name(&self) -> String {
        match self.template {
            Template::Named(name) => name.to_owned(),
            Template::Inline(_) => format!("(inline template of {})", self.type_name),
        }
    }
}

async fn mount<V: LiveView>(mut core: CxCore) -> Result<Box<dyn ErasedView>, Failure> {
    hooks(&mut core, V::NAME, None).await?;
    let mut cx = Cx::new(core);
    if V::ACTOR {
        cx.core.become_actor(TypeId::of::<V>());
    }
    let view = mount_view::<V>(&mut cx).await?;
    Ok(Box::new(TypedView {
        view,
        cx,
        snapshots: Snapshots::new(),
    }))
}

/// Runs a view's hooks. One that sends the page elsewhere is a failure: the view is not to be entered.
async fn hooks(
    core: &mut CxCore,
    name: &'static str,
    view: Option<&mut (dyn Any + Send)>,
) -> Result<(), Failure> {
    match core.run_hooks(name, view).await {
        Ok(None) => Ok(()),
        Ok(Some(halt)) => Err(Failure::Halted(halt)),
        Err(error) => Err(Failure::Failed(error)),
    }
}

async fn mount_view<V: LiveView>(cx: &mut Cx<V>) -> Result<V, Failure> {
    let path = path::<V>(&cx.core.path_values)?;
    // In blocks of their own: those that are not asynchronous run, and may panic, before there is a future.
    let mounted = catch(async { V::mount(cx, path).await }).await;
    let mut view = mounted.map_err(visited::<V>)?;
    params_now(&mut view, cx).await?;
    match cx.core.tasks.take_refused() {
        Some(refused) => Err(Failure::Failed(refused)),
        None => Ok(view),
    }
}

/// `handle_params`, and again for each `live_patch` in it.
async fn params_now<V: LiveView>(view: &mut V, cx: &mut Cx<V>) -> Result<(), Failure> {
    for _ in 0..MAX_PATCHES {
        let query = query::<V>(query_of(&cx.core.url))?;
        let called = catch(async { view.handle_params(cx, query).await }).await;
        called.map_err(visited::<V>)?;
        match cx.core.effects.take_patched() {
            // `live_patch` takes addresses of the view's route only.
            Some(url) => {
                cx.core.visit(&url);
            }
            None => return Ok(()),
        }
    }
    Err(Failure::Failed(too_many_patches(V::NAME)))
}

/// How often `handle_params` may change the address again.
pub(crate) const MAX_PATCHES: usize = 8;

pub(crate) fn too_many_patches(view: &str) -> Error {
    Error::msg(format_args!(
        "view `{view}`: handle_params changed the address {MAX_PATCHES} times in a row"
    ))
}

fn path<V: LiveView>(values: &PathValues) -> Result<V::Path, Failure> {
    values.deserialize().map_err(address::<V>)
}

fn query<V: LiveView>(query: &str) -> Result<V::Query, Failure> {
    from_query(query).map_err(address::<V>)
}

/// Values of the URL that do not fit: the visitor's mistake, or the view's where none could.
fn address<V: Assigns>(error: ParamError) -> Failure {
    if error.fits_no_query() {
        return Failure::Failed(Error::msg(format_args!(
            "view `{}`: what `handle_params` takes is no query, which is a struct with a field for each parameter, \
             or a map: {error}",
            V::NAME
        )));
    }
    Failure::Address(error)
}

/// How a call with values of the URL has failed: they may not have fitted the type that only the view knows.
fn visited<V: Assigns>(failure: Failure) -> Failure {
    match &failure {
        Failure::Failed(error) => match error.downcast_ref::<Unfit>() {
            Some(Unfit(error)) => address::<V>(error.clone()),
            None => failure,
        },
        _ => failure,
    }
}

/// A view's future; a panic in it is a failure.
async fn catch<T>(future: impl Future<Output = Result<T>>) -> Result<T, Failure> {
    match AssertUnwindSafe(future).catch_unwind().await {
        Ok(result) => result.map_err(Failure::Failed),
        Err(_) => Err(Failure::Panicked),
    }
}

/// Runs code of the view's that is no call of it; a panic in it changes nothing.
fn quietly<V: Assigns>(what: &str, run: impl FnOnce()) {
    if catch_unwind(AssertUnwindSafe(run)).is_err() {
        tracing::error!(view = V::NAME, what, "a view panicked");
    }
}

struct TypedView<V> {
    view: V,
    cx: Cx<V>,
    snapshots: Snapshots<V>,
}

impl<V: LiveView> ErasedView for TypedView<V> {
    fn cx(&mut self) -> &mut CxCore {
        &mut self.cx.core
    }

    fn event<'a>(&'a mut self, name: &'a str, params: Params) -> Step<'a> {
        let TypedView { view, cx, .. } = self;
        // A synchronous handler runs in here.
        let dispatched = catch_unwind(AssertUnwindSafe(|| view.dispatch(cx, name, params)));
        match dispatched {
            Ok(Dispatch::Unknown) => Step::Ready(Err(Failure::Unknown(unknown::<V>(name)))),
            Ok(Dispatch::Rejected(error)) => Step::Ready(Err(Failure::Rejected(error))),
            Ok(Dispatch::Done(result)) => Step::Ready(result.map_err(Failure::Failed)),
            Ok(Dispatch::Pending(future)) => Step::Pending(Box::pin(catch(future))),
            Err(_) => Step::Ready(Err(Failure::Panicked)),
        }
    }

    fn params<'a>(&'a mut self, query: &'a str) -> Step<'a> {
        match self::query::<V>(query) {
            Ok(query) => {
                let TypedView { view, cx, .. } = self;
                let called = catch(async move { view.handle_params(cx, query).await });
                Step::Pending(Box::pin(called.map(|done| done.map_err(visited::<V>))))
            }
            Err(failure) => Step::Ready(Err(failure)),
        }
    }

    fn info<'a>(&'a mut self, event: &'a str, data: Payload) -> Step<'a> {
        let TypedView { view, cx, .. } = self;
        let called = async move { view.handle_info(cx, event, data).await };
        Step::Pending(Box::pin(catch(called)))
    }

    fn task<'a>(&'a mut self, name: &'a str, finished: Finished) -> Step<'a> {
        let TypedView { view, cx, .. } = self;
        Step::Pending(Box::pin(catch(async move {
            let completion = finished.completion.downcast::<Completion<V>>();
            // Only this view's context makes tasks of this session.
            let Ok(completion) = completion else {
                return Err(Error::msg("the task is one of another view"));
            };
            let (done, result) = completion(view, cx);
            let handled = view.handle_async_result(cx, name, result).await;
            done.and(handled)
        })))
    }

    fn handles(&self, event: &str) -> bool {
        V::EVENTS.contains(&event)
    }

    fn transactional(&self) -> bool {
        V::TRANSACTIONAL
    }

    fn save(&mut self, visit: bool) {
        self.snapshots.save(&self.view, &mut self.cx.core, visit);
    }

    fn keep(&mut self) {
        self.snapshots.keep(&mut self.cx.core);
    }

    fn restore(&mut self) -> bool {
        self.snapshots.restore(&mut self.view, &mut self.cx.core)
    }

    fn seen(&mut self) {
        self.snapshots.seen();
    }

    fn restore_seen(&mut self) -> Back {
        self.snapshots
            .restore_seen(&mut self.view, &mut self.cx.core)
    }

    fn check<'a>(&'a mut self) -> Step<'a> {
        let TypedView { view, cx, .. } = self;
        Step::Pending(Box::pin(hooks(&mut cx.core, V::NAME, Some(view))))
    }

    fn remount(&mut self) -> BoxFuture<'_, Result<(), Failure>> {
        self.cx.core.reset();
        self.snapshots.seen();
        Box::pin(async move {
            hooks(&mut self.cx.core, V::NAME, None).await?;
            let fresh = mount_view(&mut self.cx).await?;
            let old = std::mem::replace(&mut self.view, fresh);
            quietly::<V>("dropping the old view", || drop(old));
            Ok(())
        })
    }

    fn context(&self, context: &mut Context) -> Result {
        self.view.assigns(context);
        self.view.get_context_data(context)
    }

    fn reset_temporary(&mut self) {
        quietly::<V>("resetting temporary fields", || self.view.reset_temporary());
    }

    fn stream(&mut self, name: &str) -> Option<&mut dyn StreamField> {
        self.view.stream(name)
    }

    fn disconnect(&mut self, reason: Disconnect) -> BoxFuture<'_, ()> {
        Box::pin(self.view.disconnect(reason))
    }
}

fn unknown<V: Assigns + Events>(name: &str) -> String {
    let mut message = format!("view `{}` has no handler `{}`", V::NAME, shorten(name));
    match V::EVENTS {
        [] => message.push_str("; it has none at all"),
        events => {
            message.push_str("; it has ");
            message.push_str(
                &events
                    .iter()
                    .map(|name| format!("`{name}`"))
                    .collect::<Vec<_>>()
                    .join(", "),
            );
        }
    }
    message
}

/// Text from the network, for a message.
pub(crate) fn shorten(text: &str) -> String {
    let mut short: String = text.chars().take(60).flat_map(char::escape_debug).collect();
    if text.chars().nth(60).is_some() {
        short.push('…');
    }
    short
}
