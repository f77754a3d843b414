//! The hop: a live connection cannot change cookies, so its page makes one request over HTTP that does.
//!
//! What the request is to do stays here; the page gets a random ticket for it, which is good for the same browser only,
//! once, and for a minute.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::gate::{FlashMessage, Visitor, decode, encode, random};

/// The path of hops.
pub const HOP_PATH: &str = "/_relive/hop";

/// How long a ticket is good.
const LIFETIME: Duration = Duration::from_secs(60);
/// How many tickets are good at a time; the oldest makes room.
const MAX: usize = 10_000;

/// What a hop does on its way.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Hop {
    /// Where it leads: a path of this site, or an address of the web.
    pub(crate) to: String,
    /// What the page there shows.
    pub(crate) flash: Vec<FlashMessage>,
    pub(crate) login: Option<LoginChange>,
}

/// Who is logged in from now on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum LoginChange {
    In(String),
    Out,
}

/// The hops that are under way.
#[derive(Debug, Default)]
pub(crate) struct Hops(Mutex<Table>);

#[derive(Debug, Default)]
struct Table {
    hops: HashMap<[u8; 16], (Visitor, Instant, Hop)>,
    /// In the order in which they were given out, among them some that were used.
    tickets: VecDeque<(Instant, [u8; 16])>,
}

impl Hops {
    /// The address that the visitor's browser is to ask for next.
    pub(crate) fn give(&self, visitor: Visitor, hop: Hop) -> String {
        let ticket: [u8; 16] = random();
        let now = Instant::now();
        let mut table = self.table();
        table.hops.insert(ticket, (visitor, now, hop));
        table.tickets.push_back((now, ticket));
        while let Some((given, ticket)) = table.tickets.front().copied() {
            if now.duration_since(given) < LIFETIME && table.tickets.len() <= MAX {
                break;
            }
            table.tickets.pop_front();
            table.hops.remove(&ticket);
        }
        format!("{HOP_PATH}?t={}", encode(&ticket))
    }

    /// What this ticket is for. It works once.
    pub(crate) fn take(&self, visitor: Visitor, ticket: &str) -> Option<Hop> {
        let ticket: [u8; 16] = decode(ticket)?;
        let mut table = self.table();
        let (owner, given, _) = table.hops.get(&ticket)?;
        if *owner != visitor || given.elapsed() >= LIFETIME {
            return None;
        }
        table.hops.remove(&ticket).map(|(_, _, hop)| hop)
    }

    fn table(&self) -> std::sync::MutexGuard<'_, Table> {
        // Nothing in here panics half way through a change.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANN: Visitor = Visitor([1; 16]);
    const BOB: Visitor = Visitor([2; 16]);

    fn hop() -> Hop {
        Hop {
            to: "/".into(),
            ..Hop::default()
        }
    }

    fn ticket(url: &str) -> &str {
        url.split_once("?t=").unwrap().1
    }

    #[tokio::test(start_paused = true)]
    async fn a_ticket_works_once_for_its_visitor_and_for_a_minute() {
        let hops = Hops::default();
        let url = hops.give(ANN, hop());
        assert_eq!(hops.take(BOB, ticket(&url)), None, "another browser");
        assert_eq!(hops.take(ANN, "AAAAAAAAAAAAAAAAAAAAAA"), None);
        assert_eq!(hops.take(ANN, "no ticket"), None);
        assert_eq!(hops.take(ANN, ticket(&url)), Some(hop()));
        assert_eq!(hops.take(ANN, ticket(&url)), None, "a second time");

        let url = hops.give(ANN, hop());
        tokio::time::advance(LIFETIME).await;
        assert_eq!(hops.take(ANN, ticket(&url)), None, "too late");
    }

    #[tokio::test(start_paused = true)]
    async fn there_is_a_bounded_number_of_them() {
        let hops = Hops::default();
        let first = hops.give(ANN, hop());
        for _ in 0..MAX {
            hops.give(ANN, hop());
        }
        assert_eq!(hops.table().hops.len(), MAX);
        assert_eq!(hops.take(ANN, ticket(&first)), None);
        tokio::time::advance(LIFETIME).await;
        hops.give(ANN, hop());
        assert_eq!(hops.table().hops.len(), 1);
        assert_eq!(hops.table().tickets.len(), 1);
    }
}
