//! The macros of relive, which its facade re-exports: `derive(LiveView)`, `live_view`, `event_handler` and `on_mount`.
//!
//! They write implementations of three public traits, `Assigns`, `Events` and `LiveView`, that can be written by hand
//! as well, and hold no logic of their own. Generated code names everything through `::relive::__private`.
//!
//! | Module | Subject |
//! | --- | --- |
//! | `state` | `#[derive(LiveView)]`: fields into the template's context |
//! | `options` | the options of `#[live_view(…)]` and `#[live(…)]` |
//! | `view` | `#[live_view] impl`: which method is what |
//! | `lifecycle` | `mount`, `handle_params` and their kin |
//! | `handlers` | event handlers and their parameters |
//! | `signature` | what all methods have in common |
//! | `hooks` | `#[on_mount]` |
//! | `entry` | `#[relive::main]` |
//! | `errors` | every mistake, at its place |

mod entry;
mod errors;
mod handlers;
mod hooks;
mod lifecycle;
mod options;
mod signature;
mod state;
mod view;

use proc_macro::TokenStream;

#[doc = include_str!("docs/derive.md")]
#[proc_macro_derive(LiveView, attributes(live_view, live))]
pub fn derive_live_view(input: TokenStream) -> TokenStream {
    match syn::parse(input) {
        Ok(input) => state::derive(&input).into(),
        Err(error) => error.into_compile_error().into(),
    }
}

#[doc = include_str!("docs/live_view.md")]
#[proc_macro_attribute]
pub fn live_view(options: TokenStream, item: TokenStream) -> TokenStream {
    view::expand(options.into(), item.into()).into()
}

/// Marks a method inside `#[live_view] impl` as one that a page can call.
///
/// See [`live_view`](macro@live_view) for how its parameters are filled.
#[proc_macro_attribute]
pub fn event_handler(_options: TokenStream, item: TokenStream) -> TokenStream {
    let message =
        "`#[event_handler]` marks a method inside an `impl` that is marked `#[live_view]`";
    let mut code: TokenStream = syn::Error::new(proc_macro2::Span::call_site(), message)
        .into_compile_error()
        .into();
    code.extend(item);
    code
}

#[doc = include_str!("docs/on_mount.md")]
#[proc_macro_attribute]
pub fn on_mount(options: TokenStream, item: TokenStream) -> TokenStream {
    hooks::expand(&options.into(), item.into()).into()
}

/// Makes an `async fn main` the program's entry: a runtime with a thread for each core, and log lines on standard error.
///
/// `RELIVE_LOG` says what is logged: a level (`debug`), or targets with levels (`relive_runtime=debug,info`); without it,
/// warnings and errors are. An application that has a `tracing` subscriber of its own, or a runtime, uses these instead of this
/// attribute.
#[proc_macro_attribute]
pub fn main(options: TokenStream, item: TokenStream) -> TokenStream {
    entry::expand(&options.into(), item.into()).into()
}
