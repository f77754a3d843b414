use relive::prelude::*;

#[derive(Clone, LiveView)]
#[live_view(template = "<p></p>", use_actors = true, transactional, transactional)]
struct Counter {
    count: i64,
}

fn main() {}
