//! From the description of an application to what a transport drives.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use relive_template::{Engine, TeraEngine};

use crate::app::{App, StaticFiles};
use crate::auth::Revoked;
use crate::auth::hop::Hops;
use crate::check;
use crate::counters::Counters;
use crate::cx::AppContext;
use crate::gate::{Gate, Keys, random};
use crate::navigation::Layouts;
use crate::router::Urls;
use crate::runtime::Runtime;
use crate::session::registry::Registry;
use crate::shared::Shared;
use crate::start_error::StartError;
use crate::target::Target;
use crate::view::Template;

impl App {
    /// Starts the application: templates are read and checked, keys made.
    ///
    /// `script` is the URL under which the transport serves the page's client.
    ///
    /// # Errors
    ///
    /// All that is wrong with routes and templates.
    pub fn start(mut self, script: &str) -> Result<Runtime, StartError> {
        let router = self
            .routes
            .into_router(self.users.is_some(), &mut self.problems);
        let views = || router.targets().filter_map(|target| target.live.as_ref());
        let package = views()
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
        let (mut engine, searched) = match self.engine.take() {
            Some(engine) => (engine, String::new()),
            None => tera(self.templates.as_deref(), package)?,
        };
        let mut inline = std::collections::HashSet::new();
        for route in views() {
            if let Template::Inline(source) = route.template
                && inline.insert(route.template_name())
                && let Err(error) = engine.add_inline(&route.template_name(), source)
            {
                self.problems.push(error.to_string());
            }
        }
        let keep_headers = router.targets().any(Target::has_hooks);
        let router = Arc::new(router);
        let urls = Arc::clone(&router);
        engine.add_function(
            "url",
            Arc::new(move |arguments| check::url(&urls, arguments)),
        );
        match engine.finish() {
            Ok(()) => check::routes(&router, engine.as_ref(), &searched, &mut self.problems),
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
        let revoked = Arc::new(Revoked::new(limits.login_time));
        self.auth.start(&registry, &revoked);
        let context = AppContext {
            layouts: Layouts::new(&router, engine.as_ref()),
            state: self.state,
            state_type: self.state_type,
            pubsub: self.pubsub,
            views: self.views,
            urls: Arc::clone(&router) as Arc<dyn Urls>,
            users: self.users,
            auth: self.auth,
            hops: Hops::default(),
        };
        let shared = Shared {
            engine: Arc::from(engine),
            searched,
            gate: Gate::new(
                Keys::new(secret),
                self.public_origin,
                revoked,
                limits.login_time.as_secs(),
            ),
            registry,
            counters,
            limits,
            context: Arc::new(context),
            router,
            development: self.development,
            keep_headers,
            script: script.to_owned(),
        };
        Ok(Runtime::new(shared, static_files))
    }
}

/// The Tera engine with the application's template files, if it has any, and where they were looked for.
fn tera(dir: Option<&Path>, package: &Path) -> Result<(Box<dyn Engine>, String), StartError> {
    let asked = dir.unwrap_or(Path::new("templates"));
    let wanted = resolve(asked, package);
    if dir.is_none() && !wanted.is_dir() {
        let in_package = package.join(asked);
        let mut searched = format!("there is no folder `{}`", in_package.display());
        if let Ok(here) = std::env::current_dir().map(|here| here.join(asked))
            && here != in_package
        {
            searched = format!("{searched}, and no `{}`", here.display());
        }
        return Ok((Box::new(TeraEngine::new()), searched));
    }
    let searched = format!("templates are read from the folder `{}`", wanted.display());
    let engine = TeraEngine::from_dir(wanted).map_err(StartError::one)?;
    Ok((Box::new(engine), searched))
}

fn resolve(path: &Path, package: &Path) -> PathBuf {
    let in_package = package.join(path);
    if path.is_absolute() || !in_package.exists() {
        path.to_owned()
    } else {
        in_package
    }
}
