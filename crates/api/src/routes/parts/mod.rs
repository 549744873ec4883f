//! Lists of what records list: reviews, audits, consultations, redress routes, complaints, incidents, environment,
//! and answers to the five tests. All kinds are filtered, sorted, counted and downloaded in one way; each has its own
//! filters and operations in a file beside this one.

pub(crate) mod harm;
pub(crate) mod oversight;
pub(crate) mod promises;

use std::collections::BTreeMap;

use axum::response::Response;
use domain::codes::{Code, Sector};
use export::Typed;
use export::tables::Child;
use serde::Serialize;
use serde::de::DeserializeOwned;
use store::StoreError;
use store::ground::lists::{List, Place};
use store::records::parts::{self, Part, PartKind, PartQuery};
use utoipa::ToSchema;
use wire::{FacetCount, FacetMore, PartyView};

use crate::App;
use crate::extract::Taker;
use crate::filters::{SlugOrId, organisation_slugs};
use crate::listing::{Page, sorted};
use crate::ordered::{Declared, Facets, FacetsOf, SortBy, counted};
use crate::parameters::{FacetLimit, parameters};
use crate::problem::ApiError;
use crate::routes::links::{RecordIdText, record_ids};
use crate::table::{Download, PAGE};
use crate::views::Card;

parameters! {
    /// Filters that all these lists have.
    pub(crate) struct PartFilters {
        /// Public id of a record.
        record: Option<Vec<RecordIdText>>,
        /// Slug or id of the record's publisher.
        publisher: Option<Vec<SlugOrId>>,
        /// Sector of the record.
        sector: Option<Vec<Sector>>,
    }
}

/// Something that a record lists, with the record it belongs to.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PartView<T> {
    /// Public id of the record.
    #[schema(example = "R-4ZK7Q2M")]
    record_id: String,
    /// URL of the record.
    record_url: String,
    /// Title of the record.
    record_title: String,
    publisher: PartyView,
    sectors: Vec<Sector>,
    /// Its place in the record's list, from 1.
    position: i64,
    /// What the record says.
    item: T,
}

/// A page of what records list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PartList<T> {
    /// Notice about the data, for instance that it is invented.
    #[serde(skip_serializing_if = "Option::is_none")]
    about: Option<String>,
    /// The items, each with its record.
    items: Vec<PartView<T>>,
    /// How many match.
    total: u64,
    /// Counts of the requested facets, over everything that matches.
    #[serde(skip_serializing_if = "Option::is_none")]
    facets: Option<BTreeMap<String, Vec<FacetCount>>>,
    /// Facets with further values, beyond those in `facets`.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    facets_more: BTreeMap<String, FacetMore>,
    /// Cursor of the next page; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// Takes the filters that all kinds have out of a query.
async fn take_query(app: &App, taker: &mut Taker, kind: PartKind) -> Result<PartQuery, ApiError> {
    let PartFilters { record, publisher, sector } = PartFilters::take(taker);
    Ok(PartQuery {
        records: record_ids(record),
        publishers: organisation_slugs(&app.db, taker, publisher).await?,
        sectors: sector.unwrap_or_default(),
        ..PartQuery::all(kind)
    })
}

/// The codes, as the store has them.
fn codes<C: Code>(codes: Option<Vec<C>>) -> Vec<String> {
    codes.into_iter().flatten().map(|code| code.as_str().to_owned()).collect()
}

/// Ends a query and answers with a page.
async fn page<L: Declared<Query = PartQuery>, T: DeserializeOwned + Serialize>(
    app: &App,
    path: &'static str,
    taker: Taker,
    query: PartQuery,
    (sort, facets, limit): (Option<SortBy<L>>, FacetsOf<L>, Option<FacetLimit>),
) -> Result<Response, ApiError> {
    let sort = sort.map(SortBy::order);
    let page = Page::take(path, sorted(format!("{query:?}"), sort), taker)?;
    let total = parts::count(&app.db, L::list(), &query).await?;
    let (found, next) =
        parts::list(&app.db, L::list(), &query, sort, page.place().as_ref(), page.limit).await?;
    let next = next.map(|(key, number)| page.cursor(total, key, number));
    let Facets { counts, more } = counted(app, &query, (&facets, limit)).await?;
    let items = found.into_iter().map(|part| view(app, part)).collect::<Result<Vec<PartView<T>>, _>>()?;
    let about = app.about().await?;
    Ok(page.answer(app, next, |next| PartList {
        about,
        items,
        total,
        facets: counts,
        facets_more: more,
        next,
    }))
}

fn view<T: DeserializeOwned>(app: &App, part: Part) -> Result<PartView<T>, ApiError> {
    let Card { title, publisher, sectors } =
        serde_json::from_str(&part.card).map_err(|_| ApiError::Inside)?;
    Ok(PartView {
        record_url: format!("{}/api/v1/records/{}", app.base_url, part.record_id),
        record_title: title,
        publisher,
        sectors,
        position: part.position,
        item: item(&part)?,
        record_id: part.record_id,
    })
}

/// What the record says. Errors: the stored text is not that.
fn item<T: DeserializeOwned>(part: &Part) -> Result<T, StoreError> {
    serde_json::from_str(&part.detail)
        .map_err(|error| StoreError::inconsistent("record_parts", "detail", &part.record_id, error))
}

/// Ends a query and starts a download of everything that matches.
async fn download<T: DeserializeOwned + Send + 'static>(
    app: &App,
    file: Download,
    table: &'static Typed<Child<T>>,
    list: &'static List<PartQuery>,
    query: PartQuery,
) -> Result<Response, ApiError> {
    let read = move |app: App, query: PartQuery, after: Option<Place>| async move {
        let (found, next) = parts::list(&app.db, list, &query, None, after.as_ref(), PAGE).await?;
        let rows = found.into_iter().map(|part| {
            Ok(Child {
                item: item(&part)?,
                record_id: part.record_id,
                publisher_id: part.publisher,
                position: part.position,
            })
        });
        Ok((rows.collect::<Result<Vec<Child<T>>, StoreError>>()?, next))
    };
    file.start(app, table, query, read).await
}

/// The two operations of a kind, whose filters are a struct with a `narrow`. Their `utoipa::path` stands where the
/// macro is used, so that each is described in words.
macro_rules! operations {
    (
        $kind:ident of $item:ty: $filters:ident, $shown:ident, $table:path, $list_of:path;
        $(#[$($listed:tt)*])*
        $list:ident at $path:literal;
        $(#[$($exported:tt)*])*
        $export:ident;
    ) => {
        $(#[$($listed)*])*
        pub(crate) async fn $list(
            axum::extract::State(app): axum::extract::State<crate::App>,
            crate::extract::Params(pairs): crate::extract::Params,
        ) -> Result<axum::response::Response, crate::problem::ApiError> {
            let mut taker = crate::extract::Taker::new(pairs);
            let kind = store::records::parts::PartKind::$kind;
            let mut query = crate::routes::parts::take_query(&app, &mut taker, kind).await?;
            $filters::take(&mut taker).narrow(&mut query);
            let $shown { sort, facets, facet_limit } = $shown::take(&mut taker);
            crate::routes::parts::page::<_, $item>(&app, $path, taker, query, (sort, facets, facet_limit)).await
        }

        $(#[$($exported)*])*
        pub(crate) async fn $export(
            axum::extract::State(app): axum::extract::State<crate::App>,
            mut file: crate::table::Download,
        ) -> Result<axum::response::Response, crate::problem::ApiError> {
            let kind = store::records::parts::PartKind::$kind;
            let mut query = crate::routes::parts::take_query(&app, &mut file.taker, kind).await?;
            $filters::take(&mut file.taker).narrow(&mut query);
            crate::routes::parts::download(&app, file, $table(), &$list_of, query).await
        }
    };
}

pub(crate) use operations;
