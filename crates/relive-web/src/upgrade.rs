//! The opening handshake of a WebSocket (RFC 6455, section 4.2), from the server's side.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use http::header::{
    CONNECTION, HeaderName, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_VERSION, UPGRADE,
};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Method, Response, StatusCode, Version};
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

use crate::{Body, reply};

/// Checks that a request opens a WebSocket. `Ok`: the answer that switches protocols; `Err`: the one that refuses.
#[allow(clippy::result_large_err)] // Both are answers, and are sent at once.
pub(crate) fn handshake(head: &Parts) -> Result<Response<Body>, Response<Body>> {
    if head.method != Method::GET {
        return Err(reply::method_not_allowed("GET"));
    }
    let wanted = head.version >= Version::HTTP_11
        && has_token(&head.headers, CONNECTION, "upgrade")
        && has_token(&head.headers, UPGRADE, "websocket");
    if !wanted {
        return Err(upgrade_required(
            "This address takes WebSocket connections only.\n",
        ));
    }
    if only(&head.headers, SEC_WEBSOCKET_VERSION).is_none_or(|version| version != "13") {
        return Err(upgrade_required(
            "This address takes WebSocket version 13.\n",
        ));
    }
    let key = only(&head.headers, SEC_WEBSOCKET_KEY).map(HeaderValue::as_bytes);
    let Some(key) = key.filter(|key| matches!(BASE64_STANDARD.decode(key), Ok(n) if n.len() == 16))
    else {
        return Err(reply::text(
            StatusCode::BAD_REQUEST,
            "The Sec-WebSocket-Key is no such key.\n",
        ));
    };
    let Ok(accept) = HeaderValue::try_from(derive_accept_key(key)) else {
        return Err(reply::text(
            StatusCode::BAD_REQUEST,
            "The Sec-WebSocket-Key is no such key.\n",
        ));
    };
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
    let headers = response.headers_mut();
    headers.insert(CONNECTION, HeaderValue::from_static("Upgrade"));
    headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
    headers.insert(SEC_WEBSOCKET_ACCEPT, accept);
    Ok(response)
}

fn upgrade_required(message: &'static str) -> Response<Body> {
    let mut response = reply::text(StatusCode::UPGRADE_REQUIRED, message);
    let headers = response.headers_mut();
    headers.insert(CONNECTION, HeaderValue::from_static("Upgrade"));
    headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
    headers.insert(SEC_WEBSOCKET_VERSION, HeaderValue::from_static("13"));
    response
}

/// A header that stands there exactly once.
fn only(headers: &HeaderMap, name: HeaderName) -> Option<&HeaderValue> {
    let mut values = headers.get_all(name).iter();
    values.next().filter(|_| values.next().is_none())
}

/// Whether a comma-separated header, which may stand there several times, lists a token, in whatever case.
fn has_token(headers: &HeaderMap, name: HeaderName, token: &str) -> bool {
    headers.get_all(name).iter().any(|value| {
        let mut tokens = value.as_bytes().split(|byte| *byte == b',');
        tokens.any(|found| found.trim_ascii().eq_ignore_ascii_case(token.as_bytes()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "dGhlIHNhbXBsZSBub25jZQ==";

    fn head(change: impl FnOnce(&mut Parts)) -> Parts {
        let request = http::Request::get("/_relive/ws")
            .header("connection", "keep-alive, Upgrade")
            .header("upgrade", "WebSocket")
            .header("sec-websocket-version", "13")
            .header("sec-websocket-key", KEY);
        let (mut head, ()) = request.body(()).unwrap().into_parts();
        change(&mut head);
        head
    }

    #[test]
    fn a_handshake_is_answered() {
        let response = handshake(&head(|_| ())).unwrap();
        assert_eq!(response.status(), 101);
        // RFC 6455, section 1.3.
        assert_eq!(
            response.headers()["sec-websocket-accept"],
            "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
        );
    }

    #[test]
    fn what_is_no_handshake_is_refused() {
        let set = |name: &'static str, value: &'static [u8]| {
            move |head: &mut Parts| {
                head.headers
                    .insert(name, HeaderValue::from_bytes(value).unwrap());
            }
        };
        type Change = Box<dyn FnOnce(&mut Parts)>;
        let cases: [(&str, u16, Change); 14] = [
            ("method", 405, Box::new(|head| head.method = Method::POST)),
            (
                "HTTP/1.0",
                426,
                Box::new(|head| head.version = Version::HTTP_10),
            ),
            (
                "no upgrade",
                426,
                Box::new(|head| drop(head.headers.remove("upgrade"))),
            ),
            ("another upgrade", 426, Box::new(set("upgrade", b"h2c"))),
            (
                "no connection",
                426,
                Box::new(|head| drop(head.headers.remove("connection"))),
            ),
            (
                "connection: close",
                426,
                Box::new(set("connection", b"close")),
            ),
            (
                "no version",
                426,
                Box::new(|head| drop(head.headers.remove("sec-websocket-version"))),
            ),
            (
                "version 8",
                426,
                Box::new(set("sec-websocket-version", b"8")),
            ),
            (
                "no key",
                400,
                Box::new(|head| drop(head.headers.remove("sec-websocket-key"))),
            ),
            ("an empty key", 400, Box::new(set("sec-websocket-key", b""))),
            (
                "a short key",
                400,
                Box::new(set("sec-websocket-key", b"c2hvcnQ=")),
            ),
            (
                "no base64",
                400,
                Box::new(set("sec-websocket-key", b"dGhlIHNhbXBsZSBub25jZQ=?")),
            ),
            (
                "bytes",
                400,
                Box::new(set("sec-websocket-key", b"\xff\xfe")),
            ),
            (
                "two keys",
                400,
                Box::new(|head| {
                    head.headers
                        .append("sec-websocket-key", HeaderValue::from_static(KEY));
                }),
            ),
        ];
        for (name, status, change) in cases {
            let refused = handshake(&head(change)).unwrap_err();
            assert_eq!(refused.status(), status, "{name}");
            if status == 426 {
                assert_eq!(refused.headers()["sec-websocket-version"], "13", "{name}");
            }
        }
    }

    #[test]
    fn no_byte_in_a_header_is_fatal() {
        for name in [
            "connection",
            "upgrade",
            "sec-websocket-version",
            "sec-websocket-key",
        ] {
            for byte in 0..=255 {
                if let Ok(value) = HeaderValue::from_bytes(&[byte, b'a', byte]) {
                    let refused = handshake(&head(|head| {
                        head.headers.insert(name, value);
                    }));
                    assert!(refused.is_err(), "{name} {byte}");
                }
            }
        }
    }
}
