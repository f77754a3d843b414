//! Beginning and end of a server.

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use relive_hyper::{ServeError, Server};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::app::{Probe, Running};
use crate::client::{Page, get};

#[tokio::test]
async fn a_port_that_is_taken() {
    let taken = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let addr = taken.local_addr().unwrap();
    let error = Server::bind(Probe::default().app(), addr)
        .await
        .err()
        .expect("the port was free");
    assert!(matches!(error, ServeError::Listen { .. }));
    assert_eq!(
        error.to_string(),
        format!(
            "cannot listen on {addr}: another program listens there already; stop it, or choose another port \
             (port 0 takes any that is free)"
        )
    );
}

#[tokio::test]
async fn an_address_that_is_none() {
    for addr in [
        "127.0.0.1",
        "",
        "127.0.0.1:99999",
        "no such host.invalid:80",
    ] {
        let error = Server::bind(Probe::default().app(), addr)
            .await
            .err()
            .expect(addr);
        assert!(
            error
                .to_string()
                .starts_with(&format!("cannot listen on {addr}: ")),
            "{error}"
        );
    }
}

#[tokio::test]
async fn an_application_that_cannot_start_does_not_listen() {
    let app = Probe::default()
        .app()
        .live::<crate::app::Counter>("/again/", "counter");
    let error = Server::bind(app, "127.0.0.1:0")
        .await
        .err()
        .expect("it started");
    assert!(matches!(error, ServeError::Start(_)), "{error}");
}

#[tokio::test]
async fn at_shutdown_pages_are_told_and_sockets_closed() {
    let mut server = Running::start().await;
    let (mut one, _) = Page::load(server.addr, "/").await.join().await;
    let (mut two, _) = Page::load(server.addr, "/").await.join().await;
    // A connection that never joined is closed as well.
    let mut bare = Page::load(server.addr, "/").await.connect().await;
    let probe = server.probe.clone();
    let (addr, begun) = (server.addr, Instant::now());
    server.stop();
    for socket in [&mut one, &mut two] {
        assert_eq!(socket.next().await, json!([40, 0, "shutdown"]));
        assert!(socket.closed().await.is_some(), "no close frame");
    }
    assert!(bare.closed().await.is_some(), "no close frame");
    server.stopped().await;
    assert!(
        begun.elapsed() < Duration::from_millis(2_500),
        "{:?}",
        begun.elapsed()
    );
    // Two that were joined, and one that waited for its page.
    assert_eq!(probe.shutdowns.load(Ordering::SeqCst), 3);
    assert!(
        TcpStream::connect(addr).await.is_err(),
        "the server listens on"
    );
}

#[tokio::test]
async fn a_page_that_does_not_answer_does_not_hold_up_the_shutdown() {
    let mut server = Running::start().await;
    let (silent, _) = Page::load(server.addr, "/").await.join().await;
    let begun = Instant::now();
    server.stop();
    server.stopped().await;
    assert!(
        begun.elapsed() < Duration::from_secs(5),
        "{:?}",
        begun.elapsed()
    );
    drop(silent);
}

#[tokio::test]
async fn an_idle_connection_does_not_hold_up_the_shutdown_and_an_exchange_is_finished() {
    let server = Running::start().await;
    let mut idle = TcpStream::connect(server.addr).await.unwrap();
    idle.write_all(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n")
        .await
        .unwrap();
    let mut begun = vec![0; 4096];
    assert!(idle.read(&mut begun).await.unwrap() > 0);
    let addr = server.addr;
    let page = tokio::spawn(async move { get(addr, "/").await });
    assert_eq!(page.await.unwrap().status, 200);
    let stopping = Instant::now();
    server.stopped().await;
    assert!(
        stopping.elapsed() < Duration::from_secs(5),
        "{:?}",
        stopping.elapsed()
    );
}

/// The child of the next test, which the test program starts as a process of its own.
#[cfg(unix)]
#[tokio::test]
async fn serving_process() {
    if std::env::var_os("RELIVE_SERVE").is_some() {
        relive_hyper::serve(Probe::default().app(), "127.0.0.1:0")
            .await
            .unwrap();
        println!("served");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn a_process_says_where_it_listens_and_ends_on_a_signal() {
    use std::io::{BufRead, BufReader};
    use std::process::{Command, Stdio};

    for signal in ["-TERM", "-INT"] {
        let mut process = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "lifecycle::serving_process", "--nocapture"])
            .env("RELIVE_SERVE", "1")
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap())
            .lines()
            .map_while(Result::ok);
        let told = "relive: listening on http://";
        let addr = lines.find_map(|line| Some(line.split_once(told)?.1.to_owned()));
        let addr = addr.expect("no line that says where").parse().unwrap();
        let (mut socket, _) = Page::load(addr, "/").await.join().await;

        let pid = process.id().to_string();
        assert!(
            Command::new("kill")
                .args([signal, &pid])
                .status()
                .unwrap()
                .success()
        );
        assert_eq!(socket.next().await, json!([40, 0, "shutdown"]), "{signal}");
        assert!(socket.closed().await.is_some(), "{signal}");
        assert!(
            lines.any(|line| line.contains("served")),
            "{signal}: it did not return"
        );
        assert!(process.wait().unwrap().success(), "{signal}");
    }
}
