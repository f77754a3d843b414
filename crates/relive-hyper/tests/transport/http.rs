//! Pages, the client's script and static files.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use relive_hyper::Server;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;

use crate::app::{Probe, Running};
use crate::client::{Answer, Page, answer, get, raw, request};

#[tokio::test]
async fn a_page_is_complete_without_a_script() {
    let server = Running::start().await;
    let page = get(server.addr, "/at/7/").await;
    assert_eq!(page.status, 200);
    assert_eq!(
        page.header("content-type"),
        Some("text/html; charset=utf-8")
    );
    assert_eq!(page.header("cache-control"), Some("private, no-store"));
    assert_eq!(
        page.header("content-length"),
        Some(page.body.len().to_string().as_str())
    );
    let html = page.text();
    assert!(html.starts_with("<!DOCTYPE html>"), "{html}");
    assert!(html.contains("<output>7</output>"), "{html}");
    assert!(html.trim_end().ends_with("</html>"), "{html}");
    let script = format!(
        "<script src=\"/_relive/{}\" defer></script>",
        relive_client::file_name()
    );
    assert!(html.contains(&script), "{html}");
    server.stopped().await;
}

#[tokio::test]
async fn paths_methods_and_their_answers() {
    let server = Running::start().await;
    let script = format!("/_relive/{}", relive_client::file_name());
    for (method, path, status, allow) in [
        ("GET", "/", 200, None),
        ("HEAD", "/", 200, None),
        ("POST", "/", 405, Some("GET, HEAD")),
        ("GET", "/at/7", 308, None),
        ("GET", "/at/x/", 404, None),
        ("GET", "/nowhere", 404, None),
        ("POST", "/nowhere", 404, None),
        ("GET", "/%ff", 404, None),
        ("GET", "/_relive/", 404, None),
        ("GET", "/_relive/relive.js", 404, None),
        ("DELETE", &script, 405, Some("GET, HEAD")),
        ("GET", "/_relive/ws", 426, None),
        ("POST", "/_relive/ws", 405, Some("GET")),
    ] {
        let answer = request(server.addr, method, path, &[]).await;
        assert_eq!(answer.status, status, "{method} {path}: {}", answer.text());
        assert_eq!(answer.header("allow"), allow, "{method} {path}");
        if method == "HEAD" {
            assert!(answer.body.is_empty(), "{}", answer.text());
            assert_ne!(answer.header("content-length"), Some("0"));
        }
    }
    server.stopped().await;
}

#[tokio::test]
async fn a_panic_is_one_answer_and_no_more() {
    let server = Running::start().await;
    let mut stream = TcpStream::connect(server.addr).await.unwrap();
    // The second request comes over the same connection.
    let requests = b"GET /at/666/ HTTP/1.1\r\nhost: x\r\n\r\n\
                     GET /at/1/ HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
    stream.write_all(requests).await.unwrap();
    let mut answers = String::new();
    stream.read_to_string(&mut answers).await.unwrap();
    assert!(answers.starts_with("HTTP/1.1 500 "), "{answers}");
    assert!(answers.contains("<output>1</output>"), "{answers}");
    server.stopped().await;
}

#[tokio::test]
async fn the_script_may_be_kept_for_ever() {
    for (name, content) in [
        (relive_client::file_name(), relive_client::SCRIPT),
        (relive_client::more_file_name(), relive_client::MORE),
    ] {
        is_kept_for_ever(&format!("/_relive/{name}"), content).await;
    }
}

async fn is_kept_for_ever(path: &str, content: &str) {
    let server = Running::start().await;
    let script = get(server.addr, path).await;
    assert_eq!(script.status, 200);
    assert_eq!(script.text(), content);
    assert_eq!(
        script.header("content-type"),
        Some("text/javascript; charset=utf-8")
    );
    assert_eq!(
        script.header("cache-control"),
        Some("public, max-age=31536000, immutable")
    );

    let tag = format!("if-none-match: {}", script.header("etag").unwrap());
    let known = request(server.addr, "GET", path, &[&tag]).await;
    assert_eq!((known.status, known.body.len()), (304, 0));

    let head = request(server.addr, "HEAD", path, &[]).await;
    assert_eq!((head.status, head.body.len()), (200, 0));
    assert_eq!(
        head.header("content-length"),
        script.header("content-length")
    );
    server.stopped().await;
}

/// A folder that is gone when the test is over.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("relive-{name}-{}", std::process::id()));
        std::fs::create_dir_all(path.join("static/css")).unwrap();
        Folder(path)
    }

    fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        std::fs::write(self.0.join(name), content).unwrap();
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[tokio::test]
async fn static_files_are_served() {
    let folder = Folder::new("served");
    folder.write("static/css/app.css", "p { color: red }");
    folder.write("static/a b.txt", "text");
    folder.write("static/empty.txt", "");
    let large: Vec<u8> = (0..1_000_000_u32).map(|n| (n * 7 % 251) as u8).collect();
    folder.write("static/large.bin", &large);
    let dir = folder.0.join("static");
    let server = Running::with(|app| app.static_files("/static/", dir)).await;

    let css = get(server.addr, "/static/css/app.css?v=1").await;
    assert_eq!((css.status, css.text()), (200, "p { color: red }"));
    assert_eq!(css.header("content-type"), Some("text/css; charset=utf-8"));
    assert_eq!(css.header("content-length"), Some("16"));
    assert_eq!(css.header("cache-control"), Some("no-cache"));
    assert_eq!(css.header("x-content-type-options"), Some("nosniff"));

    for (header, value) in [
        ("if-none-match", "etag"),
        ("if-modified-since", "last-modified"),
    ] {
        let condition = format!("{header}: {}", css.header(value).unwrap());
        let known = request(server.addr, "GET", "/static/css/app.css", &[&condition]).await;
        assert_eq!((known.status, known.body.len()), (304, 0), "{condition}");
    }
    let head = request(server.addr, "HEAD", "/static/css/app.css", &[]).await;
    assert_eq!(
        (head.status, head.body.len(), head.header("content-length")),
        (200, 0, Some("16"))
    );
    let post = request(server.addr, "POST", "/static/css/app.css", &[]).await;
    assert_eq!(
        (post.status, post.header("allow")),
        (405, Some("GET, HEAD"))
    );

    assert_eq!(get(server.addr, "/static/a%20b.txt").await.text(), "text");
    let empty = get(server.addr, "/static/empty.txt").await;
    assert_eq!(
        (empty.status, empty.header("content-length")),
        (200, Some("0"))
    );
    let sent = get(server.addr, "/static/large.bin").await;
    assert_eq!(sent.header("content-length"), Some("1000000"));
    assert!(sent.body == large, "a large file came through changed");
    server.stopped().await;
}

#[tokio::test]
async fn no_path_leads_out_of_the_folder() {
    let folder = Folder::new("kept");
    folder.write("secret.txt", "SECRET");
    folder.write("static/.env", "SECRET");
    folder.write("static/app.css", "");
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(
            folder.0.join("secret.txt"),
            folder.0.join("static/link.txt"),
        )
        .unwrap();
        std::os::unix::fs::symlink(&folder.0, folder.0.join("static/up")).unwrap();
    }
    let dir = folder.0.join("static");
    let server = Running::with(|app| app.static_files("/static/", dir)).await;
    let absolute = format!("/static/{}", folder.0.join("secret.txt").display());
    for path in [
        "/static/../secret.txt",
        "/static/%2e%2e/secret.txt",
        "/static/%2E%2E%2Fsecret.txt",
        "/static/..%2fsecret.txt",
        "/static/css/../../secret.txt",
        "/static/..%5csecret.txt",
        "/static/..\\secret.txt",
        "/static/%252e%252e/secret.txt",
        "/static//secret.txt",
        "/static/./app.css",
        "/static/app.css/",
        "/static/app.css%00",
        "/static/.env",
        "/static/%2eenv",
        "/static/css/.%2e/.env",
        "/static/link.txt",
        "/static/up/secret.txt",
        "/static/css",
        "/static/",
        "/static",
        "/staticapp.css",
        &absolute,
    ] {
        let answer = get(server.addr, path).await;
        assert_eq!(answer.status, 404, "{path}: {}", answer.text());
    }
    // The folder is there, and what is in it is served.
    assert_eq!(get(server.addr, "/static/app.css").await.status, 200);
    server.stopped().await;
}

#[tokio::test]
async fn no_byte_in_a_header_stops_the_server() {
    let server = Running::start().await;
    let upgrade = "connection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n\
                   sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
    for (path, rest) in [("/", "connection: close\r\n"), ("/_relive/ws", upgrade)] {
        for name in [
            "host",
            "origin",
            "cookie",
            "purpose",
            "if-none-match",
            "x-forwarded-for",
        ] {
            let requests = (0..=u8::MAX).map(|byte| {
                let head = format!("GET {path} HTTP/1.1\r\n{rest}{name}: a");
                [head.as_bytes(), &[byte], b"b=c.d\r\n\r\n"].concat()
            });
            for request in requests {
                let bytes = tokio::time::timeout(Duration::from_secs(20), async {
                    let mut stream = TcpStream::connect(server.addr).await.unwrap();
                    stream.write_all(&request).await.unwrap();
                    let mut first = [0; 12];
                    let _ = stream.read_exact(&mut first).await;
                    first
                });
                let status = String::from_utf8_lossy(&bytes.await.unwrap()).into_owned();
                let what = String::from_utf8_lossy(&request).into_owned();
                assert!(status.starts_with("HTTP/1.1 "), "{what}");
                assert!(!status.ends_with("500"), "{what}");
            }
        }
    }
    assert_eq!(get(server.addr, "/").await.status, 200);
    server.stopped().await;
}

#[tokio::test]
async fn heads_that_are_too_large_or_too_slow_are_cut() {
    let server = Running::start().await;
    let long = format!(
        "GET / HTTP/1.1\r\nhost: x\r\nx: {}\r\n\r\n",
        "y".repeat(64 * 1024)
    );
    let refused = answer(raw(server.addr, long.as_bytes()).await);
    assert_eq!(refused.status, 431);
    let many = format!(
        "GET / HTTP/1.1\r\nhost: x\r\n{}\r\n",
        "x: y\r\n".repeat(200)
    );
    assert_eq!(answer(raw(server.addr, many.as_bytes()).await).status, 431);

    // One byte each second is never a request.
    let begun = Instant::now();
    let mut slow = TcpStream::connect(server.addr).await.unwrap();
    let mut cut = false;
    for _ in 0..15 {
        let mut byte = [0; 64];
        let read = tokio::time::timeout(Duration::from_secs(1), slow.read(&mut byte)).await;
        if matches!(read, Ok(Ok(0) | Err(_))) || slow.write_all(b"G").await.is_err() {
            cut = true;
            break;
        }
    }
    assert!(cut, "a slow head was waited for");
    assert!(
        begun.elapsed() >= Duration::from_secs(9),
        "{:?}",
        begun.elapsed()
    );
    server.stopped().await;
}

#[tokio::test]
async fn connections_past_the_limit_wait_for_their_turn() {
    let probe = Probe::default();
    let server = Server::bind(probe.app(), "127.0.0.1:0")
        .await
        .unwrap()
        .max_connections(1);
    let server = Running::run(server, probe);
    let addr = server.addr;
    let begin = || tokio::spawn(async move { get(addr, "/").await });
    let still_waits = async |waiting: &JoinHandle<Answer>| {
        tokio::time::sleep(Duration::from_millis(300)).await;
        assert!(!waiting.is_finished(), "it was served beside the first");
    };

    let mut exchange = TcpStream::connect(addr).await.unwrap();
    exchange
        .write_all(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n")
        .await
        .unwrap();
    exchange.read_exact(&mut [0]).await.unwrap();
    let waiting = begin();
    still_waits(&waiting).await;
    drop(exchange);
    assert_eq!(waiting.await.unwrap().status, 200);

    // A WebSocket is a connection, too.
    let socket = Page::load(addr, "/").await.connect().await;
    let waiting = begin();
    still_waits(&waiting).await;
    drop(socket);
    assert_eq!(waiting.await.unwrap().status, 200);
    server.stopped().await;
}
