//! An administrator enters an organisation.

use domain::authorisation::{Object, Permission};
use domain::organisation::Identifier;
use domain::{Finding, Organisation};
use store::names::organisations::{self, Saved, Stored};
use store::people::audit::Deed;
use store::records::relisting::project_named;

use crate::{Act, Refusal};

/// The longest name, in characters.
const NAME_MAX: usize = 300;

/// An organisation to enter, checked.
#[derive(Debug, Clone)]
pub struct NewOrganisation {
    organisation: Organisation,
    reviewed: bool,
}

impl NewOrganisation {
    /// Tidies the names and brings identifiers into their normal form. `reviewed` says that somebody looked at a name
    /// that looks like another's, or mixes scripts, and it is right.
    ///
    /// Errors: [`Refusal::Invalid`], with everything that is wrong.
    pub fn new(sent: Organisation, reviewed: bool) -> Result<Self, Refusal> {
        let mut findings = Vec::new();
        let mut organisation = sent;
        let name = domain::text::one_line(&organisation.name);
        if name.is_empty() || organisation.name.chars().count() > NAME_MAX {
            findings.push(bad_name("/name"));
        }
        if organisation.country.len() != 2 || !domain::validate::is_jurisdiction(&organisation.country) {
            let finding = Finding::error("/country", "unknown-country", "this is not a country");
            findings.push(finding.hint("write ISO 3166-1 in capitals, such as GB"));
        }
        if organisation.website.as_deref().is_some_and(|address| !domain::validate::is_address(address)) {
            let finding = Finding::error("/website", "bad-url", "this is not a web address");
            findings.push(finding.hint("write it with https:// and without a user name"));
        }
        for (place, alias) in organisation.aliases.iter_mut().enumerate() {
            alias.name = domain::text::one_line(&alias.name);
            if alias.name.is_empty() || alias.name.chars().count() > NAME_MAX {
                findings.push(bad_name(&format!("/aliases/{place}/name")));
            }
        }
        for (place, one) in organisation.identifiers.iter_mut().enumerate() {
            match Identifier::normalise(one.scheme, &one.value) {
                Ok(normal) => *one = normal,
                Err(message) => {
                    let pointer = format!("/identifiers/{place}");
                    findings.push(Finding::error(pointer, "bad-identifier", message));
                }
            }
        }
        if !findings.is_empty() {
            return Err(Refusal::Invalid(findings));
        }
        organisation.slug = domain::text::slug(&name);
        organisation.name = name;
        let name_cy = organisation.name_cy.map(|name| domain::text::one_line(&name));
        organisation.name_cy = name_cy.filter(|name| !name.is_empty());
        Ok(Self { organisation, reviewed })
    }
}

fn bad_name(pointer: &str) -> Finding {
    let message = "the name is empty or too long";
    Finding::error(pointer, "bad-name", message).hint(format!("1 to {NAME_MAX} characters"))
}

/// Enters an organisation that the register does not know.
///
/// Errors: [`Refusal::Forbidden`]; [`Refusal::Invalid`] when a name looks like another's and nobody reviewed it;
/// [`Refusal::Conflict`] when the register knows the organisation.
pub async fn create_organisation(act: &Act<'_>, new: &NewOrganisation) -> Result<Stored, Refusal> {
    match add_organisation(act, new).await? {
        (Saved::Created, stored) => Ok(stored),
        (Saved::Changed | Saved::Unchanged, stored) => {
            Err(Refusal::Conflict(format!("the register knows it: {}", stored.organisation.slug)))
        }
    }
}

/// Enters an organisation, or adds what is new to the one that the register knows by one of its identifiers or names.
///
/// Errors: [`Refusal::Forbidden`]; [`Refusal::Invalid`] when a name looks like another's and nobody reviewed it;
/// [`Refusal::Conflict`] when its identifiers belong to two organisations.
pub async fn add_organisation(act: &Act<'_>, new: &NewOrganisation) -> Result<(Saved, Stored), Refusal> {
    let role = act.may(Permission::ManageOrganisations, Object::Register)?;
    let NewOrganisation { organisation, reviewed } = new;
    if !reviewed && let Some((at, doubt)) = organisations::doubt(act.tx, organisation).await? {
        let finding = Finding::error(at, "look-alike", doubt.to_string());
        return Err(Refusal::invalid(finding.hint("type it anew; if it is right, send reviewed: true")));
    }
    let (saved, slug) = organisations::save(act.tx, organisation).await?;
    if saved != Saved::Unchanged {
        // Records that named it, or name it by an alias, show it from now on.
        project_named(act.tx, std::slice::from_ref(&slug)).await?;
    }
    let stored = organisations::find(act.tx, &slug).await?;
    let stored = stored.ok_or_else(|| Refusal::NotFound("organisation", slug))?;
    if saved == Saved::Created {
        let id = stored.organisation.id.map(|id| id.to_string()).unwrap_or_default();
        let deed = Deed {
            owner: Some(&id),
            detail: reviewed.then_some("name reviewed"),
            ..Deed::new("organisation.create", "organisation", &id)
        };
        act.note(role, deed).await?;
    }
    Ok((saved, stored))
}
