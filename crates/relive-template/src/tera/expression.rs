//! The tokens of the code between Tera's delimiters.

use std::ops::Range;

use super::lexer::string_length;

/// A token, with its place in the code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) kind: TokenKind,
    pub(crate) span: Range<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TokenKind {
    /// A name or a keyword.
    Name,
    String,
    Number,
    /// An operator or a bracket; anything that Tera refuses, too.
    Operator,
}

/// Operators of more than one character, the longest first.
const LONG_OPERATORS: [&str; 10] = ["...", "//", "**", "==", "!=", ">=", "<=", "</", "?.", "?["];

/// The tokens of a range of the code.
pub(crate) fn tokens(code: &str, range: Range<usize>) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut at = range.start;
    while let Some(&byte) = code.as_bytes()[..range.end].get(at) {
        if byte.is_ascii_whitespace() {
            at += 1;
            continue;
        }
        let (kind, length) = token(&code[at..range.end], byte);
        tokens.push(Token {
            kind,
            span: at..at + length,
        });
        at += length;
    }
    tokens
}

fn token(rest: &str, first: u8) -> (TokenKind, usize) {
    let bytes = rest.as_bytes();
    if let Some(operator) = LONG_OPERATORS
        .iter()
        .find(|operator| rest.starts_with(**operator))
    {
        return (TokenKind::Operator, operator.len());
    }
    let run = |accept: fn(&u8) -> bool| bytes.iter().take_while(|byte| accept(byte)).count();
    match first {
        b'\'' | b'"' | b'`' => (
            TokenKind::String,
            string_length(bytes, first).unwrap_or(rest.len()),
        ),
        b'0'..=b'9' => {
            let whole = run(u8::is_ascii_digit);
            let fraction = match bytes.get(whole) {
                Some(b'.') => {
                    1 + bytes[whole + 1..]
                        .iter()
                        .take_while(|byte| byte.is_ascii_digit())
                        .count()
                }
                _ => 0,
            };
            (TokenKind::Number, whole + fraction)
        }
        b'_' | b'a'..=b'z' | b'A'..=b'Z' => (
            TokenKind::Name,
            run(|byte| *byte == b'_' || byte.is_ascii_alphanumeric()),
        ),
        _ => (
            TokenKind::Operator,
            rest.chars().next().map_or(1, char::len_utf8),
        ),
    }
}

/// The value of a string token.
pub(crate) fn string_value(literal: &str) -> String {
    let inner = literal.get(1..literal.len() - 1).unwrap_or_default();
    let mut value = String::with_capacity(inner.len());
    let mut characters = inner.chars();
    while let Some(c) = characters.next() {
        match c {
            '\\' => value.extend(characters.next().map(|escaped| match escaped {
                'n' => '\n',
                't' => '\t',
                'r' => '\r',
                other => other,
            })),
            other => value.push(other),
        }
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(code: &str, expected: &str) {
        let found: Vec<&str> = tokens(code, 0..code.len())
            .into_iter()
            .map(|token| &code[token.span])
            .collect();
        assert_eq!(found.join(" "), expected, "{code}");
    }

    #[test]
    fn cuts() {
        check("", "");
        check("a.b?.c[0]?[1]", "a . b ?. c [ 0 ] ?[ 1 ]");
        check("1.5+2..x", "1.5 + 2. . x");
        check("...xs", "... xs");
        check("a//b**c==d!=e>=f<=g", "a // b ** c == d != e >= f <= g");
        check("'a b' ~ \"c\\\"d\"~`e`", "'a b' ~ \"c\\\"d\" ~ `e`");
        check("<Btn a={b} />", "< Btn a = { b } / >");
        check("</Card>", "</ Card >");
        check("a§b", "a § b");
        check("'never closed", "'never closed");
    }

    #[test]
    fn strings() {
        for (literal, value) in [
            ("'a'", "a"),
            ("''", ""),
            (r#""a\"b\\c\n""#, "a\"b\\c\n"),
            ("`é`", "é"),
            ("'", ""),
        ] {
            assert_eq!(string_value(literal), value, "{literal}");
        }
    }
}
