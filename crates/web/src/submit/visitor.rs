//! Who signed in, and what they may.

use std::collections::BTreeSet;
use std::fmt::Display;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use domain::authorisation::{Permission, RULES, Remit};
use domain::codes::Role;
use serde::Deserialize;

use crate::address::part;
use crate::ask::Interface;
use crate::layout::{Frame, titled};
use crate::pages::Party;
use crate::pages::problem::NotShown;

/// A role, and the body for which it is held, by slug.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Held {
    pub(crate) role: Role,
    pub(crate) organisation: Option<String>,
    #[serde(default)]
    pub(crate) remit: Remit,
}

/// Who signed in.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Me {
    pub(crate) name: String,
    pub(crate) roles: Vec<Held>,
}

impl Me {
    /// The roles that give them a permission, for whatever it is.
    pub(crate) fn roles_for(&self, permission: Permission) -> impl Iterator<Item = &Held> {
        self.roles.iter().filter(move |held| {
            RULES.iter().any(|(role, allowed, _)| *role == held.role && *allowed == permission)
        })
    }

    /// Whether a page offers something; whether it may be done, the interface says.
    pub(crate) fn may(&self, permission: Permission) -> bool {
        self.roles_for(permission).next().is_some()
    }

    /// The bodies for which they can begin new records, by slug: an oversight body writes about what is there.
    pub(crate) fn begins(&self) -> Vec<&str> {
        let roles = self.roles_for(Permission::CreateSubmission).filter(|held| held.role != Role::Oversight);
        sorted(roles.filter_map(|held| held.organisation.as_deref()))
    }

    /// The bodies for which they have a permission, by slug.
    pub(crate) fn bodies(&self, permission: Permission) -> Vec<&str> {
        sorted(self.roles_for(permission).filter_map(|held| held.organisation.as_deref()))
    }
}

fn sorted<'a>(slugs: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    slugs.collect::<BTreeSet<_>>().into_iter().collect()
}

/// Somebody who signed in, and the interface as they ask it.
#[derive(Debug)]
pub(crate) struct Visitor {
    pub(crate) interface: Interface,
    pub(crate) me: Me,
}

impl Visitor {
    /// What stands around a page of theirs.
    pub(crate) fn frame(&self, title: impl Display) -> Frame {
        Frame::new(title, "submit").who(&self.me.name)
    }

    /// The same for a page of a form, which says in its title when something is wrong.
    pub(crate) fn form(&self, title: impl Display, wrong: bool) -> Frame {
        self.frame(titled(title, wrong))
    }

    /// Bodies with their names, by slug.
    pub(crate) async fn named(&self, slugs: &[&str]) -> Vec<(String, String)> {
        let mut named = Vec::new();
        for slug in slugs {
            let body = self.interface.get::<Named>(&format!("/api/v1/organisations/{}", part(slug))).await;
            let name = body.map_or_else(|_| (*slug).to_owned(), |body| body.organisation.name);
            named.push(((*slug).to_owned(), name));
        }
        named
    }
}

impl FromRequestParts<Interface> for Visitor {
    type Rejection = NotShown;

    async fn from_request_parts(parts: &mut Parts, interface: &Interface) -> Result<Self, NotShown> {
        let interface = interface.by(&parts.headers);
        let me = interface.get("/api/v1/people/me").await?;
        Ok(Self { interface, me })
    }
}

#[derive(Debug, Deserialize)]
struct Named {
    organisation: Party,
}
