//! From a request to what goes out: the gate's session, hooks, the handler, and what its response changes.
//!
//! **Invariant:** a log-out is done before its answer goes out, and an answer that cannot be sent changes nothing.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use bytes::Bytes;
use futures_util::FutureExt;
use http::header::{CACHE_CONTROL, HeaderName, SET_COOKIE, VARY};
use http::request::Parts;
use http::{HeaderValue, StatusCode};
use serde_json::{Map, Value};

use super::request::is_bad_request;
use super::response::Body;
use super::{MethodHandler, Request, Response};
use crate::auth::hop::LoginChange;
use crate::auth::{Caller, Session};
use crate::check::no_template;
use crate::effects::flash_html;
use crate::error::Error;
use crate::event::PathValues;
use crate::gate::{FlashMessage, random};
use crate::hooks::run::Subject;
use crate::hooks::{Halt, run};
use crate::page::error_page;
use crate::shared::Shared;

/// A request that the gate has let in.
pub(crate) struct Asked {
    pub(crate) head: Parts,
    pub(crate) body: Bytes,
    pub(crate) session: Session,
    pub(crate) route: String,
    pub(crate) path_values: PathValues,
}

/// Runs a route's hooks and its handler.
pub(crate) async fn answer(
    shared: &Arc<Shared>,
    handler: &MethodHandler,
    asked: Asked,
) -> http::Response<Bytes> {
    let Asked {
        head,
        body,
        session,
        route,
        path_values,
    } = asked;
    let mut caller = Caller::new(session, &head, !handler.hooks.is_empty());
    let mut values = http::Extensions::new();
    let url = head.uri.path_and_query().map_or("/", |url| url.as_str());
    let subject = Subject {
        app: &shared.context,
        route: &route,
        view: "(a handler)",
        url,
        method: &head.method,
        path_values: &path_values,
        connected: false,
    };
    let what = format!("{} {}", head.method, head.uri.path());
    let halted = run::run(&handler.hooks, &subject, &mut caller, &mut values, None).await;
    let answered = match halted {
        Err(error) => Err(error),
        Ok(Some(halt)) => Ok(halted_response(halt)),
        Ok(None) => {
            let request = Request {
                csrf_token: shared.gate.csrf_token(caller.session.visitor),
                head: head.clone(),
                body,
                path_values,
                caller: caller.clone(),
                values,
                app: Arc::clone(&shared.context),
            };
            let called = AssertUnwindSafe(async { handler.handler.call(request).await });
            called.catch_unwind().await.unwrap_or_else(|_| {
                shared.counters.panics.one();
                Err(Error::msg(format_args!("the handler of {what} panicked")))
            })
        }
    };
    let sent = match answered {
        Ok(response) => finish(shared, &head, &caller.session, response).await,
        Err(error) if is_bad_request(&error) => {
            tracing::info!(%error, route, "a request was not what its handler needs");
            return error_answer(StatusCode::BAD_REQUEST, &error.to_string());
        }
        Err(error) => Err(error.to_string()),
    };
    sent.unwrap_or_else(|message| {
        tracing::error!(message, route, "a request could not be answered");
        let message = shared.told(message, &what);
        error_answer(StatusCode::INTERNAL_SERVER_ERROR, &message)
    })
}

/// The response that follows a hook's redirect.
pub(crate) fn halted_response(halt: Halt) -> Response {
    let mut response = if halt.external {
        Response::redirect_external(halt.to)
    } else {
        Response::redirect(halt.to)
    };
    // Whoever follows it asks for a page; after a form was posted, browsers must not post it again.
    response.status = StatusCode::FOUND;
    (response.flash, response.login) = (halt.flash, halt.login);
    response
}

/// Makes the cookies, renders the template, and logs out.
///
/// # Errors
///
/// What is wrong with the response.
pub(crate) async fn finish(
    shared: &Arc<Shared>,
    head: &Parts,
    session: &Session,
    response: Response,
) -> Result<http::Response<Bytes>, String> {
    let Response {
        status,
        headers,
        body,
        login,
        mut flash,
        session: changes,
        problem,
    } = response;
    if let Some(problem) = problem {
        return Err(problem);
    }
    let mut cookies = Vec::new();
    let mut changed = session.clone();
    match &login {
        Some(LoginChange::In(user)) => {
            let other = session.login.as_ref();
            if other.is_some_and(|login| *login.user != **user) {
                changed.values = Map::new();
            }
            changed.login = Some(shared.gate.log_in(user));
        }
        Some(LoginChange::Out) => {
            changed.values = Map::new();
            changed.login = None;
        }
        None => {}
    }
    if login.is_some() {
        // Whoever knew the cookie of before, or had it planted, knows nothing of this one.
        changed.visitor = crate::gate::Visitor(random());
    }
    let rewritten = login.is_some() || !changes.0.is_empty();
    for (key, value) in changes.0 {
        match value {
            Ok(Some(value)) => {
                changed.values.insert(key, value);
            }
            Ok(None) => {
                changed.values.shift_remove(&key);
            }
            Err(error) => return Err(format!("the session value `{key}` cannot be kept: {error}")),
        }
    }
    if rewritten {
        cookies.push(shared.gate.set_cookie(&changed)?);
    }
    let shown = matches!(body, Body::Template { .. });
    let waiting = shared.gate.flash(head, session.visitor);
    let body = match body {
        Body::Bytes(bytes) => bytes,
        Body::Template { name, values } => {
            let messages = waiting.iter().chain(&flash);
            let flash = flash_html(messages);
            render(shared, head, &changed, &name, &values, &flash)?.into()
        }
    };
    if shown {
        if !waiting.is_empty() {
            cookies.push(shared.gate.no_flash_cookie());
        }
    } else if !flash.is_empty() || (login.is_some() && !waiting.is_empty()) {
        let mut messages: Vec<FlashMessage> = waiting;
        messages.append(&mut flash);
        cookies.push(shared.gate.flash_cookie(changed.visitor, &messages));
    }
    if login == Some(LoginChange::Out)
        && let Some(login) = &session.login
    {
        shared.context.auth.log_out(&login.user).await;
    }

    let mut answer = http::Response::new(body);
    *answer.status_mut() = status;
    *answer.headers_mut() = headers;
    add_defaults(&mut answer);
    for cookie in cookies {
        let cookie = HeaderValue::try_from(cookie).map_err(|error| error.to_string())?;
        answer.headers_mut().append(SET_COOKIE, cookie);
    }
    Ok(answer)
}

/// Renders a template of the application for a handler.
fn render(
    shared: &Shared,
    head: &Parts,
    session: &Session,
    name: &str,
    values: &Map<String, Value>,
    flash: &str,
) -> Result<String, String> {
    if !shared.engine.contains(name) {
        let engine = shared.engine.as_ref();
        return Err(no_template(name, engine, &shared.searched));
    }
    let mut context = shared.engine.context();
    let token = shared.gate.csrf_token(session.visitor);
    let framework = [
        ("dj_view_id", ""),
        ("csrf_token", token.as_str()),
        ("request_path", head.uri.path()),
        ("dj_flash_messages", flash),
    ];
    for (key, value) in framework {
        context.insert(key, value);
    }
    for (key, value) in values {
        context.insert(key, value);
    }
    let mut html = String::new();
    shared
        .engine
        .render(name, &context, &mut html)
        .map_err(|error| error.to_string())?;
    Ok(html)
}

/// A page that says what went wrong.
pub(crate) fn error_answer(status: StatusCode, message: &str) -> http::Response<Bytes> {
    let mut answer = http::Response::new(error_page(status, message).into());
    *answer.status_mut() = status;
    let html = HeaderValue::from_static("text/html; charset=utf-8");
    answer
        .headers_mut()
        .insert(http::header::CONTENT_TYPE, html);
    add_defaults(&mut answer);
    answer
}

/// What every answer says that does not say otherwise.
pub(crate) fn add_defaults(answer: &mut http::Response<Bytes>) {
    // An answer may hold what is one visitor's: a token, a name.
    let defaults = [
        (CACHE_CONTROL, "private, no-store"),
        (VARY, "cookie"),
        (HeaderName::from_static("x-content-type-options"), "nosniff"),
        (HeaderName::from_static("referrer-policy"), "same-origin"),
    ];
    for (name, value) in defaults {
        let headers = answer.headers_mut();
        headers
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    }
}
