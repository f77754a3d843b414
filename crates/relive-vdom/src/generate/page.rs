//! Pages as templates make them: a random tree of well-nested HTML, and changes such as conditionals, loops and new
//! values make to it.

use super::{Pair, Random, TEXTS, VALUES};

#[derive(Clone, Debug)]
enum Tree {
    Text(String),
    Comment(String),
    Element {
        name: &'static str,
        attributes: Vec<(&'static str, String)>,
        children: Vec<Tree>,
    },
}

use Tree::{Comment, Element, Text};

/// What may stand in an element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Inside {
    Blocks,
    Inline,
    List,
    Table,
    RowGroup,
    Row,
    Options,
    TextOnly,
    Svg,
    Nothing,
}

fn inside(name: &str) -> Inside {
    match name {
        "p" | "h2" | "span" | "b" | "em" | "a" | "label" | "button" | "dt" | "td2" | "x-chip" => {
            Inside::Inline
        }
        "ul" | "ol" => Inside::List,
        "table" => Inside::Table,
        "tbody" | "thead" => Inside::RowGroup,
        "tr" => Inside::Row,
        "select" => Inside::Options,
        "option" | "textarea" | "script" | "style" | "title" | "text" => Inside::TextOnly,
        "svg" | "g" | "linearGradient" => Inside::Svg,
        "br" | "input" | "img" | "hr" | "path" | "circle" | "stop" => Inside::Nothing,
        _ => Inside::Blocks,
    }
}

const BLOCKS: &[&str] = &[
    "div", "div", "section", "p", "ul", "table", "form", "pre", "svg", "select", "textarea", "h2",
    "x-card", "hr", "input", "dl2", "details", "img",
];
const INLINE: &[&str] = &["span", "b", "em", "br", "x-chip", "img", "input", "span"];

fn name_for(random: &mut Random, place: Inside, in_form: bool) -> Option<&'static str> {
    Some(match place {
        Inside::Blocks => match random.pick(BLOCKS) {
            "form" if in_form => "div",
            "dl2" => "section",
            name => name,
        },
        Inside::Inline => random.pick(INLINE),
        Inside::List => "li",
        Inside::Table => random.pick(&["tbody", "thead", "tbody"]),
        Inside::RowGroup => "tr",
        Inside::Row => random.pick(&["td", "td", "th"]),
        Inside::Options => "option",
        Inside::Svg => random.pick(&["g", "path", "circle", "text", "linearGradient"]),
        Inside::TextOnly | Inside::Nothing => return None,
    })
}

fn text(random: &mut Random) -> Tree {
    Text(random.pick(TEXTS).to_owned())
}

fn attributes(random: &mut Random, keyed: bool) -> Vec<(&'static str, String)> {
    let mut list = Vec::new();
    if keyed && !random.one_in(4) {
        list.push((
            random.pick(&["id", "data-key", "dj-key"]),
            random.below(12).to_string(),
        ));
    }
    if random.one_in(2) {
        list.push(("class", random.pick(VALUES).to_owned()));
    }
    if random.one_in(6) {
        list.push((
            random.pick(&["title", "disabled", "hidden", "href", "@click"]),
            random.pick(VALUES).to_owned(),
        ));
    }
    list
}

fn element(
    random: &mut Random,
    name: &'static str,
    depth: usize,
    keyed: bool,
    in_form: bool,
) -> Tree {
    let mut attributes = attributes(random, keyed);
    if name == "svg" {
        attributes.push(("viewBox", format!("0 0 {} 9", random.below(3))));
    }
    if name == "path" && random.one_in(3) {
        attributes.push(("xlink:href", format!("#{}", random.below(3))));
    }
    let children = children(
        random,
        inside(name),
        depth + 1,
        keyed,
        in_form || name == "form",
    );
    Element {
        name,
        attributes,
        children,
    }
}

fn children(
    random: &mut Random,
    place: Inside,
    depth: usize,
    keyed: bool,
    in_form: bool,
) -> Vec<Tree> {
    let most = match depth {
        0 | 1 => 7,
        2 | 3 => 4,
        4 | 5 => 2,
        _ => 0,
    };
    let mut list: Vec<Tree> = Vec::new();
    if place == Inside::TextOnly {
        if !random.one_in(4) {
            list.push(text(random));
        }
        return list;
    }
    if place == Inside::Nothing {
        return list;
    }
    let alike = random.one_in(3);
    for _ in 0..random.below(most + 1) {
        if alike && !list.is_empty() && !random.one_in(3) {
            let mut copy = list[random.below(list.len())].clone();
            change(random, &mut copy, depth, keyed, in_form);
            list.push(copy);
        } else {
            list.push(child(random, place, depth, keyed, in_form));
        }
    }
    list
}

fn child(random: &mut Random, place: Inside, depth: usize, keyed: bool, in_form: bool) -> Tree {
    let takes_text = matches!(place, Inside::Blocks | Inside::Inline);
    match random.below(6) {
        0 | 1 if takes_text => text(random),
        2 if random.one_in(3) => Comment(random.pick(&["a", " note ", "x - y", ""]).to_owned()),
        _ => match name_for(random, place, in_form) {
            Some(name) => element(random, name, depth, keyed, in_form),
            None => text(random),
        },
    }
}

/// Changes a tree in one place, as a change of state would.
fn change(random: &mut Random, tree: &mut Tree, depth: usize, keyed: bool, in_form: bool) {
    match tree {
        Text(text) => *text = random.pick(TEXTS).to_owned(),
        Comment(data) => *data = random.pick(&["b", " other "]).to_owned(),
        Element {
            name,
            attributes,
            children,
        } => {
            let place = inside(name);
            let in_form = in_form || *name == "form";
            let choices = match (place, children.is_empty()) {
                (Inside::Nothing, _) => 2,
                (_, true) => 3,
                _ => 10,
            };
            let n = children.len();
            match random.below(choices) {
                0 if random.one_in(12) => attributes.push(("@input", random.below(3).to_string())),
                0 => {
                    attributes.retain(|(name, _)| *name != "class");
                    if !random.one_in(3) {
                        attributes.push(("class", random.pick(VALUES).to_owned()));
                    }
                }
                1 => match attributes.iter().position(|(name, _)| *name == "data-x") {
                    Some(at) => drop(attributes.remove(at)),
                    None => attributes.insert(0, ("data-x", random.pick(VALUES).to_owned())),
                },
                2 if place == Inside::TextOnly => {
                    children.clear();
                    children.push(text(random));
                }
                2 => children.insert(
                    random.below(n + 1),
                    child(random, place, depth + 1, keyed, in_form),
                ),
                3 => drop(children.remove(random.below(n))),
                4 => {
                    let moved = children.remove(random.below(n));
                    children.insert(random.below(n), moved);
                }
                5 if random.one_in(2) => shuffle(random, children),
                6 if place != Inside::TextOnly => {
                    let mut copy = children[random.below(n)].clone();
                    change(random, &mut copy, depth + 1, keyed, in_form);
                    children.insert(random.below(n + 1), copy);
                }
                _ => {
                    let at = random.below(n);
                    change(random, &mut children[at], depth + 1, keyed, in_form);
                }
            }
        }
    }
}

pub(super) fn shuffle<T>(random: &mut Random, list: &mut [T]) {
    for at in (1..list.len()).rev() {
        list.swap(at, random.below(at + 1));
    }
}

/// How a tree is written.
#[derive(Clone, Copy)]
struct Style {
    white_space: bool,
    self_closing: bool,
}

fn write(tree: &Tree, style: Style, depth: usize, out: &mut String) {
    match tree {
        Text(text) => out.push_str(text),
        Comment(data) => {
            out.push_str("<!--");
            out.push_str(data);
            out.push_str("-->");
        }
        Element {
            name,
            attributes,
            children,
        } => {
            out.push('<');
            out.push_str(name);
            for (name, value) in attributes {
                out.push(' ');
                out.push_str(name);
                if !value.is_empty() {
                    out.push_str(&format!("=\"{value}\""));
                }
            }
            let place = inside(name);
            let foreign = matches!(*name, "path" | "circle" | "stop");
            if place == Inside::Nothing {
                out.push_str(if style.self_closing || foreign {
                    "/>"
                } else {
                    ">"
                });
                return;
            }
            out.push('>');
            write_children(children, place, style, depth, out);
            out.push_str("</");
            out.push_str(name);
            out.push('>');
        }
    }
}

fn write_children(children: &[Tree], place: Inside, style: Style, depth: usize, out: &mut String) {
    let spaced = style.white_space && !matches!(place, Inside::Inline | Inside::TextOnly);
    for child in children {
        if spaced {
            out.push('\n');
            out.push_str(&"  ".repeat(depth));
        }
        write(child, style, depth + 1, out);
    }
    if spaced && !children.is_empty() {
        out.push('\n');
    }
}

const ROOTS: &[&str] = &[
    "div", "div", "div", "main", "body", "ul", "tbody", "table", "tr", "select", "svg", "p",
    "form", "section",
];

pub(super) fn pair(random: &mut Random) -> Pair {
    let keyed = random.one_in(2);
    let style = Style {
        white_space: random.one_in(2),
        self_closing: random.one_in(4),
    };
    let root = random.pick(ROOTS);
    let in_form = root == "form";
    let children = children(random, inside(root), 0, keyed, in_form);
    let mut tree = Element {
        name: root,
        attributes: vec![("dj-root", String::new())],
        children,
    };
    let old = source(&tree, style);
    for _ in 0..1 + random.below(4) {
        change(random, &mut tree, 0, keyed, in_form);
    }
    Pair {
        family: "page",
        old,
        new: source(&tree, style),
    }
}

fn source(tree: &Tree, style: Style) -> String {
    let mut out = String::new();
    write(tree, style, 1, &mut out);
    out
}

pub(super) fn single(random: &mut Random) -> Pair {
    let keyed = random.one_in(2);
    let style = Style {
        white_space: false,
        self_closing: false,
    };
    let children = children(random, Inside::Blocks, 0, keyed, false);
    let mut tree = Element {
        name: "div",
        attributes: vec![("dj-root", String::new())],
        children,
    };
    let old = source(&tree, style);
    change_one(random, &mut tree, keyed);
    Pair {
        family: "single",
        old,
        new: source(&tree, style),
    }
}

/// One change in one place; texts neither meet nor part.
fn change_one(random: &mut Random, tree: &mut Tree, keyed: bool) {
    let Element {
        name,
        attributes,
        children,
    } = tree
    else {
        if let Text(text) = tree {
            text.push_str(" more");
        }
        return;
    };
    let place = inside(name);
    let n = children.len();
    if n > 0 && !random.one_in(3) {
        let at = random.below(n);
        return change_one(random, &mut children[at], keyed);
    }
    match random.below(4) {
        0 => attributes.push(("data-one", String::from("x"))),
        1 if attributes.iter().any(|(name, _)| *name == "class") => {
            attributes.retain(|(name, _)| *name != "class");
        }
        2 if n > 0 => {
            let at = random.below(n);
            let is_text = |at: usize| matches!(children.get(at), Some(Text(_)));
            if !(at > 0 && is_text(at - 1) && is_text(at + 1)) {
                children.remove(at);
            }
        }
        _ => {
            let at = random.below(n + 1);
            let parts_text = at > 0
                && matches!(children[at - 1], Text(_))
                && matches!(children.get(at), Some(Text(_)));
            if let (Some(name), false) = (name_for(random, place, true), parts_text) {
                children.insert(at, element(random, name, 3, keyed, true));
            }
        }
    }
}
