//! A chat: messages of a stream, and a reply that grows word by word.

use std::time::Duration;

use relive::prelude::*;

use crate::store::{Message, Store};

#[derive(LiveView)]
#[live_view(template_name = "chat.html")]
pub(crate) struct Chat {
    messages: Stream<Message>,
    /// What the server is saying. Only what it grew by is sent.
    reply: String,
    #[live(private)]
    store: Store,
}

#[live_view]
impl Chat {
    async fn mount(cx: &mut Cx<Self>) -> Result<Self> {
        cx.page_title("Chat · relive");
        cx.subscribe("chat");
        let store: Store = cx.state();
        let messages = Stream::of(store.messages().await?);
        Ok(Chat {
            messages,
            reply: String::new(),
            store,
        })
    }

    #[event_handler]
    async fn say(&mut self, cx: &mut Cx<Self>, text: String) -> Result {
        if text.trim().is_empty() {
            return Ok(());
        }
        let message = self.store.say(text).await?;
        cx.broadcast("chat", "said", &message)?;
        self.answer(cx, message);
        Ok(())
    }

    /// A message for all windows, or a word for this one.
    fn handle_info(&mut self, _cx: &mut Cx<Self>, event: &str, data: Payload) -> Result {
        match event {
            "said" => self.messages.insert(data.get()?),
            _ => self.reply += data.get::<String>()?.as_str(),
        }
        Ok(())
    }

    /// A task speaks to the view through its handle, and is replaced by the next one.
    fn answer(&mut self, cx: &mut Cx<Self>, message: Message) {
        self.reply.clear();
        let handle = cx.handle();
        let speak = async move {
            let words = format!(
                "You said: {} Let me think about that for a while.",
                message.text
            );
            for word in words.split_inclusive(' ') {
                tokio::time::sleep(Duration::from_millis(80)).await;
                handle.send_info("word", word)?;
            }
            Ok::<_, SendError>(())
        };
        cx.start_async("answer", speak, |_view, _cx, spoken| Ok(spoken??));
    }
}
