use relive::prelude::*;

struct Database;

#[derive(LiveView)]
#[live_view(template = "<p>{{ count }}</p>")]
struct Counter {
    count: i64,
    database: Database,
}

fn main() {}
