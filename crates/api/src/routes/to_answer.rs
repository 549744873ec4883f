//! `GET /api/v1/remarks/to-answer`: accepted corrections and published annotations, on the desk of the body that is to
//! act on them.

use acts::{Caller, ToAnswer};
use axum::Json;
use axum::extract::State;
use store::{Reads, StoreError};
use wire::{RemarkToAnswer, RemarksToAnswer};

use crate::App;
use crate::extract::NoParams;
use crate::problem::ApiError;
use crate::routes::submissions::owner;

/// The most remarks shown.
const SHOWN: u64 = 100;

async fn view(conn: &impl Reads, one: ToAnswer) -> Result<RemarkToAnswer, StoreError> {
    let ToAnswer { remark, title, body, decided_at, due_on } = one;
    Ok(RemarkToAnswer {
        said_by: match &remark.organisation {
            Some(id) => Some(owner(conn, id).await?),
            None => None,
        },
        asked: owner(conn, &body).await?,
        id: remark.id,
        kind: remark.kind.as_str().to_owned(),
        record_id: remark.record_id,
        title,
        text: remark.text,
        evidence_url: remark.evidence,
        outcome: remark.outcome,
        created_at: remark.created_at,
        decided_at,
        due_on,
    })
}

/// List remarks to answer
///
/// What your bodies are asked to act on, and by when: accepted corrections of records they made, and annotations published beside records about them. Each stays until a new version of the record or a reply is published. At most 100.
#[utoipa::path(
    get, path = "/api/v1/remarks/to-answer", operation_id = "list_remarks_to_answer", tag = "submissions", security(("token" = [])),
    responses(
        (status = 200, description = "The remarks that wait", body = RemarksToAnswer),
        (status = 403, description = "Your roles do not allow this"),
    )
)]
pub(crate) async fn list_remarks_to_answer(
    State(app): State<App>,
    caller: Caller,
    _: NoParams,
) -> Result<Json<RemarksToAnswer>, ApiError> {
    let waiting = app.allowed(acts::remarks_to_answer(&app.db, &caller, SHOWN).await)?;
    let mut items = Vec::with_capacity(waiting.len());
    for one in waiting {
        items.push(view(&app.db, one).await?);
    }
    Ok(Json(RemarksToAnswer { items }))
}
