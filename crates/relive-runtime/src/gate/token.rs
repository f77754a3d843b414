use super::Refusal;
use super::keys::{Keys, SIGNATURE, decode, encode};
use crate::auth::Owner;

/// A ticket, the time until which it is good, and a signature over both, the owner and the route.
const LENGTH: usize = 16 + 8 + SIGNATURE;

pub(super) fn seal(
    keys: &Keys,
    ticket: [u8; 16],
    owner: &Owner,
    route: &str,
    expires: u64,
) -> String {
    let expires = expires.to_be_bytes();
    let (user, at) = login(owner);
    let parts: [&[u8]; 6] = [
        &ticket,
        &expires,
        &owner.visitor.0,
        route.as_bytes(),
        user,
        &at,
    ];
    let signature = keys.sign("join", &parts);
    encode(&[&ticket[..], &expires[..], &signature[..]].concat())
}

/// The ticket of a token that was made for this owner and route and is still good.
pub(super) fn open(
    keys: &Keys,
    token: &str,
    owner: &Owner,
    route: &str,
    now: u64,
) -> Result<[u8; 16], Refusal> {
    let bytes: [u8; LENGTH] = decode(token).ok_or(Refusal::BadToken)?;
    let (mut ticket, mut expires) = ([0; 16], [0; 8]);
    ticket.copy_from_slice(&bytes[..16]);
    expires.copy_from_slice(&bytes[16..24]);
    let (user, at) = login(owner);
    let parts: [&[u8]; 6] = [
        &ticket,
        &expires,
        &owner.visitor.0,
        route.as_bytes(),
        user,
        &at,
    ];
    if !keys.verify("join", &parts, &bytes[24..]) {
        return Err(Refusal::BadToken);
    }
    if u64::from_be_bytes(expires) < now {
        return Err(Refusal::OldToken);
    }
    Ok(ticket)
}

fn login(owner: &Owner) -> (&[u8], [u8; 8]) {
    owner.login.as_ref().map_or((&[][..], [0; 8]), |login| {
        (login.user.as_bytes(), login.at.to_be_bytes())
    })
}
