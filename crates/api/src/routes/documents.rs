//! `POST /api/v1/documents`, `GET /api/v1/documents/{sha256}`

use acts::{Actor, Caller, NewDocument};
use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::authorisation::{Object, Permission};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use store::people::documents::{self, Document};
use utoipa::ToSchema;
use wire::DocumentView;

use crate::App;
use crate::body::Sent;
use crate::extract::{NoParams, Params, Segment, Taker};
use crate::parameters::{Limits, Own, Value, parameters};
use crate::problem::{ApiError, Fault};
use crate::write::begin;

/// The longest document, in bytes.
pub(crate) const DOCUMENT_MAX: usize = 20 << 20;
/// Accepted media types and file extensions.
const TAKEN: &[(&str, &str)] = &[
    ("application/pdf", "pdf"),
    ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx"),
    ("application/vnd.oasis.opendocument.text", "odt"),
    ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
    ("text/csv", "csv"),
    ("text/plain", "txt"),
];

parameters! {
    /// Query parameters of `create_document`.
    pub(crate) struct DocumentParams {
        /// File name, without folders.
        #[param(value_type = String, required = true, example = "dpia.pdf", max_length = 255)]
        name: Option<FileName>,
        /// Slug of the organisation it belongs to; needed only if you write for several.
        organisation: Option<String>,
    }
}

/// Upload a document
///
/// The bytes of a PDF, DOCX, ODT, XLSX, CSV or TXT file of at most 20 MiB. It is stored under its SHA-256. Only your organisation can read it until a published assessment refers to it by `document.sha256`; from then on the assessment's `visibility` decides.
#[utoipa::path(
    post, path = "/api/v1/documents", operation_id = "create_document", tag = "submissions",
    params(DocumentParams), security(("token" = [])),
    request_body(content = Vec<u8>, content_type = "application/octet-stream", description = "The file as it is, with its own Content-Type"),
    responses(
        (status = 201, description = "The stored document", body = DocumentView),
        (status = 403, description = "Your roles do not allow this"),
        (status = 413, description = "The file is longer than 20 MiB"),
        (status = 415, description = "The type is not accepted, or the bytes do not match it"),
    )
)]
pub(crate) async fn create_document(
    State(app): State<App>,
    caller: Caller,
    Params(pairs): Params,
    request: Request,
) -> Result<Response, ApiError> {
    let mut taker = Taker::new(pairs);
    let DocumentParams { name, organisation: slug } = DocumentParams::take(&mut taker);
    taker.finish()?;
    let FileName(name) = name.unwrap_or_default();
    let actor = Actor::Person(&caller);
    let owner = acts::acting_for(&app.db, actor, slug.as_deref(), Permission::UploadDocument).await;
    let owner = app.allowed(owner)?.id;
    let sent = Sent::read(request, DOCUMENT_MAX).await?;
    let media_type = media_type(&sent, &name)?.to_owned();
    // Bytes first, so that a registered document is never missing.
    let sha256 = app.objects.put(sent.body.clone()).await?;
    let write = begin(&app, &caller, &sent, false).await?;
    let new = NewDocument { sha256, owner, media_type, file_name: name, bytes: sent.body.len() as i64 };
    let document = app.allowed(acts::create_document(&write.act(), new).await)?;
    let path = format!("/api/v1/documents/{}", document.sha256);
    let view = DocumentView {
        url: format!("{}{path}", app.base_url),
        sha256: document.sha256,
        media_type: document.media_type,
        bytes: document.bytes,
        file_name: document.file_name,
    };
    write.answer(StatusCode::CREATED, None, Some(path), &view).await
}

/// A file name: no folders, no leading dot, no invisible characters.
#[derive(Debug, Default)]
pub(crate) struct FileName(pub(crate) String);

impl Value<Own> for FileName {
    fn read(key: &'static str, text: &str, limits: &Limits) -> Result<Self, Fault> {
        file_name(key, text, limits.max_length.unwrap_or(usize::MAX)).map(Self)
    }
}

/// Checks a file name of at most so many bytes.
fn file_name(key: &str, text: &str, most: usize) -> Result<String, Fault> {
    let name = text.trim();
    let bad = name.is_empty()
        || name.len() > most
        || name.starts_with('.')
        || name.contains(['/', '\\', ':'])
        || name.chars().any(|letter| domain::text::is_forbidden(letter) || letter.is_control());
    if bad {
        return Err(Fault::new(
            key,
            "bad-name",
            format!("'{}' is not a file name", domain::cell::short(name)),
        )
        .hint("write the name alone, without folders, such as dpia.pdf"));
    }
    Ok(name.to_owned())
}

/// Determines the media type from the bytes; `Content-Type` and extension must agree with it.
fn media_type(sent: &Sent, name: &str) -> Result<&'static str, ApiError> {
    let endings: Vec<&str> = TAKEN.iter().map(|(_, ending)| *ending).collect();
    let refused = |what: &str| ApiError::UnsupportedMedia(format!("one of {} ({what})", endings.join(", ")));
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase()).unwrap_or_default();
    let taken = TAKEN.iter().find(|(_, one)| *one == ending).copied();
    let (kind, ending) = taken.ok_or_else(|| refused("the name has another ending"))?;
    let said = sent.media_type();
    if !matches!(said.as_str(), "" | "application/octet-stream" | "application/x-www-form-urlencoded")
        && said != kind
    {
        return Err(refused("the name and Content-Type disagree"));
    }
    let bytes = &sent.body;
    let is = match infer::get(bytes) {
        Some(found) => found.mime_type() == kind,
        None => {
            matches!(ending, "csv" | "txt")
                && std::str::from_utf8(bytes).is_ok_and(|text| !text.contains('\0'))
        }
    };
    if is && !bytes.is_empty() { Ok(kind) } else { Err(refused("the bytes are something else")) }
}

/// Read a document
///
/// Sent as a download. Anyone can read a document that a current record shows; with a token, you can also read your own organisation's. Everything else looks as if it did not exist.
#[utoipa::path(
    get, path = "/api/v1/documents/{sha256}", operation_id = "get_document", tag = "assessments",
    params(("sha256" = String, Path, description = "SHA-256 of the bytes, hex", pattern = "^[0-9a-f]{64}$")),
    responses(
        (status = 200, description = "The bytes", body = inline(FileBytes), content_type = "*/*"),
        (status = 401, description = "The token does not work"),
        (status = 404, description = "No such document, or you may not read it"),
    )
)]
pub(crate) async fn get_document(
    State(app): State<App>,
    caller: Option<Caller>,
    Segment(sha256): Segment,
    _: NoParams,
) -> Result<Response, ApiError> {
    let missing = || ApiError::NotFound("document", domain::cell::short(&sha256));
    let mut found = documents::public(&app.db, &sha256).await?;
    if let (None, Some(caller)) = (&found, &caller) {
        found = documents::with_hash(&app.db, &sha256).await?.into_iter().find(|one| {
            let object = Object::Of { owner: &one.owner, about_others: false };
            caller.grant(Permission::ReadSubmission, object).is_some()
        });
    }
    download(&app, &found.ok_or_else(missing)?).await?.ok_or_else(missing)
}

/// The bytes of a file, in its uploader's media type.
#[derive(Debug, ToSchema)]
#[schema(value_type = String, format = Binary)]
pub(crate) struct FileBytes(#[expect(dead_code, reason = "it documents what the handler sends")] Vec<u8>);

/// Sends a document as a download, so that the browser never runs uploaded content in our name. `None` if the
/// bytes are missing.
pub(crate) async fn download(app: &App, document: &Document) -> Result<Option<Response>, ApiError> {
    let Some(bytes) = app.objects.get(&document.sha256).await? else { return Ok(None) };
    let name = utf8_percent_encode(&document.file_name, NON_ALPHANUMERIC);
    let disposition = format!("attachment; filename*=UTF-8''{name}");
    let value = |text: &str| HeaderValue::from_str(text).unwrap_or(HeaderValue::from_static(""));
    let headers: [(HeaderName, HeaderValue); 3] = [
        (header::CONTENT_TYPE, value(&document.media_type)),
        (header::CONTENT_DISPOSITION, value(&disposition)),
        (header::ETAG, value(&format!("\"{}\"", document.sha256))),
    ];
    Ok(Some((headers, bytes).into_response()))
}
