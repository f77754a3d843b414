use relive::prelude::*;

#[derive(LiveView)]
struct Counter {
    count: i64,
}

fn main() {}
