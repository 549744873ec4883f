//! `GET`, `POST` and `DELETE /api/v1/session`: signing in from a browser, with a password and a second
//! factor.

pub(crate) mod provider;

use std::time::Duration;

use acts::{Act, Actor};
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use store::ground::keyring::Place;
use store::ground::line::Full;
use store::ground::secret::Secret;
use store::people::sessions;
use utoipa::ToSchema;

use crate::App;
use crate::body::Sent;
use crate::caller::{COOKIE, session_secrets, set_cookie};
use crate::problem::ApiError;
use crate::{client, seen, sign_in};

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

/// How long a sign-in waits for its password to be checked.
const PATIENCE: Duration = Duration::from_secs(15);

/// One message for every failure, so that it reveals nothing about accounts.
const WRONG: &str = "the address, the password or the code is wrong, or the code was used before: wait for the next \
                     code, and try again";

/// Sign in
///
/// With a password and an authenticator code. The session is a cookie that scripts cannot read, `__Host-register`; it ends after 30 minutes without a request, and after 12 hours in any case. Signing in again in the same browser makes the sign-in recent again, which making tokens and changing roles need. Attempts are limited by address. After 20 wrong codes with the right password, two right codes in a row are needed: the first of them is refused like a wrong one.
#[utoipa::path(
    post, path = "/api/v1/session", operation_id = "create_session", tag = "people",
    request_body = SignIn,
    responses(
        (status = 204, description = "Signed in; the cookie is in Set-Cookie"),
        (status = 401, description = "Address, password or code is wrong"),
        (status = 403, description = "Sent from another site"),
        (status = 429, description = "Too many attempts from this address; `Retry-After` says when to try again"),
    )
)]
pub(crate) async fn create_session(State(app): State<App>, sent: Sent) -> Result<Response, ApiError> {
    let before = session_secrets(&sent.headers);
    let sign_in: SignIn = sent.json()?;
    let now = (app.clock)();
    // Not within a transaction: strangers must not hold up those who write.
    let known = sessions::credential(&app.db, &sign_in.email).await?;
    if let Some(known) = &known {
        seen::note_person(&known.person.id);
    }
    let hash = known.as_ref().map(|known| known.password.clone());
    // Unknown people wait and hash as well, so that the time taken does not tell who has an account.
    let fits = fits(&app, sign_in.password, hash).await?;
    // A wrong password is not counted and locks nobody: anybody can send one.
    let known = known.filter(|_| fits).ok_or(ApiError::Unauthorised(WRONG))?;
    let place = Place::SecondFactor(&known.person.id);
    let second_factor = app.keyring.decrypt(place, &known.second_factor).map_err(|error| {
        // Any other answer would tell strangers that there is such an account and that they have its password.
        tracing::error!("nobody can sign in as person {}: {error}", known.person.id);
        ApiError::Unauthorised(WRONG)
    })?;
    let step = sign_in::step(&second_factor, sign_in.code.trim(), now);
    let tx = app.db.begin_quietly().await?;
    let act = Act { tx: &tx, now, actor: Actor::Public };
    let secret = app.allowed(acts::begin_session(&act, &known.person.id, step, &before).await)?;
    // Commit refused sign-ins too: wrong codes are counted.
    tx.commit().await?;
    let secret = secret.ok_or(ApiError::Unauthorised(WRONG))?;
    Ok(with_cookie(session_cookie(secret)))
}

/// Whether a password matches its hash. One at a time, because argon2id takes a lot of memory by design, and first
/// for addresses that had least checked lately.
async fn fits(app: &App, password: String, hash: Option<String>) -> Result<bool, ApiError> {
    let turn = app.passwords.turn(client::network(), PATIENCE).await.map_err(|Full| ApiError::Overloaded)?;
    let fits = tokio::task::spawn_blocking(move || {
        // Held until it is done, even if the client has gone.
        let _turn = turn;
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
