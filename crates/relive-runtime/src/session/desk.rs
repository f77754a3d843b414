//! What of a session is at hand while its view is busy: it takes what comes, and does what needs no view.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use relive_protocol::{Around, ErrorKind, Outcome, ToPage, VERSION};
use tokio::sync::{mpsc, oneshot};
use tokio::task::{JoinError, JoinSet};
use tokio::time::{Instant, sleep_until};

use super::core::Core;
use super::message::{Input, Output};
use super::pending::Pending;
use super::picture::Picture;
use super::stop::Stop;
use super::{Link, Mail};
use crate::disconnect::Disconnect;
use crate::erased::{Failure, Step};
use crate::gate::Visitor;
use crate::handle::ViewHandle;
use crate::shared::Shared;
use crate::task::Finished;

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

impl Desk {
    /// Awaits a call of the view, and serves mailbox and timer meanwhile. `None`: the session ended first.
    pub(super) async fn drive(
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
    pub(super) async fn wait(&mut self, mailbox: &mut mpsc::Receiver<Mail>) {
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

    pub(super) fn take(&mut self, mail: Mail) {
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
                self.comes_back(Pending::new(link, page, resume, *caller));
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
                if let Some(pending) = &mut self.pending {
                    pending.lost(link);
                }
            }
            Mail::Page { .. } => {}
            Mail::Info { event, data } => self.core.input(Input::Info { event, data }),
            Mail::Direct(message) => self.core.input(Input::Direct(message)),
            Mail::Stop(reason) => self.core.input(Input::Stop(reason)),
            Mail::Idle(waiting) => self.idle.push(waiting),
        }
    }

    /// Ends the session if its user has logged out.
    pub(super) fn obey(&mut self) {
        if self.stop.is_told() && !self.core.is_ending() {
            self.core.input(Input::Stop(Disconnect::LoggedOut));
        }
    }

    /// Does all that is not the view's.
    pub(super) fn perform_all(&mut self) {
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
            // The page asked for everything, for a node that has gone meanwhile, or for one with rows in it.
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
}
