//! Tables of any length as CSV, streamed with one page in memory.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{Method, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use chrono::NaiveDate;
use export::Typed;
use export::files::csv;
use futures::stream::try_unfold;
use store::StoreError;

use crate::App;
use crate::client::Steps;
use crate::extract::{Params, Taker};
use crate::manners::{etag, http_date};
use crate::parameters::parameters;
use crate::problem::ApiError;

/// Rows per page.
pub(crate) const PAGE: u64 = 500;

parameters! {
    /// Options of a CSV export.
    pub(crate) struct CsvParams {
        /// For spreadsheets: adds a byte order mark, and puts an apostrophe before cells that would be taken for
        /// formulas.
        excel: Option<bool>,
    }
}

/// A CSV download, as asked for. Its own options are taken out of the query already; filters are taken out of
/// `taker` before it starts.
#[derive(Debug)]
pub(crate) struct Download {
    excel: bool,
    /// Whether only the head of the answer is wanted.
    head: bool,
    /// The day for which the rows hold, if they change from day to day without a write.
    day: Option<NaiveDate>,
    pub(crate) taker: Taker,
}

impl<S: Send + Sync> FromRequestParts<S> for Download {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let Params(pairs) = Params::from_request_parts(parts, state).await?;
        let mut taker = Taker::new(pairs);
        let excel = CsvParams::take(&mut taker).excel.unwrap_or(false);
        Ok(Self { excel, head: parts.method == Method::HEAD, day: None, taker })
    }
}

impl Download {
    /// Says for which day the rows hold: on another day the same query is another file.
    #[must_use]
    pub(crate) fn on(self, day: NaiveDate) -> Self {
        Self { day: Some(day), ..self }
    }

    /// Ends the query and starts the download. `read` returns the rows of a query after a place, and the place to
    /// go on from; `None` after the last.
    ///
    /// Errors: [`ApiError::Query`] with every fault of the query.
    pub(crate) async fn start<T, Q, C, F, R>(
        mut self,
        app: &App,
        table: &'static Typed<T>,
        query: Q,
        read: F,
    ) -> Result<Response, ApiError>
    where
        T: 'static,
        Q: Clone + Send + Sync + 'static,
        C: Send + 'static,
        R: Future<Output = Result<(Vec<T>, Option<C>), StoreError>> + Send,
        F: Fn(App, Q, Option<C>) -> R + Send + Sync + 'static,
    {
        let (excel, head, identity) =
            (self.excel, self.head, format!("{:?} {:?}", self.day, self.taker.sent()));
        self.taker.finish()?;
        let from = app.clone();
        let name = format!("{}.csv", table.table.name);
        let state = app.db.state().await?;
        // The content depends only on what was written and on the query (`identity`).
        let tag = etag(format!("{} {name} {identity}", state.revision).as_bytes());
        let body = if head {
            Body::empty()
        } else {
            let read = Arc::new(move |after| read(from.clone(), query.clone(), after));
            let base_url: Arc<str> = Arc::clone(&app.base_url);
            let steps = Steps::new(app);
            Body::from_stream(try_unfold(Some(Place::Header), move |place| {
                let (read, base_url, steps) = (Arc::clone(&read), Arc::clone(&base_url), steps.clone());
                async move {
                    let mut out = Vec::new();
                    let after = match place {
                        None => return Ok::<_, StoreError>(None),
                        Some(Place::Header) => {
                            csv::header(&mut out, &table.table, excel);
                            return Ok(Some((Bytes::from(out), Some(Place::After(None)))));
                        }
                        Some(Place::After(after)) => after,
                    };
                    // While this page is made, and not while it is read.
                    let _turn =
                        steps.turn().await.map_err(|full| StoreError::Unavailable(full.to_string()))?;
                    let (rows, next) = read(after).await?;
                    for row in &rows {
                        csv::row(&mut out, &table.cells(row, &base_url), excel);
                    }
                    Ok(Some((Bytes::from(out), next.map(|next| Place::After(Some(next))))))
                }
            }))
        };
        let headers = [
            (header::CONTENT_TYPE, export::describe::media_type(&name).to_owned()),
            (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
        ];
        let mut response = (headers, body).into_response();
        response.headers_mut().insert(header::ETAG, tag);
        response.headers_mut().insert(header::LAST_MODIFIED, http_date(state.changed_at));
        Ok(response)
    }
}

enum Place<C> {
    Header,
    After(Option<C>),
}
