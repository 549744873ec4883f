//! `GET /api/v1/session/provider` and `/callback`: signing in through an identity provider (OpenID Connect).

use acts::{Act, Actor};
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures::FutureExt;
use store::StoreError;
use store::ground::keyring::{Encrypted, Place};

use super::session_cookie;
use crate::App;
use crate::caller::{SIGN_IN_COOKIE, cookie, session_secrets, set_cookie};
use crate::extract::{Params, Taker};
use crate::parameters::{Limits, Own, Value, parameters};
use crate::problem::{ApiError, Fault};
use crate::provider::{Begun, ON_ITS_WAY, Provider, ProviderError};

/// What the cookie of a sign-in is encrypted as.
const PLACE: Place<'static> = Place::Cookie(SIGN_IN_COOKIE);
/// The longest path to return to, in characters.
const RETURN_MAX: usize = 500;
/// The longest code or state a provider may send, in bytes.
const SENT_MAX: usize = 4_000;

/// One message for everybody whom the provider does not identify as a known person.
const UNKNOWN: &str = "signing in at the provider did not work: begin again, or ask the register's operator";

fn provider(app: &App) -> Result<&Provider, ApiError> {
    app.provider
        .as_deref()
        .ok_or_else(|| ApiError::NotFound("provider of sign-ins", "this register has none".to_owned()))
}

impl From<ProviderError> for ApiError {
    fn from(error: ProviderError) -> Self {
        match error {
            ProviderError::Unreachable(why) => Self::Store(StoreError::Unavailable(why)),
            ProviderError::Busy => Self::Overloaded,
            ProviderError::Refused(why) => {
                tracing::warn!("a sign-in was refused: {why}");
                Self::Unauthorised(UNKNOWN)
            }
        }
    }
}

parameters! {
    /// Where a sign-in leads.
    pub(crate) struct BeginParams {
        /// Path to return to afterwards
        #[param(value_type = Option<String>, example = "/submit")]
        return_to: Option<OwnPath>,
        /// Whether the provider is to ask who somebody is even if it knows them: making tokens and changing roles need a recent sign-in
        again: Option<bool>,
    }
}

parameters! {
    /// What a provider sends back with a browser.
    #[expect(dead_code, reason = "what a provider says of an error is taken so that it is not refused")]
    pub(crate) struct CallbackParams {
        /// State that the register sent
        #[param(value_type = Option<String>)]
        state: Option<SentBack>,
        /// Authorisation code
        #[param(value_type = Option<String>)]
        code: Option<SentBack>,
        /// Error code
        error: Option<String>,
        /// Error message
        error_description: Option<String>,
        /// Page about the error
        error_uri: Option<String>,
        /// The provider's issuer URL
        iss: Option<String>,
        /// The provider's own session
        session_state: Option<String>,
    }
}

/// A path of this register.
#[derive(Debug)]
pub(crate) struct OwnPath(String);

impl Value<Own> for OwnPath {
    fn read(key: &'static str, path: &str, _: &Limits) -> Result<Self, Fault> {
        own_path(path).then(|| Self(path.to_owned())).ok_or_else(|| {
            Fault::new(key, "bad-value", "this is not a path of the register")
                .hint("begin with one slash, such as /submit")
        })
    }
}

/// A text from a provider, no longer than providers send.
#[derive(Debug)]
pub(crate) struct SentBack(String);

impl Value<Own> for SentBack {
    fn read(key: &'static str, text: &str, _: &Limits) -> Result<Self, Fault> {
        if text.len() > SENT_MAX {
            return Err(Fault::new(key, "too-long", "this is longer than providers send"));
        }
        Ok(Self(text.to_owned()))
    }
}

/// Sign in at a provider
///
/// Redirects a browser to the register's identity provider (OpenID Connect, authorisation code flow with PKCE). It must return within ten minutes to `/api/v1/session/provider/callback`, and is then sent to `return_to`.
#[utoipa::path(
    get, path = "/api/v1/session/provider", operation_id = "begin_sign_in", tag = "people",
    params(BeginParams),
    responses(
        (status = 303, description = "Redirect to the provider"),
        (status = 404, description = "The register has no identity provider"),
        (status = 503, description = "The provider or the register is not available now"),
    )
)]
pub(crate) async fn begin_sign_in(
    State(app): State<App>,
    Params(pairs): Params,
) -> Result<Response, ApiError> {
    let mut taker = Taker::new(pairs);
    let BeginParams { return_to, again } = BeginParams::take(&mut taker);
    taker.finish()?;
    let return_to = return_to.map_or_else(|| "/".to_owned(), |OwnPath(path)| path);
    let away = provider(&app)?.away(return_to, again.unwrap_or(false), (app.clock)()).boxed().await?;
    let begun = serde_json::to_string(&away.begun).expect("a sign-in serialises to JSON");
    let begun = app.cookies.encrypt(PLACE, &begun)?;
    let cookie = set_cookie(SIGN_IN_COOKIE, &begun.to_cookie(), ON_ITS_WAY);
    Ok(sent_to(&away.address, [cookie]))
}

/// Come back from a provider
///
/// The provider sends browsers here with a `code`, or with an `error` if the sign-in failed. The first time, the person is found by the email address the provider has verified; from then on, only by the provider's own id for them.
#[utoipa::path(
    get, path = "/api/v1/session/provider/callback", operation_id = "finish_sign_in", tag = "people",
    params(CallbackParams),
    responses(
        (status = 303, description = "Signed in; the cookie is in Set-Cookie"),
        (status = 401, description = "The sign-in is not valid, or matches nobody known"),
        (status = 404, description = "The register has no identity provider"),
        (status = 503, description = "The provider or the register is not available now"),
    )
)]
pub(crate) async fn finish_sign_in(
    State(app): State<App>,
    headers: HeaderMap,
    Params(pairs): Params,
) -> Result<Response, ApiError> {
    let mut taker = Taker::new(pairs);
    // What a provider says of an error changes nothing: without a code, nobody is signed in.
    let CallbackParams { state, code, .. } = CallbackParams::take(&mut taker);
    taker.finish()?;
    let (state, code) = (state.map(|text| text.0), code.map(|text| text.0));
    let provider = provider(&app)?;
    let refused = || ApiError::Unauthorised(UNKNOWN);
    let now = (app.clock)();
    let begun = begun(&app, &headers).filter(|begun| {
        let lasts = begun.at..begun.at.saturating_add(ON_ITS_WAY);
        Some(&begun.state) == state.as_ref() && lasts.contains(&now.timestamp())
    });
    let (begun, code) = begun.zip(code).ok_or_else(refused)?;
    // Each sign-in that was begun asks the provider once. Repeating or inventing them costs it nothing.
    if !provider.is_first_return(&begun) {
        return Err(refused());
    }
    let return_to = begun.return_to.clone();
    let who = provider.identify(code, begun, now).boxed().await?;
    let tx = app.db.begin_quietly().await?;
    let act = Act { tx: &tx, now, actor: Actor::Public };
    let before = session_secrets(&headers);
    let secret = acts::begin_vouched_session(&act, &who, &before).await;
    let secret = app.allowed(secret)?.ok_or_else(refused)?;
    tx.commit().await?;
    let done = set_cookie(SIGN_IN_COOKIE, "", 0);
    Ok(sent_to(&return_to, [session_cookie(secret), done]))
}

/// Whether a path stays on this register; an open redirect would help phishing.
fn own_path(path: &str) -> bool {
    path.starts_with('/')
        && !path[1..].starts_with(['/', '\\'])
        && path.len() <= RETURN_MAX
        && path.bytes().all(|byte| (b'!'..=b'~').contains(&byte))
}

/// The sign-in in progress, from its cookie. Only this register can have written it: it is encrypted and
/// authenticated.
fn begun(app: &App, headers: &HeaderMap) -> Option<Begun> {
    let kept = Encrypted::from_cookie(cookie(headers, SIGN_IN_COOKIE)?)?;
    serde_json::from_str(&app.cookies.decrypt(PLACE, &kept).ok()?).ok()
}

fn sent_to<const N: usize>(address: &str, cookies: [HeaderValue; N]) -> Response {
    let mut response = StatusCode::SEE_OTHER.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    if let Ok(address) = HeaderValue::from_str(address) {
        headers.insert(header::LOCATION, address);
    }
    for cookie in cookies {
        headers.append(header::SET_COOKIE, cookie);
    }
    response
}
