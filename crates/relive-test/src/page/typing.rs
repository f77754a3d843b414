//! What a user does to fields.

use scraper::ElementRef;

use super::Page;
use crate::document::Key;
use crate::failure::Failure;
use crate::{describe, fields, forms};

impl Page {
    /// Types text into the one field that the selector matches, letter by letter, after what is there, and stays in the
    /// field. Each letter is a `dj-keydown`, `dj-input` and `dj-keyup`; a debounced event waits for
    /// [`advance`](Self::advance) or [`settle`](Self::settle), and `dj-change` for the field to be left.
    ///
    /// # Panics
    ///
    /// If there is no such field or more than one, or if nobody could type into it.
    #[track_caller]
    pub fn type_into(&mut self, selector: &str, text: &str) -> impl Future<Output = ()> {
        self.begin(format!("type_into({selector:?}, {text:?})"));
        let field = self.text_field(self.one(selector));
        self.typed(field, text)
    }

    /// Types text where the focus is; see [`type_into`](Self::type_into).
    ///
    /// # Panics
    ///
    /// If no field has the focus.
    #[track_caller]
    pub fn type_text(&mut self, text: &str) -> impl Future<Output = ()> {
        self.begin(format!("type_text({text:?})"));
        let field = self.text_field(self.known(self.focused()));
        self.typed(field, text)
    }

    fn typed(&mut self, field: Key, text: &str) -> impl Future<Output = ()> + use<'_> {
        let text = text.to_owned();
        async move {
            self.focus_on(Some(field));
            for letter in text.chars() {
                match letter {
                    '\n' => self.press_in(field, "Enter").await,
                    letter => self.press_in(field, letter.encode_utf8(&mut [0; 4])).await,
                }
                if self.next.is_some() || self.document.element(field).is_none() {
                    break;
                }
            }
            self.rest().await;
        }
    }

    /// What has the focus.
    #[track_caller]
    pub(super) fn focused(&self) -> Key {
        match self.focus {
            Some(focus) => focus,
            None => self.fail(Failure::new("nothing has the focus")),
        }
    }

    /// Enters the one field that the selector matches, replaces what is in it by `text`, and leaves it: `dj-focus`,
    /// `dj-input`, `dj-change`, `dj-blur`.
    ///
    /// # Panics
    ///
    /// As [`type_into`](Self::type_into).
    #[track_caller]
    pub fn fill(&mut self, selector: &str, text: &str) -> impl Future<Output = ()> {
        self.begin(format!("fill({selector:?}, {text:?})"));
        let field = self.text_field(self.one(selector));
        let text = text.to_owned();
        async move {
            self.focus_on(Some(field));
            let now = self
                .document
                .element(field)
                .map(|field| self.fields.value(&self.document, field));
            if now.as_ref() != Some(&text) {
                self.fields.set_value(field, text);
                self.on_change("dj-input", field);
            }
            self.focus_on(None);
            self.rest().await;
        }
    }

    /// Puts the focus into the one element that the selector matches.
    ///
    /// # Panics
    ///
    /// If there is no such element or more than one, or if it cannot have the focus.
    #[track_caller]
    pub fn focus(&mut self, selector: &str) -> impl Future<Output = ()> {
        self.begin(format!("focus({selector:?})"));
        let element = self.one(selector);
        let key = self.usable(element);
        if !super::actions::is_focusable(element) {
            self.fail(self.about("the element cannot have the focus", element, element));
        }
        async move {
            self.focus_on(Some(key));
            self.rest().await;
        }
    }

    /// Leaves the element that has the focus: what was changed in it is told.
    #[track_caller]
    pub fn blur(&mut self) -> impl Future<Output = ()> {
        self.begin("blur()".to_owned());
        async move {
            self.focus_on(None);
            self.rest().await;
        }
    }

    /// Chooses an option of the one `select` that the selector matches, by its value or by its text.
    ///
    /// # Panics
    ///
    /// If there is no such list or more than one, or no such option, or if it is disabled.
    #[track_caller]
    pub fn choose(&mut self, selector: &str, option: &str) -> impl Future<Output = ()> {
        self.begin(format!("choose({selector:?}, {option:?})"));
        self.chosen(selector, &[option])
    }

    /// Chooses these options of the one `select multiple` that the selector matches, and no others.
    ///
    /// # Panics
    ///
    /// As [`choose`](Self::choose), and if only one can be chosen.
    #[track_caller]
    pub fn choose_all(&mut self, selector: &str, options: &[&str]) -> impl Future<Output = ()> {
        self.begin(format!("choose_all({selector:?}, {options:?})"));
        let select = self.one(selector);
        if select.attr("multiple").is_none() {
            self.fail(self.about(
                "only one option can be chosen: the list is not `multiple`",
                select,
                select,
            ));
        }
        self.chosen(selector, options)
    }

    #[track_caller]
    fn chosen(&mut self, selector: &str, wanted: &[&str]) -> impl Future<Output = ()> + use<'_> {
        let select = self.one(selector);
        if select.value().name() != "select" {
            self.fail(
                Failure::new("the element is no `select`")
                    .with("the element", format!("  {}", describe::brief(select))),
            );
        }
        let key = self.usable(select);
        let options = fields::options(select);
        let chosen: Vec<Key> = wanted
            .iter()
            .map(|wanted| {
                let option = options
                    .iter()
                    .find(|option| fields::option_value(**option) == *wanted)
                    .or_else(|| {
                        options
                            .iter()
                            .find(|option| crate::text::of(**option) == *wanted)
                    });
                match option {
                    Some(option) if fields::option_is_disabled(*option) => {
                        self.fail(self.about("the option is disabled", *option, *option))
                    }
                    Some(option) => self.document.key(*option),
                    None => self.fail(
                        Failure::new(format!("the list has no option {wanted:?}"))
                            .with("its options", describe::list(&options)),
                    ),
                }
            })
            .collect();
        async move {
            self.focus_on(Some(key));
            self.fields.set_chosen(key, chosen);
            self.on_change("dj-input", key);
            self.on_change("dj-change", key);
            self.rest().await;
        }
    }

    /// Turns on the one box or radio button that the selector matches; nothing happens where it is on.
    ///
    /// # Panics
    ///
    /// If there is no such box or more than one, or if it is disabled.
    #[track_caller]
    pub fn check(&mut self, selector: &str) -> impl Future<Output = ()> {
        self.begin(format!("check({selector:?})"));
        self.set_box(selector, true)
    }

    /// Turns off the one box that the selector matches; nothing happens where it is off.
    ///
    /// # Panics
    ///
    /// If there is no such box or more than one, or if it is disabled.
    #[track_caller]
    pub fn uncheck(&mut self, selector: &str) -> impl Future<Output = ()> {
        self.begin(format!("uncheck({selector:?})"));
        self.set_box(selector, false)
    }

    #[track_caller]
    fn set_box(&mut self, selector: &str, on: bool) -> impl Future<Output = ()> + use<'_> {
        let element = self.one(selector);
        let kind = forms::kind(element);
        if !(kind == "checkbox" || (kind == "radio" && on)) {
            let wanted = if on { "box or radio button" } else { "box" };
            self.fail(
                Failure::new(format!("the element is no {wanted}"))
                    .with("the element", format!("  {}", describe::brief(element))),
            );
        }
        let is_on = self.fields.is_checked(&self.document, element);
        let key = self.usable(element);
        async move {
            if is_on != on {
                self.focus_on(Some(key));
                self.click_on(key).await;
            }
            self.rest().await;
        }
    }

    #[track_caller]
    fn text_field(&self, field: ElementRef<'_>) -> Key {
        if !forms::is_text_field(field) {
            self.fail(
                Failure::new("nobody can type into the element")
                    .with("the element", format!("  {}", describe::brief(field))),
            );
        }
        if field.attr("readonly").is_some() {
            self.fail(self.about("the field is read-only", field, field));
        }
        self.usable(field)
    }

    /// Text is typed at the end of a field.
    pub(super) fn insert(&mut self, key: Key, text: &str) {
        let field = self.known(key);
        let limit = field
            .attr("maxlength")
            .and_then(|limit| limit.parse::<usize>().ok());
        let readonly = field.attr("readonly").is_some();
        let value = self.fields.value(&self.document, field) + text;
        // A browser takes no more.
        if readonly || limit.is_some_and(|limit| value.encode_utf16().count() > limit) {
            return;
        }
        self.fields.set_value(key, value);
        self.on_change("dj-input", key);
    }

    pub(super) fn delete_last(&mut self, key: Key) {
        let mut value = self.fields.value(&self.document, self.known(key));
        if value.pop().is_some() {
            self.fields.set_value(key, value);
            self.on_change("dj-input", key);
        }
    }
}
