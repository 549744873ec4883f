//! Candidates for names: exact matches first; similar names are only suggested.

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::codes::{Code, IdentifierScheme};
use search::RecordQuery;
use search::names::{By, Kind, Names, Wanted, similarity};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::ground::line::Full;
use utoipa::ToSchema;

use super::{BATCH_MAX, CANDIDATES, CANDIDATES_MAX, Type, TypeView, parsed};
use crate::App;
use crate::client::Steps;
use crate::problem::{ApiError, Fault};

/// One query of a batch.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Query {
    /// The name to match.
    #[serde(default)]
    query: String,
    /// One type, or several, of which the first counts.
    #[serde(default)]
    r#type: Option<OneOrMany>,
    /// The most candidates to return.
    #[serde(default)]
    limit: Option<f64>,
    /// What else is known: identifiers under their scheme, or `country`.
    #[serde(default)]
    properties: Vec<Property>,
    /// Part of the protocol; ignored, since each answer has one type.
    #[serde(default, rename = "type_strict")]
    #[expect(dead_code, reason = "it is part of the protocol and has no effect here")]
    type_strict: Option<String>,
}

/// A string or several.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(untagged)]
pub(crate) enum OneOrMany {
    /// One string.
    One(String),
    /// Several strings.
    Many(Vec<String>),
}

/// A known property of the thing to match.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct Property {
    /// Id of the property.
    pid: String,
    /// Its value or values.
    v: Value,
}

/// Candidates for a query.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Answer {
    /// Candidates, best first.
    result: Vec<CandidateView>,
}

/// A candidate.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CandidateView {
    /// Its id, a path below `/api/v1`.
    #[schema(example = "organisations/calder-vale-police")]
    pub(super) id: String,
    /// Its name.
    pub(super) name: String,
    /// A short description, to tell it from others.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) description: Option<String>,
    /// 100 for an identifier or an exact name, less for similar names.
    score: f64,
    /// Whether it is certain: an identifier or exact name that no other candidate shares.
    r#match: bool,
    /// Its types.
    r#type: Vec<TypeView>,
    /// Components of the score.
    features: Vec<Feature>,
}

/// A component of a score.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Feature {
    /// Id of the component.
    #[schema(example = "name_similarity")]
    id: &'static str,
    /// Its value.
    value: FeatureValue,
}

/// The value of a feature.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub(crate) enum FeatureValue {
    /// Number.
    Number(f64),
    /// True or false.
    Truth(bool),
}

/// The longest text of a query, in characters.
const SEARCH_MAX: usize = 500;

/// A query, checked.
struct Asked {
    text: String,
    of: Type,
    limit: usize,
    identifiers: Vec<String>,
    country: Option<String>,
}

impl Asked {
    fn of(query: Query, key: &str) -> Result<Self, Fault> {
        let pointer = |part: &str| format!("queries.{key}.{part}");
        if query.query.chars().count() > SEARCH_MAX {
            let fault =
                Fault::new(&pointer("query"), "too-long", format!("more than {SEARCH_MAX} characters"));
            return Err(fault.hint("ask with less"));
        }
        let first = match query.r#type {
            Some(OneOrMany::One(id)) => Some(id),
            Some(OneOrMany::Many(ids)) => ids.into_iter().next(),
            None => None,
        };
        let of = match first {
            None => Type::Organisation,
            Some(id) => Type::read(&id).ok_or_else(|| Type::fault(&pointer("type"), &id))?,
        };
        let mut asked = Self {
            text: query.query,
            of,
            limit: query.limit.map_or(CANDIDATES, |limit| (limit.max(1.0) as usize).min(CANDIDATES_MAX)),
            identifiers: Vec::new(),
            country: None,
        };
        for property in query.properties {
            let values = match &property.v {
                Value::Array(values) => values.iter().filter_map(text_of).collect(),
                value => text_of(value).into_iter().collect::<Vec<_>>(),
            };
            match property.pid.as_str() {
                "country" => asked.country = values.first().map(|code| code.to_uppercase()),
                "identifier" => asked.identifiers.extend(values),
                // The protocol says to ignore properties that are no help in matching.
                scheme => {
                    if let Ok(scheme) = IdentifierScheme::parse(scheme) {
                        asked.identifiers.extend(values.iter().map(|value| {
                            let normal = domain::organisation::Identifier::normalise(scheme, value);
                            format!("{} {}", scheme.as_str(), normal.map_or(value.clone(), |one| one.value))
                        }));
                    }
                }
            }
        }
        Ok(asked)
    }
}

fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Object(object) => object.get("id").and_then(Value::as_str).map(str::to_owned),
        _ => None,
    }
}

/// Answers a batch. Errors: [`ApiError::Query`] with every fault.
pub(super) async fn answer(app: &App, batch: &Value) -> Result<BTreeMap<String, Answer>, ApiError> {
    let Value::Object(batch) = batch else {
        let fault = Fault::new("queries", "bad-value", "a batch is an object of questions");
        return Err(ApiError::Query(vec![fault.hint(r#"send {"q0": {"query": "..."}}"#)]));
    };
    if batch.len() > BATCH_MAX {
        let fault = Fault::new("queries", "too-many", format!("{} questions; {BATCH_MAX} fit", batch.len()));
        return Err(ApiError::Query(vec![fault.hint("send several batches")]));
    }
    let (mut asked, mut faults) = (Vec::with_capacity(batch.len()), Vec::new());
    for (key, question) in batch {
        match parsed::<Query>(question.clone(), &format!("queries.{key}")) {
            Ok(query) => match Asked::of(query, key) {
                Ok(one) => asked.push((key.clone(), one)),
                Err(fault) => faults.push(fault),
            },
            Err(ApiError::Query(more)) => faults.extend(more),
            Err(error) => return Err(error),
        }
    }
    if !faults.is_empty() {
        return Err(ApiError::Query(faults));
    }
    // Blank cells of a spreadsheet match nothing.
    let is_blank = |one: &Asked| one.text.trim().is_empty() && one.identifiers.is_empty();
    let (blank, asked): (Vec<_>, Vec<_>) = asked.into_iter().partition(|(_, one)| is_blank(one));
    let (records, named): (Vec<_>, Vec<_>) = asked.into_iter().partition(|(_, one)| one.of == Type::Record);
    let mut answers: BTreeMap<String, Answer> =
        blank.into_iter().map(|(key, _)| (key, Answer { result: Vec::new() })).collect();
    if !named.is_empty() {
        let names = app.directory().await?;
        let answering =
            move || named.into_iter().map(|(key, one)| (key, by_name(&names, &one))).collect::<Vec<_>>();
        answers.extend(Steps::new(app).work(answering).await?);
    }
    let steps = Steps::new(app);
    for (key, one) in records {
        let _turn = steps.turn().await.map_err(|Full| ApiError::Overloaded)?;
        answers.insert(key, by_search(app, &one).await?);
    }
    Ok(answers)
}

fn by_name(names: &Arc<Names>, asked: &Asked) -> Answer {
    let kind = match asked.of {
        Type::Supplier => Kind::Supplier,
        Type::Product => Kind::Product,
        Type::Organisation | Type::Record => Kind::Organisation,
    };
    let wanted = Wanted {
        text: &asked.text,
        identifiers: &asked.identifiers,
        kind,
        country: asked.country.as_deref(),
        limit: asked.limit.max(2),
    };
    let found = names.candidates(&wanted);
    let certain = Names::is_certain(&found, wanted.country);
    let view = |(place, one): (usize, search::names::Candidate<'_>)| CandidateView {
        id: format!("{}/{}", asked.of.path(), one.entry.slug),
        name: one.entry.name.clone(),
        description: describe(one.entry),
        score: one.score,
        r#match: certain && place == 0,
        r#type: vec![asked.of.into()],
        features: vec![
            Feature {
                id: "name_similarity",
                value: FeatureValue::Number(similarity(&asked.text, &one.entry.name)),
            },
            Feature { id: "identifier", value: FeatureValue::Truth(one.by == By::Identifier) },
            Feature { id: "exact_name", value: FeatureValue::Truth(one.by == By::Name) },
        ],
    };
    Answer { result: found.into_iter().take(asked.limit).enumerate().map(view).collect() }
}

/// A short description of a body: kind, country, identifiers, and whether it is only a name.
pub(super) fn describe(entry: &store::names::directory::Listed) -> Option<String> {
    let kind = entry.kind.as_deref().and_then(|kind| domain::codes::OrganisationKind::parse(kind).ok());
    let parts = [
        kind.map(|kind| kind.label().to_owned()),
        entry.country.clone(),
        (!entry.is_known).then(|| "a name in records or notices only".to_owned()),
        Some(entry.identifiers.join(", ")).filter(|all| !all.is_empty()),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join("; "))
}

/// What a candidate takes from a record's card.
#[derive(Deserialize)]
pub(super) struct Card {
    pub(super) id: String,
    pub(super) title: String,
    pub(super) publisher: CardParty,
    pub(super) phase: Option<String>,
}

/// The record's publisher.
#[derive(Deserialize)]
pub(super) struct CardParty {
    pub(super) name: String,
}

/// Cards of the records that a search finds, best first.
pub(super) async fn cards(app: &App, text: &str, limit: usize) -> Result<Vec<Card>, ApiError> {
    let known = app.words.known(&app.db, text).await?;
    let query = RecordQuery { q: Some(text.to_owned()), known, ..RecordQuery::default() };
    let page = app.search.look().list(&query, None, limit as u64, &[]).await?;
    let items = store::records::listings::items(&app.db, None, &page.changes, false).await?;
    items.iter().map(|item| serde_json::from_str(&item.card).map_err(|_| ApiError::Inside)).collect()
}

async fn by_search(app: &App, asked: &Asked) -> Result<Answer, ApiError> {
    let text = asked.identifiers.first().unwrap_or(&asked.text);
    let exact: Option<domain::RecordId> = text.trim().parse().ok();
    let mut result = Vec::new();
    if let Some(id) = exact
        && let Some(found) = store::records::find(&app.db, id).await?
        && found.state == store::records::State::Published
    {
        let record = found.version.record()?;
        let view = view(&id.to_string(), &record.title, Some(record.publisher.name), 100.0, true, true);
        return Ok(Answer { result: vec![view] });
    }
    let cards = cards(app, &asked.text, asked.limit).await?;
    let alike: Vec<f64> = cards.iter().map(|card| similarity(&asked.text, &card.title)).collect();
    let certain = alike.iter().filter(|score| **score >= 100.0).count() == 1;
    for (card, score) in cards.into_iter().zip(alike) {
        let by = Some(card.publisher.name);
        result.push(view(&card.id, &card.title, by, score, certain && score >= 100.0, false));
    }
    result.sort_by(|a, b| b.score.total_cmp(&a.score));
    Ok(Answer { result })
}

fn view(
    id: &str,
    title: &str,
    publisher: Option<String>,
    score: f64,
    certain: bool,
    by_id: bool,
) -> CandidateView {
    CandidateView {
        id: format!("records/{id}"),
        name: title.to_owned(),
        description: publisher,
        score,
        r#match: certain,
        r#type: vec![Type::Record.into()],
        features: vec![
            Feature { id: "name_similarity", value: FeatureValue::Number(score) },
            Feature { id: "identifier", value: FeatureValue::Truth(by_id) },
        ],
    }
}
