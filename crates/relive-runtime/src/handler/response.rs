use std::fmt;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderName, LOCATION};
use http::{HeaderMap, HeaderValue, StatusCode};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::auth::hop::LoginChange;
use crate::effects::Level;
use crate::gate::{FlashMessage, is_own_url, is_web_url};

/// The answer of an ordinary HTTP handler.
///
/// ```
/// use relive_runtime::{Level, Response};
///
/// let response = Response::redirect("/").log_in(7).put_flash(Level::Success, "Welcome!");
/// ```
#[derive(Debug)]
#[must_use = "a response does something when a handler returns it"]
pub struct Response {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Body,
    pub(crate) login: Option<LoginChange>,
    pub(crate) flash: Vec<FlashMessage>,
    pub(crate) session: SessionChanges,
    /// What is wrong with it: told when it is sent.
    pub(crate) problem: Option<String>,
}

#[derive(Debug)]
pub(crate) enum Body {
    Bytes(Bytes),
    Template {
        name: String,
        values: Map<String, Value>,
    },
}

impl Response {
    fn new(status: StatusCode, body: Body) -> Self {
        Response {
            status,
            headers: HeaderMap::new(),
            body,
            login: None,
            flash: Vec::new(),
            session: SessionChanges::default(),
            problem: None,
        }
    }

    fn typed(kind: &'static str, body: impl Into<Bytes>) -> Self {
        let mut response = Response::new(StatusCode::OK, Body::Bytes(body.into()));
        let kind = HeaderValue::from_static(kind);
        response.headers.insert(CONTENT_TYPE, kind);
        response
    }

    /// HTML, as it is: nothing in it is escaped.
    pub fn html(html: impl Into<String>) -> Self {
        Response::typed("text/html; charset=utf-8", html.into())
    }

    /// Plain text.
    pub fn text(text: impl Into<String>) -> Self {
        Response::typed("text/plain; charset=utf-8", text.into())
    }

    /// Bytes of any kind: `Response::bytes("image/png", png)`.
    pub fn bytes(content_type: &str, bytes: impl Into<Bytes>) -> Self {
        Response::new(StatusCode::OK, Body::Bytes(bytes.into()))
            .header("content-type", content_type)
    }

    /// JSON.
    pub fn json(value: &(impl Serialize + ?Sized)) -> Self {
        match serde_json::to_vec(value) {
            Ok(json) => Response::typed("application/json", json),
            Err(error) => {
                Response::html("").problem(format!("the JSON cannot be written: {error}"))
            }
        }
    }

    /// A template of the application, with the fields of a struct or the entries of a map as variables. `csrf_token`,
    /// `request_path` and flash messages are there as in the templates of views.
    pub fn render(template: impl Into<String>, context: &(impl Serialize + ?Sized)) -> Self {
        let template = template.into();
        let values = match serde_json::to_value(context) {
            Ok(Value::Object(values)) => Ok(values),
            Ok(Value::Null) => Ok(Map::new()),
            Ok(_) => Err("expected a struct, a map or `()`".to_owned()),
            Err(error) => Err(error.to_string()),
        };
        match values {
            Ok(values) => {
                let name = template;
                let mut response = Response::html("");
                response.body = Body::Template { name, values };
                response
            }
            Err(error) => Response::html("").problem(format!(
                "the context of the template `{template}` cannot be used: {error}"
            )),
        }
    }

    /// Leads to another page of the site (303): a path, with a query or without.
    pub fn redirect(to: impl AsRef<str>) -> Self {
        let to = to.as_ref();
        let response = Response::new(StatusCode::SEE_OTHER, Body::Bytes(Bytes::new()));
        if is_own_url(to) {
            return response.location(to);
        }
        response.problem(format!(
            "a redirect needs a path of this site, such as `/items/`, not \"{}\" (`Response::redirect_external` leads elsewhere)",
            to.escape_debug()
        ))
    }

    /// Leads to another site (303): an address that begins with `https://` or `http://`.
    pub fn redirect_external(to: impl AsRef<str>) -> Self {
        let to = to.as_ref();
        let response = Response::new(StatusCode::SEE_OTHER, Body::Bytes(Bytes::new()));
        if is_web_url(to) {
            return response.location(to);
        }
        response.problem(format!(
            "an external redirect needs an address with `https://` or `http://`, not \"{}\"",
            to.escape_debug()
        ))
    }

    /// There is nothing here (404).
    pub fn not_found() -> Self {
        Response::text("There is nothing here.\n").status(404)
    }

    /// Another status.
    pub fn status(mut self, status: u16) -> Self {
        match StatusCode::from_u16(status) {
            // What is below is no final answer.
            Ok(status) if status.as_u16() >= 200 => {
                self.status = status;
                self
            }
            _ => self.problem(format!("{status} is no status of a response")),
        }
    }

    /// Another header, in place of one of this name.
    pub fn header(mut self, name: &str, value: impl AsRef<str>) -> Self {
        let pair = (
            HeaderName::try_from(name),
            HeaderValue::try_from(value.as_ref()),
        );
        match pair {
            (Ok(name), Ok(value)) => {
                self.headers.insert(name, value);
                self
            }
            _ => self.problem(format!(
                "the header `{}` with the value \"{}\" cannot be sent",
                name.escape_debug(),
                value.as_ref().escape_debug()
            )),
        }
    }

    /// A `Set-Cookie` of your own, beside others.
    pub fn set_cookie(mut self, cookie: impl AsRef<str>) -> Self {
        match HeaderValue::try_from(cookie.as_ref()) {
            Ok(value) => {
                self.headers.append(http::header::SET_COOKIE, value);
                self
            }
            Err(_) => {
                let shown = cookie.as_ref().escape_debug().to_string();
                self.problem(format!("the cookie \"{shown}\" cannot be sent"))
            }
        }
    }

    /// From now on this browser's user is the one with this id, under a new session. Values of the session stay, but those
    /// of another user who was logged in before.
    pub fn log_in(mut self, user_id: impl fmt::Display) -> Self {
        self.login = Some(LoginChange::In(user_id.to_string()));
        self
    }

    /// Logs the browser's user out everywhere: the cookies of all their browsers are no longer good, and their live sessions
    /// end before this answer goes out. The session's values go.
    pub fn log_out(mut self) -> Self {
        self.login = Some(LoginChange::Out);
        self
    }

    /// Shows a message on the next page that shows any: this answer's own, where it renders a template.
    pub fn put_flash(mut self, level: impl Into<Level>, message: impl Into<String>) -> Self {
        let level = level.into().as_str().to_owned();
        self.flash.push((level, message.into()));
        self
    }

    /// Changes values of the browser's session: `.session(|session| session.insert("theme", "dark"))`. All of them together
    /// have to fit into a cookie of 4 KB.
    pub fn session(mut self, change: impl FnOnce(&mut SessionChanges)) -> Self {
        change(&mut self.session);
        self
    }

    fn location(mut self, to: &str) -> Self {
        // Browsers send what is not ASCII in a path as its UTF-8, which a header takes as it is.
        match HeaderValue::from_bytes(to.as_bytes()) {
            Ok(location) => {
                self.headers.insert(LOCATION, location);
                self
            }
            Err(_) => self.problem(format!("\"{}\" is no address", to.escape_debug())),
        }
    }

    fn problem(mut self, problem: String) -> Self {
        self.problem.get_or_insert(problem);
        self
    }
}

/// Changes of a session's values, in order.
#[derive(Debug, Default)]
pub struct SessionChanges(pub(crate) Vec<(String, Result<Option<Value>, String>)>);

impl SessionChanges {
    /// Puts a value in, in place of an earlier one of this key.
    pub fn insert(&mut self, key: impl Into<String>, value: impl Serialize) {
        let value = serde_json::to_value(value);
        let value = value.map(Some).map_err(|error| error.to_string());
        self.0.push((key.into(), value));
    }

    /// Takes a value out.
    pub fn remove(&mut self, key: impl Into<String>) {
        self.0.push((key.into(), Ok(None)));
    }
}
