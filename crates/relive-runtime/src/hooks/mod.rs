//! Hooks: functions that run before `mount`, for many views at once.
//!
//! | File | Subject |
//! | --- | --- |
//! | `cx` | [`HookCx`]: what a hook has at hand |
//! | `run` | how they are run |
//!
//! **Invariant:** whatever leads into a view or a handler runs its hooks first: HTTP, a join, a resume, a redirect over the
//! connection. A hook that fails lets nobody in.

mod cx;
pub(crate) mod run;

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use crate::auth::hop::LoginChange;
use crate::effects::Level;
use crate::error::Result;
use crate::view::BoxFuture;

pub use cx::HookCx;

/// A function that runs before `mount`, after authentication: on every mount, and whenever a page comes back to its
/// session after a lost connection.
///
/// `#[on_mount]` writes this for a function. By hand, it is for hooks that have parameters:
///
/// ```
/// use relive_runtime::{BoxFuture, HookCx, Next, OnMount, Result};
///
/// struct Language(&'static str);
///
/// impl OnMount for Language {
///     fn name(&self) -> String {
///         format!("language({})", self.0)
///     }
///
///     fn on_mount<'a>(&'a self, cx: &'a mut HookCx<'_>) -> BoxFuture<'a, Result<Next>> {
///         let language = cx.cookie("language").unwrap_or_else(|| self.0.to_owned());
///         cx.put(language);
///         Box::pin(async { Ok(Next::Continue) })
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no hook",
    label = "neither a hook nor a set of hooks",
    note = "write `#[on_mount]` above the function: `async fn hook(cx: &mut HookCx<'_>) -> Result<Next>`"
)]
pub trait OnMount: Send + Sync + 'static {
    /// What it is called in log lines and errors. Of two hooks with one name, only the first is run.
    fn name(&self) -> String;

    /// Looks at the request, hands values on with [`HookCx::put`], and says how it goes on.
    fn on_mount<'a>(&'a self, cx: &'a mut HookCx<'_>) -> BoxFuture<'a, Result<Next>>;

    /// Whether it makes sense only where the application has users; without them it does not start then.
    fn needs_users(&self) -> bool {
        false
    }
}

/// How it goes on after a hook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next {
    /// The next hook runs, then `mount`.
    Continue,
    /// Nothing else runs; the browser goes elsewhere.
    Redirect(Halt),
}

/// Where a hook sends the browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Halt {
    pub(crate) to: String,
    pub(crate) external: bool,
    pub(crate) flash: Vec<(String, String)>,
    /// Who is logged in from now on: where it is a view that leads elsewhere while it is mounted.
    pub(crate) login: Option<LoginChange>,
}

impl Next {
    /// To another page of the application: a path, with a query or without.
    pub fn redirect(to: impl Into<String>) -> Self {
        Next::to(to.into(), false)
    }

    /// To another site: an address that begins with `https://` or `http://`.
    pub fn external(to: impl Into<String>) -> Self {
        Next::to(to.into(), true)
    }

    fn to(to: String, external: bool) -> Self {
        Next::Redirect(Halt {
            to,
            external,
            flash: Vec::new(),
            login: None,
        })
    }

    /// Shows a message on the page that the redirect leads to.
    #[must_use]
    pub fn put_flash(mut self, level: impl Into<Level>, message: impl Into<String>) -> Self {
        if let Next::Redirect(halt) = &mut self {
            let level = level.into().as_str().to_owned();
            halt.flash.push((level, message.into()));
        }
        self
    }
}

/// A set of hooks, in the order in which they run.
///
/// ```
/// # use relive_runtime::{App, Hooks, auth::{login_required, permission_required}};
/// let signed_in = Hooks::named("signed in").hook(login_required("/log-in/"));
/// let staff = Hooks::named("staff").include(signed_in).hook(permission_required("staff", "/"));
/// let app = App::new(()).on_mount(staff);
/// ```
#[derive(Clone, Default)]
pub struct Hooks {
    name: Option<Cow<'static, str>>,
    included: Vec<Hook>,
    own: Vec<Hook>,
}

/// A hook, with the set that it came in.
#[derive(Clone)]
pub(crate) struct Hook {
    pub(crate) hook: Arc<dyn OnMount>,
    pub(crate) set: Option<Cow<'static, str>>,
}

impl Hooks {
    /// An empty set without a name.
    pub fn new() -> Self {
        Hooks::default()
    }

    /// An empty set; log lines tell its name with each hook.
    pub fn named(name: impl Into<Cow<'static, str>>) -> Self {
        Hooks {
            name: Some(name.into()),
            ..Hooks::default()
        }
    }

    /// Takes all hooks of another set into this one. They run before its own.
    #[must_use]
    pub fn include(mut self, hooks: impl IntoHooks) -> Self {
        self.included.extend(hooks.into_hooks().into_list());
        self
    }

    /// Adds a hook, which runs after those that are there.
    #[must_use]
    pub fn hook(mut self, hook: impl IntoHooks) -> Self {
        let set = self.name.clone();
        let hooks = hook.into_hooks().into_list().into_iter();
        self.own.extend(hooks.map(|hook| Hook {
            set: hook.set.or_else(|| set.clone()),
            ..hook
        }));
        self
    }

    /// The set's name.
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    fn into_list(mut self) -> Vec<Hook> {
        self.included.append(&mut self.own);
        self.included
    }

    /// All hooks in the order in which they run, each once.
    pub(crate) fn resolve(sets: impl IntoIterator<Item = Hooks>) -> Arc<[Hook]> {
        let mut seen = std::collections::HashSet::new();
        let all = sets.into_iter().flat_map(Hooks::into_list);
        all.filter(|hook| seen.insert(hook.hook.name())).collect()
    }
}

impl fmt::Debug for Hooks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hooks = self.included.iter().chain(&self.own);
        f.debug_struct("Hooks")
            .field("name", &self.name)
            .field(
                "hooks",
                &hooks.map(|hook| hook.hook.name()).collect::<Vec<_>>(),
            )
            .finish()
    }
}

/// A hook, or a set of hooks.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no hook",
    label = "neither a hook nor a set of hooks",
    note = "write `#[on_mount]` above the function: `async fn hook(cx: &mut HookCx<'_>) -> Result<Next>`"
)]
pub trait IntoHooks {
    /// As a set.
    fn into_hooks(self) -> Hooks;
}

impl IntoHooks for Hooks {
    fn into_hooks(self) -> Hooks {
        self
    }
}

#[diagnostic::do_not_recommend]
impl<H: OnMount> IntoHooks for H {
    fn into_hooks(self) -> Hooks {
        Hooks {
            own: vec![Hook {
                hook: Arc::new(self),
                set: None,
            }],
            ..Hooks::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Named(&'static str);

    impl OnMount for Named {
        fn name(&self) -> String {
            self.0.to_owned()
        }

        fn on_mount<'a>(&'a self, _: &'a mut HookCx<'_>) -> BoxFuture<'a, Result<Next>> {
            Box::pin(async { Ok(Next::Continue) })
        }
    }

    fn names(sets: impl IntoIterator<Item = Hooks>) -> Vec<String> {
        let hooks = Hooks::resolve(sets);
        hooks.iter().map(|hook| hook.hook.name()).collect()
    }

    #[test]
    fn included_sets_run_first_and_each_hook_once_at_its_first_place() {
        let base = Hooks::named("base").hook(Named("a")).hook(Named("b"));
        let staff = Hooks::named("staff").hook(Named("c")).include(base.clone());
        assert_eq!(names([staff.clone()]), ["a", "b", "c"]);
        let view = Hooks::new().hook(Named("d")).hook(Named("b"));
        assert_eq!(names([base, staff, view]), ["a", "b", "c", "d"]);
        assert!(names([]).is_empty());
    }

    #[test]
    fn a_hook_knows_the_set_that_it_came_in() {
        let inner = Hooks::named("inner").hook(Named("a"));
        let outer = Hooks::named("outer").hook(inner).hook(Named("b"));
        let sets: Vec<_> = Hooks::resolve([outer])
            .iter()
            .map(|hook| hook.set.clone().unwrap())
            .collect();
        assert_eq!(sets, ["inner", "outer"]);
    }
}
