//! Flash messages on the page, with the times after which they go.

use std::time::Duration;

use scraper::Selector;
use tokio::time::Instant;

use crate::document::Document;

/// How long a message that leaves stays, for a stylesheet's transition.
const LEAVING: Duration = Duration::from_millis(300);
const DISMISS: u64 = 5000;

/// The messages in the page's container.
#[derive(Default)]
pub(crate) struct Flash {
    messages: Vec<Message>,
    /// Whether the page has a container.
    container: bool,
    /// After how long a message goes; `None`: it stays.
    dismiss: Option<Duration>,
    adopted: bool,
}

/// One message.
pub(crate) struct Message {
    pub(crate) level: String,
    pub(crate) text: String,
    /// When it begins to go, and then when it is gone.
    leaves: Option<Instant>,
    leaving: bool,
}

impl Message {
    /// The level, as it stands in a class name.
    pub(crate) fn class(&self) -> String {
        let is_safe = |letter: char| letter.is_ascii_alphanumeric() || "_-".contains(letter);
        let mut class = String::new();
        let mut replaced = false;
        for letter in self.level.chars() {
            if is_safe(letter) {
                class.push(letter);
            } else if !replaced {
                class.push('-');
            }
            replaced = !is_safe(letter);
        }
        class
    }
}

impl Flash {
    /// Takes over the messages that stand in a page's HTML.
    pub(crate) fn adopt(document: &Document) -> Self {
        let container = Selector::parse("#dj-flash-container").expect("a selector");
        let Some(container) = document.select(&container).into_iter().next() else {
            return Flash {
                adopted: true,
                ..Flash::default()
            };
        };
        let dismiss = match container.attr("data-dj-auto-dismiss") {
            Some(after) => after.parse().unwrap_or(0),
            None => DISMISS,
        };
        let mut flash = Flash {
            messages: Vec::new(),
            container: true,
            dismiss: (dismiss > 0).then(|| Duration::from_millis(dismiss)),
            adopted: true,
        };
        let message = Selector::parse(".dj-flash").expect("a selector");
        for message in container.select(&message) {
            let level = message.attr("data-dj-flash-level").unwrap_or_default();
            flash.put(level, &message.text().collect::<String>());
        }
        flash
    }

    pub(crate) fn is_adopted(&self) -> bool {
        self.adopted
    }

    /// Shows a message. `false`: the page has no container for it.
    pub(crate) fn put(&mut self, level: &str, text: &str) -> bool {
        if self.container {
            self.messages.push(Message {
                level: level.to_owned(),
                text: text.to_owned(),
                leaves: self.dismiss.map(|after| Instant::now() + after),
                leaving: false,
            });
        }
        self.container
    }

    /// The messages of one level begin to go, or all do.
    pub(crate) fn clear(&mut self, level: Option<&str>) {
        for message in &mut self.messages {
            if level.is_none_or(|level| level == message.level) && !message.leaving {
                message.leaving = true;
                message.leaves = Some(Instant::now() + LEAVING);
            }
        }
    }

    pub(crate) fn shown(&self) -> impl Iterator<Item = &Message> {
        self.messages.iter().filter(|message| !message.leaving)
    }

    /// When the next message goes.
    pub(crate) fn next(&self) -> Option<Instant> {
        self.messages
            .iter()
            .filter_map(|message| message.leaves)
            .min()
    }

    /// Lets go what has to go by now.
    pub(crate) fn pass(&mut self, now: Instant) {
        for message in &mut self.messages {
            if !message.leaving && message.leaves.is_some_and(|leaves| leaves <= now) {
                message.leaving = true;
                message.leaves = Some(now + LEAVING);
            }
        }
        self.messages
            .retain(|message| !(message.leaving && message.leaves.is_some_and(|gone| gone <= now)));
    }
}
