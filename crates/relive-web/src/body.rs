use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::{Bytes, BytesMut};
use hyper::body::{Frame, SizeHint};
use tokio::fs::File;
use tokio::io::{AsyncRead, ReadBuf};

/// How much of a file is in memory at a time.
pub(crate) const CHUNK: usize = 64 * 1024;

/// The body of an answer: bytes, or a file that is read as the client takes it.
#[derive(Debug)]
pub struct Body(Kind);

#[derive(Debug)]
enum Kind {
    /// Empty once it was sent.
    Bytes(Bytes),
    File {
        file: File,
        left: u64,
        buffer: BytesMut,
    },
}

impl Body {
    /// A body without content.
    pub fn empty() -> Self {
        Body(Kind::Bytes(Bytes::new()))
    }

    /// The next `length` bytes of a file.
    pub(crate) fn file(file: File, length: u64) -> Self {
        Body(Kind::File {
            file,
            left: length,
            buffer: BytesMut::new(),
        })
    }
}

impl<T: Into<Bytes>> From<T> for Body {
    fn from(bytes: T) -> Self {
        Body(Kind::Bytes(bytes.into()))
    }
}

impl hyper::body::Body for Body {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        match &mut self.0 {
            Kind::Bytes(bytes) if bytes.is_empty() => Poll::Ready(None),
            Kind::Bytes(bytes) => Poll::Ready(Some(Ok(Frame::data(std::mem::take(bytes))))),
            Kind::File { left: 0, .. } => Poll::Ready(None),
            Kind::File { file, left, buffer } => {
                buffer.resize(CHUNK.min(usize::try_from(*left).unwrap_or(CHUNK)), 0);
                let mut part = ReadBuf::new(buffer);
                ready!(Pin::new(file).poll_read(cx, &mut part))?;
                let length = part.filled().len();
                if length == 0 {
                    let error = io::Error::new(
                        io::ErrorKind::UnexpectedEof,
                        "the file became shorter while it was sent",
                    );
                    return Poll::Ready(Some(Err(error)));
                }
                *left -= length as u64;
                Poll::Ready(Some(Ok(Frame::data(buffer.split_to(length).freeze()))))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.size_hint().exact() == Some(0)
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(match &self.0 {
            Kind::Bytes(bytes) => bytes.len() as u64,
            Kind::File { left, .. } => *left,
        })
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;

    use hyper::body::Body as _;

    use super::*;

    async fn read(mut body: Body) -> io::Result<Vec<usize>> {
        let mut parts = Vec::new();
        while let Some(part) = poll_fn(|cx| Pin::new(&mut body).poll_frame(cx)).await {
            parts.push(part?.into_data().unwrap().len());
        }
        Ok(parts)
    }

    #[tokio::test]
    async fn a_file_goes_out_in_parts_of_bounded_size() {
        let path = std::env::temp_dir().join(format!("relive-body-{}", std::process::id()));
        std::fs::write(&path, vec![7; CHUNK * 2 + 5]).unwrap();
        let open = async || File::open(&path).await.unwrap();

        let body = Body::file(open().await, CHUNK as u64 * 2 + 5);
        assert_eq!(body.size_hint().exact(), Some(CHUNK as u64 * 2 + 5));
        let parts = read(body).await.unwrap();
        assert_eq!(parts.iter().sum::<usize>(), CHUNK * 2 + 5);
        assert!(parts.iter().all(|part| *part <= CHUNK), "{parts:?}");

        // No more than was announced, and an error where there is less.
        assert_eq!(read(Body::file(open().await, 10)).await.unwrap(), [10]);
        let error = read(Body::file(open().await, CHUNK as u64 * 3))
            .await
            .unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::UnexpectedEof);
        std::fs::remove_file(&path).unwrap();
    }

    #[tokio::test]
    async fn bytes_go_out_once() {
        assert_eq!(read(Body::from("four")).await.unwrap(), [4]);
        assert!(read(Body::empty()).await.unwrap().is_empty());
        assert!(Body::empty().is_end_stream());
    }
}
