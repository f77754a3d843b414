//! Which sessions there are, and how a page finds its own.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{Notify, mpsc};

use super::{Mail, SessionNumber};
use crate::counters::Counters;
use crate::disconnect::Disconnect;
use crate::gate::Visitor;

/// A way to a session's mailbox.
#[derive(Clone, Debug)]
pub(crate) struct Handle {
    pub(crate) mailbox: mpsc::Sender<Mail>,
    pub(crate) owner: Visitor,
}

/// All sessions of an application.
pub(crate) struct Registry {
    tables: Mutex<Tables>,
    /// Woken when a session ends.
    emptied: Notify,
    counters: Arc<Counters>,
    max_parked: usize,
    max_sessions: usize,
}

#[derive(Default)]
struct Tables {
    last: SessionNumber,
    closed: bool,
    sessions: HashMap<SessionNumber, Handle>,
    /// Sessions that wait for their page, by the ticket in its token.
    parked: HashMap<[u8; 16], SessionNumber>,
    /// The tickets in the order in which they were given out, among them some of sessions that are not parked any more.
    tickets: VecDeque<[u8; 16]>,
    /// Sessions by the secret that their page resumes with.
    secrets: HashMap<[u8; 16], SessionNumber>,
}

impl Tables {
    /// Tickets of sessions that are not parked any more go when they come to the front, or all at once when they are many.
    fn forget_tickets(&mut self) {
        if self.tickets.len() > 2 * self.parked.len() + 64 {
            let Tables {
                tickets, parked, ..
            } = self;
            tickets.retain(|ticket| parked.contains_key(ticket));
        }
    }
}

/// A session's place in the registry. It is given up when this is dropped, however the session ends.
pub(crate) struct Seat {
    registry: Arc<Registry>,
    pub(crate) number: SessionNumber,
    pub(crate) secret: [u8; 16],
    ticket: Option<[u8; 16]>,
}

impl Seat {
    /// From now on no page finds the session.
    pub(crate) fn retire(&self) {
        let mut tables = self.registry.tables();
        tables.secrets.remove(&self.secret);
        let ticket = self.ticket.as_ref();
        if ticket.is_some_and(|ticket| tables.parked.remove(ticket).is_some()) {
            self.registry.counters.parked.less();
        }
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.retire();
        let mut tables = self.registry.tables();
        if tables.sessions.remove(&self.number).is_some() {
            self.registry.counters.sessions.less();
        }
        if tables.sessions.is_empty() {
            self.registry.emptied.notify_waiters();
        }
    }
}

/// There are as many sessions as there may be, or the server shuts down.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Full;

impl Registry {
    pub(crate) fn new(counters: Arc<Counters>, max_parked: usize, max_sessions: usize) -> Self {
        Registry {
            tables: Mutex::default(),
            emptied: Notify::new(),
            counters,
            max_parked,
            max_sessions,
        }
    }

    /// Adds a session, which its page can resume by `secret`, and join by `ticket` where there is one.
    pub(crate) fn add(
        self: &Arc<Self>,
        mailbox: mpsc::Sender<Mail>,
        owner: Visitor,
        secret: [u8; 16],
        ticket: Option<[u8; 16]>,
    ) -> Result<Seat, Full> {
        let mut tables = self.tables();
        if tables.closed || tables.sessions.len() >= self.max_sessions {
            return Err(Full);
        }
        tables.last += 1;
        let number = tables.last;
        tables.sessions.insert(number, Handle { mailbox, owner });
        tables.secrets.insert(secret, number);
        self.counters.sessions.one();
        if let Some(ticket) = ticket {
            tables.parked.insert(ticket, number);
            tables.tickets.push_back(ticket);
            self.counters.parked.one();
            if tables.parked.len() > self.max_parked {
                self.evict_oldest(&mut tables);
            }
            tables.forget_tickets();
        }
        Ok(Seat {
            registry: Arc::clone(self),
            number,
            secret,
            ticket,
        })
    }

    fn evict_oldest(&self, tables: &mut Tables) {
        while let Some(ticket) = tables.tickets.pop_front() {
            let Some(number) = tables.parked.remove(&ticket) else {
                continue;
            };
            self.counters.parked.less();
            if let Some(handle) = tables.sessions.get(&number) {
                // A full mailbox: the session's own time is up soon.
                let _ = handle.mailbox.try_send(Mail::Stop(Disconnect::Evicted));
            }
            return;
        }
    }

    /// The parked session of this ticket. A ticket works once.
    pub(crate) fn claim(&self, ticket: &[u8; 16]) -> Option<Handle> {
        let mut tables = self.tables();
        let number = tables.parked.remove(ticket)?;
        self.counters.parked.less();
        tables.sessions.get(&number).cloned()
    }

    /// The session that a page resumes with `secret`.
    pub(crate) fn by_secret(&self, secret: &[u8; 16]) -> Option<Handle> {
        let tables = self.tables();
        tables.sessions.get(tables.secrets.get(secret)?).cloned()
    }

    /// Takes no sessions any more, and gives those that there are.
    pub(crate) fn close(&self) -> Vec<Handle> {
        let mut tables = self.tables();
        tables.closed = true;
        tables.sessions.values().cloned().collect()
    }

    /// Resolves when there is no session left.
    pub(crate) async fn empty(&self) {
        loop {
            let emptied = self.emptied.notified();
            tokio::pin!(emptied);
            emptied.as_mut().enable();
            if self.tables().sessions.is_empty() {
                return;
            }
            emptied.await;
        }
    }

    fn tables(&self) -> MutexGuard<'_, Tables> {
        // Nothing in here panics half way through a change.
        self.tables.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sessions_whose_pages_never_join_leave_nothing_behind() {
        let registry = Arc::new(Registry::new(Arc::default(), 100, 1000));
        for number in 0..10_000_u128 {
            let (mailbox, _) = mpsc::channel(1);
            let name = number.to_be_bytes();
            let seat = registry.add(mailbox, Visitor([0; 16]), name, Some(name));
            assert!(seat.is_ok());
        }
        let tables = registry.tables();
        assert!(tables.sessions.is_empty() && tables.parked.is_empty());
        assert!(tables.secrets.is_empty());
        assert!(tables.tickets.len() < 100, "{}", tables.tickets.len());
    }
}
