//! The tree of a template: its text, and its tags with what they enclose.
//!
//! Tera gives no access to its own. This one is made from sources that Tera has accepted, so it
//! checks nothing; what it does not know it takes for code that binds nothing.

use std::ops::Range;

use super::expression::{Token, TokenKind, string_value, tokens};
use super::lexer::{Segment, SegmentKind, segments};

/// A part of a template.
#[derive(Debug)]
pub(crate) enum Node {
    Text(Range<usize>),
    /// `{{ … }}`
    Output(Vec<Token>),
    /// `{% set name = … %}`, or `{% set name | filters %}` with a body.
    Set {
        name: Token,
        value: Vec<Token>,
        body: Vec<Node>,
        global: bool,
    },
    If {
        branches: Vec<(Vec<Token>, Vec<Node>)>,
        otherwise: Vec<Node>,
    },
    For {
        names: Vec<Token>,
        target: Vec<Token>,
        body: Vec<Node>,
        otherwise: Vec<Node>,
    },
    Block {
        name: Token,
        body: Vec<Node>,
    },
    Include(Link),
    Extends(Link),
    Component(Component),
    /// `{% <Name …> %} … {% </Name> %}`
    Call {
        tokens: Vec<Token>,
        body: Vec<Node>,
    },
    /// `{% filter name(…) | … %}`
    Filter {
        filters: Vec<Token>,
        body: Vec<Node>,
    },
}

/// A template that another one names.
#[derive(Debug, Clone)]
pub(crate) struct Link {
    pub(crate) template: String,
    pub(crate) span: Range<usize>,
}

/// `{% component Name(argument, @implicit, …rest) %}`
#[derive(Debug)]
pub(crate) struct Component {
    pub(crate) name: String,
    pub(crate) span: Range<usize>,
    pub(crate) arguments: Vec<Argument>,
    pub(crate) body: Vec<Node>,
}

#[derive(Debug)]
pub(crate) struct Argument {
    pub(crate) name: String,
    /// Taken from where the component is called, if not given.
    pub(crate) implicit: bool,
    pub(crate) has_default: bool,
}

/// The nodes of a template's code.
pub(crate) fn parse(code: &str) -> Vec<Node> {
    let mut parser = Parser {
        code,
        segments: segments(code),
        at: 0,
    };
    let mut nodes = Vec::new();
    while parser.at < parser.segments.len() {
        nodes.extend(parser.nodes(&[]));
        // The end of something that was never begun.
        parser.at += 1;
    }
    nodes
}

/// Calls a function with every node, parents before children.
pub(crate) fn visit<'n>(nodes: &'n [Node], see: &mut impl FnMut(&'n Node)) {
    for node in nodes {
        see(node);
        match node {
            Node::Text(_) | Node::Output(_) | Node::Include(_) | Node::Extends(_) => {}
            Node::If {
                branches,
                otherwise,
            } => {
                for (_, body) in branches {
                    visit(body, see);
                }
                visit(otherwise, see);
            }
            Node::For {
                body, otherwise, ..
            } => {
                visit(body, see);
                visit(otherwise, see);
            }
            Node::Set { body, .. }
            | Node::Block { body, .. }
            | Node::Call { body, .. }
            | Node::Filter { body, .. } => visit(body, see),
            Node::Component(component) => visit(&component.body, see),
        }
    }
}

/// A component's name at the start of tokens, dots included, and the tokens behind it.
pub(crate) fn component_name<'t>(code: &str, tokens: &'t [Token]) -> (String, &'t [Token]) {
    let mut count = tokens.len().min(1);
    while let [dot, _, ..] = &tokens[count..]
        && &code[dot.span.clone()] == "."
    {
        count += 2;
    }
    let name = tokens[..count]
        .iter()
        .map(|token| &code[token.span.clone()])
        .collect();
    (name, &tokens[count..])
}

/// The innermost tag before an offset whose end tag is missing.
pub(super) fn unclosed(code: &str, until: usize) -> Option<Range<usize>> {
    let mut open: Vec<Range<usize>> = Vec::new();
    let tags = segments(code)
        .into_iter()
        .filter(|segment| segment.kind == SegmentKind::Tag);
    for segment in tags.take_while(|segment| segment.inner.end <= until) {
        let tokens = tokens(code, segment.inner);
        let text = |index: usize| {
            tokens
                .get(index)
                .map_or("", |token| &code[token.span.clone()])
        };
        match text(0) {
            "set" | "set_global" if text(2) == "=" => {}
            "block" | "component" | "filter" | "for" | "if" | "set" | "set_global" | "<" => {
                open.push(tokens[0].span.clone());
            }
            "</" => {
                open.pop();
            }
            word if word.starts_with("end") => {
                open.pop();
            }
            _ => {}
        }
    }
    open.pop()
}

struct Parser<'c> {
    code: &'c str,
    segments: Vec<Segment>,
    at: usize,
}

impl Parser<'_> {
    fn text(&self, token: &Token) -> &str {
        &self.code[token.span.clone()]
    }

    /// The nodes up to a tag that begins with one of `ends`; that tag is left to the caller.
    fn nodes(&mut self, ends: &[&str]) -> Vec<Node> {
        let mut nodes = Vec::new();
        while let Some(segment) = self.segments.get(self.at) {
            match segment.kind {
                SegmentKind::Text | SegmentKind::Raw => {
                    nodes.push(Node::Text(segment.inner.clone()));
                    self.at += 1;
                }
                SegmentKind::Output => {
                    nodes.push(Node::Output(tokens(self.code, segment.inner.clone())));
                    self.at += 1;
                }
                SegmentKind::Comment | SegmentKind::Unfinished => self.at += 1,
                SegmentKind::Tag => {
                    let tokens = tokens(self.code, segment.inner.clone());
                    if tokens
                        .first()
                        .is_some_and(|first| ends.contains(&self.text(first)))
                    {
                        return nodes;
                    }
                    self.at += 1;
                    nodes.extend(self.tag(&tokens));
                }
            }
        }
        nodes
    }

    /// The tag that ended the nodes before, stepped over.
    fn end(&mut self) -> Vec<Token> {
        let tokens = match self.segments.get(self.at) {
            Some(segment) => tokens(self.code, segment.inner.clone()),
            None => Vec::new(),
        };
        self.at += 1;
        tokens
    }

    fn body(&mut self, end: &str) -> Vec<Node> {
        let nodes = self.nodes(&[end]);
        self.end();
        nodes
    }

    fn tag(&mut self, tokens: &[Token]) -> Option<Node> {
        let (first, rest) = tokens.split_first()?;
        let word = self.code[first.span.clone()].to_owned();
        Some(match word.as_str() {
            "set" | "set_global" => {
                let (name, value) = rest.split_first()?;
                let global = word == "set_global";
                let assigned = value.first().is_some_and(|token| self.text(token) == "=");
                let (value, body) = match assigned {
                    true => (value[1..].to_vec(), Vec::new()),
                    false => (value.to_vec(), self.body("endset")),
                };
                Node::Set {
                    name: name.clone(),
                    value,
                    body,
                    global,
                }
            }
            "if" => self.condition(rest.to_vec()),
            "for" => {
                let split = rest.iter().position(|token| self.text(token) == "in")?;
                let names = rest[..split]
                    .iter()
                    .filter(|token| token.kind == TokenKind::Name);
                let body = self.nodes(&["else", "endfor"]);
                let has_else = self
                    .end()
                    .first()
                    .is_some_and(|token| self.text(token) == "else");
                let otherwise = if has_else {
                    self.body("endfor")
                } else {
                    Vec::new()
                };
                let names = names.cloned().collect();
                Node::For {
                    names,
                    target: rest[split + 1..].to_vec(),
                    body,
                    otherwise,
                }
            }
            "block" => Node::Block {
                name: rest.first()?.clone(),
                body: self.body("endblock"),
            },
            "include" | "extends" => {
                let name = rest.first()?;
                let link = Link {
                    template: string_value(self.text(name)),
                    span: name.span.clone(),
                };
                if word == "include" {
                    Node::Include(link)
                } else {
                    Node::Extends(link)
                }
            }
            "component" => {
                let (name, rest) = component_name(self.code, rest);
                let span = tokens.get(1)?.span.clone();
                let arguments = self.arguments(rest);
                Node::Component(Component {
                    name,
                    span,
                    arguments,
                    body: self.body("endcomponent"),
                })
            }
            "filter" => Node::Filter {
                filters: rest.to_vec(),
                body: self.body("endfilter"),
            },
            "<" => Node::Call {
                tokens: tokens.to_vec(),
                body: self.body("</"),
            },
            _ => return None,
        })
    }

    fn condition(&mut self, first: Vec<Token>) -> Node {
        let mut branches = Vec::new();
        let mut condition = first;
        loop {
            branches.push((condition, self.nodes(&["elif", "else", "endif"])));
            let end = self.end();
            match end.first().map(|token| self.text(token)) {
                Some("elif") => condition = end[1..].to_vec(),
                Some("else") => {
                    return Node::If {
                        branches,
                        otherwise: self.body("endif"),
                    };
                }
                _ => {
                    return Node::If {
                        branches,
                        otherwise: Vec::new(),
                    };
                }
            }
        }
    }

    /// The arguments in a component's parentheses.
    fn arguments(&self, tokens: &[Token]) -> Vec<Argument> {
        let mut arguments: Vec<Argument> = Vec::new();
        let mut depth = 0_usize;
        let mut implicit = false;
        let mut expected = false;
        for token in tokens {
            match self.text(token) {
                "(" | "[" | "{" => {
                    depth += 1;
                    expected = depth == 1;
                }
                ")" if depth == 1 => break,
                ")" | "]" | "}" => depth = depth.saturating_sub(1),
                "," if depth == 1 => expected = true,
                "@" => implicit = true,
                "=" if depth == 1 => {
                    if let Some(argument) = arguments.last_mut() {
                        argument.has_default = true;
                    }
                }
                name if expected && token.kind == TokenKind::Name => {
                    arguments.push(Argument {
                        name: name.to_owned(),
                        implicit,
                        has_default: false,
                    });
                    (implicit, expected) = (false, false);
                }
                _ => {}
            }
        }
        arguments
    }
}
