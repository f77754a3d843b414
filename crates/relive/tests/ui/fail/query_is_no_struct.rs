use relive::prelude::*;

#[derive(LiveView)]
#[live_view(template = "<p></p>")]
struct Search;

#[live_view]
impl Search {
    fn mount() -> Self {
        Search
    }

    async fn handle_params(&mut self, _cx: &mut Cx<Self>, q: String) {
        drop(q);
    }
}

#[derive(LiveView)]
#[live_view(template = "<p></p>")]
struct Pages;

#[live_view]
impl Pages {
    fn mount() -> Self {
        Pages
    }

    async fn handle_params(&mut self, page: Option<u32>) {
        drop(page);
    }
}

#[derive(LiveView)]
#[live_view(template = "<p></p>")]
struct Tags;

#[live_view]
impl Tags {
    fn mount() -> Self {
        Tags
    }

    async fn handle_params(&mut self, tags: std::vec::Vec<String>) {
        drop(tags);
    }
}

#[derive(LiveView)]
#[live_view(template = "<p></p>")]
struct Pair;

#[live_view]
impl Pair {
    fn mount() -> Self {
        Pair
    }

    async fn handle_params(&mut self, (page, size): (u32, u32)) {
        drop((page, size));
    }
}

fn main() {}
