use std::any::Any;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use relive_template::{Engine, TeraEngine};

use crate::check;
use crate::counters::Counters;
use crate::cx::AppContext;
use crate::erased::Route;
use crate::gate::{Gate, Keys, is_origin, random};
use crate::limits::Limits;
use crate::pubsub::PubSub;
use crate::router::Router;
use crate::runtime::Runtime;
use crate::session::registry::Registry;
use crate::shared::Shared;
use crate::start_error::StartError;
use crate::view::{LiveView, Template};

/// An application: its state, its views and where they are found.
///
/// A transport takes it and serves it; mistakes in routes and templates come out when it starts, all at once.
pub struct App {
    state: Box<dyn Fn() -> Box<dyn Any> + Send + Sync>,
    state_type: &'static str,
    router: Router<Route>,
    problems: Vec<String>,
    templates: Option<PathBuf>,
    engine: Option<Box<dyn Engine>>,
    static_files: Vec<(String, PathBuf)>,
    limits: Limits,
    secret: Option<Vec<u8>>,
    public_origin: Option<String>,
    development: bool,
    pubsub: PubSub,
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
            router: Router::default(),
            problems: Vec::new(),
            templates: None,
            engine: None,
            static_files: Vec::new(),
            limits: Limits::default(),
            secret: None,
            public_origin: None,
            development: cfg!(debug_assertions),
            pubsub: PubSub::default(),
        }
    }

    /// Adds a view under a URL pattern, such as `/items/<int:pk>/`, and a name for the route.
    #[must_use]
    pub fn live<V: LiveView>(mut self, pattern: &str, name: &str) -> Self {
        if let Err(error) = self.router.add(pattern, name, Route::of::<V>()) {
            self.problems.push(error.to_string());
        }
        self
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

    pub(crate) fn build(mut self, script: &str) -> Result<Runtime, StartError> {
        let package = self
            .router
            .targets()
            .next()
            .map_or(Path::new("."), |route| Path::new(route.package_dir));
        let static_files = self
            .static_files
            .iter()
            .map(|(prefix, dir)| StaticFiles {
                prefix: prefix.clone(),
                dir: resolve(dir, package),
            })
            .collect::<Vec<_>>();
        for files in &static_files {
            if !files.dir.is_dir() {
                let dir = files.dir.display();
                self.problems
                    .push(format!("static files: there is no folder `{dir}`"));
            }
        }
        let mut engine = match self.engine.take() {
            Some(engine) => engine,
            None => tera(self.templates.as_deref(), package)?,
        };
        let mut inline = std::collections::HashSet::new();
        for route in self.router.targets() {
            if let Template::Inline(source) = route.template
                && inline.insert(route.template_name())
                && let Err(error) = engine.add_inline(&route.template_name(), source)
            {
                self.problems.push(error.to_string());
            }
        }
        let router = Arc::new(self.router);
        let urls = Arc::clone(&router);
        engine.add_function(
            "url",
            Arc::new(move |arguments| check::url(&urls, arguments)),
        );
        match engine.finish() {
            Ok(()) => check::routes(&router, engine.as_ref(), &mut self.problems),
            Err(errors) => self.problems.extend(errors.iter().map(ToString::to_string)),
        }
        StartError::check(self.problems)?;

        let secret = self.secret.unwrap_or_else(|| {
            let message = "no secret key is set: a random one is used until the next start";
            if self.development {
                tracing::info!("{message}");
            } else {
                tracing::warn!("{message}");
            }
            random::<32>().to_vec()
        });
        let counters = Arc::new(Counters::default());
        let limits = self.limits;
        let registry = Arc::new(Registry::new(
            Arc::clone(&counters),
            limits.max_parked,
            limits.max_sessions,
        ));
        let context = AppContext {
            state: self.state,
            state_type: self.state_type,
            pubsub: self.pubsub,
            router,
        };
        let shared = Shared {
            engine: Arc::from(engine),
            gate: Gate::new(Keys::new(secret), self.public_origin),
            registry,
            counters,
            limits,
            context: Arc::new(context),
            development: self.development,
            script: script.to_owned(),
        };
        Ok(Runtime::new(shared, static_files))
    }
}

/// The Tera engine with the application's template files, if it has any.
fn tera(dir: Option<&Path>, package: &Path) -> Result<Box<dyn Engine>, StartError> {
    let wanted = resolve(dir.unwrap_or(Path::new("templates")), package);
    if dir.is_none() && !wanted.is_dir() {
        return Ok(Box::new(TeraEngine::new()));
    }
    Ok(Box::new(
        TeraEngine::from_dir(wanted).map_err(StartError::one)?,
    ))
}

fn resolve(path: &Path, package: &Path) -> PathBuf {
    let in_package = package.join(path);
    if path.is_absolute() || !in_package.exists() {
        path.to_owned()
    } else {
        in_package
    }
}
