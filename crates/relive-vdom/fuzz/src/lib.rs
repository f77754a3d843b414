//! What the fuzzer checks. `tests/corpus.rs` checks the same on the inputs that are kept, with any compiler.
//!
//! The first byte of an input picks the root's element and whether it is closed, a byte 0xff ends a render. No input may make the differ panic, or
//! take longer than a second for each megabyte.

use std::sync::LazyLock;
use std::time::{Duration, Instant};

use relive_vdom::apply::Page;
use relive_vdom::{Document, Error, ErrorKind, Hints, Patch, Region};

/// Elements that a live root can be, those that parse in a way of their own among them.
const ROOTS: [&str; 16] = [
    "main", "div", "body", "table", "tbody", "tr", "td", "colgroup", "select", "svg", "math", "p",
    "form", "a", "ul", "button",
];

/// The renders of an input: each is put inside the root.
pub fn renders(data: &[u8]) -> Vec<String> {
    let Some((&first, rest)) = data.split_first() else {
        return Vec::new();
    };
    let root = ROOTS[usize::from(first) % ROOTS.len()];
    // Some renders are cut short.
    let end = match first & 0x80 {
        0 => format!("</{root}>"),
        _ => String::new(),
    };
    rest.split(|&byte| byte == 0xff)
        .take(4)
        .map(|inside| format!("<{root} dj-root>{}{end}", String::from_utf8_lossy(inside)))
        .collect()
}

/// An input that stands for these renders.
pub fn input(root: &str, renders: &[&str]) -> Vec<u8> {
    let root = ROOTS.iter().position(|name| *name == root).unwrap_or(0);
    let mut data = vec![root as u8];
    data.extend(
        renders
            .join("\u{1}")
            .bytes()
            .map(|byte| if byte == 1 { 0xff } else { byte }),
    );
    data
}

/// A document has the nodes that html5ever builds, and says so when asked in any way.
pub fn parse(data: &[u8]) {
    for html in renders(data) {
        let document = match in_time(html.len(), || Document::parse(&html)) {
            Ok(document) => document,
            Err(error) => {
                // The page in miniature needs no end tag.
                let unclosed = matches!(error.kind(), ErrorKind::RootUnclosed { .. });
                assert!(unclosed || Page::parse(&html).is_err(), "{html:?}");
                continue;
            }
        };
        let page = Page::parse(&html).expect("html5ever takes what the document took");
        assert_eq!(document.outline(), page.dump(false), "{html:?}");
        assert_eq!(document.checksum(), page.checksum(), "{html:?}");
        let numbers: Vec<u32> = document.numbers().collect();
        assert_eq!(numbers, page.numbers(), "{html:?}");
        for number in numbers.into_iter().take(20) {
            // Asking numbers the nodes anew.
            assert!(document.clone().html_of(number).is_some(), "{html:?}");
        }
    }
    if let Ok(page) = std::str::from_utf8(data) {
        let _ = in_time(page.len(), || relive_vdom::root_range(page));
    }
}

/// The law: whatever the page had, after the patch it has what html5ever makes of the new render.
pub fn law(data: &[u8]) {
    let renders = renders(data);
    let Some(first) = renders.first() else { return };
    let (Ok(mut document), Ok(mut page)) = (Document::parse(first), Page::parse(first)) else {
        return;
    };
    let mut last = first;
    for new in &renders[1..] {
        let before = document.clone();
        let regions = regions(last, new);
        for hints in [Hints::default(), Hints { regions: &regions }] {
            document = before.clone();
            let mut patch = Patch::new();
            let update = in_time(last.len() + new.len(), || update(&before, new, &hints));
            if update.is_err() {
                assert!(document.update(new, &hints, &mut patch).is_err());
                assert_eq!(document.html(), before.html());
                assert!(patch.is_empty());
                return;
            }
            document
                .update(new, &hints, &mut patch)
                .expect("as it went before");
            let mut patched = page.clone();
            patched
                .apply(patch.ops())
                .unwrap_or_else(|error| panic!("{error}: {last:?} to {new:?}"));
            let fresh = Page::parse(new).expect("html5ever takes what the document took");
            assert_eq!(
                patched.dump(false),
                fresh.dump(false),
                "{last:?} to {new:?}"
            );
            assert_eq!(document.outline(), fresh.dump(false), "{last:?} to {new:?}");
            assert_eq!(
                document.numbers().collect::<Vec<_>>(),
                patched.numbers(),
                "{last:?} to {new:?}"
            );
            assert_eq!(document.checksum(), fresh.checksum(), "{last:?} to {new:?}");
            if !hints.regions.is_empty() {
                page = patched;
            } else if regions.is_empty() {
                page = patched;
                break;
            }
        }
        last = new;
    }
}

fn update(document: &Document, new: &str, hints: &Hints<'_>) -> Result<Patch, Error> {
    let mut patch = Patch::new();
    document
        .clone()
        .update(new, hints, &mut patch)
        .map(|_| patch)
}

/// Ranges that are equal: what both renders begin and end with, in the wrong order, one of them twice.
fn regions(old: &str, new: &str) -> Vec<Region> {
    let (old, new) = (old.as_bytes(), new.as_bytes());
    let prefix = old.iter().zip(new).take_while(|(a, b)| a == b).count();
    let suffix = old
        .iter()
        .rev()
        .zip(new.iter().rev())
        .take_while(|(a, b)| a == b)
        .count();
    let begin = Region {
        old: 0,
        new: 0,
        len: prefix,
    };
    let end = Region {
        old: old.len() - suffix,
        new: new.len() - suffix,
        len: suffix,
    };
    if (prefix + suffix) % 3 == 0 {
        Vec::new()
    } else {
        vec![end, begin, end]
    }
}

/// Calls, and checks that it takes no longer than a second for each megabyte (and not less than a twentieth: clocks are
/// coarse). What is too slow may try again.
fn in_time<T>(bytes: usize, call: impl Fn() -> T) -> T {
    let most = Duration::from_secs_f64((bytes as f64 / 1e6).max(0.05));
    let mut fastest = Duration::MAX;
    for _ in 0..6 {
        let start = now();
        let result = call();
        fastest = fastest.min(now().saturating_sub(start));
        if fastest <= most {
            return result;
        }
    }
    panic!("{fastest:?} for {bytes} bytes");
}

/// The time that this thread has had on a processor, where Linux tells: other programs take it away at times.
fn now() -> Duration {
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    let status = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    match status.split(' ').next().and_then(|time| time.parse().ok()) {
        Some(nanoseconds) => Duration::from_nanos(nanoseconds),
        None => START.elapsed(),
    }
}
