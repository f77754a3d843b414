use std::fmt;
use std::sync::{Arc, OnceLock};

use super::revoked::Revoked;
use crate::session::registry::Registry;

/// Logs users out everywhere, and has their rights checked again, from anywhere in the process: `app.auth()`,
/// `cx.auth()`, `request.auth()`.
#[derive(Clone, Default)]
pub struct Auth(Arc<OnceLock<Started>>);

struct Started {
    registry: Arc<Registry>,
    revoked: Arc<Revoked>,
}

impl Auth {
    pub(crate) fn start(&self, registry: &Arc<Registry>, revoked: &Arc<Revoked>) {
        let started = Started {
            registry: Arc::clone(registry),
            revoked: Arc::clone(revoked),
        };
        // An application starts once: `start` takes it.
        let _ = self.0.set(started);
    }

    /// Logs a user out everywhere: cookies from before are no longer good, the live sessions of all their pages end, and
    /// their connections are closed. When this is done, no call of these sessions runs any more.
    pub async fn log_out(&self, user_id: impl fmt::Display) {
        let Some(started) = self.0.get() else {
            return tracing::warn!("a user was logged out before the application was started");
        };
        let user = user_id.to_string();
        started.revoked.log_out(&user);
        let ended = started.registry.log_out(&user).await;
        tracing::info!(user, ended, "a user is logged out");
    }

    /// A user's rights have changed: the hooks of all their live sessions run again, and where one halts, the page goes
    /// elsewhere. Says how many sessions are asked.
    pub fn recheck(&self, user_id: impl fmt::Display) -> usize {
        let Some(started) = self.0.get() else {
            return 0;
        };
        started.registry.recheck(&user_id.to_string())
    }
}

impl fmt::Debug for Auth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Auth").finish_non_exhaustive()
    }
}
