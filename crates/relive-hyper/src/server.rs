use std::convert::Infallible;
use std::fmt::Display;
use std::future::Future;
use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use relive_runtime::{App, StartError};
use relive_web::Site;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use crate::timed::Timed;

/// How long a client may take for the head of a request, and how long a connection may be idle between two.
const HEADER_TIME: Duration = Duration::from_secs(10);
/// Bytes of the head of a request, and of hyper's buffers.
const MAX_BUFFER: usize = 32 * 1024;
const MAX_HEADERS: usize = 100;
/// Connections at a time, WebSockets included; further ones wait in the system's queue.
const MAX_CONNECTIONS: usize = 32_768;
/// How long exchanges may go on after the server was told to stop.
const GRACE: Duration = Duration::from_secs(10);
/// The longest pause after connections could not be accepted.
const MAX_PAUSE: Duration = Duration::from_secs(1);

/// Why a server does not serve.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServeError {
    /// The application does not start.
    #[error(transparent)]
    Start(#[from] StartError),
    /// The address cannot be listened on.
    #[error("cannot listen on {addr}: {}", advice(.source))]
    Listen {
        /// The address, as it was given.
        addr: String,
        /// What the system says.
        source: io::Error,
    },
    /// The signals that end the server cannot be waited for.
    #[error("cannot wait for signals: {0}")]
    Signals(#[source] io::Error),
}

/// What the system says, and what to do about it.
fn advice(error: &io::Error) -> String {
    match error.kind() {
        ErrorKind::AddrInUse => {
            "another program listens there already; stop it, or choose another port \
                                 (port 0 takes any that is free)"
                .into()
        }
        ErrorKind::PermissionDenied => {
            format!("{error}; ports below 1024 are for privileged programs, choose a higher one")
        }
        ErrorKind::AddrNotAvailable => format!("{error}; this machine does not have the address"),
        ErrorKind::InvalidInput => format!("{error}; an address looks like 127.0.0.1:3000"),
        _ => error.to_string(),
    }
}

/// A server that listens, and serves when it is run.
pub struct Server {
    site: Site,
    listener: TcpListener,
    addr: SocketAddr,
    max_connections: usize,
}

impl Server {
    /// Starts the application and listens on `addr`, `"127.0.0.1:3000"` for example; port 0 is any free one.
    ///
    /// # Errors
    ///
    /// The application does not start, or the address cannot be listened on.
    pub async fn bind(app: App, addr: impl Display) -> Result<Self, ServeError> {
        let addr = addr.to_string();
        let site = Site::new(app)?;
        let error = |source| ServeError::Listen {
            addr: addr.clone(),
            source,
        };
        let listener = TcpListener::bind(&addr).await.map_err(error)?;
        let local = listener.local_addr().map_err(error)?;
        Ok(Server {
            site,
            listener,
            addr: local,
            max_connections: MAX_CONNECTIONS,
        })
    }

    /// The address that it listens on.
    pub fn local_addr(&self) -> SocketAddr {
        self.addr
    }

    /// The application that it serves.
    pub fn site(&self) -> &Site {
        &self.site
    }

    /// Changes how many connections are served at a time, WebSockets included: 32,768. Further ones wait.
    #[must_use]
    pub fn max_connections(mut self, max: usize) -> Self {
        self.max_connections = max.min(Semaphore::MAX_PERMITS);
        self
    }

    /// Serves until `stop` resolves; then ends all sessions, gives exchanges on their way ten seconds, and returns.
    ///
    /// # Errors
    ///
    /// None for now: what concerns one connection ends that connection only.
    pub async fn run_until(self, stop: impl Future<Output = ()>) -> Result<(), ServeError> {
        let Server {
            site,
            listener,
            max_connections,
            ..
        } = self;
        let (stopping, stopped) = watch::channel(false);
        let mut tasks = JoinSet::new();
        let permits = Arc::new(Semaphore::new(max_connections));
        let mut stop = pin!(stop);
        let mut pause = Duration::ZERO;
        loop {
            let accepted = tokio::select! {
                () = &mut stop => break,
                accepted = accept(&listener, &permits, pause) => accepted,
                Some(ended) = tasks.join_next() => {
                    report(ended);
                    continue;
                }
            };
            match accepted {
                Ok((stream, peer, permit)) => {
                    pause = Duration::ZERO;
                    tasks.spawn(connection(
                        stream,
                        peer,
                        permit,
                        site.clone(),
                        stopped.clone(),
                    ));
                }
                Err(error) => pause = pause_after(&error, pause),
            }
        }
        drop(listener);
        stopping.send_replace(true);
        let exchanges = async {
            while let Some(ended) = tasks.join_next().await {
                report(ended);
            }
        };
        let (in_time, ()) = tokio::join!(timeout(GRACE, exchanges), site.shutdown());
        if in_time.is_err() {
            tracing::warn!(
                left = tasks.len(),
                "exchanges did not end in time and are cut"
            );
        }
        Ok(())
    }
}

/// The next connection, once there is room for it.
async fn accept(
    listener: &TcpListener,
    permits: &Arc<Semaphore>,
    pause: Duration,
) -> io::Result<(TcpStream, SocketAddr, OwnedSemaphorePermit)> {
    if !pause.is_zero() {
        sleep(pause).await;
    }
    let permit = match Arc::clone(permits).try_acquire_owned() {
        Ok(permit) => permit,
        Err(_) => {
            tracing::warn!("as many connections as there may be: further ones wait");
            Arc::clone(permits)
                .acquire_owned()
                .await
                .map_err(io::Error::other)?
        }
    };
    let (stream, peer) = listener.accept().await?;
    Ok((stream, peer, permit))
}

/// How long to wait before the next attempt.
fn pause_after(error: &io::Error, last: Duration) -> Duration {
    match error.kind() {
        // The client gave up while it waited: it is gone, the listener is well.
        ErrorKind::ConnectionAborted
        | ErrorKind::ConnectionReset
        | ErrorKind::ConnectionRefused => Duration::ZERO,
        // Out of file descriptors, most likely: until a connection ends, the next attempt fails as this one did.
        _ => {
            let pause = (last * 2).clamp(Duration::from_millis(10), MAX_PAUSE);
            tracing::error!(%error, ?pause, "connections cannot be accepted");
            pause
        }
    }
}

/// Serves the requests of one connection. A WebSocket takes the connection along, and its permit.
async fn connection(
    stream: TcpStream,
    peer: SocketAddr,
    permit: OwnedSemaphorePermit,
    site: Site,
    mut stopped: watch::Receiver<bool>,
) {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "a connection sends with delay");
    }
    let permit = Arc::new(permit);
    let service = service_fn(|mut request: hyper::Request<hyper::body::Incoming>| {
        request.extensions_mut().insert(Arc::clone(&permit));
        let site = &site;
        async move { Ok::<_, Infallible>(site.respond(request, Some(peer)).await) }
    });
    let serving = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER_TIME)
        .max_buf_size(MAX_BUFFER)
        .max_headers(MAX_HEADERS)
        .keep_alive(true)
        .serve_connection(TokioIo::new(Timed::new(stream)), service)
        .with_upgrades();
    let mut serving = pin!(serving);
    let stopping = async { drop(stopped.wait_for(|stopped| *stopped).await) };
    let served = tokio::select! {
        served = &mut serving => served,
        () = stopping => {
            serving.as_mut().graceful_shutdown();
            serving.await
        }
    };
    if let Err(error) = served {
        tracing::debug!(%peer, %error, "a connection ended badly");
    }
}

/// A panic in one connection is that connection's end, and no more.
fn report(ended: Result<(), tokio::task::JoinError>) {
    if let Err(error) = ended
        && error.is_panic()
    {
        tracing::error!(%error, "serving a connection panicked");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pause_grows_and_ends() {
        let full = io::Error::from_raw_os_error(24);
        let mut pause = Duration::ZERO;
        let pauses: Vec<u128> = (0..9)
            .map(|_| {
                pause = pause_after(&full, pause);
                pause.as_millis()
            })
            .collect();
        assert_eq!(pauses, [10, 20, 40, 80, 160, 320, 640, 1000, 1000]);
        let aborted = io::Error::from(ErrorKind::ConnectionAborted);
        assert_eq!(pause_after(&aborted, pause), Duration::ZERO);
    }
}
