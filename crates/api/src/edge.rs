//! The accept loop, with every limit on connections: what hyper leaves to its user, such as how long a head may
//! take, how many connections are open, and how long shutdown waits.

use std::collections::HashMap;
use std::convert::Infallible;
use std::net::IpAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use hyper::body::Incoming;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tower::ServiceExt;

use crate::seen;
use crate::strict::Strict;

/// How long a client may take to send the request head.
pub(crate) const HEADER_READ_TIMEOUT: Duration = Duration::from_secs(5);
/// The largest request head, in bytes.
pub(crate) const HEAD_MAX: usize = 64 * 1024;
/// The most header fields in a request.
pub(crate) const HEADERS_MAX: usize = 64;
/// The most connections at once.
pub(crate) const CONNECTIONS_MAX: usize = 2_048;
/// The most connections per address. High, since a reverse proxy counts as one address.
pub(crate) const CONNECTIONS_OF_ADDRESS_MAX: usize = 1_024;
/// How long open requests may take to finish at shutdown.
pub(crate) const DRAIN: Duration = Duration::from_secs(25);
/// Pause after a failed accept, for instance when the process is out of sockets.
const PAUSE: Duration = Duration::from_millis(100);

/// Number of connections per address.
#[derive(Debug, Default)]
struct Addresses(Mutex<HashMap<IpAddr, usize>>);

impl Addresses {
    fn enter(self: &Arc<Self>, address: IpAddr) -> Option<Place> {
        let mut counts = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let count = counts.entry(address).or_default();
        if *count >= CONNECTIONS_OF_ADDRESS_MAX {
            return None;
        }
        *count += 1;
        Some(Place { of: Arc::clone(self), address })
    }
}

/// A connection's place in the count of its address, given back on drop.
struct Place {
    of: Arc<Addresses>,
    address: IpAddr,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut counts = self.of.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(count) = counts.get_mut(&self.address) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&self.address);
            }
        }
    }
}

/// Serves until `shutdown` resolves, then gives open requests 25 s to finish.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    shutdown: impl Future<Output = ()>,
) -> std::io::Result<()> {
    let connections = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    let addresses = Arc::new(Addresses::default());
    let graceful = GracefulShutdown::new();
    let mut builder = hyper::server::conn::http1::Builder::new();
    builder
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER_READ_TIMEOUT)
        .max_headers(HEADERS_MAX)
        .max_buf_size(HEAD_MAX);
    let mut shutdown = std::pin::pin!(shutdown);
    loop {
        let permit = tokio::select! {
            permit = Arc::clone(&connections).acquire_owned() => permit,
            () = &mut shutdown => break,
        };
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = &mut shutdown => break,
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                tracing::warn!("cannot accept a connection: {error}");
                tokio::time::sleep(PAUSE).await;
                continue;
            }
        };
        let Some(place) = addresses.enter(peer.ip()) else { continue };
        // Responses are written whole, so Nagle's algorithm would only delay them.
        let _ = stream.set_nodelay(true);
        let router = router.clone();
        let service = hyper::service::service_fn(move |request: Request<Incoming>| {
            let router = router.clone();
            async move { Ok::<_, Infallible>(seen::as_client(peer.ip(), answer(router, request)).await) }
        });
        let connection = graceful.watch(builder.serve_connection(TokioIo::new(Strict::new(stream)), service));
        tokio::spawn(async move {
            // A client that disconnects is not our error.
            let _ = connection.await;
            drop((place, permit));
        });
    }
    drop(listener);
    tokio::select! {
        () = graceful.shutdown() => {}
        () = tokio::time::sleep(DRAIN) => tracing::warn!("some requests did not finish before shutdown"),
    }
    Ok(())
}

async fn answer(router: Router, request: Request<Incoming>) -> axum::response::Response {
    match router.oneshot(request.map(Body::new)).await {
        Ok(response) => response,
        Err(never) => match never {},
    }
}
