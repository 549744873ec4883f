//! Setting that a body is expected to publish, by an administrator.

use chrono::NaiveDate;
use domain::Finding;
use domain::authorisation::{Object, Permission};
use store::names::expected::{self, Expected, NewExpectation};
use store::names::organisations::{self, Resolution};
use store::people::audit::Deed;

use crate::text::evidence;
use crate::{Act, Known, Refusal, reason};

/// Why a body is expected to publish, checked.
#[derive(Debug, Clone)]
pub struct WhyExpected(NewExpectation);

impl WhyExpected {
    /// Since when, why, and where that can be read; `today` is the day of the act.
    ///
    /// Errors: [`Refusal::Invalid`], listing everything that is wrong. What is expected only from a future day on is
    /// set on that day: until then nobody is late.
    pub fn new(since: NaiveDate, why: &str, evidence_url: &str, today: NaiveDate) -> Result<Self, Refusal> {
        let mut findings = Vec::new();
        if since > today {
            findings.push(in_the_future("/since", since));
        }
        let why = match reason("/why", Some(why.to_owned()), true) {
            Ok(why) => why.unwrap_or_default(),
            Err(Refusal::Invalid(found)) => {
                findings.extend(found);
                String::new()
            }
            Err(other) => return Err(other),
        };
        findings.extend(evidence(Some(evidence_url), true));
        if !findings.is_empty() {
            return Err(Refusal::Invalid(findings));
        }
        Ok(Self(NewExpectation { since, why, evidence_url: evidence_url.to_owned() }))
    }
}

/// A day that must have come already, and has not.
pub(crate) fn in_the_future(pointer: &str, day: NaiveDate) -> Finding {
    Finding::error(pointer, "in-the-future", format!("{day} has not come yet"))
        .hint("give today or an earlier day")
}

/// Sets why a body is expected to publish; what was in force before and differs ends. Setting the same again
/// changes nothing and leaves no line in the audit trail. The transaction must be a public one.
///
/// Errors: [`Refusal::Forbidden`]; [`Refusal::Conflict`] for a name that no registered body has.
pub async fn expect_organisation(
    act: &Act<'_>,
    body: &Known,
    why: &WhyExpected,
) -> Result<Expected, Refusal> {
    let role = act.may(Permission::ManageOrganisations, Object::Register)?;
    let found = organisations::find(act.tx, &body.id).await?;
    if found.is_none_or(|found| found.resolution == Resolution::Unresolved) {
        return Err(Refusal::Conflict(format!(
            "'{}' is only a name in records: enter the body, or merge the name into the body it means",
            body.name
        )));
    }
    let WhyExpected(new) = why;
    let done = expected::expect(act.tx, &body.id, new, act.actor.person_id(), act.now).await?;
    if done != Expected::Unchanged {
        let detail = format!("since {}, see {}", new.since, new.evidence_url);
        let deed = Deed {
            owner: Some(&body.id),
            reason: Some(&new.why),
            detail: Some(&detail),
            ..Deed::new("organisation.expect", "organisation", &body.id)
        };
        act.note(role, deed).await?;
    }
    Ok(done)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_that_is_wrong_is_told_at_once() {
        let today = "2026-11-21".parse().unwrap();
        let wrong = WhyExpected::new("2026-11-22".parse().unwrap(), " ", "nowhere", today).unwrap_err();
        let Refusal::Invalid(findings) = wrong else { panic!("{wrong:?}") };
        let at: Vec<&str> = findings.iter().map(|finding| finding.field.as_str()).collect();
        assert_eq!(at, ["/since", "/why", "/evidence_url"]);
        assert!(WhyExpected::new(today, "ATRS policy", "https://policy.example/atrs", today).is_ok());
    }
}
