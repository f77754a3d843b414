//! Flash messages on their way to the next page: a signed cookie that the page which shows them takes away.

use http::request::Parts;

use super::Visitor;
use super::cookie::{MAX_COOKIE, build, open, seal};
use super::keys::Keys;

const NAME: &str = "relive_flash";
const PURPOSE: &str = "flash";
/// Seconds until nobody is interested any more.
const LIFETIME: u64 = 60;

/// Level and text of a message.
pub(crate) type FlashMessage = (String, String);

pub(super) fn read(keys: &Keys, head: &Parts, visitor: Visitor) -> Vec<FlashMessage> {
    let read = |payload: &[u8]| serde_json::from_slice(payload).ok();
    open(keys, head, (NAME, PURPOSE, &[&visitor.0]), read).unwrap_or_default()
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
        let value = seal(keys, PURPOSE, &[&visitor.0], &payload);
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
