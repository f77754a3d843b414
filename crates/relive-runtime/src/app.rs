use std::any::Any;
use std::path::PathBuf;

use relive_template::Engine;

use crate::auth::{Auth, ErasedUsers, Users};
use crate::gate::is_origin;
use crate::handle::Views;
use crate::handler::Handler;
use crate::hooks::IntoHooks;
use crate::limits::Limits;
use crate::pubsub::PubSub;
use crate::scope::Scope;
use crate::view::LiveView;

/// An application: its state, its views and where they are found.
///
/// A transport takes it and serves it; mistakes in routes and templates come out when it starts, all at once.
pub struct App {
    pub(crate) state: Box<dyn Fn() -> Box<dyn Any> + Send + Sync>,
    pub(crate) state_type: &'static str,
    pub(crate) routes: Scope,
    pub(crate) problems: Vec<String>,
    pub(crate) templates: Option<PathBuf>,
    pub(crate) engine: Option<Box<dyn Engine>>,
    pub(crate) static_files: Vec<(String, PathBuf)>,
    pub(crate) limits: Limits,
    pub(crate) secret: Option<Vec<u8>>,
    pub(crate) public_origin: Option<String>,
    pub(crate) development: bool,
    pub(crate) pubsub: PubSub,
    pub(crate) views: Views,
    pub(crate) users: Option<Box<dyn ErasedUsers>>,
    pub(crate) auth: Auth,
}

macro_rules! methods {
    ($($(#[$meta:meta])* $name:ident)*) => {$(
        $(#[$meta])*
        #[must_use]
        pub fn $name(mut self, pattern: &str, name: &str, handler: impl Handler) -> Self {
            self.routes = self.routes.$name(pattern, name, handler);
            self
        }
    )*};
}

/// A folder of files that is served under a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StaticFiles {
    /// The path before the file's name, `/static/` for instance.
    pub prefix: String,
    /// The folder.
    pub dir: PathBuf,
}

impl App {
    /// An application with this state, of which each view takes a clone with [`Cx::state`](crate::Cx::state).
    pub fn new<S: Clone + Send + Sync + 'static>(state: S) -> Self {
        App {
            state: Box::new(move || Box::new(state.clone())),
            state_type: std::any::type_name::<S>(),
            routes: Scope::default(),
            problems: Vec::new(),
            templates: None,
            engine: None,
            static_files: Vec::new(),
            limits: Limits::default(),
            secret: None,
            public_origin: None,
            development: cfg!(debug_assertions),
            pubsub: PubSub::default(),
            users: None,
            auth: Auth::default(),
            views: Views::default(),
        }
    }

    /// Adds a view under a URL pattern, such as `/items/<int:pk>/`, and a name for the route.
    #[must_use]
    pub fn live<V: LiveView>(mut self, pattern: &str, name: &str) -> Self {
        self.routes = self.routes.live::<V>(pattern, name);
        self
    }

    methods! {
        /// Adds a handler of GET and HEAD requests, beside live views: an `async fn` that takes a
        /// [`Request`](crate::Request) and returns a [`Response`](crate::Response).
        ///
        /// A route's name and pattern may be used again for another method, and for those that a live view does not
        /// answer: a view's page can have a form that is posted to it.
        get
        /// Adds a handler of POST requests, as [`get`](Self::get) does. Like all requests that change something, they need the
        /// browser's token: the form field `csrf_token` or the header `x-csrf-token`.
        post
        /// Adds a handler of PUT requests, as [`post`](Self::post) does.
        put
        /// Adds a handler of PATCH requests, as [`post`](Self::post) does.
        patch
        /// Adds a handler of DELETE requests, as [`post`](Self::post) does.
        delete
    }

    /// Routes that have a prefix and hooks in common:
    ///
    /// ```
    /// # use relive_runtime::{App, Request, auth::login_required};
    /// # async fn report(_: Request) -> &'static str { "" }
    /// # let app = App::new(());
    /// app.scope("/admin", |scope| {
    ///     scope
    ///         .on_mount(login_required("/log-in/"))
    ///         .get("/report/", "report", report) // /admin/report/
    ///         .scope("/items", |scope| scope.get("/", "items", report)) // /admin/items/
    /// });
    /// ```
    #[must_use]
    pub fn scope(mut self, prefix: &str, routes: impl FnOnce(Scope) -> Scope) -> Self {
        self.routes = self.routes.scope(prefix, routes);
        self
    }

    /// Adds hooks, or a set of them, which run before every view and every handler of the application.
    #[must_use]
    pub fn on_mount(mut self, hooks: impl IntoHooks) -> Self {
        self.routes = self.routes.on_mount(hooks);
        self
    }

    /// Where the application's users are.
    #[must_use]
    pub fn users(mut self, users: impl Users) -> Self {
        self.users = Some(Box::new(users));
        self
    }

    /// What logs users out everywhere and checks their rights again, from outside of a view.
    pub fn auth(&self) -> Auth {
        self.auth.clone()
    }

    /// The folder of template files. Without this call it is `templates`.
    ///
    /// A relative path is looked for in the package of the first view, then in the folder where the application runs.
    #[must_use]
    pub fn templates(mut self, dir: impl Into<PathBuf>) -> Self {
        self.templates = Some(dir.into());
        self
    }

    /// Another template engine than Tera.
    #[must_use]
    pub fn engine(mut self, engine: impl Engine) -> Self {
        self.engine = Some(Box::new(engine));
        self
    }

    /// Serves the files of a folder under a path: `.static_files("/static/", "static")`. Relative paths are looked for as
    /// those of [`templates`](Self::templates).
    #[must_use]
    pub fn static_files(mut self, prefix: &str, dir: impl Into<PathBuf>) -> Self {
        let mut prefix = prefix.to_owned();
        if !prefix.starts_with('/') {
            self.problems.push(format!(
                "static files: the path `{prefix}` does not begin with `/`"
            ));
        }
        if !prefix.ends_with('/') {
            prefix.push('/');
        }
        self.static_files.push((prefix, dir.into()));
        self
    }

    /// The secret from which all keys are derived, at least 32 bytes. Without one, every start makes a random one: pages
    /// then do not survive a restart by their cookie, but fetch themselves again.
    #[must_use]
    pub fn secret_key(mut self, secret: impl Into<Vec<u8>>) -> Self {
        let secret = secret.into();
        if secret.len() < 32 {
            let length = secret.len();
            self.problems.push(format!(
                "the secret key has {length} bytes; it needs at least 32"
            ));
        }
        self.secret = Some(secret);
        self
    }

    /// The origin that browsers know the application by (`https://example.com`), where a proxy stands before it.
    #[must_use]
    pub fn public_origin(mut self, origin: impl Into<String>) -> Self {
        let origin = origin.into();
        if !is_origin(&origin) {
            self.problems.push(format!(
                "the public origin `{}` is none: it looks like `https://example.com`, without a slash at its end",
                origin.escape_debug()
            ));
        }
        self.public_origin = Some(origin);
        self
    }

    /// Whether pages are told what went wrong inside. Without this call: in builds with debug assertions.
    #[must_use]
    pub fn development(mut self, on: bool) -> Self {
        self.development = on;
        self
    }

    /// Changes the limits.
    #[must_use]
    pub fn limits(mut self, change: impl FnOnce(&mut Limits)) -> Self {
        change(&mut self.limits);
        self
    }

    /// The application's topics: a clone of this broadcasts from outside of a view.
    pub fn pubsub(&self) -> PubSub {
        self.pubsub.clone()
    }

    /// The application's views: a clone of this finds those that registered themselves.
    pub fn views(&self) -> Views {
        self.views.clone()
    }
}
