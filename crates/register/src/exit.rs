//! Exit codes: 0 done, 1 findings or rejects, 2 usage or unusable input, 3 database or search index out of
//! reach, 130 stopped early (the shells' code for Ctrl-C).

use std::process::ExitCode;

use export::ExportError;
use importer::ImportError;
use search::SearchError;
use store::StoreError;
use store::log::signer::SignError;

use crate::stop::Stopped;

/// It was stopped before it was done.
pub(crate) const STOPPED: u8 = 130;

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ended {
    /// Done, with nothing to report.
    Done,
    /// Done, with findings or rejected rows.
    Findings,
}

/// The exit code of a result. Prints an error first, in one line.
pub(crate) fn code(result: anyhow::Result<Ended>) -> ExitCode {
    match result {
        Ok(Ended::Done) => ExitCode::SUCCESS,
        Ok(Ended::Findings) => ExitCode::from(1),
        Err(error) => say(&error),
    }
}

/// Prints an error in one line and returns its exit code.
pub(crate) fn say(error: &anyhow::Error) -> ExitCode {
    eprintln!("register: {error:#}");
    ExitCode::from(code_of(error))
}

/// An error's exit code.
pub(crate) fn code_of(error: &anyhow::Error) -> u8 {
    if error.is::<Stopped>() || matches!(error.downcast_ref(), Some(ExportError::Stopped)) {
        return STOPPED;
    }
    let store = error
        .downcast_ref::<StoreError>()
        .or_else(|| match error.downcast_ref::<ImportError>() {
            Some(ImportError::Store(error)) => Some(error),
            _ => None,
        })
        .or_else(|| match error.downcast_ref::<ExportError>() {
            Some(ExportError::Store(error)) => Some(error),
            _ => None,
        })
        .or_else(|| match error.downcast_ref::<SignError>() {
            Some(SignError::Store(error)) => Some(error),
            _ => None,
        });
    let search = error.downcast_ref::<SearchError>();
    match store.or(match search {
        Some(SearchError::Store(error)) => Some(error),
        _ => None,
    }) {
        None if search.is_some() => 3,
        Some(
            StoreError::BadAddress(_) | StoreError::NoKey | StoreError::Conflict(_) | StoreError::Newer(_),
        )
        | None => 2,
        Some(_) => 3,
    }
}
