//! The guide is whole: its chapters are in the summary, their code is compiled and run, and their links lead to chapters.

use std::fs;
use std::path::{Path, PathBuf};

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn read(path: &str) -> String {
    fs::read_to_string(repository().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The chapters that are there: their names.
fn chapters() -> Vec<String> {
    let files = fs::read_dir(repository().join("docs/guide")).expect("docs/guide");
    let names = files.map(|file| file.expect("a file").file_name());
    let mut names: Vec<String> = names
        .map(|name| name.into_string().expect("a name"))
        .collect();
    names.sort();
    names
}

/// Where the links of a text lead, but for those out of the repository and within the page.
fn links(text: &str) -> impl Iterator<Item = &str> {
    let targets = text.split("](").skip(1);
    targets
        .filter_map(|rest| rest.split_once(')'))
        .map(|(target, _)| target.split('#').next().unwrap_or_default())
        .filter(|target| target.ends_with(".md") && !target.contains("://"))
}

#[test]
fn every_chapter_is_in_the_summary_and_its_code_is_run() {
    let (summary, documents) = (read("docs/SUMMARY.md"), read("crates/relive/src/lib.rs"));
    let chapters = chapters();
    assert!(chapters.len() >= 5, "{chapters:?}");
    for chapter in chapters {
        assert!(
            summary.contains(&format!("(guide/{chapter})")),
            "docs/SUMMARY.md does not name {chapter}"
        );
        assert!(
            documents.contains(&format!("docs/guide/{chapter}\"")),
            "crates/relive/src/lib.rs does not run the code in {chapter}"
        );
    }
}

#[test]
fn links_lead_to_chapters_of_the_summary() {
    let summary = read("docs/SUMMARY.md");
    let mut checked = 0;
    let pages = chapters()
        .into_iter()
        .map(|chapter| format!("guide/{chapter}"))
        .chain(["getting-started.md".to_owned()]);
    for page in pages {
        let text = read(&format!("docs/{page}"));
        for link in links(&text) {
            let target = match (page.starts_with("guide/"), link.strip_prefix("../")) {
                (true, Some(outside)) => outside.to_owned(),
                (true, None) => format!("guide/{link}"),
                (false, _) => link.to_owned(),
            };
            assert!(
                summary.contains(&format!("({target})")),
                "docs/{page} links to {link}, which docs/SUMMARY.md does not name"
            );
            checked += 1;
        }
    }
    assert!(checked >= 40, "{checked} links");
}
