//! The website: HTML pages of what the API answers, without scripts.
//!
//! Every page calls the API in the same process, with the rights of the person looking at it. So a page
//! cannot show what `/api/v1` would not, and it takes the same query. This crate knows neither database nor
//! index.

mod address;
mod ask;
mod form;
mod json;
mod language;
mod layout;
mod pages;
mod shown;
mod submit;
mod texts;
mod words;

use axum::Router;
use axum::extract::RawQuery;
use axum::middleware::from_fn_with_state;
use axum::response::Redirect;
use axum::routing::get;

use ask::Interface;
use language::{Language, elsewhere, everywhere, in_english, is_foreign, rich, say, spoken};
use pages::facet_label;
use pages::problem::NotShown;

/// The website's routes. `interface` is the router of the API.
pub fn pages(interface: Router) -> Router {
    let interface = Interface::new(interface);
    let spoken = |language| {
        let answer = from_fn_with_state((language, interface.clone()), language::answer);
        in_any_language(&interface).layer(answer)
    };
    Router::new()
        .route("/robots.txt", get(pages::discovery::robots))
        .route("/sitemap.xml", get(pages::discovery::index))
        .route("/sitemaps/{month}", get(pages::discovery::month))
        .route("/assets/register.css", get(layout::style))
        .route("/assets/mark.svg", get(layout::mark))
        .merge(spoken(Language::English))
        .nest("/cy", spoken(Language::Welsh))
        .route("/cy/", get(async |RawQuery(asked)| whole_name(asked)))
        .with_state(interface)
}

/// Redirects `/cy/` to the Welsh front page, whose address has no slash at the end.
fn whole_name(asked: Option<String>) -> Redirect {
    Redirect::permanent(&asked.map_or_else(|| "/cy".to_owned(), |asked| format!("/cy?{asked}")))
}

/// Pages that exist in every language.
fn in_any_language(interface: &Interface) -> Router<Interface> {
    Router::new()
        .route("/", get(pages::home::home))
        .route("/records", get(pages::records::records))
        .route("/suggest", get(pages::suggest::suggest))
        .route("/records/{id}", get(pages::record::record))
        .route("/records/{id}/versions/{number}", get(pages::history::version))
        .route("/records/{id}/diff", get(pages::history::diff))
        .route("/records/{id}/report", get(pages::report::ask).post(pages::report::send))
        .route("/corrections/{reference}", get(pages::report::correction))
        .route("/organisations", get(pages::lists::organisations))
        .route("/suppliers", get(pages::lists::suppliers))
        .route("/products", get(pages::lists::products))
        .route("/contracts", get(pages::lists::contracts))
        .route("/assessments", get(pages::lists::assessments))
        .route("/coverage", get(pages::coverage::coverage))
        .route("/organisations/{slug}", get(pages::organisation::organisation))
        .route("/suppliers/{slug}", get(pages::organisation::supplier))
        .route("/products/{slug}", get(pages::organisation::product))
        .route("/contracts/{id}", get(pages::procurement::contract))
        .route("/gaps", get(pages::procurement::gaps))
        .route("/statistics", get(pages::statistics::statistics))
        .route("/statistics/{file}", get(pages::statistics::csv))
        .route("/embed/{chart}", get(pages::statistics::embed))
        .route("/data", get(pages::data::data))
        .route("/data/dictionary", get(pages::data::dictionary))
        .route("/log", get(pages::log::log))
        .route("/rules", get(pages::rules::rules))
        .route("/about", get(pages::about::about))
        .route("/accessibility", get(pages::about::accessibility))
        .route("/problems/{code}", get(pages::about::problem))
        .merge(submit::pages(interface))
        .fallback(async || NotShown::missing(say("there-is-nothing-here")))
}
