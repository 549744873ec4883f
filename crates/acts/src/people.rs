//! Shared by the acts on people.

use domain::Finding;
use domain::authorisation::Grant;
use domain::codes::{OrganisationKind, Role};
use store::names::organisations;
use store::people::audit::Deed;
use store::people::{self, Person};
use store::{Reads, StoreError};

use crate::{Act, Refusal, known_organisation};

/// The longest name of a person, in characters.
const NAME_MAX: usize = 200;

/// A checked person, ready to be added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPerson {
    pub(crate) email: String,
    pub(crate) name: String,
}

impl NewPerson {
    /// Errors: [`Refusal::Invalid`], listing everything wrong with the address and the name.
    pub fn new(email: String, name: &str) -> Result<Self, Refusal> {
        let mut findings = Vec::new();
        if !people::is_address(&email) {
            let finding = Finding::error("/email", "bad-email", "this is not a mailbox");
            findings.push(finding.hint("write name@body.example"));
        }
        let tidied = domain::text::one_line(name);
        if tidied.is_empty() || name.chars().count() > NAME_MAX {
            let finding = Finding::error("/name", "bad-name", "the name is empty or too long");
            findings.push(finding.hint(format!("1 to {NAME_MAX} characters")));
        }
        if findings.is_empty() { Ok(Self { email, name: tidied }) } else { Err(Refusal::Invalid(findings)) }
    }
}

/// A role, with the organisation it is held for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldRole {
    /// The role.
    pub role: Role,
    /// Id of the organisation; `None` for administrators, whose role covers the whole register.
    pub organisation: Option<String>,
    /// Role and organisation in words, for the audit trail.
    pub(crate) words: String,
}

impl HeldRole {
    /// The administrator role.
    pub fn admin() -> Self {
        Self { role: Role::Admin, organisation: None, words: format!("{} register", Role::Admin) }
    }

    /// A role for the organisation with this slug.
    ///
    /// Errors: [`Refusal::NotFound`] for an unknown organisation; [`Refusal::Invalid`] when an organisation
    /// is given for admin, or missing for any other role.
    pub async fn find(conn: &impl Reads, role: Role, slug: Option<&str>) -> Result<Self, Refusal> {
        let organisation = match slug {
            Some(slug) => Some(known_organisation(conn, slug).await?.id),
            None => None,
        };
        if organisation.is_none() != (role == Role::Admin) {
            let message = "every role but admin is held for an organisation";
            let finding = Finding::error("/organisation", "bad-organisation", message);
            let hint = "name the organisation by its slug; leave it out for admin";
            return Err(Refusal::invalid(finding.hint(hint)));
        }
        let words = format!("{role} {}", slug.unwrap_or("register"));
        Ok(Self { role, organisation, words })
    }
}

/// Finds a person by id or email address. Errors: [`Refusal::NotFound`].
pub async fn known_person(conn: &impl Reads, who: &str) -> Result<Person, Refusal> {
    people::find(conn, who).await?.ok_or_else(|| Refusal::NotFound("person", who.to_owned()))
}

/// Checks that a regulator's role is for a regulator. Errors: [`Refusal::Invalid`].
pub(crate) async fn fits_its_body(conn: &impl Reads, grant: &Grant) -> Result<(), Refusal> {
    let (Role::Regulator, Some(id)) = (grant.role, &grant.organisation) else { return Ok(()) };
    let body = organisations::find(conn, id).await?.map(|found| found.organisation);
    if body.as_ref().and_then(|body| body.kind) == Some(OrganisationKind::Regulator) {
        return Ok(());
    }
    let name = body.map_or_else(|| id.clone(), |body| body.name);
    let message = format!("'{name}' is not a regulator: its people read nothing that is sealed");
    let hint = "name a body of the kind regulator";
    Err(Refusal::invalid(Finding::error("/organisation", "not-a-regulator", message).hint(hint)))
}

/// Checks that the register keeps an administrator without this person. Errors: [`Refusal::Conflict`].
pub(crate) async fn stays_administered(act: &Act<'_>, without: &Person) -> Result<(), Refusal> {
    if people::administrators(act.tx).await? == [without.id.as_str()] {
        return Err(Refusal::Conflict(format!(
            "{} is the last administrator, and without one nobody could manage the register: make somebody else an \
             administrator first",
            without.email
        )));
    }
    Ok(())
}

/// A role and its organisation in words, for the audit trail.
pub(crate) async fn words_of(conn: &impl Reads, grant: &Grant) -> Result<String, StoreError> {
    let of = match &grant.organisation {
        Some(id) => {
            let found = organisations::find(conn, id).await?;
            found.map_or_else(|| id.clone(), |found| found.organisation.slug)
        }
        None => "register".to_owned(),
    };
    Ok(format!("{} {of}", grant.role))
}

/// Audits a change to a person.
pub(crate) async fn note(
    act: &Act<'_>,
    role: Option<Role>,
    action: &str,
    person: &Person,
    detail: Option<&str>,
) -> Result<(), StoreError> {
    act.note(role, Deed { detail, ..Deed::new(action, "person", &person.id) }).await
}
