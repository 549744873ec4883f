//! Tables of any length as CSV, streamed with one page in memory.

use std::sync::Arc;

use axum::body::Body;
use axum::http::{Method, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use export::Typed;
use export::files::csv;
use futures::stream::try_unfold;
use store::StoreError;

use crate::App;
use crate::extract::Taker;
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

/// A CSV download, as asked for. Filters are taken out of `taker` before it starts.
#[derive(Debug)]
pub(crate) struct Download {
    excel: bool,
    pub(crate) taker: Taker,
}

impl Download {
    /// Takes the options of the file out of a query.
    pub(crate) fn take(pairs: Vec<(String, String)>) -> Self {
        let mut taker = Taker::new(pairs);
        let excel = CsvParams::take(&mut taker).excel.unwrap_or(false);
        Self { excel, taker }
    }

    /// Ends the query and starts the download. `read` returns the rows of a query after a place, and the place to
    /// go on from; `None` after the last.
    ///
    /// Errors: [`ApiError::Query`] with every fault of the query.
    pub(crate) async fn start<T, Q, C, F, R>(
        mut self,
        app: &App,
        method: &Method,
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
        let (excel, identity) = (self.excel, format!("{:?}", self.taker.sent()));
        self.taker.finish()?;
        let from = app.clone();
        let name = format!("{}.csv", table.table.name);
        let state = app.db.state().await?;
        // The content depends only on what was written and on the query (`identity`).
        let tag = etag(format!("{} {name} {identity}", state.revision).as_bytes());
        let body = if *method == Method::HEAD {
            Body::empty()
        } else {
            let read = Arc::new(move |after| read(from.clone(), query.clone(), after));
            let base_url: Arc<str> = Arc::clone(&app.base_url);
            Body::from_stream(try_unfold(Some(Place::Header), move |place| {
                let (read, base_url) = (Arc::clone(&read), Arc::clone(&base_url));
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
