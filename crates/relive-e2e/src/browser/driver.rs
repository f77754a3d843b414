//! The chromedriver process, and the few requests that are made to it when a test ends.
//!
//! A test may end by a panic, in which nothing can be awaited. So what must happen then (report what the page looked
//! like, end the browser) goes over a plain blocking socket.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::Command;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use serde_json::{Value, json};

use crate::process::{Descendant, Process, adopt_orphans, descendants, end_all};

/// How long chromedriver may take to start.
const START: Duration = Duration::from_secs(30);
/// How long one request may take when a test ends.
const LAST_REQUESTS: Duration = Duration::from_secs(3);

/// A running chromedriver.
pub(super) struct Driver {
    process: Process,
    port: u16,
    profiles: AtomicU64,
    folder: Folder,
}

/// A folder for everything that browsers write; dropping it removes it. Its name marks their processes.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Result<Self, String> {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let name = format!(
            "relive-e2e-{}-{}.d",
            std::process::id(),
            NEXT.fetch_add(1, Relaxed)
        );
        let folder = std::env::temp_dir().join(name);
        std::fs::create_dir(&folder)
            .map_err(|error| format!("{} cannot be created: {error}", folder.display()))?;
        Ok(Self(folder))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What is left in a folder for temporary files is no reason to fail.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

impl Driver {
    pub(super) async fn start() -> Result<Self, String> {
        let driver = find("CHROMEDRIVER", &["chromedriver"])?;
        adopt_orphans();
        let mut command = Command::new(driver);
        let folder = Folder::new()?;
        command
            .arg("--port=0")
            .env("XDG_CONFIG_HOME", &folder.0)
            .env("XDG_CACHE_HOME", &folder.0);
        let mut process = Process::start("chromedriver", &mut command)
            .map_err(|error| format!("chromedriver does not start: {error}"))?;
        let port = process
            .line(START, |line| {
                let port = line.split_once("started successfully on port ")?.1;
                port.trim_end_matches(['.', '\n']).parse().ok()
            })
            .await?;
        Ok(Self {
            process,
            port,
            profiles: AtomicU64::new(0),
            folder,
        })
    }

    /// Where WebDriver commands go.
    pub(super) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// A place for one more browser's profile.
    pub(super) fn new_profile(&self) -> PathBuf {
        self.folder
            .0
            .join(format!("profile-{}", self.profiles.fetch_add(1, Relaxed)))
    }

    fn descendants(&self) -> Vec<Descendant> {
        descendants(self.process.id(), &self.folder.0.to_string_lossy())
    }

    /// The numbers of chromedriver and of all its descendants.
    pub(super) fn process_ids(&self) -> Vec<u32> {
        let descendants = self.descendants();
        let descendants = descendants.iter().map(Descendant::id);
        [self.process.id()].into_iter().chain(descendants).collect()
    }

    /// Sends one command and waits for its answer's value.
    pub(super) fn request(&self, method: &str, path: &str, body: &Value) -> Result<Value, String> {
        let answer = self
            .exchange(method, path, body)
            .map_err(|error| error.to_string())?;
        let mut answer: Value =
            serde_json::from_slice(&answer).map_err(|error| error.to_string())?;
        Ok(answer["value"].take())
    }

    fn exchange(&self, method: &str, path: &str, body: &Value) -> std::io::Result<Vec<u8>> {
        let body = if method == "POST" {
            body.to_string()
        } else {
            String::new()
        };
        let mut stream = TcpStream::connect(("127.0.0.1", self.port))?;
        stream.set_read_timeout(Some(LAST_REQUESTS))?;
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nContent-Length: {}\r\n\r\n{body}",
            self.port,
            body.len()
        )?;
        let mut answer = BufReader::new(stream);
        let mut length = 0;
        loop {
            let mut line = String::new();
            answer.read_line(&mut line)?;
            let line = line.trim().to_ascii_lowercase();
            if let Some(value) = line.strip_prefix("content-length:") {
                length = value.trim().parse().map_err(std::io::Error::other)?;
            }
            if line.is_empty() {
                break;
            }
        }
        let mut body = vec![0; length];
        answer.read_exact(&mut body)?;
        Ok(body)
    }

    /// Ends browsers in the orderly way, by their sessions, and then whatever is left of them and chromedriver.
    pub(super) fn end<'a>(&mut self, sessions: impl Iterator<Item = &'a str>) {
        // Looked for first: once a browser has ended, its orphans are nobody's descendants.
        let descendants = self.descendants();
        for session in sessions {
            // A browser that does not answer is ended below.
            let _ = self.request("DELETE", &format!("/session/{session}"), &json!({}));
        }
        self.process.kill();
        end_all(&descendants);
    }
}

/// The path of a program: from a variable, or the first of some names that is in `PATH`.
pub(super) fn find(variable: &str, names: &[&str]) -> Result<PathBuf, String> {
    if let Some(path) = std::env::var_os(variable) {
        return Ok(path.into());
    }
    let folders = std::env::var_os("PATH").unwrap_or_default();
    let folders: Vec<PathBuf> = std::env::split_paths(&folders).collect();
    let mut candidates = names
        .iter()
        .flat_map(|name| folders.iter().map(move |folder| folder.join(name)));
    candidates.find(|path| path.is_file()).ok_or_else(|| {
        format!(
            "{} is not installed: apt-get install chromium chromium-driver, or set {variable}, or \
             RELIVE_NO_BROWSER=1 to leave browser tests out",
            names[0]
        )
    })
}
