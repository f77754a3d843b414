//! Places in a form: names of fields, and what they mean for structs and lists.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::{Map, Value};

/// A name with more parts is none: nothing that a page sends may be nested without end.
const PARTS: usize = 16;

/// One step into a value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Part {
    Key(String),
    Index(usize),
}

/// Where a field stands: `email`, `address.street`, `lines[0].price`. Empty: the form as a whole.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place(pub(super) Vec<Part>);

impl Place {
    /// The place that a name stands for, and whether it ends with `[]`: several fields of it are a list, and so is one.
    ///
    /// `address[street]` is another way to write `address.street`. `None`: the name means no place.
    pub(super) fn parse(name: &str) -> Option<(Self, bool)> {
        let (name, list) = match name.strip_suffix("[]") {
            Some(name) => (name, true),
            None => (name, false),
        };
        let mut parts = Vec::new();
        for (index, word) in name.split('.').enumerate() {
            let (key, brackets) = word.split_at(word.find('[').unwrap_or(word.len()));
            if key.is_empty() || index >= PARTS {
                return None;
            }
            parts.push(Part::Key(key.to_owned()));
            let mut rest = brackets;
            while let Some(open) = rest.strip_prefix('[') {
                let (inside, after) = open.split_once(']')?;
                let digits = inside.bytes().all(|byte| byte.is_ascii_digit());
                match inside {
                    "" => return None,
                    _ if digits => parts.push(Part::Index(inside.parse().ok()?)),
                    key => parts.push(Part::Key(key.to_owned())),
                }
                rest = after;
                if parts.len() > PARTS {
                    return None;
                }
            }
            if !rest.is_empty() {
                return None;
            }
        }
        (parts.len() <= PARTS).then_some((Place(parts), list))
    }

    /// The place that a name stands for; a name that means none stands for itself.
    pub(super) fn of(name: &str) -> Self {
        match Place::parse(name) {
            Some((place, _)) => place,
            None if name.is_empty() => Place::default(),
            None => Place(vec![Part::Key(name.to_owned())]),
        }
    }

    pub(super) fn is_whole(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn then(&self, part: Part) -> Self {
        let mut parts = self.0.clone();
        parts.push(part);
        Place(parts)
    }

    /// Whether this is the other place, or lies in it.
    pub(super) fn is_in(&self, other: &Place) -> bool {
        self.0.starts_with(&other.0)
    }

    /// What stands here.
    pub(super) fn get<'v>(&self, values: &'v Map<String, Value>) -> Option<&'v Value> {
        let (Part::Key(first), rest) = self.0.split_first()? else {
            return None;
        };
        rest.iter()
            .try_fold(values.get(first)?, |value, part| match part {
                Part::Key(key) => value.get(key),
                Part::Index(index) => value.get(index),
            })
    }

    /// What stands here, to be changed.
    pub(super) fn get_mut<'v>(&self, values: &'v mut Map<String, Value>) -> Option<&'v mut Value> {
        let (Part::Key(first), rest) = self.0.split_first()? else {
            return None;
        };
        rest.iter()
            .try_fold(values.get_mut(first)?, |value, part| match part {
                Part::Key(key) => value.get_mut(key),
                Part::Index(index) => value.get_mut(index),
            })
    }

    /// Puts a value here, and says whether there is such a place: what it lies in has to be there.
    pub(super) fn put(&self, values: &mut Map<String, Value>, new: Value) -> bool {
        let Some((last, inside)) = self.0.split_last() else {
            return false;
        };
        let inside = Place(inside.to_vec());
        match (inside.get_mut(values), last) {
            (Some(Value::Object(map)), Part::Key(key)) => {
                map.insert(key.clone(), new);
            }
            (None, Part::Key(key)) if inside.is_whole() => {
                values.insert(key.clone(), new);
            }
            (Some(Value::Array(items)), Part::Index(index)) if *index < items.len() => {
                items[*index] = new;
            }
            _ => return false,
        }
        true
    }

    /// The outermost list that this lies in, and the place in it.
    pub(super) fn item(&self) -> Option<(Place, usize)> {
        let parts = self.0.iter().enumerate();
        parts.into_iter().find_map(|(at, part)| match part {
            Part::Index(index) => Some((Place(self.0[..at].to_vec()), *index)),
            Part::Key(_) => None,
        })
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, part) in self.0.iter().enumerate() {
            match part {
                Part::Key(key) if index == 0 => f.write_str(key)?,
                Part::Key(key) => write!(f, ".{key}")?,
                Part::Index(index) => write!(f, "[{index}]")?,
            }
        }
        Ok(())
    }
}

/// What a form sends, by name, as the structs and lists that the names speak of.
///
/// Indexes give the order of a list, not its places: a list cannot be made long by a large index. A name that stands
/// beside one that lies inside of it stays as it is, and will be unknown.
pub(crate) fn nest(flat: Map<String, Value>) -> Map<String, Value> {
    let mut root = Node::Map(BTreeMap::new());
    let mut strange = Vec::new();
    for (name, value) in flat {
        let placed = match Place::parse(&name) {
            Some((place, list)) => {
                let value = match value {
                    Value::Array(items) => Value::Array(items),
                    single if list => Value::Array(vec![single]),
                    single => single,
                };
                root.insert(&place.0, value)
            }
            None => Err(value),
        };
        if let Err(value) = placed {
            strange.push((name, value));
        }
    }
    let mut values = match root.into_value() {
        Value::Object(map) => map,
        _ => Map::new(),
    };
    values.extend(strange);
    values
}

enum Node {
    Nothing,
    Value(Value),
    Map(BTreeMap<String, Node>),
    List(BTreeMap<usize, Node>),
}

impl Node {
    /// Puts a value in; gives it back where something else is in its way.
    fn insert(&mut self, parts: &[Part], value: Value) -> Result<(), Value> {
        let Some((part, rest)) = parts.split_first() else {
            return self.add(value);
        };
        match (self, part) {
            (Node::Map(entries), Part::Key(key)) => entries
                .entry(key.clone())
                .or_insert_with(|| Node::start(rest))
                .insert(rest, value),
            (Node::List(items), Part::Index(index)) => items
                .entry(*index)
                .or_insert_with(|| Node::start(rest))
                .insert(rest, value),
            _ => Err(value),
        }
    }

    /// Puts a value where its name says; of several (`tag` and `tag[]`) all are meant.
    fn add(&mut self, value: Value) -> Result<(), Value> {
        match self {
            Node::Nothing => *self = Node::Value(value),
            Node::Value(old) => {
                let mut items = match old.take() {
                    Value::Array(items) => items,
                    single => vec![single],
                };
                match value {
                    Value::Array(more) => items.extend(more),
                    single => items.push(single),
                }
                *old = Value::Array(items);
            }
            Node::Map(_) | Node::List(_) => return Err(value),
        }
        Ok(())
    }

    /// What has to be there for these parts to go in.
    fn start(parts: &[Part]) -> Self {
        match parts.first() {
            Some(Part::Index(_)) => Node::List(BTreeMap::new()),
            Some(Part::Key(_)) => Node::Map(BTreeMap::new()),
            None => Node::Nothing,
        }
    }

    fn into_value(self) -> Value {
        match self {
            Node::Nothing => Value::Null,
            Node::Value(value) => value,
            Node::Map(entries) => entries
                .into_iter()
                .map(|(key, node)| (key, node.into_value()))
                .collect(),
            Node::List(items) => items.into_values().map(Node::into_value).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn nested(flat: Value) -> Value {
        let Value::Object(flat) = flat else {
            panic!("{flat} is no map")
        };
        Value::Object(nest(flat))
    }

    #[test]
    fn names_become_structs_and_lists() {
        for (flat, expected) in [
            (json!({ "a": "1", "b": "2" }), json!({ "a": "1", "b": "2" })),
            (
                json!({ "a.b": "1", "a.c": "2" }),
                json!({ "a": { "b": "1", "c": "2" } }),
            ),
            (
                json!({ "a[b]": "1", "a[c][d]": "2" }),
                json!({ "a": { "b": "1", "c": { "d": "2" } } }),
            ),
            (json!({ "a[]": "1" }), json!({ "a": ["1"] })),
            (json!({ "a": ["1", "2"] }), json!({ "a": ["1", "2"] })),
            (
                json!({ "a": "0", "a[]": ["1", "2"] }),
                json!({ "a": ["0", "1", "2"] }),
            ),
            (
                json!({ "a[1].b": "x", "a[0].b": "y" }),
                json!({ "a": [{ "b": "y" }, { "b": "x" }] }),
            ),
            (
                json!({ "a[7]": "x", "a[4294967295]": "y" }),
                json!({ "a": ["x", "y"] }),
            ),
            (json!({ "a[0][]": "x" }), json!({ "a": [["x"]] })),
        ] {
            assert_eq!(nested(flat.clone()), expected, "{flat}");
        }
    }

    #[test]
    fn names_that_mean_no_place_stay_as_they_are() {
        for flat in [
            json!({ "a.": "1" }),
            json!({ ".a": "1" }),
            json!({ "a..b": "1" }),
            json!({ "": "1" }),
            json!({ "[0]": "1" }),
            json!({ "a[": "1" }),
            json!({ "a[]b": "1" }),
            json!({ "a[0]b": "1" }),
            json!({ "a[].b": "1" }),
            json!({ "a[99999999999999999999999]": "1" }),
            json!({ "a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a": "1" }),
        ] {
            assert_eq!(nested(flat.clone()), flat);
        }
    }

    #[test]
    fn a_name_beside_one_that_lies_inside_of_it_is_not_lost_in_silence() {
        for (flat, expected) in [
            // `a.b` will be unknown.
            (
                json!({ "a": "1", "a.b": "2" }),
                json!({ "a": "1", "a.b": "2" }),
            ),
            (
                json!({ "a[0]": "2", "a.b": "1" }),
                json!({ "a": ["2"], "a.b": "1" }),
            ),
            // `a` will not be what was expected.
            (json!({ "a.b": "2", "a": "1" }), json!({ "a": "1" })),
        ] {
            assert_eq!(nested(flat.clone()), expected, "{flat}");
        }
    }

    #[test]
    fn places_are_found_and_filled() {
        let Value::Object(mut values) = json!({ "a": { "b": ["x", { "c": "y" }] } }) else {
            unreachable!()
        };
        for (name, found) in [
            ("a.b[0]", Some(json!("x"))),
            ("a.b[1].c", Some(json!("y"))),
            ("a.b[2]", None),
            ("a.c", None),
            ("b", None),
            ("a.b.c", None),
        ] {
            assert_eq!(Place::of(name).get(&values), found.as_ref(), "{name}");
            assert_eq!(Place::of(name).to_string(), name);
        }
        for (name, fits) in [
            ("a.b[1].d", true),
            ("a.c", true),
            ("d", true),
            ("a.b[2]", false),
            ("e.f", false),
            ("d[0]", false),
            ("a.b[0].c", false),
        ] {
            assert_eq!(Place::of(name).put(&mut values, json!(1)), fits, "{name}");
        }
        assert_eq!(
            Value::Object(values),
            json!({ "a": { "b": ["x", { "c": "y", "d": 1 }], "c": 1 }, "d": 1 })
        );
    }
}
