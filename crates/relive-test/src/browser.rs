//! A browser: a cookie jar, and requests over HTTP.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::panic::Location;
use std::sync::{Arc, Mutex, PoisonError};

use http::{HeaderMap, Method, Request};
use relive_runtime::Runtime;

use crate::failure::OrFail;
use crate::page::Page;
use crate::wire::{Wire, Wires};

/// Where the kit's own handlers are: what a test needs of the application, by the ways that the application has.
pub(crate) const LOG_IN_PATH: &str = "/_relive-test/log-in/";
pub(crate) const CSRF_PATH: &str = "/_relive-test/csrf/";

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
        OrFail(Box::pin(async move { Page::open(browser, &url, at).await }))
    }

    /// Asks for a page and does not let it join: what a browser shows before its script runs, or what a crawler sees.
    #[track_caller]
    pub fn load(&self, url: &str) -> impl Future<Output = Page> {
        let at = Location::caller();
        let (browser, url) = (self.clone(), url.to_owned());
        OrFail(Box::pin(async move { Page::load(browser, &url, at).await }))
    }

    /// Sends one GET request, and follows no redirect.
    pub async fn get(&self, url: &str) -> Answer {
        self.request(Method::GET, url, &[], Vec::new()).await
    }

    /// Sends a form by POST, with the session's token in the field `csrf_token`, and follows no redirect.
    ///
    /// A form that stands on a page is better filled in and submitted there: that tests the form as well.
    ///
    /// # Panics
    ///
    /// If the application was not started by [`TestApp::start`](crate::TestApp::start).
    pub async fn post_form(&self, url: &str, fields: &[(&str, &str)]) -> Answer {
        let token = self.get(CSRF_PATH).await;
        assert_eq!(
            token.status, 200,
            "the session's token is not to be had: {}",
            token.body
        );
        let mut body = url::form_urlencoded::Serializer::new(String::new());
        body.append_pair("csrf_token", &token.body)
            .extend_pairs(fields);
        self.post(url, body.finish()).await
    }

    /// Logs a user in, as an application's own log-in does; the pages that are opened from now on are that user's.
    ///
    /// # Panics
    ///
    /// If the application was not started by [`TestApp::start`](crate::TestApp::start).
    pub async fn log_in_as(&self, user_id: impl Display) {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.append_pair("user", &user_id.to_string());
        let answer = self.get(&format!("{LOG_IN_PATH}?{}", query.finish())).await;
        assert_eq!(
            answer.status, 200,
            "user {user_id} cannot be logged in: {}",
            answer.body
        );
    }

    /// Sends a request with any method, headers and body, and follows no redirect. What a browser adds by itself (cookies,
    /// `Origin`) is there.
    ///
    /// # Panics
    ///
    /// If the method, the URL or a header is none.
    pub async fn send(
        &self,
        method: &str,
        url: &str,
        headers: &[(&str, &str)],
        body: impl Into<Vec<u8>>,
    ) -> Answer {
        let Ok(method) = method.parse() else {
            panic!("{method:?} is no method")
        };
        let mut all = vec![("origin", &*self.origin)];
        all.extend_from_slice(headers);
        self.request(method, url, &all, body.into()).await
    }

    /// Sends a form's body.
    pub(crate) async fn post(&self, url: &str, body: String) -> Answer {
        let headers = [("content-type", "application/x-www-form-urlencoded")];
        self.send("POST", url, &headers, body).await
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
        let answer = self.get(url).await;
        self.follow_from(url, answer).await
    }

    /// Goes where an answer leads, and on from there.
    pub(crate) async fn follow_from(&self, url: &str, first: Answer) -> Result<Answer, String> {
        let mut way = vec![url.to_owned()];
        let mut answer = first;
        loop {
            let url = way.last().cloned().unwrap_or_default();
            let Some(to) = (300..400)
                .contains(&answer.status)
                .then(|| answer.header("location"))
                .flatten()
            else {
                return Ok(answer);
            };
            let to = self.resolve(&url, to)?;
            answer = self.get(&to).await;
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

    async fn request(
        &self,
        method: Method,
        url: &str,
        headers: &[(&str, &str)],
        body: Vec<u8>,
    ) -> Answer {
        let path = url.split('#').next().unwrap_or_default();
        let head = self.head(method, path, headers);
        let answer = match self.runtime.respond(&head, body.into(), None).await {
            Some(response) => response,
            None => {
                let mut response = http::Response::new("no route has this path\n".into());
                *response.status_mut() = http::StatusCode::NOT_FOUND;
                response
            }
        };
        let (parts, body) = answer.into_parts();
        self.keep_cookies(&parts.headers);
        Answer {
            status: parts.status.as_u16(),
            headers: parts.headers,
            body: String::from_utf8_lossy(&body).into_owned(),
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
