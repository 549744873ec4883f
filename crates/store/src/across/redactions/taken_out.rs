//! Taking redacted words out of what was found elsewhere, and saying so in place of a document.

use domain::redaction::{file_name_says, scrub};

use super::elsewhere::ABOUT;
use super::mention::{MentionKind, Named, Search, about, has};
use super::trail::{file_name_without, lines};
use crate::ground::sql::Sql;
use crate::people::documents;
use crate::{Db, StoreError, Tx};

/// Takes the words out of the audit trail and out of receipts, and out of the names of files that go. Returns
/// the documents that were changed.
pub(super) async fn take_out(
    tx: &Tx,
    search: &Search<'_>,
    named: &[Named],
) -> Result<Vec<String>, StoreError> {
    for line in lines(tx, search, named).await? {
        let mut sql = Sql::new("UPDATE audit_entries SET reason = ");
        sql.bind(line.reason).push(", detail = ").bind(line.detail);
        sql.push(" WHERE seq = ").bind(line.seq).run(tx).await?;
    }
    let (_, _, _, receipts) =
        ABOUT.iter().find(|(kind, ..)| *kind == MentionKind::Receipt).expect("it is listed");
    for row in about(receipts, search.record_id).all(tx).await? {
        let (id, note): (String, Option<String>) = (row.try_get_by("id")?, row.try_get_by("note")?);
        if let Some(note) = note.filter(|note| has(note, search.texts)) {
            let mut sql = Sql::new("UPDATE receipts SET note = ");
            sql.bind(scrub(&note, search.texts)).push(" WHERE id = ").bind(id).run(tx).await?;
        }
    }
    let mut changed = Vec::new();
    for Named { document, private, .. } in named {
        let goes = *private || search.public_goes;
        if goes && file_name_says(&document.file_name, search.texts) {
            documents::rename(tx, document, &file_name_without(&document.file_name)).await?;
            changed.push(document.sha256.clone());
        }
    }
    Ok(changed)
}

/// A ground and a reason to say in place of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TakenOut {
    /// The ground.
    pub ground: String,
    /// The reason.
    pub reason: String,
}

/// Why a document that a current record shows is not there any more; `None` if it was not taken out, or was
/// never public.
pub async fn document_taken_out(db: &Db, sha256: &str) -> Result<Option<TakenOut>, StoreError> {
    let mut sql = Sql::new(
        "SELECT x.ground AS ground, x.reason AS reason FROM redacted_documents d \
         JOIN redactions x ON x.id = d.redaction JOIN records r ON r.id = d.record_id \
         JOIN assessments a ON a.record_seq = r.seq AND a.document = d.sha256 WHERE d.sha256 = ",
    );
    let Some(row) = sql.bind(sha256).push(" ORDER BY x.decided_at LIMIT 1").one(&db.read).await? else {
        return Ok(None);
    };
    Ok(Some(TakenOut { ground: row.try_get_by("ground")?, reason: row.try_get_by("reason")? }))
}
