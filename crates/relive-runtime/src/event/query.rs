use std::borrow::Cow;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use serde::de::{DeserializeOwned, Deserializer};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::attempt::{coerce, coerce_form};
use super::error::{Origin, ParamError};
use super::given::Given;

/// What stands for itself in a query.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// Reads the query of an address (`page=2&tag=a&tag=b`, without the question mark) into a type.
///
/// The rules are those of [`Params`](super::Params) for a form: text is coerced, a name that comes several times is a
/// list, an absent list is empty and an absent `bool` false. Names that the type does not know are passed over: links
/// from elsewhere may carry them.
///
/// ```
/// use relive_runtime::event::{from_query, to_query};
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Serialize, Deserialize, PartialEq, Debug)]
/// struct Filter {
///     #[serde(default)]
///     page: u32,
///     search: Option<String>,
///     tag: Vec<String>,
/// }
///
/// let filter: Filter = from_query("search=a+b%26c&tag=new&tag=old&utm_source=mail")?;
/// assert_eq!(filter.search.as_deref(), Some("a b&c"));
/// assert_eq!(filter.tag, ["new", "old"]);
/// assert_eq!(to_query(&filter)?, "page=0&search=a+b%26c&tag=new&tag=old");
///
/// let error = from_query::<Filter>("page=two").unwrap_err();
/// assert_eq!(error.to_string(), "query, parameter `page`: expected an integer, got \"two\"");
/// # Ok::<(), relive_runtime::Error>(())
/// ```
///
/// # Errors
///
/// All parameters that are missing or do not fit.
pub fn from_query<T: DeserializeOwned>(query: &str) -> Result<T, ParamError> {
    QueryValues(form_values(query)).deserialize()
}

/// The values of a query, as they came: for a [`LiveView::Query`](crate::LiveView::Query) whose type is of nobody's interest
/// but the view's own.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct QueryValues(Map<String, Value>);

impl QueryValues {
    /// Reads the values into a type, as [`from_query`] does.
    ///
    /// # Errors
    ///
    /// All parameters that are missing or do not fit.
    pub fn deserialize<T: DeserializeOwned>(&self) -> Result<T, ParamError> {
        coerce(Given::Map(&self.0), true, false)
            .map_err(|problems| ParamError::new(Origin::Query, problems))
    }
}

impl<'de> Deserialize<'de> for QueryValues {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Map::deserialize(deserializer).map(QueryValues)
    }
}

/// Reads the fields of a form that was submitted over HTTP. What the type does not know is an error, in its parts as well.
///
/// # Errors
///
/// All fields that are missing, unknown or do not fit.
pub(crate) fn from_form<T: DeserializeOwned>(fields: &Map<String, Value>) -> Result<T, ParamError> {
    coerce_form(fields).map_err(|problems| ParamError::new(Origin::Form, problems))
}

/// Names and values of a query or an urlencoded form; a name that comes several times has a list.
pub(crate) fn form_values(text: &str) -> Map<String, Value> {
    let mut values = Map::new();
    for pair in text.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let value = Value::String(decode(value).into_owned());
        match values.get_mut(&*decode(name)) {
            None => {
                values.insert(decode(name).into_owned(), value);
            }
            Some(Value::Array(list)) => list.push(value),
            Some(single) => *single = Value::Array(vec![single.take(), value]),
        }
    }
    values
}

fn decode(text: &str) -> Cow<'_, str> {
    let text = text.replace('+', " ");
    Cow::Owned(percent_decode_str(&text).decode_utf8_lossy().into_owned())
}

/// Writes a struct or a map as the query of an address, without the question mark; the reverse of [`from_query`].
///
/// `None` and empty lists are left out, a list repeats its name, `()` is the empty query. Empty text is read back as
/// `None` where the field is an option.
///
/// # Errors
///
/// The value is no struct or map of texts, numbers, truth values, plain enums, options and lists of these, or has a
/// number of more than 64 bits.
pub fn to_query<T: Serialize + ?Sized>(query: &T) -> Result<String, QueryError> {
    let value = serde_json::to_value(query).map_err(|error| QueryError(error.to_string()))?;
    let mut text = String::new();
    match value {
        Value::Null => {}
        Value::Object(map) => {
            for (name, value) in &map {
                match value {
                    Value::Array(items) => {
                        for item in items {
                            append(&mut text, name, item)?;
                        }
                    }
                    value => append(&mut text, name, value)?,
                }
            }
        }
        _ => {
            return Err(QueryError(
                "a query is written from a struct, a map or `()`".to_owned(),
            ));
        }
    }
    Ok(text)
}

fn append(query: &mut String, name: &str, value: &Value) -> Result<(), QueryError> {
    let value = match value {
        Value::Null => return Ok(()),
        Value::Bool(value) => value.to_string(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.clone(),
        Value::Array(_) | Value::Object(_) => {
            let message = format!("`{name}` has parts of its own, which a query cannot hold");
            return Err(QueryError(message));
        }
    };
    if !query.is_empty() {
        query.push('&');
    }
    encode(query, name);
    query.push('=');
    encode(query, &value);
    Ok(())
}

fn encode(query: &mut String, text: &str) {
    for (index, word) in text.split(' ').enumerate() {
        if index > 0 {
            query.push('+');
        }
        query.extend(utf8_percent_encode(word, ENCODED));
    }
}

/// A value that cannot be written as a query.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("cannot write a query: {0}")]
pub struct QueryError(String);
