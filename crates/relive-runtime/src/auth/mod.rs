//! Who is there, and what they may see: sessions, users, logging in and out, guards.
//!
//! ```
//! # use relive_runtime::{App, Request, Response, Result, auth::{Users, login_required, next}};
//! # struct Accounts;
//! # impl Users for Accounts {
//! #     type User = String;
//! #     async fn find(&self, id: &str) -> Result<Option<String>> { Ok(Some(id.to_owned())) }
//! # }
//! async fn log_in(request: Request) -> Result<Response> {
//!     let user_id = 7; // Look the name up, and check the password.
//!     let to = next(&request).unwrap_or_else(|| "/".to_owned());
//!     Ok(Response::redirect(to).log_in(user_id))
//! }
//!
//! let app = App::new(())
//!     .users(Accounts)
//!     .post("/log-in/", "log-in", log_in)
//!     .scope("/admin", |scope| scope.on_mount(login_required("/log-in/")));
//! ```
//!
//! | File | Subject |
//! | --- | --- |
//! | `session` | what the signed cookie says |
//! | `users` | the application's users |
//! | `caller` | a request's session, headers and user |
//! | `guards` | [`login_required`], [`permission_required`] |
//! | `handle` | [`Auth`]: logging out everywhere, checking rights again |
//! | `revoked` | which log-ins are no longer good |
//! | `hop` | the one-time way over HTTP by which a live page changes cookies |
//! | `views` | what a view's methods know about all this |
//!
//! **Invariant:** a log-out is over when its answer goes out: from then on no call of the user's views runs.

mod caller;
mod guards;
mod handle;
pub(crate) mod hop;
mod revoked;
mod session;
mod users;
mod views;

pub use guards::{LoginRequired, PermissionRequired, login_required, next, permission_required};
pub use handle::Auth;
pub use session::Session;
pub use users::Users;

pub(crate) use caller::Caller;
pub(crate) use revoked::Revoked;
pub(crate) use session::{Login, Owner};
pub(crate) use users::ErasedUsers;
