//! The law: for every pair of renders, `apply(diff(a, b), a) == b`, with html5ever as the judge.

use std::collections::{BTreeMap, HashMap};

use crate::apply::{NodeId, Page};
use crate::generate::{self, Pair};
use crate::parse::conformant::CALLS;
use crate::{Document, Error, Hints, Op, Patch};

/// Checks one pair; returns the operations, or the error that both sides agree on.
pub(crate) fn check(old: &str, new: &str) -> Result<Vec<Op>, Error> {
    let mut document = Document::parse(old)?;
    let mut page = Page::parse(old)?;
    assert_eq!(
        document.nodes(),
        page.numbers().len(),
        "nodes of the old render"
    );
    assert_eq!(
        document.checksum(),
        page.checksum(),
        "checksum of the old render"
    );
    let before: HashMap<u32, NodeId> = page
        .numbers()
        .into_iter()
        .map(|number| (number, page.node(number).unwrap()))
        .collect();
    let mut patch = Patch::new();
    let (was_in_subset, calls) = (document.is_in_subset(), CALLS.get());
    let next = document.next_number();
    let stats = document.update(new, &Hints::default(), &mut patch)?;
    assert_eq!(stats.operations, patch.len());
    assert_eq!(
        next as usize + stats.inserted,
        document.next_number() as usize
    );
    if was_in_subset && document.is_in_subset() {
        assert_eq!(
            CALLS.get(),
            calls,
            "html5ever is called on outside of the subset only"
        );
        assert_eq!(stats.outside, None);
    }
    let ops = patch.into_ops();
    if let Err(error) = page.apply(&ops) {
        panic!("{error}");
    }
    let expected = Page::parse(new).expect("html5ever takes what the document took");
    assert_same("the page's tree", &page.dump(false), &expected.dump(false));
    let fresh = Document::parse(new).expect("a fresh parse takes what the update took");
    assert_eq!(document.html(), new.trim_matches(['\n', ' ']));
    assert_eq!(fresh.records().len(), document.records().len());
    for (own, fresh) in document.records().iter().zip(fresh.records()) {
        let own = (own.len, own.descendants, own.start, own.meta);
        assert_eq!(
            own,
            (fresh.len, fresh.descendants, fresh.start, fresh.meta),
            "a record"
        );
    }
    assert_eq!(
        document.numbers().collect::<Vec<_>>(),
        page.numbers(),
        "numbers"
    );
    let outline = document.outline();
    assert_same("the document's tree", &outline, &expected.dump(false));
    assert_eq!(document.checksum(), expected.checksum(), "checksum");
    for number in document.numbers() {
        assert!(number < document.next_number());
        if let Some(id) = before.get(&number) {
            assert_eq!(
                page.node(number),
                Some(*id),
                "a node that stays is the same node"
            );
        }
    }
    Ok(ops)
}

/// Of two trees that should be the same, shows where they are not.
fn assert_same(what: &str, found: &str, expected: &str) {
    if found != expected {
        let lines = similar::TextDiff::from_lines(found, expected);
        let shown = lines.unified_diff().header("found", "expected").to_string();
        panic!("{what}\n{shown}");
    }
}

fn check_pair(seed: u64, pair: &Pair) -> Vec<Op> {
    let result = std::panic::catch_unwind(|| check(&pair.old, &pair.new));
    match result {
        Ok(Ok(ops)) => ops,
        Ok(Err(error)) => panic!(
            "seed {seed} ({}): {error}\n{}\n{}",
            pair.family, pair.old, pair.new
        ),
        Err(panic) => {
            eprintln!(
                "seed {seed} ({})\n{:?}\n{:?}",
                pair.family, pair.old, pair.new
            );
            std::panic::resume_unwind(panic);
        }
    }
}

/// How many pairs to check: as many as `RELIVE_PAIRS` says, or as is usual. Without optimisation, a pair takes twenty times
/// as long.
fn pairs(usual: u64, usual_optimised: u64) -> u64 {
    let asked = std::env::var("RELIVE_PAIRS").ok();
    asked.and_then(|n| n.parse().ok()).unwrap_or({
        if cfg!(debug_assertions) {
            usual
        } else {
            usual_optimised
        }
    })
}

#[test]
fn the_law_holds_for_random_pairs() {
    let pairs = pairs(5_000, 100_000);
    let first: u64 = std::env::var("RELIVE_SEED")
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(0);
    let mut with: BTreeMap<u8, u64> = BTreeMap::new();
    for seed in first..first + pairs {
        let pair = generate::pair(seed);
        let ops = check_pair(seed, &pair);
        let mut codes: Vec<u8> = ops.iter().map(Op::code).collect();
        codes.sort_unstable();
        codes.dedup();
        for code in codes {
            *with.entry(code).or_default() += 1;
        }
    }
    println!("pairs with each operation: {with:?} of {pairs}");
    if pairs >= 1000 {
        for code in (0..=14).chain([20]) {
            let share = with.get(&code).copied().unwrap_or(0);
            assert!(
                share * 100 >= pairs,
                "operation {code} in {share} of {pairs} pairs"
            );
        }
    }
}

#[test]
fn one_change_is_one_operation() {
    for seed in 0..pairs(2_000, 20_000) {
        let pair = generate::single(seed);
        let ops = check_pair(seed, &pair);
        let most = usize::from(pair.old != pair.new);
        assert!(
            ops.len() <= most,
            "seed {seed}: {ops:#?}\n{}\n{}",
            pair.old,
            pair.new
        );
    }
}

#[test]
fn every_permutation_of_keyed_siblings_moves_as_few_as_can_be() {
    for count in 1..=7 {
        let mut order: Vec<usize> = (0..count).collect();
        let old = list(&order);
        permutations(&mut order, 0, &mut |order| {
            let ops = check(&old, &list(order)).unwrap();
            let fewest = count - longest_increasing(order);
            match ops.as_slice() {
                // The page moves the fewest; what is listed is what changes its place, and nothing else.
                [Op::Permute { nodes }] => {
                    let displaced = order
                        .iter()
                        .enumerate()
                        .filter(|(place, n)| place != *n)
                        .count();
                    assert_eq!(nodes.len(), displaced, "{order:?}: {ops:?}");
                }
                moves => {
                    let moves_only = moves
                        .iter()
                        .all(|op| matches!(op, Op::MoveBefore { .. } | Op::MoveToEnd { .. }));
                    assert!(moves_only && moves.len() == fewest, "{order:?}: {ops:?}");
                }
            }
        });
    }
}

fn list(order: &[usize]) -> String {
    let items: String = order
        .iter()
        .map(|n| format!("<li dj-key=\"{n}\">Item {n}</li>"))
        .collect();
    format!("<ul dj-root>{items}</ul>")
}

fn permutations(order: &mut Vec<usize>, from: usize, visit: &mut impl FnMut(&[usize])) {
    if from == order.len() {
        return visit(order);
    }
    for at in from..order.len() {
        order.swap(from, at);
        permutations(order, from + 1, visit);
        order.swap(from, at);
    }
}

/// By trying all.
fn longest_increasing(numbers: &[usize]) -> usize {
    let mut best = vec![1; numbers.len()];
    for at in 0..numbers.len() {
        for before in 0..at {
            if numbers[before] < numbers[at] {
                best[at] = best[at].max(best[before] + 1);
            }
        }
    }
    best.into_iter().max().unwrap_or(0)
}
