//! `cargo xtask diff`: the patch between two files, for people.

use crate::arguments::Arguments;
use crate::command::{cargo, run as run_command};

pub(crate) const HELP: &str = "\
Shows the patch that turns one HTML file into another: its operations, its bytes, and the time that it took.

usage: cargo xtask diff [--tree] OLD NEW

  --tree   also shows where the two trees of nodes differ, line by line

Each file holds the HTML of a live root: one element and what is in it.
";

pub(crate) fn run(arguments: &[String]) -> Result<(), String> {
    let arguments = Arguments::parse(arguments, &["--tree"], &[])?;
    let [old, new] = &arguments.rest[..] else {
        return Err("two files are needed: OLD NEW (see --help)".to_owned());
    };
    let absolute =
        |file: &String| std::path::absolute(file).map_err(|error| format!("{file}: {error}"));
    // Optimised, or the time would mean nothing.
    let mut command = cargo(&["run", "--quiet", "--release", "--package", "xtask"]);
    command
        .args(["--example", "diff", "--"])
        .arg(absolute(old)?)
        .arg(absolute(new)?);
    if arguments.has("--tree") {
        command.arg("--tree");
    }
    run_command(&mut command)
}
