//! Scopes: routes that have a prefix and hooks in common.

use std::sync::Arc;

use http::Method;

use crate::erased::Route;
use crate::handler::{Handler, MethodHandler};
use crate::hooks::{Hooks, IntoHooks};
use crate::router::Router;
use crate::target::Target;
use crate::view::LiveView;

/// Routes that have a prefix and hooks in common: what [`App::scope`](crate::App::scope) gives to its closure.
#[derive(Default)]
#[must_use = "the closure of a scope returns it"]
pub struct Scope {
    prefix: String,
    hooks: Vec<Hooks>,
    entries: Vec<Entry>,
    problems: Vec<String>,
    /// How many scopes stand in this one.
    inner: usize,
}

/// A route that was registered; prefix and hooks of the scopes around it are added as these are closed.
struct Entry {
    pattern: String,
    name: String,
    what: What,
    /// Outermost first.
    hooks: Vec<Hooks>,
    /// The numbers of the scopes around it, outermost first: what tells scopes apart.
    scope: String,
}

enum What {
    Live(Route),
    Handler(Method, Arc<dyn Handler>),
}

macro_rules! methods {
    ($($(#[$meta:meta])* $name:ident $method:ident)*) => {$(
        $(#[$meta])*
        pub fn $name(self, pattern: &str, name: &str, handler: impl Handler) -> Self {
            self.handler(Method::$method, pattern, name, handler)
        }
    )*};
}

impl Scope {
    /// Adds hooks, or a set of them, which run before everything in this scope, after those of the scopes around it.
    pub fn on_mount(mut self, hooks: impl IntoHooks) -> Self {
        self.hooks.push(hooks.into_hooks());
        self
    }

    /// Adds a view, under a pattern that begins after the scope's prefix.
    pub fn live<V: LiveView>(self, pattern: &str, name: &str) -> Self {
        self.entry(pattern, name, What::Live(Route::of::<V>()))
    }

    methods! {
        /// Adds a handler of GET and HEAD requests.
        get GET
        /// Adds a handler of POST requests.
        post POST
        /// Adds a handler of PUT requests.
        put PUT
        /// Adds a handler of PATCH requests.
        patch PATCH
        /// Adds a handler of DELETE requests.
        delete DELETE
    }

    /// A scope inside of this one.
    pub fn scope(mut self, prefix: &str, routes: impl FnOnce(Scope) -> Scope) -> Self {
        let inner = routes(Scope::new(prefix));
        self.take(inner);
        self
    }

    fn new(prefix: &str) -> Self {
        let mut scope = Scope {
            prefix: prefix.trim_end_matches('/').to_owned(),
            ..Scope::default()
        };
        if !prefix.starts_with('/') {
            scope.problems.push(format!(
                "scope `{}`: its prefix does not begin with `/`",
                prefix.escape_debug()
            ));
        }
        scope
    }

    fn handler(self, method: Method, pattern: &str, name: &str, handler: impl Handler) -> Self {
        self.entry(pattern, name, What::Handler(method, Arc::new(handler)))
    }

    fn entry(mut self, pattern: &str, name: &str, what: What) -> Self {
        self.entries.push(Entry {
            pattern: pattern.to_owned(),
            name: name.to_owned(),
            what,
            hooks: Vec::new(),
            scope: String::new(),
        });
        self
    }

    /// Takes over the routes of a scope inside of this one, with its prefix and hooks.
    fn take(&mut self, inner: Scope) {
        let Scope {
            prefix,
            hooks,
            entries,
            problems,
            ..
        } = inner;
        self.problems.extend(problems);
        self.inner += 1;
        for mut entry in entries {
            if entry.pattern.starts_with('/') {
                entry.pattern.insert_str(0, &prefix);
            } else {
                self.problems.push(format!(
                    "route `{}` in the scope `{prefix}`: the pattern `{}` does not begin with `/`",
                    entry.name, entry.pattern
                ));
                continue;
            }
            entry.hooks.splice(0..0, hooks.iter().cloned());
            entry.scope.insert_str(0, &format!("{}.", self.inner));
            self.entries.push(entry);
        }
    }

    /// The table of all routes; what is wrong with them is added to `problems`.
    pub(crate) fn into_router(self, has_users: bool, problems: &mut Vec<String>) -> Router<Target> {
        let mut router = Router::<Target>::default();
        problems.extend(self.problems);
        for entry in self.entries {
            let Entry {
                pattern,
                name,
                what,
                hooks,
                scope,
            } = entry;
            let sets = self.hooks.iter().cloned().chain(hooks);
            let mut target = Target::default();
            let hooks = match what {
                What::Live(mut route) => {
                    route.hooks = Hooks::resolve(sets.chain([(route.on_mount)()]));
                    route.scope = scope;
                    let hooks = Arc::clone(&route.hooks);
                    target.live = Some(route);
                    hooks
                }
                What::Handler(method, handler) => {
                    let hooks = Hooks::resolve(sets);
                    target.handlers.push(MethodHandler {
                        method,
                        handler,
                        hooks: Arc::clone(&hooks),
                    });
                    hooks
                }
            };
            if !has_users && let Some(hook) = hooks.iter().find(|hook| hook.hook.needs_users()) {
                problems.push(format!(
                    "route `{name}` (`{pattern}`): the hook `{}` needs to know the users: `App::users` is missing",
                    hook.hook.name()
                ));
            }
            let added = match router.route_mut(&name) {
                Some((known, earlier)) if known == pattern => {
                    earlier.merge(target).map_err(|method| {
                        format!("route `{name}` (`{pattern}`): {method} is answered already")
                    })
                }
                _ => router
                    .add(&pattern, &name, target)
                    .map_err(|error| error.to_string()),
            };
            if let Err(problem) = added {
                problems.push(problem);
            }
        }
        router
    }
}
