//! What a user does with the mouse, and with a key.

use scraper::ElementRef;

use super::Page;
use super::find::label;
use crate::document::Key;
use crate::failure::Failure;
use crate::{describe, forms};

impl Page {
    /// Clicks the one element that the selector matches, and waits for what comes of it.
    ///
    /// As in a browser, the nearest element at or around it with `dj-click` is meant; a link without is followed, a button
    /// submits its form, a box is toggled, a label stands for its field.
    ///
    /// # Panics
    ///
    /// If there is no such element or more than one, if it is not shown or disabled, or if a click does nothing.
    #[track_caller]
    pub fn click(&mut self, selector: &str) -> impl Future<Output = ()> {
        self.begin(format!("click({selector:?})"));
        let target = self.usable(self.one(selector));
        self.clicked(target)
    }

    /// Clicks the one element that the selector matches and that has this text: the whole text, or else a part of it.
    ///
    /// # Panics
    ///
    /// As [`click`](Self::click).
    #[track_caller]
    pub fn click_text(&mut self, selector: &str, text: &str) -> impl Future<Output = ()> {
        self.begin(format!("click_text({selector:?}, {text:?})"));
        let target = self.usable(self.one_with_text(selector, text));
        self.clicked(target)
    }

    #[track_caller]
    fn clicked(&mut self, target: Key) -> impl Future<Output = ()> + use<'_> {
        // Once more when it happens; here, a failure still has the place in the test.
        self.check_click(target);
        async move {
            self.mouse_down(target);
            self.click_on(target).await;
            self.rest().await;
        }
    }

    /// Fails where a click comes to nothing.
    #[track_caller]
    fn check_click(&self, target: Key) {
        let element = self.known(target);
        let Some(bound) = forms::closest(element, "dj-click") else {
            let mut around = std::iter::once(element).chain(forms::ancestors(element));
            if !around.any(is_active) {
                self.does_nothing(element);
            }
            return;
        };
        if forms::is_disabled(bound) {
            self.fail(self.about("what has `dj-click` is disabled", bound, bound));
        }
        if let Some((control, elsewhere)) =
            control(bound).and_then(|control| Some((control, goes_elsewhere(control)?)))
        {
            self.fail(
                Failure::new(format!(
                    "the link opens elsewhere (`{elsewhere}`): no event is sent"
                ))
                .with("the element", format!("  {}", describe::brief(control))),
            );
        }
    }

    #[track_caller]
    fn does_nothing(&self, element: ElementRef<'_>) -> ! {
        self.fail(
            Failure::new("a click does nothing: no `dj-click` on the element or around it, and it is no link, button or field")
                .with("the element", format!("  {}", describe::brief(element))),
        );
    }

    /// The focus goes to what is clicked, if that can have it.
    fn mouse_down(&mut self, target: Key) {
        let element = self.known(target);
        let focusable = std::iter::once(element)
            .chain(forms::ancestors(element))
            .find(|element| is_focusable(*element))
            .map(|element| self.document.key(element));
        self.focus_on(focusable);
    }

    /// A click, by mouse or by key.
    pub(super) async fn click_on(&mut self, target: Key) {
        // What the user did before may have changed the page.
        self.check_click(target);
        let element = self.known(target);
        let bound = forms::closest(element, "dj-click").map(|element| self.document.key(element));
        let mut prevented = false;
        if let Some(bound) = bound {
            let element = self.known(bound);
            prevented = control(element).is_some();
            let payload = forms::values(element);
            self.emit(bound, "dj-click", payload, Some(bound), None, None);
        }
        if !prevented && !self.default_action(target).await && bound.is_none() {
            self.does_nothing(self.known(target));
        }
    }

    /// What a browser does with a click. `false`: nothing.
    async fn default_action(&mut self, target: Key) -> bool {
        let element = self.known(target);
        let active = std::iter::once(element)
            .chain(forms::ancestors(element))
            .find(|element| is_active(*element));
        let Some(active) = active else { return false };
        let key = self.document.key(active);
        match active.value().name() {
            "a" => {
                self.follow_link(key).await;
                true
            }
            "label" => {
                let Some(labelled) = self.labelled(active) else {
                    return false;
                };
                let disabled = forms::is_disabled(labelled);
                let labelled = self.document.key(labelled);
                if !disabled {
                    self.mouse_down(labelled);
                    Box::pin(self.click_on(labelled)).await;
                }
                true
            }
            "summary" => true,
            _ => self.activate(key).await,
        }
    }

    /// A button or field is clicked.
    async fn activate(&mut self, key: Key) -> bool {
        let field = self.known(key);
        if forms::is_submit_button(field) {
            let Some(form) = forms::form_of(&self.document, field) else {
                return false;
            };
            let form = self.document.key(form);
            self.submit_form(form, Some(key)).await;
            return true;
        }
        match forms::kind(field) {
            "reset" => {
                let form = forms::form_of(&self.document, field);
                let fields = form.map(|form| forms::elements(&self.document, form));
                let fields: Vec<Key> = fields
                    .into_iter()
                    .flatten()
                    .map(|field| self.document.key(field))
                    .collect();
                fields
                    .into_iter()
                    .for_each(|field| self.fields.reset(field));
                true
            }
            "checkbox" => {
                let on = !self.fields.is_checked(&self.document, field);
                self.toggle(key, on);
                true
            }
            "radio" => {
                if !self.fields.is_checked(&self.document, field) {
                    self.toggle(key, true);
                }
                true
            }
            "button" => false,
            // The focus is in it.
            _ => true,
        }
    }

    pub(super) fn toggle(&mut self, key: Key, on: bool) {
        if let Some(field) = self.document.element(key) {
            self.fields.set_checked(&self.document, field, on);
        }
        self.on_change("dj-input", key);
        self.on_change("dj-change", key);
    }

    fn labelled<'a>(&'a self, label: ElementRef<'a>) -> Option<ElementRef<'a>> {
        match label.attr("for") {
            Some(id) => self
                .document
                .elements()
                .find(|element| element.value().id() == Some(id)),
            None => label
                .descendants()
                .filter_map(ElementRef::wrap)
                .find(|element| {
                    matches!(
                        element.value().name(),
                        "input" | "select" | "textarea" | "button"
                    )
                }),
        }
    }

    /// Submits the one form that the selector matches, as the Enter key does: with its first submit button, if it has one.
    /// To submit it with another button, [`click`](Self::click) that.
    ///
    /// # Panics
    ///
    /// If there is no such form or more than one, or if a browser would not submit it: a required field is empty, the
    /// button is disabled.
    #[track_caller]
    pub fn submit(&mut self, selector: &str) -> impl Future<Output = ()> {
        self.begin(format!("submit({selector:?})"));
        let form = self.one(selector);
        if !forms::is_form(form) {
            self.fail(
                Failure::new("the element is no form; click a button, or name the form")
                    .with("the element", format!("  {}", describe::brief(form))),
            );
        }
        let form = self.document.key(form);
        async move {
            if let Some(focus) = self.focus {
                self.commit(focus);
            }
            self.submit_implicitly(form).await;
            self.rest().await;
        }
    }

    /// A form is submitted without its button being clicked: browsers click the first.
    pub(super) async fn submit_implicitly(&mut self, form: Key) {
        let elements = forms::elements(&self.document, self.known(form));
        let button = elements
            .into_iter()
            .find(|element| forms::is_submit_button(*element));
        if let Some(button) = button.filter(|button| forms::is_disabled(*button)) {
            self.fail(self.about("the form's submit button is disabled", button, button));
        }
        match button.map(|button| self.document.key(button)) {
            // The button may have an event of its own.
            Some(button) => Box::pin(self.click_on(button)).await,
            None => self.submit_form(form, None).await,
        }
    }

    async fn submit_form(&mut self, form: Key, submitter: Option<Key>) {
        let element = self.known(form);
        let button = submitter.map(|key| self.known(key));
        if let Some(complaint) = forms::invalid(&self.document, &self.fields, element, button) {
            self.fail(
                Failure::new("a browser would not submit the form")
                    .with("since", format!("  {complaint}")),
            );
        }
        if element.attr("dj-submit").is_some() {
            let payload = forms::form_values(&self.document, &self.fields, element, button);
            self.emit(form, "dj-submit", payload, None, Some(form), None);
        } else {
            self.submit_plainly(form, submitter).await;
        }
    }

    /// Presses a key in the one element that the selector matches: `"a"`, `"Enter"`, `"Escape"`, `"ArrowDown"`, `" "`.
    ///
    /// As in a browser, Enter in a field submits its form and Enter on a link or button clicks it, the space key clicks
    /// buttons and boxes, Tab leaves the field, and a letter is typed.
    ///
    /// # Panics
    ///
    /// If there is no such element or more than one, or if it is not shown or disabled.
    #[track_caller]
    pub fn key(&mut self, selector: &str, key: &str) -> impl Future<Output = ()> {
        self.begin(format!("key({selector:?}, {key:?})"));
        let target = self.usable(self.one(selector));
        let pressed = key.to_owned();
        async move {
            if is_focusable(self.known(target)) {
                self.focus_on(Some(target));
            }
            self.press_in(target, &pressed).await;
            self.rest().await;
        }
    }

    /// Presses a key where the focus is; see [`key`](Self::key).
    ///
    /// # Panics
    ///
    /// If nothing has the focus.
    #[track_caller]
    pub fn press(&mut self, key: &str) -> impl Future<Output = ()> {
        self.begin(format!("press({key:?})"));
        let target = self.focused();
        let pressed = key.to_owned();
        async move {
            self.press_in(target, &pressed).await;
            self.rest().await;
        }
    }

    pub(super) async fn press_in(&mut self, target: Key, pressed: &str) {
        self.on_key("dj-keydown", target, pressed);
        let Some(element) = self.document.element(target) else {
            return;
        };
        let is_button = matches!(element.value().name(), "button")
            || matches!(
                forms::kind(element),
                "submit" | "image" | "reset" | "button"
            );
        let is_box = matches!(forms::kind(element), "checkbox" | "radio");
        let is_link = element.value().name() == "a" && element.attr("href").is_some();
        match pressed {
            "Enter" if is_button || is_link => self.click_on(target).await,
            "Enter" if element.value().name() == "input" => {
                self.commit(target);
                if let Some(form) = forms::form_of(&self.document, self.known(target)) {
                    let form = self.document.key(form);
                    self.submit_implicitly(form).await;
                }
            }
            "Enter" if element.value().name() == "textarea" => self.insert(target, "\n"),
            " " if is_button || is_box => self.click_on(target).await,
            "Tab" => self.focus_on(None),
            "Backspace" if forms::is_text_field(element) => self.delete_last(target),
            letter if letter.chars().count() == 1 && forms::is_text_field(element) => {
                self.insert(target, letter);
            }
            _ => {}
        }
        self.on_key("dj-keyup", target, pressed);
    }

    /// Follows the one link that the selector matches: [`click`](Self::click), but the element has to be a link.
    ///
    /// # Panics
    ///
    /// As [`click`](Self::click), and if the element is no link.
    #[track_caller]
    pub fn follow(&mut self, selector: &str) -> impl Future<Output = ()> {
        self.begin(format!("follow({selector:?})"));
        let link = self.one(selector);
        if link.value().name() != "a" {
            self.fail(
                Failure::new("the element is no link")
                    .with("the element", format!("  {}", describe::brief(link))),
            );
        }
        let link = self.usable(link);
        self.clicked(link)
    }

    /// The labels of the buttons and links that a user can click, to see what there is.
    pub fn clickable(&self) -> Vec<String> {
        self.document
            .elements()
            .filter(|element| element.attr("dj-click").is_some() || is_active(*element))
            .filter(|element| !forms::is_disabled(*element))
            .map(label)
            .filter(|label| !label.is_empty())
            .collect()
    }
}

/// The link or button that a click at or in this element presses.
fn control(element: ElementRef<'_>) -> Option<ElementRef<'_>> {
    std::iter::once(element)
        .chain(forms::ancestors(element))
        .find(|element| matches!(element.value().name(), "a" | "button"))
}

/// Whether a click on this element does something by itself.
fn is_active(element: ElementRef<'_>) -> bool {
    match element.value().name() {
        "a" => element.attr("href").is_some(),
        "button" | "input" | "select" | "textarea" | "label" | "summary" => true,
        _ => false,
    }
}

pub(super) fn is_focusable(element: ElementRef<'_>) -> bool {
    let by_itself = match element.value().name() {
        "a" => element.attr("href").is_some(),
        "button" | "select" | "textarea" | "summary" => true,
        "input" => element.attr("type") != Some("hidden"),
        _ => false,
    };
    (by_itself && !forms::is_disabled(element)) || element.attr("tabindex").is_some()
}

/// The attribute by which a link opens in another window or is kept as a file.
pub(super) fn goes_elsewhere(link: ElementRef<'_>) -> Option<&'static str> {
    ["target", "download"].into_iter().find(|name| {
        link.attr(name)
            .is_some_and(|value| *name == "download" || value != "_self")
    })
}
