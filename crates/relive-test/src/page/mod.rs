//! A page in a browser, without the browser.
//!
//! | File | Subject |
//! | --- | --- |
//! | `link` | the page's session: joining, what is sent and what comes |
//! | `messages` | what a message of the server does to the page |
//! | `emit` | from what the user does to events, at the rates that the template asks for |
//! | `find` | elements by selector, and what is said when they cannot be used |
//! | `actions`, `typing` | what a user does |
//! | `navigation` | links, forms that are no events, history |
//! | `time` | virtual time, and waiting |
//! | `read`, `assert` | what a test looks at |

mod actions;
mod assert;
mod emit;
mod find;
mod link;
mod messages;
mod navigation;
mod read;
mod time;
mod typing;

use std::collections::HashMap;
use std::panic::Location;

use relive_protocol::Value;
use relive_vdom::StreamChange;
use tokio::time::Instant;

use crate::browser::{Answer, Browser};
use crate::document::{Document, Key};
use crate::failure::{Failure, Step};
use crate::fields::Fields;
use emit::Held;
use link::Link;
use navigation::History;

pub use link::{Outcome, ServerError};

/// A page that a user has opened.
///
/// What it does, it does as a browser does: an element that cannot be clicked is not clicked, a form sends the fields
/// that a browser would send, and what was typed stays until the server says otherwise. Each method that acts waits until
/// the server has answered and nothing is left to do; it fails the test where a user could not have done that, or where
/// the server answered with an error.
pub struct Page {
    pub(crate) browser: Browser,
    pub(crate) document: Document,
    pub(crate) step: Step,
    fields: Fields,
    focus: Option<Key>,
    /// What the field that has the focus held when its last change was told.
    entered: String,
    link: Option<Link>,
    held: Vec<Held>,
    /// When a throttled element may send again.
    free: HashMap<Key, Instant>,
    history: History,
    pushed: Vec<(String, Value)>,
    stream_operations: Vec<(String, StreamChange)>,
    warnings: Vec<String>,
    /// What another view shows that the page is on its way to.
    landing: Option<Vec<(String, String)>>,
    errors: Vec<ServerError>,
    expected: Option<relive_protocol::ErrorKind>,
    /// The element within which the present step looks, and the one for the next.
    pub(crate) scope: Option<Key>,
    next_scope: Option<Key>,
    /// What has to be done before the page is at rest.
    next: Option<Next>,
}

/// What follows from a message before a step is over.
enum Next {
    /// A page load.
    Load { url: String, replace: bool },
    /// Another view takes the place of this one, and shows these messages.
    Follow {
        url: String,
        replace: bool,
        token: String,
        flash: Vec<(String, String)>,
    },
    /// A form that is sent over HTTP.
    Post { url: String, body: String },
    /// The session is gone: the page fetches itself again.
    Refetch,
    /// The page connects again.
    Reconnect,
}

impl Page {
    /// Opens a page. An error is what the test fails with.
    pub(crate) async fn open(
        browser: Browser,
        url: &str,
        at: &'static Location<'static>,
    ) -> Result<Page, String> {
        let what = format!("open({url:?})");
        let mut page = Page::request(browser, url, Step { what, at }).await?;
        page.join().await;
        page.rest().await;
        Ok(page)
    }

    pub(crate) async fn load(
        browser: Browser,
        url: &str,
        at: &'static Location<'static>,
    ) -> Result<Page, String> {
        let what = format!("load({url:?})");
        Page::request(browser, url, Step { what, at }).await
    }

    async fn request(browser: Browser, url: &str, step: Step) -> Result<Page, String> {
        let answer = browser.follow(url).await;
        let answer = Page::accept(&step, url, answer)?;
        let hash = url.split_once('#').map(|(_, hash)| format!("#{hash}"));
        let shown = format!("{}{}", answer.url, hash.unwrap_or_default());
        let (document, token) = match Document::parse(&answer.body) {
            Ok(read) => read,
            Err(error) => return Err(Failure::new(error).message(&step, url)),
        };
        let mut page = Page {
            browser,
            document,
            step,
            fields: Fields::default(),
            focus: None,
            entered: String::new(),
            link: token.map(Link::new),
            held: Vec::new(),
            free: HashMap::new(),
            history: History::new(shown),
            pushed: Vec::new(),
            stream_operations: Vec::new(),
            warnings: Vec::new(),
            landing: None,
            errors: Vec::new(),
            expected: None,
            scope: None,
            next_scope: None,
            next: None,
        };
        page.focus = page.autofocused().first().copied();
        Ok(page)
    }

    /// Takes an answer that is a page. An error is what the test fails with.
    fn accept(step: &Step, url: &str, answer: Result<Answer, String>) -> Result<Answer, String> {
        let answer = answer.map_err(|error| Failure::new(error).message(step, url))?;
        if answer.status >= 400 {
            let text = scraper::Html::parse_document(&answer.body);
            let said = crate::text::of(text.root_element());
            let failure = Failure::new(format!("HTTP answered with status {}", answer.status))
                .with("it said", format!("  {said}"));
            return Err(failure.message(step, url));
        }
        Ok(answer)
    }

    /// A new step of the test begins, on the page as it is now.
    #[track_caller]
    fn begin(&mut self, what: String) {
        self.begin_to_wait(what);
        if let Some(Next::Load { url, .. } | Next::Post { url, .. }) = &self.next {
            self.fail(Failure::new(format!(
                "the page is on its way to {url}; `page.settle().await` lets it arrive"
            )));
        }
    }

    /// A new step begins, which lets the page arrive where it is on its way to.
    #[track_caller]
    fn begin_to_wait(&mut self, what: String) {
        self.step = Step {
            what,
            at: Location::caller(),
        };
        self.scope = self.next_scope.take();
        self.errors.clear();
        self.take_arrived();
    }

    /// Path and query of the page, as the address bar has them, with the fragment if there is one.
    pub fn url(&self) -> String {
        self.history.url().to_owned()
    }
}
