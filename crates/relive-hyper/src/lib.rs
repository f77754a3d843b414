//! The default transport of relive: HTTP/1.1 and WebSockets on hyper.
//!
//! ```no_run
//! # async fn main_of(app: relive_runtime::App) -> relive_runtime::Result {
//! relive_hyper::serve(app, "127.0.0.1:3000").await
//! # }
//! ```
//!
//! [`serve`] is all that an application needs. [`Server`] is for those that want to know the address, or have their
//! own reason to stop.
//!
//! | Module | Subject |
//! | --- | --- |
//! | `server` | listening, and one task for each connection |
//! | `shutdown` | the signals that end a server |
//! | `timed` | a stream whose writes may not wait for ever |
//!
//! **Invariant:** what the site answers is decided by `relive-web` and the runtime; nothing here reads a request.

mod server;
mod shutdown;
mod timed;

use std::io::Write as _;

use relive_runtime::App;

pub use server::{ServeError, Server};

/// Serves an application until Ctrl-C or SIGTERM.
///
/// Prints `relive: listening on http://…` on standard output when it takes connections, with the port that it got
/// where 0 was asked for. On the signal it stops listening, ends the sessions with a word to their pages, gives
/// exchanges on their way ten seconds, and returns; a second signal makes it return at once.
///
/// # Errors
///
/// The application does not start, or the address cannot be listened on.
pub async fn serve(app: App, addr: impl std::fmt::Display) -> relive_runtime::Result {
    let server = Server::bind(app, addr).await?;
    // Installed before anybody is told that the server is there.
    let mut signals = shutdown::Signals::new().map_err(ServeError::Signals)?;
    // Nobody may be reading: then nobody is told.
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "relive: listening on http://{}", server.local_addr());
    drop(out);
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let impatient = async {
        signals.next().await;
        drop(stop);
        signals.next().await;
    };
    tokio::select! {
        served = server.run_until(async { drop(stopped.await) }) => Ok(served?),
        () = impatient => {
            tracing::warn!("a second signal: exchanges and sessions are cut");
            Ok(())
        }
    }
}

/// The address that the program was told to listen on: its first argument, or the variable `ADDR`, or `127.0.0.1:3000`.
pub fn address() -> String {
    std::env::args()
        .nth(1)
        .or_else(|| std::env::var("ADDR").ok())
        .unwrap_or_else(|| "127.0.0.1:3000".to_owned())
}
