//! Changes that come from the server: from other windows, and from a clock.

use std::time::Instant;

use relive::prelude::*;

use crate::store::{Answer, Store};

#[derive(LiveView)]
#[live_view(template_name = "server_push.html", use_actors)]
pub(crate) struct Poll {
    answers: Vec<Answer>,
    thanked: u32,
    #[live(private)]
    opened: Instant,
    #[live(private)]
    store: Store,
}

#[live_view]
impl Poll {
    async fn mount(cx: &mut Cx<Self>) -> Result<Self> {
        cx.page_title("Server push · relive");
        cx.subscribe("poll");
        let store: Store = cx.state();
        Ok(Poll {
            answers: store.answers().await?,
            thanked: 0,
            opened: Instant::now(),
            store,
        })
    }

    #[event_handler]
    async fn vote(&mut self, cx: &mut Cx<Self>, answer: String) -> Result {
        self.store.vote(answer.clone()).await?;
        // To the hook of this page, a few lines of JavaScript.
        cx.push_event("thanks", &answer)?;
        // To all pages, this one included: each reads the answers again.
        cx.broadcast("poll", "voted", &())
    }

    /// Called by the hook: a handler need not stand in a template.
    #[event_handler]
    fn thanked(&mut self, times: u32) {
        self.thanked = times;
    }

    /// A message from another view, a background task, a thread: `app.pubsub()` sends from anywhere.
    async fn handle_info(&mut self) -> Result {
        self.answers = self.store.answers().await?;
        Ok(())
    }

    /// What is read from elsewhere. A handle has the view rendered again (`send_update`), here each second; with
    /// `use_actors`, `app.views()` has the handles of all views of this type.
    fn get_context_data(&self, context: &mut Context) {
        context.insert("seconds", &self.opened.elapsed().as_secs());
    }
}
