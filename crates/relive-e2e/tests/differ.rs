//! The differ and the page's script together: random pages in Chromium, patched from old to new.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::Command;
use std::time::Instant;

use relive_e2e::browser::{Browser, ConsoleEntry};
use relive_e2e::server::Program;
use serde_json::{Value, json};

/// How many pairs go to the browser at once.
const BATCH: usize = 200;

/// All operations, by their codes on the wire. Each must be in one of a hundred pairs at least: replacing the root is no
/// way to pass.
const KINDS: [(u64, &str); 17] = [
    (0, "text"),
    (1, "splice"),
    (2, "attribute"),
    (3, "remove attribute"),
    (4, "before"),
    (5, "append"),
    (6, "move before"),
    (7, "move to end"),
    (8, "permute"),
    (9, "remove"),
    (10, "remove range"),
    (11, "replace"),
    (12, "content"),
    (13, "rows"),
    (14, "keep"),
    (20, "tree"),
    (21, "grow"),
];

/// What Chromium does not do right in operations: the short way that `innerHTML` takes through simple HTML reads this as
/// `©=1` in an attribute, if a text nearby has a reference. (A `<?x>` anywhere is left out as well: Chromium makes a
/// processing instruction of it, html5ever a comment; by number they are alike, but they are not equal.)
const UNFAIR: &str = "&copy; &copy=1";

fn pairs(count: usize, seed: u64) -> Vec<Value> {
    let example = Program::Example {
        package: "relive-vdom",
        name: "pairs",
        release: false,
    };
    let program = example.build().unwrap();
    let output = Command::new(program)
        .args([count.to_string(), seed.to_string()])
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let lines = String::from_utf8(output.stdout).unwrap();
    let pairs: Vec<Value> = lines
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(pairs.len(), count);
    pairs
}

/// The page's script without its connection, built for tests.
fn harness() -> String {
    let package = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../relive-client"));
    let run = |program: &str, arguments: &[&str]| {
        let mut command = Command::new(program);
        let output = command.args(arguments).current_dir(&package).output();
        let output = output.unwrap_or_else(|error| panic!("{program} {arguments:?}: {error}"));
        let said =
            String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{program} {arguments:?}: {said}");
    };
    if !package.join("node_modules").exists() {
        run("npm", &["ci", "--no-audit", "--no-fund"]);
    }
    run("node", &["build.mjs", "--test"]);
    std::fs::read_to_string(package.join("target/harness.js")).unwrap()
}

#[tokio::test]
async fn random_pages_patched_in_chromium_are_what_the_differ_says() {
    let Some(browser) = Browser::start().await else {
        return;
    };
    let full = std::env::var_os("RELIVE_FULL").is_some();
    let count = if full { 20_000 } else { 2000 };
    // Some more, for those that are left out.
    let mut pairs = pairs(count + count / 10, 1);
    pairs.retain(|pair| {
        !pair.to_string().contains("<?") && !pair["ops"].to_string().contains(UNFAIR)
    });
    pairs.truncate(count);
    assert_eq!(pairs.len(), count);

    // A doctype, since a page without one parses otherwise.
    let page = browser
        .open("data:text/html,<!doctype html><link rel=icon href=data:,>")
        .await;
    page.run(&harness(), Vec::new()).await;
    let check = include_str!("differ.js");
    let start = Instant::now();
    let (mut failures, mut disagreements, mut survivors) = (Vec::new(), Vec::new(), 0);
    for batch in pairs.chunks(BATCH) {
        let mut outcome = page.run(check, vec![json!(batch)]).await;
        survivors += outcome["survivors"].as_u64().unwrap();
        let Value::Array(more) = outcome["failures"].take() else {
            panic!("{outcome}")
        };
        failures.extend(more);
        let Value::Array(more) = outcome["disagreements"].take() else {
            panic!("{outcome}")
        };
        disagreements.extend(more.iter().map(ToString::to_string));
    }
    let time = start.elapsed();

    // The smallest says most.
    failures.sort_by_cached_key(|failure| failure["pair"].to_string().len());
    if let Some(failure) = failures.first() {
        let file = relive_e2e::artifacts().join("differ-failures.json");
        std::fs::write(&file, format!("{:#}", json!(failures))).unwrap();
        let problems = failure["problems"].as_array().unwrap();
        let problems: Vec<&str> = problems.iter().filter_map(Value::as_str).collect();
        let pair = &failure["pair"];
        panic!(
            "{} of {} pairs (all in {}), the smallest, seed {}:\nold {}\nnew {}\nops {}\n{}",
            failures.len(),
            pairs.len(),
            file.display(),
            pair["seed"],
            pair["old"],
            pair["new"],
            pair["ops"],
            problems.join("\n"),
        );
    }

    // Nasty pages only, on which html5ever and Chromium differ.
    println!(
        "the parsers disagree over the pairs with the seeds {}",
        disagreements.join(", ")
    );
    assert!(
        disagreements.len() * 500 <= pairs.len(),
        "{disagreements:?}"
    );

    let shares = shares(&pairs);
    let nodes: u64 = pairs
        .iter()
        .map(|pair| pair["after"]["nodes"].as_u64().unwrap())
        .sum();
    println!(
        "{} pairs in {time:.1?}, {nodes} nodes, {survivors} of them survivors",
        pairs.len()
    );
    for (code, name) in KINDS {
        let share = shares.get(&code).copied().unwrap_or(0.0);
        println!("{name:>17} in {:5.2} %", share * 100.0);
        assert!(
            share >= 0.01,
            "operation {name} is in {:.2} % of the pairs",
            share * 100.0
        );
    }
    assert!(
        survivors * 2 > nodes,
        "{survivors} of {nodes} nodes survived"
    );
    // Chromium has much to say about pages that are malformed on purpose; here only scripts are to be quiet.
    let console = browser.console().await;
    let errors = console.iter().filter(|entry| {
        entry.source == "console-api" || entry.source == "javascript" && entry.level == "SEVERE"
    });
    assert_eq!(errors.collect::<Vec<_>>(), Vec::<&ConsoleEntry>::new());
}

/// For each code of an operation the share of pairs that have it.
fn shares(pairs: &[Value]) -> BTreeMap<u64, f64> {
    let mut counts: BTreeMap<u64, f64> = BTreeMap::new();
    for pair in pairs {
        let ops = pair["ops"].as_array().unwrap();
        let mut codes: Vec<u64> = ops.iter().map(|op| op[0].as_u64().unwrap()).collect();
        codes.sort_unstable();
        codes.dedup();
        for code in codes {
            *counts.entry(code).or_default() += 1.0 / pairs.len() as f64;
        }
    }
    counts
}
