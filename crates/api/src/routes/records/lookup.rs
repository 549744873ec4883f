//! `GET /api/v1/records/lookup`: many records by their ids, in one request.

use std::collections::HashMap;

use axum::Json;
use axum::extract::State;
use domain::RecordId;
use domain::id::BadRecordId;
use serde::Serialize;
use serde_json::value::RawValue;
use store::records::listings::Item;
use store::records::lookup::{Found, look_up, which_exist};
use utoipa::ToSchema;
use wire::{RecordItem, Tombstone};

use super::FieldNames;
use super::list::{Found as FoundBy, view};
use crate::App;
use crate::extract::{Params, Taker};
use crate::parameters::parameters;
use crate::problem::{ApiError, Fault};

/// The most ids in one request.
const IDS_MAX: usize = 200;

parameters! {
    /// The ids to look up.
    pub(crate) struct LookupParams {
        /// Public ids of records, at most 200, each as a parameter of its own. Case and look-alikes (O for 0, I and L for 1) are forgiven.
        #[param(value_type = Vec<String>, required = true, max_length = 100, min_length = 1, example = "R-4ZK7Q2M")]
        id: Option<Vec<String>>,
        /// Fields to return, joined by commas; id and url are always included.
        #[param(value_type = Option<String>, example = "title,publisher,assessments", pattern = "^[a-z_,]+$")]
        fields: FieldNames,
    }
}

/// What became of an id that was looked up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum LookupState {
    /// The record is published.
    Published,
    /// The record was withdrawn.
    Withdrawn,
    /// No record has this id.
    Unknown,
    /// It is not an id.
    Malformed,
}

/// An id that was looked up, with its record.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LookupItem {
    /// The id as it was sent.
    #[schema(example = "r-4zk7q2m")]
    asked: String,
    state: LookupState,
    /// The id in its usual form; absent if malformed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "R-4ZK7Q2M")]
    id: Option<String>,
    /// The record as in lists, if it is published.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<RecordItem>)]
    record: Option<Box<RawValue>>,
    /// What remains of the record, if it was withdrawn.
    #[serde(skip_serializing_if = "Option::is_none")]
    tombstone: Option<Tombstone>,
    /// Ids of this register that a malformed one may stand for: they differ from it in one character or in the
    /// order of two.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    did_you_mean: Vec<String>,
    /// What is wrong with the id.
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
}

/// Ids that were looked up, in the order sent.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LookupList {
    /// Notice about the data, for instance that it is invented.
    #[serde(skip_serializing_if = "Option::is_none")]
    about: Option<String>,
    /// One for each id; an id sent twice comes once.
    items: Vec<LookupItem>,
    /// How many ids there are.
    total: u64,
    /// How many of them are those of published records.
    published: u64,
}

/// Look up records
///
/// Up to 200 records by their ids, in the order sent. Each id says what became of it: published, with the record as in lists; withdrawn, with what remains public; unknown; or malformed, with the ids of this register it may stand for.
#[utoipa::path(
    get, path = "/api/v1/records/lookup", operation_id = "lookup_records", tag = "records",
    params(LookupParams),
    responses(
        (status = 200, description = "The ids with their records", body = LookupList),
    )
)]
pub(crate) async fn lookup_records(
    State(app): State<App>,
    Params(pairs): Params,
) -> Result<Json<LookupList>, ApiError> {
    let mut taker = Taker::new(pairs);
    let LookupParams { id, fields: FieldNames(fields) } = LookupParams::take(&mut taker);
    let asked = id.unwrap_or_default();
    if asked.len() > IDS_MAX {
        let detail = format!("{} ids are too many for one request", asked.len());
        taker.fault(Fault::new("id", "too-many", detail).hint(format!("send at most {IDS_MAX} at a time")));
    }
    taker.finish()?;

    let read: Vec<(String, Result<RecordId, BadRecordId>)> =
        asked.into_iter().map(|text| (text.clone(), text.parse())).collect();
    let ids: Vec<RecordId> = read.iter().filter_map(|(_, id)| id.as_ref().ok().copied()).collect();
    let found = look_up(&app.db, &ids).await?;
    let cards = cards(&app, &found, &fields).await?;
    let mut meant = near(&app, &read).await?;
    let mut items = Vec::with_capacity(read.len());
    for (asked, id) in read {
        let mut item = LookupItem {
            asked,
            state: LookupState::Unknown,
            id: id.as_ref().ok().map(ToString::to_string),
            record: None,
            tombstone: None,
            did_you_mean: Vec::new(),
            detail: None,
        };
        match id {
            Err(bad) => {
                item.state = LookupState::Malformed;
                item.did_you_mean = meant.remove(&item.asked).unwrap_or_default();
                item.detail = Some(bad.to_string());
            }
            Ok(id) => match found.get(&id) {
                None => item.detail = Some(format!("there is no record {id}")),
                Some(Found::Published(change)) => {
                    let card = cards.get(change).ok_or(store::ground::page::BadCursor::Expired)?;
                    item.state = LookupState::Published;
                    item.record = Some(view(&app.base_url, card, &fields, &FoundBy::default())?);
                }
                Some(gone) => {
                    item.state = LookupState::Withdrawn;
                    item.tombstone = tombstone(&app.base_url, id, gone);
                }
            },
        }
        items.push(item);
    }
    let published = items.iter().filter(|item| item.state == LookupState::Published).count() as u64;
    Ok(Json(LookupList { about: app.about().await?, total: items.len() as u64, published, items }))
}

/// The listings of the published ones, by change number.
async fn cards(
    app: &App,
    found: &HashMap<RecordId, Found>,
    fields: &[String],
) -> Result<HashMap<i64, Item>, ApiError> {
    let changes: Vec<i64> = found
        .values()
        .filter_map(|one| match one {
            Found::Published(change) => Some(*change),
            Found::Withdrawn { .. } => None,
        })
        .collect();
    let items = store::records::listings::items(&app.db, None, &changes, !fields.is_empty()).await?;
    Ok(items.into_iter().map(|item| (item.change, item)).collect())
}

/// For each malformed id, the ids of this register that it may stand for.
async fn near(
    app: &App,
    read: &[(String, Result<RecordId, BadRecordId>)],
) -> Result<HashMap<String, Vec<String>>, ApiError> {
    let malformed = read.iter().filter(|(_, id)| id.is_err());
    let near: Vec<(&String, Vec<RecordId>)> =
        malformed.map(|(asked, _)| (asked, RecordId::near(asked))).collect();
    let all: Vec<RecordId> = near.iter().flat_map(|(_, ids)| ids.iter().copied()).collect();
    let known = which_exist(&app.db, &all).await?;
    let known_of =
        |ids: Vec<RecordId>| ids.iter().filter(|id| known.contains(id)).map(ToString::to_string).collect();
    Ok(near.into_iter().map(|(asked, ids)| (asked.clone(), known_of(ids))).collect())
}

fn tombstone(base_url: &str, id: RecordId, gone: &Found) -> Option<Tombstone> {
    let Found::Withdrawn { title, published_at, at, reason } = gone else { return None };
    Some(Tombstone {
        id: id.to_string(),
        title: title.clone(),
        published_at: *published_at,
        withdrawn_at: *at,
        reason: reason.clone(),
        versions: format!("{base_url}/api/v1/records/{id}/versions"),
    })
}
