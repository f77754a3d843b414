//! The cookie session: who a browser is, who is logged in there, and a few values of the application's.

use std::sync::Arc;

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::gate::{Visitor, random};

/// What a browser's signed cookie says: who is logged in, and values that the application keeps there.
///
/// It is read here, and written by the answers of HTTP handlers only
/// ([`Response::session`](crate::Response::session)): a cookie cannot be changed over a live connection. The browser
/// can read it, and cannot change it.
#[derive(Clone, Debug)]
pub struct Session {
    pub(crate) visitor: Visitor,
    pub(crate) login: Option<Login>,
    pub(crate) values: Map<String, Value>,
}

/// Who is logged in, and since when (milliseconds since 1970).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Login {
    pub(crate) user: Arc<str>,
    pub(crate) at: u64,
}

impl Session {
    /// The session of a browser that was never here.
    pub(crate) fn new() -> Self {
        Session {
            visitor: Visitor(random()),
            login: None,
            values: Map::new(),
        }
    }

    /// The value under `key`; `None` where there is none, or it is no `T`.
    pub fn get<T: DeserializeOwned>(&self, key: &str) -> Option<T> {
        let value = self.values.get(key)?;
        match T::deserialize(value) {
            Ok(value) => Some(value),
            Err(error) => {
                tracing::debug!(key, %error, "a session value is of another type");
                None
            }
        }
    }

    /// The keys of all values.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.values.keys().map(String::as_str)
    }

    /// Whose session it is.
    pub(crate) fn owner(&self) -> Owner {
        Owner {
            visitor: self.visitor,
            login: self.login.clone(),
        }
    }
}

/// Whom a live session and a join token belong to: a browser, and the user who was logged in there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Owner {
    pub(crate) visitor: Visitor,
    pub(crate) login: Option<Login>,
}
