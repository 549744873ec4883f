//! `/submit/sign-in` and `/submit/sign-out`.

use askama::Template;
use axum::body::Bytes;
use axum::extract::{RawQuery, Request, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use serde_json::json;
use wire::{About, PersonView};

use super::gate::{ours, sent_from};
use super::sent::{FORM_MAX, Form, LOST_FILE, too_long};
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
    /// The file that was sent with it and is lost.
    lost: Option<String>,
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
        lost: lost(&Typed::query(Some(held))),
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

/// The name of the file that went with an interrupted form.
fn lost(held: &Typed) -> Option<String> {
    held.said(LOST_FILE).map(str::to_owned)
}

/// Asks for sign-in after a form with a file was sent without a session. What was typed is kept; the file is not, and
/// the form will say so.
pub(crate) async fn interrupted_with_file(
    interface: &Interface,
    request: Request,
) -> Result<Response, NotShown> {
    let to = request.uri().path().to_owned();
    let typed = Form::read(request, &(), false).await?.typed.encoded();
    // Encoding makes it longer, and the sign-in form must be able to carry it.
    if typed.len() > FORM_MAX {
        return Err(too_long());
    }
    Ok(interrupted(interface, &to, typed.as_bytes()).await)
}

/// Asks for sign-in after a form was sent without a session, and keeps what was typed.
pub(crate) async fn interrupted(interface: &Interface, to: &str, typed: &[u8]) -> Response {
    match made(interface, to, &String::from_utf8_lossy(typed)).await {
        Ok(page_of) => page(StatusCode::OK, &page_of),
        Err(problem) => problem.into_response(),
    }
}

/// Asks somebody who is signed in to prove it again, before a form that gives out rights.
#[derive(Template)]
#[template(path = "submit/sign_in_again.html")]
struct SignInAgainPage {
    frame: Frame,
    /// Where the form goes.
    to: String,
    /// The form, encoded as a browser sends it.
    held: String,
    /// The same, for people who sign in at the provider, in another tab.
    pairs: Vec<(String, String)>,
    email: String,
    fault: Option<String>,
    /// The address for signing in through an identity provider, if there is one.
    provider: Option<String>,
}

async fn made_again(
    interface: &Interface,
    to: &str,
    held: &str,
    fault: Option<String>,
) -> Result<SignInAgainPage, NotShown> {
    let about: About = interface.get("/api/v1").await?;
    let me: PersonView = interface.get("/api/v1/people/me").await?;
    let back = [("return_to".to_owned(), here("/submit")), ("again".to_owned(), "true".to_owned())];
    Ok(SignInAgainPage {
        frame: Frame::new(titled(say("sign-in-again"), fault.is_some()), "submit")
            .who(&me.name)
            .about(about.about),
        to: ours(to).to_owned(),
        held: held.to_owned(),
        pairs: Typed::query(Some(held)).into_iter().collect(),
        email: me.email,
        fault,
        provider: about.sign_in_provider.then(|| format!("/api/v1/session/provider{}", query(&back))),
    })
}

/// Asks for a second sign-in after a form that gives out rights, and keeps what was typed. `interface` has the
/// person's cookie.
pub(crate) async fn again(interface: &Interface, to: &str, typed: &[u8]) -> Response {
    match made_again(interface, to, &String::from_utf8_lossy(typed), None).await {
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
    /// The file that was sent with it and is lost.
    lost: Option<String>,
    /// Whether the form gives out rights, rather than being a draft.
    rights: bool,
}

/// Signs in, then goes on: to a page, or to a form that sends what was interrupted.
pub(crate) async fn begin(
    State(interface): State<Interface>,
    headers: HeaderMap,
    form: Form,
) -> Result<Response, NotShown> {
    let typed = form.typed;
    let (to, held) = (typed.one("to"), typed.one("held"));
    let rights = typed.one("again") == "yes";
    let email = if rights {
        // Not what the form says: the kept form is for the person who filled it in. If their session ended meanwhile, they
        // begin where the form was.
        match interface.by(&headers).get::<PersonView>("/api/v1/people/me").await {
            Ok(me) => me.email,
            Err(problem) if problem.status() == StatusCode::UNAUTHORIZED => {
                let to = query(&[("to".to_owned(), sent_from(ours(to)).to_owned())]);
                return Ok(Redirect::to(&format!("/submit/sign-in{to}")).into_response());
            }
            Err(problem) => return Err(problem),
        }
    } else {
        typed.one("email").trim().to_owned()
    };
    let sent = json!({ "email": email, "password": typed.one("password"), "code": typed.one("code").trim() });
    let answer = match interface.by(&headers).send(Method::POST, "/api/v1/session", Sent::json(sent)).await {
        Ok(answer) => answer,
        Err(problem) if matches!(problem.status(), StatusCode::BAD_REQUEST | StatusCode::UNAUTHORIZED) => {
            if rights {
                let fault = Some(say("the-address-the-password-or").to_string());
                let page_of = made_again(&interface.by(&headers), to, held, fault).await?;
                return Ok(page(StatusCode::UNAUTHORIZED, &page_of));
            }
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
        let held = Typed::query(Some(held));
        page(
            StatusCode::OK,
            &GoOnPage {
                frame: Frame::new(say("you-are-signed-in-again"), "submit"),
                to: to.to_owned(),
                lost: lost(&held),
                held: held.into_iter().collect(),
                rights,
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
