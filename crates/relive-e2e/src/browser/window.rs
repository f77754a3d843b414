//! One window of a browser, and what a person would do and see in it.

use std::panic::Location;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use fantoccini::actions::{InputSource, KeyAction, KeyActions};
use fantoccini::elements::Element;
pub use fantoccini::key::Key;
use fantoccini::wd::WindowHandle;
use fantoccini::{Client, Locator};
use serde_json::{Value, json};
use tokio::time::timeout;

use super::session::{Session, Trouble, Vendor};

/// How long a helper waits before it gives up; generous, since test machines are slow at times.
const DEADLINE: Duration = Duration::from_secs(20);
/// How often a helper looks again.
const INTERVAL: Duration = Duration::from_millis(20);

/// One window of a browser.
///
/// Elements are named by CSS selectors; the first one that fits is meant. Helpers wait until they can do what they
/// should, up to the deadline, and then panic with the place in the test that asked for it.
pub struct Window {
    session: Arc<Session>,
    handle: WindowHandle,
    deadline: Duration,
}

impl Window {
    pub(super) fn new(session: Arc<Session>, handle: WindowHandle) -> Self {
        Self {
            session,
            handle,
            deadline: DEADLINE,
        }
    }

    /// Sets how long helpers wait (20 seconds where nothing is said).
    pub fn set_deadline(&mut self, deadline: Duration) {
        self.deadline = deadline;
    }

    // Going places.

    /// Loads a page, and waits until it is loaded.
    #[track_caller]
    pub fn goto(&self, url: &str) -> impl Future<Output = ()> {
        self.goto_from(Location::caller(), url)
    }

    pub(super) async fn goto_from(&self, at: &Location<'static>, url: &str) {
        let what = || format!("load {url}");
        self.once(at, what, async |client| Ok(client.goto(url).await?))
            .await;
    }

    /// Loads the page again.
    #[track_caller]
    pub fn reload(&self) -> impl Future<Output = ()> {
        let at = Location::caller();
        self.once(
            at,
            || "reload".into(),
            async |client| Ok(client.refresh().await?),
        )
    }

    /// Goes one step back in the history.
    #[track_caller]
    pub fn back(&self) -> impl Future<Output = ()> {
        let at = Location::caller();
        self.once(
            at,
            || "go back".into(),
            async |client| Ok(client.back().await?),
        )
    }

    /// Goes one step forward in the history.
    #[track_caller]
    pub fn forward(&self) -> impl Future<Output = ()> {
        let at = Location::caller();
        self.once(
            at,
            || "go forward".into(),
            async |client| Ok(client.forward().await?),
        )
    }

    /// The page's address.
    #[track_caller]
    pub fn url(&self) -> impl Future<Output = String> {
        let at = Location::caller();
        self.once(
            at,
            || "tell its address".into(),
            async |client| Ok(client.current_url().await?.to_string()),
        )
    }

    /// Closes the window.
    #[track_caller]
    pub fn close(self) -> impl Future<Output = ()> {
        let at = Location::caller();
        async move {
            self.once(
                at,
                || "close".into(),
                async |client| Ok(client.close_window().await?),
            )
            .await;
        }
    }

    // Looking.

    /// The value of a JavaScript expression; a promise's outcome where it is one.
    #[track_caller]
    pub fn eval(&self, expression: &str) -> impl Future<Output = Value> {
        let at = Location::caller();
        async move {
            self.run_from(at, &format!("return ({expression});"), Vec::new())
                .await
        }
    }

    /// Runs statements with `arguments`, and gives what they return (awaited, where it is a promise).
    #[track_caller]
    pub fn run(&self, statements: &str, arguments: Vec<Value>) -> impl Future<Output = Value> {
        self.run_from(Location::caller(), statements, arguments)
    }

    async fn run_from(&self, at: &Location<'static>, script: &str, arguments: Vec<Value>) -> Value {
        let what = || format!("run\n{}", clip(script));
        self.once(at, what, async |client| {
            Ok(client.execute(script, arguments).await?)
        })
        .await
    }

    /// Waits until a JavaScript expression is true.
    #[track_caller]
    pub fn wait_until(&self, expression: &str) -> impl Future<Output = ()> {
        let at = Location::caller();
        async move {
            let script = format!("return Boolean({expression});");
            let what = || format!("wait until {expression}");
            self.until(at, what, async |client| {
                match client.execute(&script, Vec::new()).await? {
                    Value::Bool(true) => Ok(()),
                    _ => Err(Trouble("it is not so".into())),
                }
            })
            .await;
        }
    }

    /// Waits until an element is there.
    #[track_caller]
    pub fn wait_for(&self, selector: &str) -> impl Future<Output = ()> {
        let at = Location::caller();
        let what = move || format!("wait for {selector}");
        self.until(at, what, async move |client| {
            client.find(Locator::Css(selector)).await?;
            Ok(())
        })
    }

    /// Waits until no such element is there.
    #[track_caller]
    pub fn wait_for_none(&self, selector: &str) -> impl Future<Output = ()> {
        self.wait_for_count_from(Location::caller(), selector, 0)
    }

    /// Waits until there are so many such elements.
    #[track_caller]
    pub fn wait_for_count(&self, selector: &str, count: usize) -> impl Future<Output = ()> {
        self.wait_for_count_from(Location::caller(), selector, count)
    }

    async fn wait_for_count_from(&self, at: &Location<'static>, selector: &str, count: usize) {
        let what = || format!("wait for {count} of {selector}");
        self.until(at, what, async |client| {
            let found = client.find_all(Locator::Css(selector)).await?.len();
            if found == count {
                Ok(())
            } else {
                Err(Trouble(format!("there are {found}")))
            }
        })
        .await;
    }

    /// Waits until the texts of all such elements, in document order, are these.
    #[track_caller]
    pub fn wait_for_texts(&self, selector: &str, texts: &[&str]) -> impl Future<Output = ()> {
        let at = Location::caller();
        let what = move || format!("wait for {selector} to say {texts:?}");
        self.until(at, what, async move |client| {
            let found = client.execute(TEXTS, vec![json!(selector)]).await?;
            if found == json!(texts) {
                Ok(())
            } else {
                Err(Trouble(format!("they say {found}")))
            }
        })
    }

    /// Waits until an element's text, with space at its ends taken off and other space made single, is this.
    #[track_caller]
    pub fn wait_for_text(&self, selector: &str, text: &str) -> impl Future<Output = ()> {
        let at = Location::caller();
        let what = move || format!("wait for {selector} to say {text:?}");
        self.until(at, what, async move |client| {
            let found = client.execute(TEXTS, vec![json!(selector)]).await?;
            match found.get(0) {
                Some(found) if found == text => Ok(()),
                Some(found) => Err(Trouble(format!("it says {found}"))),
                None => Err(Trouble("it is not there".into())),
            }
        })
    }

    /// The texts of all such elements in document order, with space made single.
    #[track_caller]
    pub fn texts(&self, selector: &str) -> impl Future<Output = Vec<String>> {
        let at = Location::caller();
        async move {
            let texts = self.run_from(at, TEXTS, vec![json!(selector)]).await;
            let texts = texts.as_array().into_iter().flatten();
            texts
                .map(|text| text.as_str().unwrap_or_default().to_owned())
                .collect()
        }
    }

    /// A property of an element, `value` for instance.
    #[track_caller]
    pub fn property(&self, selector: &str, name: &str) -> impl Future<Output = Value> {
        let at = Location::caller();
        let what = move || format!("tell the {name} of {selector}");
        self.until(at, what, async move |client| {
            let script = "const e = document.querySelector(arguments[0]); \
                          return e ? [e[arguments[1]]] : null";
            let mut found = client
                .execute(script, vec![json!(selector), json!(name)])
                .await?;
            if found.is_null() {
                Err(Trouble("it is not there".into()))
            } else {
                Ok(found[0].take())
            }
        })
    }

    /// Waits until a property of an element is this.
    #[track_caller]
    pub fn wait_for_property(
        &self,
        selector: &str,
        name: &str,
        value: impl Into<Value>,
    ) -> impl Future<Output = ()> {
        let (at, value) = (Location::caller(), value.into());
        async move {
            let what = || format!("wait for the {name} of {selector} to be {value}");
            self.until(at, what, async |client| {
                let script = "return document.querySelector(arguments[0])?.[arguments[1]] ?? null";
                let found = client
                    .execute(script, vec![json!(selector), json!(name)])
                    .await?;
                if found == value {
                    Ok(())
                } else {
                    Err(Trouble(format!("it is {found}")))
                }
            })
            .await;
        }
    }

    /// Keeps a screenshot.
    #[track_caller]
    pub fn screenshot(&self, file: impl AsRef<Path>) -> impl Future<Output = ()> {
        let at = Location::caller();
        async move {
            let file = file.as_ref();
            let what = || format!("keep a screenshot in {}", file.display());
            self.once(at, what, async |client| {
                let image = client.screenshot().await?;
                std::fs::write(file, image).map_err(|error| Trouble(error.to_string()))
            })
            .await;
        }
    }

    // Doing.

    /// Clicks the middle of an element, scrolled into view.
    #[track_caller]
    pub fn click(&self, selector: &str) -> impl Future<Output = ()> {
        let at = Location::caller();
        let what = move || format!("click {selector}");
        self.until(at, what, async move |client| {
            Ok(find(client, selector).await?.click().await?)
        })
    }

    /// Types text, a key at a time, behind what an element contains; the element gets the focus.
    #[track_caller]
    pub fn type_into(&self, selector: &str, text: &str) -> impl Future<Output = ()> {
        let at = Location::caller();
        let what = move || format!("type {text:?} into {selector}");
        self.until(at, what, async move |client| {
            Ok(find(client, selector).await?.send_keys(text).await?)
        })
    }

    /// Empties a field as a person would, and types text into it.
    #[track_caller]
    pub fn fill(&self, selector: &str, text: &str) -> impl Future<Output = ()> {
        let at = Location::caller();
        let what = move || format!("fill {selector} with {text:?}");
        self.until(at, what, async move |client| {
            let element = find(client, selector).await?;
            element.click().await?;
            let everything = format!("{}a{}", char::from(Key::Control), char::from(Key::Null));
            element.send_keys(&everything).await?;
            let backspace = char::from(Key::Backspace).to_string();
            Ok(element.send_keys(&format!("{backspace}{text}")).await?)
        })
    }

    /// Chooses an option of a select by its value.
    #[track_caller]
    pub fn select(&self, selector: &str, value: &str) -> impl Future<Output = ()> {
        let at = Location::caller();
        let what = move || format!("choose {value:?} in {selector}");
        self.until(at, what, async move |client| {
            Ok(find(client, selector).await?.select_by_value(value).await?)
        })
    }

    /// Types text, a key at a time, into whatever has the focus.
    #[track_caller]
    pub fn type_text(&self, text: &str) -> impl Future<Output = ()> {
        let at = Location::caller();
        async move {
            let what = || format!("type {text:?}");
            self.once(at, what, async |client| press(client, text.chars()).await)
                .await;
        }
    }

    /// Presses a key, for whatever has the focus.
    #[track_caller]
    pub fn press(&self, key: Key) -> impl Future<Output = ()> {
        let at = Location::caller();
        async move {
            let what = || format!("press {key:?}");
            self.once(at, what, async |client| {
                press(client, [char::from(key)]).await
            })
            .await;
        }
    }

    /// Sends a command of the Chrome DevTools protocol, for what a person cannot do: `Network.emulateNetworkConditions`,
    /// `Input.imeSetComposition`, `Page.setWebLifecycleState` …
    #[track_caller]
    pub fn devtools(&self, command: &str, parameters: Value) -> impl Future<Output = Value> {
        let at = Location::caller();
        async move {
            let what = || format!("do {command}");
            let body = json!({ "cmd": command, "params": parameters });
            self.once(at, what, async |client| {
                Ok(client
                    .issue_cmd(Vendor {
                        path: "goog/cdp/execute",
                        body,
                    })
                    .await?)
            })
            .await
        }
    }

    // How.

    /// Does something once, within the deadline.
    async fn once<T>(
        &self,
        at: &Location<'static>,
        what: impl Fn() -> String,
        commands: impl AsyncFnOnce(&Client) -> Result<T, Trouble>,
    ) -> T {
        let done = timeout(
            self.deadline,
            self.session.with_window(&self.handle, commands),
        )
        .await;
        match done {
            Ok(Ok(value)) => value,
            Ok(Err(Trouble(trouble))) => panic!("{at}: the page should {}: {trouble}", what()),
            Err(_) => panic!(
                "{at}: the page should {}: no answer in {:?}",
                what(),
                self.deadline
            ),
        }
    }

    /// Does something again and again until it succeeds, within the deadline.
    async fn until<T>(
        &self,
        at: &Location<'static>,
        what: impl Fn() -> String,
        mut commands: impl AsyncFnMut(&Client) -> Result<T, Trouble>,
    ) -> T {
        let start = Instant::now();
        let mut last = String::from("no answer");
        while let Some(left) = self.deadline.checked_sub(start.elapsed()) {
            let tried = self
                .session
                .with_window(&self.handle, async |client| commands(client).await);
            match timeout(left, tried).await {
                Ok(Ok(value)) => return value,
                Ok(Err(Trouble(trouble))) => last = trouble,
                Err(_) => break,
            }
            tokio::time::sleep(INTERVAL).await;
        }
        panic!(
            "{at}: the page should {}; after {:?}: {last}",
            what(),
            self.deadline
        );
    }
}

/// The texts of all elements of a selector.
const TEXTS: &str = r"
    return [...document.querySelectorAll(arguments[0])]
        .map((element) => element.textContent.replace(/\s+/g, ' ').trim());
";

async fn find(client: &Client, selector: &str) -> Result<Element, Trouble> {
    Ok(client.find(Locator::Css(selector)).await?)
}

async fn press(client: &Client, keys: impl IntoIterator<Item = char>) -> Result<(), Trouble> {
    let mut actions = KeyActions::new("keyboard".into());
    for value in keys {
        actions = actions
            .then(KeyAction::Down { value })
            .then(KeyAction::Up { value });
    }
    Ok(client.perform_actions(actions).await?)
}

/// The beginning of a script, for a message.
fn clip(script: &str) -> &str {
    &script[..script.floor_char_boundary(400)]
}
