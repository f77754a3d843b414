use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::attempt::coerce;
use super::error::{Origin, ParamError, Problem};
use super::given::Given;
use super::params::Params;

/// Reads a handler's parameters one by one and gathers every problem on the way.
///
/// ```
/// use relive_runtime::event::Params;
///
/// let payload = serde_json::json!({ "id": "17", "done": "on" });
/// let params = Params::from_payload(payload.as_object().unwrap().clone());
/// let mut reader = params.read("toggle", &["id", "done"]);
/// assert_eq!(reader.take::<u64>("id"), Some(17));
/// assert_eq!(reader.take::<bool>("done"), Some(true));
/// assert!(reader.is_ok());
/// ```
#[derive(Debug)]
pub struct Reader {
    event: &'static str,
    names: &'static [&'static str],
    values: Map<String, Value>,
    form: bool,
    target: Option<String>,
    problems: Vec<Problem>,
}

impl Reader {
    pub(super) fn new(event: &'static str, names: &'static [&'static str], params: Params) -> Self {
        let form = params.is_form();
        let key = params.key().map(|key| Value::String(key.to_owned()));
        let target = params.target().map(str::to_owned);
        let mut values = params.into_values();
        if let Some(key) = key
            && names.contains(&"key")
        {
            values.entry("key").or_insert(key);
        }
        Reader {
            event,
            names,
            values,
            form,
            target,
            problems: Vec::new(),
        }
    }

    /// The parameter `name`. `None`: it is missing or does not fit, which was noted.
    pub fn take<T: DeserializeOwned>(&mut self, name: &'static str) -> Option<T> {
        let value = self.values.shift_remove(name);
        let given = value.as_ref().map_or(Given::Absent, Given::from);
        self.note(coerce(given, self.form, false), name)
    }

    /// The parameter `name`, or `default` where it was not sent. `None`: it does not fit, which was noted.
    pub fn take_or<T: DeserializeOwned>(
        &mut self,
        name: &'static str,
        default: impl FnOnce() -> T,
    ) -> Option<T> {
        if self.values.contains_key(name) {
            self.take(name)
        } else {
            Some(default())
        }
    }

    /// All parameters that were not taken yet, as one value. `None`: they do not fit, which was noted.
    ///
    /// A struct makes a parameter that it has no field for a problem; a map, or a struct that collects the rest with
    /// `#[serde(flatten)]`, takes everything.
    pub fn payload<T: DeserializeOwned>(&mut self) -> Option<T> {
        let values = Value::Object(std::mem::take(&mut self.values));
        self.note(coerce(Given::from(&values), self.form, true), "")
    }

    /// Takes out all parameters that were not taken yet: none of them is unknown any more.
    pub fn rest(&mut self) -> Map<String, Value> {
        std::mem::take(&mut self.values)
    }

    /// The name of the field that caused the change, where the event is a form's.
    #[must_use]
    pub fn target(&self) -> Option<&str> {
        self.target.as_deref()
    }

    /// Whether the payload is a form's: it was submitted, or one of its fields changed.
    #[must_use]
    pub fn is_form(&self) -> bool {
        self.form
    }

    /// Notes problems that somebody else found: the handler does not run.
    pub fn refuse(&mut self, problems: impl IntoIterator<Item = Problem>) {
        self.problems.extend(problems);
    }

    /// Whether everything fitted, and nothing is left that no parameter took.
    #[must_use]
    pub fn is_ok(&self) -> bool {
        self.problems.is_empty() && self.values.is_empty()
    }

    /// All problems; what is left now is unknown.
    #[must_use]
    pub fn into_error(mut self) -> ParamError {
        let unknown = self
            .values
            .keys()
            .map(|name| Problem::unknown(name, self.names.iter().copied()));
        self.problems.extend(unknown);
        ParamError::new(Origin::Event(self.event), self.problems)
    }

    fn note<T>(&mut self, result: Result<T, Vec<Problem>>, name: &str) -> Option<T> {
        match result {
            Ok(value) => Some(value),
            Err(mut problems) => {
                problems
                    .iter_mut()
                    .for_each(|problem| problem.place_inside(name));
                self.problems.append(&mut problems);
                None
            }
        }
    }
}
