//! All that a live view can do: a page for each part of it, with its source beside it.
//!
//! | File | Subject |
//! | --- | --- |
//! | `pages/*.rs`, `templates/*.html` | the pages, each with a template of its name |
//! | `source.rs` | the sources that the pages show |
//! | `store.rs` | what outlives a page, in SQLite |
//! | `templates/base.html`, `static/` | what all pages look like |
//!
//! `SHOWCASE_DB` names the database file (in memory otherwise); the first argument or `ADDR` is the address to listen on.

mod pages;
mod source;
mod store;
#[cfg(test)]
mod tests;

use relive::prelude::*;

use store::Store;

#[relive::main]
async fn main() -> Result {
    let file = std::env::var("SHOWCASE_DB").unwrap_or_else(|_| ":memory:".to_owned());
    relive::hyper::serve(app(Store::open(&file)?)?, relive::hyper::address()).await
}

fn app(store: Store) -> Result<App> {
    let app = App::new(store.clone())
        .users(store)
        .engine(source::engine()?)
        .static_files("/static/", "static");
    pages::ticker(&app);
    Ok(pages::routes(app))
}
