//! The lenient deserializer: from what a page can send to any type that implements `Deserialize`.
//!
//! A page's attributes and forms hold text, its scripts send JSON; a handler names Rust types. The type decides how
//! its value is read, so one deserializer serves every type, an application's own included. The rules stand in the
//! documentation of [`Params`](super::Params).

use serde::de::value::StrDeserializer;
use serde::de::{self, DeserializeSeed, IntoDeserializer as _, Visitor};

use super::access::{Entries, Items, Variant};
use super::attempt::Pass;
use super::error::ProblemKind;
use super::fault::{Fault, one_of};
use super::given::Given;
use super::scalar::{self, Integer};

/// Deeper values are refused: a type that holds itself must not exhaust the stack.
const DEPTH: u8 = 64;

/// A value on its way into a type.
#[derive(Clone, Copy)]
pub(super) struct Coercion<'c, 'de> {
    pub(super) given: Given<'de>,
    pub(super) pass: &'c Pass,
    depth: u8,
    outermost: bool,
}

impl<'c, 'de> Coercion<'c, 'de> {
    pub(super) fn new(given: Given<'de>, pass: &'c Pass) -> Self {
        Coercion {
            given,
            pass,
            depth: 0,
            outermost: true,
        }
    }

    /// A value inside this one.
    pub(super) fn inner(self, given: Given<'de>) -> Result<Self, Fault> {
        Ok(Coercion {
            given,
            outermost: false,
            ..self.wrapped()?
        })
    }

    /// This value, inside a type that adds nothing to it.
    fn wrapped(self) -> Result<Self, Fault> {
        match self.depth {
            DEPTH => Err(self.expected("a value that is nested less deeply")),
            depth => Ok(Coercion {
                depth: depth + 1,
                ..self
            }),
        }
    }

    pub(super) fn is_outermost(self) -> bool {
        self.outermost
    }

    pub(super) fn expected(self, expected: impl Into<String>) -> Fault {
        let kind = match self.given {
            Given::Absent => ProblemKind::Missing,
            _ => ProblemKind::Invalid,
        };
        Fault::new(kind, expected.into(), self.given.show())
    }

    /// Reads what `seed` makes of the value; an error that the type's own code made gets the value added.
    pub(super) fn read<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value, Fault> {
        seed.deserialize(self).map_err(|mut fault| {
            let problem = &mut *fault.problem;
            let wrong = matches!(problem.kind, ProblemKind::Invalid | ProblemKind::Refused);
            if wrong && problem.given.is_none() && problem.parameter.is_empty() {
                problem.given = self.given.show();
            }
            fault
        })
    }

    fn integer<I: Integer>(self) -> Result<I, Fault> {
        match self.given {
            Given::Text(text) => I::from_text(text),
            Given::Number(number) => I::from_number(number),
            _ => Err("an integer".to_owned()),
        }
        .map_err(|expected| self.expected(expected))
    }

    fn float(self) -> Result<f64, Fault> {
        match self.given {
            Given::Text(text) => scalar::float_from_text(text),
            Given::Number(number) => number.as_f64().ok_or("a number").and_then(scalar::finite),
            _ => Err("a number"),
        }
        .map_err(|expected| self.expected(expected))
    }

    /// Runs `visit` with the text that the value is.
    fn text<T>(
        self,
        expected: &str,
        visit: impl FnOnce(Text<'_, 'de>) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        match self.given {
            Given::Text(text) => visit(Text::Borrowed(text)),
            Given::Number(number) => visit(Text::Made(&number.to_string())),
            Given::Bool(value) => visit(Text::Made(if value { "true" } else { "false" })),
            _ => Err(self.expected(expected)),
        }
    }

    fn list<V: Visitor<'de>>(self, expected: &str, visitor: V) -> Result<V::Value, Fault> {
        match self.given {
            Given::List(items) => self.items(items.iter().map(Given::from), visitor),
            Given::Absent if self.pass.form => {
                visitor.visit_seq(Items::new(self, std::iter::empty()))
            }
            Given::Text(_) | Given::Number(_) | Given::Bool(_) => {
                self.items(std::iter::once(self.given), visitor)
            }
            _ => Err(self.expected(expected)),
        }
    }

    fn items<V: Visitor<'de>>(
        self,
        items: impl ExactSizeIterator<Item = Given<'de>>,
        visitor: V,
    ) -> Result<V::Value, Fault> {
        let mut items = Items::new(self, items);
        let value = visitor.visit_seq(&mut items)?;
        match items.left() {
            0 => Ok(value),
            left => Err(self.expected(format!("a list of {} values", items.read() - left))),
        }
    }

    fn map<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        match self.given {
            Given::Map(map) => visitor.visit_map(Entries::new(self, map, fields)),
            _ => Err(self.expected("a map")),
        }
    }

    fn tuple<V: Visitor<'de>>(self, len: usize, visitor: V) -> Result<V::Value, Fault> {
        let expected = if len == 1 {
            "a list of 1 value".to_owned()
        } else {
            format!("a list of {len} values")
        };
        match self.given {
            Given::List(items) if items.len() != len => Err(self.expected(expected)),
            Given::Text(_) | Given::Number(_) | Given::Bool(_) if len != 1 => {
                Err(self.expected(expected))
            }
            Given::Absent => Err(self.expected(expected)),
            _ => self.list(&expected, visitor),
        }
    }
}

/// The text of a value.
enum Text<'a, 'de> {
    Borrowed(&'de str),
    Made(&'a str),
}

impl Text<'_, '_> {
    fn as_str(&self) -> &str {
        match self {
            Text::Borrowed(text) | Text::Made(text) => text,
        }
    }
}

macro_rules! integers {
    ($($method:ident, $visit:ident;)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
            let value = self.integer()?;
            visitor.$visit(value)
        }
    )*};
}

impl<'de> de::Deserializer<'de> for Coercion<'_, 'de> {
    type Error = Fault;

    integers! {
        deserialize_i8, visit_i8;
        deserialize_i16, visit_i16;
        deserialize_i32, visit_i32;
        deserialize_i64, visit_i64;
        deserialize_i128, visit_i128;
        deserialize_u8, visit_u8;
        deserialize_u16, visit_u16;
        deserialize_u32, visit_u32;
        deserialize_u64, visit_u64;
        deserialize_u128, visit_u128;
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self.given {
            Given::Absent => Err(self.expected("")),
            Given::Null => visitor.visit_unit(),
            Given::Bool(value) => visitor.visit_bool(value),
            Given::Number(number) => number.deserialize_any(visitor).map_err(de::Error::custom),
            Given::Text(text) => visitor.visit_borrowed_str(text),
            Given::List(items) => self.items(items.iter().map(Given::from), visitor),
            Given::Map(map) => visitor.visit_map(Entries::new(self, map, &[])),
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        let value = match self.given {
            Given::Bool(value) => Some(value),
            Given::Text(text) => scalar::bool_from_text(text),
            Given::Number(number) => scalar::bool_from_number(number),
            Given::Absent if self.pass.form => Some(false),
            _ => None,
        };
        let value = value.ok_or_else(|| self.expected("true or false"))?;
        visitor.visit_bool(value)
    }

    fn deserialize_f32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        let value = scalar::to_f32(self.float()?).map_err(|expected| self.expected(expected))?;
        visitor.visit_f32(value)
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        let value = self.float()?;
        visitor.visit_f64(value)
    }

    fn deserialize_char<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.text("one character", |text| {
            let mut characters = text.as_str().chars();
            match (characters.next(), characters.next()) {
                (Some(character), None) => visitor.visit_char(character),
                _ => Err(self.expected("one character")),
            }
        })
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.text("text", |text| match text {
            Text::Borrowed(text) => visitor.visit_borrowed_str(text),
            Text::Made(text) => visitor.visit_str(text),
        })
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.deserialize_str(visitor)
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.deserialize_str(visitor)
    }

    fn deserialize_bytes<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self.given {
            Given::Text(text) => visitor.visit_borrowed_bytes(text.as_bytes()),
            _ => self.list("text", visitor),
        }
    }

    fn deserialize_byte_buf<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.deserialize_bytes(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self.given {
            Given::Absent | Given::Null | Given::Text("") => visitor.visit_none(),
            _ => visitor.visit_some(self.wrapped()?),
        }
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self.given {
            Given::Absent | Given::Null | Given::Text("") => visitor.visit_unit(),
            Given::Map(_) if self.is_outermost() => visitor.visit_unit(),
            _ => Err(self.expected("nothing")),
        }
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Fault> {
        self.deserialize_unit(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Fault> {
        visitor.visit_newtype_struct(self.wrapped()?)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.list("a list", visitor)
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, len: usize, visitor: V) -> Result<V::Value, Fault> {
        self.tuple(len, visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        len: usize,
        visitor: V,
    ) -> Result<V::Value, Fault> {
        self.tuple(len, visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.map(&[], visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        if self.is_outermost() {
            *self.pass.fields.borrow_mut() = fields;
        }
        self.map(fields, visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        match self.given {
            Given::Map(map) if map.len() == 1 => {
                let (name, value) = map.iter().next().expect("one entry");
                let content = self.inner(Given::from(value))?;
                visitor.visit_enum(Variant {
                    of: self,
                    name,
                    content,
                })
            }
            Given::Map(_) | Given::List(_) | Given::Null | Given::Absent => {
                Err(self.expected(one_of(variants)))
            }
            _ => self.text("", |text| {
                let name: StrDeserializer<'_, Fault> = text.as_str().into_deserializer();
                visitor.visit_enum(name)
            }),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.pass.passed_over.set(true);
        visitor.visit_unit()
    }
}
