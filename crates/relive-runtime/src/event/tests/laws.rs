//! Properties over arbitrary input.

use std::collections::{BTreeMap, HashMap};

use proptest::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::event::{Params, PathValues, from_query, to_query};

#[derive(Debug, Deserialize)]
#[expect(dead_code, reason = "only read")]
struct Everything {
    number: i32,
    wide: Option<u128>,
    float: f32,
    flag: bool,
    text: String,
    letter: Option<char>,
    list: Vec<i64>,
    pair: (u8, String),
    kind: Kind,
    inner: Option<Box<Everything>>,
    map: HashMap<u8, f64>,
    bytes: [u8; 3],
    unit: (),
}

#[derive(Debug, Deserialize)]
#[expect(dead_code, reason = "only read")]
enum Kind {
    One,
    Two(u8),
    Three { a: Vec<Kind> },
}

fn json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "\\PC{0,8}".prop_map(Value::from),
        "-?[0-9]{1,40}".prop_map(Value::from),
        prop_oneof![
            Just("One"),
            Just("on"),
            Just(""),
            Just("1e999"),
            Just("NaN")
        ]
        .prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 40, 6, |inner| {
        let name = prop_oneof![name(), "\\PC{0,4}"];
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::vec((name, inner), 0..6)
                .prop_map(|entries| Value::Object(entries.into_iter().collect())),
        ]
    })
}

fn name() -> impl Strategy<Value = String> {
    let names = vec![
        "number", "wide", "float", "flag", "text", "letter", "list", "pair", "kind", "inner",
        "map", "bytes", "unit", "One", "Two", "Three", "a", "_form", "_target",
    ];
    prop::sample::select(names).prop_map(str::to_owned)
}

#[derive(Debug, Deserialize, PartialEq, Serialize)]
struct Query {
    text: String,
    number: i64,
    float: f64,
    flag: bool,
    option: Option<u8>,
    list: Vec<String>,
    letter: char,
}

fn query() -> impl Strategy<Value = Query> {
    let numbers = (
        any::<i64>(),
        any::<f64>().prop_filter("finite", |float| float.is_finite()),
    );
    let rest = (
        any::<bool>(),
        any::<Option<u8>>(),
        prop::collection::vec(any::<String>(), 0..4),
        any::<char>(),
    );
    (any::<String>(), numbers, rest).prop_map(
        |(text, (number, float), (flag, option, list, letter))| Query {
            text,
            number,
            float,
            flag,
            option,
            list,
            letter,
        },
    )
}

proptest! {
    #[test]
    fn no_payload_panics(entries in prop::collection::vec((name(), json()), 0..14)) {
        let payload: Map<String, Value> = entries.into_iter().collect();
        let mut reader = Params::from_payload(payload.clone()).read("e", &[]);
        let read = reader.payload::<Everything>();
        prop_assert_eq!(read.is_none(), !reader.is_ok());
        if read.is_none() {
            let message = reader.into_error().to_string();
            prop_assert!(!message.contains('\n') && message.chars().all(|c| !c.is_control()), "{}", message);
        }
        let mut reader = Params::from_payload(payload.clone()).read("e", &["kind"]);
        reader.take::<Kind>("kind");
        let _ = reader.into_error().to_string();
        let mut reader = Params::from_payload(payload).read("e", &[]);
        prop_assert!(reader.payload::<BTreeMap<String, Value>>().is_some());
    }

    #[test]
    fn no_address_panics(query in "\\PC{0,40}", values in prop::collection::vec(("[a-z]{1,3}", "\\PC{0,5}"), 0..4)) {
        let _ = from_query::<Everything>(&query);
        prop_assert!(from_query::<BTreeMap<String, Value>>(&query).is_ok());
        let values = PathValues::from_iter(values);
        let _ = values.deserialize::<Everything>();
        let _ = values.deserialize::<(u8, String)>();
        let _ = values.deserialize::<Kind>();
        let _ = values.deserialize::<Value>();
    }

    #[test]
    fn what_is_written_as_a_query_is_read_again(query in query()) {
        let text = to_query(&query).unwrap();
        prop_assert!(text.is_ascii());
        prop_assert_eq!(from_query::<Query>(&text).unwrap(), query, "{}", text);
    }
}
