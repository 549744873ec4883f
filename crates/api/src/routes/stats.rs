//! `GET /api/v1/stats`

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use wire::{BodyCoverage, MonthCount, SectorCoverage, Stats, StatsCell, StatsTable, SupplierConcentration};

use axum::Json;
use axum::extract::State;
use domain::facets::{self, blank_place};
use search::{Cell, Look, RecordQuery};
use store::names::expected::BodyQuery;

use super::coverage::kind_label;
use super::records::list::name_values;
use crate::App;
use crate::extract::{Params, Taker};
use crate::filters::{FacetName, RecordFilters};
use crate::parameters::parameters;
use crate::problem::ApiError;
use crate::reading::take_query;
use crate::sources::shares;

/// The most suppliers named.
const TOP_SUPPLIERS: usize = 20;
/// The most cells in the table.
const CELLS_MAX: usize = 1_000;

parameters! {
    /// The facets to cross-tabulate.
    pub(crate) struct StatsParams {
        /// Facet for the table's rows.
        #[param(value_type = Option<String>, example = "sector", default = "sector", pattern = "^[a-z_]+$")]
        rows: Option<FacetName>,
        /// Facet for the table's columns.
        #[param(value_type = Option<String>, example = "phase", default = "phase", pattern = "^[a-z_]+$")]
        columns: Option<FacetName>,
    }
}

/// Count records
///
/// Counts by any two facets and by month, supplier concentration, and coverage by sector, for the records that match the filters.
#[utoipa::path(
    get, path = "/api/v1/stats", operation_id = "get_stats", tag = "records",
    params(RecordFilters, StatsParams),
    responses(
        (status = 200, description = "The counts", body = Stats),
    )
)]
pub(crate) async fn get_stats(
    State(app): State<App>,
    Params(pairs): Params,
) -> Result<Json<Stats>, ApiError> {
    let mut taker = Taker::new(pairs);
    let query = take_query(&app.db, &app.words, &mut taker).await?;
    let StatsParams { rows, columns } = StatsParams::take(&mut taker);
    taker.finish()?;
    // Both have a default, so that only a fault leaves one out, and then the query has ended.
    let (Some(FacetName(rows)), Some(FacetName(columns))) = (rows, columns) else {
        return Err(ApiError::Inside);
    };
    // A single look, so that all counts are of the same state.
    let look = app.search.look();
    let (total, mut counts) = look.counts(&query, &["supplier", "sector"]).await?;
    let sectors = counts.remove("sector").unwrap_or_default();
    let months = look.months(&query).await?;
    Ok(Json(Stats {
        about: app.about().await?,
        total,
        table: table(&app, &look, &query, rows, columns).await?,
        months: months
            .iter()
            .map(|one| MonthCount { month: format!("{}-{:02}", one.year, one.month), count: one.count })
            .collect(),
        supplier_concentration: concentration(&app, counts.remove("supplier").unwrap_or_default()).await?,
        sectors: coverage(&look, &query, sectors).await?,
        bodies: bodies(&app).await?,
        sources: shares(&app.db).await?,
    }))
}

async fn table(
    app: &App,
    look: &Look,
    query: &RecordQuery,
    rows: &'static str,
    columns: &'static str,
) -> Result<StatsTable, ApiError> {
    let mut cells = look.crosstab(query, rows, columns).await?;
    let more = cells.len().saturating_sub(CELLS_MAX) as u64;
    cells.truncate(CELLS_MAX);
    let values = |of: fn(&Cell) -> &String| {
        let values: BTreeSet<&String> = cells.iter().map(of).filter(|value| !value.is_empty()).collect();
        values.into_iter().cloned().collect::<Vec<String>>()
    };
    let row_labels = app.labels(rows, &values(|cell| &cell.row)).await?;
    let column_labels = app.labels(columns, &values(|cell| &cell.column)).await?;
    let label = |labels: &HashMap<String, Arc<str>>, value: &String| {
        let plain = (!value.is_empty()).then(|| value.clone());
        labels.get(value).map(ToString::to_string).or(plain)
    };
    let some = |value: String| Some(value).filter(|value| !value.is_empty());
    let cells = cells
        .into_iter()
        .map(|cell| StatsCell {
            row_label: label(&row_labels, &cell.row),
            column_label: label(&column_labels, &cell.column),
            row: some(cell.row),
            column: some(cell.column),
            count: cell.count,
        })
        .collect();
    Ok(StatsTable { rows: rows.to_owned(), columns: columns.to_owned(), cells, more })
}

async fn concentration(
    app: &App,
    mut suppliers: Vec<(String, u64)>,
) -> Result<SupplierConcentration, ApiError> {
    // Records that name nobody concentrate on nobody.
    suppliers.retain(|(value, _)| blank_place(value).is_none());
    let namings: u64 = suppliers.iter().map(|(_, count)| count).sum();
    let share = |count: u64| if namings == 0 { 0.0 } else { count as f64 / namings as f64 };
    let herfindahl = suppliers.iter().map(|(_, count)| share(*count).powi(2)).sum();
    let number = suppliers.len() as u64;
    suppliers.truncate(TOP_SUPPLIERS);
    let top_share = share(suppliers.iter().map(|(_, count)| count).sum());
    let mut named = name_values(app, BTreeMap::from([("supplier", suppliers)])).await?;
    Ok(SupplierConcentration {
        suppliers: number,
        namings,
        top: named.remove("supplier").unwrap_or_default(),
        top_share,
        herfindahl,
    })
}

async fn coverage(
    look: &Look,
    query: &RecordQuery,
    sectors: Vec<(String, u64)>,
) -> Result<Vec<SectorCoverage>, ApiError> {
    let flags = look.crosstab(query, "sector", "flag").await?;
    let publishers = look.crosstab(query, "sector", "publisher").await?;
    // Records without an assessment are in cells of their own, one each.
    let assessments = look.crosstab(query, "sector", "assessment_type").await?;
    let mut without: BTreeMap<String, u64> = BTreeMap::new();
    for cell in assessments.into_iter().filter(|cell| blank_place(&cell.column).is_some()) {
        *without.entry(cell.row).or_default() += cell.count;
    }
    let facet = facets::find("sector");
    let mut all = Vec::with_capacity(sectors.len());
    for (sector, records) in sectors {
        let of = |cell: &&Cell| cell.row == sector && !cell.column.is_empty();
        all.push(SectorCoverage {
            label: facet.and_then(|facet| facet.value_label(&sector)).unwrap_or_default().to_owned(),
            records,
            publishers: publishers.iter().filter(of).count() as u64,
            with_assessment: records - without.get(&sector).copied().unwrap_or_default(),
            flags: flags.iter().filter(of).map(|cell| (cell.column.clone(), cell.count)).collect(),
            sector,
        });
    }
    Ok(all)
}

async fn bodies(app: &App) -> Result<Vec<BodyCoverage>, ApiError> {
    let all = store::names::expected::coverage(&app.db, &BodyQuery::on(app.today())).await?;
    let mut kinds: Vec<BodyCoverage> = Vec::new();
    for one in all {
        let place = kinds.iter().position(|known| known.kind == one.kind).unwrap_or_else(|| {
            kinds.push(BodyCoverage {
                label: kind_label(one.kind.as_deref()),
                kind: one.kind.clone(),
                ..BodyCoverage::default()
            });
            kinds.len() - 1
        });
        let kind = &mut kinds[place];
        kind.expected += one.expected;
        kind.published += one.published;
        kind.nil_return += one.nil_return;
        kind.silent += one.silent;
        kind.imported_only += one.imported_only;
    }
    kinds.sort_by_key(|kind| (std::cmp::Reverse(kind.expected), kind.kind.is_none()));
    Ok(kinds)
}
