//! `cargo xtask test`: every test there is.

use crate::arguments::Arguments;
use crate::command::{cargo, run as run_command};
use crate::steps::Steps;
use crate::{client, install};

pub(crate) const HELP: &str = "\
Runs every test: Rust (documentation and compile-fail tests among them), the page's script, and in a browser.
Installs Chromium by apt-get where it is missing and this user may.

usage: cargo xtask test [--no-browser] [--full] [--keep-going] [NAME…]

  --no-browser   leaves out the tests that need Chromium
  --full         ten times as many random pages for the differ, and the slow tests
  --keep-going   runs the remaining steps after one failed
  NAME…          only Rust and browser tests whose name contains one of these
";

pub(crate) fn run(arguments: &[String]) -> Result<(), String> {
    let arguments = Arguments::parse(arguments, &["--no-browser", "--full", "--keep-going"], &[])?;
    let mut steps = Steps::new(arguments.has("--keep-going"));
    all(&mut steps, &arguments);
    steps.finish()
}

/// Adds the steps of all tests.
pub(crate) fn all(steps: &mut Steps, arguments: &Arguments) {
    let browser = !arguments.has("--no-browser");
    // First what may be missing: nobody wants to hear of it after ten minutes.
    if browser {
        steps.run("find Chromium", install::browser);
    }
    steps.run("Rust", || {
        cargo_test(&["--workspace", "--exclude", "relive-e2e"], arguments)
    });
    let features = [
        "--package",
        "relive",
        "--features",
        "garde",
        "--test",
        "garde",
    ];
    steps.run("optional features", || cargo_test(&features, arguments));
    if arguments.rest.is_empty() {
        steps.run("law of the differ", || law(arguments.has("--full")));
        match install::valgrind() {
            Ok(false) => steps.leave_out(
                "instruction counts",
                "since there is no valgrind (apt-get install valgrind)",
            ),
            found => steps.run("instruction counts", || found.and_then(|_| instructions())),
        }
        steps.run("page script", || {
            install::node().and_then(|()| client::check())
        });
    } else {
        steps.leave_out("law of the differ", "since tests were named");
        steps.leave_out("instruction counts", "since tests were named");
        steps.leave_out("page script", "since tests were named");
    }
    let name = if browser {
        "end to end"
    } else {
        "end to end, without browser"
    };
    steps.run(name, || cargo_test(&["--package", "relive-e2e"], arguments));
    if !browser {
        steps.leave_out("browser", "as --no-browser says");
    }
}

fn cargo_test(packages: &[&str], arguments: &Arguments) -> Result<(), String> {
    let mut command = cargo(&["test"]);
    command.args(packages);
    if arguments.has("--keep-going") {
        command.arg("--no-fail-fast");
    }
    if !arguments.rest.is_empty() {
        command.arg("--").args(&arguments.rest);
    }
    if arguments.has("--no-browser") {
        command.env("RELIVE_NO_BROWSER", "1");
    } else {
        command.env_remove("RELIVE_NO_BROWSER");
    }
    if arguments.has("--full") {
        command.env("RELIVE_FULL", "1");
    }
    run_command(&mut command)
}

/// The differ on random pairs of pages: 100,000 of them, which takes an optimised build.
fn law(full: bool) -> Result<(), String> {
    let mut command = cargo(&[
        "test",
        "--release",
        "--package",
        "relive-vdom",
        "--lib",
        "law",
    ]);
    if full {
        command.env("RELIVE_PAIRS", "1000000");
    }
    run_command(&mut command)
}

/// The differ's instructions, as callgrind counts them in an optimised build: an error where they have grown by more than a
/// tenth.
fn instructions() -> Result<(), String> {
    run_command(&mut cargo(&[
        "test",
        "--release",
        "--package",
        "relive-vdom",
        "--test",
        "instructions",
    ]))
}
