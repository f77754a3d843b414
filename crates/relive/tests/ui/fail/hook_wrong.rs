use relive::prelude::*;

#[on_mount]
async fn without_context() -> Result<Next> {
    Ok(Next::Continue)
}

#[on_mount]
fn by_shared_reference(_cx: &HookCx<'_>) -> Next {
    Next::Continue
}

#[on_mount("/log-in/")]
fn with_options(_cx: &mut HookCx<'_>) -> Next {
    Next::Continue
}

#[on_mount]
fn generic<T>(_cx: &mut HookCx<'_>) -> Next {
    Next::Continue
}

#[on_mount]
struct NotAFunction;

fn main() {}
