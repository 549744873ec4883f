//! Being asked to stop: by Ctrl-C, or by the system.

use tokio_util::sync::CancellationToken;

/// The process was asked to stop before a command was done.
#[derive(Debug, thiserror::Error)]
#[error("it was stopped before it was done")]
pub(crate) struct Stopped;

/// Is cancelled when the process is asked to stop, from now on. It must be called in the runtime.
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

/// Ends when the process is asked to stop; listens from when it is called.
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
                // It is stopped as any process is.
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
