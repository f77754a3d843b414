//! Changes of attributes.

use std::collections::HashMap;

use crate::parse::attributes::{Attribute, Attributes};
use crate::parse::{decode, foreign};
use crate::patch::{Namespace, Sink};

/// Emits the changes between two start tags, each given by its source and the place past its name. Where they cannot be
/// made one by one, nothing is emitted unless they are `forced`; whether they were emitted.
pub(super) fn change(
    (node, namespace): (u32, Namespace),
    (old, old_at): (&[u8], usize),
    (new, new_at): (&[u8], usize),
    forced: bool,
    sink: &mut impl Sink,
) -> bool {
    let mut changes = Vec::new();
    let (mut olds, mut news) = (Attributes::new(old, old_at), Attributes::new(new, new_at));
    // As a rule, the names and their order stay.
    loop {
        let (was, is) = (olds.clone().next(), news.clone().next());
        match (was, is) {
            (None, None) => break,
            (Some(was), Some(is)) if was.name(old) == is.name(new) => {
                if differs((old, &was), (new, &is)) {
                    changes.push(Change::Set(is));
                }
                olds.next();
                news.next();
            }
            _ => {
                rest((old, olds), (new, news), &mut changes);
                break;
            }
        }
    }
    if !forced
        && changes
            .iter()
            .any(|change| !change.can_be_made(namespace, old, new))
    {
        return false;
    }
    for change in &changes {
        match change {
            Change::Set(attribute) | Change::Add(attribute) => {
                let value = decode::attribute(attribute.value(new));
                sink.attribute(node, &decode::raw(attribute.name(new)), &value);
            }
            Change::Remove(attribute) => {
                sink.remove_attribute(node, &decode::raw(attribute.name(old)));
            }
        }
    }
    true
}

enum Change {
    Set(Attribute),
    Add(Attribute),
    Remove(Attribute),
}

impl Change {
    /// `setAttribute` refuses names that only the parser takes, and knows nothing of the namespaces that the
    /// parser puts some attributes of foreign elements into.
    fn can_be_made(&self, namespace: Namespace, old: &[u8], new: &[u8]) -> bool {
        let (name, adds) = match self {
            Change::Set(attribute) => (attribute.name(new), false),
            Change::Add(attribute) => (attribute.name(new), true),
            Change::Remove(attribute) => return !attribute.name(old).is_empty(),
        };
        let lost =
            adds && namespace != Namespace::Html && foreign::is_namespaced(&decode::raw(name));
        is_plain_name(name) && !lost
    }
}

/// Whether `setAttribute` takes this name in every browser.
pub(super) fn is_plain_name(name: &[u8]) -> bool {
    let start = name[0].is_ascii_alphabetic() || matches!(name[0], b'_' | b':');
    let rest =
        |&byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b':');
    start && name.iter().all(rest)
}

fn differs((old, was): (&[u8], &Attribute), (new, is): (&[u8], &Attribute)) -> bool {
    let (was, is) = (was.value(old), is.value(new));
    was != is && decode::attribute(was) != decode::attribute(is)
}

/// Compares attributes by name.
fn rest(
    (old, olds): (&[u8], Attributes<'_>),
    (new, news): (&[u8], Attributes<'_>),
    changes: &mut Vec<Change>,
) {
    let mut left: HashMap<&[u8], Attribute> = olds
        .clone()
        .map(|attribute| (slice(old, attribute.name), attribute))
        .collect();
    for is in news {
        match left.remove(slice(new, is.name)) {
            None => changes.push(Change::Add(is)),
            Some(was) if differs((old, &was), (new, &is)) => changes.push(Change::Set(is)),
            Some(_) => {}
        }
    }
    let gone = olds.filter(|attribute| left.contains_key(slice(old, attribute.name)));
    changes.extend(gone.map(Change::Remove));
}

fn slice(source: &[u8], (from, to): (usize, usize)) -> &[u8] {
    &source[from..to]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Op, Patch};

    #[test]
    fn names_that_set_attribute_takes() {
        for name in [
            "a",
            "Z",
            "_",
            ":",
            "a1",
            "x-y",
            "x.y",
            "x_y",
            "xlink:href",
            "dj-click",
        ] {
            assert!(is_plain_name(name.as_bytes()), "{name}");
        }
        for name in [
            "@a", "1a", "-a", ".a", "a@", "a=", "=a", "a b", "é", "aé", "a*", "(a)",
        ] {
            assert!(!is_plain_name(name.as_bytes()), "{name}");
        }
    }

    /// The operations as text; `None` where they cannot be made.
    fn changes(old: &str, new: &str, namespace: Namespace, forced: bool) -> Option<Vec<String>> {
        let mut patch = Patch::new();
        let (old, new) = (format!("{old}>"), format!("{new}>"));
        let done = change(
            (7, namespace),
            (old.as_bytes(), 0),
            (new.as_bytes(), 0),
            forced,
            &mut patch,
        );
        let list = patch.into_ops().into_iter().map(|op| match op {
            Op::Attribute {
                node: 7,
                name,
                value,
            } => format!("{name}={value}"),
            Op::RemoveAttribute { node: 7, name } => format!("-{name}"),
            other => panic!("{other:?}"),
        });
        let list: Vec<String> = list.collect();
        assert!(done || list.is_empty());
        done.then_some(list)
    }

    #[test]
    fn attributes_change_by_name() {
        let cases: &[(&str, &str, Option<&[&str]>)] = &[
            ("", "", Some(&[])),
            (" a=1 b=2", " a=1 b=2", Some(&[])),
            (" a=1 b=2", " a='1'  b=\"2\" ", Some(&[])),
            (" a=1 b=2", " a=1 b=3", Some(&["b=3"])),
            (" a=1 b=2", " b=2 a=1", Some(&[])),
            (" a=1 b=2", " b=3 a=1", Some(&["b=3"])),
            (" a=1 b=2 c=3", " c=4 a=5", Some(&["c=4", "a=5", "-b"])),
            (" a=1", "", Some(&["-a"])),
            ("", " a", Some(&["a="])),
            (" a=&amp;", " a='&'", Some(&[])),
            (" a=&amp;", " a='&amp;amp;'", Some(&["a=&amp;"])),
            (" @a=1", " @a=1 b", Some(&["b="])),
            (" @a=1", " @a=2", None),
            (" b", " b @a=1", None),
            (" @a=1 b", " b=2", Some(&["b=2", "-@a"])),
        ];
        for &(old, new, expected) in cases {
            let expected: Option<Vec<String>> =
                expected.map(|list| list.iter().map(|&text| text.into()).collect());
            assert_eq!(
                changes(old, new, Namespace::Html, false),
                expected,
                "{old} to {new}"
            );
        }
        // A root is never replaced.
        let forced = changes(" @a=1 b", " @a=2 c", Namespace::Html, true);
        assert_eq!(forced.unwrap(), ["@a=2", "c=", "-b"]);
    }

    #[test]
    fn an_attribute_that_has_a_namespace_can_change_but_not_come() {
        for namespace in [Namespace::Svg, Namespace::MathMl] {
            assert_eq!(changes("", " xlink:href=a", namespace, false), None);
            assert_eq!(changes("", " xmlns=a", namespace, false), None);
            let set = changes(" xlink:href=b", " xlink:href=a", namespace, false);
            assert_eq!(set.unwrap(), ["xlink:href=a"]);
            assert_eq!(
                changes(" xlink:href=b", "", namespace, false).unwrap(),
                ["-xlink:href"]
            );
            assert_eq!(
                changes("", " href=a", namespace, false).unwrap(),
                ["href=a"]
            );
        }
        let html = changes("", " xlink:href=a", Namespace::Html, false);
        assert_eq!(html.unwrap(), ["xlink:href=a"]);
    }
}
