//! `cargo xtask ci`: what has to pass before a merge.

use crate::arguments::Arguments;
use crate::command::{cargo, run as run_command};
use crate::steps::Steps;
use crate::test;

pub(crate) const HELP: &str = "\
What has to pass before a merge: format, lints and documentation without warnings, and every test.

usage: cargo xtask ci [--no-test] [--no-browser] [--full] [--keep-going]

  --no-test      format, lints and documentation only
  The other options are those of cargo xtask test.
";

pub(crate) fn run(arguments: &[String]) -> Result<(), String> {
    let flags = ["--no-test", "--no-browser", "--full", "--keep-going"];
    let arguments = Arguments::parse(arguments, &flags, &[])?;
    arguments.nothing_more()?;
    let mut steps = Steps::new(arguments.has("--keep-going"));
    steps.run("format", || {
        run_command(&mut cargo(&["fmt", "--all", "--check"]))
    });
    steps.run("lints", || {
        let clippy = [
            "clippy",
            "--workspace",
            "--all-targets",
            "--",
            "--deny",
            "warnings",
        ];
        run_command(&mut cargo(&clippy))
    });
    steps.run("documentation", || {
        let mut doc = cargo(&["doc", "--workspace", "--no-deps"]);
        run_command(doc.env("RUSTDOCFLAGS", "--deny warnings"))
    });
    if arguments.has("--no-test") {
        steps.leave_out("tests", "as --no-test says");
    } else {
        test::all(&mut steps, &arguments);
    }
    steps.finish()
}
