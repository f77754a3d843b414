//! The calls that a view gets, in their order.

use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use relive::PubSub;
use relive::prelude::*;

use crate::store::Store;

#[derive(LiveView)]
#[live_view(template_name = "lifecycle.html", on_mount = [note])]
pub(crate) struct Lifecycle {
    calls: Vec<String>,
    goodbyes: Vec<String>,
    #[live(private)]
    renders: AtomicU32,
    #[live(private)]
    store: Store,
    #[live(private)]
    pubsub: PubSub,
}

/// A hook runs before `mount`, and again when a page comes back after a lost connection. It may send the user elsewhere.
#[on_mount]
fn note(cx: &mut HookCx<'_>) -> Result<Next> {
    match cx.view::<Lifecycle>() {
        Some(view) => view.calls.push("on_mount, on a reconnect".to_owned()),
        // A value for `mount`, found by its type.
        None => cx.put(vec!["on_mount".to_owned()]),
    }
    Ok(Next::Continue)
}

#[derive(Deserialize)]
pub(crate) struct Query {
    #[serde(default)]
    step: u32,
}

#[live_view]
impl Lifecycle {
    /// Once for a page load: over HTTP. The connection then takes this view over, with its state.
    fn mount(cx: &mut Cx<Self>) -> Self {
        cx.page_title("Lifecycle · relive");
        cx.subscribe("goodbyes");
        let mut calls: Vec<String> = cx.get().unwrap_or_default();
        calls.push(format!("mount, connected: {}", cx.connected()));
        Lifecycle {
            calls,
            goodbyes: Vec::new(),
            renders: AtomicU32::new(0),
            store: cx.state(),
            pubsub: cx.pubsub(),
        }
    }

    /// After `mount`, and whenever the address changes.
    async fn handle_params(&mut self, _cx: &mut Cx<Self>, query: Query) -> Result {
        self.calls
            .push(format!("handle_params, step {}", query.step));
        self.goodbyes = self.store.goodbyes().await?;
        Ok(())
    }

    /// For each message from the server’s side.
    async fn handle_info(&mut self, _cx: &mut Cx<Self>, event: &str, data: Payload) -> Result {
        let text: String = data.get()?;
        self.calls.push(format!("handle_info, {event}: {text}"));
        self.goodbyes = self.store.goodbyes().await?;
        Ok(())
    }

    /// Before every render.
    fn get_context_data(&self, context: &mut Context) {
        context.insert("renders", &(self.renders.fetch_add(1, Relaxed) + 1));
    }

    #[event_handler]
    fn handle(&mut self) {
        self.calls.push("an event handler".to_owned());
    }

    /// Once, when the page was left, did not come back in time, or the server stops.
    async fn disconnect(&mut self, reason: Disconnect) {
        let reason = format!("{reason:?}");
        // Nobody is left here who could be told of a failure.
        let _ = self.store.say_goodbye(reason.clone()).await;
        let _ = self.pubsub.broadcast("goodbyes", "goodbye", &reason);
    }
}
