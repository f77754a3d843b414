//! Text that is being typed, and what is wrong with it.

use serde::Serialize;

/// The longest title, in characters.
const LONGEST: usize = 200;

/// A field of the page: what stands in it, and the message beside it.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Draft {
    text: String,
    error: Option<String>,
}

impl Draft {
    pub(crate) fn new(text: &str) -> Self {
        Draft {
            text: text.to_owned(),
            error: None,
        }
    }

    /// Takes what stands in the field while the user types. A text that is empty is no mistake yet.
    pub(crate) fn type_in(&mut self, text: String) {
        self.text = text;
        self.error = match title(&self.text) {
            Err(Mistake::TooLong(length)) => Some(Mistake::TooLong(length).to_string()),
            Ok(_) | Err(Mistake::Empty) => None,
        };
    }

    /// Takes what the user wants to keep: a title, or `None`, and then a message says why.
    pub(crate) fn submit(&mut self, text: String) -> Option<String> {
        self.text = text;
        let title = title(&self.text);
        self.error = title.as_ref().err().map(ToString::to_string);
        title.ok()
    }

    /// The title in the field, as [`submit`](Self::submit).
    pub(crate) fn submit_again(&mut self) -> Option<String> {
        let text = std::mem::take(&mut self.text);
        self.submit(text)
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }
}

/// What can be wrong with a title.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
enum Mistake {
    #[error("Write what is to be done.")]
    Empty,
    #[error("At most {LONGEST} characters, please: this has {0}.")]
    TooLong(usize),
}

/// A title from what was typed, with single spaces.
fn title(text: &str) -> Result<String, Mistake> {
    let title = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match title.chars().count() {
        0 => Err(Mistake::Empty),
        length if length > LONGEST => Err(Mistake::TooLong(length)),
        _ => Ok(title),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles() {
        let long = "ü".repeat(LONGEST);
        let too_long = "ü".repeat(LONGEST + 1);
        let table = [
            ("milk", Ok("milk")),
            ("  oat \t milk ", Ok("oat milk")),
            ("", Err(Mistake::Empty)),
            (" \n ", Err(Mistake::Empty)),
            (&long, Ok(&*long)),
            (&too_long, Err(Mistake::TooLong(LONGEST + 1))),
        ];
        for (text, expected) in table {
            assert_eq!(title(text), expected.map(str::to_owned), "{text:?}");
        }
    }

    #[test]
    fn an_empty_field_is_a_mistake_only_when_it_is_submitted() {
        let mut draft = Draft::default();
        draft.type_in(" ".into());
        assert_eq!(draft.error, None);
        assert_eq!(draft.submit(" ".into()), None);
        assert!(draft.error.is_some());
        draft.type_in("m".into());
        assert_eq!(draft.error, None);
    }

    #[test]
    fn a_refused_text_stays_in_the_field() {
        let mut draft = Draft::default();
        let text = "x".repeat(LONGEST + 5);
        assert_eq!(draft.submit(text.clone()), None);
        assert_eq!(draft.text(), text);
        assert_eq!(
            draft.error.as_deref(),
            Some("At most 200 characters, please: this has 205.")
        );
    }
}
