//! What a test reads from a page.

use relive_protocol::Value;
use relive_vdom::StreamChange;
use serde::de::DeserializeOwned;

use super::Page;
use crate::failure::Failure;
use crate::{describe, forms};

impl Page {
    /// The text of the one element that the selector matches, with single spaces.
    ///
    /// # Panics
    ///
    /// If there is no such element or more than one.
    #[track_caller]
    pub fn text(&mut self, selector: &str) -> String {
        self.begin(format!("text({selector:?})"));
        crate::text::of(self.one(selector))
    }

    /// The texts of all elements that the selector matches, in document order.
    #[track_caller]
    pub fn texts(&mut self, selector: &str) -> Vec<String> {
        self.begin(format!("texts({selector:?})"));
        self.all(selector)
            .into_iter()
            .map(crate::text::of)
            .collect()
    }

    /// How many elements the selector matches.
    #[track_caller]
    pub fn count(&mut self, selector: &str) -> usize {
        self.begin(format!("count({selector:?})"));
        self.all(selector).len()
    }

    /// Whether an element matches the selector.
    #[track_caller]
    pub fn has(&mut self, selector: &str) -> bool {
        self.count(selector) > 0
    }

    /// The value of an attribute of the one element that the selector matches.
    ///
    /// # Panics
    ///
    /// If there is no such element or more than one.
    #[track_caller]
    pub fn attribute(&mut self, selector: &str, name: &str) -> Option<String> {
        self.begin(format!("attribute({selector:?}, {name:?})"));
        self.one(selector).attr(name).map(str::to_owned)
    }

    /// What the one field that the selector matches shows: what the user typed, or else what the server wrote.
    ///
    /// # Panics
    ///
    /// If there is no such field or more than one.
    #[track_caller]
    pub fn value(&mut self, selector: &str) -> String {
        self.begin(format!("value({selector:?})"));
        let field = self.field(selector);
        self.fields.value(&self.document, field)
    }

    /// Whether the one box or radio button that the selector matches is on.
    ///
    /// # Panics
    ///
    /// If there is no such box or more than one.
    #[track_caller]
    pub fn is_checked(&mut self, selector: &str) -> bool {
        self.begin(format!("is_checked({selector:?})"));
        let field = self.field(selector);
        self.fields.is_checked(&self.document, field)
    }

    #[track_caller]
    fn field(&self, selector: &str) -> scraper::ElementRef<'_> {
        let field = self.one(selector);
        if !forms::is_field(field) {
            self.fail(
                Failure::new("the element is no field")
                    .with("the element", format!("  {}", describe::brief(field))),
            );
        }
        field
    }

    /// Whether the one element that the selector matches has the focus.
    ///
    /// # Panics
    ///
    /// If there is no such element or more than one.
    #[track_caller]
    pub fn has_focus(&mut self, selector: &str) -> bool {
        self.begin(format!("has_focus({selector:?})"));
        let element = self.one(selector);
        self.focus == Some(self.document.key(element))
    }

    /// The page's title.
    #[track_caller]
    pub fn title(&mut self) -> String {
        self.begin("title()".to_owned());
        self.document.title()
    }

    /// The content of the `<meta>` of this name or property.
    #[track_caller]
    pub fn meta(&mut self, name: &str) -> Option<String> {
        self.begin(format!("meta({name:?})"));
        self.document.meta(name).map(str::to_owned)
    }

    /// The flash messages that the page shows, as level and text.
    #[track_caller]
    pub fn flash(&mut self) -> Vec<(String, String)> {
        self.begin("flash()".to_owned());
        let shown = self.document.flash().shown();
        shown
            .map(|message| (message.level.clone(), message.text.clone()))
            .collect()
    }

    /// The events for the page's JavaScript (`push_event`) that have come, with their payloads.
    #[track_caller]
    pub fn pushed_events(&mut self) -> Vec<(String, Value)> {
        self.begin("pushed_events()".to_owned());
        self.pushed.clone()
    }

    /// The payload of the last event of this name for the page's JavaScript.
    ///
    /// # Panics
    ///
    /// If there was none, or if its payload is not of this type.
    #[track_caller]
    pub fn pushed<T: DeserializeOwned>(&mut self, name: &str) -> T {
        self.begin(format!("pushed({name:?})"));
        let Some((_, payload)) = self.pushed.iter().rev().find(|(own, _)| own == name) else {
            let events: String = self
                .pushed
                .iter()
                .map(|(name, payload)| format!("  {name} {payload}\n"))
                .collect();
            self.fail(Failure::new("no such event was pushed").with("those that were", events));
        };
        match serde_json::from_value(payload.clone()) {
            Ok(payload) => payload,
            Err(error) => self.fail(
                Failure::new(format!("the payload is of another type: {error}"))
                    .with("the payload", format!("  {payload}")),
            ),
        }
    }

    /// What has come for the page's streams since it was opened: the id of the container, and the operation.
    #[track_caller]
    pub fn stream_operations(&mut self) -> Vec<(String, StreamChange)> {
        self.begin("stream_operations()".to_owned());
        self.stream_operations.clone()
    }

    /// What the browser's console would warn of: a flash message that the page has no place for, events that are too many.
    #[track_caller]
    pub fn warnings(&mut self) -> Vec<String> {
        self.begin("warnings()".to_owned());
        self.warnings.clone()
    }

    /// The HTML of the page's live root, or of the whole page where it has none.
    #[track_caller]
    pub fn html(&mut self) -> String {
        self.begin("html()".to_owned());
        match self.document.root() {
            Some(root) => root.html(),
            None => self.document.tree().html(),
        }
    }

    /// The HTML of the one element that the selector matches.
    ///
    /// # Panics
    ///
    /// If there is no such element or more than one.
    #[track_caller]
    pub fn html_of(&mut self, selector: &str) -> String {
        self.begin(format!("html_of({selector:?})"));
        self.one(selector).html()
    }
}
