//! Pages of lists: how `limit` and `cursor` are read, and how the answer leads to the next page.

use axum::Json;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use store::ground::lists::Order;
use store::ground::page::Cursor;

use crate::App;
use crate::extract::Taker;
use crate::parameters::{PageSize, parameters};
use crate::problem::{ApiError, Fault};
use crate::routes::next_link;

parameters! {
    /// Where a page starts, and its length.
    pub(crate) struct PageParams {
        /// Items per page.
        #[param(value_type = Option<u8>, minimum = 1, maximum = 100, default = 20)]
        limit: Option<PageSize>,
        /// Cursor of the page: `next` of the previous one.
        #[param(min_length = 1)]
        cursor: Option<String>,
    }
}

parameters! {
    /// The same for lists that need a token.
    pub(crate) struct ClosedPageParams {
        /// Items per page, 1 to 100.
        #[param(value_type = Option<u64>, minimum = 1, maximum = 100, default = 20)]
        limit: Option<PageSize>,
        /// Cursor of the page: `next` of the previous one.
        cursor: Option<String>,
    }
}

impl From<ClosedPageParams> for PageParams {
    fn from(ClosedPageParams { limit, cursor }: ClosedPageParams) -> Self {
        Self { limit, cursor }
    }
}

/// One page of a list, as asked for.
#[derive(Debug)]
pub(crate) struct Page {
    path: String,
    pairs: Vec<(String, String)>,
    identity: String,
    /// The most items on it.
    pub(crate) limit: u64,
    /// The last item of the page before; `None` for the first page.
    pub(crate) after: Option<Cursor>,
}

impl Page {
    /// Takes the page out of a query, which ends here. `identity` is any text that is the same on every page of
    /// a walk and differs between walks: a cursor only continues its own.
    ///
    /// Errors: [`ApiError::Query`] with every fault of the query.
    pub(crate) fn take(path: impl Into<String>, identity: String, taker: Taker) -> Result<Self, ApiError> {
        Self::begin(path, identity, taker, PageParams::take)
    }

    /// The same for a list that needs a token, whose parameters are [`ClosedPageParams`].
    pub(crate) fn take_closed(
        path: impl Into<String>,
        identity: String,
        taker: Taker,
    ) -> Result<Self, ApiError> {
        Self::begin(path, identity, taker, |taker| ClosedPageParams::take(taker).into())
    }

    fn begin(
        path: impl Into<String>,
        identity: String,
        mut taker: Taker,
        params: impl FnOnce(&mut Taker) -> PageParams,
    ) -> Result<Self, ApiError> {
        let PageParams { limit, cursor } = params(&mut taker);
        let after = read_cursor(&mut taker, cursor.as_deref(), &identity);
        let pairs = taker.sent();
        taker.finish()?;
        Ok(Self { path: path.into(), pairs, identity, limit: limit.unwrap_or_default().0, after })
    }

    /// The number of the last item of the page before.
    pub(crate) fn number(&self) -> Option<i64> {
        self.after.as_ref().map(|cursor| cursor.number)
    }

    /// The key and number of the last item of the page before.
    pub(crate) fn place(&self) -> Option<(String, i64)> {
        self.after.as_ref().map(|cursor| (cursor.key.clone(), cursor.number))
    }

    /// Cuts a list that was read with one item too many, to see whether another page follows. Returns the last
    /// item if one does.
    pub(crate) fn cut<'a, T>(&self, found: &'a mut Vec<T>) -> Option<&'a T> {
        let limit = usize::try_from(self.limit).unwrap_or(usize::MAX);
        let more = found.len() > limit;
        found.truncate(limit);
        found.last().filter(|_| more)
    }

    /// The cursor of the page after an item, which is known by its key and number.
    pub(crate) fn cursor(&self, total: u64, key: String, number: i64) -> String {
        Cursor::new(&self.identity, 0, total, key, number).encode()
    }

    /// The answer, with a `Link` header to the next page. `list` puts the cursor into the body.
    pub(crate) fn answer<T: Serialize>(
        &self,
        app: &App,
        next: Option<String>,
        list: impl FnOnce(Option<String>) -> T,
    ) -> Response {
        let link = next_link(&app.base_url, &self.path, &self.pairs, next.as_deref());
        let mut response = Json(list(next)).into_response();
        response.headers_mut().extend(link);
        response
    }
}

/// The identity of a walk in an order: without one it is that of the query alone.
pub(crate) fn sorted(identity: String, sort: Option<&Order>) -> String {
    match sort {
        Some(order) => format!("{identity} by {}", order.name),
        None => identity,
    }
}

/// Reads a cursor, which must come from the query with this identity.
pub(crate) fn read_cursor(taker: &mut Taker, word: Option<&str>, identity: &str) -> Option<Cursor> {
    match Cursor::decode(word?, identity) {
        Ok(cursor) => Some(cursor),
        Err(error) => {
            let fault = Fault::new("cursor", "bad-cursor", error.to_string());
            taker.fault(fault.hint("take it from next, for the same query"));
            None
        }
    }
}
