//! One call of the view: before it, what it needs; after it, what became of it.

use std::mem::take;
use std::time::Duration;

use futures_util::FutureExt;
use relive_protocol::ErrorKind;
use tokio::time::timeout;
use tracing::{Instrument, Span};

use super::desk::Desk;
use super::message::{Call, Direct, Input, Ran};
use super::shell::Session;
use crate::address::query_of;
use crate::erased::{ErasedView, Failure, MAX_PATCHES, Step, too_many_patches};
use crate::error::Error;
use crate::event::Params;
use crate::task::{Finished, drop_quietly};
use crate::view::BoxFuture;

impl Session {
    pub(super) async fn call(&mut self, call: Call) {
        let remount = call == Call::Remount;
        let ran = self.run_call(call).await;
        self.view.cx().reference = None;
        if self.view.cx().tasks.wait_for_start() {
            self.desk.core.input(Input::TasksWait);
        }
        match ran {
            // The desk has ended the session meanwhile; the call was dropped.
            None => {}
            Some(ran @ Ran::Halted(_)) => self.desk.core.input(Input::Ran(ran)),
            Some(Ran::Done) => {
                if remount {
                    self.desk.picture.forget_rows();
                }
                self.desk.core.input(Input::Ran(Ran::Done));
            }
            Some(_) if remount => self.desk.core.give_up(),
            Some(ran) => self.desk.core.input(Input::Ran(ran)),
        }
    }

    /// Runs one call. `None`: the session ended first.
    async fn run_call(&mut self, mut call: Call) -> Option<Ran> {
        let Some(mut subject) = self.subject(&mut call) else {
            return Some(Ran::Skipped);
        };
        let span = tracing::debug_span!("handle", what = subject.name(&call));
        if can_fail(self.view.as_ref(), &call) {
            self.view.save(matches!(call, Call::Visit { .. }));
        }
        let Session {
            view,
            desk,
            mailbox,
            ..
        } = self;
        // A synchronous handler runs in here.
        let step = match span.in_scope(|| begin(view.as_mut(), desk, &call, &mut subject)) {
            Ok(step) => step,
            Err(refused) => return Some(refused),
        };
        let done = desk.drive(step, mailbox).instrument(span.clone()).await?;
        if call == Call::Check {
            return Some(desk.checked(done));
        }
        let done = self.follow_patches(done, &span).await?;
        Some(self.settle(&call, subject.name(&call), done))
    }

    /// What the call is about, taken from where it waits. `None`: there is nothing to run.
    fn subject(&mut self, call: &mut Call) -> Option<Subject> {
        match call {
            Call::Event { payload, .. } => {
                Some(Subject::Params(Params::from_payload(take(payload))))
            }
            Call::Task { number } => {
                let finished = self.desk.take_finished(*number);
                match (self.view.cx().tasks.finish(*number), finished) {
                    (Some(name), Some(finished)) => Some(Subject::Task(name, Some(finished))),
                    // It was replaced or cancelled meanwhile.
                    (_, late) => {
                        drop_quietly(late);
                        None
                    }
                }
            }
            _ => Some(Subject::Nothing),
        }
    }

    /// Runs `handle_params` for each address that the call has patched the page to.
    async fn follow_patches(
        &mut self,
        mut done: Result<(), Failure>,
        span: &Span,
    ) -> Option<Result<(), Failure>> {
        let Session {
            view,
            desk,
            mailbox,
            ..
        } = self;
        for patches in 0.. {
            let Some(url) = view.cx().effects.take_patched() else {
                break;
            };
            if patches == MAX_PATCHES {
                done = Err(Failure::Failed(too_many_patches("(this view)")));
            }
            if done.is_err() || !view.cx().visit(&url) {
                // The view does not come to this address, so the page does not, either.
                view.cx().effects.unpatch();
                break;
            }
            let step = span.in_scope(|| view.params(query_of(&url)));
            done = desk.drive(step, mailbox).instrument(span.clone()).await?;
        }
        Some(done)
    }

    /// What became of the call: what a failure undoes is undone.
    fn settle(&mut self, call: &Call, what: &str, mut done: Result<(), Failure>) -> Ran {
        let Session { view, desk, .. } = self;
        if done.is_ok()
            && let Some(refused) = view.cx().tasks.take_refused()
        {
            done = Err(Failure::Failed(refused));
        }
        if done.is_err() {
            view.cx().effects.stay();
        }
        let panicked = matches!(done, Err(Failure::Panicked));
        // Half a call's effects would tell of a state that is gone. What calls before it brought about stays.
        let restored = (panicked || done.is_err() && view.transactional()) && view.restore();
        if !restored {
            view.keep();
        }
        if panicked
            && !restored
            && let Call::Visit { url, .. } = call
        {
            // It is mounted again where its page is.
            view.cx().effects.unpatch();
            view.cx().visit(url);
        }
        if restored && !view.cx().effects.is_empty() {
            // The page is told where it is again.
            desk.core.input(Input::Update);
        }
        match desk.outcome(done, what) {
            Ran::Panicked if restored => Ran::Restored,
            Ran::Failed(message) if restored => Ran::Undone(message),
            ran => ran,
        }
    }
}

/// What a call is about, besides what its own words say.
enum Subject {
    Nothing,
    Params(Params),
    /// A task's name, and its end.
    Task(String, Option<Finished>),
}

impl Subject {
    /// What logs and errors call it.
    fn name<'a>(&'a self, call: &'a Call) -> &'a str {
        match (call, self) {
            (Call::Event { name, .. }, _) => name,
            (Call::Visit { navigate: true, .. }, _) => "navigate",
            (Call::Visit { .. }, _) => "handle_params",
            (Call::Info { .. } | Call::Direct(Direct::Info { .. }), _) => "handle_info",
            (Call::Direct(Direct::Push { .. }), _) => "push_event",
            (Call::Task { .. }, Subject::Task(name, _)) if !name.is_empty() => name,
            (Call::Task { .. }, _) => "a task",
            (Call::Remount, _) => "mount",
            (Call::Check, _) => "on_mount",
        }
    }
}

/// Whether a failure of this call may have to be undone.
fn can_fail(view: &dyn ErasedView, call: &Call) -> bool {
    match call {
        Call::Event { name, .. } => view.handles(name),
        Call::Direct(Direct::Push { .. }) | Call::Remount | Call::Check => false,
        Call::Visit { .. } | Call::Info { .. } | Call::Direct(_) | Call::Task { .. } => true,
    }
}

/// Calls the view.
fn begin<'a>(
    view: &'a mut dyn ErasedView,
    desk: &mut Desk,
    call: &'a Call,
    subject: &'a mut Subject,
) -> Result<Step<'a>, Ran> {
    let nowhere = |message: &str| Err(Ran::Refused(ErrorKind::NotFound, message.to_owned()));
    Ok(match call {
        Call::Event {
            reference, name, ..
        } => {
            desk.shared.counters.events.one();
            view.cx().reference = Some(*reference);
            let Subject::Params(params) = subject else {
                unreachable!("an event has parameters");
            };
            view.event(name, take(params))
        }
        Call::Visit {
            reference,
            url,
            navigate,
        } => {
            view.cx().reference = Some(*reference);
            if *navigate {
                if !view.cx().navigate(url) {
                    return nowhere("there is no live view at this address");
                }
                return Ok(Step::Ready(Ok(())));
            }
            if !view.cx().visit(url) {
                view.keep();
                return nowhere("the address is not one of this view");
            }
            view.params(query_of(url))
        }
        Call::Info { event, data } => view.info(event, data.clone()),
        Call::Direct(Direct::Info { event, data }) => {
            desk.handle.taken();
            view.info(event, data.clone())
        }
        Call::Direct(Direct::Push { name, payload }) => {
            desk.handle.taken();
            view.cx().effects.push(name.clone(), payload.clone());
            Step::Ready(Ok(()))
        }
        Call::Task { .. } => {
            let Subject::Task(name, finished) = subject else {
                unreachable!("a task has an end");
            };
            match finished.take() {
                Some(finished) => view.task(name, finished),
                None => Step::Ready(Ok(())),
            }
        }
        Call::Check => {
            if let Some(pending) = &mut desk.pending {
                view.cx().caller = pending.begin();
            }
            match view.check() {
                Step::Pending(check) => in_time(check, desk.shared.limits.mount_time),
                done => done,
            }
        }
        Call::Remount => in_time(view.remount(), desk.shared.limits.mount_time),
    })
}

impl Desk {
    fn take_finished(&mut self, number: u64) -> Option<Finished> {
        let is_it = |finished: &Finished| finished.number == number;
        let at = self.finished.iter().position(is_it)?;
        Some(self.finished.swap_remove(at))
    }

    fn outcome(&self, done: Result<(), Failure>, what: &str) -> Ran {
        match done {
            Ok(()) => Ran::Done,
            Err(Failure::Unknown(message)) => Ran::Refused(ErrorKind::UnknownEvent, message),
            Err(Failure::Rejected(error) | Failure::Address(error)) => {
                Ran::Refused(ErrorKind::InvalidParams, error.to_string())
            }
            Err(Failure::Failed(error)) => {
                tracing::error!(what, %error, "a view returned an error");
                Ran::Failed(self.shared.told(format!("`{what}`: {error}"), what))
            }
            Err(Failure::Panicked) => {
                self.shared.counters.panics.one();
                tracing::error!(what, "a view panicked");
                Ran::Panicked
            }
            Err(Failure::Halted(halt)) => {
                Ran::Halted(self.shared.context.leads_to(halt, self.visitor))
            }
        }
    }
}

/// A call that may take so long and no longer.
fn in_time(call: BoxFuture<'_, Result<(), Failure>>, limit: Duration) -> Step<'_> {
    Step::Pending(Box::pin(timeout(limit, call).map(|done| {
        done.unwrap_or_else(|_| {
            let message = "hooks, mount and handle_params took too long";
            Err(Failure::Failed(Error::msg(message)))
        })
    })))
}
