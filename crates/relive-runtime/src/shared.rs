use std::sync::Arc;

use relive_template::Engine;

use crate::counters::Counters;
use crate::cx::AppContext;
use crate::gate::Gate;
use crate::limits::Limits;
use crate::router::Router;
use crate::session::registry::Registry;
use crate::target::Target;

/// What all sessions, pages and connections of a runtime share.
pub(crate) struct Shared {
    pub(crate) engine: Arc<dyn Engine>,
    /// Where templates were looked for, in words; nothing where the engine is the user's.
    pub(crate) searched: String,
    pub(crate) gate: Gate,
    pub(crate) registry: Arc<Registry>,
    pub(crate) counters: Arc<Counters>,
    pub(crate) limits: Limits,
    pub(crate) context: Arc<AppContext>,
    pub(crate) router: Arc<Router<Target>>,
    /// Whether pages are told what went wrong inside.
    pub(crate) development: bool,
    /// Whether some hook may want to read a request's headers.
    pub(crate) keep_headers: bool,
    /// The URL of the page's client.
    pub(crate) script: String,
}

impl Shared {
    /// What a page is told of an inner error: all of it in development, and only where it happened otherwise.
    pub(crate) fn told(&self, message: String, what: &str) -> String {
        if self.development {
            message
        } else {
            format!("`{what}` failed")
        }
    }
}
