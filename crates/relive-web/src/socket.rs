//! The WebSocket: frames in, frames out, with every limit set on purpose.
//!
//! | Limit | Value | Past it |
//! | --- | --- | --- |
//! | a frame or message from the page | the runtime's `max_frame` | closed with 1009 |
//! | a frame without a mask, or against the protocol | none | closed with 1002 |
//! | text that is no UTF-8 | none | closed with 1007 |
//! | bytes read at a time | 4 KiB | – |
//! | bytes that wait to be written | 64 KiB | cannot be: messages go out in parts of 16 KiB |
//! | time until a part is written | 15 s | lost |
//! | time between pings | 20 s | – |
//! | time without a word from the page, a pong at least | 45 s | lost |
//! | time for the closing handshake | 2 s | cut |
//!
//! Reading waits while a session takes a frame, so a page that sends faster than its session handles is held up by
//! TCP, not buffered.

use std::future::poll_fn;
use std::ops::ControlFlow;
use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;

use bytes::Bytes;
use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{FutureExt, SinkExt, StreamExt};
use relive_runtime::{Close, Connection, Frame, Outbound, Outgoing};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::sync::watch;
use tokio::time::{Interval, MissedTickBehavior, interval_at, timeout};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::error::ProtocolError;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Data, OpCode};
use tokio_tungstenite::tungstenite::protocol::frame::{CloseFrame, Frame as RawFrame, Utf8Bytes};
use tokio_tungstenite::tungstenite::protocol::{Message, Role, WebSocketConfig};
use tokio_tungstenite::tungstenite::{self, Error};

const READ_BUFFER: usize = 4 * 1024;
/// A message goes out in parts of this size, so that no buffer grows with the largest message and stays so.
const PART: usize = 16 * 1024;
const MAX_WRITE_BUFFER: usize = 64 * 1024;
const WRITE_TIME: Duration = Duration::from_secs(15);
const PING_EVERY: Duration = Duration::from_secs(20);
const SILENCE: Duration = Duration::from_secs(45);
const CLOSE_TIME: Duration = Duration::from_secs(2);

/// How a connection came to its end.
enum End {
    /// We close it.
    Ours(Close),
    /// We close it because what comes in cannot be read any further.
    Broken(Close),
    /// The page closed it.
    Theirs,
    /// It is gone, or nobody is there.
    Lost(&'static str),
}

/// Moves frames between a socket and a connection of the runtime, until either ends or `closing` becomes true.
pub(crate) async fn run<S>(
    io: S,
    mut connection: Connection,
    mut outgoing: Outgoing,
    max_frame: usize,
    mut closing: watch::Receiver<bool>,
) where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let config = WebSocketConfig::default()
        .read_buffer_size(READ_BUFFER)
        .write_buffer_size(0)
        .max_write_buffer_size(MAX_WRITE_BUFFER)
        .max_message_size(Some(max_frame))
        .max_frame_size(Some(max_frame))
        .accept_unmasked_frames(false);
    let socket = WebSocketStream::from_raw_socket(io, Role::Server, Some(config)).await;
    let (sink, mut stream) = socket.split();
    let mut writer = Writer::new(sink);
    let end = tokio::select! {
        end = read(&mut stream, &mut connection) => end,
        end = write(&mut writer, &mut outgoing) => end,
        _ = closing.wait_for(|closing| *closing) => End::Ours(Close { code: 1001, reason: "shutdown" }),
    };
    // The sessions hear of it at once: the page may be back before the handshake is over.
    drop(connection);
    close(end, writer, stream, outgoing).await;
}

async fn read<S>(stream: &mut SplitStream<WebSocketStream<S>>, connection: &mut Connection) -> End
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    loop {
        let frame = match timeout(SILENCE, stream.next()).await {
            Err(_) => return End::Lost("silence"),
            Ok(None) => return End::Lost("end of stream"),
            Ok(Some(Err(error))) => return broken(&error),
            Ok(Some(Ok(Message::Text(text)))) => Frame::Text(text.into()),
            Ok(Some(Ok(Message::Binary(bytes)))) => Frame::Binary(bytes),
            Ok(Some(Ok(Message::Close(_)))) => return End::Theirs,
            // Pings are answered by the WebSocket itself; a pong has done its work by coming.
            Ok(Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_)))) => continue,
        };
        if let ControlFlow::Break(close) = connection.receive(frame).await {
            return End::Ours(close);
        }
    }
}

async fn write<S>(writer: &mut Writer<S>, outgoing: &mut Outgoing) -> End
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    loop {
        let written = tokio::select! {
            next = outgoing.next() => match next {
                Some(Outbound::Frame(frame)) => writer.message(frame).await,
                Some(Outbound::Close(close)) => return End::Ours(close),
                None => return End::Ours(Close { code: 1000, reason: "" }),
            },
            _ = writer.ping.tick() => writer.part(Message::Ping(Bytes::new())).await,
        };
        if let Err(lost) = written {
            return lost;
        }
    }
}

/// What ends a connection when reading fails.
fn broken(error: &Error) -> End {
    match error {
        Error::Capacity(_) => End::Broken(Close {
            code: 1009,
            reason: "the frame is over the limit",
        }),
        Error::Protocol(ProtocolError::ResetWithoutClosingHandshake) => End::Lost("reset"),
        Error::Protocol(_) => End::Broken(Close {
            code: 1002,
            reason: "against the protocol",
        }),
        Error::Utf8(_) => End::Broken(Close {
            code: 1007,
            reason: "text that is no UTF-8",
        }),
        _ => End::Lost("reading failed"),
    }
}

/// Says goodbye, within bounds.
async fn close<S>(
    end: End,
    mut writer: Writer<S>,
    mut stream: SplitStream<WebSocketStream<S>>,
    mut outgoing: Outgoing,
) where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let farewell = async {
        match end {
            End::Ours(close) => {
                tracing::debug!(
                    code = close.code,
                    reason = close.reason,
                    "closing a connection"
                );
                // What was said before the close goes out before it.
                while let Some(Some(Outbound::Frame(frame))) = outgoing.next().now_or_never() {
                    if writer.message(frame).await.is_err() {
                        return;
                    }
                }
                if writer.part(close_message(close)).await.is_ok() {
                    while let Some(Ok(_)) = stream.next().await {}
                }
            }
            End::Broken(close) => {
                tracing::debug!(
                    code = close.code,
                    reason = close.reason,
                    "closing a broken connection"
                );
                if writer.part(close_message(close)).await.is_err() {
                    return;
                }
                let Ok(mut socket) = writer.sink.reunite(stream) else {
                    return;
                };
                // The rest is thrown away unread, or the reset of a socket with unread bytes would overtake
                // the close frame.
                let io = socket.get_mut();
                // On the heap: what an array takes, every open connection would.
                let mut rest = vec![0; 1024];
                if io.shutdown().await.is_ok() {
                    while matches!(io.read(&mut rest).await, Ok(n) if n > 0) {}
                }
            }
            // The answer to the page's close frame goes out as the stream is read to its end.
            End::Theirs => while let Some(Ok(_)) = stream.next().await {},
            End::Lost(reason) => tracing::debug!(reason, "a connection is lost"),
        }
    };
    if timeout(CLOSE_TIME, farewell).await.is_err() {
        tracing::debug!("the closing handshake was not finished");
    }
}

fn close_message(close: Close) -> Message {
    Message::Close(Some(CloseFrame {
        code: close.code.into(),
        reason: Utf8Bytes::from_static(close.reason),
    }))
}

/// The writing half, with the clock of its pings.
struct Writer<S> {
    sink: SplitSink<WebSocketStream<S>, Message>,
    ping: Interval,
}

impl<S> Writer<S>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    fn new(sink: SplitSink<WebSocketStream<S>, Message>) -> Self {
        let mut ping = interval_at(tokio::time::Instant::now() + PING_EVERY, PING_EVERY);
        ping.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Writer { sink, ping }
    }

    /// Sends one message, in parts; pings go between them, so that a slow page is known to be there while a long
    /// message is on its way.
    async fn message(&mut self, frame: Frame) -> Result<(), End> {
        let (kind, mut rest) = match frame {
            Frame::Text(bytes) => (Data::Text, bytes),
            Frame::Binary(bytes) => (Data::Binary, bytes),
        };
        let mut code = OpCode::Data(kind);
        loop {
            let part = rest.split_to(rest.len().min(PART));
            self.part(Message::Frame(RawFrame::message(
                part,
                code,
                rest.is_empty(),
            )))
            .await?;
            if rest.is_empty() {
                return Ok(());
            }
            code = OpCode::Data(Data::Continue);
            if poll_fn(|cx| Poll::Ready(self.ping.poll_tick(cx)))
                .await
                .is_ready()
            {
                self.part(Message::Ping(Bytes::new())).await?;
            }
        }
    }

    /// Writes one frame through to the socket.
    async fn part(&mut self, message: Message) -> Result<(), End> {
        let written: Result<tungstenite::Result<()>, _> =
            timeout(WRITE_TIME, Pin::new(&mut self.sink).send(message)).await;
        match written {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => Err(End::Lost("writing failed")),
            Err(_) => Err(End::Lost("the page takes nothing")),
        }
    }
}

#[cfg(test)]
mod tests {
    use relive_runtime::App;
    use tokio::io::{DuplexStream, duplex};
    use tokio::task::JoinHandle;
    use tokio::time::{Instant, sleep};

    use super::*;

    /// A socket that is run, the other end of it, and what closes it.
    fn running(buffer: usize) -> (JoinHandle<Duration>, DuplexStream, watch::Sender<bool>) {
        let runtime = App::new(()).start("/client.js").unwrap();
        let head = http::Request::get("/")
            .header("host", "h")
            .header("origin", "http://h");
        let (head, ()) = head.body(()).unwrap().into_parts();
        let (connection, outgoing) = runtime.connect(&head, None).unwrap();
        let (ours, theirs) = duplex(buffer);
        let closing = watch::Sender::new(false);
        let closed = closing.subscribe();
        let task = tokio::spawn(async move {
            let begun = Instant::now();
            run(ours, connection, outgoing, 1024, closed).await;
            begun.elapsed()
        });
        (task, theirs, closing)
    }

    #[tokio::test(start_paused = true)]
    async fn a_page_that_says_nothing_is_lost() {
        let (task, _theirs, _closing) = running(4096);
        assert_eq!(task.await.unwrap(), SILENCE);
    }

    #[tokio::test(start_paused = true)]
    async fn parts_of_a_message_without_an_end_are_no_sign_of_life() {
        let (task, mut theirs, _closing) = running(4096);
        theirs.write_all(&[0x01, 0x80, 0, 0, 0, 0]).await.unwrap();
        while theirs.write_all(&[0x00, 0x80, 0, 0, 0, 0]).await.is_ok() {
            sleep(Duration::from_secs(1)).await;
        }
        assert_eq!(task.await.unwrap(), SILENCE);
    }

    #[tokio::test(start_paused = true)]
    async fn a_frame_is_refused_by_the_length_that_it_announces() {
        let (task, mut theirs, _closing) = running(4096);
        // 1 TiB, of which nothing comes.
        theirs
            .write_all(&[0x82, 0xff, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0])
            .await
            .unwrap();
        let mut page = WebSocketStream::from_raw_socket(theirs, Role::Client, None).await;
        let Some(Ok(Message::Close(Some(close)))) = page.next().await else {
            panic!("no close frame")
        };
        assert_eq!(u16::from(close.code), 1009);
        drop(page);
        assert_eq!(task.await.unwrap(), Duration::ZERO);
    }

    #[tokio::test(start_paused = true)]
    async fn a_page_that_answers_pings_stays() {
        let (task, theirs, _closing) = running(4096);
        let mut page = WebSocketStream::from_raw_socket(theirs, Role::Client, None).await;
        let mut pings = 0;
        let begun = Instant::now();
        while pings < 30 {
            if let Message::Ping(_) = page.next().await.unwrap().unwrap() {
                pings += 1;
            }
        }
        assert_eq!(begun.elapsed(), PING_EVERY * 30);
        assert!(!task.is_finished());
    }

    #[tokio::test(start_paused = true)]
    async fn a_page_that_takes_nothing_is_lost() {
        let (task, mut theirs, _closing) = running(16);
        // The answer to a bad message is longer than the buffer, and nobody reads it.
        theirs
            .write_all(&[0x81, 0x81, 0, 0, 0, 0, b'x'])
            .await
            .unwrap();
        assert_eq!(task.await.unwrap(), WRITE_TIME);
    }

    #[tokio::test(start_paused = true)]
    async fn a_page_that_does_not_answer_the_close_frame_is_cut() {
        let (task, theirs, closing) = running(4096);
        sleep(Duration::from_secs(1)).await;
        closing.send_replace(true);
        assert_eq!(task.await.unwrap(), Duration::from_secs(1) + CLOSE_TIME);
        let mut page = WebSocketStream::from_raw_socket(theirs, Role::Client, None).await;
        let Some(Ok(Message::Close(Some(close)))) = page.next().await else {
            panic!("no close frame")
        };
        assert_eq!(
            (u16::from(close.code), close.reason.as_str()),
            (1001, "shutdown")
        );
    }

    #[tokio::test(start_paused = true)]
    async fn what_was_said_before_the_close_goes_out_before_it() {
        let (task, mut theirs, _closing) = running(64 * 1024);
        // Bad messages until the runtime has enough of them.
        for _ in 0..20 {
            theirs
                .write_all(&[0x81, 0x81, 0, 0, 0, 0, b'x'])
                .await
                .unwrap();
        }
        let mut page = WebSocketStream::from_raw_socket(theirs, Role::Client, None).await;
        let mut errors = 0;
        let close = loop {
            match page.next().await.unwrap().unwrap() {
                Message::Text(_) => errors += 1,
                Message::Close(close) => break close.unwrap(),
                other => panic!("{other:?}"),
            }
        };
        assert_eq!(u16::from(close.code), 1008);
        assert_eq!(errors, relive_runtime::Limits::default().max_bad_frames + 1);
        while page.next().await.is_some() {}
        assert_eq!(task.await.unwrap(), Duration::ZERO);
    }
}
