//! `/`, the front page.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::facets::blank_place;
use wire::{About, AssessmentList, ContractList, FacetCount, GapList, RecordItem, RecordList};

use super::known::Share;
use super::problem::NotShown;
use super::{Told, facet_label};
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
    sectors: Vec<FacetCount>,
    latest: Vec<RecordItem>,
    sources: Vec<Share>,
}

pub(crate) async fn home(State(interface): State<Interface>) -> Result<Response, NotShown> {
    let mut list: RecordList =
        interface.get("/api/v1/records?limit=5&sort=-updated_at&facets=sector").await?;
    let assessments: AssessmentList = interface.get("/api/v1/assessments?limit=1").await?;
    let contracts: ContractList = interface.get("/api/v1/contracts?limit=1").await?;
    let about: About = interface.get("/api/v1").await?;
    let gaps: GapList = interface.get("/api/v1/gaps?limit=1&status=open").await?;
    let mut sectors = list.facets.as_mut().and_then(|facets| facets.remove("sector")).unwrap_or_default();
    sectors.sort_by_key(|one| (blank_place(&one.value), facet_label("sector", one)));
    let twins = vec![Twin::atom("/changes.atom".to_owned())];
    let page_of = Page {
        frame: Frame::new(say("open-algorithm-register"), "home").about(list.about).twins(twins),
        records: number(list.total),
        assessments: number(assessments.total),
        contracts: number(contracts.total),
        gaps: number(gaps.total),
        sectors,
        latest: list.items,
        sources: about.sources.iter().map(Share::of).collect(),
    };
    Ok(page(StatusCode::OK, &page_of))
}
