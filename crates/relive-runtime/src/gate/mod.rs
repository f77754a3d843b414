//! The one gate: whatever comes from outside passes [`Gate::pass`] before it reaches a session.
//!
//! # Invariant
//!
//! No transport decides any of this, and nothing else in the runtime does: a request, a connection, a join and a resume
//! all come through here, and what is not let in explicitly is refused.

pub(crate) mod cookie;
mod csrf;
mod flash;
mod keys;
mod origin;
mod redirect;
mod token;

use std::sync::Arc;

use http::request::Parts;

use crate::auth::{Login, Owner, Revoked, Session};
use crate::clock::now_millis;
pub(crate) use flash::FlashMessage;
pub(crate) use keys::Keys;

/// Who a browser is, as its signed cookie says: a random number, without any account behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Visitor(pub(crate) [u8; 16]);

/// A way into the application.
pub(crate) enum Way<'a> {
    /// A request over HTTP that changes nothing.
    Page(&'a Parts),
    /// A request over HTTP that changes something, with the token that it brought.
    Change {
        head: &'a Parts,
        token: Option<&'a str>,
    },
    /// A connection, before it is accepted.
    Connect(&'a Parts),
    /// A page that joins for the first time, with the token that stood in it.
    Join {
        session: Option<&'a Session>,
        token: &'a str,
        route: &'a str,
        now: u64,
    },
    /// A page that comes back to a session that was made for `owner`.
    Resume {
        session: Option<&'a Session>,
        owner: &'a Owner,
    },
}

/// What the gate lets in.
#[derive(Debug)]
pub(crate) enum Admission {
    /// A request; with the `Set-Cookie` value where its visitor is a new one.
    Page {
        session: Session,
        set_cookie: Option<String>,
    },
    /// A connection; its session is known where it brought a good cookie. Without one it can join nothing.
    Connection {
        session: Option<Session>,
    },
    /// The random part of a join token, which names the parked session.
    Join {
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
    #[error("the request comes from another site")]
    CrossSite,
    #[error("the session cookie is missing or not ours")]
    NoCookie,
    #[error(
        "the form's token is missing: put `<input type=\"hidden\" name=\"csrf_token\" value=\"{{{{ csrf_token }}}}\">` \
         into the form, or send it as the header `x-csrf-token`"
    )]
    NoFormToken,
    #[error("the form's token is not the one of this browser's session")]
    BadFormToken,
    #[error("the join token is not ours, or was made for another page, visitor or user")]
    BadToken,
    #[error("the join token has expired")]
    OldToken,
    #[error("the session belongs to another visitor or user")]
    ForeignSession,
    #[error("the user has logged out")]
    LoggedOut,
}

/// The checks and what they need.
pub(crate) struct Gate {
    keys: Keys,
    /// The origin that browsers know the application by, where that is not what its `Host` says.
    public_origin: Option<String>,
    revoked: Arc<Revoked>,
    /// How long a log-in is good, in seconds.
    login_time: u64,
}

impl Gate {
    pub(crate) fn new(
        keys: Keys,
        public_origin: Option<String>,
        revoked: Arc<Revoked>,
        login_time: u64,
    ) -> Self {
        Gate {
            keys,
            public_origin,
            revoked,
            login_time,
        }
    }

    /// Lets a way in, or refuses it.
    pub(crate) fn pass(&self, way: Way<'_>) -> Result<Admission, Refusal> {
        match way {
            Way::Page(head) => Ok(match self.session(head) {
                Some(session) => Admission::Page {
                    session,
                    set_cookie: None,
                },
                None => {
                    let session = Session::new();
                    // A session without values is never too large.
                    let set_cookie = self.set_cookie(&session).ok();
                    Admission::Page {
                        session,
                        set_cookie,
                    }
                }
            }),
            Way::Change { head, token } => {
                let session = self.session(head).ok_or(Refusal::NoCookie)?;
                let public = self.public_origin.as_deref();
                csrf::check(&self.keys, head, public, session.visitor, token)?;
                Ok(Admission::Page {
                    session,
                    set_cookie: None,
                })
            }
            Way::Connect(head) => {
                origin::check(head, self.public_origin.as_deref())?;
                Ok(Admission::Connection {
                    session: self.session(head),
                })
            }
            Way::Join {
                session,
                token,
                route,
                now,
            } => {
                let session = session.ok_or(Refusal::NoCookie)?;
                self.check_login(session.login.as_ref())?;
                let ticket = token::open(&self.keys, token, &session.owner(), route, now)?;
                Ok(Admission::Join { ticket })
            }
            Way::Resume { session, owner } => {
                let session = session.ok_or(Refusal::NoCookie)?;
                if session.owner() != *owner {
                    return Err(Refusal::ForeignSession);
                }
                self.check_login(owner.login.as_ref())?;
                Ok(Admission::Resume)
            }
        }
    }

    /// The session of a request. A cookie whose log-in is over is none.
    fn session(&self, head: &Parts) -> Option<Session> {
        cookie::session(&self.keys, head)
            .filter(|session| self.check_login(session.login.as_ref()).is_ok())
    }

    /// Whether a log-in is good still, where there is one.
    pub(crate) fn check_login(&self, login: Option<&Login>) -> Result<(), Refusal> {
        match login {
            Some(login) if !self.revoked.is_good(login) => Err(Refusal::LoggedOut),
            _ => Ok(()),
        }
    }

    /// A log-in of this user, as of now.
    pub(crate) fn log_in(&self, user: &str) -> Login {
        self.revoked.log_in(user)
    }

    /// The value of `Set-Cookie` for a session.
    ///
    /// # Errors
    ///
    /// It would be larger than browsers take; the message names the largest value.
    pub(crate) fn set_cookie(&self, session: &Session) -> Result<String, String> {
        // Who is logged in stays so when the browser is closed.
        let seconds = session.login.as_ref().map(|login| {
            let passed = now_millis().saturating_sub(login.at) / 1000;
            self.login_time.saturating_sub(passed)
        });
        cookie::set_cookie(&self.keys, session, seconds, self.is_secure())
    }

    /// The flash messages that the request's cookie brought for this visitor's next page.
    pub(crate) fn flash(&self, head: &Parts, visitor: Visitor) -> Vec<FlashMessage> {
        flash::read(&self.keys, head, visitor)
    }

    /// The value of `Set-Cookie` that keeps flash messages for the next page.
    pub(crate) fn flash_cookie(&self, visitor: Visitor, messages: &[FlashMessage]) -> String {
        flash::set_cookie(&self.keys, visitor, messages, self.is_secure())
    }

    /// The value of `Set-Cookie` that takes flash messages away which a page shows.
    pub(crate) fn no_flash_cookie(&self) -> String {
        flash::clear_cookie(self.is_secure())
    }

    /// Whether browsers reach the application by TLS only, so that cookies need not go over anything else.
    fn is_secure(&self) -> bool {
        self.public_origin
            .as_deref()
            .is_some_and(|origin| origin.starts_with("https:"))
    }

    /// A token for a page of `owner` on `route`, good until `expires` (seconds since 1970).
    pub(crate) fn join_token(
        &self,
        ticket: [u8; 16],
        owner: &Owner,
        route: &str,
        expires: u64,
    ) -> String {
        token::seal(&self.keys, ticket, owner, route, expires)
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
pub(crate) use redirect::{is_own_path, is_own_url, is_web_url};

#[cfg(test)]
mod tests;
