//! The tree-construction cases of html5lib 1.1: a document has the nodes that html5ever builds from the same bytes, and
//! the law holds from each case to the next.
//!
//! The cases come with html5lib's source archive, which is fetched with pip into the target folder. Where that cannot be,
//! `RELIVE_HTML5LIB` names a folder that has the `.dat` files; `RELIVE_NO_HTML5LIB=1` leaves these tests out.

use std::path::{Path, PathBuf};
use std::process::Command;

use relive_vdom::apply::Page;
use relive_vdom::{Document, ErrorKind, Hints, Patch};

/// A case: what is parsed, and the element it is parsed in.
struct Case {
    place: String,
    root: String,
    data: String,
}

impl Case {
    fn html(&self) -> String {
        format!("<{0} dj-root>{1}</{0}>", self.root, self.data)
    }
}

fn folder() -> Option<PathBuf> {
    if std::env::var_os("RELIVE_NO_HTML5LIB").is_some() {
        eprintln!("RELIVE_NO_HTML5LIB is set: the html5lib cases are LEFT OUT");
        return None;
    }
    if let Some(folder) = std::env::var_os("RELIVE_HTML5LIB") {
        return Some(folder.into());
    }
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("html5lib");
    let cases = target.join("html5lib-1.1/html5lib/tests/testdata/tree-construction");
    if !cases.is_dir() {
        fetch(&target);
    }
    Some(cases)
}

fn fetch(target: &Path) {
    std::fs::create_dir_all(target).unwrap();
    // The archive's set-up script needs a part of setuptools that later versions lack.
    let constraint = target.join("constraint.txt");
    std::fs::write(&constraint, "setuptools<80\n").unwrap();
    let python = [
        "-m",
        "pip",
        "download",
        "html5lib==1.1",
        "--no-binary",
        "html5lib",
        "--no-deps",
        "--quiet",
    ];
    let pip = Command::new("python3")
        .args(python)
        .env("PIP_CONSTRAINT", &constraint)
        .env("PIP_BUILD_CONSTRAINT", &constraint)
        .current_dir(target)
        .status();
    let tar = Command::new("tar")
        .args(["xzf", "html5lib-1.1.tar.gz"])
        .current_dir(target)
        .status();
    let done = |status: &std::io::Result<std::process::ExitStatus>| {
        status.as_ref().is_ok_and(|s| s.success())
    };
    assert!(
        done(&pip) && done(&tar),
        "html5lib 1.1 could not be fetched (pip: {pip:?}, tar: {tar:?}); RELIVE_HTML5LIB names a folder that has its \
         tree-construction cases, RELIVE_NO_HTML5LIB=1 leaves them out"
    );
}

fn cases() -> Vec<Case> {
    let Some(folder) = folder() else {
        return Vec::new();
    };
    let mut files: Vec<PathBuf> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "dat"));
    files.sort();
    let mut cases = Vec::new();
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        for (number, case) in format!("\n{text}").split("\n#data\n").skip(1).enumerate() {
            let (data, rest) = case.split_once("\n#errors").unwrap_or(("", case));
            let section = |name: &str| {
                let (_, after) = rest.split_once(name)?;
                after.lines().next()
            };
            let context = section("\n#document-fragment\n").unwrap_or("body");
            let root = context.rsplit(' ').next().unwrap_or("body").to_owned();
            cases.push(Case {
                place: format!("{name}, case {number}"),
                root,
                data: data.to_owned(),
            });
        }
    }
    assert!(
        cases.len() > 1500,
        "only {} cases in {}",
        cases.len(),
        folder.display()
    );
    cases
}

#[test]
fn documents_have_the_nodes_that_html5ever_builds() {
    let cases = cases();
    let (mut checked, mut strict, mut refused) = (0, 0, 0);
    for case in &cases {
        for root in [case.root.as_str(), "div", "td", "p"] {
            let html = format!("<{root} dj-root>{}</{root}>", case.data);
            let document = match Document::parse(&html) {
                Ok(document) => document,
                Err(error) => {
                    let expected = matches!(
                        error.kind(),
                        ErrorKind::BadRoot { .. } | ErrorKind::TooDeep { .. }
                    );
                    assert!(expected, "{}: {error}\n{html}", case.place);
                    refused += 1;
                    continue;
                }
            };
            let page = Page::parse(&html).unwrap();
            assert_eq!(
                document.outline(),
                page.dump(false),
                "{}\n{html}",
                case.place
            );
            assert_eq!(
                document.checksum(),
                page.checksum(),
                "{}\n{html}",
                case.place
            );
            checked += 1;
            strict += usize::from(document.is_in_subset());
        }
    }
    println!(
        "{} cases: {checked} checked, {strict} of them in the subset, {refused} roots refused",
        cases.len()
    );
}

#[test]
fn the_law_holds_from_case_to_case() {
    let cases = cases();
    for (old, new) in cases.iter().zip(cases.iter().skip(1)) {
        let new = Case {
            root: old.root.clone(),
            place: new.place.clone(),
            data: new.data.clone(),
        };
        let (Ok(mut document), Ok(mut page)) =
            (Document::parse(&old.html()), Page::parse(&old.html()))
        else {
            continue;
        };
        let mut patch = Patch::new();
        if let Err(error) = document.update(&new.html(), &Hints::default(), &mut patch) {
            assert!(
                matches!(error.kind(), ErrorKind::TooDeep { .. }),
                "{}: {error}",
                new.place
            );
            continue;
        }
        page.apply(patch.ops()).unwrap_or_else(|error| {
            panic!("{}: {error}\n{}\n{}", new.place, old.html(), new.html())
        });
        let expected = Page::parse(&new.html()).unwrap();
        assert_eq!(
            page.dump(false),
            expected.dump(false),
            "{}\n{}\n{}",
            new.place,
            old.html(),
            new.html()
        );
        assert_eq!(document.outline(), expected.dump(false), "{}", new.place);
        assert_eq!(
            document.numbers().collect::<Vec<_>>(),
            page.numbers(),
            "{}",
            new.place
        );
    }
}
