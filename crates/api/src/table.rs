//! Lists of any length as CSV: RFC 4180, UTF-8, streamed page by page with the memory of one.

use axum::body::Body;
use axum::http::{Method, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures::stream::try_unfold;
use store::StoreError;

use crate::App;
use crate::manners::{etag, http_date};

/// Rows read at once.
pub(crate) const PAGE: u64 = 500;

/// Rows of a page, and where the next begins.
pub(crate) type Page<C> = (Vec<Vec<String>>, Option<C>);

/// A download of rows under a header. `read` gives the page after a place; none is after the last.
pub(crate) async fn download<C, F, R>(
    app: &App,
    method: &Method,
    identity: &str,
    name: &str,
    columns: &'static [&'static str],
    excel: bool,
    read: F,
) -> Result<Response, StoreError>
where
    C: Send + 'static,
    R: Future<Output = Result<Page<C>, StoreError>> + Send,
    F: Fn(Option<C>) -> R + Send + Sync + 'static,
{
    let state = app.db.state().await?;
    // What a download holds follows from what was written and from what was asked.
    let tag = etag(format!("{} {identity}", state.revision).as_bytes());
    let body = if *method == Method::HEAD {
        Body::empty()
    } else {
        let begin = Some(Place::Header);
        let read = std::sync::Arc::new(read);
        Body::from_stream(try_unfold(begin, move |place| {
            let read = std::sync::Arc::clone(&read);
            async move {
                let after = match place {
                    None => return Ok(None),
                    Some(Place::Header) => {
                        let head = columns.iter().map(|name| (*name).to_owned()).collect();
                        let mut bytes = lines(vec![head], false);
                        if excel {
                            bytes.splice(0..0, "\u{FEFF}".bytes());
                        }
                        return Ok::<_, StoreError>(Some((Bytes::from(bytes), Some(Place::After(None)))));
                    }
                    Some(Place::After(after)) => after,
                };
                let (rows, next) = read(after).await?;
                let next = next.map(|next| Place::After(Some(next)));
                Ok(Some((Bytes::from(lines(rows, excel)), next)))
            }
        }))
    };
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8; header=present".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
    ];
    let mut response = (headers, body).into_response();
    response.headers_mut().insert(header::ETAG, tag);
    response.headers_mut().insert(header::LAST_MODIFIED, http_date(state.changed_at));
    Ok(response)
}

enum Place<C> {
    Header,
    After(Option<C>),
}

/// Rows as lines; for spreadsheets cells that would be formulas are guarded by an apostrophe.
pub(crate) fn lines(rows: Vec<Vec<String>>, excel: bool) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    for mut row in rows {
        for cell in row.iter_mut().filter(|_| excel) {
            if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) {
                cell.insert(0, '\'');
            }
        }
        writer.write_record(&row).expect("rows of one table have as many cells as its header");
    }
    writer.into_inner().expect("writing to memory does not fail")
}

/// Texts as one cell, joined by `;`.
pub(crate) fn joined(texts: impl IntoIterator<Item = impl AsRef<str>>) -> String {
    let texts: Vec<_> = texts.into_iter().collect();
    domain::cell::join(texts.iter().map(AsRef::as_ref))
}

/// A value as a cell; nothing is an empty one.
pub(crate) fn cell(value: Option<impl ToString>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}
