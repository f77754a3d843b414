//! The pages, and where they are found.

mod accounts;
mod events;
mod faults;
mod flash;
mod forms;
mod index;
mod inside;
mod lifecycle;
mod navigation;
mod server_push;
mod streams;
mod views;

use std::time::Duration;

use relive::App;

pub(crate) fn routes(app: App) -> App {
    app.live::<index::Index>("/", "index")
        .live::<views::Basket>("/views/", "views")
        .live::<views::Inline>("/views/inline/", "views-inline")
        .live::<lifecycle::Lifecycle>("/lifecycle/", "lifecycle")
        .live::<events::Handlers>("/events/", "events")
        .live::<navigation::Numbers>("/navigation/", "navigation")
        .live::<streams::Log>("/streams/", "streams")
        .live::<flash::Messages>("/flash/", "flash")
        .live::<server_push::Poll>("/server-push/", "server-push")
        .scope("/accounts", accounts::routes)
        .live::<forms::Bookings>("/forms/", "forms")
        .live::<faults::Faults>("/faults/", "faults")
}

/// Sends a tick to every page that listens, each second.
pub(crate) fn ticker(app: &App) {
    let pubsub = app.pubsub();
    tokio::spawn(async move {
        let mut interval = tokio::time::interval(Duration::from_secs(1));
        loop {
            interval.tick().await;
            // Nothing in it that could fail to be written.
            let _ = pubsub.broadcast("ticks", "tick", &());
        }
    });
}
