//! The filters of gap lists, the same for JSON and CSV.

use domain::codes::{GapRule, GapStatus, OrganisationKind};
use store::procurement::gaps::GapQuery;

use crate::App;
use crate::extract::Taker;
use crate::filters::{SlugOrId, organisation_slugs};
use crate::parameters::{parameters, uuids};
use crate::problem::ApiError;
use crate::routes::contracts::{WatchGroup, texts};
use crate::routes::links::{RecordIdText, record_ids};

parameters! {
    /// Filters of gaps.
    pub(crate) struct GapFilters {
        /// Rule that found it.
        rule: Option<Vec<GapRule>>,
        /// Status of the gap.
        status: Option<Vec<GapStatus>>,
        /// Slug or id of the body concerned.
        organisation: Option<Vec<SlugOrId>>,
        /// Kind of the body concerned.
        organisation_kind: Option<Vec<OrganisationKind>>,
        /// Id of a contract.
        contract: Option<Vec<uuid::Uuid>>,
        /// Public id of a record.
        record: Option<Vec<RecordIdText>>,
        /// Watch-list group of the contract.
        watch_group: Option<Vec<WatchGroup>>,
    }
}

/// Takes the gap filters out of a query.
pub(super) async fn take_query(app: &App, taker: &mut Taker) -> Result<GapQuery, ApiError> {
    let filters = GapFilters::take(taker);
    Ok(GapQuery {
        rules: filters.rule.unwrap_or_default(),
        statuses: filters.status.unwrap_or_default(),
        organisations: organisation_slugs(&app.db, taker, filters.organisation).await?,
        kinds: filters.organisation_kind.unwrap_or_default(),
        contracts: uuids(filters.contract),
        records: record_ids(filters.record),
        watch_groups: texts(filters.watch_group),
    })
}
