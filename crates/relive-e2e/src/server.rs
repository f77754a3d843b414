//! The examples as servers: built, started, stopped, killed, and started again on the same port.

use std::net::SocketAddr;
use std::panic::Location;
use std::path::PathBuf;
use std::process::{Command, ExitStatus};
use std::time::Duration;

use serde_json::Value;

use crate::process::Process;

/// How long a server may take to start or to stop.
const DEADLINE: Duration = Duration::from_secs(20);

/// A program of the workspace.
#[derive(Clone, Copy, Debug)]
pub enum Program<'a> {
    /// The package's own program.
    Package(&'a str),
    /// An example of a package.
    Example {
        /// The package.
        package: &'a str,
        /// The example's name.
        name: &'a str,
        /// Whether to build it for speed.
        release: bool,
    },
}

impl Program<'_> {
    /// Builds the program, and tells where it is.
    ///
    /// # Errors
    ///
    /// Where it does not build; the compiler's messages then stand on standard error.
    pub fn build(self) -> Result<PathBuf, String> {
        let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        command.args([
            "build",
            "--quiet",
            "--message-format=json-render-diagnostics",
        ]);
        let name = match self {
            Self::Package(package) => {
                command.args(["--package", package]);
                package
            }
            Self::Example {
                package,
                name,
                release,
            } => {
                command.args(["--package", package, "--example", name]);
                if release {
                    command.arg("--release");
                }
                name
            }
        };
        command
            .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
            .stderr(std::process::Stdio::inherit());
        let built = command
            .output()
            .map_err(|error| format!("cargo does not start: {error}"))?;
        if !built.status.success() {
            return Err(format!("{name} does not build"));
        }
        let messages = String::from_utf8_lossy(&built.stdout);
        let mut messages = messages
            .lines()
            .filter_map(|line| serde_json::from_str(line).ok());
        let executable = messages.find_map(|message: Value| {
            let wanted = message["target"]["name"] == name;
            let executable = message["executable"].as_str().filter(|_| wanted)?;
            Some(PathBuf::from(executable))
        });
        executable.ok_or_else(|| format!("cargo build gave no program for {name}"))
    }
}

/// An example that runs as a server. Dropping it kills it.
pub struct Server {
    name: String,
    executable: PathBuf,
    environment: Vec<(String, String)>,
    address: SocketAddr,
    process: Process,
}

impl Server {
    /// Builds and starts an example on a free port.
    ///
    /// # Panics
    ///
    /// Where it does not build, or does not print its address in time.
    #[track_caller]
    pub fn start(package: &str) -> impl Future<Output = Self> {
        Self::start_from(Location::caller(), package, &[])
    }

    /// Like [`start`](Self::start), with variables set.
    ///
    /// # Panics
    ///
    /// Where it does not build, or does not print its address in time.
    #[track_caller]
    pub fn start_with(package: &str, environment: &[(&str, &str)]) -> impl Future<Output = Self> {
        Self::start_from(Location::caller(), package, environment)
    }

    async fn start_from(
        at: &Location<'static>,
        package: &str,
        environment: &[(&str, &str)],
    ) -> Self {
        let name = package.to_owned();
        let built = tokio::task::spawn_blocking(move || Program::Package(&name).build()).await;
        let executable = built
            .unwrap_or_else(|error| Err(error.to_string()))
            .unwrap_or_else(|error| panic!("{at}: {error}"));
        let environment: Vec<(String, String)> = environment
            .iter()
            .map(|(name, value)| ((*name).into(), (*value).into()))
            .collect();
        let free = SocketAddr::from(([127, 0, 0, 1], 0));
        let (process, address) = run(package, &executable, &environment, free)
            .await
            .unwrap_or_else(|error| panic!("{at}: {error}"));
        Self {
            name: package.to_owned(),
            executable,
            environment,
            address,
            process,
        }
    }

    /// Where the server listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The address of one of its pages.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Everything that the server has printed since its last start.
    #[must_use]
    pub fn output(&self) -> String {
        self.process.output()
    }

    /// Asks the server to stop (SIGTERM), as a deploy does, and waits until it has.
    ///
    /// # Panics
    ///
    /// Where it has not stopped after 20 seconds.
    #[track_caller]
    pub fn stop(&mut self) -> impl Future<Output = ExitStatus> {
        let at = Location::caller();
        async move {
            let ended = self.process.terminate(DEADLINE).await;
            ended.unwrap_or_else(|| panic!("{at}: {} does not stop on SIGTERM", self.name))
        }
    }

    /// Ends the server without asking (SIGKILL), as a crash does.
    pub fn kill(&mut self) {
        self.process.kill();
    }

    /// Starts the server again on the port that it had; it is killed first if it still runs.
    ///
    /// # Panics
    ///
    /// Where it does not print its address in time.
    #[track_caller]
    pub fn restart(&mut self) -> impl Future<Output = ()> {
        let at = Location::caller();
        async move {
            self.kill();
            let started = run(
                &self.name,
                &self.executable,
                &self.environment,
                self.address,
            )
            .await;
            let (process, address) = started.unwrap_or_else(|error| panic!("{at}: {error}"));
            assert_eq!(
                address, self.address,
                "{at}: {} took another address",
                self.name
            );
            self.process = process;
        }
    }
}

async fn run(
    name: &str,
    executable: &PathBuf,
    environment: &[(String, String)],
    address: SocketAddr,
) -> Result<(Process, SocketAddr), String> {
    let mut command = Command::new(executable);
    command.env("ADDR", address.to_string());
    command.envs(environment.iter().map(|(name, value)| (name, value)));
    let mut process = Process::start(name, &mut command)
        .map_err(|error| format!("{} does not start: {error}", executable.display()))?;
    let address = process.line(DEADLINE, address_in).await?;
    Ok((process, address))
}

/// The address in a line like `todo: http://127.0.0.1:3000`.
fn address_in(line: &str) -> Option<SocketAddr> {
    let address = line.split_once("http://")?.1;
    let end = address.find(|c: char| !matches!(c, '0'..='9' | '.' | ':' | '[' | ']' | 'a'..='f'));
    address[..end.unwrap_or(address.len())].parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_address_in_a_line() {
        let cases = [
            ("todo: http://127.0.0.1:3000", Some("127.0.0.1:3000")),
            (
                "Listening on http://127.0.0.1:41234/ (Ctrl-C to stop)",
                Some("127.0.0.1:41234"),
            ),
            ("http://[::1]:80, and more", Some("[::1]:80")),
            ("http://example.org/", None),
            ("starting", None),
        ];
        for (line, expected) in cases {
            assert_eq!(
                address_in(line)
                    .map(|address| address.to_string())
                    .as_deref(),
                expected,
                "{line}"
            );
        }
    }
}
