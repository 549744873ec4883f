//! The person signed in, and what they may do.

use std::collections::BTreeSet;
use std::fmt::Display;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use domain::authorisation::{Permission, RULES};
use domain::codes::Role;
use wire::{OrganisationView, PersonView, RoleView};

use crate::address::part;
use crate::ask::Interface;
use crate::layout::{Frame, titled};
use crate::pages::problem::NotShown;

/// What a person may do, for the pages.
pub(crate) trait Powers {
    /// Their roles that include a permission, for any organisation.
    fn roles_for(&self, permission: Permission) -> impl Iterator<Item = &RoleView>;
    /// Whether to offer something on a page. The API decides whether it is allowed.
    fn may(&self, permission: Permission) -> bool;
    /// Slugs of the bodies they can start new records for. Not as oversight bodies, which write about
    /// existing records.
    fn begins(&self) -> Vec<&str>;
    /// Slugs of the bodies they have a permission for.
    fn bodies(&self, permission: Permission) -> Vec<&str>;
}

impl Powers for PersonView {
    fn roles_for(&self, permission: Permission) -> impl Iterator<Item = &RoleView> {
        self.roles.iter().filter(move |held| {
            RULES.iter().any(|(role, allowed, _)| *role == held.role && *allowed == permission)
        })
    }

    fn may(&self, permission: Permission) -> bool {
        self.roles_for(permission).next().is_some()
    }

    fn begins(&self) -> Vec<&str> {
        let roles = self.roles_for(Permission::CreateSubmission).filter(|held| held.role != Role::Oversight);
        sorted(roles.filter_map(|held| held.organisation.as_deref()))
    }

    fn bodies(&self, permission: Permission) -> Vec<&str> {
        sorted(self.roles_for(permission).filter_map(|held| held.organisation.as_deref()))
    }
}

fn sorted<'a>(slugs: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    slugs.collect::<BTreeSet<_>>().into_iter().collect()
}

/// The person signed in, and the API called with their session.
#[derive(Debug)]
pub(crate) struct Visitor {
    pub(crate) interface: Interface,
    pub(crate) me: PersonView,
}

impl Visitor {
    /// The frame of one of their pages.
    pub(crate) fn frame(&self, title: impl Display) -> Frame {
        Frame::new(title, "submit").who(&self.me.name)
    }

    /// The frame of a page with a form; its title says if something is wrong.
    pub(crate) fn form(&self, title: impl Display, wrong: bool) -> Frame {
        self.frame(titled(title, wrong))
    }

    /// Slug and name of organisations; the slug again where the name cannot be read.
    pub(crate) async fn named(&self, slugs: &[&str]) -> Vec<(String, String)> {
        let mut named = Vec::new();
        for slug in slugs {
            let body = self
                .interface
                .get::<OrganisationView>(&format!("/api/v1/organisations/{}", part(slug)))
                .await;
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
