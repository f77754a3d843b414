//! The adapter for [Tera](https://docs.rs/tera) 2.

mod adapter;
mod escape;
mod expression;
mod folder;
mod html;
mod lexer;
mod links;
mod source;
mod tags;
mod translate;
mod tree;
mod values;
mod variables;
mod walk;

pub use adapter::TeraEngine;
