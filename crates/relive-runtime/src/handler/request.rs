use std::sync::Arc;

use bytes::Bytes;
use http::Method;
use http::header::CONTENT_TYPE;
use http::request::Parts;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::address::query_of;
use crate::auth::{Auth, Caller, Session};
use crate::cx::AppContext;
use crate::error::{Error, Result};
use crate::event::{ParamError, PathValues, form_values, from_form, from_query};
use crate::form::nest;
use crate::pubsub::PubSub;

/// A request, as an ordinary HTTP handler takes it.
pub struct Request {
    pub(crate) head: Parts,
    pub(crate) body: Bytes,
    pub(crate) path_values: PathValues,
    pub(crate) caller: Caller,
    pub(crate) values: http::Extensions,
    pub(crate) app: Arc<AppContext>,
    pub(crate) csrf_token: String,
}

impl Request {
    /// The method. A HEAD request comes to the handler of GET.
    pub fn method(&self) -> &Method {
        &self.head.method
    }

    /// Path and query.
    pub fn url(&self) -> &str {
        self.head
            .uri
            .path_and_query()
            .map_or("/", |url| url.as_str())
    }

    /// The path.
    pub fn request_path(&self) -> &str {
        self.head.uri.path()
    }

    /// The typed values of the URL pattern: one value, a tuple, or a struct with a field for each.
    ///
    /// # Errors
    ///
    /// They do not fit `T`.
    pub fn path<T: DeserializeOwned>(&self) -> Result<T, ParamError> {
        self.path_values.deserialize()
    }

    /// The typed query; names that `T` does not know are passed over.
    ///
    /// # Errors
    ///
    /// All parameters that are missing or do not fit.
    pub fn query<T: DeserializeOwned>(&self) -> Result<T, ParamError> {
        from_query(query_of(self.url()))
    }

    /// The typed fields of a submitted form, by the rules of events: text is coerced, an unchecked box is `false`, and a
    /// field that `T` does not know is an error. `address.street` is a field of a struct in `address`. `csrf_token` is no
    /// field of the form.
    ///
    /// # Errors
    ///
    /// The body is no form, or fields are missing, unknown or do not fit: the message lists each with what was expected. A
    /// handler that returns the error answers 400.
    pub fn form<T: DeserializeOwned>(&self) -> Result<T> {
        let mut fields = form_values(self.form_text()?);
        fields.shift_remove("csrf_token");
        Ok(from_form(&nest(fields))?)
    }

    /// The body as JSON.
    ///
    /// # Errors
    ///
    /// It is not said to be JSON, or is none, or no `T`.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T> {
        if !self.content_type().ends_with("json") {
            return Err(self.wrong_type("application/json").into());
        }
        serde_json::from_slice(&self.body).map_err(|error| {
            BadRequest(format!("the body is not what was expected: {error}")).into()
        })
    }

    /// The body, as it came. It has at most [`Limits::max_body`](crate::Limits::max_body) bytes.
    pub fn body(&self) -> &Bytes {
        &self.body
    }

    /// A header, if it is text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.headers.get(name)?.to_str().ok()
    }

    /// The application's state: a clone of what `App::new` was given.
    ///
    /// # Panics
    ///
    /// Where `T` is not the type of the application's state.
    pub fn state<T: Clone + Send + 'static>(&self) -> T {
        self.app.state()
    }

    /// The browser's session. It is changed by the answer: [`Response::session`](crate::Response::session).
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
        self.caller.user(self.app.users.as_deref())
    }

    /// Whether somebody is logged in who may do this, as the application's [`Users`](crate::auth::Users) say.
    pub fn permits(&self, permission: &str) -> bool {
        self.caller.permits(self.app.users.as_deref(), permission)
    }

    /// The value of this type that a hook handed on with [`HookCx::put`](crate::HookCx::put).
    pub fn get<T: Clone + Send + Sync + 'static>(&self) -> Option<T> {
        self.values.get::<T>().cloned()
    }

    /// What forms of this browser carry as `csrf_token`.
    pub fn csrf_token(&self) -> &str {
        &self.csrf_token
    }

    /// The path of a named route.
    ///
    /// # Errors
    ///
    /// Where there is no such route, or the arguments do not fit its pattern.
    pub fn url_for(&self, name: &str, args: &[(&str, &str)]) -> Result<String> {
        self.app.url_for(name, args)
    }

    /// The application's topics, to broadcast to live views.
    pub fn pubsub(&self) -> PubSub {
        self.app.pubsub.clone()
    }

    /// What logs users out everywhere and checks their rights again.
    pub fn auth(&self) -> Auth {
        self.app.auth.clone()
    }

    /// A field of a submitted form, as text.
    pub(crate) fn form_value(&self, name: &str) -> Option<String> {
        let values = form_values(self.form_text().ok()?);
        first_text(values.get(name)?)
    }

    /// A parameter of the query, as text.
    pub(crate) fn query_value(&self, name: &str) -> Option<String> {
        let values = form_values(query_of(self.url()));
        first_text(values.get(name)?)
    }

    fn form_text(&self) -> Result<&str, BadRequest> {
        let kind = self.content_type();
        if kind != FORM {
            return Err(self.wrong_type(FORM));
        }
        std::str::from_utf8(&self.body).map_err(|_| BadRequest("the form is not UTF-8".to_owned()))
    }

    fn content_type(&self) -> String {
        let kind = self.header(CONTENT_TYPE.as_str()).unwrap_or_default();
        let kind = kind.split(';').next().unwrap_or_default();
        kind.trim().to_ascii_lowercase()
    }

    fn wrong_type(&self, expected: &str) -> BadRequest {
        let given = match self.content_type() {
            kind if kind.is_empty() => "none".to_owned(),
            kind => format!("`{}`", kind.escape_debug()),
        };
        BadRequest(format!(
            "expected a body of the content type `{expected}`, got {given}"
        ))
    }
}

const FORM: &str = "application/x-www-form-urlencoded";

fn first_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Array(list) => list.first()?.as_str().map(str::to_owned),
        _ => None,
    }
}

/// The request is not what the handler needs: its sender's mistake.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct BadRequest(String);

/// Whether an error is the sender's mistake, and answered 400.
pub(crate) fn is_bad_request(error: &Error) -> bool {
    error.downcast_ref::<BadRequest>().is_some() || error.downcast_ref::<ParamError>().is_some()
}
