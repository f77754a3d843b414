//! The page's session: joining, what is sent, and what waits for an answer.

use std::sync::Arc;

use relive_protocol::{ErrorKind, FromPage, Resume, VERSION};

use super::emit::Emission;
use super::{Next, Page};
use crate::document::Key;
use crate::failure::Failure;
use crate::forms::Payload;
use crate::wire::{Arrival, Wire};

pub use relive_protocol::Outcome;

/// More unanswered events than this are refused, as by the client.
const MAX_WAITING: usize = 100;
/// More page loads and joins in one step than this lead nowhere.
const MAX_STEPS: usize = 20;
/// How long an event may wait for its answer, in the test's time.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(60);

/// An error that the server answered with.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ServerError {
    /// What kind of error it is.
    pub kind: ErrorKind,
    /// The event that it answers, where it answers one; for a change of the address, the address.
    pub event: Option<String>,
    /// What the server says; in development, all of it.
    pub message: String,
}

/// A page's end of its session.
pub(super) struct Link {
    pub(super) token: String,
    pub(super) wire: Option<Arc<Wire>>,
    pub(super) joined: bool,
    pub(super) session: Option<String>,
    pub(super) seq: u32,
    /// The last reference that was given out.
    pub(super) last: u32,
    /// The last reference that was sent on this connection.
    pub(super) sent: u32,
    pub(super) waiting: Vec<Waiting>,
    pub(super) outcome: Option<Outcome>,
    pub(super) ended: Option<String>,
    /// What a comparison with the server's HTML came to.
    pub(super) confirmed: Option<Result<(), String>>,
}

/// An event or visit that is not answered yet.
pub(super) struct Waiting {
    pub(super) reference: u32,
    pub(super) seen: u32,
    pub(super) what: What,
    /// The form or field whose values it has, and of when.
    pub(super) source: Option<Key>,
    pub(super) time: u64,
    /// A box that shows again what its HTML says if this is refused.
    pub(super) toggled: Option<Key>,
}

pub(super) enum What {
    Event {
        name: String,
        payload: Payload,
    },
    /// `navigate`: another view is asked for.
    Visit {
        url: String,
        navigate: bool,
    },
}

impl What {
    pub(super) fn name(&self) -> &str {
        match self {
            What::Event { name, .. } => name,
            What::Visit { url, .. } => url,
        }
    }
}

impl Link {
    pub(super) fn new(token: String) -> Self {
        Link {
            token,
            wire: None,
            joined: false,
            session: None,
            seq: 0,
            last: 0,
            sent: 0,
            waiting: Vec::new(),
            outcome: None,
            ended: None,
            confirmed: None,
        }
    }

    /// A new session counts from 1.
    pub(super) fn restart(&mut self) {
        (self.last, self.sent) = (0, 0);
        for waiting in &mut self.waiting {
            self.last += 1;
            waiting.reference = self.last;
            waiting.seen = self.seq;
        }
    }

    /// The connection is lost.
    pub(super) fn cut(&mut self) {
        self.wire = None;
        self.joined = false;
        self.sent = 0;
    }
}

impl Page {
    /// Connects and asks to join. The answer comes with the other messages.
    pub(super) async fn join(&mut self) {
        let Some(link) = &mut self.link else { return };
        link.cut();
        match self.browser.connect() {
            Ok(wire) => link.wire = Some(wire),
            Err(refused) => self.fail(Failure::new(format!(
                "the connection was refused: {refused}"
            ))),
        }
        self.ask_to_join().await;
    }

    async fn ask_to_join(&mut self) {
        let url = self.address();
        let (Some(dom), Some(link)) = (self.document.live(), &self.link) else {
            return;
        };
        let resume = link.session.clone().map(|session| Resume {
            session,
            seq: link.seq,
            reference: link.last,
        });
        let message = FromPage::Join {
            version: VERSION,
            region: 0,
            token: link.token.clone(),
            url,
            nodes: dom.numbers().len() as u32,
            checksum: dom.checksum(),
            resume,
        };
        self.send(&message).await;
    }

    /// The page goes to another view over its connection.
    async fn depart(
        &mut self,
        url: String,
        replace: bool,
        token: String,
        flash: Vec<(String, String)>,
    ) {
        let reason = "left".to_owned();
        self.send(&FromPage::Leave { region: 0, reason }).await;
        self.history.set(url, replace);
        self.landing = Some(flash);
        if let Some(link) = &mut self.link {
            link.joined = false;
            link.token = token;
            link.session = None;
            link.seq = 0;
            link.waiting.clear();
        }
        self.ask_to_join().await;
    }

    /// Path and query, which are all that the server knows of an address.
    pub(super) fn address(&self) -> String {
        let url = self.history.url();
        url.split('#').next().unwrap_or_default().to_owned()
    }

    pub(super) async fn send(&mut self, message: &FromPage) {
        let Some(wire) = self.link.as_ref().and_then(|link| link.wire.clone()) else {
            return;
        };
        if let Err(reason) = wire.send(message).await {
            self.closed(&reason);
        }
    }

    fn closed(&self, reason: &str) -> ! {
        self.fail(Failure::new(format!(
            "the server closes the connection: {reason}"
        )))
    }

    /// Takes an event for the session. It goes out when the page is connected.
    pub(super) fn put(&mut self, emission: Emission) {
        let Emission {
            name,
            payload,
            source,
            time,
            toggled,
            ..
        } = emission;
        self.wait_for(What::Event { name, payload }, source, time, toggled);
    }

    /// Asks for another address of the same view, or for another view.
    pub(super) fn visit(&mut self, url: String, navigate: bool) {
        self.wait_for(What::Visit { url, navigate }, None, 0, None);
    }

    fn wait_for(&mut self, what: What, source: Option<Key>, time: u64, toggled: Option<Key>) {
        let Some(link) = &mut self.link else { return };
        if link.waiting.len() >= MAX_WAITING {
            let name = what.name().to_owned();
            self.warnings.push(format!("overflow: {name}"));
            return;
        }
        link.last += 1;
        link.waiting.push(Waiting {
            reference: link.last,
            seen: link.seq,
            what,
            source,
            time,
            toggled,
        });
    }

    /// Sends what has not been sent on this connection, in order.
    pub(super) async fn deliver(&mut self) {
        loop {
            let Some(link) = self.link.as_mut().filter(|link| link.joined) else {
                return;
            };
            let sent = link.sent;
            let Some(next) = link.waiting.iter().find(|next| next.reference > sent) else {
                return;
            };
            link.sent = next.reference;
            let reference = next.reference;
            let message = match &next.what {
                What::Event { name, payload } => FromPage::Event {
                    region: 0,
                    reference,
                    name: name.clone(),
                    payload: payload.clone(),
                    seen: next.seen,
                },
                What::Visit { url, navigate } => FromPage::Visit {
                    region: 0,
                    reference,
                    url: url.clone(),
                    navigate: *navigate,
                },
            };
            self.send(&message).await;
        }
    }

    /// Sends, and takes what comes, until the server has nothing left to do and no page anything left to take.
    async fn pump(&mut self) {
        loop {
            self.deliver().await;
            let wires = self.browser.wires.clone();
            let runtime = self.browser.runtime.clone();
            let is_idle = tokio::select! {
                biased;
                () = wires.changed() => false,
                idle = tokio::time::timeout(PATIENCE, runtime.idle()) => {
                    if idle.is_err() {
                        self.fail(Failure::new(format!(
                            "the server is still busy after {} s", PATIENCE.as_secs()
                        )).with("unanswered", self.unanswered()));
                    }
                    // What was sent before it came to rest is there by now.
                    !wires.read()
                }
            };
            self.take_arrived();
            if self.next.is_some() {
                return;
            }
            if is_idle && !self.has_undelivered() {
                break;
            }
        }
        let unanswered = self.unanswered();
        if self.is_connected() && !unanswered.is_empty() {
            self.fail(Failure::new("the server did not answer").with("unanswered", unanswered));
        }
    }

    fn has_undelivered(&self) -> bool {
        self.link.as_ref().is_some_and(|link| {
            link.joined && link.waiting.iter().any(|next| next.reference > link.sent)
        })
    }

    /// Takes what has come since the last step: what others did has changed this page, too.
    pub(super) fn take_arrived(&mut self) {
        while self.next.is_none() {
            let wire = self.link.as_ref().and_then(|link| link.wire.clone());
            match wire.and_then(|wire| wire.take()) {
                Some(Arrival::Message(message)) => self.message(*message),
                Some(Arrival::Closed(Some(reason))) => self.closed(&reason),
                Some(Arrival::Closed(None)) => {
                    if let Some(link) = &mut self.link {
                        link.cut();
                    }
                }
                None => return,
            }
        }
    }

    fn unanswered(&self) -> String {
        let waiting = self.link.iter().flat_map(|link| &link.waiting);
        waiting
            .map(|waiting| format!("  {}\n", waiting.what.name()))
            .collect()
    }

    /// Ends a step of the test: all that follows from it is done, and the server's errors are told.
    pub(super) async fn rest(&mut self) {
        for _ in 0..MAX_STEPS {
            self.pump().await;
            match self.next.take() {
                None => return self.judge(),
                Some(Next::Load { url, replace }) => self.go(&url, replace).await,
                Some(Next::Follow {
                    url,
                    replace,
                    token,
                    flash,
                }) => {
                    self.depart(url, replace, token, flash).await;
                }
                Some(Next::Post { url, body }) => self.post(url, body).await,
                Some(Next::Refetch) => self.refetch().await,
                Some(Next::Reconnect) => self.join().await,
            }
        }
        self.fail(Failure::new(format!(
            "the page is not at rest after {MAX_STEPS} loads and joins"
        )));
    }

    /// Whether the errors that came are those that were expected.
    fn judge(&mut self) {
        let expected = self.expected.take();
        let list: String = self
            .errors
            .iter()
            .map(|error| {
                let event = error.event.as_deref().unwrap_or("(no event)");
                format!("  {:?}, {event}: {}\n", error.kind, error.message)
            })
            .collect();
        match expected {
            None if self.errors.is_empty() => {}
            None => self.fail(
                Failure::new("the server answered with an error")
                    .with("error", list)
                    .with(
                        "note",
                        "  where it has to, say so before: `page.expect_error(…)`",
                    ),
            ),
            Some(kind) if self.errors.iter().any(|error| error.kind == kind) => {}
            Some(kind) if self.errors.is_empty() => self.fail(Failure::new(format!(
                "the error {kind:?} was expected, and the server handled it"
            ))),
            Some(kind) => self.fail(
                Failure::new(format!(
                    "the error {kind:?} was expected, and another one came"
                ))
                .with("error", list),
            ),
        }
    }

    /// The next step has to be answered with an error of this kind; without this, an error fails the test. What it said is
    /// then in [`errors`](Self::errors).
    pub fn expect_error(&mut self, kind: ErrorKind) -> &mut Self {
        self.expected = Some(kind);
        self
    }

    /// The errors that the last step was answered with.
    pub fn errors(&self) -> &[ServerError] {
        &self.errors
    }

    /// How the page's last join came about: its own session ([`Outcome::Adopted`], [`Outcome::Resumed`],
    /// [`Outcome::Rebuilt`]) or a new one ([`Outcome::Mounted`]).
    pub fn outcome(&self) -> Option<Outcome> {
        self.link.as_ref()?.outcome
    }

    /// Whether the page is connected to its session.
    pub fn is_connected(&self) -> bool {
        self.link.as_ref().is_some_and(|link| link.joined)
    }

    /// Cuts the connection, as a network does. What the user does from now on waits for [`reconnect`](Self::reconnect).
    /// The session learns of it, and waits for the page as long as `Limits::resume_window` says.
    #[track_caller]
    pub fn disconnect(&mut self) -> impl Future<Output = ()> {
        self.begin("disconnect()".to_owned());
        async move {
            if let Some(link) = &mut self.link {
                link.cut();
            }
            self.browser.runtime.idle().await;
        }
    }

    /// Comes back over a new connection, and sends what the user did meanwhile. [`outcome`](Self::outcome) says how that
    /// went.
    #[track_caller]
    pub fn reconnect(&mut self) -> impl Future<Output = ()> {
        self.begin("reconnect()".to_owned());
        async move {
            if self.link.is_none() {
                self.fail(Failure::new("the page has no live view"));
            }
            self.join().await;
            self.rest().await;
        }
    }
}
