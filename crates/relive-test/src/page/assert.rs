//! What a test demands of a page. Each says what is there instead.

use serde::Serialize;

use super::Page;
use crate::describe;
use crate::failure::Failure;

impl Page {
    /// The one element that the selector matches says just this.
    ///
    /// # Panics
    ///
    /// If it does not, or if there is no such element or more than one.
    #[track_caller]
    pub fn assert_text(&mut self, selector: &str, expected: &str) -> &mut Self {
        self.begin(format!("assert_text({selector:?}, {expected:?})"));
        let found = crate::text::of(self.one(selector));
        let expected = crate::text::normal(expected);
        if found != expected {
            self.fail(
                Failure::new("the text is another one")
                    .with("the text", describe::difference(&expected, &found)),
            );
        }
        self
    }

    /// The elements that the selector matches say just this, in this order.
    ///
    /// # Panics
    ///
    /// If they do not.
    #[track_caller]
    pub fn assert_texts(&mut self, selector: &str, expected: &[&str]) -> &mut Self {
        self.begin(format!("assert_texts({selector:?}, …)"));
        let found: Vec<String> = self
            .all(selector)
            .into_iter()
            .map(crate::text::of)
            .collect();
        if found != expected {
            let expected: Vec<String> = expected.iter().map(|text| (*text).to_owned()).collect();
            let lines = |texts: &[String]| {
                let lines = texts.iter().map(|text| format!("{text}\n"));
                lines.collect::<String>()
            };
            let mut failure = Failure::new("the texts are others").with(
                "the texts",
                describe::lines(&lines(&expected), &lines(&found)),
            );
            if found.is_empty() {
                failure = self.no_element(selector);
            }
            self.fail(failure);
        }
        self
    }

    /// The text of the one element that the selector matches has this in it.
    ///
    /// # Panics
    ///
    /// If it has not, or if there is no such element or more than one.
    #[track_caller]
    pub fn assert_contains(&mut self, selector: &str, part: &str) -> &mut Self {
        self.begin(format!("assert_contains({selector:?}, {part:?})"));
        let element = self.one(selector);
        if !crate::text::of(element).contains(&crate::text::normal(part)) {
            self.fail(
                Failure::new("the text does not contain that")
                    .with("the element", describe::tree(element)),
            );
        }
        self
    }

    /// An element matches the selector.
    ///
    /// # Panics
    ///
    /// If none does.
    #[track_caller]
    pub fn assert_has(&mut self, selector: &str) -> &mut Self {
        self.begin(format!("assert_has({selector:?})"));
        if self.all(selector).is_empty() {
            self.fail(self.no_element(selector));
        }
        self
    }

    /// No element matches the selector.
    ///
    /// # Panics
    ///
    /// If one does.
    #[track_caller]
    pub fn assert_missing(&mut self, selector: &str) -> &mut Self {
        self.begin(format!("assert_missing({selector:?})"));
        let found = self.all(selector);
        if !found.is_empty() {
            self.fail(
                Failure::new("there is such an element").with("it is", describe::list(&found)),
            );
        }
        self
    }

    /// So many elements match the selector.
    ///
    /// # Panics
    ///
    /// If there are more or fewer.
    #[track_caller]
    pub fn assert_count(&mut self, selector: &str, expected: usize) -> &mut Self {
        self.begin(format!("assert_count({selector:?}, {expected})"));
        let found = self.all(selector);
        if found.is_empty() && expected > 0 {
            self.fail(self.no_element(selector));
        }
        if found.len() != expected {
            self.fail(
                Failure::new(format!("{} elements match", found.len()))
                    .with("they are", describe::list(&found)),
            );
        }
        self
    }

    /// The one element that the selector matches has an attribute of this value.
    ///
    /// # Panics
    ///
    /// If it has not, or if there is no such element or more than one.
    #[track_caller]
    pub fn assert_attribute(&mut self, selector: &str, name: &str, expected: &str) -> &mut Self {
        self.begin(format!(
            "assert_attribute({selector:?}, {name:?}, {expected:?})"
        ));
        let element = self.one(selector);
        match element.attr(name) {
            Some(found) if found == expected => {}
            Some(found) => self.fail(
                Failure::new("the attribute is another one")
                    .with("the attribute", describe::difference(expected, found)),
            ),
            None => self.fail(
                Failure::new("the element has no such attribute")
                    .with("the element", format!("  {}", describe::brief(element))),
            ),
        }
        self
    }

    /// The one field that the selector matches shows this.
    ///
    /// # Panics
    ///
    /// If it does not, or if there is no such field or more than one.
    #[track_caller]
    pub fn assert_value(&mut self, selector: &str, expected: &str) -> &mut Self {
        let found = self.value(selector);
        self.begin(format!("assert_value({selector:?}, {expected:?})"));
        if found != expected {
            self.fail(
                Failure::new("the field shows something else")
                    .with("its value", describe::difference(expected, &found)),
            );
        }
        self
    }

    /// The page shows a flash message of this level and text.
    ///
    /// # Panics
    ///
    /// If it shows none.
    #[track_caller]
    pub fn assert_flash(&mut self, level: &str, text: &str) -> &mut Self {
        self.begin(format!("assert_flash({level:?}, {text:?})"));
        let shown: Vec<_> = self.document.flash().shown().collect();
        if !shown
            .iter()
            .any(|message| message.level == level && message.text == text)
        {
            let mut list: String = shown
                .iter()
                .map(|message| format!("  {}: {}\n", message.level, message.text))
                .collect();
            if list.is_empty() {
                list.push_str("  none\n");
            }
            let warnings: String = self
                .warnings
                .iter()
                .map(|warning| format!("  {warning}\n"))
                .collect();
            self.fail(
                Failure::new("the page shows no such message")
                    .with("its messages", list)
                    .with("its warnings", warnings),
            );
        }
        self
    }

    /// The address bar has this path and query.
    ///
    /// # Panics
    ///
    /// If it has another one.
    #[track_caller]
    pub fn assert_url(&mut self, expected: &str) -> &mut Self {
        self.begin(format!("assert_url({expected:?})"));
        let found = self.url();
        if found != expected {
            self.fail(
                Failure::new("the page is elsewhere")
                    .with("the address", describe::difference(expected, &found)),
            );
        }
        self
    }

    /// The page's title is this.
    ///
    /// # Panics
    ///
    /// If it is another one.
    #[track_caller]
    pub fn assert_title(&mut self, expected: &str) -> &mut Self {
        self.begin(format!("assert_title({expected:?})"));
        let found = self.document.title();
        if found != expected {
            self.fail(
                Failure::new("the title is another one")
                    .with("the title", describe::difference(expected, &found)),
            );
        }
        self
    }

    /// An event of this name and payload was pushed to the page's JavaScript.
    ///
    /// # Panics
    ///
    /// If none was.
    #[track_caller]
    pub fn assert_pushed(&mut self, name: &str, payload: impl Serialize) -> &mut Self {
        self.begin(format!("assert_pushed({name:?}, …)"));
        let expected = match serde_json::to_value(payload) {
            Ok(expected) => expected,
            Err(error) => self.fail(Failure::new(format!(
                "the payload cannot be written: {error}"
            ))),
        };
        if !self
            .pushed
            .iter()
            .any(|(own, payload)| own == name && *payload == expected)
        {
            let events: String = self
                .pushed
                .iter()
                .map(|(name, payload)| format!("  {name} {payload}\n"))
                .collect();
            self.fail(
                Failure::new("no such event was pushed")
                    .with("expected", format!("  {name} {expected}"))
                    .with("those that were", events),
            );
        }
        self
    }
}
