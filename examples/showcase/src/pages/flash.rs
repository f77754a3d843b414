//! What belongs to the page and not to the view's template: messages, the title, metadata.

use relive::prelude::*;

#[derive(LiveView)]
#[live_view(template_name = "flash.html")]
pub(crate) struct Messages {
    title: String,
}

#[live_view]
impl Messages {
    /// A message from `mount` stands in the HTML of the page already.
    fn mount(cx: &mut Cx<Self>) -> Self {
        cx.page_title("Flash · relive");
        cx.page_meta("og:description", "A page of messages");
        cx.put_flash(Level::Info, "Welcome to the page of messages");
        Messages {
            title: "Flash · relive".to_owned(),
        }
    }

    /// `Level::Info`, `Success`, `Warning`, `Error`, or any word. The message is text: it is never taken for HTML.
    #[event_handler]
    fn say(&mut self, cx: &mut Cx<Self>, level: String, text: String) {
        cx.put_flash(level, text);
    }

    /// Takes messages away before their time: those of one level, or all.
    #[event_handler]
    fn clear(&mut self, cx: &mut Cx<Self>, level: Option<String>) {
        cx.clear_flash(level.map(Level::from));
    }

    #[event_handler]
    fn rename(&mut self, cx: &mut Cx<Self>, value: String) {
        cx.page_title(value.as_str());
        self.title = value;
    }

    /// A `<meta>` of the page, which other sites show with a link to it.
    #[event_handler]
    fn describe(&mut self, cx: &mut Cx<Self>, value: String) {
        if value.is_empty() {
            cx.remove_meta("og:description");
        } else {
            cx.page_meta("og:description", value);
        }
    }
}
