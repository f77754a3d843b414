//! A to-do list that stays in step in every window: kept in SQLite, changed without a page load.
//!
//! | File | Subject |
//! | --- | --- |
//! | `view.rs` | the page: its state, and what each button does |
//! | `draft.rs` | text that is being typed, and what is wrong with it |
//! | `store.rs` | the list in its database |
//! | `templates/todos.html` | the HTML |
//!
//! `TODO_DB` names the database file (`todo.db` otherwise); the first argument or `ADDR` is the address to listen on.

mod draft;
mod store;
mod view;

use std::path::PathBuf;

use relive::prelude::*;

use store::Store;
use view::Todos;

#[relive::main]
async fn main() -> Result {
    let file = std::env::var_os("TODO_DB").map_or_else(|| PathBuf::from("todo.db"), PathBuf::from);
    relive::hyper::serve(app(Store::open(&file)?), relive::hyper::address()).await
}

fn app(store: Store) -> App {
    App::new(store)
        .live::<Todos>("/", "todos")
        .static_files("/static/", "static")
}

#[cfg(test)]
mod view_tests;
