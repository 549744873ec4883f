//! A file that only one process at a time can lock.

use std::fs::{File, TryLockError};
use std::io;
use std::path::Path;

/// Holds a file for one process; freed when it is dropped or the process dies.
#[derive(Debug)]
pub struct FileLock(File);

impl FileLock {
    /// Locks a file, making it when there is none; `None` when another process has it.
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
        // Closing alone is not enough: a process that is being born holds the file open too. If it fails, the file
        // is freed when that becomes another program.
        let _ = self.0.unlock();
    }
}
