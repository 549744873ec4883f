//! Every kind of tampering is found: in database rows, in files of the log, and in dumps.

use domain::Record;
use store::log::still::Signing;
use suite::{TestApp, now, record, unguard};
use transparency::{Held, LogError, Node, check};

use crate::log::{busy, entries, mismatches, sign};

#[tokio::test]
async fn what_is_rewritten_in_the_database_is_named() {
    let (app, ids) = busy().await;
    let signed: Vec<Node> = entries(&app).await.iter().map(|(bytes, _)| Node::of(bytes)).collect();
    assert_eq!(mismatches(&app, &signed).await, []);
    unguard(&app.db).await;
    let first = ids[0].as_str();
    let seq = format!("(SELECT seq FROM records WHERE id = '{first}')");
    // SQL that tampers, the table and row that must be named, and SQL that undoes it.
    let done: Vec<(String, &str, String, String)> = vec![
        (
            format!("UPDATE record_versions SET content = replace(content, 'Camera', 'Gamera') WHERE record_seq = {seq} AND number = 1"),
            "record_versions",
            format!("{first} version 1"),
            format!("UPDATE record_versions SET content = replace(content, 'Gamera', 'Camera') WHERE record_seq = {seq} AND number = 1"),
        ),
        (
            format!("UPDATE record_versions SET note = 'Put right' WHERE record_seq = {seq} AND number = 2"),
            "record_versions",
            format!("{first} version 2"),
            format!("UPDATE record_versions SET note = NULL WHERE record_seq = {seq} AND number = 2"),
        ),
        (
            format!("UPDATE record_versions SET published_at = published_at - 1 WHERE record_seq = {seq} AND number = 1"),
            "record_versions",
            format!("{first} version 1"),
            format!("UPDATE record_versions SET published_at = published_at + 1 WHERE record_seq = {seq} AND number = 1"),
        ),
        (
            format!("UPDATE records SET withdrawn_reason = 'It was banned' WHERE id = '{}'", ids[2]),
            "records",
            ids[2].clone(),
            format!("UPDATE records SET withdrawn_reason = 'It was never used' WHERE id = '{}'", ids[2]),
        ),
        (
            format!("UPDATE records SET state = 'published' WHERE id = '{}'", ids[2]),
            "records",
            ids[2].clone(),
            format!("UPDATE records SET state = 'withdrawn' WHERE id = '{}'", ids[2]),
        ),
        (
            format!("UPDATE records SET version = 1 WHERE id = '{first}'"),
            "records",
            first.to_owned(),
            format!("UPDATE records SET version = 2 WHERE id = '{first}'"),
        ),
        (
            "UPDATE events SET at = at + 1 WHERE change = (SELECT change FROM log_entries WHERE sequence = 1)".to_owned(),
            "events",
            "2".to_owned(),
            "UPDATE events SET at = at - 1 WHERE change = (SELECT change FROM log_entries WHERE sequence = 1)".to_owned(),
        ),
        (
            "UPDATE log_entries SET entry = replace(entry, 'published', 'withdrawn') WHERE sequence = 1".to_owned(),
            "log_entries",
            "1".to_owned(),
            "UPDATE log_entries SET entry = replace(entry, 'withdrawn', 'published') WHERE sequence = 1".to_owned(),
        ),
        (
            "UPDATE log_entries SET sequence = 50 WHERE sequence = 4".to_owned(),
            "log_entries",
            "4".to_owned(),
            "UPDATE log_entries SET sequence = 4 WHERE sequence = 50".to_owned(),
        ),
        (
            format!("UPDATE records SET withdrawn_at = withdrawn_at - 1000000 WHERE id = '{}'", ids[2]),
            "records",
            ids[2].clone(),
            format!("UPDATE records SET withdrawn_at = withdrawn_at + 1000000 WHERE id = '{}'", ids[2]),
        ),
        (
            format!("UPDATE records SET first_published_at = first_published_at - 1 WHERE id = '{first}'"),
            "records",
            first.to_owned(),
            format!("UPDATE records SET first_published_at = first_published_at + 1 WHERE id = '{first}'"),
        ),
        (
            format!(
                "INSERT INTO redactions (id, record_id, ground, reason, state, asked_by, asked_at, places) VALUES \
                 ('x', '{first}', 'foia_40', 'Court order', 'done', 'x', 0, '[1]')"
            ),
            "redactions",
            "x".to_owned(),
            "DELETE FROM redactions WHERE id = 'x'".to_owned(),
        ),
        // Two entries swapped.
        (
            "UPDATE log_entries SET change = -1 WHERE sequence = 0; UPDATE log_entries SET change = 1 WHERE sequence = 1; \
             UPDATE log_entries SET change = 2 WHERE sequence = 0"
                .to_owned(),
            "events",
            "2".to_owned(),
            "UPDATE log_entries SET change = -1 WHERE sequence = 0; UPDATE log_entries SET change = 2 WHERE sequence = 1; \
             UPDATE log_entries SET change = 1 WHERE sequence = 0"
                .to_owned(),
        ),
        // A version that nothing published.
        (
            format!(
                "INSERT INTO record_versions (record_seq, number, change, published_at, content, content_sha256) \
                 SELECT record_seq, 9, 900, published_at, content, content_sha256 FROM record_versions \
                 WHERE record_seq = {seq} AND number = 1"
            ),
            "record_versions",
            format!("{first} version 9"),
            "DELETE FROM record_versions WHERE number = 9".to_owned(),
        ),
        // An event outside the log.
        (
            format!("INSERT INTO events (change, at, kind, record_seq, version) VALUES (700, 0, 'published', {seq}, 2)"),
            "events",
            "700".to_owned(),
            "DELETE FROM events WHERE change = 700".to_owned(),
        ),
    ];
    for (statement, table, row, undo) in &done {
        store::ground::raw::execute(&app.db, statement).await.unwrap();
        let found = mismatches(&app, &signed).await;
        assert!(
            found.iter().any(|one| one.table == *table && one.row == *row),
            "{statement}: {table} {row} is not among {found:?}"
        );
        store::ground::raw::execute(&app.db, undo).await.unwrap();
        assert_eq!(mismatches(&app, &signed).await, [], "{undo}");
    }
    // A field falsely marked as removed by a redaction, with the title changed as well.
    let entry = store::log::of_change(&app.db, 1).await.unwrap().unwrap();
    let mut commitments = entry.commitments().unwrap();
    let version = app.json(&format!("/api/v1/records/{first}/versions/1")).await;
    let before = transparency::said(version["record"].as_object().unwrap().clone(), version["note"].as_str());
    let mut after = before.clone();
    after.insert("title".to_owned(), "Gamera".into());
    commitments.forget(&before, &after).unwrap();
    let forged = serde_json::to_string(&commitments).unwrap();
    for statement in [
        format!("UPDATE log_entries SET commitments = '{forged}' WHERE sequence = 0"),
        format!(
            "UPDATE record_versions SET content = replace(content, '\"title\":\"Camera\"', '\"title\":\"Gamera\"') WHERE record_seq = {seq} AND number = 1"
        ),
    ] {
        store::ground::raw::execute(&app.db, &statement).await.unwrap();
    }
    let found = mismatches(&app, &signed).await;
    assert_eq!(found[0].row, format!("{first} version 1"), "{found:?}");
    assert!(found[0].reason.contains("no redaction in the log says so"), "{found:?}");
    for statement in [
        format!("UPDATE log_entries SET commitments = '{}' WHERE sequence = 0", entry.commitments),
        format!(
            "UPDATE record_versions SET content = replace(content, 'Gamera', 'Camera') WHERE record_seq = {seq} AND number = 1"
        ),
    ] {
        store::ground::raw::execute(&app.db, &statement).await.unwrap();
    }
    // Two publications swapped everywhere.
    let swap = |from: &str, to: &str| {
        [("events", "change"), ("log_entries", "change"), ("record_versions", "change")]
            .map(|(table, column)| format!("UPDATE {table} SET {column} = {to} WHERE {column} = {from}"))
    };
    let all: Vec<String> = [swap("1", "-1"), swap("2", "1"), swap("-1", "2")].into_iter().flatten().collect();
    for statement in &all {
        store::ground::raw::execute(&app.db, statement).await.unwrap();
    }
    let found = mismatches(&app, &signed).await;
    assert!(found.iter().any(|one| one.reason.contains("their order was changed")), "{found:?}");
    for statement in &all {
        store::ground::raw::execute(&app.db, statement).await.unwrap();
    }
    assert_eq!(mismatches(&app, &signed).await, []);
    // The log starts at 0.
    let before_all = "INSERT INTO log_entries VALUES (-5, 50000, '{}', '{}')";
    assert!(store::ground::raw::execute(&app.db, before_all).await.is_err());
    // What was deleted does not come back.
    store::ground::raw::execute(
        &app.db,
        &format!("DELETE FROM record_versions WHERE record_seq = {seq} AND number = 1"),
    )
    .await
    .unwrap();
    let found = mismatches(&app, &signed).await;
    assert_eq!((found[0].table, found[0].row.as_str()), ("events", "1"), "{found:?}");
    store::ground::raw::execute(&app.db, "DELETE FROM log_entries WHERE sequence = 2").await.unwrap();
    let found = mismatches(&app, &signed).await;
    assert!(found.iter().any(|one| one.table == "log_entries" && one.row == "2"), "{found:?}");
}

/// Repeatable random numbers (xorshift) from a seed that is printed.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % end as u64).unwrap()
    }
}

/// Changes a thousand single bytes, a third of them in database rows. `REGISTER_SEED` repeats a run.
#[tokio::test]
async fn every_byte_that_is_changed_is_named() {
    let seed = std::env::var("REGISTER_SEED").ok().and_then(|text| text.parse().ok());
    let seed = seed.unwrap_or_else(|| u64::from(std::process::id()) << 20 | 0x5EED);
    println!("REGISTER_SEED={seed}");
    let mut random = Random(seed);
    let app = TestApp::new().await;
    let records: Vec<Record> = (0..300).map(|n| record(&format!("Tool {n}"), |_| {})).collect();
    let ids = app.publish(&records).await;
    for id in &ids[..3] {
        let tx = app.db.begin().await.unwrap();
        store::records::publish::withdraw(&tx, id.parse().unwrap(), "It was never used", now(), now())
            .await
            .unwrap();
        tx.commit().await.unwrap();
    }
    sign(&mut app.signer()).await;
    let signed: Vec<Node> = entries(&app).await.iter().map(|(bytes, _)| Node::of(bytes)).collect();
    let mut files = Held::default();
    let names = [
        "checkpoint",
        "tile/0/000",
        "tile/0/001.p/47",
        "tile/1/000.p/1",
        "tile/entries/000",
        "tile/entries/001.p/47",
    ];
    for name in names {
        let bytes = app.objects.bytes(&store::log::signer::name(name)).await.unwrap();
        files.0.insert(name.to_owned(), bytes.unwrap_or_else(|| panic!("{name}")).to_vec());
    }
    let keys = app.signer().public().to_vec();
    for _ in 0..700 {
        let name = names[random.below(names.len())];
        let bytes = files.0.get_mut(name).unwrap();
        let (place, bit) = (random.below(bytes.len()), 1 << random.below(8));
        bytes[place] ^= bit;
        let named: Vec<String> = match check(&files, &keys, |_, _| {}) {
            Ok(checked) => checked.faults.into_iter().map(|fault| fault.file).collect(),
            Err(LogError::Damaged { path, .. }) => vec![path],
            Err(other) => panic!("{name}, byte {place}: {other}"),
        };
        assert_eq!(named, [name], "byte {place}, bit {bit}, seed {seed}");
        files.0.get_mut(name).unwrap()[place] ^= bit;
    }
    unguard(&app.db).await;
    for _ in 0..300 {
        let sequence = random.below(303);
        let change = format!("(SELECT change FROM log_entries WHERE sequence = {sequence})");
        let (table, column, filter) = match random.below(4) {
            0 => ("record_versions", "content", format!("change = {change}")),
            1 => ("record_versions", "content_sha256", format!("change = {change}")),
            2 => ("log_entries", "entry", format!("sequence = {sequence}")),
            _ => ("log_entries", "commitments", format!("sequence = {sequence}")),
        };
        let Some(text) =
            store::ground::raw::text(&app.db, &format!("SELECT {column} FROM {table} WHERE {filter}"))
                .await
                .unwrap()
        else {
            // A withdrawal has no version of its own.
            continue;
        };
        // Change only letters and digits, so that the text stays valid.
        let places: Vec<usize> = text
            .bytes()
            .enumerate()
            .filter(|(_, byte)| byte.is_ascii_alphanumeric())
            .map(|(at, _)| at)
            .collect();
        let place = places[random.below(places.len())];
        let mut changed = text.clone().into_bytes();
        changed[place] = if changed[place] == b'7' { b'8' } else { b'7' };
        let changed = String::from_utf8(changed).unwrap();
        let put = async |text: &str| {
            let text = text.replace('\'', "''");
            let statement = format!("UPDATE {table} SET {column} = '{text}' WHERE {filter}");
            store::ground::raw::execute(&app.db, &statement).await.unwrap();
        };
        put(&changed).await;
        let found = mismatches(&app, &signed).await;
        let of = format!(
            "SELECT r.id FROM records r JOIN events e ON e.record_seq = r.seq WHERE e.change = {change}"
        );
        let id = store::ground::raw::text(&app.db, &of);
        let id = id.await.unwrap().unwrap();
        // A changed salt and a changed value look the same, so any row of this publication may be named.
        let rows = [id.clone(), format!("{id} version 1"), sequence.to_string()];
        assert!(
            !found.is_empty() && found.iter().all(|one| rows.contains(&one.row)),
            "{table}.{column} of entry {sequence}, byte {place}, seed {seed}: {found:?}"
        );
        put(&text).await;
    }
    assert_eq!(mismatches(&app, &signed).await, []);
}

/// Rewrites a file of a dump, and its sum.
fn rewrite(folder: &std::path::Path, name: &str, text: &str) {
    std::fs::write(folder.join(name), text).unwrap();
    let sums = std::fs::read_to_string(folder.join("SHA256SUMS")).unwrap();
    let lines = sums.lines().map(|line| match line.split_once("  ") {
        Some((_, one)) if one == name => {
            format!("{}  {name}\n", store::ground::hash::hex_sha256(text.as_bytes()))
        }
        _ => format!("{line}\n"),
    });
    std::fs::write(folder.join("SHA256SUMS"), lines.collect::<String>()).unwrap();
}

#[tokio::test]
async fn a_dump_that_was_rewritten_with_its_sums_is_named() {
    let (app, ids) = busy().await;
    let out = tempfile::tempdir().unwrap();
    let place = out.path().to_owned();
    let of = export::dump::Of::Now(now().date_naive());
    let written = app.dumping(Signing::new(None), move |job| export::dump::write(job, &place, of)).await;
    let folder = written.unwrap().folder;
    let keys = app.signer().public().to_vec();
    let faults = || {
        let verified = export::verify::verify(&folder, &keys, None).unwrap();
        verified.faults.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(faults(), Vec::<String>::new());
    let versions = std::fs::read_to_string(folder.join("versions.csv")).unwrap();
    let log = std::fs::read_to_string(folder.join("log.csv")).unwrap();
    let package = std::fs::read_to_string(folder.join("datapackage.json")).unwrap();
    let without_a_row = |text: &str, begins: &str| {
        let kept = text.split_inclusive('\n').filter(|line| !line.starts_with(begins));
        kept.collect::<String>()
    };
    let cases = [
        ("versions.csv", versions.replacen("Camera", "Gamera", 1), "content: it is not what was entered"),
        ("versions.csv", without_a_row(&versions, &format!("{},1,", ids[1])), "it is not here"),
        (
            "versions.csv",
            versions.replacen("2026-11-21T12:00:00Z", "1999-11-21T12:00:00Z", 1),
            "published_at: the log says",
        ),
        (
            "log.csv",
            log.replacen("It was never used", "It was banned", 1),
            "statement: it is not what was entered",
        ),
        (
            "log.csv",
            log.replacen("published", "withdrawn", 1),
            "do not have the root that the checkpoint signs",
        ),
        ("log.csv", without_a_row(&log, "4,"), "it has 4 entries, the checkpoint signs 5"),
        (
            "datapackage.json",
            package.replacen("\"log.csv\"", "\"changes.csv\"", 1),
            "without which nothing is proved",
        ),
    ];
    for (name, text, says) in cases {
        let before = std::fs::read_to_string(folder.join(name)).unwrap();
        assert_ne!(text, before, "{name}: {says}");
        rewrite(&folder, name, &text);
        let found = faults();
        assert!(found.iter().any(|fault| fault.contains(says)), "'{says}' is not among {found:#?}");
        rewrite(&folder, name, &before);
    }
    // The dump's own description claims other columns.
    rewrite(&folder, "versions.csv", &versions.replacen("commitments", "promises", 1));
    rewrite(&folder, "datapackage.json", &package.replace("\"commitments\"", "\"promises\""));
    assert!(
        faults().iter().any(|fault| fault.contains("it has not the columns of versions")),
        "{:#?}",
        faults()
    );
    rewrite(&folder, "versions.csv", &versions);
    rewrite(&folder, "datapackage.json", &package);
    assert_eq!(faults(), Vec::<String>::new());
    std::fs::remove_file(folder.join("checkpoint")).unwrap();
    assert!(faults().iter().any(|fault| fault.starts_with("checkpoint: it is not there")));
}
