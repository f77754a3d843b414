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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Document;
    use crate::apply::Page;

    /// Checks that a document has html5ever's nodes; whether it is in the subset.
    fn is_in_subset(inside: &str) -> bool {
        let html = format!("<div dj-root>{inside}</div>");
        let document = Document::parse(&html).unwrap();
        let page = Page::parse(&html).unwrap();
        assert_eq!(document.outline(), page.dump(false), "{html}");
        document.is_in_subset()
    }

    /// An element in the place where it belongs.
    fn element(tag: &Tag, inside: &str) -> String {
        let Tag {
            name,
            content,
            parents,
            ..
        } = *tag;
        let own = match content {
            Content::Void => format!("<{name}>{inside}"),
            _ => format!("<{name}>{inside}</{name}>"),
        };
        let table = |inside: &str| format!("<table>{inside}</table>");
        match parents {
            TABLE => table(&own),
            ROW_GROUP => table(&format!("<tbody>{own}</tbody>")),
            ROW => table(&format!("<tbody><tr>{own}</tr></tbody>")),
            COLUMNS => table(&format!("<colgroup>{own}</colgroup>")),
            SELECT => format!("<select>{own}</select>"),
            RUBY => format!("<ruby>{own}</ruby>"),
            _ => own,
        }
    }

    fn named_tags() -> &'static [Tag] {
        &TAGS[1..TAGS.len() - 2]
    }

    #[test]
    fn each_tag_has_one_place_in_the_table() {
        for (index, tag) in TAGS.iter().enumerate().skip(1) {
            let expected = if tag.name.starts_with('<') {
                0
            } else {
                index as u8
            };
            assert_eq!(tag_index(tag.name.as_bytes()), expected, "{}", tag.name);
        }
        for name in [
            "x",
            "custom-element",
            "spann",
            "divv",
            "sv",
            "tablet",
            "blink",
        ] {
            assert_eq!(tag_index(name.as_bytes()), 0, "{name}");
        }
    }

    /// What the subset takes is right, and how much it takes is known.
    #[test]
    fn each_tag_in_each_other() {
        let mut taken = Vec::new();
        for outer in named_tags() {
            let inside = |inside: &str| usize::from(is_in_subset(&element(outer, inside)));
            let mut count = inside("") + inside("x");
            for inner in named_tags() {
                let name = inner.name;
                count += inside(&match inner.content {
                    Content::Void => format!("<{name}>"),
                    _ => format!("<{name}></{name}>"),
                });
                count += inside(&element(inner, ""));
            }
            taken.push(format!("{} {count}", outer.name));
        }
        assert_eq!(taken.join(", "), RECORDED_PAIRS);
    }

    #[test]
    fn tags_in_tags_in_tags() {
        let names = [
            "p", "li", "dd", "dt", "a", "button", "form", "h1", "h2", "address", "div", "section",
            "object", "span", "caption", "td", "select", "option", "ruby", "rt", "template",
            "details", "hr",
        ];
        let tags: Vec<&Tag> = names
            .iter()
            .map(|name| tag(tag_index(name.as_bytes())))
            .collect();
        let (mut taken, mut foreign) = (0, 0);
        for one in &tags {
            for two in &tags {
                for three in &tags {
                    let inside = element(two, &element(three, "x"));
                    taken += usize::from(is_in_subset(&element(one, &inside)));
                }
                let html = |name: &str| {
                    format!(
                        "<svg><g><{name}>{}</{name}></g></svg>",
                        element(one, &element(two, ""))
                    )
                };
                for name in ["foreignObject", "desc", "title", "path"] {
                    foreign += usize::from(is_in_subset(&html(name)));
                    foreign += usize::from(is_in_subset(&element(one, &html(name))));
                }
            }
        }
        assert_eq!((taken, foreign), RECORDED_TRIPLES);
    }

    const RECORDED_TRIPLES: (usize, usize) = (7646, 2295);
    const RECORDED_PAIRS: &str = "address 142, div 142, search 142, dialog 142, p 57, article 142, aside 142, blockquote 142, \
        center 142, details 142, dir 142, dl 142, fieldset 142, figcaption 142, figure 142, footer 142, \
        header 142, hgroup 142, main 142, menu 142, nav 142, ol 142, section 142, summary 142, ul 142, \
        pre 142, h1 130, h2 130, h3 130, h4 130, h5 130, h6 130, form 140, li 140, dd 138, dt 138, a \
        140, button 140, object 142, table 12, caption 142, colgroup 2, col 2, thead 8, tbody 8, tfoot \
        8, tr 9, td 142, th 142, select 5, optgroup 4, option 2, ruby 144, rt 142, rp 142, svg 112, area \
        142, base 142, br 142, embed 142, hr 142, img 142, input 142, link 142, meta 142, param 142, \
        source 142, track 142, wbr 142, script 196, style 196, iframe 196, title 196, textarea 196, \
        noscript 196, template 142, body 0, html 0, head 0, frameset 0, frame 0, plaintext 0, image 0, \
        isindex 0, keygen 0, basefont 0, bgsound 0, listing 0, xmp 0, noembed 0, noframes 0, nobr 0, \
        applet 0, marquee 0, rb 0, rtc 0, math 0, selectedcontent 0";
}
