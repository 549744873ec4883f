//! The pages for people who sign in: departments fill in the register, approvers publish, regulators read
//! what is sealed, administrators keep order. Every page calls the API with the browser's own session, so a
//! page grants nothing that the API would not.

mod begin;
mod check;
mod desk;
mod draft;
mod gate;
mod item;
mod keep;
mod moderation;
mod people;
mod preview;
mod replies;
mod review;
mod sealed;
mod section;
mod sent;
mod sign_in;
mod tokens;
mod upload;
mod visitor;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};

use crate::ask::Interface;

/// Longest form with a file, in bytes: the largest file the API takes, plus the form around it.
const UPLOAD_MAX: usize = 26 << 20;

/// The routes for people who sign in.
pub(crate) fn pages(interface: &Interface) -> Router<Interface> {
    // The sign-in form carries the interrupted form, percent-encoded, which makes it up to three times as
    // long.
    let signing = Router::new()
        .route("/submit/sign-in", get(sign_in::ask).post(sign_in::begin))
        .layer(DefaultBodyLimit::max(3 * sent::FORM_MAX + (64 << 10)));
    let files = Router::new()
        .route("/submit/submissions/{id}/items/{field}/{place}", get(item::show).post(item::save))
        .route("/submit/upload", get(upload::ask).post(upload::send))
        .layer(DefaultBodyLimit::max(UPLOAD_MAX));
    Router::new()
        .route("/submit", get(desk::desk))
        .route("/submit/sign-out", post(sign_in::end))
        .route("/submit/new", get(begin::ask).post(begin::begin))
        .route("/submit/submissions/{id}", get(draft::tasks))
        .route("/submit/submissions/{id}/sections/{group}", get(section::show).post(section::save))
        .route("/submit/submissions/{id}/check", get(check::check))
        .route("/submit/submissions/{id}/preview", get(preview::own))
        .route("/submit/submissions/{id}/preview-links", post(preview::link))
        .route("/submit/submissions/{id}/preview-links/{link}", post(preview::revoke))
        .route("/submit/submissions/{id}/review", get(review::review))
        .route("/submit/submissions/{id}/do/{action}", post(review::act))
        .route("/submit/records/{id}", get(keep::show))
        .route("/submit/records/{id}/{action}", post(keep::act))
        .route("/submit/uploads/faults/{copy}", get(upload::faults))
        .route("/submit/uploads/{id}", get(upload::report).post(upload::submit))
        .route("/submit/tokens", get(tokens::list).post(tokens::make))
        .route("/submit/tokens/{id}", post(tokens::revoke))
        .route("/submit/people", get(people::list).post(people::enter))
        .route("/submit/people/{id}", post(people::change))
        .route("/submit/people/roles/{id}", post(people::decide))
        .route("/submit/replies", get(replies::list))
        .route("/submit/replies/{id}", post(replies::decide))
        .route("/submit/moderation", get(moderation::list))
        .route("/submit/moderation/{id}", post(moderation::decide))
        .route("/submit/sealed", get(sealed::list))
        .route("/submit/sealed/{id}", get(sealed::show).post(sealed::receive))
        .route("/submit/sealed/{id}/document", get(sealed::document))
        .route("/previews/{secret}", get(preview::shared))
        .merge(signing)
        .merge(files)
        .layer(axum::middleware::from_fn_with_state(interface.clone(), gate::private))
}
