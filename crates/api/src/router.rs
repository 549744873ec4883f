//! All routes in one list, and the layers every request passes through.

use std::any::Any;
use std::sync::Arc;

use axum::Router;
use axum::extract::Request;
use axum::http::{HeaderName, Method, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use store::ground::line::Line;
use tower::ServiceExt;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::predicate::Predicate;
use tower_http::compression::{CompressionLayer, DefaultPredicate};
use tower_http::cors::{Any as AnyOrigin, CorsLayer};
use tower_http::csrf::CsrfLayer;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use utoipa_swagger_ui::{Config, SwaggerUi};

use crate::prepared::{self, Prepared};
use crate::problem::ApiError;
use crate::routes::{
    about, assessments, audit, changes, contracts, coverage, documents, dumps, fields, gaps, health, imports,
    links, log, organisations, parts, people, products, reconcile, records, redactions, regulator, remarks,
    replies, rules, security, session, stats, submissions, suggest, templates, to_answer, tokens,
    vocabularies, webhooks,
};
use crate::{App, client, limits, manners, openapi, searched, seen};

pub(crate) fn operations() -> OpenApiRouter<App> {
    openapi::described()
        .routes(routes!(about::get_about))
        .routes(routes!(records::list::list_records))
        .routes(routes!(records::export::export_records_csv))
        .routes(routes!(records::export::export_records_ndjson))
        .routes(routes!(records::export::export_records_parquet))
        .routes(routes!(records::export::export_records_xlsx))
        .routes(routes!(records::lookup::lookup_records))
        .routes(routes!(records::get::get_record))
        .routes(routes!(records::versions::list_versions))
        .routes(routes!(records::versions::get_version))
        .routes(routes!(records::diff::get_diff))
        .routes(routes!(suggest::list_suggestions))
        .routes(routes!(stats::get_stats))
        .routes(routes!(assessments::list_assessments))
        .routes(routes!(assessments::export_assessments_csv))
        .routes(routes!(assessments::get_assessment))
        .routes(routes!(parts::oversight::list_reviews))
        .routes(routes!(parts::oversight::export_reviews_csv))
        .routes(routes!(parts::oversight::list_audits))
        .routes(routes!(parts::oversight::export_audits_csv))
        .routes(routes!(parts::oversight::list_consultations))
        .routes(routes!(parts::oversight::export_consultations_csv))
        .routes(routes!(parts::harm::list_redress_routes))
        .routes(routes!(parts::harm::export_redress_routes_csv))
        .routes(routes!(parts::harm::list_complaints))
        .routes(routes!(parts::harm::export_complaints_csv))
        .routes(routes!(parts::harm::list_incidents))
        .routes(routes!(parts::harm::export_incidents_csv))
        .routes(routes!(parts::promises::list_environment))
        .routes(routes!(parts::promises::export_environment_csv))
        .routes(routes!(parts::promises::list_tests))
        .routes(routes!(parts::promises::export_tests_csv))
        .routes(routes!(organisations::list_organisations, organisations::create::create_organisation))
        .routes(routes!(organisations::csv::export_organisations_csv))
        .routes(routes!(organisations::get_organisation))
        .routes(routes!(organisations::expected::expect_organisation))
        .routes(routes!(organisations::expected::end_expectation))
        .routes(routes!(organisations::nil_returns::file_nil_return))
        .routes(routes!(organisations::nil_returns::withdraw_nil_return))
        .routes(routes!(coverage::get_coverage))
        .routes(routes!(coverage::export_coverage_csv))
        .routes(routes!(coverage::export_expected_bodies_csv))
        .routes(routes!(organisations::suppliers::list_suppliers))
        .routes(routes!(organisations::csv::export_suppliers_csv))
        .routes(routes!(organisations::suppliers::get_supplier))
        .routes(routes!(contracts::list_contracts))
        .routes(routes!(contracts::csv::export_contracts_csv))
        .routes(routes!(contracts::get_contract))
        .routes(routes!(contracts::list_organisation_contracts))
        .routes(routes!(contracts::list_record_contracts))
        .routes(routes!(links::list_links))
        .routes(routes!(links::export_links_csv))
        .routes(routes!(links::get_link))
        .routes(routes!(links::judge_link))
        .routes(routes!(gaps::list_gaps))
        .routes(routes!(gaps::export_gaps_csv))
        .routes(routes!(gaps::get_gap_coverage))
        .routes(routes!(gaps::get_gap))
        .routes(routes!(gaps::reply::reply_to_gap))
        .routes(routes!(products::list_products))
        .routes(routes!(products::export_products_csv))
        .routes(routes!(products::get_product))
        .routes(routes!(reconcile::reconcile, reconcile::reconcile_batch))
        .routes(routes!(reconcile::extend::propose_properties))
        .routes(routes!(reconcile::suggest::suggest_entity))
        .routes(routes!(reconcile::suggest::suggest_property))
        .routes(routes!(reconcile::suggest::suggest_type))
        .routes(routes!(reconcile::preview::preview))
        .routes(routes!(vocabularies::list_vocabularies))
        .routes(routes!(vocabularies::get_vocabulary))
        .routes(routes!(fields::list_fields))
        .routes(routes!(changes::list_changes))
        .routes(routes!(changes::export_changes_csv))
        .routes(routes!(changes::feed_changes_atom))
        .routes(routes!(changes::feed_changes_json))
        .routes(routes!(records::feed::feed_records_atom))
        .routes(routes!(records::feed::feed_records_json))
        .routes(routes!(webhooks::list_webhooks, webhooks::keep::create_webhook))
        .routes(routes!(
            webhooks::get_webhook,
            webhooks::keep::change_webhook,
            webhooks::keep::delete_webhook
        ))
        .routes(routes!(webhooks::deliveries::list_deliveries))
        .routes(routes!(webhooks::deliveries::redeliver_messages))
        .routes(routes!(webhooks::deliveries::try_webhook))
        .routes(routes!(dumps::list_dumps))
        .routes(routes!(dumps::get_dump))
        .routes(routes!(dumps::get_dump_file))
        .routes(routes!(rules::list_rules))
        .routes(routes!(log::get_log))
        .routes(routes!(log::get_checkpoint))
        .routes(routes!(log::get_version_proof))
        .routes(routes!(submissions::create::create_submission, submissions::read::list_submissions))
        .routes(routes!(
            submissions::read::get_submission,
            submissions::change::replace_submission,
            submissions::change::change_submission
        ))
        .routes(routes!(submissions::act::move_submission))
        .routes(routes!(submissions::read::get_submission_history))
        .routes(routes!(submissions::preview::list_preview_links, submissions::preview::create_preview_link))
        .routes(routes!(submissions::preview::revoke_preview_link))
        .routes(routes!(submissions::preview::get_preview))
        .routes(routes!(records::keep::withdraw_record))
        .routes(routes!(records::keep::confirm_record))
        .routes(routes!(redactions::list_redactions, redactions::create_redaction))
        .routes(routes!(redactions::decide_redaction))
        .routes(routes!(redactions::list_redactions_to_decide))
        .routes(routes!(documents::create_document))
        .routes(routes!(documents::get_document))
        .routes(routes!(regulator::list_regulator_assessments))
        .routes(routes!(regulator::get_regulator_assessment))
        .routes(routes!(regulator::get_regulator_document))
        .routes(routes!(regulator::create_receipt))
        .routes(routes!(remarks::list_annotations, remarks::create_annotation))
        .routes(routes!(remarks::reply_to_record))
        .routes(routes!(replies::list_replies_to_decide))
        .routes(routes!(replies::decide_reply))
        .routes(routes!(remarks::create_correction))
        .routes(routes!(remarks::get_correction))
        .routes(routes!(remarks::list_remarks_to_decide))
        .routes(routes!(remarks::decide_remark))
        .routes(routes!(to_answer::list_remarks_to_answer))
        .routes(routes!(imports::create_import))
        .routes(routes!(imports::get_import))
        .routes(routes!(imports::submit_import))
        .routes(routes!(imports::faults::get_import_faults))
        .routes(routes!(templates::get_template_csv))
        .routes(routes!(templates::get_template_xlsx))
        .routes(routes!(audit::list_audit))
        .routes(routes!(audit::export_audit_csv))
        .routes(routes!(people::list_people, people::create_person))
        .routes(routes!(people::get_me))
        .routes(routes!(people::change_roles))
        .routes(routes!(people::confirm_role))
        .routes(routes!(people::decline_role))
        .routes(routes!(session::create_session, session::end_session))
        .routes(routes!(session::provider::begin_sign_in))
        .routes(routes!(session::provider::finish_sign_in))
        .routes(routes!(tokens::list_tokens, tokens::create_token))
        .routes(routes!(tokens::revoke_token))
        .routes(routes!(tokens::report_leaked_token))
        .routes(routes!(health::get_health))
        .routes(routes!(health::get_readiness))
}

/// The API without the website.
pub fn router(app: App) -> Router {
    site(app, |_| Router::new())
}

/// The API with the website. `pages` gets a service that answers API requests, from which it builds its
/// pages; they go through the same layers as API answers.
pub fn site(app: App, pages: impl FnOnce(Router) -> Router) -> Router {
    let (router, mut document) = operations().split_for_parts();
    openapi::answers::complete(&mut document);
    let json: Arc<str> = document.to_pretty_json().expect("the document serialises to JSON").into();
    let yaml: Arc<str> = document.to_yaml().expect("the document serialises to YAML").into();
    let sent = |kind: &'static str, text: Arc<str>| {
        move || async move { ([(header::CONTENT_TYPE, kind)], text.to_string()) }
    };
    let docs = SwaggerUi::new("/api/docs")
        .config(Config::new(["/api/v1/openapi.json"]).validator_url("none").try_it_out_enabled(true));
    let prepared = |memory| {
        let state = Arc::new((app.clone(), Prepared::new(memory)));
        axum::middleware::from_fn_with_state(state, prepared::prepared)
    };
    let (sent_again, asked_again) = (prepared(prepared::SENT), prepared(prepared::ASKED));
    let router = router
        .route("/api/v1/openapi.json", get(sent("application/json", json)))
        .route("/api/v1/openapi.yaml", get(sent("application/yaml", yaml)))
        .route("/log/tile/{*path}", get(log::get_tile));
    // RFC 9727 api-catalog.
    let catalogue = serde_json::json!({ "linkset": [{
        "anchor": format!("{}/api/v1", app.base_url),
        "service-desc": [{ "href": format!("{}/api/v1/openapi.json", app.base_url), "type": "application/json" }],
        "service-doc": [{ "href": format!("{}/api/docs", app.base_url), "type": "text/html" }],
        "license": [{ "href": "https://creativecommons.org/licenses/by/4.0/" }],
    }] });
    let router = router.route(
        "/.well-known/api-catalog",
        get(sent("application/linkset+json", catalogue.to_string().into())),
    );
    let router = router.route("/.well-known/security.txt", get(security::get_security));
    // Here rather than further out, so that pages, which ask the API in the same process, are watched too.
    let router = router
        .layer(axum::middleware::from_fn_with_state(app.clone(), seen::watch))
        .layer(axum::middleware::from_fn_with_state(app.clone(), limits::costly));
    let asked = router.clone().with_state(app.clone());
    let pages = pages(Router::new().fallback_service(asked).layer(asked_again));
    // At unknown addresses browsers get a page, programs a problem.
    let missing = pages.clone();
    let nothing = |request: Request| async move {
        if manners::wants_page(&request) {
            return missing.oneshot(request).await.into_response();
        }
        ApiError::NoSuchAddress(domain::cell::short(request.uri().path())).into_response()
    };
    let answering = router
        .merge(pages.with_state(()))
        .merge(docs)
        .fallback(nothing)
        .method_not_allowed_fallback(|| async { ApiError::MethodNotAllowed })
        .layer(axum::middleware::from_fn_with_state(app.clone(), manners::validators))
        // Signed-in browsers may write only from our own pages. Reconciliation changes nothing, so any site
        // may call it.
        .layer(
            CsrfLayer::new()
                .with_insecure_bypass(|_, uri| uri.path() == "/reconcile")
                .with_rejection_response(|_| {
                    ApiError::Refused("sent from another site: open the register itself".to_owned())
                        .into_response()
                }),
        )
        .layer(axum::middleware::from_fn_with_state(manners::ANSWER_TIMEOUT, manners::in_time))
        .layer(CatchPanicLayer::custom(broke))
        .layer(axum::middleware::from_fn_with_state(Line::new(manners::REQUESTS), manners::guard))
        // Within what all answers share, so that other sites' scripts can read a refusal too.
        .layer(axum::middleware::from_fn_with_state(app.clone(), limits::limit))
        .layer(axum::middleware::from_fn_with_state(app.clone(), client::identify))
        .layer(CompressionLayer::new().compress_when(DefaultPredicate::new().and(manners::may_be_changed)))
        .layer(
            CorsLayer::new()
                .allow_origin(AnyOrigin)
                .allow_methods([Method::GET, Method::HEAD, Method::OPTIONS])
                .allow_headers(AnyOrigin)
                .expose_headers([
                    header::ACCEPT_RANGES,
                    header::CONTENT_RANGE,
                    header::ETAG,
                    header::LAST_MODIFIED,
                    header::LINK,
                    header::RETRY_AFTER,
                    limits::RATE_LIMIT,
                    limits::RATE_LIMIT_POLICY,
                    HeaderName::from_static("api-version"),
                    searched::REGISTER_SEARCH,
                ]),
        )
        .layer(axum::middleware::from_fn_with_state(manners::secure(&app), manners::headers))
        .with_state(app.clone());
    // Outside all others, so that a prepared answer skips routing and every layer, and is not counted.
    let answering = Router::new().fallback_service(answering).layer(sent_again);
    // Outermost: an answer in memory is not given to another host either.
    match manners::OwnHost::of(&app) {
        Some(own) => answering.layer(axum::middleware::from_fn_with_state(own, manners::own_host)),
        None => answering,
    }
}

fn broke(_: Box<dyn Any + Send + 'static>) -> Response {
    ApiError::Inside.into_response()
}
