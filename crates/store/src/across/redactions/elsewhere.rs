//! Where else redacted words stand: in what people wrote about a record, in the audit trail, in the names and
//! texts of documents. Both people see the list before the second decides.

use std::collections::BTreeSet;

use domain::Record;
use domain::redaction::{MARK, Redaction, file_name_says, scrub};
use sea_orm::ConnectionTrait;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::places::known;
use crate::ground::objects::Objects;
use crate::ground::sql::Sql;
use crate::people::documents::{self, Document};
use crate::{Db, Reads, StoreError, Tx};

/// The most text of documents that is searched at once, in bytes.
const SEARCHED_MAX: usize = 64 << 20;
/// The most places named of each kind that stays.
const NAMED_MAX: i64 = 100;

/// What kind of text has the words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MentionKind {
    /// The note of a version; its number.
    Note,
    /// The reason of a withdrawal; the record's id.
    Withdrawal,
    /// The reason of an earlier redaction; its id.
    Redaction,
    /// A correction or annotation, its decision or its reply; its id.
    Remark,
    /// A draft or published submission; its id.
    Submission,
    /// The report on an uploaded table; its id.
    Upload,
    /// The evidence or judgement of a link; its id.
    Link,
    /// A reply to a gap; the gap's id.
    Gap,
    /// A regulator's receipt; its id.
    Receipt,
    /// A line of the audit trail, such as the reason of a review; what it is about, as `submission/ID`.
    Audit,
    /// The name of a document's file; the document's SHA-256.
    FileName,
    /// A document whose text has the words; its SHA-256.
    Document,
    /// A document that could not be searched, because it is no plain text; its SHA-256.
    DocumentUnread,
    /// A record: another of the same body, which needs a redaction of its own, or this one, where the words are
    /// in a name of a body or product; its id.
    Record,
}

impl MentionKind {
    /// The word for it in answers.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Withdrawal => "withdrawal",
            Self::Redaction => "redaction",
            Self::Remark => "remark",
            Self::Submission => "submission",
            Self::Upload => "upload",
            Self::Link => "link",
            Self::Gap => "gap",
            Self::Receipt => "receipt",
            Self::Audit => "audit",
            Self::FileName => "file-name",
            Self::Document => "document",
            Self::DocumentUnread => "document-unread",
            Self::Record => "record",
        }
    }
}

/// A place outside the record's versions that has the words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mention {
    /// What kind of text it is.
    pub kind: MentionKind,
    /// Which one.
    pub id: String,
    /// Whether this redaction takes the words out of it.
    pub goes: bool,
    /// Whether only the record's own body may know of it.
    pub private: bool,
}

/// A document that a record names, as the register keeps it for the record's body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// The document.
    pub document: Document,
    /// Whether no published version shows it.
    pub private: bool,
    /// Its text; `None` if it is no plain text, or too long to search.
    pub text: Option<String>,
}

/// Which words to look for, and what would go.
#[derive(Debug)]
pub(crate) struct Search<'a> {
    /// The record's id.
    pub(crate) record_id: &'a str,
    /// Id of the organisation that owns it.
    pub(crate) owner: Option<&'a str>,
    /// The redaction.
    pub(crate) redaction: &'a Redaction,
    /// Its words.
    pub(crate) texts: &'a [String],
    /// Whether they go from what is public: not if only sealed texts have them.
    pub(crate) public_goes: bool,
    /// SHA-256 of the documents that go.
    pub(crate) documents: &'a [String],
}

/// Texts about a record: the kind, whether they are private, their columns, and the statement that reads their
/// ids and them. `@` stands for the record's id.
const ABOUT: &[(MentionKind, bool, &[&str], &str)] = &[
    (
        MentionKind::Note,
        false,
        &["note"],
        "SELECT CAST(v.number AS TEXT) AS id, v.note AS note FROM record_versions v \
         JOIN records r ON r.seq = v.record_seq WHERE r.id = @ ORDER BY v.number",
    ),
    (
        MentionKind::Withdrawal,
        false,
        &["withdrawn_reason"],
        "SELECT id, withdrawn_reason FROM records WHERE id = @",
    ),
    (
        MentionKind::Redaction,
        false,
        &["reason", "outcome"],
        "SELECT id, reason, outcome FROM redactions WHERE record_id = @ AND state <> 'in_hand' ORDER BY seq",
    ),
    (
        MentionKind::Remark,
        false,
        &["text", "evidence", "outcome", "reply"],
        "SELECT id, text, evidence, outcome, reply FROM remarks WHERE record_id = @ ORDER BY seq",
    ),
    (
        MentionKind::Submission,
        true,
        &["content", "note"],
        "SELECT id, content, note FROM submissions WHERE record_id = @ ORDER BY seq",
    ),
    (
        MentionKind::Upload,
        true,
        &["report"],
        "SELECT id, report FROM uploads WHERE id IN (SELECT upload FROM submissions WHERE record_id = @) ORDER BY at",
    ),
    (
        MentionKind::Link,
        false,
        &["evidence", "reason"],
        "SELECT id, evidence, reason FROM links WHERE target_kind = 'record' AND target = @ ORDER BY seq",
    ),
    (
        MentionKind::Gap,
        false,
        &["statement"],
        "SELECT g.id AS id, p.statement AS statement FROM gap_replies p JOIN gaps g ON g.seq = p.gap_seq \
         WHERE p.record_id = @ OR g.record_id = @ ORDER BY p.seq",
    ),
    (
        MentionKind::Receipt,
        true,
        &["note"],
        "SELECT id, note FROM receipts WHERE assessment IN \
         (SELECT a.id FROM assessments a JOIN records r ON r.seq = a.record_seq WHERE r.id = @) ORDER BY at",
    ),
];

/// What the published versions of a record say.
const VERSIONS: &str = "SELECT v.content AS content FROM record_versions v JOIN records r ON r.seq = v.record_seq \
    WHERE r.id = @";

/// Lines of the audit trail about a record and what belongs to it.
const LINES: &str = "SELECT seq, reason, detail, object_kind, object_id FROM audit_entries WHERE \
    (object_kind = 'record' AND object_id = @) \
    OR (object_kind = 'submission' AND object_id IN (SELECT id FROM submissions WHERE record_id = @)) \
    OR (object_kind = 'import' AND object_id IN (SELECT upload FROM submissions WHERE record_id = @)) \
    OR (object_kind = 'remark' AND object_id IN (SELECT id FROM remarks WHERE record_id = @)) \
    OR (object_kind = 'assessment' AND object_id IN \
        (SELECT a.id FROM assessments a JOIN records r ON r.seq = a.record_seq WHERE r.id = @)) \
    OR (object_kind = 'link' AND object_id IN \
        (SELECT id FROM links WHERE target_kind = 'record' AND target = @)) \
    OR (object_kind = 'gap' AND object_id IN (SELECT id FROM gaps WHERE record_id = @ \
        UNION SELECT g.id FROM gaps g JOIN gap_replies p ON p.gap_seq = g.seq WHERE p.record_id = @))";

/// A statement with the record's id in place of each `@`.
fn about(text: &str, record_id: &str) -> Sql {
    let mut pieces = text.split('@');
    let mut sql = Sql::new(pieces.next().unwrap_or_default());
    for piece in pieces {
        sql.bind(record_id).push(piece);
    }
    sql
}

/// Whether a stored text has one of the words, also as JSON writes them.
fn has(text: &str, words: &[String]) -> bool {
    words.iter().any(|one| text.contains(one.as_str()) || text.contains(&in_json(one)))
}

/// Whether a stored record has the words even after the redaction: in the name of a body or product, say.
fn stays(content: &str, search: &Search<'_>, id: &str) -> Result<bool, StoreError> {
    let known: Record = serde_json::from_str(content)
        .map_err(|error| StoreError::inconsistent("records", "content", id, error))?;
    let left = search.redaction.of(&known).map(|redacted| redacted.record).unwrap_or(known);
    Ok(has(&serde_json::to_string(&left).expect("a record is JSON"), search.texts))
}

/// Words as they stand in a JSON text, without the quotes around them.
fn in_json(words: &str) -> String {
    let json = Value::from(words).to_string();
    json[1..json.len() - 1].to_owned()
}

/// The documents that any version or draft of a record names and its body uploaded.
pub(crate) async fn named(
    conn: &impl ConnectionTrait,
    record_id: &str,
    owner: Option<&str>,
) -> Result<Vec<Named>, StoreError> {
    let (Some(known), Some(owner)) = (known(conn, record_id).await?, owner) else { return Ok(Vec::new()) };
    let hashes = async |text: &str| -> Result<BTreeSet<String>, StoreError> {
        let mut found = BTreeSet::new();
        for row in about(text, record_id).all(conn).await? {
            let content: String = row.try_get_by("content")?;
            let content: Value = serde_json::from_str(&content)
                .map_err(|error| StoreError::inconsistent("records", "content", &known.id, error))?;
            let assessments = content["assessments"].as_array().into_iter().flatten();
            found.extend(assessments.filter_map(|one| Some(one["document"]["sha256"].as_str()?.to_owned())));
        }
        Ok(found)
    };
    let public = hashes(VERSIONS).await?;
    let mut all = public.clone();
    all.extend(
        hashes(
            "SELECT s.content AS content FROM sealed_contents s JOIN records r ON r.seq = s.record_seq WHERE r.id = @ \
             UNION ALL SELECT content AS content FROM submissions WHERE record_id = @",
        )
        .await?,
    );
    let mut named = Vec::new();
    for sha256 in all {
        if let Some(document) = documents::find(conn, &sha256, owner).await? {
            named.push(Named { private: !public.contains(&sha256), document, text: None });
        }
    }
    Ok(named)
}

/// The documents that a record names and its body uploaded, with their texts as far as they are plain.
pub async fn named_documents(
    db: &Db,
    objects: &Objects,
    record_id: &str,
    owner: Option<&str>,
) -> Result<Vec<Named>, StoreError> {
    let mut named = named(db, record_id, owner).await?;
    let mut room = SEARCHED_MAX;
    for one in &mut named {
        let bytes = usize::try_from(one.document.bytes).unwrap_or(usize::MAX);
        if !one.document.media_type.starts_with("text/") || bytes > room {
            continue;
        }
        room -= bytes;
        let file = match objects.get(&one.document.sha256).await {
            Ok(file) => file,
            // A damaged file has no text to search, and is named so.
            Err(StoreError::Inconsistent { .. }) => None,
            Err(error) => return Err(error),
        };
        one.text = file.and_then(|file| String::from_utf8(file.into()).ok());
    }
    Ok(named)
}

/// Where else the words stand, in the order of [`MentionKind`].
pub(crate) async fn mentions(
    conn: &impl Reads,
    search: &Search<'_>,
    named: &[Named],
) -> Result<Vec<Mention>, StoreError> {
    let mut found = Vec::new();
    let mention = |kind, id: &str, goes, private| Mention { kind, id: id.to_owned(), goes, private };
    for (kind, private, columns, text) in ABOUT {
        for row in about(text, search.record_id).all(conn).await? {
            let id: String = row.try_get_by("id")?;
            for column in *columns {
                let text: Option<String> = row.try_get_by(*column)?;
                if let Some(text) = text.filter(|text| has(text, search.texts)) {
                    let mut goes = *private || search.public_goes;
                    if *kind == MentionKind::Submission && *column == "content" {
                        goes = !stays(&text, search, &id)?;
                    }
                    let one = mention(*kind, &id, goes, *private);
                    // A gap may have several replies.
                    if found.last() != Some(&one) {
                        found.push(one);
                    }
                    break;
                }
            }
        }
    }
    let lines = lines(conn, search, named).await?;
    let mut of_trail: Vec<Mention> =
        lines.iter().map(|line| mention(MentionKind::Audit, &line.about, true, false)).collect();
    of_trail.extend(other_lines(conn, search, &lines).await?);
    of_trail.sort_by(|one, other| one.id.cmp(&other.id));
    of_trail.dedup();
    found.extend(of_trail);
    for one in named {
        let (document, private) = (&one.document, one.private);
        let goes = private || search.public_goes;
        if file_name_says(&document.file_name, search.texts) {
            found.push(mention(MentionKind::FileName, &document.sha256, goes, private));
        }
        let whole = search.documents.contains(&document.sha256);
        match &one.text {
            Some(text) if has(text, search.texts) || whole => {
                found.push(mention(MentionKind::Document, &document.sha256, whole, private));
            }
            Some(_) => {}
            None => found.push(mention(MentionKind::DocumentUnread, &document.sha256, whole, private)),
        }
    }
    for row in about(VERSIONS, search.record_id).all(conn).await? {
        let content: String = row.try_get_by("content")?;
        if has(&content, search.texts) && stays(&content, search, search.record_id)? {
            found.push(mention(MentionKind::Record, search.record_id, false, false));
            break;
        }
    }
    found.extend(other_records(conn, search).await?);
    Ok(found)
}

/// A line of the audit trail that has the words.
pub(super) struct Line {
    pub(super) seq: i64,
    /// Kind and id of what it is about.
    pub(super) about: String,
    pub(super) reason: Option<String>,
    pub(super) detail: Option<String>,
}

/// Lines of the audit trail about the record and what belongs to it that have the words, with these taken out.
pub(super) async fn lines(
    conn: &impl ConnectionTrait,
    search: &Search<'_>,
    named: &[Named],
) -> Result<Vec<Line>, StoreError> {
    let mut sql = about(LINES, search.record_id);
    if let (Some(owner), false) = (search.owner, named.is_empty()) {
        sql.push(" OR (object_kind = 'document' AND owner = ").bind(owner).push(" AND object_id IN ");
        sql.bind_list(named.iter().map(|one| one.document.sha256.clone())).push(")");
    }
    let mut found = Vec::new();
    for row in sql.push(" ORDER BY seq").all(conn).await? {
        let (reason, detail): (Option<String>, Option<String>) =
            (row.try_get_by("reason")?, row.try_get_by("detail")?);
        let (kind, id): (String, String) = (row.try_get_by("object_kind")?, row.try_get_by("object_id")?);
        let says = |text: &Option<String>| text.as_ref().is_some_and(|text| has(text, search.texts));
        // What a line about a document says in detail is its file name.
        let names =
            kind == "document" && detail.as_ref().is_some_and(|detail| file_name_says(detail, search.texts));
        if !says(&reason) && !says(&detail) && !names {
            continue;
        }
        let without = |text: String| scrub(&text, search.texts);
        found.push(Line {
            seq: row.try_get_by("seq")?,
            about: format!("{kind}/{id}"),
            reason: reason.map(without),
            detail: match detail {
                Some(detail) if names => Some(file_name_without(&detail)),
                detail => detail.map(without),
            },
        });
    }
    Ok(found)
}

/// A file's name once the words in it are gone: the ending is all that is left.
pub(super) fn file_name_without(name: &str) -> String {
    match name.rsplit_once('.') {
        Some((_, ending)) if ending.len() <= 4 && ending.bytes().all(|byte| byte.is_ascii_alphanumeric()) => {
            format!("{MARK}.{ending}")
        }
        _ => MARK.to_owned(),
    }
}

/// Other lines of the same body that have the words: they are about something else, so they stay.
async fn other_lines(
    conn: &impl ConnectionTrait,
    search: &Search<'_>,
    known: &[Line],
) -> Result<Vec<Mention>, StoreError> {
    let Some(owner) = search.owner.filter(|_| !search.texts.is_empty()) else { return Ok(Vec::new()) };
    let mut sql =
        Sql::new("SELECT seq, reason, detail, object_kind, object_id FROM audit_entries WHERE owner = ");
    sql.bind(owner).push(" AND (");
    for (place, words) in search.texts.iter().enumerate() {
        sql.push(if place == 0 { "" } else { " OR " });
        sql.push("reason LIKE ").bind(like(words)).push(" ESCAPE '\\' OR detail LIKE ");
        sql.bind(like(words)).push(" ESCAPE '\\'");
    }
    sql.push(") ORDER BY seq DESC LIMIT ").bind(NAMED_MAX);
    let mut found = Vec::new();
    for row in sql.all(conn).await? {
        let seq: i64 = row.try_get_by("seq")?;
        let texts: [Option<String>; 2] = [row.try_get_by("reason")?, row.try_get_by("detail")?];
        // SQLite's LIKE does not tell capitals from small letters.
        let says = texts.iter().flatten().any(|text| has(text, search.texts));
        if says && !known.iter().any(|line| line.seq == seq) {
            let (kind, id): (String, String) = (row.try_get_by("object_kind")?, row.try_get_by("object_id")?);
            let id = format!("{kind}/{id}");
            found.push(Mention { kind: MentionKind::Audit, id, goes: false, private: false });
        }
    }
    Ok(found)
}

/// Other records of the same body whose current version has the words.
async fn other_records(conn: &impl ConnectionTrait, search: &Search<'_>) -> Result<Vec<Mention>, StoreError> {
    let Some(owner) = search.owner.filter(|_| !search.texts.is_empty()) else { return Ok(Vec::new()) };
    let mut sql = Sql::new(
        "SELECT r.id AS id, v.content AS content FROM records r JOIN record_versions v ON v.record_seq = r.seq \
         AND v.number = r.version WHERE r.owner = ",
    );
    sql.bind(owner).push(" AND r.id <> ").bind(search.record_id).push(" AND (");
    for (place, words) in search.texts.iter().enumerate() {
        sql.push(if place == 0 { "" } else { " OR " });
        sql.push("v.content LIKE ").bind(like(&in_json(words))).push(" ESCAPE '\\'");
    }
    sql.push(") ORDER BY r.seq LIMIT ").bind(NAMED_MAX);
    let mut found = Vec::new();
    for row in sql.all(conn).await? {
        let (id, content): (String, String) = (row.try_get_by("id")?, row.try_get_by("content")?);
        if has(&content, search.texts) {
            found.push(Mention { kind: MentionKind::Record, id, goes: false, private: false });
        }
    }
    Ok(found)
}

/// A pattern for all texts that have the words, with `\` as the escape.
fn like(words: &str) -> String {
    format!("%{}%", words.replace('\\', r"\\").replace('%', r"\%").replace('_', r"\_"))
}

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
