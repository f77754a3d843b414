//! Finds attributes in the HTML between a template's tags.
//!
//! A scanner that is fed the text in pieces and told what lies between them: output, whose text is
//! not known, and the bounds of blocks, conditions and loops. It is no HTML parser; it knows as much
//! of the syntax as it takes to tell an attribute from text, comments and scripts.

use crate::Position;

/// An attribute that was found.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Found {
    /// In lower case.
    pub(super) name: String,
    /// None where the template computes it.
    pub(super) value: Option<String>,
    /// In lower case; empty where the template computes it.
    pub(super) element: String,
    pub(super) position: Position,
}

/// Where in HTML the text has led to.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub(super) struct Html {
    state: State,
    element: Name,
    attribute: Name,
    value: Value,
    position: Option<Position>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
enum State {
    #[default]
    Data,
    /// Behind `<`.
    Open,
    TagName,
    /// Behind `</`, up to `>`.
    EndTag,
    /// Behind `<!`, up to `--` or `>`.
    Declaration,
    /// In a comment, with the number of dashes just read.
    Comment(u8),
    BeforeAttribute,
    AttributeName,
    AfterName,
    BeforeValue,
    Quoted(char),
    Unquoted,
    /// In the text of a script, style, title or text area, with what may be its end tag in `value`.
    RawText,
}

/// A name that is read in pieces.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
struct Name {
    text: String,
    /// A tag of the template stands right behind what was read.
    interrupted: bool,
    /// A part of it is not known.
    computed: bool,
}

impl Name {
    fn push(&mut self, c: char) {
        self.computed |= self.interrupted;
        self.text.push(c.to_ascii_lowercase());
    }

    fn known(&self) -> &str {
        if self.computed { "" } else { &self.text }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
struct Value {
    text: String,
    interrupted: bool,
    computed: bool,
}

impl Value {
    fn push(&mut self, c: char) {
        self.computed |= self.interrupted;
        self.text.push(c);
    }
}

/// Elements whose content is text up to their end tag.
const RAW_TEXT: [&str; 8] = [
    "iframe", "noembed", "noframes", "script", "style", "textarea", "title", "xmp",
];

impl Html {
    /// Reads a piece of text. `position` gives the place of an offset in it.
    pub(super) fn text(
        &mut self,
        text: &str,
        position: impl Fn(usize) -> Position,
        found: &mut Vec<Found>,
    ) {
        for (offset, c) in text.char_indices() {
            self.character(c, || position(offset), found);
        }
    }

    /// Whether this is between tags.
    pub(super) fn is_text(&self) -> bool {
        self.state == State::Data
    }

    /// Whether this is in an attribute's value.
    pub(super) fn is_in_value(&self) -> bool {
        matches!(
            self.state,
            State::BeforeValue | State::Quoted(_) | State::Unquoted
        )
    }

    /// Output whose text is not known stands here.
    pub(super) fn output(&mut self, position: impl FnOnce() -> Position, found: &mut Vec<Found>) {
        match self.state {
            State::Open => {
                self.start_tag();
                self.element.computed = true;
            }
            State::TagName => self.element.computed = true,
            State::AttributeName => self.attribute.computed = true,
            State::BeforeAttribute | State::AfterName => {
                self.finish(found);
                self.start_attribute(position());
                self.attribute.computed = true;
            }
            State::BeforeValue => {
                self.state = State::Unquoted;
                self.value.computed = true;
            }
            State::Quoted(_) | State::Unquoted => self.value.computed = true,
            State::Data | State::EndTag | State::Declaration | State::Comment(_) => {}
            State::RawText => {}
        }
    }

    /// A tag of the template stands here, and what it encloses may or may not follow.
    pub(super) fn enter(&mut self) {
        match self.state {
            State::TagName => self.element.interrupted = true,
            State::AttributeName => self.attribute.interrupted = true,
            State::Quoted(_) | State::Unquoted => self.value.computed = true,
            _ => {}
        }
    }

    /// What the tag encloses ends here.
    pub(super) fn leave(&mut self) {
        match self.state {
            // Complete, unless more follows.
            State::Unquoted => self.value.interrupted = true,
            _ => self.enter(),
        }
    }

    /// Nothing follows: the template goes on from somewhere else.
    pub(super) fn abandon(mut self, found: &mut Vec<Found>) {
        let complete = match self.state {
            // A name that began before may go on in another branch.
            State::AttributeName => !self.attribute.interrupted,
            State::AfterName | State::Unquoted => true,
            _ => false,
        };
        if complete {
            self.finish(found);
        }
    }

    fn character(&mut self, c: char, position: impl FnOnce() -> Position, found: &mut Vec<Found>) {
        let white = c.is_ascii_whitespace();
        match self.state {
            State::Data => {
                if c == '<' {
                    self.state = State::Open;
                }
            }
            State::Open => match c {
                '/' => self.state = State::EndTag,
                '!' => {
                    self.value = Value::default();
                    self.state = State::Declaration;
                }
                '?' => self.state = State::EndTag,
                '<' => {}
                _ if c.is_ascii_alphabetic() => {
                    self.start_tag();
                    self.element.push(c);
                }
                _ => self.state = State::Data,
            },
            State::EndTag => {
                if c == '>' {
                    self.state = State::Data;
                }
            }
            State::Declaration => {
                self.value.text.push(c);
                if self.value.text == "--" {
                    // `<!-->` is a comment too.
                    self.state = State::Comment(2);
                } else if c == '>' {
                    self.state = State::Data;
                }
            }
            State::Comment(dashes) => {
                self.state = match c {
                    '-' => State::Comment(dashes.saturating_add(1)),
                    '>' if dashes >= 2 => State::Data,
                    // `--!>` ends a comment as well.
                    '!' if dashes >= 2 => State::Comment(dashes),
                    _ => State::Comment(0),
                };
            }
            State::TagName => match c {
                '>' => self.close_tag(),
                '/' => self.state = State::BeforeAttribute,
                _ if white => self.state = State::BeforeAttribute,
                _ => self.element.push(c),
            },
            State::BeforeAttribute | State::AfterName => match c {
                '>' => {
                    self.finish(found);
                    self.close_tag();
                }
                '=' if self.state == State::AfterName => {
                    self.value = Value::default();
                    self.state = State::BeforeValue;
                }
                '/' => {
                    self.finish(found);
                    self.state = State::BeforeAttribute;
                }
                _ if white => {}
                _ => {
                    self.finish(found);
                    self.start_attribute(position());
                    self.attribute.push(c);
                }
            },
            State::AttributeName => match c {
                '=' | '>' | '/' => {
                    self.state = State::AfterName;
                    self.character(c, position, found);
                }
                _ if white => self.state = State::AfterName,
                _ => self.attribute.push(c),
            },
            State::BeforeValue => match c {
                '"' | '\'' => self.state = State::Quoted(c),
                '>' => {
                    self.finish(found);
                    self.close_tag();
                }
                _ if white => {}
                _ => {
                    self.state = State::Unquoted;
                    self.value.push(c);
                }
            },
            State::Quoted(quote) if c == quote => {
                self.finish(found);
                self.state = State::BeforeAttribute;
            }
            State::Unquoted if white => {
                self.finish(found);
                self.state = State::BeforeAttribute;
            }
            State::Unquoted if c == '>' => {
                self.finish(found);
                self.close_tag();
            }
            State::Quoted(_) | State::Unquoted => self.value.push(c),
            State::RawText => self.raw_text(c),
        }
    }

    fn start_tag(&mut self) {
        self.element = Name::default();
        self.state = State::TagName;
    }

    fn close_tag(&mut self) {
        self.value = Value::default();
        let raw = RAW_TEXT.contains(&self.element.known());
        self.state = if raw { State::RawText } else { State::Data };
    }

    fn start_attribute(&mut self, position: Position) {
        self.attribute = Name::default();
        self.value = Value::default();
        self.position = Some(position);
        self.state = State::AttributeName;
    }

    /// Hands out the attribute that was being read, if there is one.
    fn finish(&mut self, found: &mut Vec<Found>) {
        let value = std::mem::take(&mut self.value);
        let Some(position) = self.position.take() else {
            return;
        };
        if !self.attribute.computed {
            found.push(Found {
                name: std::mem::take(&mut self.attribute.text),
                value: (!value.computed).then_some(value.text),
                element: self.element.known().to_owned(),
                position,
            });
        }
    }

    /// Looks for the end tag of the element whose text this is.
    fn raw_text(&mut self, c: char) {
        if c == '<' {
            self.value.text = "<".to_owned();
        } else if !self.value.text.is_empty() {
            let seen = &mut self.value.text;
            let end = seen
                .strip_prefix("</")
                .is_some_and(|name| name == self.element.text);
            if end && (c == '>' || c == '/' || c.is_ascii_whitespace()) {
                self.value = Value::default();
                self.state = if c == '>' { State::Data } else { State::EndTag };
                return;
            }
            seen.push(c.to_ascii_lowercase());
            let prefix = seen.strip_prefix("</").unwrap_or_default();
            if seen != "</" && (prefix.is_empty() || !self.element.text.starts_with(prefix)) {
                seen.clear();
            }
        }
    }
}
