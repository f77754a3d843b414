//! Requests that change something come from our own pages only.

use http::header::ORIGIN;
use http::request::Parts;

use super::keys::{Keys, decode};
use super::{Refusal, Visitor, origin};

pub(super) fn check(
    keys: &Keys,
    head: &Parts,
    public_origin: Option<&str>,
    visitor: Visitor,
    token: Option<&str>,
) -> Result<(), Refusal> {
    // Browsers say where a request comes from; what is no browser has no cookie that others could make use of.
    if let Some(site) = head.headers.get("sec-fetch-site")
        && !matches!(site.as_bytes(), b"same-origin" | b"none")
    {
        return Err(Refusal::CrossSite);
    }
    if head.headers.contains_key(ORIGIN) {
        origin::check(head, public_origin)?;
    }
    let token = token.ok_or(Refusal::NoFormToken)?;
    let token: [u8; 16] = decode(token).ok_or(Refusal::BadFormToken)?;
    if keys.verify("csrf", &[&visitor.0], &token) {
        Ok(())
    } else {
        Err(Refusal::BadFormToken)
    }
}
