//! What can go wrong with a template, told with the template's own words.

use std::fmt;
use std::sync::Arc;

/// A failure that a template, a value for it, or the place it is loaded from has caused.
///
/// Shown with `{}`, it has the message, the place, the template's own line with a caret under the
/// place, and help where there is any:
///
/// ```text
/// variable `itmes` is not defined
///  --> items.html:3:14
///   |
/// 3 | {% for i in itmes %}
///   |             ^^^^^
///   = help: did you mean `items`?
/// ```
#[derive(Debug, Clone)]
pub struct Error(Box<Repr>);

/// What kind of failure an [`Error`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A template, or one that it extends or includes, does not exist.
    NotFound,
    /// A template does not parse, or names a filter, function or block that does not exist.
    Syntax,
    /// A template could not be rendered with the values that it was given.
    Render,
    /// A value for the context could not be turned into one that templates understand.
    Value,
    /// A file or folder could not be read.
    Io,
    /// The engine was used in an order that it does not support.
    Usage,
}

#[derive(Debug, Clone)]
struct Repr {
    kind: ErrorKind,
    message: String,
    position: Option<Position>,
    excerpt: Option<Excerpt>,
    trace: Vec<(String, Position)>,
    help: Option<String>,
}

/// A place in a template.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// The template's name.
    pub template: Arc<str>,
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1, counted in characters.
    pub column: usize,
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.template, self.line, self.column)
    }
}

/// A line of a template, and how many of its characters an error is about.
#[derive(Debug, Clone)]
pub(crate) struct Excerpt {
    pub(crate) line: String,
    pub(crate) width: usize,
}

impl Error {
    /// An error that has no place in a template.
    ///
    /// Adapters of other engines make theirs with this and [`at`](Self::at).
    #[must_use]
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        let message = message.into();
        Self(Box::new(Repr {
            kind,
            message,
            position: None,
            excerpt: None,
            trace: Vec::new(),
            help: None,
        }))
    }

    /// Adds the place, with the text of that line and the number of characters to underline.
    #[must_use]
    pub fn at(mut self, position: Position, line: impl Into<String>, width: usize) -> Self {
        self.0.position = Some(position);
        self.0.excerpt = Some(Excerpt {
            line: line.into(),
            width,
        });
        self
    }

    /// Adds a place that led here, such as the `include` of the template at fault.
    #[must_use]
    pub fn via(mut self, label: impl Into<String>, position: Position) -> Self {
        self.0.trace.push((label.into(), position));
        self
    }

    /// Adds a sentence of help, such as "did you mean `items`?".
    #[must_use]
    pub fn with_help(mut self, help: impl Into<Option<String>>) -> Self {
        self.0.help = help.into();
        self
    }

    /// What kind of failure it is.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// What was wrong, in a sentence, without the place.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// Where it was wrong: the template itself, even where another one extends or includes it.
    #[must_use]
    pub fn position(&self) -> Option<&Position> {
        self.0.position.as_ref()
    }

    /// The name of the template at fault.
    #[must_use]
    pub fn template(&self) -> Option<&str> {
        self.position().map(|position| &*position.template)
    }

    /// The template's own line.
    #[must_use]
    pub fn source_line(&self) -> Option<&str> {
        self.0.excerpt.as_ref().map(|excerpt| excerpt.line.as_str())
    }

    /// What may help, such as "did you mean `items`?".
    #[must_use]
    pub fn help(&self) -> Option<&str> {
        self.0.help.as_deref()
    }

    /// The places that led to the template at fault, the nearest one first.
    pub fn trace(&self) -> impl Iterator<Item = (&str, &Position)> {
        self.0
            .trace
            .iter()
            .map(|(label, position)| (label.as_str(), position))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let repr = &*self.0;
        f.write_str(&repr.message)?;
        let width = repr
            .position
            .as_ref()
            .map_or(1, |at| at.line.to_string().len());
        if let Some(at) = &repr.position {
            write!(f, "\n{:width$}--> {at}", "")?;
            if let Some(excerpt) = &repr.excerpt {
                let indent: String = excerpt
                    .line
                    .chars()
                    .take(at.column.saturating_sub(1))
                    .map(|c| if c == '\t' { '\t' } else { ' ' })
                    .collect();
                let carets = "^".repeat(excerpt.width.max(1));
                write!(f, "\n{:width$} |\n{} | {}", "", at.line, excerpt.line)?;
                write!(f, "\n{:width$} | {indent}{carets}", "")?;
            }
        }
        for (label, position) in &repr.trace {
            write!(f, "\n{:width$} = {label} {position}", "")?;
        }
        if let Some(help) = &repr.help {
            write!(f, "\n{:width$} = help: {help}", "")?;
        }
        Ok(())
    }
}

impl std::error::Error for Error {}

/// Every failure that was found, in the order of the templates' names and lines.
#[derive(Debug, Clone)]
pub struct Errors(Vec<Error>);

impl Errors {
    /// The errors, sorted; nothing where there are none.
    ///
    /// ```
    /// use relive_template::{Error, ErrorKind, Errors};
    ///
    /// assert!(Errors::check(Vec::new()).is_ok());
    /// let errors = Errors::check(vec![Error::new(ErrorKind::Io, "no such folder")]).unwrap_err();
    /// assert_eq!(errors.iter().count(), 1);
    /// ```
    ///
    /// # Errors
    ///
    /// All of `errors`, where there is at least one.
    pub fn check(mut errors: Vec<Error>) -> Result<(), Self> {
        if errors.is_empty() {
            return Ok(());
        }
        errors.sort_by(|a, b| a.position().cmp(&b.position()));
        Err(Self(errors))
    }

    /// The errors, one by one.
    pub fn iter(&self) -> impl Iterator<Item = &Error> {
        self.0.iter()
    }
}

impl IntoIterator for Errors {
    type Item = Error;
    type IntoIter = std::vec::IntoIter<Error>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl From<Error> for Errors {
    fn from(error: Error) -> Self {
        Self(vec![error])
    }
}

impl fmt::Display for Errors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, error) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str("\n\n")?;
            }
            write!(f, "{error}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Errors {}
