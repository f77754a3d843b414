//! One direction of one connection: bytes in at one end, the same bytes out at the other, later.
//!
//! A reading half stamps each chunk with the time at which it is due; a writing half waits for that time and for whatever
//! else holds it up. Between them lies a queue with a bound, so that a slow receiver slows the sender down, as on a
//! wire.

use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, watch};
use tokio::time::{Instant, sleep_until};

use super::conditions::{Conditions, Direction, Random};
use super::shared::{Shared, State};

/// The longest chunk that is read at once.
const CHUNK: usize = 16 * 1024;
/// How many bytes may be under way in one direction of a connection.
pub(super) const BYTES_UNDER_WAY: usize = 1024 * 1024;
/// How many chunks may be under way: many small writes cost memory too.
const CHUNKS_UNDER_WAY: usize = 4096;

/// The connection ends at once, in both directions.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Cut;

/// Bytes under way, and when they are due at the other end.
struct Chunk {
    due: Instant,
    bytes: Vec<u8>,
    _room: OwnedSemaphorePermit,
}

/// One direction of one connection.
pub(super) struct Pipe {
    direction: Direction,
    shared: Arc<Shared>,
    state: watch::Receiver<State>,
    random: Random,
    /// The cut that the connection was born after; a later one ends it.
    born: u64,
    /// Bytes delivered so far.
    delivered: u64,
    /// When a limited rate lets the next byte through.
    free: Instant,
}

impl Pipe {
    pub(super) fn new(shared: &Arc<Shared>, connection: u64, direction: Direction) -> Self {
        let state = shared.state.subscribe();
        let born = state.borrow().cuts;
        Self {
            direction,
            shared: Arc::clone(shared),
            state,
            random: Random::new(shared.seed, connection, direction),
            born,
            delivered: 0,
            free: Instant::now(),
        }
    }

    /// Carries bytes until the reader ends (which is passed on) or the connection is cut.
    pub(super) async fn run(
        mut self,
        reader: impl AsyncRead + Unpin,
        writer: impl AsyncWrite + Unpin,
    ) -> Result<(), Cut> {
        let (queue, chunks) = mpsc::channel(CHUNKS_UNDER_WAY);
        let room = Arc::new(Semaphore::new(BYTES_UNDER_WAY));
        let stamps = Stamps {
            direction: self.direction,
            state: self.state.clone(),
            random: self.random.clone(),
            last: Instant::now(),
        };
        tokio::try_join!(
            read(reader, queue, room, stamps),
            self.write(chunks, writer)
        )?;
        Ok(())
    }

    async fn write(
        &mut self,
        mut chunks: mpsc::Receiver<Chunk>,
        mut writer: impl AsyncWrite + Unpin,
    ) -> Result<(), Cut> {
        while let Some(chunk) = self.or_cut(chunks.recv()).await? {
            self.or_cut(sleep_until(chunk.due)).await?;
            let mut rest = &chunk.bytes[..];
            while !rest.is_empty() {
                self.or_cut(sleep_until(self.free)).await?;
                let conditions = self.not_stalled().await?;
                let piece = self.piece(&conditions, rest.len());
                let sent = self
                    .or_cut(writer.write(&rest[..piece]))
                    .await?
                    .map_err(|_| Cut)?;
                if sent == 0 && piece > 0 {
                    return Err(Cut);
                }
                rest = &rest[sent..];
                self.delivered += sent as u64;
                self.shared.delivered(self.direction, sent as u64);
                if let Some(rate) = conditions.rate {
                    let cost = Duration::from_secs_f64(sent as f64 / rate.get() as f64);
                    self.free = self.free.max(Instant::now()) + cost;
                }
                let armed = self.shared.armed(self.direction, sent as u64);
                if armed
                    || conditions
                        .cut_after
                        .is_some_and(|point| self.delivered >= point)
                {
                    // What was written counts as delivered, so it is on its way before the end.
                    let _ = writer.shutdown().await;
                    return Err(Cut);
                }
            }
        }
        // The receiver may have left first; there is nobody to tell then.
        let _ = writer.shutdown().await;
        Ok(())
    }

    /// How many of the next `length` bytes go out together; 0 only where the connection is cut here.
    fn piece(&self, conditions: &Conditions, length: usize) -> usize {
        let mut piece = length as u64;
        if let Some(rate) = conditions.rate {
            // Fiftieths of a second: smooth for people, coarse enough for a timer.
            piece = piece.min((rate.get() / 50).max(1));
        }
        let points = [conditions.stall_after, conditions.cut_after]
            .into_iter()
            .flatten()
            .map(|point| point.saturating_sub(self.delivered));
        piece = points.fold(piece, u64::min);
        piece.min(self.shared.left(self.direction)) as usize
    }

    /// Waits while nothing may be delivered, and says what holds then.
    async fn not_stalled(&mut self) -> Result<Conditions, Cut> {
        let (direction, delivered, born) = (self.direction, self.delivered, self.born);
        let state = self
            .state
            .wait_for(|state| state.cuts != born || !state.stalls(direction, delivered))
            .await
            .map_err(|_| Cut)?;
        if state.cuts == born {
            Ok(state.conditions(direction))
        } else {
            Err(Cut)
        }
    }

    /// Does something unless the connection is cut first.
    async fn or_cut<T>(&self, future: impl Future<Output = T>) -> Result<T, Cut> {
        let mut state = self.state.clone();
        tokio::select! {
            biased;
            _ = state.wait_for(|state| state.cuts != self.born) => Err(Cut),
            output = future => Ok(output),
        }
    }
}

/// Decides when bytes that are read now are due.
struct Stamps {
    direction: Direction,
    state: watch::Receiver<State>,
    random: Random,
    last: Instant,
}

impl Stamps {
    /// Never earlier than the bytes before: jitter must not change the order.
    fn next(&mut self) -> Instant {
        let conditions = self.state.borrow().conditions(self.direction);
        let way = conditions.delay + self.random.up_to(conditions.jitter);
        self.last = self.last.max(Instant::now() + way);
        self.last
    }
}

async fn read(
    mut reader: impl AsyncRead + Unpin,
    queue: mpsc::Sender<Chunk>,
    room: Arc<Semaphore>,
    mut stamps: Stamps,
) -> Result<(), Cut> {
    let mut buffer = vec![0; CHUNK];
    loop {
        let length = reader.read(&mut buffer).await.map_err(|_| Cut)?;
        if length == 0 {
            return Ok(());
        }
        let due = stamps.next();
        let _room = Arc::clone(&room)
            .acquire_many_owned(length as u32)
            .await
            .map_err(|_| Cut)?;
        let chunk = Chunk {
            due,
            bytes: buffer[..length].to_vec(),
            _room,
        };
        // The writing half ends first only when the connection was cut.
        queue.send(chunk).await.map_err(|_| Cut)?;
    }
}

#[cfg(test)]
mod tests;
