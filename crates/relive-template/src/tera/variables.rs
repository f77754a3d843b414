//! The variables and functions in an expression.

use std::collections::BTreeSet;

use super::expression::{Token, TokenKind, string_value};
use super::streams::{END, ITEMS, ROW};
use super::tree::component_name;
use super::walk::{Frame, Walk};
use crate::{Call, Variable};

/// What an expression stands for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Value,
    /// Undefined counts as false.
    Condition,
    /// It begins with a filter's name.
    Filters,
}

/// Names that are no variables.
const KEYWORDS: [&str; 15] = [
    "and", "else", "false", "False", "for", "if", "in", "is", "none", "None", "not", "null", "or",
    "true", "True",
];

impl Walk<'_> {
    /// Notes what an expression refers to.
    pub(super) fn expression(&mut self, tokens: &[Token], role: Role, frame: &Frame<'_>) {
        let text = |index: usize| tokens.get(index).map_or("", |token| frame.text(token));
        let mut at = 0;
        while let Some(token) = tokens.get(at) {
            let before = match at {
                0 if role == Role::Filters => "|",
                0 => "",
                _ => text(at - 1),
            };
            let begins_operand = match at.checked_sub(1).map(|last| &tokens[last]) {
                None => true,
                Some(last) => match last.kind {
                    TokenKind::Operator => !matches!(before, ")" | "]" | "}"),
                    TokenKind::Name => KEYWORDS.contains(&before),
                    TokenKind::String | TokenKind::Number => false,
                },
            };
            match (token.kind, text(at)) {
                (TokenKind::Operator, "<") if begins_operand => {
                    at = self.component_call(tokens, at, frame);
                    continue;
                }
                (TokenKind::Operator, "[") if begins_operand => {
                    let end = closing(tokens, at, frame);
                    if self.comprehension(&tokens[at + 1..end], frame) {
                        at = end;
                    }
                }
                (TokenKind::Name, name) => {
                    let is_test =
                        before == "is" || before == "not" && at > 1 && text(at - 2) == "is";
                    let is_other =
                        matches!(before, "." | "?." | "|") || is_test || KEYWORDS.contains(&name);
                    match text(at + 1) {
                        _ if is_other => {}
                        "(" => self.function(name, tokens, at, frame),
                        "=" => {}
                        next => {
                            let next = (next, text(at + 2));
                            if role.tolerates(at == 0, before, next) {
                                self.optional.insert(name.to_owned());
                            }
                            self.variable(name, token, frame);
                        }
                    }
                }
                _ => {}
            }
            at += 1;
        }
    }

    /// Notes a variable, unless it is bound here.
    pub(super) fn variable(&mut self, name: &str, token: &Token, frame: &Frame<'_>) {
        let is_own = name.starts_with("__tera") || name == "loop" && frame.in_loop;
        let position = frame.source().position(token.span.start);
        if !is_own
            && !frame.bound.contains(name)
            && self.noted.insert((position.clone(), name.to_owned()))
        {
            let name = name.to_owned();
            self.references.variables.push(Variable {
                name,
                optional: false,
                position,
            });
        }
    }

    fn function(&mut self, name: &str, tokens: &[Token], at: usize, frame: &Frame<'_>) {
        if name == "super" {
            self.parent_block(frame);
            return;
        }
        let position = frame.source().position(tokens[at].span.start);
        let is_own = [ITEMS, ROW, END].contains(&name);
        if is_own || !self.noted.insert((position.clone(), name.to_owned())) {
            return;
        }
        let inside = &tokens[at + 2..closing(tokens, at + 1, frame)];
        let arguments = split(inside, ",", frame).filter_map(|argument| {
            let [name, _, value @ ..] = argument else {
                return None;
            };
            let literal = match value {
                [value] if value.kind == TokenKind::String => Some(string_value(frame.text(value))),
                _ => None,
            };
            Some((frame.text(name).to_owned(), literal))
        });
        let arguments = arguments.collect();
        self.references.functions.push(Call {
            name: name.to_owned(),
            arguments,
            position,
        });
    }

    /// `value for name in target if condition`, if that is what stands between these brackets.
    fn comprehension(&mut self, inside: &[Token], frame: &Frame<'_>) -> bool {
        let Some((value, rest)) = split_once(inside, "for", frame) else {
            return false;
        };
        let Some((names, rest)) = split_once(rest, "in", frame) else {
            return false;
        };
        let (target, condition) = split_once(rest, "if", frame).unwrap_or((rest, &[]));
        self.expression(target, Role::Value, frame);
        let mut bound = frame.clone();
        bound
            .bound
            .extend(names.iter().map(|name| frame.text(name).to_owned()));
        self.expression(value, Role::Value, &bound);
        self.expression(condition, Role::Condition, &bound);
        true
    }

    /// `<Name attribute="…" attribute={…} attribute {...more}`: the index behind it.
    fn component_call(&mut self, tokens: &[Token], start: usize, frame: &Frame<'_>) -> usize {
        let (name, rest) = component_name(frame.source().code(), &tokens[start + 1..]);
        let mut at = tokens.len() - rest.len();
        let mut given = BTreeSet::new();
        let mut all_given = false;
        while let Some(token) = tokens.get(at) {
            let text = |index: usize| tokens.get(index).map_or("", |token| frame.text(token));
            match (token.kind, text(at + 1)) {
                (TokenKind::Name, "=") => {
                    given.insert(text(at).to_owned());
                    at += 3;
                    if text(at - 1) == "{" {
                        let end = closing(tokens, at - 1, frame);
                        self.expression(&tokens[at..end], Role::Value, frame);
                        at = end + 1;
                    }
                }
                (TokenKind::Name, _) => {
                    given.insert(text(at).to_owned());
                    self.variable(text(at), token, frame);
                    at += 1;
                }
                (TokenKind::Operator, "...") => {
                    let end = closing(tokens, at, frame);
                    self.expression(&tokens[at + 2..end.max(at + 2)], Role::Value, frame);
                    all_given = true;
                    at = end + 1;
                }
                _ => break,
            }
        }
        let name_token = tokens.get(start + 1).unwrap_or(&tokens[start]);
        self.component(
            &name,
            |argument| all_given || given.contains(argument),
            name_token,
            frame,
        );
        at.min(tokens.len())
    }
}

impl Role {
    /// Whether Tera takes an undefined variable here. `next` are the two tokens behind it.
    fn tolerates(self, first: bool, before: &str, next: (&str, &str)) -> bool {
        const LOGIC: [&str; 5] = ["and", "or", "==", "!=", "if"];
        match next {
            ("?." | "?[" | "is", _) | ("|", "default") => true,
            ("." | "[", _) => false,
            (next, _) => {
                let alone = (first || before == "(") && matches!(next, "" | ")");
                LOGIC[..4].contains(&next)
                    || LOGIC.contains(&before)
                    || before == "not"
                    || self == Self::Condition && alone
            }
        }
    }
}

/// The index of the bracket that closes the one at `open`, or the end.
fn closing(tokens: &[Token], open: usize, frame: &Frame<'_>) -> usize {
    let mut depth = 0_usize;
    for (index, token) in tokens.iter().enumerate().skip(open) {
        match frame.text(token) {
            "(" | "[" | "{" | "?[" => depth += 1,
            ")" | "]" | "}" => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            return index;
        }
    }
    tokens.len()
}

/// Splits tokens at a word that is in no brackets.
fn split_once<'t>(
    tokens: &'t [Token],
    word: &str,
    frame: &Frame<'_>,
) -> Option<(&'t [Token], &'t [Token])> {
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        if frame.text(token) == word {
            return Some((&tokens[..at], &tokens[at + 1..]));
        }
        at = closing(tokens, at, frame) + 1;
    }
    None
}

/// The parts of tokens between a word that is in no brackets.
fn split<'t>(
    tokens: &'t [Token],
    word: &'t str,
    frame: &'t Frame<'_>,
) -> impl Iterator<Item = &'t [Token]> {
    let mut rest = Some(tokens);
    std::iter::from_fn(move || {
        let tokens = rest?;
        let (part, after) = match split_once(tokens, word, frame) {
            Some((part, after)) => (part, Some(after)),
            None => (tokens, None),
        };
        rest = after;
        Some(part)
    })
}
