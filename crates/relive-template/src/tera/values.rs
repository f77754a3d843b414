//! The values of a context, in Tera's form.

use std::sync::Arc;

use ::tera::Value;

use super::streams::{Streams, placeholder};
use crate::context::ContextValues;
use crate::{Arguments, Error, ErrorKind, LazyItems};

/// The values that a Tera template is rendered with.
///
/// Integers of any size keep their value, `None` is Tera's none, an enum variant without fields is
/// its name and one with fields a map from its name, and maps keep their order. Not a number renders
/// as `NaN`.
#[derive(Default)]
pub(super) struct TeraValues {
    pub(super) context: ::tera::Context,
    pub(super) streams: Streams,
    names: std::collections::BTreeSet<String>,
}

impl ContextValues for TeraValues {
    fn insert(&mut self, name: &str, value: &dyn erased_serde::Serialize) -> Result<(), Error> {
        let value = Value::try_from_serializable(value).map_err(|error| {
            let text = error.to_string();
            let reason = text.trim_start_matches("serialization failed: ");
            let message = format!("variable `{name}` has no form that templates know: {reason}");
            Error::new(ErrorKind::Value, message)
        })?;
        self.put(name, value);
        self.streams.remove(name);
        Ok(())
    }

    fn insert_stream(&mut self, name: &str, items: Arc<dyn LazyItems>) {
        self.put(name, placeholder(name));
        self.streams.insert(name.to_owned(), items);
    }

    fn remove(&mut self, name: &str) -> bool {
        self.context.remove(name);
        self.streams.remove(name);
        self.names.remove(name)
    }

    fn contains(&self, name: &str) -> bool {
        self.context.contains_key(name)
    }

    fn names(&self) -> Vec<String> {
        self.names.iter().cloned().collect()
    }
}

impl TeraValues {
    fn put(&mut self, name: &str, value: Value) {
        self.context.insert_value(name.to_owned(), value);
        if !self.names.contains(name) {
            self.names.insert(name.to_owned());
        }
    }
}

/// The arguments of a call, in the engine-neutral form.
pub(super) fn arguments(kwargs: &::tera::Kwargs) -> Result<Arguments, String> {
    kwargs
        .iter()
        .map(|(name, value)| {
            let name = name.to_string();
            if value.is_undefined() {
                return Err(format!("argument `{name}` is not defined"));
            }
            serde_json::to_value(value)
                .map(|value| (name.clone(), value))
                .map_err(|error| format!("argument `{name}`: {error}"))
        })
        .collect()
}
