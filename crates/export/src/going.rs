//! Whether a dump may go on. It ends early when the process is asked to stop, or when its lease is lost.

use std::io::{self, Read};

use store::ground::lease::Lease;
use tokio::runtime::Handle;
use tokio_util::sync::CancellationToken;

use crate::ExportError;

/// What can end a dump before it is complete.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Going<'a> {
    stop: &'a CancellationToken,
    /// The lease on writing it; `None` where no other process would.
    lease: Option<&'a Lease>,
}

impl<'a> Going<'a> {
    pub(crate) fn new(stop: &'a CancellationToken, lease: Option<&'a Lease>) -> Self {
        Self { stop, lease }
    }

    /// Checks without asking the database. Errors: [`ExportError::Stopped`] and [`ExportError::Lost`].
    pub(crate) fn on(&self) -> Result<(), ExportError> {
        if self.stop.is_cancelled() {
            return Err(ExportError::Stopped);
        }
        if self.lease.is_some_and(Lease::is_lost) {
            return Err(ExportError::Lost);
        }
        Ok(())
    }

    /// As [`Going::on`], but asks the database too. For right before a step that others can see.
    pub(crate) fn decide(&self, handle: &Handle) -> Result<(), ExportError> {
        self.on()?;
        match self.lease.map(|lease| handle.block_on(lease.holds())).transpose()? {
            Some(false) => Err(ExportError::Lost),
            Some(true) | None => Ok(()),
        }
    }

    /// Waits for a future. Errors: [`ExportError::Stopped`] if the process is asked to stop meanwhile.
    pub(crate) fn wait<T>(&self, handle: &Handle, future: impl Future<Output = T>) -> Result<T, ExportError> {
        handle.block_on(async {
            tokio::select! {
                biased;
                () = self.stop.cancelled() => Err(ExportError::Stopped),
                done = future => Ok(done),
            }
        })
    }

    /// A reader that fails once the dump may not go on.
    pub(crate) fn reading<R: Read>(&self, file: R) -> Reading<'a, R> {
        Reading { going: *self, file }
    }
}

/// Reads until the dump may not go on. [`Going::on`] gives the reason.
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
