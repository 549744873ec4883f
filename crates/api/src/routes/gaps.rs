//! `GET /api/v1/gaps` and `POST /api/v1/gaps/{id}/reply`: what was bought and is not on the register, and what
//! the bodies say to it.

use acts::Caller;
use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, NaiveDate, Utc};
use domain::RecordId;
use domain::authorisation::{Object, Permission};
use domain::codes::{Code, GapRule, GapStatus, OrganisationKind, Role};
use domain::contracting::Money;
use serde::{Deserialize, Serialize};
use store::audit::Deed;
use store::gaps::{Coverage, Gap, GapQuery, Reply};
use store::links::Judgement;
use store::page::Cursor;
use store::submissions::{standing, whole};
use utoipa::{IntoParams, ToSchema};

use crate::App;
use crate::body::Sent;
use crate::extract::{NoParams, PageParams, Params, Segment, Taker};
use crate::filters::SlugOrId;
use crate::problem::{ApiError, Fault, Problem};
use crate::routes::contracts::{WatchGroup, uuid_of};
use crate::routes::links::RecordIdText;
use crate::routes::next_link;
use crate::routes::records::export::CsvParams;
use crate::table::{PAGE, download};
use crate::write::begin;

/// Filters of gaps.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "it documents what `take_query` reads, which a test compares")]
pub(crate) struct GapFilters {
    /// What the report looks for.
    rule: Option<Vec<GapRule>>,
    /// What became of it.
    status: Option<Vec<GapStatus>>,
    /// Slug or id of the body that is asked.
    organisation: Option<Vec<SlugOrId>>,
    /// Kind of the body that is asked.
    organisation_kind: Option<Vec<OrganisationKind>>,
    /// Id of a contract.
    contract: Option<Vec<uuid::Uuid>>,
    /// Public id of a record.
    record: Option<Vec<RecordIdText>>,
    /// Group of the watch list that the contract is in.
    watch_group: Option<Vec<WatchGroup>>,
}

/// A gap, with what was said to it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct GapView {
    /// Id; a gap found again has the same.
    id: String,
    /// Its own address.
    url: String,
    /// What the report looks for.
    rule: GapRule,
    /// The rule's number in the documents.
    #[schema(example = "G1")]
    number: &'static str,
    /// Release of the rule.
    rule_version: String,
    /// What became of it.
    status: GapStatus,
    /// Why, in a sentence.
    reason: String,
    /// Slug of the body that is asked; absent where nobody is.
    #[serde(skip_serializing_if = "Option::is_none")]
    organisation: Option<String>,
    /// The contract it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    contract_id: Option<String>,
    /// Title of the contract.
    #[serde(skip_serializing_if = "Option::is_none")]
    contract_title: Option<String>,
    /// Address of the contract.
    #[serde(skip_serializing_if = "Option::is_none")]
    contract_url: Option<String>,
    /// Its buyers as the notice names them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    buyer_names: Vec<String>,
    /// Its suppliers as the notice names them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    supplier_names: Vec<String>,
    /// What it costs.
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<Money>,
    /// The record it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    record_id: Option<String>,
    /// Address of the record.
    #[serde(skip_serializing_if = "Option::is_none")]
    record_url: Option<String>,
    /// When it was first found.
    found_at: DateTime<Utc>,
    /// When it last changed.
    changed_at: DateTime<Utc>,
    /// What was said to it, the first answer first.
    replies: Vec<ReplyView>,
}

/// An answer to a gap.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ReplyView {
    /// What it made of the gap.
    status: GapStatus,
    /// In words.
    statement: String,
    /// The record it names.
    #[serde(skip_serializing_if = "Option::is_none")]
    record_id: Option<String>,
    /// Slug of the body that answered; absent for the register itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    organisation: Option<String>,
    /// When.
    made_at: DateTime<Utc>,
}

/// What a report of gaps covers, and what it cannot show.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CoverageView {
    /// When the rules were last asked; absent before the first notices.
    #[serde(skip_serializing_if = "Option::is_none")]
    ran_at: Option<DateTime<Utc>>,
    /// Release of the rules.
    rule_version: String,
    /// Release of the watch list.
    watch_list_version: String,
    /// Where notices came from.
    sources: Vec<SourceView>,
    /// Elements of imported files that could not be used.
    rejected_releases: u64,
    /// Contracts and awards in the notices.
    contracts: u64,
    /// Of them on the watch list.
    on_watch_list: u64,
    /// Buyers named in contracts on the watch list.
    buyers: ShareView,
    /// Suppliers named in contracts on the watch list.
    suppliers: ShareView,
    /// Gaps by rule and status.
    gaps: BTreeMap<String, BTreeMap<String, u64>>,
    /// What no report can show.
    limits: String,
}

/// Notices of a source.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SourceView {
    /// The source, such as `find_a_tender`.
    source: String,
    /// Its processes.
    processes: u64,
    /// Its releases.
    releases: u64,
    /// Day of the first release.
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<NaiveDate>,
    /// Day of the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<NaiveDate>,
}

/// How many of all are known to the register.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ShareView {
    /// Of whom the register knows who they are.
    resolved: u64,
    /// All.
    total: u64,
}

/// A page of gaps, with what the report covers.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct GapList {
    /// What must be said about the data, such as that they are invented.
    #[serde(skip_serializing_if = "Option::is_none")]
    about: Option<&'static str>,
    /// What the report covers.
    coverage: CoverageView,
    /// The gaps in the order in which they were found.
    items: Vec<GapView>,
    /// How many match.
    total: u64,
    /// The cursor of the next page; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

impl GapView {
    fn of(app: &App, gap: Gap) -> Self {
        let base = &app.base_url;
        Self {
            url: format!("{base}/api/v1/gaps/{}", gap.id),
            contract_url: gap.contract_id.as_ref().map(|id| format!("{base}/api/v1/contracts/{id}")),
            record_url: gap.record_id.as_ref().map(|id| format!("{base}/api/v1/records/{id}")),
            id: gap.id,
            rule: gap.rule,
            number: gap.rule.number(),
            rule_version: gap.rule_version,
            status: gap.status,
            reason: gap.reason,
            organisation: gap.organisation,
            contract_id: gap.contract_id,
            contract_title: gap.contract_title,
            buyer_names: gap.buyer_names,
            supplier_names: gap.supplier_names,
            value: gap.value,
            record_id: gap.record_id,
            found_at: gap.found_at,
            changed_at: gap.changed_at,
            replies: gap.replies.into_iter().map(ReplyView::from).collect(),
        }
    }
}

impl From<Reply> for ReplyView {
    fn from(reply: Reply) -> Self {
        Self {
            status: reply.status,
            statement: reply.statement,
            record_id: reply.record_id,
            organisation: reply.organisation,
            made_at: reply.made_at,
        }
    }
}

impl From<Option<Coverage>> for CoverageView {
    fn from(coverage: Option<Coverage>) -> Self {
        let ran_at = coverage.as_ref().map(|coverage| coverage.ran_at);
        let coverage = coverage.unwrap_or_else(Coverage::of_nothing);
        let share = |share: store::gaps::Share| ShareView { resolved: share.resolved, total: share.total };
        Self {
            ran_at,
            rule_version: coverage.rule_version,
            watch_list_version: coverage.watch_list_version,
            sources: coverage
                .sources
                .into_iter()
                .map(|one| SourceView {
                    source: one.source,
                    processes: one.processes,
                    releases: one.releases,
                    from: one.from,
                    to: one.to,
                })
                .collect(),
            rejected_releases: coverage.rejected_releases,
            contracts: coverage.contracts,
            on_watch_list: coverage.on_watch_list,
            buyers: share(coverage.buyers),
            suppliers: share(coverage.suppliers),
            gaps: coverage.gaps,
            limits: coverage.limits,
        }
    }
}

async fn take_query(app: &App, taker: &mut Taker) -> Result<GapQuery, ApiError> {
    let mut query = GapQuery {
        rules: taker.codes("rule"),
        statuses: taker.codes("status"),
        kinds: taker.codes("organisation_kind"),
        contracts: taker.uuids("contract"),
        records: taker.record_ids("record"),
        ..GapQuery::default()
    };
    for value in taker.many("organisation") {
        match crate::filters::check(&app.db, "supplier", &value).await? {
            Ok(slug) => query.organisations.push(slug),
            Err(fault) => taker.fault(Fault { pointer: "organisation".to_owned(), ..fault }),
        }
    }
    query.watch_groups = crate::routes::contracts::take_groups(taker);
    Ok(query)
}

/// Find gaps
///
/// What was bought and is not on the register (`contract_without_record`), what is on it and lacks its contract, and what notices withhold: by rules, each with a reason, the bodies' answers beside it, and what the report covers.
#[utoipa::path(
    get, path = "/api/v1/gaps", operation_id = "list_gaps", tag = "procurement",
    params(GapFilters, PageParams),
    responses(
        (status = 200, description = "A page of gaps", body = GapList),
        (status = 304, description = "Nothing changed since the ETag sent"),
        (status = 400, description = "A parameter is not valid; every fault with a hint", body = Problem, content_type = "application/problem+json"),
        (status = 406, description = "None of the accepted media types can be given", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "The register cannot answer now", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn list_gaps(State(app): State<App>, Params(pairs): Params) -> Result<Response, ApiError> {
    let mut taker = Taker::new(pairs.clone());
    let query = take_query(&app, &mut taker).await?;
    let limit = taker.limit();
    let identity = format!("gaps {query:?}");
    let cursor = taker.cursor(&identity);
    taker.finish()?;
    let after = cursor.map(|cursor| cursor.number);
    let total = store::gaps::count(&app.db, &query).await?;
    let (gaps, next) = store::gaps::list(&app.db, &query, after, limit).await?;
    let next = next.map(|seq| Cursor::new(&identity, 0, total, String::new(), seq).encode());
    let link = next_link(&app.base_url, "/api/v1/gaps", &pairs, next.as_deref());
    let items = gaps.into_iter().map(|gap| GapView::of(&app, gap)).collect();
    let coverage = store::gaps::coverage(&app.db).await?.into();
    let list = GapList { about: app.about().await?, coverage, items, total, next };
    let mut response = Json(list).into_response();
    response.headers_mut().extend(link);
    Ok(response)
}

/// Read what the gap report covers
///
/// Sources and their windows, rejected releases, and the share of buyers and suppliers the register knows: the other half of every report, and of the CSV.
#[utoipa::path(
    get, path = "/api/v1/gaps/coverage", operation_id = "get_gap_coverage", tag = "procurement",
    responses(
        (status = 200, description = "What the report covers", body = CoverageView),
        (status = 304, description = "Nothing changed since the ETag sent"),
        (status = 400, description = "A parameter is not valid", body = Problem, content_type = "application/problem+json"),
        (status = 406, description = "None of the accepted media types can be given", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "The register cannot answer now", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn get_gap_coverage(
    State(app): State<App>,
    _: NoParams,
) -> Result<Json<CoverageView>, ApiError> {
    Ok(Json(store::gaps::coverage(&app.db).await?.into()))
}

/// Download gaps as CSV
///
/// Every gap that matches, no row cap: RFC 4180, UTF-8, answers joined by `;`. What the report covers stands at `/api/v1/gaps/coverage`, to which the answer's `Link` leads.
#[utoipa::path(
    get, path = "/api/v1/gaps.csv", operation_id = "export_gaps_csv", tag = "procurement",
    params(GapFilters, CsvParams),
    responses(
        (status = 200, description = "The gaps, one per row", body = String, content_type = "text/csv"),
        (status = 304, description = "Nothing changed since the ETag sent"),
        (status = 400, description = "A parameter or code is not valid", body = Problem, content_type = "application/problem+json"),
        (status = 406, description = "None of the accepted media types can be given", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "The register cannot answer now", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn export_gaps_csv(
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
        async move { store::gaps::list(&app.db, &query, after, PAGE).await }
    };
    let mut response = download(&app, &method, &identity, export::tables::gaps(), excel, read).await?;
    let link = format!("<{}/api/v1/gaps/coverage>; rel=\"describedby\"", app.base_url);
    if let Ok(link) = HeaderValue::from_str(&link) {
        response.headers_mut().insert(header::LINK, link);
    }
    Ok(response)
}

/// Read a gap
///
/// One gap with its reason and what was said to it.
#[utoipa::path(
    get, path = "/api/v1/gaps/{id}", operation_id = "get_gap", tag = "procurement",
    params(("id" = uuid::Uuid, Path, description = "Id of the gap")),
    responses(
        (status = 200, description = "The gap", body = GapView),
        (status = 304, description = "Nothing changed since the ETag sent"),
        (status = 400, description = "Not an id, or a parameter is not valid", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "There is no such gap", body = Problem, content_type = "application/problem+json"),
        (status = 406, description = "None of the accepted media types can be given", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "The register cannot answer now", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn get_gap(
    State(app): State<App>,
    Segment(id): Segment,
    _: NoParams,
) -> Result<Json<GapView>, ApiError> {
    let id = uuid_of(&id, "gap")?;
    let gap = store::gaps::read_one(&app.db, &id).await?;
    Ok(Json(GapView::of(&app, gap.ok_or(ApiError::NotFound("gap", id))?)))
}

/// An answer to a gap.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewReply {
    /// `explained` or `rejected_wrong_match`; `registered` with the record; `asked` for administrators.
    status: GapStatus,
    /// What is said, in plain text that is public. No names of persons.
    #[schema(max_length = 4000, example = "The cameras count vehicles and read no plates")]
    statement: String,
    /// The body's own record that answers for the purchase.
    #[schema(example = "R-4ZK7Q2M", pattern = "^R-[0-9A-HJKMNP-TV-Z]{7}$")]
    record_id: Option<String>,
}

/// Answer a gap
///
/// The body that is asked explains a gap, or names the record that answers for the purchase, which makes a confirmed link. Its answer is shown beside the gap at once. Administrators note that a body was asked, or that it was no match.
#[utoipa::path(
    post, path = "/api/v1/gaps/{id}/reply", operation_id = "reply_to_gap", tag = "procurement", security(("token" = [])),
    params(
        ("id" = uuid::Uuid, Path, description = "Id of the gap"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key and body give the first answer again"),
    ),
    request_body = NewReply,
    responses(
        (status = 201, description = "The gap with the answer", body = GapView),
        (status = 400, description = "Not valid", body = Problem, content_type = "application/problem+json"),
        (status = 401, description = "No token that works", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "The gap is not of the caller's body", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "There is no such gap", body = Problem, content_type = "application/problem+json"),
        (status = 413, description = "The body is too long", body = Problem, content_type = "application/problem+json"),
        (status = 415, description = "The body is not JSON", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "The register cannot answer now", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn reply_to_gap(
    State(app): State<App>,
    caller: Caller,
    Segment(id): Segment,
    sent: Sent,
) -> Result<Response, ApiError> {
    let id = uuid_of(&id, "gap")?;
    let new: NewReply = sent.json()?;
    let statement = app.allowed(acts::plain_text("/statement", &new.statement))?;
    let record: Option<RecordId> = new.record_id.as_deref().map(str::parse).transpose()?;
    let write = begin(&app, &caller, &sent, true).await?;
    let found = store::gaps::find(&write.tx, &id).await?;
    let (gap, contract) = found.ok_or_else(|| ApiError::NotFound("gap", id.clone()))?;
    let body = match &gap.organisation {
        Some(slug) => store::organisations::find(&write.tx, slug).await?,
        None => None,
    };
    let owner = body.as_ref().and_then(|body| body.organisation.id).map(|id| id.to_string());
    let own = owner
        .as_deref()
        .and_then(|owner| caller.grant(Permission::Reply, Object::Of { owner, about_others: false }));
    // Who answers for the body speaks as the body; an administrator speaks for the register.
    let (role, speaks) = match own {
        Some(grant) => (grant.role, gap.organisation.clone()),
        None => (caller.may(Permission::Moderate, Object::Register)?.role, None),
    };
    allowed(new.status, role, record.is_some(), contract.is_some())?;
    if let (Some(record), Some(contract)) = (record, contract) {
        let own = record.to_string();
        let missing = || ApiError::NotFound("record", own.clone());
        let standing = standing(&write.tx, &own).await?.ok_or_else(missing)?;
        let stated = whole(&write.tx, &own).await?.ok_or_else(missing)?;
        if acts::record_owner(&write.tx, &stated, &standing).await? != owner {
            let fault = Fault::new("/record_id", "not-yours", format!("{own} is another body's record"));
            return Err(ApiError::Invalid(vec![fault.hint("name a record that this body answers for")]));
        }
        if let Some(owner) = &owner {
            // Naming a record is judging a link.
            caller.may(Permission::JudgeLink, Object::Of { owner, about_others: false })?;
        }
        let refused = |code, detail: String| {
            let hint = "explain it, or name another record";
            ApiError::Invalid(vec![Fault::new("/record_id", code, detail).hint(hint)])
        };
        if standing.withdrawn {
            return Err(refused("withdrawn", format!("{own} was withdrawn")));
        }
        let said = Judgement { state: domain::codes::LinkState::Confirmed, role, reason: &statement };
        if !store::links::state(&write.tx, contract, &own, &said, write.now).await? {
            return Err(refused("rejected-link", format!("an administrator found that {own} is no match")));
        }
    }
    let reply = Reply {
        status: new.status,
        statement,
        record_id: record.map(|id| id.to_string()),
        organisation: speaks,
        made_at: write.now,
    };
    let said = reply.statement.clone();
    let answered = store::gaps::reply(&write.tx, &gap, reply).await?;
    let deed = Deed {
        owner: owner.as_deref(),
        reason: Some(&said),
        detail: Some(new.status.as_str()),
        ..Deed::new("gap.reply", "gap", &id)
    };
    write.note(Some(role), deed).await?;
    write.answer(StatusCode::CREATED, None, None, &GapView::of(&app, answered)).await
}

/// Whether a role may say that; what it may say instead.
fn allowed(status: GapStatus, role: Role, record: bool, contract: bool) -> Result<(), ApiError> {
    let mine: &[GapStatus] = match role {
        Role::Admin => &[GapStatus::Asked, GapStatus::RejectedWrongMatch],
        _ => &[GapStatus::Explained, GapStatus::Registered, GapStatus::RejectedWrongMatch],
    };
    let fault = |pointer, code, detail: String, hint: String| {
        Err(ApiError::Invalid(vec![Fault::new(pointer, code, detail).hint(hint)]))
    };
    if !mine.contains(&status) {
        let names: Vec<&str> = mine.iter().map(|status| status.as_str()).collect();
        let hint = format!("use one of: {}", names.join(", "));
        return fault("/status", "not-yours", format!("'{status}' is not for {role}s to say"), hint);
    }
    if (status == GapStatus::Registered) != record {
        let hint = "name the record that answers for the purchase, with status registered".to_owned();
        return fault(
            "/record_id",
            "required",
            "a record and the status registered go together".to_owned(),
            hint,
        );
    }
    if record && !contract {
        let hint = "explain it, or publish a new version that names its contract".to_owned();
        return fault("/record_id", "no-contract", "this gap is about no contract".to_owned(), hint);
    }
    Ok(())
}
