//! What a transport drives.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use http::header::{CACHE_CONTROL, CONTENT_TYPE, LOCATION, SET_COOKIE, VARY};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Method, Response, StatusCode};

use crate::app::StaticFiles;
use crate::clock::now;
use crate::connection::Connection;
use crate::counters::Counts;
use crate::disconnect::Disconnect;
use crate::erased::{Failure, Route};
use crate::gate::{Admission, Visitor, Way, is_own_path, random};
use crate::limits::Limits;
use crate::page::{Additions, assemble, error_page};
use crate::pubsub::PubSub;
use crate::router::Match;
use crate::session::{Mail, Outgoing};
use crate::shared::Shared;
use crate::start::{NotStarted, Place};

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

    /// Answers a request for a live page; `None` where no view has this path.
    pub async fn page(&self, head: &Parts, peer: Option<SocketAddr>) -> Option<Response<String>> {
        let path = head.uri.path();
        let Some(found) = self.shared.router.find(path) else {
            return self.slash_redirect(head);
        };
        if head.method != Method::GET && head.method != Method::HEAD {
            let mut response = plain(StatusCode::METHOD_NOT_ALLOWED, "method not allowed");
            response
                .headers_mut()
                .insert(http::header::ALLOW, HeaderValue::from_static("GET, HEAD"));
            return Some(response);
        }
        let admission = self.shared.gate.pass(Way::Page(head));
        let Ok(Admission::Page {
            visitor,
            set_cookie,
        }) = admission
        else {
            self.shared.counters.refused.one();
            return Some(plain(StatusCode::FORBIDDEN, "forbidden"));
        };
        let route = found.name.to_owned();
        let mut response = match self.live_page(head, found, visitor).await {
            Ok(response) => response,
            Err(error) => {
                let status = match error {
                    NotStarted::View(Failure::Address(_)) => StatusCode::BAD_REQUEST,
                    NotStarted::Full => StatusCode::SERVICE_UNAVAILABLE,
                    NotStarted::TooSlow(_) => StatusCode::GATEWAY_TIMEOUT,
                    _ => StatusCode::INTERNAL_SERVER_ERROR,
                };
                let mut message = error.to_string();
                if status.is_client_error() {
                    tracing::info!(%error, route, path, ?peer, "a page was asked for in a wrong way");
                } else {
                    tracing::error!(%error, route, path, ?peer, "a page could not be made");
                    message = self.shared.told(message, "the page");
                }
                html(status, error_page(status, &message))
            }
        };
        if let Some(cookie) = set_cookie.and_then(|cookie| HeaderValue::try_from(cookie).ok()) {
            response.headers_mut().append(SET_COOKIE, cookie);
        }
        Some(response)
    }

    async fn live_page(
        &self,
        head: &Parts,
        found: Match<'_, Route>,
        visitor: Visitor,
    ) -> Result<Response<String>, NotStarted> {
        let url = head.uri.path_and_query().map_or("/", |url| url.as_str());
        let parks = head.method == Method::GET && !is_prefetch(&head.headers);
        let ticket = parks.then(random);
        let place = Place::take(&self.shared, visitor, ticket)?;
        let (route, name) = (found.target, found.name);
        let mut mounted = place
            .mount(route, name, url, found.values, visitor, false)
            .await?;
        let effects = mounted.view.cx().effects.take_for_html();
        if let Some(to) = effects.redirect {
            if !effects.flash.is_empty() {
                let view = route.view;
                tracing::warn!(
                    view,
                    to,
                    "flash messages are lost: the view's first address is another one"
                );
            }
            return Ok(redirect(StatusCode::FOUND, &to));
        }
        let title = mounted.view.cx().effects.title().map(str::to_owned);
        let token = ticket.map(|ticket| {
            let expires = now() + self.shared.limits.token_time.as_secs();
            self.shared.gate.join_token(ticket, visitor, name, expires)
        });
        let additions = Additions {
            view_id: name,
            token: token.as_deref(),
            title: title.as_deref(),
            script: &self.shared.script,
        };
        let body = assemble(mounted.render(&effects.flash)?, &additions)
            .map_err(|message| NotStarted::Render(format!("view `{}`: {message}", route.view)))?;
        if parks {
            mounted.park();
        }
        Ok(html(StatusCode::OK, body))
    }

    /// `/items` is sent on to `/items/`, if that is a page.
    fn slash_redirect(&self, head: &Parts) -> Option<Response<String>> {
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
            Ok(Admission::Connection { visitor }) => {
                Ok(Connection::open(Arc::clone(&self.shared), visitor))
            }
            Ok(_) => Err(plain(StatusCode::FORBIDDEN, "forbidden")),
            Err(refusal) => {
                self.shared.counters.refused.one();
                tracing::warn!(%refusal, ?peer, "a connection was refused");
                Err(plain(StatusCode::from(refusal), &refusal.to_string()))
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

    /// What has happened so far.
    pub fn counts(&self) -> Counts {
        self.shared.counters.read()
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

fn html(status: StatusCode, body: String) -> Response<String> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(
        CONTENT_TYPE,
        HeaderValue::from_static("text/html; charset=utf-8"),
    );
    // The page holds the token of one visitor.
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    headers.insert(VARY, HeaderValue::from_static("cookie"));
    headers.insert(
        "x-content-type-options",
        HeaderValue::from_static("nosniff"),
    );
    headers.insert("referrer-policy", HeaderValue::from_static("same-origin"));
    response
}

fn plain(status: StatusCode, message: &str) -> Response<String> {
    let mut response = Response::new(format!("{message}\n"));
    *response.status_mut() = status;
    let text = HeaderValue::from_static("text/plain; charset=utf-8");
    response.headers_mut().insert(CONTENT_TYPE, text);
    response
}

fn redirect(status: StatusCode, to: &str) -> Response<String> {
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
