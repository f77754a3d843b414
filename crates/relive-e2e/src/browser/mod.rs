//! Headless Chromium for tests, driven through chromedriver.
//!
//! ```no_run
//! # async fn test() {
//! use relive_e2e::browser::Browser;
//! use relive_e2e::server::Server;
//!
//! let Some(browser) = Browser::start().await else { return };
//! let server = Server::start("counter").await;
//! let page = browser.open(server.url("/")).await;
//! page.wait_for_text("#count", "0").await;
//! page.click("button.increment").await;
//! page.wait_for_text("#count", "1").await;
//! browser.expect_quiet(&[]).await;
//! # }
//! ```
//!
//! Each helper waits for what it needs, up to a deadline, and panics with a sentence that says where the test asked
//! for what, and what was found. When a test panics, each window's DOM and console are printed, and a screenshot is kept under
//! `target/e2e/`. Whatever was started ends with the [`Browser`].

mod driver;
mod report;
mod session;
mod window;

use std::io::Write;
use std::panic::Location;
use std::sync::{Arc, Mutex, PoisonError};

use driver::Driver;
pub use session::ConsoleEntry;
use session::Session;
pub use window::{Key, Window};

/// Chromium, with one or more profiles.
pub struct Browser {
    /// The first is the one whose windows belong to one user.
    sessions: Mutex<Vec<Arc<Session>>>,
    /// The window that Chromium opened by itself, until it is used.
    first: Mutex<Option<Window>>,
    driver: Driver,
}

impl Browser {
    /// Starts Chromium; `None` where the variable `RELIVE_NO_BROWSER` says that browser tests are to be left out, which is
    /// then printed.
    ///
    /// # Panics
    ///
    /// Where chromedriver or Chromium is missing or does not start.
    #[track_caller]
    pub fn start() -> impl Future<Output = Option<Self>> {
        let at = Location::caller();
        async move {
            if std::env::var_os("RELIVE_NO_BROWSER").is_some_and(|value| value != "0") {
                // Not by a macro, whose output the test harness would swallow.
                let mut stderr = std::io::stderr().lock();
                let _ = writeln!(
                    stderr,
                    "{}: skipped (RELIVE_NO_BROWSER)",
                    crate::test_name()
                );
                return None;
            }
            let driver = Driver::start()
                .await
                .unwrap_or_else(|error| panic!("{at}: {error}"));
            let browser = Self {
                sessions: Mutex::default(),
                first: Mutex::default(),
                driver,
            };
            let first = browser.session(at).await;
            *lock(&browser.first) = Some(first);
            Some(browser)
        }
    }

    /// Opens a page in a window of its own. All windows that are opened so share cookies and storage.
    #[track_caller]
    pub fn open(&self, url: impl Into<String>) -> impl Future<Output = Window> {
        let (at, url) = (Location::caller(), url.into());
        async move {
            let unused = lock(&self.first).take();
            let window = match unused {
                Some(window) => window,
                None => {
                    let session = Arc::clone(&lock(&self.sessions)[0]);
                    let handle = session.new_window().await;
                    let handle = handle.unwrap_or_else(|error| panic!("{at}: {}", error.0));
                    Window::new(session, handle)
                }
            };
            window.goto_from(at, &url).await;
            window
        }
    }

    /// Opens a page in a browser that shares nothing with the others: another user on another machine.
    #[track_caller]
    pub fn open_apart(&self, url: impl Into<String>) -> impl Future<Output = Window> {
        let (at, url) = (Location::caller(), url.into());
        async move {
            let window = self.session(at).await;
            window.goto_from(at, &url).await;
            window
        }
    }

    async fn session(&self, at: &Location<'static>) -> Window {
        let session = Session::start(&self.driver).await;
        let session = Arc::new(session.unwrap_or_else(|error| panic!("{at}: {error}")));
        // Before anything can fail: from now on it is ended with the rest.
        lock(&self.sessions).push(Arc::clone(&session));
        let handle = session.first_window().await;
        Window::new(
            session,
            handle.unwrap_or_else(|error| panic!("{at}: {}", error.0)),
        )
    }

    /// What all pages have written to the console since this was last asked, uncaught errors included.
    #[track_caller]
    pub fn console(&self) -> impl Future<Output = Vec<ConsoleEntry>> {
        let at = Location::caller();
        async move {
            let sessions = lock(&self.sessions).clone();
            let mut entries = Vec::new();
            for session in sessions {
                let more = session.console().await;
                entries.extend(more.unwrap_or_else(|error| panic!("{at}: {}", error.0)));
            }
            entries
        }
    }

    /// Fails where a page wrote anything to the console, or left an error uncaught, that contains none of the
    /// `expected` texts.
    #[track_caller]
    pub fn expect_quiet(&self, expected: &[&str]) -> impl Future<Output = ()> {
        let at = Location::caller();
        async move {
            let entries = self.console().await;
            let unexpected: Vec<String> = entries
                .iter()
                .filter(|entry| !expected.iter().any(|text| entry.message.contains(text)))
                .map(ToString::to_string)
                .collect();
            assert!(
                unexpected.is_empty(),
                "{at}: the console has\n  {}",
                unexpected.join("\n  ")
            );
        }
    }

    /// The numbers of all processes that belong to this, chromedriver's first.
    #[must_use]
    pub fn process_ids(&self) -> Vec<u32> {
        self.driver.process_ids()
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let sessions = std::mem::take(&mut *lock(&self.sessions));
        if std::thread::panicking() {
            report::report(
                &self.driver,
                sessions.iter().map(|session| session.id.as_str()),
            );
        }
        self.driver
            .end(sessions.iter().map(|session| session.id.as_str()));
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
