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
use relive_vdom::{
    Document, Hints, KeepMode, Namespace, Patch, Rows, Sink, Slot, TreeElement, TreeNode,
};

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

#[test]
fn a_patch_knows_how_many_bytes_it_takes() {
    let check = |patch: &Patch| {
        let mut sink = Operations::new(Format::MessagePack, Vec::new());
        patch.emit(&mut sink);
        assert_eq!(patch.mark().bytes, sink.bytes(), "{:?}", patch.ops());
        assert_eq!(patch.mark().operations, sink.count());
        assert_eq!(
            (patch.len(), patch.is_empty()),
            (sink.count(), sink.count() == 0)
        );
    };
    for seed in 0..1500 {
        let Pair { old, new, .. } = generate::pair(seed);
        let mut patch = Patch::new();
        Document::parse(&old)
            .unwrap()
            .update(&new, &Hints::default(), &mut patch)
            .unwrap();
        check(&patch);
    }
    for workload in standard() {
        let mut patch = Patch::new();
        let mut document = Document::parse(&workload.old).unwrap();
        document
            .update(&workload.new, &Hints::default(), &mut patch)
            .unwrap();
        check(&patch);
    }
    // Where heads grow.
    for length in [0, 1, 15, 16, 31, 32, 255, 256, 65_535, 65_536] {
        let (text, number) = ("x".repeat(length), length as u32);
        let mut patch = Patch::new();
        patch.text(number, &text);
        patch.splice(1, number, 0, number, &text);
        patch.splice(1, number, number, 0, &text);
        patch.splice(1, number, number, 1, "");
        patch.permute(&vec![number + 127; length]);
        patch.move_before(number + 100, 7);
        patch.remove_range(7, number + 100);
        check(&patch);
        let list = |node: TreeNode| vec![node; length.min(300)];
        let nodes = list(TreeNode::Element(TreeElement {
            namespace: Namespace::Svg,
            name: "g".into(),
            attributes: vec![("a".into(), "b".into()); length.min(20)],
            children: list(TreeNode::Comment("c".into())),
        }));
        patch.tree(number, number, number, &nodes);
        patch.tree(1, 2, 3, &[TreeNode::Text(text.clone())]);
        patch.keep(number, KeepMode::Append, &text);
        patch.keep(number, KeepMode::Prepend, &text);
        let slot = |name: Option<&'static str>| Slot {
            offset: number,
            name: name.map(Into::into),
            column: number,
            prefix: text.clone().into(),
            suffix: text.clone().into(),
        };
        patch.rows(&Rows {
            parent: number,
            before: number,
            first: number,
            html: text.clone().into(),
            separator: text.clone().into(),
            slots: (0..length.min(18))
                .map(|n| slot((n % 2 == 0).then_some("id")))
                .collect(),
            columns: vec![vec![text.clone().into(); length.min(20)]; length.min(20)],
        });
        check(&patch);
    }
}

#[test]
fn operations_say_their_codes() {
    let mut seen = [false; 21];
    for seed in 0..3000 {
        let Pair { old, new, .. } = generate::pair(seed);
        let mut patch = Patch::new();
        Document::parse(&old)
            .unwrap()
            .update(&new, &Hints::default(), &mut patch)
            .unwrap();
        for op in patch.ops() {
            let mut sink = Operations::new(Format::Json, Vec::new());
            op.emit(&mut sink);
            let text = String::from_utf8(sink.finish()).unwrap();
            let code: u8 = text[2..].split(',').next().unwrap().parse().unwrap();
            // `grow` is a splice.
            assert_eq!(op.code(), if code == 21 { 1 } else { code }, "{text}");
            seen[usize::from(op.code())] = true;
        }
    }
    let unseen: Vec<usize> = (0..21).filter(|&code| !seen[code]).collect();
    assert_eq!(unseen, [15, 16, 17, 18, 19]);
}
