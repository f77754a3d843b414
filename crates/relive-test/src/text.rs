//! Text as people read it on a page.

use scraper::{ElementRef, Node};

/// White space in a row counts as one space, and none at the ends.
pub(crate) fn normal(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What an element says, without what is never shown.
pub(crate) fn of(element: ElementRef<'_>) -> String {
    let mut text = String::new();
    collect(element, &mut text);
    normal(&text)
}

fn collect(element: ElementRef<'_>, text: &mut String) {
    if matches!(
        element.value().name(),
        "script" | "style" | "template" | "noscript"
    ) {
        return;
    }
    for child in element.children() {
        match child.value() {
            Node::Text(own) => text.push_str(own),
            Node::Element(own) => {
                let Some(child) = ElementRef::wrap(child) else {
                    continue;
                };
                // Words in two blocks are two words.
                let apart = !INLINE.contains(&own.name());
                if apart {
                    text.push(' ');
                }
                collect(child, text);
                if apart {
                    text.push(' ');
                }
            }
            _ => {}
        }
    }
}

/// Elements that stand within a line of text.
const INLINE: &[&str] = &[
    "a", "abbr", "b", "bdi", "bdo", "cite", "code", "data", "del", "dfn", "em", "font", "i", "ins",
    "kbd", "label", "mark", "output", "q", "s", "samp", "small", "span", "strong", "sub", "sup",
    "time", "u", "var", "wbr",
];
