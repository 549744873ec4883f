//! `/submit/tokens`: people's own tokens, for programs that call the API.

use askama::Template;
use axum::extract::Path;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use domain::codes::Code;
use serde_json::{Map, Value, json};
use wire::{MadeToken, TokenList, TokenView};

use super::sent::Form;
use super::visitor::Visitor;
use crate::address::part;
use crate::ask::Sent;
use crate::form::{Faults, Typed};
use crate::language::say;
use crate::layout::{Frame, page};
use crate::pages::problem::NotShown;
use crate::words::{day_of, label_in};

/// A token in words.
trait Allowed {
    /// What it may do.
    fn may(&self) -> String;
    /// When it was made.
    fn made(&self) -> String;
    /// Until when it works, or worked.
    fn ends(&self) -> String;
}

impl Allowed for TokenView {
    fn may(&self) -> String {
        let role = self
            .role
            .map_or_else(|| say("everything-you-may").to_string(), |role| label_in("role", role.as_str()));
        self.organisation.as_ref().map_or_else(|| role.clone(), |body| format!("{role}, {body}"))
    }

    fn made(&self) -> String {
        day_of(self.created_at)
    }

    fn ends(&self) -> String {
        match self.revoked_at {
            Some(at) => say("revoked-on").with("on", day_of(at)).to_string(),
            None => say("works-until").with("on", day_of(self.expires_at)).to_string(),
        }
    }
}

#[derive(Template)]
#[template(path = "submit/tokens.html")]
struct TokensPage {
    frame: Frame,
    tokens: Vec<TokenView>,
    /// The new token's secret, shown once.
    secret: Option<String>,
    /// Roles a token can have: the value `role organisation`, and its label.
    roles: Vec<(String, String)>,
    typed: Typed,
    faults: Faults,
}

async fn made(
    visitor: &Visitor,
    typed: Typed,
    faults: Faults,
    secret: Option<String>,
) -> Result<TokensPage, NotShown> {
    let tokens: TokenList = visitor.interface.get("/api/v1/tokens").await?;
    let roles = visitor.me.roles.iter().map(|held| {
        let body = held.organisation.as_deref().unwrap_or_default();
        let words = format!("{} {body}", label_in("role", held.role.as_str()));
        (format!("{} {body}", held.role), words.trim_end().to_owned())
    });
    Ok(TokensPage {
        frame: visitor.form(say("my-tokens"), !faults.is_empty()),
        tokens: tokens.items,
        secret,
        roles: roles.collect(),
        typed,
        faults,
    })
}

pub(crate) async fn list(visitor: Visitor) -> Result<Response, NotShown> {
    Ok(page(StatusCode::OK, &made(&visitor, Typed::default(), Faults::default(), None).await?))
}

pub(crate) async fn make(visitor: Visitor, form: Form) -> Result<Response, NotShown> {
    let typed = form.typed;
    let mut sent = Map::from_iter([("label".to_owned(), json!(typed.one("label").trim()))]);
    let role = typed.one("role").trim();
    let (role, body) = role.split_once(' ').unwrap_or((role, ""));
    for (name, value) in [("role", role), ("organisation", body)] {
        if !value.is_empty() {
            sent.insert(name.to_owned(), json!(value));
        }
    }
    match visitor.interface.post::<MadeToken>("/api/v1/tokens", Value::Object(sent)).await {
        Ok(token) => {
            let secret = Some(token.secret);
            Ok(page(StatusCode::OK, &made(&visitor, Typed::default(), Faults::default(), secret).await?))
        }
        Err(problem) => {
            let faults = Faults::from(problem.into_faults()?);
            Ok(page(StatusCode::BAD_REQUEST, &made(&visitor, typed, faults, None).await?))
        }
    }
}

pub(crate) async fn revoke(visitor: Visitor, Path(id): Path<String>) -> Result<Response, NotShown> {
    let address = format!("/api/v1/tokens/{}", part(&id));
    visitor.interface.send(Method::DELETE, &address, Sent::default()).await?;
    Ok(Redirect::to("/submit/tokens").into_response())
}
