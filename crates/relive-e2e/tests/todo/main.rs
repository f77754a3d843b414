//! The to-do list in a browser: what a person does with it, in one window and in several.

mod filters;
mod flows;
mod lost;
mod windows;

use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use relive_e2e::browser::{Browser, Key, Window};
use relive_e2e::server::Server;

/// A to-do list with an empty database of its own, and a browser.
struct Todo {
    // In this order, so that a failed test can still look at its pages.
    browser: Browser,
    server: Server,
    _database: Database,
}

impl Todo {
    /// `None` where browser tests are left out.
    async fn start() -> Option<Self> {
        let browser = Browser::start().await?;
        let database = Database::new();
        let server =
            Server::start_with("todo", &[("TODO_DB", &database.0.to_string_lossy())]).await;
        Some(Self {
            browser,
            server,
            _database: database,
        })
    }

    /// Opens the list in one more window, and waits until it is live.
    async fn open(&self) -> Window {
        let page = self.browser.open(self.server.url("/")).await;
        page.wait_for("html.dj-connected").await;
        page
    }
}

/// A database file that goes away with the test.
struct Database(PathBuf);

impl Database {
    fn new() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let name = format!(
            "relive-e2e-{}-{}.db",
            std::process::id(),
            NEXT.fetch_add(1, Relaxed)
        );
        Self(std::env::temp_dir().join(name))
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

/// Adds rows from the keyboard, each once the one before it is there. In an empty list their ids count from 1.
async fn add(page: &Window, titles: &[&str]) {
    for title in titles {
        page.type_into("#new-todo", title).await;
        page.press(Key::Enter).await;
        page.wait_until(&format!(
            "document.querySelector('#todos li:last-child label')?.textContent === '{title}'"
        ))
        .await;
        page.wait_for_property("#new-todo", "value", "").await;
    }
}

/// Waits until exactly these rows are shown, in this order.
async fn wait_for_rows(page: &Window, titles: &[&str]) {
    page.wait_for_texts("#todos .todo label", titles).await;
}
