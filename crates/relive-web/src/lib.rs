//! What transports of relive over HTTP share: pages, the client's script, static files and the WebSocket.
//!
//! A transport owns the listener and HTTP itself. For each request it calls [`Site::respond`], and sends the answer:
//!
//! ```no_run
//! # async fn handle(site: &relive_web::Site, request: hyper::Request<hyper::body::Incoming>) {
//! let response: http::Response<relive_web::Body> = site.respond(request, None).await;
//! # }
//! ```
//!
//! | Module | Subject |
//! | --- | --- |
//! | `site` | which part of the site answers a request |
//! | `request` | bodies of requests, with their limits |
//! | `files` | static files |
//! | `upgrade` | from an HTTP request to a WebSocket |
//! | `socket` | the WebSocket, with its limits |
//! | `body` | bodies of answers |
//!
//! **Invariant:** nothing here decides who may do what. The gate is in the runtime, once; this crate turns bytes into
//! frames and requests into calls, and keeps to the runtime's limits.

mod body;
mod files;
mod reply;
mod request;
mod site;
mod socket;
mod upgrade;

pub use body::Body;
pub use site::{SOCKET_PATH, Site};
