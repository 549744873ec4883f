//! Files beside the database: documents named by their hash, dumps by their day, the public log. They are in a
//! folder, or in an S3 bucket when several replicas share them. Who may read a document is in the database.

use std::fmt;
use std::ops::Range;
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use futures::StreamExt;
use futures::stream::BoxStream;
use object_store::aws::{AmazonS3, AmazonS3Builder, AmazonS3ConfigKey};
use object_store::buffered::BufWriter;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::signer::Signer;
use object_store::{Error, GetOptions, GetRange, ObjectStore, ObjectStoreExt, PutPayload};
use tokio::io::AsyncWriteExt;

use crate::StoreError;
use crate::ground::hash::hex_sha256;
use crate::ground::space::{Floor, LEAST_FREE};

/// How long a signed address is valid.
const SIGNED_FOR: Duration = Duration::from_secs(15 * 60);
/// Scheme of bucket addresses.
const BUCKET: &str = "s3://";

/// Where files are.
#[derive(Clone)]
pub struct Objects {
    store: Arc<dyn ObjectStore>,
    /// Prefix of every name.
    prefix: Path,
    place: Place,
    /// Bytes that must be free on the folder's disk before a file is written.
    least_free: u64,
}

#[derive(Clone)]
enum Place {
    Folder(PathBuf),
    Bucket(Arc<AmazonS3>),
}

/// Size and time of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Meta {
    /// Its length.
    pub bytes: u64,
    /// When it was last written.
    pub written_at: DateTime<Utc>,
}

/// Chunks of a file, as they are read.
pub type Stream = BoxStream<'static, Result<Bytes, StoreError>>;

impl fmt::Debug for Objects {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Objects").field(&self.describe()).finish()
    }
}

fn failed(error: &Error) -> StoreError {
    StoreError::Unavailable(format!("the object store: {error}"))
}

/// A missing file becomes `None`; other errors stay errors.
fn found<T>(result: Result<T, Error>) -> Result<Option<T>, StoreError> {
    match result {
        Ok(found) => Ok(Some(found)),
        Err(Error::NotFound { .. }) => Ok(None),
        Err(error) => Err(failed(&error)),
    }
}

impl FromStr for Objects {
    type Err = StoreError;

    /// Files in a folder, or in a bucket whose key and endpoint come from the environment.
    fn from_str(address: &str) -> Result<Self, StoreError> {
        Self::open(address, std::env::vars())
    }
}

impl Objects {
    /// Files in a folder, created with the first file, or in `s3://bucket/prefix`, with key and endpoint from
    /// the usual `AWS_*` settings.
    pub fn open(
        address: &str,
        settings: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, StoreError> {
        let bad = |error: &dyn fmt::Display| StoreError::Unavailable(format!("'{address}': {error}"));
        if let Some(rest) = address.strip_prefix(BUCKET) {
            // Fails only if a provider is already installed, which is just as good.
            let _ = rustls::crypto::ring::default_provider().install_default();
            let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
            let mut store = AmazonS3Builder::new().with_bucket_name(bucket);
            for (name, value) in settings {
                if let Ok(key) = name.to_ascii_lowercase().parse::<AmazonS3ConfigKey>()
                    && name.starts_with("AWS_")
                {
                    store = store.with_config(key, value);
                }
            }
            let store = Arc::new(store.build().map_err(|error| bad(&error))?);
            let prefix = Path::parse(prefix.trim_end_matches('/')).map_err(|error| bad(&error))?;
            let place = Place::Bucket(Arc::clone(&store));
            return Ok(Self { store, prefix, place, least_free: 0 });
        }
        let folder = std::path::absolute(address).map_err(|error| bad(&error))?;
        let prefix = Path::from_absolute_path(&folder).map_err(|error| bad(&error))?;
        let store = Arc::new(LocalFileSystem::new().with_fsync(true));
        Ok(Self { store, prefix, place: Place::Folder(folder), least_free: LEAST_FREE })
    }

    /// The same, refusing to write a file when less than this many bytes are free on the folder's disk; zero
    /// disables the check.
    #[must_use]
    pub fn with_least_free(self, least_free: u64) -> Self {
        Self { least_free, ..self }
    }

    /// Errors: [`StoreError::Unavailable`] when too little is free.
    fn have_room(&self) -> Result<(), StoreError> {
        match &self.place {
            Place::Folder(folder) => Floor { folder: folder.clone(), least: self.least_free }.check(),
            Place::Bucket(_) => Ok(()),
        }
    }

    /// Where they are, for people.
    pub fn describe(&self) -> String {
        match &self.place {
            Place::Folder(folder) => folder.display().to_string(),
            Place::Bucket(_) => format!("{} {}", self.store, self.prefix),
        }
    }

    /// The folder they are in; `None` for a bucket.
    pub fn folder(&self) -> Option<&std::path::Path> {
        match &self.place {
            Place::Folder(folder) => Some(folder),
            Place::Bucket(_) => None,
        }
    }

    fn path(&self, name: &str) -> Path {
        name.split('/').fold(self.prefix.clone(), |path, part| path.join(part))
    }

    /// Stores a document and returns its SHA-256, hex. It is safe on disk when this returns. Errors:
    /// [`StoreError::Unavailable`].
    pub async fn put(&self, bytes: Bytes) -> Result<String, StoreError> {
        let sha256 = hex_sha256(&bytes);
        let path = self.path(&place(&sha256).expect("a SHA-256 has 64 hex digits"));
        // The name is the hash of the bytes: if it is there, it is the same document.
        if found(self.store.head(&path).await)?.is_none() {
            self.have_room()?;
            self.store.put(&path, PutPayload::from_bytes(bytes)).await.map_err(|error| failed(&error))?;
        }
        Ok(sha256)
    }

    /// A document's bytes; `None` if there is none with this hash. Errors: [`StoreError::Unavailable`] when the
    /// store fails, [`StoreError::Inconsistent`] when the bytes no longer have this hash.
    pub async fn get(&self, sha256: &str) -> Result<Option<Bytes>, StoreError> {
        let Some(name) = place(sha256) else { return Ok(None) };
        let Some(file) = found(self.store.get(&self.path(&name)).await)? else { return Ok(None) };
        let bytes = file.bytes().await.map_err(|error| failed(&error))?;
        if hex_sha256(&bytes) != sha256 {
            let reason = "the file is not what was kept";
            return Err(StoreError::inconsistent("documents", "sha256", sha256, reason));
        }
        Ok(Some(bytes))
    }

    /// Removes a document; a missing one is not an error.
    pub async fn remove_document(&self, sha256: &str) -> Result<(), StoreError> {
        match place(sha256) {
            Some(name) => self.remove(&name).await,
            None => Ok(()),
        }
    }

    /// Stores a file under a name; nobody sees it until it is complete. `false` if it was stopped before that.
    pub async fn keep(
        &self,
        name: &str,
        file: &std::path::Path,
        stopped: impl Future<Output = ()>,
    ) -> Result<bool, StoreError> {
        let shown = |error: std::io::Error| StoreError::Unavailable(format!("{}: {error}", file.display()));
        self.have_room()?;
        let mut from = tokio::fs::File::open(file).await.map_err(shown)?;
        let mut to = BufWriter::new(Arc::clone(&self.store), self.path(name));
        let copied = tokio::select! {
            copied = tokio::io::copy(&mut from, &mut to) => copied.map(|_| true),
            () = stopped => Ok(false),
        };
        match copied {
            Ok(true) => to.shutdown().await.map(|()| true).map_err(shown),
            ended => {
                // Discards what was sent; a failure here changes nothing.
                let _ = to.abort().await;
                ended.map_err(shown)
            }
        }
    }

    /// A file's size and time; `None` if it is missing.
    pub async fn meta(&self, name: &str) -> Result<Option<Meta>, StoreError> {
        let meta = found(self.store.head(&self.path(name)).await)?;
        Ok(meta.map(|meta| Meta { bytes: meta.size, written_at: meta.last_modified }))
    }

    /// A file or a range of it; `None` if it is missing.
    pub async fn read(&self, name: &str, range: Option<Range<u64>>) -> Result<Option<Stream>, StoreError> {
        let options = GetOptions { range: range.map(GetRange::Bounded), ..GetOptions::default() };
        let file = found(self.store.get_opts(&self.path(name), options).await)?;
        Ok(file.map(|file| file.into_stream().map(|chunk| chunk.map_err(|error| failed(&error))).boxed()))
    }

    /// A short file, whole; `None` if it is missing.
    pub async fn bytes(&self, name: &str) -> Result<Option<Bytes>, StoreError> {
        let Some(file) = found(self.store.get(&self.path(name)).await)? else { return Ok(None) };
        Ok(Some(file.bytes().await.map_err(|error| failed(&error))?))
    }

    /// Writes or replaces a short file; nobody sees it until it is complete, and it is safe when this returns.
    pub async fn write(&self, name: &str, bytes: Vec<u8>) -> Result<(), StoreError> {
        self.have_room()?;
        let payload = PutPayload::from_bytes(bytes.into());
        self.store.put(&self.path(name), payload).await.map(drop).map_err(|error| failed(&error))
    }

    /// A short file as text; `None` if it is missing.
    pub async fn text(&self, name: &str) -> Result<Option<String>, StoreError> {
        let Some(bytes) = self.bytes(name).await? else { return Ok(None) };
        let wrong = |error| StoreError::Unavailable(format!("{name} is no text: {error}"));
        String::from_utf8(bytes.into()).map(Some).map_err(wrong)
    }

    /// The names of folders in a folder.
    pub async fn folders(&self, name: &str) -> Result<Vec<String>, StoreError> {
        let listed = found(self.store.list_with_delimiter(Some(&self.path(name))).await)?;
        let folders = listed.map(|listed| listed.common_prefixes).unwrap_or_default();
        Ok(folders.iter().filter_map(|path| Some(path.parts().next_back()?.as_ref().to_owned())).collect())
    }

    /// The files in a folder, with their names.
    pub async fn files(&self, name: &str) -> Result<Vec<(String, Meta)>, StoreError> {
        let listed = found(self.store.list_with_delimiter(Some(&self.path(name))).await)?;
        let files = listed.map(|listed| listed.objects).unwrap_or_default();
        let files = files.iter().filter_map(|meta| {
            let known = Meta { bytes: meta.size, written_at: meta.last_modified };
            Some((meta.location.filename()?.to_owned(), known))
        });
        Ok(files.collect())
    }

    /// Removes a file; a missing one is not an error.
    pub async fn remove(&self, name: &str) -> Result<(), StoreError> {
        found(self.store.delete(&self.path(name)).await).map(|_| ())
    }

    /// A signed address, valid for 15 minutes, at which anyone can read the file; `None` for a folder, whose
    /// files the register serves itself.
    pub async fn signed(&self, name: &str) -> Result<Option<String>, StoreError> {
        let Place::Bucket(bucket) = &self.place else { return Ok(None) };
        let url =
            bucket.signed_url("GET".parse().expect("GET is a method"), &self.path(name), SIGNED_FOR).await;
        url.map(|url| Some(url.to_string())).map_err(|error| failed(&error))
    }
}

/// A document's name, `ab/cdef...`; `None` if this is not a SHA-256.
fn place(sha256: &str) -> Option<String> {
    let hash = sha256.len() == 64 && sha256.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    hash.then(|| format!("{}/{}", &sha256[..2], &sha256[2..]))
}
