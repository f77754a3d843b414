//! The parts of a value: items of a list, entries of a map, a variant's content.

use serde::de::{self, DeserializeSeed, Visitor};
use serde_json::{Map, Value};

use super::coerce::Coercion;
use super::error::show_name;
use super::fault::Fault;
use super::given::Given;

/// The items of a list, in order.
pub(super) struct Items<'c, 'de, I> {
    of: Coercion<'c, 'de>,
    items: I,
    read: usize,
}

impl<'c, 'de, I: ExactSizeIterator<Item = Given<'de>>> Items<'c, 'de, I> {
    pub(super) fn new(of: Coercion<'c, 'de>, items: I) -> Self {
        Items { of, items, read: 0 }
    }

    /// How many items were taken.
    pub(super) fn read(&self) -> usize {
        self.read
    }

    /// How many items nobody took.
    pub(super) fn left(&self) -> usize {
        self.items.len()
    }
}

impl<'de, I: ExactSizeIterator<Item = Given<'de>>> de::SeqAccess<'de> for Items<'_, 'de, I> {
    type Error = Fault;

    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Fault> {
        let Some(item) = self.items.next() else {
            return Ok(None);
        };
        let index = self.read;
        self.read += 1;
        let value = self.of.inner(item)?.read(seed);
        value
            .map(Some)
            .map_err(|fault| fault.inside(&format!("[{index}]")))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.items.len())
    }
}

/// The entries of a map, in order.
///
/// The outermost map also has an entry for each field that was found missing, and fields that failed come last.
pub(super) struct Entries<'c, 'de> {
    of: Coercion<'c, 'de>,
    entries: std::vec::IntoIter<(&'de str, Given<'de>)>,
    value: Option<(&'de str, Given<'de>)>,
    /// The names that the struct has, where it is one.
    fields: &'static [&'static str],
}

impl<'c, 'de> Entries<'c, 'de> {
    pub(super) fn new(
        of: Coercion<'c, 'de>,
        map: &'de Map<String, Value>,
        fields: &'static [&'static str],
    ) -> Self {
        let given = map
            .iter()
            .map(|(key, value)| (key.as_str(), Given::from(value)));
        let mut entries: Vec<_> = given.collect();
        if of.is_outermost() {
            entries.extend(of.pass.absent.iter().map(|name| (*name, Given::Absent)));
            entries.sort_by_key(|(key, _)| of.pass.failed.iter().any(|failed| failed == key));
        }
        Entries {
            of,
            entries: entries.into_iter(),
            value: None,
            fields,
        }
    }
}

impl<'de> de::MapAccess<'de> for Entries<'_, 'de> {
    type Error = Fault;

    fn next_key_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Fault> {
        let Some((key, value)) = self.entries.next() else {
            return Ok(None);
        };
        self.value = Some((key, value));
        // A key that fails is told with its own name; a struct's unknown field carries it already.
        self.of
            .inner(Given::Text(key))?
            .read(seed)
            .map(Some)
            .map_err(|fault| {
                if fault.problem.parameter.is_empty() {
                    fault.inside(&show_name(key))
                } else {
                    fault
                }
            })
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Fault> {
        let (key, value) = self.value.take().expect("serde asks for a key first");
        self.of.pass.passed_over.set(false);
        let value = self.of.inner(value)?.read(seed).map_err(|fault| {
            let mut fault = fault.inside(&show_name(key));
            if self.of.is_outermost() {
                fault.field = Some(key.to_owned());
            }
            fault
        })?;
        if self.of.pass.passed_over.take() {
            if self.of.is_outermost() {
                self.of.pass.ignored.borrow_mut().push(key.to_owned());
            } else if self.of.pass.strict {
                return Err(de::Error::unknown_field(key, self.fields));
            }
        }
        Ok(value)
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.entries.len())
    }
}

/// An enum's variant with content: a map of one entry, from the variant's name to what it holds.
pub(super) struct Variant<'c, 'de> {
    pub(super) of: Coercion<'c, 'de>,
    pub(super) name: &'de str,
    pub(super) content: Coercion<'c, 'de>,
}

impl<'c, 'de> de::EnumAccess<'de> for Variant<'c, 'de> {
    type Error = Fault;
    type Variant = Self;

    fn variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<(S::Value, Self), Fault> {
        let variant = self.of.inner(Given::Text(self.name))?.read(seed)?;
        Ok((variant, self))
    }
}

impl<'de> de::VariantAccess<'de> for Variant<'_, 'de> {
    type Error = Fault;

    fn unit_variant(self) -> Result<(), Fault> {
        de::Deserialize::deserialize(self.content)
            .map_err(|fault: Fault| fault.inside(&show_name(self.name)))
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value, Fault> {
        seed.deserialize(self.content)
            .map_err(|fault| fault.inside(&show_name(self.name)))
    }

    fn tuple_variant<V: Visitor<'de>>(self, len: usize, visitor: V) -> Result<V::Value, Fault> {
        let value = de::Deserializer::deserialize_tuple(self.content, len, visitor);
        value.map_err(|fault| fault.inside(&show_name(self.name)))
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        let value = de::Deserializer::deserialize_struct(self.content, "", fields, visitor);
        value.map_err(|fault| fault.inside(&show_name(self.name)))
    }
}
