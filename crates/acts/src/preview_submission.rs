//! Creating a preview link, which shows a submission to people without an account.

use chrono::{DateTime, TimeDelta, Utc};
use domain::Finding;
use domain::authorisation::Permission;
use domain::codes::SubmissionState;
use store::ground::secret::{Opens, Secret};
use store::people::audit::Deed;
use store::people::previews::{self, PreviewLink};

use crate::submissions::{object_of, submission_for};
use crate::{Act, Refusal};

/// Default lifetime of a link, in hours.
const HOURS_DEFAULT: i64 = 72;
/// Longest lifetime of a link, in hours.
const HOURS_MAX: i64 = 24 * 30;

/// Lifetime of a preview link, in hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PreviewHours(i64);

impl PreviewHours {
    /// Defaults to three days. Errors: [`Refusal::Invalid`] outside 1 hour to 30 days.
    pub fn new(hours: Option<i64>) -> Result<Self, Refusal> {
        let hours = hours.unwrap_or(HOURS_DEFAULT);
        if !(1..=HOURS_MAX).contains(&hours) {
            let finding = Finding::error("/hours", "out-of-range", format!("{hours} hours"));
            return Err(Refusal::invalid(finding.hint(format!("write a number from 1 to {HOURS_MAX}"))));
        }
        Ok(Self(hours))
    }
}

/// A preview link.
pub struct Preview {
    /// The secret that opens it.
    pub secret: Secret,
    /// Its id, by which it is revoked.
    pub id: String,
    /// When it stops working.
    pub expires_at: DateTime<Utc>,
}

/// Creates a preview link, which works until it expires, is revoked, or its draft is published, discarded or
/// withdrawn.
///
/// Errors: [`Refusal::NotFound`], [`Refusal::Forbidden`]; [`Refusal::NotNow`] when the submission is no draft any
/// more.
pub async fn preview_submission(act: &Act<'_>, id: &str, hours: PreviewHours) -> Result<Preview, Refusal> {
    let permission = Permission::PreviewSubmission;
    let submission = submission_for(act.tx, act.actor, id, permission).await?;
    let role = act.may(permission, object_of(&submission))?;
    let person = act.actor.somebody(permission)?;
    if matches!(submission.state, SubmissionState::Published | SubmissionState::Discarded) {
        let detail = format!("a submission that is {} has no preview", submission.state);
        return Err(Refusal::NotNow { detail, allowed: Vec::new() });
    }
    let secret = Secret::new(Opens::Preview);
    let link = PreviewLink {
        id: uuid::Uuid::now_v7().to_string(),
        submission: id.to_owned(),
        made_by: person.to_owned(),
        created_at: act.now,
        expires_at: act.now + TimeDelta::hours(hours.0),
    };
    previews::keep(act.tx, &link, &secret.sha256()).await?;
    let deed = Deed { owner: Some(&submission.owner), ..Deed::new("submission.preview", "submission", id) };
    act.note(role, deed).await?;
    Ok(Preview { secret, id: link.id, expires_at: link.expires_at })
}
