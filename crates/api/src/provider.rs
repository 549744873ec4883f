//! Signing in through an identity provider (OpenID Connect): sending people there, and identifying them when
//! they return.
//!
//! The provider's keys are fetched at every return, because sign-ins are rare and keys change. It is reached
//! by https only, or by plain http on this machine.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::{Duration, Instant};

use acts::Vouched;
use chrono::{DateTime, Utc};
use futures::FutureExt;
use futures::future::BoxFuture;
use moka::sync::Cache;
use openidconnect::core::{
    CoreAuthPrompt, CoreAuthenticationFlow, CoreClient, CoreProviderMetadata, CoreUserInfoClaims,
};
use openidconnect::{
    AsyncHttpClient, AuthorizationCode, ClientId, ClientSecret, CsrfToken, HttpRequest, HttpResponse,
    IssuerUrl, Nonce, OAuth2TokenResponse, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl,
    RequestTokenError, Scope, TokenResponse,
};
use serde::{Deserialize, Serialize};
use store::ground::line::{Full, Line, Room, Turn};
use tokio::sync::Mutex;

use crate::client;

/// How long the provider may take to answer, and how long a sign-in waits to ask it.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long its metadata is used for sending people there. When they return, it is fetched again.
const KNOWN: Duration = Duration::from_secs(300);
/// How many sign-ins talk to the provider at once, and of one address.
const ROOM: Room = Room { at_once: 16, at_once_of_one: 4, waiting: 128, waiting_of_one: 16 };
/// The provider asks people who signed in there longer ago than this.
const SIGNED_IN_MAX: Duration = Duration::from_secs(12 * 60 * 60);
/// The longest response of the provider, in bytes.
const ANSWER_MAX: usize = 64 << 10;
/// How long a sign-in may take, in seconds.
pub(crate) const ON_ITS_WAY: i64 = 600;
/// The most sign-ins remembered as having returned.
const RETURNED_MAX: u64 = 100_000;
/// Path the provider sends people back to.
pub(crate) const CALLBACK: &str = "/api/v1/session/provider/callback";

/// An identity provider.
#[derive(Debug, Clone)]
pub struct Provider {
    issuer: IssuerUrl,
    client: ClientId,
    secret: Option<ClientSecret>,
    redirect: RedirectUrl,
    http: reqwest::Client,
    /// The line for talking to it, so that a flood of sign-ins takes up neither the register nor everybody's turns.
    line: Line,
    /// The provider's metadata, and when it was fetched.
    known: Arc<Mutex<Option<(Instant, CoreProviderMetadata)>>>,
    /// States of sign-ins that have returned, for as long as they could return again.
    returned: Cache<String, ()>,
}

/// Where to send somebody, and what to remember until they return.
pub(crate) struct Away {
    pub(crate) address: String,
    pub(crate) begun: Begun,
}

/// A sign-in in progress, kept encrypted in the browser's cookie. Stealing the cookie lets somebody finish this one
/// sign-in, nothing else.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Begun {
    /// OAuth state, which comes back in the URL.
    pub(crate) state: String,
    /// Nonce that the id token must repeat.
    nonce: String,
    /// PKCE code verifier (RFC 7636), which proves to the provider who started.
    verifier: String,
    /// Path to return to afterwards.
    pub(crate) return_to: String,
    /// Start, in Unix seconds.
    pub(crate) at: i64,
}

/// Why a sign-in failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ProviderError {
    /// The provider does not answer, or not properly.
    #[error("the provider of sign-ins cannot be used: {0}")]
    Unreachable(String),
    /// Too many sign-ins at once.
    #[error("too many people are signing in at once")]
    Busy,
    /// The provider refused, or what came back is not valid.
    #[error("the provider's answer does not hold: {0}")]
    Refused(String),
}

/// A failed request to the provider.
#[derive(Debug, thiserror::Error)]
#[doc(hidden)]
pub enum Unanswered {
    #[error("{0}")]
    Http(#[from] reqwest::Error),
    #[error("{0}")]
    Head(#[from] openidconnect::http::Error),
    #[error("it asks for '{0}', which is not https")]
    Address(String),
    #[error("it names '{0}', which is on this machine, and it is not")]
    Here(String),
    #[error("an answer is longer than {ANSWER_MAX} bytes")]
    TooLong,
}

impl<'c> AsyncHttpClient<'c> for Provider {
    type Error = Unanswered;
    type Future = BoxFuture<'c, Result<HttpResponse, Unanswered>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        self.ask(request).boxed()
    }
}

/// Whether an address is on this machine.
fn is_here(address: &url::Url) -> bool {
    match address.host() {
        Some(url::Host::Domain(name)) => {
            let name = name.strip_suffix('.').unwrap_or(name);
            name == "localhost" || name.ends_with(".localhost")
        }
        // The unspecified address, too: connecting to it leads here.
        Some(url::Host::Ipv4(number)) => number.is_loopback() || number.is_unspecified(),
        Some(url::Host::Ipv6(number)) => match number.to_ipv4_mapped() {
            Some(number) => number.is_loopback() || number.is_unspecified(),
            None => number.is_loopback() || number.is_unspecified(),
        },
        None => false,
    }
}

/// Whether an address is https, or http on this machine.
fn is_safe(address: &url::Url) -> bool {
    address.scheme() == "https" || address.scheme() == "http" && is_here(address)
}

impl Provider {
    /// A provider by its issuer URL, with the register as its client. Errors: what is wrong with them, in
    /// words.
    pub fn new(issuer: &str, client: &str, secret: Option<String>, base_url: &str) -> Result<Self, String> {
        let issuer = IssuerUrl::new(issuer.to_owned()).map_err(|error| format!("'{issuer}': {error}"))?;
        if !is_safe(issuer.url()) {
            return Err(format!("'{}' is neither https nor at this machine", issuer.as_str()));
        }
        let redirect = format!("{base_url}{CALLBACK}");
        let redirect =
            RedirectUrl::new(redirect.clone()).map_err(|error| format!("'{redirect}': {error}"))?;
        // rustls has one crypto provider per process; the first caller installs it, later calls fail
        // harmlessly.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .timeout(PATIENCE)
            .no_proxy()
            .build()
            .map_err(|error| error.to_string())?;
        let secret = secret.map(ClientSecret::new);
        Ok(Self {
            issuer,
            client: ClientId::new(client.to_owned()),
            secret,
            redirect,
            http,
            line: Line::new(ROOM),
            known: Arc::default(),
            returned: Cache::builder()
                .max_capacity(RETURNED_MAX)
                .time_to_live(Duration::from_secs(ON_ITS_WAY.unsigned_abs()))
                .build(),
        })
    }

    /// Checks an address that the provider names. Plain http, and this machine, are only for a provider that itself
    /// runs on it: another one could reach what listens here for nobody else.
    fn check(&self, address: &url::Url) -> Result<(), Unanswered> {
        if is_here(address) && !is_here(self.issuer.url()) {
            return Err(Unanswered::Here(address.to_string()));
        }
        let plain = address.scheme() != "https";
        if plain && (self.issuer.url().scheme() == "https" || !is_safe(address)) {
            return Err(Unanswered::Address(address.to_string()));
        }
        Ok(())
    }

    async fn ask(&self, request: HttpRequest) -> Result<HttpResponse, Unanswered> {
        let request = reqwest::Request::try_from(request)?;
        self.check(request.url())?;
        let mut answer = self.http.execute(request).await?;
        let mut head = openidconnect::http::Response::builder().status(answer.status());
        for (name, value) in answer.headers() {
            head = head.header(name, value);
        }
        let mut body = Vec::new();
        while let Some(part) = answer.chunk().await? {
            body.extend_from_slice(&part);
            if body.len() > ANSWER_MAX {
                return Err(Unanswered::TooLong);
            }
        }
        Ok(head.body(body)?)
    }

    async fn metadata(&self) -> Result<CoreProviderMetadata, ProviderError> {
        let metadata = CoreProviderMetadata::discover_async(self.issuer.clone(), self)
            .await
            .map_err(|error| ProviderError::Unreachable(told(&error)))?;
        // The others are checked when they are asked; to this one the browser is sent.
        self.check(metadata.authorization_endpoint().url())
            .map_err(|error| ProviderError::Unreachable(told(&error)))?;
        Ok(metadata)
    }

    /// The provider's metadata, at most [`KNOWN`] old.
    async fn known(&self) -> Result<CoreProviderMetadata, ProviderError> {
        let mut known = self.known.lock().await;
        match &*known {
            Some((at, metadata)) if at.elapsed() < KNOWN => Ok(metadata.clone()),
            _ => {
                let metadata = self.metadata().await?;
                *known = Some((Instant::now(), metadata.clone()));
                Ok(metadata)
            }
        }
    }

    async fn enter(&self) -> Result<Turn, ProviderError> {
        self.line.turn(client::network(), PATIENCE).await.map_err(|Full| ProviderError::Busy)
    }

    /// Whether a sign-in returns for the first time.
    pub(crate) fn is_first_return(&self, begun: &Begun) -> bool {
        self.returned.entry_by_ref(&begun.state).or_insert(()).is_fresh()
    }

    /// Starts a sign-in: where to send the browser. With `again` the provider asks people it knows, too.
    pub(crate) async fn away(
        &self,
        return_to: String,
        again: bool,
        now: DateTime<Utc>,
    ) -> Result<Away, ProviderError> {
        let _turn = self.enter().await?;
        let client =
            CoreClient::from_provider_metadata(self.known().await?, self.client.clone(), self.secret.clone())
                .set_redirect_uri(self.redirect.clone());
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let mut asked = client
            .authorize_url(
                CoreAuthenticationFlow::AuthorizationCode,
                CsrfToken::new_random,
                Nonce::new_random,
            )
            .add_scope(Scope::new("email".to_owned()))
            .set_pkce_challenge(challenge)
            // A provider that is told an age must say when people signed in there (OpenID Connect Core, 3.1.2.1).
            .set_max_age(SIGNED_IN_MAX);
        if again {
            asked = asked.add_prompt(CoreAuthPrompt::Login);
        }
        let (address, state, nonce) = asked.url();
        let begun = Begun {
            state: state.into_secret(),
            nonce: nonce.secret().clone(),
            verifier: verifier.into_secret(),
            return_to,
            at: now.timestamp(),
        };
        Ok(Away { address: address.to_string(), begun })
    }

    /// Identifies who returned with a code. Checks the id token's signature, issuer, audience, time and
    /// nonce.
    pub(crate) async fn identify(
        &self,
        code: String,
        begun: Begun,
        now: DateTime<Utc>,
    ) -> Result<Vouched, ProviderError> {
        let _turn = self.enter().await?;
        let client = CoreClient::from_provider_metadata(
            self.metadata().await?,
            self.client.clone(),
            self.secret.clone(),
        )
        .set_redirect_uri(self.redirect.clone());
        let refused = |error: &dyn std::error::Error| ProviderError::Refused(told(error));
        let tokens = client
            .exchange_code(AuthorizationCode::new(code))
            .map_err(|error| ProviderError::Unreachable(told(&error)))?
            .set_pkce_verifier(PkceCodeVerifier::new(begun.verifier))
            .set_redirect_uri(Cow::Borrowed(&self.redirect))
            .request_async(self)
            .await
            .map_err(|error| match error {
                RequestTokenError::Request(error) => ProviderError::Unreachable(told(&error)),
                error => refused(&error),
            })?;
        let proof = tokens.id_token().ok_or_else(|| ProviderError::Refused("it names nobody".to_owned()))?;
        let verifier = client.id_token_verifier().set_time_fn(move || now);
        let claims = proof.claims(&verifier, &Nonce::new(begun.nonce)).map_err(|error| refused(&error))?;
        let subject = claims.subject().clone();
        let mut email = claims.email().filter(|_| claims.email_verified() == Some(true)).cloned();
        if email.is_none()
            && let Ok(question) = client.user_info(tokens.access_token().clone(), Some(subject.clone()))
        {
            // Only a first sign-in needs the address; people known by their subject can do without, so a
            // failure is not fatal.
            let known: Option<CoreUserInfoClaims> = question
                .request_async(self)
                .await
                .inspect_err(|error| {
                    tracing::warn!("cannot get a verified address from the provider: {}", told(error))
                })
                .ok();
            email = known
                .as_ref()
                .and_then(|known| known.email().filter(|_| known.email_verified() == Some(true)))
                .cloned();
        }
        Ok(Vouched {
            // Signed by the provider, so nobody can pretend in between that it was asked to prompt.
            signed_in_at: claims.auth_time(),
            issuer: self.issuer.as_str().to_owned(),
            subject: subject.as_str().to_owned(),
            email: email.map(|email| email.as_str().to_owned()),
        })
    }
}

/// An error with its causes.
pub(crate) fn told(error: &dyn std::error::Error) -> String {
    let mut told = error.to_string();
    let mut cause = error.source();
    while let Some(one) = cause {
        told = format!("{told}: {one}");
        cause = one.source();
    }
    told
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(issuer: &str, taken: bool) {
        let made = Provider::new(issuer, "register", None, "https://register.example");
        assert_eq!(made.is_ok(), taken, "{issuer}: {made:?}");
    }

    #[test]
    fn a_provider_answers_by_https_or_at_this_machine() {
        check("https://id.example", true);
        check("http://127.0.0.1:9000", true);
        check("http://localhost:9000/tenant", true);
        check("http://[::1]:9000", true);
        check("http://id.example", false);
        check("http://localhost.id.example", false);
        check("ftp://127.0.0.1", false);
        check("id.example", false);
    }

    #[test]
    fn only_a_provider_on_this_machine_names_addresses_on_it() {
        #[track_caller]
        fn check(issuer: &str, address: &str, taken: bool) {
            let provider = Provider::new(issuer, "register", None, "https://register.example").unwrap();
            let checked = provider.check(&address.parse().unwrap());
            assert_eq!(checked.is_ok(), taken, "{issuer}, {address}: {checked:?}");
        }
        for here in [
            "https://127.0.0.1/token",
            "https://127.9.9.9:8443/token",
            "https://localhost/token",
            "https://localhost./token",
            "https://register.localhost/token",
            "https://[::1]/token",
            "https://[::ffff:127.0.0.1]/token",
            "https://0.0.0.0/token",
            "https://[::]/token",
        ] {
            check("https://id.example", here, false);
            check("http://localhost:9000", here, true);
            check("https://127.0.0.1:9000", here, true);
        }
        check("https://id.example", "http://127.0.0.1/token", false);
        check("https://id.example", "https://keys.example/token", true);
        check("https://id.example", "http://keys.example/token", false);
        check("http://localhost:9000", "http://127.0.0.1:9001/token", true);
        check("http://localhost:9000", "https://keys.example/token", true);
        check("http://localhost:9000", "http://keys.example/token", false);
    }
}
