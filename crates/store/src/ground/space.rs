//! Free space on a disk that the register writes to: a write that may not fit is refused before it begins.

use std::path::PathBuf;

use crate::StoreError;

/// The least free space, in bytes, with which a write begins unless the settings say otherwise: room for the
/// write-ahead log between two checkpoints (32 MiB) twice over.
pub const LEAST_FREE: u64 = 64 << 20;

/// How much must be free where.
#[derive(Debug, Clone)]
pub(crate) struct Floor {
    /// A folder on the disk; one that is not there yet counts as its nearest parent.
    pub(crate) folder: PathBuf,
    /// In bytes; zero asks for nothing.
    pub(crate) least: u64,
}

impl Floor {
    /// Errors: [`StoreError::Unavailable`] when too little is free. A system that cannot tell is not in the way.
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
