//! `GET /api/v1/links` and `POST /api/v1/links/{id}/judgement`: which contract belongs to which record or
//! product, and on whose word.

use acts::Caller;
use axum::Json;
use axum::extract::State;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use domain::codes::{LinkClass, LinkState};
use serde::Deserialize;
use store::ground::page::Cursor;
use store::procurement::links::{self, Link, LinkQuery, Target};
use utoipa::{IntoParams, ToSchema};
use wire::{LinkList, LinkView, TargetKind};

use crate::App;
use crate::body::Sent;
use crate::extract::{NoParams, PageParams, Params, Segment, Taker};
use crate::filters::SlugOrId;
use crate::problem::{ApiError, Fault};
use crate::routes::contracts::uuid_of;
use crate::routes::next_link;
use crate::routes::records::export::CsvParams;
use crate::table::{PAGE, download};
use crate::write::begin;

/// Filters of links.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "it documents what `take_query` reads, which a test compares")]
pub(crate) struct LinkFilters {
    /// Strength of the evidence.
    class: Option<Vec<LinkClass>>,
    /// State after people's judgement.
    state: Option<Vec<LinkState>>,
    /// Id of a contract.
    contract: Option<Vec<uuid::Uuid>>,
    /// Public id of a record.
    record: Option<Vec<RecordIdText>>,
    /// Slug or id of a product.
    product: Option<Vec<SlugOrId>>,
    /// Only links to records, or only to products.
    #[param(inline)]
    target_kind: Option<TargetKind>,
}

/// The public id of a record.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(value_type = String, pattern = "^R-[0-9A-HJKMNP-TV-Z]{7}$", example = "R-4ZK7Q2M")]
pub(crate) struct RecordIdText(#[expect(dead_code, reason = "only its schema is used")] String);

pub(crate) fn view(app: &App, link: Link) -> LinkView {
    let base = &app.base_url;
    let (target_kind, target_url) = match &link.target {
        Target::Record(id) => (TargetKind::Record, format!("{base}/api/v1/records/{id}")),
        Target::Product(slug) => (TargetKind::Product, format!("{base}/api/v1/products/{slug}")),
    };
    LinkView {
        url: format!("{base}/api/v1/links/{}", link.id),
        contract_url: format!("{base}/api/v1/contracts/{}", link.contract_id),
        target_kind,
        target_id: link.target.name().to_owned(),
        target_url,
        id: link.id,
        contract_id: link.contract_id,
        class: link.class,
        state: link.state,
        evidence: link.evidence,
        rule_version: link.rule_version,
        made_at: link.made_at,
        changed_at: link.changed_at,
        judged_at: link.judged_at,
        judged_as: link.judged_role,
        reason: link.reason,
    }
}

async fn take_query(app: &App, taker: &mut Taker) -> Result<LinkQuery, ApiError> {
    let mut query = LinkQuery {
        classes: taker.codes("class"),
        states: taker.codes("state"),
        contracts: taker.uuids("contract"),
        records: taker.record_ids("record"),
        ..LinkQuery::default()
    };
    for value in taker.many("product") {
        match crate::filters::check(&app.db, "product", &value).await? {
            Ok(slug) => query.products.push(slug),
            Err(fault) => taker.fault(fault),
        }
    }
    let kind = taker.read("target_kind", |text| {
        links::TargetKind::ALL.into_iter().find(|kind| kind.as_str() == text).ok_or_else(|| {
            let shown = domain::cell::short(text);
            Fault::new("target_kind", "unknown-code", format!("'{shown}' is not a kind of target"))
                .hint("use one of: record, product")
        })
    });
    query.kinds.extend(kind);
    Ok(query)
}

/// Find links
///
/// Which contracts belong to which records and products, found by rules or judged by people, each link with its evidence.
#[utoipa::path(
    get, path = "/api/v1/links", operation_id = "list_links", tag = "procurement",
    params(LinkFilters, PageParams),
    responses(
        (status = 200, description = "A page of links", body = LinkList),
    )
)]
pub(crate) async fn list_links(State(app): State<App>, Params(pairs): Params) -> Result<Response, ApiError> {
    let mut taker = Taker::new(pairs.clone());
    let query = take_query(&app, &mut taker).await?;
    let limit = taker.limit();
    let identity = format!("links {query:?}");
    let cursor = taker.cursor(&identity);
    taker.finish()?;
    let after = cursor.map(|cursor| cursor.number);
    let total = links::count(&app.db, &query).await?;
    let (links, next) = links::list(&app.db, &query, after, limit).await?;
    let next = next.map(|seq| Cursor::new(&identity, 0, total, String::new(), seq).encode());
    let link = next_link(&app.base_url, "/api/v1/links", &pairs, next.as_deref());
    let items = links.into_iter().map(|link| view(&app, link)).collect();
    let list = LinkList { about: app.about().await?, items, total, next };
    let mut response = Json(list).into_response();
    response.headers_mut().extend(link);
    Ok(response)
}

/// Download links as CSV
///
/// All matching links, without a limit on rows: RFC 4180, UTF-8; names of rules joined by `;`, evidence as JSON.
#[utoipa::path(
    get, path = "/api/v1/links.csv", operation_id = "export_links_csv", tag = "procurement",
    params(LinkFilters, CsvParams),
    responses(
        (status = 200, description = "The links, one per row", body = String, content_type = "text/csv"),
    )
)]
pub(crate) async fn export_links_csv(
    State(app): State<App>,
    method: Method,
    Params(pairs): Params,
) -> Result<Response, ApiError> {
    let mut taker = Taker::new(pairs.clone());
    let excel = taker.boolean("excel").unwrap_or(false);
    let query = take_query(&app, &mut taker).await?;
    taker.finish()?;
    let identity = format!("{pairs:?}");
    let from = app.clone();
    let read = move |after: Option<i64>| {
        let (app, query) = (from.clone(), query.clone());
        async move { links::list(&app.db, &query, after, PAGE).await }
    };
    Ok(download(&app, &method, &identity, export::tables::links(), excel, read).await?)
}

/// Read a link
///
/// One link, with its evidence and judgement.
#[utoipa::path(
    get, path = "/api/v1/links/{id}", operation_id = "get_link", tag = "procurement",
    params(("id" = uuid::Uuid, Path, description = "Id of the link")),
    responses(
        (status = 200, description = "The link", body = LinkView),
        (status = 404, description = "No such link"),
    )
)]
pub(crate) async fn get_link(
    State(app): State<App>,
    Segment(id): Segment,
    _: NoParams,
) -> Result<Json<LinkView>, ApiError> {
    let id = uuid_of(&id, "link")?;
    let link = links::find(&app.db, &id).await?;
    Ok(Json(view(&app, link.ok_or(ApiError::NotFound("link", id))?)))
}

/// A judgement of a link.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewJudgement {
    verdict: Verdict,
    /// The reason, in a sentence; public.
    #[schema(max_length = 2000, example = "The contract is for the cameras of this record")]
    reason: String,
}

/// A verdict on a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Verdict {
    /// The link is right.
    Confirm,
    /// The link is wrong and is never proposed again; administrators only.
    Reject,
    /// The body says that the link is wrong; an administrator decides.
    Dispute,
}

impl From<Verdict> for acts::Verdict {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Confirm => Self::Confirm,
            Verdict::Reject => Self::Reject,
            Verdict::Dispute => Self::Dispute,
        }
    }
}

/// Judge a link
///
/// The body that answers for the record confirms or disputes a link; an administrator confirms or rejects it. A rejected link is never proposed again.
#[utoipa::path(
    post, path = "/api/v1/links/{id}/judgement", operation_id = "judge_link", tag = "procurement", security(("token" = [])),
    params(
        ("id" = uuid::Uuid, Path, description = "Id of the link"),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes retries safe: the same key and body return the first answer again"),
    ),
    request_body = NewJudgement,
    responses(
        (status = 200, description = "The link as it is now", body = LinkView),
        (status = 403, description = "Your roles do not allow this"),
        (status = 404, description = "No such link"),
    )
)]
pub(crate) async fn judge_link(
    State(app): State<App>,
    caller: Caller,
    Segment(id): Segment,
    sent: Sent,
) -> Result<Response, ApiError> {
    let id = uuid_of(&id, "link")?;
    let new: NewJudgement = sent.json()?;
    let why = app.allowed(acts::reason("/reason", Some(new.reason), true))?.unwrap_or_default();
    let write = begin(&app, &caller, &sent, true).await?;
    let judged = app.allowed(acts::judge_link(&write.act(), &id, new.verdict.into(), &why).await)?;
    write.answer(StatusCode::OK, None, None, &view(&app, judged)).await
}
