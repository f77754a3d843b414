use serde::Deserialize;
use serde::de::{DeserializeOwned, Deserializer, Visitor};
use serde_json::{Map, Value};

use super::attempt::{Pass, attempts};
use super::coerce::Coercion;
use super::error::{Origin, ParamError, ProblemKind};
use super::fault::Fault;
use super::given::Given;

/// The values of a URL pattern (`/items/<int:pk>/`), decoded, by name and in the pattern's order.
///
/// ```
/// use relive_runtime::event::PathValues;
///
/// let one = PathValues::from_iter([("pk", "17")]);
/// assert_eq!(one.deserialize::<i64>()?, 17);
/// one.deserialize::<()>()?;
///
/// let two = PathValues::from_iter([("year", "2026"), ("slug", "hello")]);
/// assert_eq!(two.deserialize::<(u16, String)>()?, (2026, "hello".to_owned()));
///
/// #[derive(serde::Deserialize)]
/// struct Post {
///     slug: String,
/// }
/// assert_eq!(two.deserialize::<Post>()?.slug, "hello");
///
/// let error = two.deserialize::<i64>().unwrap_err();
/// assert_eq!(error.to_string(), "URL: expected an integer, got 2 values (`year`, `slug`)");
/// # Ok::<(), relive_runtime::event::ParamError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PathValues {
    names: Vec<String>,
    values: Vec<Value>,
}

impl<N: Into<String>, V: Into<String>> FromIterator<(N, V)> for PathValues {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(values: I) -> Self {
        let pairs = values
            .into_iter()
            .map(|(name, value)| (name.into(), Value::String(value.into())));
        let (names, values) = pairs.unzip();
        PathValues { names, values }
    }
}

/// For a [`LiveView::Path`](crate::LiveView::Path) whose type is of nobody's interest but the view's own.
impl<'de> Deserialize<'de> for PathValues {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let values: Map<String, Value> = Map::deserialize(deserializer)?;
        let (names, values) = values.into_iter().unzip();
        Ok(PathValues { names, values })
    }
}

impl PathValues {
    /// The value of this name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.iter()
            .find(|(known, _)| *known == name)
            .map(|(_, value)| value)
    }

    /// Names and values, in the pattern's order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        let values = self
            .values
            .iter()
            .map(|value| value.as_str().unwrap_or_default());
        self.names.iter().map(String::as_str).zip(values)
    }

    /// Whether the pattern has no values.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// Reads the values into a type: `()`; one value (a newtype too) where there is just one; a tuple in the pattern's
    /// order; a struct or a map by name. Text is coerced by the rules of [`Params`](super::Params).
    ///
    /// # Errors
    ///
    /// A value does not fit, or the type wants other values than the pattern has.
    pub fn deserialize<T: DeserializeOwned>(&self) -> Result<T, ParamError> {
        let named = self
            .iter()
            .map(|(name, value)| (name.to_owned(), Value::from(value)));
        let map: Map<String, Value> = named.collect();
        let read = |pass: &Pass| {
            T::deserialize(Values {
                path: self,
                map: &map,
                pass,
            })
        };
        attempts(Pass::default(), false, read).map_err(|mut problems| {
            for problem in &mut problems {
                self.name_place(&mut problem.parameter);
            }
            ParamError::new(Origin::Path, problems)
        })
    }

    /// `[1]` is the second value of the pattern: gives its name instead.
    fn name_place(&self, place: &mut String) {
        let Some((index, rest)) = place
            .strip_prefix('[')
            .and_then(|place| place.split_once(']'))
        else {
            return;
        };
        if let Some(name) = index
            .parse()
            .ok()
            .and_then(|index: usize| self.names.get(index))
        {
            *place = format!("{name}{rest}");
        }
    }

    fn count(&self) -> String {
        let names = super::error::name_list(self.names.iter().map(String::as_str));
        match self.names.len() {
            0 => "no value".to_owned(),
            1 => format!("1 value ({names})"),
            n => format!("{n} values ({names})"),
        }
    }
}

/// The values on their way into a type.
#[derive(Clone, Copy)]
struct Values<'c, 'de> {
    path: &'de PathValues,
    map: &'de Map<String, Value>,
    pass: &'c Pass,
}

impl<'c, 'de> Values<'c, 'de> {
    fn mismatch(self, expected: &str) -> Fault {
        Fault::new(
            ProblemKind::Invalid,
            expected.to_owned(),
            Some(self.path.count()),
        )
    }

    fn all_named(self) -> Coercion<'c, 'de> {
        Coercion::new(Given::Map(self.map), self.pass)
    }

    fn all_in_order(self) -> Coercion<'c, 'de> {
        Coercion::new(Given::List(&self.path.values), self.pass)
    }

    /// Reads the one value that the pattern has.
    fn single<T>(
        self,
        expected: &str,
        read: impl FnOnce(Coercion<'c, 'de>) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        let [value] = &self.path.values[..] else {
            return Err(self.mismatch(expected));
        };
        read(Coercion::new(Given::from(value), self.pass)).map_err(|fault| fault.inside("[0]"))
    }
}

macro_rules! single {
    ($($expected:literal: $($method:ident)*;)*) => {$($(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
            self.single($expected, |value| value.$method(visitor))
        }
    )*)*};
}

impl<'de> Deserializer<'de> for Values<'_, 'de> {
    type Error = Fault;

    single! {
        "an integer": deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_i128
            deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64 deserialize_u128;
        "a number": deserialize_f32 deserialize_f64;
        "true or false": deserialize_bool;
        "one character": deserialize_char;
        "text": deserialize_str deserialize_string deserialize_bytes deserialize_byte_buf deserialize_identifier;
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self.path.values.len() {
            1 => self.single("", |value| value.deserialize_any(visitor)),
            _ => self.all_named().deserialize_any(visitor),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        if self.path.is_empty() {
            visitor.visit_none()
        } else {
            visitor.visit_some(self)
        }
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_unit()
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Fault> {
        visitor.visit_unit()
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Fault> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.all_in_order().deserialize_seq(visitor)
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, len: usize, visitor: V) -> Result<V::Value, Fault> {
        if len != self.path.values.len() {
            let s = if len == 1 { "" } else { "s" };
            return Err(self.mismatch(&format!("{len} value{s}")));
        }
        self.all_in_order().deserialize_tuple(len, visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        len: usize,
        visitor: V,
    ) -> Result<V::Value, Fault> {
        self.deserialize_tuple(len, visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.all_named().deserialize_map(visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        self.all_named().deserialize_struct(name, fields, visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        self.single("a name", |value| {
            value.deserialize_enum(name, variants, visitor)
        })
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_unit()
    }
}
