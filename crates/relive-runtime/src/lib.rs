//! Views, sessions, routes and gates of relive, without a socket.
//!
//! Applications depend on the facade `relive`; this crate is for those who write a transport. [`App`] is what an
//! application describes, [`Runtime`] what a transport drives: it hands over requests and frames and sends what comes
//! back. A session is a task with one mailbox, and its rules are a state machine without I/O.
//!
//! | Module | Subject |
//! | --- | --- |
//! | `app`, `launch`, `check` | an application, how it starts, and what is checked then |
//! | `runtime` | what a transport drives |
//! | `connection`, `start` | a page's connection; how a session comes into being |
//! | `session` | the session: rules, task, document, registry |
//! | `gate` | who is let in |
//! | `router` | from paths to views and back |
//! | `view`, `erased`, `cx` | what a view is, without its type, and what its methods have at hand |
//! | `field`, `stream` | what a view's fields are to its template; rows that the page keeps and the server does not |
//! | `event` | parameters and their coercion |
//! | `form` | forms: values, what was typed, errors |
//! | `navigation` | redirects: over the connection, or by a page load |
//! | `effects`, `pubsub` | what leaves a handler besides state |
//! | `render`, `rows`, `page` | from a view to the HTML of its page |
//!
//! **Invariant:** nothing here knows a socket or an HTTP library's server, and no transport decides what is decided here.

mod address;
mod app;
pub mod auth;
mod check;
mod clock;
mod connection;
mod counters;
mod cx;
mod disconnect;
mod effects;
mod erased;
mod error;
pub mod event;
mod field;
pub mod form;
mod gate;
mod handler;
mod hooks;
mod launch;
mod limits;
mod navigation;
mod page;
mod pubsub;
mod render;
pub mod router;
mod rows;
mod runtime;
mod scope;
mod session;
mod shared;
mod start;
mod start_error;
mod stream;
mod target;
pub mod view;

pub use app::{App, StaticFiles};
pub use auth::hop::HOP_PATH;
pub use connection::Connection;
pub use counters::Counts;
pub use cx::Cx;
pub use effects::Level;
pub use error::{Error, Result};
pub use event::{ParamError, Params, Payload};
pub use form::{Form, FormErrors, FormInput, Validate};
pub use handler::{Handler, IntoResponse, Request, Response, SessionChanges};
pub use hooks::{Halt, HookCx, Hooks, IntoHooks, Next, OnMount};
pub use limits::Limits;
pub use navigation::Redirect;
pub use pubsub::PubSub;
pub use relive_template::{Context, Engine, TeraEngine};
pub use runtime::Runtime;
pub use scope::Scope;
pub use session::{Close, Frame, Outbound, Outgoing};
pub use start_error::StartError;
pub use stream::Stream;
pub use view::{Assigns, BoxFuture, Disconnect, Dispatch, Events, LiveView, Template};
