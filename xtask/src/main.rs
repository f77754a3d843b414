//! The commands of the repository, run as `cargo xtask COMMAND`.
//!
//! One module for each command. What they do is done by other programs (cargo, npm, criterion); here is only what
//! calls them in the right order and says how it went.

mod arguments;
mod bench;
mod ci;
mod client;
mod command;
mod diff;
mod install;
mod proxy;
mod steps;
mod test;

use std::process::ExitCode;

const HELP: &str = "\
usage: cargo xtask COMMAND [OPTION…]

  test      runs every test: Rust, the page's script, and in a browser
  client    builds the page's script into crates/relive-client/dist
  bench     measures, and prints a table
  diff      shows the patch between two HTML files
  proxy     a TCP proxy that delays, throttles, stalls and cuts
  ci        what has to pass before a merge: format, lints, documentation, tests

cargo xtask COMMAND --help says more.
";

type Run = fn(&[String]) -> Result<(), String>;

/// Each command, its help, and what runs it.
const COMMANDS: [(&str, &str, Run); 6] = [
    ("test", test::HELP, test::run),
    ("client", client::HELP, client::run),
    ("bench", bench::HELP, bench::run),
    ("diff", diff::HELP, diff::run),
    ("proxy", proxy::HELP, proxy::run),
    ("ci", ci::HELP, ci::run),
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let Some((name, rest)) = arguments.split_first() else {
        eprint!("{HELP}");
        return ExitCode::FAILURE;
    };
    let Some((_, help, run)) = COMMANDS.iter().find(|(command, ..)| command == name) else {
        let asked = matches!(name.as_str(), "help" | "--help" | "-h");
        if asked {
            print!("{HELP}");
            return ExitCode::SUCCESS;
        }
        eprint!("cargo xtask: there is no command {name:?}\n\n{HELP}");
        return ExitCode::FAILURE;
    };
    if rest
        .iter()
        .any(|argument| argument == "--help" || argument == "-h")
    {
        print!("{help}");
        return ExitCode::SUCCESS;
    }
    match run(rest) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("cargo xtask {name}: {message}");
            ExitCode::FAILURE
        }
    }
}
