//! Compares the database with the log.

use std::collections::HashMap;

use transparency::{Commitments, Entry, Left, Node, prove};

use super::said::{said_by, statement};
use crate::ground::sql::Sql;
use crate::log::history::{self, Event, Kind};
use crate::{Db, StoreError};

/// Entries compared at once.
const AT_ONCE: i64 = 200;

/// Something in the database that contradicts the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mismatch {
    /// The table.
    pub table: &'static str,
    /// The row, by the key people know it by.
    pub row: String,
    /// What is wrong.
    pub reason: String,
}

/// Result of a comparison.
#[derive(Debug, Default)]
pub struct Compared {
    /// How many entries there are.
    pub entries: u64,
    /// How many of them are signed.
    pub signed: u64,
    /// Every contradiction.
    pub mismatches: Vec<Mismatch>,
}

impl Compared {
    fn add(&mut self, table: &'static str, row: impl ToString, reason: impl Into<String>) {
        self.mismatches.push(Mismatch { table, row: row.to_string(), reason: reason.into() });
    }
}

/// Compares all entries with the signed hashes, and with events, versions and records.
pub async fn compare(db: &Db, signed: &[Node]) -> Result<Compared, StoreError> {
    let mut compared = Compared { signed: signed.len() as u64, ..Compared::default() };
    let (mut next, mut from, mut last_change) = (0, i64::MIN, i64::MIN);
    // Hashes of what redactions left, by change; the last one counts.
    let left = left(db).await?;
    loop {
        let mut sql =
            Sql::new("SELECT sequence, change, entry, commitments FROM log_entries WHERE sequence >= ");
        sql.bind(from).push(" ORDER BY sequence LIMIT ").bind(AT_ONCE);
        let rows = sql.all(&db.read).await?;
        let mut found: Vec<(i64, i64, String, String)> = Vec::with_capacity(rows.len());
        for row in &rows {
            found.push((
                row.try_get_by("sequence")?,
                row.try_get_by("change")?,
                row.try_get_by("entry")?,
                row.try_get_by("commitments")?,
            ));
        }
        let changes: Vec<i64> = found.iter().map(|(_, change, ..)| *change).collect();
        let (events, unreadable) = events(db, &changes).await?;
        for (sequence, change, text, commitments) in &found {
            from = sequence + 1;
            compared.entries += 1;
            if *sequence < 0 {
                compared.add("log_entries", sequence, "the log begins with 0");
                continue;
            }
            for gap in next..*sequence {
                compared.add("log_entries", gap, "it is missing");
            }
            next = from;
            if *change <= last_change {
                let reason = format!(
                    "it is of change {change}, the one before of {last_change}: their order was changed"
                );
                compared.add("log_entries", sequence, reason);
            }
            last_change = *change;
            let is_signed = usize::try_from(*sequence).ok().and_then(|place| signed.get(place));
            if is_signed.is_some_and(|signed| Node::of(text.as_bytes()) != *signed) {
                compared.add("log_entries", sequence, "its entry is not the one that is signed");
                continue;
            }
            let entry = match Entry::read(text.as_bytes()) {
                Ok(entry) => entry,
                Err(error) => {
                    compared.add("log_entries", sequence, error.to_string());
                    continue;
                }
            };
            if entry.sequence.cast_signed() != *sequence {
                let reason = format!("its entry says that it is entry {}", entry.sequence);
                compared.add("log_entries", sequence, reason);
            }
            match (events.get(change), unreadable.get(change)) {
                (Some(event), _) => {
                    agree(&entry, event, commitments, left.of(*change), &mut compared);
                }
                (None, Some(reason)) => compared.add("events", change, reason),
                (None, None) => {
                    let reason = format!(
                        "entry {sequence} says that {} version {} was {}, and its event, record or version is missing",
                        entry.record_id,
                        entry.version,
                        entry.kind.as_str()
                    );
                    compared.add("events", change, reason);
                }
            }
        }
        if (found.len() as i64) < AT_ONCE {
            break;
        }
    }
    for gap in next..signed.len() as i64 {
        compared.add("log_entries", gap, "it is missing, and was signed");
    }
    beside(db, &mut compared).await?;
    Ok(compared)
}

/// The events of some changes, and why others are unreadable.
async fn events(db: &Db, changes: &[i64]) -> Result<(HashMap<i64, Event>, HashMap<i64, String>), StoreError> {
    let by_change = |events: Vec<Event>| events.into_iter().map(|event| (event.change, event)).collect();
    match history::of(db, changes).await {
        Ok(events) => Ok((by_change(events), HashMap::new())),
        // One is damaged: read each on its own, to name it and still check the others.
        Err(StoreError::Inconsistent { .. }) => {
            let (mut good, mut bad) = (Vec::new(), HashMap::new());
            for change in changes {
                match history::of(db, &[*change]).await {
                    Ok(events) => good.extend(events),
                    Err(error @ StoreError::Inconsistent { .. }) => {
                        bad.insert(*change, error.to_string());
                    }
                    Err(error) => return Err(error),
                }
            }
            Ok((by_change(good), bad))
        }
        Err(error) => Err(error),
    }
}

/// Compares an event and its version with an entry.
fn agree(entry: &Entry, event: &Event, commitments: &str, left: Option<&str>, compared: &mut Compared) {
    let version = format!("{} version {}", event.record_id, event.version);
    let change = event.change;
    if event.kind.as_str() != entry.kind.as_str() {
        let reason = format!("it says {}, the log {}", event.kind.as_str(), entry.kind.as_str());
        compared.add("events", change, reason);
        return;
    }
    if (event.record_id.as_str(), event.version) != (entry.record_id.as_str(), entry.version) {
        let reason =
            format!("it is of {version}, the log says {} version {}", entry.record_id, entry.version);
        compared.add("events", change, reason);
        return;
    }
    // Writes the event's times the way entries do, to compare texts.
    let again = Entry::new(entry.sequence, event.at, entry.kind, (&event.record_id, event.version), "");
    if again.at != entry.at {
        compared.add("events", change, format!("its time is {}, the log says {}", again.at, entry.at));
    }
    if event.content_sha256 != entry.content_sha256 {
        compared.add("record_versions", &version, "its content_sha256 is not the one in the log");
    }
    let commitments: Commitments = match serde_json::from_str(commitments) {
        Ok(commitments) => commitments,
        Err(error) => {
            compared.add("log_entries", entry.sequence, format!("its commitments are damaged: {error}"));
            return;
        }
    };
    let proved = |said, wanted| {
        prove(&said, &commitments, wanted, left)
            .map_err(|error| format!("{error} (or its commitments in log_entries were changed)"))
    };
    if let Some(said) = statement(event) {
        let (table, row) = match event.kind {
            Kind::Withdrawn => ("records", event.record_id.clone()),
            _ => ("redactions", format!("of change {change}")),
        };
        if let Err(reason) = proved(said, entry.statement_sha256.as_deref().unwrap_or_default()) {
            compared.add(table, row, reason);
        }
        return;
    }
    let again = again.published_at(event.published_at).published_at;
    if again != entry.published_at {
        let reason = format!(
            "it was published {}, the log says {}",
            again.unwrap_or_default(),
            entry.published_at.as_deref().unwrap_or_default()
        );
        compared.add("record_versions", &version, reason);
    }
    let said = said_by(event).map_err(|error| error.to_string());
    if let Err(reason) = said.and_then(|said| proved(said, &entry.content_sha256)) {
        compared.add("record_versions", &version, reason);
    }
}

/// Hashes of what redactions left. A damaged one is reported with its entry.
async fn left(db: &Db) -> Result<Left, StoreError> {
    let redacted =
        Sql::new("SELECT change FROM events WHERE kind = 'redacted' ORDER BY change").all(&db.read).await?;
    let changes: Vec<i64> = redacted.iter().map(|row| row.try_get_by("change")).collect::<Result<_, _>>()?;
    let mut left = Left::default();
    for changes in changes.chunks(AT_ONCE as usize) {
        let (events, _) = events(db, changes).await?;
        for event in changes.iter().filter_map(|change| events.get(change)) {
            left.take(&statement(event).unwrap_or_default());
        }
    }
    Ok(left)
}

/// What the entries alone cannot show: events without an entry, versions without an event, records that
/// contradict their last event.
async fn beside(db: &Db, compared: &mut Compared) -> Result<(), StoreError> {
    let sql = "SELECT e.change FROM events e LEFT JOIN log_entries l ON l.change = e.change WHERE l.change IS NULL \
        ORDER BY e.change";
    for row in Sql::new(sql).all(&db.read).await? {
        compared.add("events", row.try_get_by::<i64, _>("change")?, "the log has no entry of it");
    }
    let sql = "SELECT r.id, v.number FROM record_versions v JOIN records r ON r.seq = v.record_seq \
        LEFT JOIN events e ON e.change = v.change AND e.record_seq = v.record_seq AND e.version = v.number \
            AND e.kind = 'published' \
        WHERE e.change IS NULL ORDER BY r.id, v.number";
    for row in Sql::new(sql).all(&db.read).await? {
        let (id, number): (String, i64) = (row.try_get_by("id")?, row.try_get_by("number")?);
        compared.add("record_versions", format!("{id} version {number}"), "no event published it");
    }
    let sql = "SELECT r.id, r.version, r.state, max(CASE WHEN e.kind = 'published' THEN e.version ELSE 0 END), \
            sum(CASE WHEN e.kind = 'withdrawn' THEN 1 ELSE 0 END) \
        FROM records r LEFT JOIN events e ON e.record_seq = r.seq GROUP BY r.seq, r.id, r.version, r.state \
        HAVING r.version <> max(CASE WHEN e.kind = 'published' THEN e.version ELSE 0 END) \
            OR max(CASE WHEN e.kind = 'published' THEN e.version ELSE 0 END) = 0 \
            OR (r.state = 'withdrawn') <> (sum(CASE WHEN e.kind = 'withdrawn' THEN 1 ELSE 0 END) > 0) \
        ORDER BY r.id";
    for row in Sql::new(sql).all(&db.read).await? {
        let (id, version, state): (String, i64, String) =
            (row.try_get_by("id")?, row.try_get_by("version")?, row.try_get_by("state")?);
        let reason = format!("it stands at version {version} and is {state}, its events say otherwise");
        compared.add("records", id, reason);
    }
    let sql = "SELECT r.id FROM records r JOIN record_versions v ON v.record_seq = r.seq AND v.number = r.version \
        JOIN record_versions f ON f.record_seq = r.seq AND f.number = 1 \
        WHERE r.first_published_at <> f.published_at OR r.updated_at <> v.published_at ORDER BY r.id";
    for row in Sql::new(sql).all(&db.read).await? {
        let id: String = row.try_get_by("id")?;
        compared.add(
            "records",
            id,
            "the times of its first and current version are not those of its versions",
        );
    }
    let sql = "SELECT x.id FROM redactions x LEFT JOIN events e ON e.redaction = x.id AND e.kind = 'redacted' \
        WHERE x.state = 'done' AND x.places <> '[]' AND e.change IS NULL ORDER BY x.id";
    for row in Sql::new(sql).all(&db.read).await? {
        compared.add("redactions", row.try_get_by::<String, _>("id")?, "no event carried it out");
    }
    Ok(())
}
