//! Which sessions there are, and how a page finds its own.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{Notify, mpsc};

use super::{Mail, SessionNumber};
use crate::counters::Counters;
use crate::gate::Visitor;
use crate::view::Disconnect;

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
    /// The tickets in the order in which they were given out, taken ones among them.
    tickets: VecDeque<[u8; 16]>,
    /// Sessions by the secret that their page resumes with.
    secrets: HashMap<[u8; 16], SessionNumber>,
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
        &self,
        mailbox: mpsc::Sender<Mail>,
        owner: Visitor,
        secret: [u8; 16],
        ticket: Option<[u8; 16]>,
    ) -> Result<SessionNumber, Full> {
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
        }
        Ok(number)
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
        // Tickets that were taken go when they come to the front, or all at once when they are many.
        if tables.tickets.len() > 2 * tables.parked.len() + 64 {
            let Tables {
                tickets, parked, ..
            } = &mut *tables;
            tickets.retain(|ticket| parked.contains_key(ticket));
        }
        tables.sessions.get(&number).cloned()
    }

    /// The session that a page resumes with `secret`.
    pub(crate) fn by_secret(&self, secret: &[u8; 16]) -> Option<Handle> {
        let tables = self.tables();
        tables.sessions.get(tables.secrets.get(secret)?).cloned()
    }

    /// A session has ended.
    pub(crate) fn remove(
        &self,
        number: SessionNumber,
        secret: &[u8; 16],
        ticket: Option<&[u8; 16]>,
    ) {
        let mut tables = self.tables();
        if tables.sessions.remove(&number).is_some() {
            self.counters.sessions.less();
        }
        tables.secrets.remove(secret);
        if ticket.is_some_and(|ticket| tables.parked.remove(ticket).is_some()) {
            self.counters.parked.less();
        }
        if tables.sessions.is_empty() {
            self.emptied.notify_waiters();
        }
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
