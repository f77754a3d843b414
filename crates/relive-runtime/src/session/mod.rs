//! Sessions: one view, one task, one bounded mailbox each.
//!
//! | File | Subject |
//! | --- | --- |
//! | `core` | the rules, without I/O |
//! | `message` | what goes into the core, and what comes out |
//! | `shell` | the task: runs, renders and sends what the core says |
//! | `call` | one call of the view: before, during and after |
//! | `desk` | what is at hand while the view is busy: mailbox, timer, connection |
//! | `pending` | a page that comes back, and the hooks that it waits for |
//! | `picture` | what the page shows: the last render, and how it goes out |
//! | `stop` | an end that does not wait in the mailbox |
//! | `registry` | which sessions there are, and how a page finds its own |

mod call;
pub(crate) mod core;
pub(crate) mod desk;
pub(crate) mod message;
pub(crate) mod pending;
pub(crate) mod picture;
pub(crate) mod registry;
pub(crate) mod shell;
pub(crate) mod stop;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use bytes::Bytes;
use relive_protocol::{Format, Resume, ToPage};
use tokio::sync::{mpsc, oneshot};

use self::message::{Direct, Input, PageTree};
use crate::auth::Caller;
use crate::disconnect::Disconnect;
use crate::event::Payload;

/// Tells sessions apart within one process.
pub(crate) type SessionNumber = u64;

/// A message in a session's mailbox.
#[derive(Debug)]
pub(crate) enum Mail {
    /// A page joins over this link.
    Join {
        link: Link,
        page: PageTree,
        resume: Option<Resume>,
        caller: Box<Caller>,
    },
    /// The hooks are to run again.
    Check,
    /// A message of the page that is connected by the link of this number.
    Page { link: u64, input: Input },
    /// The link is gone.
    Lost { link: u64 },
    /// A message from the server's side.
    Info { event: String, data: Payload },
    /// A message of a handle.
    Direct(Direct),
    /// The session has to end.
    Stop(Disconnect),
    /// Somebody waits until the session has nothing left to do; this is dropped then.
    Idle(oneshot::Sender<()>),
}

impl Mail {
    /// Whether all that came before has to be done first: what is said until then is for the page that is there now, and
    /// the HTML that a page asks for is that of the last update.
    pub(crate) fn stands_alone(&self) -> bool {
        match self {
            Mail::Join { .. } | Mail::Lost { .. } => true,
            Mail::Page { input, .. } => matches!(input, Input::Resync { .. }),
            Mail::Check | Mail::Info { .. } | Mail::Direct(_) | Mail::Stop(_) | Mail::Idle(_) => {
                false
            }
        }
    }
}

/// A session's way to its page.
#[derive(Clone, Debug)]
pub(crate) struct Link {
    /// Tells links apart: a message of an old one is not for the session any more.
    pub(crate) number: u64,
    pub(crate) region: u32,
    pub(crate) format: Format,
    pub(crate) outgoing: Outbox,
    /// Whether the page still listens. One that has left may have another session in the same region.
    pub(crate) open: Arc<AtomicBool>,
}

/// A connection's queue of frames. A page that does not take them in time loses its connection, never a frame of it: it
/// comes back, and gets what it missed.
#[derive(Clone, Debug)]
pub(crate) struct Outbox {
    queue: mpsc::Sender<Outbound>,
    overrun: Arc<AtomicBool>,
}

impl Outbox {
    pub(crate) fn new(bound: usize) -> (Self, Outgoing) {
        let (queue, receiver) = mpsc::channel(bound);
        let overrun = Arc::new(AtomicBool::new(false));
        let outgoing = Outgoing {
            queue: receiver,
            overrun: Arc::clone(&overrun),
        };
        (Outbox { queue, overrun }, outgoing)
    }

    pub(crate) fn frame(&self, frame: Frame) {
        if let Err(mpsc::error::TrySendError::Full(_)) = self.queue.try_send(Outbound::Frame(frame))
        {
            self.overrun.store(true, Ordering::Release);
        }
    }

    /// Has the connection closed, after the frames that wait.
    pub(crate) fn close(&self, close: Close) {
        if let Err(mpsc::error::TrySendError::Full(_)) = self.queue.try_send(Outbound::Close(close))
        {
            self.overrun.store(true, Ordering::Release);
        }
    }
}

/// The writing half of a connection: a transport sends what it gives.
#[derive(Debug)]
pub struct Outgoing {
    queue: mpsc::Receiver<Outbound>,
    overrun: Arc<AtomicBool>,
}

impl Outgoing {
    /// The next frame to send, or that the connection is to be closed; `None` when there will be no more.
    pub async fn next(&mut self) -> Option<Outbound> {
        // A queue that was full has more in it, so this is looked at again.
        if self.overrun.load(Ordering::Acquire) {
            self.queue.close();
            tracing::warn!("a page does not take its frames; its connection is closed");
            return Some(Outbound::Close(Close {
                code: 1013,
                reason: "too slow",
            }));
        }
        self.queue.recv().await
    }
}

impl Link {
    /// Hands a message to the connection.
    pub(crate) fn send(&self, message: &ToPage) {
        self.frame(message.encode(self.format).into());
    }

    pub(crate) fn frame(&self, bytes: Bytes) {
        if self.open.load(Ordering::Acquire) {
            self.outgoing.frame(Frame::new(self.format, bytes));
        }
    }
}

/// A WebSocket message, or what stands for one in another transport.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Frame {
    /// A message as JSON.
    Text(Bytes),
    /// A message as MessagePack.
    Binary(Bytes),
}

impl Frame {
    pub(crate) fn new(format: Format, bytes: Bytes) -> Self {
        match format {
            Format::Json => Frame::Text(bytes),
            Format::MessagePack => Frame::Binary(bytes),
        }
    }

    pub(crate) fn parts(&self) -> (Format, &Bytes) {
        match self {
            Frame::Text(bytes) => (Format::Json, bytes),
            Frame::Binary(bytes) => (Format::MessagePack, bytes),
        }
    }
}

/// What a connection has to send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outbound {
    /// A message.
    Frame(Frame),
    /// The connection is to be closed.
    Close(Close),
}

/// Why a connection is closed, in the terms of WebSocket (RFC 6455, section 7.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Close {
    /// The close code.
    pub code: u16,
    /// A word for people.
    pub reason: &'static str,
}

#[cfg(test)]
mod tests;
