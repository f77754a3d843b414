//! What leaves a handler besides state: title, flash, address, events for the page.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::Write;

use relive_protocol::{Effect, Value};
use relive_template::class_name;

use crate::gate::FlashMessage;
use crate::hooks::Halt;
use crate::navigation::Leaving;

/// The level of a flash message. Any word is one.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Level {
    /// `info`
    Info,
    /// `success`
    Success,
    /// `warning`
    Warning,
    /// `error`
    Error,
    /// A word of the application's own.
    Other(Cow<'static, str>),
}

impl Level {
    /// The level's word.
    pub fn as_str(&self) -> &str {
        match self {
            Level::Info => "info",
            Level::Success => "success",
            Level::Warning => "warning",
            Level::Error => "error",
            Level::Other(word) => word,
        }
    }
}

impl From<&'static str> for Level {
    fn from(word: &'static str) -> Self {
        Level::Other(word.into())
    }
}

impl From<String> for Level {
    fn from(word: String) -> Self {
        Level::Other(word.into())
    }
}

/// How many effects wait for a page that is away.
const MAX_WAITING: usize = 256;

/// The effects that have not gone out yet, in the order in which they came about.
#[derive(Clone, Debug, Default)]
pub(crate) struct Effects {
    list: Vec<Effect>,
    /// The page's title, once the view has set it.
    title: Option<String>,
    /// An address that `live_patch` set and `handle_params` has not seen yet.
    patched: Option<String>,
    /// Where the view has sent its page.
    leaving: Option<Leaving>,
    /// The `<meta>` values that the view has set; `None`: taken out.
    meta: BTreeMap<String, Option<String>>,
}

impl Effects {
    /// Adds an effect; the oldest goes where a page that is away has too many waiting.
    fn add(&mut self, effect: Effect) {
        if self.list.len() >= MAX_WAITING {
            let lost = self.list.remove(0);
            tracing::warn!(
                ?lost,
                "an effect was dropped: {MAX_WAITING} wait for the page already"
            );
        }
        self.list.push(effect);
    }

    pub(crate) fn set_title(&mut self, title: String) {
        if self.title.as_deref() != Some(&title) {
            self.list
                .retain(|effect| !matches!(effect, Effect::Title { .. }));
            self.add(Effect::Title {
                title: title.clone(),
            });
            self.title = Some(title);
        }
    }

    pub(crate) fn title(&self) -> Option<&str> {
        self.title.as_deref()
    }

    pub(crate) fn set_meta(&mut self, name: String, content: Option<String>) {
        if self.meta.get(&name) == Some(&content) {
            return;
        }
        let value = content.clone().map_or(Value::Null, Value::String);
        self.meta.insert(name.clone(), content);
        // What waits already takes it along.
        let waiting = self.list.iter_mut().find_map(|effect| match effect {
            Effect::Meta { meta } => Some(meta),
            _ => None,
        });
        match waiting {
            Some(meta) => {
                meta.insert(name, value);
            }
            None => self.add(Effect::Meta {
                meta: [(name, value)].into_iter().collect(),
            }),
        }
    }

    pub(crate) fn meta(&self) -> &BTreeMap<String, Option<String>> {
        &self.meta
    }

    /// The page goes elsewhere; another address of this view is of no interest any more.
    pub(crate) fn leave(&mut self, leaving: Leaving) {
        self.list
            .retain(|effect| !matches!(effect, Effect::Url { .. }));
        self.patched = None;
        self.leaving = Some(leaving);
    }

    /// Where the page goes, with the messages that go along; the `<meta>` values of this view are taken back.
    pub(crate) fn take_leaving(&mut self) -> Option<(Leaving, Vec<FlashMessage>)> {
        let leaving = self.leaving.take()?;
        let names: Vec<String> = self.meta.keys().cloned().collect();
        for name in names {
            self.set_meta(name, None);
        }
        Some((leaving, self.take_flash()))
    }

    /// The page stays: what sent it elsewhere has failed.
    pub(crate) fn stay(&mut self) {
        self.leaving = None;
    }

    /// The messages that wait for the page.
    fn take_flash(&mut self) -> Vec<FlashMessage> {
        let mut messages = Vec::new();
        self.list.retain_mut(|effect| match effect {
            Effect::Flash { level, message } => {
                messages.push((std::mem::take(level), std::mem::take(message)));
                false
            }
            Effect::ClearFlash { .. } => false,
            _ => true,
        });
        messages
    }

    /// Whether there are messages for the page.
    pub(crate) fn has_flash(&self) -> bool {
        let is_flash = |effect: &Effect| matches!(effect, Effect::Flash { .. });
        self.list.iter().any(is_flash)
    }

    pub(crate) fn flash(&mut self, level: &Level, message: String) {
        self.add(Effect::Flash {
            level: level.as_str().to_owned(),
            message,
        });
    }

    pub(crate) fn clear_flash(&mut self, level: Option<&Level>) {
        let level = level.map(|level| level.as_str().to_owned());
        self.list.retain(|effect| match (effect, &level) {
            (Effect::Flash { level: own, .. }, Some(level)) => own != level,
            (Effect::Flash { .. }, None) => false,
            // Said once is enough.
            (Effect::ClearFlash { level: own }, level) => own != level,
            _ => true,
        });
        self.add(Effect::ClearFlash { level });
    }

    pub(crate) fn patch(&mut self, url: String, replace: bool) {
        self.add(Effect::Url {
            url: url.clone(),
            replace,
        });
        self.patched = Some(url);
    }

    /// Takes the last address back, which the view did not come to.
    pub(crate) fn unpatch(&mut self) {
        let last = |effect: &Effect| matches!(effect, Effect::Url { .. });
        if let Some(at) = self.list.iter().rposition(last) {
            self.list.remove(at);
        }
    }

    /// Has the page's address show where the view is.
    pub(crate) fn return_to(&mut self, url: String) {
        let replace = true;
        self.add(Effect::Url { url, replace });
    }

    pub(crate) fn take_patched(&mut self) -> Option<String> {
        self.patched.take()
    }

    pub(crate) fn push(&mut self, name: String, payload: Value) {
        self.add(Effect::Push { name, payload });
    }

    /// Takes effects back whose update could not be made.
    pub(crate) fn give_back(&mut self, mut earlier: Vec<Effect>) {
        earlier.append(&mut self.list);
        self.list = earlier;
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.list.is_empty() && self.leaving.is_none()
    }

    /// All of them, for an update over the live connection.
    pub(crate) fn take(&mut self) -> Vec<Effect> {
        std::mem::take(&mut self.list)
    }

    /// Where a view that was just mounted sends its page, with its messages. `over_http`: also another address of its own.
    pub(crate) fn take_halt(&mut self, over_http: bool) -> Option<Halt> {
        if let Some(leaving) = self.leaving.take() {
            return Some(leaving.into_halt(self.take_flash()));
        }
        let url = self.list.iter().rev().find_map(|effect| match effect {
            Effect::Url { url, .. } => Some(url.clone()),
            _ => None,
        });
        Some(Halt {
            to: url.filter(|_| over_http)?,
            external: false,
            flash: self.take_flash(),
            login: None,
        })
    }

    /// The flash messages that an HTTP answer carries in its HTML. Title and `<meta>` values are read from
    /// [`title`](Self::title) and [`meta`](Self::meta); events for the page stay until it joins.
    pub(crate) fn take_for_html(&mut self) -> Vec<FlashMessage> {
        self.told_around();
        self.take_flash()
    }

    /// Title and `<meta>` values have reached the page by another way.
    pub(crate) fn told_around(&mut self) {
        self.list
            .retain(|effect| !matches!(effect, Effect::Title { .. } | Effect::Meta { .. }));
    }
}

/// Flash messages as HTML, as the page's client makes them.
pub(crate) fn flash_html<'a>(messages: impl IntoIterator<Item = &'a FlashMessage>) -> String {
    let mut html = String::new();
    for (level, message) in messages {
        write_flash(&mut html, level, message);
    }
    html
}

fn write_flash(out: &mut String, level: &str, message: &str) {
    let (class, level, message) = (class_name(level), escape(level), escape(message));
    // Writing into a String does not fail.
    let _ = write!(
        out,
        r#"<div class="dj-flash dj-flash-{class}" role="alert" data-dj-flash-level="{level}">{message}</div>"#
    );
}

/// Text for HTML, in attributes too.
pub(crate) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flash_message_is_text_in_the_html() {
        let mut effects = Effects::default();
        effects.flash(&Level::from("very bad\" x"), "<b>&".to_owned());
        assert_eq!(
            flash_html(&effects.take_for_html()),
            r#"<div class="dj-flash dj-flash-very-bad--x" role="alert" data-dj-flash-level="very bad&quot; x">&lt;b&gt;&amp;</div>"#
        );
        assert!(effects.take().is_empty());
    }

    #[test]
    fn only_the_last_title_goes_out_and_only_when_it_differs() {
        let mut effects = Effects::default();
        effects.set_title("a".into());
        effects.set_title("b".into());
        assert_eq!(effects.take(), [Effect::Title { title: "b".into() }]);
        effects.set_title("b".into());
        assert!(effects.take().is_empty());
    }

    #[test]
    fn clearing_takes_back_what_has_not_gone_out() {
        let mut effects = Effects::default();
        effects.flash(&Level::Info, "one".into());
        effects.flash(&Level::Error, "two".into());
        effects.clear_flash(Some(&Level::Info));
        assert_eq!(
            effects.take(),
            [
                Effect::Flash {
                    level: "error".into(),
                    message: "two".into()
                },
                Effect::ClearFlash {
                    level: Some("info".into())
                }
            ]
        );
    }

    #[test]
    fn a_page_that_is_away_has_a_bounded_number_of_them_waiting() {
        let mut effects = Effects::default();
        for n in 0..2 * MAX_WAITING {
            effects.patch(format!("/{n}/"), false);
            effects.clear_flash(None);
            effects.clear_flash(Some(&Level::Info));
        }
        let list = effects.take();
        assert_eq!(list.len(), MAX_WAITING);
        let last = Effect::ClearFlash {
            level: Some("info".into()),
        };
        assert_eq!(list.last(), Some(&last));
    }
}
