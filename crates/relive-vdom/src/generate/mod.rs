//! Random pairs of renders, for testing the differ and the page's client against each other.
//!
//! A pair is a render and one that follows it. The families are those that templates make (conditionals, loops,
//! nesting, keyed and unkeyed rows, with white space between the tags and without), and HTML that is wrong in all the
//! ways that html5lib's cases are.

mod nasty;
mod page;
mod rows;
mod zones;

/// A small generator of random numbers: the same pairs for the same seed, everywhere.
#[derive(Clone, Debug)]
pub struct Random(u64);

impl Random {
    /// A generator with this seed.
    pub fn new(seed: u64) -> Self {
        Random(seed)
    }

    /// The next number (splitmix64).
    pub fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ z >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ z >> 31
    }

    /// A number below `n`.
    pub fn below(&mut self, n: usize) -> usize {
        (self.number() % n.max(1) as u64) as usize
    }

    /// True once in `n` times.
    pub fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    /// One of these.
    pub fn pick<T: Copy>(&mut self, list: &[T]) -> T {
        list[self.below(list.len())]
    }
}

/// A render and one that follows it.
#[derive(Clone, Debug)]
pub struct Pair {
    /// The family that it comes from.
    pub family: &'static str,
    /// The outer HTML of the root, before.
    pub old: String,
    /// And after.
    pub new: String,
}

/// The pair with this seed.
pub fn pair(seed: u64) -> Pair {
    let mut random = Random::new(seed);
    match random.below(28) {
        0..=9 => page::pair(&mut random),
        10..=15 => rows::pair(&mut random),
        16..=19 => zones::pair(&mut random),
        20 => rows::chips(&mut random),
        21 => nasty::unspeakable(&mut random),
        22..=23 => nasty::misplaced(&mut random),
        _ => nasty::pair(&mut random),
    }
}

/// A pair of which the second has one node more, one less, or one text or attribute changed.
pub fn single(seed: u64) -> Pair {
    page::single(&mut Random::new(seed))
}

/// Texts with all that is awkward, as HTML source.
const TEXTS: &[&str] = &[
    "a",
    "b",
    "some text that is long enough to be spliced",
    "some text that is strong enough to be spliced",
    "some text",
    "x &amp; y",
    "&lt;b&gt; &quot;quoted&quot; it&#39;s",
    "caf\u{e9} na\u{ef}ve r\u{e9}sum\u{e9} with enough characters",
    "caf\u{e9} na\u{ef}ve r\u{e9}sum\u{eb} with enough characters",
    "emoji \u{1f600} and \u{1f601} in a longer text",
    "emoji \u{1f600} and \u{1f602} in a longer text",
    "\u{5e9}\u{5dc}\u{5d5}\u{5dd} right to left",
    "e\u{301} combining",
    "a&nbsp;b",
    "&copy 2026 &amp copy",
    "  spaces  ",
    "tab\tand\nnewline",
    "&#x1F600; &#65; &notin; &notit;",
    "price: 5 &gt; 4 &amp;amp; 3",
    "0",
    "1",
    "2",
    "41",
    "42",
];

/// Attribute values, as HTML source between double quotes.
const VALUES: &[&str] = &[
    "",
    "a",
    "b",
    "btn btn-primary",
    "btn btn-secondary active",
    "/path?x=1&amp;y=2",
    "/path?x=1&y=2",
    "it's &quot;quoted&quot;",
    "a > b",
    "&copy; &copy=1 &copy",
    "caf\u{e9}",
];
