//! All mistakes are told at once.

use relive::prelude::*;

#[derive(LiveView)]
#[live_view(template_nmae = "counter.html")]
struct Counter {
    #[live(hidden)]
    count: i64,
}

#[live_view]
impl Counter {
    async fn mount(_cx: &mut Cx<Self>) {}

    async fn get_context_data(&self, _context: &mut Context) {}

    #[event_handler]
    fn add(_step: i64) {}

    #[event_handler]
    fn handle_info(&mut self) {}
}

fn main() {}
