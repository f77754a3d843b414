use std::error::Error as StdError;
use std::fmt;

/// What a view's methods return: `Ok(())`, a value, or an error that the page is told about.
pub type Result<T = (), E = Error> = std::result::Result<T, E>;

/// Any error that a view, or an application's `main`, returns.
///
/// `?` turns every [`std::error::Error`] into one; [`Error::msg`] makes one from text.
///
/// ```
/// use relive_runtime::{Error, Result};
///
/// fn parse(text: &str) -> Result<u8> {
///     if text.is_empty() {
///         return Err(Error::msg("a number is missing"));
///     }
///     Ok(text.parse()?)
/// }
/// assert_eq!(parse("").unwrap_err().to_string(), "a number is missing");
/// assert_eq!(parse("x").unwrap_err().to_string(), "invalid digit found in string");
/// ```
pub struct Error(Box<dyn StdError + Send + Sync>);

impl Error {
    /// An error with this text.
    pub fn msg(message: impl fmt::Display) -> Self {
        Error(message.to_string().into())
    }

    /// An error that says that there is nothing at an address: a page whose `mount` or `handle_params` returns it is answered
    /// with 404 and this text.
    ///
    /// ```
    /// use relive_runtime::{Error, Result};
    ///
    /// fn item(id: u32) -> Result<&'static str> {
    ///     ["one", "two"].get(id as usize).copied().ok_or_else(|| Error::not_found("there is no such item"))
    /// }
    /// assert!(item(7).unwrap_err().is_not_found());
    /// ```
    pub fn not_found(message: impl fmt::Display) -> Self {
        Error(NotFound(message.to_string()).into())
    }

    /// Whether this was made by [`not_found`](Self::not_found).
    pub fn is_not_found(&self) -> bool {
        self.0.is::<NotFound>()
    }

    /// The error that this was made from, if it is of type `E`.
    pub fn downcast_ref<E: StdError + 'static>(&self) -> Option<&E> {
        self.0.downcast_ref()
    }
}

#[derive(Debug)]
struct NotFound(String);

impl fmt::Display for NotFound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl StdError for NotFound {}

impl<E: StdError + Send + Sync + 'static> From<E> for Error {
    fn from(error: E) -> Self {
        Error(error.into())
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What `main` prints when it returns an error: the message and its causes, for people.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)?;
        let mut cause = self.0.source();
        while let Some(error) = cause {
            write!(f, "\n  because: {error}")?;
            cause = error.source();
        }
        Ok(())
    }
}
