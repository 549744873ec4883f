//! Suggest: completes what somebody types into bodies, products and records, properties, or types.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use search::names::Kind;
use serde::Serialize;
use utoipa::ToSchema;

use super::answer::{cards, describe};
use super::extend::{PropertyView, TypeName, properties};
use super::{Type, TypeView};
use crate::App;
use crate::extract::{Params, Taker};
use crate::parameters::{Skip, parameters};
use crate::problem::ApiError;

/// Suggestions per answer.
const SUGGESTIONS: usize = 20;

parameters! {
    /// What was typed.
    pub(crate) struct SuggestParams {
        /// The start of a name.
        #[param(min_length = 1, max_length = 200)]
        prefix: Option<String>,
        /// Number of suggestions to skip.
        #[param(value_type = Option<u16>, minimum = 0, maximum = 1000)]
        cursor: Option<Skip>,
    }
}

parameters! {
    /// What was typed, and the type of thing.
    pub(crate) struct SuggestEntityParams {
        /// The type of thing.
        #[param(inline)]
        r#type: Option<TypeName>,
    }
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
    let SuggestParams { prefix, cursor } = SuggestParams::take(taker);
    let skip = usize::try_from(cursor.unwrap_or_default().0).unwrap_or(usize::MAX);
    (prefix.unwrap_or_default(), skip)
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
    let of = SuggestEntityParams::take(&mut taker).r#type;
    taker.finish()?;
    let of = of.map_or(Type::Organisation, Type::from);
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
