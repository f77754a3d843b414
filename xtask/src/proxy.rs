//! `cargo xtask proxy`: the proxy of the end-to-end tests as a command.

use crate::command::{cargo, run as run_command};

/// The program's own.
pub(crate) const HELP: &str = include_str!("../../crates/relive-e2e/src/bin/relive-proxy.txt");

pub(crate) fn run(arguments: &[String]) -> Result<(), String> {
    // Without the browser harness, which takes longer to build.
    let package = [
        "run",
        "--quiet",
        "--package",
        "relive-e2e",
        "--no-default-features",
    ];
    let mut command = cargo(&package);
    command
        .args(["--bin", "relive-proxy", "--"])
        .args(arguments);
    run_command(&mut command)
}
