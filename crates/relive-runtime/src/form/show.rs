//! What a template sees of a form.

use std::cell::Cell;

use serde::de::DeserializeOwned;
use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};
use serde_json::{Map, Value};

use super::Form;
use super::place::{Part, Place};
use crate::event::{bool_from_text, fields_of};

impl<T: Serialize + DeserializeOwned> Serialize for Form<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let values = self.values();
        let messages = Messages::of(self);
        let item_errors = messages.of_items(&values, &Place::default());
        let errors = messages.of_fields(&values, &Place::default());
        let touched = each_field(&values, &Place::default(), &|place| {
            Value::Bool(self.was_touched(place))
        });
        let mut form = serializer.serialize_struct("Form", 8)?;
        form.serialize_field("values", &values)?;
        form.serialize_field("errors", &errors)?;
        form.serialize_field("item_errors", &item_errors)?;
        form.serialize_field("non_field_errors", &messages.left())?;
        form.serialize_field("touched", &touched)?;
        form.serialize_field("valid", &self.is_valid())?;
        form.serialize_field("submitted", &self.submitted)?;
        form.serialize_field("key", &self.key)?;
        form.end()
    }
}

impl<T: Serialize + DeserializeOwned> Form<T> {
    /// What stands in the fields.
    fn values(&self) -> Map<String, Value> {
        let typed = tree(&self.value);
        let mut values = match &self.raw {
            Some(raw) => merge(raw, &typed),
            None => typed
                .into_iter()
                .map(|(key, value)| (key, plain(value)))
                .collect(),
        };
        for name in fields_of::<T>() {
            values.entry(*name).or_insert_with(|| Value::from(""));
        }
        for secret in &self.secrets {
            if secret.get(&values).is_some() {
                secret.put(&mut values, Value::from(""));
            }
        }
        values
    }
}

/// A value's fields, as JSON; none where it is no struct.
pub(super) fn tree<T: Serialize>(value: &T) -> Map<String, Value> {
    match serde_json::to_value(value) {
        Ok(Value::Object(map)) => map,
        Ok(_) => Map::new(),
        Err(error) => {
            let value = std::any::type_name::<T>();
            tracing::error!(value, %error, "the value of a form cannot be serialised");
            Map::new()
        }
    }
}

/// A value as a field shows it.
fn plain(value: Value) -> Value {
    match value {
        Value::Null => Value::from(""),
        // `2.0` is `2` to a person.
        Value::Number(number) if number.is_f64() => {
            Value::from(number.as_f64().unwrap_or_default().to_string())
        }
        Value::Array(items) => items.into_iter().map(plain).collect(),
        Value::Object(map) => map
            .into_iter()
            .map(|(key, value)| (key, plain(value)))
            .collect(),
        other => other,
    }
}

/// What was typed, in the shape that the value has.
fn merge(raw: &Map<String, Value>, typed: &Map<String, Value>) -> Map<String, Value> {
    let typed_only = typed.keys().filter(|key| !raw.contains_key(*key));
    let keys = raw.keys().chain(typed_only);
    keys.map(|key| (key.clone(), merge_value(raw.get(key), typed.get(key))))
        .collect()
}

fn merge_value(raw: Option<&Value>, typed: Option<&Value>) -> Value {
    match (raw, typed) {
        (Some(Value::Object(raw)), Some(Value::Object(typed))) => merge(raw, typed).into(),
        (Some(Value::Array(raw)), Some(Value::Array(typed))) => {
            let items = raw.iter().enumerate();
            items
                .map(|(index, item)| merge_value(Some(item), typed.get(index)))
                .collect()
        }
        (Some(single), Some(Value::Array(typed))) => {
            Value::Array(vec![merge_value(Some(single), typed.first())])
        }
        // A list of which nothing is chosen, and a box that is not checked, are not sent.
        (None, Some(Value::Array(_))) => Value::Array(Vec::new()),
        (None, Some(Value::Bool(_))) => Value::Bool(false),
        (Some(Value::String(text)), Some(Value::Bool(_))) => {
            bool_from_text(text).map_or_else(|| Value::from(text.as_str()), Value::Bool)
        }
        (Some(Value::String(text)), Some(Value::Number(number)))
            if !number.is_f64() && number.to_string() == *text =>
        {
            Value::Number(number.clone())
        }
        (Some(raw), _) => plain(raw.clone()),
        (None, typed) => plain(typed.cloned().unwrap_or_default()),
    }
}

/// A map of the same shape as `values`, with what `leaf` makes of each field; a list is one field.
fn each_field(
    values: &Map<String, Value>,
    at: &Place,
    leaf: &dyn Fn(&Place) -> Value,
) -> Map<String, Value> {
    let field = |(key, value): (&String, &Value)| {
        let place = at.then(Part::Key(key.clone()));
        let made = match value {
            Value::Object(inside) => each_field(inside, &place, leaf).into(),
            _ => leaf(&place),
        };
        (key.clone(), made)
    };
    values.iter().map(field).collect()
}

/// The messages that show, until each has found its place.
struct Messages<'f>(Vec<(&'f Place, &'f [String], Cell<bool>)>);

impl<'f> Messages<'f> {
    fn of<T>(form: &'f Form<T>) -> Self {
        let shown = form.shown();
        Messages(
            shown
                .map(|(place, messages)| (place, messages, Cell::new(false)))
                .collect(),
        )
    }

    /// Takes the messages of a field, with those of what lies inside of it.
    fn take(&self, field: &Place) -> Value {
        let mut taken: Vec<Value> = Vec::new();
        for (place, messages, used) in &self.0 {
            if place.is_in(field) && !used.replace(true) {
                let new = messages.iter().map(|message| message.as_str().into());
                for message in new {
                    if !taken.contains(&message) {
                        taken.push(message);
                    }
                }
            }
        }
        Value::Array(taken)
    }

    fn of_fields(&self, values: &Map<String, Value>, at: &Place) -> Map<String, Value> {
        each_field(values, at, &|place| self.take(place))
    }

    /// The messages of structs in lists, each list in its place.
    fn of_items(&self, values: &Map<String, Value>, at: &Place) -> Map<String, Value> {
        let mut lists = Map::new();
        for (key, value) in values {
            let place = at.then(Part::Key(key.clone()));
            let errors = match value {
                Value::Object(inside) => self.of_items(inside, &place).into(),
                Value::Array(items) => {
                    let errors = items.iter().enumerate().map(|(index, item)| {
                        let place = place.then(Part::Index(index));
                        match item {
                            Value::Object(inside) => self.of_fields(inside, &place).into(),
                            _ => Value::Array(Vec::new()),
                        }
                    });
                    errors.collect()
                }
                _ => continue,
            };
            lists.insert(key.clone(), errors);
        }
        lists
    }

    /// What has found no field.
    fn left(&self) -> Vec<&'f str> {
        let left = self.0.iter().filter(|(_, _, used)| !used.get());
        left.flat_map(|(_, messages, _)| messages.iter())
            .map(String::as_str)
            .collect()
    }
}
