//! How hooks are run.

use std::any::Any;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use futures_util::FutureExt;
use http::Method;

use super::{Halt, Hook, HookCx, Next};
use crate::auth::Caller;
use crate::cx::{AppContext, CxCore};
use crate::error::Error;
use crate::event::PathValues;
use crate::gate::{is_own_url, is_web_url};

/// What hooks run for.
pub(crate) struct Subject<'a> {
    pub(crate) app: &'a AppContext,
    pub(crate) route: &'a str,
    /// The view, or the handler's method.
    pub(crate) view: &'static str,
    pub(crate) url: &'a str,
    pub(crate) method: &'a Method,
    pub(crate) path_values: &'a PathValues,
    pub(crate) connected: bool,
}

/// Authenticates, then runs hooks in their order until one halts. `Some`: the view or handler is not to be entered.
///
/// # Errors
///
/// The user could not be looked for, or a hook failed or panicked.
pub(crate) async fn run(
    hooks: &Arc<[Hook]>,
    subject: &Subject<'_>,
    caller: &mut Caller,
    values: &mut http::Extensions,
    mut view: Option<&mut (dyn Any + Send)>,
) -> Result<Option<Halt>, Error> {
    caller.authenticate(subject.app.users.as_deref()).await?;
    for Hook { hook, set } in hooks.iter() {
        let mut cx = HookCx {
            subject,
            caller,
            values,
            view: view.as_deref_mut(),
        };
        // A hook that is not asynchronous panics before it is awaited.
        let called = AssertUnwindSafe(async { hook.on_mount(&mut cx).await }).catch_unwind();
        let name = hook.name();
        match called.await {
            Ok(Ok(Next::Continue)) => {}
            Ok(Ok(Next::Redirect(halt))) => {
                check(&name, &halt, subject)?;
                tracing::info!(
                    hook = name,
                    set = set.as_deref(),
                    view = subject.view,
                    target = halt.to,
                    "a hook halted the mount"
                );
                return Ok(Some(halt));
            }
            Ok(Err(error)) => return Err(Error::msg(format_args!("hook `{name}`: {error}"))),
            Err(_) => return Err(Error::msg(format_args!("hook `{name}` panicked"))),
        }
    }
    Ok(None)
}

/// Whether a hook's redirect may be followed.
fn check(hook: &str, halt: &Halt, subject: &Subject<'_>) -> Result<(), Error> {
    let to = &halt.to;
    let shown = to.escape_debug();
    if halt.external {
        if !is_web_url(to) {
            return Err(Error::msg(format_args!(
                "hook `{hook}`: an external redirect needs an address with `https://` or `http://`, not \"{shown}\""
            )));
        }
    } else if !is_own_url(to) {
        return Err(Error::msg(format_args!(
            "hook `{hook}`: a redirect needs a path of this site, such as `/log-in/`, not \"{shown}\" \
             (`Next::external` leads elsewhere)"
        )));
    } else if to == subject.url && !subject.connected && subject.method == Method::GET {
        return Err(Error::msg(format_args!(
            "hook `{hook}` sends \"{shown}\" to itself: browsers would go round in a circle"
        )));
    }
    Ok(())
}

impl CxCore {
    /// Runs the hooks of a view.
    pub(crate) async fn run_hooks(
        &mut self,
        view_name: &'static str,
        view: Option<&mut (dyn Any + Send)>,
    ) -> Result<Option<Halt>, Error> {
        let subject = Subject {
            app: &self.app,
            route: &self.route,
            view: view_name,
            url: &self.url,
            method: &Method::GET,
            path_values: &self.path_values,
            connected: self.connected,
        };
        run(
            &self.hooks,
            &subject,
            &mut self.caller,
            &mut self.values,
            view,
        )
        .await
    }
}
