//! No cliffs: time and payload grow with the input, not with its square.

use std::time::{Duration, Instant};

use relive_vdom::apply::Page;
use relive_vdom::generate::Random;
use relive_vdom::{Document, ErrorKind, Hints, Patch, Sink};

/// Four times the input may take this many times as long. A quadratic path would take sixteen times.
const GROWTH: u32 = 10;

/// Rounds of measuring before growth is called too fast: other programs take the processor away at times.
const ROUNDS: usize = 100;

/// Checks that an update grows with its input; the pair is made for a size.
fn linear(what: &str, size: usize, pair: impl Fn(usize) -> (String, String)) {
    let (small_pair, large_pair) = (pair(size), pair(4 * size));
    let (mut small, mut large) = (Duration::MAX, Duration::MAX);
    for _ in 0..ROUNDS {
        small = small.min(measure(&small_pair));
        large = large.min(measure(&large_pair));
        // Below this, the clock says nothing.
        if large < GROWTH * small.max(Duration::from_millis(1)) {
            return;
        }
    }
    panic!("{what}: {small:?} for {size}, {large:?} for four times as much");
}

fn measure((old, new): &(String, String)) -> Duration {
    let mut document = Document::parse(old).unwrap();
    let mut patch = Patch::new();
    let start = Instant::now();
    document.update(new, &Hints::default(), &mut patch).unwrap();
    let time = start.elapsed();
    // Outside of the subset, a few bytes of HTML can stand for many nodes.
    let bytes = patch.mark().bytes;
    assert!(
        !document.is_in_subset() || bytes <= new.len() + 200,
        "{bytes} bytes for {} of HTML",
        new.len()
    );
    time
}

fn page(items: impl Iterator<Item = String>) -> String {
    format!("<div dj-root>{}</div>", items.collect::<String>())
}

#[test]
fn duplicate_keys() {
    linear("one key for all", 2000, |n| {
        let old = page((0..n).map(|k| format!("<p id=\"x\">{k}</p>")));
        (
            old,
            page((0..n).rev().map(|k| format!("<p id=\"x\">{k} new</p>"))),
        )
    });
    linear("one key, other elements", 2000, |n| {
        let old = page((0..n).map(|k| format!("<p id=\"x\">{k}</p>")));
        (old, page((0..n).map(|k| format!("<b id=\"x\">{k}</b>"))))
    });
}

#[test]
fn equal_siblings() {
    linear("equal siblings, fewer", 3000, |n| {
        (
            page((0..n).map(|_| "<i>x</i>".into())),
            page((0..n / 2).map(|_| "<i>x</i>".into())),
        )
    });
    linear("equal siblings among others", 3000, |n| {
        let item = |k: usize| {
            if k.is_multiple_of(3) {
                format!("<b>{k}</b>")
            } else {
                "<i>x</i>".into()
            }
        };
        let mut order: Vec<usize> = (0..n).collect();
        let old = page(order.iter().map(|&k| item(k)));
        let mut random = Random::new(1);
        (1..n)
            .rev()
            .for_each(|at| order.swap(at, random.below(at + 1)));
        (old, page(order.iter().map(|&k| item(k))))
    });
    linear("white space and comments", 3000, |n| {
        let old = page((0..n).map(|k| format!("\n  <!-- {} --><i>{k}</i>", k % 7)));
        (
            old,
            page((0..n).map(|k| format!(" <!-- {} --><i>{}</i>\n", k % 5, k + 1))),
        )
    });
}

#[test]
fn unkeyed_rows_that_all_change() {
    linear("texts of one letter", 3000, |n| {
        (
            page((0..n).map(|k| format!("<i>{}</i>", k % 7))),
            page((0..n).map(|k| format!("<i>{}</i>", k % 5))),
        )
    });
    linear("no feature in common", 3000, |n| {
        let old = page((0..n).map(|k| format!("<p><i>{k}</i><b>{k}</b></p>")));
        (
            old,
            page((0..n).map(|k| format!("<p><i>a{k}</i><b>b{k}</b></p>"))),
        )
    });
    linear("all share all features", 2000, |n| {
        let row =
            |k: usize, end: &str| format!("<p><i>a</i><b>b</b><u>c</u><s>{}{end}</s></p>", k % 2);
        (
            page((0..n).map(|k| row(k, ""))),
            page((0..n).rev().map(|k| row(k, "!"))),
        )
    });
}

#[test]
fn keys_replaced_and_pages_replaced() {
    linear("all keys replaced", 2000, |n| {
        let old = page((0..n).map(|k| format!("<p id=\"a{k}\">{k}</p>")));
        (old, page((0..n).map(|k| format!("<p id=\"b{k}\">{k}</p>"))))
    });
    linear("a page replaced by another", 1500, |n| {
        let old = page((0..n).map(|k| format!("<section><h2>{k}</h2><p>text {k}</p></section>")));
        (
            old,
            page((0..n).map(|k| format!("<table><tbody><tr><td>{k}</td></tr></tbody></table>"))),
        )
    });
    linear("rows that differ in a slot each", 200, |n| {
        let row = |row: usize| -> String {
            let cells = (0..n).map(|k| format!("<b title=\"{}\"></b>", usize::from(k == row)));
            format!("<p>{}</p>", cells.collect::<String>())
        };
        // n rows of n cells: the input itself is the square.
        (page(std::iter::empty()), page((0..40).map(row)))
    });
}

#[test]
fn attributes_and_texts() {
    linear("attributes of one element", 2500, |n| {
        let tag = |from: usize| {
            (from..from + n)
                .map(|k| format!(" a{k}=\"{k}\""))
                .collect::<String>()
        };
        (
            format!("<div dj-root><i{}></i></div>", tag(0)),
            format!("<div dj-root><i{}></i></div>", tag(n / 2)),
        )
    });
    linear("a large text", 500_000, |n| {
        let text = "lorem ipsum ".repeat(n / 12);
        (
            format!("<div dj-root><p>{text}</p></div>"),
            format!("<div dj-root><p>{text}!{text}</p></div>"),
        )
    });
    linear(
        "a text of few words, all of them at other places",
        100_000,
        |n| {
            let text = |seed: u64| {
                let mut random = Random::new(seed);
                let words: String = (0..n / 3)
                    .map(|_| random.pick(&["a ", "be ", "sea ", "de "]))
                    .collect();
                format!("<div dj-root><p>{words}</p></div>")
            };
            (text(1), text(2))
        },
    );
    linear("a text in which every 20th word changed", 100_000, |n| {
        let text = |end: &str| {
            let word = |k: usize| {
                if k % 20 == 7 {
                    format!("w{k}{end} ")
                } else {
                    format!("w{} ", k * 7 % 5000)
                }
            };
            format!(
                "<div dj-root><p>{}</p></div>",
                (0..n / 6).map(word).collect::<String>()
            )
        };
        (text("old"), text("new"))
    });
    linear("pictures in a row", 100_000, |n| {
        let text = |from: usize| -> String {
            (0..n / 4)
                .map(|k| ['\u{1f600}', '\u{1f601}', '字'][(k * k + from) % 3])
                .collect()
        };
        (
            format!("<p dj-root>{}</p>", text(0)),
            format!("<p dj-root>{}</p>", text(1)),
        )
    });
    linear("ampersands", 100_000, |n| {
        let text = "&amp &notit".repeat(n / 10);
        (
            format!("<div dj-root><p>{text}</p></div>"),
            format!("<div dj-root><p>x{text}</p></div>"),
        )
    });
    linear("angle brackets in scripts", 50_000, |n| {
        let text = "</scrip <".repeat(n / 9);
        let script = |end: &str| format!("<div dj-root><script>{text}{end}</script></div>");
        (script("a"), script("b"))
    });
}

#[test]
fn outside_of_the_subset() {
    linear("unclosed elements", 2000, |n| {
        (
            page((0..n).map(|k| format!("<p>{k}"))),
            page((0..n).map(|k| format!("<p>{}", k / 2))),
        )
    });
    linear("formatting elements that are opened again", 100, |n| {
        let item = |k: usize| format!("<p><b id=\"{}\">{k}", k % 9);
        (page((0..n).map(item)), page((1..n).map(item)))
    });
}

#[test]
fn changes_at_every_level() {
    let nested = |n: usize, class: &str| -> String {
        let open: String = (0..n)
            .map(|k| format!("<div class=\"{class}{k}\">{class}"))
            .collect();
        format!("<div dj-root>{open}{}</div>", "</div>".repeat(n))
    };
    linear("a deep tree that changes at every level", 110, |n| {
        (nested(n, "a"), nested(n, "b"))
    });
}

#[test]
fn five_hundred_levels_and_an_error_past_them() {
    let nested = |levels: usize, text: &str| {
        format!(
            "<div dj-root>{}{text}{}</div>",
            "<div>".repeat(levels),
            "</div>".repeat(levels)
        )
    };
    let mut document = Document::parse(&nested(500, "a")).unwrap();
    let mut page = Page::parse(&nested(500, "a")).unwrap();
    let mut patch = Patch::new();
    document
        .update(&nested(500, "b"), &Hints::default(), &mut patch)
        .unwrap();
    page.apply(patch.ops()).unwrap();
    assert_eq!(
        page.dump(true),
        Page::parse(&nested(500, "b")).unwrap().dump(true)
    );
    let before = patch.clone();
    for deep in [
        nested(501, "b"),
        nested(100_000, "x"),
        "<div dj-root>".to_owned() + &"<b>".repeat(100_000) + "</div>",
    ] {
        assert!(matches!(
            Document::parse(&deep).unwrap_err().kind(),
            ErrorKind::TooDeep { .. }
        ));
        let error = document
            .update(&deep, &Hints::default(), &mut patch)
            .unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::TooDeep { .. }));
        assert_eq!(document.html(), nested(500, "b"));
        assert_eq!(patch, before);
    }
}
