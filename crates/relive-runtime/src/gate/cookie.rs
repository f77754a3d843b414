use cookie::{Cookie, SameSite};
use http::header::COOKIE;
use http::request::Parts;

use super::Visitor;
use super::keys::{Keys, decode, encode};

const NAME: &str = "relive_session";

/// The visitor whom the request's cookie names, if the cookie is ours.
pub(super) fn visitor(keys: &Keys, head: &Parts) -> Option<Visitor> {
    head.headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|header| header.to_str().ok())
        .flat_map(Cookie::split_parse)
        .filter_map(Result::ok)
        .filter(|cookie| cookie.name() == NAME)
        .find_map(|cookie| {
            let (id, signature) = cookie.value().split_once('.')?;
            let id: [u8; 16] = decode(id)?;
            let signature: [u8; 16] = decode(signature)?;
            keys.verify("cookie", &[&id], &signature)
                .then_some(Visitor(id))
        })
}

/// The value of `Set-Cookie` for a new visitor.
pub(super) fn set_cookie(keys: &Keys, visitor: Visitor) -> String {
    let signature = keys.sign("cookie", &[&visitor.0]);
    let value = format!("{}.{}", encode(&visitor.0), encode(&signature));
    Cookie::build((NAME, value))
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .build()
        .to_string()
}
