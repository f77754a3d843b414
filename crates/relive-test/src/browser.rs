//! A browser: a cookie jar, and requests over HTTP.

use std::collections::BTreeMap;
use std::panic::Location;
use std::sync::{Arc, Mutex, PoisonError};

use http::{HeaderMap, Method, Request};
use relive_runtime::Runtime;

use crate::page::Page;
use crate::wire::{Wire, Wires};

/// Redirects in a row after which a browser gives up.
const MAX_REDIRECTS: usize = 10;

/// A browser of one user: its pages share its cookies. A clone is the same browser.
#[derive(Clone)]
pub struct Browser {
    pub(crate) runtime: Runtime,
    pub(crate) wires: Wires,
    cookies: Arc<Mutex<BTreeMap<String, String>>>,
    /// Scheme and host, as the browser's address bar has them.
    pub(crate) origin: Arc<str>,
}

/// What HTTP answered.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: String,
    /// Path and query that it came from, after redirects.
    pub url: String,
}

impl Answer {
    /// The value of a header, where it has one.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

impl Browser {
    pub(crate) fn new(runtime: Runtime, wires: Wires, origin: Arc<str>) -> Self {
        Browser {
            runtime,
            wires,
            cookies: Arc::default(),
            origin,
        }
    }

    /// Opens a page as a user does: asks for it, follows redirects, and lets the page join.
    ///
    /// # Panics
    ///
    /// If the answer is not a page, or the page cannot join.
    #[track_caller]
    pub fn open(&self, url: &str) -> impl Future<Output = Page> {
        let at = Location::caller();
        let (browser, url) = (self.clone(), url.to_owned());
        async move { Page::open(browser, &url, at).await }
    }

    /// Asks for a page and does not let it join: what a browser shows before its script runs, or what a crawler sees.
    #[track_caller]
    pub fn load(&self, url: &str) -> impl Future<Output = Page> {
        let at = Location::caller();
        let (browser, url) = (self.clone(), url.to_owned());
        async move { Page::load(browser, &url, at).await }
    }

    /// Sends one GET request, and follows no redirect.
    pub async fn get(&self, url: &str) -> Answer {
        self.request(Method::GET, url, &[]).await
    }

    /// The value of a cookie.
    pub fn cookie(&self, name: &str) -> Option<String> {
        self.cookies().get(name).cloned()
    }

    /// Sets a cookie, or takes it out.
    pub fn set_cookie(&self, name: &str, value: Option<&str>) {
        match value {
            Some(value) => self.cookies().insert(name.to_owned(), value.to_owned()),
            None => self.cookies().remove(name),
        };
    }

    /// Asks for a URL until the answer is not another one.
    pub(crate) async fn follow(&self, url: &str) -> Result<Answer, String> {
        let mut way = vec![url.to_owned()];
        loop {
            let url = way.last().cloned().unwrap_or_default();
            let answer = self.get(&url).await;
            let Some(to) = (300..400)
                .contains(&answer.status)
                .then(|| answer.header("location"))
                .flatten()
            else {
                return Ok(answer);
            };
            let to = self.resolve(&url, to)?;
            way.push(to);
            if way.len() > MAX_REDIRECTS {
                return Err(format!(
                    "more than {MAX_REDIRECTS} redirects: {}",
                    way.join(" → ")
                ));
            }
        }
    }

    /// The path and query (and fragment) that a link on `base` leads to; an error where that is elsewhere.
    pub(crate) fn resolve(&self, base: &str, link: &str) -> Result<String, String> {
        let base = format!("{}{base}", self.origin);
        let base =
            url::Url::parse(&base).map_err(|error| format!("{base:?} is no URL: {error}"))?;
        let to = base
            .join(link)
            .map_err(|error| format!("{link:?} is no URL: {error}"))?;
        let own = url::Url::parse(&self.origin).map(|own| own.origin());
        if Ok(to.origin()) != own {
            return Err(format!("{to} is on another site than {}", self.origin));
        }
        Ok(to[url::Position::BeforePath..].to_owned())
    }

    async fn request(&self, method: Method, url: &str, headers: &[(&str, &str)]) -> Answer {
        let path = url.split('#').next().unwrap_or_default();
        let head = self.head(method, path, headers);
        let answer = match self.runtime.page(&head, None).await {
            Some(response) => response,
            None => {
                let mut response = http::Response::new("no route has this path\n".to_owned());
                *response.status_mut() = http::StatusCode::NOT_FOUND;
                response
            }
        };
        let (parts, body) = answer.into_parts();
        self.keep_cookies(&parts.headers);
        Answer {
            status: parts.status.as_u16(),
            headers: parts.headers,
            body,
            url: path.to_owned(),
        }
    }

    pub(crate) fn connect(&self) -> Result<Arc<Wire>, String> {
        let head = self.head(Method::GET, "/_relive/ws", &[("origin", &self.origin)]);
        self.runtime
            .connect(&head, None)
            .map(|connected| self.wires.add(connected))
            .map_err(|response| response.into_body())
    }

    fn head(&self, method: Method, path: &str, headers: &[(&str, &str)]) -> http::request::Parts {
        let host = self.origin.split("://").last().unwrap_or_default();
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header("host", host)
            .header("accept", "text/html");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let cookies: Vec<String> = self
            .cookies()
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        if !cookies.is_empty() {
            request = request.header("cookie", cookies.join("; "));
        }
        match request.body(()) {
            Ok(request) => request.into_parts().0,
            Err(error) => panic!("{path:?} cannot be asked for: {error}"),
        }
    }

    fn keep_cookies(&self, headers: &HeaderMap) {
        let mut cookies = self.cookies();
        for cookie in headers.get_all("set-cookie") {
            let Some(cookie) = cookie
                .to_str()
                .ok()
                .and_then(|cookie| cookie::Cookie::parse(cookie.to_owned()).ok())
            else {
                continue;
            };
            let is_over = cookie.max_age().is_some_and(|age| age.whole_seconds() <= 0);
            if is_over {
                cookies.remove(cookie.name());
            } else {
                cookies.insert(cookie.name().to_owned(), cookie.value().to_owned());
            }
        }
    }

    fn cookies(&self) -> std::sync::MutexGuard<'_, BTreeMap<String, String>> {
        self.cookies.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
