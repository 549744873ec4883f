//! A file that only one process at a time can lock.

use std::fs::{File, TryLockError};
use std::io;
use std::path::Path;

/// Holds a file for one process; released when dropped or when the process dies.
#[derive(Debug)]
pub struct FileLock(File);

impl FileLock {
    /// Locks a file, creating it if needed; `None` if another process has it.
    pub fn take(path: &Path) -> io::Result<Option<Self>> {
        let file = File::options().create(true).append(true).open(path)?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Self(file))),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }
}

impl Drop for FileLock {
    fn drop(&mut self) {
        // Closing is not enough: a child process between fork and exec still holds the file open, and the lock
        // with it. If unlocking fails, the lock goes when the child execs.
        let _ = self.0.unlock();
    }
}
