//! What the register knows of a body's duty to publish, and what follows from it today.

use std::collections::BTreeMap;

use domain::codes::{Code, Origin, Phase};
use domain::expected::{Expectation, NilReturn};
use search::RecordQuery;
use store::{Reads, StoreError};
use wire::{Coverage, NilReturnView};

use crate::App;
use crate::problem::ApiError;

/// Expectations and nil returns of several bodies by slug, read at once.
#[derive(Debug, Default)]
pub(super) struct Told {
    expectations: BTreeMap<String, Vec<Expectation>>,
    nil_returns: BTreeMap<String, Vec<NilReturn>>,
}

impl Told {
    pub(super) async fn of(conn: &impl Reads, slugs: &[String]) -> Result<Self, StoreError> {
        Ok(Self {
            expectations: store::names::expected::expectations_of(conn, slugs).await?,
            nil_returns: store::names::expected::nil_returns_of(conn, slugs).await?,
        })
    }

    /// How one of the bodies stands today. `origins` counts its published records by origin.
    pub(super) async fn standing(
        &mut self,
        app: &App,
        slug: &str,
        origins: &BTreeMap<String, u64>,
    ) -> Result<BodyStanding, ApiError> {
        let today = app.today();
        let has = |origin: Origin| origins.get(origin.as_str()).is_some_and(|count| *count > 0);
        let expectations = self.expectations.remove(slug).unwrap_or_default();
        let nil_returns = self.nil_returns.remove(slug).unwrap_or_default();
        let holds = nil_returns.iter().any(|one| one.holds_on(today));
        let expected = expectations.iter().any(|one| one.ended_on.is_none());
        let coverage = match (has(Origin::SelfDeclared), holds, expected) {
            (true, ..) => Coverage::Published,
            (false, true, _) => Coverage::NilReturn,
            (false, false, true) => Coverage::Silent,
            (false, false, false) => Coverage::NotExpected,
        };
        let mut shown = Vec::with_capacity(nil_returns.len());
        for one in nil_returns {
            shown.push(nil_return(app, slug, one).await?);
        }
        Ok(BodyStanding {
            coverage,
            imported_only: has(Origin::Imported) && !has(Origin::SelfDeclared),
            expectations,
            nil_returns: shown,
        })
    }
}

/// How a body stands today.
#[derive(Debug)]
pub(super) struct BodyStanding {
    pub(super) coverage: Coverage,
    pub(super) imported_only: bool,
    pub(super) expectations: Vec<Expectation>,
    pub(super) nil_returns: Vec<NilReturnView>,
}

/// A nil return as it stands today.
pub(super) async fn nil_return(app: &App, slug: &str, one: NilReturn) -> Result<NilReturnView, ApiError> {
    let today = app.today();
    let uses = one.holds_on(today) && uses_something(app, slug).await?;
    Ok(NilReturnView { state: one.state(today, uses), nil_return: one })
}

/// Whether a published record says that a body uses something: its own, or one from another register. What
/// observers say of it does not contradict its word.
async fn uses_something(app: &App, slug: &str) -> Result<bool, ApiError> {
    let codes = |codes: Vec<&'static str>| codes.into_iter().map(str::to_owned).collect::<Vec<String>>();
    let live = Phase::ALL.iter().filter(|phase| phase.is_live()).map(|phase| phase.as_str()).collect();
    let query = RecordQuery {
        facets: vec![
            ("publisher", vec![slug.to_owned()]),
            ("origin", codes(vec![Origin::SelfDeclared.as_str(), Origin::Imported.as_str()])),
            ("phase", codes(live)),
        ],
        ..RecordQuery::default()
    };
    Ok(app.search.look().counts(&query, &[]).await?.0 > 0)
}
