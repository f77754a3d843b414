//! What a view's public fields are to its template.

use relive_template::Context;
use serde::Serialize;

/// What a public field can be: a value, or a [`Stream`](crate::Stream).
#[diagnostic::on_unimplemented(
    message = "a template cannot show `{Self}`: it does not implement `Serialize`",
    label = "this field is in the template's context",
    note = "if the template does not need the field, mark it `#[live(private)]`",
    note = "otherwise derive `serde::Serialize` for `{Self}`"
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
