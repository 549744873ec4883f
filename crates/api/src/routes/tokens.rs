//! `GET` and `POST /api/v1/tokens`, `DELETE /api/v1/tokens/{id}`, `POST /api/v1/tokens/leaked`: people's own
//! tokens.

use acts::{Act, Actor, Caller};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::codes::Role;
use serde::Deserialize;
use store::ground::secret::{Opens, Secret};
use store::people::{self, Token};
use utoipa::ToSchema;
use wire::{MadeToken, TokenList, TokenView};

use crate::App;
use crate::body::Sent;
use crate::extract::{NoParams, Segment};
use crate::problem::ApiError;
use crate::write::begin;

/// A token to make.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewToken {
    /// What it is for.
    #[schema(example = "Nightly upload from the case system", max_length = 100)]
    label: String,
    /// The only role it carries; by default all yours.
    role: Option<Role>,
    /// Slug of the only organisation it carries roles for; by default all yours.
    organisation: Option<String>,
    /// Lifetime in days, 1 to 365. It ends no later than the token or session it is made with.
    #[schema(minimum = 1, maximum = 365, default = 90)]
    days: Option<i64>,
}

fn view(token: Token) -> TokenView {
    TokenView {
        id: token.id,
        label: token.label,
        role: token.role,
        organisation: token.organisation,
        created_at: token.created_at,
        expires_at: token.expires_at,
        revoked_at: token.revoked_at,
    }
}

/// List own tokens
///
/// Your tokens without their secrets, including expired and revoked ones.
#[utoipa::path(
    get, path = "/api/v1/tokens", operation_id = "list_tokens", tag = "people", security(("token" = [])),
    responses(
        (status = 200, description = "The tokens", body = TokenList),
    )
)]
pub(crate) async fn list_tokens(
    State(app): State<App>,
    caller: Caller,
    _: NoParams,
) -> Result<Json<TokenList>, ApiError> {
    let items = people::tokens(&app.db, &caller.person.id).await?;
    Ok(Json(TokenList { items: items.into_iter().map(view).collect() }))
}

/// Make a token
///
/// A token for yourself, with all or some of your roles. The secret is shown only once. A token never carries more than the token or session it is made with, in roles, body or time, and ends with it: made in a browser, it works until you sign out, and at most 12 hours. Tokens that last are made on the command line, or with one that lasts. In a browser you must have signed in within the last 15 minutes.
#[utoipa::path(
    post, path = "/api/v1/tokens", operation_id = "create_token", tag = "people", security(("token" = [])),
    request_body = NewToken,
    responses(
        (status = 201, description = "The token with its secret; `expires_at` says when it ends", body = MadeToken),
        (status = 403, description = "You do not hold that role"),
        (status = 404, description = "No such organisation"),
        (status = 409, description = "The body has as many tokens as it may have"),
    )
)]
pub(crate) async fn create_token(
    State(app): State<App>,
    caller: Caller,
    sent: Sent,
) -> Result<Response, ApiError> {
    let new: NewToken = sent.json()?;
    let checked = app.allowed(acts::NewToken::new(&new.label, new.days))?;
    let checked = app.allowed(checked.only(&app.db, new.role, new.organisation.as_deref()).await)?;
    let write = begin(&app, &caller, &sent, false).await?;
    let made = acts::create_token(&write.act(), &caller.person.id, checked).await;
    let (token, secret) = app.allowed(made)?;
    app.allowed(app.quotas.fit_tokens(&write.tx, &caller.grants, write.now).await)?;
    let made = MadeToken { token: view(token), secret: secret.reveal() };
    // The stored answer must not contain the secret.
    write.answer_once(StatusCode::CREATED, &made).await
}

/// Revoke a token
///
/// One of your own. It stops working at once, with all tokens that were made with it; revoking it again changes nothing.
#[utoipa::path(
    delete, path = "/api/v1/tokens/{id}", operation_id = "revoke_token", tag = "people", security(("token" = [])),
    params(("id" = String, Path, description = "UUID of the token")),
    responses(
        (status = 204, description = "The token no longer works"),
        (status = 404, description = "No such token, or it is not yours"),
    )
)]
pub(crate) async fn revoke_token(
    State(app): State<App>,
    caller: Caller,
    Segment(id): Segment,
    sent: Sent,
) -> Result<Response, ApiError> {
    let write = begin(&app, &caller, &sent, false).await?;
    app.allowed(acts::revoke_token(&write.act(), &id).await)?;
    write.answer(StatusCode::NO_CONTENT, None, None, &()).await
}

/// A leaked token.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct LeakedToken {
    /// The complete token.
    token: String,
}

/// Report a leaked token
///
/// Anyone who has the complete token can revoke it, with all tokens that were made with it. The answer is the same whether or not it worked.
#[utoipa::path(
    post, path = "/api/v1/tokens/leaked", operation_id = "report_leaked_token", tag = "people",
    request_body = LeakedToken,
    responses(
        (status = 204, description = "If it was a token of this register, it no longer works"),
    )
)]
pub(crate) async fn report_leaked_token(State(app): State<App>, sent: Sent) -> Result<StatusCode, ApiError> {
    let leaked: LeakedToken = sent.json()?;
    if let Some(secret) = Secret::read(Opens::Person, leaked.token.trim()) {
        let tx = app.db.begin_quietly().await?;
        let act = Act { tx: &tx, now: (app.clock)(), actor: Actor::Public };
        app.allowed(acts::report_leaked_token(&act, &secret).await)?;
        tx.commit().await?;
    }
    Ok(StatusCode::NO_CONTENT)
}
