//! What a page sends, what a type asks for, and what becomes of it.

mod laws;
mod payloads;
mod table;
mod urls;

use serde_json::Value;

use super::Params;

/// Parameters from JSON text.
fn params(payload: &str) -> Params {
    match serde_json::from_str(payload).unwrap() {
        Value::Object(map) => Params::from_payload(map),
        other => panic!("{other} is no payload"),
    }
}
