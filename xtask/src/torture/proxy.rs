//! A proxy between a register and PostgreSQL, whose line can be cut, go dead, or be slow.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

/// How often a blocked reader checks whether it must end.
const LOOK: Duration = Duration::from_millis(50);

/// What the line does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Line {
    /// Carries everything.
    Carries,
    /// Every connection breaks, and new ones are refused.
    Cut,
    /// Swallows everything silently: no bytes, no end. Connections from that time stay dead.
    Dead,
}

/// A proxy in front of a PostgreSQL socket. Stops when dropped.
#[derive(Debug)]
pub(super) struct Proxy {
    pub(super) port: u16,
    shared: Arc<Shared>,
    accepts: Option<JoinHandle<()>>,
}

#[derive(Debug)]
struct Shared {
    socket: PathBuf,
    line: AtomicU8,
    /// Milliseconds by which each answer is delayed.
    slower: AtomicU64,
    over: AtomicBool,
    open: Mutex<Vec<Connection>>,
    /// Connections cut or dead so far.
    lost: AtomicU64,
}

/// Both ends of a connection, and whether it is dead.
#[derive(Debug)]
struct Connection {
    near: TcpStream,
    far: UnixStream,
    dead: Arc<AtomicBool>,
}

impl Proxy {
    /// Listens on a local port, and connects to a socket.
    pub(super) fn to(socket: &Path) -> Result<Self, String> {
        let text = |error: std::io::Error| error.to_string();
        let listener = TcpListener::bind("127.0.0.1:0").map_err(text)?;
        let port = listener.local_addr().map_err(text)?.port();
        listener.set_nonblocking(true).map_err(text)?;
        let shared = Arc::new(Shared {
            socket: socket.to_owned(),
            line: AtomicU8::new(Line::Carries as u8),
            slower: AtomicU64::new(0),
            over: AtomicBool::new(false),
            open: Mutex::default(),
            lost: AtomicU64::new(0),
        });
        let accepts = std::thread::spawn({
            let shared = Arc::clone(&shared);
            move || shared.accept(&listener)
        });
        Ok(Self { port, shared, accepts: Some(accepts) })
    }

    /// Sets what the line does. Returns how many connections that lost.
    pub(super) fn set(&self, line: Line) -> u64 {
        let before = self.shared.lost.load(Ordering::SeqCst);
        self.shared.line.store(line as u8, Ordering::SeqCst);
        self.shared.lose(line);
        self.shared.lost.load(Ordering::SeqCst) - before
    }

    /// Delays each answer.
    pub(super) fn slow_down(&self, by: Duration) {
        self.shared.slower.store(u64::try_from(by.as_millis()).unwrap_or(u64::MAX), Ordering::SeqCst);
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.shared.over.store(true, Ordering::SeqCst);
        self.shared.lose(Line::Cut);
        if let Some(accepts) = self.accepts.take() {
            // Ignore a panic in there: the proxy goes anyway.
            let _ = accepts.join();
        }
    }
}

impl Shared {
    fn is(&self, line: Line) -> bool {
        self.line.load(Ordering::SeqCst) == line as u8
    }

    fn accept(self: Arc<Self>, listener: &TcpListener) {
        while !self.over.load(Ordering::SeqCst) {
            match listener.accept() {
                Ok((near, _)) => self.connect(near),
                Err(_) => std::thread::sleep(Duration::from_millis(2)),
            }
        }
    }

    /// Connects a client to PostgreSQL. Drops it if that fails, or if the line is cut.
    fn connect(self: &Arc<Self>, near: TcpStream) {
        if self.is(Line::Cut) {
            return;
        }
        let dead = Arc::new(AtomicBool::new(self.is(Line::Dead)));
        let Ok(far) = UnixStream::connect(&self.socket) else { return };
        // On failure the connection just closes.
        let _ = self.carry(near, far, dead);
    }

    fn carry(
        self: &Arc<Self>,
        near: TcpStream,
        far: UnixStream,
        dead: Arc<AtomicBool>,
    ) -> std::io::Result<()> {
        near.set_nonblocking(false)?;
        near.set_nodelay(true)?;
        near.set_read_timeout(Some(LOOK))?;
        far.set_read_timeout(Some(LOOK))?;
        let kept = Connection { near: near.try_clone()?, far: far.try_clone()?, dead: Arc::clone(&dead) };
        self.open.lock().unwrap_or_else(PoisonError::into_inner).push(kept);
        let (there, back) = ((near.try_clone()?, far.try_clone()?), (far, near));
        let (shared, own) = (Arc::clone(self), Arc::clone(&dead));
        std::thread::spawn(move || {
            shared.copy(&there.0, &there.1, &own, false);
            let _ = (there.0.shutdown(Shutdown::Both), there.1.shutdown(Shutdown::Both));
        });
        let shared = Arc::clone(self);
        std::thread::spawn(move || {
            shared.copy(&back.0, &back.1, &dead, true);
            let _ = (back.0.shutdown(Shutdown::Both), back.1.shutdown(Shutdown::Both));
        });
        Ok(())
    }

    /// Copies bytes one way until an end closes. Answers may be delayed; on a dead line bytes vanish.
    fn copy<F, T>(&self, mut from: &F, mut to: &T, dead: &AtomicBool, back: bool)
    where
        for<'a> &'a F: Read,
        for<'a> &'a T: Write,
    {
        let mut bytes = vec![0; 64 * 1024];
        while !self.over.load(Ordering::SeqCst) {
            let read = match from.read(&mut bytes) {
                Ok(0) if dead.load(Ordering::SeqCst) => {
                    // A dead line does not pass on the end either.
                    std::thread::sleep(LOOK);
                    continue;
                }
                Ok(0) => return,
                Ok(read) => read,
                Err(error) if is_only_late(&error) => continue,
                Err(_) => return,
            };
            let slower = self.slower.load(Ordering::SeqCst);
            if back && slower > 0 {
                std::thread::sleep(Duration::from_millis(slower));
            }
            if !dead.load(Ordering::SeqCst) && to.write_all(&bytes[..read]).is_err() {
                return;
            }
        }
    }

    /// Loses the connections that a line state breaks.
    fn lose(&self, line: Line) {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        match line {
            Line::Carries => {}
            Line::Cut => {
                self.lost.fetch_add(open.len() as u64, Ordering::SeqCst);
                for one in open.drain(..) {
                    let _ = (one.near.shutdown(Shutdown::Both), one.far.shutdown(Shutdown::Both));
                }
            }
            Line::Dead => {
                let dead = open.iter().filter(|one| !one.dead.swap(true, Ordering::SeqCst)).count();
                self.lost.fetch_add(dead as u64, Ordering::SeqCst);
            }
        }
    }
}

fn is_only_late(error: &std::io::Error) -> bool {
    use std::io::ErrorKind::{Interrupted, TimedOut, WouldBlock};
    matches!(error.kind(), Interrupted | TimedOut | WouldBlock)
}
