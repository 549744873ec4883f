//! Where a request came from: the address that limits, lines and the security log go by.
//!
//! Behind proxies, what they say counts, but only of proxies that the settings name: anybody can write a header.

use std::cell::Cell;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::str::FromStr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::extract::{Request, State};
use axum::http::header::FORWARDED;
use axum::http::{HeaderMap, HeaderName};
use axum::middleware::Next;
use axum::response::Response;
use ipnet::IpNet;
use search::{PATIENCE, Wait};
use store::ground::line::{self, Full, Line, Turn};

use crate::App;
use crate::problem::ApiError;

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// How long a step of long work waits for its turn.
const STEP_WAITS: Duration = Duration::from_secs(60);

tokio::task_local! {
    /// Where the request being answered came from.
    static CLIENT: Cell<IpAddr>;
}

/// Runs the answer to a request that came over a connection from this address.
pub async fn as_client<T>(address: IpAddr, answer: impl Future<Output = T>) -> T {
    CLIENT.scope(Cell::new(address.to_canonical()), answer).await
}

/// Where the request being answered came from; `None` outside of requests, and for those of this process.
pub(crate) fn address() -> Option<IpAddr> {
    CLIENT.try_with(Cell::get).ok()
}

/// Its network, by which limits count. Requests of this process itself count as one.
pub(crate) fn network() -> IpAddr {
    address().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), line::network)
}

/// The steps of long work for one client. Each takes its turn, so that many long answers for one address leave a
/// processor for others.
#[derive(Debug, Clone)]
pub struct Steps {
    line: Line,
    who: IpAddr,
}

impl Steps {
    /// Steps for the client of the request being answered.
    pub(crate) fn new(app: &App) -> Self {
        Self { line: app.steps.clone(), who: network() }
    }

    /// Waits for the next step. Hold the turn while working, and not while somebody reads. Errors: too many wait.
    pub(crate) async fn turn(&self) -> Result<Turn, Full> {
        self.line.turn(self.who, STEP_WAITS).await
    }

    /// Does a step that keeps a processor busy, in its turn and away from the threads that answer everybody. Errors:
    /// too many wait, or the step panicked.
    pub(crate) async fn work<T: Send + 'static>(
        &self,
        step: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, ApiError> {
        let turn = self.turn().await.map_err(|Full| ApiError::Overloaded)?;
        let working = tokio::task::spawn_blocking(move || {
            // Held until it is done, even if the client has gone: the processor is busy as long.
            let _turn = turn;
            step()
        });
        working.await.map_err(|_| ApiError::Inside)
    }
}

/// How the client waits for the index of a past day.
pub(crate) fn wait() -> Wait {
    Wait { who: network(), patience: PATIENCE }
}

/// The header in which the proxies in front write where a request came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ProxyHeader {
    /// `X-Forwarded-For`.
    #[default]
    XForwardedFor,
    /// `Forwarded` (RFC 7239).
    Forwarded,
}

impl FromStr for ProxyHeader {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.to_ascii_lowercase().as_str() {
            "x-forwarded-for" => Ok(Self::XForwardedFor),
            "forwarded" => Ok(Self::Forwarded),
            _ => Err(format!("'{text}' is not a header that proxies use: X-Forwarded-For or Forwarded")),
        }
    }
}

/// Reads a network of proxies, or a single one's address. Errors: what is wrong with it, in words.
pub fn network_of_proxies(text: &str) -> Result<IpNet, String> {
    let text = text.trim();
    let single = || text.parse::<IpAddr>().map(|address| IpNet::from(address.to_canonical()));
    text.parse()
        .or_else(|_| single())
        .map_err(|_| format!("'{text}' is neither an address nor a network such as 10.0.0.0/8"))
}

/// The proxies whose word counts.
#[derive(Debug, Clone, Default)]
pub struct Proxies {
    /// Their addresses and networks.
    pub trusted: Vec<IpNet>,
    /// Where they write. Only one header is read: a proxy that writes one may pass on the other from anybody.
    pub header: ProxyHeader,
}

impl Proxies {
    fn trusts(&self, address: IpAddr) -> bool {
        self.trusted.iter().any(|network| network.contains(&address))
    }

    /// The address behind the proxies: the rightmost that is not a trusted proxy itself, since whatever is left of
    /// it may be invented. What is no address ends the search: then it is the last proxy that is known.
    fn client(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let mut client = peer;
        if !self.trusts(peer) {
            return client;
        }
        let (name, parse): (_, fn(&str) -> Option<IpAddr>) = match self.header {
            ProxyHeader::XForwardedFor => (X_FORWARDED_FOR, node),
            ProxyHeader::Forwarded => (FORWARDED, forwarded),
        };
        let values: Vec<&str> =
            headers.get_all(name).iter().map(|value| value.to_str().unwrap_or_default()).collect();
        for hop in values.iter().flat_map(|value| value.split(',')).rev() {
            let Some(address) = parse(hop.trim()) else { break };
            client = address;
            if !self.trusts(address) {
                break;
            }
        }
        client
    }
}

/// An address with or without port, as proxies write it: `192.0.2.1`, `192.0.2.1:80`, `2001:db8::1`,
/// `[2001:db8::1]:80`.
fn node(text: &str) -> Option<IpAddr> {
    let bare = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(text);
    let address = bare.parse().ok().or_else(|| text.parse::<SocketAddr>().ok().map(|socket| socket.ip()));
    address.map(|address: IpAddr| address.to_canonical())
}

/// The `for` of one element of `Forwarded`.
fn forwarded(element: &str) -> Option<IpAddr> {
    let mut pairs = element.split(';').filter_map(|pair| pair.split_once('='));
    let (_, value) = pairs.find(|(name, _)| name.trim().eq_ignore_ascii_case("for"))?;
    node(value.trim().trim_matches('"'))
}

/// Finds out where a request came from, if it came through a proxy.
pub(crate) async fn identify(State(app): State<App>, request: Request, next: Next) -> Response {
    if let Some(peer) = address() {
        let client = app.proxies.client(peer, request.headers());
        let _ = CLIENT.try_with(|known| known.set(client));
        if client == peer {
            hint(peer, request.headers());
        }
    }
    next.run(request).await
}

/// Says once that a proxy is not trusted: until it is, all who come through it share one address's limits.
fn hint(peer: IpAddr, headers: &HeaderMap) {
    static SAID: AtomicBool = AtomicBool::new(false);
    let inside = match peer {
        IpAddr::V4(short) => short.is_loopback() || short.is_private(),
        IpAddr::V6(long) => long.is_loopback() || long.is_unique_local(),
    };
    let through = headers.contains_key(X_FORWARDED_FOR) || headers.contains_key(FORWARDED);
    if inside && through && !SAID.swap(true, Ordering::Relaxed) {
        tracing::warn!(
            "requests come through a proxy at {peer}, which REGISTER_TRUSTED_PROXIES does not name: all of them count \
             as one address"
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(header: ProxyHeader, peer: &str, lines: &[&'static str], expected: &str) {
        let trusted = vec!["10.0.0.0/8".parse().unwrap(), "2001:db8:1::/48".parse().unwrap()];
        let proxies = Proxies { trusted, header };
        let mut headers = HeaderMap::new();
        for line in lines {
            let name = if header == ProxyHeader::Forwarded { FORWARDED } else { X_FORWARDED_FOR };
            headers.append(name, line.parse().unwrap());
        }
        let client = proxies.client(peer.parse().unwrap(), &headers);
        assert_eq!(client, expected.parse::<IpAddr>().unwrap(), "{peer} {lines:?}");
    }

    #[tokio::test]
    async fn a_step_waits_for_its_turn_and_holds_it_until_it_is_done() {
        let room = line::Room { at_once: 1, at_once_of_one: 1, waiting: 9, waiting_of_one: 9 };
        let steps = Steps { line: Line::new(room), who: IpAddr::V4(Ipv4Addr::LOCALHOST) };
        let (go, gone) = std::sync::mpsc::channel::<()>();
        // The first takes the only turn. Then its client goes away, which ends neither the work nor the turn.
        let first = steps.work(move || gone.recv().is_ok());
        tokio::time::timeout(Duration::from_millis(50), first).await.unwrap_err();
        let mut second = std::pin::pin!(steps.work(|| "done"));
        assert!(tokio::time::timeout(Duration::from_millis(50), &mut second).await.is_err());
        go.send(()).unwrap();
        assert_eq!(second.await.unwrap(), "done");
    }

    #[test]
    fn the_rightmost_address_that_is_no_trusted_proxy_counts() {
        let header = ProxyHeader::XForwardedFor;
        check(header, "10.0.0.1", &["192.0.2.7"], "192.0.2.7");
        check(header, "10.0.0.1", &[], "10.0.0.1");
        // Whatever the client wrote is left of what the proxy wrote.
        check(header, "10.0.0.1", &["198.51.100.1, 192.0.2.7"], "192.0.2.7");
        check(header, "10.0.0.1", &["198.51.100.1", "192.0.2.7, 10.0.0.2"], "192.0.2.7");
        check(header, "10.0.0.1", &["192.0.2.7:4711"], "192.0.2.7");
        check(header, "10.0.0.1", &["[2001:db8::7]:4711"], "2001:db8::7");
        check(header, "2001:db8:1::5", &["2001:db8::7"], "2001:db8::7");
        check(header, "10.0.0.1", &["::ffff:192.0.2.7"], "192.0.2.7");
        check(header, "10.0.0.1", &["10.0.0.3, 10.0.0.2"], "10.0.0.3");
        // What is no address hides what is left of it.
        check(header, "10.0.0.1", &["192.0.2.7, unknown"], "10.0.0.1");
        check(header, "10.0.0.1", &["192.0.2.7, unknown, 10.0.0.2"], "10.0.0.2");
        // Anybody else may write what they like.
        check(header, "192.0.2.1", &["198.51.100.1"], "192.0.2.1");
    }

    #[test]
    fn a_proxy_is_an_address_or_a_network() {
        #[track_caller]
        fn check(text: &str, expected: Result<&str, &str>) {
            let read = network_of_proxies(text).map(|network| network.to_string());
            assert_eq!(read, expected.map(str::to_owned).map_err(str::to_owned), "{text}");
        }
        check("10.0.0.0/8", Ok("10.0.0.0/8"));
        check(" 127.0.0.1", Ok("127.0.0.1/32"));
        check("2001:db8::/32", Ok("2001:db8::/32"));
        check("::1", Ok("::1/128"));
        check("::ffff:10.0.0.1", Ok("10.0.0.1/32"));
        check("proxy", Err("'proxy' is neither an address nor a network such as 10.0.0.0/8"));
    }

    #[test]
    fn forwarded_is_read_as_rfc_7239_writes_it() {
        let header = ProxyHeader::Forwarded;
        check(header, "10.0.0.1", &["for=192.0.2.7;proto=https;by=10.0.0.1"], "192.0.2.7");
        check(header, "10.0.0.1", &["for=198.51.100.1, For=\"[2001:db8::7]:4711\""], "2001:db8::7");
        check(header, "10.0.0.1", &["for=192.0.2.7, for=_hidden"], "10.0.0.1");
        check(header, "10.0.0.1", &["proto=https"], "10.0.0.1");
    }
}
