//! A page that comes back, and the hooks that it waits for.

use relive_protocol::{Resume, ToPage};

use super::Link;
use super::desk::Desk;
use super::message::{Input, PageTree, Ran};
use crate::auth::Caller;
use crate::erased::Failure;

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

impl Desk {
    /// A page comes back, and there is something to check first.
    pub(super) fn comes_back(&mut self, pending: Pending) {
        // An earlier one has lost its page to this one.
        self.refuse_pending();
        self.pending = Some(pending);
        self.core.input(Input::Check);
    }

    /// A page is let in.
    pub(super) fn join(&mut self, link: Link, page: PageTree, resume: Option<Resume>) {
        self.core.write_for(link.format, link.region);
        if let Some(resume) = &resume {
            self.picture.acknowledged(resume.seq);
        }
        self.link = Some(link);
        self.core.input(Input::Join { page, resume });
    }

    /// The hooks of a view that is there have run. A page that came back is let in, or sent elsewhere.
    pub(super) fn checked(&mut self, done: Result<(), Failure>) -> Ran {
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

    pub(super) fn refuse_pending(&mut self) {
        self.pending.take().into_iter().for_each(Pending::refuse);
    }
}

impl Pending {
    pub(super) fn new(link: Link, page: PageTree, resume: Resume, caller: Caller) -> Pending {
        Pending {
            link,
            page,
            resume,
            caller,
            begun: false,
            lost: false,
        }
    }

    /// A connection is gone: perhaps this page's.
    pub(super) fn lost(&mut self, link: u64) {
        self.lost |= self.link.number == link;
    }

    /// Its hooks begin. Returns who is there.
    pub(super) fn begin(&mut self) -> Caller {
        self.begun = true;
        self.caller.clone()
    }

    /// The page fetches itself again, and sees what HTTP says to it.
    fn refuse(self) {
        self.link.send(&ToPage::Refused {
            region: self.link.region,
            reason: "stale".to_owned(),
            retry: None,
        });
    }
}
