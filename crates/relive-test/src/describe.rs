//! What a failed step says about the page: elements, what was probably meant, how texts differ.

use std::fmt::Write;

use scraper::{ElementRef, Node};
use similar::{ChangeTag, TextDiff};

use crate::document::Document;

/// More of a page than this does not help.
const MAX_LINES: usize = 40;
const MAX_TEXT: usize = 60;
/// Below this, one name is no slip for the other.
const ALIKE: f32 = 0.55;
/// What is this much less alike than the best was not meant.
const MARGIN: f32 = 0.15;

/// An element's start tag, as a template would have it.
pub(crate) fn start_tag(element: ElementRef<'_>) -> String {
    let mut out = format!("<{}", element.value().name());
    for (name, value) in element.value().attrs() {
        if value.is_empty() {
            let _ = write!(out, " {name}");
        } else {
            let _ = write!(out, " {name}=\"{}\"", cut(value));
        }
    }
    out + ">"
}

/// An element in one line.
pub(crate) fn brief(element: ElementRef<'_>) -> String {
    let name = element.value().name();
    let tag = start_tag(element);
    if VOID.contains(&name) {
        return tag;
    }
    let text = crate::text::of(element);
    format!("{tag}{}</{name}>", cut(&text))
}

/// Elements in one line each.
pub(crate) fn list(elements: &[ElementRef<'_>]) -> String {
    let mut out = String::new();
    for element in elements.iter().take(10) {
        let _ = writeln!(out, "  {}", brief(*element));
    }
    if elements.len() > 10 {
        let _ = writeln!(out, "  … and {} more", elements.len() - 10);
    }
    out
}

/// An element with what is inside of it, a line for each element.
pub(crate) fn tree(element: ElementRef<'_>) -> String {
    let mut lines = Vec::new();
    write_tree(element, 1, &mut lines);
    if lines.len() > MAX_LINES {
        let more = lines.len() - MAX_LINES;
        lines.truncate(MAX_LINES);
        lines.push(format!(
            "  … {more} more lines (`page.html()` has all of it)"
        ));
    }
    lines.join("\n") + "\n"
}

fn write_tree(element: ElementRef<'_>, depth: usize, lines: &mut Vec<String>) {
    let name = element.value().name();
    let indent = "  ".repeat(depth);
    let tag = start_tag(element);
    let has_elements = element.child_elements().next().is_some();
    if matches!(name, "script" | "style") {
        lines.push(format!("{indent}{tag}…</{name}>"));
    } else if VOID.contains(&name) {
        lines.push(format!("{indent}{tag}"));
    } else if !has_elements {
        let text: String = element.text().collect();
        lines.push(format!(
            "{indent}{tag}{}</{name}>",
            cut(&crate::text::normal(&text))
        ));
    } else {
        lines.push(format!("{indent}{tag}"));
        for child in element.children() {
            match child.value() {
                Node::Text(text) if !text.trim().is_empty() => {
                    lines.push(format!("{indent}  {}", cut(&crate::text::normal(text))));
                }
                Node::Element(_) => {
                    if let Some(child) = ElementRef::wrap(child) {
                        write_tree(child, depth + 1, lines);
                    }
                }
                _ => {}
            }
        }
        lines.push(format!("{indent}</{name}>"));
    }
}

/// The elements that a selector without a match was probably meant for, the likeliest first.
pub(crate) fn nearest<'a>(document: &'a Document, selector: &str) -> Vec<ElementRef<'a>> {
    let wanted = wanted(selector);
    let mut found: Vec<(f32, ElementRef<'a>)> = document
        .elements()
        .filter_map(|element| {
            let names = names(element);
            let likeness = wanted
                .iter()
                .flat_map(|wanted| names.iter().map(move |name| likeness(wanted, name)))
                .fold(0.0, f32::max);
            (likeness >= ALIKE).then_some((likeness, element))
        })
        .collect();
    found.sort_by(|one, other| other.0.total_cmp(&one.0));
    let best = found.first().map_or(0.0, |best| best.0);
    found
        .into_iter()
        .take_while(|(likeness, _)| *likeness >= best - MARGIN)
        .take(3)
        .map(|(_, element)| element)
        .collect()
}

/// The last part of each alternative of a selector: the element itself.
fn wanted(selector: &str) -> Vec<String> {
    selector
        .split(',')
        .filter_map(|alternative| {
            alternative
                .split([' ', '>', '+', '~'])
                .rfind(|part| !part.is_empty())
        })
        .map(|part| part.replace(['"', '\''], ""))
        .collect()
}

/// The selectors that people write for an element.
fn names(element: ElementRef<'_>) -> Vec<String> {
    let tag = element.value().name();
    let mut names = Vec::new();
    if let Some(id) = element.value().id() {
        names.push(format!("#{id}"));
        names.push(format!("{tag}#{id}"));
    }
    for class in element.value().classes() {
        names.push(format!(".{class}"));
        names.push(format!("{tag}.{class}"));
    }
    for (name, value) in element.value().attrs() {
        if !matches!(name, "id" | "class" | "style") {
            names.push(format!("[{name}={value}]"));
            names.push(format!("{tag}[{name}={value}]"));
            names.push(format!("[{name}]"));
        }
    }
    names
}

fn likeness(one: &str, other: &str) -> f32 {
    // An id is not taken for a class of another name.
    let kind = |name: &str| name.find(['#', '.', '[']).map(|at| name.as_bytes()[at]);
    if kind(one) != kind(other) {
        return 0.0;
    }
    TextDiff::from_chars(one, other).ratio()
}

/// How two texts differ: words of a line, lines of more.
pub(crate) fn difference(expected: &str, found: &str) -> String {
    if !expected.contains('\n') && !found.contains('\n') {
        return format!(
            "  expected: {expected:?}\n  found:    {found:?}\n{}",
            marks(expected, found)
        );
    }
    lines(expected, found)
}

/// How two lists of lines differ.
pub(crate) fn lines(expected: &str, found: &str) -> String {
    let mut out = String::new();
    let diff = TextDiff::from_lines(expected, found);
    for group in diff.grouped_ops(3) {
        for change in group.iter().flat_map(|op| diff.iter_changes(op)) {
            let sign = match change.tag() {
                ChangeTag::Delete => "- ",
                ChangeTag::Insert => "+ ",
                ChangeTag::Equal => "  ",
            };
            let _ = writeln!(out, "  {sign}{}", change.value().trim_end_matches('\n'));
        }
    }
    format!("{out}  (- expected, + found)\n")
}

/// Where texts of one line are long and nearly the same: what changed, word by word.
fn marks(expected: &str, found: &str) -> String {
    let diff = TextDiff::from_words(expected, found);
    if expected.len().max(found.len()) < 30 || diff.ratio() < 0.5 {
        return String::new();
    }
    let mut out = String::from("  changed:  ");
    for change in diff.iter_all_changes() {
        let text = change.value();
        let _ = match change.tag() {
            ChangeTag::Equal => write!(out, "{text}"),
            ChangeTag::Delete => write!(out, "[-{text}-]"),
            ChangeTag::Insert => write!(out, "{{+{text}+}}"),
        };
    }
    out + "\n"
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(MAX_TEXT) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}

/// Elements without an end tag.
const VOID: &[&str] = &[
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track",
    "wbr",
];
