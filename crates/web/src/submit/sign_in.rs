//! `/submit/sign-in` and `/submit/sign-out`.

use askama::Template;
use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use serde_json::json;
use wire::About;

use super::gate::ours;
use super::sent::Form;
use crate::address::query;
use crate::ask::{Interface, Sent};
use crate::form::Typed;
use crate::language::{here, say};
use crate::layout::{Frame, page, titled};
use crate::pages::problem::{NotShown, say_when_to_come_again};

#[derive(Template)]
#[template(path = "submit/sign_in.html")]
struct SignInPage {
    frame: Frame,
    /// Where to go afterwards.
    to: String,
    /// The interrupted form, encoded as a browser sends it.
    held: String,
    email: String,
    fault: Option<String>,
    /// The address for signing in through an identity provider, if there is one.
    provider: Option<String>,
}

/// Builds the sign-in page, carrying the interrupted form along.
async fn made(interface: &Interface, to: &str, held: &str) -> Result<SignInPage, NotShown> {
    let about: About = interface.get("/api/v1").await?;
    let to = ours(to);
    let return_to = query(&[("return_to".to_owned(), here(to))]);
    let provider = about.sign_in_provider;
    Ok(SignInPage {
        frame: Frame::new(say("sign-in"), "submit").about(about.about),
        to: to.to_owned(),
        held: held.to_owned(),
        email: String::new(),
        fault: None,
        provider: provider.then(|| format!("/api/v1/session/provider{return_to}")),
    })
}

pub(crate) async fn ask(
    State(interface): State<Interface>,
    RawQuery(asked): RawQuery,
) -> Result<Response, NotShown> {
    let asked = Typed::query(asked.as_deref());
    Ok(page(StatusCode::OK, &made(&interface, asked.one("to"), "").await?))
}

/// Asks for sign-in after a form was sent without a session, and keeps what was typed.
pub(crate) async fn interrupted(interface: &Interface, to: &str, typed: &[u8]) -> Response {
    match made(interface, to, &String::from_utf8_lossy(typed)).await {
        Ok(page_of) => page(StatusCode::OK, &page_of),
        Err(problem) => problem.into_response(),
    }
}

/// Shown after an interruption: one button sends the kept form again.
#[derive(Template)]
#[template(path = "submit/go_on.html")]
struct GoOnPage {
    frame: Frame,
    to: String,
    held: Vec<(String, String)>,
}

/// Signs in, then goes on: to a page, or to a form that sends what was interrupted.
pub(crate) async fn begin(
    State(interface): State<Interface>,
    headers: HeaderMap,
    form: Form,
) -> Result<Response, NotShown> {
    let typed = form.typed;
    let (to, held) = (typed.one("to"), typed.one("held"));
    let sent = json!({ "email": typed.one("email").trim(), "password": typed.one("password"), "code": typed.one("code").trim() });
    let answer = match interface.by(&headers).send(Method::POST, "/api/v1/session", Sent::json(sent)).await {
        Ok(answer) => answer,
        Err(problem) if matches!(problem.status(), StatusCode::BAD_REQUEST | StatusCode::UNAUTHORIZED) => {
            let mut page_of = made(&interface, to, held).await?;
            page_of.frame.title = titled(say("sign-in"), true);
            page_of.email = typed.one("email").to_owned();
            page_of.fault = Some(say("the-address-the-password-or").to_string());
            return Ok(page(StatusCode::UNAUTHORIZED, &page_of));
        }
        // What was interrupted must not be lost because many sign in.
        Err(problem) if problem.is_for_now() => {
            let mut page_of = made(&interface, to, held).await?;
            page_of.frame.title = titled(say("sign-in"), true);
            page_of.email = typed.one("email").to_owned();
            page_of.fault = Some(problem.words());
            let mut response = page(problem.status(), &page_of);
            say_when_to_come_again(&mut response);
            return Ok(response);
        }
        Err(problem) => return Err(problem),
    };
    let to = ours(to);
    let response = if held.is_empty() {
        Redirect::to(to).into_response()
    } else {
        let held = Typed::query(Some(held)).into_iter().collect();
        page(
            StatusCode::OK,
            &GoOnPage {
                frame: Frame::new(say("you-are-signed-in-again"), "submit"),
                to: to.to_owned(),
                held,
            },
        )
    };
    Ok(with_cookie(&answer, response))
}

/// Copies the API's cookie to the page's response.
fn with_cookie(answer: &Response<Bytes>, mut response: Response) -> Response {
    if let Some(cookie) = answer.headers().get(header::SET_COOKIE) {
        response.headers_mut().insert(header::SET_COOKIE, cookie.clone());
    }
    response
}

pub(crate) async fn end(
    State(interface): State<Interface>,
    headers: HeaderMap,
) -> Result<Response, NotShown> {
    let answer = interface.by(&headers).send(Method::DELETE, "/api/v1/session", Sent::default()).await?;
    Ok(with_cookie(&answer, Redirect::to("/").into_response()))
}
