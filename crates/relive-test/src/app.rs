//! An application under test.

use std::sync::Arc;

use relive_runtime::{App, Counts, PubSub, Runtime};

use crate::browser::{Answer, Browser};
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
        match app.start("/_relive/relive.js") {
            Ok(runtime) => TestApp::over(runtime),
            Err(error) => panic!("the application does not start: {error}"),
        }
    }

    /// An application that runs already.
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
