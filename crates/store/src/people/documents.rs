//! Metadata of uploaded documents; the bytes are in [`Objects`](crate::ground::objects::Objects).

use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, QueryResult};

use crate::ground::db::{instant, micros};
use crate::ground::sql::Sql;
use crate::{Db, StoreError, Tx};

/// An uploaded document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// SHA-256 of its bytes, hex.
    pub sha256: String,
    /// Id of the organisation it was uploaded for.
    pub owner: String,
    /// IANA media type.
    pub media_type: String,
    /// File name, without folders.
    pub file_name: String,
    /// Length in bytes.
    pub bytes: i64,
    /// Id of the person who uploaded it.
    pub uploaded_by: String,
    /// When it was uploaded.
    pub uploaded_at: DateTime<Utc>,
}

const COLUMNS: &str = "SELECT d.sha256, d.owner, d.media_type, d.file_name, d.bytes, d.uploaded_by, d.uploaded_at FROM documents d";

fn read(row: &QueryResult) -> Result<Document, StoreError> {
    Ok(Document {
        sha256: row.try_get_by("sha256")?,
        owner: row.try_get_by("owner")?,
        media_type: row.try_get_by("media_type")?,
        file_name: row.try_get_by("file_name")?,
        bytes: row.try_get_by("bytes")?,
        uploaded_by: row.try_get_by("uploaded_by")?,
        uploaded_at: instant(row.try_get_by("uploaded_at")?),
    })
}

/// Stores a document's metadata. The same bytes from the same owner are one document, with its latest name.
pub async fn keep(tx: &Tx, document: &Document) -> Result<(), StoreError> {
    let mut sql = Sql::new(
        "INSERT INTO documents (sha256, owner, media_type, file_name, bytes, uploaded_by, uploaded_at) VALUES ",
    );
    sql.bind_list(values![
        document.sha256.clone(),
        document.owner.clone(),
        document.media_type.clone(),
        document.file_name.clone(),
        document.bytes,
        document.uploaded_by.clone(),
        micros(document.uploaded_at)
    ]);
    sql.push(" ON CONFLICT (sha256, owner) DO UPDATE SET file_name = excluded.file_name").run(tx).await?;
    Ok(())
}

/// A document of an owner.
pub async fn find(
    conn: &impl ConnectionTrait,
    sha256: &str,
    owner: &str,
) -> Result<Option<Document>, StoreError> {
    let mut sql = Sql::new(COLUMNS);
    sql.push(" WHERE d.sha256 = ").bind(sha256).push(" AND d.owner = ").bind(owner);
    sql.one(conn).await?.as_ref().map(read).transpose()
}

/// The documents with these bytes, of every owner.
pub async fn with_hash(conn: &impl ConnectionTrait, sha256: &str) -> Result<Vec<Document>, StoreError> {
    let mut sql = Sql::new(COLUMNS);
    let rows = sql.push(" WHERE d.sha256 = ").bind(sha256).push(" ORDER BY d.uploaded_at").all(conn).await?;
    rows.iter().map(read).collect()
}

/// The distinct hashes of all documents.
pub async fn hashes(db: &Db) -> Result<Vec<String>, StoreError> {
    let rows = Sql::new("SELECT DISTINCT sha256 FROM documents ORDER BY sha256").all(&db.read).await?;
    rows.iter().map(|row| Ok(row.try_get_by("sha256")?)).collect()
}

/// A document that a current record shows publicly. Sealed ones are not in the table read here.
pub async fn public(db: &Db, sha256: &str) -> Result<Option<Document>, StoreError> {
    let mut sql = Sql::new(COLUMNS);
    sql.push(" WHERE d.sha256 = ").bind(sha256);
    sql.push(" AND EXISTS (SELECT 1 FROM assessments a WHERE a.document = d.sha256) ORDER BY d.uploaded_at LIMIT 1");
    sql.one(&db.read).await?.as_ref().map(read).transpose()
}
