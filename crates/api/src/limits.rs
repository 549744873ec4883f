//! How much one address or token may ask, announced as draft-ietf-httpapi-ratelimit-headers says, and how many
//! downloads it may have open.
//!
//! Answers from memory are not counted. IPv6 addresses count by their /64.

use std::collections::HashMap;
use std::fmt;
use std::hash::Hash;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::pin::Pin;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use governor::clock::{Clock, DefaultClock};
use governor::middleware::StateInformationMiddleware;
use governor::state::keyed::DefaultKeyedStateStore;
use governor::{Quota, RateLimiter};
use hyper::body::{Frame, SizeHint};
use store::ground::line;
use store::ground::secret::{Opens, Secret};

use crate::problem::ApiError;
use crate::provider::CALLBACK;
use crate::{App, client};

/// The limits that apply to a request, and how much is left of each.
pub(crate) const RATE_LIMIT: HeaderName = HeaderName::from_static("ratelimit");
/// The limits themselves.
pub(crate) const RATE_LIMIT_POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(60 * 60);
/// Corrections per hour that are taken from an address even if very many came from others.
const FIRST_CORRECTIONS: u32 = 2;
/// The most downloads one address may have open.
const DOWNLOADS_OF_ADDRESS_MAX: usize = 8;
/// When to come back if there are more.
const DOWNLOADS_AGAIN: Duration = Duration::from_secs(10);
/// After so many requests, addresses that used nothing lately are forgotten.
const TIDY: u32 = 4_096;

/// How much one address, or one token, may ask. 0 sets no limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Requests per minute and address that are not answered from memory.
    pub requests: u32,
    /// Requests per minute and token.
    pub of_token: u32,
    /// Attempts to sign in, per minute and address.
    pub sign_ins: u32,
    /// Exports per minute and address.
    pub exports: u32,
    /// Proposed corrections per hour and address.
    pub corrections: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self { requests: 30_000, of_token: 12_000, sign_ins: 60, exports: 300, corrections: 20 }
    }
}

/// One limit.
struct Policy<K: Hash + Eq + Clone> {
    name: &'static str,
    most: NonZeroU32,
    window: Duration,
    limiter: RateLimiter<K, DefaultKeyedStateStore<K>, DefaultClock, StateInformationMiddleware>,
    clock: DefaultClock,
    checks: AtomicU32,
}

/// What a limit says about one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Said {
    name: &'static str,
    most: u32,
    window: Duration,
    left: u32,
    /// Until the whole limit is there again or, if nothing is left, until one more request is.
    wait: Duration,
    allowed: bool,
}

impl<K: Hash + Eq + Clone> fmt::Debug for Policy<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} in {} s", self.name, self.most, self.window.as_secs())
    }
}

impl<K: Hash + Eq + Clone> Policy<K> {
    /// `None` if there is no limit.
    fn new(name: &'static str, most: u32, window: Duration) -> Option<Self> {
        let most = NonZeroU32::new(most)?;
        // All of it may be used at once; then it comes back evenly.
        let quota = Quota::with_period(window / most.get())?.allow_burst(most);
        let limiter = RateLimiter::keyed(quota).with_middleware::<StateInformationMiddleware>();
        Some(Self { name, most, window, limiter, clock: DefaultClock::default(), checks: AtomicU32::new(0) })
    }

    fn check(&self, key: &K) -> Said {
        if self.checks.fetch_add(1, Ordering::Relaxed) % TIDY == TIDY - 1 {
            self.limiter.retain_recent();
        }
        let most = self.most.get();
        let (left, wait, allowed) = match self.limiter.check_key(key) {
            Ok(state) => {
                let left = state.remaining_burst_capacity();
                (left, self.window / most * most.saturating_sub(left), true)
            }
            Err(refused) => (0, refused.wait_time_from(self.clock.now()), false),
        };
        Said { name: self.name, most, window: self.window, left, wait, allowed }
    }
}

/// Whole seconds, rounded up: a client that waits that long is not refused again.
fn seconds(wait: Duration) -> u64 {
    wait.as_secs() + u64::from(wait.subsec_nanos() > 0)
}

impl Said {
    /// Adds it to the headers of an answer, beside what another limit says.
    fn announce(&self, headers: &mut HeaderMap) {
        let (name, wait) = (self.name, seconds(self.wait));
        let policy = format!("\"{name}\";q={};w={}", self.most, self.window.as_secs());
        let state = format!("\"{name}\";r={};t={wait}", self.left);
        for (header, value) in [(RATE_LIMIT_POLICY, policy), (RATE_LIMIT, state)] {
            headers.append(header, HeaderValue::try_from(value).expect("names and numbers are plain ASCII"));
        }
    }

    fn refuse(&self) -> Response {
        let wait = seconds(self.wait).max(1);
        let error = ApiError::TooFast { what: self.name, most: self.most, window: self.window, wait };
        let mut response = error.into_response();
        self.announce(response.headers_mut());
        response
    }
}

/// The limits, with what was used of them.
#[derive(Debug)]
pub(crate) struct Counters {
    requests: Option<Policy<IpAddr>>,
    of_token: Option<Policy<String>>,
    sign_ins: Option<Policy<IpAddr>>,
    exports: Option<Policy<IpAddr>>,
    corrections: Option<Policy<IpAddr>>,
    first_corrections: Option<Policy<IpAddr>>,
    downloads: Arc<Downloads>,
}

impl Counters {
    pub(crate) fn new(limits: Limits) -> Self {
        Self {
            requests: Policy::new("requests", limits.requests, MINUTE),
            of_token: Policy::new("token", limits.of_token, MINUTE),
            sign_ins: Policy::new("sign-ins", limits.sign_ins, MINUTE),
            exports: Policy::new("exports", limits.exports, MINUTE),
            corrections: Policy::new("corrections", limits.corrections, HOUR),
            first_corrections: Policy::new("first-corrections", FIRST_CORRECTIONS, HOUR),
            downloads: Arc::default(),
        }
    }

    /// Whether a correction is one of the client's first in this hour, which are taken however many came from others.
    pub(crate) fn is_first_correction(&self) -> bool {
        client::address().is_some_and(|address| {
            let policy = self.first_corrections.as_ref();
            policy.is_none_or(|policy| policy.check(&line::network(address)).allowed)
        })
    }

    /// The limit of a costly operation, if it is one.
    fn costly(&self, method: &Method, path: &str) -> Option<&Policy<IpAddr>> {
        match path {
            "/api/v1/session" if *method == Method::POST => self.sign_ins.as_ref(),
            "/api/v1/session/provider" | CALLBACK => self.sign_ins.as_ref(),
            _ if *method == Method::POST && path.ends_with("/corrections") => self.corrections.as_ref(),
            _ if *method == Method::GET && is_export(path) => self.exports.as_ref(),
            _ => None,
        }
    }
}

fn is_export(path: &str) -> bool {
    path.starts_with("/api/v1/")
        && [".csv", ".ndjson", ".parquet", ".xlsx"].iter().any(|ending| path.ends_with(ending))
}

/// Whether an answer can be so long that it is sent while it is made, or read from a disk.
fn is_download(path: &str) -> bool {
    is_export(path) || path.starts_with("/data/") || path.starts_with("/api/v1/documents/")
}

/// Number of open downloads by network.
#[derive(Debug, Default)]
struct Downloads(Mutex<HashMap<IpAddr, usize>>);

/// A place among them, given back on drop.
#[derive(Debug)]
struct Open {
    of: Arc<Downloads>,
    who: IpAddr,
}

impl Downloads {
    fn enter(self: &Arc<Self>, who: IpAddr) -> Option<Open> {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.entry(who).or_default();
        if *count >= DOWNLOADS_OF_ADDRESS_MAX {
            return None;
        }
        *count += 1;
        Some(Open { of: Arc::clone(self), who })
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        let mut counts = self.of.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = counts.get_mut(&self.who) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&self.who);
            }
        }
    }
}

/// A body that keeps its place until it is sent, or dropped.
struct Held {
    body: Body,
    _open: Open,
}

impl HttpBody for Held {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// The token in a request, as its hash, if it has the form of one.
fn token(headers: &HeaderMap) -> Option<String> {
    let shown = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (_, token) = shown.split_once(' ')?;
    Some(Secret::read(Opens::Person, token.trim())?.sha256())
}

/// Counts requests by address and token, and open downloads by address.
pub(crate) async fn limit(State(app): State<App>, request: Request, next: Next) -> Response {
    let Some(address) = client::address() else { return next.run(request).await };
    let path = request.uri().path();
    if matches!(path, "/healthz" | "/readyz") {
        return next.run(request).await;
    }
    let counters = Arc::clone(&app.limits);
    let who = line::network(address);
    let mut said = Vec::new();
    if let Some(policy) = &counters.requests {
        said.push(policy.check(&who));
    }
    if let Some(policy) = &counters.of_token
        && let Some(token) = token(request.headers())
    {
        said.push(policy.check(&token));
    }
    if let Some(refused) = said.iter().find(|one| !one.allowed) {
        return refused.refuse();
    }
    let mut open = None;
    if *request.method() == Method::GET && is_download(path) {
        open = counters.downloads.enter(who);
        if open.is_none() {
            return ApiError::TooManyDownloads {
                most: DOWNLOADS_OF_ADDRESS_MAX,
                wait: DOWNLOADS_AGAIN.as_secs(),
            }
            .into_response();
        }
    }
    let mut response = next.run(request).await;
    for one in &said {
        one.announce(response.headers_mut());
    }
    match open {
        None => response,
        Some(open) => response.map(|body| Body::new(Held { body, _open: open })),
    }
}

/// Counts sign-ins, corrections and exports by address. Pages, which ask the API in the same process, come by here
/// too.
pub(crate) async fn costly(State(app): State<App>, request: Request, next: Next) -> Response {
    let counters = Arc::clone(&app.limits);
    let policy = counters.costly(request.method(), request.uri().path());
    let (Some(policy), Some(address)) = (policy, client::address()) else { return next.run(request).await };
    let said = policy.check(&line::network(address));
    if !said.allowed {
        return said.refuse();
    }
    let mut response = next.run(request).await;
    said.announce(response.headers_mut());
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_is_said_and_what_is_too_much_is_refused() {
        let policy: Policy<u8> = Policy::new("tests", 3, HOUR).unwrap();
        let left: Vec<(u32, bool)> =
            (0..4).map(|_| policy.check(&1)).map(|said| (said.left, said.allowed)).collect();
        assert_eq!(left, [(2, true), (1, true), (0, true), (0, false)]);
        let refused = policy.check(&1);
        assert!((1_190..=1_200).contains(&seconds(refused.wait)), "{refused:?}");
        // Another key has its own.
        assert_eq!(policy.check(&2).left, 2);
        let mut headers = HeaderMap::new();
        policy.check(&2).announce(&mut headers);
        assert_eq!(headers[RATE_LIMIT_POLICY], "\"tests\";q=3;w=3600");
        let state = headers[RATE_LIMIT].to_str().unwrap();
        assert!(state.starts_with("\"tests\";r=1;t=2"), "{state}");
        assert!(Policy::<u8>::new("tests", 0, HOUR).is_none());
    }

    #[test]
    fn costly_operations_have_their_own_limits() {
        let counters = Counters::new(Limits::default());
        let name = |method: Method, path: &str| counters.costly(&method, path).map(|policy| policy.name);
        assert_eq!(name(Method::POST, "/api/v1/session"), Some("sign-ins"));
        assert_eq!(name(Method::DELETE, "/api/v1/session"), None);
        assert_eq!(name(Method::GET, CALLBACK), Some("sign-ins"));
        assert_eq!(name(Method::POST, "/api/v1/records/R-4ZK7Q2M/corrections"), Some("corrections"));
        assert_eq!(name(Method::GET, "/api/v1/records.xlsx"), Some("exports"));
        assert_eq!(name(Method::GET, "/api/v1/records"), None);
        assert_eq!(name(Method::GET, "/log/tile/0/x.csv"), None);
    }

    #[test]
    fn downloads_are_counted_until_they_end() {
        let downloads = Arc::new(Downloads::default());
        let (one, other) = (IpAddr::from([192, 0, 2, 1]), IpAddr::from([192, 0, 2, 2]));
        let mut open: Vec<Open> =
            (0..DOWNLOADS_OF_ADDRESS_MAX).filter_map(|_| downloads.enter(one)).collect();
        assert_eq!(open.len(), DOWNLOADS_OF_ADDRESS_MAX);
        assert!(downloads.enter(one).is_none());
        assert!(downloads.enter(other).is_some());
        open.pop();
        assert!(downloads.enter(one).is_some());
        open.clear();
        assert!(downloads.0.lock().unwrap().is_empty());
    }
}
