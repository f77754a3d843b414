//! Bodies of requests, up to a size and within a time.

use std::future::poll_fn;
use std::pin::pin;
use std::time::Duration;

use bytes::{Buf, Bytes, BytesMut};
use http::StatusCode;
use http::header::CONTENT_LENGTH;
use http::request::Parts;
use hyper::body::Body;
use tokio::time::timeout;

/// Reads the whole body. Where `limit` is 0, nobody wants it: it is left unread.
///
/// # Errors
///
/// The status of the answer: 413 where it is larger than `limit`, which nothing of it is read for if the head says so; 408
/// where it takes longer than `time`; 400 where the connection breaks off.
pub(crate) async fn read<B>(
    head: &Parts,
    body: B,
    limit: usize,
    time: Duration,
) -> Result<Bytes, StatusCode>
where
    B: Body,
    B::Error: std::fmt::Display,
{
    if limit == 0 {
        return Ok(Bytes::new());
    }
    let announced = head.headers.get(CONTENT_LENGTH);
    let announced = announced.and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    if announced.is_some_and(|length| length > limit as u64) {
        return Err(StatusCode::PAYLOAD_TOO_LARGE);
    }
    timeout(time, collect(body, limit))
        .await
        .unwrap_or(Err(StatusCode::REQUEST_TIMEOUT))
}

async fn collect<B>(body: B, limit: usize) -> Result<Bytes, StatusCode>
where
    B: Body,
    B::Error: std::fmt::Display,
{
    let mut body = pin!(body);
    let mut all = BytesMut::new();
    while let Some(frame) = poll_fn(|cx| body.as_mut().poll_frame(cx)).await {
        let frame = frame.map_err(|error| {
            tracing::debug!(%error, "a request broke off");
            StatusCode::BAD_REQUEST
        })?;
        // What is no data are trailers, which nobody wants.
        let Ok(mut data) = frame.into_data() else {
            continue;
        };
        if all.len() + data.remaining() > limit {
            return Err(StatusCode::PAYLOAD_TOO_LARGE);
        }
        all.extend_from_slice(&data.copy_to_bytes(data.remaining()));
    }
    Ok(all.freeze())
}
