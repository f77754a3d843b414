//! What all connections of a proxy share: the present state, the counters, and cuts that are armed.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Mutex, PoisonError};

use tokio::sync::watch;

use super::conditions::{Conditions, Direction, Options};

/// What holds at present. Connections watch it, and act on a change at once.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct State {
    pub(super) up: Conditions,
    pub(super) down: Conditions,
    /// Nothing is delivered in either direction.
    pub(super) stalled: bool,
    /// New connections are closed as they come.
    pub(super) refusing: bool,
    /// How often all connections were cut.
    pub(super) cuts: u64,
}

impl State {
    pub(super) fn conditions(&self, direction: Direction) -> Conditions {
        match direction {
            Direction::Up => self.up,
            Direction::Down => self.down,
        }
    }

    pub(super) fn conditions_mut(&mut self, direction: Direction) -> &mut Conditions {
        match direction {
            Direction::Up => &mut self.up,
            Direction::Down => &mut self.down,
        }
    }

    /// Whether a connection that has delivered so much must wait.
    pub(super) fn stalls(&self, direction: Direction, delivered: u64) -> bool {
        self.stalled
            || self
                .conditions(direction)
                .stall_after
                .is_some_and(|point| delivered >= point)
    }
}

/// What a proxy has seen since it started.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    /// Connections taken, refused ones not among them.
    pub connections: u64,
    /// Connections that are open now.
    pub open: u64,
    /// Connections closed as they came, because of [`Proxy::refuse`](super::Proxy::refuse).
    pub refused: u64,
    /// Connections for which the server could not be reached.
    pub unreachable: u64,
    /// Connections that ended by a cut or an error of either side's socket.
    pub cut: u64,
    /// Bytes delivered to the server.
    pub up_bytes: u64,
    /// Bytes delivered to the page.
    pub down_bytes: u64,
}

pub(super) struct Shared {
    pub(super) state: watch::Sender<State>,
    pub(super) seed: u64,
    pub(super) connections: AtomicU64,
    pub(super) open: watch::Sender<u64>,
    pub(super) refused: AtomicU64,
    pub(super) unreachable: AtomicU64,
    pub(super) cut: AtomicU64,
    bytes: [AtomicU64; 2],
    /// Bytes left, up and down, until a cut that was armed.
    left: Mutex<[Option<u64>; 2]>,
}

impl Shared {
    pub(super) fn new(options: Options) -> Self {
        let state = State {
            up: options.up,
            down: options.down,
            ..State::default()
        };
        Self {
            state: watch::Sender::new(state),
            seed: options.seed,
            connections: AtomicU64::new(0),
            open: watch::Sender::new(0),
            refused: AtomicU64::new(0),
            unreachable: AtomicU64::new(0),
            cut: AtomicU64::new(0),
            bytes: [AtomicU64::new(0), AtomicU64::new(0)],
            left: Mutex::new([None; 2]),
        }
    }

    pub(super) fn delivered(&self, direction: Direction, bytes: u64) {
        self.bytes[direction as usize].fetch_add(bytes, Relaxed);
    }

    /// Cuts the connection that delivers the `bytes`-th byte from now on.
    pub(super) fn arm(&self, direction: Direction, bytes: u64) {
        self.lock()[direction as usize] = Some(bytes);
    }

    /// How many bytes may go until the armed cut.
    pub(super) fn left(&self, direction: Direction) -> u64 {
        self.lock()[direction as usize].unwrap_or(u64::MAX)
    }

    /// Counts bytes towards the armed cut; true where it is reached, and then it is spent.
    pub(super) fn armed(&self, direction: Direction, bytes: u64) -> bool {
        let left = &mut self.lock()[direction as usize];
        match left {
            Some(count) if *count <= bytes => {
                *left = None;
                true
            }
            Some(count) => {
                *count -= bytes;
                false
            }
            None => false,
        }
    }

    pub(super) fn counters(&self) -> Counters {
        Counters {
            connections: self.connections.load(Relaxed),
            open: *self.open.borrow(),
            refused: self.refused.load(Relaxed),
            unreachable: self.unreachable.load(Relaxed),
            cut: self.cut.load(Relaxed),
            up_bytes: self.bytes[Direction::Up as usize].load(Relaxed),
            down_bytes: self.bytes[Direction::Down as usize].load(Relaxed),
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, [Option<u64>; 2]> {
        self.left.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
