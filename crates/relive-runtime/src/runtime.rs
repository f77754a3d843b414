//! What a transport drives.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::{ALLOW, CONTENT_TYPE, LOCATION, SET_COOKIE};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Method, Response, StatusCode};
use tokio::sync::oneshot;

use crate::app::StaticFiles;
use crate::auth::hop::HOP_PATH;
use crate::auth::{Caller, Session};
use crate::clock::now;
use crate::connection::Connection;
use crate::counters::Counts;
use crate::disconnect::Disconnect;
use crate::effects::flash_html;
use crate::erased::{Failure, Route};
use crate::event::form_values;
use crate::gate::{Admission, Refusal, Way, is_own_path, is_own_url, random};
use crate::handle::Views;
use crate::handler;
use crate::handler::answer::{self, Asked, error_answer};
use crate::limits::Limits;
use crate::page::{Additions, assemble, unheard};
use crate::pubsub::PubSub;
use crate::session::{Mail, Outgoing};
use crate::shared::Shared;
use crate::start::{NotStarted, Place};
use crate::target::Answer;

/// A started application: pages, connections and sessions, without any socket.
///
/// A transport hands it requests and frames, and sends what comes back. Everything that is decided is decided in here.
#[derive(Clone)]
pub struct Runtime {
    shared: Arc<Shared>,
    static_files: Arc<[StaticFiles]>,
}

impl Runtime {
    pub(crate) fn new(shared: Shared, static_files: Vec<StaticFiles>) -> Self {
        Runtime {
            shared: Arc::new(shared),
            static_files: static_files.into(),
        }
    }

    /// How many bytes of a request's body are read, at most [`Limits::max_body`]; 0 where nothing wants one.
    pub fn body_limit(&self, head: &Parts) -> usize {
        let found = self.shared.router.find(head.uri.path());
        match found.and_then(|found| found.target.answer(&head.method)) {
            Some(Answer::Handler(_)) => self.shared.limits.max_body,
            Some(Answer::Live(_)) | None => 0,
        }
    }

    /// Answers a request for a live page or to an ordinary handler; `None` where nothing has this path.
    ///
    /// `body` is the whole body, of which a transport takes no more than [`body_limit`](Self::body_limit) says.
    pub async fn respond(
        &self,
        head: &Parts,
        body: Bytes,
        peer: Option<SocketAddr>,
    ) -> Option<Response<Bytes>> {
        let path = head.uri.path();
        if path == HOP_PATH {
            return Some(self.hop(head).await);
        }
        let Some(found) = self.shared.router.find(path) else {
            return self.slash_redirect(head);
        };
        let Some(answer) = found.target.answer(&head.method) else {
            let mut response = plain(StatusCode::METHOD_NOT_ALLOWED, "method not allowed");
            if let Ok(allow) = HeaderValue::try_from(found.target.allow()) {
                response.headers_mut().insert(ALLOW, allow);
            }
            return Some(response);
        };
        if body.len() > self.shared.limits.max_body {
            return Some(self.body_refused(StatusCode::PAYLOAD_TOO_LARGE));
        }
        let admission = match head.method.is_safe() {
            true => self.shared.gate.pass(Way::Page(head)),
            false => {
                let token = form_token(head, &body);
                let token = token.as_deref();
                self.shared.gate.pass(Way::Change { head, token })
            }
        };
        let (session, set_cookie) = match admission {
            Ok(Admission::Page {
                session,
                set_cookie,
            }) => (session, set_cookie),
            Ok(_) => return Some(plain(StatusCode::FORBIDDEN, "forbidden")),
            Err(refusal) => return Some(self.refused(head, refusal, peer)),
        };
        let mut response = match answer {
            Answer::Live(route) => {
                let asked = (found.name, route, found.values);
                self.answer_live(head, asked, session, peer).await
            }
            Answer::Handler(handler) => {
                let asked = Asked {
                    head: head.clone(),
                    body,
                    session,
                    route: found.name.to_owned(),
                    path_values: found.values.into_iter().collect(),
                };
                answer::answer(&self.shared, handler, asked).await
            }
        };
        if let Some(cookie) = set_cookie.and_then(|cookie| HeaderValue::try_from(cookie).ok()) {
            // A handler that changes the session has written a cookie of its own already.
            let headers = response.headers_mut();
            let written = headers.get_all(SET_COOKIE).iter();
            if !written.into_iter().any(|other| same_name(other, &cookie)) {
                headers.append(SET_COOKIE, cookie);
            }
        }
        Some(response)
    }

    /// Answers a request without a body, as text: what tests of pages ask for.
    pub async fn page(&self, head: &Parts, peer: Option<SocketAddr>) -> Option<Response<String>> {
        let response = self.respond(head, Bytes::new(), peer).await?;
        Some(text(response))
    }

    /// The answer to a request whose body was too large (413), or did not arrive in time (408).
    pub fn body_refused(&self, status: StatusCode) -> Response<Bytes> {
        let limits = &self.shared.limits;
        let message = if status == StatusCode::REQUEST_TIMEOUT {
            let seconds = limits.body_time.as_secs();
            format!("The request's body did not arrive within {seconds} seconds.")
        } else {
            let limit = limits.max_body;
            format!("The request's body is too large: at most {limit} bytes are taken.")
        };
        error_answer(status, &message)
    }

    /// The answer to a request that the gate did not let in.
    fn refused(&self, head: &Parts, refusal: Refusal, peer: Option<SocketAddr>) -> Response<Bytes> {
        self.shared.counters.refused.one();
        let path = head.uri.path();
        tracing::warn!(%refusal, path, ?peer, "a request was refused");
        let mut message =
            "This was not done: the form was open for too long, or comes from another site. \
                           Go back, load the page again, and send the form once more."
                .to_owned();
        if self.shared.development {
            message.push_str(&format!("\n\nFor the developer: {refusal}."));
        }
        error_answer(StatusCode::from(refusal), &message)
    }

    /// Makes the one-time request by which a live page changes cookies.
    async fn hop(&self, head: &Parts) -> Response<Bytes> {
        if head.method != Method::GET {
            let mut response = plain(StatusCode::METHOD_NOT_ALLOWED, "method not allowed");
            let allow = HeaderValue::from_static("GET");
            response.headers_mut().insert(ALLOW, allow);
            return response;
        }
        let Ok(Admission::Page { session, .. }) = self.shared.gate.pass(Way::Page(head)) else {
            return plain(StatusCode::FORBIDDEN, "forbidden");
        };
        let query = head.uri.query().unwrap_or_default();
        let ticket = query.strip_prefix("t=").unwrap_or_default();
        let Some(hop) = self.shared.context.hops.take(session.visitor, ticket) else {
            tracing::info!("a hop was asked for that is over, or another browser's");
            let message = "This step can be taken once, and within a minute, by the browser that asked for it. \
                           Go back and try again.";
            return error_answer(StatusCode::GONE, message);
        };
        let mut response = if is_own_url(&hop.to) {
            handler::Response::redirect(&hop.to)
        } else {
            handler::Response::redirect_external(&hop.to)
        };
        (response.login, response.flash) = (hop.login, hop.flash);
        answer::finish(&self.shared, head, &session, response)
            .await
            .unwrap_or_else(|message| {
                tracing::error!(message, "a hop could not be made");
                let message = self.shared.told(message, "the hop");
                error_answer(StatusCode::INTERNAL_SERVER_ERROR, &message)
            })
    }

    /// The page of a live view, or what went wrong.
    async fn answer_live(
        &self,
        head: &Parts,
        (name, route, values): (&str, &Route, Vec<(String, String)>),
        session: Session,
        peer: Option<SocketAddr>,
    ) -> Response<Bytes> {
        let path = head.uri.path();
        let error = match self.live_page(head, (name, route, values), &session).await {
            Ok(response) => return response,
            Err(error) => error,
        };
        if let NotStarted::View(Failure::Halted(halt)) = error {
            let response = answer::halted_response(halt);
            return answer::finish(&self.shared, head, &session, response)
                .await
                .unwrap_or_else(|message| {
                    tracing::error!(message, name, "a hook's redirect could not be sent");
                    error_answer(
                        StatusCode::INTERNAL_SERVER_ERROR,
                        &self.shared.told(message, "a hook"),
                    )
                });
        }
        if let NotStarted::LoggedOut = error {
            // The cookie is no longer good: the same address, asked for again, is a visitor's without a log-in.
            let url = head.uri.path_and_query().map_or("/", |url| url.as_str());
            return redirect(StatusCode::FOUND, url);
        }
        let status = error.status();
        let mut message = error.to_string();
        if status.is_client_error() {
            tracing::info!(%error, route = name, path, ?peer, "a page was asked for in a wrong way");
        } else {
            tracing::error!(%error, route = name, path, ?peer, "a page could not be made");
            message = self.shared.told(message, "the page");
        }
        error_answer(status, &message)
    }

    async fn live_page(
        &self,
        head: &Parts,
        (name, route, values): (&str, &Route, Vec<(String, String)>),
        session: &Session,
    ) -> Result<Response<Bytes>, NotStarted> {
        let url = head.uri.path_and_query().map_or("/", |url| url.as_str());
        let parks = head.method == Method::GET && !is_prefetch(&head.headers);
        let ticket = parks.then(random);
        let owner = session.owner();
        let place = Place::take(&self.shared, owner.clone(), ticket)?;
        let caller = Caller::new(session.clone(), head, self.shared.keep_headers);
        let mut mounted = place.mount(route, name, url, values, caller, false).await?;
        let effects = &mut mounted.view.cx().effects;
        let messages = effects.take_for_html();
        let (title, meta) = (effects.title().map(str::to_owned), effects.meta().clone());
        let token = ticket.map(|ticket| {
            let expires = now() + self.shared.limits.token_time.as_secs();
            self.shared.gate.join_token(ticket, &owner, name, expires)
        });
        let additions = Additions {
            view_id: name,
            token: token.as_deref(),
            title: title.as_deref(),
            meta: &meta,
            script: &self.shared.script,
        };
        // What came with an earlier answer stands before what the view itself says.
        let waiting = self.shared.gate.flash(head, session.visitor);
        let flash = flash_html(waiting.iter().chain(&messages));
        let render = mounted.render(&flash)?;
        if !flash.is_empty() {
            render.needs_flash_container();
        }
        let body = assemble(render, &additions)
            .map_err(|message| NotStarted::Render(format!("view `{}`: {message}", route.view)))?;
        if self.shared.development {
            for element in unheard(render) {
                tracing::warn!(
                    view = route.view,
                    "`{element}` stands outside of the live root: nothing hears its events"
                );
            }
        }
        let mut response = html(body);
        if parks {
            mounted.park();
            if !waiting.is_empty()
                && let Ok(cookie) = HeaderValue::try_from(self.shared.gate.no_flash_cookie())
            {
                response.headers_mut().append(SET_COOKIE, cookie);
            }
        }
        Ok(response)
    }

    /// `/items` is sent on to `/items/`, if that is a page.
    fn slash_redirect(&self, head: &Parts) -> Option<Response<Bytes>> {
        let path = head.uri.path();
        if !is_own_path(path) || !self.shared.router.with_slash(path) {
            return None;
        }
        let query = head
            .uri
            .query()
            .map(|query| format!("?{query}"))
            .unwrap_or_default();
        Some(redirect(
            StatusCode::PERMANENT_REDIRECT,
            &format!("{path}/{query}"),
        ))
    }

    /// Lets a connection in.
    ///
    /// # Errors
    ///
    /// The answer to refuse it with.
    #[allow(
        clippy::result_large_err,
        reason = "made once for a connection, and sent as it is"
    )]
    pub fn connect(
        &self,
        head: &Parts,
        peer: Option<SocketAddr>,
    ) -> Result<(Connection, Outgoing), Response<String>> {
        match self.shared.gate.pass(Way::Connect(head)) {
            Ok(Admission::Connection { session }) => {
                let keep = self.shared.keep_headers;
                let caller = session.map(|session| Caller::new(session, head, keep));
                Ok(Connection::open(Arc::clone(&self.shared), caller))
            }
            Ok(_) => Err(text(plain(StatusCode::FORBIDDEN, "forbidden"))),
            Err(refusal) => {
                self.shared.counters.refused.one();
                tracing::warn!(%refusal, ?peer, "a connection was refused");
                Err(text(plain(StatusCode::from(refusal), &refusal.to_string())))
            }
        }
    }

    /// The folders of files to serve.
    pub fn static_files(&self) -> &[StaticFiles] {
        &self.static_files
    }

    /// The sizes and times to enforce.
    pub fn limits(&self) -> &Limits {
        &self.shared.limits
    }

    /// The application's topics, to broadcast from outside of a view.
    pub fn pubsub(&self) -> PubSub {
        self.shared.context.pubsub.clone()
    }

    /// The application's views: those that registered themselves.
    pub fn views(&self) -> Views {
        self.shared.context.views.clone()
    }

    /// What has happened so far.
    pub fn counts(&self) -> Counts {
        self.shared.counters.read()
    }

    /// Resolves when no session has anything left to do: what was in their mailboxes is worked off, with all that came of
    /// it, and their pages have been sent what changed. It does not wait for timers, nor for a page that has not
    /// acknowledged what it was sent; a handler that does not return keeps it waiting.
    pub async fn idle(&self) {
        let taken = &self.shared.counters.mail;
        loop {
            let before = taken.get();
            for handle in self.shared.registry.handles() {
                let (waiting, idle) = oneshot::channel();
                if handle.mailbox.send(Mail::Idle(waiting)).await.is_ok() {
                    let _ = idle.await;
                }
            }
            // What a session has just woken outside of it gets its turn.
            tokio::task::yield_now().await;
            // One session's message may have become another's work after that was asked.
            if taken.get() == before {
                return;
            }
        }
    }

    /// Ends all sessions: their pages are told, what was accepted is worked off, `disconnect` runs. Resolves when none is
    /// left, at the latest after twice the time that one may take.
    pub async fn shutdown(&self) {
        for handle in self.shared.registry.close() {
            let stop = Mail::Stop(Disconnect::Shutdown);
            if let Err(tokio::sync::mpsc::error::TrySendError::Full(stop)) =
                handle.mailbox.try_send(stop)
            {
                tokio::spawn(async move { handle.mailbox.send(stop).await });
            }
        }
        let limit = self.shared.limits.end_time * 2 + Duration::from_secs(1);
        if tokio::time::timeout(limit, self.shared.registry.empty())
            .await
            .is_err()
        {
            tracing::warn!("some sessions did not end in time");
        }
    }
}

/// Whether a browser fetches a page that its user may never look at.
fn is_prefetch(headers: &HeaderMap) -> bool {
    ["sec-purpose", "purpose"].iter().any(|name| {
        headers
            .get(*name)
            .and_then(|value| value.to_str().ok())
            // A prerendered page runs, and joins when it is shown.
            .is_some_and(|value| value.contains("prefetch") && !value.contains("prerender"))
    })
}

/// The token that a request brought: in a header, or in a field of the form in its body.
fn form_token(head: &Parts, body: &[u8]) -> Option<String> {
    if let Some(token) = head.headers.get("x-csrf-token") {
        return token.to_str().ok().map(str::to_owned);
    }
    let kind = head.headers.get(CONTENT_TYPE)?.to_str().ok()?;
    if !kind.starts_with("application/x-www-form-urlencoded") {
        return None;
    }
    let values = form_values(std::str::from_utf8(body).ok()?);
    values.get("csrf_token")?.as_str().map(str::to_owned)
}

/// Whether two values of `Set-Cookie` are for the same cookie.
fn same_name(one: &HeaderValue, other: &HeaderValue) -> bool {
    let name = |value: &HeaderValue| {
        value
            .as_bytes()
            .split(|byte| *byte == b'=')
            .next()
            .map(<[u8]>::to_vec)
    };
    name(one) == name(other)
}

fn html(body: String) -> Response<Bytes> {
    let mut response = Response::new(body.into());
    let html = HeaderValue::from_static("text/html; charset=utf-8");
    response.headers_mut().insert(CONTENT_TYPE, html);
    answer::add_defaults(&mut response);
    response
}

fn plain(status: StatusCode, message: &str) -> Response<Bytes> {
    let mut response = Response::new(format!("{message}\n").into());
    *response.status_mut() = status;
    let text = HeaderValue::from_static("text/plain; charset=utf-8");
    response.headers_mut().insert(CONTENT_TYPE, text);
    response
}

fn text(response: Response<Bytes>) -> Response<String> {
    response.map(|body| String::from_utf8_lossy(&body).into_owned())
}

fn redirect(status: StatusCode, to: &str) -> Response<Bytes> {
    let Ok(location) = HeaderValue::try_from(to) else {
        return plain(
            StatusCode::INTERNAL_SERVER_ERROR,
            "the redirect's target is no URL",
        );
    };
    let mut response = plain(status, "see another page");
    response.headers_mut().insert(LOCATION, location);
    response
}
