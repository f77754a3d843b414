//! The adapter for [Tera](https://docs.rs/tera) 2.
//!
//! Tera gives no access to its syntax tree and has no tags but its own. So a template's source passes
//! through `lexer`, which cuts where Tera cuts; `tags` rewrites what Tera does not have, and `source`
//! leads positions back to what the user wrote. Tera parses and renders; `translate` puts its errors
//! into relive's form.
//!
//! For the checks, `tree` makes a tree of the segments and of their tokens (`expression`), `links`
//! ties templates together, and `walk` goes through them in the order in which they are rendered:
//! `variables` reads the expressions, `html` the text between them.
//!
//! `loops` finds the loops whose rows may be a stream's, and `streams` cuts those rows out of what is
//! rendered.
//!
//! Incremental rendering, which skips a loop's rows that did not change, belongs here too: it wraps
//! loops in the way that `tags` rewrites a tag.

mod adapter;
mod escape;
mod expression;
mod folder;
mod html;
mod lexer;
mod links;
mod loops;
mod source;
mod streams;
mod tags;
mod translate;
mod tree;
mod values;
mod variables;
mod walk;

pub use adapter::TeraEngine;
