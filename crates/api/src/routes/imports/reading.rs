//! Reading an uploaded file, one after the other and away from the threads that answer.

use std::path::Path;
use std::time::Duration;

use axum::body::Bytes;
use importer::FileError;
use importer::table::Reading;
use store::ground::line::Full;

use crate::problem::{ApiError, Fault};
use crate::{App, client};

/// How long an upload waits while others are read.
const READING_WAIT: Duration = Duration::from_secs(10);
/// The longest ending of a file's name that says what it is, in bytes.
const ENDING_MAX: usize = 16;

/// Does something with a file of these bytes on a blocking thread. That stops when this future is dropped: when the
/// client goes away or the time for an answer is up.
pub(super) async fn on_thread<T: Send + 'static>(
    app: &App,
    name: String,
    bytes: Bytes,
    work: impl FnOnce(&Path, &Reading) -> Result<T, FileError> + Send + 'static,
) -> Result<T, ApiError> {
    let turn =
        app.readings.turn(client::network(), READING_WAIT).await.map_err(|Full| ApiError::Overloaded)?;
    let reading = app.reading.stoppable();
    let _stop = reading.stop.on_drop();
    let done = tokio::task::spawn_blocking(move || {
        // Held by the thread, not by the request: a reading counts until it has really ended.
        let _turn = turn;
        // Readers go by the ending. A long one is none, and would be too long a name for a temporary file.
        let ending = name.rsplit_once('.').filter(|(_, ending)| ending.len() <= ENDING_MAX);
        let ending = ending.map_or(String::new(), |(_, ending)| format!(".{ending}"));
        let file = tempfile::Builder::new().suffix(&ending).tempfile()?;
        std::fs::write(file.path(), &bytes)?;
        Ok::<_, std::io::Error>(work(file.path(), &reading).map_err(|error| match error {
            FileError::NoReader { .. } => Err(error),
            _ => Ok(error.to_string().replace(&file.path().display().to_string(), &name)),
        }))
    });
    match done.await {
        Ok(Ok(Ok(read))) => Ok(read),
        Ok(Ok(Err(Err(error)))) => {
            tracing::error!("{error}");
            Err(ApiError::Inside)
        }
        Ok(Ok(Err(Ok(error)))) => Err(ApiError::Invalid(vec![
            Fault::new("", "unusable-file", error).hint("the template is at /api/v1/templates/records.csv"),
        ])),
        Ok(Err(error)) => Err(store::StoreError::Unavailable(error.to_string()).into()),
        // A file that makes its reader panic is refused; the register goes on.
        Err(_) => Err(ApiError::Invalid(vec![
            Fault::new("", "unusable-file", "the file cannot be read")
                .hint("save it again, or as CSV in UTF-8"),
        ])),
    }
}
