//! Metadata of uploaded documents; the bytes are in [`Objects`].

use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, QueryResult};

use crate::ground::db::{instant, micros};
use crate::ground::objects::Objects;
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

const COLUMNS: &str = "SELECT d.sha256, d.owner, d.media_type, d.file_name, d.bytes, d.uploaded_by, d.uploaded_at FROM documents d \
    WHERE d.redaction IS NULL";

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
    sql.push(" AND d.sha256 = ").bind(sha256).push(" AND d.owner = ").bind(owner);
    sql.one(conn).await?.as_ref().map(read).transpose()
}

/// The documents with these bytes, of every owner.
pub async fn with_hash(conn: &impl ConnectionTrait, sha256: &str) -> Result<Vec<Document>, StoreError> {
    let mut sql = Sql::new(COLUMNS);
    let rows = sql.push(" AND d.sha256 = ").bind(sha256).push(" ORDER BY d.uploaded_at").all(conn).await?;
    rows.iter().map(read).collect()
}

/// The distinct hashes of all documents that are kept.
pub async fn hashes(db: &Db) -> Result<Vec<String>, StoreError> {
    let sql = "SELECT DISTINCT sha256 FROM documents WHERE redaction IS NULL ORDER BY sha256";
    let rows = Sql::new(sql).all(&db.read).await?;
    rows.iter().map(|row| Ok(row.try_get_by("sha256")?)).collect()
}

/// A document that a current record shows publicly. Sealed ones are not in the table read here. A record from
/// which it was redacted does not show it any more.
pub async fn public(db: &Db, sha256: &str) -> Result<Option<Document>, StoreError> {
    let mut sql = Sql::new(COLUMNS);
    sql.push(" AND d.sha256 = ").bind(sha256);
    sql.push(
        " AND EXISTS (SELECT 1 FROM assessments a WHERE a.document = d.sha256 AND NOT EXISTS \
         (SELECT 1 FROM redacted_documents x JOIN records r ON r.id = x.record_id \
         WHERE x.sha256 = d.sha256 AND r.seq = a.record_seq)) ORDER BY d.uploaded_at LIMIT 1",
    );
    sql.one(&db.read).await?.as_ref().map(read).transpose()
}

/// Whether a redaction took this document of an owner out.
pub async fn is_taken_out(
    conn: &impl ConnectionTrait,
    sha256: &str,
    owner: &str,
) -> Result<bool, StoreError> {
    let mut sql = Sql::new("SELECT count(*) FROM documents WHERE redaction IS NOT NULL AND sha256 = ");
    Ok(sql.bind(sha256).push(" AND owner = ").bind(owner).number(conn).await? > 0)
}

/// Gives a document another file name.
pub(crate) async fn rename(tx: &Tx, document: &Document, file_name: &str) -> Result<(), StoreError> {
    let mut sql = Sql::new("UPDATE documents SET file_name = ");
    sql.bind(file_name).push(" WHERE sha256 = ").bind(document.sha256.clone());
    sql.push(" AND owner = ").bind(document.owner.clone()).run(tx).await?;
    Ok(())
}

/// Takes a document out: nobody can read it any more, and its record does not show it. Its bytes stay until
/// [`erase`], which comes after the transaction.
pub(crate) async fn take_out(
    tx: &Tx,
    document: &Document,
    redaction: &str,
    record_id: &str,
) -> Result<(), StoreError> {
    let mut sql = Sql::new("UPDATE documents SET redaction = ");
    sql.bind(redaction).push(" WHERE sha256 = ").bind(document.sha256.clone());
    sql.push(" AND owner = ").bind(document.owner.clone()).run(tx).await?;
    let mut sql = Sql::new("INSERT INTO redacted_documents (redaction, record_id, sha256) VALUES ");
    sql.bind_list(values![redaction, record_id, document.sha256.clone()]).run(tx).await?;
    Ok(())
}

/// Deletes the bytes of documents that were taken out, unless another organisation uploaded the same ones.
/// Returns how many files were deleted. Safe to repeat: a document counts as erased only once its bytes are gone.
pub async fn erase(db: &Db, objects: &Objects, now: DateTime<Utc>) -> Result<u64, StoreError> {
    let sql = "SELECT DISTINCT x.sha256 FROM redacted_documents x WHERE x.erased_at IS NULL";
    let mut erased = 0;
    for row in Sql::new(sql).all(&db.read).await? {
        let sha256: String = row.try_get_by("sha256")?;
        if with_hash(db, &sha256).await?.is_empty() {
            objects.remove_document(&sha256).await?;
            erased += 1;
        }
        let tx = db.begin_quietly().await?;
        let mut sql = Sql::new("UPDATE redacted_documents SET erased_at = ");
        sql.bind(micros(now)).push(" WHERE erased_at IS NULL AND sha256 = ").bind(sha256).run(&tx).await?;
        tx.commit().await?;
    }
    Ok(erased)
}
