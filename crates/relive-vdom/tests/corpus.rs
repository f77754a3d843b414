//! The inputs that the fuzzer found worth keeping, run with any compiler: `fuzz/` says what is checked.

#[allow(unreachable_pub)] // It is a crate of its own as well.
#[path = "../fuzz/src/lib.rs"]
mod targets;

use std::path::Path;

/// Runs a target on its inputs; returns how many there are.
fn run(name: &str, target: impl Fn(&[u8])) -> usize {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fuzz/corpus")
        .join(name);
    let files = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    files
        .map(|file| {
            let data = std::fs::read(&file).unwrap();
            let run = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| target(&data)));
            assert!(run.is_ok(), "{}", file.display());
        })
        .count()
}

#[test]
fn the_law_holds_for_what_the_fuzzer_found() {
    let count = run("law", targets::law);
    assert!(count > 100, "{count} inputs");
}

#[test]
fn what_the_fuzzer_found_parses() {
    let count = run("parse", targets::parse);
    assert!(count > 100, "{count} inputs");
}

#[test]
fn inputs_stand_for_renders() {
    let input = targets::input("svg", &["<g/>", "<p>x</p>"]);
    let renders = ["<svg dj-root><g/></svg>", "<svg dj-root><p>x</p></svg>"];
    assert_eq!(targets::renders(&input), renders);
    assert!(targets::renders(&[]).is_empty());
}
