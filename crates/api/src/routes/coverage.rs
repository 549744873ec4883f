//! `GET /api/v1/coverage`, `/coverage.csv` and `/coverage/bodies.csv`: who of those expected to publish has done so.

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use domain::codes::{Code, OrganisationKind};
use serde::Deserialize;
use store::names::expected::{self, BodyQuery, KindCoverage, Standing};
use utoipa::ToSchema;
use wire::{CoverageCounts, CoverageReport, CoverageRow};

use super::organisations::CountryCode;
use crate::App;
use crate::extract::{Params, Taker};
use crate::parameters::{Choice, parameters};
use crate::problem::ApiError;
use crate::table::{CsvParams, Download, PAGE};

parameters! {
    /// Filters of coverage.
    pub(crate) struct CoverageFilters {
        /// Kind of body.
        kind: Option<Vec<OrganisationKind>>,
        /// Country, ISO 3166-1.
        country: Option<Vec<CountryCode>>,
    }
}

parameters! {
    /// How the bodies stand.
    pub(crate) struct StandingFilter {
        /// Only bodies that published, declared that they use nothing, or are silent.
        #[param(inline)]
        coverage: Option<Vec<StandingName>>,
    }
}

/// How a body that is expected to publish stands.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum StandingName {
    /// It has published records of its own.
    Published,
    /// It has none, and has a nil return that holds.
    NilReturn,
    /// It has neither.
    Silent,
}

impl Choice for StandingName {
    const NOUN: &'static str = "a coverage";
}

impl From<StandingName> for Standing {
    fn from(name: StandingName) -> Self {
        match name {
            StandingName::Published => Self::Published,
            StandingName::NilReturn => Self::NilReturn,
            StandingName::Silent => Self::Silent,
        }
    }
}

/// The label of a kind of body.
pub(crate) fn kind_label(kind: Option<&str>) -> Option<String> {
    Some(OrganisationKind::VOCABULARY.entry(kind?)?.label.to_owned())
}

fn take_query(app: &App, taker: &mut Taker) -> BodyQuery {
    let CoverageFilters { kind, country } = CoverageFilters::take(taker);
    BodyQuery {
        kinds: kind.unwrap_or_default(),
        countries: country.into_iter().flatten().map(|CountryCode(code)| code).collect(),
        ..BodyQuery::on(app.today())
    }
}

/// `3 of 44 have published, 1 has a nil return, 40 are silent`, and how many of those publish elsewhere.
fn sentence(one: &KindCoverage) -> String {
    let are = |count: u64| if count == 1 { "is" } else { "are" };
    let have = |count: u64| if count == 1 { "has" } else { "have" };
    let mut said = format!("{} of {} {} published", one.published, one.expected, have(one.published));
    if one.nil_return > 0 {
        said.push_str(&format!(", {} {} a nil return", one.nil_return, have(one.nil_return)));
    }
    said.push_str(&format!("; {} {} silent", one.silent, are(one.silent)));
    if one.imported_only > 0 {
        said.push_str(&format!(
            ", of which {} {} in other registers",
            one.imported_only,
            are(one.imported_only)
        ));
    }
    said
}

fn row(app: &App, one: KindCoverage) -> CoverageRow {
    let kind = one.kind.as_deref().map(|kind| format!("&kind={kind}")).unwrap_or_default();
    CoverageRow {
        label: kind_label(one.kind.as_deref()),
        sentence: sentence(&one),
        silent_url: format!(
            "{}/api/v1/organisations?silent=true{kind}&country={}",
            app.base_url, one.country
        ),
        counts: CoverageCounts {
            known: one.known,
            expected: one.expected,
            published: one.published,
            nil_return: one.nil_return,
            silent: one.silent,
            imported_only: one.imported_only,
        },
        kind: one.kind,
        country: one.country,
    }
}

fn added(total: CoverageCounts, row: &CoverageRow) -> CoverageCounts {
    CoverageCounts {
        known: total.known + row.counts.known,
        expected: total.expected + row.counts.expected,
        published: total.published + row.counts.published,
        nil_return: total.nil_return + row.counts.nil_return,
        silent: total.silent + row.counts.silent,
        imported_only: total.imported_only + row.counts.imported_only,
    }
}

/// Read who has published
///
/// By kind of body and country: how many are expected to publish, how many have a record of their own or a nil return that holds, and how many are silent. Records taken over from other registers are not a body's own statement; `imported_only` counts the silent bodies that have some.
#[utoipa::path(
    get, path = "/api/v1/coverage", operation_id = "get_coverage", tag = "organisations",
    params(CoverageFilters),
    responses(
        (status = 200, description = "The table, with its base", body = CoverageReport),
    )
)]
pub(crate) async fn get_coverage(
    State(app): State<App>,
    Params(pairs): Params,
) -> Result<Json<CoverageReport>, ApiError> {
    let mut taker = Taker::new(pairs);
    let query = take_query(&app, &mut taker);
    taker.finish()?;
    let all = expected::coverage(&app.db, &query).await?;
    let rows: Vec<CoverageRow> = all.into_iter().map(|one| row(&app, one)).collect();
    let total = rows.iter().fold(CoverageCounts::default(), added);
    Ok(Json(CoverageReport { about: app.about().await?, on: query.on, rows, total }))
}

/// Download who has published as CSV
///
/// The same table as CSV: RFC 4180, UTF-8.
#[utoipa::path(
    get, path = "/api/v1/coverage.csv", operation_id = "export_coverage_csv", tag = "organisations",
    params(CoverageFilters, CsvParams),
    responses(
        (status = 200, description = "The table, a kind of body and country per row", body = String, content_type = "text/csv"),
    )
)]
pub(crate) async fn export_coverage_csv(
    State(app): State<App>,
    mut file: Download,
) -> Result<Response, ApiError> {
    let query = take_query(&app, &mut file.taker);
    let read = |app: App, query: BodyQuery, _: Option<()>| async move {
        Ok((expected::coverage(&app.db, &query).await?, None))
    };
    file.on(query.on).start(&app, export::tables::coverage(), query, read).await
}

/// Download the bodies expected to publish as CSV
///
/// Every body that is expected to publish, since when, why and on what evidence, and how it stands today. `coverage=silent` gives those that have said nothing.
#[utoipa::path(
    get, path = "/api/v1/coverage/bodies.csv", operation_id = "export_expected_bodies_csv", tag = "organisations",
    params(CoverageFilters, StandingFilter, CsvParams),
    responses(
        (status = 200, description = "The bodies, one per row", body = String, content_type = "text/csv"),
    )
)]
pub(crate) async fn export_expected_bodies_csv(
    State(app): State<App>,
    mut file: Download,
) -> Result<Response, ApiError> {
    let mut query = take_query(&app, &mut file.taker);
    let wanted = StandingFilter::take(&mut file.taker).coverage;
    query.standings = wanted.into_iter().flatten().map(Standing::from).collect();
    let read = |app: App, query: BodyQuery, after: Option<i64>| async move {
        expected::bodies(&app.db, &query, after, PAGE).await
    };
    file.on(query.on).start(&app, export::tables::expected_bodies(), query, read).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sentence_has_its_base() {
        #[track_caller]
        fn check(published: u64, nil_return: u64, silent: u64, imported_only: u64, expected: &str) {
            let one = KindCoverage {
                expected: published + nil_return + silent,
                published,
                nil_return,
                silent,
                imported_only,
                ..KindCoverage::default()
            };
            assert_eq!(sentence(&one), expected);
        }
        check(3, 0, 41, 0, "3 of 44 have published; 41 are silent");
        check(
            1,
            1,
            1,
            1,
            "1 of 3 has published, 1 has a nil return; 1 is silent, of which 1 is in other registers",
        );
    }
}
