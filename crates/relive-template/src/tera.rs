//! The adapter for [Tera](https://docs.rs/tera) 2.

mod adapter;
mod escape;
mod expression;
mod folder;
mod lexer;
mod source;
mod tags;
mod translate;
mod values;

pub use adapter::TeraEngine;
