//! What is used at a body, by the records that name it as a place of use: its own and those of others.

use std::collections::HashMap;

use search::RecordQuery;
use store::Reads;
use store::names::organisations;
use wire::{Uses, UsesNearby};

use super::counts;
use crate::App;
use crate::problem::ApiError;

/// The facet that these counts are of.
const USED_BY: &str = "used_by";

/// What is used at a body, at the body above it and at those right below it.
pub(super) async fn uses(
    app: &App,
    conn: &impl Reads,
    slug: &str,
    parent: Option<&str>,
) -> Result<Uses, ApiError> {
    let above = match parent {
        Some(parent) => organisations::find(conn, parent).await?.map(|stored| stored.organisation),
        None => None,
    };
    let above = above.map(|body| vec![(body.slug, body.name)]).unwrap_or_default();
    Ok(Uses {
        counts: counts(app, USED_BY, slug).await?,
        records_url: records_url(app, slug),
        through_parent: nearby(app, above).await?.pop(),
        below: nearby(app, organisations::below(conn, slug).await?).await?,
    })
}

fn records_url(app: &App, slug: &str) -> String {
    format!("{}/api/v1/records?{USED_BY}={slug}", app.base_url)
}

/// Those of some bodies (slug and name) that records name as places of use, in the same order.
async fn nearby(app: &App, bodies: Vec<(String, String)>) -> Result<Vec<UsesNearby>, ApiError> {
    if bodies.is_empty() {
        return Ok(Vec::new());
    }
    let (_, mut counted) = app.search.look().counts(&RecordQuery::default(), &[USED_BY]).await?;
    let counted: HashMap<String, u64> = counted.remove(USED_BY).unwrap_or_default().into_iter().collect();
    let used = bodies.into_iter().filter_map(|(slug, name)| {
        let records = *counted.get(&slug)?;
        (records > 0).then(|| UsesNearby {
            name,
            records,
            records_url: records_url(app, &slug),
            organisation: slug,
        })
    });
    Ok(used.collect())
}
