//! Finds the loops directly inside elements with `dj-update="stream"`, and what would be wrong with them if they went
//! over a stream.
//!
//! It reads one template by itself, from its beginning to its end, as if every tag's body were written once: which
//! template goes into which is not known yet. Whether a loop's variable is a stream, only the view knows.

use std::ops::Range;

use super::expression::{Token, TokenKind, tokens};
use super::html::{Found, Html};
use super::lexer::{Segment, SegmentKind, segments};
use super::source::Source;
use super::streams::{END, ITEMS, ROW};
use crate::{Position, RowLoop};

/// What a template has of containers.
#[derive(Debug, Default)]
pub(crate) struct Containers {
    pub(crate) loops: Vec<RowLoop>,
    /// Containers that hold no loop.
    pub(crate) without: Vec<Position>,
    /// What to insert into the source so that the loops can be over streams.
    pub(super) insertions: Vec<(Range<usize>, String)>,
}

pub(super) fn find(source: &Source) -> Containers {
    let mut scan = Scan {
        source,
        html: Html::default(),
        found: Vec::new(),
        tag: None,
        computed: false,
        container: None,
        current: None,
        out: Containers::default(),
    };
    for segment in segments(source.code()) {
        scan.segment(&segment);
    }
    scan.leave_container();
    scan.out.insertions.sort_by_key(|(range, _)| range.start);
    scan.out
}

struct Scan<'s> {
    source: &'s Source,
    html: Html,
    /// The attributes of the tag that is being read.
    found: Vec<Found>,
    /// Where that tag begins, and whether it is a start tag.
    tag: Option<(usize, bool)>,
    /// It has attributes that the template computes.
    computed: bool,
    /// The container that the scan is directly inside of.
    container: Option<Container>,
    current: Option<Current>,
    out: Containers,
}

#[derive(Clone)]
struct Container {
    position: Position,
    mistake: Option<(String, Position)>,
    has_loop: bool,
}

/// The loop that is being read.
struct Current {
    loop_: RowLoop,
    /// Tags inside that are open: whether each is a `for`.
    open: Vec<bool>,
    /// Whether the row's first element has been read, or may be anything.
    started: bool,
}

const ONLY: &str = "an element with `dj-update=\"stream\"` holds its loop and nothing else";

impl Scan<'_> {
    fn segment(&mut self, segment: &Segment) {
        let code = self.source.code();
        match segment.kind {
            SegmentKind::Text | SegmentKind::Raw => self.text(segment.inner.clone()),
            SegmentKind::Output => {
                if self.html.is_text() {
                    self.unknown(segment.span.start);
                } else if !self.html.is_in_value() {
                    self.computed = true;
                }
                let position = || self.source.position(segment.span.start);
                self.html.output(position, &mut self.found);
            }
            SegmentKind::Tag => {
                let tokens = tokens(code, segment.inner.clone());
                let word = tokens.first().map_or("", |token| &code[token.span.clone()]);
                self.template_tag(word, &tokens, segment);
            }
            SegmentKind::Comment | SegmentKind::Unfinished => {}
        }
    }

    fn text(&mut self, range: Range<usize>) {
        let mut start = range.start;
        for piece in self.source.code()[range].split_inclusive('>') {
            let in_text = self.html.is_text();
            let source = self.source;
            let position = |offset| source.position(start + offset);
            self.html.text(piece, position, &mut self.found);
            if in_text {
                let lead = piece.find('<').unwrap_or(piece.len());
                if !piece[..lead].trim().is_empty() {
                    self.content(start);
                }
                if lead < piece.len() {
                    let starts = piece[lead + 1..].starts_with(|c: char| c.is_ascii_alphabetic());
                    let ends = piece[lead + 1..].starts_with('/');
                    self.tag = (starts || ends).then_some((start + lead, starts));
                    if !starts && !ends {
                        self.content(start + lead);
                    }
                }
            }
            if self.html.is_text()
                && let Some((at, starts)) = self.tag.take()
            {
                self.tag(at, starts);
            }
            start += piece.len();
        }
    }

    /// A tag of the HTML has ended.
    fn tag(&mut self, at: usize, starts: bool) {
        let attributes = std::mem::take(&mut self.found);
        let computed = std::mem::take(&mut self.computed);
        if let Some(current) = &mut self.current {
            if !current.started && starts {
                current.started = true;
                let is_key = |own: &Found| matches!(&*own.name, "dj-key" | "data-key" | "id");
                if !computed && !attributes.iter().any(is_key) {
                    let message = "a row of a stream needs a key: `dj-key`, `data-key` or `id`";
                    let position = self.source.position(at);
                    current.loop_.mistakes.push((message.to_owned(), position));
                }
            }
            return;
        }
        if starts && self.container.is_some() {
            self.content(at);
        }
        self.leave_container();
        let update = attributes.iter().find(|own| own.name == "dj-update");
        if starts
            && let Some(update) = update
            && update.value.as_deref() == Some("stream")
        {
            let has_id = computed || attributes.iter().any(|own| own.name == "id");
            let mistake = (!has_id).then(|| {
                let message = "an element with `dj-update=\"stream\"` needs an `id`";
                (message.to_owned(), update.position.clone())
            });
            self.container = Some(Container {
                position: update.position.clone(),
                mistake,
                has_loop: false,
            });
        }
    }

    fn leave_container(&mut self) {
        if let Some(container) = self.container.take()
            && !container.has_loop
        {
            self.out.without.push(container.position);
        }
    }

    /// Something of which nobody knows what it writes.
    fn unknown(&mut self, at: usize) {
        match &mut self.current {
            Some(current) => current.started = true,
            None => self.content(at),
        }
    }

    /// Something that is neither a tag nor white space.
    fn content(&mut self, at: usize) {
        if self.current.is_some() {
            return;
        }
        let Some(container) = &mut self.container else {
            return;
        };
        let mistake = (ONLY.to_owned(), self.source.position(at));
        if container.has_loop {
            if let Some(last) = self.out.loops.last_mut() {
                last.mistakes.push(mistake);
            }
        } else {
            container.mistake.get_or_insert(mistake);
        }
    }

    fn template_tag(&mut self, word: &str, tokens: &[Token], segment: &Segment) {
        if let Some(current) = &mut self.current {
            match word {
                "for" | "if" => current.open.push(word == "for"),
                "else" if current.open.is_empty() => {
                    let message = "a loop over a stream has no `else`: only the page knows whether there are rows";
                    let position = self.source.position(segment.span.start);
                    current.loop_.mistakes.push((message.to_owned(), position));
                }
                "endif" => {
                    current.open.pop();
                }
                "endfor" if current.open.is_empty() => self.end_loop(segment),
                "endfor" => {
                    current.open.pop();
                }
                "include" | "<" => current.started |= self.html.is_text(),
                _ => {}
            }
            return;
        }
        match word {
            "for" => self.begin_loop(tokens, segment),
            "include" | "<" if self.html.is_text() => self.content(segment.span.start),
            _ => {}
        }
    }

    fn begin_loop(&mut self, tokens: &[Token], segment: &Segment) {
        let Some(container) = self.container.clone().filter(|_| self.html.is_text()) else {
            return;
        };
        let code = self.source.code();
        let is_in =
            |token: &Token| token.kind == TokenKind::Name && &code[token.span.clone()] == "in";
        let Some(target) = tokens.iter().position(is_in).map(|at| &tokens[at + 1..]) else {
            return;
        };
        let (Some(first), Some(last)) = (target.first(), target.last()) else {
            return;
        };
        let variable = (target.len() == 1 && first.kind == TokenKind::Name)
            .then(|| code[first.span.clone()].to_owned());
        let position = self.source.position(first.span.start);
        let name: String = position.to_string().replace(['\\', '"'], "/");
        let mut insert = |at: usize, text: String| self.out.insertions.push((at..at, text));
        insert(first.span.start, format!("{ITEMS}(at=\"{name}\", of="));
        insert(last.span.end, ")".to_owned());
        insert(segment.span.end, call(ROW, segment));
        self.current = Some(Current {
            loop_: RowLoop {
                variable,
                position,
                container: container.position,
                mistakes: container.mistake.into_iter().collect(),
            },
            open: Vec::new(),
            started: false,
        });
    }

    fn end_loop(&mut self, segment: &Segment) {
        let end = segment.span.end;
        self.out.insertions.push((end..end, call(END, segment)));
        if let Some(current) = self.current.take() {
            self.out.loops.push(current.loop_);
        }
        if let Some(container) = &mut self.container {
            container.has_loop = true;
        }
    }
}

/// A call that trims white space like the tag that it follows.
fn call(function: &str, tag: &Segment) -> String {
    let trim = if tag.trims_after { "-" } else { "" };
    format!("{{{{ {function}() {trim}}}}}")
}
