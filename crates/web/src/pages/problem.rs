//! The page shown when the API answers with a problem.

use askama::Template;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use wire::Fault;

use crate::ask::{Refusal, Sentence};
use crate::language::{Said, say};
use crate::layout::{Frame, page};
use crate::words::{day_of, plain};

/// Marks an answer to somebody who is signed in, but must sign in again for what they asked.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SignInAgain;

/// A problem to be shown as a page.
#[derive(Debug)]
pub(crate) struct NotShown(Box<Refusal>);

impl From<Refusal> for NotShown {
    fn from(refusal: Refusal) -> Self {
        Self(Box::new(refusal))
    }
}

impl NotShown {
    /// An error on our side. The reason goes to the log, not to the reader.
    pub(crate) fn ours(why: &str) -> Self {
        tracing::error!("cannot build a page: {why}");
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, say("something-went-wrong"))
    }

    /// There is no such page.
    pub(crate) fn missing(what: Said) -> Self {
        Self::new(StatusCode::NOT_FOUND, what)
    }

    /// Another problem raised by the website itself.
    pub(crate) fn new(status: StatusCode, what: Said) -> Self {
        Self::from(Refusal::own(status, what.to_string()))
    }

    pub(crate) fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.0.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// Whether the same form may be sent again in a while.
    pub(crate) fn is_for_now(&self) -> bool {
        matches!(self.status(), StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS)
    }

    /// What is wrong, in a sentence.
    pub(crate) fn words(&self) -> String {
        plain(self.0.detail.as_ref().unwrap_or(&self.0.title))
    }

    /// The faults in a refused form. Errors: the problem is about something else.
    pub(crate) fn into_faults(self) -> Result<Vec<Fault>, Self> {
        if self.status() == StatusCode::BAD_REQUEST && !self.0.errors.is_empty() {
            Ok(self.0.problem.errors)
        } else {
            Err(self)
        }
    }

    /// Turns a refusal into a notice for the page with the form. Errors: the problem needs a page of its own,
    /// such as signing in.
    pub(crate) fn into_notice(self) -> Result<(StatusCode, String), Self> {
        let status = self.status();
        let said = match status {
            StatusCode::PRECONDITION_FAILED => say("somebody-changed-it-while-you").to_string(),
            StatusCode::BAD_REQUEST
            | StatusCode::FORBIDDEN
            | StatusCode::NOT_FOUND
            | StatusCode::CONFLICT
            | StatusCode::PAYLOAD_TOO_LARGE
            | StatusCode::UNSUPPORTED_MEDIA_TYPE => {
                let problem = &self.0;
                let all: Vec<String> = problem.errors.iter().map(Fault::sentence).collect();
                if all.is_empty() { self.words() } else { all.join(". ") }
            }
            _ => return Err(self),
        };
        Ok((status, said))
    }
}

#[derive(Template)]
#[template(path = "problem.html")]
struct Page {
    frame: Frame,
    problem: Refusal,
}

impl Page {
    fn withdrawn(&self) -> Option<(&str, &str, String, String, &str)> {
        let left = self.problem.tombstone.as_ref()?;
        Some((&left.id, &left.title, day_of(left.published_at), day_of(left.withdrawn_at), &left.reason))
    }

    fn is_ours(&self) -> bool {
        self.problem.status == 500
    }
}

impl IntoResponse for NotShown {
    fn into_response(self) -> Response {
        let problem = *self.0;
        let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let title = say(match status {
            StatusCode::NOT_FOUND => "there-is-no-such-page",
            StatusCode::GONE => "this-record-was-withdrawn",
            StatusCode::BAD_REQUEST if problem.errors.is_empty() => "there-is-no-such-page",
            StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS => "please-come-again-in-a",
            StatusCode::BAD_REQUEST => "the-search-cannot-be-answered",
            StatusCode::UNAUTHORIZED => "sign-in-first",
            StatusCode::FORBIDDEN => "you-may-not-do-this",
            StatusCode::CONFLICT | StatusCode::PRECONDITION_FAILED => "this-cannot-be-done-now",
            _ => "something-went-wrong",
        });
        let again = problem.kind == "/problems/sign-in-again";
        let mut response = page(status, &Page { frame: Frame::new(title, ""), problem });
        if again {
            response.extensions_mut().insert(SignInAgain);
        }
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        say_when_to_come_again(&mut response);
        response
    }
}

/// Tells programs when to send the same again, if that is worth while. The page's words may say it more exactly.
pub(crate) fn say_when_to_come_again(response: &mut Response) {
    let wait = match response.status() {
        StatusCode::SERVICE_UNAVAILABLE => "5",
        StatusCode::TOO_MANY_REQUESTS => "60",
        _ => return,
    };
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static(wait));
}
