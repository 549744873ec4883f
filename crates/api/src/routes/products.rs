//! `GET /api/v1/products`

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use domain::Product;
use serde::Deserialize;
use store::ground::page::Cursor;
use utoipa::IntoParams;
use wire::{ProductList, ProductView};

use super::next_link;
use super::organisations::counts;

use crate::App;
use crate::extract::{NAME_SEARCH_MAX, NoParams, Params, Segment, Taker};
use crate::problem::ApiError;

/// Filters of products.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "it documents what the handler takes, which a test compares")]
pub(crate) struct ProductFilters {
    /// Words in the name.
    #[param(min_length = 1, max_length = 200)]
    q: Option<String>,
    /// Items per page.
    #[param(minimum = 1, maximum = 100, default = 20)]
    limit: Option<u8>,
    /// Cursor of the page: `next` of the previous one.
    #[param(min_length = 1)]
    cursor: Option<String>,
}

async fn view(app: &App, product: Product) -> Result<ProductView, ApiError> {
    Ok(ProductView {
        about: None,
        url: format!("{}/api/v1/products/{}", app.base_url, product.slug),
        records_url: format!("{}/api/v1/records?product={}", app.base_url, product.slug),
        counts: counts(app, "product", &product.slug).await?,
        product,
    })
}

/// Find products
///
/// Products by name, with counts of the records that name them.
#[utoipa::path(
    get, path = "/api/v1/products", operation_id = "list_products", tag = "products",
    params(ProductFilters),
    responses(
        (status = 200, description = "A page of products", body = ProductList),
    )
)]
pub(crate) async fn list_products(
    State(app): State<App>,
    Params(pairs): Params,
) -> Result<Response, ApiError> {
    let mut taker = Taker::new(pairs.clone());
    let q = taker.search("q", NAME_SEARCH_MAX);
    let limit = taker.limit();
    let identity = format!("products {q:?}");
    let cursor = taker.cursor(&identity);
    taker.finish()?;
    let after = cursor.map(|cursor| cursor.key);
    let (products, total, next) =
        store::names::products::list(&app.db, q.as_deref(), after.as_deref(), limit).await?;
    let next = next.map(|key| Cursor::new(&identity, 0, total, key, 0).encode());
    let link = next_link(&app.base_url, "/api/v1/products", &pairs, next.as_deref());
    let mut items = Vec::with_capacity(products.len());
    for product in products {
        items.push(view(&app, product).await?);
    }
    let mut response = Json(ProductList { about: app.about().await?, items, total, next }).into_response();
    response.headers_mut().extend(link);
    Ok(response)
}

/// Read a product
///
/// One product, with counts of the records that name it.
#[utoipa::path(
    get, path = "/api/v1/products/{slug}", operation_id = "get_product", tag = "products",
    params(("slug" = String, Path, description = "Slug or id", min_length = 1)),
    responses(
        (status = 200, description = "The product, with counts of its records", body = ProductView),
        (status = 404, description = "No such product"),
    )
)]
pub(crate) async fn get_product(
    State(app): State<App>,
    Segment(slug): Segment,
    _: NoParams,
) -> Result<Json<ProductView>, ApiError> {
    let product = store::names::products::find(&app.db, &slug).await?;
    let product = product.ok_or_else(|| ApiError::NotFound("product", domain::cell::short(&slug)))?;
    let mut view = view(&app, product).await?;
    view.about = app.about().await?;
    Ok(Json(view))
}
