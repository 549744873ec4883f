//! `GET` and `POST /api/v1/people`, `POST /api/v1/people/{id}/roles`: managing people, by administrators.

use acts::{Caller, HeldRole};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::authorisation::{Grant, Object, Permission, Remit};
use domain::codes::Role;
use serde::Deserialize;
use store::Reads;
use store::people::{self, Person};
use utoipa::ToSchema;
use wire::{PersonList, PersonView, RoleView};

use crate::App;
use crate::body::Sent;
use crate::extract::{NoParams, Segment};
use crate::problem::ApiError;
use crate::routes::submissions::owner;
use crate::write::begin;

/// A person to add.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewPerson {
    /// Email address.
    #[schema(example = "sam@northmoor.example", max_length = 254)]
    email: String,
    /// Name; never public.
    #[schema(example = "Sam Ito", max_length = 200)]
    name: String,
}

/// A role to grant or revoke.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RoleChange {
    role: Role,
    /// Slug of the organisation; absent for an administrator.
    #[schema(example = "northmoor-borough-council")]
    organisation: Option<String>,
    /// A regulator's remit; everything if absent.
    #[serde(default)]
    remit: Remit,
    /// Revoke the role instead of granting it.
    #[serde(default)]
    revoke: bool,
}

async fn view(conn: &impl Reads, person: Person, grants: Vec<Grant>) -> Result<PersonView, ApiError> {
    let mut roles = Vec::new();
    for grant in grants {
        let organisation = match &grant.organisation {
            Some(id) => Some(owner(conn, id).await?.slug),
            None => None,
        };
        roles.push(RoleView { role: grant.role, organisation, remit: grant.remit });
    }
    Ok(PersonView { id: person.id, email: person.email, name: person.name, active: person.active, roles })
}

/// Read who one is
///
/// You, with the roles your token carries.
#[utoipa::path(
    get, path = "/api/v1/people/me", operation_id = "get_me", tag = "people", security(("token" = [])),
    responses(
        (status = 200, description = "You", body = PersonView),
    )
)]
pub(crate) async fn get_me(
    State(app): State<App>,
    caller: Caller,
    _: NoParams,
) -> Result<Json<PersonView>, ApiError> {
    Ok(Json(view(&app.db, caller.person, caller.grants).await?))
}

/// List people
///
/// All people with their roles, for administrators.
#[utoipa::path(
    get, path = "/api/v1/people", operation_id = "list_people", tag = "people", security(("token" = [])),
    responses(
        (status = 200, description = "All people", body = PersonList),
        (status = 403, description = "Only administrators may do this"),
    )
)]
pub(crate) async fn list_people(
    State(app): State<App>,
    caller: Caller,
    _: NoParams,
) -> Result<Json<PersonList>, ApiError> {
    caller.may(Permission::ManagePeople, Object::Register)?;
    let mut items = Vec::new();
    for person in people::list(&app.db).await? {
        let grants = people::grants(&app.db, &person.id).await?;
        items.push(view(&app.db, person, grants).await?);
    }
    Ok(Json(PersonList { items }))
}

/// Enter a person
///
/// For administrators. The person can do nothing until they have a role and a token.
#[utoipa::path(
    post, path = "/api/v1/people", operation_id = "create_person", tag = "people", security(("token" = [])),
    request_body = NewPerson,
    responses(
        (status = 201, description = "The person", body = PersonView),
        (status = 403, description = "Only administrators may do this"),
        (status = 409, description = "The address is taken"),
    )
)]
pub(crate) async fn create_person(
    State(app): State<App>,
    caller: Caller,
    sent: Sent,
) -> Result<Response, ApiError> {
    let new: NewPerson = sent.json()?;
    caller.may(Permission::ManagePeople, Object::Register)?;
    let new = app.allowed(acts::NewPerson::new(new.email, &new.name))?;
    let write = begin(&app, &caller, &sent, false).await?;
    let person = app.allowed(acts::create_person(&write.act(), &new).await)?;
    let view = view(&write.tx, person, Vec::new()).await?;
    write.answer(StatusCode::CREATED, None, None, &view).await
}

/// Give or take a role
///
/// For administrators. The change applies to existing tokens at once.
#[utoipa::path(
    post, path = "/api/v1/people/{id}/roles", operation_id = "change_roles", tag = "people", security(("token" = [])),
    params(("id" = String, Path, description = "UUID or address of the person")),
    request_body = RoleChange,
    responses(
        (status = 200, description = "The person with their roles", body = PersonView),
        (status = 403, description = "Only administrators may do this"),
        (status = 404, description = "No such person or organisation"),
    )
)]
pub(crate) async fn change_roles(
    State(app): State<App>,
    caller: Caller,
    Segment(id): Segment,
    sent: Sent,
) -> Result<Response, ApiError> {
    let change: RoleChange = sent.json()?;
    caller.may(Permission::ManagePeople, Object::Register)?;
    let held = HeldRole::find(&app.db, change.role, change.organisation.as_deref()).await;
    let held = app.allowed(held)?;
    let write = begin(&app, &caller, &sent, false).await?;
    let person = if change.revoke {
        app.allowed(acts::revoke_role(&write.act(), &id, &held).await)?.0
    } else {
        app.allowed(acts::grant_role(&write.act(), &id, held, change.remit).await)?
    };
    let grants = people::grants(&write.tx, &person.id).await?;
    let view = view(&write.tx, person, grants).await?;
    write.answer(StatusCode::OK, None, None, &view).await
}
