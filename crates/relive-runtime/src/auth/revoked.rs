//! Which log-ins are no longer good.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::session::Login;
use crate::clock::now_millis;

/// How many log-outs are remembered.
const MAX: usize = 100_000;

/// The users who have logged out, each with the time: what was signed for them before is no longer good.
///
/// An entry dies with the last cookie that it speaks of. Where there are too many, the oldest goes, and **every** log-in
/// before it is no longer good: rather too many log in again than one cookie too many is good.
#[derive(Debug)]
pub(crate) struct Revoked {
    table: Mutex<Table>,
    lifetime: u64,
    max: usize,
}

#[derive(Debug, Default)]
struct Table {
    users: HashMap<Arc<str>, u64>,
    /// In the order of their times, among them some that were overtaken by a later one of the same user.
    order: VecDeque<(u64, Arc<str>)>,
    /// Log-ins up to this time are no longer good, whoever's they are.
    floor: u64,
    /// The last time that was given to a log-in or a log-out.
    last: u64,
}

impl Table {
    /// Now, and later than all before: within one millisecond it is still told what came first.
    fn tick(&mut self) -> u64 {
        self.last = now_millis().max(self.last + 1);
        self.last
    }
}

impl Revoked {
    pub(crate) fn new(lifetime: Duration) -> Self {
        Revoked {
            table: Mutex::default(),
            lifetime: u64::try_from(lifetime.as_millis()).unwrap_or(u64::MAX),
            max: MAX,
        }
    }

    /// Whether this log-in is good still.
    pub(crate) fn is_good(&self, login: &Login) -> bool {
        let (now, table) = (now_millis(), self.table());
        login.at > table.floor
            && now < login.at.saturating_add(self.lifetime)
            && table
                .users
                .get(&login.user)
                .is_none_or(|out| login.at > *out)
    }

    /// From now on all log-ins of this user until now are no longer good.
    pub(crate) fn log_out(&self, user: &str) {
        let mut table = self.table();
        let (now, user): (_, Arc<str>) = (table.tick(), user.into());
        table.users.insert(Arc::clone(&user), now);
        table.order.push_back((now, user));
        let Table {
            users,
            order,
            floor,
            ..
        } = &mut *table;
        if order.len() > 2 * users.len() + 64 {
            order.retain(|(at, user)| users.get(user) == Some(at));
        }
        while let Some((at, user)) = order.front() {
            let overtaken = users.get(user) != Some(at);
            let full = users.len() > self.max;
            if !overtaken && !full && at.saturating_add(self.lifetime) > now {
                return;
            }
            if !overtaken {
                users.remove(user);
                if full {
                    *floor = *at;
                }
            }
            order.pop_front();
        }
    }

    /// A log-in as of now.
    pub(crate) fn log_in(&self, user: &str) -> Login {
        Login {
            user: user.into(),
            at: self.table().tick(),
        }
    }

    fn table(&self) -> std::sync::MutexGuard<'_, Table> {
        // Nothing in here panics half way through a change.
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(lifetime: Duration, max: usize) -> Revoked {
        Revoked {
            max,
            ..Revoked::new(lifetime)
        }
    }

    #[test]
    fn a_log_out_speaks_of_what_came_before_it() {
        let revoked = table(Duration::from_secs(60), 10);
        let (ann, bob) = (revoked.log_in("ann"), revoked.log_in("bob"));
        assert!(revoked.is_good(&ann));
        revoked.log_out("ann");
        assert!(!revoked.is_good(&ann));
        assert!(revoked.is_good(&bob));
        let again = revoked.log_in("ann");
        assert!(revoked.is_good(&again));
        revoked.log_out("ann");
        assert!(!revoked.is_good(&again));
    }

    #[test]
    fn a_log_in_ends_with_its_lifetime() {
        let revoked = table(Duration::ZERO, 10);
        let login = Login {
            user: "ann".into(),
            at: now_millis(),
        };
        assert!(!revoked.is_good(&login));
    }

    #[test]
    fn a_full_table_refuses_too_much_rather_than_too_little() {
        let revoked = table(Duration::from_secs(60), 10);
        let early = revoked.log_in("early");
        revoked.log_out("early");
        let bystander = revoked.log_in("bystander");
        for n in 0..10 {
            revoked.log_out(&n.to_string());
        }
        assert!(!revoked.is_good(&early), "its entry is gone, and still");
        assert_eq!(revoked.table().users.len(), 10);
        assert!(
            revoked.is_good(&bystander),
            "it came after what is forgotten"
        );
        revoked.log_out("10");
        assert!(
            !revoked.is_good(&bystander),
            "older than something that is forgotten"
        );
        assert!(revoked.is_good(&revoked.log_in("late")));
    }

    #[test]
    fn one_user_who_logs_out_again_and_again_takes_one_place() {
        let revoked = table(Duration::from_secs(60), 1000);
        let other = revoked.log_in("other");
        for _ in 0..10_000 {
            revoked.log_out("ann");
        }
        assert_eq!(revoked.table().users.len(), 1);
        assert!(revoked.table().order.len() < 100);
        assert!(revoked.is_good(&other));
    }
}
