//! Submissions: records on their way to publication. Public reads never come here.

use chrono::{DateTime, Utc};
use domain::Record;
use domain::codes::{Code, SubmissionState};
use domain::submission::Action;
use sea_orm::{ConnectionTrait, QueryResult};
use uuid::Uuid;

use crate::ground::db::{instant, micros};
use crate::ground::sql::{Sql, run_all};
use crate::people::audit::{self, Deed};
use crate::{StoreError, Tx};

/// A stored submission.
#[derive(Debug, Clone, PartialEq)]
pub struct Submission {
    /// UUID.
    pub id: String,
    /// Id of the organisation it belongs to.
    pub owner: String,
    /// Whether it is about a body other than its owner.
    pub about_others: bool,
    /// The record it will be a version of; `None` until a new record has an id.
    pub record_id: Option<String>,
    /// The version it started from; publication is refused if the record has moved on.
    pub base_version: Option<i64>,
    /// Its state.
    pub state: SubmissionState,
    /// Counts its changes; its `ETag`.
    pub revision: i64,
    /// The record, sealed texts included.
    pub record: Record,
    /// Why this version is made, for readers.
    pub note: Option<String>,
    /// Ids of everybody who edited it; none of them may approve it.
    pub writers: Vec<String>,
    /// Id of the person who last submitted it.
    pub submitted_by: Option<String>,
    /// The version it became.
    pub published_version: Option<i64>,
    /// The upload it comes from, and the line in it.
    pub upload: Option<(String, i64)>,
    /// When it was started.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
}

const COLUMNS: &str = "SELECT id, owner, about_others, record_id, base_version, state, revision, content, note, \
    writers, submitted_by, published_version, upload, row_number, created_at, updated_at FROM submissions";

fn read(row: &QueryResult) -> Result<Submission, StoreError> {
    let id: String = row.try_get_by("id")?;
    let (state, content): (String, String) = (row.try_get_by("state")?, row.try_get_by("content")?);
    let writers: String = row.try_get_by("writers")?;
    let upload: Option<String> = row.try_get_by("upload")?;
    let line: Option<i64> = row.try_get_by("row_number")?;
    Ok(Submission {
        owner: row.try_get_by("owner")?,
        about_others: row.try_get_by("about_others")?,
        record_id: row.try_get_by("record_id")?,
        base_version: row.try_get_by("base_version")?,
        state: SubmissionState::parse(&state)
            .map_err(|error| StoreError::inconsistent("submissions", "state", &id, error))?,
        revision: row.try_get_by("revision")?,
        record: serde_json::from_str(&content)
            .map_err(|error| StoreError::inconsistent("submissions", "content", &id, error))?,
        note: row.try_get_by("note")?,
        writers: writers.split(';').filter(|one| !one.is_empty()).map(str::to_owned).collect(),
        submitted_by: row.try_get_by("submitted_by")?,
        published_version: row.try_get_by("published_version")?,
        upload: upload.zip(line),
        created_at: instant(row.try_get_by("created_at")?),
        updated_at: instant(row.try_get_by("updated_at")?),
        id,
    })
}

impl Submission {
    /// A draft, not stored yet.
    pub fn begin(owner: &str, about_others: bool, record: Record, writer: &str, now: DateTime<Utc>) -> Self {
        let now = instant(micros(now));
        let mut begun = Self {
            id: Uuid::now_v7().to_string(),
            owner: owner.to_owned(),
            about_others,
            record_id: None,
            base_version: None,
            state: SubmissionState::Draft,
            revision: 1,
            record,
            note: None,
            writers: vec![writer.to_owned()],
            submitted_by: None,
            published_version: None,
            upload: None,
            created_at: now,
            updated_at: now,
        };
        begun.number_assessments();
        begun
    }

    /// Gives every assessment an id, so that documents and receipts can name it.
    pub fn number_assessments(&mut self) {
        for assessment in &mut self.record.assessments {
            assessment.id.get_or_insert_with(Uuid::now_v7);
        }
    }

    /// Adds an editor.
    pub fn written_by(&mut self, person: &str) {
        if !self.writers.iter().any(|one| one == person) {
            self.writers.push(person.to_owned());
        }
    }

    fn writers_column(&self) -> String {
        self.writers.iter().fold(";".to_owned(), |all, one| all + one + ";")
    }

    fn content(&self) -> String {
        serde_json::to_string(&self.record).expect("a record is JSON")
    }
}

/// Stores a new submission.
pub async fn insert(tx: &Tx, new: &Submission) -> Result<(), StoreError> {
    let mut sql = Sql::new(
        "INSERT INTO submissions (id, owner, about_others, record_id, base_version, state, revision, title, content, \
         note, writers, upload, row_number, created_at, updated_at) VALUES ",
    );
    sql.bind_list(values![
        new.id.clone(),
        new.owner.clone(),
        new.about_others,
        new.record_id.clone(),
        new.base_version,
        new.state.as_str(),
        new.revision,
        new.record.title.clone(),
        new.content(),
        new.note.clone(),
        new.writers_column(),
        new.upload.as_ref().map(|(id, _)| id.clone()),
        new.upload.as_ref().map(|(_, line)| *line),
        micros(new.created_at),
        micros(new.updated_at)
    ]);
    sql.run(tx).await?;
    Ok(())
}

/// Stores a changed submission, raises its revision and adds the audit line. A record it became then belongs to
/// its organisation, unless it already belongs to another.
///
/// Errors: [`StoreError::Stale`] if somebody changed it since it was read.
pub async fn update(
    tx: &Tx,
    changed: &mut Submission,
    deed: &Deed<'_>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let mut statements = vec![changing(changed, now), audit::line(deed, now)];
    if let (SubmissionState::Published, Some(record)) = (changed.state, &changed.record_id)
        && (!changed.about_others || changed.base_version.is_none())
    {
        let mut sql = Sql::new("UPDATE records SET owner = coalesce(owner, ");
        sql.bind(changed.owner.clone()).push(") WHERE id = ").bind(record.clone());
        statements.push(sql);
    }
    let expected = statements.len() as u64;
    let statements = statements.iter().map(|sql| sql.statement(tx)).collect();
    // One row each; one fewer means that the revision has moved on.
    if run_all(tx, statements).await? != expected {
        return Err(StoreError::Stale);
    }
    changed.revision += 1;
    changed.updated_at = instant(micros(now));
    Ok(())
}

/// Stores a redacted submission. Errors: as for [`update`].
pub(crate) async fn replace(tx: &Tx, changed: &Submission, now: DateTime<Utc>) -> Result<(), StoreError> {
    if changing(changed, now).run(tx).await? != 1 {
        return Err(StoreError::Stale);
    }
    Ok(())
}

fn changing(changed: &Submission, now: DateTime<Utc>) -> Sql {
    let mut sql = Sql::new("UPDATE submissions SET state = ");
    sql.bind(changed.state.as_str()).push(", title = ").bind(changed.record.title.clone());
    sql.push(", content = ").bind(changed.content()).push(", note = ").bind(changed.note.clone());
    sql.push(", writers = ").bind(changed.writers_column());
    sql.push(", submitted_by = ").bind(changed.submitted_by.clone());
    sql.push(", record_id = ").bind(changed.record_id.clone());
    sql.push(", base_version = ").bind(changed.base_version);
    sql.push(", published_version = ").bind(changed.published_version);
    sql.push(", updated_at = ").bind(micros(now)).push(", revision = revision + 1 WHERE id = ");
    sql.bind(changed.id.clone()).push(" AND revision = ").bind(changed.revision);
    sql
}

/// Finds a submission.
pub async fn find(conn: &impl ConnectionTrait, id: &str) -> Result<Option<Submission>, StoreError> {
    let mut sql = Sql::new(COLUMNS);
    sql.push(" WHERE id = ").bind(id).one(conn).await?.as_ref().map(read).transpose()
}

/// Filters for submissions.
#[derive(Debug, Clone, Default)]
pub struct SubmissionQuery {
    /// Belonging to these organisations.
    pub owners: Vec<String>,
    /// Also those about other bodies, whatever their owner.
    pub about_others: bool,
    /// In these states; empty for all.
    pub states: Vec<SubmissionState>,
    /// From this uploaded file.
    pub upload: Option<String>,
    /// For this record.
    pub record_id: Option<String>,
}

impl SubmissionQuery {
    fn filter(&self, sql: &mut Sql) {
        sql.push(" WHERE (about_others = ").bind(true).push(" AND ").bind(self.about_others);
        if !self.owners.is_empty() {
            sql.push(" OR owner IN ").bind_list(self.owners.iter().cloned());
        }
        sql.push(")");
        if !self.states.is_empty() {
            sql.push(" AND state IN ").bind_list(self.states.iter().map(|state| state.as_str()));
        }
        if let Some(upload) = &self.upload {
            sql.push(" AND upload = ").bind(upload.clone());
        }
        if let Some(record) = &self.record_id {
            sql.push(" AND record_id = ").bind(record.clone());
        }
    }
}

/// Submissions with their row numbers, latest first, and the total.
pub async fn list(
    conn: &impl ConnectionTrait,
    query: &SubmissionQuery,
    before: Option<i64>,
    limit: u64,
) -> Result<(Vec<(i64, Submission)>, u64), StoreError> {
    let mut count = Sql::new("SELECT count(*) FROM submissions");
    query.filter(&mut count);
    let total = count.number(conn).await?.unsigned_abs();
    let mut sql = Sql::new(&COLUMNS.replace(" FROM", ", seq FROM"));
    query.filter(&mut sql);
    sql.push(" AND seq < ").bind(before.unwrap_or(i64::MAX));
    sql.push(" ORDER BY seq DESC LIMIT ").bind(limit.cast_signed());
    let rows = sql.all(conn).await?;
    let items = rows.iter().map(|row| Ok((row.try_get_by("seq")?, read(row)?)));
    Ok((items.collect::<Result<_, StoreError>>()?, total))
}

/// The name of an action in the audit trail.
pub fn deed(action: Action) -> String {
    format!("submission.{}", action.as_str())
}
