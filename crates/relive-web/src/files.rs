//! Static files: from a path below a prefix to a file in a folder, and never to one outside of it.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Component, Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use http::header::{
    CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE, ETAG, IF_MODIFIED_SINCE, IF_NONE_MATCH,
    LAST_MODIFIED, X_CONTENT_TYPE_OPTIONS,
};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Method, Response, StatusCode};
use percent_encoding::percent_decode_str;

use crate::Body;
use crate::body::CHUNK;

/// Answers with a file of the folder; `None`: there is no such file, or none that may be seen.
///
/// `path` is what follows the prefix in the request's path, still percent-encoded.
pub(crate) async fn serve(folder: &Path, path: &str, head: &Parts) -> Option<Response<Body>> {
    let (folder, path) = (folder.to_owned(), relative(path)?);
    let content = head.method == Method::GET;
    let opened = tokio::task::spawn_blocking(move || Opened::new(&folder, &path, content)).await;
    match opened {
        Ok(Ok(opened)) => Some(opened?.respond(head)),
        Ok(Err(error)) => {
            tracing::debug!(%error, "a static file cannot be read");
            None
        }
        Err(error) => {
            tracing::error!(%error, "opening a static file panicked");
            None
        }
    }
}

/// The path below the folder, where a request's path is one that a file can have: decoded, made of plain names only,
/// none of which begins with a dot.
fn relative(path: &str) -> Option<PathBuf> {
    let mut relative = PathBuf::new();
    for segment in path.split('/') {
        let name = percent_decode_str(segment).decode_utf8().ok()?;
        if name.is_empty() || name.starts_with('.') || name.contains(['/', '\\', '\0']) {
            return None;
        }
        // What is one plain name on this system: no drive letter, no root.
        let mut components = Path::new(&*name).components();
        if !matches!(components.next(), Some(Component::Normal(_))) || components.next().is_some() {
            return None;
        }
        relative.push(&*name);
    }
    Some(relative)
}

/// A file that was found, with its beginning where it is wanted.
struct Opened {
    path: PathBuf,
    length: u64,
    modified: Option<SystemTime>,
    content: Content,
}

enum Content {
    /// Only the headers are wanted.
    Unread,
    /// A small file is read at once.
    Whole(Vec<u8>),
    Open(File),
}

impl Opened {
    /// Blocks. A symbolic link that leaves the folder leads nowhere; the folder itself may be one.
    fn new(folder: &Path, path: &Path, content: bool) -> io::Result<Option<Self>> {
        let folder = folder.canonicalize()?;
        let path = folder.join(path).canonicalize()?;
        if !path.starts_with(&folder) || !fs::metadata(&path)?.is_file() {
            return Ok(None);
        }
        let mut file = File::open(&path)?;
        let meta = file.metadata()?;
        let length = meta.len();
        let content = if !content {
            Content::Unread
        } else if length <= CHUNK as u64 {
            let mut bytes = vec![0; usize::try_from(length).unwrap_or(0)];
            file.read_exact(&mut bytes)?;
            Content::Whole(bytes)
        } else {
            Content::Open(file)
        };
        Ok(Some(Opened {
            path,
            length,
            modified: meta.modified().ok(),
            content,
        }))
    }

    fn respond(self, head: &Parts) -> Response<Body> {
        let mut response = Response::new(Body::empty());
        let headers = response.headers_mut();
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
        headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        let mut tag = None;
        if let Some(modified) = self.modified {
            let age = modified.duration_since(UNIX_EPOCH).unwrap_or_default();
            // Weak: two writes within one tick of the clock that leave the length may look the same.
            tag =
                HeaderValue::try_from(format!("W/\"{:x}-{:x}\"", age.as_nanos(), self.length)).ok();
            let date = HeaderValue::try_from(httpdate::fmt_http_date(UNIX_EPOCH + age)).ok();
            date.map(|date| headers.insert(LAST_MODIFIED, date));
            tag.clone().map(|tag| headers.insert(ETAG, tag));
        }
        if is_unchanged(&head.headers, tag.as_ref(), self.modified) {
            *response.status_mut() = StatusCode::NOT_MODIFIED;
            return response;
        }
        headers.insert(CONTENT_TYPE, content_type(&self.path));
        headers.insert(CONTENT_LENGTH, HeaderValue::from(self.length));
        *response.body_mut() = match self.content {
            Content::Unread => Body::empty(),
            Content::Whole(bytes) => Body::from(bytes),
            Content::Open(file) => Body::file(tokio::fs::File::from_std(file), self.length),
        };
        response
    }
}

fn content_type(path: &Path) -> HeaderValue {
    let mime = mime_guess::from_path(path).first_or_octet_stream();
    let charset = if mime.type_() == mime_guess::mime::TEXT {
        "; charset=utf-8"
    } else {
        ""
    };
    HeaderValue::try_from(format!("{mime}{charset}"))
        .unwrap_or(HeaderValue::from_static("application/octet-stream"))
}

/// Whether the client has this version already (RFC 9110, section 13.2.2).
pub(crate) fn is_unchanged(
    headers: &HeaderMap,
    tag: Option<&HeaderValue>,
    modified: Option<SystemTime>,
) -> bool {
    if headers.contains_key(IF_NONE_MATCH) {
        let Some(tag) = tag.map(|tag| opaque(tag.as_bytes())) else {
            return false;
        };
        return headers.get_all(IF_NONE_MATCH).iter().any(|known| {
            let mut known = known.as_bytes().split(|byte| *byte == b',');
            known.any(|known| matches!(opaque(known), b"*") || opaque(known) == tag)
        });
    }
    let since = headers
        .get(IF_MODIFIED_SINCE)
        .and_then(|value| value.to_str().ok());
    let since = since.and_then(|value| httpdate::parse_http_date(value).ok());
    match (since, modified) {
        // The header counts whole seconds.
        (Some(since), Some(modified)) => modified < since + Duration::from_secs(1),
        _ => false,
    }
}

/// An entity tag without the mark of a weak one.
fn opaque(tag: &[u8]) -> &[u8] {
    let tag = tag.trim_ascii();
    tag.strip_prefix(b"W/").unwrap_or(tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_of_files() {
        for (path, expected) in [
            ("app.css", Some("app.css")),
            ("css/app.css", Some("css/app.css")),
            ("a%20b/caf%C3%A9.txt", Some("a b/café.txt")),
            ("a..b", Some("a..b")),
            ("%zz", Some("%zz")),
            ("", None),
            ("/etc/passwd", None),
            ("css/", None),
            ("css//app.css", None),
            ("..", None),
            ("../secret", None),
            ("css/../../secret", None),
            ("css/./app.css", None),
            ("%2e%2e/secret", None),
            (".%2E/secret", None),
            ("..%2fsecret", None),
            ("css%2Fapp.css", None),
            ("css/%2e%2e%5c..%5csecret", None),
            ("..\\secret", None),
            ("%5C%5Cserver%5Cshare", None),
            ("app.css%00.png", None),
            ("%FF", None),
            (".env", None),
            ("css/.git/config", None),
            ("...", None),
        ] {
            assert_eq!(relative(path), expected.map(PathBuf::from), "{path}");
        }
    }

    #[test]
    fn a_version_that_the_client_has() {
        let tag = HeaderValue::from_static("W/\"a-1\"");
        let modified = UNIX_EPOCH + Duration::from_millis(784_111_777_500);
        let since = "Sun, 06 Nov 1994 08:49:37 GMT";
        for (headers, expected) in [
            (&[][..], false),
            (&[("if-none-match", &b"W/\"a-1\""[..])], true),
            (&[("if-none-match", b"\"a-1\"")], true),
            (&[("if-none-match", b"\"b\" , W/\"a-1\"")], true),
            (
                &[("if-none-match", b"\"b\""), ("if-none-match", b"*")],
                true,
            ),
            (&[("if-none-match", b"\"a-2\"")], false),
            (&[("if-none-match", b"")], false),
            (&[("if-none-match", b"\xff\xfe")], false),
            (&[("if-modified-since", since.as_bytes())], true),
            (
                &[("if-modified-since", b"Sun, 06 Nov 1994 08:49:38 GMT")],
                true,
            ),
            (
                &[("if-modified-since", b"Sun, 06 Nov 1994 08:49:36 GMT")],
                false,
            ),
            (&[("if-modified-since", b"yesterday")], false),
            (&[("if-modified-since", b"\xff")], false),
            // The tag decides where both are given.
            (
                &[
                    ("if-none-match", b"\"b\""),
                    ("if-modified-since", since.as_bytes()),
                ],
                false,
            ),
        ] {
            let mut map = HeaderMap::new();
            for (name, value) in headers {
                map.append(*name, HeaderValue::from_bytes(value).unwrap());
            }
            assert_eq!(
                is_unchanged(&map, Some(&tag), Some(modified)),
                expected,
                "{headers:?}"
            );
        }
    }

    #[test]
    fn types_of_content() {
        for (path, expected) in [
            ("app.css", "text/css; charset=utf-8"),
            ("app.js", "text/javascript; charset=utf-8"),
            ("logo.svg", "image/svg+xml"),
            ("photo.JPG", "image/jpeg"),
            ("font.woff2", "font/woff2"),
            ("no-extension", "application/octet-stream"),
        ] {
            assert_eq!(content_type(Path::new(path)), expected, "{path}");
        }
    }
}
