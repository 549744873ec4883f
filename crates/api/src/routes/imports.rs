//! `POST /api/v1/imports`, `GET /api/v1/imports/{id}`, `POST /api/v1/imports/{id}/submit`: tables of records
//! become drafts; faulty rows are reported as data.

use std::time::Duration;

use acts::{Actor, Caller, ROWS_MAX, Row, Table, Uploaded};
use axum::Json;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use domain::authorisation::Permission;
use importer::sources::Item;
use importer::{FileError, RowError, Source};
use serde::Deserialize;
use store::ground::line::Full;
use wire::{ImportReport, RowDraft, RowFault, SubmittedImport};

use super::documents::FileName;
use crate::body::Sent;
use crate::extract::{NoParams, Params, Segment, Taker};
use crate::parameters::{Choice, parameters};
use crate::problem::{ApiError, Fault};
use crate::write::begin;
use crate::{App, client};

/// The longest upload, in bytes.
pub(crate) const UPLOAD_MAX: usize = 20 << 20;
/// How long an upload waits while others are read.
const READING_WAIT: Duration = Duration::from_secs(10);
/// The longest ending of a file's name that says what it is, in bytes.
const ENDING_MAX: usize = 16;
/// The most row faults in a report.
const ERRORS_MAX: usize = 1_000;

parameters! {
    /// Query parameters of `create_import`.
    pub(crate) struct ImportParams {
        /// File name; its extension gives the format.
        #[param(value_type = String, required = true, example = "records.xlsx", max_length = 255)]
        name: Option<FileName>,
        /// Our template (`records`), or the spreadsheet of the UK's recording standard (`atrs`).
        #[param(value_type = Option<String>, example = "records")]
        source: Option<UploadSource>,
        /// Only report what would happen; write nothing.
        check: Option<bool>,
        /// Slug of the organisation it belongs to; needed only if you write for several.
        organisation: Option<String>,
    }
}

/// A source that people may upload.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum UploadSource {
    /// Our template.
    Records,
    /// The spreadsheet of the UK's recording standard.
    Atrs,
}

impl From<UploadSource> for Source {
    fn from(source: UploadSource) -> Self {
        match source {
            UploadSource::Records => Self::Records,
            UploadSource::Atrs => Self::Atrs,
        }
    }
}

impl Choice for UploadSource {
    const CODE: &'static str = "unknown-source";
    const NOUN: &'static str = "a source taken here";
}

/// A report on the file as read, before its rows are checked.
fn of_file(file: &importer::upload::Upload, check: bool) -> ImportReport {
    ImportReport {
        id: None,
        check,
        read: file.items.len() as u64 + file.rejected,
        rejected: file.rejected,
        unchanged: 0,
        clean: 0,
        drafts: Vec::new(),
        error_count: 0,
        errors: file.errors.iter().cloned().map(row_fault).map(shown).collect(),
        notices: file.notices.clone(),
    }
}

/// Adds the result of the rows.
fn add(report: &mut ImportReport, uploaded: &Uploaded) {
    report.id = (!report.check).then(|| uploaded.id.clone());
    report.rejected += uploaded.rejected;
    report.unchanged = uploaded.unchanged;
    report.clean = uploaded.drafts.iter().filter(|draft| draft.errors == 0).count() as u64;
    report.drafts = uploaded.drafts.iter().map(|draft| row_draft(draft, report.check)).collect();
    report.errors.extend(uploaded.faults.iter().cloned().map(shown));
    report.errors.sort_by_key(|fault| fault.line);
    report.error_count = report.errors.len() as u64;
    report.errors.truncate(ERRORS_MAX);
}

fn row_draft(draft: &acts::RowDraft, check: bool) -> RowDraft {
    RowDraft {
        line: draft.line,
        submission: (!check).then(|| draft.submission.clone()),
        title: draft.title.clone(),
        record_id: draft.record_id.clone(),
        errors: draft.errors,
    }
}

fn shown(fault: acts::RowFault) -> RowFault {
    let acts::RowFault { line, column, code, detail, hint } = fault;
    RowFault { line, column, code, detail, hint }
}

fn row_fault(error: RowError) -> acts::RowFault {
    acts::RowFault {
        line: error.line,
        column: error.column,
        code: error.code,
        detail: error.message,
        hint: error.hint,
    }
}

/// Upload a table of records
///
/// Takes our template as CSV, XLSX or ODS, records exported by this register as CSV, XLSX or NDJSON, or a spreadsheet of the UK's recording standard; at most 5,000 rows and 20 MiB. With `check=true` nothing is written. Each good row becomes a draft, which is a next version if the column `id` names a record. Fields without a column, and sealed text, stay as the register has them; a row that changes nothing makes no draft. Each faulty row is reported with its line, its column and how to fix it.
#[utoipa::path(
    post, path = "/api/v1/imports", operation_id = "create_import", tag = "submissions", security(("token" = [])),
    params(ImportParams, ("Idempotency-Key" = Option<String>, Header, description = "Makes retries safe: the same key and body return the first answer again")),
    request_body(content = Vec<u8>, content_type = "application/octet-stream", description = "The file as it is"),
    responses(
        (status = 200, description = "Report on what would happen", body = ImportReport),
        (status = 201, description = "Report on what happened", body = ImportReport),
        (status = 400, description = "A parameter is not valid, or the file cannot be used"),
        (status = 403, description = "Your roles do not allow this"),
        (status = 409, description = "The body has as many drafts as it may have"),
        (status = 413, description = "The file is longer than 20 MiB"),
    )
)]
pub(crate) async fn create_import(
    State(app): State<App>,
    caller: Caller,
    Params(pairs): Params,
    request: Request,
) -> Result<Response, ApiError> {
    let mut taker = Taker::new(pairs);
    let ImportParams { name, source, check, organisation } = ImportParams::take(&mut taker);
    taker.finish()?;
    let check = check.unwrap_or(false);
    let source = source.unwrap_or(UploadSource::Records).into();
    let (actor, slug) = (Actor::Person(&caller), organisation.as_deref());
    let owner = app.allowed(acts::acting_for(&app.db, actor, slug, Permission::Import).await)?;
    let sent = Sent::read(request, UPLOAD_MAX).await?;
    let file = read(&app, source, name.unwrap_or_default().0, sent.body.clone()).await?;
    let mut report = of_file(&file, check);
    let table = table(source, file.items);
    // Drafts of records wait for writers of records, so that none begins from what a redaction takes out.
    let of_records = !check && table.rows.iter().any(|row| row.id.is_some());
    let write = begin(&app, &caller, &sent, of_records).await?;
    let act = write.act();
    let uploaded = app.allowed(Box::pin(acts::upload_table(&act, &owner, table, check)).await)?;
    if !check && !uploaded.drafts.is_empty() {
        app.allowed(app.quotas.fit_drafts(&write.tx, &owner.id).await)?;
    }
    add(&mut report, &uploaded);
    if check {
        return write.answer(StatusCode::OK, None, None, &report).await;
    }
    let kept = serde_json::to_string(&report).expect("a report serialises to JSON");
    app.allowed(acts::keep_report(&write.act(), &uploaded, kept).await)?;
    let location = format!("/api/v1/imports/{}", uploaded.id);
    write.answer(StatusCode::CREATED, None, Some(location), &report).await
}

/// Turns the rows read into the table that the act takes.
fn table(source: Source, items: Vec<Item>) -> Table {
    let faults = |errors: Vec<RowError>| errors.into_iter().map(row_fault).collect();
    let rows = items.into_iter().map(|item| Row {
        line: item.line,
        id: item.id,
        record: item.record.map_err(faults),
        sent: item.sent,
    });
    Table { rows: rows.collect(), own_template: source == Source::Records }
}

/// Reads the file on a blocking thread. That stops when this future is dropped: when the client goes away or
/// the time for an answer is up.
async fn read(
    app: &App,
    source: Source,
    name: String,
    bytes: axum::body::Bytes,
) -> Result<importer::upload::Upload, ApiError> {
    let turn =
        app.readings.turn(client::network(), READING_WAIT).await.map_err(|Full| ApiError::Overloaded)?;
    let reading = app.reading.stoppable();
    let _stop = reading.stop.on_drop();
    let today = app.today();
    let done = tokio::task::spawn_blocking(move || {
        // Held by the thread, not by the request: a reading counts until it has really ended.
        let _turn = turn;
        // Readers go by the ending. A long one is none, and would be too long a name for a temporary file.
        let ending = name.rsplit_once('.').filter(|(_, ending)| ending.len() <= ENDING_MAX);
        let ending = ending.map_or(String::new(), |(_, ending)| format!(".{ending}"));
        let file = tempfile::Builder::new().suffix(&ending).tempfile()?;
        std::fs::write(file.path(), &bytes)?;
        Ok::<_, std::io::Error>(
            importer::upload::read(source, file.path(), &name, ROWS_MAX, &reading, today).map_err(|error| {
                match error {
                    FileError::NoReader { .. } => Err(error),
                    _ => Ok(error.to_string().replace(&file.path().display().to_string(), &name)),
                }
            }),
        )
    });
    match done.await {
        Ok(Ok(Ok(upload))) => Ok(upload),
        Ok(Ok(Err(Err(error)))) => {
            tracing::error!("{error}");
            Err(ApiError::Inside)
        }
        Ok(Ok(Err(Ok(error)))) => Err(ApiError::Invalid(vec![
            Fault::new("", "unusable-file", error).hint("the template is at /api/v1/templates/records.csv"),
        ])),
        Ok(Err(error)) => Err(store::StoreError::Unavailable(error.to_string()).into()),
        // A file that makes its reader panic is refused; the register goes on.
        Err(_) => Err(ApiError::Invalid(vec![
            Fault::new("", "unusable-file", "the file cannot be read")
                .hint("save it again, or as CSV in UTF-8"),
        ])),
    }
}

/// Read what became of an upload
///
/// The report from the time of the upload. The drafts are at /api/v1/submissions?upload=ID.
#[utoipa::path(
    get, path = "/api/v1/imports/{id}", operation_id = "get_import", tag = "submissions", security(("token" = [])),
    params(("id" = String, Path, description = "UUID of the upload")),
    responses(
        (status = 200, description = "The report", body = ImportReport),
        (status = 404, description = "No such upload, or it is not yours"),
    )
)]
pub(crate) async fn get_import(
    State(app): State<App>,
    caller: Caller,
    Segment(id): Segment,
    _: NoParams,
) -> Result<Json<ImportReport>, ApiError> {
    let upload = app.allowed(acts::readable_upload(&app.db, Actor::Person(&caller), &id).await)?;
    let report = serde_json::from_str(&upload.report)
        .map_err(|error| store::StoreError::inconsistent("uploads", "report", &id, error))?;
    Ok(Json(report))
}

/// Submit the clean drafts of an upload
///
/// Submits every draft of the upload that has no blocking findings; the others stay drafts.
#[utoipa::path(
    post, path = "/api/v1/imports/{id}/submit", operation_id = "submit_import", tag = "submissions", security(("token" = [])),
    params(
        ("id" = String, Path, description = "UUID of the upload"),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes retries safe: the same key and body return the first answer again"),
    ),
    responses(
        (status = 200, description = "Number of drafts submitted and left", body = SubmittedImport),
        (status = 403, description = "Your roles do not allow this"),
        (status = 404, description = "No such upload, or it is not yours"),
        (status = 412, description = "Somebody else changed a draft meanwhile; send the request again"),
        (status = 413, description = "The body is too long"),
    )
)]
pub(crate) async fn submit_import(
    State(app): State<App>,
    caller: Caller,
    Segment(id): Segment,
    sent: Sent,
) -> Result<Response, ApiError> {
    let drafts = app.allowed(acts::drafts_to_submit(&app.db, Actor::Person(&caller), &id).await)?;
    let write = begin(&app, &caller, &sent, false).await?;
    let done = app.allowed(acts::submit_upload(&write.act(), drafts).await)?;
    let done = SubmittedImport { submitted: done.submitted, left: done.left };
    write.answer(StatusCode::OK, None, None, &done).await
}
