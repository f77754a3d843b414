use relive::prelude::*;

struct Filter;

#[derive(LiveView)]
#[live_view(template = "<p></p>")]
struct Search;

#[live_view]
impl Search {
    fn mount() -> Self {
        Search
    }

    async fn handle_params(&mut self, filter: Filter) {
        drop(filter);
    }
}

fn main() {}
