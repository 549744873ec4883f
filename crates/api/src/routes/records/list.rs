//! `GET /api/v1/records`

use std::collections::BTreeMap;
use wire::{FacetCount, FacetMore, RecordList};

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use domain::facets::blank_place;
use search::{FacetCounts, Highlighter, Match, Sort};
use serde_json::value::RawValue;
use serde_json::{Map, Value};
use store::ground::page::BadCursor;
use store::records::listings::Item;

use super::super::next_link;
use super::{FieldNames, notes};
use crate::alike::{Alike, AlikeParams, alike_to};
use crate::extract::{Params, Taker};
use crate::filters::{self, AsOf, FacetNames, RecordFilters, SortName};
use crate::parameters::{FacetLimit, PageSize, parameters};
use crate::problem::ApiError;
use crate::reading::take_query;
use crate::views::{item_example, pick};
use crate::{App, client};

parameters! {
    /// How to show the list.
    pub(crate) struct ListParams {
        /// Sort order.
        #[param(inline)]
        sort: Option<SortName>,
        /// Whether each record stands for itself (the default), or those with the same title and country stand once, with `alike` others. `total` and the facets count all of them.
        #[param(inline)]
        alike: Option<Alike>,
        /// Facets to count: names joined by commas, or `all`.
        #[param(value_type = Option<String>, example = "sector,phase", pattern = "^[a-z_,]+$")]
        facets: FacetNames,
        /// Values per facet, most frequent first; what is said in place of values always follows.
        #[param(value_type = Option<u16>, minimum = 1, maximum = 10000, default = 200)]
        facet_limit: Option<FacetLimit>,
        /// Fields to return, joined by commas; id and url are always included.
        #[param(value_type = Option<String>, example = "title,publisher,assessments", pattern = "^[a-z_,]+$")]
        fields: FieldNames,
        /// Items per page.
        #[param(value_type = Option<u8>, minimum = 1, maximum = 100, default = 20)]
        limit: Option<PageSize>,
        /// Cursor of the page: `next` of the previous one, for the same query.
        #[param(min_length = 1)]
        cursor: Option<String>,
    }
}

/// Find records
///
/// Search with filters, sorting, facet counts and pages. With `q`, `total` counts the records that match; where they are fewer than ten, the page on which they end also has the nearest other records, after them, and `nearest` says how many. `as_of` shows the register at the end of a past day: versions, withdrawals and flags as of then, organisations as they resolve today. A walk by `next` visits every record that matched at its start exactly once, whatever is published meanwhile.
#[utoipa::path(
    get, path = "/api/v1/records", operation_id = "list_records", tag = "records",
    params(RecordFilters, AlikeParams, AsOf, ListParams),
    responses(
        (status = 200, description = "A page of records", body = RecordList,
            example = json!({"items": [item_example()], "total": 1})),
    )
)]
pub(crate) async fn list_records(
    State(app): State<App>,
    Params(pairs): Params,
) -> Result<Response, ApiError> {
    let mut taker = Taker::new(pairs);
    let mut query = take_query(&app.db, &app.words, &mut taker).await?;
    let to = AlikeParams::take(&mut taker).alike_to;
    query.as_of = filters::take_past_day(&mut taker, app.today());
    let asked = ListParams::take(&mut taker);
    let (FacetNames(facets), FieldNames(fields)) = (asked.facets, asked.fields);
    query.sort = asked.sort.map(Sort::from);
    query.once = asked.alike == Some(Alike::Once);
    let limit = asked.limit.unwrap_or_default().0;
    let pairs = taker.sent();
    taker.finish()?;

    let look = app.search.look_at(query.as_of, Some(client::wait())).await?;
    query.alike_to = alike_to(&app.db, to).await?;
    let mut page = look.list(&query, asked.cursor.as_deref(), limit, &facets).await?;
    let link = next_link(&app.base_url, "/api/v1/records", &pairs, page.next.as_deref());
    let wants_contents = !fields.is_empty() || page.highlighter.is_some();
    let items = store::records::listings::items(&app.db, look.then(), &page.changes, wants_contents).await?;
    if items.len() < page.changes.len() {
        // The state of this walk was dropped between the two reads.
        return Err(BadCursor::Expired.into());
    }
    let item_view = |(place, item): (usize, &Item)| {
        let found = Found {
            highlighter: page.highlighter.as_ref(),
            how: page.matches.get(place).copied(),
            alike: page.alike.get(place).copied().unwrap_or_default(),
        };
        view(&app.base_url, item, &fields, &found)
    };
    let views = items.iter().enumerate().map(item_view).collect::<Result<_, _>>()?;
    let facets_more = cut(&mut page.facets, asked.facet_limit.unwrap_or_default().0 as usize);
    let list = RecordList {
        about: app.about().await?,
        items: views,
        total: page.total,
        different: page.different,
        nearest: page.nearest as u64,
        facets: if facets.is_empty() { None } else { Some(name_values(&app, page.facets).await?) },
        facets_more,
        relaxed: page.nearest > 0,
        searched: page.searched,
        did_you_mean: page.did_you_mean,
        notes: page.notes.into_iter().map(notes::note).collect(),
        leads: notes::leads(&app, query.q.as_deref(), page.leads).await?,
        next: page.next,
    };
    let mut response = Json(list).into_response();
    response.headers_mut().extend(link);
    Ok(response)
}

/// Cuts each facet after its most frequent values, and says what was left out. What stands in place of values stays.
fn cut(facets: &mut FacetCounts, limit: usize) -> BTreeMap<String, FacetMore> {
    let mut more = BTreeMap::new();
    for (name, counts) in facets.iter_mut() {
        // States come after all values.
        let values = counts.iter().filter(|(value, _)| blank_place(value).is_none()).count();
        if values > limit {
            let further: Vec<(String, u64)> = counts.drain(limit..values).collect();
            let records = further.iter().map(|(_, count)| count).sum();
            more.insert((*name).to_owned(), FacetMore { values: further.len() as u64, records });
        }
    }
    more
}

/// Adds labels to facet counts.
pub(crate) async fn name_values(
    app: &App,
    facets: FacetCounts,
) -> Result<BTreeMap<String, Vec<FacetCount>>, ApiError> {
    let mut all = BTreeMap::new();
    for (facet, counts) in facets {
        let values: Vec<String> = counts.iter().map(|(value, _)| value.clone()).collect();
        let labels = app.labels(facet, &values).await?;
        let counts = counts.into_iter().map(|(value, count)| {
            let label = labels.get(&value).map_or_else(|| value.clone(), ToString::to_string);
            FacetCount { label, value, count }
        });
        all.insert(facet.to_owned(), counts.collect());
    }
    Ok(all)
}

/// How a record was found, and how many more are like it; nothing if it was not searched for.
#[derive(Debug, Default)]
pub(super) struct Found<'p> {
    highlighter: Option<&'p Highlighter>,
    how: Option<Match>,
    alike: u64,
}

impl Found<'_> {
    /// What its item says of that.
    fn members(&self, item: &Item) -> Result<Vec<(&'static str, Value)>, ApiError> {
        let kind = self.how.map(|how| serde_json::to_value(notes::match_kind(how))).transpose();
        let kind = kind.map_err(|_| ApiError::Inside)?;
        let marks = self.highlighter.zip(item.content.as_deref());
        let snippet = marks.and_then(|(marks, content)| marks.snippet(content)).map(Value::String);
        Ok(kind
            .map(|kind| ("match", kind))
            .into_iter()
            .chain(snippet.map(|text| ("snippet", text)))
            .chain((self.alike > 0).then(|| ("alike", self.alike.into())))
            .collect())
    }
}

/// Builds a list entry. Without `fields` this is the prepared card with its URL; with `fields`, values
/// missing from the card come from the record.
pub(super) fn view(
    base_url: &str,
    item: &Item,
    fields: &[String],
    found: &Found<'_>,
) -> Result<Box<RawValue>, ApiError> {
    let members = found.members(item)?;
    let object = |json: &str| serde_json::from_str::<Map<String, Value>>(json).map_err(|_| ApiError::Inside);
    let raw = |json: String| RawValue::from_string(json).map_err(|_| ApiError::Inside);
    if fields.is_empty() {
        let Some((open, id)) = item.card.strip_suffix('}').zip(card_id(&item.card)) else {
            return Err(ApiError::Inside);
        };
        let mut json = format!("{open},\"url\":\"{base_url}/api/v1/records/{id}\"");
        for (name, value) in members {
            json.push_str(&format!(",\"{name}\":{value}"));
        }
        json.push('}');
        return raw(json);
    }
    let mut view = object(&item.card)?;
    let id = view.get("id").and_then(Value::as_str).unwrap_or_default();
    let url = Value::String(format!("{base_url}/api/v1/records/{id}"));
    for (name, value) in object(item.content.as_deref().unwrap_or("{}"))? {
        view.entry(name).or_insert(value);
    }
    view.insert("url".to_owned(), url);
    let mut view = pick(view, fields);
    view.extend(members.into_iter().map(|(name, value)| (name.to_owned(), value)));
    raw(Value::Object(view).to_string())
}

/// The id in a card, where it is always first.
fn card_id(card: &str) -> Option<&str> {
    card.strip_prefix("{\"id\":\"")?.split('"').next()
}
