//! The tags that the strict subset has rules for.

// The parent's content model: exactly one of these.
pub(super) const FLOW: u32 = 1;
pub(super) const RUBY: u32 = 1 << 1;
pub(super) const TABLE: u32 = 1 << 2;
pub(super) const ROW_GROUP: u32 = 1 << 3;
pub(super) const ROW: u32 = 1 << 4;
pub(super) const COLUMNS: u32 = 1 << 5;
pub(super) const SELECT: u32 = 1 << 6;
pub(super) const OPTIONS: u32 = 1 << 7;
pub(super) const OPTION: u32 = 1 << 8;
pub(super) const FOREIGN: u32 = 1 << 9;
pub(super) const NOTHING: u32 = 1 << 10;
pub(super) const PARENT_HEADING: u32 = 1 << 11;
/// What only the direct parent decides.
pub(super) const PARENT: u32 = (1 << 12) - 1;
// What is open above.
pub(super) const IN_P: u32 = 1 << 12;
pub(super) const IN_LI: u32 = 1 << 13;
pub(super) const IN_DD: u32 = 1 << 14;
pub(super) const IN_A: u32 = 1 << 15;
pub(super) const IN_BUTTON: u32 = 1 << 16;
pub(super) const IN_FORM: u32 = 1 << 17;

pub(super) const ANY_FLOW: u32 = FLOW | RUBY;
pub(super) const SCRIPTED: u32 = ANY_FLOW | TABLE | ROW_GROUP | ROW;
pub(super) const TEXT: u32 = ANY_FLOW | SELECT | OPTIONS | OPTION | FOREIGN;

/// How the inside of an element reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Content {
    Normal,
    /// No end tag.
    Void,
    /// Text up to the end tag, without character references.
    Raw,
    /// Text up to the end tag, with character references.
    Escapable,
}

/// What the subset knows about a tag.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tag {
    pub(crate) name: &'static str,
    pub(crate) content: Content,
    /// A newline right after the start tag belongs to it.
    pub(crate) eats_newline: bool,
    /// `noscript` and `template`.
    pub(crate) sealed: bool,
    /// Content models that it may stand in.
    pub(super) parents: u32,
    /// What must not be open above.
    pub(super) forbidden: u32,
    pub(super) clears: u32,
    pub(super) sets: u32,
}

const ORDINARY: Tag = Tag {
    name: "",
    content: Content::Normal,
    eats_newline: false,
    sealed: false,
    parents: ANY_FLOW,
    forbidden: 0,
    clears: PARENT,
    sets: FLOW,
};

/// Elements that stop the search for an open `li` or `dd`.
const SPECIAL: u32 = PARENT | IN_LI | IN_DD;

const fn named(name: &'static str, tag: Tag) -> Tag {
    Tag { name, ..tag }
}
const BLOCK: Tag = Tag {
    forbidden: IN_P,
    clears: SPECIAL,
    ..ORDINARY
};
/// Closes an open `p`, but does not stop the search for an open `li`.
const SEE_THROUGH: Tag = Tag {
    clears: PARENT,
    ..BLOCK
};
const HEADING: Tag = Tag {
    forbidden: IN_P | PARENT_HEADING,
    sets: FLOW | PARENT_HEADING,
    ..BLOCK
};
const VOID: Tag = Tag {
    content: Content::Void,
    sets: NOTHING,
    ..ORDINARY
};
const RAW: Tag = Tag {
    content: Content::Raw,
    sets: NOTHING,
    ..ORDINARY
};
const ESCAPABLE: Tag = Tag {
    content: Content::Escapable,
    ..RAW
};
/// Never in the subset below the root, but a root can be one of them.
const OUTSIDE: Tag = Tag {
    parents: 0,
    ..ORDINARY
};
/// Not even as a root.
const NEVER: Tag = Tag { sets: 0, ..OUTSIDE };

// One line for each tag.
#[rustfmt::skip]
const TAGS: &[Tag] = &[
    ORDINARY,
    named("address", SEE_THROUGH),
    named("div", SEE_THROUGH),
    named("search", SEE_THROUGH),
    named("dialog", SEE_THROUGH),
    named("p", Tag { sets: FLOW | IN_P, ..SEE_THROUGH }),
    named("article", BLOCK),
    named("aside", BLOCK),
    named("blockquote", BLOCK),
    named("center", BLOCK),
    named("details", BLOCK),
    named("dir", BLOCK),
    named("dl", BLOCK),
    named("fieldset", BLOCK),
    named("figcaption", BLOCK),
    named("figure", BLOCK),
    named("footer", BLOCK),
    named("header", BLOCK),
    named("hgroup", BLOCK),
    named("main", BLOCK),
    named("menu", BLOCK),
    named("nav", BLOCK),
    named("ol", BLOCK),
    named("section", BLOCK),
    named("summary", BLOCK),
    named("ul", BLOCK),
    named("pre", Tag { eats_newline: true, ..BLOCK }),
    named("h1", HEADING),
    named("h2", HEADING),
    named("h3", HEADING),
    named("h4", HEADING),
    named("h5", HEADING),
    named("h6", HEADING),
    named("form", Tag { forbidden: IN_P | IN_FORM, sets: FLOW | IN_FORM, ..BLOCK }),
    named("li", Tag { forbidden: IN_P | IN_LI, sets: FLOW | IN_LI, ..BLOCK }),
    named("dd", Tag { forbidden: IN_P | IN_DD, sets: FLOW | IN_DD, ..BLOCK }),
    named("dt", Tag { forbidden: IN_P | IN_DD, sets: FLOW | IN_DD, ..BLOCK }),
    named("a", Tag { forbidden: IN_A, sets: FLOW | IN_A, ..ORDINARY }),
    named("button", Tag { forbidden: IN_BUTTON, clears: SPECIAL | IN_P, sets: FLOW | IN_BUTTON, ..ORDINARY }),
    named("object", Tag { clears: SPECIAL | IN_P | IN_A, ..ORDINARY }),
    named("table", Tag { sets: TABLE, ..BLOCK }),
    named("caption", Tag { parents: TABLE, clears: SPECIAL | IN_A, ..ORDINARY }),
    named("colgroup", Tag { parents: TABLE, clears: SPECIAL, sets: COLUMNS, ..ORDINARY }),
    named("col", Tag { parents: COLUMNS, ..VOID }),
    named("thead", Tag { parents: TABLE, clears: SPECIAL, sets: ROW_GROUP, ..ORDINARY }),
    named("tbody", Tag { parents: TABLE, clears: SPECIAL, sets: ROW_GROUP, ..ORDINARY }),
    named("tfoot", Tag { parents: TABLE, clears: SPECIAL, sets: ROW_GROUP, ..ORDINARY }),
    named("tr", Tag { parents: ROW_GROUP, clears: SPECIAL, sets: ROW, ..ORDINARY }),
    named("td", Tag { parents: ROW, clears: SPECIAL | IN_A, ..ORDINARY }),
    named("th", Tag { parents: ROW, clears: SPECIAL | IN_A, ..ORDINARY }),
    named("select", Tag { clears: SPECIAL, sets: SELECT, ..ORDINARY }),
    named("optgroup", Tag { parents: SELECT, sets: OPTIONS, ..ORDINARY }),
    named("option", Tag { parents: ANY_FLOW | SELECT | OPTIONS, sets: OPTION, ..ORDINARY }),
    named("ruby", Tag { sets: RUBY, ..ORDINARY }),
    named("rt", Tag { parents: RUBY, ..ORDINARY }),
    named("rp", Tag { parents: RUBY, ..ORDINARY }),
    named("svg", Tag { sets: FOREIGN, ..ORDINARY }),
    named("area", VOID),
    named("base", VOID),
    named("br", VOID),
    named("embed", VOID),
    named("hr", Tag { forbidden: IN_P, ..VOID }),
    named("img", VOID),
    named("input", VOID),
    named("link", VOID),
    named("meta", VOID),
    named("param", VOID),
    named("source", VOID),
    named("track", VOID),
    named("wbr", VOID),
    named("script", Tag { parents: SCRIPTED, ..RAW }),
    named("style", Tag { parents: SCRIPTED, ..RAW }),
    named("iframe", RAW),
    named("title", ESCAPABLE),
    named("textarea", Tag { eats_newline: true, ..ESCAPABLE }),
    named("noscript", Tag { sealed: true, ..RAW }),
    named("template", Tag { parents: SCRIPTED, sealed: true, clears: u32::MAX, ..ORDINARY }),
    named("body", Tag { clears: SPECIAL, ..OUTSIDE }),
    named("html", NEVER),
    named("head", NEVER),
    named("frameset", NEVER),
    named("frame", NEVER),
    named("plaintext", NEVER),
    named("image", NEVER),
    named("isindex", NEVER),
    named("keygen", NEVER),
    named("basefont", NEVER),
    named("bgsound", NEVER),
    named("listing", NEVER),
    named("xmp", NEVER),
    named("noembed", NEVER),
    named("noframes", NEVER),
    named("nobr", NEVER),
    named("applet", NEVER),
    named("marquee", NEVER),
    named("rb", NEVER),
    named("rtc", NEVER),
    named("math", NEVER),
    named("selectedcontent", NEVER),
    // Foreign elements: those that HTML can stand in, and all others.
    named("<integration point>", Tag { parents: FOREIGN, clears: PARENT | IN_P, ..ORDINARY }),
    named("<foreign>", Tag { parents: FOREIGN, sets: FOREIGN, ..ORDINARY }),
];

/// The index of a foreign element that HTML can stand in (`foreignObject`, `desc`, `title`).
pub(crate) const INTEGRATION_POINT: u8 = (TAGS.len() - 2) as u8;
/// The index of any other foreign element but `svg` itself.
pub(crate) const FOREIGN_ELEMENT: u8 = (TAGS.len() - 1) as u8;
/// The index of `svg`.
pub(crate) const SVG: u8 = find("svg");

/// The place of each name in `TAGS`, by hash with linear probing.
const SLOTS: [u8; 512] = {
    let mut slots = [0; 512];
    let mut index = 1;
    while index < TAGS.len() - 2 {
        let mut slot = hash(TAGS[index].name.as_bytes());
        while slots[slot] != 0 {
            slot = (slot + 1) % slots.len();
        }
        slots[slot] = index as u8;
        index += 1;
    }
    slots
};

const fn hash(name: &[u8]) -> usize {
    let n = name.len();
    let (first, last) = (name[0] as usize, name[n - 1] as usize);
    let middle = name[n / 2] as usize;
    (first * 37 + last * 101 + middle * 11 + n * 151) % 512
}

const fn find(name: &str) -> u8 {
    let mut index = 1;
    loop {
        let (a, b) = (TAGS[index].name.as_bytes(), name.as_bytes());
        let mut at = 0;
        while at < a.len() && at < b.len() && a[at] == b[at] {
            at += 1;
        }
        if at == a.len() && at == b.len() {
            return index as u8;
        }
        index += 1;
    }
}

/// The index of an HTML element's name; 0 for a name without rules of its own.
#[inline]
pub(crate) fn tag_index(name: &[u8]) -> u8 {
    let mut slot = hash(name);
    loop {
        let index = SLOTS[slot];
        if index == 0 || TAGS[index as usize].name.as_bytes() == name {
            return index;
        }
        slot = (slot + 1) % SLOTS.len();
    }
}

/// What the subset knows about the tag with this index.
#[inline]
pub(crate) fn tag(index: u8) -> &'static Tag {
    &TAGS[index as usize]
}
