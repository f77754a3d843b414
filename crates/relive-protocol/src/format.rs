use serde::Serialize;
use serde::de::DeserializeOwned;

/// How deep a message from the page may nest its values.
pub const MAX_DEPTH: usize = 32;

/// One of the two forms of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum Format {
    /// Binary frames; the default.
    #[default]
    MessagePack,
    /// Text frames, for debugging.
    Json,
}

/// A frame that is no message.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct DecodeError(String);

impl DecodeError {
    pub(crate) fn new(message: impl std::fmt::Display) -> Self {
        // Foreign bytes can make a library's message long; it goes into logs and error messages.
        let mut text = message.to_string();
        if let Some((end, _)) = text.char_indices().nth(200) {
            text.truncate(end);
            text.push('…');
        }
        DecodeError(text)
    }
}

impl Format {
    /// Appends a value to `out`.
    pub(crate) fn write<T: Serialize + ?Sized>(self, out: &mut Vec<u8>, value: &T) {
        // Writing into a Vec does not fail, and none of our types refuses to be serialised.
        let written = match self {
            Format::MessagePack => rmp_serde::encode::write(out, value).map_err(|e| e.to_string()),
            Format::Json => serde_json::to_writer(out, value).map_err(|e| e.to_string()),
        };
        if let Err(error) = written {
            unreachable!("a message could not be encoded: {error}");
        }
    }

    /// Reads one value that takes up all of `bytes`.
    pub(crate) fn read<T: DeserializeOwned>(self, bytes: &[u8]) -> Result<T, DecodeError> {
        match self {
            Format::MessagePack => {
                let mut rest = bytes;
                let mut reader = rmp_serde::Deserializer::new(&mut rest);
                reader.set_max_depth(MAX_DEPTH + 4);
                let value = T::deserialize(&mut reader).map_err(DecodeError::new)?;
                if rest.is_empty() {
                    Ok(value)
                } else {
                    Err(DecodeError::new(format_args!(
                        "{} bytes follow the message",
                        rest.len()
                    )))
                }
            }
            Format::Json => serde_json::from_slice(bytes).map_err(DecodeError::new),
        }
    }
}
