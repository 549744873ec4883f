//! Whether a dump goes on: it ends early when the process is asked to stop, or when the right to write it was lost.

use std::io::{self, Read};

use store::lease::Lease;
use tokio::runtime::Handle;
use tokio_util::sync::CancellationToken;

use crate::ExportError;

/// What ends a dump before it is whole.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Going<'a> {
    stop: &'a CancellationToken,
    /// The right to write it; `None` where nobody else would.
    lease: Option<&'a Lease>,
}

impl<'a> Going<'a> {
    pub(crate) fn new(stop: &'a CancellationToken, lease: Option<&'a Lease>) -> Self {
        Self { stop, lease }
    }

    /// Errors: [`ExportError::Stopped`] and [`ExportError::Lost`], as far as is known without asking.
    pub(crate) fn on(&self) -> Result<(), ExportError> {
        if self.stop.is_cancelled() {
            return Err(ExportError::Stopped);
        }
        if self.lease.is_some_and(Lease::is_lost) {
            return Err(ExportError::Lost);
        }
        Ok(())
    }

    /// The same, and the database is asked: right before something that others see.
    pub(crate) fn decide(&self, handle: &Handle) -> Result<(), ExportError> {
        self.on()?;
        match self.lease.map(|lease| handle.block_on(lease.holds())).transpose()? {
            Some(false) => Err(ExportError::Lost),
            Some(true) | None => Ok(()),
        }
    }

    /// Waits for something, unless it is stopped meanwhile.
    pub(crate) fn wait<T>(&self, handle: &Handle, future: impl Future<Output = T>) -> Result<T, ExportError> {
        handle.block_on(async {
            tokio::select! {
                biased;
                () = self.stop.cancelled() => Err(ExportError::Stopped),
                done = future => Ok(done),
            }
        })
    }

    /// Reads a file as long as it goes on.
    pub(crate) fn reading<R: Read>(&self, file: R) -> Reading<'a, R> {
        Reading { going: *self, file }
    }
}

/// Reads until it does not go on; why, [`Going::on`] tells.
pub(crate) struct Reading<'a, R> {
    going: Going<'a>,
    file: R,
}

impl<R: Read> Read for Reading<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.going.on().map_err(io::Error::other)?;
        self.file.read(buffer)
    }
}
