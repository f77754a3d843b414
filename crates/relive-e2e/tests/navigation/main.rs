//! Between views, addresses and page loads, in a browser: `dj-navigate`, redirects, back and forward, flash messages,
//! title and metadata, and hooks.

mod app;
mod hooks;
mod views;

use relive::hyper::Server;
use relive_e2e::browser::{Browser, Window};

/// The application on a port of its own, in this process, and a browser.
struct Site {
    // First, so that a failed test can still look at its pages.
    browser: Browser,
    address: std::net::SocketAddr,
    door: app::Door,
    server: tokio::task::JoinHandle<()>,
}

impl Site {
    /// `None` where browser tests are left out.
    async fn start() -> Option<Self> {
        let browser = Browser::start().await?;
        let door = app::Door::default();
        let app = app::app(door.clone());
        let server = Server::bind(app, "127.0.0.1:0").await.unwrap();
        let address = server.local_addr();
        let server = tokio::spawn(async move {
            server.run_until(std::future::pending()).await.unwrap();
        });
        Some(Site {
            browser,
            address,
            door,
            server,
        })
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Opens a page in one more window, and waits until it is live.
    async fn open(&self, path: &str) -> Window {
        let page = self.browser.open(self.url(path)).await;
        page.wait_for("html.dj-connected").await;
        page
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        self.server.abort();
    }
}

/// Waits for a view that follows, and that its page is live.
async fn arrived(page: &Window, name: &str) {
    page.wait_for_text("h1", name).await;
    page.wait_for("html.dj-connected").await;
}

/// Whether a page load or a further connection came about since `mark`.
async fn mark(page: &Window) {
    page.run("window.marked = true", vec![]).await;
}

async fn is_same_document(page: &Window) -> bool {
    page.eval("window.marked === true").await == true
}
