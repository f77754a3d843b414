//! What is wrong with parameters, in words for the person who wrote the page.

use std::fmt::{self, Write as _};

/// How many characters of a given value a message shows.
const SHOWN: usize = 60;
/// How many problems a message spells out.
const LISTED: usize = 8;

/// How the types that are not made from a map say what they expect.
const NO_MAPS: [&str; 6] = [
    "text",
    "an integer",
    "a number",
    "true or false",
    "one character",
    "a list",
];

/// Parameters that do not fit: every problem that was found, with what was expected and what was given.
///
/// ```
/// use relive_runtime::event::Params;
///
/// let payload = serde_json::json!({ "step": "abc" });
/// let params = Params::from_payload(payload.as_object().unwrap().clone());
/// let mut reader = params.read("set_step", &["step"]);
/// assert_eq!(reader.take::<i64>("step"), None);
/// let error = reader.into_error();
/// assert_eq!(error.to_string(), "event `set_step`, parameter `step`: expected an integer, got \"abc\"");
/// assert_eq!(error.event(), Some("set_step"));
/// assert_eq!(error.problems()[0].parameter(), "step");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.message())]
pub struct ParamError {
    origin: Origin,
    problems: Vec<Problem>,
}

/// Values of a URL that do not fit what a view's method takes, among the errors that the method itself returns: the
/// visitor's mistake.
#[doc(hidden)]
#[derive(Clone, Debug, thiserror::Error)]
#[error(transparent)]
pub struct Unfit(#[from] pub ParamError);

/// Where the parameters came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    Event(&'static str),
    Query,
    Form,
    Path,
}

impl ParamError {
    pub(super) fn new(origin: Origin, problems: Vec<Problem>) -> Self {
        ParamError { origin, problems }
    }

    /// The event whose handler did not run; none where the values stood in an address or a form over HTTP.
    #[must_use]
    pub fn event(&self) -> Option<&'static str> {
        match self.origin {
            Origin::Event(name) => Some(name),
            Origin::Query | Origin::Form | Origin::Path => None,
        }
    }

    /// Each parameter that is missing, unknown or of the wrong kind.
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// Whether a query was to become something that none can be: a query is a map, whatever the visitor wrote.
    pub(crate) fn fits_no_query(&self) -> bool {
        let wants_no_map = |problem: &Problem| {
            problem.kind == ProblemKind::Invalid
                && problem.parameter.is_empty()
                && NO_MAPS
                    .iter()
                    .any(|words| problem.expected.starts_with(words))
        };
        self.origin == Origin::Query && self.problems.iter().any(wants_no_map)
    }

    fn message(&self) -> String {
        let (origin, parameter) = match self.origin {
            Origin::Event(name) => (format!("event `{name}`"), "parameter"),
            Origin::Query => ("query".to_owned(), "parameter"),
            Origin::Form => ("form".to_owned(), "field"),
            Origin::Path => ("URL".to_owned(), "value"),
        };
        let mut message = match &self.problems[..] {
            [only] if only.has_value() => format!("{origin}, "),
            _ => format!("{origin}: "),
        };
        for (index, problem) in self.problems.iter().take(LISTED).enumerate() {
            if index > 0 {
                message.push_str("; ");
            }
            problem.describe(parameter, &mut message);
        }
        if self.problems.len() > LISTED {
            let _ = write!(message, "; and {} more", self.problems.len() - LISTED);
        }
        message
    }
}

/// What is wrong with one parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    pub(super) kind: ProblemKind,
    /// The parameter, and the place inside it: `items[2].price`. Empty: the value as a whole.
    pub(super) parameter: String,
    /// What was expected; for [`ProblemKind::Refused`] the type's own message.
    pub(super) expected: String,
    pub(super) given: Option<String>,
    pub(super) hint: Option<String>,
}

/// The kinds of problem that parameters can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ProblemKind {
    /// The parameter is needed, and was not given.
    Missing,
    /// The value is not of the expected kind.
    Invalid,
    /// The value is of the right kind, but its type refused it with a message of its own.
    Refused,
    /// Nothing takes a parameter of this name.
    Unknown,
}

impl Problem {
    /// What kind of problem this is.
    #[must_use]
    pub fn kind(&self) -> ProblemKind {
        self.kind
    }

    /// The parameter, with the place inside it where it has parts: `items[2].price`.
    #[must_use]
    pub fn parameter(&self) -> &str {
        &self.parameter
    }

    /// What was expected; the type's own message where it [refused](ProblemKind::Refused) the value.
    #[must_use]
    pub fn expected(&self) -> &str {
        &self.expected
    }

    /// The given value as it is shown in messages: quoted, shortened, control characters escaped.
    #[must_use]
    pub fn given(&self) -> Option<&str> {
        self.given.as_deref()
    }

    pub(super) fn unknown<'a>(name: &str, takes: impl Iterator<Item = &'a str> + Clone) -> Problem {
        // A name that is longer than what is shown of it is no slip of the pen.
        let nearest = (name.len() <= SHOWN).then(|| relive_template::nearest(name, takes.clone()));
        let nearest = nearest.flatten();
        Problem {
            kind: ProblemKind::Unknown,
            parameter: show_name(name),
            expected: name_list(takes),
            given: None,
            hint: nearest.map(|name| format!(" (did you mean `{name}`?)")),
        }
    }

    /// The same, seen from outside: it lies in the parameter `name`.
    pub(super) fn place_inside(&mut self, name: &str) {
        let inside = &mut self.parameter;
        let dot = if name.is_empty() || inside.is_empty() || inside.starts_with('[') {
            ""
        } else {
            "."
        };
        inside.insert_str(0, dot);
        inside.insert_str(0, name);
    }

    /// Adds a sentence to the message.
    pub(crate) fn add_help(&mut self, help: &str) {
        let hint = self.hint.get_or_insert_default();
        hint.push_str("; ");
        hint.push_str(help);
    }

    fn has_value(&self) -> bool {
        matches!(self.kind, ProblemKind::Invalid | ProblemKind::Refused)
            && !self.parameter.is_empty()
    }

    fn describe(&self, word: &str, out: &mut String) {
        let Problem {
            kind,
            parameter,
            expected,
            given,
            hint,
        } = self;
        let hint = hint.as_deref().unwrap_or_default();
        let place = match parameter.as_str() {
            "" => String::new(),
            parameter => format!("{word} `{parameter}`: "),
        };
        let got = given
            .as_ref()
            .map(|given| format!(", got {given}"))
            .unwrap_or_default();
        let _ = match kind {
            ProblemKind::Missing if expected.is_empty() => {
                write!(out, "{word} `{parameter}` is missing")
            }
            ProblemKind::Missing => {
                write!(out, "{word} `{parameter}` is missing (expected {expected})")
            }
            ProblemKind::Invalid => write!(out, "{place}expected {expected}{got}{hint}"),
            ProblemKind::Refused => write!(out, "{place}{expected}{got}{hint}"),
            ProblemKind::Unknown if expected.is_empty() => {
                write!(out, "unknown {word} `{parameter}`; it takes none{hint}")
            }
            ProblemKind::Unknown => {
                write!(
                    out,
                    "unknown {word} `{parameter}`; it takes {expected}{hint}"
                )
            }
        };
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut message = String::new();
        self.describe("parameter", &mut message);
        f.write_str(&message)
    }
}

/// `a`, `b`, `c`
pub(super) fn name_list<'a>(names: impl Iterator<Item = &'a str>) -> String {
    names
        .map(|name| format!("`{name}`"))
        .collect::<Vec<_>>()
        .join(", ")
}

/// A text from outside: quoted, shortened, and nothing in it that a terminal or a log would obey.
pub(super) fn show_text(text: &str) -> String {
    format!("\"{}\"", shorten(text))
}

/// A name from outside, to stand between backticks.
pub(super) fn show_name(name: &str) -> String {
    shorten(name).replace('`', "\\u{60}")
}

fn shorten(text: &str) -> String {
    let mut shown = String::new();
    for (index, character) in text.chars().enumerate() {
        if index == SHOWN {
            shown.push('…');
            break;
        }
        match character {
            '\'' => shown.push('\''),
            other => shown.extend(other.escape_debug()),
        }
    }
    shown
}
