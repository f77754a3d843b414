use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::error::Result;

/// The data of a message from the server's side, as `handle_info` takes it. A copy costs nothing.
///
/// ```
/// use relive_runtime::event::Payload;
///
/// let data = Payload::new(&("milk", 2))?;
/// assert_eq!(data.get::<(String, u8)>()?, ("milk".to_owned(), 2));
/// assert!(data.get::<u8>().is_err());
/// # Ok::<(), relive_runtime::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Payload(Arc<Value>);

impl Payload {
    /// Makes the data of a message.
    ///
    /// # Errors
    ///
    /// The value's own `Serialize` fails, or it has a map whose keys are not text.
    pub fn new<T: Serialize + ?Sized>(data: &T) -> Result<Self> {
        Ok(Payload(Arc::new(serde_json::to_value(data)?)))
    }

    /// The data as a `T`. Unlike a page's parameters it is not coerced: both ends are Rust.
    ///
    /// # Errors
    ///
    /// The data is not a `T`; the message says what was expected.
    pub fn get<T: DeserializeOwned>(&self) -> Result<T> {
        Ok(T::deserialize(&*self.0)?)
    }

    /// The data as it travels.
    #[must_use]
    pub fn value(&self) -> &Value {
        &self.0
    }
}

impl From<Value> for Payload {
    fn from(value: Value) -> Self {
        Payload(Arc::new(value))
    }
}
