//! Uploading a document for an organisation.

use domain::authorisation::{Object, Permission};
use store::Reads;
use store::people::audit::Deed;
use store::people::documents::{self, Document};

use crate::{Act, Refusal};

/// A document whose bytes are already stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewDocument {
    /// SHA-256 of the bytes, in hex.
    pub sha256: String,
    /// Id of the organisation that owns it.
    pub owner: String,
    /// IANA media type.
    pub media_type: String,
    /// File name.
    pub file_name: String,
    /// Length in bytes.
    pub bytes: i64,
}

/// Registers a stored document, so that its organisation's submissions can refer to it.
///
/// Errors: [`Refusal::Forbidden`]; [`Refusal::Conflict`] when a redaction took this document out.
pub async fn create_document(act: &Act<'_>, new: NewDocument) -> Result<Document, Refusal> {
    let object = Object::Of { owner: &new.owner, about_others: false };
    let role = act.may(Permission::UploadDocument, object)?;
    let uploader = act.actor.person_id().ok_or(Refusal::Forbidden(Permission::UploadDocument))?;
    may_be_kept(act.tx, &new.sha256, &new.owner).await?;
    let document = Document {
        sha256: new.sha256,
        owner: new.owner,
        media_type: new.media_type,
        file_name: new.file_name,
        bytes: new.bytes,
        uploaded_by: uploader.to_owned(),
        uploaded_at: act.now,
    };
    documents::keep(act.tx, &document).await?;
    let deed = Deed {
        owner: Some(&document.owner),
        detail: Some(&document.file_name),
        ..Deed::new("document.create", "document", &document.sha256)
    };
    act.note(role, deed).await?;
    Ok(document)
}

/// Checks that no redaction took a document out; also to be called before its bytes are stored. Errors:
/// [`Refusal::Conflict`].
pub async fn may_be_kept(conn: &impl Reads, sha256: &str, owner: &str) -> Result<(), Refusal> {
    if documents::is_taken_out(conn, sha256, owner).await? {
        let detail = "this document was redacted: upload one without what was taken out";
        return Err(Refusal::Conflict(detail.to_owned()));
    }
    Ok(())
}
