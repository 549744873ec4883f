//! The OpenAPI document, generated from the operations so that the two cannot drift apart.

pub(crate) mod answers;

use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
use utoipa::{Modify, OpenApi};
use utoipa_axum::router::OpenApiRouter;

use crate::App;
use crate::problem::{Fault, GoneProblem, Problem, Tombstone};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Open Algorithm Register",
        version = "1.0.0",
        description = "Which algorithms and procured technology public bodies use on people, who sold them, what was \
            checked before and after they went live, and how to challenge them.\n\nRepeated parameters mean \"or\", \
            different ones mean \"and\". An unknown parameter or code is refused with a suggestion. Lists are walked \
            by `next`; a walk shows one state of the register from its first page to its last.",
        license(name = "EUPL-1.2", identifier = "EUPL-1.2"),
        contact(name = "Maintainers of the Open Algorithm Register", url = "https://register.example/about")
    ),
    servers((url = "/", description = "This register")),
    tags(
        (name = "records", description = "Records, their versions and differences"),
        (name = "changes", description = "What happened to records, in order, as data and as feeds"),
        (name = "webhooks", description = "Get told of changes; needs a token"),
        (name = "dumps", description = "All public data as files, day by day"),
        (name = "assessments", description = "Impact assessments"),
        (name = "organisations", description = "Publishers, suppliers and other bodies"),
        (name = "products", description = "What suppliers sell"),
        (name = "procurement", description = "Contracts from public notices, their links to records, and gaps"),
        (name = "submissions", description = "Writing, reviewing and publishing records; needs a token"),
        (name = "regulator", description = "Sealed assessments in a regulator's remit, and receipts; needs a token"),
        (name = "people", description = "People, roles and tokens; needs a token"),
        (name = "log", description = "The public log: its checkpoint, and proofs of versions"),
        (name = "reference", description = "Codes, fields and rules"),
        (name = "operation", description = "Health and readiness")
    ),
    modifiers(&Tokens),
    components(schemas(
        Problem,
        Fault,
        GoneProblem,
        Tombstone,
        crate::filters::JurisdictionCode,
        crate::filters::LanguageTag,
        crate::filters::EditionName,
        crate::filters::SlugOrId,
        domain::codes::AnswerState,
        domain::codes::InSource,
        domain::codes::FiveTest,
        crate::when::DayOrInstant,
        crate::routes::organisations::CountryCode,
        crate::routes::contracts::CpvPrefix,
        crate::routes::contracts::CurrencyCode,
        crate::routes::contracts::AmountText,
        crate::routes::contracts::NoticeType,
        crate::routes::contracts::OcidText,
        crate::routes::contracts::WatchGroup,
        crate::routes::links::RecordIdText,
        crate::routes::reconcile::Query,
        crate::routes::reconcile::Extension,
        crate::routes::redactions::RedactionAction,
        crate::routes::submissions::act::Transition,
        crate::webhooks::message::WebhookMessage
    ))
)]
struct Document;

/// Adds the bearer token as a security scheme.
struct Tokens;

impl Modify for Tokens {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let scheme = Http::builder()
            .scheme(HttpAuthScheme::Bearer)
            .bearer_format("oar_p_...")
            .description(Some("A person's token, created by `register token create` or at /api/v1/tokens"))
            .build();
        if let Some(components) = &mut document.components {
            components.add_security_scheme("token", SecurityScheme::Http(scheme));
        }
    }
}

/// A router that collects the document from its operations.
pub(crate) fn described() -> OpenApiRouter<App> {
    OpenApiRouter::with_openapi(Document::openapi())
}

/// The complete OpenAPI document.
pub fn document() -> utoipa::openapi::OpenApi {
    let mut document = crate::router::operations().into_openapi();
    answers::complete(&mut document);
    document
}
