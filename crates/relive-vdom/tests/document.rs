//! What a document promises beside the law: errors, numbers, resyncs, zones, hints.

use relive_vdom::apply::Page;

use relive_vdom::generate::{Random, pair};

use relive_vdom::{Content, Document, ErrorKind, Hints, Op, Patch, Region};

fn update(document: &mut Document, html: &str) -> Vec<Op> {
    let mut patch = Patch::new();
    document
        .update(html, &Hints::default(), &mut patch)
        .unwrap();
    patch.into_ops()
}

#[test]
fn a_render_that_is_cut_short_is_an_error_and_changes_nothing() {
    let mut errors = 0;
    for seed in 0..60 {
        let pair = pair(seed);
        let document = Document::parse(&pair.old).unwrap();
        let places = pair.new.char_indices().map(|(at, _)| at);
        for cut in places.filter(|at| at % 3 == seed as usize % 3) {
            let (mut cut_short, mut patch) = (document.clone(), Patch::new());
            let short = &pair.new[..cut];
            let Err(error) = cut_short.update(short, &Hints::default(), &mut patch) else {
                // An end tag inside can be the root's.
                assert_eq!(cut_short.outline(), Page::parse(short).unwrap().dump(false));
                continue;
            };
            let fits = matches!(
                error.kind(),
                ErrorKind::RootUnclosed { .. }
                    | ErrorKind::NoRoot { .. }
                    | ErrorKind::RootChanged { .. }
                    | ErrorKind::BadRoot { .. }
            );
            assert!(fits, "{short:?}: {error}");
            assert!(patch.is_empty() && cut_short.html() == document.html());
            assert!(cut_short.numbers().eq(document.numbers()));
            assert!(Document::parse(short).is_err());
            errors += 1;
        }
    }
    assert!(errors > 400, "{errors}");
}

#[test]
fn a_copy_is_the_same_document() {
    for seed in 0..200 {
        let pair = pair(seed);
        let first = Document::parse(&pair.old).unwrap();
        let mut other = Document::parse("<b>x</b>").unwrap();
        other.clone_from(&first);
        for mut copy in [first.clone(), other] {
            let numbers: Vec<u32> = first.numbers().collect();
            assert_eq!(
                (copy.html(), copy.outline()),
                (first.html(), first.outline())
            );
            assert_eq!(copy.numbers().collect::<Vec<_>>(), numbers);
            assert_eq!(copy.next_number(), first.next_number());
            let ops = update(&mut copy, &pair.new);
            assert_eq!(ops, update(&mut first.clone(), &pair.new));
        }
    }
}

#[test]
fn white_space_around_the_root_is_nothing() {
    let mut document = Document::parse(" \n<p dj-root>a</p>\n").unwrap();
    assert_eq!(document.html(), "<p dj-root>a</p>");
    assert_eq!(update(&mut document, "\n\n<p dj-root>a</p> "), []);
    assert_eq!(
        update(&mut document, "\t\r\x0c<p dj-root>a</p>\x0c\r\t"),
        []
    );
    // Regions are places in the HTML as it was given: this one lies, and is believed.
    let lie = Region {
        old: 14,
        new: 13,
        len: 1,
    };
    let mut patch = Patch::new();
    update(&mut document, "\n\n\n<p dj-root>a</p>");
    document
        .update(
            "\n\n<p dj-root>b</p>",
            &Hints { regions: &[lie] },
            &mut patch,
        )
        .unwrap();
    assert!(patch.is_empty());
    document
        .update("<p dj-root>c</p>", &Hints { regions: &[] }, &mut patch)
        .unwrap();
    assert_eq!(
        patch.ops(),
        [Op::Text {
            node: 1,
            text: "c".into()
        }]
    );
    let mut document = Document::parse(" \n<p dj-root>a</p>").unwrap();
    let mut patch = Patch::new();
    let lie = Region {
        old: 13,
        new: 11,
        len: 1,
    };
    document
        .update("<p dj-root>b</p>", &Hints { regions: &[lie] }, &mut patch)
        .unwrap();
    assert!(patch.is_empty());
    // Those that cannot be are not.
    for (old, new, len) in [
        (0, 0, 1000),
        (2, 0, 1),
        (14, 14, 0),
        (usize::MAX, 0, 1),
        (1, 1, 17),
        (0, 0, usize::MAX),
        (0, usize::MAX, 1),
    ] {
        let mut document = Document::parse(" <p dj-root>a</p>").unwrap();
        let mut patch = Patch::new();
        let regions = [Region { old, new, len }];
        document
            .update(
                " <p dj-root>b</p>",
                &Hints { regions: &regions },
                &mut patch,
            )
            .unwrap();
        assert_eq!(patch.len(), 1);
    }
}

#[test]
fn a_resync_brings_page_and_document_together() {
    for seed in 0..1000 {
        let pair = pair(seed);
        let mut document = Document::parse(&pair.old).unwrap();
        let mut page = Page::parse(&pair.old).unwrap();
        let next = document.next_number();
        let resync = document.root_content();
        assert_eq!(resync.first, next);
        let Content::Html(html) = resync.content else {
            panic!("a root's content is always HTML")
        };
        page.set_root_content(&html, next).unwrap();
        assert_eq!(
            document.numbers().collect::<Vec<_>>(),
            page.numbers(),
            "seed {seed}"
        );
        assert_eq!(
            page.dump(true),
            Page::parse(&pair.old).unwrap().dump(true),
            "seed {seed}"
        );
        // One node, taken anew.
        let numbers: Vec<u32> = document.numbers().collect();
        if let Some(&number) = numbers.get(seed as usize % numbers.len().max(1)) {
            let before = page.dump(true);
            let resync = document.html_of(number).unwrap();
            let (first, content) = (resync.first, resync.content);
            let parent_op = match content {
                Content::Html(html) => vec![Op::Replace {
                    node: number,
                    first,
                    html: html.into_owned(),
                }],
                Content::Tree(nodes) => {
                    let parent = page.parent_number(number).unwrap();
                    vec![
                        Op::Tree {
                            parent,
                            before: number,
                            first,
                            nodes,
                        },
                        Op::Remove { node: number },
                    ]
                }
            };
            page.apply(&parent_op)
                .unwrap_or_else(|error| panic!("seed {seed}: {error}\n{}", pair.old));
            assert_eq!(
                page.dump(true),
                before,
                "seed {seed}: node {number}\n{}",
                pair.old
            );
            assert_eq!(
                document.numbers().collect::<Vec<_>>(),
                page.numbers(),
                "seed {seed}"
            );
        }
        document.renumber();
        page.renumber();
        assert_eq!(document.numbers().collect::<Vec<_>>(), page.numbers());
        assert_eq!(document.next_number() as usize, document.nodes() + 1);
        page.apply(&update(&mut document, &pair.new)).unwrap();
        assert_eq!(
            page.dump(false),
            Page::parse(&pair.new).unwrap().dump(false),
            "seed {seed}"
        );
    }
    assert!(
        Document::parse("<p dj-root>a</p>")
            .unwrap()
            .html_of(7)
            .is_none()
    );
}

/// Ranges that are equal, found by comparing bytes: some of them, in any order, repeated.
fn regions(random: &mut Random, old: &str, new: &str) -> Vec<Region> {
    let (old, new) = (old.as_bytes(), new.as_bytes());
    let mut regions = Vec::new();
    for _ in 0..random.below(6) {
        let (from_old, from_new) = match random.below(3) {
            0 => (
                old.len() - old.len().min(new.len()),
                new.len() - old.len().min(new.len()),
            ),
            1 => (random.below(old.len()), random.below(new.len())),
            _ => {
                let at = random.below(old.len().min(new.len()));
                (at, at)
            }
        };
        let equal = old[from_old..]
            .iter()
            .zip(&new[from_new..])
            .take_while(|(a, b)| a == b)
            .count();
        let len = random.below(equal + 1);
        let region = Region {
            old: from_old,
            new: from_new,
            len,
        };
        regions.extend([region].repeat(1 + random.below(2)));
    }
    regions
}

#[test]
fn hints_change_nothing_but_the_time() {
    for seed in 0..20_000 {
        let pair = pair(seed);
        let mut random = Random::new(seed);
        let regions = regions(&mut random, &pair.old, &pair.new);
        let mut document = Document::parse(&pair.old).unwrap();
        let mut patch = Patch::new();
        document
            .update(&pair.new, &Hints { regions: &regions }, &mut patch)
            .unwrap();
        let mut page = Page::parse(&pair.old).unwrap();
        page.apply(patch.ops())
            .unwrap_or_else(|error| panic!("seed {seed}: {error}"));
        assert_eq!(
            page.dump(false),
            Page::parse(&pair.new).unwrap().dump(false),
            "seed {seed}: {regions:?}"
        );
        assert_eq!(document.html(), pair.new.trim());
        let mut again = Patch::new();
        document
            .update(&pair.new, &Hints::default(), &mut again)
            .unwrap();
        assert!(again.is_empty());
    }
}

#[test]
fn renders_follow_renders() {
    let mut random = Random::new(3);
    for seed in 0..300 {
        let first = pair(seed);
        let mut document = Document::parse(&first.old).unwrap();
        let mut page = Page::parse(&first.old).unwrap();
        let root = first.old.split([' ', '>']).next().unwrap().to_owned();
        for _ in 0..20 {
            let next = pair(random.number() % 100_000).new;
            if next.split([' ', '>']).next() != Some(&root) {
                continue;
            }
            page.apply(&update(&mut document, &next)).unwrap();
            assert_eq!(page.dump(false), Page::parse(&next).unwrap().dump(false));
            assert_eq!(document.outline(), page.dump(false));
            assert_eq!(document.numbers().collect::<Vec<_>>(), page.numbers());
        }
    }
}

#[test]
fn a_document_holds_its_html_and_twenty_bytes_for_each_node() {
    for seed in 0..500 {
        let pair = pair(seed);
        let mut document = Document::parse(&pair.old).unwrap();
        for html in [&pair.new, &pair.old, &pair.new] {
            update(&mut document, html);
            if !document.is_in_subset() {
                continue;
            }
            let needed = html.len() + 20 * (document.nodes() + 1);
            // A list that has become a little shorter keeps its room.
            assert!(
                document.memory() <= needed * 9 / 8 + 64 + 20 * 64,
                "{} for {needed}",
                document.memory()
            );
        }
        let fresh = Document::parse(&pair.new).unwrap();
        if fresh.is_in_subset() {
            assert_eq!(
                fresh.memory(),
                pair.new.trim().len() + 20 * (fresh.nodes() + 1)
            );
        }
    }
}

#[test]
fn a_page_that_was_large_once_gives_its_memory_back() {
    let page = |rows: usize| {
        let rows: String = (0..rows).map(|k| format!("<p><b>{k}</b></p>")).collect();
        format!("<div dj-root>{rows}</div>")
    };
    let outside = |rows: usize| page(rows).replace("</b>", "");
    for (large, small) in [
        (page(5000), page(10)),
        (page(5000), outside(10)),
        (outside(5000), page(10)),
    ] {
        let mut document = Document::parse(&large).unwrap();
        update(&mut document, &small);
        let normal = if document.is_in_subset() {
            0
        } else {
            2 * small.len()
        };
        let needed = small.len() + 20 * (document.nodes() + 1) + normal;
        assert!(
            document.memory() <= needed + 3000,
            "{} for {needed}",
            document.memory()
        );
    }
}

#[test]
fn where_html_leaves_the_subset_is_told_at_each_update() {
    let mut document = Document::parse("<div dj-root><b>1</b></div>").unwrap();
    let mut outside = |html: &str| {
        let stats = document
            .update(html, &Hints::default(), &mut Patch::new())
            .unwrap();
        assert_eq!(stats.outside.is_none(), document.is_in_subset());
        stats.outside
    };
    assert_eq!(outside("<div dj-root><b>2</b></div>"), None);
    assert_eq!(outside("<div dj-root><b>2</b><p>x</div>"), Some(25));
    assert_eq!(outside("<div dj-root><b>2</b><p>x</div>"), Some(25));
    assert_eq!(outside("<div dj-root><b>2</b><p>y</div>"), Some(25));
    assert_eq!(outside("<div dj-root><b>2</b></div>"), None);
    // A carriage return is found before anything else.
    assert_eq!(outside("<div dj-root><b>2</b><p>x\r</div>"), Some(25));
    assert_eq!(outside("<div dj-root><b>2</b></div>"), None);
    assert_eq!(outside("<div dj-root><b>2</b>\0</div>"), Some(21));
}

#[test]
fn numbers_go_on_after_those_of_a_resync() {
    let mut document = Document::parse("<ul><li>a</li><li>b</li></ul>").unwrap();
    let append = |document: &mut Document, html: &str| match &update(document, html)[..] {
        [Op::Append { first, .. }] => *first,
        ops => panic!("{ops:?}"),
    };
    // Two rows with their texts.
    let first = document.root_content().first;
    assert_eq!(first, 5);
    let third = append(&mut document, "<ul><li>a</li><li>b</li><li>c</li></ul>");
    assert_eq!(third, first + 4);
    let again = document.html_of(first).unwrap().first;
    assert_eq!(again, third + 2);
    let fourth = append(
        &mut document,
        "<ul><li>a</li><li>b</li><li>c</li><li>d</li></ul>",
    );
    assert_eq!(fourth, again + 2);
}
