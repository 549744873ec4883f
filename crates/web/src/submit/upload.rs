//! `/submit/upload` and `/submit/uploads/{id}`: many records from one spreadsheet, and what is wrong in which
//! row.

use askama::Template;
use axum::extract::{Path, Request, State};
use axum::http::{Method, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use domain::authorisation::Permission;
use uuid::Uuid;
use wire::{ImportReport, RowFault, SubmittedImport};

use super::sent::{Form, LOST_FILE};
use super::sign_in;
use super::visitor::{Powers, Visitor};
use crate::address::{part, query};
use crate::ask::{Interface, Sent};
use crate::form::Typed;
use crate::language::say;
use crate::layout::{Frame, page};
use crate::pages::problem::NotShown;
use crate::words::plain;

#[derive(Template)]
#[template(path = "submit/upload.html")]
struct UploadPage {
    frame: Frame,
    bodies: Vec<(String, String)>,
    typed: Typed,
    fault: Option<String>,
    key: String,
}

/// A row's fault in words.
trait Plain {
    fn what(&self) -> String;
}

impl Plain for RowFault {
    fn what(&self) -> String {
        plain(&self.detail)
    }
}

#[derive(Template)]
#[template(path = "submit/uploaded.html")]
struct UploadedPage {
    frame: Frame,
    report: ImportReport,
    /// How many were just sent for approval.
    sent: Option<u64>,
    key: String,
}

impl UploadedPage {
    /// The page's own address of the copy with faults.
    fn copy(&self) -> Option<String> {
        let copy = self.report.faults.as_deref()?.rsplit('/').next()?;
        Some(format!("/submit/uploads/faults/{}", part(copy)))
    }
}

async fn form(visitor: &Visitor, typed: Typed, fault: Option<String>) -> UploadPage {
    let bodies = visitor.me.bodies(Permission::Import);
    let bodies = if bodies.len() > 1 { visitor.named(&bodies).await } else { Vec::new() };
    let frame = visitor.form(say("upload-a-spreadsheet"), fault.is_some());
    UploadPage { frame, bodies, typed, fault, key: Uuid::new_v4().to_string() }
}

pub(crate) async fn ask(visitor: Visitor) -> Response {
    page(StatusCode::OK, &form(&visitor, Typed::default(), None).await)
}

pub(crate) async fn send(
    State(interface): State<Interface>,
    visitor: Result<Visitor, NotShown>,
    request: Request,
) -> Result<Response, NotShown> {
    let visitor = match visitor {
        Ok(visitor) => visitor,
        // Handled here, because the gate keeps no multipart forms.
        Err(problem) if problem.status() == StatusCode::UNAUTHORIZED => {
            return sign_in::interrupted_with_file(&interface, request).await;
        }
        Err(problem) => return Err(problem),
    };
    let Form { typed, file } = Form::read(request, &(), true).await?;
    let Some(file) = file else {
        let fault = match typed.said(LOST_FILE) {
            Some(name) => say("the-file-was-not-kept").with("name", name),
            None => say("choose-a-file"),
        };
        return Ok(page(StatusCode::BAD_REQUEST, &form(&visitor, typed, Some(fault.to_string())).await));
    };
    let check = typed.one("go") == "check";
    let mut pairs = vec![("name".to_owned(), file.name), ("check".to_owned(), check.to_string())];
    for name in ["source", "organisation", "dates"] {
        pairs.extend(typed.said(name).map(|value| (name.to_owned(), value.to_owned())));
    }
    let key = typed.said("key").filter(|_| !check);
    let sent = Sent { key, file: Some(file.bytes), ..Sent::default() };
    match visitor
        .interface
        .ask::<ImportReport>(Method::POST, &format!("/api/v1/imports{}", query(&pairs)), sent)
        .await
    {
        Ok(report) => match &report.id {
            Some(id) => Ok(Redirect::to(&format!("/submit/uploads/{}", part(id))).into_response()),
            None => Ok(page(StatusCode::OK, &uploaded(&visitor, report, None))),
        },
        Err(problem) => {
            let (status, notice) = problem.into_notice()?;
            Ok(page(status, &form(&visitor, typed, Some(notice)).await))
        }
    }
}

fn uploaded(visitor: &Visitor, report: ImportReport, sent: Option<u64>) -> UploadedPage {
    let title = say(if report.check { "what-would-happen" } else { "result-of-the-upload" });
    UploadedPage { frame: visitor.frame(title), report, sent, key: Uuid::new_v4().to_string() }
}

pub(crate) async fn report(visitor: Visitor, Path(id): Path<String>) -> Result<Response, NotShown> {
    let report: ImportReport = visitor.interface.get(&format!("/api/v1/imports/{}", part(&id))).await?;
    Ok(page(StatusCode::OK, &uploaded(&visitor, report, None)))
}

/// The copy of the file with its faults, as the API sends it.
pub(crate) async fn faults(visitor: Visitor, Path(copy): Path<String>) -> Result<Response, NotShown> {
    let address = format!("/api/v1/imports/faults/{}", part(&copy));
    let (parts, body) = visitor.interface.send(Method::GET, &address, Sent::default()).await?.into_parts();
    let mut response = body.into_response();
    for name in [header::CONTENT_TYPE, header::CONTENT_DISPOSITION] {
        if let Some(value) = parts.headers.get(&name) {
            response.headers_mut().insert(name, value.clone());
        }
    }
    Ok(response)
}

pub(crate) async fn submit(
    visitor: Visitor,
    Path(id): Path<String>,
    form: Form,
) -> Result<Response, NotShown> {
    let address = format!("/api/v1/imports/{}", part(&id));
    let sent = Sent { key: form.typed.said("key"), ..Sent::default() };
    let done: SubmittedImport =
        visitor.interface.ask(Method::POST, &format!("{address}/submit"), sent).await?;
    let report: ImportReport = visitor.interface.get(&address).await?;
    Ok(page(StatusCode::OK, &uploaded(&visitor, report, Some(done.submitted))))
}
