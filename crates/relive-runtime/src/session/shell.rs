//! The task around a session's core: it receives, runs, renders and sends what the core says.
//!
//! # Invariants
//!
//! - The view is touched by this task only, one call at a time.
//! - While a call is awaited, the mailbox and the timer are served; nothing that they bring touches the view.
//! - A panic in the view ends here.
//! - Whoever comes back is let in after the hooks have run; a log-out goes past all that waits.

use std::panic::AssertUnwindSafe;
use std::pin::pin;

use futures_util::FutureExt;
use tokio::sync::mpsc;
use tokio::time::timeout;

use super::Mail;
use super::desk::Desk;
use super::message::{Input, Output, Rendered};
use super::registry::Seat;
use crate::disconnect::Disconnect;
use crate::erased::ErasedView;
use crate::snapshot::Back;

/// A session with all that belongs to it.
pub(crate) struct Session {
    pub(crate) view: Box<dyn ErasedView>,
    pub(crate) mailbox: mpsc::Receiver<Mail>,
    pub(crate) desk: Desk,
    /// Given up last: whoever waits for the end of all sessions waits for their views to be gone.
    pub(crate) seat: Seat,
}

impl Session {
    /// Runs the session to its end.
    pub(crate) async fn run(mut self) {
        self.desk.stop.begin();
        loop {
            loop {
                self.desk.obey();
                let Some(output) = self.desk.core.output() else {
                    break;
                };
                match output {
                    Output::Run(call) => self.call(call).await,
                    Output::Render { seq, answers } => self.render(seq, &answers),
                    Output::StartTasks => self.view.cx().tasks.start_all(&mut self.desk.tasks),
                    other => self.desk.perform(other),
                }
            }
            if let Some(reason) = self.desk.ended {
                return self.finish(reason).await;
            }
            if self.desk.held.is_none() && self.mailbox.is_empty() {
                self.desk.idle.clear();
            }
            self.desk.wait(&mut self.mailbox).await;
        }
    }

    fn render(&mut self, seq: u32, answers: &[u32]) {
        let Session { view, desk, .. } = self;
        let Some(link) = &desk.link else {
            // Renders are asked for in the state `Live` only, which begins with a link.
            return desk.core.input(Input::Rendered(Rendered::Unchanged));
        };
        // What was asked for until now is in this render.
        desk.handle.take_mark();
        let target = (link.format, link.region, seq);
        if let Some((leaving, flash)) = view.cx().effects.take_leaving() {
            // Nobody will see this view's next picture, and it may not even have one.
            let cx = view.cx();
            let away = leaving.into_effect(&desk.shared, &cx.route, &cx.caller, flash);
            let mut effects = cx.effects.take();
            effects.push(away);
            let rendered = desk.picture.leave(target, answers, effects);
            return desk.core.input(Input::Rendered(rendered));
        }
        let has_flash = view.cx().effects.has_flash();
        let effects = view.cx().effects.take();
        // A panic of the view or of the differ is a failed render already.
        let rendered = match desk
            .picture
            .update(view.as_mut(), target, answers, &effects)
        {
            Rendered::Failed(message) => {
                tracing::error!(%message, "a view could not be rendered");
                view.cx().effects.give_back(effects);
                Rendered::Failed(desk.shared.told(message, "rendering"))
            }
            Rendered::Panicked { message, .. } => {
                tracing::error!(%message, "a view could not be rendered");
                view.cx().effects.give_back(effects);
                let back = view.restore_seen();
                let message = desk.shared.told(message, "rendering");
                let restored = matches!(back, Back::Restored);
                match back {
                    Back::AsSeen => Rendered::Failed(message),
                    Back::Restored | Back::Impossible => Rendered::Panicked { message, restored },
                }
            }
            rendered => {
                view.seen();
                if has_flash {
                    desk.picture.rendered().needs_flash_container();
                }
                view.reset_temporary();
                rendered
            }
        };
        desk.core.input(Input::Rendered(rendered));
    }

    async fn finish(mut self, reason: Disconnect) {
        self.seat.retire();
        self.desk.refuse_pending();
        let Session {
            view,
            desk,
            mailbox,
            seat,
        } = &mut self;
        desk.tasks.abort_all();
        let disconnect = AssertUnwindSafe(async { view.disconnect(reason).await }).catch_unwind();
        let mut disconnect = pin!(timeout(desk.shared.limits.end_time, disconnect));
        // A page that comes back now is told that it is too late.
        let done = loop {
            desk.perform_all();
            tokio::select! {
                biased;
                done = &mut disconnect => break done,
                () = desk.wait(mailbox) => {}
            }
        };
        match done {
            Ok(Ok(())) => {}
            Ok(Err(_)) => desk.shared.counters.panics.one(),
            Err(_) => tracing::warn!("a view's disconnect took too long and was dropped"),
        }
        mailbox.close();
        let held = desk.held.take();
        for mail in held
            .into_iter()
            .chain(std::iter::from_fn(|| mailbox.try_recv().ok()))
        {
            desk.take(mail);
            desk.perform_all();
        }
        tracing::debug!(session = seat.number, ?reason, "session ended");
    }
}
