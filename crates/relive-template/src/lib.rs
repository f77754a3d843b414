//! Template engines for relive: the [`Engine`] trait and its adapter for Tera, [`TeraEngine`].
//!
//! ```
//! use std::sync::Arc;
//!
//! use relive_template::{Engine, TeraEngine};
//!
//! let mut engine = TeraEngine::new();
//! engine.add_inline("link", r#"<a href="{{ url(name="item", pk=pk) }}">{{ title }}</a>"#)?;
//! engine.add_function(
//!     "url",
//!     Arc::new(|arguments| match (arguments.text("name"), arguments.get("pk")) {
//!         (Some(name), Some(pk)) => Ok(format!("/{name}s/{pk}/")),
//!         _ => Err("needs `name` and `pk`".to_owned()),
//!     }),
//! );
//! engine.finish()?;
//!
//! let mut context = engine.context();
//! context.insert("pk", &3);
//! context.insert("title", "Salt & pepper");
//! let mut out = String::new();
//! engine.render("link", &context, &mut out)?;
//! assert_eq!(out, r#"<a href="/items/3/">Salt &amp; pepper</a>"#);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! | Module | Subject |
//! | --- | --- |
//! | `engine` | what relive asks of an engine |
//! | `context` | the values that a template is rendered with |
//! | `error` | failures, with the template's own words |
//! | `rows` | streams: items that a template reads when it reaches them |
//! | `references` | what a template refers to, for the checks at start |
//! | `attributes` | the `dj-…` attributes that pages understand |
//! | `nearest` | "did you mean …?" |
//! | `tera` | the adapter for Tera |

mod attributes;
mod class_name;
mod context;
mod engine;
mod error;
mod nearest;
mod references;
mod rows;
mod tera;

pub use attributes::{classify, known_attributes};
pub use class_name::class_name;
pub use context::{Context, ContextValues};
pub use engine::{Arguments, Engine, Function};
pub use error::{Error, ErrorKind, Errors, Position};
pub use nearest::nearest;
pub use references::{Attribute, AttributeKind, Call, References, RowLoop, Variable};
pub use rows::{LazyItems, StreamRows, TakeItem};
pub use tera::TeraEngine;

/// The variable that `{% dj_flash %}` writes as it is: the HTML of the messages, escaped already, and
/// the empty string where there is none. Whoever renders gives it.
pub const FLASH_VARIABLE: &str = "dj_flash_messages";
