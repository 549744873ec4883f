//! A client at an address of its own, which does with its connection what it likes.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddrV4, TcpStream};
use std::time::{Duration, Instant};

use rustix::net::{AddressFamily, SocketFlags, SocketType, bind, connect, socket_with, sockopt};

/// How long a stranger waits for an answer.
const PATIENCE: Duration = Duration::from_secs(40);
/// The longest answer a stranger reads, in bytes.
const LONGEST: u64 = 256 << 20;

/// Who asks: an address from 127.0.0.2 on, and the register's port.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stranger {
    from: Ipv4Addr,
    port: u16,
}

/// An answer, as far as it came.
#[derive(Debug, Default)]
pub(crate) struct Reply {
    /// The status; 0 without an answer.
    pub(crate) status: u16,
    /// `Retry-After`; empty if there is none.
    pub(crate) retry_after: String,
    /// The body, or its beginning.
    pub(crate) text: String,
    /// How long it took.
    pub(crate) took: Duration,
}

impl Stranger {
    /// The stranger of this number, from 0, at a register on this machine.
    pub(crate) fn new(number: u32, port: u16) -> Self {
        // 127.0.0.1 is where staff are.
        Self { from: Ipv4Addr::from_bits(Ipv4Addr::LOCALHOST.to_bits() + 1 + number), port }
    }

    /// Connects. With a small buffer, the system takes in little of what the stranger does not read.
    fn connect(self, small: bool) -> std::io::Result<TcpStream> {
        let socket = socket_with(AddressFamily::INET, SocketType::STREAM, SocketFlags::CLOEXEC, None)?;
        if small {
            sockopt::set_socket_recv_buffer_size(&socket, 4096)?;
        }
        bind(&socket, &SocketAddrV4::new(self.from, 0))?;
        connect(&socket, &SocketAddrV4::new(Ipv4Addr::LOCALHOST, self.port))?;
        Ok(TcpStream::from(socket))
    }

    /// Sends a request and does not read what comes. Errors: the connection fails.
    pub(crate) fn begin(
        self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> std::io::Result<TcpStream> {
        let mut stream = self.connect(body.is_empty())?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_write_timeout(Some(PATIENCE))?;
        let mut head =
            format!("{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nConnection: close\r\n", self.port);
        for (name, value) in headers {
            head += &format!("{name}: {value}\r\n");
        }
        if method != "GET" {
            head += &format!("Content-Length: {}\r\n", body.len());
        }
        stream.write_all(format!("{head}\r\n").as_bytes())?;
        stream.write_all(body)?;
        Ok(stream)
    }

    /// Sends a request and reads the answer.
    pub(crate) fn ask(self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Reply {
        let begun = Instant::now();
        let mut bytes = Vec::new();
        if let Ok(stream) = self.begin(method, path, headers, body) {
            // What came before an error counts.
            let _ = stream.take(LONGEST).read_to_end(&mut bytes);
        }
        Reply { took: begun.elapsed(), ..reply(&bytes) }
    }

    /// Posts JSON.
    pub(crate) fn post(self, path: &str, body: &serde_json::Value) -> Reply {
        self.ask("POST", path, &[("Content-Type", "application/json")], body.to_string().as_bytes())
    }

    /// GETs a path.
    pub(crate) fn get(self, path: &str) -> Reply {
        self.ask("GET", path, &[], b"")
    }
}

fn reply(bytes: &[u8]) -> Reply {
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").unwrap_or(bytes.len());
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let status = head.strip_prefix("HTTP/1.1 ").and_then(|rest| rest.get(..3)?.parse().ok()).unwrap_or(0);
    let retry_after = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("retry-after").then(|| value.trim().to_owned())
    });
    let body = bytes.get(end + 4..).unwrap_or_default();
    let text = String::from_utf8_lossy(&body[..body.len().min(2_000)]).into_owned();
    Reply { status, retry_after: retry_after.unwrap_or_default(), text, took: Duration::ZERO }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_taken_apart_and_half_of_one_too() {
        let whole = reply(b"HTTP/1.1 429 Too Many Requests\r\nRetry-After: 60\r\n\r\nlater");
        assert_eq!((whole.status, whole.retry_after.as_str(), whole.text.as_str()), (429, "60", "later"));
        assert_eq!(reply(b"HTTP/1.1 200 OK\r\nDate").status, 200);
        assert_eq!(reply(b"").status, 0);
    }

    #[test]
    fn strangers_are_never_where_staff_are() {
        assert_eq!(Stranger::new(0, 1).from, Ipv4Addr::new(127, 0, 0, 2));
        assert_eq!(Stranger::new(300, 1).from, Ipv4Addr::new(127, 0, 1, 46));
    }
}
