//! Elements by selector, and what is said when there is none, or when nobody could use it.

use scraper::{ElementRef, Selector};

use super::Page;
use crate::describe;
use crate::document::Key;
use crate::failure::Failure;
use crate::forms;

impl Page {
    #[track_caller]
    pub(super) fn selector(&self, selector: &str) -> Selector {
        match Selector::parse(selector) {
            Ok(parsed) => parsed,
            Err(error) => {
                // The library says where it did not expect that, and then what it is.
                let error = error.to_string();
                let what = error.lines().last().unwrap_or_default();
                self.fail(Failure::new(format!("{selector:?} is no selector: {what}")))
            }
        }
    }

    /// All elements that a selector matches.
    #[track_caller]
    pub(super) fn all(&self, selector: &str) -> Vec<ElementRef<'_>> {
        let mut found = self.document.select(&self.selector(selector));
        if let Some(scope) = self.scope {
            let scope = self.known(scope).id();
            found.retain(|element| forms::ancestors(*element).any(|outer| outer.id() == scope));
        }
        found
    }

    /// The next step looks for its elements within the one element that the selector matches and that has this text:
    /// `page.within("li", "Milk").click("button.delete").await`.
    ///
    /// # Panics
    ///
    /// If there is no such element or more than one.
    #[track_caller]
    pub fn within(&mut self, selector: &str, text: &str) -> &mut Self {
        self.begin(format!("within({selector:?}, {text:?})"));
        let found = self.one_with_text(selector, text);
        self.next_scope = Some(self.document.key(found));
        self
    }

    /// The one element that a selector matches.
    #[track_caller]
    pub(super) fn one(&self, selector: &str) -> ElementRef<'_> {
        let found = self.all(selector);
        match found[..] {
            [one] => one,
            [] => self.fail(self.no_element(selector)),
            _ => self.fail(
                Failure::new(format!(
                    "{} elements match, and only one can be meant",
                    found.len()
                ))
                .with("they are", describe::list(&found)),
            ),
        }
    }

    /// The one element that a selector matches and that says `text`; where none says just this, the one in which it stands.
    #[track_caller]
    pub(super) fn one_with_text(&self, selector: &str, text: &str) -> ElementRef<'_> {
        let text = crate::text::normal(text);
        let found = self.all(selector);
        if found.is_empty() {
            self.fail(self.no_element(selector));
        }
        let says = |element: &ElementRef<'_>| label(*element);
        let mut those: Vec<_> = found
            .iter()
            .copied()
            .filter(|element| says(element) == text)
            .collect();
        if those.is_empty() {
            those = found
                .iter()
                .copied()
                .filter(|element| says(element).contains(&text))
                .collect();
        }
        match those[..] {
            [one] => one,
            [] => self.fail(
                Failure::new(format!("no element that matches says {text:?}"))
                    .with("those that match", describe::list(&found)),
            ),
            _ => self.fail(
                Failure::new(format!(
                    "{} elements say that, and only one can be meant",
                    those.len()
                ))
                .with("they are", describe::list(&those)),
            ),
        }
    }

    pub(super) fn no_element(&self, selector: &str) -> Failure {
        let nearest = describe::nearest(&self.document, selector);
        Failure::new("no element matches")
            .with("the nearest", describe::list(&nearest))
            .with("the page", self.excerpt())
    }

    /// An element that a user can click or type into: it is shown, and enabled.
    #[track_caller]
    pub(super) fn usable(&self, element: ElementRef<'_>) -> Key {
        if let Some(hidden) = hidden_by(element) {
            self.fail(self.about("the element is not shown", element, hidden));
        }
        if let Some(disabled) = forms::disabled_by(element) {
            self.fail(self.about("the element is disabled", element, disabled));
        }
        self.document.key(element)
    }

    /// A complaint about an element, and about what is to blame.
    pub(super) fn about(
        &self,
        problem: &str,
        element: ElementRef<'_>,
        reason: ElementRef<'_>,
    ) -> Failure {
        let failure =
            Failure::new(problem).with("the element", format!("  {}", describe::brief(element)));
        if reason.id() == element.id() {
            failure
        } else {
            failure.with(
                "since it is inside of",
                format!("  {}", describe::start_tag(reason)),
            )
        }
    }
}

/// What is read on an element, or aloud where nothing stands on it: its text, a button's value, its `aria-label`.
pub(super) fn label(element: ElementRef<'_>) -> String {
    let text = match element.value().name() {
        "input" => element.attr("value").unwrap_or_default().to_owned(),
        _ => crate::text::of(element),
    };
    if text.is_empty() {
        let label = ["aria-label", "title", "alt"]
            .into_iter()
            .find_map(|name| element.attr(name));
        return label.map(crate::text::normal).unwrap_or_default();
    }
    text
}

/// What hides an element, as far as its HTML says it: itself, or something around it.
fn hidden_by(element: ElementRef<'_>) -> Option<ElementRef<'_>> {
    let mut inner = None;
    std::iter::once(element)
        .chain(forms::ancestors(element))
        .find(|outer| {
            let own = outer.value();
            let style = own.attr("style").unwrap_or_default().replace(' ', "");
            let closed = match own.name() {
                "dialog" => own.attr("open").is_none(),
                // What stands in the summary is shown.
                "details" => {
                    own.attr("open").is_none() && inner.is_some_and(|name| name != "summary")
                }
                "template" | "noscript" | "head" | "script" | "style" => true,
                "input" => own.attr("type") == Some("hidden"),
                _ => false,
            };
            inner = Some(own.name());
            closed
                || own.attr("hidden").is_some()
                || style.contains("display:none")
                || style.contains("visibility:hidden")
        })
}
