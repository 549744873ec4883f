//! `GET /api/v1/environment` and `/tests`, and their CSV files: what tools use up, and how bodies answer the five
//! tests.

use domain::codes::{EnvironmentKind, EstimateBasis};
use domain::procurement::Environment;
use domain::record::AnsweredTest;
use export::tables;
use serde::Deserialize;
use store::records::parts::{self, PartQuery};
use utoipa::ToSchema;

use super::{PartFilters, PartList, codes, operations};
use crate::listing::PageParams;
use crate::ordered::declared;
use crate::parameters::{Choice, parameters};
use crate::table::CsvParams;

declared!(Environments(PartQuery) = parts::ENVIRONMENT; EnvironmentShown { EnvironmentSort, EnvironmentFacets });
declared!(FiveTests(PartQuery) = parts::TESTS; TestShown { TestSort, TestFacets });

parameters! {
    /// Filters of what tools use up.
    pub(crate) struct EnvironmentFilters {
        /// What is used up.
        kind: Option<Vec<EnvironmentKind>>,
        /// Measured or estimated.
        basis: Option<Vec<EstimateBasis>>,
    }
}

impl EnvironmentFilters {
    fn narrow(self, query: &mut PartQuery) {
        query.codes = codes(self.kind);
        query.second_codes = codes(self.basis);
    }
}

operations! {
    Environment of Environment: EnvironmentFilters, EnvironmentShown, tables::environment, parts::ENVIRONMENT;
    /// Find what tools use up
    ///
    /// Energy, carbon and water, as the records of current versions state them.
    #[utoipa::path(
        get, path = "/api/v1/environment", operation_id = "list_environment", tag = "records",
        params(PartFilters, EnvironmentFilters, EnvironmentShown, PageParams),
        responses(
            (status = 200, description = "A page of what tools use up", body = PartList<Environment>),
        )
    )]
    list_environment at "/api/v1/environment";
    /// Download what tools use up as CSV
    ///
    /// All matching statements, without a limit on rows: RFC 4180, UTF-8.
    #[utoipa::path(
        get, path = "/api/v1/environment.csv", operation_id = "export_environment_csv", tag = "records",
        params(PartFilters, EnvironmentFilters, CsvParams),
        responses(
            (status = 200, description = "The statements, one per row", body = String, content_type = "text/csv"),
        )
    )]
    export_environment_csv;
}

/// One of the five tests.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum TestName {
    /// Was it prepared?
    Preparation,
    /// Does it follow principles?
    Principles,
    /// Did people take part?
    Participation,
    /// Does it do good?
    Prosperity,
    /// Who gains power?
    Power,
}

impl Choice for TestName {
    const NOUN: &'static str = "one of the five tests";
}

impl TestName {
    fn as_str(self) -> &'static str {
        match self {
            Self::Preparation => "preparation",
            Self::Principles => "principles",
            Self::Participation => "participation",
            Self::Prosperity => "prosperity",
            Self::Power => "power",
        }
    }
}

parameters! {
    /// Filters of answers to the five tests.
    pub(crate) struct TestFilters {
        /// Which of the five tests.
        #[param(inline)]
        test: Option<Vec<TestName>>,
    }
}

impl TestFilters {
    fn narrow(self, query: &mut PartQuery) {
        query.codes = self.test.into_iter().flatten().map(|test| test.as_str().to_owned()).collect();
    }
}

operations! {
    Test of AnsweredTest: TestFilters, TestShown, tables::tests, parts::TESTS;
    /// Find answers to the five tests
    ///
    /// How bodies answer for preparation, principles, participation, prosperity and power, in the records of current versions.
    #[utoipa::path(
        get, path = "/api/v1/tests", operation_id = "list_tests", tag = "records",
        params(PartFilters, TestFilters, TestShown, PageParams),
        responses(
            (status = 200, description = "A page of answers", body = PartList<AnsweredTest>),
        )
    )]
    list_tests at "/api/v1/tests";
    /// Download answers to the five tests as CSV
    ///
    /// All matching answers, without a limit on rows: RFC 4180, UTF-8.
    #[utoipa::path(
        get, path = "/api/v1/tests.csv", operation_id = "export_tests_csv", tag = "records",
        params(PartFilters, TestFilters, CsvParams),
        responses(
            (status = 200, description = "The answers, one per row", body = String, content_type = "text/csv"),
        )
    )]
    export_tests_csv;
}
