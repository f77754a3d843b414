use relive::prelude::*;

#[live_view(template = "<p></p>")]
struct Counter;

#[live_view(template = "<p></p>")]
impl Counter {
    fn mount() -> Self {
        Counter
    }
}

#[live_view]
impl Clone for Counter {
    fn clone(&self) -> Self {
        Counter
    }
}

#[live_view]
fn counter() {}

fn main() {}
