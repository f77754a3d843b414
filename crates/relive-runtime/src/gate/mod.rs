//! The one gate: whatever comes from outside passes [`Gate::pass`] before it reaches a session.
//!
//! # Invariant
//!
//! No transport decides any of this, and nothing else in the runtime does: a page, a connection, a join and a resume
//! all come through here, and what is not let in explicitly is refused.

mod cookie;
mod keys;
mod origin;
mod redirect;
mod token;

use http::request::Parts;

pub(crate) use keys::Keys;

/// Who a browser is, as its signed cookie says: a random number, without any account behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Visitor(pub(crate) [u8; 16]);

/// A way into the application.
pub(crate) enum Way<'a> {
    /// A page over HTTP.
    Page(&'a Parts),
    /// A connection, before it is accepted.
    Connect(&'a Parts),
    /// A page that joins for the first time, with the token that stood in it.
    Join {
        visitor: Option<Visitor>,
        token: &'a str,
        route: &'a str,
        now: u64,
    },
    /// A page that comes back to a session that was made for `owner`.
    Resume {
        visitor: Option<Visitor>,
        owner: Visitor,
    },
}

/// What the gate lets in.
#[derive(Debug, PartialEq)]
pub(crate) enum Admission {
    /// A page's visitor; with the `Set-Cookie` value where it is a new one.
    Page {
        visitor: Visitor,
        set_cookie: Option<String>,
    },
    /// A connection; its visitor is known where it brought a good cookie. Without one it can join nothing.
    Connection {
        visitor: Option<Visitor>,
    },
    /// The random part of a join token, which names the parked session.
    Join {
        visitor: Visitor,
        ticket: [u8; 16],
    },
    Resume,
}

/// Why the gate lets something not in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Refusal {
    #[error("the Origin header is missing")]
    NoOrigin,
    #[error("the request comes from another origin")]
    ForeignOrigin,
    #[error("the session cookie is missing or not ours")]
    NoCookie,
    #[error("the join token is not ours, or was made for another page or visitor")]
    BadToken,
    #[error("the join token has expired")]
    OldToken,
    #[error("the session belongs to another visitor")]
    ForeignSession,
}

/// The checks and what they need.
pub(crate) struct Gate {
    keys: Keys,
    /// The origin that browsers know the application by, where that is not what its `Host` says.
    public_origin: Option<String>,
}

impl Gate {
    pub(crate) fn new(keys: Keys, public_origin: Option<String>) -> Self {
        Gate {
            keys,
            public_origin,
        }
    }

    /// Lets a way in, or refuses it.
    pub(crate) fn pass(&self, way: Way<'_>) -> Result<Admission, Refusal> {
        match way {
            Way::Page(head) => Ok(match cookie::visitor(&self.keys, head) {
                Some(visitor) => Admission::Page {
                    visitor,
                    set_cookie: None,
                },
                None => {
                    let visitor = Visitor(random());
                    let set_cookie = Some(cookie::set_cookie(&self.keys, visitor));
                    Admission::Page {
                        visitor,
                        set_cookie,
                    }
                }
            }),
            Way::Connect(head) => {
                origin::check(head, self.public_origin.as_deref())?;
                Ok(Admission::Connection {
                    visitor: cookie::visitor(&self.keys, head),
                })
            }
            Way::Join {
                visitor,
                token,
                route,
                now,
            } => {
                let visitor = visitor.ok_or(Refusal::NoCookie)?;
                let ticket = token::open(&self.keys, token, visitor, route, now)?;
                Ok(Admission::Join { visitor, ticket })
            }
            Way::Resume { visitor, owner } => match visitor {
                Some(visitor) if visitor == owner => Ok(Admission::Resume),
                Some(_) => Err(Refusal::ForeignSession),
                None => Err(Refusal::NoCookie),
            },
        }
    }

    /// A token for a page of `visitor` on `route`, good until `expires` (seconds since 1970).
    pub(crate) fn join_token(
        &self,
        ticket: [u8; 16],
        visitor: Visitor,
        route: &str,
        expires: u64,
    ) -> String {
        token::seal(&self.keys, ticket, visitor, route, expires)
    }

    /// What forms of this visitor carry.
    pub(crate) fn csrf_token(&self, visitor: Visitor) -> String {
        keys::encode(&self.keys.sign("csrf", &[&visitor.0]))
    }
}

/// Random bytes from the operating system.
pub(crate) fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    // Without randomness every token could be guessed; there is nothing to go on with.
    getrandom::fill(&mut bytes).expect("the operating system gives no random bytes");
    bytes
}

pub(crate) use keys::{decode, encode};
pub(crate) use origin::is_origin;
pub(crate) use redirect::is_own_path;

#[cfg(test)]
mod tests;
