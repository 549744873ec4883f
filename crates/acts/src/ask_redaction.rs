//! Asking for a redaction. Another person decides.

use domain::authorisation::Permission;
use domain::codes::{Role, WithheldGround};
use domain::redaction::{Redaction, Target, WORDS_MIN};
use domain::{Finding, RecordId};
use store::across::redactions::{self, Stored};

use crate::records::record_for;
use crate::redactions::note;
use crate::{Act, Refusal, reason};

/// The longest words or JSON pointer, in characters.
const TARGET_MAX: usize = 500;

/// A request for a redaction, checked as far as possible without the record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RedactionRequest {
    what: What,
    ground: WithheldGround,
    reason: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum What {
    Words(String),
    /// A JSON pointer, and the version to read it in; `None` for the current one.
    Pointer(String, Option<i64>),
}

impl RedactionRequest {
    /// Takes either a `pointer` (with an optional `version`) or `words`. Errors: [`Refusal::Invalid`].
    pub fn new(
        pointer: Option<String>,
        version: Option<i64>,
        words: Option<String>,
        ground: WithheldGround,
        why: String,
    ) -> Result<Self, Refusal> {
        let what = what(pointer, version, words)?;
        let reason = reason("/reason", Some(why), true)?.unwrap_or_default();
        Ok(Self { what, ground, reason })
    }
}

fn what(pointer: Option<String>, version: Option<i64>, words: Option<String>) -> Result<What, Refusal> {
    let refuse = |pointer: &str, code, message: &str, hint: &str| {
        Err(Refusal::invalid(Finding::error(pointer, code, message).hint(hint)))
    };
    match (pointer, words) {
        (Some(pointer), None) if pointer.starts_with('/') && pointer.chars().count() <= TARGET_MAX => {
            Ok(What::Pointer(pointer, version))
        }
        (Some(_), None) => refuse(
            "/pointer",
            "bad-value",
            "this is not a JSON pointer to a value in a record",
            "begin with a slash and the name of a field, such as /description",
        ),
        (None, Some(words)) => {
            let long = words.chars().count() > TARGET_MAX;
            let words = domain::text::clean(&words);
            if long || words.chars().count() < WORDS_MIN {
                return refuse(
                    "/words",
                    "bad-text",
                    "the words are too short or too long",
                    "write 3 to 500 characters, exactly as in the text",
                );
            }
            Ok(What::Words(words))
        }
        _ => refuse("", "required", "say what to remove: a pointer, or words", "send one of them"),
    }
}

/// Stores a request until another person decides, and returns it with the places it would remove. An
/// administrator's request is matched against public text only: sealed text is a matter for the record's own
/// body.
///
/// Errors: [`Refusal::NotFound`], [`Refusal::Forbidden`]; [`Refusal::Invalid`] when the record does not
/// contain it; [`Refusal::Conflict`] when it cannot be removed on its own.
pub async fn ask_redaction(
    act: &Act<'_>,
    id: RecordId,
    request: RedactionRequest,
) -> Result<Stored, Refusal> {
    let record = record_for(act, id, Permission::AskRedaction).await?;
    let role = act.may(Permission::AskRedaction, record.object())?;
    let person = act.actor.somebody(Permission::AskRedaction)?;
    let id = id.to_string();
    let sealed = role != Some(Role::Admin);
    let target = target(act, &id, request.what, sealed).await?;
    let redaction = Redaction { target, ground: request.ground, reason: request.reason };
    if redaction.reason_repeats() {
        let message = "the reason repeats what is to be removed, and reasons stay public";
        let finding = Finding::error("/reason", "bad-text", message);
        return Err(Refusal::invalid(finding.hint("say what kind of thing it is")));
    }
    let shown = redactions::places(act.tx, &id, &redaction, sealed).await?;
    if shown.is_empty() {
        return Err(not_there("/words", "write the words exactly as in the record's text"));
    }
    // Only public places are stored: people who may not read sealed text see the list of pending requests.
    let public = redactions::places(act.tx, &id, &redaction, false).await?;
    let mut asked = Stored::asked(&id, record.owner.as_deref(), redaction, person, act.now);
    asked.places = public;
    redactions::insert(act.tx, &asked).await?;
    note(act, role, "redaction.ask", &asked).await?;
    asked.places = shown;
    Ok(asked)
}

async fn target(act: &Act<'_>, id: &str, what: What, sealed: bool) -> Result<Target, Refusal> {
    match what {
        What::Words(words) => Ok(Target::Words(words)),
        What::Pointer(pointer, version) => {
            let found = redactions::value(act.tx, id, &pointer, version, sealed).await?;
            let found =
                found.map_err(|error| Refusal::Conflict(format!("{error}: name what it is part of")))?;
            let hint = "point at a value, such as /description or /datasets/0/steward";
            let value = found.ok_or_else(|| not_there("/pointer", hint))?;
            Ok(Target::Field { pointer, value })
        }
    }
}

fn not_there(pointer: &str, hint: &str) -> Refusal {
    let finding = Finding::error(pointer, "not-there", "no version of the record contains it");
    Refusal::invalid(finding.hint(hint))
}
