//! Adding an organisation, by an administrator.

use domain::authorisation::{Object, Permission};
use domain::organisation::Identifier;
use domain::{Finding, Organisation};
use store::names::organisations::{self, Saved, Stored};
use store::people::audit::Deed;
use store::records::relisting::project_named;

use crate::{Act, Refusal};

/// The longest name of an organisation, in characters.
const NAME_MAX: usize = 300;

/// A checked organisation, ready to be added.
#[derive(Debug, Clone)]
pub struct NewOrganisation {
    organisation: Organisation,
    reviewed: bool,
}

impl NewOrganisation {
    /// Tidies names and normalises identifiers. `reviewed` means that a person has looked at a name that
    /// resembles another body's or mixes scripts, and found it correct.
    ///
    /// Errors: [`Refusal::Invalid`], listing everything that is wrong.
    pub fn new(sent: Organisation, reviewed: bool) -> Result<Self, Refusal> {
        let mut findings = Vec::new();
        let mut organisation = sent;
        let name = domain::text::one_line(&organisation.name);
        if name.is_empty() || organisation.name.chars().count() > NAME_MAX {
            findings.push(bad_name("/name"));
        }
        findings.extend(no_name("/name", &name));
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
            findings.extend(no_name(&format!("/aliases/{place}/name"), &alias.name));
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

/// A finding if a name is a placeholder, such as `[blank]`.
fn no_name(pointer: &str, name: &str) -> Option<Finding> {
    let finding = Finding::error(pointer, "placeholder", format!("nobody is called '{name}'"));
    domain::placeholder::is_no_name(name).then(|| finding.hint("write the name of the body"))
}

fn bad_name(pointer: &str) -> Finding {
    let message = "the name is empty or too long";
    Finding::error(pointer, "bad-name", message).hint(format!("1 to {NAME_MAX} characters"))
}

/// Adds an organisation the register does not know yet.
///
/// Errors: [`Refusal::Forbidden`]; [`Refusal::Invalid`] for an unreviewed look-alike name;
/// [`Refusal::Conflict`] when the register already knows the organisation.
pub async fn create_organisation(act: &Act<'_>, new: &NewOrganisation) -> Result<Stored, Refusal> {
    match add_organisation(act, new).await? {
        (Saved::Created, stored) => Ok(stored),
        (Saved::Changed | Saved::Unchanged, stored) => {
            Err(Refusal::Conflict(format!("the register knows it: {}", stored.organisation.slug)))
        }
    }
}

/// Adds an organisation, or adds what is new to one the register already knows by an identifier or a name.
///
/// Errors: [`Refusal::Forbidden`]; [`Refusal::Invalid`] for an unreviewed look-alike name;
/// [`Refusal::Conflict`] when its identifiers belong to two organisations.
pub async fn add_organisation(act: &Act<'_>, new: &NewOrganisation) -> Result<(Saved, Stored), Refusal> {
    let role = act.may(Permission::ManageOrganisations, Object::Register)?;
    let NewOrganisation { organisation, reviewed } = new;
    if !reviewed && let Some((at, doubt)) = organisations::doubt(act.tx, organisation).await? {
        let finding = Finding::error(at, "look-alike", doubt.to_string());
        return Err(Refusal::invalid(finding.hint("type it again; if it is right, send reviewed: true")));
    }
    let (saved, slug) = organisations::save(act.tx, organisation).await?;
    if saved != Saved::Unchanged {
        // Records that already used this name or an alias must now show the organisation.
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
