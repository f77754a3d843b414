//! The proxy over real sockets: what a page and a server see of it.

use std::io;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use relive_e2e::proxy::{Conditions, Counters, Direction, Options, Proxy};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;

const SOON: Duration = Duration::from_secs(5);
const SILENCE: Duration = Duration::from_millis(150);

/// A proxy before a server, and both ends of a first connection through it.
struct Rig {
    server: TcpListener,
    proxy: Proxy,
    page: TcpStream,
    peer: TcpStream,
}

async fn rig(options: Options) -> Rig {
    let server = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let proxy = Proxy::start(server.local_addr().unwrap(), options)
        .await
        .unwrap();
    let (page, peer) = connection(&proxy, &server).await;
    Rig {
        server,
        proxy,
        page,
        peer,
    }
}

async fn connection(proxy: &Proxy, server: &TcpListener) -> (TcpStream, TcpStream) {
    let page = TcpStream::connect(proxy.address()).await.unwrap();
    let (peer, _) = timeout(SOON, server.accept()).await.unwrap().unwrap();
    (page, peer)
}

/// What arrives until the connection ends.
async fn all(stream: &mut TcpStream) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        match timeout(SOON, stream.read(&mut buffer))
            .await
            .expect("the connection ends")
        {
            // A cut may show as an end or as a reset.
            Ok(0) | Err(_) => return bytes,
            Ok(length) => bytes.extend_from_slice(&buffer[..length]),
        }
    }
}

async fn expect(stream: &mut TcpStream, expected: &[u8]) {
    let mut bytes = vec![0; expected.len()];
    timeout(SOON, stream.read_exact(&mut bytes))
        .await
        .expect("bytes arrive")
        .unwrap();
    assert_eq!(bytes, expected);
}

async fn expect_silence(stream: &mut TcpStream) {
    let read: Result<io::Result<usize>, _> = timeout(SILENCE, stream.read(&mut [0; 1])).await;
    assert!(read.is_err(), "{read:?}");
}

#[tokio::test]
async fn carries_both_directions_unchanged_and_counts_them() {
    let Rig {
        proxy,
        mut page,
        mut peer,
        ..
    } = rig(Options::default()).await;
    let sent: Vec<u8> = (0..3_000_000_u32)
        .map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8)
        .collect();
    let (up, down) = (sent.clone(), sent[..1_000_000].to_vec());
    let (received_up, received_down) = tokio::join!(
        async {
            let (mut read, mut write) = peer.split();
            let mut bytes = vec![0; 3_000_000];
            let (read, write) = tokio::join!(read.read_exact(&mut bytes), write.write_all(&down));
            read.unwrap();
            write.unwrap();
            bytes
        },
        async {
            let (mut read, mut write) = page.split();
            let mut bytes = vec![0; 1_000_000];
            let (read, write) = tokio::join!(read.read_exact(&mut bytes), write.write_all(&up));
            read.unwrap();
            write.unwrap();
            bytes
        },
    );
    assert!(received_up == up, "the server gets what the page sent");
    assert!(received_down == down, "the page gets what the server sent");
    let expected = Counters {
        connections: 1,
        open: 1,
        up_bytes: 3_000_000,
        down_bytes: 1_000_000,
        ..Counters::default()
    };
    assert_eq!(proxy.counters(), expected);
}

#[tokio::test]
async fn half_closed_connection_still_carries_the_answer() {
    let Rig {
        proxy,
        mut page,
        mut peer,
        ..
    } = rig(Options::default()).await;
    page.write_all(b"question").await.unwrap();
    page.shutdown().await.unwrap();
    assert_eq!(all(&mut peer).await, b"question");
    peer.write_all(b"answer").await.unwrap();
    drop(peer);
    assert_eq!(all(&mut page).await, b"answer");
    timeout(SOON, proxy.closed()).await.unwrap();
    assert_eq!(proxy.counters().cut, 0);
}

#[tokio::test]
async fn directions_have_conditions_of_their_own() {
    let delay = Duration::from_millis(1000);
    let slow = Conditions {
        delay,
        ..Conditions::default()
    };
    let Rig {
        proxy,
        mut page,
        mut peer,
        ..
    } = rig(Options {
        down: slow,
        ..Options::default()
    })
    .await;
    let start = Instant::now();
    page.write_all(b"x").await.unwrap();
    expect(&mut peer, b"x").await;
    assert!(start.elapsed() < delay, "up was {:?}", start.elapsed());
    let start = Instant::now();
    peer.write_all(b"y").await.unwrap();
    expect(&mut page, b"y").await;
    assert!(start.elapsed() >= delay, "down was {:?}", start.elapsed());

    proxy.set_delay(Duration::ZERO, Duration::ZERO);
    let start = Instant::now();
    peer.write_all(b"z").await.unwrap();
    expect(&mut page, b"z").await;
    assert!(
        start.elapsed() < delay,
        "after the change it was {:?}",
        start.elapsed()
    );
}

#[tokio::test]
async fn stall_is_silence_until_resume() {
    let Rig {
        proxy,
        mut page,
        mut peer,
        ..
    } = rig(Options::default()).await;
    proxy.stall();
    page.write_all(b"up").await.unwrap();
    peer.write_all(b"down").await.unwrap();
    expect_silence(&mut page).await;
    expect_silence(&mut peer).await;
    assert_eq!(proxy.counters().open, 1, "a stall closes nothing");
    proxy.resume();
    expect(&mut peer, b"up").await;
    expect(&mut page, b"down").await;
}

#[tokio::test]
async fn cut_at_a_byte_ends_both_sides_and_holds_for_each_connection() {
    let cut = Conditions {
        cut_after: Some(7),
        ..Conditions::default()
    };
    let Rig {
        server,
        proxy,
        mut page,
        mut peer,
    } = rig(Options {
        up: cut,
        ..Options::default()
    })
    .await;
    for _ in 0..2 {
        page.write_all(b"hello world").await.unwrap();
        assert_eq!(all(&mut peer).await, b"hello w");
        assert_eq!(all(&mut page).await, b"");
        (page, peer) = connection(&proxy, &server).await;
    }
    drop((page, peer));
    timeout(SOON, proxy.closed()).await.unwrap();
    assert_eq!(proxy.counters().cut, 2);
}

#[tokio::test]
async fn armed_cut_spares_the_next_connection() {
    let Rig {
        server,
        proxy,
        mut page,
        mut peer,
    } = rig(Options::default()).await;
    peer.write_all(b"before ").await.unwrap();
    expect(&mut page, b"before ").await;
    proxy.cut_after(Direction::Down, 3);
    peer.write_all(b"answer").await.unwrap();
    assert_eq!(all(&mut page).await, b"ans");
    let (mut page, mut peer) = connection(&proxy, &server).await;
    peer.write_all(b"whole answer").await.unwrap();
    expect(&mut page, b"whole answer").await;
}

#[tokio::test]
async fn cut_all_ends_what_is_open_and_nothing_later() {
    let Rig {
        server,
        proxy,
        mut page,
        mut peer,
    } = rig(Options::default()).await;
    let (mut page2, mut peer2) = connection(&proxy, &server).await;
    assert_eq!(proxy.counters().open, 2);
    proxy.cut_all();
    for stream in [&mut page, &mut peer, &mut page2, &mut peer2] {
        assert_eq!(all(stream).await, b"");
    }
    timeout(SOON, proxy.closed()).await.unwrap();
    let (mut page, mut peer) = connection(&proxy, &server).await;
    page.write_all(b"again").await.unwrap();
    expect(&mut peer, b"again").await;
    assert_eq!(proxy.counters().cut, 2);
}

#[tokio::test]
async fn refuses_new_connections_only_and_takes_them_again() {
    let Rig {
        server,
        proxy,
        mut page,
        mut peer,
    } = rig(Options::default()).await;
    proxy.refuse();
    let mut refused = TcpStream::connect(proxy.address()).await.unwrap();
    assert_eq!(all(&mut refused).await, b"");
    page.write_all(b"still").await.unwrap();
    expect(&mut peer, b"still").await;
    proxy.accept();
    let (mut page, mut peer) = connection(&proxy, &server).await;
    page.write_all(b"new").await.unwrap();
    expect(&mut peer, b"new").await;
    let counters = proxy.counters();
    assert_eq!((counters.connections, counters.refused), (2, 1));
}

#[tokio::test]
async fn server_that_is_gone_ends_the_connection_and_another_can_take_over() {
    let Rig {
        server,
        proxy,
        page,
        peer,
    } = rig(Options::default()).await;
    drop((server, page, peer));
    timeout(SOON, proxy.closed()).await.unwrap();
    let mut page = TcpStream::connect(proxy.address()).await.unwrap();
    assert_eq!(all(&mut page).await, b"");
    assert_eq!(proxy.counters().unreachable, 1);

    let successor = TcpListener::bind("127.0.0.1:0").await.unwrap();
    proxy.set_target(successor.local_addr().unwrap());
    let (mut page, mut peer) = connection(&proxy, &successor).await;
    page.write_all(b"hello").await.unwrap();
    expect(&mut peer, b"hello").await;
}

#[tokio::test]
async fn dropped_proxy_ends_everything() {
    let Rig {
        proxy,
        mut page,
        mut peer,
        ..
    } = rig(Options::default()).await;
    let address: SocketAddr = proxy.address();
    drop(proxy);
    assert_eq!(all(&mut page).await, b"");
    assert_eq!(all(&mut peer).await, b"");
    assert!(TcpStream::connect(address).await.is_err());
}
