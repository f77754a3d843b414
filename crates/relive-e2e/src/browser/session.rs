//! One Chromium with a profile of its own.

use std::fmt;

use fantoccini::error::CmdError;
use fantoccini::wd::{Capabilities, WebDriverCompatibleCommand, WindowHandle};
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tokio::sync::Mutex;
use url::{ParseError, Url};

use super::driver::{Driver, find};

/// No sandbox, since tests run as root in containers. No service of the browser's maker is called, and no name resolves except
/// those of this machine. All windows are treated as if they were in front.
const ARGUMENTS: [&str; 22] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-quic",
    "--no-first-run",
    "--disable-component-update",
    "--disable-sync",
    "--disable-default-apps",
    "--disable-extensions",
    "--disable-breakpad",
    "--disable-domain-reliability",
    "--disable-client-side-phishing-detection",
    "--no-default-browser-check",
    "--no-pings",
    "--mute-audio",
    "--password-store=basic",
    "--disable-dev-shm-usage",
    "--disable-background-timer-throttling",
    "--disable-backgrounding-occluded-windows",
    "--window-size=1280,900",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE localhost , EXCLUDE 127.0.0.1",
];

/// One Chromium with a profile of its own.
pub(super) struct Session {
    pub(super) id: String,
    client: Client,
    /// The window that commands go to; whoever holds the lock may send them.
    current: Mutex<Option<WindowHandle>>,
}

impl Session {
    pub(super) async fn start(driver: &Driver) -> Result<Self, String> {
        let binary = find(
            "CHROMIUM",
            &["chromium", "chromium-browser", "google-chrome"],
        )?;
        let mut arguments: Vec<String> = ARGUMENTS.map(String::from).to_vec();
        arguments.push(format!(
            "--user-data-dir={}",
            driver.new_profile().display()
        ));
        let capabilities = json!({
            "goog:chromeOptions": { "args": arguments, "binary": binary },
            "goog:loggingPrefs": { "browser": "ALL" },
            "unhandledPromptBehavior": "ignore",
        });
        let Value::Object(capabilities) = capabilities else {
            unreachable!("written as an object")
        };
        let capabilities: Capabilities = capabilities;
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities)
            .connect(&driver.url())
            .await
            .map_err(|error| format!("Chromium does not start: {error}"))?;
        let id = client.session_id().await.ok().flatten();
        let id = id.ok_or("chromedriver gave the session no number")?;
        Ok(Self {
            id,
            client,
            current: Mutex::new(None),
        })
    }

    /// Sends commands to one window; other windows' commands wait.
    pub(super) async fn with_window<T>(
        &self,
        window: &WindowHandle,
        commands: impl AsyncFnOnce(&Client) -> Result<T, Trouble>,
    ) -> Result<T, Trouble> {
        let mut current = self.current.lock().await;
        if current.as_ref() != Some(window) {
            *current = None;
            self.client.switch_to_window(window.clone()).await?;
            *current = Some(window.clone());
        }
        commands(&self.client).await
    }

    /// What the browser has written to its console since this was last asked.
    pub(super) async fn console(&self) -> Result<Vec<ConsoleEntry>, Trouble> {
        let command = Vendor {
            path: "se/log",
            body: json!({ "type": "browser" }),
        };
        let entries = self.client.issue_cmd(command).await?;
        Ok(entries
            .as_array()
            .into_iter()
            .flatten()
            .map(ConsoleEntry::new)
            .collect())
    }

    /// The window that a browser starts with.
    pub(super) async fn first_window(&self) -> Result<WindowHandle, Trouble> {
        let windows = self.client.windows().await?;
        windows
            .into_iter()
            .next()
            .ok_or_else(|| Trouble("the browser has no window".into()))
    }

    /// Opens one more window.
    pub(super) async fn new_window(&self) -> Result<WindowHandle, Trouble> {
        let _current = self.current.lock().await;
        Ok(self.client.new_window(false).await?.handle)
    }
}

/// A command of chromedriver's that the standard does not have.
#[derive(Debug)]
pub(super) struct Vendor {
    pub(super) path: &'static str,
    pub(super) body: Value,
}

impl WebDriverCompatibleCommand for Vendor {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, ParseError> {
        base.join(&format!(
            "session/{}/{}",
            session.unwrap_or_default(),
            self.path
        ))
    }

    fn method_and_body(&self, _: &Url) -> (http::Method, Option<String>) {
        (http::Method::POST, Some(self.body.to_string()))
    }
}

/// Why a command did not do what it should, for people.
#[derive(Debug)]
pub(super) struct Trouble(pub(super) String);

impl From<CmdError> for Trouble {
    fn from(error: CmdError) -> Self {
        // The first line says it; what follows is chromedriver's own stack.
        Self(
            error
                .to_string()
                .lines()
                .next()
                .unwrap_or_default()
                .to_owned(),
        )
    }
}

/// What a page wrote to the browser's console, or an error that it did not catch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsoleEntry {
    /// `SEVERE`, `WARNING`, `INFO` or `DEBUG`.
    pub level: String,
    /// Where it comes from: `console-api`, `javascript`, `network`, `security` …
    pub source: String,
    /// The text, with the place in the script before it.
    pub message: String,
}

impl ConsoleEntry {
    pub(super) fn new(entry: &Value) -> Self {
        let text = |field: &str| entry[field].as_str().unwrap_or_default().to_owned();
        Self {
            level: text("level"),
            source: text("source"),
            message: text("message"),
        }
    }
}

impl fmt::Display for ConsoleEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: {}", self.level, self.source, self.message)
    }
}
