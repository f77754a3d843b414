use relive::prelude::*;

#[derive(LiveView)]
#[live_view(template = "<main></main>", on_mount = login_required("/log-in/"))]
struct One {}

#[live_view]
impl One {
    fn mount() -> Self {
        One {}
    }
}

fn main() {}
