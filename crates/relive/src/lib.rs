//! Live views in Rust: pages that are rendered on the server, stay connected over a WebSocket, and change as server
//! state changes. You write structs and HTML templates, and no JavaScript.
//!
//! ```no_run
//! use relive::prelude::*;
//!
//! #[derive(LiveView)]
//! #[live_view(template = r#"<button dj-click="add" dj-value-by="1">{{ count }}</button>"#)]
//! struct Counter {
//!     count: i64,
//! }
//!
//! #[live_view]
//! impl Counter {
//!     fn mount() -> Self {
//!         Counter { count: 0 }
//!     }
//!
//!     #[event_handler]
//!     fn add(&mut self, by: i64) {
//!         self.count += by;
//!     }
//! }
//!
//! #[relive::main]
//! async fn main() -> Result {
//!     let app = App::new(()).live::<Counter>("/", "counter");
//!     relive::hyper::serve(app, "127.0.0.1:3000").await
//! }
//! ```
//!
//! | Where | What |
//! | --- | --- |
//! | [`App`] | an application: state, views, routes |
//! | [`LiveView`](trait@LiveView), [`live_view`], [`event_handler`] | a view |
//! | [`Cx`] | what a view's methods have at hand |
//! | [`on_mount`], [`Hooks`], [`Scope`] | what runs before views, and for which |
//! | [`Request`], [`Response`] | ordinary HTTP handlers |
//! | [`auth`] | users, logging in and out, guards |
//! | [`hyper`] | the transport, by the feature of this name |
//! | [`Runtime`] | what a transport drives |
//!
//! This crate holds no logic of its own, but for what `#[relive::main]` stands for.

mod run;

#[cfg(feature = "hyper")]
pub use relive_hyper as hyper;
pub use relive_macros::{LiveView, event_handler, live_view, main, on_mount};
pub use relive_runtime::*;

/// What a file with views needs.
pub mod prelude {
    pub use crate::{
        App, Context, Cx, Disconnect, Error, Form, FormErrors, FormInput, HookCx, Hooks, Level,
        LiveView, Next, Payload, Redirect, Request, Response, Result, SendError, Stream, TaskError,
        TaskResult, Validate, ViewHandle, Views, event_handler, live_view, on_mount,
    };
    pub use relive_runtime::auth::{login_required, permission_required};
    pub use serde::{Deserialize, Serialize};
}

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;

/// The code in the documents is compiled, and run where it ends.
#[cfg(doctest)]
mod documents {
    #[doc = include_str!("../../../README.md")]
    mod readme {}
    #[doc = include_str!("../../../docs/getting-started.md")]
    mod getting_started {}
    #[doc = include_str!("../../../docs/guide/views.md")]
    mod views {}
    #[doc = include_str!("../../../docs/guide/events.md")]
    mod events {}
    #[doc = include_str!("../../../docs/guide/forms.md")]
    mod forms {}
    #[doc = include_str!("../../../docs/guide/coming-from.md")]
    mod coming_from {}
    #[doc = include_str!("../../../docs/guide/routes.md")]
    mod routes {}
    #[doc = include_str!("../../../docs/guide/authentication.md")]
    mod authentication {}
    #[doc = include_str!("../../../docs/guide/testing.md")]
    mod testing {}
    #[doc = include_str!("../../../docs/guide/background-work.md")]
    mod background_work {}
    #[doc = include_str!("../../../docs/guide/server-push.md")]
    mod server_push {}
    #[doc = include_str!("../../../docs/guide/faults.md")]
    mod faults {}
    #[doc = include_str!("../../../docs/guide/navigation.md")]
    mod navigation {}
    #[doc = include_str!("../../../docs/guide/flash-and-metadata.md")]
    mod flash_and_metadata {}
    #[doc = include_str!("../../../docs/guide/javascript-hooks.md")]
    mod javascript_hooks {}
    #[doc = include_str!("../../../docs/guide/streams.md")]
    mod streams {}
}
