//! A session's rules, without I/O: inputs go in, outputs come out.
//!
//! The core holds no socket, no clock, no task and no view. It decides what is run, rendered, sent and remembered; the
//! shell (`shell.rs`) does it and says what became of it. So an acknowledgement, a resume or the end of the session is
//! served while a handler awaits, and every schedule of messages can be played in a test.
//!
//! # Invariants
//!
//! - A reference is applied at most once and answered at least once; after a lost connection a repeated one gets the old
//!   answer.
//! - At most one call of the view is under way, and calls run in the order in which they came.
//! - Nothing is rendered for a page that cannot take it: while [`Limits::max_unacknowledged`] updates wait for their
//!   acknowledgement, the session is only marked as changed.
//! - Every queue is bounded.
//!
//! `docs/session.md` has the table of states and inputs; `tests/` walks it.

use std::collections::VecDeque;

use bytes::Bytes;
use relive_protocol::{ErrorKind, Format, Outcome, Resume, ToPage};

use super::message::{Call, Input, Output, PageTree, Ran, Rendered, to_page};
use crate::disconnect::Disconnect;
use crate::event::Payload;
use crate::limits::Limits;

/// Where a session stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum State {
    /// The HTTP answer is out; the page has not joined yet.
    Parked,
    /// A page is connected.
    Live,
    /// The connection is lost; the session waits for the page.
    Detached,
    /// Nothing comes in any more; what was accepted is worked off, then the session is over.
    Ending,
    /// Over.
    Ended,
}

/// How many error answers are remembered for repeated events.
const REMEMBERED_ERRORS: usize = 128;

/// The state of a session, besides its view.
#[derive(Debug)]
pub(crate) struct Core {
    format: Format,
    region: u32,
    /// The view was mounted for a page whose HTML shows another session.
    mounted: bool,
    limits: Limits,
    /// Whether several messages may share one render (not with temporary fields, whose values must not be skipped).
    coalesce: bool,
    state: State,
    ending: Option<Disconnect>,
    last_reference: u32,
    queue: VecDeque<Call>,
    /// The reference of the call that is under way, if it has one.
    running: Option<Option<u32>>,
    rendering: bool,
    /// References whose calls are done, and whose answer goes along with the next update.
    due: Vec<u32>,
    errors: VecDeque<(u32, ErrorKind, String)>,
    seq: u32,
    acknowledged: u32,
    unacknowledged: VecDeque<(u32, Bytes)>,
    /// The first update after which a page can resume: HTML that went out before it may not have arrived, and it was not
    /// acknowledged.
    resumable: u32,
    changed: bool,
    /// Calls since the last render.
    unrendered: usize,
    missed: u64,
    /// Tasks wait for their start.
    tasks_wait: bool,
    /// The view was mounted again after a panic of a render, and nothing was rendered since.
    remounted: bool,
    outputs: VecDeque<Output>,
}

impl Core {
    /// A session whose HTML has gone out over HTTP and which waits for its page. `changed`: there is something that the
    /// HTML does not show.
    pub(crate) fn parked(limits: &Limits, coalesce: bool, changed: bool) -> Self {
        let mut core = Core {
            format: Format::default(),
            region: 0,
            mounted: false,
            limits: limits.clone(),
            coalesce,
            state: State::Parked,
            ending: None,
            last_reference: 0,
            queue: VecDeque::new(),
            running: None,
            rendering: false,
            due: Vec::new(),
            errors: VecDeque::new(),
            seq: 0,
            acknowledged: 0,
            unacknowledged: VecDeque::new(),
            resumable: 0,
            changed,
            unrendered: 0,
            missed: 0,
            tasks_wait: false,
            remounted: false,
            outputs: VecDeque::new(),
        };
        core.outputs
            .push_back(Output::Timer(Some(core.limits.park_time)));
        core
    }

    /// A session that was made for a page over its connection: the page gets all HTML when it joins.
    pub(crate) fn mounted(limits: &Limits, coalesce: bool) -> Self {
        Core {
            mounted: true,
            ..Core::parked(limits, coalesce, true)
        }
    }

    pub(crate) fn region(&self) -> u32 {
        self.region
    }

    /// How a page that comes is written to: its form, and the region's number on its connection. Frames of another kind
    /// are of no use to it.
    pub(crate) fn write_for(&mut self, format: Format, region: u32) {
        if (format, region) != (self.format, self.region) {
            (self.format, self.region) = (format, region);
            self.unacknowledged.clear();
            self.acknowledged = self.seq;
        }
    }

    #[cfg(test)]
    pub(crate) fn state(&self) -> State {
        self.state
    }

    /// Whether there is something to do before a page comes or goes.
    pub(crate) fn has_output(&self) -> bool {
        !self.outputs.is_empty()
    }

    /// The next thing to do.
    pub(crate) fn output(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// Takes an input; what follows from it comes out of [`output`](Self::output).
    pub(crate) fn input(&mut self, input: Input) {
        match input {
            Input::Ran(ran) => self.ran(ran),
            Input::Rendered(rendered) => self.rendered(rendered),
            Input::TimeOut => match self.state {
                State::Parked => self.end(Disconnect::NeverJoined),
                State::Detached => self.end(Disconnect::Expired),
                // What is under way has had its time; the shell drops it.
                State::Ending => {
                    self.queue.clear();
                    self.rendering = false;
                    if let Some(Some(reference)) = self.running.take()
                        && self.says_goodbye()
                    {
                        // Run in part: the page must not have the next session run it again.
                        let message = "the session ended while this was run".to_owned();
                        self.answer_error(reference, ErrorKind::HandlerFailed, message);
                    }
                }
                // A timer that was taken back a moment too late.
                State::Live | State::Ended => {}
            },
            Input::Stop(Disconnect::LoggedOut) => self.cut(Disconnect::LoggedOut),
            Input::Stop(reason) => self.stop(reason),
            _ if matches!(self.state, State::Ending | State::Ended) => self.turn_away(input),
            Input::Join { page, resume } => self.join(page, resume),
            Input::Lost => self.lost(),
            Input::Info { event, data } => self.info(Call::Info { event, data }),
            Input::Check => {
                if self.queue.front() != Some(&Call::Check) {
                    self.queue.push_front(Call::Check);
                }
            }
            Input::Missed(count) => self.missed += count,
            Input::Direct(message) => self.queue.push_back(Call::Direct(message)),
            Input::Task { number } => self.queue.push_back(Call::Task { number }),
            Input::Update => self.changed = true,
            Input::TasksWait => self.tasks_wait = true,
            // The rest comes over the connection of a page that has joined.
            _ if self.state != State::Live => self.turn_away(input),
            Input::Event {
                reference,
                name,
                payload,
            } => {
                self.accept(
                    Call::Event {
                        reference,
                        name,
                        payload,
                    },
                    reference,
                );
            }
            Input::Visit {
                reference,
                url,
                navigate,
            } => {
                let call = Call::Visit {
                    reference,
                    url,
                    navigate,
                };
                self.accept(call, reference);
            }
            Input::Ack { seq } => self.acknowledge(seq),
            Input::Resync { node } => {
                self.resumable = self.seq + 1;
                self.outputs.push_back(Output::Html {
                    seq: self.seq,
                    node,
                });
            }
            Input::Leave => self.end(Disconnect::Left),
        }
        self.advance();
    }

    /// There is something for the page that no call of the view has brought about.
    pub(crate) fn changed(&mut self) {
        self.changed = true;
        self.advance();
    }

    /// Numbers are given anew with the full HTML, so what was sent before is out of date.
    pub(crate) fn renumbered(&mut self) {
        self.unacknowledged.clear();
        self.acknowledged = self.seq;
        self.advance();
    }

    /// A page that came back gets the full HTML. If that is lost, the page has neither it nor its numbers.
    pub(crate) fn rebuilt(&mut self) {
        self.resumable = self.seq + 1;
        self.renumbered();
    }

    fn join(&mut self, page: PageTree, resume: Option<Resume>) {
        match (self.state, resume) {
            (State::Parked, None) => {
                self.outputs.push_back(Output::Joined {
                    outcome: if self.mounted {
                        Outcome::Mounted
                    } else {
                        Outcome::Adopted
                    },
                    seq: 0,
                    reference: 0,
                    compare: (!self.mounted).then_some(page),
                    full: self.mounted,
                });
            }
            // A page may come back before the server has noticed that its connection was lost.
            (State::Live | State::Detached, Some(resume)) => self.resume(page, &resume),
            (State::Parked, Some(_)) | (_, None) => return self.refuse(),
            (State::Ending | State::Ended, Some(_)) => return self.refuse(),
        }
        self.state = State::Live;
        self.outputs.push_back(Output::Timer(None));
    }

    fn resume(&mut self, page: PageTree, resume: &Resume) {
        let oldest = self
            .unacknowledged
            .front()
            .map_or(self.seq + 1, |(seq, _)| *seq);
        let complete =
            resume.seq <= self.seq && resume.seq + 1 >= oldest && resume.seq >= self.resumable;
        if !complete {
            self.outputs.push_back(Output::Joined {
                outcome: Outcome::Rebuilt,
                seq: self.seq,
                reference: self.last_reference,
                compare: None,
                full: true,
            });
            return;
        }
        self.acknowledge(resume.seq);
        self.outputs.push_back(Output::Joined {
            outcome: Outcome::Resumed,
            seq: resume.seq,
            reference: self.last_reference,
            compare: (resume.seq == self.seq).then_some(page),
            full: false,
        });
        for (_, frame) in &self.unacknowledged {
            self.outputs.push_back(Output::Frame(frame.clone()));
        }
    }

    /// An event or a visit, in the order in which the page made it.
    fn accept(&mut self, call: Call, reference: u32) {
        if reference <= self.last_reference {
            return self.repeat(reference);
        }
        self.last_reference = reference;
        let waiting = self.waiting(|call| call.reference().is_some());
        if waiting >= self.limits.max_queued_calls {
            let message = format!("{waiting} events wait already; this one was not run");
            return self.answer_error(reference, ErrorKind::Overloaded, message);
        }
        self.queue.push_back(call);
    }

    /// A reference that came before gets its old answer.
    fn repeat(&mut self, reference: u32) {
        let under_way = self.running == Some(Some(reference))
            || self.due.contains(&reference)
            || self
                .queue
                .iter()
                .any(|call| call.reference() == Some(reference));
        if under_way {
            return;
        }
        let message = match self.errors.iter().find(|(known, ..)| *known == reference) {
            Some((_, kind, message)) => self.error(Some(reference), *kind, message.clone()),
            // Its update was applied, or is among those that were sent again.
            None => ToPage::Update {
                region: self.region,
                seq: 0,
                answers: vec![reference],
                effects: Vec::new(),
                ops: Vec::new(),
            },
        };
        self.outputs.push_back(Output::Send(message));
    }

    /// How many calls of a kind wait. Each kind has a bound of its own: a busy topic leaves the page's events their room.
    fn waiting(&self, is_of_kind: impl Fn(&Call) -> bool) -> usize {
        self.queue.iter().filter(|call| is_of_kind(call)).count()
    }

    fn info(&mut self, call: Call) {
        let waiting = self.waiting(|call| matches!(call, Call::Info { .. }));
        if waiting >= self.limits.max_queued_calls {
            self.missed += 1;
        } else {
            self.queue.push_back(call);
        }
    }

    fn acknowledge(&mut self, seq: u32) {
        // A page cannot have applied what was never sent.
        self.acknowledged = self.acknowledged.max(seq.min(self.seq));
        while self
            .unacknowledged
            .front()
            .is_some_and(|(sent, _)| *sent <= self.acknowledged)
        {
            self.unacknowledged.pop_front();
        }
    }

    fn lost(&mut self) {
        if self.state == State::Live {
            self.state = State::Detached;
            self.outputs
                .push_back(Output::Timer(Some(self.limits.resume_window)));
        }
    }

    fn ran(&mut self, ran: Ran) {
        let reference = self.running.take().flatten();
        self.unrendered += 1;
        match ran {
            Ran::Done => {
                self.changed = true;
                self.due.extend(reference);
            }
            Ran::Refused(kind, message) => self.call_failed(reference, kind, message),
            Ran::Failed(message) => {
                self.changed = true;
                self.call_failed(reference, ErrorKind::HandlerFailed, message);
            }
            Ran::Panicked => {
                let message = "the view panicked and was mounted again".to_owned();
                self.call_failed(reference, ErrorKind::Panicked, message);
                self.queue.push_front(Call::Remount);
            }
            Ran::Halted(url) => {
                let region = self.region;
                self.cut(Disconnect::Halted);
                self.outputs.push_back(Output::Send(to_page(region, url)));
            }
            Ran::Unchecked => self.cut(Disconnect::Evicted),
            Ran::Restored => {
                self.changed = true;
                let message = "the view panicked; it is as it was before".to_owned();
                self.call_failed(reference, ErrorKind::Panicked, message);
            }
            Ran::Undone(message) => {
                self.call_failed(reference, ErrorKind::HandlerFailed, message);
            }
            Ran::Skipped => self.unrendered -= 1,
        }
    }

    /// Ends the session without working anything off: nothing that waits runs any more, and what is under way is dropped.
    fn cut(&mut self, reason: Disconnect) {
        if self.state == State::Ended {
            return;
        }
        self.queue.clear();
        self.due.clear();
        (self.running, self.rendering) = (None, false);
        // What was told to be done, and was not begun.
        self.outputs
            .retain(|output| !matches!(output, Output::Run(_) | Output::Render { .. }));
        self.ending.get_or_insert(reason);
        self.state = State::Ending;
    }

    /// Whether the session is over, or will be when what is under way is done.
    pub(crate) fn is_ending(&self) -> bool {
        matches!(self.state, State::Ending | State::Ended)
    }

    fn call_failed(&mut self, reference: Option<u32>, kind: ErrorKind, message: String) {
        match reference {
            Some(reference) => self.answer_error(reference, kind, message),
            None => self.send_error(None, kind, message),
        }
    }

    /// The view could not be mounted again after a panic.
    pub(crate) fn give_up(&mut self) {
        self.running = None;
        self.queue.clear();
        self.end(Disconnect::Failed);
        self.advance();
    }

    fn rendered(&mut self, rendered: Rendered) {
        self.rendering = false;
        if matches!(rendered, Rendered::Update(_) | Rendered::Unchanged) {
            self.remounted = false;
        }
        match rendered {
            Rendered::Update(frame) => {
                self.seq += 1;
                self.unacknowledged.push_back((self.seq, frame.clone()));
                self.due.clear();
                self.outputs.push_back(Output::Frame(frame));
            }
            Rendered::Unchanged => self.answer_due(),
            Rendered::Failed(message) => self.render_failed(&message),
            Rendered::Panicked { message, restored } => {
                self.render_failed(&message);
                if restored {
                    self.changed = true;
                } else if !self.remounted {
                    self.remounted = true;
                    self.queue.push_front(Call::Remount);
                }
                // A view whose first render after `mount` panics stays, and its page with what it shows.
            }
        }
    }

    fn render_failed(&mut self, message: &str) {
        let due = std::mem::take(&mut self.due);
        if due.is_empty() {
            self.send_error(None, ErrorKind::RenderFailed, message.to_owned());
        }
        for reference in due {
            self.answer_error(reference, ErrorKind::RenderFailed, message.to_owned());
        }
    }

    /// Answers what was run, without an update.
    fn answer_due(&mut self) {
        if !self.due.is_empty() {
            let answers = std::mem::take(&mut self.due);
            self.outputs.push_back(Output::Send(ToPage::Update {
                region: self.region,
                seq: 0,
                answers,
                effects: Vec::new(),
                ops: Vec::new(),
            }));
        }
    }

    fn stop(&mut self, reason: Disconnect) {
        if matches!(self.state, State::Ending | State::Ended) {
            return;
        }
        self.end(reason);
    }

    fn end(&mut self, reason: Disconnect) {
        self.ending = Some(reason);
        self.state = State::Ending;
        self.outputs
            .push_back(Output::Timer(Some(self.limits.end_time)));
        // Messages that nobody will see the effect of are not worked off; what a page asked for is.
        self.queue.retain(|call| call.reference().is_some());
    }

    /// Whether the page will be told that the session is over, and go on with another one.
    fn says_goodbye(&self) -> bool {
        matches!(
            self.ending,
            Some(Disconnect::Shutdown | Disconnect::Evicted | Disconnect::LoggedOut)
        )
    }

    /// Tells the page that the session is over. What was run is answered before: the page sends the rest to its next
    /// session.
    fn goodbye(&mut self, reason: Disconnect) {
        let reason = match reason {
            Disconnect::Shutdown => "shutdown",
            Disconnect::Evicted => "evicted",
            Disconnect::Failed => "failed",
            Disconnect::LoggedOut => "logged_out",
            Disconnect::Left
            | Disconnect::Expired
            | Disconnect::NeverJoined
            | Disconnect::Halted => return,
        };
        self.answer_due();
        self.outputs.push_back(Output::Send(ToPage::Ended {
            region: self.region,
            reason: reason.to_owned(),
        }));
    }

    /// A message that the state has no use for.
    fn turn_away(&mut self, input: Input) {
        match input {
            Input::Join { .. } => self.refuse(),
            // The page sends it to its next session.
            Input::Event { .. } | Input::Visit { .. } if self.says_goodbye() => {}
            Input::Event { reference, .. } | Input::Visit { reference, .. } => {
                let message = "the region has no session on this connection".to_owned();
                self.send_error(Some(reference), ErrorKind::NotJoined, message);
            }
            Input::Resync { .. } => {
                let message = "the region has no session on this connection".to_owned();
                self.send_error(None, ErrorKind::NotJoined, message);
            }
            _ => {}
        }
    }

    fn refuse(&mut self) {
        self.outputs.push_back(Output::Send(ToPage::Refused {
            region: self.region,
            reason: "stale".to_owned(),
            retry: None,
        }));
    }

    /// Starts what can start now.
    fn advance(&mut self) {
        if self.running.is_some() || self.rendering || self.state == State::Ended {
            return;
        }
        if let Some(reason) = self.ending
            && self.queue.is_empty()
        {
            self.state = State::Ended;
            self.goodbye(reason);
            self.outputs.push_back(Output::End(reason));
            return;
        }
        if self.changed && self.may_render() {
            self.changed = false;
            self.unrendered = 0;
            self.rendering = true;
            self.outputs.push_back(Output::Render {
                seq: self.seq + 1,
                answers: self.due.clone(),
            });
            return;
        }
        if self.tasks_wait && self.may_start_tasks() {
            self.tasks_wait = false;
            self.outputs.push_back(Output::StartTasks);
        }
        if self.changed && !self.coalesce && self.ending.is_none() {
            // What the last call set would be skipped by the next one.
            return;
        }
        if self.missed > 0 && self.queue.is_empty() {
            let data = Payload::from(serde_json::json!({ "missed": self.missed }));
            self.missed = 0;
            self.queue.push_back(Call::Info {
                event: MISSED.to_owned(),
                data,
            });
        }
        if let Some(call) = self.queue.pop_front() {
            self.running = Some(call.reference());
            self.outputs.push_back(Output::Run(call));
        }
    }

    fn may_render(&self) -> bool {
        let waiting = (self.seq - self.acknowledged) as usize;
        if self.state != State::Live || waiting >= self.limits.max_unacknowledged {
            return false;
        }
        // Several messages that wait together become one render, but not for ever.
        let more = self
            .queue
            .front()
            .is_some_and(|call| call.reference().is_none() && *call != Call::Check);
        !(self.coalesce && more && self.unrendered < self.limits.max_coalesced)
    }

    /// Tasks start when the page has been sent the state that they were started in. Where no page looks, nothing is waited
    /// for; a page that has not joined yet is.
    fn may_start_tasks(&self) -> bool {
        match self.state {
            State::Live => !self.changed,
            State::Detached => true,
            State::Parked | State::Ending | State::Ended => false,
        }
    }

    fn error(&self, reference: Option<u32>, kind: ErrorKind, message: String) -> ToPage {
        ToPage::Error {
            region: self.region,
            reference,
            kind,
            message,
        }
    }

    fn send_error(&mut self, reference: Option<u32>, kind: ErrorKind, message: String) {
        let error = self.error(reference, kind, message);
        self.outputs.push_back(Output::Send(error));
    }

    fn answer_error(&mut self, reference: u32, kind: ErrorKind, message: String) {
        if self.errors.len() == REMEMBERED_ERRORS {
            self.errors.pop_front();
        }
        self.errors.push_back((reference, kind, message.clone()));
        self.send_error(Some(reference), kind, message);
    }
}

/// The event under which a view is told how many messages it missed.
pub(crate) const MISSED: &str = "relive:missed";
