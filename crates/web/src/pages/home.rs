//! `/`, the front page.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;

use super::problem::NotShown;
use super::records::RecordList;
use super::{Count, Item};
use crate::ask::Interface;
use crate::language::say;
use crate::layout::{Frame, Twin, page};
use crate::words::number;

#[derive(Template)]
#[template(path = "home.html")]
struct Page {
    frame: Frame,
    records: String,
    assessments: String,
    contracts: String,
    gaps: String,
    sectors: Vec<Count>,
    latest: Vec<Item>,
}

#[derive(Deserialize)]
struct Total {
    total: u64,
}

pub(crate) async fn home(State(interface): State<Interface>) -> Result<Response, NotShown> {
    let mut list: RecordList =
        interface.get("/api/v1/records?limit=5&sort=-updated_at&facets=sector").await?;
    let total = async |path: &str| -> Result<String, NotShown> {
        let Total { total } = interface.get(path).await?;
        Ok(number(total))
    };
    let mut sectors = list.facets.remove("sector").unwrap_or_default();
    sectors.sort_by_key(|one| one.label("sector"));
    let twins = vec![Twin::atom("/changes.atom".to_owned())];
    let page_of = Page {
        frame: Frame::new(say("open-algorithm-register"), "home").about(list.about).twins(twins),
        records: number(list.total),
        assessments: total("/api/v1/assessments?limit=1").await?,
        contracts: total("/api/v1/contracts?limit=1").await?,
        gaps: total("/api/v1/gaps?limit=1&status=open").await?,
        sectors,
        latest: list.items,
    };
    Ok(page(StatusCode::OK, &page_of))
}
