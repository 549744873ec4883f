//! Answers about records: the record with what the register adds, and its versions.

use chrono::NaiveDate;
use domain::Record;
use domain::codes::{Code, OrganisationKind, Origin, Sector};
use domain::completeness::completeness;
use domain::provenance::Provenance;
use domain::rules::{self, Context, Fired};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use store::names::organisations::Party;
use store::names::resolver::Resolver;
use store::records::{Current, Version};
use store::{Reads, StoreError};
use wire::{FlagView, ImportSource, InvolvedView, Links, PartyView, RecordParts, VersionSummary};

use crate::App;
use crate::problem::ApiError;
use crate::sources::import_source;

/// What lists of assessments and the like take from a record's card.
#[derive(Deserialize)]
pub(crate) struct Card {
    pub(crate) title: String,
    pub(crate) publisher: PartyView,
    pub(crate) sectors: Vec<Sector>,
}

fn resolved(name: &str, party: Option<&Party>) -> PartyView {
    PartyView {
        name: name.to_owned(),
        slug: party.map_or_else(|| domain::text::slug(name), |party| party.slug.clone()),
        resolution: party.map_or("unresolved", |party| party.resolution.as_str()).to_owned(),
    }
}

/// Builds the answer for one record.
///
/// With `as_of`, `current` is the record at the end of that day, and flags are as of that day.
pub(crate) async fn record_view(
    app: &App,
    current: &Current,
    as_of: Option<NaiveDate>,
) -> Result<Map<String, Value>, ApiError> {
    let record = current.version.record()?;
    let home = store::records::projection::country(&record.jurisdiction);
    let parties = parties(&record);
    let names: Vec<&str> = parties.iter().map(|(_, name)| *name).collect();
    let resolver = Resolver::of(&app.db, &names).await?;
    let context = Context {
        today: as_of.unwrap_or_else(|| (app.clock)().date_naive()),
        published_on: current.first_published_at.date_naive(),
        confirmed_on: current.confirmed_at.unwrap_or_default().max(current.version.published_at).date_naive(),
        answered: current.answered,
        left_source: current.provenance.as_ref().is_some_and(|from| from.in_source == Some(false)),
        publisher_kind: resolver.resolve(&record.publisher.name, home).and_then(|party| party.kind),
    };
    let verdict = rules::judge(&record, &context);
    let organisations = involved(&app.base_url, &parties, &resolver, home);
    let base = &app.base_url;
    let url = format!("{base}/api/v1/records/{}", current.id);
    let number = current.version.number;
    let publisher = organisations.first().map(|first| first.url.clone());
    let from = current.provenance.clone();
    let at_source = from.as_ref().map(|from| from.at_source.clone()).unwrap_or_default();
    let version_url = format!("{url}/versions/{number}");
    let parts = RecordParts {
        about: app.about().await?,
        id: current.id.clone(),
        url: url.clone(),
        version: number,
        published_at: current.first_published_at,
        updated_at: current.version.published_at,
        // A new version says what is true when it is published, so an earlier confirmation says nothing more.
        confirmed_at: current.confirmed_at.filter(|at| *at >= current.version.published_at),
        flags: verdict.fired.into_iter().map(flag_view).collect(),
        transparency_class: verdict.transparency,
        completeness: completeness(&record),
        rests_on: rests_on(current, &record),
        organisations,
        links: Links {
            versions: format!("{url}/versions"),
            diff: (number > 1).then(|| format!("{url}/diff?from={}&to={number}", number - 1)),
            this: as_of.map_or_else(|| url.clone(), |day| format!("{url}?as_of={day}")),
            publisher,
            proof: Some(format!("{version_url}/proof")),
            version: Some(version_url),
            source: at_source.url.clone(),
        },
        missing_from: current.missing_from.clone(),
        source: from.as_ref().map(|from| from.source.clone()),
        dataset: from.as_ref().map(|from| from.dataset.clone()),
        edition: from.as_ref().and_then(|from| from.edition.clone()),
        in_source: from.and_then(|from| from.in_source),
        source_published_on: at_source.published_on,
        source_changed_on: at_source.changed_on,
        source_url: at_source.url,
        citation: citation(app, current, &record, as_of),
        import: current.version.import.as_deref().and_then(|import| serde_json::from_str(import).ok()),
    };
    let mut view = object(&parts);
    let back = [
        "flags",
        "transparency_class",
        "completeness",
        "rests_on",
        "organisations",
        "links",
        "citation",
        "source",
        "dataset",
        "edition",
        "in_source",
        "missing_from",
        "source_published_on",
        "source_changed_on",
        "source_url",
        "import",
    ];
    let mut last: Vec<(String, Value)> = Vec::new();
    for name in back {
        if let Some(value) = view.shift_remove(name) {
            last.push((name.to_owned(), value));
        }
    }
    view.extend(record.to_members());
    view.extend(last);
    Ok(view)
}

/// The register that an imported record rests on.
fn rests_on(current: &Current, record: &Record) -> Option<ImportSource> {
    let from = current.provenance.as_ref().filter(|_| record.origin == Origin::Imported)?;
    Some(import_source(&from.source, from.edition.clone()))
}

/// A citation, which leads to the web page of the version rather than the API. Of an imported record it names the
/// source, its edition and its page there.
fn citation(app: &App, current: &Current, record: &Record, as_of: Option<NaiveDate>) -> String {
    let author = record.origin.author(&record.publisher.name);
    let own = format!(
        "{author}: {}. Open Algorithm Register, record {}, version {}, {}. {}/records/{}{}",
        record.title,
        current.id,
        current.version.number,
        current.version.published_at.date_naive(),
        app.base_url,
        current.id,
        as_of.map(|day| format!("?as_of={day}")).unwrap_or_default(),
    );
    let is_imported = record.origin == Origin::Imported && current.version.import.is_some();
    let imported = current.provenance.as_ref().filter(|_| is_imported);
    let Some(Provenance { source, edition, at_source, .. }) = imported else { return own };
    let edition = edition.as_ref().map(|edition| format!(", edition of {edition}")).unwrap_or_default();
    let page = at_source.url.as_ref().map(|url| format!(", {url}")).unwrap_or_default();
    format!("{own}. Source: {source}{edition}{page}")
}

fn object(value: &impl Serialize) -> Map<String, Value> {
    match serde_json::to_value(value) {
        Ok(Value::Object(object)) => object,
        // Never happens: the structs here serialise to objects.
        _ => Map::new(),
    }
}

/// What kind of body a record's publisher is, if the register knows it.
pub(crate) async fn publisher_kind(
    conn: &impl Reads,
    record: &Record,
) -> Result<Option<OrganisationKind>, StoreError> {
    let home = store::records::projection::country(&record.jurisdiction);
    let party = store::names::organisations::resolve(conn, &record.publisher.name, home, false).await?;
    Ok(party.and_then(|party| party.kind))
}

/// Flags that a draft would get if it were published now by a body of this kind.
pub(crate) fn foretold(app: &App, record: &Record, kind: Option<OrganisationKind>) -> Vec<FlagView> {
    let today = (app.clock)().date_naive();
    rules::foretell(record, kind, today).into_iter().map(flag_view).collect()
}

fn flag_view(fired: Fired) -> FlagView {
    FlagView {
        label: fired.flag.label().to_owned(),
        rule: rules::rule(fired.flag).sentence.to_owned(),
        fired,
    }
}

/// The organisations that a record names, with their roles.
fn parties(record: &Record) -> Vec<(&'static str, &str)> {
    let publisher = [("publisher", record.publisher.name.as_str())];
    let joint = record.joint_publishers.iter().map(|one| ("joint_publisher", one.name.as_str()));
    let suppliers = record
        .supplier_involvement
        .iter()
        .filter_map(|part| part.supplier.as_ref())
        .map(|one| ("supplier", one.name.as_str()));
    let users = record.deployments.iter().map(|one| ("deployment", one.organisation.name.as_str()));
    publisher.into_iter().chain(joint).chain(suppliers).chain(users).collect()
}

fn involved(base_url: &str, parties: &[(&str, &str)], resolver: &Resolver, home: &str) -> Vec<InvolvedView> {
    let mut all = Vec::new();
    for (role, name) in parties {
        let party = match *role {
            "supplier" => resolver.resolve_supplier(name, home),
            _ => resolver.resolve(name, home),
        };
        // A place of use that the register does not know has no URL.
        if party.is_none() && *role == "deployment" {
            continue;
        }
        let party = resolved(name, party);
        let url = format!("{base_url}/api/v1/organisations/{}", party.slug);
        all.push(InvolvedView { role: (*role).to_owned(), party, url });
    }
    all
}

/// Keeps the requested fields, and always id, url and the notice.
pub(crate) fn pick(mut view: Map<String, Value>, fields: &[String]) -> Map<String, Value> {
    if fields.is_empty() {
        return view;
    }
    view.retain(|name, _| {
        ["id", "url", "about"].contains(&name.as_str()) || fields.iter().any(|field| field == name)
    });
    view
}

pub(crate) fn version_summary(version: &Version, base: &str, id: &str) -> VersionSummary {
    VersionSummary {
        number: version.number,
        published_at: version.published_at,
        note: version.note.clone(),
        change: version.change,
        content_sha256: version.content_sha256.clone(),
        url: format!("{base}/api/v1/records/{id}/versions/{}", version.number),
    }
}

/// An example of a list item, for the OpenAPI document.
pub(crate) fn item_example() -> Value {
    json!({
        "id": "R-4ZK7Q2M", "kind": "procured_technology", "origin": "self_declared",
        "title": "Number plate cameras on trunk roads", "name": "PlateWren",
        "publisher": { "name": "Calder Vale Police", "slug": "calder-vale-police", "resolution": "registered" },
        "jurisdiction": "GB", "lang": "en", "sectors": ["policing"], "regions": ["england"],
        "phase": "production", "technologies": ["computer_vision"], "decision_effects": ["arrest_stop"],
        "suppliers": [], "products": ["PlateWren"], "flags": ["assessment_missing"],
        "transparency_class": "medium", "completeness": { "answered": 31, "required": 44, "not_stated": 0 },
        "version": 2, "published_at": "2025-03-04T09:30:00Z", "updated_at": "2026-02-01T10:00:00Z"
    })
}
