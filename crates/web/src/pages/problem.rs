//! What a page shows when the interface has none to show.

use askama::Template;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::ask::{Fault, Problem};
use crate::layout::{Frame, page};
use crate::words::day;

/// A problem of the interface, on its way to a page.
#[derive(Debug)]
pub(crate) struct NotShown(Box<Problem>);

impl From<Problem> for NotShown {
    fn from(problem: Problem) -> Self {
        Self(Box::new(problem))
    }
}

impl NotShown {
    pub(crate) fn status(&self) -> u16 {
        self.0.status
    }

    pub(crate) fn into_problem(self) -> Problem {
        *self.0
    }

    /// What is wrong with what was sent, if that is what the problem says. Errors: it says something else.
    pub(crate) fn into_faults(self) -> Result<Vec<Fault>, Self> {
        match self.0.status {
            400 if !self.0.errors.is_empty() => Ok(self.0.errors),
            _ => Err(self),
        }
    }
}

#[derive(Template)]
#[template(path = "problem.html")]
struct Page {
    frame: Frame,
    problem: Problem,
}

impl Page {
    fn withdrawn(&self) -> Option<(&str, &str, String, String, &str)> {
        let left = self.problem.tombstone.as_ref()?;
        Some((&left.id, &left.title, day(&left.published_at), day(&left.withdrawn_at), &left.reason))
    }

    fn is_ours(&self) -> bool {
        self.problem.status == 500
    }
}

impl IntoResponse for NotShown {
    fn into_response(self) -> Response {
        let problem = *self.0;
        let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let title = match status {
            StatusCode::NOT_FOUND => "There is no such page".to_owned(),
            StatusCode::GONE => "This record was withdrawn".to_owned(),
            StatusCode::BAD_REQUEST if problem.errors.is_empty() => "There is no such page".to_owned(),
            StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS => {
                "Please come again in a moment".to_owned()
            }
            StatusCode::BAD_REQUEST => "The search cannot be answered as asked".to_owned(),
            StatusCode::UNAUTHORIZED => "Sign in first".to_owned(),
            StatusCode::FORBIDDEN => "You may not do this".to_owned(),
            StatusCode::CONFLICT | StatusCode::PRECONDITION_FAILED => "This cannot be done now".to_owned(),
            _ => "Something went wrong".to_owned(),
        };
        let mut response = page(status, &Page { frame: Frame::new(title, ""), problem });
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if status == StatusCode::SERVICE_UNAVAILABLE {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
        }
        response
    }
}
