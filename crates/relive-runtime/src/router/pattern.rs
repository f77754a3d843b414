//! The syntax of a pattern, and what each converter takes.

use percent_encoding::percent_decode_str;
use relive_template::nearest;

use super::error::RouteError;

/// A pattern, taken apart at its slashes. One that ends with a slash has an empty text as its last segment.
#[derive(Debug)]
pub(super) struct Pattern {
    pub(super) text: String,
    pub(super) segments: Vec<Segment>,
}

#[derive(Debug)]
pub(super) enum Segment {
    Text(String),
    Value(Converter, String),
}

/// What a parameter takes; the most specific converter is the least.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Converter {
    Int,
    Uuid,
    Slug,
    Str,
    Path,
}

const CONVERTERS: [(&str, Converter); 5] = [
    ("int", Converter::Int),
    ("uuid", Converter::Uuid),
    ("slug", Converter::Slug),
    ("str", Converter::Str),
    ("path", Converter::Path),
];

impl Pattern {
    /// Reads a pattern; `route` is the name that errors tell.
    pub(super) fn parse(route: &str, text: &str) -> Result<Self, RouteError> {
        let error = |at: usize, problem: String| RouteError::Syntax {
            name: route.into(),
            pattern: text.into(),
            position: text[..at].chars().count() + 1,
            problem,
        };
        if !text.starts_with('/') {
            return Err(error(0, "a pattern starts with `/`".into()));
        }
        let mut segments = Vec::new();
        let mut at = 1;
        for part in text[1..].split('/') {
            let end = at + part.len();
            let segment = segment(part).map_err(|(offset, problem)| error(at + offset, problem))?;
            if part.is_empty() && end < text.len() {
                return Err(error(at, "a segment is empty".into()));
            }
            if let Some(Segment::Value(Converter::Path, _)) = segments.last()
                && !part.is_empty()
            {
                return Err(error(at, "nothing but a slash can follow a `path`".into()));
            }
            if let Segment::Value(_, name) = &segment
                && segments
                    .iter()
                    .any(|s| matches!(s, Segment::Value(_, other) if other == name))
            {
                return Err(error(at, format!("there is a parameter `{name}` already")));
            }
            segments.push(segment);
            at = end + 1;
        }
        Ok(Pattern {
            text: text.into(),
            segments,
        })
    }

    /// The names of the parameters, in order.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.segments.iter().filter_map(|segment| match segment {
            Segment::Value(_, name) => Some(name.as_str()),
            Segment::Text(_) => None,
        })
    }
}

/// Reads what stands between two slashes. An error is its offset in bytes and what is wrong.
fn segment(part: &str) -> Result<Segment, (usize, String)> {
    let Some(inside) = part.strip_prefix('<') else {
        return text(part);
    };
    let Some(end) = inside.find('>') else {
        return Err((0, "this `<` has no `>`".into()));
    };
    if end + 1 < inside.len() {
        return Err((end + 2, WHOLE_SEGMENT.into()));
    }
    let (converter, name, name_at) = match inside[..end].split_once(':') {
        None => (Converter::Str, &inside[..end], 1),
        Some((converter, name)) => {
            let known = CONVERTERS.iter().find(|(known, _)| *known == converter);
            let Some((_, found)) = known else {
                return Err((1, unknown_converter(converter)));
            };
            (*found, name, converter.len() + 2)
        }
    };
    let starts_well = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    if !starts_well || !name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') {
        let problem = "a parameter's name is made of ASCII letters, digits and `_`, no digit first";
        return Err((name_at, problem.into()));
    }
    Ok(Segment::Value(converter, name.into()))
}

const WHOLE_SEGMENT: &str =
    "a parameter takes a whole segment: `/<int:pk>/`, not `/item-<int:pk>/`";

fn text(part: &str) -> Result<Segment, (usize, String)> {
    for (at, c) in part.char_indices() {
        let problem = match c {
            '<' => WHOLE_SEGMENT.into(),
            '>' => "this `>` has no `<`".into(),
            '?' | '#' => format!("a pattern is a path: no query, no fragment (`{c}`)"),
            '\\' => "browsers read a backslash as a slash".into(),
            c if c.is_control() => format!("a path has no control characters ({c:?})"),
            _ => continue,
        };
        return Err((at, problem));
    }
    if matches!(part, "." | "..") {
        return Err((
            0,
            format!("browsers never ask for `{part}`: they resolve it"),
        ));
    }
    if *percent_decode_str(part).collect::<Vec<u8>>() != *part.as_bytes() {
        let at = part.find('%').unwrap_or(0);
        return Err((
            at,
            "a pattern is plain text: write the character, not its encoding".into(),
        ));
    }
    Ok(Segment::Text(part.into()))
}

fn unknown_converter(name: &str) -> String {
    let names = CONVERTERS.map(|(name, _)| name);
    match nearest(name, names) {
        Some(found) => format!("unknown converter `{name}`: did you mean `{found}`?"),
        None => format!("unknown converter `{name}`: there are {}", names.join(", ")),
    }
}

impl Converter {
    /// A value that it takes.
    pub(super) fn sample(self) -> &'static str {
        match self {
            Converter::Int => "1",
            Converter::Uuid => "00000000-0000-0000-0000-000000000000",
            Converter::Slug | Converter::Str | Converter::Path => "a",
        }
    }

    /// Whether a value, percent-decoded, is one that this converter takes.
    pub(super) fn takes(self, value: &str) -> bool {
        match self {
            Converter::Int => {
                value.bytes().all(|b| b.is_ascii_digit()) && value.parse::<i64>().is_ok()
            }
            Converter::Uuid => {
                value.len() == 36
                    && value.bytes().enumerate().all(|(at, b)| match at {
                        8 | 13 | 18 | 23 => b == b'-',
                        _ => b.is_ascii_hexdigit(),
                    })
            }
            Converter::Slug => {
                let in_slug = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
                !value.is_empty() && value.bytes().all(in_slug)
            }
            Converter::Str => !value.is_empty() && !value.split('/').any(is_dots),
            Converter::Path => {
                // Its last segment may be empty: `a/` is a folder.
                let mut segments = value.strip_suffix('/').unwrap_or(value).split('/');
                !segments.any(|segment| segment.is_empty() || is_dots(segment))
            }
        }
    }

    /// What it takes, in words.
    pub(super) fn expects(self) -> &'static str {
        match self {
            Converter::Int => "digits that fit an i64",
            Converter::Uuid => "a UUID (8-4-4-4-12 hexadecimal digits)",
            Converter::Slug => "ASCII letters, digits, `-` and `_`",
            Converter::Str => "text that is not empty, `.` or `..`",
            Converter::Path => {
                "a path without empty, `.` or `..` segments and without a leading slash"
            }
        }
    }
}

fn is_dots(segment: &str) -> bool {
    matches!(segment, "." | "..")
}
