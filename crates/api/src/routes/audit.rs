//! `GET /api/v1/audit` and `/api/v1/audit.csv`

use std::collections::HashMap;
use std::net::IpAddr;

use acts::Caller;
use axum::extract::State;
use axum::http::header;
use axum::response::Response;
use chrono::{DateTime, Utc};
use domain::authorisation::{Object, Permission};
use export::tables::{self, AuditRow};
use serde::Serialize;
use store::StoreError;
use store::people::audit::{AuditQuery, Entry, read};
use utoipa::ToSchema;

use crate::App;
use crate::extract::{Params, Taker};
use crate::listing::{ClosedPageParams, Page};
use crate::parameters::{Limits, Own, Value, parameters};
use crate::problem::{ApiError, Fault};
use crate::table::{CsvParams, Download, PAGE};
use crate::when::DayOrInstant;

/// The longest action, in characters.
const ACTION_MAX: usize = 200;
/// The most actions in one query.
const ACTIONS_MAX: usize = 20;

parameters! {
    /// Filters of the audit trail.
    pub(crate) struct AuditFilters {
        /// Email address or id of the person who did it.
        #[param(min_length = 1, max_length = 200)]
        actor: Option<String>,
        /// An action, such as `sealed.read`, or the beginning of several, such as `session.`.
        #[param(min_length = 1)]
        action: Option<Vec<String>>,
        /// Kind of the thing it was done to, such as `submission`.
        #[param(min_length = 1, max_length = 200)]
        kind: Option<String>,
        /// On this day (UTC) or later; or at this instant or later.
        from: Option<DayOrInstant>,
        /// On this day (UTC) or earlier; or at this instant or earlier.
        to: Option<DayOrInstant>,
        /// The IP address a refused request came from.
        #[param(value_type = Option<String>, min_length = 1)]
        address: Option<Address>,
    }
}

/// An IP address.
#[derive(Debug)]
pub(crate) struct Address(IpAddr);

impl Value<Own> for Address {
    fn read(key: &'static str, text: &str, _: &Limits) -> Result<Self, Fault> {
        text.parse::<IpAddr>().map(|address| Self(address.to_canonical())).map_err(|_| {
            let shown = domain::cell::short(text);
            Fault::new(key, "bad-value", format!("'{shown}' is not an IP address"))
                .hint("write it like 203.0.113.7 or 2001:db8::1")
        })
    }
}

/// An entry of the audit trail.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AuditView {
    /// When.
    at: DateTime<Utc>,
    /// Name of the person; absent for the command line.
    #[serde(skip_serializing_if = "Option::is_none")]
    person: Option<String>,
    /// The role in which it was done.
    #[serde(skip_serializing_if = "Option::is_none")]
    role: Option<String>,
    /// The action.
    #[schema(example = "sealed.read")]
    action: String,
    /// Kind of the thing it was done to.
    #[schema(example = "assessment")]
    object_kind: String,
    /// Id of the thing.
    object_id: String,
    /// The reason given.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// Further details.
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
    /// The address a refused request came from.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "203.0.113.7")]
    address: Option<String>,
}

/// A page of the audit trail.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AuditList {
    /// Latest first.
    items: Vec<AuditView>,
    /// Cursor of the next page; absent on the last.
    next: Option<String>,
}

/// What a caller asks for, as far as they may see it.
#[derive(Debug, Clone, Default)]
struct AuditRequest {
    person: Option<String>,
    actions: Vec<String>,
    kind: Option<String>,
    since: Option<DateTime<Utc>>,
    until: Option<DateTime<Utc>>,
    address: Option<String>,
    /// Ids of the only organisations the caller may see; `None` for all.
    owners: Option<Vec<String>>,
}

impl AuditRequest {
    /// Takes the filters out of a query.
    fn take(taker: &mut Taker) -> Self {
        let AuditFilters { actor, action, kind, from, to, address } = AuditFilters::take(taker);
        let actions = action.unwrap_or_default();
        if actions.iter().any(|action| action.chars().count() > ACTION_MAX) || actions.len() > ACTIONS_MAX {
            let detail =
                format!("more than {ACTIONS_MAX} actions, or one longer than {ACTION_MAX} characters");
            taker.fault(Fault::new("action", "too-long", detail).hint("ask for less"));
        }
        Self {
            person: actor,
            actions,
            kind,
            since: from.map(DayOrInstant::start),
            until: to.map(DayOrInstant::end),
            address: address.map(|Address(address)| address.to_string()),
            owners: None,
        }
    }

    /// Restricts it to what the caller may see. Errors: [`ApiError::Forbidden`].
    async fn by(mut self, app: &App, caller: &Caller) -> Result<Self, ApiError> {
        let everything = caller.grant(Permission::ReadAudit, Object::Register).is_some();
        let own = caller.organisations(Permission::ReadAudit);
        if !everything && own.is_empty() {
            return Err(ApiError::Forbidden(Permission::ReadAudit));
        }
        self.owners = (!everything).then_some(own);
        // Somebody unknown did nothing; an error would tell who has an account.
        if let Some(person) = &mut self.person
            && let Some(known) = store::people::find(&app.db, person).await?
        {
            *person = known.id;
        }
        Ok(self)
    }

    fn query(&self, before: Option<i64>) -> AuditQuery<'_> {
        AuditQuery {
            object: None,
            owners: self.owners.as_deref(),
            person: self.person.as_deref(),
            actions: &self.actions,
            kind: self.kind.as_deref(),
            since: self.since,
            until: self.until,
            address: self.address.as_deref(),
            before,
        }
    }
}

/// Adds the names of people.
async fn named(app: &App, entries: Vec<(i64, Entry)>) -> Result<Vec<AuditRow>, StoreError> {
    let mut names: HashMap<String, Option<String>> = HashMap::new();
    let mut rows = Vec::with_capacity(entries.len());
    for (_, entry) in entries {
        let person = match &entry.person {
            None => None,
            Some(id) => match names.get(id) {
                Some(name) => name.clone(),
                None => {
                    let name = store::people::find(&app.db, id).await?.map(|person| person.name);
                    names.insert(id.clone(), name.clone());
                    name
                }
            },
        };
        rows.push(AuditRow { entry, person });
    }
    Ok(rows)
}

/// Read the audit trail
///
/// Who did what, when and why, latest first; also failed sign-ins, refused tokens and refused rights. Approvers see what concerns their own organisations, including regulators' reads of their sealed assessments; administrators see everything.
#[utoipa::path(
    get, path = "/api/v1/audit", operation_id = "list_audit", tag = "people",
    params(AuditFilters, ClosedPageParams), security(("token" = [])),
    responses(
        (status = 200, description = "A page of the audit trail", body = AuditList),
        (status = 403, description = "Your roles do not allow this"),
    )
)]
pub(crate) async fn list_audit(
    State(app): State<App>,
    caller: Caller,
    Params(pairs): Params,
) -> Result<Response, ApiError> {
    let mut taker = Taker::new(pairs);
    let asked = AuditRequest::take(&mut taker);
    let page = Page::take_closed("/api/v1/audit", format!("audit {} {asked:?}", caller.person.id), taker)?;
    let asked = asked.by(&app, &caller).await?;
    let mut found = read(&app.db, &asked.query(page.number()), page.limit + 1).await?;
    let next = page.cut(&mut found).map(|(number, _)| page.cursor(0, String::new(), *number));
    let items = named(&app, found).await?.into_iter().map(|AuditRow { entry, person }| AuditView {
        at: entry.at,
        person,
        role: entry.role,
        action: entry.action,
        object_kind: entry.object_kind,
        object_id: entry.object_id,
        reason: entry.reason,
        detail: entry.detail,
        address: entry.address,
    });
    let items = items.collect();
    Ok(page.answer(&app, next, |next| AuditList { items, next }))
}

/// Download the audit trail as CSV
///
/// All matching lines you may see, latest first, without a limit on rows: RFC 4180, UTF-8.
#[utoipa::path(
    get, path = "/api/v1/audit.csv", operation_id = "export_audit_csv", tag = "people",
    params(AuditFilters, CsvParams), security(("token" = [])),
    responses(
        (status = 200, description = "The lines, one per row", body = String, content_type = "text/csv"),
        (status = 403, description = "Your roles do not allow this"),
    )
)]
pub(crate) async fn export_audit_csv(
    State(app): State<App>,
    caller: Caller,
    mut file: Download,
) -> Result<Response, ApiError> {
    let asked = AuditRequest::take(&mut file.taker).by(&app, &caller).await?;
    let rows = |app: App, asked: AuditRequest, before: Option<i64>| async move {
        let found = read(&app.db, &asked.query(before), PAGE).await?;
        let next = found.last().filter(|_| found.len() as u64 == PAGE).map(|(number, _)| *number);
        Ok((named(&app, found).await?, next))
    };
    let mut response = file.start(&app, tables::audit(), asked, rows).await?;
    // The trail grows without the register's revision, which the validator is made from.
    response.headers_mut().remove(header::ETAG);
    response.headers_mut().remove(header::LAST_MODIFIED);
    Ok(response)
}
