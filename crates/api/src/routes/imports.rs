//! `POST /api/v1/imports`, `GET /api/v1/imports/{id}`, `POST /api/v1/imports/{id}/submit`: tables of records
//! become drafts; faulty rows are reported as data, and beside the rows in a copy of the file.

mod before;
pub(crate) mod faults;
mod reading;

use acts::{Actor, Caller, ROWS_MAX, Row, Table, Uploaded};
use axum::Json;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use domain::authorisation::Permission;
use domain::number::Mark;
use domain::stated::{Order, Stated};
use importer::faults::{Faults, Kind};
use importer::sources::{Item, SourceOptions};
use importer::{RowError, Source};
use serde::Deserialize;
use uuid::Uuid;
use wire::{ImportReport, RowDraft, RowFault, SubmittedImport};

use super::documents::FileName;
use crate::App;
use crate::body::Sent;
use crate::extract::{NoParams, Params, Segment, Taker};
use crate::faulty::FaultyFile;
use crate::parameters::{Choice, parameters};
use crate::problem::ApiError;
use crate::write::begin;

/// The longest upload, in bytes.
pub(crate) const UPLOAD_MAX: usize = 20 << 20;
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
        /// The order of day and month in our template, where dates are not written YYYY-MM-DD.
        #[param(value_type = Option<String>, example = "day-first")]
        dates: Option<DayOrder>,
        /// The mark before decimals in our template; without it, 1,000 is an error, because it can be read as 1000 or as 1.
        #[param(value_type = Option<String>, example = "point")]
        decimals: Option<DecimalMark>,
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

/// The order of day and month.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum DayOrder {
    /// 31/12/2026.
    DayFirst,
    /// 12/31/2026.
    MonthFirst,
}

impl From<DayOrder> for Order {
    fn from(order: DayOrder) -> Self {
        match order {
            DayOrder::DayFirst => Self::DayFirst,
            DayOrder::MonthFirst => Self::MonthFirst,
        }
    }
}

impl Choice for DayOrder {
    const NOUN: &'static str = "an order of day and month";
}

/// The mark before decimals.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum DecimalMark {
    /// 1,000.5.
    Point,
    /// 1.000,5.
    Comma,
}

impl From<DecimalMark> for Mark {
    fn from(mark: DecimalMark) -> Self {
        match mark {
            DecimalMark::Point => Self::Point,
            DecimalMark::Comma => Self::Comma,
        }
    }
}

impl Choice for DecimalMark {
    const NOUN: &'static str = "a mark before decimals";
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
        uploaded_before: None,
        faults: None,
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
    if let Some(earlier) = &uploaded.earlier {
        report.notices.insert(0, before::sentence(earlier));
        report.uploaded_before = Some(before::shown(earlier));
    }
}

/// The faults of a report, for a copy of the file; `None` if there are none, or no copy can show them.
fn beside_rows(report: &ImportReport, source: Source, file: &[u8]) -> Option<Faults> {
    let mut faults = Faults::default();
    for one in &report.errors {
        faults.add(one.line, &one.column, &one.detail, &one.hint);
    }
    Some(faults).filter(|faults| source == Source::Records && Kind::of(file).is_some() && !faults.is_empty())
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
/// Takes our template as CSV, XLSX or ODS, records exported by this register as CSV, XLSX or NDJSON, or a spreadsheet of the UK's recording standard; at most 5,000 rows and 20 MiB. With `check=true` nothing is written. Each good row becomes a draft, which is a next version if the column `id` names a record. Fields without a column, and sealed text, stay as the register has them; a row that changes nothing makes no draft. Each faulty row is reported with its line, its column and how to fix it, and `faults` is the address of a copy of the file that says so beside each row. In a table, labels stand for codes (`Pilot`), and a workbook may have sheets named after lists, such as `deployments`, whose rows name their record by `record_id` or `key`.
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
    let ImportParams { name, source, check, dates, decimals, organisation } = ImportParams::take(&mut taker);
    taker.finish()?;
    let check = check.unwrap_or(false);
    let source = source.unwrap_or(UploadSource::Records).into();
    let (actor, slug) = (Actor::Person(&caller), organisation.as_deref());
    let owner = app.allowed(acts::acting_for(&app.db, actor, slug, Permission::Import).await)?;
    let sent = Sent::read(request, UPLOAD_MAX).await?;
    let name = name.unwrap_or_default().0;
    let stated =
        Stated { dates: dates.map(Order::from), decimals: decimals.map(Mark::from).unwrap_or_default() };
    let today = app.today();
    let shown_name = name.clone();
    let file = reading::on_thread(&app, name.clone(), sent.body.clone(), move |path, reading| {
        let options = SourceOptions {
            stated,
            reading: reading.clone(),
            today: Some(today),
            ..SourceOptions::default()
        };
        importer::upload::read(source, path, &shown_name, ROWS_MAX, &options)
    })
    .await?;
    let mut report = of_file(&file, check);
    let table = table(source, file.items, file.sha256);
    // Drafts of records wait for writers of records, so that none begins from what a redaction takes out.
    let of_records = !check && table.rows.iter().any(|row| row.id.is_some());
    let write = begin(&app, &caller, &sent, of_records).await?;
    let act = write.act();
    let uploaded = app.allowed(Box::pin(acts::upload_table(&act, &owner, table, check)).await)?;
    if !check && !uploaded.drafts.is_empty() {
        app.allowed(app.quotas.fit_drafts(&write.tx, &owner.id).await)?;
    }
    add(&mut report, &uploaded);
    if let Some(faults) = beside_rows(&report, source, &sent.body) {
        let copy = Uuid::now_v7().to_string();
        report.faults = Some(format!("/api/v1/imports/faults/{copy}"));
        let person = caller.person.id.clone();
        app.faulty.keep(copy, FaultyFile { person, name, bytes: sent.body.clone(), faults });
    }
    report.errors.truncate(ERRORS_MAX);
    if check {
        return write.answer(StatusCode::OK, None, None, &report).await;
    }
    let kept = serde_json::to_string(&report).expect("a report serialises to JSON");
    app.allowed(acts::keep_report(&write.act(), &uploaded, kept).await)?;
    let location = format!("/api/v1/imports/{}", uploaded.id);
    write.answer(StatusCode::CREATED, None, Some(location), &report).await
}

/// Turns the rows read into the table that the act takes.
fn table(source: Source, items: Vec<Item>, sha256: String) -> Table {
    let faults = |errors: Vec<RowError>| errors.into_iter().map(row_fault).collect();
    let rows = items.into_iter().map(|item| Row {
        line: item.line,
        id: item.id,
        record: item.record.map_err(faults),
        sent: item.sent,
    });
    Table { rows: rows.collect(), own_template: source == Source::Records, sha256 }
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
