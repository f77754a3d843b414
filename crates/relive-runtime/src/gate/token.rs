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
    let at = login_time(owner);
    let parts = parts(&ticket, &expires, owner, route, &at);
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
    let at = login_time(owner);
    let parts = parts(&ticket, &expires, owner, route, &at);
    if !keys.verify("join", &parts, &bytes[24..]) {
        return Err(Refusal::BadToken);
    }
    if u64::from_be_bytes(expires) < now {
        return Err(Refusal::OldToken);
    }
    Ok(ticket)
}

/// What is signed.
fn parts<'a>(
    ticket: &'a [u8; 16],
    expires: &'a [u8; 8],
    owner: &'a Owner,
    route: &'a str,
    login_time: &'a [u8; 8],
) -> [&'a [u8]; 6] {
    let login = owner.login.as_ref();
    let user = login.map_or(&[][..], |login| login.user.as_bytes());
    [
        ticket,
        expires,
        &owner.visitor.0,
        route.as_bytes(),
        user,
        login_time,
    ]
}

fn login_time(owner: &Owner) -> [u8; 8] {
    owner
        .login
        .as_ref()
        .map_or([0; 8], |login| login.at.to_be_bytes())
}
