//! Ordinary HTTP handlers, beside live views.
//!
//! | File | Subject |
//! | --- | --- |
//! | `request` | [`Request`] |
//! | `response` | [`Response`] |
//! | `answer` | from a handler's response to what goes out: cookies, templates, log-outs |

pub(crate) mod answer;
mod request;
mod response;

use std::future::Future;
use std::sync::Arc;

use http::Method;

use crate::error::{Error, Result};
use crate::hooks::Hook;
use crate::view::BoxFuture;

pub use request::Request;
pub use response::{Response, SessionChanges};

/// What answers a request: an `async fn` that takes a [`Request`] and returns a [`Response`], text, or a
/// [`Result`] with one of these.
#[diagnostic::on_unimplemented(
    message = "this cannot answer HTTP requests",
    label = "not `async fn(Request) -> Result<Response>`",
    note = "a handler is an `async fn` that takes a `relive::Request`, by value, and returns a `Response` or a `Result<Response>`"
)]
pub trait Handler: Send + Sync + 'static {
    /// Answers a request.
    fn call(&self, request: Request) -> BoxFuture<'static, Result<Response>>;
}

impl<F, Fut> Handler for F
where
    F: Fn(Request) -> Fut + Send + Sync + 'static,
    Fut: Future<Output: IntoResponse> + Send + 'static,
{
    fn call(&self, request: Request) -> BoxFuture<'static, Result<Response>> {
        let answer = self(request);
        Box::pin(async move { answer.await.into_response() })
    }
}

/// What a handler may return.
#[diagnostic::on_unimplemented(
    message = "a handler cannot return `{Self}`",
    label = "neither a `Response` nor a `Result<Response>`",
    note = "make a `Response` of it: `Response::html`, `Response::text`, `Response::json`, `Response::redirect`"
)]
pub trait IntoResponse {
    /// As a response.
    ///
    /// # Errors
    ///
    /// The handler's own.
    fn into_response(self) -> Result<Response>;
}

impl IntoResponse for Response {
    fn into_response(self) -> Result<Response> {
        Ok(self)
    }
}

impl IntoResponse for String {
    fn into_response(self) -> Result<Response> {
        Ok(Response::text(self))
    }
}

impl IntoResponse for &'static str {
    fn into_response(self) -> Result<Response> {
        Ok(Response::text(self))
    }
}

impl<T: IntoResponse, E: Into<Error>> IntoResponse for Result<T, E> {
    fn into_response(self) -> Result<Response> {
        self.map_err(Into::into)?.into_response()
    }
}

/// A handler for one method of a route.
#[derive(Clone)]
pub(crate) struct MethodHandler {
    pub(crate) method: Method,
    pub(crate) handler: Arc<dyn Handler>,
    pub(crate) hooks: Arc<[Hook]>,
}
