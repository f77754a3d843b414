use std::any::Any;

use cookie::Cookie;
use http::Method;
use serde::de::DeserializeOwned;

use super::run::Subject;
use crate::address::{path_of, query_of};
use crate::auth::{Auth, Caller, Session};
use crate::error::Result;
use crate::event::{ParamError, from_query};
use crate::gate::cookie::values;

/// What a hook has at hand: the request, who makes it, and what it hands on to `mount`.
pub struct HookCx<'a> {
    pub(crate) subject: &'a Subject<'a>,
    pub(crate) caller: &'a Caller,
    pub(crate) values: &'a mut http::Extensions,
    pub(crate) view: Option<&'a mut (dyn Any + Send)>,
}

impl HookCx<'_> {
    /// The name of the route.
    pub fn route(&self) -> &str {
        self.subject.route
    }

    /// Path and query of the page.
    pub fn url(&self) -> &str {
        self.subject.url
    }

    /// The path of the page.
    pub fn request_path(&self) -> &str {
        path_of(self.subject.url)
    }

    /// The method of the request: GET but for the ordinary handlers of other methods.
    pub fn method(&self) -> &Method {
        self.subject.method
    }

    /// The typed values of the URL pattern.
    ///
    /// # Errors
    ///
    /// They do not fit `T`.
    pub fn path<T: DeserializeOwned>(&self) -> Result<T, ParamError> {
        self.subject.path_values.deserialize()
    }

    /// The typed query.
    ///
    /// # Errors
    ///
    /// It does not fit `T`.
    pub fn query<T: DeserializeOwned>(&self) -> Result<T, ParamError> {
        from_query(query_of(self.subject.url))
    }

    /// A header of the request, if it is text. Over a connection: of the request that opened it.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.caller.headers.get(name)?.to_str().ok()
    }

    /// A cookie of the request, by its name.
    pub fn cookie(&self, name: &str) -> Option<String> {
        values(&self.caller.headers, name, Cookie::split_parse_encoded).next()
    }

    /// Whether this is about a page that is connected: `false` while the page is made over HTTP.
    pub fn connected(&self) -> bool {
        self.subject.connected
    }

    /// Whether the view is there already, and its page comes back after a lost connection, or rights are checked again.
    pub fn reconnecting(&self) -> bool {
        self.view.is_some()
    }

    /// The view, where it is there already and is a `V`.
    pub fn view<V: 'static>(&mut self) -> Option<&mut V> {
        self.view.as_deref_mut()?.downcast_mut()
    }

    /// The browser's session.
    pub fn session(&self) -> &Session {
        &self.caller.session
    }

    /// The id of the user who is logged in.
    pub fn user_id(&self) -> Option<&str> {
        self.caller.user_id()
    }

    /// The user who is logged in.
    ///
    /// # Panics
    ///
    /// Where `U` is not the type of the application's users, or it has none.
    pub fn user<U: Clone + 'static>(&self) -> Option<U> {
        self.caller.user(self.subject.app.users.as_deref())
    }

    /// Whether somebody is logged in who may do this, as the application's [`Users`](crate::auth::Users) say.
    pub fn permits(&self, permission: &str) -> bool {
        self.caller
            .permits(self.subject.app.users.as_deref(), permission)
    }

    /// The application's state: a clone of what `App::new` was given.
    ///
    /// # Panics
    ///
    /// Where `T` is not the type of the application's state.
    pub fn state<T: Clone + Send + 'static>(&self) -> T {
        self.subject.app.state()
    }

    /// What logs users out and checks their rights again.
    pub fn auth(&self) -> Auth {
        self.subject.app.auth.clone()
    }

    /// Hands a value on: `cx.get::<T>()` in later hooks, in `mount` and in all handlers. There is one of each type.
    pub fn put<T: Clone + Send + Sync + 'static>(&mut self, value: T) {
        self.values.insert(value);
    }

    /// The value of this type that a hook before put there.
    pub fn get<T: Clone + Send + Sync + 'static>(&self) -> Option<T> {
        self.values.get::<T>().cloned()
    }
}
