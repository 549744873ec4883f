//! Writes step by step: claim the idempotency key, act, store the answer, commit, and only then answer.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use acts::{Act, Actor, Caller};
use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use chrono::{DateTime, Utc};
use serde::Serialize;
use sha2::{Digest, Sha256};
use store::people::idempotency::{self, Answer, Claimed};
use store::{StoreError, Tx};

use crate::App;
use crate::body::Sent;
use crate::problem::ApiError;

/// A write in progress.
pub(crate) struct Write<'a> {
    pub(crate) tx: Tx,
    pub(crate) now: DateTime<Utc>,
    /// Name-table revision at the start of this write; 0 for one that is not public.
    pub(crate) names_revision: i64,
    /// This process's count of public writes; `None` for a write that is not public.
    written: Option<Arc<AtomicU64>>,
    caller: &'a Caller,
    key: Option<String>,
}

/// Starts a write; a public one raises the register's revision. Errors: [`ApiError::Replayed`] if it was
/// already done under this idempotency key, [`ApiError::KeyTaken`] if the key was used for another request.
pub(crate) async fn begin<'a>(
    app: &App,
    caller: &'a Caller,
    sent: &Sent,
    public: bool,
) -> Result<Write<'a>, ApiError> {
    let key = sent.idempotency_key()?;
    let now = (app.clock)();
    let (tx, names_revision) =
        if public { app.db.begin_knowing().await? } else { (app.db.begin_quietly().await?, 0) };
    if let Some(key) = &key {
        let claimed =
            idempotency::claim(&tx, &caller.person.id, key, &sent.operation, &hash(sent), now).await?;
        replay(key, claimed)?;
    }
    let written = public.then(|| Arc::clone(&app.written));
    Ok(Write { tx, now, names_revision, written, caller, key })
}

/// Returns the stored answer of a write already done, without waiting for the writer. Handlers that check
/// something before they start writing call this first, because the check may now fail precisely because the
/// write succeeded. Errors: [`ApiError::Replayed`].
pub(crate) async fn replay_known(app: &App, caller: &Caller, sent: &Sent) -> Result<(), ApiError> {
    let Some(key) = sent.idempotency_key()? else { return Ok(()) };
    let known = idempotency::look(&app.db, &caller.person.id, &key, &sent.operation, &hash(sent)).await?;
    replay(&key, known)
}

fn replay(key: &str, claimed: Claimed) -> Result<(), ApiError> {
    match claimed {
        Claimed::Fresh => Ok(()),
        Claimed::Answered(answer) => Err(ApiError::Replayed(Box::new(response(answer, true)))),
        Claimed::Taken(operation) => Err(ApiError::KeyTaken { key: key.to_owned(), operation }),
    }
}

/// What must be equal for a request to count as the same: its body, its type, and the state it refers to.
fn hash(sent: &Sent) -> String {
    let mut hash = Sha256::new();
    for name in [header::CONTENT_TYPE, header::IF_MATCH] {
        hash.update(sent.headers.get(name).map_or(&b""[..], |value| value.as_bytes()));
        hash.update([0]);
    }
    hash.update(&sent.body);
    hex::encode(hash.finalize())
}

impl Write<'_> {
    /// An act by the caller in this transaction.
    pub(crate) fn act(&self) -> Act<'_> {
        Act { tx: &self.tx, now: self.now, actor: Actor::Person(self.caller) }
    }

    /// Stores the answer, commits and answers.
    pub(crate) async fn answer(
        self,
        status: StatusCode,
        etag: Option<i64>,
        location: Option<String>,
        body: &impl Serialize,
    ) -> Result<Response, ApiError> {
        let answer = self.keep(status, etag, location, body).await?;
        self.commit().await?;
        Ok(response(answer, false))
    }

    /// Commits and answers with a secret, which must not be stored: a replay gets a note in its place.
    pub(crate) async fn answer_once(
        self,
        status: StatusCode,
        body: &impl Serialize,
    ) -> Result<Response, ApiError> {
        let mut answer = self.keep(status, None, None, &Shown { detail: SHOWN }).await?;
        self.commit().await?;
        answer.body = serde_json::to_string(body).expect("an answer serialises to JSON");
        Ok(response(answer, false))
    }

    /// Commits. From then on no answer prepared earlier is sent.
    async fn commit(self) -> Result<(), StoreError> {
        self.tx.commit().await?;
        if let Some(written) = &self.written {
            written.fetch_add(1, Ordering::SeqCst);
        }
        Ok(())
    }

    async fn keep(
        &self,
        status: StatusCode,
        etag: Option<i64>,
        location: Option<String>,
        body: &impl Serialize,
    ) -> Result<Answer, StoreError> {
        let answer = Answer {
            status: status.as_u16(),
            etag: etag.map(|number| format!("\"{number}\"")),
            location,
            body: if status == StatusCode::NO_CONTENT {
                String::new()
            } else {
                serde_json::to_string(body).expect("an answer serialises to JSON")
            },
        };
        if let Some(key) = &self.key {
            idempotency::keep(&self.tx, &self.caller.person.id, key, &answer).await?;
        }
        Ok(answer)
    }
}

/// Replaces a secret in the stored answer.
#[derive(Serialize)]
struct Shown {
    detail: &'static str,
}

const SHOWN: &str = "this was done before, and its secret was shown then";

fn response(answer: Answer, again: bool) -> Response {
    let mut response = Response::new(Body::from(answer.body));
    *response.status_mut() = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::OK);
    let headers = response.headers_mut();
    if answer.status != StatusCode::NO_CONTENT.as_u16() {
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    }
    let mut insert = |name, value: Option<String>| {
        if let Some(value) = value.and_then(|value| HeaderValue::from_str(&value).ok()) {
            headers.insert(name, value);
        }
    };
    insert(header::ETAG, answer.etag);
    insert(header::LOCATION, answer.location);
    if again {
        headers.insert("idempotent-replayed", HeaderValue::from_static("true"));
    }
    response
}
