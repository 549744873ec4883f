//! What hyper lets pass in a request head, refused before it sees it: lines that end without a carriage return,
//! and heads with both a length and a transfer encoding. A proxy in front may read either of them differently,
//! and then two sides disagree where a request ends (RFC 9112, sections 2.2 and 6.3).
//!
//! The reader follows the framing of each request. At a fault it replaces the byte at hand with a NUL, so that
//! hyper itself answers 400 and closes the connection.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use memchr::memchr;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use crate::edge::HEAD_MAX;

/// The longest head or line that is followed, in bytes. hyper refuses a head longer than `HEAD_MAX` only when it is
/// still incomplete after a read, and one read may bring as much again and more.
const FOLLOWED_MAX: usize = 8 * HEAD_MAX;

/// A connection whose requests are looked at while they are read.
#[derive(Debug)]
pub(crate) struct Strict<S> {
    stream: S,
    look: Look,
}

impl<S> Strict<S> {
    pub(crate) fn new(stream: S) -> Self {
        Self { stream, look: Look::default() }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Strict<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(context, buffer);
        if matches!(read, Poll::Ready(Ok(()))) {
            self.look.at(&mut buffer.filled_mut()[before..]);
        }
        read
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Strict<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(context, parts)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}

/// What the next byte belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Head,
    /// A body, or a chunk with the line end behind it, of this many bytes.
    Bytes {
        left: u64,
        then: Then,
    },
    /// The line with a chunk's size.
    Size,
    /// The lines behind the last chunk.
    Trailers,
    /// Not followed any more: hyper refuses it.
    Lost,
}

/// What follows some bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Then {
    Head,
    Size,
}

/// Follows requests line by line.
#[derive(Debug)]
struct Look {
    part: Part,
    /// The head, or the line, so far.
    text: Vec<u8>,
}

impl Default for Look {
    fn default() -> Self {
        Self { part: Part::Head, text: Vec::new() }
    }
}

impl Look {
    fn at(&mut self, bytes: &mut [u8]) {
        let mut place = 0;
        while place < bytes.len() {
            match self.part {
                Part::Lost => return,
                Part::Bytes { left, then } => {
                    let rest = (bytes.len() - place) as u64;
                    let taken = left.min(rest);
                    place += taken as usize;
                    self.part = match (left - taken, then) {
                        (0, Then::Head) => Part::Head,
                        (0, Then::Size) => Part::Size,
                        (left, then) => Part::Bytes { left, then },
                    };
                }
                Part::Head | Part::Size | Part::Trailers => {
                    let rest = &bytes[place..];
                    let end = memchr(b'\n', rest);
                    let taken = end.map_or(rest.len(), |end| end + 1);
                    self.text.extend_from_slice(&rest[..taken]);
                    place += taken;
                    // What cannot be followed must not pass either.
                    if self.text.len() > FOLLOWED_MAX {
                        self.part = Part::Lost;
                        bytes[place - 1] = 0;
                    } else if end.is_some() && !self.line() {
                        bytes[place - 1] = 0;
                    }
                }
            }
        }
    }

    /// Takes a finished line. `false` if it must be refused.
    fn line(&mut self) -> bool {
        if !self.text.ends_with(b"\r\n") {
            self.part = Part::Lost;
            return false;
        }
        match self.part {
            // Empty lines before a request are allowed.
            Part::Head if self.text == b"\r\n" => self.text.clear(),
            Part::Head if self.text.ends_with(b"\r\n\r\n") => {
                let (part, fine) = after(&self.text);
                self.text.clear();
                self.part = part;
                return fine;
            }
            Part::Size => {
                let digits = self.text.iter().take_while(|byte| byte.is_ascii_hexdigit()).count();
                let digits = std::str::from_utf8(&self.text[..digits]).unwrap_or_default();
                self.part = match u64::from_str_radix(digits, 16) {
                    Ok(0) => Part::Trailers,
                    // With the line end behind it.
                    Ok(size) => Part::Bytes { left: size.saturating_add(2), then: Then::Size },
                    Err(_) => Part::Lost,
                };
                self.text.clear();
            }
            Part::Trailers => {
                if self.text == b"\r\n" {
                    self.part = Part::Head;
                }
                self.text.clear();
            }
            _ => {}
        }
        true
    }
}

/// What follows a head, and whether it says one length only.
fn after(head: &[u8]) -> (Part, bool) {
    let (mut length, mut chunked) = (None, false);
    for line in head.split(|byte| *byte == b'\n').skip(1) {
        let Some(colon) = line.iter().position(|byte| *byte == b':') else { continue };
        let name = &line[..colon];
        if name.eq_ignore_ascii_case(b"transfer-encoding") {
            chunked = true;
        } else if name.eq_ignore_ascii_case(b"content-length") {
            length =
                Some(std::str::from_utf8(line[colon + 1..].trim_ascii()).unwrap_or_default().parse::<u64>());
        }
    }
    match (length, chunked) {
        (Some(_), true) => (Part::Lost, false),
        (None, true) => (Part::Size, true),
        (None | Some(Ok(0)), false) => (Part::Head, true),
        (Some(Ok(left)), false) => (Part::Bytes { left, then: Then::Head }, true),
        // hyper refuses a length that is no number.
        (Some(Err(_)), false) => (Part::Lost, true),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads a text in pieces of every size; `expected` is what hyper sees, with a NUL shown as `@`.
    #[track_caller]
    fn check(sent: &str, expected: &str) {
        for size in 1..=sent.len() {
            let (mut look, mut bytes) = (Look::default(), sent.as_bytes().to_vec());
            bytes.chunks_mut(size).for_each(|piece| look.at(piece));
            let seen = String::from_utf8(bytes).unwrap().replace('\0', "@");
            assert_eq!(seen, expected, "in pieces of {size}");
        }
    }

    #[track_caller]
    fn passes(sent: &str) {
        check(sent, sent);
    }

    #[test]
    fn whole_requests_pass_one_after_the_other() {
        passes("GET / HTTP/1.1\r\nHost: a\r\n\r\nGET /b HTTP/1.1\r\nHost: a\r\n\r\n");
        passes("\r\nPOST / HTTP/1.1\r\nContent-Length: 4\r\n\r\n\na\n\nGET / HTTP/1.1\r\nHost: a\r\n\r\n");
        passes(
            "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\n\na\n\r\nA\r\n\n23456789\n\r\n0\r\nT: 1\r\n\r\n\
             GET / HTTP/1.1\r\n\r\n",
        );
    }

    #[test]
    fn a_line_without_carriage_return_is_broken() {
        check("GET / HTTP/1.1\nHost: a\r\n\r\n", "GET / HTTP/1.1@Host: a\r\n\r\n");
        check("GET / HTTP/1.1\r\nHost: a\nX: b\r\n\r\n", "GET / HTTP/1.1\r\nHost: a@X: b\r\n\r\n");
        check("GET / HTTP/1.1\r\nHost: a\r\n\n", "GET / HTTP/1.1\r\nHost: a\r\n@");
        // After a body too.
        check(
            "POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\n\n\nGET / HTTP/1.1\n\n",
            "POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\n\n\nGET / HTTP/1.1@\n",
        );
        check(
            "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\na\r\n",
            "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1@a\r\n",
        );
    }

    #[test]
    fn a_length_beside_a_transfer_encoding_is_broken() {
        for (one, other) in [
            ("Content-Length: 4", "Transfer-Encoding: chunked"),
            ("transfer-encoding: chunked", "content-length: 0"),
        ] {
            let head = format!("POST / HTTP/1.1\r\n{one}\r\n{other}\r\n\r\n");
            check(&head, &format!("{}@", &head[..head.len() - 1]));
        }
    }

    #[test]
    fn a_long_head_is_looked_at_to_its_end() {
        #[track_caller]
        fn refused_in_one_read(sent: String, what: &str) {
            let mut bytes = sent.into_bytes();
            Look::default().at(&mut bytes);
            assert!(bytes.contains(&0), "{what}");
        }
        let long = format!("X: {}\r\n", "b".repeat(2 * HEAD_MAX));
        let lengths = "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n";
        refused_in_one_read(format!("POST / HTTP/1.1\r\n{long}{lengths}"), "two lengths");
        refused_in_one_read(format!("GET / HTTP/1.1\r\n{long}Host: a\n\r\n"), "no carriage return");
        refused_in_one_read(format!("GET / HTTP/1.1\r\n{}", long.repeat(5)), "longer than what is followed");
    }
}
