//! Documents by the hash of their bytes, in a folder. The database says whose they are and who may read them.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::StoreError;
use crate::prepare::hex_sha256;

/// Where documents are kept.
#[derive(Debug, Clone)]
pub struct Objects(Arc<Path>);

impl Objects {
    /// Documents in a folder, which is made when the first is kept.
    pub fn folder(path: impl Into<PathBuf>) -> Self {
        Self(path.into().into())
    }

    fn place(&self, sha256: &str) -> Option<PathBuf> {
        let hash = sha256.len() == 64 && sha256.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        hash.then(|| self.0.join(&sha256[..2]).join(&sha256[2..]))
    }

    /// Keeps bytes and returns their SHA-256, hex. They are on the disk when this returns: written beside,
    /// flushed, renamed, and the folder flushed. Errors: [`StoreError::Unavailable`].
    pub async fn put(&self, bytes: impl AsRef<[u8]> + Send + 'static) -> Result<String, StoreError> {
        let this = self.clone();
        let kept = tokio::task::spawn_blocking(move || this.put_now(bytes.as_ref())).await;
        kept.map_err(|error| StoreError::Unavailable(error.to_string()))?
            .map_err(|error| StoreError::Unavailable(format!("{}: {error}", self.0.display())))
    }

    fn put_now(&self, bytes: &[u8]) -> std::io::Result<String> {
        let sha256 = hex_sha256(bytes);
        let place = self.place(&sha256).expect("a SHA-256 has 64 hex digits");
        let folder = place.parent().expect("a document lies in a folder");
        std::fs::create_dir_all(folder)?;
        if !place.exists() {
            let mut beside = tempfile::NamedTempFile::new_in(folder)?;
            beside.write_all(bytes)?;
            beside.as_file().sync_all()?;
            beside.persist(&place)?;
            std::fs::File::open(folder)?.sync_all()?;
        }
        Ok(sha256)
    }

    /// The bytes of a document; `None` when there is no such hash here. Errors: [`StoreError::Unavailable`] when
    /// the disk fails, [`StoreError::Inconsistent`] when the bytes are not those that were kept.
    pub async fn get(&self, sha256: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let Some(place) = self.place(sha256) else { return Ok(None) };
        let bytes = match tokio::fs::read(&place).await {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(StoreError::Unavailable(format!("{}: {error}", place.display()))),
        };
        if hex_sha256(&bytes) != sha256 {
            return Err(StoreError::inconsistent(
                "documents",
                "sha256",
                sha256,
                "the file is not what was kept",
            ));
        }
        Ok(Some(bytes))
    }
}
