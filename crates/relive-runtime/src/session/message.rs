//! What goes into a session's core, and what comes out of it.

use std::time::Duration;

use bytes::Bytes;
use relive_protocol::{ErrorKind, Map, Outcome, Resume, ToPage, Value};

use crate::disconnect::Disconnect;
use crate::event::Payload;

/// A call of the view.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Call {
    /// An event handler.
    Event {
        reference: u32,
        name: String,
        payload: Map<String, Value>,
    },
    /// `handle_params`, since the page's address changed, or another view.
    Visit {
        reference: u32,
        url: String,
        /// A link leads to another view.
        navigate: bool,
    },
    /// `handle_info`.
    Info { event: String, data: Payload },
    /// `mount` and `handle_params`, after a panic.
    Remount,
    /// The hooks, for a page that comes back or a user whose rights have changed.
    Check,
}

impl Call {
    /// The page's number for it, where the page asked for it.
    pub(crate) fn reference(&self) -> Option<u32> {
        match self {
            Call::Event { reference, .. } | Call::Visit { reference, .. } => Some(*reference),
            Call::Info { .. } | Call::Remount | Call::Check => None,
        }
    }
}

/// What became of a call.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Ran {
    /// The view may have changed.
    Done,
    /// It did not run, or ran without effect on the view: state is as it was.
    Refused(ErrorKind, String),
    /// It returned an error; what it changed so far stays.
    Failed(String),
    /// It panicked.
    Panicked,
    /// A hook sent the page to this address; the session is over.
    Halted(String),
    /// A hook failed: nobody is let in who was not checked, so the session is over.
    Unchecked,
}

/// What became of a render.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Rendered {
    /// The frame of an update under the sequence number that was asked for.
    Update(Bytes),
    /// Nothing for the page in it.
    Unchanged,
    /// The template could not be rendered, or its output is no page.
    Failed(String),
}

/// How the page numbered its nodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PageTree {
    pub(crate) nodes: u32,
    pub(crate) checksum: u32,
}

/// What comes to a session.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Input {
    /// A page joins; with `resume`, it was connected before.
    Join {
        page: PageTree,
        resume: Option<Resume>,
    },
    Event {
        reference: u32,
        name: String,
        payload: Map<String, Value>,
    },
    Visit {
        reference: u32,
        url: String,
        navigate: bool,
    },
    Ack {
        seq: u32,
    },
    Resync {
        node: u32,
    },
    /// The page goes away for good.
    Leave,
    /// The connection is gone.
    Lost,
    Info {
        event: String,
        data: Payload,
    },
    /// The hooks are to run again before anything else does.
    Check,
    /// The sender found the mailbox full this many times.
    Missed(u64),
    Ran(Ran),
    Rendered(Rendered),
    /// The time that was asked for with [`Output::Timer`] is over.
    TimeOut,
    /// The session has to end.
    Stop(Disconnect),
}

/// What the shell is to do.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Output {
    /// Run this, then say [`Input::Ran`].
    Run(Call),
    /// Render under this sequence number, with these answers, then say [`Input::Rendered`].
    Render {
        seq: u32,
        answers: Vec<u32>,
    },
    /// Send *Joined*. Where `compare` is set and is not the document's, or `full`, the content goes along, and `outcome` says so.
    Joined {
        outcome: Outcome,
        seq: u32,
        reference: u32,
        compare: Option<PageTree>,
        full: bool,
    },
    /// Send the HTML of a node (0: the content of the root), which is the state after update `seq`.
    Html {
        seq: u32,
        node: u32,
    },
    Send(ToPage),
    Frame(Bytes),
    /// Wake the session after this time; `None`: not any more.
    Timer(Option<Duration>),
    /// Call `disconnect`; the session is over.
    End(Disconnect),
}

/// Sends a page elsewhere by a page load.
pub(crate) fn to_page(region: u32, url: String) -> ToPage {
    ToPage::Redirect {
        region,
        url,
        mode: "page".to_owned(),
        replace: false,
    }
}
