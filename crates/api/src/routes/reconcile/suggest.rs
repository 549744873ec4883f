//! Suggest: completes what somebody types into bodies, products and records, properties, or types.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use search::names::Kind;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::answer::{cards, describe};
use super::extend::{PropertyView, TypeName, properties};
use super::{Type, TypeView};
use crate::App;
use crate::extract::{NAME_SEARCH_MAX, Params, Taker};
use crate::problem::ApiError;

/// Suggestions per answer.
const SUGGESTIONS: usize = 20;

/// What was typed.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "it documents what the handler takes, which a test compares")]
pub(crate) struct SuggestParams {
    /// The start of a name.
    #[param(min_length = 1, max_length = 200)]
    prefix: Option<String>,
    /// Number of suggestions to skip.
    #[param(minimum = 0, maximum = 1000)]
    cursor: Option<u16>,
}

/// What was typed, and the type of thing.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "it documents what the handler takes, which a test compares")]
pub(crate) struct SuggestEntityParams {
    /// The type of thing.
    #[param(inline)]
    r#type: Option<TypeName>,
}

/// Suggested things.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Entities {
    /// Suggestions, best first.
    result: Vec<EntityView>,
}

/// A suggested thing.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EntityView {
    /// Its id.
    #[schema(example = "organisations/calder-vale-police")]
    id: String,
    /// Its name.
    name: String,
    /// A short description, to tell it from others.
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    /// Its types.
    notable: Vec<TypeView>,
}

/// Suggested properties.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Properties {
    /// The properties.
    result: Vec<PropertyView>,
}

/// Suggested types.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Types {
    /// The types.
    result: Vec<TypeView>,
}

/// Takes the prefix, and the number of suggestions to skip.
fn asked(taker: &mut Taker) -> (String, usize) {
    let prefix = taker.search("prefix", NAME_SEARCH_MAX).unwrap_or_default();
    let cursor = taker.read("cursor", |text| {
        let plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        text.parse::<usize>().ok().filter(|number| plain && *number <= 1_000).ok_or_else(|| {
            let shown = domain::cell::short(text);
            crate::problem::Fault::new(
                "cursor",
                "bad-number",
                format!("'{shown}' is not a number of suggestions"),
            )
            .hint("write a number from 0 to 1000")
        })
    });
    (prefix, cursor.unwrap_or(0))
}

/// Suggest bodies, products or records
///
/// Those with a word in their name that starts with the prefix.
#[utoipa::path(
    get, path = "/reconcile/suggest/entity", operation_id = "suggest_entity", tag = "reference",
    params(SuggestParams, SuggestEntityParams),
    responses(
        (status = 200, description = "Suggestions", body = Entities),
    )
)]
pub(crate) async fn suggest_entity(
    State(app): State<App>,
    Params(pairs): Params,
) -> Result<Response, ApiError> {
    let mut taker = Taker::new(pairs);
    let (prefix, cursor) = asked(&mut taker);
    let of = taker.read("type", |id| Type::read(id).ok_or_else(|| Type::fault("type", id)));
    taker.finish()?;
    let of = of.unwrap_or(Type::Organisation);
    let wanted = cursor + SUGGESTIONS;
    let view = |slug: &str, name: &str, description| EntityView {
        id: format!("{}/{slug}", of.path()),
        name: name.to_owned(),
        description,
        notable: vec![of.into()],
    };
    let kind = match of {
        Type::Organisation => Kind::Organisation,
        Type::Supplier => Kind::Supplier,
        Type::Product => Kind::Product,
        Type::Record => {
            let typed = format!("{}*", prefix.trim_end_matches('*'));
            let found =
                if prefix.trim().is_empty() { Vec::new() } else { cards(&app, &typed, wanted).await? };
            let views = found.iter().map(|card| {
                let phase = card.phase.as_deref().map(|phase| format!("; {phase}")).unwrap_or_default();
                view(&card.id, &card.title, Some(format!("{}{phase}", card.publisher.name)))
            });
            return Ok(Json(Entities { result: views.skip(cursor).collect() }).into_response());
        }
    };
    let names = app.directory().await?;
    let found = names.beginning(&prefix, kind, wanted);
    let views = found.into_iter().skip(cursor).map(|entry| view(&entry.slug, &entry.name, describe(entry)));
    Ok(Json(Entities { result: views.collect() }).into_response())
}

/// Suggest properties
///
/// Those whose id or name starts with the prefix.
#[utoipa::path(
    get, path = "/reconcile/suggest/property", operation_id = "suggest_property", tag = "reference",
    params(SuggestParams),
    responses(
        (status = 200, description = "Suggestions", body = Properties),
    )
)]
pub(crate) async fn suggest_property(Params(pairs): Params) -> Result<Response, ApiError> {
    let mut taker = Taker::new(pairs);
    let (prefix, cursor) = asked(&mut taker);
    taker.finish()?;
    let prefix = prefix.to_lowercase();
    let mut found: Vec<PropertyView> = Vec::new();
    for property in Type::ALL.into_iter().flat_map(properties) {
        let begins = |text: &str| text.to_lowercase().starts_with(&prefix);
        if (begins(&property.id) || begins(&property.name)) && !found.iter().any(|one| one.id == property.id)
        {
            found.push(property);
        }
    }
    Ok(Json(Properties { result: found.into_iter().skip(cursor).take(SUGGESTIONS).collect() })
        .into_response())
}

/// Suggest types
///
/// Those whose id or name starts with the prefix.
#[utoipa::path(
    get, path = "/reconcile/suggest/type", operation_id = "suggest_type", tag = "reference",
    params(SuggestParams),
    responses(
        (status = 200, description = "Suggestions", body = Types),
    )
)]
pub(crate) async fn suggest_type(Params(pairs): Params) -> Result<Response, ApiError> {
    let mut taker = Taker::new(pairs);
    let (prefix, cursor) = asked(&mut taker);
    taker.finish()?;
    let found = Type::ALL.into_iter().filter(|one| one.id().starts_with(&prefix.to_lowercase()));
    Ok(Json(Types { result: found.skip(cursor).map(TypeView::from).collect() }).into_response())
}
