//! HTTP client for webhook receivers: https only, and only to publicly reachable addresses, so that nobody
//! can use the register to reach into its own network (SSRF).

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use axum::http::{HeaderMap, header};
use http_acl::HttpAcl;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use url::{Host, Url};

use crate::provider::told;

/// How long a receiver may take to answer.
const PATIENCE: Duration = Duration::from_secs(15);
/// The longest URL, in bytes.
const ADDRESS_MAX: usize = 2_000;
/// The longest pause a receiver may ask for, in seconds.
const PAUSE_MAX: u64 = 24 * 3600;
/// The longest error message kept, in characters.
const ERROR_MAX: usize = 300;

/// Client for webhook receivers.
#[derive(Debug, Clone)]
pub struct Outside {
    http: reqwest::Client,
    rules: Arc<HttpAcl>,
    /// Whether plain http and private addresses are allowed.
    inside: bool,
}

/// A receiver's response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Answered {
    /// The HTTP status.
    pub(crate) status: u16,
    /// The pause it asks for in `Retry-After`, in seconds.
    pub(crate) pause: Option<u64>,
}

impl Outside {
    /// With `inside`, receivers in the register's own network and plain http are allowed too.
    ///
    /// Errors: the TLS client cannot be built.
    pub fn new(inside: bool) -> Result<Self, String> {
        let rules = HttpAcl::builder()
            .http(inside)
            .non_global_ip_ranges(inside)
            .ip_acl_default(true)
            .host_acl_default(true)
            .port_acl_default(true)
            .method_acl_default(true);
        let rules = Arc::new(rules.build());
        // rustls has one crypto provider per process; the first caller installs it, later calls fail
        // harmlessly.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .timeout(PATIENCE)
            .https_only(!inside)
            .no_proxy()
            .user_agent(concat!("open-algorithm-register/", env!("CARGO_PKG_VERSION")))
            .dns_resolver(Arc::new(Guarded { rules: Arc::clone(&rules) }))
            .build()
            .map_err(|error| error.to_string())?;
        Ok(Self { http, rules, inside })
    }

    /// Checks a receiver's URL. Host names are checked again when they resolve. Errors: what is wrong, and a
    /// hint.
    pub(crate) fn check(&self, address: &str) -> Result<Url, (String, &'static str)> {
        let shown = domain::cell::short(address);
        let url: Url = address
            .parse()
            .map_err(|error| (format!("'{shown}' is not an address: {error}"), "write https://HOST/PATH"))?;
        if address.len() > ADDRESS_MAX {
            return Err((format!("longer than {ADDRESS_MAX} bytes"), "use a shorter one"));
        }
        if !matches!(url.scheme(), "http" | "https")
            || !self.rules.is_scheme_allowed(url.scheme()).is_allowed()
        {
            return Err((format!("'{shown}' is not https"), "messages go by https only"));
        }
        if !url.username().is_empty() || url.password().is_some() || url.fragment().is_some() {
            let hint = "put a secret into the path, or rely on the signature";
            return Err((format!("'{shown}' holds a user, a password or a fragment"), hint));
        }
        let closed = (format!("'{shown}' is inside a network"), "name a host that everybody can reach");
        match url.host() {
            Some(Host::Ipv4(number)) if !self.allows(&IpAddr::V4(number)) => Err(closed),
            Some(Host::Ipv6(number)) if !self.allows(&IpAddr::V6(number)) => Err(closed),
            Some(Host::Domain(name)) if !self.inside && !name.contains('.') => Err(closed),
            None => Err(closed),
            _ => Ok(url),
        }
    }

    fn allows(&self, number: &IpAddr) -> bool {
        self.rules.is_ip_allowed(&number.to_canonical()).is_allowed()
    }

    /// Sends a message. Errors: why there was no response.
    pub(crate) async fn post(
        &self,
        address: &str,
        headers: HeaderMap,
        body: String,
    ) -> Result<Answered, String> {
        let url = self.check(address).map_err(|(why, _)| why)?;
        let request = self.http.post(url).headers(headers).body(body);
        let answer = request
            .send()
            .await
            .map_err(|error| told(&error.without_url()).chars().take(ERROR_MAX).collect::<String>())?;
        let pause = pause(answer.headers());
        Ok(Answered { status: answer.status().as_u16(), pause })
    }
}

/// The pause that `Retry-After` asks for, in seconds. A date counts from the receiver's own `Date`, so that its clock
/// may be wrong.
fn pause(headers: &HeaderMap) -> Option<u64> {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim);
    let date = |text| httpdate::parse_http_date(text).ok();
    let until = text(header::RETRY_AFTER)?;
    let pause = match until.parse() {
        Ok(seconds) => seconds,
        // A date that has passed asks for no pause.
        Err(_) => {
            date(until)?.duration_since(text(header::DATE).and_then(date)?).unwrap_or_default().as_secs()
        }
    };
    Some(pause.min(PAUSE_MAX))
}

/// Resolver that drops addresses which are not allowed. Checking here, at connection time, leaves no gap for
/// DNS rebinding.
struct Guarded {
    rules: Arc<HttpAcl>,
}

impl Resolve for Guarded {
    fn resolve(&self, name: Name) -> Resolving {
        let rules = Arc::clone(&self.rules);
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let open: Vec<SocketAddr> =
                found.filter(|at| rules.is_ip_allowed(&at.ip().to_canonical()).is_allowed()).collect();
            if open.is_empty() {
                return Err(format!("'{}' cannot be reached by everybody", name.as_str()).into());
            }
            Ok(Box::new(open.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[track_caller]
    fn check(address: &str, outside: bool, inside: bool) {
        for (allowed, expected) in [(false, outside), (true, inside)] {
            let checked = Outside::new(allowed).unwrap().check(address);
            assert_eq!(checked.is_ok(), expected, "{address} with inside={allowed}: {checked:?}");
        }
    }

    #[test]
    fn messages_go_where_everybody_can_reach() {
        check("https://hooks.example/register?key=1", true, true);
        check("https://hooks.example:8443/", true, true);
        check("https://93.184.216.34/", true, true);
        for inside in [
            "http://hooks.example/",
            "https://localhost/",
            "https://intranet/",
            "https://127.0.0.1/",
            "https://2130706433/",
            "https://0x7f.1/",
            "https://10.1.2.3/",
            "https://169.254.169.254/latest/meta-data",
            "https://100.64.0.1/",
            "https://[::1]/",
            "https://[::ffff:127.0.0.1]/",
            "https://[fd00::1]/",
            "https://[fe80::1]/",
            "https://[64:ff9b::7f00:1]/",
            "https://0.0.0.0/",
        ] {
            check(inside, false, true);
        }
        for bad in [
            "",
            "hooks.example",
            "ftp://hooks.example/",
            "file:///etc/passwd",
            "https://user:word@hooks.example/",
            "https://hooks.example/#part",
        ] {
            let checked = Outside::new(true).unwrap().check(bad);
            assert!(checked.is_err(), "{bad}: {checked:?}");
        }
    }

    #[test]
    fn a_receiver_asks_for_a_pause_in_seconds_or_by_a_date() {
        #[track_caller]
        fn check(until: &'static str, date: Option<&'static str>, expected: Option<u64>) {
            let mut headers = HeaderMap::from_iter([(header::RETRY_AFTER, HeaderValue::from_static(until))]);
            headers.extend(date.map(|date| (header::DATE, HeaderValue::from_static(date))));
            assert_eq!(pause(&headers), expected, "{until} at {date:?}");
        }
        let noon = Some("Fri, 01 May 2026 12:00:00 GMT");
        check("120", None, Some(120));
        check(" 120 ", noon, Some(120));
        check("9999999", None, Some(PAUSE_MAX));
        check("Fri, 01 May 2026 12:01:30 GMT", noon, Some(90));
        check("Fri, 01 May 2026 11:00:00 GMT", noon, Some(0));
        check("Sat, 01 May 2027 12:00:00 GMT", noon, Some(PAUSE_MAX));
        check("Fri, 01 May 2026 12:01:30 GMT", None, None);
        check("-1", noon, None);
        check("soon", noon, None);
        assert_eq!(pause(&HeaderMap::new()), None);
    }

    #[tokio::test]
    async fn a_name_that_leads_inside_is_not_followed() {
        let outside = Outside::new(false).unwrap();
        let resolver = Guarded { rules: Arc::clone(&outside.rules) };
        let found = resolver.resolve("localhost".parse().unwrap()).await;
        let error = found.err().map(|error| error.to_string()).unwrap_or_default();
        assert_eq!(error, "'localhost' cannot be reached by everybody");
    }
}
