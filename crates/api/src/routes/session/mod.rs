//! `GET`, `POST` and `DELETE /api/v1/session`: signing in from a browser, with a password and a second
//! factor.

pub(crate) mod provider;

use acts::{Act, Actor};
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use store::ground::keyring::Place;
use store::ground::secret::Secret;
use store::people::sessions::{self, Credential};
use utoipa::ToSchema;

use crate::App;
use crate::body::Sent;
use crate::caller::{COOKIE, session_secrets, set_cookie};
use crate::problem::ApiError;
use crate::{seen, sign_in};

/// Credentials.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SignIn {
    /// Email address.
    #[schema(example = "sam@northmoor.example")]
    email: String,
    /// Password.
    #[schema(format = Password)]
    password: String,
    /// Code from the authenticator app.
    #[schema(example = "123456")]
    code: String,
}

/// One message for every failure, so that it reveals nothing about accounts.
const WRONG: &str = "the address, the password or the code is wrong, or was used before";

/// Sign in
///
/// With a password and an authenticator code. The session is a cookie that scripts cannot read, `__Host-register`; it ends after 30 minutes without a request, and after 12 hours in any case. Signing in again in the same browser makes the sign-in recent again, which making tokens and changing roles need. Ten failed attempts lock the account for 15 minutes.
#[utoipa::path(
    post, path = "/api/v1/session", operation_id = "create_session", tag = "people",
    request_body = SignIn,
    responses(
        (status = 204, description = "Signed in; the cookie is in Set-Cookie"),
        (status = 401, description = "Address, password or code is wrong"),
        (status = 403, description = "Sent from another site"),
    )
)]
pub(crate) async fn create_session(State(app): State<App>, sent: Sent) -> Result<Response, ApiError> {
    let before = session_secrets(&sent.headers);
    let sign_in: SignIn = sent.json()?;
    let now = (app.clock)();
    let known = credential(&app, &sign_in.email, now).await?;
    let hash = known.as_ref().map(|known| known.password.clone());
    // Unknown people wait and hash as well, so that the time taken does not tell who has an account.
    let _waits = app.waiting.try_acquire().map_err(|_| ApiError::Overloaded)?;
    let fits = fits(&app, sign_in.password, hash).await?;
    let Some(known) = known else { return Err(ApiError::Unauthorised(WRONG)) };
    let second_factor = app.keyring.decrypt(Place::SecondFactor(&known.person.id), &known.second_factor)?;
    let step = sign_in::step(&second_factor, sign_in.code.trim(), now).filter(|_| fits);
    let tx = app.db.begin_quietly().await?;
    let act = Act { tx: &tx, now, actor: Actor::Public };
    let secret = app.allowed(acts::begin_session(&act, &known.person.id, step, &before).await)?;
    // Commit refused sign-ins too: they are counted.
    tx.commit().await?;
    let secret = secret.ok_or(ApiError::Unauthorised(WRONG))?;
    Ok(with_cookie(session_cookie(secret)))
}

/// The credential of the person with this address; `None` while they are locked out, too.
async fn credential(app: &App, email: &str, now: DateTime<Utc>) -> Result<Option<Credential>, ApiError> {
    let tx = app.db.begin_quietly().await?;
    let known = sessions::credential(&tx, email).await?;
    tx.rollback().await?;
    if let Some(known) = &known {
        seen::note_person(&known.person.id);
    }
    Ok(known.filter(|known| known.locked_until <= now))
}

/// Whether a password matches its hash. One at a time, because argon2id takes a lot of memory by design.
async fn fits(app: &App, password: String, hash: Option<String>) -> Result<bool, ApiError> {
    let _one = app.passwords.acquire().await.map_err(|_| ApiError::Overloaded)?;
    let fits = tokio::task::spawn_blocking(move || {
        password.len() <= sign_in::PASSWORD_MAX && sign_in::fits(&password, hash.as_deref())
    });
    fits.await.map_err(|_| ApiError::Inside)
}

/// The cookie of a new session.
fn session_cookie(secret: Secret) -> HeaderValue {
    set_cookie(COOKIE, &secret.reveal(), sessions::LONGEST.num_seconds())
}

fn with_cookie(cookie: HeaderValue) -> Response {
    let mut response = StatusCode::NO_CONTENT.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    headers.insert(header::SET_COOKIE, cookie);
    response
}

/// Sign out
///
/// Ends the session in the cookie, if there is one; the answer is the same either way.
#[utoipa::path(
    delete, path = "/api/v1/session", operation_id = "end_session", tag = "people",
    responses(
        (status = 204, description = "Signed out"),
        (status = 403, description = "Sent from another site"),
    )
)]
pub(crate) async fn end_session(State(app): State<App>, headers: HeaderMap) -> Result<Response, ApiError> {
    let shown = session_secrets(&headers);
    if !shown.is_empty() {
        let tx = app.db.begin_quietly().await?;
        let act = Act { tx: &tx, now: (app.clock)(), actor: Actor::Public };
        app.allowed(acts::end_sessions(&act, &shown).await)?;
        tx.commit().await?;
    }
    Ok(with_cookie(set_cookie(COOKIE, "", 0)))
}
