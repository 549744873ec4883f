//! Signing in at a provider by OpenID Connect: where people are sent, and who comes back.
//!
//! Its keys are asked for anew whenever somebody comes back: sign-ins are rare, and keys change. Nothing is asked
//! of it but by https, or at this machine itself.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::{Duration, Instant};

use acts::Vouched;
use chrono::{DateTime, Utc};
use futures::FutureExt;
use futures::future::BoxFuture;
use openidconnect::core::{CoreAuthenticationFlow, CoreClient, CoreProviderMetadata, CoreUserInfoClaims};
use openidconnect::{
    AsyncHttpClient, AuthorizationCode, ClientId, ClientSecret, CsrfToken, HttpRequest, HttpResponse,
    IssuerUrl, Nonce, OAuth2TokenResponse, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl,
    RequestTokenError, Scope, TokenResponse,
};
use serde::{Deserialize, Serialize};
use tokio::sync::{Mutex, Semaphore, SemaphorePermit};

/// How long the provider may take to answer.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long what the provider says of itself is good for sending people there; who comes back is checked anew.
const KNOWN: Duration = Duration::from_secs(300);
/// Sign-ins that are asked about at once.
const AT_ONCE: usize = 16;
/// The longest answer of the provider, in bytes.
const ANSWER_MAX: usize = 64 << 10;
/// Where people come back to.
pub(crate) const CALLBACK: &str = "/api/v1/session/provider/callback";

/// A provider at which people sign in.
#[derive(Debug, Clone)]
pub struct Provider {
    issuer: IssuerUrl,
    client: ClientId,
    secret: Option<ClientSecret>,
    redirect: RedirectUrl,
    http: reqwest::Client,
    /// Sign-ins that may be asked about at once: whoever begins many does not take the register with them.
    room: Arc<Semaphore>,
    /// What the provider said of itself last, and when.
    known: Arc<Mutex<Option<(Instant, CoreProviderMetadata)>>>,
}

/// Where somebody is sent, and what must be known when they come back.
pub(crate) struct Away {
    pub(crate) address: String,
    pub(crate) begun: Begun,
}

/// What the browser of somebody who was sent away keeps, in a cookie that only the register reads: whoever takes it
/// can finish this one sign-in in this browser and nothing else.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Begun {
    /// What comes back in the address.
    pub(crate) state: String,
    /// What the provider's token must name.
    nonce: String,
    /// What proves to the provider who began (PKCE, RFC 7636).
    verifier: String,
    /// The path to go to afterwards.
    pub(crate) return_to: String,
    /// When, in seconds since 1970.
    pub(crate) at: i64,
}

/// Why somebody could not sign in.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ProviderError {
    /// The provider does not answer, or not as one.
    #[error("the provider of sign-ins cannot be used: {0}")]
    Unreachable(String),
    /// Too many are signing in at once.
    #[error("too many people are signing in at once")]
    Busy,
    /// What came back proves nothing.
    #[error("the provider's answer does not hold: {0}")]
    Refused(String),
}

/// An answer that cannot be used.
#[derive(Debug, thiserror::Error)]
#[doc(hidden)]
pub enum Unanswered {
    #[error("{0}")]
    Http(#[from] reqwest::Error),
    #[error("{0}")]
    Head(#[from] openidconnect::http::Error),
    #[error("it asks for '{0}', which is not https")]
    Address(String),
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

/// Whether something may be asked for: by https, or at this machine itself.
fn is_safe(address: &url::Url) -> bool {
    let here = match address.host() {
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(number)) => number.is_loopback(),
        Some(url::Host::Ipv6(number)) => number.is_loopback(),
        None => false,
    };
    address.scheme() == "https" || address.scheme() == "http" && here
}

impl Provider {
    /// A provider by its issuer's address, and the register as its client. Errors: what is wrong with them.
    pub fn new(issuer: &str, client: &str, secret: Option<String>, base_url: &str) -> Result<Self, String> {
        let issuer = IssuerUrl::new(issuer.to_owned()).map_err(|error| format!("'{issuer}': {error}"))?;
        if !is_safe(issuer.url()) {
            return Err(format!("'{}' is neither https nor at this machine", issuer.as_str()));
        }
        let redirect = format!("{base_url}{CALLBACK}");
        let redirect =
            RedirectUrl::new(redirect.clone()).map_err(|error| format!("'{redirect}': {error}"))?;
        // One provider of cryptography for the whole process; whoever comes first sets it.
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
            room: Arc::new(Semaphore::new(AT_ONCE)),
            known: Arc::default(),
        })
    }

    async fn ask(&self, request: HttpRequest) -> Result<HttpResponse, Unanswered> {
        let request = reqwest::Request::try_from(request)?;
        // A provider elsewhere has no business at this machine.
        if request.url().scheme() != "https"
            && (self.issuer.url().scheme() == "https" || !is_safe(request.url()))
        {
            return Err(Unanswered::Address(request.url().to_string()));
        }
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
        CoreProviderMetadata::discover_async(self.issuer.clone(), self)
            .await
            .map_err(|error| ProviderError::Unreachable(told(&error)))
    }

    /// What the provider says of itself, as of a few minutes ago.
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

    fn enter(&self) -> Result<SemaphorePermit<'_>, ProviderError> {
        self.room.try_acquire().map_err(|_| ProviderError::Busy)
    }

    /// Where to send somebody who wants to sign in.
    pub(crate) async fn away(&self, return_to: String, now: DateTime<Utc>) -> Result<Away, ProviderError> {
        let _room = self.enter()?;
        let client =
            CoreClient::from_provider_metadata(self.known().await?, self.client.clone(), self.secret.clone())
                .set_redirect_uri(self.redirect.clone());
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let (address, state, nonce) = client
            .authorize_url(
                CoreAuthenticationFlow::AuthorizationCode,
                CsrfToken::new_random,
                Nonce::new_random,
            )
            .add_scope(Scope::new("email".to_owned()))
            .set_pkce_challenge(challenge)
            .url();
        let begun = Begun {
            state: state.into_secret(),
            nonce: nonce.secret().clone(),
            verifier: verifier.into_secret(),
            return_to,
            at: now.timestamp(),
        };
        Ok(Away { address: address.to_string(), begun })
    }

    /// Who came back with a code: the provider's token is checked by its signature, issuer, audience, time and
    /// nonce.
    pub(crate) async fn identify(
        &self,
        code: String,
        begun: Begun,
        now: DateTime<Utc>,
    ) -> Result<Vouched, ProviderError> {
        let _room = self.enter()?;
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
            // Who is known by their subject needs no address: one that cannot be had is none.
            let known: Option<CoreUserInfoClaims> = question
                .request_async(self)
                .await
                .inspect_err(|error| tracing::warn!("the provider tells no address: {}", told(error)))
                .ok();
            email = known
                .as_ref()
                .and_then(|known| known.email().filter(|_| known.email_verified() == Some(true)))
                .cloned();
        }
        Ok(Vouched {
            issuer: self.issuer.as_str().to_owned(),
            subject: subject.as_str().to_owned(),
            email: email.map(|email| email.as_str().to_owned()),
        })
    }
}

/// An error with what caused it.
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
}
