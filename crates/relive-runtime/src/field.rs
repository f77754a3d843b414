//! What a view's public fields are to its template.

use relive_template::Context;
use serde::Serialize;

/// What a public field can be: a value, or a [`Stream`](crate::Stream).
#[diagnostic::on_unimplemented(
    message = "a template cannot show `{Self}`: it does not implement `Serialize`",
    label = "this field is in the template's context",
    note = "if the template does not need the field, mark it `#[live(private)]`",
    note = "otherwise derive `serde::Serialize` for `{Self}`, or for the type inside it"
)]
pub trait TemplateValue {
    /// Puts it into the template's context.
    fn assign(&self, context: &mut Context, name: &str);
}

#[diagnostic::do_not_recommend]
impl<T: Serialize + ?Sized> TemplateValue for T {
    fn assign(&self, context: &mut Context, name: &str) {
        context.insert(name, self);
    }
}

/// What the items of a list, an option or a stream can be: a trait of its own, so that a mistake with them is told with their
/// name, and not with the list's.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "a template cannot show `{Self}`: it does not implement `Serialize`",
    label = "this field is in the template's context",
    note = "if the template does not need the field, mark it `#[live(private)]`",
    note = "otherwise derive `serde::Serialize` for `{Self}`, or for the type inside it"
)]
pub trait TemplateItem: Serialize {}

#[diagnostic::do_not_recommend]
impl<T: Serialize> TemplateItem for T {}

/// How a public field with items goes into the template's context. The derive's code calls it on a reference to the field; where the
/// field has no items the compiler takes [`PlainField`], which fits a reference to that.
#[doc(hidden)]
pub trait ItemsField {
    type Item;

    fn relive_assign(&self, context: &mut Context, name: &str)
    where
        Self::Item: TemplateItem;
}

impl<T> ItemsField for Vec<T> {
    type Item = T;

    fn relive_assign(&self, context: &mut Context, name: &str)
    where
        Self::Item: TemplateItem,
    {
        self.assign(context, name);
    }
}

impl<T> ItemsField for Option<T> {
    type Item = T;

    fn relive_assign(&self, context: &mut Context, name: &str)
    where
        Self::Item: TemplateItem,
    {
        self.assign(context, name);
    }
}

/// How any other public field goes into the template's context.
#[doc(hidden)]
pub trait PlainField {
    type Value: ?Sized;

    fn relive_assign(&self, context: &mut Context, name: &str)
    where
        Self::Value: TemplateValue;
}

impl<T: ?Sized> PlainField for &T {
    type Value = T;

    fn relive_assign(&self, context: &mut Context, name: &str)
    where
        Self::Value: TemplateValue,
    {
        self.assign(context, name);
    }
}

/// What a field is that is no stream. A [`Stream`](crate::Stream) has items of these names of its own, and those come first
/// where the derive's code asks a field's type; so it need not know the type, and a mistake with it is told once.
#[doc(hidden)]
pub trait NoStream {
    const IS_RELIVE_STREAM: bool = false;

    fn relive_stream(&mut self) -> Option<&mut dyn StreamField> {
        None
    }
}

impl<T: ?Sized> NoStream for T {}

/// A stream, whatever its items are.
pub trait StreamField {
    /// What the page is to do, in order.
    fn steps(&self) -> Vec<StreamStep>;

    /// The page is told: nothing of it is kept.
    fn shown(&mut self);
}

/// A step of a stream's change. The rows that it speaks of are those that the template's loop writes, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StreamStep {
    /// The next `rows` rows go in before the one at index `at`, or at the end.
    Insert {
        /// From 0; `-1`: the end.
        at: i32,
        /// How many.
        rows: usize,
    },
    /// The next `rows` rows are brought in line, if they are there.
    Update {
        /// How many.
        rows: usize,
    },
    /// A row is taken out.
    Delete {
        /// Its key.
        key: String,
    },
    /// All rows are taken out.
    Reset,
    /// The first rows are kept, or the last where `rows` is negative.
    Limit {
        /// How many.
        rows: i32,
    },
}
