//! Live views in Rust: pages that are rendered on the server, stay connected over a WebSocket, and change as server
//! state changes. You write structs and HTML templates, and no JavaScript.

#[cfg(feature = "hyper")]
pub use relive_hyper as hyper;
pub use relive_macros::{LiveView, event_handler, live_view, main};
pub use relive_runtime::*;

/// What a file with views needs.
pub mod prelude {
    pub use crate::{
        App, Context, Cx, Disconnect, Error, Level, LiveView, Payload, Result, event_handler,
        live_view,
    };
    pub use serde::{Deserialize, Serialize};
}

mod run;

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;
