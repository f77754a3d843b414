//! Forms: what a person fills in, checked as they type, with errors beside the fields.
//!
//! A view holds a [`Form`] in a public field; a page's events bring it [`FormInput`]; the value's own rules are in
//! [`Validate`].
//!
//! | File | Subject |
//! | --- | --- |
//! | `input` | [`FormInput`]: what a page sent |
//! | `validate` | [`Validate`] and [`FormErrors`] |
//! | `fit` | the value that input makes, as far as it fits |
//! | `items` | items of lists, added and taken away |
//! | `show` | what a template sees |
//! | `place` | names of fields, and what they mean for structs and lists |
//! | `wording` | the messages for values that do not fit their types |
//!
//! **Invariants:** what was typed is shown again as it was typed, whether it fits or not; a value comes out of a form
//! only as a whole and without errors; nothing that `T` does not have comes in.

mod fit;
mod input;
mod items;
mod place;
mod show;
mod validate;
mod wording;

use std::collections::BTreeSet;
use std::fmt;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

pub use input::FormInput;
pub(crate) use place::nest;
pub use validate::{FormErrors, Validate};
pub use wording::message;

use self::place::Place;
use crate::event::Problem;

/// A form that is being filled in: a value, what was typed, and what is wrong with it.
///
/// ```
/// use relive_runtime::form::{Form, FormErrors, FormInput, Validate};
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Clone, Default, Serialize, Deserialize)]
/// struct Order {
///     name: String,
///     amount: u32,
/// }
///
/// impl Validate for Order {
///     fn rules(&self, errors: &mut FormErrors) {
///         if self.name.is_empty() {
///             errors.add("name", "Who is it for?");
///         }
///     }
/// }
///
/// let mut form = Form::<Order>::default();
/// form.change(FormInput::from_fields([("_target", "amount"), ("name", ""), ("amount", "two")])?);
/// assert_eq!(form.errors("amount"), ["Enter a whole number."]);
/// assert!(form.errors("name").is_empty(), "nobody has been there yet");
///
/// assert!(form.submit(FormInput::from_fields([("name", ""), ("amount", "2")])?).is_none());
/// assert_eq!(form.errors("name"), ["Who is it for?"]);
///
/// let order = form.submit(FormInput::from_fields([("name", "Ann"), ("amount", "2")])?);
/// assert_eq!(order.map(|order| order.amount), Some(2));
/// # Ok::<(), relive_runtime::event::Problem>(())
/// ```
///
/// A template sees a form as a map:
///
/// | Variable | What it is |
/// | --- | --- |
/// | `form.values.email` | what stands in the field: as it was typed, also where it does not fit. An integer that fits is a number, a `bool` is one, a list is one |
/// | `form.errors.email` | the messages for the field, a list; empty where there is none, or where nobody has been in the field |
/// | `form.errors.address.street` | … in a struct inside |
/// | `form.item_errors.lines[0].price` | … in an item of a list of structs; `form.errors.lines` are the list's own |
/// | `form.non_field_errors` | the messages for the form as a whole |
/// | `form.touched.email` | whether somebody has been in the field |
/// | `form.valid` | whether there is no error at all, shown or not |
/// | `form.submitted` | whether the form was submitted |
/// | `form.key` | another number after each [`set`](Self::set) and [`reset`](Self::reset): with `dj-key="{{ form.key }}"` the page makes the form anew |
#[derive(Clone)]
pub struct Form<T> {
    /// Each field as it fitted last.
    value: T,
    initial: T,
    /// What the page sent last.
    raw: Option<Map<String, Value>>,
    /// Values that do not fit their types.
    misfits: FormErrors,
    /// What the value's own rules say.
    rules: FormErrors,
    /// What handlers added.
    added: FormErrors,
    touched: BTreeSet<Place>,
    submitted: bool,
    secrets: Vec<Place>,
    key: u32,
    messages: fn(&Problem) -> String,
}

impl<T: Serialize + DeserializeOwned + Clone + Validate> Form<T> {
    /// A form that shows a value: the record that is to be edited.
    #[must_use]
    pub fn new(value: T) -> Self {
        let mut form = Form {
            initial: value.clone(),
            value,
            raw: None,
            misfits: FormErrors::default(),
            rules: FormErrors::default(),
            added: FormErrors::default(),
            touched: BTreeSet::new(),
            submitted: false,
            secrets: Vec::new(),
            key: 0,
            messages: message,
        };
        form.value.rules(&mut form.rules);
        form
    }

    /// What is typed into this field is never in the template's values, whatever the template asks for: a password.
    #[must_use]
    pub fn secret(mut self, field: &str) -> Self {
        self.secrets.push(Place::of(field));
        self
    }

    /// Words the messages for values that do not fit their types; [`message`] does it otherwise.
    #[must_use]
    pub fn messages(mut self, messages: fn(&Problem) -> String) -> Self {
        self.messages = messages;
        self
    }

    /// Takes what the page sent while the form is being filled in (`dj-change`, `dj-input`).
    ///
    /// Everything is checked; errors show at fields that somebody has been in.
    pub fn change(&mut self, input: FormInput<T>) {
        let before = self.raw.take();
        let place = |place: &Place| before.as_ref().and_then(|raw| place.get(raw));
        let target = input.target.as_ref();
        self.added.retain(|field| {
            !field.is_whole()
                && place(field) == field.get(&input.values)
                && target.is_none_or(|target| !target.is_in(field))
        });
        self.touched.extend(input.target.clone());
        self.take(input, before.as_ref());
    }

    /// Takes what the page submitted (`dj-submit`). The value, where nothing is wrong with it; otherwise the errors of all
    /// fields show.
    #[must_use = "the value is what was submitted"]
    pub fn submit(&mut self, input: FormInput<T>) -> Option<T> {
        let before = self.raw.take();
        self.added.clear();
        self.submitted = true;
        self.take(input, before.as_ref());
        self.is_valid().then(|| self.value.clone())
    }

    /// Adds an error to a field that the rules cannot know (an address that is taken already). It shows until the field
    /// changes, or the form is submitted again.
    pub fn add_error(&mut self, field: &str, message: impl Into<String>) {
        self.added.add(field, message);
    }

    /// Adds an error to the form as a whole. It shows until something changes, or the form is submitted again.
    pub fn add_form_error(&mut self, message: impl Into<String>) {
        self.added.add_to_form(message);
    }

    /// Shows another value, as if the form were new.
    pub fn set(&mut self, value: T) {
        let new = Form::new(value);
        *self = Form {
            secrets: std::mem::take(&mut self.secrets),
            key: self.key.wrapping_add(1),
            messages: self.messages,
            ..new
        };
    }

    /// Shows again the value that it began with.
    pub fn reset(&mut self) {
        self.set(self.initial.clone());
    }

    /// The value as far as it fits: a field that does not has what it had before. It may break rules.
    #[must_use]
    pub fn value(&self) -> &T {
        &self.value
    }
}

impl<T> Form<T> {
    /// Whether there is no error, shown or not.
    #[must_use]
    pub fn is_valid(&self) -> bool {
        self.misfits.is_empty() && self.rules.is_empty() && self.added.is_empty()
    }

    /// The messages that show at a field.
    #[must_use]
    pub fn errors(&self, field: &str) -> Vec<&str> {
        let field = Place::of(field);
        let at_field = self.shown().filter(|(place, _)| **place == field);
        at_field
            .flat_map(|(_, messages)| messages)
            .map(String::as_str)
            .collect()
    }

    /// The messages that show at the form as a whole, and not at one of its fields.
    #[must_use]
    pub fn non_field_errors(&self) -> Vec<&str> {
        self.errors("")
    }

    /// The errors that show, by their places.
    fn shown(&self) -> impl Iterator<Item = (&Place, &[String])> {
        let found = self.misfits.iter().chain(self.rules.iter());
        found
            .filter(|(place, _)| self.was_touched(place))
            .chain(self.added.iter())
    }

    fn was_touched(&self, place: &Place) -> bool {
        let near = |touched: &Place| touched.is_in(place) || place.is_in(touched);
        self.submitted || !place.is_whole() && self.touched.iter().any(near)
    }
}

impl<T: Serialize + DeserializeOwned + Clone + Default + Validate> Default for Form<T> {
    fn default() -> Self {
        Form::new(T::default())
    }
}

impl<T> fmt::Debug for Form<T> {
    /// No values: some may be secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Form")
            .field("valid", &self.is_valid())
            .field("submitted", &self.submitted)
            .finish_non_exhaustive()
    }
}
