//! The law on tag soup: pages whose bytes were cut, doubled and mixed at random, as no template writes them and as
//! templates with mistakes do.

use relive_vdom::apply::Page;
use relive_vdom::{Document, Hints, Patch};

const TAGS: &[&str] = &[
    "div",
    "p",
    "span",
    "b",
    "i",
    "a",
    "ul",
    "li",
    "table",
    "tbody",
    "tr",
    "td",
    "select",
    "option",
    "form",
    "input",
    "br",
    "svg",
    "circle",
    "math",
    "mi",
    "pre",
    "textarea",
    "button",
    "h1",
    "dl",
    "dt",
    "dd",
    "template",
    "noscript",
    "custom-el",
    "foreignObject",
    "details",
    "optgroup",
    "caption",
    "col",
    "label",
    "script",
    "style",
    "title",
    "nobr",
    "font",
    "img",
    "ruby",
    "rt",
];
const TEXTS: &[&str] = &[
    "x",
    "hello",
    " ",
    "\n",
    "&amp;",
    "&lt;b&gt;",
    "&notit;",
    "&#0;",
    "&#128;",
    "é",
    "👍🏽",
    "a b c",
    "\u{202e}rtl",
    "\r\n",
    "\0",
    "&",
    "<",
    "1 < 2",
    "--",
    "]]>",
    "=",
    "\"",
    "/>",
];
const SOUP: &[&str] = &[
    "<!-- c -->",
    "<!-->",
    "</p>",
    "</b>",
    "<!doctype html>",
    "</li></x>",
];
const ATTRIBUTES: &[&str] = &[
    " id=k1",
    " id=k2",
    " dj-key=\"1\"",
    " class='a b'",
    " CHECKED",
    " value=\"&quot;4\"",
    " class=q class=r",
    " viewbox=0",
    " data-x=\"2\"",
    " =odd",
    " a<b",
];
const ZONES: &[&str] = &[" dj-update=\"ignore\"", " dj-update=append", " dj-root"];
const ROOTS: &[&str] = &[
    "div", "body", "tbody", "ul", "section", "svg", "select", "main",
];

struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6364136223846793005)
            .wrapping_add(1442695040888963407);
        (self.0 >> 33) as usize % end
    }

    fn pick(&mut self, list: &[&'static str]) -> &'static str {
        list[self.below(list.len())]
    }
}

fn write(random: &mut Random, depth: usize, soup: bool, out: &mut String) {
    for _ in 0..random.below(4) + usize::from(depth == 0) {
        match random.below(10) {
            0..=2 => out.push_str(random.pick(TEXTS)),
            3 if soup => out.push_str(random.pick(SOUP)),
            _ => {
                let tag = random.pick(TAGS);
                out.push('<');
                out.push_str(tag);
                for _ in 0..random.below(3) {
                    out.push_str(random.pick(ATTRIBUTES));
                }
                if random.below(30) == 0 {
                    out.push_str(random.pick(ZONES));
                }
                out.push('>');
                if !matches!(tag, "br" | "input" | "img" | "col") {
                    if depth < 6 {
                        write(random, depth + 1, soup, out);
                    }
                    if !(soup && random.below(5) == 0) {
                        out.push_str(&format!("</{tag}>"));
                    }
                }
            }
        }
    }
}

/// Cuts, doubles and puts in, at any characters.
fn mutate(random: &mut Random, html: &str) -> String {
    let mut out = html.to_owned();
    for _ in 0..=random.below(3) {
        let places: Vec<usize> = out.char_indices().map(|(at, _)| at).collect();
        if places.len() < 4 {
            break;
        }
        let (one, two) = (random.below(places.len()), random.below(places.len()));
        let (from, to) = (one.min(two), one.max(two).min(one.min(two) + 12));
        let (from, to) = (places[from], places[to]);
        match random.below(4) {
            0 => out.replace_range(from..to, ""),
            1 => {
                let again: String = out[from..].chars().take(40).collect();
                out.insert_str(from, &again);
            }
            2 => out.insert_str(from, random.pick(TEXTS)),
            _ => {
                let mut more = String::new();
                write(random, 4, true, &mut more);
                out.insert_str(from, &more);
            }
        }
    }
    out
}

/// One page through several renders; after each its DOM, its numbers and its document are those of a fresh one.
fn follow(renders: &[String]) {
    let mut document = Document::parse(&renders[0]).unwrap();
    let mut page = Page::parse(&renders[0]).unwrap();
    for pair in renders.windows(2) {
        let mut patch = Patch::new();
        document
            .update(&pair[1], &Hints::default(), &mut patch)
            .unwrap();
        let applied = page.apply(patch.ops());
        let what = || {
            format!(
                "old {:?}\nnew {:?}\noperations {:?}",
                pair[0],
                pair[1],
                patch.ops()
            )
        };
        assert!(applied.is_ok(), "{applied:?}\n{}", what());
        let fresh = Page::parse(&pair[1]).unwrap();
        assert_eq!(page.dump(false), fresh.dump(false), "{}", what());
        assert_eq!(document.checksum(), fresh.checksum(), "{}", what());
        assert_eq!(
            page.numbers(),
            document.numbers().collect::<Vec<_>>(),
            "{}",
            what()
        );
    }
}

#[test]
fn tag_soup_keeps_the_law() {
    let count = if cfg!(debug_assertions) {
        6_000
    } else {
        200_000
    };
    for seed in 0..count {
        let mut random = Random(seed * 1_000_003);
        for _ in 0..4 {
            random.below(2);
        }
        let soup = random.below(3) == 0;
        let root = if random.below(4) == 0 {
            random.pick(ROOTS)
        } else {
            "div"
        };
        let mut first = String::new();
        write(&mut random, 0, soup, &mut first);
        let second = mutate(&mut random, &first);
        let mut third = String::new();
        write(&mut random, 0, soup, &mut third);
        let renders = [first.clone(), second, first, third]
            .map(|inside| format!("<{root} dj-root>{inside}</{root}>"));
        follow(&renders);
    }
}

#[test]
fn an_equals_sign_is_part_of_names() {
    let renders = [
        "<div><dl class=q></dl></div>",
        "<div><dl=q class></div>",
        "<div><dl=q =k></div>",
        "<div><dl a =k></div>",
        "<div><dl a=\"\"=k></div>",
        "<div><img=\"0\"=\"0\" class=q></div>",
        "<div><img class=q></div>",
    ];
    follow(&renders.map(str::to_owned));
}
