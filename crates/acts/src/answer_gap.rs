//! Answering a gap, by the body concerned or by an administrator.

use domain::authorisation::{Object, Permission};
use domain::codes::{Code, GapStatus, LinkState, Role};
use domain::{Finding, RecordId};
use store::people::audit::Deed;
use store::procurement::gaps::{self, Gap, Reply};
use store::procurement::links::{self, Judgement};

use crate::{Act, Actor, Refusal, owned_record};

/// An answer to a gap.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GapAnswer {
    /// The gap's status from now on.
    pub status: GapStatus,
    /// The reason: public plain text.
    pub statement: String,
    /// The record that accounts for the purchase.
    pub record: Option<RecordId>,
}

/// Who is answering, and for whom.
struct Speaker {
    /// `None` on the command line.
    role: Option<Role>,
    /// Slug of the body; `None` when the register itself answers.
    body: Option<String>,
}

impl Speaker {
    /// The command line answers as an administrator.
    fn as_role(&self) -> Role {
        self.role.unwrap_or(Role::Admin)
    }
}

/// Adds an answer to a gap. An answer that names a record also confirms the link between that record and the
/// gap's contract.
///
/// Errors: [`Refusal::NotFound`], [`Refusal::Forbidden`]; [`Refusal::Invalid`] when this role may not give
/// this answer, or the record does not account for the purchase.
pub async fn answer_gap(act: &Act<'_>, id: &str, answer: GapAnswer) -> Result<Gap, Refusal> {
    let missing = || Refusal::NotFound("gap", id.to_owned());
    let (gap, contract) = gaps::find(act.tx, id).await?.ok_or_else(missing)?;
    let owner = owner(act, &gap).await?;
    let speaker = speaker(act, &gap, owner.as_deref())?;
    let GapAnswer { status, statement, record } = answer;
    check(status, speaker.as_role(), record.is_some(), contract.is_some())?;
    if let (Some(record), Some(contract)) = (record, contract) {
        let said = Judgement { state: LinkState::Confirmed, role: speaker.as_role(), reason: &statement };
        link(act, record, contract, owner.as_deref(), &said).await?;
    }
    let reply = Reply {
        status,
        statement: statement.clone(),
        record_id: record.map(|id| id.to_string()),
        organisation: speaker.body,
        made_at: act.now,
    };
    let answered = gaps::reply(act.tx, &gap, reply).await?;
    let deed = Deed {
        owner: owner.as_deref(),
        reason: Some(&statement),
        detail: Some(status.as_str()),
        ..Deed::new("gap.reply", "gap", id)
    };
    act.note(speaker.role, deed).await?;
    Ok(answered)
}

/// Id of the body the gap is put to; `None` when there is none, or its name does not resolve.
async fn owner(act: &Act<'_>, gap: &Gap) -> Result<Option<String>, Refusal> {
    let Some(slug) = &gap.organisation else { return Ok(None) };
    let body = store::names::organisations::find(act.tx, slug).await?;
    Ok(body.and_then(|body| body.organisation.id).map(|id| id.to_string()))
}

/// A person who may reply for the body answers as the body; otherwise an administrator answers for the
/// register.
fn speaker(act: &Act<'_>, gap: &Gap, owner: Option<&str>) -> Result<Speaker, Refusal> {
    if let (Actor::Person(caller), Some(owner)) = (act.actor, owner)
        && let Some(grant) = caller.grant(Permission::Reply, Object::Of { owner, about_others: false })
    {
        return Ok(Speaker { role: Some(grant.role), body: gap.organisation.clone() });
    }
    Ok(Speaker { role: act.may(Permission::Moderate, Object::Register)?, body: None })
}

/// Checks that a role may give this answer. Errors: [`Refusal::Invalid`], whose hint lists the statuses it
/// may set.
fn check(status: GapStatus, role: Role, record: bool, contract: bool) -> Result<(), Refusal> {
    let own: &[GapStatus] = match role {
        Role::Admin => &[GapStatus::Asked, GapStatus::RejectedWrongMatch],
        _ => &[GapStatus::Explained, GapStatus::Registered, GapStatus::RejectedWrongMatch],
    };
    let refuse = |pointer, code, message: &str, hint: &str| {
        Err(Refusal::invalid(Finding::error(pointer, code, message).hint(hint)))
    };
    if !own.contains(&status) {
        let names: Vec<&str> = own.iter().map(|status| status.as_str()).collect();
        let message = format!("'{status}' is not for {role}s to say");
        return refuse("/status", "not-yours", &message, &format!("use one of: {}", names.join(", ")));
    }
    if (status == GapStatus::Registered) != record {
        let message = "a record and the status registered go together";
        let hint = "name the record that answers for the purchase, with status registered";
        return refuse("/record_id", "required", message, hint);
    }
    if record && !contract {
        let hint = "explain it, or publish a new version that names its contract";
        return refuse("/record_id", "no-contract", "this gap does not concern a contract", hint);
    }
    Ok(())
}

/// Links the record that accounts for the purchase to the contract. Naming a record amounts to judging a
/// link, so it needs the same permission.
async fn link(
    act: &Act<'_>,
    record: RecordId,
    contract: i64,
    owner: Option<&str>,
    said: &Judgement<'_>,
) -> Result<(), Refusal> {
    let found = owned_record(act.tx, record).await?;
    let refused = |code, message: String, hint: &str| {
        Refusal::invalid(Finding::error("/record_id", code, message).hint(hint))
    };
    if found.owner.as_deref() != owner {
        let hint = "name a record that this body answers for";
        return Err(refused("not-yours", format!("{record} is another body's record"), hint));
    }
    if let Some(owner) = owner {
        act.may(Permission::JudgeLink, Object::Of { owner, about_others: false })?;
    }
    let hint = "explain it, or name another record";
    if found.standing.withdrawn {
        return Err(refused("withdrawn", format!("{record} was withdrawn"), hint));
    }
    if !links::state(act.tx, contract, &record.to_string(), said, act.now).await? {
        return Err(refused(
            "rejected-link",
            format!("an administrator found that {record} is no match"),
            hint,
        ));
    }
    Ok(())
}
