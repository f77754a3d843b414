//! An application under test.

use std::fmt::Display;
use std::sync::Arc;

use relive_runtime::{App, Counts, PubSub, Request, Response, Result, Runtime};

use crate::browser::{Answer, Browser, CSRF_PATH, LOG_IN_PATH};
use crate::page::Page;
use crate::wire::Wires;

/// An application that runs for a test, without a socket.
pub struct TestApp {
    runtime: Runtime,
    browser: Browser,
}

impl TestApp {
    /// Starts an application.
    ///
    /// # Panics
    ///
    /// If it cannot start, with what `App::start` has to say.
    #[track_caller]
    pub fn start(app: App) -> Self {
        let app = app.get(LOG_IN_PATH, "relive-test-log-in", log_in).get(
            CSRF_PATH,
            "relive-test-csrf",
            csrf_token,
        );
        match app.start("/_relive/relive.js") {
            Ok(runtime) => TestApp::over(runtime),
            Err(error) => panic!("the application does not start: {error}"),
        }
    }

    /// An application that runs already. It lacks what [`log_in_as`](Self::log_in_as) and [`post_form`](Self::post_form) need.
    pub fn over(runtime: Runtime) -> Self {
        let origin: Arc<str> = "http://localhost".into();
        let browser = Browser::new(runtime.clone(), Wires::default(), Arc::clone(&origin));
        TestApp { runtime, browser }
    }

    /// The origin that browsers know the application by, where `App::public_origin` was given.
    #[must_use]
    pub fn at_origin(mut self, origin: &str) -> Self {
        let wires = self.browser.wires.clone();
        self.browser = Browser::new(self.runtime.clone(), wires, origin.into());
        self
    }

    /// A browser of another user. [`open`](Self::open) and the other methods of this type are those of a first one.
    pub fn browser(&self) -> Browser {
        let Browser { wires, origin, .. } = &self.browser;
        Browser::new(self.runtime.clone(), wires.clone(), Arc::clone(origin))
    }

    /// Opens a page as a user does: asks for it, follows redirects, and lets the page join.
    ///
    /// # Panics
    ///
    /// If the answer is not a page, or the page cannot join.
    #[track_caller]
    pub fn open(&self, url: &str) -> impl Future<Output = Page> {
        self.browser.open(url)
    }

    /// Asks for a page and does not let it join: what a browser shows before its script runs, or what a crawler sees.
    #[track_caller]
    pub fn load(&self, url: &str) -> impl Future<Output = Page> {
        self.browser.load(url)
    }

    /// Sends one GET request, and follows no redirect.
    pub async fn get(&self, url: &str) -> Answer {
        self.browser.get(url).await
    }

    /// Sends a form by POST, with the session's token, and follows no redirect; see [`Browser::post_form`].
    ///
    /// # Panics
    ///
    /// If the application was not started by [`start`](Self::start).
    pub async fn post_form(&self, url: &str, fields: &[(&str, &str)]) -> Answer {
        self.browser.post_form(url, fields).await
    }

    /// Logs a user in; see [`Browser::log_in_as`].
    ///
    /// # Panics
    ///
    /// If the application was not started by [`start`](Self::start).
    pub async fn log_in_as(&self, user_id: impl Display) {
        self.browser.log_in_as(user_id).await;
    }

    /// What runs the application.
    pub fn runtime(&self) -> &Runtime {
        &self.runtime
    }

    /// The application's topics, to broadcast from a test. Pages take what comes of it with
    /// [`settle`](Page::settle).
    pub fn pubsub(&self) -> PubSub {
        self.runtime.pubsub()
    }

    /// What has happened so far: mounts, renders, bytes.
    pub fn counts(&self) -> Counts {
        self.runtime.counts()
    }

    /// Ends all sessions, as when the server is stopped.
    pub async fn shutdown(&self) {
        self.runtime.shutdown().await;
    }
}

#[derive(serde::Deserialize)]
struct LogIn {
    user: String,
}

async fn log_in(request: Request) -> Result<Response> {
    let LogIn { user } = request.query()?;
    Ok(Response::text("logged in").log_in(user))
}

async fn csrf_token(request: Request) -> Response {
    Response::text(request.csrf_token())
}
