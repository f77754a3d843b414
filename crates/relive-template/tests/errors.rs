//! Error messages, each beside the templates that cause it.
//!
//! A file in `tests/errors` has templates under `--- name`, values under `--- context`, and what is
//! printed under `--- printed`. The first template is rendered. With `UPDATE=1` in the environment
//! the last part is written anew.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use relive_template::{Engine, TeraEngine};

/// The parts of a fixture: title and text.
fn parts(fixture: &str) -> Vec<(&str, &str)> {
    fixture
        .split("--- ")
        .skip(1)
        .map(|part| part.split_once('\n').expect("a title on a line of its own"))
        .map(|(title, text)| (title, text.strip_suffix('\n').unwrap_or(text)))
        .collect()
}

fn printed(fixture: &str) -> String {
    let mut engine = TeraEngine::new();
    engine.add_function(
        "url",
        Arc::new(|arguments| match arguments.text("name") {
            Some("item") => Ok("/item/".to_owned()),
            Some(other) => Err(format!("there is no route `{other}`")),
            None => Err("needs a name".to_owned()),
        }),
    );
    let mut context = engine.context();
    let mut first = None;
    for (title, text) in parts(fixture) {
        match title {
            "printed" => {}
            "context" => {
                let values: serde_json::Map<String, serde_json::Value> =
                    serde_json::from_str(text).unwrap();
                for (name, value) in &values {
                    context.try_insert(name, value).unwrap();
                }
            }
            name => {
                first.get_or_insert(name);
                if let Err(error) = engine.add_inline(name, text) {
                    return error.to_string();
                }
            }
        }
    }
    if let Err(errors) = engine.finish() {
        return errors.to_string();
    }
    match engine.render(first.unwrap(), &context, &mut String::new()) {
        Ok(_) => "no error".to_owned(),
        Err(error) => error.to_string(),
    }
}

#[test]
fn messages() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/errors");
    let mut files: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    assert!(files.len() >= 20, "the fixtures are missing");
    let mut wrong = Vec::new();
    for file in files {
        let fixture = fs::read_to_string(&file).unwrap();
        let found = printed(&fixture);
        let (head, expected) = fixture
            .split_once("--- printed\n")
            .unwrap_or((&fixture, ""));
        if std::env::var_os("UPDATE").is_some() {
            fs::write(&file, format!("{head}--- printed\n{found}\n")).unwrap();
        } else if found != expected.trim_end_matches('\n') {
            wrong.push(format!("{}\n{found}", file.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}
