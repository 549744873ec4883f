//! Where else redacted words stand: in what people wrote about a record, in the audit trail, in the names and
//! texts of documents. Both people see the list before the second decides.

use std::collections::BTreeSet;

use domain::Record;
use domain::redaction::file_name_says;
use sea_orm::ConnectionTrait;
use serde_json::Value;

use super::mention::{Mention, MentionKind, NAMED_MAX, Named, Search, about, has, in_json, like};
use super::places::known;
use super::trail::{lines, other_lines};
use crate::ground::objects::Objects;
use crate::ground::sql::Sql;
use crate::people::documents;
use crate::{Db, Reads, StoreError};

/// The most text of documents that is searched at once, in bytes.
const SEARCHED_MAX: usize = 64 << 20;

/// Texts about a record: the kind, whether they are private, their columns, and the statement that reads their
/// ids and them. `@` stands for the record's id.
pub(super) const ABOUT: &[(MentionKind, bool, &[&str], &str)] = &[
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

/// Whether a stored record has the words even after the redaction: in the name of a body or product, say.
fn stays(content: &str, search: &Search<'_>, id: &str) -> Result<bool, StoreError> {
    let known: Record = serde_json::from_str(content)
        .map_err(|error| StoreError::inconsistent("records", "content", id, error))?;
    let left = search.redaction.of(&known).map(|redacted| redacted.record).unwrap_or(known);
    Ok(has(&serde_json::to_string(&left).expect("a record is JSON"), search.texts))
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
