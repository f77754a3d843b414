use relive::prelude::*;

#[on_mount]
fn says_nothing(_cx: &mut HookCx<'_>) {}

#[on_mount]
async fn says_yes(_cx: &mut HookCx<'_>) -> Result<bool> {
    Ok(true)
}

fn main() {}
