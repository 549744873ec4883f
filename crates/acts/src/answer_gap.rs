//! Answering a gap, by the body concerned or by an administrator.

use domain::authorisation::{Object, Permission};
use domain::codes::{Code, GapStatus, LinkState, Role};
use domain::{Finding, RecordId};
use store::StoreError;
use store::people::audit::Deed;
use store::people::replies::{PendingReply, RepliesTo};
use store::procurement::gaps::{self, Gap, Reply};
use store::procurement::links::{self, Judgement};

use crate::replies::keep;
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

/// What became of an answer.
#[derive(Debug, Clone, PartialEq)]
pub enum Answered {
    /// It is shown with the gap.
    Now(Gap),
    /// It waits for another person of the body. The gap is as it was.
    Waits(Gap),
}

/// Who is answering, and for whom.
enum Speaker {
    /// The body, by its id.
    Body(String, Option<Role>),
    /// The register itself; the role is `None` on the command line.
    Register(Option<Role>),
}

/// Answers a gap. What a body says waits for another of its people; what an administrator says for the register
/// is shown at once.
///
/// Errors: [`Refusal::NotFound`], [`Refusal::Forbidden`]; [`Refusal::Invalid`] when this role may not give
/// this answer, or the record does not account for the purchase.
pub async fn answer_gap(act: &Act<'_>, id: &str, answer: GapAnswer) -> Result<Answered, Refusal> {
    let missing = || Refusal::NotFound("gap", id.to_owned());
    let (gap, contract) = gaps::find(act.tx, id).await?.ok_or_else(missing)?;
    let owner = owner(act, &gap).await?;
    match speaker(act, owner.clone())? {
        Speaker::Body(body, role) => {
            let as_role = role.unwrap_or(Role::Contributor);
            check(answer.status, as_role, answer.record.is_some(), contract.is_some())?;
            if let Some(record) = answer.record {
                linkable(act, record, Some(&body)).await?;
            }
            let reply = PendingReply {
                id: uuid::Uuid::now_v7().to_string(),
                organisation: body,
                to: RepliesTo::Gap {
                    id: gap.id.clone(),
                    status: answer.status,
                    record_id: answer.record.map(|id| id.to_string()),
                },
                text: answer.statement,
                evidence: None,
                written_by: act.actor.somebody(Permission::Reply)?.to_owned(),
                created_at: act.now,
            };
            keep(act, role, &reply).await?;
            Ok(Answered::Waits(gap))
        }
        Speaker::Register(role) => {
            check(answer.status, role.unwrap_or(Role::Admin), answer.record.is_some(), contract.is_some())?;
            Ok(Answered::Now(add(act, role, &gap, contract, owner.as_deref(), None, answer).await?))
        }
    }
}

/// Shows a body's approved answer with its gap. An answer that names a record also confirms the link between that
/// record and the gap's contract, which its approver must be allowed to do.
///
/// Errors: [`Refusal::Conflict`] when the gap is put to another body now; as for [`answer_gap`].
pub(crate) async fn show(
    act: &Act<'_>,
    role: Option<Role>,
    reply: &PendingReply,
    id: &str,
    status: GapStatus,
    record_id: Option<&str>,
) -> Result<(), Refusal> {
    let missing = || Refusal::NotFound("gap", id.to_owned());
    let (gap, contract) = gaps::find(act.tx, id).await?.ok_or_else(missing)?;
    if owner(act, &gap).await?.as_ref() != Some(&reply.organisation) {
        let why = "the gap is put to another body now: decline the reply";
        return Err(Refusal::Conflict(why.to_owned()));
    }
    let record = record_id
        .map(str::parse)
        .transpose()
        .map_err(|error| StoreError::inconsistent("pending_replies", "named_record", &reply.id, error))?;
    check(status, role.unwrap_or(Role::Approver), record.is_some(), contract.is_some())?;
    let answer = GapAnswer { status, statement: reply.text.clone(), record };
    let body = gap.organisation.clone();
    add(act, role, &gap, contract, Some(&reply.organisation), body, answer).await?;
    Ok(())
}

/// Adds an answer to a gap; `body` is the slug of the body that answers, `None` for the register.
async fn add(
    act: &Act<'_>,
    role: Option<Role>,
    gap: &Gap,
    contract: Option<i64>,
    owner: Option<&str>,
    body: Option<String>,
    answer: GapAnswer,
) -> Result<Gap, Refusal> {
    let GapAnswer { status, statement, record } = answer;
    if let (Some(record), Some(contract)) = (record, contract) {
        let role = role.unwrap_or(if body.is_some() { Role::Approver } else { Role::Admin });
        let said = Judgement { state: LinkState::Confirmed, role, reason: &statement };
        link(act, record, contract, owner, &said).await?;
    }
    let reply = Reply {
        status,
        statement: statement.clone(),
        record_id: record.map(|id| id.to_string()),
        organisation: body,
        made_at: act.now,
    };
    let answered = gaps::reply(act.tx, gap, reply).await?;
    let deed = Deed {
        owner,
        reason: Some(&statement),
        detail: Some(status.as_str()),
        ..Deed::new("gap.reply", "gap", &gap.id)
    };
    act.note(role, deed).await?;
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
fn speaker(act: &Act<'_>, owner: Option<String>) -> Result<Speaker, Refusal> {
    if let (Actor::Person(caller), Some(owner)) = (act.actor, owner)
        && let Some(grant) =
            caller.grant(Permission::Reply, Object::Of { owner: &owner, about_others: false })
    {
        return Ok(Speaker::Body(owner, Some(grant.role)));
    }
    Ok(Speaker::Register(act.may(Permission::Moderate, Object::Register)?))
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

fn refused(code: &str, message: String, hint: &str) -> Refusal {
    Refusal::invalid(Finding::error("/record_id", code, message).hint(hint))
}

/// Checks that a record can account for a purchase of this body. Errors: [`Refusal::Invalid`].
async fn linkable(act: &Act<'_>, record: RecordId, owner: Option<&str>) -> Result<(), Refusal> {
    let found = owned_record(act.tx, record).await?;
    if found.owner.as_deref() != owner {
        let hint = "name a record that this body answers for";
        return Err(refused("not-yours", format!("{record} is another body's record"), hint));
    }
    if found.standing.withdrawn {
        return Err(refused("withdrawn", format!("{record} was withdrawn"), ANOTHER));
    }
    Ok(())
}

/// What to do when a record cannot account for a purchase.
const ANOTHER: &str = "explain it, or name another record";

/// Links the record that accounts for the purchase to the contract. Naming a record amounts to judging a
/// link, so it needs the same permission.
async fn link(
    act: &Act<'_>,
    record: RecordId,
    contract: i64,
    owner: Option<&str>,
    said: &Judgement<'_>,
) -> Result<(), Refusal> {
    linkable(act, record, owner).await?;
    if let Some(owner) = owner {
        act.may(Permission::JudgeLink, Object::Of { owner, about_others: false })?;
    }
    if !links::state(act.tx, contract, &record.to_string(), said, act.now).await? {
        let message = format!("an administrator found that {record} is no match");
        return Err(refused("rejected-link", message, ANOTHER));
    }
    Ok(())
}
