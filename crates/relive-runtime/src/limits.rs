use std::time::Duration;

/// The sizes and times that bound what a page, or all of them together, can take.
///
/// Transports enforce what concerns bytes; everything else is the runtime's.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Limits {
    /// Bytes of one frame from a page. 64 KiB.
    pub max_frame: usize,
    /// Updates that a page may leave unacknowledged before rendering waits. 4.
    pub max_unacknowledged: usize,
    /// Events that wait for a session's view, broadcast messages that do, and messages of handles. 128 each.
    pub max_queued_calls: usize,
    /// Messages that share one render while more of them wait. 64.
    pub max_coalesced: usize,
    /// Tasks of a session that wait or run. 64.
    pub max_tasks: usize,
    /// Messages in a session's mailbox. 256.
    pub mailbox: usize,
    /// Frames that wait for a connection to take them. 64.
    pub outgoing: usize,
    /// Live regions on one connection. 16.
    pub max_regions: usize,
    /// Frames in a row that are no message, before the connection is closed. 10.
    pub max_bad_frames: usize,
    /// Sessions that wait for their page. 10,000; the oldest makes room.
    pub max_parked: usize,
    /// Sessions in all. 100,000; further page loads are answered with 503.
    pub max_sessions: usize,
    /// How long a session waits for its page to join. 30 seconds.
    pub park_time: Duration,
    /// How long a session waits for its page to come back. 2 minutes.
    pub resume_window: Duration,
    /// How long a session that ends may work off what it has accepted. 5 seconds.
    pub end_time: Duration,
    /// How long `mount` and `handle_params` may take together. 30 seconds.
    pub mount_time: Duration,
    /// How long a join token is good. 12 hours.
    pub token_time: Duration,
    /// How long somebody who has logged in stays so. 14 days.
    pub login_time: Duration,
    /// Bytes of a request's body, for ordinary handlers. 1 MiB.
    pub max_body: usize,
    /// How long a request's body may take to arrive. 30 seconds.
    pub body_time: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            max_frame: 64 * 1024,
            max_unacknowledged: 4,
            max_queued_calls: 128,
            max_coalesced: 64,
            max_tasks: 64,
            mailbox: 256,
            outgoing: 64,
            max_regions: 16,
            max_bad_frames: 10,
            max_parked: 10_000,
            max_sessions: 100_000,
            park_time: Duration::from_secs(30),
            resume_window: Duration::from_secs(120),
            end_time: Duration::from_secs(5),
            mount_time: Duration::from_secs(30),
            token_time: Duration::from_secs(12 * 60 * 60),
            login_time: Duration::from_secs(14 * 24 * 60 * 60),
            max_body: 1024 * 1024,
            body_time: Duration::from_secs(30),
        }
    }
}
