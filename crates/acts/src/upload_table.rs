//! Uploading a table of records: good rows become drafts, faulty rows are reported as data.

use domain::authorisation::Permission;
use domain::codes::{Origin, Role};
use domain::sent::{Fault, Sent};
use domain::{Finding, Record, RecordId};
use store::StoreError;
use store::people::audit::Deed;
use store::people::submissions::{Submission, insert};
use store::people::uploads::{self, Earlier, Upload};
use store::records::sealed::whole;
use store::records::{RecordStanding, standing};
use uuid::Uuid;

use crate::draft::{Whose, checked, stopping};
use crate::organisations::Known;
use crate::records::record_owner;
use crate::uploads::object_of;
use crate::{Act, Refusal};

/// The most rows in one upload.
pub const ROWS_MAX: usize = 5_000;

/// A table as read.
#[derive(Debug)]
pub struct Table {
    /// Its rows.
    pub rows: Vec<Row>,
    /// Whether it is the register's own template. Other tables name the publisher in their own way and hold
    /// references of other registers, so both are dropped.
    pub own_template: bool,
    /// SHA-256 of its file, in hex.
    pub sha256: String,
}

/// A row as read.
#[derive(Debug)]
pub struct Row {
    /// Line number in CSV, or row number in a sheet.
    pub line: u64,
    /// The record it is the next version of.
    pub id: Option<RecordId>,
    /// The row as a record of its own, or what is wrong with it.
    pub record: Result<Record, Vec<RowFault>>,
    /// What the row says, to be laid over the known record; for the register's own template only.
    pub sent: Option<Sent>,
}

/// A fault of one cell, or of a whole row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowFault {
    /// Line number in CSV, or row number in a sheet; 0 for the whole file.
    pub line: u64,
    /// The column's header.
    pub column: String,
    /// A stable code.
    pub code: String,
    /// What is wrong.
    pub detail: String,
    /// What to do.
    pub hint: String,
}

impl RowFault {
    fn of(finding: Finding, line: u64, column: String) -> Self {
        let (code, detail, hint) = (finding.code, finding.message, finding.hint.unwrap_or_default());
        Self { line, column, code, detail, hint }
    }
}

/// A draft made from a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowDraft {
    /// Line number in CSV, or row number in a sheet.
    pub line: u64,
    /// Id of the submission.
    pub submission: String,
    /// Its title.
    pub title: String,
    /// The record it is the next version of.
    pub record_id: Option<String>,
    /// Number of findings that block publication.
    pub errors: usize,
}

/// The result of an upload.
#[derive(Debug)]
pub struct Uploaded {
    /// UUID of the upload.
    pub id: String,
    /// Id of the organisation it belongs to.
    pub owner: String,
    /// Drafts made from rows.
    pub drafts: Vec<RowDraft>,
    /// Faults of the rejected rows.
    pub faults: Vec<RowFault>,
    /// Number of rejected rows.
    pub rejected: u64,
    /// Rows that match their record as it is; they make no draft.
    pub unchanged: u64,
    /// SHA-256 of its file, in hex.
    pub sha256: String,
    /// The last upload of the same file by the same organisation.
    pub earlier: Option<Earlier>,
}

/// Turns each good row into a draft or, with `check`, only reports what would happen. Call [`keep_report`]
/// afterwards unless it was a check.
///
/// Errors: [`Refusal::Forbidden`].
pub async fn upload_table(
    act: &Act<'_>,
    owner: &Known,
    table: Table,
    check: bool,
) -> Result<Uploaded, Refusal> {
    let role = act.may(Permission::Import, object_of(&owner.id))?;
    let id = Uuid::now_v7().to_string();
    let mut done = Uploaded {
        id: id.clone(),
        owner: owner.id.clone(),
        drafts: Vec::new(),
        faults: Vec::new(),
        rejected: 0,
        unchanged: 0,
        earlier: uploads::earlier(act.tx, &owner.id, &table.sha256).await?,
        sha256: table.sha256,
    };
    for row in table.rows {
        let line = row.line;
        match draft(act, owner, row, table.own_template).await? {
            Outcome::Unchanged => done.unchanged += 1,
            Outcome::Draft(mut draft) => {
                draft.upload = Some((id.clone(), i64::try_from(line).unwrap_or_default()));
                if !check {
                    keep_draft(act, role, &draft).await?;
                }
                done.drafts.push(RowDraft {
                    line,
                    errors: stopping(act.tx, &draft, act.now.date_naive()).await?,
                    submission: draft.id,
                    title: draft.record.title,
                    record_id: draft.record_id,
                });
            }
            Outcome::Faulty(faults) => {
                done.rejected += 1;
                done.faults.extend(faults.into_iter().map(|fault| RowFault { line, ..fault }));
            }
        }
    }
    Ok(done)
}

/// Stores the report on an upload, as the JSON that is sent to the client.
///
/// Errors: [`Refusal::Forbidden`].
pub async fn keep_report(act: &Act<'_>, uploaded: &Uploaded, report: String) -> Result<(), Refusal> {
    let role = act.may(Permission::Import, object_of(&uploaded.owner))?;
    let upload = Upload {
        id: uploaded.id.clone(),
        owner: uploaded.owner.clone(),
        person: act.actor.somebody(Permission::Import)?.to_owned(),
        at: act.now,
        report,
        sha256: Some(uploaded.sha256.clone()),
    };
    uploads::keep(act.tx, &upload).await?;
    let deed = Deed { owner: Some(&upload.owner), ..Deed::new("import.create", "import", &upload.id) };
    Ok(act.note(role, deed).await?)
}

async fn keep_draft(act: &Act<'_>, role: Option<Role>, draft: &Submission) -> Result<(), StoreError> {
    insert(act.tx, draft).await?;
    let deed = Deed { owner: Some(&draft.owner), ..Deed::new("submission.create", "submission", &draft.id) };
    act.note(role, deed).await
}

/// What a row turns into.
enum Outcome {
    Unchanged,
    Draft(Box<Submission>),
    Faulty(Vec<RowFault>),
}

async fn draft(act: &Act<'_>, owner: &Known, row: Row, own_template: bool) -> Result<Outcome, Refusal> {
    let line = row.line;
    let record_id = row.id.map(|id| id.to_string());
    let mut base_version = None;
    let mut said = row.record;
    if let Some(id) = &record_id {
        let Some((standing, known)) = known(act, &owner.id, id).await? else {
            return Ok(Outcome::Faulty(vec![unknown_id(line, id)]));
        };
        if let Some(sent) = &row.sent {
            said = sent.over(Some(&known), act.now.date_naive()).map_err(|faults| row_faults(faults, line));
        }
        if said.as_ref().is_ok_and(|record| *record == known) {
            return Ok(Outcome::Unchanged);
        }
        let Some(standing) = standing else { return Ok(Outcome::Faulty(vec![unknown_id(line, id)])) };
        base_version = Some(standing.version);
    }
    let mut members = match said {
        Ok(record) => record.to_members(),
        Err(faults) => return Ok(Outcome::Faulty(faults)),
    };
    members.remove("origin");
    if !own_template {
        members.remove("publisher");
        members.remove("references");
    }
    let whose = Whose {
        owner: &owner.id,
        name: &owner.name,
        about_others: false,
        oversight: false,
        whole: true,
        record_id: record_id.as_deref(),
    };
    let record = match checked(act.tx, members, Origin::SelfDeclared, None, &whose).await {
        Ok(record) => record,
        Err(Refusal::Invalid(findings)) => {
            let faults = findings.into_iter().map(|one| {
                let column = one.field.split('/').nth(2).unwrap_or_default().to_owned();
                RowFault::of(one, line, column)
            });
            return Ok(Outcome::Faulty(faults.collect()));
        }
        Err(refusal) => return Err(refusal),
    };
    let writer = act.actor.somebody(Permission::Import)?;
    let mut draft = Submission::begin(&owner.id, false, record, writer, act.now);
    draft.record_id = record_id;
    draft.base_version = base_version;
    Ok(Outcome::Draft(Box::new(draft)))
}

/// A record that was not withdrawn. Its owner gets the whole record and its standing; anyone else the public
/// record and no standing, because a body's export also holds what others say about it.
async fn known(
    act: &Act<'_>,
    owner: &str,
    id: &str,
) -> Result<Option<(Option<RecordStanding>, Record)>, StoreError> {
    let (Some(standing), Some(record)) = (standing(act.tx, id).await?, whole(act.tx, id).await?) else {
        return Ok(None);
    };
    if standing.withdrawn {
        return Ok(None);
    }
    let own = record_owner(act.tx, &record, &standing).await?.as_deref() == Some(owner);
    Ok(Some(if own { (Some(standing), record) } else { (None, record.public()) }))
}

fn row_faults(faults: Vec<Fault>, line: u64) -> Vec<RowFault> {
    faults.into_iter().map(|fault| RowFault::of(fault.finding, line, fault.column)).collect()
}

fn unknown_id(line: u64, id: &str) -> RowFault {
    let finding = Finding::error("/id", "unknown-id", format!("you have no record {id}"));
    RowFault::of(finding.hint("leave the id empty for a new record"), line, "id".to_owned())
}
