//! Loading the templates of a folder.

use std::fs;
use std::path::PathBuf;

use relive_template::{Engine, ErrorKind, TeraEngine};

/// A folder that is gone when the test ends.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str, files: &[(&str, &[u8])]) -> Self {
        let path =
            std::env::temp_dir().join(format!("relive-template-{name}-{}", std::process::id()));
        for (file, content) in files {
            let file = path.join(file);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, content).unwrap();
        }
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).unwrap();
    }
}

#[test]
fn names_are_paths() {
    let folder = Folder::new(
        "names",
        &[
            ("index.html", b"i"),
            ("a/b/c.html", b"c"),
            ("mail.txt", b"{{ x }}"),
            ("feed.xml", b""),
            ("logo.svg", b""),
            ("notes.md", b"{{"),
            (".hidden.html", b"{{"),
            (".git/x.html", b"{{"),
            ("x.html~", b"{{"),
        ],
    );
    let mut engine = TeraEngine::from_dir(&folder.0).unwrap();
    engine.finish().unwrap();
    assert_eq!(
        engine.names(),
        [
            "a/b/c.html",
            "feed.xml",
            "index.html",
            "logo.svg",
            "mail.txt"
        ]
    );
    let mut context = engine.context();
    context.try_insert("x", "<").unwrap();
    let mut out = String::new();
    engine.render("mail.txt", &context, &mut out).unwrap();
    assert_eq!(out, "&lt;");
}

#[test]
fn everything_that_is_wrong_is_told_at_once() {
    let folder = Folder::new(
        "wrong",
        &[
            ("a.html", b"{% if %}"),
            ("b.html", b"{% dj_flash x=1 %}"),
            ("c.html", b"{% extends 'a.html' %}"),
            ("d.html", b"{{ x | uper }}\n{{ y | lowr }}"),
            ("e.html", b"{% include 'f.html' %}"),
        ],
    );
    let mut engine = TeraEngine::from_dir(&folder.0).unwrap();
    let errors = engine.finish().unwrap_err();
    let places: Vec<String> = errors
        .iter()
        .map(|error| error.position().unwrap().to_string())
        .collect();
    assert_eq!(
        places,
        [
            "a.html:1:7",
            "b.html:1:13",
            "d.html:1:8",
            "d.html:2:8",
            "e.html:1:12"
        ],
        "{errors}"
    );
    for (name, source) in [
        ("a.html", "a"),
        ("b.html", "b"),
        ("d.html", "d"),
        ("f.html", "f"),
    ] {
        engine.add_inline(name, source).unwrap();
    }
    engine.finish().unwrap();
}

#[test]
fn folders_that_cannot_be_read() {
    let error = TeraEngine::from_dir("no/such/folder").err().unwrap();
    assert_eq!(error.kind(), ErrorKind::Io);
    assert_eq!(
        error.to_string(),
        "the template folder `no/such/folder` does not exist"
    );
    let folder = Folder::new("bytes", &[("a.html", b"\xff")]);
    let file = folder.0.join("a.html");
    let error = TeraEngine::from_dir(&file).err().unwrap();
    assert_eq!(
        error.to_string(),
        format!("the template folder `{}` is not a folder", file.display())
    );
    let error = TeraEngine::from_dir(&folder.0).err().unwrap();
    assert_eq!(error.kind(), ErrorKind::Io);
    assert!(
        error
            .message()
            .starts_with(&format!("cannot read `{}`: ", file.display())),
        "{error}"
    );
}

#[cfg(unix)]
#[test]
fn a_link_that_leads_up_ends() {
    let folder = Folder::new("links", &[("a/x.html", b"x")]);
    std::os::unix::fs::symlink(&folder.0, folder.0.join("a/up")).unwrap();
    let engine = TeraEngine::from_dir(&folder.0).unwrap();
    assert_eq!(engine.names(), ["a/x.html"]);
}
