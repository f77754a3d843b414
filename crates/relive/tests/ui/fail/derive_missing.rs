use relive::prelude::*;

struct Counter;

#[live_view]
impl Counter {
    fn mount() -> Self {
        Counter
    }
}

fn main() {}
