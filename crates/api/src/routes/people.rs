//! `GET` and `POST /api/v1/people`, `POST /api/v1/people/{id}/roles`: managing people, by administrators.

use acts::{Caller, Granted, HeldRole};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::authorisation::{Grant, Object, Permission, Remit};
use domain::codes::Role;
use serde::Deserialize;
use store::Reads;
use store::people::{self, Person, pending_grants};
use utoipa::ToSchema;
use wire::{PendingRoleView, PersonList, PersonView, RoleView};

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
    Ok(PersonView {
        id: person.id,
        email: person.email,
        name: person.name,
        active: person.active,
        roles,
        pending_roles: Vec::new(),
    })
}

/// A person as administrators see them: with all their roles, and those that wait.
async fn whole(conn: &impl Reads, person: Person) -> Result<PersonView, ApiError> {
    let grants = people::grants(conn, &person.id).await?;
    let mut pending_roles = Vec::new();
    for pending in pending_grants::of(conn, &person.id).await? {
        let organisation = match &pending.grant.organisation {
            Some(id) => Some(owner(conn, id).await?.slug),
            None => None,
        };
        let asked_by = people::find(conn, &pending.asked_by).await?;
        pending_roles.push(PendingRoleView {
            id: pending.id,
            role: RoleView { role: pending.grant.role, organisation, remit: pending.grant.remit },
            asked_by: asked_by.map_or(pending.asked_by, |asker| asker.email),
            asked_at: pending.asked_at,
        });
    }
    Ok(PersonView { pending_roles, ..view(conn, person, grants).await? })
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
        items.push(whole(&app.db, person).await?);
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
/// For administrators. The change applies to existing tokens at once. Nobody gives themselves a role, and the last administrator stays. A regulator's role is for bodies of the kind `regulator`, and waits until another administrator confirms it; only while there is a single one it is given at once. In a browser you must have signed in within the last 15 minutes.
#[utoipa::path(
    post, path = "/api/v1/people/{id}/roles", operation_id = "change_roles", tag = "people", security(("token" = [])),
    params(("id" = String, Path, description = "UUID or address of the person")),
    request_body = RoleChange,
    responses(
        (status = 200, description = "The person with their roles", body = PersonView),
        (status = 202, description = "The person; the role waits in `pending_roles` for another administrator", body = PersonView),
        (status = 403, description = "Only administrators may do this, and not for themselves"),
        (status = 404, description = "No such person or organisation"),
        (status = 409, description = "This is the last administrator"),
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
    let (status, person) = if change.revoke {
        (StatusCode::OK, app.allowed(acts::revoke_role(&write.act(), &id, &held).await)?.0)
    } else {
        match app.allowed(acts::grant_role(&write.act(), &id, held, change.remit).await)? {
            Granted::Now(person) => (StatusCode::OK, person),
            Granted::Waits(person) => (StatusCode::ACCEPTED, person),
        }
    };
    let view = whole(&write.tx, person).await?;
    write.answer(status, None, None, &view).await
}

/// Confirm a role
///
/// For an administrator who neither asked for the role nor will hold it. From then on the person holds it. In a browser you must have signed in within the last 15 minutes.
#[utoipa::path(
    post, path = "/api/v1/pending-roles/{id}/confirmation", operation_id = "confirm_role", tag = "people", security(("token" = [])),
    params(("id" = String, Path, description = "UUID of the role that waits, from `pending_roles`")),
    responses(
        (status = 200, description = "The person with their roles", body = PersonView),
        (status = 403, description = "Only another administrator may do this"),
        (status = 404, description = "No such role waits"),
        (status = 409, description = "The person who asked for it is no longer an administrator"),
    )
)]
pub(crate) async fn confirm_role(
    State(app): State<App>,
    caller: Caller,
    Segment(id): Segment,
    sent: Sent,
) -> Result<Response, ApiError> {
    let write = begin(&app, &caller, &sent, false).await?;
    let person = app.allowed(acts::confirm_grant(&write.act(), &id).await)?;
    let view = whole(&write.tx, person).await?;
    write.answer(StatusCode::OK, None, None, &view).await
}

/// Decline a role
///
/// For administrators. Takes a role that waits for a confirmation off the list; who asked for it may take it back so.
#[utoipa::path(
    delete, path = "/api/v1/pending-roles/{id}", operation_id = "decline_role", tag = "people", security(("token" = [])),
    params(("id" = String, Path, description = "UUID of the role that waits, from `pending_roles`")),
    responses(
        (status = 204, description = "It does not wait any more"),
        (status = 403, description = "Only administrators may do this"),
        (status = 404, description = "No such role waits"),
    )
)]
pub(crate) async fn decline_role(
    State(app): State<App>,
    caller: Caller,
    Segment(id): Segment,
    sent: Sent,
) -> Result<Response, ApiError> {
    let write = begin(&app, &caller, &sent, false).await?;
    app.allowed(acts::decline_grant(&write.act(), &id).await)?;
    write.answer(StatusCode::NO_CONTENT, None, None, &()).await
}
