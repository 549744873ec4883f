//! Files beside the database: uploaded documents by the hash of their bytes, and dumps by their day. They lie in a
//! folder, or in a bucket of S3 when several replicas share them. The database says who may read a document.

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

/// How long a signed address is good for.
const SIGNED_FOR: Duration = Duration::from_secs(15 * 60);
/// Begins the addresses of buckets.
const BUCKET: &str = "s3://";

/// Where files are.
#[derive(Clone)]
pub struct Objects {
    store: Arc<dyn ObjectStore>,
    /// What every name begins with.
    prefix: Path,
    place: Place,
    /// Bytes that must be free on the disk of a folder before a file is written.
    least_free: u64,
}

#[derive(Clone)]
enum Place {
    Folder(PathBuf),
    Bucket(Arc<AmazonS3>),
}

/// What is known of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Meta {
    /// Its length.
    pub bytes: u64,
    /// When it was last written.
    pub written_at: DateTime<Utc>,
}

/// A part of a file, as it comes.
pub type Stream = BoxStream<'static, Result<Bytes, StoreError>>;

impl fmt::Debug for Objects {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Objects").field(&self.describe()).finish()
    }
}

fn failed(error: &Error) -> StoreError {
    StoreError::Unavailable(format!("the object store: {error}"))
}

/// A missing file is `None`; everything else is an error.
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
    /// Files in a folder, which is made when the first is kept, or in `s3://bucket/prefix`, whose key and endpoint come
    /// from the usual `AWS_*`.
    pub fn open(
        address: &str,
        settings: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, StoreError> {
        let bad = |error: &dyn fmt::Display| StoreError::Unavailable(format!("'{address}': {error}"));
        if let Some(rest) = address.strip_prefix(BUCKET) {
            // It is set already when this fails.
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

    /// The same, where so many bytes must be free on the disk of a folder before a file is written; zero asks for nothing.
    #[must_use]
    pub fn with_least_free(self, least_free: u64) -> Self {
        Self { least_free, ..self }
    }

    /// Errors: [`StoreError::Unavailable`] when too little is free where files are written.
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

    /// Keeps a document and returns its SHA-256, hex. It is safe when this returns. Errors:
    /// [`StoreError::Unavailable`].
    pub async fn put(&self, bytes: Bytes) -> Result<String, StoreError> {
        let sha256 = hex_sha256(&bytes);
        let path = self.path(&place(&sha256).expect("a SHA-256 has 64 hex digits"));
        if found(self.store.head(&path).await)?.is_none() {
            self.have_room()?;
            self.store.put(&path, PutPayload::from_bytes(bytes)).await.map_err(|error| failed(&error))?;
        }
        Ok(sha256)
    }

    /// The bytes of a document; `None` when there is no such hash here. Errors: [`StoreError::Unavailable`] when
    /// the store fails, [`StoreError::Inconsistent`] when the bytes are not those that were kept.
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

    /// Keeps a file under a name; nobody sees it before it is whole. `false` when it was stopped before that.
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
                // What was sent is thrown away; that this fails too changes nothing.
                let _ = to.abort().await;
                ended.map_err(shown)
            }
        }
    }

    /// What is known of a file, if it is there.
    pub async fn meta(&self, name: &str) -> Result<Option<Meta>, StoreError> {
        let meta = found(self.store.head(&self.path(name)).await)?;
        Ok(meta.map(|meta| Meta { bytes: meta.size, written_at: meta.last_modified }))
    }

    /// A file or a part of it, if it is there.
    pub async fn read(&self, name: &str, range: Option<Range<u64>>) -> Result<Option<Stream>, StoreError> {
        let options = GetOptions { range: range.map(GetRange::Bounded), ..GetOptions::default() };
        let file = found(self.store.get_opts(&self.path(name), options).await)?;
        Ok(file.map(|file| file.into_stream().map(|chunk| chunk.map_err(|error| failed(&error))).boxed()))
    }

    /// A short file, if it is there.
    pub async fn bytes(&self, name: &str) -> Result<Option<Bytes>, StoreError> {
        let Some(file) = found(self.store.get(&self.path(name)).await)? else { return Ok(None) };
        Ok(Some(file.bytes().await.map_err(|error| failed(&error))?))
    }

    /// Writes a short file, whether there is one of its name or not; nobody sees it before it is whole, and it is safe when
    /// this returns.
    pub async fn write(&self, name: &str, bytes: Vec<u8>) -> Result<(), StoreError> {
        self.have_room()?;
        let payload = PutPayload::from_bytes(bytes.into());
        self.store.put(&self.path(name), payload).await.map(drop).map_err(|error| failed(&error))
    }

    /// A short file as text, if it is there.
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

    /// The files in a folder, by their names.
    pub async fn files(&self, name: &str) -> Result<Vec<(String, Meta)>, StoreError> {
        let listed = found(self.store.list_with_delimiter(Some(&self.path(name))).await)?;
        let files = listed.map(|listed| listed.objects).unwrap_or_default();
        let files = files.iter().filter_map(|meta| {
            let known = Meta { bytes: meta.size, written_at: meta.last_modified };
            Some((meta.location.filename()?.to_owned(), known))
        });
        Ok(files.collect())
    }

    /// Removes a file; it is no error when there is none.
    pub async fn remove(&self, name: &str) -> Result<(), StoreError> {
        found(self.store.delete(&self.path(name)).await).map(|_| ())
    }

    /// An address at which everybody may read a file for a while; `None` where the register reads it out itself.
    pub async fn signed(&self, name: &str) -> Result<Option<String>, StoreError> {
        let Place::Bucket(bucket) = &self.place else { return Ok(None) };
        let url = bucket.signed_url("GET".parse().expect("a method"), &self.path(name), SIGNED_FOR).await;
        url.map(|url| Some(url.to_string())).map_err(|error| failed(&error))
    }
}

/// Where a document lies.
fn place(sha256: &str) -> Option<String> {
    let hash = sha256.len() == 64 && sha256.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    hash.then(|| format!("{}/{}", &sha256[..2], &sha256[2..]))
}
