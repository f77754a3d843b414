use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, X_CONTENT_TYPE_OPTIONS};
use http::request::Parts;
use http::{HeaderValue, Method, Request, Response, StatusCode};
use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use relive_runtime::{App, HOP_PATH, Runtime, StartError};
use tokio::sync::watch;
use tokio::time::timeout;

use crate::{Body, files, reply, request, socket, upgrade};

/// The path that pages open their WebSocket at.
pub const SOCKET_PATH: &str = "/_relive/ws";

/// What is below this path belongs to the framework.
const OWN_PREFIX: &str = "/_relive/";

/// How long a client may take to become a WebSocket after it was told that it may.
const UPGRADE_TIME: Duration = Duration::from_secs(10);

/// How long sockets may take to close once the runtime has told all pages goodbye.
const SOCKETS_TIME: Duration = Duration::from_secs(3);

/// A running application, as any transport over HTTP serves it. Clones are the same site.
#[derive(Clone)]
pub struct Site(Arc<Inner>);

struct Inner {
    runtime: Runtime,
    /// Whether WebSockets are to close; each open one holds a receiver.
    closing: watch::Sender<bool>,
}

impl Site {
    /// Starts the application.
    pub fn new(app: App) -> Result<Self, StartError> {
        let script = format!("{OWN_PREFIX}{}", relive_client::file_name());
        let runtime = app.start(&script)?;
        Ok(Site(Arc::new(Inner {
            runtime,
            closing: watch::Sender::new(false),
        })))
    }

    /// The application that this site serves.
    pub fn runtime(&self) -> &Runtime {
        &self.0.runtime
    }

    /// Answers one request; `peer` is the other end of its connection.
    ///
    /// A page that opens its WebSocket is answered with 101, and a task takes over the connection: the transport has
    /// to allow upgrades, which hyper does with `with_upgrades()`. The request's extensions live as long as that
    /// task, so a transport that counts its connections can keep the permit there.
    ///
    /// Of a request's body no more is read than the runtime wants, and no longer than it waits.
    pub async fn respond<B>(&self, request: Request<B>, peer: Option<SocketAddr>) -> Response<Body>
    where
        B: hyper::body::Body<Data: Send> + Send,
        B::Error: std::fmt::Display,
    {
        let (head, body) = request.into_parts();
        let method = head.method.clone();
        let response = match head.uri.path().strip_prefix(OWN_PREFIX) {
            Some(_) if head.uri.path() == SOCKET_PATH => self.open_socket(head, peer),
            Some(_) if head.uri.path() == HOP_PATH => self.public(&head, Bytes::new(), peer).await,
            Some(name) => own_file(name, &head),
            None => {
                let runtime = &self.0.runtime;
                let time = runtime.limits().body_time;
                match request::read(&head, body, runtime.body_limit(&head), time).await {
                    Ok(body) => self.public(&head, body, peer).await,
                    Err(status) => runtime.body_refused(status).map(Body::from),
                }
            }
        };
        reply::for_method(&method, response)
    }

    /// Ends all sessions, with a word to their pages, and closes the WebSockets.
    pub async fn shutdown(&self) {
        self.0.runtime.shutdown().await;
        let closing = &self.0.closing;
        closing.send_replace(true);
        if timeout(SOCKETS_TIME, closing.closed()).await.is_err() {
            tracing::warn!(
                left = closing.receiver_count(),
                "WebSockets did not close in time"
            );
        }
    }

    /// Static files, then live pages and handlers.
    async fn public(&self, head: &Parts, body: Bytes, peer: Option<SocketAddr>) -> Response<Body> {
        let readable = matches!(head.method, Method::GET | Method::HEAD);
        let path = head.uri.path();
        for files in self.0.runtime.static_files() {
            let below = path.strip_prefix(files.prefix.trim_end_matches('/'));
            let Some(below) = below.and_then(|below| below.strip_prefix('/')) else {
                continue;
            };
            match files::serve(&files.dir, below, head).await {
                Some(response) if readable => return response,
                Some(_) => return reply::method_not_allowed("GET, HEAD"),
                None => {}
            }
        }
        match self.0.runtime.respond(head, body, peer).await {
            Some(page) => page.map(Body::from),
            None => reply::not_found(),
        }
    }

    fn open_socket(&self, mut head: Parts, peer: Option<SocketAddr>) -> Response<Body> {
        let switching = match upgrade::handshake(&head) {
            Ok(switching) => switching,
            Err(refused) => return refused,
        };
        let Some(upgraded) = head.extensions.remove::<OnUpgrade>() else {
            tracing::error!("a WebSocket was asked for, but the transport does not allow upgrades");
            return reply::text(
                StatusCode::NOT_IMPLEMENTED,
                "There are no WebSockets here.\n",
            );
        };
        detach(&mut head);
        let (connection, outgoing) = match self.0.runtime.connect(&head, peer) {
            Ok(opened) => opened,
            Err(refused) => return refused.map(Body::from),
        };
        let max_frame = self.0.runtime.limits().max_frame;
        let closing = self.0.closing.subscribe();
        tokio::spawn(async move {
            match timeout(UPGRADE_TIME, upgraded).await {
                Ok(Ok(io)) => {
                    socket::run(TokioIo::new(io), connection, outgoing, max_frame, closing).await;
                }
                _ => tracing::debug!("a client asked for a WebSocket, but did not switch to it"),
            }
            drop(head.extensions);
        });
        switching
    }
}

/// Copies what a connection keeps of its request: as it came, each header is a part of the whole buffer that the
/// request was read into, and one that is kept keeps 8 KiB.
fn detach(head: &mut Parts) {
    for value in head.headers.values_mut() {
        if let Ok(copy) = HeaderValue::from_bytes(value.as_bytes()) {
            *value = copy;
        }
    }
    if let Ok(copy) = head.uri.to_string().parse() {
        head.uri = copy;
    }
}

/// The client's script, in two parts: their names change with their content, so they may be kept for ever.
fn own_file(name: &str, head: &Parts) -> Response<Body> {
    let Some(script) = relive_client::script(name) else {
        return reply::not_found();
    };
    if !matches!(head.method, Method::GET | Method::HEAD) {
        return reply::method_not_allowed("GET, HEAD");
    }
    let tag = HeaderValue::try_from(format!("\"{:016x}\"", relive_client::HASH)).ok();
    let mut response = Response::new(Body::empty());
    let headers = response.headers_mut();
    headers.insert(
        CACHE_CONTROL,
        HeaderValue::from_static("public, max-age=31536000, immutable"),
    );
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    tag.clone().map(|tag| headers.insert(ETAG, tag));
    if files::is_unchanged(&head.headers, tag.as_ref(), None) {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        return response;
    }
    headers.insert(
        CONTENT_TYPE,
        HeaderValue::from_static("text/javascript; charset=utf-8"),
    );
    *response.body_mut() = Body::from(script);
    response
}
