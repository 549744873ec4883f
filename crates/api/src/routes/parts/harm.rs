//! `GET /api/v1/redress-routes`, `/complaints` and `/incidents`, and their CSV files.

use domain::record::{ComplaintStatistic, Incident, RedressRoute};
use export::tables;
use store::records::parts::{self, PartQuery};

use super::{PartFilters, PartList, operations};
use crate::extract::Taker;
use crate::listing::PageParams;
use crate::ordered::declared;
use crate::parameters::parameters;
use crate::table::CsvParams;
use crate::when::DayOrInstant;

declared!(RedressRoutes(PartQuery) = parts::REDRESS_ROUTES; RouteShown { RouteSort, RouteFacets });
declared!(Complaints(PartQuery) = parts::COMPLAINTS; ComplaintShown { ComplaintSort, ComplaintFacets });
declared!(Incidents(PartQuery) = parts::INCIDENTS; IncidentShown { IncidentSort, IncidentFacets });

parameters! {
    /// Filters of redress routes.
    pub(crate) struct RouteFilters {
        /// How an outcome can be challenged, in the record's own words; the facet `channel` lists them.
        #[param(min_length = 1, max_length = 500)]
        channel: Option<Vec<String>>,
    }
}

impl RouteFilters {
    fn narrow(self, query: &mut PartQuery) {
        query.codes = self.channel.unwrap_or_default();
    }
}

operations! {
    RedressRoute of RedressRoute: RouteFilters, RouteShown, tables::redress_routes, parts::REDRESS_ROUTES;
    /// Find redress routes
    ///
    /// How people can challenge an outcome or a tool. Routes of current versions.
    #[utoipa::path(
        get, path = "/api/v1/redress-routes", operation_id = "list_redress_routes", tag = "records",
        params(PartFilters, RouteFilters, RouteShown, PageParams),
        responses(
            (status = 200, description = "A page of redress routes", body = PartList<RedressRoute>),
        )
    )]
    list_redress_routes at "/api/v1/redress-routes";
    /// Download redress routes as CSV
    ///
    /// All matching redress routes, without a limit on rows: RFC 4180, UTF-8, lists joined by `;`.
    #[utoipa::path(
        get, path = "/api/v1/redress-routes.csv", operation_id = "export_redress_routes_csv", tag = "records",
        params(PartFilters, RouteFilters, CsvParams),
        responses(
            (status = 200, description = "The redress routes, one per row", body = String, content_type = "text/csv"),
        )
    )]
    export_redress_routes_csv;
}

/// Complaints have no filters of their own.
struct ComplaintFilters;

impl ComplaintFilters {
    fn take(_: &mut Taker) -> Self {
        Self
    }

    fn narrow(self, _: &mut PartQuery) {}
}

operations! {
    Complaint of ComplaintStatistic: ComplaintFilters, ComplaintShown, tables::complaints, parts::COMPLAINTS;
    /// Find complaint statistics
    ///
    /// How many people complained in a period, and how many were right. Statistics of current versions.
    #[utoipa::path(
        get, path = "/api/v1/complaints", operation_id = "list_complaints", tag = "records",
        params(PartFilters, ComplaintShown, PageParams),
        responses(
            (status = 200, description = "A page of complaint statistics", body = PartList<ComplaintStatistic>),
        )
    )]
    list_complaints at "/api/v1/complaints";
    /// Download complaint statistics as CSV
    ///
    /// All matching complaint statistics, without a limit on rows: RFC 4180, UTF-8.
    #[utoipa::path(
        get, path = "/api/v1/complaints.csv", operation_id = "export_complaints_csv", tag = "records",
        params(PartFilters, CsvParams),
        responses(
            (status = 200, description = "The statistics, one per row", body = String, content_type = "text/csv"),
        )
    )]
    export_complaints_csv;
}

parameters! {
    /// Filters of incidents.
    pub(crate) struct IncidentFilters {
        /// What went wrong, in the record's own words; the facet `kind` lists them.
        #[param(min_length = 1, max_length = 500)]
        kind: Option<Vec<String>>,
        /// Happened on this day or later; of an instant its day (UTC) counts.
        from: Option<DayOrInstant>,
        /// Happened on this day or earlier; of an instant its day (UTC) counts.
        to: Option<DayOrInstant>,
    }
}

impl IncidentFilters {
    fn narrow(self, query: &mut PartQuery) {
        query.codes = self.kind.unwrap_or_default();
        query.from = self.from.map(DayOrInstant::day);
        query.to = self.to.map(DayOrInstant::day);
    }
}

operations! {
    Incident of Incident: IncidentFilters, IncidentShown, tables::incidents, parts::INCIDENTS;
    /// Find incidents
    ///
    /// What went wrong with tools, and what was done. Incidents of current versions.
    #[utoipa::path(
        get, path = "/api/v1/incidents", operation_id = "list_incidents", tag = "records",
        params(PartFilters, IncidentFilters, IncidentShown, PageParams),
        responses(
            (status = 200, description = "A page of incidents", body = PartList<Incident>),
        )
    )]
    list_incidents at "/api/v1/incidents";
    /// Download incidents as CSV
    ///
    /// All matching incidents, without a limit on rows: RFC 4180, UTF-8.
    #[utoipa::path(
        get, path = "/api/v1/incidents.csv", operation_id = "export_incidents_csv", tag = "records",
        params(PartFilters, IncidentFilters, CsvParams),
        responses(
            (status = 200, description = "The incidents, one per row", body = String, content_type = "text/csv"),
        )
    )]
    export_incidents_csv;
}
