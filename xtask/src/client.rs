//! `cargo xtask client`: the page's script, checked, tested and built.

use crate::arguments::Arguments;
use crate::command::{program, root, run as run_command};
use crate::install;

pub(crate) const HELP: &str = "\
Checks, tests and builds the page's script: crates/relive-client/dist/relive.js, which is checked in.
Prints its size, minified and gzipped, and fails over 8 KB gzipped. Needs Node.

usage: cargo xtask client [--check]

  --check   builds, but fails where the checked-in script differs, and leaves that as it is
";

const PACKAGE: &str = "crates/relive-client";
const BUNDLE: &str = "crates/relive-client/dist/relive.js";

pub(crate) fn run(arguments: &[String]) -> Result<(), String> {
    let arguments = Arguments::parse(arguments, &["--check"], &[])?;
    arguments.nothing_more()?;
    install::node()?;
    if arguments.has("--check") {
        check()
    } else {
        build()
    }
}

/// Builds, and fails where the outcome is not what is checked in.
pub(crate) fn check() -> Result<(), String> {
    let file = root().join(BUNDLE);
    let read = || std::fs::read(&file).map_err(|error| format!("{BUNDLE}: {error}"));
    let checked_in = read()?;
    let built = build();
    let now = read()?;
    if now == checked_in {
        return built;
    }
    std::fs::write(&file, &checked_in).map_err(|error| format!("{BUNDLE}: {error}"))?;
    built?;
    Err(format!(
        "{BUNDLE} is not what the sources give ({} bytes, should be {}): run cargo xtask client and commit it",
        checked_in.len(),
        now.len()
    ))
}

fn build() -> Result<(), String> {
    // The build prints the sizes, and fails over the limit.
    for words in [
        &["ci", "--no-audit", "--no-fund"][..],
        &["run", "--silent", "check"],
        &["test", "--silent"],
        &["run", "--silent", "build"],
    ] {
        run_command(program("npm", words).current_dir(root().join(PACKAGE)))?;
    }
    Ok(())
}
