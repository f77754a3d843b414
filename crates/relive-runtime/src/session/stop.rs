//! A session's end that does not wait in its mailbox.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use tokio::sync::Notify;

/// Tells a session that its user has logged out, past all messages that wait for it, and learns when the session runs
/// nothing any more.
#[derive(Clone, Debug, Default)]
pub(crate) struct Stop(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    told: AtomicU8,
    runs: AtomicU8,
    wake: Notify,
}

impl Stop {
    /// Tells the session. It runs no call from now on, but for one that is in the middle of synchronous code.
    pub(crate) fn tell(&self) {
        self.0.told.store(1, Ordering::SeqCst);
        self.0.wake.notify_one();
    }

    pub(crate) fn is_told(&self) -> bool {
        self.0.told.load(Ordering::SeqCst) == 1
    }

    /// Resolves when the session was told.
    pub(crate) async fn told(&self) {
        while !self.is_told() {
            self.0.wake.notified().await;
        }
    }

    /// The session looks from now on before it runs a call.
    pub(crate) fn begin(&self) {
        self.0.runs.store(1, Ordering::SeqCst);
    }

    /// The session runs no call any more.
    pub(crate) fn end(&self) {
        self.0.runs.store(2, Ordering::SeqCst);
    }

    /// Whether it may be in the middle of a call. A session that has not begun looks first.
    pub(crate) fn runs(&self) -> bool {
        self.0.runs.load(Ordering::SeqCst) == 1
    }
}
