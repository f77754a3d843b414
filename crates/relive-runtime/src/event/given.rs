//! A value as a page sent it, before a type reads it.

use serde_json::{Map, Number, Value};

use super::error::show_text;

/// A value as it was given.
#[derive(Clone, Copy, Debug)]
pub(super) enum Given<'de> {
    Absent,
    Null,
    Bool(bool),
    Number(&'de Number),
    Text(&'de str),
    List(&'de [Value]),
    Map(&'de Map<String, Value>),
}

impl<'de> From<&'de Value> for Given<'de> {
    fn from(value: &'de Value) -> Self {
        match value {
            Value::Null => Given::Null,
            Value::Bool(value) => Given::Bool(*value),
            Value::Number(number) => Given::Number(number),
            Value::String(text) => Given::Text(text),
            Value::Array(items) => Given::List(items),
            Value::Object(map) => Given::Map(map),
        }
    }
}

impl Given<'_> {
    /// The value in a message; `None` where there is none.
    pub(super) fn show(self) -> Option<String> {
        Some(match self {
            Given::Absent => return None,
            Given::Null => "null".to_owned(),
            Given::Bool(value) => value.to_string(),
            Given::Number(number) => number.to_string(),
            Given::Text(text) => show_text(text),
            Given::List(items) => match items.len() {
                0 => "an empty list".to_owned(),
                1 => "a list of 1 value".to_owned(),
                n => format!("a list of {n} values"),
            },
            Given::Map(_) => "a map".to_owned(),
        })
    }
}
