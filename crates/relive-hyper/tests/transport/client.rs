//! A plain HTTP client and a page's connection, no cleverer than the tests need.

use std::net::SocketAddr;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::{Error, Message};

/// No answer takes longer, unless something is broken.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// An answer as it came.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    head: String,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().skip(1).find_map(|line| {
            let (found, value) = line.split_once(':')?;
            found.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }

    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }
}

/// Sends bytes, and reads until the server closes.
pub(crate) async fn raw(addr: SocketAddr, request: &[u8]) -> Vec<u8> {
    let mut stream = TcpStream::connect(addr).await.unwrap();
    // A server that refuses may close before it has read everything.
    let _ = stream.write_all(request).await;
    let mut answer = Vec::new();
    let read = timeout(PATIENCE, stream.read_to_end(&mut answer))
        .await
        .expect("no answer in time");
    if read.is_err() {
        assert!(
            !answer.is_empty(),
            "the connection was reset without an answer"
        );
    }
    answer
}

/// Takes an answer apart.
pub(crate) fn answer(bytes: Vec<u8>) -> Answer {
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n");
    let end = end.unwrap_or_else(|| panic!("no answer: {}", String::from_utf8_lossy(&bytes)));
    let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    Answer {
        status,
        head,
        body: bytes[end + 4..].to_vec(),
    }
}

/// A request with these header lines.
pub(crate) async fn request(
    addr: SocketAddr,
    method: &str,
    path: &str,
    headers: &[&str],
) -> Answer {
    let mut request = format!("{method} {path} HTTP/1.1\r\nhost: {addr}\r\nconnection: close\r\n");
    for header in headers {
        request += &format!("{header}\r\n");
    }
    request += "\r\n";
    answer(raw(addr, request.as_bytes()).await)
}

pub(crate) async fn get(addr: SocketAddr, path: &str) -> Answer {
    request(addr, "GET", path, &[]).await
}

/// A page that was loaded: what it needs to join.
pub(crate) struct Page {
    addr: SocketAddr,
    url: String,
    pub(crate) cookie: String,
    pub(crate) token: String,
}

impl Page {
    pub(crate) async fn load(addr: SocketAddr, url: &str) -> Self {
        let answer = get(addr, url).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        let cookie = answer
            .header("set-cookie")
            .unwrap()
            .split(';')
            .next()
            .unwrap()
            .to_owned();
        let token = answer
            .text()
            .split("dj-token=\"")
            .nth(1)
            .unwrap()
            .split('"')
            .next()
            .unwrap();
        Page {
            addr,
            url: url.to_owned(),
            cookie,
            token: token.to_owned(),
        }
    }

    /// Opens the page's WebSocket, from the page's own origin.
    pub(crate) async fn connect(&self) -> Socket {
        let origin = format!("http://{}", self.addr);
        Socket::open(self.addr, &origin, &self.cookie)
            .await
            .unwrap()
    }

    /// Joins over a connection of its own.
    pub(crate) async fn join(&self) -> (Socket, Value) {
        let mut socket = self.connect().await;
        socket.send(self.join_message(1)).await;
        let joined = socket.next().await;
        (socket, joined)
    }

    pub(crate) fn join_message(&self, version: u16) -> Value {
        json!([1, version, 0, self.token, self.url, 0, 0, null])
    }
}

/// A WebSocket that speaks JSON.
pub(crate) struct Socket(pub(crate) WebSocketStream<TcpStream>);

impl Socket {
    pub(crate) async fn open(addr: SocketAddr, origin: &str, cookie: &str) -> Result<Self, Error> {
        let mut request = format!("ws://{addr}/_relive/ws").into_client_request()?;
        request
            .headers_mut()
            .insert("origin", HeaderValue::from_str(origin)?);
        request
            .headers_mut()
            .insert("cookie", HeaderValue::from_str(cookie)?);
        let stream = TcpStream::connect(addr).await?;
        Ok(Socket(
            tokio_tungstenite::client_async(request, stream).await?.0,
        ))
    }

    pub(crate) async fn send(&mut self, message: Value) {
        self.0
            .send(Message::text(message.to_string()))
            .await
            .unwrap();
    }

    /// The next message; pings are passed over.
    pub(crate) async fn next(&mut self) -> Value {
        loop {
            match timeout(PATIENCE, self.0.next())
                .await
                .expect("no message in time")
            {
                Some(Ok(Message::Text(text))) => return serde_json::from_str(&text).unwrap(),
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                other => panic!("expected a message, got {other:?}"),
            }
        }
    }

    /// The close frame, past all messages before it; the close handshake is finished then.
    pub(crate) async fn closed(&mut self) -> Option<CloseFrame> {
        let mut close = None;
        while let Some(Ok(message)) = timeout(PATIENCE, self.0.next())
            .await
            .expect("no close in time")
        {
            if let Message::Close(frame) = message {
                close = frame;
            }
        }
        close
    }
}
