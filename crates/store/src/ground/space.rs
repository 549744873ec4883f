//! Free disk space: a write that may not fit is refused before it begins.

use std::path::PathBuf;

use crate::StoreError;

/// Default minimum of free space, in bytes: twice the write-ahead log between two checkpoints (32 MiB).
pub const LEAST_FREE: u64 = 64 << 20;

/// How much must be free, and where.
#[derive(Debug, Clone)]
pub(crate) struct Floor {
    /// A folder on the disk; if it does not exist yet, its nearest parent counts.
    pub(crate) folder: PathBuf,
    /// In bytes; zero disables the check.
    pub(crate) least: u64,
}

impl Floor {
    /// Errors: [`StoreError::Unavailable`] when too little is free. If the system cannot tell, writes go on.
    pub(crate) fn check(&self) -> Result<(), StoreError> {
        if self.least == 0 {
            return Ok(());
        }
        let Some(system) = self.folder.ancestors().find_map(|folder| rustix::fs::statvfs(folder).ok()) else {
            return Ok(());
        };
        let free = system.f_bavail.saturating_mul(system.f_frsize);
        if free >= self.least {
            return Ok(());
        }
        let mib = |bytes: u64| bytes >> 20;
        Err(StoreError::Unavailable(format!(
            "{} MiB are free at {}, and writes begin only with {} MiB or more: free some space",
            mib(free),
            self.folder.display(),
            mib(self.least)
        )))
    }
}
