//! Child processes that end when they must: each has a time limit, and is killed when its owner is dropped.
//! Also handles interrupts of the whole run.

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::flag;

/// How often to poll.
const LOOK: Duration = Duration::from_millis(5);
/// The error of an interrupted run.
const INTERRUPTED: &str = "interrupted";

static INTERRUPT: LazyLock<Arc<AtomicBool>> = LazyLock::new(Arc::default);

/// Makes Ctrl-C, SIGTERM and SIGHUP end the run in order: whatever waits returns an error, and cleaning up
/// happens on the way out.
pub(crate) fn heed_interrupts() -> Result<(), String> {
    for signal in [SIGINT, SIGTERM, SIGHUP] {
        flag::register(signal, Arc::clone(&INTERRUPT)).map_err(|error| error.to_string())?;
    }
    Ok(())
}

/// Whether the run was interrupted.
pub(crate) fn interrupted() -> bool {
    INTERRUPT.load(Ordering::SeqCst)
}

/// Waits. Errors: the run was interrupted.
pub(crate) fn pause(length: Duration) -> Result<(), String> {
    until(length, || interrupted().then_some(())).map_or(Ok(()), |()| Err(INTERRUPTED.to_owned()))
}

/// Polls until `look` finds something; `None` after `patience`, or if the run was interrupted.
pub(crate) fn until<T>(patience: Duration, mut look: impl FnMut() -> Option<T>) -> Option<T> {
    let begun = Instant::now();
    loop {
        if let Some(found) = look() {
            return Some(found);
        }
        let left = patience.saturating_sub(begun.elapsed());
        if left.is_zero() || interrupted() {
            return None;
        }
        std::thread::sleep(LOOK.min(left));
    }
}

/// A running process, with its output.
#[derive(Debug)]
pub(crate) struct Running {
    child: Child,
    stdout: File,
    stderr: File,
}

/// A process that has ended.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) status: ExitStatus,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Ended {
    /// Whether it succeeded.
    pub(crate) fn well(&self) -> bool {
        self.status.success()
    }
}

impl Running {
    /// Starts a process in its own group, so that Ctrl-C reaches only us. It dies with the thread that
    /// started it, even if we are killed.
    pub(crate) fn start(command: &Command) -> Result<Self, String> {
        let mut command = dies_with_parent(command);
        let file = || tempfile::tempfile().map_err(|error| error.to_string());
        let copy = |file: &File| file.try_clone().map_err(|error| error.to_string());
        let (stdout, stderr) = (file()?, file()?);
        command.stdin(Stdio::null()).stdout(copy(&stdout)?).stderr(copy(&stderr)?).process_group(0);
        let child = command.spawn();
        let child = child.map_err(|error| format!("{}: {error}", command.get_program().display()))?;
        Ok(Self { child, stdout, stderr })
    }

    /// Its process id.
    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Its exit status, if it has ended.
    pub(crate) fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().ok().flatten()
    }

    /// Kills it with SIGKILL and waits until it is gone.
    pub(crate) fn kill(&mut self) {
        // If it has ended already, all is well.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// Sends it a signal.
    pub(crate) fn signal(&self, signal: Signal) {
        if let Some(pid) = i32::try_from(self.pid()).ok().and_then(Pid::from_raw) {
            // A process that has ended cannot receive it.
            let _ = kill_process(pid, signal);
        }
    }

    /// Waits for it to end; `None` after `patience`.
    pub(crate) fn end_within(&mut self, patience: Duration) -> Option<ExitStatus> {
        until(patience, || self.ended())
    }

    /// Waits for it to end, and returns its output. Errors: it takes too long, and is killed.
    pub(crate) fn finish(mut self, patience: Duration) -> Result<Ended, String> {
        match self.end_within(patience) {
            Some(status) => Ok(Ended { status, stdout: whole(&self.stdout), stderr: whole(&self.stderr) }),
            None if interrupted() => Err(INTERRUPTED.to_owned()),
            None => Err(format!("it did not end within {} s: {}", patience.as_secs(), self.said())),
        }
    }

    /// What it has written to stderr so far.
    pub(crate) fn said(&self) -> String {
        whole(&self.stderr)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Wraps a command so that it is killed when the thread that started it ends.
pub(crate) fn dies_with_parent(command: &Command) -> Command {
    let mut outer = Command::new("setpriv");
    outer.args(["--pdeathsig", "KILL"]);
    inside(outer, command)
}

/// Makes `outer` run `inner`, keeping arguments, folder and environment.
pub(crate) fn inside(mut outer: Command, inner: &Command) -> Command {
    outer.arg(inner.get_program()).args(inner.get_args());
    for (name, value) in inner.get_envs() {
        match value {
            Some(value) => outer.env(name, value),
            None => outer.env_remove(name),
        };
    }
    if let Some(folder) = inner.get_current_dir() {
        outer.current_dir(folder);
    }
    outer
}

/// Runs a command to its end.
pub(crate) fn run(command: &Command, patience: Duration) -> Result<Ended, String> {
    Running::start(command)?.finish(patience)
}

fn whole(file: &File) -> String {
    let length = file.metadata().map_or(0, |about| usize::try_from(about.len()).unwrap_or(0));
    let mut bytes = vec![0; length];
    // Read at an explicit offset: a shared file position would move the process's own.
    let read = file.read_at(&mut bytes, 0).unwrap_or(0);
    String::from_utf8_lossy(&bytes[..read]).into_owned()
}
