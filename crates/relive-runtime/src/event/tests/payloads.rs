//! Whole payloads: unknown parameters, forms, several problems at once, messages that are safe to log.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::params;
use crate::event::{ParamError, ProblemKind};

#[derive(Debug, Deserialize, PartialEq)]
struct Profile {
    name: String,
    age: u8,
    #[serde(default = "yes")]
    visible: bool,
    newsletter: bool,
    tags: Vec<String>,
    note: Option<String>,
}

fn yes() -> bool {
    true
}

fn profile(payload: &str) -> Result<Profile, String> {
    let mut reader = params(payload).read("save", &[]);
    match reader.payload() {
        Some(profile) if reader.is_ok() => Ok(profile),
        _ => Err(reader.into_error().to_string()),
    }
}

#[test]
fn the_frameworks_fields_are_never_parameters() {
    let params = params(r#"{"_target":"age","_form":true,"csrf_token":"x","age":"3"}"#);
    assert_eq!(params.target(), Some("age"));
    assert!(params.is_form());
    assert_eq!(params.get("csrf_token"), None);
    let mut reader = params.read("change", &["age"]);
    assert_eq!(reader.take::<u8>("age"), Some(3));
    assert!(reader.is_ok());
}

#[test]
fn in_a_form_an_unchecked_box_is_false_and_nothing_chosen_is_an_empty_list() {
    let sent = profile(r#"{"_form":true,"name":"Ann","age":"30"}"#).unwrap();
    let expected = Profile {
        name: "Ann".into(),
        age: 30,
        visible: true,
        newsletter: false,
        tags: vec![],
        note: None,
    };
    assert_eq!(sent, expected, "the type's own default comes first");

    let message = profile(r#"{"name":"Ann","age":"30"}"#).unwrap_err();
    assert_eq!(
        message,
        "event `save`: parameter `newsletter` is missing (expected true or false)"
    );
}

#[test]
fn every_problem_of_a_payload_is_told() {
    let payload = r#"{"name":[],"age":"300","newsletter":"on","tags":"a","colour":1,"nmae":2}"#;
    assert_eq!(
        profile(payload).unwrap_err(),
        "event `save`: parameter `name`: expected text, got an empty list; \
         parameter `age`: expected an integer from 0 to 255, got \"300\"; \
         unknown parameter `colour`; \
         it takes `name`, `age`, `visible`, `newsletter`, `tags`, `note`; \
         unknown parameter `nmae`; \
         it takes `name`, `age`, `visible`, `newsletter`, `tags`, `note` (did you mean `name`?)"
    );
}

#[test]
fn every_problem_of_a_handlers_parameters_is_told() {
    let mut reader = params(r#"{"colour":"red","step":"abc"}"#).read("x", &["id", "color", "step"]);
    assert_eq!(reader.take::<u8>("id"), None);
    assert_eq!(
        reader.take_or("color", || "blue".to_owned()),
        Some("blue".to_owned())
    );
    assert_eq!(reader.take::<f64>("step"), None);
    assert!(!reader.is_ok());
    let error: ParamError = reader.into_error();
    let kinds: Vec<_> = error
        .problems()
        .iter()
        .map(|problem| problem.kind())
        .collect();
    assert_eq!(
        kinds,
        [
            ProblemKind::Missing,
            ProblemKind::Invalid,
            ProblemKind::Unknown
        ]
    );
    assert_eq!(error.problems()[1].given(), Some("\"abc\""));
    assert_eq!(error.problems()[1].expected(), "a number");
    assert_eq!(
        error.to_string(),
        "event `x`: parameter `id` is missing (expected an integer); \
         parameter `step`: expected a number, got \"abc\"; \
         unknown parameter `colour`; it takes `id`, `color`, `step` (did you mean `color`?)"
    );
}

#[test]
fn a_handler_without_parameters_takes_none() {
    let reader = params(r#"{"id":1}"#).read("close", &[]);
    assert!(!reader.is_ok());
    assert_eq!(
        reader.into_error().to_string(),
        "event `close`: unknown parameter `id`; it takes none"
    );
}

#[test]
fn a_map_or_a_flattened_field_takes_the_rest() {
    #[derive(Debug, Deserialize, PartialEq)]
    struct Search {
        words: String,
        #[serde(flatten)]
        rest: BTreeMap<String, String>,
    }
    let mut reader = params(r#"{"id":"1","words":"tea","size":"2"}"#).read("search", &["id"]);
    assert_eq!(reader.take::<u8>("id"), Some(1));
    let search = reader.payload::<Search>().unwrap();
    assert_eq!(
        search.rest,
        BTreeMap::from([("size".to_owned(), "2".to_owned())])
    );
    assert!(reader.is_ok());

    let mut reader = params(r#"{"a":"1","b":2}"#).read("all", &[]);
    let all: BTreeMap<String, u8> = reader.payload().unwrap();
    assert_eq!(
        all,
        BTreeMap::from([("a".to_owned(), 1), ("b".to_owned(), 2)])
    );

    let mut reader = params(r#"{"a":"1","b":2}"#).read("rest", &["a"]);
    assert_eq!(reader.take::<String>("a").as_deref(), Some("1"));
    assert_eq!(Value::Object(reader.rest()), serde_json::json!({ "b": 2 }));
    assert!(reader.is_ok());
}

#[test]
fn given_values_are_shortened_and_harmless_in_a_log() {
    let text = format!("{}\\u001b[31m\\n\\u202e\\\"", "x".repeat(10));
    let mut reader = params(&format!(r#"{{"n":"{text}"}}"#)).read("e", &["n"]);
    assert_eq!(reader.take::<u8>("n"), None);
    assert_eq!(
        reader.into_error().to_string(),
        r#"event `e`, parameter `n`: expected an integer, got "xxxxxxxxxx\u{1b}[31m\n\u{202e}\"""#
    );

    let mut reader = params(&format!(r#"{{"n":"{}"}}"#, "é".repeat(1000))).read("e", &["n"]);
    assert_eq!(reader.take::<u8>("n"), None);
    let message = reader.into_error().to_string();
    assert!(
        message.ends_with(&format!("got \"{}…\"", "é".repeat(60))),
        "{message}"
    );

    let reader = params(r#"{"a\n`b":1}"#).read("e", &["n"]);
    let message = reader.into_error().to_string();
    assert_eq!(
        message,
        r"event `e`: unknown parameter `a\n\u{60}b`; it takes `n`"
    );
}

#[test]
fn a_message_does_not_grow_with_the_payload() {
    let many: BTreeMap<String, u8> = (0..10_000).map(|n| (format!("key{n}"), 0)).collect();
    let reader = params(&serde_json::to_string(&many).unwrap()).read("e", &["n"]);
    let error = reader.into_error();
    assert_eq!(error.problems().len(), 10_000);
    let message = error.to_string();
    assert!(message.ends_with("; and 9992 more"), "{message}");
    assert!(message.len() < 1000, "{message}");
}

#[test]
fn a_large_payload_of_wrong_values_is_no_more_work_than_a_few() {
    let many: BTreeMap<String, &str> = (0..20_000).map(|n| (format!("key{n}"), "x")).collect();
    let mut reader = params(&serde_json::to_string(&many).unwrap()).read("e", &[]);
    assert_eq!(reader.payload::<BTreeMap<String, u8>>(), None);
    assert_eq!(reader.into_error().problems().len(), 9);
}
