//! `docs/contract.md` says which test holds each row of the contract, and which page shows it: all of these exist.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

const DOCUMENT: &str = "docs/contract.md";
/// Where a page's template stands.
const PAGES: &str = "examples/showcase/templates";

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// A row of one of the tables.
struct Row {
    line: usize,
    name: String,
    tests: String,
    page: String,
}

/// The rows of all tables with the columns that the contract has.
fn rows(text: &str) -> Vec<Row> {
    let mut rows = Vec::new();
    let mut inside = false;
    for (index, line) in text.lines().enumerate() {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        match cells[..] {
            ["", "Row", "Tests", "Page", ""] => inside = true,
            ["", name, tests, page, ""] if inside && !name.starts_with("---") => rows.push(Row {
                line: index + 1,
                name: name.to_owned(),
                tests: tests.to_owned(),
                page: page.to_owned(),
            }),
            ["", ..] if inside => {}
            _ => inside = false,
        }
    }
    rows
}

/// The code spans of a cell: `this`.
fn code(cell: &str) -> impl Iterator<Item = &str> {
    cell.split('`').skip(1).step_by(2)
}

/// The names of the tests in a file: functions marked as tests, and those of the page's script by their titles.
fn tests_in(source: &str) -> BTreeSet<&str> {
    let mut names = BTreeSet::new();
    let mut marked = false;
    for line in source.lines().map(str::trim) {
        if line.starts_with("#[test]") || line.starts_with("#[tokio::test") {
            marked = true;
        } else if let Some(title) = line.strip_prefix("test(\"") {
            names.extend(title.split('"').next());
        } else if let Some((_, rest)) = line.split_once("fn ").filter(|_| marked) {
            names.extend(rest.split('(').next());
            marked = false;
        }
    }
    names
}

/// What is wrong with a row.
fn problems(row: &Row) -> Vec<String> {
    let mut problems = Vec::new();
    let mut file: Option<(String, String)> = None;
    let mut found = 0;
    for span in code(&row.tests) {
        if span.ends_with(".rs") || span.ends_with(".ts") {
            let path = repository().join(span);
            match fs::read_to_string(&path) {
                Ok(text) => {
                    // A compile-fail test is its file.
                    if Path::new(span)
                        .parent()
                        .is_some_and(|folder| folder.ends_with("ui/fail"))
                    {
                        found += 1;
                    }
                    file = Some((span.to_owned(), text));
                }
                Err(_) => problems.push(format!("there is no file {span}")),
            }
        } else {
            match &file {
                Some((_, text)) if tests_in(text).contains(span) => found += 1,
                Some((name, _)) => problems.push(format!("there is no test {span:?} in {name}")),
                None => problems.push(format!("{span:?} stands before any file")),
            }
        }
    }
    if found == 0 {
        problems.push("it names no test that exists".to_owned());
    }
    let pages: Vec<&str> = code(&row.page).collect();
    if pages.is_empty() {
        problems.push("it names no page".to_owned());
    }
    for page in pages {
        let template = format!("{PAGES}/{}.html", page.trim_matches('/').replace('-', "_"));
        if !repository().join(&template).is_file() {
            problems.push(format!("page {page}: there is no {template}"));
        }
    }
    problems
}

#[test]
fn every_row_names_tests_and_pages_that_exist() {
    let text = fs::read_to_string(repository().join(DOCUMENT)).expect(DOCUMENT);
    let rows = rows(&text);
    assert!(rows.len() >= 25, "{} rows are left", rows.len());
    let problems: Vec<String> = rows
        .iter()
        .flat_map(|row| {
            let (line, name) = (row.line, &row.name);
            problems(row)
                .into_iter()
                .map(move |problem| format!("{DOCUMENT}:{line}: {name}: {problem}"))
        })
        .collect();
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
}

#[test]
fn what_does_not_exist_is_told() {
    let row = |tests: &str, page: &str| Row {
        line: 1,
        name: "row".to_owned(),
        tests: tests.to_owned(),
        page: page.to_owned(),
    };
    let own = "`xtask/tests/contract.rs`: `what_does_not_exist_is_told`";
    let table = [
        (row(own, "`/views/`"), None),
        (row("", "`/views/`"), Some("it names no test that exists")),
        (
            row("`no_file`", "`/views/`"),
            Some("\"no_file\" stands before any file"),
        ),
        (
            row("`xtask/no.rs`: `x`", "`/views/`"),
            Some("there is no file xtask/no.rs"),
        ),
        // A function that is no test.
        (
            row("`xtask/tests/contract.rs`: `problems`", "`/views/`"),
            Some("there is no test \"problems\" in xtask/tests/contract.rs"),
        ),
        (row(own, ""), Some("it names no page")),
        (row(own, "`/no-page/`"), Some("page /no-page/: there is no")),
    ];
    for (row, expected) in table {
        let found = problems(&row);
        match expected {
            None => assert_eq!(found, Vec::<String>::new()),
            Some(expected) => assert!(
                found
                    .first()
                    .is_some_and(|found| found.starts_with(expected)),
                "{found:?} does not begin with {expected:?}"
            ),
        }
    }
}
