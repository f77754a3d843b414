//! Flash messages on their way to the next page: a signed cookie that the page which shows them takes away.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use http::request::Parts;

use super::Visitor;
use super::cookie::{MAX_COOKIE, build, values};
use super::keys::{Keys, decode, encode};

const NAME: &str = "relive_flash";
/// Seconds until nobody is interested any more.
const LIFETIME: u64 = 60;

/// Level and text of a message.
pub(crate) type FlashMessage = (String, String);

pub(super) fn read(keys: &Keys, head: &Parts, visitor: Visitor) -> Vec<FlashMessage> {
    let found = values(head, NAME).find_map(|value| {
        let (payload, signature) = value.split_once('.')?;
        let payload = BASE64_URL_SAFE_NO_PAD.decode(payload).ok()?;
        let signature: [u8; 16] = decode(signature)?;
        keys.verify("flash", &[&visitor.0, &payload], &signature)
            .then(|| serde_json::from_slice(&payload).ok())?
    });
    found.unwrap_or_default()
}

/// The value of `Set-Cookie`; messages for which a cookie has no room are told of and left out.
pub(super) fn set_cookie(
    keys: &Keys,
    visitor: Visitor,
    messages: &[FlashMessage],
    secure: bool,
) -> String {
    let mut count = messages.len();
    loop {
        let payload = serde_json::to_vec(&messages[..count]).unwrap_or_default();
        let signature = keys.sign("flash", &[&visitor.0, &payload]);
        let value = format!("{}.{}", encode(&payload), encode(&signature));
        let cookie = build(NAME, value, Some(LIFETIME), secure);
        if cookie.len() <= MAX_COOKIE || count == 0 {
            if count < messages.len() {
                let lost = &messages[count..];
                tracing::warn!(
                    ?lost,
                    "flash messages are lost: a cookie has no room for them"
                );
            }
            return cookie;
        }
        count -= 1;
    }
}

/// The value of `Set-Cookie` that takes the messages away.
pub(super) fn clear_cookie(secure: bool) -> String {
    build(NAME, String::new(), Some(0), secure)
}
