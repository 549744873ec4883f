//! Finding uploads for acts.

use domain::authorisation::{Object, Permission};
use store::Reads;
use store::people::uploads::{self, Upload};

use crate::{Actor, Refusal};

/// An upload as an object of permissions.
pub(crate) fn object_of(owner: &str) -> Object<'_> {
    Object::Of { owner, about_others: false }
}

/// Finds an upload the actor may read. Errors: [`Refusal::NotFound`], even when they merely may not read it.
pub async fn readable_upload(conn: &impl Reads, actor: Actor<'_>, id: &str) -> Result<Upload, Refusal> {
    let found = uploads::find(conn, id).await?;
    found
        .filter(|upload| actor.may(Permission::ReadSubmission, object_of(&upload.owner)).is_ok())
        .ok_or_else(|| Refusal::NotFound("import", domain::cell::short(id)))
}
