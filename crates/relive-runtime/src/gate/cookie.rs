//! The session cookie: a visitor's number, then who is logged in and the application's values, then a signature.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use cookie::{Cookie, SameSite, SplitCookies};
use http::HeaderMap;
use http::header::COOKIE;
use http::request::Parts;
use serde_json::{Map, Value};

use super::Visitor;
use super::keys::{Keys, decode, encode};
use crate::auth::{Login, Session};

const NAME: &str = "relive_session";
const PURPOSE: &str = "cookie";

/// Browsers keep cookies of at most this many bytes, name and attributes included.
pub(super) const MAX_COOKIE: usize = 4096;

/// The values of all cookies of this name, in order. `split` reads a header: `Cookie::split_parse`, or
/// `Cookie::split_parse_encoded`.
pub(crate) fn values<'a>(
    headers: &'a HeaderMap,
    name: &'a str,
    split: fn(&'a str) -> SplitCookies<'a>,
) -> impl Iterator<Item = String> + 'a {
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|header| header.to_str().ok())
        .flat_map(split)
        .filter_map(Result::ok)
        .filter(move |cookie| cookie.name() == name)
        .map(|cookie| cookie.value().to_owned())
}

/// A cookie's value: the payload and its signature. `bound`: what else is signed, before the payload.
pub(super) fn seal(keys: &Keys, purpose: &str, bound: &[&[u8]], payload: &[u8]) -> String {
    let signature = keys.sign(purpose, &[bound, &[payload]].concat());
    format!("{}.{}", encode(payload), encode(&signature))
}

/// The payload of the first cookie of this name that was sealed for this and can be read.
pub(super) fn open<T>(
    keys: &Keys,
    head: &Parts,
    (name, purpose, bound): (&str, &str, &[&[u8]]),
    read: impl Fn(&[u8]) -> Option<T>,
) -> Option<T> {
    values(&head.headers, name, Cookie::split_parse).find_map(|value| {
        let (payload, signature) = value.split_once('.')?;
        let payload = BASE64_URL_SAFE_NO_PAD.decode(payload).ok()?;
        let signature: [u8; 16] = decode(signature)?;
        if !keys.verify(purpose, &[bound, &[&payload]].concat(), &signature) {
            return None;
        }
        read(&payload)
    })
}

/// The session in the request's cookie, if the cookie is ours.
pub(super) fn session(keys: &Keys, head: &Parts) -> Option<Session> {
    open(keys, head, (NAME, PURPOSE, &[]), read)
}

fn read(payload: &[u8]) -> Option<Session> {
    let (visitor, rest) = payload.split_first_chunk::<16>()?;
    let mut session = Session {
        visitor: Visitor(*visitor),
        login: None,
        values: Map::new(),
    };
    if !rest.is_empty() {
        let (login, values): (Option<(String, u64)>, Map<String, Value>) =
            serde_json::from_slice(rest).ok()?;
        session.login = login.map(|(user, at)| Login {
            user: user.into(),
            at,
        });
        session.values = values;
    }
    Some(session)
}

/// The value of `Set-Cookie` for a session; `seconds`: how long the browser keeps it, where it shall survive the
/// browser's end.
///
/// # Errors
///
/// It would be larger than browsers take.
pub(super) fn set_cookie(
    keys: &Keys,
    session: &Session,
    seconds: Option<u64>,
    secure: bool,
) -> Result<String, String> {
    let mut payload = session.visitor.0.to_vec();
    if session.login.is_some() || !session.values.is_empty() {
        let login = session.login.as_ref().map(|login| (&*login.user, login.at));
        let rest = serde_json::to_vec(&(login, &session.values))
            .map_err(|error| format!("the session cannot be written: {error}"))?;
        payload.extend(rest);
    }
    let value = seal(keys, PURPOSE, &[], &payload);
    let cookie = build(NAME, value, seconds, secure);
    if cookie.len() > MAX_COOKIE {
        let size = |value: &Value| value.to_string().len();
        let largest = session.values.iter().max_by_key(|(_, value)| size(value));
        let (key, bytes) = largest.map_or(("", 0), |(key, value)| (key, size(value)));
        return Err(format!(
            "the session cookie would have {} bytes, and browsers take {MAX_COOKIE}; the largest value is \
             `{key}` with {bytes} bytes: keep it on the server, and its key in the session",
            cookie.len()
        ));
    }
    Ok(cookie)
}

/// A cookie that scripts cannot read, and that other sites' requests do not carry, but for links that lead here.
pub(super) fn build(name: &str, value: String, seconds: Option<u64>, secure: bool) -> String {
    let mut cookie = Cookie::build((name, value))
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(secure)
        .build()
        .to_string();
    if let Some(seconds) = seconds {
        cookie.push_str(&format!("; Max-Age={seconds}"));
    }
    cookie
}
