//! Lines of the audit trail that have redacted words.

use domain::redaction::{MARK, file_name_says, scrub};
use sea_orm::ConnectionTrait;

use super::mention::{Mention, MentionKind, NAMED_MAX, Named, Search, about, has, like};
use crate::StoreError;
use crate::ground::sql::Sql;

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
pub(super) async fn other_lines(
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
