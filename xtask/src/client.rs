//! `cargo xtask client`: the page's script, checked, tested and built.

use crate::arguments::Arguments;
use crate::command::{program, root, run as run_command};
use crate::install;

pub(crate) const HELP: &str = "\
Checks, tests and builds the page's script: relive.js and relive-more.js in crates/relive-client/dist, which are
checked in. Prints their sizes, minified and gzipped; fails where the first is over 8 KB gzipped, or both together are
over 14 KB. Needs Node.

usage: cargo xtask client [--check]

  --check   builds, but fails where the checked-in script differs, and leaves that as it is
";

const PACKAGE: &str = "crates/relive-client";
const BUNDLES: [&str; 2] = [
    "crates/relive-client/dist/relive.js",
    "crates/relive-client/dist/relive-more.js",
];

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
    let checked_in = read()?;
    let built = build();
    let now = read()?;
    for ((file, old), new) in BUNDLES.iter().zip(&checked_in).zip(&now) {
        if old != new {
            std::fs::write(root().join(file), old).map_err(|error| format!("{file}: {error}"))?;
        }
    }
    built?;
    for ((file, old), new) in BUNDLES.iter().zip(&checked_in).zip(&now) {
        if old != new {
            return Err(format!(
                "{file} is not what the sources give ({} bytes, should be {}): run cargo xtask client and commit it",
                old.len(),
                new.len()
            ));
        }
    }
    Ok(())
}

fn read() -> Result<Vec<Vec<u8>>, String> {
    let read =
        |file: &&str| std::fs::read(root().join(file)).map_err(|error| format!("{file}: {error}"));
    BUNDLES.iter().map(read).collect()
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
