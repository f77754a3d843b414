use std::sync::atomic::{AtomicU64, Ordering};

macro_rules! counters {
    ($($(#[$meta:meta])* $name:ident),* $(,)?) => {
        /// What happens in the runtime, counted while it happens.
        #[derive(Debug, Default)]
        pub(crate) struct Counters { $(pub(crate) $name: Counter),* }

        /// The counters at one moment.
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        #[non_exhaustive]
        pub struct Counts { $($(#[$meta])* pub $name: u64),* }

        impl Counters {
            pub(crate) fn read(&self) -> Counts {
                Counts { $($name: self.$name.get()),* }
            }
        }
    };
}

counters! {
    /// Views mounted, over HTTP and over connections.
    mounts,
    /// Sessions that exist now, in any state.
    sessions,
    /// Sessions that wait for their page now.
    parked,
    /// Connections that are open now.
    connections,
    /// Joins that adopted the session of their page.
    adopted,
    /// Joins that resumed a session.
    resumed,
    /// Joins whose page had to take the whole HTML.
    rebuilt,
    /// Messages that sessions took from their mailboxes.
    mail,
    /// Events taken from pages.
    events,
    /// Renders.
    renders,
    /// Updates sent.
    updates,
    /// Bytes of the updates sent.
    update_bytes,
    /// Requests of pages for HTML, since their DOM was not as it should be.
    resyncs,
    /// Tasks of views that wait or run now, or whose result waits.
    tasks,
    /// Panics caught.
    panics,
    /// Frames that were no message.
    bad_frames,
    /// What the gate refused.
    refused,
}

#[derive(Debug, Default)]
pub(crate) struct Counter(AtomicU64);

impl Counter {
    pub(crate) fn add(&self, count: u64) {
        self.0.fetch_add(count, Ordering::Relaxed);
    }

    pub(crate) fn one(&self) {
        self.add(1);
    }

    pub(crate) fn less(&self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }

    pub(crate) fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}
