//! From what the user does to events for the server: which element is meant, what the event carries, and when it
//! goes; as in `events.ts` and `rates.ts` of the client.

use std::time::Duration;

use scraper::ElementRef;
use tokio::time::Instant;

use super::Page;
use crate::document::Key;
use crate::failure::Failure;
use crate::forms::{self, Payload};

/// An event, ready to go.
pub(super) struct Emission {
    pub(super) element: Key,
    pub(super) name: String,
    pub(super) payload: Payload,
    /// The form or field whose values it has, and of when.
    pub(super) source: Option<Key>,
    pub(super) time: u64,
    pub(super) toggled: Option<Key>,
}

/// An event that is held back.
pub(super) struct Held {
    attribute: String,
    target: Key,
    /// `None`: until the user leaves the field.
    pub(super) due: Option<Instant>,
    emission: Emission,
}

impl Held {
    pub(super) fn carry(&mut self, new: &impl Fn(Key) -> Key) {
        self.target = new(self.target);
        self.emission.element = new(self.emission.element);
        self.emission.source = self.emission.source.map(new);
        self.emission.toggled = self.emission.toggled.map(new);
    }
}

impl Page {
    /// Sends the event that `attribute` of `element` names: at once, or as the rate that is set for `limited` allows.
    pub(super) fn emit(
        &mut self,
        element: Key,
        attribute: &str,
        payload: Payload,
        limited: Option<Key>,
        source: Option<Key>,
        toggled: Option<Key>,
    ) {
        let named = self
            .document
            .element(element)
            .and_then(|element| element.attr(attribute));
        let Some(name) = named.filter(|name| !name.is_empty()).map(str::to_owned) else {
            return;
        };
        let emission = Emission {
            element,
            name,
            payload,
            source,
            time: self.fields.now(),
            toggled,
        };
        match limited {
            Some(target) => self.rate(attribute, target, emission),
            None => {
                self.release_all();
                self.release(emission);
            }
        }
    }

    fn release(&mut self, emission: Emission) {
        // An element that is gone meanwhile belongs to no view any more.
        let Some(element) = self.document.element(emission.element) else {
            return;
        };
        if !matches!(emission.element, Key::Live(_)) {
            self.fail(
                Failure::new(format!(
                    "the event `{}` reaches no view: its element is outside of the live root",
                    emission.name
                ))
                .with(
                    "the element",
                    format!("  {}", crate::describe::brief(element)),
                ),
            );
        }
        self.put(emission);
    }

    /// Sends now or later, as the attributes of the field or of the element with the handler say.
    fn rate(&mut self, attribute: &str, target: Key, emission: Emission) {
        let setting = |name: &str| {
            [target, emission.element].into_iter().find_map(|key| {
                let element = self.document.element(key)?;
                element.attr(name).map(str::to_owned)
            })
        };
        let millis = |setting: &str| {
            setting
                .trim()
                .parse()
                .map_or(Duration::ZERO, Duration::from_millis)
        };
        let debounce = setting("dj-debounce");
        let throttle = setting("dj-throttle")
            .map(|setting| millis(&setting))
            .unwrap_or_default();
        let now = Instant::now();
        let free = self
            .free
            .get(&emission.element)
            .copied()
            .filter(|free| *free > now);
        // A later event of the same kind takes the place of one that is held back.
        self.held.retain(|held| {
            !(held.emission.element == emission.element
                && held.attribute == attribute
                && held.target == target)
        });
        let due = match &debounce {
            Some(debounce) if debounce == "blur" => Some(None),
            Some(debounce) => Some(Some(now + millis(debounce))),
            None if !throttle.is_zero() => free.map(Some),
            None => None,
        };
        match due {
            Some(due) => self.held.push(Held {
                attribute: attribute.to_owned(),
                target,
                due,
                emission,
            }),
            None => {
                if !throttle.is_zero() {
                    self.free.insert(emission.element, now + throttle);
                }
                self.release_all();
                self.release(emission);
            }
        }
    }

    /// Sends all events that are held back.
    pub(super) fn release_all(&mut self) {
        self.release_first(self.held.len());
    }

    /// Sends the first events that are held back: they go in the order in which the user made them.
    fn release_first(&mut self, count: usize) {
        let held: Vec<Held> = self.held.drain(..count).collect();
        for held in held {
            self.release(held.emission);
        }
    }

    /// The user left a field: what was held back for it goes out.
    fn release_for(&mut self, field: Key) {
        while let Some(at) = self.held.iter().position(|held| held.target == field) {
            self.release_first(at + 1);
        }
    }

    /// Sends what is due by now.
    pub(super) fn release_due(&mut self, now: Instant) {
        let is_due = |held: &Held| held.due.is_some_and(|due| due <= now);
        while let Some(at) = self.held.iter().position(is_due) {
            self.release_first(at + 1);
        }
    }

    /// Where the focus goes, with the events on the way: a field that was changed tells so when it is left.
    pub(super) fn focus_on(&mut self, to: Option<Key>) {
        if self.focus == to {
            return;
        }
        if let Some(left) = self.focus.take() {
            self.commit(left);
            self.release_for(left);
            self.on_focus("dj-blur", left);
        }
        self.focus = to;
        if let Some(field) = to.and_then(|key| self.document.element(key)) {
            self.entered = self.fields.value(&self.document, field);
        }
        if let Some(key) = to {
            self.on_focus("dj-focus", key);
        }
    }

    fn on_focus(&mut self, attribute: &str, target: Key) {
        let Some(element) = self.document.element(target) else {
            return;
        };
        let Some(element) = forms::closest(element, attribute) else {
            return;
        };
        let (key, payload) = (self.document.key(element), forms::values(element));
        self.emit(key, attribute, payload, None, None, None);
    }

    /// A text field that was changed since it was entered says so.
    pub(super) fn commit(&mut self, field: Key) {
        let Some(element) = self
            .document
            .element(field)
            .filter(|field| forms::is_text_field(*field))
        else {
            return;
        };
        let value = self.fields.value(&self.document, element);
        if value != self.entered {
            self.entered = value;
            self.on_change("dj-change", field);
        }
    }

    /// A field is being changed (`dj-input`), or was (`dj-change`).
    pub(super) fn on_change(&mut self, attribute: &str, target: Key) {
        let Some(field) = self.document.element(target) else {
            return;
        };
        // A field may belong to a form that it does not stand in.
        let around = forms::closest(field, attribute);
        let element = around.or_else(|| {
            let form = forms::form_of(&self.document, field)?;
            forms::closest(form, attribute)
        });
        let Some(element) = element else { return };
        let payload = forms::changed(&self.document, &self.fields, element, field);
        let key = self.document.key(element);
        let source = if forms::is_form(element) { key } else { target };
        let is_box = matches!(forms::kind(field), "checkbox" | "radio");
        let toggled = (key == target && is_box).then_some(target);
        self.emit(key, attribute, payload, Some(target), Some(source), toggled);
    }

    /// A key goes down (`dj-keydown`) or up (`dj-keyup`) in an element.
    pub(super) fn on_key(&mut self, plain: &str, target: Key, key: &str) {
        let named = if key == " " {
            "space".to_owned()
        } else {
            key.to_lowercase()
        };
        let filtered = format!("{plain}.{named}");
        let Some(element) = self.document.element(target) else {
            return;
        };
        let found = std::iter::once(element)
            .chain(forms::ancestors(element))
            .find_map(|element| {
                let bound = [filtered.as_str(), plain];
                let attribute = bound
                    .into_iter()
                    .find(|name| element.attr(name).is_some())?;
                Some((element, attribute.to_owned()))
            });
        let Some((element, attribute)) = found else {
            return;
        };
        let mut payload = forms::values(element);
        payload.insert("_key".to_owned(), key.into());
        // A key that is waited for is not one of many.
        let limited = (attribute == plain).then_some(target);
        let element = self.document.key(element);
        self.emit(element, &attribute, payload, limited, None, None);
    }

    /// The element of a key that was just found.
    pub(super) fn known(&self, key: Key) -> ElementRef<'_> {
        match self.document.element(key) {
            Some(element) => element,
            None => self.fail(Failure::new("the element is not in the page any more")),
        }
    }
}
