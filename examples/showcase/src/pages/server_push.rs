//! Changes that come from the server: from other windows, and from a clock.

use relive::prelude::*;

use crate::store::{Answer, Store};

#[derive(LiveView)]
#[live_view(template_name = "server_push.html")]
pub(crate) struct Poll {
    answers: Vec<Answer>,
    ticks: u32,
    #[live(private)]
    store: Store,
}

#[live_view]
impl Poll {
    async fn mount(cx: &mut Cx<Self>) -> Result<Self> {
        cx.page_title("Server push · relive");
        cx.subscribe("poll");
        cx.subscribe("ticks");
        let store: Store = cx.state();
        Ok(Poll {
            answers: store.answers().await?,
            ticks: 0,
            store,
        })
    }

    #[event_handler]
    async fn vote(&mut self, cx: &mut Cx<Self>, answer: String) -> Result {
        self.store.vote(answer).await?;
        // To all pages, this one included: each reads the answers again.
        cx.broadcast("poll", "voted", &())
    }

    /// A message from another view, a background task, a thread: `app.pubsub()` sends from anywhere.
    async fn handle_info(&mut self, _cx: &mut Cx<Self>, event: &str) -> Result {
        match event {
            "tick" => self.ticks += 1,
            _ => self.answers = self.store.answers().await?,
        }
        Ok(())
    }
}
