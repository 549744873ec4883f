//! `POST /api/v1/imports`, `GET /api/v1/imports/{id}`, `POST /api/v1/imports/{id}/submit`: tables of records
//! become drafts, and what is wrong with a row is data.

use acts::Caller;
use axum::Json;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use domain::authorisation::{Object, Permission};
use domain::codes::{Origin, Role, SubmissionState};
use domain::submission::Action;
use domain::{Record, Severity, draft};
use importer::sources::{Item, row_errors};
use importer::{RowError, Source};
use serde::{Deserialize, Serialize};
use store::Tx;
use store::audit::Deed;
use store::submissions::{
    RecordStanding, Submission, SubmissionQuery, insert, list, standing, update, whole,
};
use store::uploads::{self, Upload};
use utoipa::{IntoParams, ToSchema};

use super::documents::file_name;
use crate::App;
use crate::body::Sent;
use crate::extract::{NoParams, Params, Segment, Taker};
use crate::problem::{ApiError, Fault, Problem};
use crate::routes::submissions::create::{organisation, record_owner};
use crate::routes::submissions::{Whose, checked};
use crate::write::begin;

/// The longest upload, in bytes.
pub(crate) const UPLOAD_MAX: usize = 20 << 20;
/// Rows of an upload at the most.
const ROWS_MAX: usize = 5_000;
/// Row errors in the report at the most.
const ERRORS_MAX: usize = 1_000;

/// What `create_import` takes.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "it documents what the handler takes, which a test compares")]
pub(crate) struct ImportParams {
    /// The file's name; its ending says what it is.
    #[param(example = "records.xlsx", max_length = 255)]
    name: String,
    /// What the file is: our template (`records`) or the spreadsheet of the UK's recording standard (`atrs`).
    #[param(example = "records")]
    source: Option<String>,
    /// Write nothing, only say what would happen.
    check: Option<bool>,
    /// Slug of the organisation it is of; needed only by who writes for several.
    organisation: Option<String>,
}

/// One fault of one cell, or of a whole row.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct RowFault {
    /// The line, or the row of the sheet; 0 for the whole file.
    #[schema(example = 3)]
    line: u64,
    /// The column's header.
    #[schema(example = "phase")]
    column: String,
    /// A stable code.
    #[schema(example = "unknown-code")]
    code: String,
    /// What is wrong.
    detail: String,
    /// What to do.
    hint: String,
}

/// A draft that a row became.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct RowDraft {
    /// The line, or the row of the sheet.
    line: u64,
    /// The submission; absent when nothing was written.
    #[serde(skip_serializing_if = "Option::is_none")]
    submission: Option<String>,
    /// Its title.
    title: String,
    /// The record it is the next version of.
    #[serde(skip_serializing_if = "Option::is_none")]
    record_id: Option<String>,
    /// How many findings stop its publication; none means that it can be submitted.
    errors: usize,
}

/// What became of an upload.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct ImportReport {
    /// UUID; absent when nothing was written.
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    /// Whether nothing was written.
    check: bool,
    /// Rows read.
    read: u64,
    /// Rows that cannot be used.
    rejected: u64,
    /// Rows that say what their record says already; no draft is made of them.
    #[serde(default)]
    unchanged: u64,
    /// Drafts that can be submitted as they are.
    clean: u64,
    /// What rows became.
    drafts: Vec<RowDraft>,
    /// What is wrong with the others, the first thousand faults.
    errors: Vec<RowFault>,
    /// How many faults there are.
    error_count: u64,
    /// What was decided about the file.
    notices: Vec<String>,
}

impl From<RowError> for RowFault {
    fn from(error: RowError) -> Self {
        Self {
            line: error.line,
            column: error.column,
            code: error.code,
            detail: error.message,
            hint: error.hint,
        }
    }
}

/// Upload a table of records
///
/// The CSV, XLSX or ODS template, what the register gives out as CSV, XLSX or NDJSON, or a spreadsheet of the UK's recording standard: at most 5,000 rows and 20 MiB. With `check=true` nothing is written. Each good row becomes a draft, with the record's id in the column `id` a next version; what the file has no column for, and what is sealed, stays as the register knows it, and a row that says nothing else makes no draft. Each bad row is said with its line, column and what to do.
#[utoipa::path(
    post, path = "/api/v1/imports", operation_id = "create_import", tag = "submissions", security(("token" = [])),
    params(ImportParams, ("Idempotency-Key" = Option<String>, Header, description = "The same key and body give the first answer again")),
    request_body(content = Vec<u8>, content_type = "application/octet-stream", description = "The file as it is"),
    responses(
        (status = 200, description = "What would happen", body = ImportReport),
        (status = 201, description = "What happened", body = ImportReport),
        (status = 400, description = "A parameter is not valid, or the file cannot be used", body = Problem, content_type = "application/problem+json"),
        (status = 401, description = "No token that works", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "The caller's roles do not allow it", body = Problem, content_type = "application/problem+json"),
        (status = 413, description = "It is longer than 20 MiB", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "The register cannot answer now", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn create_import(
    State(app): State<App>,
    caller: Caller,
    Params(pairs): Params,
    request: Request,
) -> Result<Response, ApiError> {
    let mut taker = Taker::new(pairs);
    let check = taker.boolean("check").unwrap_or(false);
    let slug = taker.one("organisation");
    let source = taker.read("source", |text| match text {
        "records" => Ok(Source::Records),
        "atrs" => Ok(Source::Atrs),
        other => Err(Fault::new(
            "source",
            "unknown-source",
            format!("'{}' is not taken here", domain::cell::short(other)),
        )
        .hint("write records or atrs")),
    });
    let name = taker.read("name", file_name);
    if name.is_none() && taker.faults.is_empty() {
        taker.fault(
            Fault::new("name", "required", "the file's name is missing").hint("add ?name=records.csv"),
        );
    }
    taker.finish()?;
    let (name, source) = (name.unwrap_or_default(), source.unwrap_or(Source::Records));
    let (owner, own_name) = organisation(&app.db, &caller, slug.as_deref(), Permission::Import).await?;
    let role = caller.may(Permission::Import, Object::Of { owner: &owner, about_others: false })?.role;
    let sent = Sent::read(request, UPLOAD_MAX).await?;
    let file = read(source, name.clone(), sent.body.clone()).await?;
    let write = begin(&app, &caller, &sent, false).await?;
    let id = uuid::Uuid::now_v7().to_string();
    let mut report = ImportReport {
        id: (!check).then(|| id.clone()),
        check,
        read: file.items.len() as u64 + file.rejected,
        rejected: file.rejected,
        unchanged: 0,
        clean: 0,
        drafts: Vec::new(),
        error_count: 0,
        errors: file.errors.into_iter().map(RowFault::from).collect(),
        notices: file.notices,
    };
    let upload = Importing { tx: &write.tx, caller: &caller, owner: &owner, name: &own_name, source };
    for item in file.items {
        let line = item.line;
        match upload.draft(item, write.now).await? {
            Ok(None) => report.unchanged += 1,
            Ok(Some(mut submission)) => {
                submission.upload = Some((id.clone(), i64::try_from(line).unwrap_or_default()));
                let errors = stopping(&submission);
                report.clean += u64::from(errors == 0);
                report.drafts.push(RowDraft {
                    line,
                    submission: (!check).then(|| submission.id.clone()),
                    title: submission.record.title.clone(),
                    record_id: submission.record_id.clone(),
                    errors,
                });
                if !check {
                    insert(&write.tx, &submission).await?;
                    write
                        .note(Some(role), of("submission.create", "submission", &submission.id, &owner))
                        .await?;
                }
            }
            Err(faults) => {
                report.rejected += 1;
                report.errors.extend(faults.into_iter().map(|fault| RowFault { line, ..fault }));
            }
        }
    }
    report.errors.sort_by_key(|fault| fault.line);
    report.error_count = report.errors.len() as u64;
    report.errors.truncate(ERRORS_MAX);
    if check {
        return write.answer(StatusCode::OK, None, None, &report).await;
    }
    let kept = Upload {
        id: id.clone(),
        owner: owner.clone(),
        person: caller.person.id.clone(),
        at: write.now,
        report: serde_json::to_string(&report).expect("a report is JSON"),
    };
    uploads::keep(&write.tx, &kept).await?;
    write.note(Some(role), of("import.create", "import", &id, &owner)).await?;
    write.answer(StatusCode::CREATED, None, Some(format!("/api/v1/imports/{id}")), &report).await
}

fn of<'a>(action: &'a str, kind: &'a str, id: &'a str, owner: &'a str) -> Deed<'a> {
    Deed { owner: Some(owner), ..Deed::new(action, kind, id) }
}

/// How many findings stop a submission.
fn stopping(submission: &Submission) -> usize {
    draft::findings(&submission.record).iter().filter(|one| one.severity == Severity::Error).count()
}

/// Reads the file away from the threads that answer.
async fn read(
    source: Source,
    name: String,
    bytes: axum::body::Bytes,
) -> Result<importer::upload::Upload, ApiError> {
    let reading = tokio::task::spawn_blocking(move || {
        let ending = name.rsplit_once('.').map_or(String::new(), |(_, ending)| format!(".{ending}"));
        let file = tempfile::Builder::new().suffix(&ending).tempfile()?;
        std::fs::write(file.path(), &bytes)?;
        Ok::<_, std::io::Error>(
            importer::upload::read(source, file.path(), &name, ROWS_MAX)
                .map_err(|error| error.to_string().replace(&file.path().display().to_string(), &name)),
        )
    });
    match reading.await {
        Ok(Ok(Ok(upload))) => Ok(upload),
        Ok(Ok(Err(error))) => Err(ApiError::Invalid(vec![
            Fault::new("", "unusable-file", error)
                .hint("the template stands at /api/v1/templates/records.csv"),
        ])),
        Ok(Err(error)) => Err(store::StoreError::Unavailable(error.to_string()).into()),
        // A file that breaks its reader is refused, and the register goes on.
        Err(_) => Err(ApiError::Invalid(vec![
            Fault::new("", "unusable-file", "the file cannot be read")
                .hint("save it anew, or as CSV in UTF-8"),
        ])),
    }
}

struct Importing<'a> {
    tx: &'a Tx,
    caller: &'a Caller,
    owner: &'a str,
    name: &'a str,
    source: Source,
}

impl Importing<'_> {
    /// The draft of a row, if it says anything new, or what is wrong with it.
    async fn draft(
        &self,
        item: Item,
        now: chrono::DateTime<chrono::Utc>,
    ) -> Result<Result<Option<Submission>, Vec<RowFault>>, ApiError> {
        let line = item.line;
        let record_id = item.id.map(|id| id.to_string());
        let mut base_version = None;
        let record = if let Some(id) = &record_id {
            let Some((standing, known)) = self.known(id).await? else {
                return Ok(Err(vec![unknown_id(line, id)]));
            };
            let record = match &item.sent {
                Some(sent) => sent.over(Some(&known)).map_err(|faults| row_errors(&faults, line)),
                None => item.record,
            };
            match standing {
                _ if record.as_ref().is_ok_and(|record| *record == known) => return Ok(Ok(None)),
                Some(standing) => base_version = Some(standing.version),
                None => return Ok(Err(vec![unknown_id(line, id)])),
            }
            record
        } else {
            item.record
        };
        let mut members = match record {
            Ok(record) => record.to_members(),
            Err(errors) => return Ok(Err(errors.into_iter().map(RowFault::from).collect())),
        };
        members.remove("origin");
        if self.source != Source::Records {
            members.remove("publisher");
            members.remove("references");
        }
        let whose = Whose {
            owner: self.owner,
            name: self.name,
            about_others: false,
            oversight: false,
            whole: true,
            record_id: record_id.as_deref(),
        };
        let record = match checked(self.tx, &members, Origin::SelfDeclared, None, &whose).await {
            Ok(record) => record,
            Err(ApiError::Invalid(faults)) => {
                let row = faults.into_iter().map(|one| RowFault {
                    line,
                    column: one.pointer.split('/').nth(2).unwrap_or_default().to_owned(),
                    code: one.code,
                    detail: one.detail,
                    hint: one.hint.unwrap_or_default(),
                });
                return Ok(Err(row.collect()));
            }
            Err(error) => return Err(error),
        };
        let mut submission = Submission::begin(self.owner, false, record, &self.caller.person.id, now);
        submission.record_id = record_id;
        submission.base_version = base_version;
        Ok(Ok(Some(submission)))
    }

    /// A record that the register shows, and where it stands if it is the owner's: then whole, else as everybody may read
    /// it, since files of a body also hold what others say of it.
    async fn known(&self, id: &str) -> Result<Option<(Option<RecordStanding>, Record)>, ApiError> {
        let (Some(standing), Some(record)) = (standing(self.tx, id).await?, whole(self.tx, id).await?) else {
            return Ok(None);
        };
        if standing.withdrawn {
            return Ok(None);
        }
        let own = record_owner(self.tx, &record, &standing).await?.as_deref() == Some(self.owner);
        Ok(Some(if own { (Some(standing), record) } else { (None, record.public()) }))
    }
}

fn unknown_id(line: u64, id: &str) -> RowFault {
    RowFault {
        line,
        column: "id".to_owned(),
        code: "unknown-id".to_owned(),
        detail: format!("you have no record {id}"),
        hint: "leave the id empty for a new record".to_owned(),
    }
}

/// An upload that the caller may read; what they may not looks as if it were not there.
async fn readable(app: &App, caller: &Caller, id: &str) -> Result<Upload, ApiError> {
    let found = uploads::find(&app.db, id).await?;
    let may = |upload: &Upload| {
        let object = Object::Of { owner: &upload.owner, about_others: false };
        caller.grant(Permission::ReadSubmission, object).is_some()
    };
    found.filter(may).ok_or_else(|| ApiError::NotFound("import", domain::cell::short(id)))
}

/// Read what became of an upload
///
/// The report as it was when the file came in; the drafts themselves stand at /api/v1/submissions?upload=ID.
#[utoipa::path(
    get, path = "/api/v1/imports/{id}", operation_id = "get_import", tag = "submissions", security(("token" = [])),
    params(("id" = String, Path, description = "UUID of the upload")),
    responses(
        (status = 200, description = "The report", body = ImportReport),
        (status = 400, description = "A parameter is not valid", body = Problem, content_type = "application/problem+json"),
        (status = 401, description = "No token that works", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "There is none that the caller may read", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "The register cannot answer now", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn get_import(
    State(app): State<App>,
    caller: Caller,
    Segment(id): Segment,
    _: NoParams,
) -> Result<Json<ImportReport>, ApiError> {
    let upload = readable(&app, &caller, &id).await?;
    let report = serde_json::from_str(&upload.report)
        .map_err(|error| store::StoreError::inconsistent("uploads", "report", &id, error))?;
    Ok(Json(report))
}

/// What submitting an upload's drafts did.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SubmittedImport {
    /// Drafts that wait for approval now.
    submitted: u64,
    /// Drafts that are not ready.
    left: u64,
}

/// Submit the clean drafts of an upload
///
/// Every draft of the upload that nothing stops, at once; the others stay drafts.
#[utoipa::path(
    post, path = "/api/v1/imports/{id}/submit", operation_id = "submit_import", tag = "submissions", security(("token" = [])),
    params(
        ("id" = String, Path, description = "UUID of the upload"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key and body give the first answer again"),
    ),
    responses(
        (status = 200, description = "What was done", body = SubmittedImport),
        (status = 400, description = "Not valid", body = Problem, content_type = "application/problem+json"),
        (status = 401, description = "No token that works", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "The caller's roles do not allow it", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "There is none that the caller may read", body = Problem, content_type = "application/problem+json"),
        (status = 412, description = "Somebody changed a draft meanwhile; send it again", body = Problem, content_type = "application/problem+json"),
        (status = 413, description = "The body is too long", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "The register cannot answer now", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn submit_import(
    State(app): State<App>,
    caller: Caller,
    Segment(id): Segment,
    sent: Sent,
) -> Result<Response, ApiError> {
    let upload = readable(&app, &caller, &id).await?;
    let object = Object::Of { owner: &upload.owner, about_others: false };
    let role: Role = caller.may(Action::Submit.into(), object)?.role;
    let query = SubmissionQuery {
        owners: vec![upload.owner.clone()],
        states: vec![SubmissionState::Draft, SubmissionState::ChangesRequested],
        upload: Some(id.clone()),
        ..SubmissionQuery::default()
    };
    let (drafts, _) = list(&app.db, &query, None, ROWS_MAX as u64).await?;
    let write = begin(&app, &caller, &sent, false).await?;
    let mut done = SubmittedImport { submitted: 0, left: 0 };
    for (_, mut submission) in drafts {
        if stopping(&submission) > 0 {
            done.left += 1;
            continue;
        }
        submission.state = SubmissionState::Submitted;
        submission.submitted_by = Some(caller.person.id.clone());
        let draft = submission.id.clone();
        let deed = write.by(Some(role), of("submission.submit", "submission", &draft, &upload.owner));
        update(&write.tx, &mut submission, &deed, write.now).await?;
        done.submitted += 1;
    }
    write.answer(StatusCode::OK, None, None, &done).await
}
