//! What a template refers to, for the checks at start.

use std::collections::BTreeSet;

use crate::Position;

/// What a template and the templates that it extends, includes and calls refer to.
///
/// It errs on one side: what is listed in [`variables`](Self::variables) is not bound by the
/// template itself, so a check that stops the application on an unknown name stops no correct one.
/// Everything is in the order in which it is rendered, and listed once for each place.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct References {
    /// Every use of a variable that the template does not bind itself.
    pub variables: Vec<Variable>,
    /// Every call of a function, built-in ones included.
    pub functions: Vec<Call>,
    /// Every `dj-…` attribute in the HTML text, known or not.
    pub attributes: Vec<Attribute>,
    /// Where an element with `dj-root` is written.
    pub root: Option<Position>,
    /// Where the container of flash messages is written, by `{% dj_flash %}` or by hand.
    pub flash: Option<Position>,
    /// The template that writes the page around the live root, at the end of what it extends; none where that is
    /// a fragment. Views with the same one can follow each other in one page.
    pub layout: Option<String>,
    /// Where a page begins that has no doctype, so that browsers would read it by other rules.
    pub without_doctype: Option<Position>,
    /// Every loop directly inside an element with `dj-update="stream"`.
    pub loops: Vec<RowLoop>,
    /// Every element with `dj-update="stream"` that has no loop directly inside.
    pub without_loop: Vec<Position>,
    /// The templates that take part, sorted: what a change of a file has to be watched for.
    pub templates: BTreeSet<String>,
}

/// A use of a variable that the context has to give.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variable {
    /// Its name, without the fields that follow.
    pub name: String,
    /// Whether the template renders without it too: somewhere it asks whether the variable is there
    /// (`is defined`, `default`, `?.`, or the variable alone as a condition).
    pub optional: bool,
    /// Where it is used.
    pub position: Position,
}

/// A call of a function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// The function's name.
    pub name: String,
    /// Its arguments in the order written, with the values of those that are plain strings.
    pub arguments: Vec<(String, Option<String>)>,
    /// Where it is called.
    pub position: Position,
}

/// A `dj-…` attribute in the HTML of a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attribute {
    /// Its name without modifiers, in lower case: `dj-keydown`.
    pub name: String,
    /// What follows the name after dots: `enter` in `dj-keydown.enter`.
    pub modifiers: Vec<String>,
    /// Its value; none where the template computes it.
    pub value: Option<String>,
    /// The element that has it, in lower case; empty where the template computes it.
    pub element: String,
    /// What relive knows of it.
    pub kind: AttributeKind,
    /// Where it is written.
    pub position: Position,
}

/// A loop directly inside an element with `dj-update="stream"`. Whether it is over a stream, the view knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowLoop {
    /// The variable that it goes over; none where that is computed.
    pub variable: Option<String>,
    /// Where that is written.
    pub position: Position,
    /// Where the element's `dj-update` is written.
    pub container: Position,
    /// What is wrong with it if it is over a stream, and where.
    pub mistakes: Vec<(String, Position)>,
}

/// What relive knows of a `dj-…` attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum AttributeKind {
    /// Its value names an event handler of the view.
    Handler,
    /// It is known, and its value is something else.
    Other,
    /// There is no such attribute.
    Unknown,
    /// The attribute is known, but not one of its modifiers.
    UnknownModifier,
}

impl References {
    /// The attributes that name event handlers, with the names.
    ///
    /// ```
    /// use relive_template::{Engine, TeraEngine};
    ///
    /// let mut engine = TeraEngine::new();
    /// engine.add_inline("v", r#"<button dj-click="add" dj-value-by="1">+</button>"#)?;
    /// engine.finish()?;
    /// let references = engine.references("v")?;
    /// let handlers: Vec<&str> = references.handlers().map(|(name, _)| name).collect();
    /// assert_eq!(handlers, ["add"]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn handlers(&self) -> impl Iterator<Item = (&str, &Attribute)> {
        self.attributes
            .iter()
            .filter(|attribute| attribute.kind == AttributeKind::Handler)
            .filter_map(|attribute| Some((attribute.value.as_deref()?, attribute)))
    }
}
