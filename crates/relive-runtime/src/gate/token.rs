use super::keys::{Keys, SIGNATURE, decode, encode};
use super::{Refusal, Visitor};

/// A ticket, the time until which it is good, and a signature over both, the visitor and the route.
const LENGTH: usize = 16 + 8 + SIGNATURE;

pub(super) fn seal(
    keys: &Keys,
    ticket: [u8; 16],
    visitor: Visitor,
    route: &str,
    expires: u64,
) -> String {
    let expires = expires.to_be_bytes();
    let signature = keys.sign("join", &[&ticket, &expires, &visitor.0, route.as_bytes()]);
    encode(&[&ticket[..], &expires[..], &signature[..]].concat())
}

/// The ticket of a token that was made for this visitor and route and is still good.
pub(super) fn open(
    keys: &Keys,
    token: &str,
    visitor: Visitor,
    route: &str,
    now: u64,
) -> Result<[u8; 16], Refusal> {
    let bytes: [u8; LENGTH] = decode(token).ok_or(Refusal::BadToken)?;
    let (mut ticket, mut expires) = ([0; 16], [0; 8]);
    ticket.copy_from_slice(&bytes[..16]);
    expires.copy_from_slice(&bytes[16..24]);
    let parts: [&[u8]; 4] = [&ticket, &expires, &visitor.0, route.as_bytes()];
    if !keys.verify("join", &parts, &bytes[24..]) {
        return Err(Refusal::BadToken);
    }
    if u64::from_be_bytes(expires) < now {
        return Err(Refusal::OldToken);
    }
    Ok(ticket)
}
