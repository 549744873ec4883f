//! Stop requests: Ctrl-C, or SIGTERM from the system.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

/// The process was asked to stop before a command was done.
#[derive(Debug, thiserror::Error)]
#[error("it was stopped before it was done")]
pub(crate) struct Stopped;

/// A token that is cancelled once the process is asked to stop. Listens from now on; needs the Tokio runtime.
pub(crate) fn when_asked() -> CancellationToken {
    let stop = CancellationToken::new();
    let asked = asked();
    tokio::spawn({
        let stop = stop.clone();
        async move {
            asked.await;
            stop.cancel();
        }
    });
    stop
}

/// Ends the process this long after `stop`, if it has not ended by then. Everything acknowledged is kept: a
/// database survives that as it survives a power cut.
pub(crate) fn end_within(stop: &CancellationToken, most: Duration) {
    let stop = stop.clone();
    tokio::spawn(async move {
        stop.cancelled().await;
        // On a thread of its own: the runtime may be what does not end.
        std::thread::spawn(move || {
            std::thread::sleep(most);
            eprintln!("register: something did not end within {} s of the request to stop", most.as_secs());
            std::process::exit(i32::from(crate::exit::STOPPED));
        });
    });
}

/// Waits for a stop request. Listens from the call, not from the first poll.
#[cfg(unix)]
fn asked() -> impl Future<Output = ()> {
    use tokio::signal::unix::{SignalKind, signal};
    let listen = |kind| {
        let listening = signal(kind);
        async move {
            match listening {
                Ok(mut signals) => {
                    signals.recv().await;
                }
                // Without a handler the signal simply ends the process.
                Err(_) => std::future::pending().await,
            }
        }
    };
    let (interrupt, terminate) = (listen(SignalKind::interrupt()), listen(SignalKind::terminate()));
    async {
        tokio::select! {
            () = interrupt => {}
            () = terminate => {}
        }
    }
}

#[cfg(not(unix))]
fn asked() -> impl Future<Output = ()> {
    async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
