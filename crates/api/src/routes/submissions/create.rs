//! `POST /api/v1/submissions`

use acts::Caller;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::authorisation::{Object, Permission};
use domain::codes::{Origin, Role};
use domain::{Record, RecordId, draft};
use serde::Deserialize;
use serde_json::{Map, Value};
use store::audit::Deed;
use store::submissions::{RecordStanding, Submission, insert, standing, whole};
use store::{Reads, Tx, organisations, products, records};
use utoipa::ToSchema;

use super::{Around, SubmissionView, Whose, checked, view};
use crate::App;
use crate::body::Sent;
use crate::problem::{ApiError, Fault, Problem};
use crate::write::begin;

/// A new submission: of a new record, of the next version of one, or copied from a record or a product.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewSubmission {
    /// Slug of the organisation it is for; needed only by who writes for several.
    #[schema(example = "northmoor-borough-council")]
    organisation: Option<String>,
    /// The record of which it is to be the next version.
    #[schema(example = "R-4ZK7Q2M")]
    record_id: Option<String>,
    /// A record to copy from: what it describes, never assessments, risks or redress.
    copy_from: Option<String>,
    /// A product to copy from, by its slug.
    product: Option<String>,
    /// Members of the record, as in the answer; none is required but a title. They go over what is copied.
    #[schema(value_type = Option<Object>)]
    record: Option<Map<String, Value>>,
    /// Why this version is made, for readers.
    note: Option<String>,
}

/// Begin a submission
///
/// A draft of a new record, of the next version of a record (`record_id`), or of a copy. It may be incomplete: the answer says what is missing. With an `Idempotency-Key` it may be sent again safely.
#[utoipa::path(
    post, path = "/api/v1/submissions", operation_id = "create_submission", tag = "submissions",
    params(("Idempotency-Key" = Option<String>, Header, description = "The same key and body give the first answer again")),
    request_body = NewSubmission,
    security(("token" = [])),
    responses(
        (status = 201, description = "The draft; its address is in Location, its revision in ETag", body = SubmissionView),
        (status = 400, description = "Not valid; every fault with its place", body = Problem, content_type = "application/problem+json"),
        (status = 401, description = "No token that works", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "The caller's roles do not allow it", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "There is no such record or product", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "The record was withdrawn", body = Problem, content_type = "application/problem+json"),
        (status = 413, description = "The body is too long", body = Problem, content_type = "application/problem+json"),
        (status = 415, description = "The body is not JSON", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "The register cannot answer now", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn create_submission(
    State(app): State<App>,
    caller: Caller,
    sent: Sent,
) -> Result<Response, ApiError> {
    let new: NewSubmission = sent.json()?;
    // A draft of a record waits for writers of records, so that none begins from what a redaction takes out.
    let write = begin(&app, &caller, &sent, new.record_id.is_some()).await?;
    let (owner, name) =
        organisation(&write.tx, &caller, new.organisation.as_deref(), Permission::CreateSubmission).await?;
    let grant =
        caller.may(Permission::CreateSubmission, Object::Of { owner: &owner, about_others: false })?;
    let role = grant.role;
    let base = match &new.record_id {
        Some(id) => Some(base(&write.tx, id.parse()?, role, &owner).await?),
        None if role == Role::Oversight => {
            return Err(ApiError::Invalid(vec![
                Fault::new("/record_id", "required", "an oversight body writes about a record that is there")
                    .hint("name the record"),
            ]));
        }
        None => None,
    };
    let origin = match (role, &base) {
        (Role::Oversight, Some((record, _))) => record.origin,
        (Role::Observer, _) => Origin::ThirdParty,
        _ => Origin::SelfDeclared,
    };
    let mut members = match &base {
        Some((record, _)) => record.to_members(),
        None => copied(&write.tx, &new).await?,
    };
    members.remove("origin");
    for (name, value) in new.record.unwrap_or_default() {
        members.insert(name, value);
    }
    let about_others = role != Role::Contributor;
    let whose = Whose {
        owner: &owner,
        name: &name,
        about_others,
        oversight: role == Role::Oversight,
        whole: false,
        record_id: new.record_id.as_deref(),
    };
    let record = checked(&write.tx, &members, origin, None, &whose).await?;
    let mut submission = Submission::begin(&owner, about_others, record, &caller.person.id, write.now);
    submission.record_id = new.record_id;
    submission.base_version = base.map(|(_, standing)| standing.version);
    submission.note = new.note;
    insert(&write.tx, &submission).await?;
    let deed = Deed {
        owner: Some(&submission.owner),
        detail: submission.record_id.as_deref(),
        ..Deed::new("submission.create", "submission", &submission.id)
    };
    write.note(Some(role), deed).await?;
    let around = Around::of(&write.tx, &submission).await?;
    let view = view(&app, &caller, around, submission.clone());
    let location = format!("/api/v1/submissions/{}", submission.id);
    write.answer(StatusCode::CREATED, Some(submission.revision), Some(location), &view).await
}

/// The organisation a caller acts for, by id and name: the one named, or the only one there is.
pub(crate) async fn organisation(
    conn: &impl Reads,
    caller: &Caller,
    slug: Option<&str>,
    permission: Permission,
) -> Result<(String, String), ApiError> {
    let own = caller.organisations(permission);
    let mut found = Vec::new();
    for id in &own {
        if let Some(one) = organisations::find(conn, id).await? {
            found.push((id.clone(), one.organisation.name, one.organisation.slug));
        }
    }
    let wanted = match slug {
        Some(slug) => {
            found.iter().position(|(.., one)| one == slug).ok_or(ApiError::Forbidden(permission))?
        }
        None if found.len() == 1 => 0,
        None if found.is_empty() => return Err(ApiError::Forbidden(permission)),
        None => {
            let slugs: Vec<&str> = found.iter().map(|(.., slug)| slug.as_str()).collect();
            return Err(ApiError::Invalid(vec![
                Fault::new("/organisation", "required", "you act for several organisations: say for which")
                    .hint(format!("one of: {}", slugs.join(", "))),
            ]));
        }
    };
    let (id, name, _) = found.swap_remove(wanted);
    Ok((id, name))
}

/// A body that the register knows, by its slug: id and name.
pub(crate) async fn named_organisation(conn: &impl Reads, slug: &str) -> Result<(String, String), ApiError> {
    let missing = || ApiError::NotFound("organisation", domain::cell::short(slug));
    let found = organisations::find(conn, slug).await?.ok_or_else(missing)?.organisation;
    let id = found.id.ok_or_else(missing)?;
    Ok((id.to_string(), found.name))
}

/// The record a submission is the next version of: whole for its owner, as published for an oversight body.
async fn base(tx: &Tx, id: RecordId, role: Role, owner: &str) -> Result<(Record, RecordStanding), ApiError> {
    let text = id.to_string();
    let standing = standing(tx, &text).await?.ok_or_else(|| ApiError::NotFound("record", text.clone()))?;
    if standing.withdrawn {
        return Err(ApiError::Conflict(format!("the record {text} was withdrawn: begin a new one")));
    }
    let record = whole(tx, &text).await?.ok_or_else(|| ApiError::NotFound("record", text.clone()))?;
    if role == Role::Oversight {
        return Ok((record.public(), standing));
    }
    if record_owner(tx, &record, &standing).await?.as_deref() != Some(owner) {
        return Err(ApiError::Forbidden(Permission::CreateSubmission));
    }
    Ok((record, standing))
}

/// The organisation a record belongs to, by id: who submitted it, or the publisher of an imported one.
pub(crate) async fn record_owner(
    conn: &impl Reads,
    record: &Record,
    standing: &RecordStanding,
) -> Result<Option<String>, ApiError> {
    if let Some(owner) = &standing.owner {
        return Ok(Some(owner.clone()));
    }
    let country = record.jurisdiction.split('-').next().unwrap_or_default();
    let party = organisations::resolve(conn, &record.publisher.name, country, false).await?;
    Ok(party.map(|party| party.id))
}

/// The members that a copy begins with.
async fn copied(conn: &impl Reads, new: &NewSubmission) -> Result<Map<String, Value>, ApiError> {
    if let Some(id) = &new.copy_from {
        let id: RecordId = id.parse()?;
        let found = records::find(conn, id).await?;
        let found = found.ok_or_else(|| ApiError::NotFound("record", id.to_string()))?;
        return Ok(draft::copied(&found.version.record()?));
    }
    let Some(slug) = &new.product else { return Ok(Map::new()) };
    let product = products::find(conn, slug).await?;
    let product = product.ok_or_else(|| ApiError::NotFound("product", slug.clone()))?;
    Ok(draft::from_product(&product))
}
