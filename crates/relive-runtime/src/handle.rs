//! Views from outside of them: a handle to one, and where to find the handles.

use std::any::TypeId;
use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::Serialize;
use tokio::sync::{Notify, mpsc};

use crate::event::Payload;
use crate::session::message::Direct;
use crate::session::{Mail, SessionNumber};
use crate::view::LiveView;

/// A way to one view, from anywhere in the process: a thread, a task, another view.
///
/// [`Cx::handle`](crate::Cx::handle) gives it. It keeps nothing alive: when the view's session has ended, it says so.
#[derive(Clone)]
pub struct ViewHandle(Arc<Inner>);

struct Inner {
    view: &'static str,
    session: SessionNumber,
    mailbox: mpsc::WeakSender<Mail>,
    /// A render is asked for.
    marked: AtomicBool,
    wake: Notify,
    /// Messages of handles that the view has not taken yet.
    waiting: AtomicUsize,
    max_waiting: usize,
}

/// Why a message does not reach its view.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SendError {
    /// As many messages wait for the view as may.
    #[error("view `{view}`: {waiting} messages wait already; this one was not taken")]
    Full {
        /// The view's name.
        view: &'static str,
        /// How many wait.
        waiting: usize,
    },
    /// The view's session has ended.
    #[error("view `{view}` is gone: its session has ended")]
    Gone {
        /// The view's name.
        view: &'static str,
    },
    /// The payload cannot be serialised.
    #[error("view `{view}`: the payload cannot be sent: {reason}")]
    Payload {
        /// The view's name.
        view: &'static str,
        /// What its `Serialize` says.
        reason: String,
    },
}

impl ViewHandle {
    pub(crate) fn new(
        view: &'static str,
        session: SessionNumber,
        mailbox: mpsc::WeakSender<Mail>,
        max_waiting: usize,
    ) -> Self {
        ViewHandle(Arc::new(Inner {
            view,
            session,
            mailbox,
            marked: AtomicBool::new(false),
            wake: Notify::new(),
            waiting: AtomicUsize::new(0),
            max_waiting,
        }))
    }

    /// Has the view rendered again, with what it reads from elsewhere, and says whether it is still there.
    ///
    /// This is a mark, not a message: while the view is busy it is remembered, and several become one render.
    pub fn send_update(&self) -> bool {
        self.0.marked.store(true, Ordering::Release);
        self.0.wake.notify_one();
        self.is_there()
    }

    /// Sends a message to the view, which takes it in `handle_info`.
    ///
    /// # Errors
    ///
    /// As many messages wait for the view as may, its session has ended, or `payload` cannot be serialised. Nothing
    /// was sent then.
    pub fn send_info(
        &self,
        event: impl Into<String>,
        payload: &(impl Serialize + ?Sized),
    ) -> Result<(), SendError> {
        let data = Payload::new(payload).map_err(|error| self.unfit(&error))?;
        let event = event.into();
        self.send(Direct::Info { event, data })
    }

    /// Sends an event to the JavaScript of the view's page, after the messages that were sent before.
    ///
    /// # Errors
    ///
    /// As [`send_info`](Self::send_info).
    pub fn push_event(
        &self,
        name: impl Into<String>,
        payload: &(impl Serialize + ?Sized),
    ) -> Result<(), SendError> {
        let payload = serde_json::to_value(payload).map_err(|error| self.unfit(&error))?;
        let name = name.into();
        self.send(Direct::Push { name, payload })
    }

    fn send(&self, message: Direct) -> Result<(), SendError> {
        let Inner {
            view,
            waiting,
            max_waiting,
            ..
        } = &*self.0;
        let gone = SendError::Gone { view };
        let mailbox = self.0.mailbox.upgrade().ok_or(gone.clone())?;
        let one_more = |waiting| (waiting < *max_waiting).then_some(waiting + 1);
        let full = |waiting| SendError::Full { view, waiting };
        waiting
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, one_more)
            .map_err(full)?;
        mailbox.try_send(Mail::Direct(message)).map_err(|error| {
            let before = waiting.fetch_sub(1, Ordering::Relaxed);
            match error {
                mpsc::error::TrySendError::Full(_) => full(before - 1),
                mpsc::error::TrySendError::Closed(_) => gone,
            }
        })
    }

    fn unfit(&self, error: &dyn fmt::Display) -> SendError {
        SendError::Payload {
            view: self.0.view,
            reason: error.to_string(),
        }
    }

    /// Whether the view's session goes on.
    pub fn is_there(&self) -> bool {
        let mailbox = self.0.mailbox.upgrade();
        mailbox.is_some_and(|mailbox| !mailbox.is_closed())
    }

    /// The name of the view's type.
    pub fn view(&self) -> &'static str {
        self.0.view
    }

    /// The view has taken a message.
    pub(crate) fn taken(&self) {
        self.0.waiting.fetch_sub(1, Ordering::Relaxed);
    }

    /// Takes the mark.
    pub(crate) fn take_mark(&self) -> bool {
        self.0.marked.swap(false, Ordering::AcqRel)
    }

    /// Resolves when there may be a mark.
    pub(crate) async fn marked(&self) {
        self.0.wake.notified().await;
    }
}

impl fmt::Debug for ViewHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner { view, session, .. } = &*self.0;
        write!(f, "ViewHandle({view} {session})")
    }
}

/// The views of a process that can be addressed: those that gave themselves a name, and all of each type that is marked
/// `#[live_view(use_actors)]`.
#[derive(Clone, Debug, Default)]
pub struct Views(Arc<Mutex<Tables>>);

#[derive(Debug, Default)]
struct Tables {
    names: HashMap<String, ViewHandle>,
    actors: HashMap<TypeId, BTreeMap<SessionNumber, ViewHandle>>,
}

impl Views {
    /// The view that registered itself under this name.
    pub fn get(&self, name: &str) -> Option<ViewHandle> {
        self.tables().names.get(name).cloned()
    }

    /// All views of a type that is marked `#[live_view(use_actors)]`, oldest first.
    pub fn of<V: LiveView>(&self) -> Vec<ViewHandle> {
        let tables = self.tables();
        let views = tables.actors.get(&TypeId::of::<V>());
        views.map_or_else(Vec::new, |views| views.values().cloned().collect())
    }

    pub(crate) fn register(&self, name: &str, handle: &ViewHandle) -> Option<ViewHandle> {
        let earlier = self.tables().names.insert(name.to_owned(), handle.clone());
        earlier.filter(|earlier| earlier.0.session != handle.0.session)
    }

    pub(crate) fn unregister(&self, name: &str, handle: &ViewHandle) {
        let mut tables = self.tables();
        let own = |known: &ViewHandle| known.0.session == handle.0.session;
        if tables.names.get(name).is_some_and(own) {
            tables.names.remove(name);
        }
    }

    pub(crate) fn add_actor(&self, view: TypeId, handle: &ViewHandle) {
        let mut tables = self.tables();
        let actors = tables.actors.entry(view).or_default();
        actors.insert(handle.0.session, handle.clone());
    }

    pub(crate) fn remove_actor(&self, view: TypeId, handle: &ViewHandle) {
        let mut tables = self.tables();
        if let Some(actors) = tables.actors.get_mut(&view) {
            actors.remove(&handle.0.session);
            if actors.is_empty() {
                tables.actors.remove(&view);
            }
        }
    }

    fn tables(&self) -> MutexGuard<'_, Tables> {
        // Nothing in here panics half way through a change.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
