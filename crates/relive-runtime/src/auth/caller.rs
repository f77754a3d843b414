//! Who asks: what a request, or the request that opened a connection, brought along.

use std::any::{TypeId, type_name};
use std::fmt;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use futures_util::FutureExt;
use http::request::Parts;
use http::{HeaderMap, HeaderValue};

use super::session::Session;
use super::users::{AnyUser, ErasedUsers};
use crate::error::{Error, Result};

/// A browser, its headers, and the user who is logged in there. A copy costs little.
#[derive(Clone)]
pub(crate) struct Caller {
    pub(crate) session: Arc<Session>,
    pub(crate) headers: Arc<HeaderMap>,
    /// The user, once [`authenticate`](Self::authenticate) has found one.
    user: Option<AnyUser>,
    /// Nobody is logged in: the application does not know the user (any more).
    unknown: bool,
}

impl Caller {
    /// `with_headers`: somebody will read them.
    pub(crate) fn new(session: Session, head: &Parts, with_headers: bool) -> Self {
        let mut headers = HeaderMap::new();
        if with_headers {
            for (name, value) in &head.headers {
                // As it came, each header is a part of the whole buffer that the request was read into.
                if let Ok(copy) = HeaderValue::from_bytes(value.as_bytes()) {
                    headers.append(name, copy);
                }
            }
        }
        Caller {
            session: Arc::new(session),
            headers: Arc::new(headers),
            user: None,
            unknown: false,
        }
    }

    /// Finds the user who is logged in.
    pub(crate) async fn authenticate(&mut self, users: Option<&dyn ErasedUsers>) -> Result {
        let (Some(login), Some(users)) = (&self.session.login, users) else {
            return Ok(());
        };
        // It may panic before it is awaited, too.
        let found = AssertUnwindSafe(async { users.find(&login.user).await }).catch_unwind();
        self.user = match found.await {
            Ok(found) => found.map_err(|error| {
                Error::msg(format_args!(
                    "the user `{}` could not be found: {error}",
                    login.user
                ))
            })?,
            Err(_) => return Err(Error::msg("finding the user panicked")),
        };
        self.unknown = self.user.is_none();
        Ok(())
    }

    /// The id of the user who is logged in.
    pub(crate) fn user_id(&self) -> Option<&str> {
        let login = self.session.login.as_ref()?;
        (!self.unknown).then_some(&*login.user)
    }

    /// Whether somebody is logged in who may do this.
    pub(crate) fn permits(&self, users: Option<&dyn ErasedUsers>, permission: &str) -> bool {
        users
            .zip(self.user.as_ref())
            .is_some_and(|(users, user)| users.permits(user, permission))
    }

    /// The user who is logged in.
    ///
    /// # Panics
    ///
    /// Where `U` is not the application's type of users, or it has none.
    pub(crate) fn user<U: Clone + 'static>(&self, users: Option<&dyn ErasedUsers>) -> Option<U> {
        let wanted = type_name::<U>();
        let Some(users) = users else {
            panic!(
                "a user of type `{wanted}` was asked for, but the application has no users: `App::users` is missing"
            );
        };
        let (id, known) = users.user_type();
        assert!(
            id == TypeId::of::<U>(),
            "a user of type `{wanted}` was asked for; the application's users are `{known}`"
        );
        self.user.as_ref()?.downcast_ref::<U>().cloned()
    }
}

impl fmt::Debug for Caller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Caller")
            .field("session", &self.session)
            .finish_non_exhaustive()
    }
}
