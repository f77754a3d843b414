use relive::prelude::*;

fn plain(_cx: &mut HookCx<'_>) -> Next {
    Next::Continue
}

#[derive(LiveView)]
#[live_view(template = "<main></main>", on_mount = [plain])]
struct View {}

#[live_view]
impl View {
    fn mount() -> Self {
        View {}
    }
}

fn main() {}
