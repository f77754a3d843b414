//! Topics within one process: who broadcasts need not know who listens.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::Serialize;
use tokio::sync::mpsc;

use crate::error::Result;
use crate::event::Payload;
use crate::session::{Mail, SessionNumber};

/// Sends messages to every view that subscribed to a topic; a view takes them in `handle_info`.
///
/// A broadcast never waits. A view that cannot keep up is told how many messages it missed, under the event
/// `relive:missed`.
#[derive(Clone, Debug, Default)]
pub struct PubSub(Arc<Mutex<HashMap<String, Vec<Subscriber>>>>);

/// A session's end of its subscriptions.
#[derive(Clone, Debug)]
pub(crate) struct Subscriber {
    pub(crate) session: SessionNumber,
    pub(crate) mailbox: mpsc::WeakSender<Mail>,
    pub(crate) missed: Arc<AtomicU64>,
}

impl PubSub {
    /// Sends `event` to all subscribers of `topic`, and says to how many.
    ///
    /// # Errors
    ///
    /// Where `payload` cannot be serialised.
    pub fn broadcast(
        &self,
        topic: &str,
        event: &str,
        payload: &(impl Serialize + ?Sized),
    ) -> Result<usize> {
        Ok(self.send(topic, event, Payload::new(payload)?, None))
    }

    pub(crate) fn send(
        &self,
        topic: &str,
        event: &str,
        data: Payload,
        except: Option<SessionNumber>,
    ) -> usize {
        let topics = self.topics();
        let Some(subscribers) = topics.get(topic) else {
            return 0;
        };
        let mut reached = 0;
        for subscriber in subscribers.iter().filter(|s| Some(s.session) != except) {
            let mail = Mail::Info {
                event: event.to_owned(),
                data: data.clone(),
            };
            match subscriber
                .mailbox
                .upgrade()
                .map(|mailbox| mailbox.try_send(mail))
            {
                Some(Ok(())) => reached += 1,
                Some(Err(mpsc::error::TrySendError::Full(_))) => {
                    subscriber.missed.fetch_add(1, Ordering::Relaxed);
                }
                // The session is ending; it takes its subscriptions back itself.
                Some(Err(mpsc::error::TrySendError::Closed(_))) | None => {}
            }
        }
        reached
    }

    pub(crate) fn subscribe(&self, topic: &str, subscriber: &Subscriber) {
        let mut topics = self.topics();
        let subscribers = topics.entry(topic.to_owned()).or_default();
        if !subscribers
            .iter()
            .any(|known| known.session == subscriber.session)
        {
            subscribers.push(subscriber.clone());
        }
    }

    pub(crate) fn unsubscribe(&self, topic: &str, session: SessionNumber) {
        let mut topics = self.topics();
        if let Some(subscribers) = topics.get_mut(topic) {
            subscribers.retain(|subscriber| subscriber.session != session);
            if subscribers.is_empty() {
                topics.remove(topic);
            }
        }
    }

    fn topics(&self) -> MutexGuard<'_, HashMap<String, Vec<Subscriber>>> {
        // Nothing in here panics half way through a change.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
