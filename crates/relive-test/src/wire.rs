//! The connections of an application's pages. Each is read whenever any page waits, and what comes is acknowledged as it
//! comes, as a browser does: a page that a test does not look at for a while falls behind nobody.

use std::collections::VecDeque;
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::task::{Context, Poll};

use futures_util::FutureExt;
use relive_protocol::{Format, FromPage, ToPage};
use relive_runtime::{Connection, Frame, Outbound, Outgoing};

/// One page's connection.
pub(crate) struct Wire {
    /// Locked while a frame is on its way in, which may take a while where a session is busy.
    connection: tokio::sync::Mutex<Connection>,
    incoming: Mutex<Incoming>,
}

struct Incoming {
    outgoing: Outgoing,
    /// What has come and was not taken.
    inbox: VecDeque<Arrival>,
    /// The last update that came, and the last that was acknowledged.
    last: u32,
    acknowledged: u32,
    is_over: bool,
}

/// What comes over a connection.
pub(crate) enum Arrival {
    Message(Box<ToPage>),
    /// The connection is over; why, where the server said so.
    Closed(Option<String>),
}

impl Wire {
    fn new(connection: Connection, outgoing: Outgoing) -> Self {
        Wire {
            connection: tokio::sync::Mutex::new(connection),
            incoming: Mutex::new(Incoming {
                outgoing,
                inbox: VecDeque::new(),
                last: 0,
                acknowledged: 0,
                is_over: false,
            }),
        }
    }

    /// Sends a message; an error is the reason for which the server closes the connection.
    pub(crate) async fn send(&self, message: &FromPage) -> Result<(), String> {
        let frame = Frame::Binary(message.encode(Format::MessagePack).into());
        match self.connection.lock().await.receive(frame).await {
            std::ops::ControlFlow::Continue(()) => Ok(()),
            std::ops::ControlFlow::Break(close) => {
                Err(format!("{} ({})", close.reason, close.code))
            }
        }
    }

    /// The next message that has come.
    pub(crate) fn take(&self) -> Option<Arrival> {
        self.read();
        self.incoming().inbox.pop_front()
    }

    /// Reads what has come. `false`: nothing.
    fn read(&self) -> bool {
        let mut context = Context::from_waker(std::task::Waker::noop());
        self.poll_read(&mut context).is_ready()
    }

    /// The same, and wakes the task when something comes later.
    fn poll_read(&self, context: &mut Context<'_>) -> Poll<()> {
        let mut has_read = false;
        loop {
            let mut incoming = self.incoming();
            if incoming.is_over {
                break;
            }
            let next = pin!(incoming.outgoing.next()).poll(context);
            let Poll::Ready(outbound) = next else { break };
            has_read = true;
            let arrival = match outbound {
                Some(Outbound::Frame(frame)) => message(&frame),
                Some(Outbound::Close(close)) => {
                    Arrival::Closed(Some(format!("{} ({})", close.reason, close.code)))
                }
                None => Arrival::Closed(None),
            };
            match &arrival {
                Arrival::Message(message) => match **message {
                    ToPage::Update { seq, .. } if seq > 0 => incoming.last = seq,
                    // A new session counts anew.
                    ToPage::Joined { seq, .. } => {
                        (incoming.last, incoming.acknowledged) = (seq, seq)
                    }
                    _ => {}
                },
                Arrival::Closed(_) => incoming.is_over = true,
            }
            incoming.inbox.push_back(arrival);
        }
        self.acknowledge();
        if has_read {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    }

    fn acknowledge(&self) {
        let seq = {
            let incoming = self.incoming();
            if incoming.is_over || incoming.last == incoming.acknowledged {
                return;
            }
            incoming.last
        };
        // Where the session has no room for it now, it is said the next time.
        if let Some(Ok(())) = self.send(&FromPage::Ack { region: 0, seq }).now_or_never() {
            self.incoming().acknowledged = seq;
        }
    }

    fn incoming(&self) -> MutexGuard<'_, Incoming> {
        self.incoming.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn message(frame: &Frame) -> Arrival {
    let decoded = match frame {
        Frame::Text(bytes) => ToPage::decode(Format::Json, bytes),
        Frame::Binary(bytes) => ToPage::decode(Format::MessagePack, bytes),
    };
    match decoded {
        Ok(message) => Arrival::Message(Box::new(message)),
        Err(error) => Arrival::Closed(Some(format!("it sent what is no message: {error}"))),
    }
}

/// The connections of all pages of an application.
#[derive(Clone, Default)]
pub(crate) struct Wires(Arc<Mutex<Vec<Weak<Wire>>>>);

impl Wires {
    pub(crate) fn add(&self, (connection, outgoing): (Connection, Outgoing)) -> Arc<Wire> {
        let wire = Arc::new(Wire::new(connection, outgoing));
        let mut wires = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        wires.retain(|wire| wire.strong_count() > 0);
        wires.push(Arc::downgrade(&wire));
        wire
    }

    fn all(&self) -> Vec<Arc<Wire>> {
        let wires = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        wires.iter().filter_map(Weak::upgrade).collect()
    }

    /// Reads what has come for any page. `false`: nothing.
    pub(crate) fn read(&self) -> bool {
        self.all()
            .iter()
            .fold(false, |read, wire| wire.read() | read)
    }

    /// Waits until something comes for any page.
    pub(crate) async fn changed(&self) {
        std::future::poll_fn(|context| {
            let read = self.all().iter().fold(false, |read, wire| {
                wire.poll_read(context).is_ready() | read
            });
            if read { Poll::Ready(()) } else { Poll::Pending }
        })
        .await;
    }
}
