//! What a connection suffers: the settings of a proxy.

use std::num::NonZeroU64;
use std::time::Duration;

/// One of the two ways through a proxy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// From the page to the server.
    Up,
    /// From the server to the page.
    Down,
}

/// What bytes suffer in one direction. The default is a wire without faults.
///
/// Bytes keep their order under all of these. The two points (`stall_after`, `cut_after`) count the bytes
/// that were delivered in this direction on one connection, and hold for each connection anew.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Conditions {
    /// How long each byte is under way.
    pub delay: Duration,
    /// Up to how much longer than `delay`, at random.
    pub jitter: Duration,
    /// Bytes for each second; `None` for as fast as it goes.
    pub rate: Option<NonZeroU64>,
    /// Delivers this many bytes, then none until [`Proxy::resume`](super::Proxy::resume).
    pub stall_after: Option<u64>,
    /// Delivers this many bytes, then closes the connection both ways.
    pub cut_after: Option<u64>,
}

/// The settings that a proxy starts with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// From the page to the server.
    pub up: Conditions,
    /// From the server to the page.
    pub down: Conditions,
    /// Where the random numbers for jitter start.
    pub seed: u64,
}

impl Options {
    /// Both directions under the same conditions.
    #[must_use]
    pub fn both(conditions: Conditions) -> Self {
        Self {
            up: conditions,
            down: conditions,
            seed: 0,
        }
    }

    /// A delay for each direction, so that a round trip takes twice as long.
    #[must_use]
    pub fn delayed(delay: Duration) -> Self {
        Self::both(Conditions {
            delay,
            ..Conditions::default()
        })
    }
}

/// SplitMix64: small, seedable, and the same on every machine.
#[derive(Clone, Debug)]
pub(super) struct Random(u64);

impl Random {
    /// Numbers of their own for each direction of each connection.
    pub(super) fn new(seed: u64, connection: u64, direction: Direction) -> Self {
        let mut random = Self(seed ^ (connection << 1) ^ u64::from(direction == Direction::Down));
        // Neighbouring seeds give unrelated numbers only after a step.
        Self(random.next())
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A duration from zero up to and including `limit`.
    pub(super) fn up_to(&mut self, limit: Duration) -> Duration {
        let limit = u64::try_from(limit.as_nanos()).unwrap_or(u64::MAX - 1);
        if limit == 0 {
            Duration::ZERO
        } else {
            Duration::from_nanos(self.next() % (limit + 1))
        }
    }
}
