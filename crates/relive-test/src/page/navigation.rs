//! Where the page is: links, forms that are no events, back and forward.

use super::actions::goes_elsewhere;
use super::link::{Link, What};
use super::{Next, Page};
use crate::document::{Document, Key};
use crate::failure::{Failure, fail_with};
use crate::{describe, forms};

/// The browser's history of one tab.
pub(super) struct History {
    entries: Vec<Entry>,
    at: usize,
    /// Counts page loads.
    loads: u32,
}

#[derive(Clone)]
struct Entry {
    url: String,
    /// The page load that the entry belongs to.
    load: u32,
}

impl History {
    pub(super) fn new(url: String) -> Self {
        History {
            entries: vec![Entry { url, load: 0 }],
            at: 0,
            loads: 0,
        }
    }

    pub(super) fn url(&self) -> &str {
        &self.entries[self.at].url
    }

    /// The address changes without a page load.
    pub(super) fn set(&mut self, url: String, replace: bool) {
        if replace {
            self.entries[self.at].url = url;
        } else if url != self.url() {
            self.push(url);
        }
    }

    /// Another page is loaded.
    fn load(&mut self, url: String, replace: bool) {
        self.loads += 1;
        if replace || url == self.url() {
            let load = self.loads;
            self.entries[self.at] = Entry { url, load };
        } else {
            self.push(url);
        }
    }

    fn push(&mut self, url: String) {
        self.entries.truncate(self.at + 1);
        self.entries.push(Entry {
            url,
            load: self.loads,
        });
        self.at += 1;
    }
}

impl Page {
    pub(super) async fn follow_link(&mut self, link: Key) {
        let element = self.known(link);
        let href = element.attr("href").unwrap_or_default().to_owned();
        if let Some(attribute) = goes_elsewhere(element) {
            self.fail(
                Failure::new(format!("the link opens elsewhere (`{attribute}`)"))
                    .with("the element", format!("  {}", describe::brief(element))),
            );
        }
        let bound = |name: &str| {
            let value = element.attr(name)?;
            Some(if value.is_empty() { &href } else { value }.to_owned())
        };
        let (view, patch) = (bound("dj-navigate"), bound("dj-patch"));
        let to = self.resolve(view.as_ref().or(patch.as_ref()).unwrap_or(&href));
        let (path, hash) = to.split_once('#').unwrap_or((&to, ""));
        if path == self.address() && !hash.is_empty() {
            // Another place on the same page.
            return self.history.set(to, false);
        }
        let path = path.to_owned();
        if self.link.is_none() || (view.is_none() && patch.is_none()) {
            self.next = Some(Next::Load {
                url: to,
                replace: false,
            });
            return;
        }
        self.release_all();
        if view.is_some() {
            self.visit(to, true);
        } else {
            self.history.set(to, false);
            self.visit(path, false);
        }
    }

    /// The path and query of a link on this page.
    fn resolve(&self, link: &str) -> String {
        match self.browser.resolve(&self.url(), link) {
            Ok(to) => to,
            Err(error) => self.fail(Failure::new(format!(
                "the link leads out of the application: {error}"
            ))),
        }
    }

    /// A form without `dj-submit` is submitted: the browser goes where it leads.
    pub(super) async fn submit_plainly(&mut self, form: Key, submitter: Option<Key>) {
        let element = self.known(form);
        let button = submitter.map(|key| self.known(key));
        let setting = |name: &str| {
            let own = button.and_then(|button| button.attr(&format!("form{name}")));
            own.or_else(|| element.attr(name))
                .unwrap_or_default()
                .to_owned()
        };
        let entries = forms::entries(&self.document, &self.fields, element, button);
        let body = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(entries)
            .finish();
        let action = match setting("action") {
            action if action.is_empty() => self.address(),
            action => self.resolve(&action),
        };
        self.next = Some(if setting("method").eq_ignore_ascii_case("post") {
            Next::Post { url: action, body }
        } else {
            let path = action.split(['?', '#']).next().unwrap_or_default();
            Next::Load {
                url: format!("{path}?{body}"),
                replace: false,
            }
        });
    }

    /// Loads another page in this tab.
    pub(super) async fn go(&mut self, url: &str, replace: bool) {
        self.leave().await;
        let answer = self.browser.follow(url).await;
        self.arrive(url, answer, replace).await;
    }

    /// A form is sent, and the browser shows what is answered.
    pub(super) async fn post(&mut self, url: String, body: String) {
        self.leave().await;
        let answer = self.browser.post(&url, body).await;
        // A form that was not right is shown again, with what is wrong.
        let answer = match answer.status {
            400 | 401 | 409 | 422 => Ok(crate::browser::Answer {
                status: 200,
                ..answer
            }),
            _ => self.browser.follow_from(&url, answer).await,
        };
        self.arrive(&url, answer, false).await;
    }

    async fn arrive(
        &mut self,
        url: &str,
        answer: Result<crate::browser::Answer, String>,
        replace: bool,
    ) {
        let answer = Page::accept(&self.step, url, answer).unwrap_or_else(fail_with);
        let hash = url.split_once('#').map(|(_, hash)| format!("#{hash}"));
        let shown = format!("{}{}", answer.url, hash.unwrap_or_default());
        self.history.load(shown, replace);
        self.show(&answer.body);
        self.join().await;
    }

    fn show(&mut self, html: &str) {
        let (document, token) = match Document::parse(html) {
            Ok(read) => read,
            Err(error) => self.fail(Failure::new(error)),
        };
        self.landing = None;
        self.document = document;
        self.link = token.map(Link::new);
        self.fields = Default::default();
        self.held.clear();
        self.free.clear();
        self.focus = self.autofocused().first().copied();
    }

    /// What a page does when it goes away for good.
    async fn leave(&mut self) {
        self.release_all();
        self.deliver().await;
        if self.is_connected() {
            let reason = "left".to_owned();
            self.send(&relive_protocol::FromPage::Leave { region: 0, reason })
                .await;
        }
        if let Some(link) = &mut self.link {
            link.cut();
        }
    }

    /// The session is gone: the page fetches itself again and joins the one that comes with it. What the user typed, and
    /// did since, goes along.
    pub(super) async fn refetch(&mut self) {
        let url = self.url();
        let answer = self.browser.follow(&url).await;
        let answer = Page::accept(&self.step, &url, answer).unwrap_or_else(fail_with);
        let fresh = match Document::parse(&answer.body) {
            Ok(fresh) => fresh,
            Err(error) => self.fail(Failure::new(error)),
        };
        let (fresh, Some(token)) = fresh else {
            self.next = Some(Next::Load {
                url: answer.url,
                replace: true,
            });
            return;
        };
        if answer.url != self.address() {
            self.next = Some(Next::Load {
                url: answer.url,
                replace: true,
            });
            return;
        }
        let carried = self.document.replace_live(fresh);
        self.carry(&carried);
        if let Some(link) = &mut self.link {
            link.token = token;
            link.session = None;
            link.seq = 0;
            link.ended = None;
        }
        self.join().await;
    }

    /// Goes to another page in this tab, as when its address is entered.
    #[track_caller]
    pub fn visit_url(&mut self, url: &str) -> impl Future<Output = ()> {
        self.begin(format!("visit_url({url:?})"));
        self.next = Some(Next::Load {
            url: url.to_owned(),
            replace: false,
        });
        self.rest()
    }

    /// Loads the page again.
    #[track_caller]
    pub fn reload(&mut self) -> impl Future<Output = ()> {
        self.begin("reload()".to_owned());
        let url = self.url();
        self.next = Some(Next::Load { url, replace: true });
        self.rest()
    }

    /// Closes the tab: the session ends, and its view's `disconnect` has run.
    #[track_caller]
    pub fn close(mut self) -> impl Future<Output = ()> {
        self.begin("close()".to_owned());
        async move {
            self.leave().await;
            self.browser.runtime.idle().await;
        }
    }

    /// Goes one entry back in the tab's history.
    ///
    /// # Panics
    ///
    /// If there is none.
    #[track_caller]
    pub fn back(&mut self) -> impl Future<Output = ()> {
        self.begin("back()".to_owned());
        let to = self.history.at.checked_sub(1);
        self.travel(to)
    }

    /// Goes one entry forward in the tab's history.
    ///
    /// # Panics
    ///
    /// If there is none.
    #[track_caller]
    pub fn forward(&mut self) -> impl Future<Output = ()> {
        self.begin("forward()".to_owned());
        let to = Some(self.history.at + 1).filter(|at| *at < self.history.entries.len());
        self.travel(to)
    }

    #[track_caller]
    fn travel(&mut self, to: Option<usize>) -> impl Future<Output = ()> + use<'_> {
        let Some(to) = to else {
            self.fail(
                Failure::new("the history has no such entry")
                    .with("its entries", self.history_list()),
            );
        };
        let from = self.history.entries[self.history.at].clone();
        self.history.at = to;
        let entry = self.history.entries[to].clone();
        let path = |url: &str| url.split('#').next().unwrap_or_default().to_owned();
        if entry.load != from.load {
            self.next = Some(Next::Load {
                url: entry.url,
                replace: true,
            });
        } else if path(&entry.url) != path(&from.url) {
            self.release_all();
            self.visit(path(&entry.url), false);
        }
        self.rest()
    }

    fn history_list(&self) -> String {
        let entries = self.history.entries.iter().enumerate();
        entries
            .map(|(at, entry)| {
                let mark = if at == self.history.at { "→" } else { " " };
                format!("  {mark} {}\n", entry.url)
            })
            .collect()
    }

    /// The addresses in the tab's history, and which one is shown.
    pub fn history(&self) -> (Vec<String>, usize) {
        let urls = self.history.entries.iter().map(|entry| entry.url.clone());
        (urls.collect(), self.history.at)
    }

    /// The events and visits that wait for an answer, by name: those that the user made while there was no connection.
    pub fn unsent(&self) -> Vec<String> {
        let waiting = self.link.iter().flat_map(|link| &link.waiting);
        waiting
            .map(|waiting| match &waiting.what {
                What::Event { name, .. } => name.clone(),
                What::Visit { url, .. } => url.clone(),
            })
            .collect()
    }
}
