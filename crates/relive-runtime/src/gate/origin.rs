use http::Uri;
use http::header::{HOST, ORIGIN};
use http::request::Parts;

use super::Refusal;

/// Whether the page that opens a connection is one of ours: its origin has to be the host that it connects to, or the
/// public origin of the application.
pub(super) fn check(head: &Parts, public_origin: Option<&str>) -> Result<(), Refusal> {
    let mut origins = head.headers.get_all(ORIGIN).iter();
    let origin = origins.next().ok_or(Refusal::NoOrigin)?;
    if origins.next().is_some() {
        return Err(Refusal::ForeignOrigin);
    }
    let origin = origin
        .to_str()
        .ok()
        .and_then(parse)
        .ok_or(Refusal::ForeignOrigin)?;
    let ours = match public_origin {
        Some(public) => parse(public).is_some_and(|public| public == origin),
        None => {
            let host = head.headers.get(HOST).and_then(|host| host.to_str().ok());
            // Whether TLS ended before us is not known here, so the scheme is the origin's.
            host.and_then(|host| parse(&format!("{}://{host}", origin.scheme)))
                .is_some_and(|host| host == origin)
        }
    };
    if ours {
        Ok(())
    } else {
        Err(Refusal::ForeignOrigin)
    }
}

/// Whether this is an origin, as browsers write it.
pub(crate) fn is_origin(text: &str) -> bool {
    parse(text).is_some()
}

#[derive(Debug, PartialEq, Eq)]
struct Origin {
    scheme: String,
    host: String,
    port: u16,
}

/// An origin as browsers write it: scheme, host, port and nothing else.
fn parse(text: &str) -> Option<Origin> {
    let uri: Uri = text.parse().ok()?;
    let scheme = uri.scheme_str()?.to_ascii_lowercase();
    let default = match scheme.as_str() {
        "http" => 80,
        "https" => 443,
        _ => return None,
    };
    let authority = uri.authority()?;
    let bare = matches!(uri.path(), "" | "/") && !text.ends_with('/') && uri.query().is_none();
    if !bare || authority.as_str().contains('@') || authority.host().is_empty() {
        return None;
    }
    // `host:` has no port of its own, and a port that is no number is none at all.
    let port = match authority.as_str().rsplit_once(':') {
        Some((_, port)) if !port.ends_with(']') => port.parse().ok()?,
        _ => default,
    };
    Some(Origin {
        scheme,
        host: authority.host().to_ascii_lowercase(),
        port,
    })
}
