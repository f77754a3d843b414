use serde_json::{Map, Value};

use super::reader::Reader;

/// An event's payload: values by parameter name, as the page sent them.
///
/// A page sends text (from attributes and form fields), lists of text (from fields that share a name) and, from
/// scripts, any JSON. The type that a handler names decides how a value is read:
///
/// | Type | Takes |
/// | --- | --- |
/// | integers | decimal text, with a sign or without, spaces around it trimmed; a JSON number without fraction |
/// | floats | decimal text, spaces trimmed; a JSON number; never `inf` or `nan` |
/// | `bool` | `true`, `1`, `yes`, `on` and `false`, `0`, `no`, `off` in any case; JSON `true`, `false`, `1`, `0` |
/// | `String`, `char` | text as it is; a JSON number or truth value as text |
/// | `Option<T>` | nothing, `null` and empty text are `None`; anything else must be a `T` |
/// | `Vec<T>`, sets | a list; a single value is a list of one |
/// | tuples, arrays | a list of just that many |
/// | enums | a variant's name; `{"variant": content}` where it has content |
/// | structs, maps | a JSON map |
/// | newtypes | what they wrap |
///
/// Whatever a type's own `Deserialize` refuses is a problem that carries its message. In a form an absent `bool` is
/// false (an unchecked box sends nothing) and an absent list is empty; `#[serde(default)]` and `#[default]` come first.
/// Values inside `#[serde(flatten)]`, `#[serde(untagged)]` and internally tagged enums are buffered by serde before
/// their type is known: there, text is not turned into numbers or truth values.
///
/// Three names are the framework's own, and never parameters: `_target` (the field that caused a change), `_form`
/// (the payload is a form's) and `csrf_token`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Params {
    values: Map<String, Value>,
    target: Option<String>,
    key: Option<String>,
    form: bool,
}

impl Params {
    /// The parameters in a payload; the framework's own fields are taken out.
    #[must_use]
    pub fn from_payload(mut payload: Map<String, Value>) -> Self {
        let target = match payload.shift_remove("_target") {
            Some(Value::String(target)) => Some(target),
            _ => None,
        };
        let key = match payload.shift_remove("_key") {
            Some(Value::String(key)) => Some(key),
            _ => None,
        };
        let form = matches!(payload.shift_remove("_form"), Some(Value::Bool(true)));
        payload.shift_remove("csrf_token");
        Params {
            values: payload,
            target,
            key,
            form,
        }
    }

    /// The name of the field that caused the change, where the event is a form's.
    #[must_use]
    pub fn target(&self) -> Option<&str> {
        self.target.as_deref()
    }

    /// The key that was pressed, where the event is a keyboard's. A handler takes it as its parameter `key`, or not at
    /// all.
    #[must_use]
    pub fn key(&self) -> Option<&str> {
        self.key.as_deref()
    }

    /// Whether the payload is a form's: it was submitted, or one of its fields changed.
    #[must_use]
    pub fn is_form(&self) -> bool {
        self.form
    }

    /// The value of a parameter, as it was sent.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.values.get(name)
    }

    /// All values by name, in the order sent, without the framework's own.
    #[must_use]
    pub fn values(&self) -> &Map<String, Value> {
        &self.values
    }

    /// All values by name, in the order sent, without the framework's own.
    #[must_use]
    pub fn into_values(self) -> Map<String, Value> {
        self.values
    }

    /// Starts to read the parameters of a handler that takes `names`.
    #[must_use]
    pub fn read(self, event: &'static str, names: &'static [&'static str]) -> Reader {
        Reader::new(event, names, self)
    }
}
