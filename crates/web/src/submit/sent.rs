//! Reading forms that browsers send.

use axum::body::Bytes;
use axum::extract::multipart::MultipartError;
use axum::extract::{FromRequest, Multipart, Request};
use axum::http::{StatusCode, header};

use crate::form::Typed;
use crate::language::say;
use crate::pages::problem::NotShown;

/// Longest form in bytes, without its file.
pub(super) const FORM_MAX: usize = 1 << 20;

/// The input with the name of a file that was not kept while its sender signed in again. No field has this name.
pub(super) const LOST_FILE: &str = "lost_file";

/// A file sent in a form.
#[derive(Debug)]
pub(crate) struct File {
    pub(crate) name: String,
    pub(crate) bytes: Bytes,
}

/// A form, with or without a file.
#[derive(Debug)]
pub(crate) struct Form {
    pub(crate) typed: Typed,
    pub(crate) file: Option<File>,
}

pub(super) fn too_long() -> NotShown {
    NotShown::new(StatusCode::PAYLOAD_TOO_LARGE, say("what-was-sent-is-too"))
}

impl<S: Send + Sync> FromRequest<S> for Form {
    type Rejection = NotShown;

    async fn from_request(request: Request, state: &S) -> Result<Self, NotShown> {
        Self::read(request, state, true).await
    }
}

impl Form {
    /// Reads a form; with `with_file` false its file is skipped, and [`LOST_FILE`] has its name. Errors: the form is
    /// too long, or incomplete.
    pub(super) async fn read<S: Send + Sync>(
        request: Request,
        state: &S,
        with_file: bool,
    ) -> Result<Self, NotShown> {
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        if !kind.is_some_and(|kind| kind.starts_with("multipart/form-data")) {
            let body = Bytes::from_request(request, state).await.map_err(|_| too_long())?;
            return Ok(Self { typed: Typed::read(&body).ok_or_else(too_long)?, file: None });
        }
        let broken = |error: MultipartError| NotShown::new(error.status(), say("the-file-is-too-large"));
        let mut parts = Multipart::from_request(request, state)
            .await
            .map_err(|_| NotShown::new(StatusCode::BAD_REQUEST, say("the-form-cannot-be-read")))?;
        let mut form = Self { typed: Typed::default(), file: None };
        let mut left = FORM_MAX;
        while let Some(mut part) = parts.next_field().await.map_err(broken)? {
            let name = part.name().unwrap_or_default().to_owned();
            left = left.checked_sub(name.len()).ok_or_else(too_long)?;
            match part.file_name().map(str::to_owned) {
                Some(file) if with_file && !file.is_empty() => {
                    form.file = Some(File { name: file, bytes: part.bytes().await.map_err(broken)? });
                }
                Some(file) if !file.is_empty() => {
                    form.typed.more(LOST_FILE, domain::cell::short(&file)).ok_or_else(too_long)?;
                }
                Some(_) => {}
                None => {
                    let mut text = Vec::new();
                    while let Some(chunk) = part.chunk().await.map_err(broken)? {
                        left = left.checked_sub(chunk.len()).ok_or_else(too_long)?;
                        text.extend_from_slice(&chunk);
                    }
                    let text = String::from_utf8_lossy(&text).replace("\r\n", "\n");
                    form.typed.more(&name, text).ok_or_else(too_long)?;
                }
            }
        }
        Ok(form)
    }
}
