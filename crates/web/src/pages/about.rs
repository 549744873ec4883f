//! `/about`, `/accessibility` and `/problems/{code}`.

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;

use super::problem::NotShown;
use crate::language::say;
use crate::layout::{Frame, page};

#[derive(Template)]
#[template(path = "about.html")]
struct AboutPage {
    frame: Frame,
}

pub(crate) async fn about() -> Response {
    page(StatusCode::OK, &AboutPage { frame: Frame::new(say("about-the-register"), "about") })
}

#[derive(Template)]
#[template(path = "accessibility.html")]
struct AccessibilityPage {
    frame: Frame,
}

pub(crate) async fn accessibility() -> Response {
    page(StatusCode::OK, &AccessibilityPage { frame: Frame::new(say("accessibility"), "") })
}

/// The API's problems: code, meaning, what to do.
const PROBLEMS: &[(&str, &str, &str)] = &[
    (
        "invalid-query",
        "The query is not valid",
        "Each entry of `errors` names a parameter, says what is wrong with it and what would be right.",
    ),
    (
        "invalid",
        "What was sent is not valid",
        "Each entry of `errors` points to a place in the body, says what is wrong and what would be right. Nothing was kept.",
    ),
    (
        "invalid-id",
        "This is not an id",
        "Public ids have a check character: one of the characters was copied wrongly.",
    ),
    (
        "malformed-request",
        "The request is malformed",
        "The `detail` says which part of the request cannot be read.",
    ),
    (
        "unauthorised",
        "There is no valid token or session",
        "Send a token in `Authorization: Bearer`, or sign in again. Tokens expire.",
    ),
    (
        "sign-in-again",
        "This needs a sign-in of the last 15 minutes",
        "In a browser, tokens are made and roles changed only shortly after signing in. Sign in again, and send it again.",
    ),
    (
        "forbidden",
        "You may not do that",
        "The `detail` says which right is missing. Ask an administrator of your body or of the register.",
    ),
    ("not-found", "There is no such thing", "Check the id or the slug in the address."),
    ("not-yet", "The record was not published yet", "Ask for a later day; the `detail` names the first."),
    (
        "no-such-address",
        "There is nothing at this address",
        "The addresses of the API are listed at /api/docs.",
    ),
    (
        "withdrawn",
        "The record was withdrawn",
        "The `tombstone` says when and why; its versions can still be read.",
    ),
    (
        "superseded",
        "The dump was taken back",
        "It held what was taken out of the register since. Take a later one.",
    ),
    (
        "redacted",
        "The document was redacted",
        "Two people took it out of the register. The detail says on which ground and why.",
    ),
    (
        "damaged",
        "A file of the dump is damaged",
        "Its bytes are not those that were written, so it is not sent. Take another dump.",
    ),
    (
        "wrong-host",
        "This is not that host",
        "The `detail` names the register's own. A proxy in front must pass on the host it was asked for.",
    ),
    (
        "method-not-allowed",
        "This address does not take this method",
        "The `Allow` header names those it takes.",
    ),
    (
        "not-acceptable",
        "None of the accepted media types can be given",
        "Accept JSON, or what the ending of the address says.",
    ),
    ("conflict", "It contradicts what is there", "The `detail` says what it contradicts."),
    ("not-now", "Its state does not allow that", "`allowed` names what can be done now."),
    ("key-taken", "The idempotency key was used for another request", "Send a new key."),
    (
        "stale",
        "It changed since it was read",
        "Read it again, look at what changed, and send its new ETag in `If-Match`.",
    ),
    ("if-match-needed", "A change must say what it changes", "Send the ETag of what you read in `If-Match`."),
    ("too-large", "The body is too long", "The `detail` names the limit."),
    ("unsupported-media-type", "This media type is not taken", "The `detail` names the one that is."),
    ("too-many", "Too many of these came in", "Wait as long as `Retry-After` says."),
    (
        "quota-reached",
        "A quota is used up",
        "The `detail` says of what, and what makes room. The people who run the register can raise quotas.",
    ),
    (
        "unsigned",
        "The public log did not sign it yet",
        "Ask again in a moment. `/api/v1/log` says how much is signed.",
    ),
    ("timed-out", "The answer took too long to make", "Ask for less, or again as `Retry-After` says."),
    ("overloaded", "Too many requests at once", "Wait as long as `Retry-After` says, and ask again."),
    (
        "unavailable",
        "The database cannot be reached now",
        "Wait as long as `Retry-After` says, and ask again.",
    ),
    (
        "internal-error",
        "Something broke inside the register",
        "Nothing was lost that was acknowledged. Its operator finds the cause in the log.",
    ),
];

#[derive(Template)]
#[template(path = "problem_page.html")]
struct ProblemPage {
    frame: Frame,
    code: &'static str,
    meaning: &'static str,
    remedy: &'static str,
}

pub(crate) async fn problem(Path(code): Path<String>) -> Result<Response, NotShown> {
    let Some(&(code, meaning, remedy)) = PROBLEMS.iter().find(|(known, ..)| *known == code) else {
        return Err(NotShown::missing(say("there-is-nothing-here")));
    };
    Ok(page(StatusCode::OK, &ProblemPage { frame: Frame::new(meaning, ""), code, meaning, remedy }))
}
