//! Start tags: name, namespace, zone, and whether they are in the subset.

use std::collections::HashSet;

use super::attributes::{Attribute, Attributes, ODD, TAG_NAME_END, TagEnd, class};
use super::context::Context;
use super::tags::{self, Content};
use super::{Stop, Syntax, decode, foreign};
use crate::node::{Meta, Zone};
use crate::patch::Namespace;

/// A start tag.
#[derive(Clone, Copy, Debug)]
pub(crate) struct StartTag {
    /// Just past the name.
    pub(crate) name_end: usize,
    /// Just past the tag, a swallowed newline included.
    pub(crate) end: usize,
    pub(crate) meta: Meta,
    pub(crate) content: Content,
    /// For the children.
    pub(crate) context: Context,
}

/// Reads the start tag at `at` (its `<`) of an element in `context`.
#[inline]
pub(crate) fn read(
    source: &[u8],
    at: usize,
    context: Context,
    syntax: Syntax,
) -> Result<StartTag, Stop> {
    match syntax {
        Syntax::Html => read_html(source, at, Some(context)),
        Syntax::Normal => Ok(read_normal(source, at)),
    }
}

/// Reads the start tag of a live root.
pub(crate) fn read_root(source: &[u8], syntax: Syntax) -> Result<StartTag, Stop> {
    match syntax {
        Syntax::Html => read_html(source, 0, None),
        Syntax::Normal => {
            let tag = read_normal(source, 0);
            let meta = root_meta(tag.meta);
            Ok(StartTag { meta, ..tag })
        }
    }
}

/// Whatever a root's attributes say, it is no zone.
fn root_meta(meta: Meta) -> Meta {
    Meta::element(false, Zone::None, meta.namespace(), meta.tag())
}

fn read_html(source: &[u8], at: usize, parent: Option<Context>) -> Result<StartTag, Stop> {
    let outside = Stop::Outside(at);
    if !source.get(at + 1).is_some_and(u8::is_ascii_lowercase) {
        return Err(outside);
    }
    let name_end = name_end(source, at).ok_or(outside)?;
    let name = &source[at + 1..name_end];
    let index = if parent.is_some_and(Context::is_foreign) {
        if !foreign::element_reads_as_written(name) {
            return Err(outside);
        }
        match name {
            b"foreignObject" | b"desc" | b"title" => tags::INTEGRATION_POINT,
            _ => tags::FOREIGN_ELEMENT,
        }
    } else {
        if name.iter().any(|&byte| class(byte) & ODD != 0) {
            return Err(outside);
        }
        tags::tag_index(name)
    };
    let context = match parent {
        Some(parent) => parent.enter(index),
        None => Context::root(index),
    };
    let context = context.ok_or(outside)?;
    let tag = tags::tag(index);
    let foreign = parent.is_some_and(Context::is_foreign) || index == tags::SVG;

    let mut attributes = Attributes::new(source, name_end);
    let mut names = Names::default();
    let mut zone = if tag.sealed { Zone::Sealed } else { Zone::None };
    for attribute in attributes.by_ref() {
        let name = attribute.name(source);
        let odd = name.iter().any(|&byte| class(byte) & ODD != 0) || name[0] == b'=';
        if odd && !foreign
            || foreign && !foreign::attribute_reads_as_written(name)
            || names.repeats(source, name_end, name)
        {
            return Err(outside);
        }
        if let Some(named) = zone_of(source, &attribute) {
            zone = named;
        }
    }
    let TagEnd {
        at: mut end,
        self_closing,
    } = attributes.end().ok_or(outside)?;
    let void = tag.content == Content::Void || foreign && self_closing;
    if tag.eats_newline && source.get(end) == Some(&b'\n') {
        end += 1;
    }
    if parent.is_none() {
        zone = Zone::None;
        if tag.content != Content::Normal || void {
            return Err(outside);
        }
    }
    let namespace = if foreign {
        Namespace::Svg
    } else {
        Namespace::Html
    };
    let meta = Meta::element(void, zone, namespace, index);
    let content = if void { Content::Void } else { tag.content };
    Ok(StartTag {
        name_end,
        end,
        meta,
        content,
        context,
    })
}

fn read_normal(source: &[u8], at: usize) -> StartTag {
    let name_end = name_end(source, at).unwrap_or(source.len());
    let (namespace, index) = match source[at + 1] {
        2 => (Namespace::Svg, tags::FOREIGN_ELEMENT),
        3 => (Namespace::MathMl, tags::FOREIGN_ELEMENT),
        _ => (Namespace::Html, tags::tag_index(&source[at + 1..name_end])),
    };
    let tag = tags::tag(index);
    let mut zone = if tag.sealed { Zone::Sealed } else { Zone::None };
    let mut attributes = Attributes::new(source, name_end);
    for attribute in attributes.by_ref() {
        if let Some(named) = zone_of(source, &attribute) {
            zone = named;
        }
    }
    let end = attributes.end().map_or(source.len(), |end| end.at);
    let void = tag.content == Content::Void;
    let meta = Meta::element(void, zone, namespace, index);
    let content = if void { Content::Void } else { Content::Normal };
    StartTag {
        name_end,
        end,
        meta,
        content,
        context: Context::UNCHECKED,
    }
}

/// Just past the name of the tag at `at`.
#[inline]
pub(crate) fn name_end(source: &[u8], at: usize) -> Option<usize> {
    let mut end = at + 1;
    while class(*source.get(end)?) & TAG_NAME_END == 0 {
        end += 1;
    }
    Some(end)
}

/// The zone that an attribute makes of its element.
#[inline]
fn zone_of(source: &[u8], attribute: &Attribute) -> Option<Zone> {
    let name = attribute.name(source);
    match name {
        b"dj-root" => Some(Zone::Alone),
        b"id" if attribute.value.1 - attribute.value.0 >= FLASH.len() => {
            (value_is(source, attribute, FLASH)).then_some(Zone::Alone)
        }
        b"dj-update" => {
            let is = |word| value_is(source, attribute, word);
            if is("replace") {
                None
            } else if is("append") {
                Some(Zone::Append)
            } else if is("prepend") {
                Some(Zone::Prepend)
            } else if is("stream") {
                Some(Zone::Stream)
            } else {
                Some(Zone::Alone)
            }
        }
        _ => None,
    }
}

/// The id of the flash container.
pub(super) const FLASH: &str = "dj-flash-container";

fn value_is(source: &[u8], attribute: &Attribute, word: &str) -> bool {
    decode::attribute(attribute.value(source)) == word
}

/// The names of the attributes so far.
#[derive(Default)]
struct Names<'a> {
    /// A bit for each name's hash: most tags never need more.
    seen: u64,
    count: usize,
    many: HashSet<&'a [u8]>,
}

impl<'a> Names<'a> {
    /// Notes a name; whether it stood there before.
    #[inline]
    fn repeats(&mut self, source: &'a [u8], from: usize, name: &'a [u8]) -> bool {
        const MANY: usize = 24;
        let (first, last) = (u64::from(name[0]), u64::from(name[name.len() - 1]));
        let bit = 1 << ((first * 5 + last * 3 + name.len() as u64) & 63);
        let maybe = self.seen & bit != 0;
        self.seen |= bit;
        self.count += 1;
        if self.count > MANY {
            if self.many.is_empty() {
                let before = Attributes::new(source, from).take(self.count - 1);
                self.many
                    .extend(before.map(|attribute| attribute.name(source)));
            }
            return !self.many.insert(name);
        }
        maybe
            && Attributes::new(source, from)
                .take(self.count - 1)
                .any(|attribute| attribute.name(source) == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_repeated_name_is_found_among_few_and_among_many() {
        for count in [1, 2, 3, 23, 24, 25, 26, 40] {
            for again in [None, Some(0), Some(count / 2), Some(count - 1)] {
                let mut names: Vec<String> = (0..count).map(|n| format!("a{n}")).collect();
                names.extend(again.map(|n| names[n].clone()));
                for more in [0, 5] {
                    let mut names = names.clone();
                    names.extend((0..more).map(|n| format!("b{n}")));
                    let tag = format!("<p {}>", names.join(" "));
                    let context = Context::root(tags::tag_index(b"div")).unwrap();
                    let read = read(tag.as_bytes(), 0, context, Syntax::Html);
                    assert_eq!(read.is_err(), again.is_some(), "{tag}");
                }
            }
        }
    }

    #[test]
    fn names_that_look_alike_are_told_apart() {
        // First and last letter and length are the same.
        let names: Vec<String> = (b'a'..=b'z')
            .map(|letter| format!("x{}y", letter as char))
            .collect();
        for count in 1..=names.len() {
            let list: Vec<&[u8]> = names[..count].iter().map(|name| name.as_bytes()).collect();
            let source = format!("{} ", names[..count].join(" "));
            let mut seen = Names::default();
            let source = format!(" {source}>");
            for (nth, attribute) in Attributes::new(source.as_bytes(), 0).enumerate() {
                assert!(
                    !seen.repeats(source.as_bytes(), 0, attribute.name(source.as_bytes())),
                    "{nth} of {list:?}"
                );
            }
        }
    }

    #[test]
    fn zones_are_told_by_attributes() {
        for (tag, zone) in [
            ("<p>", Zone::None),
            ("<p dj-root>", Zone::Alone),
            ("<p dj-root=x>", Zone::Alone),
            ("<p id=dj-flash-container>", Zone::Alone),
            ("<p id='dj&#45;flash-container'>", Zone::Alone),
            ("<p id=dj-flash-containers>", Zone::None),
            ("<p id=dj-flash-containe>", Zone::None),
            ("<p class=dj-flash-container>", Zone::None),
            ("<p dj-update>", Zone::Alone),
            ("<p dj-update=ignore>", Zone::Alone),
            ("<p dj-update=replace>", Zone::None),
            ("<p dj-update=append>", Zone::Append),
            ("<p dj-update=prepend>", Zone::Prepend),
            ("<p dj-update='str&#101;am'>", Zone::Stream),
            ("<template>", Zone::Sealed),
            ("<noscript>", Zone::Sealed),
        ] {
            let context = Context::root(tags::tag_index(b"div")).unwrap();
            for syntax in [Syntax::Html, Syntax::Normal] {
                let read = read(tag.as_bytes(), 0, context, syntax).unwrap();
                assert_eq!(read.meta.zone(), zone, "{tag}");
                assert_eq!(
                    (read.end, read.name_end),
                    (tag.len(), name_end(tag.as_bytes(), 0).unwrap())
                );
            }
        }
    }
}
