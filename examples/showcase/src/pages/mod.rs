//! The pages, and where they are found.

mod accounts;
mod background_work;
mod chat;
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
        .live::<navigation::Detail>("/navigation/<int:number>/", "number")
        .live::<streams::Log>("/streams/", "streams")
        .live::<chat::Chat>("/chat/", "chat")
        .live::<background_work::Work>("/background-work/", "background-work")
        .live::<flash::Messages>("/flash/", "flash")
        .live::<server_push::Poll>("/server-push/", "server-push")
        .scope("/accounts", accounts::routes)
        .live::<forms::Bookings>("/forms/", "forms")
        .live::<faults::Plain>("/faults/", "faults")
        .live::<faults::Careful>("/faults/careful/", "faults-careful")
}

/// Has every page with a clock rendered again, each second.
pub(crate) fn ticker(app: &App) {
    let views = app.views();
    tokio::spawn(async move {
        let mut interval = tokio::time::interval(Duration::from_secs(1));
        loop {
            interval.tick().await;
            for view in views.of::<server_push::Poll>() {
                view.send_update();
            }
        }
    });
}
