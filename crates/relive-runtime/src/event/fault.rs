//! The error of the lenient deserializer.

use std::fmt;

use serde::de::{self, Expected, Unexpected};

use super::error::{Problem, ProblemKind, name_list};

/// What a type expected and did not get, while it is on its way up to the parameter.
#[derive(Debug)]
pub(super) struct Fault {
    pub(super) problem: Box<Problem>,
    /// The field of the outermost struct that this lies in.
    pub(super) field: Option<String>,
    /// A field that the outermost struct wants and the map does not have.
    pub(super) missing: Option<&'static str>,
}

impl Fault {
    pub(super) fn new(kind: ProblemKind, expected: String, given: Option<String>) -> Self {
        let parameter = String::new();
        let problem = Problem {
            kind,
            parameter,
            expected,
            given,
            hint: None,
        };
        Fault {
            problem: Box::new(problem),
            field: None,
            missing: None,
        }
    }

    /// The same, seen from outside: it lies in this field, or this item of a list.
    pub(super) fn inside(mut self, part: &str) -> Self {
        self.problem.place_inside(part);
        self.missing = None;
        self
    }

    fn invalid(expected: impl fmt::Display) -> Self {
        Fault::new(ProblemKind::Invalid, expected.to_string(), None)
    }
}

/// "`a`", or "one of `a`, `b`".
pub(super) fn one_of(names: &[&str]) -> String {
    let list = name_list(names.iter().copied());
    if names.len() > 1 {
        format!("one of {list}")
    } else {
        list
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.problem.fmt(f)
    }
}

impl std::error::Error for Fault {}

impl de::Error for Fault {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Fault::new(ProblemKind::Refused, message.to_string(), None)
    }

    fn invalid_type(_given: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Fault::invalid(expected)
    }

    fn invalid_value(_given: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Fault::invalid(expected)
    }

    fn invalid_length(_length: usize, expected: &dyn Expected) -> Self {
        Fault::invalid(expected)
    }

    fn unknown_variant(variant: &str, expected: &'static [&'static str]) -> Self {
        let mut fault = Fault::invalid(one_of(expected));
        fault.problem.hint = relive_template::nearest(variant, expected.iter().copied())
            .map(|name| format!(" (did you mean `{name}`?)"));
        fault
    }

    fn unknown_field(field: &str, expected: &'static [&'static str]) -> Self {
        let problem = Box::new(Problem::unknown(field, expected.iter().copied()));
        Fault {
            problem,
            field: None,
            missing: None,
        }
    }

    fn missing_field(field: &'static str) -> Self {
        let mut fault = Fault::new(ProblemKind::Missing, String::new(), None).inside(field);
        fault.missing = Some(field);
        fault
    }
}
