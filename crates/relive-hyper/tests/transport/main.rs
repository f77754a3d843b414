//! The default transport through real sockets on the loopback interface.

mod app;
mod client;
mod handlers;
mod http;
mod lifecycle;
mod socket;
