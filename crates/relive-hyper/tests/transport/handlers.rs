//! Ordinary handlers over real sockets: bodies with their limits, forms, cookies, and the end of a log-in.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use relive_runtime::auth::Users;
use relive_runtime::{App, Limits, Request, Response, Result};
use serde_json::json;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use crate::app::Running;
use crate::client::{Answer, Socket, answer, raw};

async fn token(request: Request) -> Result<Response> {
    Ok(Response::text(request.csrf_token()))
}

async fn length(request: Request) -> Result<Response> {
    Ok(Response::text(request.body().len().to_string()))
}

async fn log_in(request: Request) -> Result<Response> {
    let to = relive_runtime::auth::next(&request).unwrap_or_else(|| "/".to_owned());
    Ok(Response::redirect(to).log_in(7))
}

async fn log_out(_request: Request) -> Result<Response> {
    Ok(Response::redirect("/token/").log_out())
}

struct Anybody;

impl Users for Anybody {
    type User = String;

    async fn find(&self, id: &str) -> Result<Option<String>> {
        Ok(Some(id.to_owned()))
    }
}

fn routes(app: App) -> App {
    app.users(Anybody)
        .get("/token/", "token", token)
        .post("/length/", "length", length)
        .post("/log-in/", "log-in", log_in)
        .post("/log-out/", "log-out", log_out)
        .limits(|limits: &mut Limits| {
            limits.max_body = 1000;
            limits.body_time = Duration::from_millis(300);
        })
}

/// A browser's cookie and its token.
struct Client {
    addr: SocketAddr,
    cookie: String,
    token: String,
}

impl Client {
    async fn new(addr: SocketAddr) -> Self {
        let mut client = Client {
            addr,
            cookie: String::new(),
            token: String::new(),
        };
        client.refresh().await;
        client
    }

    async fn refresh(&mut self) {
        let head = format!(
            "GET /token/ HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncookie: {}\r\n\r\n",
            self.cookie
        );
        let got = answer(raw(self.addr, head.as_bytes()).await);
        self.keep(&got);
        self.token = got.text().to_owned();
    }

    fn keep(&mut self, answer: &Answer) {
        if let Some(cookie) = answer.header("set-cookie") {
            self.cookie = cookie.split(';').next().unwrap().to_owned();
        }
    }

    /// The head of a POST, with these lines more.
    fn head(&self, path: &str, more: &str) -> String {
        format!(
            "POST {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncookie: {}\r\nx-csrf-token: {}\r\n{more}\r\n",
            self.cookie, self.token
        )
    }

    async fn post(&mut self, path: &str, body: &str) -> Answer {
        let head = self.head(path, &format!("content-length: {}\r\n", body.len()));
        let got = answer(raw(self.addr, format!("{head}{body}").as_bytes()).await);
        self.keep(&got);
        got
    }
}

#[tokio::test]
async fn a_body_is_read_up_to_its_limit() {
    let server = Running::with(routes).await;
    let mut client = Client::new(server.addr).await;
    for (bytes, status) in [(0, 200), (1000, 200), (1001, 413), (100_000, 413)] {
        let got = client.post("/length/", &"x".repeat(bytes)).await;
        assert_eq!(got.status, status, "{bytes}: {}", got.text());
        if status == 200 {
            assert_eq!(got.text(), bytes.to_string());
        }
    }
    // Without its length in the head: as long as it comes.
    for (chunks, status) in [(2, 200), (3, 413)] {
        let head = client.head("/length/", "transfer-encoding: chunked\r\n");
        let chunk = format!("190\r\n{}\r\n", "x".repeat(400));
        let request = format!("{head}{}0\r\n\r\n", chunk.repeat(chunks));
        let got = answer(raw(server.addr, request.as_bytes()).await);
        assert_eq!(got.status, status, "{chunks}: {}", got.text());
    }
    server.stopped().await;
}

#[tokio::test]
async fn a_body_that_does_not_come_is_not_waited_for() {
    let server = Running::with(routes).await;
    let client = Client::new(server.addr).await;
    let begun = Instant::now();
    let mut stream = TcpStream::connect(server.addr).await.unwrap();
    let head = client.head("/length/", "content-length: 10\r\n");
    stream
        .write_all(format!("{head}12345").as_bytes())
        .await
        .unwrap();
    let mut got = Vec::new();
    tokio::io::AsyncReadExt::read_to_end(&mut stream, &mut got)
        .await
        .unwrap();
    let got = answer(got);
    assert_eq!(got.status, 408, "{}", got.text());
    assert!(begun.elapsed() < Duration::from_secs(5));
    server.stopped().await;
}

#[tokio::test]
async fn a_form_from_elsewhere_is_refused() {
    let server = Running::with(routes).await;
    let mut client = Client::new(server.addr).await;
    for (line, status) in [
        ("sec-fetch-site: same-origin\r\n", 200),
        ("origin: http://x\r\n", 200),
        ("sec-fetch-site: cross-site\r\n", 403),
        ("origin: http://evil.example\r\n", 403),
    ] {
        let head = client.head("/length/", &format!("content-length: 0\r\n{line}"));
        let got = answer(raw(server.addr, head.as_bytes()).await);
        assert_eq!(got.status, status, "{line}: {}", got.text());
    }
    client.token = String::new();
    assert_eq!(client.post("/length/", "").await.status, 403);
    server.stopped().await;
}

#[tokio::test]
async fn a_log_out_closes_the_websockets_of_the_user() {
    let server = Running::with(routes).await;
    let mut client = Client::new(server.addr).await;
    let got = client.post("/log-in/?next=/at/7/", "").await;
    assert_eq!((got.status, got.header("location")), (303, Some("/at/7/")));
    client.refresh().await;

    let head = format!(
        "GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncookie: {}\r\n\r\n",
        client.cookie
    );
    let page = answer(raw(server.addr, head.as_bytes()).await);
    let token = page.text().split("dj-token=\"").nth(1).unwrap();
    let token = token.split('"').next().unwrap().to_owned();
    let origin = format!("http://{}", server.addr);
    let mut socket = Socket::open(server.addr, &origin, &client.cookie)
        .await
        .unwrap();
    socket.send(json!([1, 1, 0, token, "/", 0, 0, null])).await;
    assert_eq!(socket.next().await[0], 32, "joined");

    let old = client.cookie.clone();
    let begun = Instant::now();
    let got = client.post("/log-out/", "").await;
    assert_eq!(got.status, 303, "{}", got.text());
    assert_ne!(client.cookie, old);
    let mut ended = socket.next().await;
    while ended[0] != 40 {
        ended = socket.next().await;
    }
    assert_eq!(ended, json!([40, 0, "logged_out"]));
    let close = socket.closed().await.expect("a close frame");
    assert_eq!(
        (u16::from(close.code), close.reason.as_str()),
        (1008, "logged out")
    );
    assert!(
        begun.elapsed() < Duration::from_millis(500),
        "{:?}",
        begun.elapsed()
    );
    server.stopped().await;
}
