//! The log's files in the object store.

use tokio::runtime::Handle;
use transparency::{Evidence, Files, LogError, Node, Opened, Proof};

use super::logged::Logged;
use super::version::Version;
use crate::StoreError;
use crate::ground::objects::Objects;

/// The log's folder in the object store.
pub const FOLDER: &str = "log";
/// The checkpoint's file in that folder.
pub const CHECKPOINT: &str = "checkpoint";

/// A log file's name in the object store.
pub fn name(path: &str) -> String {
    format!("{FOLDER}/{path}")
}

/// The log's files, read synchronously: use only where blocking is allowed.
#[derive(Debug, Clone)]
pub struct LogFiles {
    /// Where they are.
    pub objects: Objects,
    /// The runtime that reads them.
    pub handle: Handle,
}

impl Files for LogFiles {
    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, LogError> {
        // Read a folder directly: a detour through the runtime for each tile is slow.
        if let Some(folder) = self.objects.folder() {
            return match std::fs::read(folder.join(name(path))) {
                Ok(bytes) => Ok(Some(bytes)),
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
                Err(error) => Err(LogError::Unreadable { path: path.to_owned(), reason: error.to_string() }),
            };
        }
        let read = self.handle.block_on(self.objects.bytes(&name(path)));
        let failed =
            |error: StoreError| LogError::Unreadable { path: path.to_owned(), reason: error.to_string() };
        Ok(read.map_err(failed)?.map(Into::into))
    }
}

/// The last signed checkpoint, as served; `None` before the first.
pub async fn checkpoint(objects: &Objects) -> Result<Option<String>, StoreError> {
    objects.text(&name(CHECKPOINT)).await
}

/// A self-contained proof that a version's entry is in the log of a checkpoint. `opened` is that checkpoint,
/// verified.
///
/// Errors: [`StoreError::Inconsistent`] if the log's files do not have the checkpoint's root.
pub async fn prove(
    objects: &Objects,
    version: &Version,
    logged: Logged,
    checkpoint: String,
    opened: Opened,
) -> Result<Proof, StoreError> {
    let wrong = |error: &dyn std::fmt::Display| {
        StoreError::inconsistent("log_entries", "sequence", logged.sequence, error)
    };
    let record = serde_json::from_str(&version.content).map_err(|error| wrong(&error))?;
    let commitments = logged.commitments()?;
    let evidence = Evidence::new(logged.entry.clone(), record, version.note.clone(), commitments);
    let files = LogFiles { objects: objects.clone(), handle: Handle::current() };
    let index = logged.sequence.unsigned_abs();
    let proved = tokio::task::spawn_blocking(move || opened.tree.prove(&files, index)).await;
    let path: Vec<Node> = proved.map_err(|error| wrong(&error))?.map_err(|error| match error {
        LogError::Unreadable { .. } => StoreError::Unavailable(error.to_string()),
        error => wrong(&error),
    })?;
    Ok(evidence.proof(index, path, checkpoint.into_bytes()))
}
