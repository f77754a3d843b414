//! Where Rust says that a failed test panicked: in the test.

use std::cell::RefCell;
use std::panic::AssertUnwindSafe;

use futures_util::FutureExt;
use relive::prelude::*;
use relive_test::TestApp;

#[derive(LiveView)]
#[live_view(
    template = r#"<main><h1>One</h1><p dj-click="add"><a href="/x/" target="_blank">Away</a></p>
  <a id="away" dj-click="add" target="_blank" href="/x/">Away</a></main>"#
)]
struct One;

#[live_view]
impl One {
    fn mount() -> Self {
        One
    }

    #[event_handler]
    fn add(&mut self) {}
}

thread_local! {
    static PLACE: RefCell<String> = const { RefCell::new(String::new()) };
}

/// The file in which the step panics.
async fn place(step: impl Future<Output = ()>) -> String {
    let failed = AssertUnwindSafe(step).catch_unwind().await;
    assert!(failed.is_err(), "the step fails");
    PLACE.take()
}

#[tokio::test]
async fn a_failed_test_panics_where_it_is_written() {
    std::panic::set_hook(Box::new(|info| {
        let file = info.location().map(|place| place.file().to_owned());
        PLACE.set(file.unwrap_or_default());
    }));
    let app = TestApp::start(App::new(()).live::<One>("/", "one"));
    let mut page = app.open("/").await;
    let mut places = vec![
        place(async { drop(app.open("/nope").await) }).await,
        place(async { drop(app.load("/nope").await) }).await,
    ];
    places.push(place(async { page.click("h1").await }).await);
    places.push(place(async { page.click("#away").await }).await);
    places.push(place(async { page.click("h2").await }).await);
    places.push(place(async { page.click_text("h1", "One").await }).await);
    places.push(
        place(async {
            page.assert_text("h1", "Two");
        })
        .await,
    );
    drop(std::panic::take_hook());
    for (index, place) in places.iter().enumerate() {
        assert!(place.ends_with("tests/places.rs"), "{index}: {place}");
    }
}
