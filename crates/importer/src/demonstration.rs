//! The demonstration register: invented bodies, suppliers, records and notices, written for this project.

use chrono::{DateTime, Utc};
use domain::{Organisation, Product, Record, RecordId};
use serde::Deserialize;
use store::names::Names;
use store::names::{organisations, products};
use store::records::publish::{Candidate, Prepared, SourceKey, Terms, mark_demonstration, publish, withdraw};
use store::{Db, StoreError};

const ORGANISATIONS: &str = include_str!("../../../fixtures/demonstration/organisations.json");
const PRODUCTS: &str = include_str!("../../../fixtures/demonstration/products.json");
const RECORDS: &str = include_str!("../../../fixtures/demonstration/records.json");
const NOTICES: &str = include_str!("../../../fixtures/demonstration/notices.jsonl");

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    key: String,
    versions: Vec<Version>,
    withdrawn: Option<Withdrawn>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Version {
    published_at: DateTime<Utc>,
    change_note: String,
    record: Record,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Withdrawn {
    at: DateTime<Utc>,
    reason: String,
}

fn read<T: for<'de> Deserialize<'de>>(what: &str, json: &str) -> T {
    let deserializer = &mut serde_json::Deserializer::from_str(json);
    serde_path_to_error::deserialize(deserializer)
        .unwrap_or_else(|error| panic!("fixtures/demonstration/{what}.json, which tests read: {error}"))
}

/// Loads the demonstration data in the order it was published, in one transaction. Publication times come
/// from the fixtures, not from `now`.
pub async fn load(db: &Db, now: DateTime<Utc>) -> Result<(), StoreError> {
    let bodies: Vec<Organisation> = read("organisations", ORGANISATIONS);
    let goods: Vec<Product> = read("products", PRODUCTS);
    let entries: Vec<Entry> = read("records", RECORDS);
    let tx = db.begin().await?;
    for body in &bodies {
        organisations::save(&tx, body).await?;
    }
    for product in &goods {
        products::save(&tx, product).await?;
    }
    let mut steps: Vec<(DateTime<Utc>, String, Version)> = Vec::new();
    let mut withdrawals = Vec::new();
    for entry in entries {
        if let Some(withdrawn) = entry.withdrawn {
            withdrawals.push((entry.key.clone(), withdrawn));
        }
        steps.extend(
            entry.versions.into_iter().map(|version| (version.published_at, entry.key.clone(), version)),
        );
    }
    steps.sort_by(|a, b| (a.0, &a.1).cmp(&(b.0, &b.1)));
    let batch: Vec<Prepared> = steps
        .iter()
        .map(|(at, key, version)| {
            Prepared::new(Candidate {
                source: Some(SourceKey {
                    source: "demonstration".to_owned(),
                    key: key.clone(),
                    dataset: "demonstration".to_owned(),
                    edition: String::new(),
                    identity: None,
                }),
                id: None,
                record: version.record.clone(),
                trace: None,
                note: Some(version.change_note.clone()),
                published_at: Some(*at),
            })
        })
        .collect();
    // Read inside the transaction: the bodies saved above are not visible outside it yet.
    let mut names = Names::within(&tx).await?;
    let answers = Box::pin(publish(&tx, &mut names, &batch, &Terms::default(), now)).await?;
    for (key, withdrawn) in withdrawals {
        let place = steps.iter().position(|(_, other, _)| *other == key);
        let Some(id) = place.and_then(|place| answers[place].id.parse::<RecordId>().ok()) else { continue };
        withdraw(&tx, id, &withdrawn.reason, withdrawn.at, now).await?;
    }
    crate::ocds::keep(&tx, NOTICES, "GB", now).await?;
    mark_demonstration(&tx).await?;
    tx.commit().await?;
    // Links and gaps are derived, so they are computed after the commit. If that is interrupted, `serve`
    // computes them.
    store::procurement::gaps::look(db, now).await?;
    Ok(())
}
