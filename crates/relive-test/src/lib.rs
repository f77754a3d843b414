//! The test kit of relive: pages without a browser, driven by the same messages and patches.
//!
//! ```
//! use relive::prelude::*;
//! use relive_test::TestApp;
//!
//! #[derive(LiveView)]
//! #[live_view(template = r#"
//!     <main>
//!       <h1>{{ notes | length }} notes</h1>
//!       <ul>{% for note in notes %}<li>{{ note }}</li>{% endfor %}</ul>
//!       <form dj-submit="add"><input name="text"><button>Add</button></form>
//!     </main>"#)]
//! struct Notes {
//!     notes: Vec<String>,
//! }
//!
//! #[live_view]
//! impl Notes {
//!     fn mount() -> Self {
//!         Notes { notes: Vec::new() }
//!     }
//!
//!     #[event_handler]
//!     fn add(&mut self, text: String) {
//!         self.notes.push(text);
//!     }
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() {
//! // In a test: `#[tokio::test] async fn a_note_is_added() { … }`.
//! let app = TestApp::start(App::new(()).live::<Notes>("/", "notes"));
//! let mut page = app.open("/").await;
//! page.assert_text("h1", "0 notes");
//! page.type_into("[name=text]", "Buy milk").await;
//! page.click_text("button", "Add").await;
//! page.assert_text("h1", "1 notes").assert_texts("li", &["Buy milk"]);
//! # }
//! ```
//!
//! [`TestApp`] runs an application, without a socket; [`Browser`] is one user's browser, and [`Page`] a page in it. A page
//! does what a browser does: it asks for HTML, joins, sends events with what the browser's script would put into them, and
//! applies the patches that come. So a test goes through routes, hooks, coercion of parameters, templates and the differ, and
//! takes a few milliseconds.
//!
//! Every method that acts waits for the answer and for all that follows from it, in all sessions of the application; the
//! pages of other users are then up to date as well. What a user could not do fails the test, and so does an error that the
//! server answers with.
//!
//! | To | there is |
//! | --- | --- |
//! | act | [`click`](Page::click), [`click_text`](Page::click_text), [`type_into`](Page::type_into), [`fill`](Page::fill), [`choose`](Page::choose), [`check`](Page::check), [`submit`](Page::submit), [`key`](Page::key), [`follow`](Page::follow), [`back`](Page::back) |
//! | demand | [`assert_text`](Page::assert_text), [`assert_texts`](Page::assert_texts), [`assert_has`](Page::assert_has), [`assert_missing`](Page::assert_missing), [`assert_attribute`](Page::assert_attribute), [`assert_value`](Page::assert_value), [`assert_flash`](Page::assert_flash), [`assert_url`](Page::assert_url) |
//! | read | [`text`](Page::text), [`texts`](Page::texts), [`value`](Page::value), [`title`](Page::title), [`meta`](Page::meta), [`flash`](Page::flash), [`pushed_events`](Page::pushed_events), [`stream_operations`](Page::stream_operations), [`html`](Page::html) |
//! | pass time | [`advance`](Page::advance), [`settle`](Page::settle) |
//! | be somebody | [`log_in_as`](TestApp::log_in_as), [`Browser`] |
//! | speak HTTP | [`get`](TestApp::get), [`post_form`](TestApp::post_form), [`send`](Browser::send) |
//! | break the network | [`disconnect`](Page::disconnect), [`reconnect`](Page::reconnect) |
//! | expect an error | [`expect_error`](Page::expect_error), [`errors`](Page::errors) |
//! | test the framework | [`check_dom`](Page::check_dom), [`TestApp::counts`] |

mod app;
mod browser;
mod describe;
mod document;
mod failure;
mod fields;
mod flash;
mod forms;
mod morph;
mod page;
mod text;
mod wire;

pub use app::TestApp;
pub use browser::{Answer, Browser};
pub use page::{Outcome, Page, ServerError};
pub use relive_protocol::{ErrorKind, Value};
pub use relive_vdom::StreamChange;
