//! `GET /api/v1/reviews`, `/audits` and `/consultations`, and their CSV files.

use domain::codes::{AuditKind, ConsultationHolder, ConsultationOutcome, ReviewAdvice, ReviewResponse};
use domain::oversight::{Audit, Consultation, Review};
use export::tables;
use store::records::parts::{self, PartQuery};

use super::{PartFilters, PartList, codes, operations};
use crate::listing::PageParams;
use crate::ordered::declared;
use crate::parameters::parameters;
use crate::table::CsvParams;
use crate::when::DayOrInstant;

declared!(Reviews(PartQuery) = parts::REVIEWS; ReviewShown { ReviewSort, ReviewFacets });
declared!(Audits(PartQuery) = parts::AUDITS; AuditShown { AuditSort, AuditFacets });
declared!(Consultations(PartQuery) = parts::CONSULTATIONS; ConsultationShown { ConsultationSort, ConsultationFacets });

parameters! {
    /// Filters of reviews.
    pub(crate) struct ReviewFilters {
        /// What the oversight body advised.
        advice: Option<Vec<ReviewAdvice>>,
        /// What the publisher did with the advice; `pending` if it has not said.
        response: Option<Vec<ReviewResponse>>,
        /// The body met on this day or later; of an instant its day (UTC) counts.
        from: Option<DayOrInstant>,
        /// The body met on this day or earlier; of an instant its day (UTC) counts.
        to: Option<DayOrInstant>,
    }
}

impl ReviewFilters {
    fn narrow(self, query: &mut PartQuery) {
        query.codes = codes(self.advice);
        query.second_codes = codes(self.response);
        query.from = self.from.map(DayOrInstant::day);
        query.to = self.to.map(DayOrInstant::day);
    }
}

operations! {
    Review of Review: ReviewFilters, ReviewShown, tables::reviews, parts::REVIEWS;
    /// Find reviews
    ///
    /// What oversight bodies advised on tools, and whether their advice was followed. Reviews of current versions.
    #[utoipa::path(
        get, path = "/api/v1/reviews", operation_id = "list_reviews", tag = "records",
        params(PartFilters, ReviewFilters, ReviewShown, PageParams),
        responses(
            (status = 200, description = "A page of reviews", body = PartList<Review>),
        )
    )]
    list_reviews at "/api/v1/reviews";
    /// Download reviews as CSV
    ///
    /// All matching reviews, without a limit on rows: RFC 4180, UTF-8.
    #[utoipa::path(
        get, path = "/api/v1/reviews.csv", operation_id = "export_reviews_csv", tag = "records",
        params(PartFilters, ReviewFilters, CsvParams),
        responses(
            (status = 200, description = "The reviews, one per row", body = String, content_type = "text/csv"),
        )
    )]
    export_reviews_csv;
}

parameters! {
    /// Filters of audits.
    pub(crate) struct AuditListFilters {
        /// Who had it done.
        kind: Option<Vec<AuditKind>>,
        /// Finished on this day or later; of an instant its day (UTC) counts.
        from: Option<DayOrInstant>,
        /// Finished on this day or earlier; of an instant its day (UTC) counts.
        to: Option<DayOrInstant>,
    }
}

impl AuditListFilters {
    fn narrow(self, query: &mut PartQuery) {
        query.codes = codes(self.kind);
        query.from = self.from.map(DayOrInstant::day);
        query.to = self.to.map(DayOrInstant::day);
    }
}

operations! {
    Audit of Audit: AuditListFilters, AuditShown, tables::audits, parts::AUDITS;
    /// Find audits
    ///
    /// Who examined tools after the fact, and where the reports are. Audits of current versions.
    #[utoipa::path(
        get, path = "/api/v1/audits", operation_id = "list_audits", tag = "records",
        params(PartFilters, AuditListFilters, AuditShown, PageParams),
        responses(
            (status = 200, description = "A page of audits", body = PartList<Audit>),
        )
    )]
    list_audits at "/api/v1/audits";
    /// Download audits as CSV
    ///
    /// All matching audits, without a limit on rows: RFC 4180, UTF-8, participants as JSON.
    #[utoipa::path(
        get, path = "/api/v1/audits.csv", operation_id = "export_audits_csv", tag = "records",
        params(PartFilters, AuditListFilters, CsvParams),
        responses(
            (status = 200, description = "The audits, one per row", body = String, content_type = "text/csv"),
        )
    )]
    export_audits_csv;
}

parameters! {
    /// Filters of consultations.
    pub(crate) struct ConsultationFilters {
        /// Who asked.
        held_by: Option<Vec<ConsultationHolder>>,
        /// What came of it.
        outcome: Option<Vec<ConsultationOutcome>>,
        /// Opened on this day or later; of an instant its day (UTC) counts.
        from: Option<DayOrInstant>,
        /// Opened on this day or earlier; of an instant its day (UTC) counts.
        to: Option<DayOrInstant>,
    }
}

impl ConsultationFilters {
    fn narrow(self, query: &mut PartQuery) {
        query.codes = codes(self.held_by);
        query.second_codes = codes(self.outcome);
        query.from = self.from.map(DayOrInstant::day);
        query.to = self.to.map(DayOrInstant::day);
    }
}

operations! {
    Consultation of Consultation: ConsultationFilters, ConsultationShown, tables::consultations, parts::CONSULTATIONS;
    /// Find consultations
    ///
    /// When the people concerned were asked, and what came of it. Consultations of current versions.
    #[utoipa::path(
        get, path = "/api/v1/consultations", operation_id = "list_consultations", tag = "records",
        params(PartFilters, ConsultationFilters, ConsultationShown, PageParams),
        responses(
            (status = 200, description = "A page of consultations", body = PartList<Consultation>),
        )
    )]
    list_consultations at "/api/v1/consultations";
    /// Download consultations as CSV
    ///
    /// All matching consultations, without a limit on rows: RFC 4180, UTF-8, groups joined by `;`.
    #[utoipa::path(
        get, path = "/api/v1/consultations.csv", operation_id = "export_consultations_csv", tag = "records",
        params(PartFilters, ConsultationFilters, CsvParams),
        responses(
            (status = 200, description = "The consultations, one per row", body = String, content_type = "text/csv"),
        )
    )]
    export_consultations_csv;
}
