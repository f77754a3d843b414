//! Cuts a template's source at Tera's delimiters.
//!
//! It cuts exactly where Tera's own lexer does, so that rewriting a tag or wrapping a loop never
//! touches text, strings, comments or `{% raw %}`. Nothing is lost: the segments' spans, one after
//! the other, are the source. Mistakes are not reported here, since Tera reports them.

use std::ops::Range;

/// A part of a template's source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Segment {
    pub(crate) kind: SegmentKind,
    /// All of it, delimiters included.
    pub(crate) span: Range<usize>,
    /// What is between the delimiters and their `-`.
    pub(crate) inner: Range<usize>,
    /// `{%-`: white space before it is taken away.
    pub(crate) trims_before: bool,
    /// `-%}`: white space after it is taken away.
    pub(crate) trims_after: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SegmentKind {
    Text,
    /// `{{ … }}`
    Output,
    /// `{% … %}`
    Tag,
    /// `{# … #}`
    Comment,
    /// `{% raw %} … {% endraw %}`, its inner part being the text.
    Raw,
    /// From a delimiter that is never closed to the end of the source.
    Unfinished,
}

/// The segments of a source, in order.
pub(crate) fn segments(source: &str) -> Vec<Segment> {
    let mut segments = Vec::new();
    let mut at = 0;
    while at < source.len() {
        let segment = segment(source, at);
        at = segment.span.end;
        segments.push(segment);
    }
    segments
}

fn segment(source: &str, start: usize) -> Segment {
    let rest = &source[start..];
    let kind = match rest.get(..2) {
        Some("{{") => SegmentKind::Output,
        Some("{%") => SegmentKind::Tag,
        Some("{#") => SegmentKind::Comment,
        _ => {
            let end = start + next_delimiter(rest).unwrap_or(rest.len());
            return Segment {
                kind: SegmentKind::Text,
                span: start..end,
                inner: start..end,
                trims_before: false,
                trims_after: false,
            };
        }
    };
    let trims_before = rest.as_bytes().get(2) == Some(&b'-');
    let inner = start + if trims_before { 3 } else { 2 };
    let found = match kind {
        SegmentKind::Comment => source[inner..].find("#}").map(|length| {
            let end = inner + length;
            let trims_after = source[inner..end].ends_with('-');
            (
                kind,
                inner..end - usize::from(trims_after),
                end + 2,
                trims_after,
            )
        }),
        SegmentKind::Tag => match fixed_tag(source, inner, "raw") {
            Some((body, _)) => raw_body(source, body)
                .map(|(inner, end, trims_after)| (SegmentKind::Raw, inner, end, trims_after)),
            None => code(source, inner, "%}")
                .map(|(inner, end, trims_after)| (kind, inner, end, trims_after)),
        },
        _ => code(source, inner, "}}")
            .map(|(inner, end, trims_after)| (kind, inner, end, trims_after)),
    };
    let (kind, inner, end, trims_after) = found.unwrap_or((
        SegmentKind::Unfinished,
        inner..source.len(),
        source.len(),
        false,
    ));
    Segment {
        kind,
        span: start..end,
        inner,
        trims_before,
        trims_after,
    }
}

fn next_delimiter(text: &str) -> Option<usize> {
    text.as_bytes()
        .windows(2)
        .position(|pair| matches!(pair, b"{{" | b"{%" | b"{#"))
}

/// Code up to its closing delimiter, over strings: the inner range, the end and the trim mark.
fn code(source: &str, start: usize, close: &str) -> Option<(Range<usize>, usize, bool)> {
    let mut at = start;
    loop {
        let rest = &source.as_bytes()[at..];
        if rest.starts_with(close.as_bytes()) {
            return Some((start..at, at + 2, false));
        }
        match rest.first()? {
            b'-' if rest[1..].starts_with(close.as_bytes()) => {
                return Some((start..at, at + 3, true));
            }
            quote @ (b'\'' | b'"' | b'`') => at += string_length(rest, *quote)?,
            _ => at += 1,
        }
    }
}

/// The length of a string literal with its quotes, or none where it is never closed.
pub(super) fn string_length(bytes: &[u8], quote: u8) -> Option<usize> {
    let mut at = 1;
    loop {
        match *bytes.get(at)? {
            b'\\' => at += 2,
            byte if byte == quote => return Some(at + 1),
            _ => at += 1,
        }
    }
}

/// Steps over ` name -%}`: the offset behind it, and the trim mark.
fn fixed_tag(source: &str, start: usize, name: &str) -> Option<(usize, bool)> {
    let white = |c: char| c.is_ascii_whitespace();
    let rest = &source[start..];
    let rest = rest
        .strip_prefix('-')
        .unwrap_or(rest)
        .trim_start_matches(white);
    let rest = rest.strip_prefix(name)?.trim_start_matches(white);
    let trimmed = rest.strip_prefix('-');
    let rest = trimmed.unwrap_or(rest).strip_prefix("%}")?;
    Some((source.len() - rest.len(), trimmed.is_some()))
}

/// The text up to the first `{% endraw %}`, the offset behind that, and its trim mark.
fn raw_body(source: &str, start: usize) -> Option<(Range<usize>, usize, bool)> {
    let mut at = start;
    loop {
        let open = at + source[at..].find("{%")?;
        if let Some((end, trims_after)) = fixed_tag(source, open + 2, "endraw") {
            return Some((start..open, end, trims_after));
        }
        at = open + 2;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::SegmentKind::{Comment, Output, Raw, Tag, Text, Unfinished};
    use super::*;

    fn check(source: &str, expected: &[(SegmentKind, &str)]) {
        let found: Vec<(SegmentKind, &str)> = segments(source)
            .into_iter()
            .map(|segment| (segment.kind, &source[segment.inner]))
            .collect();
        assert_eq!(found, expected, "{source}");
    }

    #[test]
    fn delimiters() {
        check("", &[]);
        check("a{b}c", &[(Text, "a{b}c")]);
        check("a{{ b }}c", &[(Text, "a"), (Output, " b "), (Text, "c")]);
        check("{{- b -}}", &[(Output, " b ")]);
        check("{{-1}}", &[(Output, "1")]);
        check("{{ a -1 }}", &[(Output, " a -1 ")]);
        check("{{--}}", &[(Output, "")]);
        check(
            "{%- if a -%}{% endif %}",
            &[(Tag, " if a "), (Tag, " endif ")],
        );
        check("{{ a }}}", &[(Output, " a "), (Text, "}")]);
        check("{{{ a }}", &[(Output, "{ a ")]);
        check("{{{'a': 1} }}", &[(Output, "{'a': 1} ")]);
        check(
            "{% set m = {'a': {'b': 1}} %}",
            &[(Tag, " set m = {'a': {'b': 1}} ")],
        );
        check(
            "é{{ 'é' }}é",
            &[(Text, "é"), (Output, " 'é' "), (Text, "é")],
        );
    }

    #[test]
    fn strings_hide_delimiters() {
        check("{{ '}}' }}x", &[(Output, " '}}' "), (Text, "x")]);
        check(r#"{{ "\"}}" }}x"#, &[(Output, r#" "\"}}" "#), (Text, "x")]);
        check("{{ `'}}` }}x", &[(Output, " `'}}` "), (Text, "x")]);
        check(
            "{% if a == '%}' %}x",
            &[(Tag, " if a == '%}' "), (Text, "x")],
        );
        check(
            "it's {{ a }}'s",
            &[(Text, "it's "), (Output, " a "), (Text, "'s")],
        );
    }

    #[test]
    fn comments_end_at_the_first_mark() {
        check(
            "{# {{ a }} {% b %} #}x",
            &[(Comment, " {{ a }} {% b %} "), (Text, "x")],
        );
        check("{# '#}' #}", &[(Comment, " '"), (Text, "' #}")]);
        check("{#- a -#}", &[(Comment, " a ")]);
        check("{#-#}x", &[(Comment, ""), (Text, "x")]);
        check("{#}x#}", &[(Comment, "}x")]);
    }

    #[test]
    fn raw_is_one_segment() {
        check(
            "{% raw %}{{ a }}{% endraw %}x",
            &[(Raw, "{{ a }}"), (Text, "x")],
        );
        check(
            "{%- raw -%} {% if %} {%- endraw -%}x",
            &[(Raw, " {% if %} "), (Text, "x")],
        );
        check("{%raw%}{#{%endraw%}x", &[(Raw, "{#"), (Text, "x")]);
        check("{% raw %}'{% endraw %}'", &[(Raw, "'"), (Text, "'")]);
        check("{% raws %}", &[(Tag, " raws ")]);
        check(
            "{# {% raw %} #}{{ a }}",
            &[(Comment, " {% raw %} "), (Output, " a ")],
        );
    }

    #[test]
    fn trim_marks() {
        for (source, before, after) in [
            ("{{ a }}", false, false),
            ("{{- a }}", true, false),
            ("{{ a -}}", false, true),
            ("{%- raw %}{% endraw -%}", true, true),
            ("{% raw -%}{%- endraw %}", false, false),
            ("{#--#}", true, true),
            ("{#-#}", true, false),
            ("{# -#}", false, true),
        ] {
            let segment = &segments(source)[0];
            assert_eq!(
                (segment.trims_before, segment.trims_after),
                (before, after),
                "{source}"
            );
        }
    }

    #[test]
    fn what_is_never_closed() {
        check("a{{ b", &[(Text, "a"), (Unfinished, " b")]);
        check("{% b }}", &[(Unfinished, " b }}")]);
        check("{# b", &[(Unfinished, " b")]);
        check("{{ 'b }}", &[(Unfinished, " 'b }}")]);
        check("{{ 'b\\", &[(Unfinished, " 'b\\")]);
        check(
            "{% raw %}{% endra %}",
            &[(Unfinished, " raw %}{% endra %}")],
        );
    }

    proptest! {
        #[test]
        fn segments_are_the_source(
            parts in proptest::collection::vec(
                prop_oneof![
                    proptest::sample::select(vec![
                        "{{", "}}", "{%", "%}", "{#", "#}", "-", "'", "\"", "`", "\\", "{", "}",
                        " raw ", "endraw", "a", "é", "\r\n", "\u{feff}", "%", "#",
                    ]).prop_map(str::to_owned),
                    ".{0,3}",
                ],
                0..40,
            )
        ) {
            let source = parts.concat();
            let mut at = 0;
            for segment in segments(&source) {
                prop_assert_eq!(segment.span.start, at);
                prop_assert!(segment.span.start < segment.span.end);
                prop_assert!(segment.span.start <= segment.inner.start);
                prop_assert!(segment.inner.start <= segment.inner.end);
                prop_assert!(segment.inner.end <= segment.span.end);
                prop_assert!(source.is_char_boundary(segment.inner.start));
                prop_assert!(source.is_char_boundary(segment.inner.end));
                at = segment.span.end;
            }
            prop_assert_eq!(at, source.len());
        }
    }
}
