//! The showcase in a browser: every page does what it says.

mod accounts;
mod background_work;
mod chat;
mod events;
mod every_page;
mod faults;
mod flash;
mod forms;
mod lifecycle;
mod navigation;
mod server_push;
mod streams;
mod views;

use relive_e2e::browser::{Browser, Window};
use relive_e2e::server::Server;

/// The showcase with a database in memory, and a browser.
struct Showcase {
    // In this order, so that a failed test can still look at its pages.
    browser: Browser,
    server: Server,
}

impl Showcase {
    /// `None` where browser tests are left out.
    async fn start() -> Option<Self> {
        let browser = Browser::start().await?;
        let server = Server::start("showcase").await;
        Some(Self { browser, server })
    }

    /// Opens a page in one more window, and waits until it is live.
    async fn open(&self, path: &str) -> Window {
        let page = self.browser.open(self.server.url(path)).await;
        page.wait_for("html.dj-connected").await;
        page
    }

    /// Fails where a page wrote to the console, or left an error uncaught.
    async fn expect_quiet(&self) {
        self.browser.expect_quiet(&[]).await;
    }

    /// The same after events that were refused, each of which the client reports.
    async fn expect_reports(&self, reports: &[&str]) {
        let entries = self.browser.console().await;
        let found: Vec<String> = entries.iter().map(ToString::to_string).collect();
        assert_eq!(found.len(), reports.len(), "{found:#?}");
        for (entry, report) in found.iter().zip(reports) {
            assert!(entry.contains(report), "{report:?} is not in {entry}");
        }
    }
}
