use serde::de::DeserializeOwned;

use super::reader::Reader;

/// What a handler's `#[payload]` can be: any type that implements `Deserialize`, or a
/// [`FormInput`](crate::form::FormInput).
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a parameter of an event handler: it does not implement `Deserialize`",
    label = "a page's values cannot be made into this",
    note = "derive `serde::Deserialize` for `{Self}`, or for the type inside it"
)]
pub trait FromPayload: Sized {
    /// Takes all parameters that were not taken yet. `None`: they do not fit, which was noted.
    fn from_payload(reader: &mut Reader) -> Option<Self>;
}

#[diagnostic::do_not_recommend]
impl<T: DeserializeOwned> FromPayload for T {
    fn from_payload(reader: &mut Reader) -> Option<Self> {
        reader.payload()
    }
}
