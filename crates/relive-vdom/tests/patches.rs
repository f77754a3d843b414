//! What patches come to, beside what is recorded in `patches.txt`: operations, their bytes in MessagePack (0 where there are none: then nothing is sent), and nodes that were parsed.
//!
//! The law says that a patch is right; this says that it is as short, and as cheap to find, as it was. A change of the
//! differ that changes a figure changes the record on purpose: `RELIVE_RECORD=1 cargo test -p relive-vdom --test patches`.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

use relive_protocol::{Format, Operations};
use relive_vdom::generate::{self, Pair, Random};
use relive_vdom::workloads::{harder, standard};
use relive_vdom::{Document, Hints};

/// Operations, bytes, parsed nodes.
type Figures = [usize; 3];

fn figures(old: &str, new: &str) -> Figures {
    let mut sink = Operations::new(Format::MessagePack, Vec::new());
    let mut document = Document::parse(old).unwrap();
    let stats = document.update(new, &Hints::default(), &mut sink).unwrap();
    [stats.operations, sink.bytes(), stats.parsed]
}

/// Rows without keys: each has a number that no other has, and words that others have too.
fn rows(order: &[usize], row: impl Fn(usize) -> String) -> String {
    let rows: String = order.iter().map(|&k| row(k)).collect();
    format!("<table dj-root><tbody>{rows}</tbody></table>")
}

fn shuffled(count: usize) -> Vec<usize> {
    let (mut random, mut order) = (Random::new(5), (0..count).collect::<Vec<_>>());
    (1..count)
        .rev()
        .for_each(|at| order.swap(at, random.below(at + 1)));
    order
}

/// Lists in which rows change and move at once.
fn lists() -> Vec<(&'static str, String, String)> {
    let plain = |k: usize| format!("<tr><td>{k}</td><td>word {}</td><td>on</td></tr>", k % 7);
    let longer = |k: usize| {
        format!(
            "<tr><td>{k}</td><td>word {} more</td><td>off</td></tr>",
            k % 7
        )
    };
    let tagged = |k: usize| format!("<tr><td title=\"{k}\">x</td><td>word {}</td></tr>", k % 5);
    let tagged_longer =
        |k: usize| format!("<tr><td title=\"{k}\">y</td><td>words {}</td></tr>", k % 5);
    let spaced = |k: usize| {
        format!(
            "\n  <tr>\n    <td>{k}</td>\n    <td>{}</td>\n  </tr>",
            k % 3
        )
    };
    let in_order: Vec<usize> = (0..100).collect();
    let (few, moved) = (&in_order[..30], &shuffled(100)[..]);
    let mut first_last = in_order.clone();
    first_last.rotate_left(1);
    vec![
        (
            "rows move and change",
            rows(&in_order, plain),
            rows(moved, longer),
        ),
        (
            "rows move and change, by attribute",
            rows(&in_order, tagged),
            rows(moved, tagged_longer),
        ),
        (
            "the first row goes last while all change",
            rows(&in_order, plain),
            rows(&first_last, longer),
        ),
        (
            "few rows move and change",
            rows(few, plain),
            rows(&shuffled(30), longer),
        ),
        (
            "most rows go",
            rows(&in_order, plain),
            rows(&in_order[40..50], longer),
        ),
        (
            "rows with white space move",
            rows(&in_order, spaced),
            rows(moved, spaced),
        ),
        (
            "rows with white space come",
            rows(few, spaced),
            rows(&in_order, spaced),
        ),
        (
            "rows become other rows",
            rows(&in_order, plain),
            rows(few, tagged),
        ),
    ]
}

/// Long texts that change in several places.
fn texts() -> Vec<(&'static str, String, String)> {
    let mut random = Random::new(9);
    let words: Vec<String> = (0..40_000)
        .map(|_| format!("w{}", random.below(3000)))
        .collect();
    let text = |words: &[String]| format!("<p dj-root>{}</p>", words.join(" "));
    let changed = |count: usize, step: usize| {
        let mut changed = words[..count].to_vec();
        changed
            .iter_mut()
            .skip(step / 2)
            .step_by(step)
            .for_each(|word| word.push_str("-new"));
        text(&changed)
    };
    let mut cut = words.clone();
    cut.drain(1000..1010);
    cut.drain(30_000..30_100);
    let lines = |from: usize| {
        let lines: String = (0..400)
            .map(|n| format!("line {} of the log\n", n + from))
            .collect();
        format!("<pre dj-root>{lines}</pre>")
    };
    vec![
        ("a text, two words", text(&words[..300]), changed(300, 150)),
        (
            "a text, every 40th word",
            text(&words[..2000]),
            changed(2000, 40),
        ),
        ("a text, every word", text(&words[..300]), changed(300, 1)),
        (
            "a large text, four words",
            text(&words),
            changed(40_000, 10_000),
        ),
        (
            "a large text, every 50th word",
            text(&words),
            changed(40_000, 50),
        ),
        ("a large text, two parts go", text(&words), text(&cut)),
        ("a log that scrolls", lines(0), lines(3)),
    ]
}

#[test]
fn patches_are_as_short_as_they_were() {
    let mut record = String::new();
    let mut note = |name: &str, [operations, bytes, parsed]: Figures| {
        let _ = writeln!(
            record,
            "{name}: {operations} operations, {bytes} bytes, {parsed} parsed"
        );
    };
    for workload in standard().into_iter().chain(harder()) {
        note(workload.name, figures(&workload.old, &workload.new));
    }
    for (name, old, new) in lists().into_iter().chain(texts()) {
        note(name, figures(&old, &new));
    }
    let mut families: BTreeMap<&str, Figures> = BTreeMap::new();
    let mut add = |Pair { family, old, new }: Pair| {
        let sum = families.entry(family).or_default();
        sum.iter_mut()
            .zip(figures(&old, &new))
            .for_each(|(sum, figure)| *sum += figure);
    };
    (0..2000).for_each(|seed| add(generate::pair(seed)));
    (0..500).for_each(|seed| add(generate::single(seed)));
    for (family, sum) in families {
        note(&format!("all of the family {family}"), sum);
    }
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("patches.txt");
    if std::env::var_os("RELIVE_RECORD").is_some() {
        std::fs::write(&file, &record).unwrap();
    }
    let recorded = std::fs::read_to_string(&file).unwrap();
    let differ: Vec<String> = record
        .lines()
        .zip(recorded.lines())
        .filter(|(now, then)| now != then)
        .map(|(now, then)| format!("{now}; recorded is {then}"))
        .collect();
    assert!(differ.is_empty(), "{differ:#?}");
    assert_eq!(record.lines().count(), recorded.lines().count());
}
