//! Files that go out: as downloads that no browser opens, runs or guesses the type of.
//!
//! What a file is said to be is never believed: whatever it is, it is saved and not shown. Used by
//! every front that gives files out.

use std::fs::File;
use std::io::{self, Read as _};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use axum::body::{Body, Bytes, HttpBody};
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::Response;
use http_body::{Frame, SizeHint};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use tokio::task::JoinHandle;

use crate::app::StoredFile;

/// How much is read at once, in bytes.
const PIECE: u64 = 128 << 10;
/// What RFC 8187 lets stand as it is.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_');

/// A file as a download.
pub(super) fn download(stored: StoredFile) -> Response {
    let StoredFile { file, size, name } = stored;
    let mut response = Response::new(Body::new(FileBody {
        state: Reading::Idle(file),
        left: size,
    }));
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_TYPE, "application/octet-stream"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; sandbox",
        ),
        // An erasure has to reach every copy.
        (header::CACHE_CONTROL, "private, no-store"),
        (
            HeaderName::from_static("cross-origin-resource-policy"),
            "same-origin",
        ),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(size));
    let disposition = disposition(&name);
    if let Ok(disposition) = HeaderValue::from_str(&disposition) {
        headers.insert(header::CONTENT_DISPOSITION, disposition);
    }
    response
}

/// What a file is to be saved as, in letters that every browser reads and in its own.
fn disposition(name: &str) -> String {
    let plain = |one: char| match one {
        'a'..='z' | 'A'..='Z' | '0'..='9' | '.' | '-' | '_' | ' ' => one,
        _ => '_',
    };
    let plain: String = name.chars().map(plain).collect();
    let encoded = utf8_percent_encode(name, ENCODED);
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{encoded}")
}

/// A file that is read piece by piece as it is taken, each off the async threads.
struct FileBody {
    state: Reading,
    left: u64,
}

enum Reading {
    Idle(File),
    Ahead(JoinHandle<io::Result<(File, Vec<u8>)>>),
    Over,
}

impl HttpBody for FileBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        if self.left == 0 {
            self.state = Reading::Over;
        }
        if let Reading::Idle(_) = self.state
            && let Reading::Idle(mut file) = std::mem::replace(&mut self.state, Reading::Over)
        {
            let wanted = self.left.min(PIECE);
            self.state = Reading::Ahead(tokio::task::spawn_blocking(move || {
                let mut piece = Vec::new();
                io::Read::by_ref(&mut file)
                    .take(wanted)
                    .read_to_end(&mut piece)?;
                Ok((file, piece))
            }));
        }
        let Reading::Ahead(ahead) = &mut self.state else {
            return Poll::Ready(None);
        };
        let read = ready!(Pin::new(ahead).poll(context));
        self.state = Reading::Over;
        match read.map_err(io::Error::other).flatten() {
            Ok((_, piece)) if piece.is_empty() => {
                // Shorter than it was: what is sent must not pass for the whole.
                Poll::Ready(Some(Err(io::ErrorKind::UnexpectedEof.into())))
            }
            Ok((file, piece)) => {
                self.left = self.left.saturating_sub(piece.len() as u64);
                self.state = Reading::Idle(file);
                Poll::Ready(Some(Ok(Frame::data(piece.into()))))
            }
            Err(error) => Poll::Ready(Some(Err(error))),
        }
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_never_ends_its_header_and_is_told_in_its_own_letters() {
        assert_eq!(
            disposition("bill 7.pdf"),
            "attachment; filename=\"bill 7.pdf\"; filename*=UTF-8''bill%207.pdf"
        );
        assert_eq!(
            disposition("a\"; filename=evil.html å.svg"),
            "attachment; filename=\"a__ filename_evil.html _.svg\"; \
             filename*=UTF-8''a%22%3B%20filename%3Devil.html%20%C3%A5.svg"
        );
    }
}
