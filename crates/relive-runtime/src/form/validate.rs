use std::collections::BTreeMap;

use super::place::Place;

/// The rules of a form's value, beyond what its types say.
///
/// ```
/// use relive_runtime::form::{FormErrors, Validate};
///
/// struct SignUp {
///     email: String,
///     password: String,
///     again: String,
/// }
///
/// impl Validate for SignUp {
///     fn rules(&self, errors: &mut FormErrors) {
///         if !self.email.contains('@') {
///             errors.add("email", "An e-mail address has an @.");
///         }
///         if self.password != self.again {
///             errors.add("again", "The passwords differ.");
///         }
///     }
/// }
///
/// let mut errors = FormErrors::default();
/// let sign_up = SignUp { email: "ann".into(), password: "a".into(), again: "a".into() };
/// sign_up.rules(&mut errors);
/// assert_eq!(errors.of("email"), ["An e-mail address has an @."]);
/// ```
///
/// With the feature `garde`, whatever derives `garde::Validate` has its rules from there.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no rules: it does not implement `Validate`",
    label = "a form holds a value that can be validated",
    note = "`impl relive::form::Validate for {Self} {{}}` says that its types are all that is asked for",
    note = "with relive's feature `garde`, `#[derive(garde::Validate)]` works as well"
)]
pub trait Validate {
    /// Notes what is wrong with the value. It runs at each change, so it only looks at the value; what takes a look into a
    /// database belongs into the handler, with [`Form::add_error`](super::Form::add_error).
    fn rules(&self, errors: &mut FormErrors) {
        let _ = errors;
    }
}

#[cfg(feature = "garde")]
#[diagnostic::do_not_recommend]
impl<T: garde::Validate<Context = ()>> Validate for T {
    fn rules(&self, errors: &mut FormErrors) {
        if let Err(report) = garde::Validate::validate(self) {
            for (path, error) in report.iter() {
                errors.add(&path.to_string(), error.message());
            }
        }
    }
}

/// What is wrong with a form: messages by field, and some for the form as a whole.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct FormErrors(BTreeMap<Place, Vec<String>>);

impl FormErrors {
    /// Adds a message to a field: `email`, `address.street`, `lines[0].price`.
    pub fn add(&mut self, field: &str, message: impl Into<String>) {
        self.put(Place::of(field), message.into());
    }

    /// Adds a message to the form as a whole.
    pub fn add_to_form(&mut self, message: impl Into<String>) {
        self.put(Place::default(), message.into());
    }

    /// The messages of a field.
    #[must_use]
    pub fn of(&self, field: &str) -> &[String] {
        self.0.get(&Place::of(field)).map_or(&[], Vec::as_slice)
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn put(&mut self, place: Place, message: String) {
        let messages = self.0.entry(place).or_default();
        if !messages.contains(&message) {
            messages.push(message);
        }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&Place, &[String])> {
        self.0
            .iter()
            .map(|(place, messages)| (place, messages.as_slice()))
    }

    pub(super) fn retain(&mut self, keep: impl Fn(&Place) -> bool) {
        self.0.retain(|place, _| keep(place));
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }
}
