//! Child processes that end when they must: each is waited for as long as it may take and not longer, and killed when
//! its owner goes. And the moment at which somebody wants everything to end.

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

/// How often something that is waited for is looked at.
const LOOK: Duration = Duration::from_millis(5);
/// What is said when somebody stops the run.
const INTERRUPTED: &str = "interrupted";

static INTERRUPT: LazyLock<Arc<AtomicBool>> = LazyLock::new(Arc::default);

/// From now on Ctrl-C, SIGTERM and SIGHUP end the run in order: what waits returns an error, and what was made is
/// removed on the way out.
pub(super) fn heed_interrupts() -> Result<(), String> {
    for signal in [SIGINT, SIGTERM, SIGHUP] {
        flag::register(signal, Arc::clone(&INTERRUPT)).map_err(|error| error.to_string())?;
    }
    Ok(())
}

/// Whether somebody wants the run to end.
pub(super) fn interrupted() -> bool {
    INTERRUPT.load(Ordering::SeqCst)
}

/// Waits. Errors: somebody wants the run to end.
pub(super) fn pause(length: Duration) -> Result<(), String> {
    until(length, || interrupted().then_some(())).map_or(Ok(()), |()| Err(INTERRUPTED.to_owned()))
}

/// Looks for something until it is there; `None` when it did not come in time or somebody wants the run to end.
pub(super) fn until<T>(patience: Duration, mut look: impl FnMut() -> Option<T>) -> Option<T> {
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

/// A process that runs, with what it prints.
#[derive(Debug)]
pub(super) struct Running {
    child: Child,
    stdout: File,
    stderr: File,
}

/// A process that ended.
#[derive(Debug)]
pub(super) struct Ended {
    pub(super) status: ExitStatus,
    pub(super) stdout: String,
    pub(super) stderr: String,
}

impl Ended {
    /// Whether it did what was asked.
    pub(super) fn well(&self) -> bool {
        self.status.success()
    }
}

impl Running {
    /// Starts a process in a group of its own, so that Ctrl-C reaches it through us only. It dies with the thread that
    /// started it, even if somebody kills us.
    pub(super) fn start(command: &Command) -> Result<Self, String> {
        let mut command = dies_with_parent(command);
        let file = || tempfile::tempfile().map_err(|error| error.to_string());
        let copy = |file: &File| file.try_clone().map_err(|error| error.to_string());
        let (stdout, stderr) = (file()?, file()?);
        command.stdin(Stdio::null()).stdout(copy(&stdout)?).stderr(copy(&stderr)?).process_group(0);
        let child = command.spawn();
        let child = child.map_err(|error| format!("{}: {error}", command.get_program().display()))?;
        Ok(Self { child, stdout, stderr })
    }

    /// Its number.
    pub(super) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// How it ended, if it did.
    pub(super) fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().ok().flatten()
    }

    /// Kills it, as `kill -9` does, and waits until it is gone.
    pub(super) fn kill(&mut self) {
        // One that has ended cannot be killed, which is what is wanted.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// Sends it a signal.
    pub(super) fn signal(&self, signal: Signal) {
        if let Some(pid) = i32::try_from(self.pid()).ok().and_then(Pid::from_raw) {
            // One that has ended hears nothing.
            let _ = kill_process(pid, signal);
        }
    }

    /// Waits for its end; `None` when it did not come in time.
    pub(super) fn end_within(&mut self, patience: Duration) -> Option<ExitStatus> {
        until(patience, || self.ended())
    }

    /// Waits for its end and gives what it printed. Errors: it takes too long, and is killed.
    pub(super) fn finish(mut self, patience: Duration) -> Result<Ended, String> {
        match self.end_within(patience) {
            Some(status) => Ok(Ended { status, stdout: whole(&self.stdout), stderr: whole(&self.stderr) }),
            None if interrupted() => Err(INTERRUPTED.to_owned()),
            None => Err(format!("it did not end within {} s: {}", patience.as_secs(), self.said())),
        }
    }

    /// What it wrote to stderr so far.
    pub(super) fn said(&self) -> String {
        whole(&self.stderr)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.kill();
    }
}

/// A program that is killed when the thread that started it ends.
pub(super) fn dies_with_parent(command: &Command) -> Command {
    let mut outer = Command::new("setpriv");
    outer.args(["--pdeathsig", "KILL"]);
    inside(outer, command)
}

/// A program that runs another one, which keeps its arguments, its folder and its environment.
pub(super) fn inside(mut outer: Command, inner: &Command) -> Command {
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

/// Runs a process to its end.
pub(super) fn run(command: &Command, patience: Duration) -> Result<Ended, String> {
    Running::start(command)?.finish(patience)
}

fn whole(file: &File) -> String {
    let length = file.metadata().map_or(0, |about| usize::try_from(about.len()).unwrap_or(0));
    let mut bytes = vec![0; length];
    // At a place of its own: the process writes on at the place that the file remembers.
    let read = file.read_at(&mut bytes, 0).unwrap_or(0);
    String::from_utf8_lossy(&bytes[..read]).into_owned()
}
