//! What a field says to the person who fills it in.

use crate::event::{Problem, ProblemKind};

/// The message for a value that does not fit its type, in English.
///
/// [`Form::messages`](super::Form::messages) sets another function: in another language, or in other words.
#[must_use]
pub fn message(problem: &Problem) -> String {
    if problem.kind() == ProblemKind::Refused {
        return problem.expected().to_owned();
    }
    let expected = problem.expected();
    let nothing = problem.kind() == ProblemKind::Missing || problem.given() == Some("\"\"");
    match expected {
        _ if expected.starts_with('`') || expected.starts_with("one of `") => {
            "Choose one of the options.".to_owned()
        }
        _ if nothing => "This field is required.".to_owned(),
        "an integer" => "Enter a whole number.".to_owned(),
        "true or false" => "Choose yes or no.".to_owned(),
        _ => match expected.strip_prefix("an integer from ") {
            Some(range) => format!("Enter a whole number from {range}."),
            None => format!("Enter {expected}."),
        },
    }
}
