//! The WebSocket: joins, events, and what is no event.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio_tungstenite::tungstenite::{Error, Message};

use crate::app::Running;
use crate::client::{Page, Socket, get};

#[tokio::test]
async fn a_page_joins_and_its_events_are_answered() {
    let server = Running::start().await;
    let page = Page::load(server.addr, "/").await;
    let (mut socket, joined) = page.join().await;
    // Joined, version 1, region 0, adopted.
    assert_eq!(
        joined.as_array().unwrap()[..4],
        [json!(32), json!(1), json!(0), json!(0)],
        "{joined}"
    );

    socket.send(json!([2, 0, 1, "add", {}, 0])).await;
    let update = socket.next().await;
    assert_eq!(
        update.as_array().unwrap()[..4],
        [json!(33), json!(0), json!(1), json!([1])],
        "{update}"
    );
    assert!(update[5].to_string().contains('1'), "{update}");

    socket.send(json!([2, 0, 2, "add", {"by": "41"}, 1])).await;
    let update = socket.next().await;
    assert_eq!(update[3], json!([2]), "{update}");
    assert!(update[5].to_string().contains("42"), "{update}");
    drop(socket);
    server.stopped().await;
}

#[tokio::test]
async fn a_page_load_and_its_live_join_mount_once() {
    let server = Running::start().await;
    let page = Page::load(server.addr, "/").await;
    assert_eq!(server.probe.mounts(), 1);
    let (mut socket, _) = page.join().await;
    socket.send(json!([2, 0, 1, "add", {}, 0])).await;
    assert_eq!(socket.next().await[0], 33);
    assert_eq!(server.probe.mounts(), 1);
    drop(socket);
    server.stopped().await;
}

#[tokio::test]
async fn a_long_message_arrives_whole() {
    let server = Running::start().await;
    let (mut socket, _) = Page::load(server.addr, "/").await.join().await;
    socket.send(json!([2, 0, 1, "grow", {}, 0])).await;
    let update = socket.next().await;
    assert_eq!(update[3], json!([1]));
    assert!(update.to_string().contains(&"long ".repeat(60_000)));
    // The connection is in order after it.
    socket.send(json!([7, 5])).await;
    assert_eq!(socket.next().await, json!([39, 5]));
    drop(socket);
    server.stopped().await;
}

#[tokio::test]
async fn a_page_is_answered_in_the_form_that_it_uses() {
    let server = Running::start().await;
    let mut socket = Page::load(server.addr, "/").await.connect().await;
    // A ping in MessagePack: [7, 5].
    let ping = Message::binary(vec![0x92, 7, 5]);
    futures_util::SinkExt::send(&mut socket.0, ping)
        .await
        .unwrap();
    let pong = futures_util::StreamExt::next(&mut socket.0)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(pong, Message::binary(vec![0x92, 39, 5]));
    drop(socket);
    server.stopped().await;
}

#[tokio::test]
async fn bad_input_is_answered_and_the_connection_goes_on() {
    let server = Running::start().await;
    let (mut socket, _) = Page::load(server.addr, "/").await.join().await;
    let cases = [
        ("no message at all", json!(null), "bad_message"),
        ("[1,2", json!(null), "bad_message"),
        ("[99]", json!(null), "bad_message"),
        ("[2,0,1,\"add\"]", json!(null), "bad_message"),
        ("[2,7,1,\"add\",{},0]", json!(1), "not_joined"),
        (
            "[2,0,1,\"drop_everything\",{},0]",
            json!(1),
            "unknown_event",
        ),
        (
            "[2,0,2,\"add\",{\"by\":\"x\"},0]",
            json!(2),
            "invalid_params",
        ),
        (
            "[2,0,3,\"add\",{\"of\":\"1\"},0]",
            json!(3),
            "invalid_params",
        ),
    ];
    for (frame, reference, kind) in cases {
        futures_util::SinkExt::send(&mut socket.0, Message::text(frame))
            .await
            .unwrap();
        let error = socket.next().await;
        let Value::Array(fields) = &error else {
            panic!("{error}")
        };
        assert_eq!(
            (&fields[0], &fields[2], &fields[3]),
            (&json!(34), &reference, &json!(kind)),
            "{frame}"
        );
    }
    socket.send(json!([2, 0, 4, "add", {}, 0])).await;
    assert_eq!(socket.next().await[3], json!([4]));
    drop(socket);
    server.stopped().await;
}

#[tokio::test]
async fn a_page_of_another_version_is_told_so() {
    let server = Running::start().await;
    let page = Page::load(server.addr, "/").await;
    let mut socket = page.connect().await;
    socket.send(page.join_message(2)).await;
    assert_eq!(socket.next().await, json!([38, 0, "version", null]));
    // The same connection takes a join that is in order.
    socket.send(page.join_message(1)).await;
    assert_eq!(socket.next().await[0], 32);
    drop(socket);
    server.stopped().await;
}

#[tokio::test]
async fn another_site_cannot_connect() {
    let server = Running::start().await;
    let page = Page::load(server.addr, "/").await;
    for origin in ["http://evil.example", "null", "", "http://127.0.0.1:1"] {
        match Socket::open(server.addr, origin, &page.cookie).await {
            Err(Error::Http(response)) => assert_eq!(response.status(), 403, "{origin}"),
            Err(error) => panic!("{origin}: {error}"),
            Ok(_) => panic!("{origin} was let in"),
        }
    }
    server.stopped().await;
}

#[tokio::test]
async fn a_frame_over_the_limit_ends_its_connection_and_no_other() {
    let server = Running::start().await;
    let (mut other, _) = Page::load(server.addr, "/").await.join().await;
    // In one frame, and as a message of several that are each within the limit.
    let whole = vec![Message::text(" ".repeat(64 * 1024 + 1))];
    let parts = {
        use tokio_tungstenite::tungstenite::protocol::frame::Frame;
        use tokio_tungstenite::tungstenite::protocol::frame::coding::{Data, OpCode};
        let part = |code, last| {
            Message::Frame(Frame::message(
                vec![b' '; 40 * 1024],
                OpCode::Data(code),
                last,
            ))
        };
        vec![part(Data::Text, false), part(Data::Continue, true)]
    };
    for messages in [whole, parts] {
        let (mut socket, _) = Page::load(server.addr, "/").await.join().await;
        for message in messages {
            futures_util::SinkExt::send(&mut socket.0, message)
                .await
                .unwrap();
        }
        let close = socket.closed().await.expect("a close frame with a code");
        assert_eq!(u16::from(close.code), 1009);
        assert!(close.reason.contains("limit"), "{}", close.reason);
    }
    other.send(json!([2, 0, 1, "add", {}, 0])).await;
    assert_eq!(other.next().await[3], json!([1]));
    // The largest frame that there may be is no reason.
    let largest = format!("[7,1]{}", " ".repeat(64 * 1024 - 5));
    futures_util::SinkExt::send(&mut other.0, Message::text(largest))
        .await
        .unwrap();
    assert_eq!(other.next().await, json!([39, 1]));
    drop(other);
    server.stopped().await;
}

#[tokio::test]
async fn what_is_against_the_websocket_protocol_closes_with_its_code() {
    let server = Running::start().await;
    let long_ping = [&[0x89, 0xfe, 0, 126, 0, 0, 0, 0][..], &[0; 126]].concat();
    for (bytes, code) in [
        // A text frame without a mask; one with reserved bits; a control frame that is too long, one in parts;
        // a continuation of nothing; an unknown opcode; text that is no UTF-8.
        (&[0x81, 0x01, b'x'][..], 1002_u16),
        (&[0xf1, 0x80, 0, 0, 0, 0], 1002),
        (&long_ping, 1002),
        (&[0x09, 0x80, 0, 0, 0, 0], 1002),
        (&[0x80, 0x80, 0, 0, 0, 0], 1002),
        (&[0x83, 0x80, 0, 0, 0, 0], 1002),
        (&[0x81, 0x81, 0, 0, 0, 0, 0xff], 1007),
    ] {
        let page = Page::load(server.addr, "/").await;
        let mut socket = page.connect().await;
        let stream = socket.0.get_mut();
        stream.write_all(bytes).await.unwrap();
        let close = socket
            .closed()
            .await
            .unwrap_or_else(|| panic!("{bytes:x?}: no close frame"));
        assert_eq!(u16::from(close.code), code, "{bytes:x?}");
    }
    server.stopped().await;
}

#[tokio::test]
async fn a_page_that_closes_is_answered_in_kind() {
    let server = Running::start().await;
    let (mut socket, _) = Page::load(server.addr, "/").await.join().await;
    socket.0.close(None).await.unwrap();
    socket.closed().await;
    let mut byte = [0];
    let end =
        tokio::time::timeout(Duration::from_secs(5), socket.0.get_mut().read(&mut byte)).await;
    assert!(matches!(end, Ok(Ok(0))), "{end:?}");
    assert_eq!(get(server.addr, "/").await.status, 200);
    drop(socket);
    server.stopped().await;
}
