//! What a view was before a call, to go back to after a panic, or after the error of a transactional one.
//!
//! The state itself can be kept where the view is `Clone`. What the call asked the page for, and the address, are taken
//! back in any case.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::cx::CxCore;
use crate::effects::Effects;
use crate::event::PathValues;
use crate::task::drop_quietly;
use crate::view::LiveView;

/// A view with what its page was promised, at one moment.
struct Saved<V> {
    /// Nothing, where the view is not `Clone`.
    view: Option<V>,
    effects: Effects,
    url: String,
    path_values: PathValues,
    last_task: u64,
    /// The page is at another address since then by itself, after a click on a link.
    visited: bool,
}

/// What became of going back to what the page shows.
pub(crate) enum Back {
    /// The view is what it was.
    Restored,
    /// It is that already.
    AsSeen,
    /// It is not `Clone`.
    Impossible,
}

/// The moments that a view can go back to.
pub(crate) struct Snapshots<V> {
    /// Before the call that is under way.
    call: Option<Saved<V>>,
    /// Before the first call that no page has seen yet: its render may panic.
    unseen: Option<Saved<V>>,
}

impl<V: LiveView> Snapshots<V> {
    pub(crate) fn new() -> Self {
        Snapshots {
            call: None,
            unseen: None,
        }
    }

    /// A call begins, perhaps a visit of the page.
    pub(crate) fn save(&mut self, view: &V, core: &mut CxCore, visited: bool) {
        let view = copy(view);
        core.tasks.begin_call(view.is_some());
        self.call = Some(Saved {
            view,
            effects: core.effects.clone(),
            url: core.url.clone(),
            path_values: core.path_values.clone(),
            last_task: core.tasks.last(),
            visited,
        });
    }

    /// The call is done, and its changes stay.
    pub(crate) fn keep(&mut self, core: &mut CxCore) {
        core.tasks.end_call();
        let Some(call) = self.call.take() else { return };
        match &mut self.unseen {
            Some(first) => {
                first.visited |= call.visited;
                drop_quietly(call);
            }
            None => self.unseen = Some(call),
        }
    }

    /// Takes the call back. Says whether the state is back, too.
    pub(crate) fn restore(&mut self, view: &mut V, core: &mut CxCore) -> bool {
        self.call
            .take()
            .is_some_and(|call| go_back(call, view, core))
    }

    /// A page has seen the state, or it was mounted anew.
    pub(crate) fn seen(&mut self) {
        if let Some(unseen) = self.unseen.take() {
            drop_quietly(unseen);
        }
    }

    /// Takes all calls back that no page has seen.
    pub(crate) fn restore_seen(&mut self, view: &mut V, core: &mut CxCore) -> Back {
        let Some(unseen) = self.unseen.take() else {
            // What cannot be shown is not the view's own.
            let is_clone = copy(view).map(drop_quietly).is_some();
            return if is_clone {
                Back::AsSeen
            } else {
                Back::Impossible
            };
        };
        if go_back(unseen, view, core) {
            Back::Restored
        } else {
            Back::Impossible
        }
    }
}

/// A copy of the view, where there can be one.
fn copy<V: LiveView>(view: &V) -> Option<V> {
    catch_unwind(AssertUnwindSafe(|| V::snapshot(view))).unwrap_or_else(|_| {
        tracing::error!(view = V::NAME, "copying a view panicked");
        None
    })
}

fn go_back<V>(saved: Saved<V>, view: &mut V, core: &mut CxCore) -> bool {
    core.tasks.undo(saved.last_task);
    core.effects = saved.effects;
    if saved.visited {
        core.effects.return_to(saved.url.clone());
    }
    (core.url, core.path_values) = (saved.url, saved.path_values);
    let Some(state) = saved.view else {
        return false;
    };
    drop_quietly(std::mem::replace(view, state));
    true
}
