use std::fmt;

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::place::{Place, nest};
use crate::event::{FromPayload, Params, Problem, ProblemKind, Reader, coerce_form};

/// What a page sent from the fields of a form of `T`, for [`Form::change`](super::Form::change) and
/// [`Form::submit`](super::Form::submit).
///
/// An event handler takes it with `#[payload]`. Values that do not fit are kept, and are the form's errors; a field
/// that `T` does not have is an error of the event, and the handler does not run: a page cannot set what the form
/// was not meant to set.
///
/// In a unit test, make it from what the fields hold:
///
/// ```
/// use relive_runtime::form::FormInput;
///
/// #[derive(serde::Deserialize)]
/// struct Login {
///     name: String,
/// }
///
/// assert!(FormInput::<Login>::from_fields([("name", "Ann")]).is_ok());
/// let error = FormInput::<Login>::from_fields([("name", "Ann"), ("admin", "on")]).unwrap_err();
/// assert_eq!(error.to_string(), "unknown parameter `admin`; it takes `name`");
/// ```
pub struct FormInput<T> {
    pub(super) values: Map<String, Value>,
    pub(super) target: Option<Place>,
    pub(super) read: Result<T, Vec<Problem>>,
}

/// A binding on a field sends that field alone, as `value`.
const NO_FORM: &str =
    "the event came from no form: for a `FormInput` the attribute belongs on the `<form>`";

impl<T: DeserializeOwned> FormInput<T> {
    /// The input that fields of these names and values make; a name that comes several times is a list.
    ///
    /// # Errors
    ///
    /// The first field that `T` does not have.
    pub fn from_fields<N: Into<String>, V: Into<String>>(
        fields: impl IntoIterator<Item = (N, V)>,
    ) -> Result<Self, Problem> {
        let mut flat = Map::new();
        for (name, value) in fields {
            let value = Value::String(value.into());
            match flat.entry(name.into()) {
                serde_json::map::Entry::Vacant(entry) => {
                    entry.insert(value);
                }
                serde_json::map::Entry::Occupied(mut entry) => {
                    let list = match entry.get_mut().take() {
                        Value::Array(mut list) => {
                            list.push(value);
                            list
                        }
                        single => vec![single, value],
                    };
                    entry.insert(Value::Array(list));
                }
            }
        }
        let flat = Params::from_payload(flat);
        let target = flat.target().map(Place::of);
        FormInput::new(flat.into_values(), target).map_err(|mut unknown| unknown.swap_remove(0))
    }

    /// Reads fields; the error is what `T` does not know.
    fn new(flat: Map<String, Value>, target: Option<Place>) -> Result<Self, Vec<Problem>> {
        let values = nest(flat);
        let read = coerce_form(&values);
        if let Err(problems) = &read {
            let unknown = |problem: &&Problem| problem.kind() == ProblemKind::Unknown;
            let unknown: Vec<_> = problems.iter().filter(unknown).cloned().collect();
            if !unknown.is_empty() {
                return Err(unknown);
            }
        }
        Ok(FormInput {
            values,
            target,
            read,
        })
    }
}

impl<T: DeserializeOwned> FromPayload for FormInput<T> {
    fn from_payload(reader: &mut Reader) -> Option<Self> {
        let target = reader.target().map(Place::of);
        let values = reader.rest();
        FormInput::new(values, target)
            .map_err(|mut unknown| {
                if !reader.is_form()
                    && let Some(last) = unknown.last_mut()
                {
                    last.add_help(NO_FORM);
                }
                reader.refuse(unknown);
            })
            .ok()
    }
}

impl<T> fmt::Debug for FormInput<T> {
    /// Names only: values may be secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("FormInput")
            .field(&self.values.keys().collect::<Vec<_>>())
            .finish()
    }
}
