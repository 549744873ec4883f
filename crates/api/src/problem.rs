//! Errors as `application/problem+json` (RFC 9457), with all faults at once. The only place that maps errors
//! to status codes.

use std::fmt;
use std::time::Duration;

use acts::Forbidden;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use chrono::NaiveDate;
use domain::authorisation::Permission;
use domain::id::BadRecordId;
use export::dump::DumpName;
use search::{ListError, SearchError};
use store::StoreError;
use store::across::redactions::TakenOut;
use store::ground::page::BadCursor;
pub use wire::Problem;
pub(crate) use wire::{Fault, GoneProblem, Tombstone};

/// Why a request cannot be answered.
#[derive(Debug)]
pub enum ApiError {
    /// Not an error: this request was done before under the same idempotency key, and this is its answer
    /// again.
    Replayed(Box<Response>),
    /// The query is not valid; lists every fault.
    Query(Vec<Fault>),
    /// The body is not valid; lists every fault.
    Invalid(Vec<Fault>),
    /// The request itself is malformed.
    Malformed(String),
    /// The path has no valid id.
    BadId(String),
    /// Not signed in, or with something that does not work.
    Unauthorised(&'static str),
    /// Signed in, but too long ago for this.
    SignInAgain,
    /// None of the caller's roles allows it.
    Forbidden(Permission),
    /// A rule beyond the permissions forbids it, such as four eyes.
    Refused(String),
    /// It conflicts with the current state.
    Conflict(String),
    /// The thing's state does not allow it.
    NotNow {
        /// What was attempted.
        detail: String,
        /// The actions that are allowed instead.
        allowed: Vec<String>,
    },
    /// The idempotency key was used for another request.
    KeyTaken {
        /// The key.
        key: String,
        /// The operation it was used for.
        operation: String,
    },
    /// Somebody else changed it meanwhile; says what to send in which header.
    Stale(&'static str),
    /// `If-Match` is missing; says what to send in it.
    NeedsIfMatch(&'static str),
    /// The body is longer than this many bytes.
    TooLarge(usize),
    /// Unsupported media type; says what is accepted.
    UnsupportedMedia(String),
    /// No such thing (kind, id).
    NotFound(&'static str, String),
    /// The record was first published after the requested day.
    NotYet {
        /// Public id.
        id: String,
        /// The requested day.
        day: NaiveDate,
        /// The day of first publication.
        first: NaiveDate,
    },
    /// The record was withdrawn.
    Gone(Box<Tombstone>),
    /// The dump of that name contains something that was redacted later.
    Superseded(DumpName),
    /// The document was redacted.
    TakenOut(TakenOut),
    /// A file of a dump is not as it was written.
    Damaged {
        /// The dump's name.
        dump: DumpName,
        /// The file.
        file: String,
    },
    /// The request is for another host.
    WrongHost {
        /// The host it names.
        other: String,
        /// The register's.
        own: String,
    },
    /// No route at this path.
    NoSuchAddress(String),
    /// The path does not support this method.
    MethodNotAllowed,
    /// None of the accepted media types is available.
    NotAcceptable,
    /// Too many such requests.
    TooMany,
    /// One address or token asks too much.
    TooFast {
        /// Name of the limit.
        what: &'static str,
        /// How many there may be.
        most: u32,
        /// In this time.
        window: Duration,
        /// Seconds until one more is allowed.
        wait: u64,
    },
    /// One address has too many downloads open.
    TooManyDownloads {
        /// How many it may have.
        most: usize,
        /// Seconds until it should ask again.
        wait: u64,
    },
    /// A body has as much as it may have; says what to do.
    Quota(String),
    /// The answer took too long to make.
    TimedOut,
    /// The register is overloaded.
    Overloaded,
    /// The public log has not signed it yet.
    Unsigned,
    /// The register is not ready; says why.
    NotReady(&'static str),
    /// The store failed.
    Store(StoreError),
    /// The search failed.
    Search(SearchError),
    /// An internal error.
    Inside,
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Stale => Self::Stale("read it again and send its ETag in If-Match"),
            StoreError::Conflict(detail) => Self::Conflict(detail),
            StoreError::NoKey => Self::NotReady(
                "the register has no key to encrypt secrets with: its operator must set REGISTER_SECRETS_KEY_FILE",
            ),
            error => Self::Store(error),
        }
    }
}

impl From<Forbidden> for ApiError {
    fn from(Forbidden(permission): Forbidden) -> Self {
        Self::Forbidden(permission)
    }
}

impl From<BadRecordId> for ApiError {
    fn from(error: BadRecordId) -> Self {
        Self::BadId(error.to_string())
    }
}

impl From<ListError> for ApiError {
    fn from(error: ListError) -> Self {
        match error {
            ListError::Search(error) => error.into(),
            ListError::Cursor(error) => error.into(),
        }
    }
}

impl From<SearchError> for ApiError {
    fn from(error: SearchError) -> Self {
        match error {
            SearchError::Store(error) => Self::Store(error),
            SearchError::Busy(_) => Self::Overloaded,
            error => Self::Search(error),
        }
    }
}

impl From<BadCursor> for ApiError {
    fn from(error: BadCursor) -> Self {
        let hint = match error {
            BadCursor::Form => "take the cursor from `next` or from the Link header",
            BadCursor::OtherQuery => "repeat the query the cursor came from; only limit may differ",
            BadCursor::Expired => "start again without a cursor",
        };
        Self::Query(vec![Fault::new("cursor", "bad-cursor", error.to_string()).hint(hint)])
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let problem = self.problem();
        write!(f, "{}", problem.detail.as_deref().unwrap_or(&problem.title))?;
        for fault in &problem.errors {
            write!(f, "; {}: {}", fault.pointer, fault.detail)?;
            if let Some(hint) = &fault.hint {
                write!(f, " ({hint})")?;
            }
        }
        Ok(())
    }
}

impl ApiError {
    /// Status, code of the problem page, and title.
    fn kind(&self) -> (StatusCode, &'static str, &'static str) {
        match self {
            Self::Query(_) => (StatusCode::BAD_REQUEST, "invalid-query", "the query is not valid"),
            Self::Invalid(_) => (StatusCode::BAD_REQUEST, "invalid", "what was sent is not valid"),
            Self::Unauthorised(_) => {
                (StatusCode::UNAUTHORIZED, "unauthorised", "there is no valid token or session")
            }
            Self::SignInAgain => {
                (StatusCode::UNAUTHORIZED, "sign-in-again", "this needs a sign-in of the last 15 minutes")
            }
            Self::Forbidden(_) | Self::Refused(_) => {
                (StatusCode::FORBIDDEN, "forbidden", "you may not do that")
            }
            Self::Conflict(_) => (StatusCode::CONFLICT, "conflict", "it contradicts what is there"),
            Self::NotNow { .. } => (StatusCode::CONFLICT, "not-now", "its state does not allow that"),
            Self::KeyTaken { .. } => {
                (StatusCode::BAD_REQUEST, "key-taken", "the idempotency key was used for another request")
            }
            Self::Stale(_) => (StatusCode::PRECONDITION_FAILED, "stale", "it changed since it was read"),
            Self::NeedsIfMatch(_) => {
                (StatusCode::PRECONDITION_REQUIRED, "if-match-needed", "a change must say what it changes")
            }
            Self::TooLarge(_) => (StatusCode::PAYLOAD_TOO_LARGE, "too-large", "the body is too long"),
            Self::UnsupportedMedia(_) => {
                (StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported-media-type", "this media type is not taken")
            }
            Self::Malformed(_) => (StatusCode::BAD_REQUEST, "malformed-request", "the request is malformed"),
            Self::BadId(_) => (StatusCode::BAD_REQUEST, "invalid-id", "this is not an id"),
            Self::NotFound(..) => (StatusCode::NOT_FOUND, "not-found", "there is no such thing"),
            Self::NotYet { .. } => (StatusCode::NOT_FOUND, "not-yet", "the record was not published yet"),
            Self::Gone(_) => (StatusCode::GONE, "withdrawn", "the record was withdrawn"),
            Self::Superseded(_) => (StatusCode::GONE, "superseded", "the dump was taken back"),
            Self::TakenOut(_) => (StatusCode::GONE, "redacted", "the document was redacted"),
            Self::Damaged { .. } => {
                (StatusCode::SERVICE_UNAVAILABLE, "damaged", "a file of the dump is damaged")
            }
            Self::WrongHost { .. } => {
                (StatusCode::MISDIRECTED_REQUEST, "wrong-host", "this is not that host")
            }
            Self::NoSuchAddress(_) => {
                (StatusCode::NOT_FOUND, "no-such-address", "there is nothing at this address")
            }
            Self::MethodNotAllowed => (
                StatusCode::METHOD_NOT_ALLOWED,
                "method-not-allowed",
                "this address does not take this method",
            ),
            Self::NotAcceptable => (
                StatusCode::NOT_ACCEPTABLE,
                "not-acceptable",
                "none of the accepted media types can be given",
            ),
            Self::TooMany | Self::TooFast { .. } | Self::TooManyDownloads { .. } => {
                (StatusCode::TOO_MANY_REQUESTS, "too-many", "too many of these came in")
            }
            Self::Quota(_) => (StatusCode::CONFLICT, "quota-reached", "a quota is used up"),
            Self::TimedOut => {
                (StatusCode::SERVICE_UNAVAILABLE, "timed-out", "the answer took too long to make")
            }
            Self::Overloaded => (StatusCode::SERVICE_UNAVAILABLE, "overloaded", "too many requests at once"),
            Self::Unsigned => (StatusCode::NOT_FOUND, "unsigned", "the public log did not sign it yet"),
            Self::NotReady(_) => {
                (StatusCode::SERVICE_UNAVAILABLE, "unavailable", "the register is not ready")
            }
            Self::Store(StoreError::ReadOnly) => {
                (StatusCode::SERVICE_UNAVAILABLE, "unavailable", "the register takes no writes now")
            }
            Self::Store(StoreError::Unavailable(_)) => {
                (StatusCode::SERVICE_UNAVAILABLE, "unavailable", "the database cannot be reached now")
            }
            // What is replayed goes out as it is, and never asks for these.
            Self::Store(_) | Self::Search(_) | Self::Inside | Self::Replayed(_) => {
                (StatusCode::INTERNAL_SERVER_ERROR, "internal-error", "something broke inside the register")
            }
        }
    }

    /// The problem to send. Internal errors reveal no details.
    pub fn problem(&self) -> Problem {
        let (status, code, title) = self.kind();
        let (detail, errors) = match self {
            Self::Query(faults) | Self::Invalid(faults) => (None, faults.clone()),
            Self::NotReady(detail) | Self::Unauthorised(detail) => (Some((*detail).to_owned()), Vec::new()),
            Self::Forbidden(permission) => {
                (Some(format!("your roles do not let you {} here", permission.words())), Vec::new())
            }
            Self::Refused(detail)
            | Self::Conflict(detail)
            | Self::Quota(detail)
            | Self::NotNow { detail, .. } => (Some(detail.clone()), Vec::new()),
            Self::TooMany => {
                let detail = "more of these came in lately than can be looked at: send it again in an hour";
                (Some(detail.to_owned()), Vec::new())
            }
            Self::TooFast { what, most, window, wait } => {
                let detail = format!(
                    "at most {most} {} in {} are taken from one {}: ask again in {wait} s",
                    if *what == "token" { "requests" } else { *what },
                    if window.as_secs() == 60 { "a minute" } else { "an hour" },
                    if *what == "token" { "token" } else { "address" },
                );
                (Some(detail), Vec::new())
            }
            Self::TooManyDownloads { most, .. } => {
                let detail = format!(
                    "{most} downloads are open from this address, the most there may be: wait until one has ended"
                );
                (Some(detail), Vec::new())
            }
            Self::TimedOut => {
                let detail = "ask again later, or for less: a filter, a smaller limit or batch";
                (Some(detail.to_owned()), Vec::new())
            }
            Self::KeyTaken { key, operation } => {
                let detail = format!("the key '{key}' was used for another {operation}: send a new key");
                (Some(detail), Vec::new())
            }
            Self::Stale(what) | Self::NeedsIfMatch(what) => (Some((*what).to_owned()), Vec::new()),
            Self::TooLarge(max) => (Some(format!("at most {max} bytes are taken here")), Vec::new()),
            Self::UnsupportedMedia(taken) => {
                (Some(format!("send {taken} and say so in Content-Type")), Vec::new())
            }
            Self::Malformed(detail) | Self::BadId(detail) => (Some(detail.clone()), Vec::new()),
            Self::NotFound(what, id) => (Some(format!("there is no {what} '{id}'")), Vec::new()),
            Self::NotYet { id, day, first } => {
                let detail =
                    format!("record '{id}' was not published on {day}; its first version is of {first}");
                (Some(detail), Vec::new())
            }
            Self::NoSuchAddress(path) => {
                let detail = format!("there is nothing at {path}; /api/docs lists all addresses");
                (Some(detail), Vec::new())
            }
            Self::Gone(tombstone) => (Some(tombstone.reason.clone()), Vec::new()),
            Self::Superseded(name) => {
                let detail = format!(
                    "something in the dump of {name} has been redacted since: take a later one; /data/latest/ leads to it"
                );
                (Some(detail), Vec::new())
            }
            Self::TakenOut(TakenOut { ground, reason }) => {
                (Some(format!("it was taken out of the register ({ground}): {reason}")), Vec::new())
            }
            Self::Damaged { dump, file } => {
                let detail = format!(
                    "{file} of the dump of {dump} is not as it was written, so it is not sent: take another dump; the \
                     people who run the register find out more with `register verify`"
                );
                (Some(detail), Vec::new())
            }
            Self::WrongHost { other, own } => {
                let detail = format!(
                    "the request names the host '{other}', and this register is {own}: ask for {own}; a proxy in front \
                     must pass on the host it was asked for"
                );
                (Some(detail), Vec::new())
            }
            Self::Store(StoreError::ReadOnly) => {
                let detail =
                    "its file system is read-only: what is there can be read, and nothing was changed";
                (Some(detail.to_owned()), Vec::new())
            }
            Self::SignInAgain => {
                let detail = "you signed in more than 15 minutes ago: sign in again, with a password at \
                              POST /api/v1/session or at the provider with GET /api/v1/session/provider?again=true, \
                              and then send this again";
                (Some(detail.to_owned()), Vec::new())
            }
            Self::Unsigned => {
                let detail = "ask again in a moment; /api/v1/log shows how much of the log is signed";
                (Some(detail.to_owned()), Vec::new())
            }
            _ => (None, Vec::new()),
        };
        Problem {
            kind: format!("/problems/{code}"),
            title: title.to_owned(),
            status: status.as_u16(),
            detail,
            errors,
            allowed: match self {
                Self::NotNow { allowed, .. } => Some(allowed.clone()),
                _ => None,
            },
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        if let Self::Replayed(response) = self {
            return *response;
        }
        let (status, ..) = self.kind();
        if status == StatusCode::INTERNAL_SERVER_ERROR {
            tracing::error!("{self:?}");
        }
        let problem = self.problem();
        let wait = match (&self, status) {
            (Self::TooFast { wait, .. } | Self::TooManyDownloads { wait, .. }, _) => Some(*wait),
            (Self::Unsigned, _) => Some(1),
            (_, StatusCode::TOO_MANY_REQUESTS) => Some(3_600),
            (_, StatusCode::SERVICE_UNAVAILABLE) => Some(5),
            _ => None,
        };
        let json = match self {
            Self::Gone(tombstone) => serde_json::to_vec(&GoneProblem { problem, tombstone: *tombstone }),
            _ => serde_json::to_vec(&problem),
        };
        let mut response = (status, json.expect("a problem serialises to JSON")).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if let Some(wait) = wait {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(wait));
        }
        response
    }
}
