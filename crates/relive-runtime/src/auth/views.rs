//! What a view's methods know about who is there.

use super::handle::Auth;
use super::session::Session;
use crate::cx::Cx;

impl<V> Cx<V> {
    /// The browser's session, as it was when its page was requested or came back.
    pub fn session(&self) -> &Session {
        &self.core.caller.session
    }

    /// The id of the user who is logged in.
    pub fn user_id(&self) -> Option<&str> {
        self.core.caller.user_id()
    }

    /// The user who is logged in, as [`Users::find`](crate::auth::Users::find) gave it when the page was requested or came
    /// back.
    ///
    /// # Panics
    ///
    /// Where `U` is not the type of the application's users, or it has none.
    pub fn user<U: Clone + 'static>(&self) -> Option<U> {
        self.core.caller.user(self.core.app.users.as_deref())
    }

    /// Whether somebody is logged in who may do this, as the application's [`Users`](crate::auth::Users) say.
    pub fn permits(&self, permission: &str) -> bool {
        self.core
            .caller
            .permits(self.core.app.users.as_deref(), permission)
    }

    /// The value of this type that a hook handed on with [`HookCx::put`](crate::HookCx::put).
    pub fn get<T: Clone + Send + Sync + 'static>(&self) -> Option<T> {
        self.core.values.get::<T>().cloned()
    }

    /// What logs users out everywhere and checks their rights again.
    pub fn auth(&self) -> Auth {
        self.core.app.auth.clone()
    }
}
