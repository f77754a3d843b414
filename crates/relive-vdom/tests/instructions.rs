//! Instruction counts of some workloads, as callgrind counts them, beside those that are recorded in
//! `instructions.txt`: a count that has grown by more than a tenth is an error, until the record is changed on purpose.
//!
//! Counts are those of an optimised build: `cargo test --release -p relive-vdom --test instructions`. Without valgrind, or without
//! optimisation, nothing is counted, and that is said. `RELIVE_RECORD=1` writes the record.

use std::collections::BTreeMap;
use std::hint::black_box;
use std::path::Path;
use std::process::{Command, ExitCode};

use relive_protocol::{Format, Operations};
use relive_vdom::workloads::standard;
use relive_vdom::{Document, Hints};

const COUNTED: &[&str] = &["W1", "W4", "W6", "W8"];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [flag, name] = arguments.as_slice()
        && flag == "--update"
    {
        run(name);
        return ExitCode::SUCCESS;
    }
    if cfg!(debug_assertions) {
        println!("instruction counts: LEFT OUT, they need --release");
        return ExitCode::SUCCESS;
    }
    if Command::new("valgrind").arg("--version").output().is_err() {
        println!("instruction counts: LEFT OUT, there is no valgrind (apt-get install valgrind)");
        return ExitCode::SUCCESS;
    }
    check()
}

/// One update, with nothing else in the counted function.
fn run(name: &str) {
    let workload = standard()
        .into_iter()
        .find(|workload| workload.name == name)
        .unwrap();
    let mut document = Document::parse(&workload.old).unwrap();
    // Buffers that later updates find ready.
    document
        .update(&workload.new, &Hints::default(), &mut sink())
        .unwrap();
    document
        .update(&workload.old, &Hints::default(), &mut sink())
        .unwrap();
    black_box(counted_update(&mut document, &workload.new));
}

fn sink() -> Operations {
    Operations::new(Format::MessagePack, Vec::new())
}

#[inline(never)]
fn counted_update(document: &mut Document, html: &str) -> Vec<u8> {
    let mut sink = sink();
    document.update(html, &Hints::default(), &mut sink).unwrap();
    sink.finish()
}

fn check() -> ExitCode {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("instructions.txt");
    let counts: BTreeMap<&str, u64> = COUNTED.iter().map(|name| (*name, count(name))).collect();
    if std::env::var_os("RELIVE_RECORD").is_some() {
        let lines: String = counts
            .iter()
            .map(|(name, count)| format!("{name} {count}\n"))
            .collect();
        std::fs::write(&file, lines).unwrap();
    }
    let recorded = std::fs::read_to_string(&file).unwrap();
    let recorded: BTreeMap<&str, u64> = recorded
        .lines()
        .filter_map(|line| line.split_once(' '))
        .map(|(name, count)| (name, count.parse().unwrap()))
        .collect();
    let mut grown = false;
    for (name, count) in &counts {
        let record = recorded[name];
        let more = *count > record + record / 10;
        grown |= more;
        println!(
            "{name}: {count} instructions, {record} recorded{}",
            if more { ": GROWN" } else { "" }
        );
    }
    if grown {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    }
}

fn count(name: &str) -> u64 {
    let output = Command::new("valgrind")
        .args([
            "--tool=callgrind",
            "--callgrind-out-file=/dev/null",
            "--toggle-collect=*counted_update*",
        ])
        .arg(std::env::current_exe().unwrap())
        .args(["--update", name])
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stderr);
    let collected = text
        .lines()
        .find_map(|line| line.split("Collected : ").nth(1));
    collected
        .and_then(|count| count.trim().parse().ok())
        .unwrap_or_else(|| panic!("{text}"))
}
