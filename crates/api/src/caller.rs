//! Who is calling: the person behind a request's token or session, and what it lets them do.

use acts::{Caller, Means};
use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, header};
use cookie::time::Duration;
use cookie::{Cookie, SameSite};
use store::ground::secret::{Opens, Secret};
use store::people::sessions::{self, Session};
use store::people::{self, Bearer, bearer};

use crate::problem::ApiError;
use crate::{App, seen};

/// Session cookie. The `__Host-` prefix makes browsers refuse it without `Secure` or for other hosts.
pub(crate) const COOKIE: &str = "__Host-register";

/// Cookie that keeps a sign-in while the browser is at the identity provider.
pub(crate) const SIGN_IN_COOKIE: &str = "__Host-register-sign-in";

/// The session in the cookie, if there is exactly one.
pub(crate) fn session_secret(headers: &HeaderMap) -> Option<Secret> {
    Secret::read(Opens::Session, cookie(headers, COOKIE)?)
}

/// All session cookies sent, ten at most, so that signing out ends the session even beside a stray cookie.
pub(crate) fn session_secrets(headers: &HeaderMap) -> Vec<Secret> {
    cookies(headers, COOKIE).filter_map(|said| Secret::read(Opens::Session, said)).take(10).collect()
}

/// A cookie's value, if exactly one has that name.
pub(crate) fn cookie<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let mut shown = cookies(headers, name);
    match (shown.next(), shown.next()) {
        (Some(one), None) => Some(one),
        _ => None,
    }
}

fn cookies<'h>(headers: &'h HeaderMap, name: &str) -> impl Iterator<Item = &'h str> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    // A cookie of somebody else that is malformed must not cost us ours.
    cookies
        .flat_map(Cookie::split_parse)
        .filter_map(Result::ok)
        .filter(move |cookie| cookie.name() == name)
        .filter_map(|cookie| cookie.value_raw())
}

/// The `Set-Cookie` of one of our cookies, which lasts so many seconds; an empty one of 0 seconds takes it away. No
/// script can read it, and it goes only to this host, by https.
pub(crate) fn set_cookie(name: &'static str, value: &str, seconds: i64) -> HeaderValue {
    let cookie = Cookie::build((name, value))
        .path("/")
        .secure(true)
        .http_only(true)
        .same_site(SameSite::Lax)
        .max_age(Duration::seconds(seconds));
    HeaderValue::try_from(cookie.to_string()).expect("our cookies are plain ASCII")
}

impl FromRequestParts<App> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        if !parts.headers.contains_key(header::AUTHORIZATION)
            && let Some(secret) = session_secret(&parts.headers)
        {
            let sha256 = secret.sha256();
            return match sessions::running(&app.db, &sha256, (app.clock)()).await? {
                Some(Session { person, ends_at, signed_in_at }) => {
                    seen::note_person(&person.id);
                    let grants = people::grants(&app.db, &person.id).await?;
                    Ok(Self { person, grants, by: Means::Session { sha256, ends_at, signed_in_at } })
                }
                None => Err(ApiError::Unauthorised("the session ended: sign in again")),
            };
        }
        let mut shown = parts.headers.get_all(header::AUTHORIZATION).iter();
        let (Some(value), None) = (shown.next(), shown.next()) else {
            return Err(ApiError::Unauthorised("a token is needed: send Authorization: Bearer oar_p_..."));
        };
        let value = value.to_str().unwrap_or_default();
        let (scheme, token) = value.split_once(' ').unwrap_or_default();
        if !scheme.eq_ignore_ascii_case("bearer") {
            return Err(ApiError::Unauthorised("send Authorization: Bearer followed by a token"));
        }
        let Some(secret) = Secret::read(Opens::Person, token.trim()) else {
            return Err(ApiError::Unauthorised(
                "this is not a whole token: copy it again from its beginning oar_p_",
            ));
        };
        match bearer(&app.db, &secret.sha256(), (app.clock)()).await? {
            Some(Bearer { person, grants, token }) => {
                seen::note_person(&person.id);
                Ok(Self { person, grants, by: Means::Token(Box::new(token)) })
            }
            None => Err(ApiError::Unauthorised(
                "this token does not work: it expired, was revoked, ended with what it was made with, or never was",
            )),
        }
    }
}

impl OptionalFromRequestParts<App> for Caller {
    type Rejection = ApiError;

    /// `None` without token or session; one that does not work is an error, never `None`.
    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Option<Self>, ApiError> {
        if !parts.headers.contains_key(header::AUTHORIZATION) && session_secret(&parts.headers).is_none() {
            return Ok(None);
        }
        <Self as FromRequestParts<App>>::from_request_parts(parts, app).await.map(Some)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_counts_if_it_is_there_once() {
        #[track_caller]
        fn check(sent: &[&'static str], expected: Option<&str>) {
            let mut headers = HeaderMap::new();
            for value in sent {
                headers.append(header::COOKIE, HeaderValue::from_static(value));
            }
            assert_eq!(cookie(&headers, COOKIE), expected, "{sent:?}");
        }
        check(&[], None);
        check(&["__Host-register=oar_s_1"], Some("oar_s_1"));
        check(&["a=b; __Host-register=oar_s_1;c=d"], Some("oar_s_1"));
        check(&["a=b", "__Host-register=oar_s_1"], Some("oar_s_1"));
        check(&["odd; =; __Host-register=oar_s_1"], Some("oar_s_1"));
        check(&["__Host-register=a=b=="], Some("a=b=="));
        check(&["__Host-register-sign-in=x"], None);
        check(&["__host-register=x"], None);
        check(&["__Host-register=1; __Host-register=2"], None);
        check(&["__Host-register=1", "__Host-register=2"], None);
    }

    #[test]
    fn our_cookies_stay_with_this_host_and_away_from_scripts() {
        let set = set_cookie(COOKIE, "oar_s_1", 60);
        assert_eq!(set, "__Host-register=oar_s_1; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=60");
        let gone = set_cookie(COOKIE, "", 0);
        assert_eq!(gone, "__Host-register=; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=0");
    }
}
