//! Asking the interface, in this process.

use axum::Router;
use axum::body::Body;
use axum::http::request::Builder;
use axum::http::{Request, header};
use http_body_util::BodyExt;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tower::ServiceExt;

use crate::pages::problem::NotShown;

/// The interface.
#[derive(Debug, Clone)]
pub(crate) struct Interface(Router);

/// What is wrong with one thing of a request.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Fault {
    pub(crate) pointer: String,
    pub(crate) detail: String,
    pub(crate) hint: Option<String>,
}

/// What a withdrawn record leaves.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Tombstone {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) published_at: String,
    pub(crate) withdrawn_at: String,
    pub(crate) reason: String,
}

/// Why the interface did not answer as asked.
#[derive(Debug, Clone, Default, Deserialize)]
pub(crate) struct Problem {
    pub(crate) title: String,
    #[serde(default)]
    pub(crate) status: u16,
    pub(crate) detail: Option<String>,
    #[serde(default)]
    pub(crate) errors: Vec<Fault>,
    pub(crate) tombstone: Option<Tombstone>,
}

impl Interface {
    pub(crate) fn new(router: Router) -> Self {
        Self(router)
    }

    /// What the interface answers at an address. Errors: its problem, to be shown as a page.
    pub(crate) async fn get<T: DeserializeOwned>(&self, address: &str) -> Result<T, NotShown> {
        self.answer(Request::get(address), Body::empty()).await
    }

    /// What it answers to something that is sent there. Errors: the same.
    pub(crate) async fn post<T: DeserializeOwned>(&self, address: &str, sent: &Value) -> Result<T, NotShown> {
        let request = Request::post(address).header(header::CONTENT_TYPE, "application/json");
        self.answer(request, Body::from(sent.to_string())).await
    }

    async fn answer<T: DeserializeOwned>(&self, request: Builder, body: Body) -> Result<T, NotShown> {
        let broken = |why: &str| {
            let title = format!("the page cannot be made: {why}");
            NotShown::from(Problem { title, status: 500, ..Problem::default() })
        };
        let request = request.header(header::HOST, "register").body(body);
        let request = request.map_err(|_| broken("its address is none"))?;
        let answer = match self.0.clone().oneshot(request).await {
            Ok(answer) => answer,
            Err(never) => match never {},
        };
        let status = answer.status();
        let body = answer.into_body().collect().await.map_err(|_| broken("the answer broke off"))?.to_bytes();
        if !status.is_success() {
            let problem: Problem =
                serde_json::from_slice(&body).map_err(|_| broken("the interface answered oddly"))?;
            return Err(NotShown::from(problem));
        }
        serde_json::from_slice(&body).map_err(|error| broken(&error.to_string()))
    }
}
