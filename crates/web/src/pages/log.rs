//! `/log`: the public log, for people.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use wire::LogView;

use super::problem::NotShown;
use crate::ask::Interface;
use crate::language::say;
use crate::layout::{Frame, Twin, page};

#[derive(Template)]
#[template(path = "log.html")]
struct LogPage {
    frame: Frame,
    base: String,
    log: LogView,
}

pub(crate) async fn log(State(interface): State<Interface>) -> Result<Response, NotShown> {
    let mut log: LogView = interface.get("/api/v1/log").await?;
    let page_of = LogPage {
        frame: Frame::new(say("the-public-log"), "log")
            .about(log.about.take())
            .twins(vec![Twin::json("/api/v1/log".to_owned())]),
        base: interface.base().await?.to_owned(),
        log,
    };
    Ok(page(StatusCode::OK, &page_of))
}
