//! What relive asks of a template engine.

use std::sync::Arc;

use serde_json::Value;

use crate::{Context, Error, Errors, References, StreamRows};

/// A template engine, as relive uses it.
///
/// Another engine is another implementation: nothing above this crate knows which one is in use.
/// Templates and functions are added first, [`finish`](Self::finish) then checks them all, and from
/// there on the engine is shared between threads and only rendered with.
///
/// Implementations escape every value that they write, whatever the template's name; how a template
/// opts out for one value is the engine's own matter (Tera has the filter `safe`). What is escaped is
/// safe as text and as an attribute's value in quotes; in scripts, styles and values without quotes
/// it is not, in any engine.
pub trait Engine: Send + Sync + 'static {
    /// An empty context of this engine's own kind.
    fn context(&self) -> Context;

    /// Renders a template into the end of `out`. After an error `out` is as it was.
    ///
    /// The rows of streams are not in `out`, but in what is returned.
    ///
    /// # Errors
    ///
    /// [`NotFound`](crate::ErrorKind::NotFound) where there is no such template,
    /// [`Render`](crate::ErrorKind::Render) where it cannot be rendered with these values, and
    /// [`Usage`](crate::ErrorKind::Usage) where the context is another engine's or
    /// [`finish`](Self::finish) has not been called since the template was added.
    fn render(
        &self,
        template: &str,
        context: &Context,
        out: &mut String,
    ) -> Result<Vec<StreamRows>, Error>;

    /// Adds a template under a name, in place of an earlier one (views with `template = "…"`).
    ///
    /// # Errors
    ///
    /// Where the template does not parse. What it refers to is checked by
    /// [`finish`](Self::finish), since it may be added later.
    fn add_inline(&mut self, name: &str, source: &str) -> Result<(), Error>;

    /// Registers a function for templates, such as `url(name="item", pk=3)`.
    ///
    /// What it returns is text, and escaped like any other value.
    fn add_function(&mut self, name: &str, function: Function);

    /// Checks all templates, once all has been added; only then can they be rendered.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with any template, not the first mistake only.
    fn finish(&mut self) -> Result<(), Errors>;

    /// Whether there is a template of this name.
    fn contains(&self, template: &str) -> bool;

    /// What a template refers to, those that it extends and includes among it.
    ///
    /// # Errors
    ///
    /// [`NotFound`](crate::ErrorKind::NotFound) where there is no such template, and
    /// [`Usage`](crate::ErrorKind::Usage) before [`finish`](Self::finish).
    fn references(&self, template: &str) -> Result<References, Error>;

    /// The names of all templates, sorted.
    fn names(&self) -> Vec<String>;
}

/// A function that templates can call. Its error is told to the user with the place of the call.
pub type Function = Arc<dyn Fn(&Arguments) -> Result<String, String> + Send + Sync>;

/// The named arguments of a call in a template, sorted by name.
///
/// ```
/// use relive_template::Arguments;
///
/// let arguments: Arguments = [("name", "item".into()), ("pk", 3.into())].into_iter().collect();
/// assert_eq!(arguments.text("name"), Some("item"));
/// assert_eq!(arguments.get("pk").and_then(|pk| pk.as_i64()), Some(3));
/// assert_eq!(arguments.get("page"), None);
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Arguments(Vec<(String, Value)>);

impl Arguments {
    /// The argument of this name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0
            .iter()
            .find(|(own, _)| own == name)
            .map(|(_, value)| value)
    }

    /// The argument of this name, where it is a string.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        self.get(name)?.as_str()
    }

    /// All arguments, sorted by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }
}

impl<N: Into<String>> FromIterator<(N, Value)> for Arguments {
    fn from_iter<I: IntoIterator<Item = (N, Value)>>(arguments: I) -> Self {
        let mut arguments: Vec<(String, Value)> = arguments
            .into_iter()
            .map(|(name, value)| (name.into(), value))
            .collect();
        arguments.sort_by(|a, b| a.0.cmp(&b.0));
        Self(arguments)
    }
}
