//! Filing a nil return: a body declares that it uses nothing that belongs in the register.

use chrono::NaiveDate;
use domain::Finding;
use domain::authorisation::{Object, Permission};
use domain::expected::NilReturn;
use store::names::expected::{self, NewNilReturn};
use store::names::organisations;
use store::people::audit::Deed;

use crate::expect_organisation::in_the_future;
use crate::text::evidence;
use crate::{Act, Known, Refusal, plain_text};

/// What a body declares, checked.
#[derive(Debug, Clone)]
pub struct NilDeclaration {
    declared_on: NaiveDate,
    holds_until: NaiveDate,
    statement: String,
    evidence_url: Option<String>,
}

impl NilDeclaration {
    /// The day of the declaration, the last day it holds (twelve months if `None`), its words, and where it can be
    /// read; `today` is the day of the act.
    ///
    /// Errors: [`Refusal::Invalid`], listing everything that is wrong.
    pub fn new(
        declared_on: NaiveDate,
        until: Option<NaiveDate>,
        statement: &str,
        evidence_url: Option<String>,
        today: NaiveDate,
    ) -> Result<Self, Refusal> {
        let mut findings = Vec::new();
        if declared_on > today {
            findings.push(in_the_future("/declared_on", declared_on));
        }
        let longest = NilReturn::at_most_until(declared_on);
        let holds_until = until.unwrap_or(longest);
        if holds_until < declared_on {
            let message = format!("{holds_until} is before {declared_on}");
            let finding = Finding::error("/until", "dates-out-of-order", message);
            findings.push(finding.hint("give the last day on which the declaration holds"));
        } else if holds_until > longest {
            let message = format!("a nil return holds for at most twelve months, until {longest}");
            let finding = Finding::error("/until", "out-of-range", message);
            findings.push(finding.hint("give an earlier day, and file another one then"));
        }
        let statement = match plain_text("/statement", statement) {
            Ok(statement) => statement,
            Err(Refusal::Invalid(found)) => {
                findings.extend(found);
                String::new()
            }
            Err(other) => return Err(other),
        };
        findings.extend(evidence(evidence_url.as_deref(), false));
        if !findings.is_empty() {
            return Err(Refusal::Invalid(findings));
        }
        Ok(Self { declared_on, holds_until, statement, evidence_url })
    }
}

/// Files a nil return and gives it back. People file for their own body. The command line enters what a body
/// declared elsewhere, so it must say where that can be read. The transaction must be a public one.
///
/// A published record of something in use does not stop it, and is shown as a contradiction.
///
/// Errors: [`Refusal::Forbidden`]; [`Refusal::Invalid`] when the command line names no evidence;
/// [`Refusal::Conflict`] when the body has one of that day already.
pub async fn file_nil_return(
    act: &Act<'_>,
    body: &Known,
    said: &NilDeclaration,
) -> Result<NilReturn, Refusal> {
    let role = act.may(Permission::FileNilReturn, Object::Of { owner: &body.id, about_others: false })?;
    let by_body = act.actor.person_id().is_some();
    if !by_body && said.evidence_url.is_none() {
        return Err(Refusal::Invalid(evidence(None, true).into_iter().collect()));
    }
    let missing = || Refusal::NotFound("organisation", body.id.clone());
    let slug = organisations::find(act.tx, &body.id).await?.ok_or_else(missing)?.organisation.slug;
    let known = expected::nil_returns_of(act.tx, std::slice::from_ref(&slug)).await?.remove(&slug);
    let same_day = |one: &NilReturn| one.withdrawn_on.is_none() && one.declared_on == said.declared_on;
    if known.unwrap_or_default().iter().any(same_day) {
        let on = said.declared_on;
        let why = format!("'{}' has a nil return of {on} already: withdraw that one first", body.name);
        return Err(Refusal::Conflict(why));
    }
    let new = NewNilReturn {
        declared_on: said.declared_on,
        holds_until: said.holds_until,
        statement: said.statement.clone(),
        evidence_url: said.evidence_url.clone(),
        by_body,
    };
    let id = expected::file(act.tx, &body.id, &new, act.actor.person_id(), act.now).await?;
    let detail = format!("declared on {}, holds until {}", new.declared_on, new.holds_until);
    let deed = Deed {
        owner: Some(&body.id),
        detail: Some(&detail),
        ..Deed::new("nil_return.file", "nil_return", &id)
    };
    act.note(role, deed).await?;
    expected::find(act.tx, &body.id, &id).await?.ok_or_else(missing)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(declared_on: &str, until: Option<&str>, statement: &str, expected: &[&str]) {
        let day = |text: &str| text.parse().unwrap();
        let made = NilDeclaration::new(day(declared_on), until.map(day), statement, None, day("2026-11-21"));
        let found: Vec<String> = match made {
            Ok(_) => Vec::new(),
            Err(Refusal::Invalid(findings)) => findings.into_iter().map(|one| one.code).collect(),
            Err(other) => panic!("{other:?}"),
        };
        assert_eq!(found, expected, "{declared_on} {until:?}");
    }

    #[test]
    fn a_nil_return_is_of_a_day_that_came_and_holds_for_twelve_months_at_most() {
        check("2026-11-21", None, "We use none.", &[]);
        check("2026-11-21", Some("2027-11-21"), "We use none.", &[]);
        check("2026-11-21", Some("2027-11-22"), "We use none.", &["out-of-range"]);
        check("2026-11-21", Some("2026-11-20"), "We use none.", &["dates-out-of-order"]);
        check("2026-11-22", None, " ", &["in-the-future", "bad-text"]);
    }
}
