//! `GET /api/v1/products`

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use domain::Product;
use wire::{ProductList, ProductView};

use super::organisations::counts;
use crate::App;
use crate::extract::{NoParams, Params, Segment, Taker};
use crate::listing::{Page, PageParams};
use crate::parameters::parameters;
use crate::problem::ApiError;
use crate::table::{CsvParams, Download, PAGE};

parameters! {
    /// Filters of products.
    pub(crate) struct ProductFilters {
        /// Words in the name.
        #[param(min_length = 1, max_length = 200)]
        q: Option<String>,
    }
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
    params(ProductFilters, PageParams),
    responses(
        (status = 200, description = "A page of products", body = ProductList),
    )
)]
pub(crate) async fn list_products(
    State(app): State<App>,
    Params(pairs): Params,
) -> Result<Response, ApiError> {
    let mut taker = Taker::new(pairs);
    let q = ProductFilters::take(&mut taker).q;
    let page = Page::take("/api/v1/products", format!("products {q:?}"), taker)?;
    let after = page.place().map(|(key, _)| key);
    let total = store::names::products::count(&app.db, q.as_deref()).await?;
    let (products, next) =
        store::names::products::list(&app.db, q.as_deref(), after.as_deref(), page.limit).await?;
    let next = next.map(|key| page.cursor(total, key, 0));
    let mut items = Vec::with_capacity(products.len());
    for product in products {
        items.push(view(&app, product).await?);
    }
    let about = app.about().await?;
    Ok(page.answer(&app, next, |next| ProductList { about, items, total, next }))
}

/// Download products as CSV
///
/// All matching products, without a limit on rows: RFC 4180, UTF-8, lists joined by `;`.
#[utoipa::path(
    get, path = "/api/v1/products.csv", operation_id = "export_products_csv", tag = "products",
    params(ProductFilters, CsvParams),
    responses(
        (status = 200, description = "The products, one per row", body = String, content_type = "text/csv"),
    )
)]
pub(crate) async fn export_products_csv(
    State(app): State<App>,
    mut file: Download,
) -> Result<Response, ApiError> {
    let q = ProductFilters::take(&mut file.taker).q;
    let read = |app: App, q: Option<String>, after: Option<String>| async move {
        store::names::products::list(&app.db, q.as_deref(), after.as_deref(), PAGE).await
    };
    file.start(&app, export::tables::products(), q, read).await
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
