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
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use futures_util::FutureExt;
use relive_protocol::{Around, ErrorKind, Outcome, Resume, ToPage, VERSION};
use tokio::sync::{mpsc, oneshot};
use tokio::task::{JoinError, JoinSet};
use tokio::time::{Instant, sleep_until, timeout};
use tracing::Instrument;

use super::core::Core;
use super::message::{Call, Direct, Input, Output, PageTree, Ran, Rendered};
use super::picture::Picture;
use super::registry::Seat;
use super::stop::Stop;
use super::{Link, Mail};
use crate::address::query_of;
use crate::auth::Caller;
use crate::disconnect::Disconnect;
use crate::erased::{ErasedView, Failure, MAX_PATCHES, Step, too_many_patches};
use crate::error::Error;
use crate::event::Params;
use crate::gate::Visitor;
use crate::handle::ViewHandle;
use crate::shared::Shared;
use crate::snapshot::Back;
use crate::task::{Finished, drop_quietly};
use crate::view::BoxFuture;

/// A session with all that belongs to it.
pub(crate) struct Session {
    pub(crate) view: Box<dyn ErasedView>,
    pub(crate) mailbox: mpsc::Receiver<Mail>,
    pub(crate) desk: Desk,
    /// Given up last: whoever waits for the end of all sessions waits for their views to be gone.
    pub(crate) seat: Seat,
}

/// What of a session is at hand while its view is busy.
pub(crate) struct Desk {
    pub(crate) shared: Arc<Shared>,
    pub(crate) core: Core,
    pub(crate) picture: Picture,
    pub(crate) link: Option<Link>,
    /// What the page has besides the content of its root, where it comes to a new session over its connection.
    pub(crate) around: Option<Around>,
    pub(crate) deadline: Option<Instant>,
    /// A message that waits until all is done that came before it.
    pub(crate) held: Option<Mail>,
    pub(crate) missed: Arc<AtomicU64>,
    /// What the handles to this view share with it.
    pub(crate) handle: ViewHandle,
    /// The tasks that run. They are stopped when this is dropped.
    pub(crate) tasks: JoinSet<Finished>,
    /// Those that have ended, and whose turn has not come.
    pub(crate) finished: Vec<Finished>,
    pub(crate) secret: String,
    /// Those who wait until nothing is left to do; each learns of it by being dropped.
    pub(crate) idle: Vec<oneshot::Sender<()>>,
    pub(crate) ended: Option<Disconnect>,
    pub(crate) stop: Stop,
    /// A page that comes back, and whose hooks have not let it in yet.
    pub(crate) pending: Option<Pending>,
    /// Whether there is something to check before a page that comes back is let in.
    pub(crate) checks: bool,
    pub(crate) visitor: Visitor,
}

/// A page that comes back.
pub(crate) struct Pending {
    link: Link,
    page: PageTree,
    resume: Resume,
    caller: Caller,
    /// Its hooks are under way.
    begun: bool,
    /// Its connection is gone already.
    lost: bool,
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

    async fn call(&mut self, call: Call) {
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

    async fn run_call(&mut self, mut call: Call) -> Option<Ran> {
        let Session {
            view,
            desk,
            mailbox,
            ..
        } = self;
        let params = match &mut call {
            Call::Event { payload, .. } => Params::from_payload(std::mem::take(payload)),
            _ => Params::default(),
        };
        let mut task = None;
        if let Call::Task { number } = &call {
            let finished = desk.take_finished(*number);
            match (view.cx().tasks.finish(*number), finished) {
                (Some(name), Some(finished)) => task = Some((name, finished)),
                // It was replaced or cancelled meanwhile.
                (_, late) => {
                    drop_quietly(late);
                    return Some(Ran::Skipped);
                }
            }
        }
        let (task_name, task) = task.unzip();
        let what = match &call {
            Call::Event { name, .. } => name.as_str(),
            Call::Visit { navigate: true, .. } => "navigate",
            Call::Visit { .. } => "handle_params",
            Call::Info { .. } | Call::Direct(Direct::Info { .. }) => "handle_info",
            Call::Direct(Direct::Push { .. }) => "push_event",
            Call::Task { .. } => match task_name.as_deref() {
                None | Some("") => "a task",
                Some(name) => name,
            },
            Call::Remount => "mount",
            Call::Check => "on_mount",
        };
        let span = tracing::debug_span!("handle", what);
        let can_fail = match &call {
            Call::Event { name, .. } => view.handles(name),
            Call::Direct(Direct::Push { .. }) | Call::Remount | Call::Check => false,
            Call::Visit { .. } | Call::Info { .. } | Call::Direct(_) | Call::Task { .. } => true,
        };
        if can_fail {
            view.save(matches!(call, Call::Visit { .. }));
        }
        let mut done = {
            let step = {
                // A synchronous handler runs in here.
                let _entered = span.enter();
                match &call {
                    Call::Event {
                        reference, name, ..
                    } => {
                        desk.shared.counters.events.one();
                        view.cx().reference = Some(*reference);
                        view.event(name, params)
                    }
                    Call::Visit {
                        reference,
                        url,
                        navigate: true,
                    } => {
                        view.cx().reference = Some(*reference);
                        if !view.cx().navigate(url) {
                            let message = "there is no live view at this address".to_owned();
                            return Some(Ran::Refused(ErrorKind::NotFound, message));
                        }
                        Step::Ready(Ok(()))
                    }
                    Call::Visit { reference, url, .. } => {
                        view.cx().reference = Some(*reference);
                        if !view.cx().visit(url) {
                            view.keep();
                            let message = "the address is not one of this view".to_owned();
                            return Some(Ran::Refused(ErrorKind::NotFound, message));
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
                    Call::Task { .. } => match task {
                        Some(finished) => {
                            view.task(task_name.as_deref().unwrap_or_default(), finished)
                        }
                        None => Step::Ready(Ok(())),
                    },
                    Call::Check => {
                        if let Some(pending) = &mut desk.pending {
                            pending.begun = true;
                            view.cx().caller = pending.caller.clone();
                        }
                        match view.check() {
                            Step::Pending(check) => in_time(check, desk.shared.limits.mount_time),
                            done => done,
                        }
                    }
                    Call::Remount => in_time(view.remount(), desk.shared.limits.mount_time),
                }
            };
            desk.drive(step, mailbox).instrument(span.clone()).await?
        };
        if call == Call::Check {
            return Some(desk.checked(done));
        }
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
            && let Call::Visit { url, .. } = &call
        {
            // It is mounted again where its page is.
            view.cx().effects.unpatch();
            view.cx().visit(url);
        }
        if restored && !view.cx().effects.is_empty() {
            // The page is told where it is again.
            desk.core.input(Input::Update);
        }
        Some(match desk.outcome(done, what) {
            Ran::Panicked if restored => Ran::Restored,
            Ran::Failed(message) if restored => Ran::Undone(message),
            ran => ran,
        })
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

impl Desk {
    /// Awaits a call of the view, and serves mailbox and timer meanwhile. `None`: the session ended first.
    async fn drive(
        &mut self,
        step: Step<'_>,
        mailbox: &mut mpsc::Receiver<Mail>,
    ) -> Option<Result<(), Failure>> {
        let mut future = match step {
            Step::Ready(done) => return Some(done),
            Step::Pending(future) => future,
        };
        loop {
            self.obey();
            self.perform_all();
            if self.ended.is_some() {
                return None;
            }
            tokio::select! {
                biased;
                done = &mut future => return Some(done),
                () = self.wait(mailbox) => {}
            }
        }
    }

    /// Waits for a message, a task, a mark or the timer, and gives it to the core, with all that wait already: the core
    /// sees that there are several, and has one render made for them.
    async fn wait(&mut self, mailbox: &mut mpsc::Receiver<Mail>) {
        self.wait_for_one(mailbox).await;
        while let Some(ended) = self.tasks.try_join_next() {
            self.take_task(ended);
        }
        if self.handle.take_mark() {
            self.core.input(Input::Update);
        }
    }

    async fn wait_for_one(&mut self, mailbox: &mut mpsc::Receiver<Mail>) {
        if let Some(mail) = self.held.take() {
            return self.take_all(mail, mailbox);
        }
        let deadline = self.deadline;
        let timer = async move {
            match deadline {
                Some(deadline) => sleep_until(deadline).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            // These first: a session that gets messages without a pause has to end, too.
            biased;
            () = self.stop.told(), if !self.core.is_ending() => self.obey(),
            () = timer => {
                self.deadline = None;
                self.core.input(Input::TimeOut);
            }
            mail = mailbox.recv() => match mail {
                Some(mail) => self.take_all(mail, mailbox),
                None => self.core.input(Input::Stop(Disconnect::Shutdown)),
            },
            Some(ended) = self.tasks.join_next(), if !self.tasks.is_empty() => self.take_task(ended),
            () = self.handle.marked() => {}
        }
    }

    fn take_task(&mut self, ended: Result<Finished, JoinError>) {
        // One that was stopped has nothing to say.
        if let Ok(finished) = ended {
            let number = finished.number;
            self.finished.push(finished);
            self.core.input(Input::Task { number });
        }
    }

    fn take_finished(&mut self, number: u64) -> Option<Finished> {
        let is_it = |finished: &Finished| finished.number == number;
        let at = self.finished.iter().position(is_it)?;
        Some(self.finished.swap_remove(at))
    }

    fn take_all(&mut self, first: Mail, mailbox: &mut mpsc::Receiver<Mail>) {
        let mut mail = first;
        for taken in 1.. {
            if mail.stands_alone() && self.core.has_output() {
                self.held = Some(mail);
                return;
            }
            self.take(mail);
            if taken >= self.shared.limits.max_coalesced {
                return;
            }
            match mailbox.try_recv() {
                Ok(next) => mail = next,
                Err(_) => return,
            }
        }
    }

    fn take(&mut self, mail: Mail) {
        let missed = self.missed.swap(0, Ordering::Relaxed);
        if missed > 0 {
            self.core.input(Input::Missed(missed));
        }
        if !matches!(mail, Mail::Idle(_)) {
            self.shared.counters.mail.one();
        }
        match mail {
            Mail::Join {
                link,
                page,
                resume: Some(resume),
                caller,
            } if self.checks && !self.core.is_ending() => {
                // An earlier one has lost its page to this one.
                self.refuse_pending();
                self.pending = Some(Pending {
                    link,
                    page,
                    resume,
                    caller: *caller,
                    begun: false,
                    lost: false,
                });
                self.core.input(Input::Check);
            }
            Mail::Join {
                link, page, resume, ..
            } => self.join(link, page, resume),
            Mail::Check => self.core.input(Input::Check),
            Mail::Page { link, input } if self.is_current(link) => {
                if let Input::Ack { seq } = input {
                    self.picture.acknowledged(seq);
                }
                self.core.input(input);
            }
            Mail::Lost { link } if self.is_current(link) => {
                self.link = None;
                self.core.input(Input::Lost);
            }
            Mail::Lost { link } => {
                if let Some(pending) = &mut self.pending
                    && pending.link.number == link
                {
                    pending.lost = true;
                }
            }
            Mail::Page { .. } => {}
            Mail::Info { event, data } => self.core.input(Input::Info { event, data }),
            Mail::Direct(message) => self.core.input(Input::Direct(message)),
            Mail::Stop(reason) => self.core.input(Input::Stop(reason)),
            Mail::Idle(waiting) => self.idle.push(waiting),
        }
    }

    /// A page is let in.
    fn join(&mut self, link: Link, page: PageTree, resume: Option<Resume>) {
        self.core.write_for(link.format, link.region);
        if let Some(resume) = &resume {
            self.picture.acknowledged(resume.seq);
        }
        self.link = Some(link);
        self.core.input(Input::Join { page, resume });
    }

    /// The hooks of a view that is there have run. A page that came back is let in, or sent elsewhere.
    fn checked(&mut self, done: Result<(), Failure>) -> Ran {
        let pending = match self.pending.take() {
            // It came while the hooks ran for another reason; they run again for it.
            Some(pending) if !pending.begun => {
                self.pending = Some(pending);
                None
            }
            pending => pending.filter(|pending| !pending.lost),
        };
        match done {
            Ok(()) => {
                if let Some(Pending {
                    link, page, resume, ..
                }) = pending
                {
                    self.join(link, page, Some(resume));
                }
                Ran::Done
            }
            Err(Failure::Halted(halt)) => {
                if let Some(Pending { link, .. }) = pending {
                    self.core.write_for(link.format, link.region);
                    self.link = Some(link);
                }
                Ran::Halted(self.shared.context.leads_to(halt, self.visitor))
            }
            Err(error) => {
                tracing::error!(%error, "the hooks of a session failed, and it ends");
                if matches!(error, Failure::Panicked) {
                    self.shared.counters.panics.one();
                }
                pending.into_iter().for_each(Pending::refuse);
                Ran::Unchecked
            }
        }
    }

    fn refuse_pending(&mut self) {
        self.pending.take().into_iter().for_each(Pending::refuse);
    }

    /// Ends the session if its user has logged out.
    fn obey(&mut self) {
        if self.stop.is_told() && !self.core.is_ending() {
            self.core.input(Input::Stop(Disconnect::LoggedOut));
        }
    }

    /// Does all that is not the view's.
    fn perform_all(&mut self) {
        while let Some(output) = self.core.output() {
            self.perform(output);
        }
    }

    fn is_current(&self, link: u64) -> bool {
        self.link
            .as_ref()
            .is_some_and(|current| current.number == link)
    }

    /// Does what needs no view.
    pub(crate) fn perform(&mut self, output: Output) {
        match output {
            Output::Joined {
                outcome,
                seq,
                reference,
                compare,
                full,
            } => {
                let full = full || compare.is_some_and(|page| !self.picture.equals(page));
                self.joined(outcome, seq, reference, full);
            }
            Output::Html { seq, node } => {
                self.shared.counters.resyncs.one();
                self.html(seq, node);
            }
            Output::Send(message) => self.send(&message),
            Output::Frame(bytes) => {
                if let Some(link) = &self.link {
                    link.frame(bytes);
                }
            }
            Output::Timer(after) => {
                self.deadline = after.map(|after: Duration| Instant::now() + after);
            }
            Output::End(reason) => self.ended = Some(reason),
            Output::Run(_) | Output::Render { .. } | Output::StartTasks => {
                unreachable!("the core asked for the view while the view was busy")
            }
        }
    }

    fn joined(&mut self, outcome: Outcome, seq: u32, reference: u32, full: bool) {
        let content = if full { self.picture.content() } else { None };
        let outcome = match outcome {
            Outcome::Resumed if full => Outcome::Rebuilt,
            outcome => outcome,
        };
        match outcome {
            Outcome::Rebuilt => self.core.rebuilt(),
            _ if full => self.core.renumbered(),
            _ => {}
        }
        if full && self.picture.send_again() {
            self.core.changed();
        }
        let counters = &self.shared.counters;
        match outcome {
            Outcome::Adopted => counters.adopted.one(),
            Outcome::Resumed => counters.resumed.one(),
            _ => {}
        }
        if full && outcome != Outcome::Mounted {
            counters.rebuilt.one();
        }
        tracing::debug!(?outcome, full, "joined");
        let around = self.around.take();
        self.send(&ToPage::Joined {
            version: VERSION,
            region: self.core.region(),
            outcome,
            session: self.secret.clone(),
            seq,
            reference,
            epoch: self.picture.epoch(),
            first: content.as_ref().map_or(1, |content| content.first),
            html: content.map(|content| content.markup),
            page: match outcome {
                Outcome::Mounted => around,
                _ => None,
            },
        });
    }

    fn html(&mut self, seq: u32, node: u32) {
        let mut place = node;
        let mut content = if node == 0 {
            None
        } else {
            self.picture.node(node)
        };
        if content.is_none() {
            // The page asked for everything, or for a node that has gone meanwhile.
            place = 0;
            content = self.picture.content();
            self.core.renumbered();
            if self.picture.send_again() {
                self.core.changed();
            }
        }
        let region = self.core.region();
        self.send(&match content {
            Some(content) => ToPage::Html {
                region,
                seq,
                epoch: content.epoch,
                node: place,
                first: content.first,
                html: content.markup,
            },
            None => ToPage::Error {
                region,
                reference: None,
                kind: ErrorKind::RenderFailed,
                message: "the page's HTML could not be read".to_owned(),
            },
        });
    }

    fn send(&self, message: &ToPage) {
        if let Some(link) = &self.link {
            link.send(message);
        }
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

impl Pending {
    /// The page fetches itself again, and sees what HTTP says to it.
    fn refuse(self) {
        self.link.send(&ToPage::Refused {
            region: self.link.region,
            reason: "stale".to_owned(),
            retry: None,
        });
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
