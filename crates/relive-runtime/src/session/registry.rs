//! Which sessions there are, and how a page finds its own.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use std::time::Duration;

use tokio::sync::{Notify, mpsc};
use tokio::time::timeout;

use super::stop::Stop;
use super::{Close, Mail, Outbox, SessionNumber};
use crate::auth::Owner;
use crate::counters::Counters;
use crate::disconnect::Disconnect;

/// A way to a session's mailbox.
#[derive(Clone, Debug)]
pub(crate) struct Handle {
    pub(crate) mailbox: mpsc::Sender<Mail>,
    pub(crate) owner: Owner,
    pub(crate) stop: Stop,
}

impl Handle {
    /// Sends what the session must not miss. Where its mailbox is full, it gets it as soon as there is room.
    fn send(self, mail: Mail) {
        if let Err(mpsc::error::TrySendError::Full(mail)) = self.mailbox.try_send(mail)
            && let Ok(runtime) = tokio::runtime::Handle::try_current()
        {
            runtime.spawn(async move { self.mailbox.send(mail).await });
        }
    }
}

/// How long a log-out waits for calls that cannot be broken off.
const LOG_OUT_TIME: Duration = Duration::from_secs(5);

/// All sessions of an application.
pub(crate) struct Registry {
    tables: Mutex<Tables>,
    /// Woken when a session ends.
    emptied: Notify,
    /// Woken when a session runs no call any more.
    retired: Notify,
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
    /// What belongs to users who are logged in, by their ids.
    users: HashMap<Arc<str>, Belongings>,
}

#[derive(Default)]
struct Belongings {
    sessions: HashSet<SessionNumber>,
    connections: HashMap<u64, Outbox>,
}

impl Tables {
    /// Changes what belongs to a user.
    fn with_user(&mut self, user: &Arc<str>, change: impl FnOnce(&mut Belongings)) {
        let belongings = self.users.entry(Arc::clone(user)).or_default();
        change(belongings);
        if belongings.sessions.is_empty() && belongings.connections.is_empty() {
            self.users.remove(user);
        }
    }

    /// The sessions of a user.
    fn sessions_of(&self, user: &str) -> Vec<Handle> {
        let numbers = self.users.get(user).map(|belongings| &belongings.sessions);
        numbers
            .into_iter()
            .flatten()
            .filter_map(|number| self.sessions.get(number).cloned())
            .collect()
    }

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
    /// Told when the session's user logs out.
    pub(crate) stop: Stop,
}

impl Seat {
    /// From now on no page finds the session, and it runs no call.
    pub(crate) fn retire(&self) {
        self.stop.end();
        self.registry.retired.notify_waiters();
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
        if let Some(handle) = tables.sessions.remove(&self.number) {
            self.registry.counters.sessions.less();
            if let Some(login) = &handle.owner.login {
                tables.with_user(&login.user, |belongings| {
                    belongings.sessions.remove(&self.number);
                });
            }
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
            retired: Notify::new(),
            counters,
            max_parked,
            max_sessions,
        }
    }

    /// Adds a session, which its page can resume by `secret`, and join by `ticket` where there is one.
    pub(crate) fn add(
        self: &Arc<Self>,
        mailbox: mpsc::Sender<Mail>,
        owner: Owner,
        secret: [u8; 16],
        ticket: Option<[u8; 16]>,
    ) -> Result<Seat, Full> {
        let mut tables = self.tables();
        if tables.closed || tables.sessions.len() >= self.max_sessions {
            return Err(Full);
        }
        tables.last += 1;
        let number = tables.last;
        let stop = Stop::default();
        if let Some(login) = &owner.login {
            tables.with_user(&login.user, |belongings| {
                belongings.sessions.insert(number);
            });
        }
        let handle = Handle {
            mailbox,
            owner,
            stop: stop.clone(),
        };
        tables.sessions.insert(number, handle);
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
            stop,
        })
    }

    /// Adds a connection of a user's.
    pub(crate) fn connect(&self, user: &Arc<str>, connection: u64, outbox: Outbox) {
        self.tables().with_user(user, |belongings| {
            belongings.connections.insert(connection, outbox);
        });
    }

    /// A connection of a user's is gone.
    pub(crate) fn disconnect(&self, user: &Arc<str>, connection: u64) {
        self.tables().with_user(user, |belongings| {
            belongings.connections.remove(&connection);
        });
    }

    /// Ends all sessions of a user, then their connections, and says how many sessions. When this is done, no call of theirs
    /// runs any more.
    pub(crate) async fn log_out(&self, user: &str) -> usize {
        let handles = self.tables().sessions_of(user);
        for handle in &handles {
            handle.stop.tell();
        }
        let quiet = async {
            loop {
                let retired = self.retired.notified();
                tokio::pin!(retired);
                retired.as_mut().enable();
                if !handles.iter().any(|handle| handle.stop.runs()) {
                    return;
                }
                retired.await;
            }
        };
        if timeout(LOG_OUT_TIME, quiet).await.is_err() {
            tracing::error!(
                user,
                "a user is logged out, but a handler of theirs does not return: it blocks its thread"
            );
        }
        let tables = self.tables();
        let connections = tables.users.get(user).map(|own| own.connections.values());
        for outbox in connections.into_iter().flatten() {
            outbox.close(Close {
                code: 1008,
                reason: "logged out",
            });
        }
        handles.len()
    }

    /// Has the hooks of all sessions of a user run again, and says how many there are.
    pub(crate) fn recheck(&self, user: &str) -> usize {
        let handles = self.tables().sessions_of(user);
        let count = handles.len();
        for handle in handles {
            handle.send(Mail::Check);
        }
        count
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

    /// The sessions that there are.
    pub(crate) fn handles(&self) -> Vec<Handle> {
        self.tables().sessions.values().cloned().collect()
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
    use crate::auth::Login;
    use crate::gate::Visitor;

    #[test]
    fn sessions_whose_pages_never_join_leave_nothing_behind() {
        let registry = Arc::new(Registry::new(Arc::default(), 100, 1000));
        for number in 0..10_000_u128 {
            let (mailbox, _) = mpsc::channel(1);
            let name = number.to_be_bytes();
            let owner = Owner {
                visitor: Visitor([0; 16]),
                login: Some(Login {
                    user: "ann".into(),
                    at: 1,
                }),
            };
            let seat = registry.add(mailbox, owner, name, Some(name));
            assert!(seat.is_ok());
        }
        let tables = registry.tables();
        assert!(tables.sessions.is_empty() && tables.parked.is_empty());
        assert!(tables.secrets.is_empty() && tables.users.is_empty());
        assert!(tables.tickets.len() < 100, "{}", tables.tickets.len());
    }
}
