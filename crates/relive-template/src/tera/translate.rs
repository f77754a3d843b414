//! Tera's errors in relive's form: the place in what the user wrote, and words that name it.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

use ::tera::{ErrorKind as TeraKind, ReportError};

use super::expression::{TokenKind, tokens};
use super::links::{Template, TemplateSet};
use super::source::Source;
use super::tags::FLASH_TAG;
use super::tree::unclosed;
use crate::nearest::did_you_mean;
use crate::{Error, ErrorKind};

/// Tera's tags and ours, for suggestions.
const TAGS: [&str; 14] = [
    "block",
    "break",
    "component",
    "continue",
    FLASH_TAG,
    "elif",
    "else",
    "extends",
    "filter",
    "for",
    "if",
    "include",
    "raw",
    "set",
];

/// Tera's filters, for suggestions.
const FILTERS: [&str; 37] = [
    "abs",
    "capitalize",
    "default",
    "escape",
    "escape_html",
    "escape_xml",
    "first",
    "float",
    "get",
    "group_by",
    "indent",
    "int",
    "join",
    "keys",
    "last",
    "length",
    "lower",
    "newlines_to_br",
    "nth",
    "pairs",
    "pluralize",
    "replace",
    "reverse",
    "round",
    "safe",
    "sort",
    "split",
    "str",
    "title",
    "trim",
    "trim_end",
    "trim_start",
    "truncate",
    "unique",
    "upper",
    "values",
    "wordcount",
];

/// Tera's tests, for suggestions.
const TESTS: [&str; 17] = [
    "array",
    "bool",
    "containing",
    "defined",
    "divisible_by",
    "ending_with",
    "even",
    "float",
    "integer",
    "iterable",
    "map",
    "none",
    "number",
    "odd",
    "starting_with",
    "string",
    "undefined",
];

/// The sources of all templates, by name.
pub(super) type Sources = BTreeMap<String, Arc<Source>>;

/// What an error can be explained with.
pub(super) struct Translator<'a> {
    pub(super) sources: &'a Sources,
    /// The functions that templates can call.
    pub(super) functions: &'a [&'a str],
    /// The variables of the context.
    pub(super) variables: &'a [String],
}

impl Translator<'_> {
    /// One of Tera's errors, as one or more of ours.
    pub(super) fn translate(&self, error: &::tera::Error) -> Vec<Error> {
        match error.kind() {
            TeraKind::SyntaxError(report) => {
                vec![self.report(ErrorKind::Syntax, report, &error.to_string())]
            }
            TeraKind::RenderingError(report) => {
                vec![self.report(ErrorKind::Render, report, &error.to_string())]
            }
            TeraKind::TemplateNotFound(name) => vec![not_found(name, self.sources)],
            TeraKind::Msg(text) => {
                let errors = self.printed_reports(text);
                if errors.is_empty() {
                    vec![Error::new(ErrorKind::Render, plain(text))]
                } else {
                    errors
                }
            }
            other => vec![Error::new(ErrorKind::Render, plain(&other.to_string()))],
        }
    }

    fn report(&self, kind: ErrorKind, report: &ReportError, printed: &str) -> Error {
        let range = match (report.message(), &report.span().range) {
            // The span is the last token's.
            ("Unexpected end of input", range) => range.end..range.end,
            (_, range) => range.clone(),
        };
        let mut error = self.error(kind, report.message(), report.filename(), range);
        if let Some(source) = self.sources.get(report.filename()) {
            error = explain_unclosed(error, source, report.message(), report.span().range.clone());
        }
        for note in printed
            .lines()
            .filter_map(|line| line.strip_prefix("note: "))
        {
            if let Some((label, source, offset)) = self.note(note) {
                let label = match label.strip_suffix(" here") {
                    Some(label) => format!("{label} at"),
                    None => label.to_owned(),
                };
                error = error.via(label, source.position(offset));
            }
        }
        error
    }

    /// The errors of a text in which Tera has joined printed reports: the only form in which it
    /// gives several.
    fn printed_reports(&self, text: &str) -> Vec<Error> {
        let mut errors = Vec::new();
        let mut lines = text.lines();
        while let Some(line) = lines.next() {
            let Some(message) = line.strip_prefix("error: ") else {
                continue;
            };
            let place = lines
                .next()
                .and_then(|line| line.trim_start().strip_prefix("--> "));
            let Some((file, line, column)) = place.and_then(place_parts) else {
                continue;
            };
            let Some(source) = self.sources.get(file) else {
                continue;
            };
            let start = source.offset(line, column);
            let width = lines.nth(2).map_or(1, |carets| carets.matches('^').count());
            let end = source.code()[start..]
                .char_indices()
                .nth(width)
                .map_or(source.code().len(), |(length, _)| start + length);
            errors.push(self.error(ErrorKind::Syntax, message, file, start..end));
        }
        errors
    }

    /// `called from base.html:3:4`
    fn note<'n>(&self, note: &'n str) -> Option<(&'n str, &Source, usize)> {
        let (head, line, column) = place_parts(note)?;
        self.sources.iter().find_map(|(name, source)| {
            let label = head.strip_suffix(name.as_str())?.strip_suffix(' ')?;
            Some((label, &**source, source.offset(line, column)))
        })
    }

    fn error(&self, kind: ErrorKind, message: &str, file: &str, range: Range<usize>) -> Error {
        let Some(source) = self.sources.get(file) else {
            return Error::new(kind, plain(message));
        };
        let (message, help) = self.explain(message, source.words(range.clone()), file);
        source.error(kind, message, range).with_help(help)
    }

    /// The one name in an expression that the context does not have; none where there are several,
    /// since the template binds names too.
    fn undefined_name<'w>(&self, words: &'w str) -> Option<&'w str> {
        let tokens = tokens(words, 0..words.len());
        let mut unknown = tokens.iter().enumerate().filter(|(index, token)| {
            let name = &words[token.span.clone()];
            let before = index
                .checked_sub(1)
                .map(|before| &words[tokens[before].span.clone()]);
            token.kind == TokenKind::Name
                && !matches!(before, Some("." | "?." | "|"))
                && self.variables.iter().all(|own| own != name)
        });
        let (_, first) = unknown.next()?;
        unknown.next().is_none().then(|| &words[first.span.clone()])
    }

    /// What a block may have been meant to be: one that a parent of the template defines.
    fn block_help(&self, name: &str, file: &str) -> Option<String> {
        let set = TemplateSet::new(self.sources);
        let parents = set.chain(set.get(file)?).into_iter().skip(1);
        let blocks: BTreeSet<&str> = parents.flat_map(Template::blocks).collect();
        let blocks = || blocks.iter().copied();
        did_you_mean(name, blocks()).or_else(|| {
            let names: Vec<String> = blocks().map(|name| format!("`{name}`")).collect();
            (1..=12)
                .contains(&names.len())
                .then(|| format!("defined there: {}", names.join(", ")))
        })
    }

    /// Tera's message in words that name what it is about, and what may help.
    fn explain(&self, message: &str, words: &str, file: &str) -> (String, Option<String>) {
        let variables = || self.variables.iter().map(String::as_str);
        if let Some((what, available)) = message.split_once(" is not defined.") {
            let list = available.split_once(": ").map_or("", |(_, names)| names);
            let names = || list.split(", ").filter(|name| !name.is_empty());
            let name = quoted(what);
            let help = did_you_mean(name, names()).or_else(|| {
                (!list.is_empty() && names().count() <= 12).then(|| format!("defined here: {list}"))
            });
            return (format!("{} is not defined", lower_first(what)), help);
        }
        if message == "Tried to render a variable that is undefined" {
            return (
                format!("`{words}` is not defined"),
                did_you_mean(words, variables()),
            );
        }
        if message.contains("undefined") && !message.starts_with("Variable") {
            let (what, name) = match self.undefined_name(words) {
                Some(name) => (format!("`{name}`"), name),
                None => (format!("something in `{words}`"), words),
            };
            let message = format!("{what} is not defined: {}", plain(message));
            return (message, did_you_mean(name, variables()));
        }
        if message == "Unknown tag" {
            let near = did_you_mean(words, TAGS.into_iter().filter(|tag| *tag != words));
            return (format!("unknown tag `{words}`"), near);
        }
        let name = quoted(message);
        let help = match message.split_once(" `").map(|(what, _)| what) {
            Some("Unknown filter") => did_you_mean(name, FILTERS),
            Some("Unknown test") => did_you_mean(name, TESTS),
            Some("Unknown function") => did_you_mean(name, self.functions.iter().copied()),
            Some("Block") => self.block_help(name, file),
            _ => None,
        };
        (plain(message), help)
    }
}

/// Says what is still open where a tag closes nothing, or where the template ends too early.
fn explain_unclosed(error: Error, source: &Source, message: &str, at: Range<usize>) -> Error {
    let code = source.code();
    let until = match message {
        "Unexpected end of input" => code.len(),
        "Unknown tag" if code[at.clone()].starts_with("end") || &code[at.clone()] == "else" => {
            at.start
        }
        _ => return error,
    };
    match unclosed(code, until) {
        Some(open) => {
            let label = format!("`{}` is still open, from", &code[open.clone()]);
            error.via(label, source.position(open.start))
        }
        None => error.with_help("there is nothing open that it could close".to_owned()),
    }
}

/// The error for a template that does not exist.
pub(super) fn not_found(name: &str, sources: &Sources) -> Error {
    Error::new(
        ErrorKind::NotFound,
        format!("there is no template `{name}`"),
    )
    .with_help(did_you_mean(name, sources.keys().map(String::as_str)))
}

/// Cuts `file:line:column` from the end.
fn place_parts(text: &str) -> Option<(&str, usize, usize)> {
    let mut parts = text.rsplitn(3, ':');
    let column = parts.next()?.parse().ok().filter(|column| *column > 0)?;
    let line = parts.next()?.parse().ok().filter(|line| *line > 0)?;
    Some((parts.next()?, line, column))
}

/// What stands in the first pair of backticks.
fn quoted(message: &str) -> &str {
    message.split('`').nth(1).unwrap_or_default()
}

/// A message of Tera's in the form of ours: no capital at its start, no stop at its end, and types
/// called by what they are to a template.
fn plain(message: &str) -> String {
    let words = [
        ("iteration not possible on type", "cannot iterate over"),
        ("`u64`", "an integer"),
        ("`i64`", "an integer"),
        ("`u128`", "an integer"),
        ("`i128`", "an integer"),
        ("`f64`", "a float"),
        ("`map/struct`", "a map"),
        ("`string`", "a string"),
        ("`array`", "an array"),
        ("`bool`", "a bool"),
        ("`none`", "none"),
        ("`undefined`", "nothing"),
    ];
    let message = lower_first(message.trim_end_matches('.'));
    words.iter().fold(message, |message, (tera, plain)| {
        message.replace(tera, plain)
    })
}

fn lower_first(message: &str) -> String {
    let mut characters = message.chars();
    match characters.next() {
        Some(first) => first.to_lowercase().chain(characters).collect(),
        None => String::new(),
    }
}
