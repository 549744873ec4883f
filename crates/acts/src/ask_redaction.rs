//! Asking for a redaction. Another person decides. What else has the words is named to both, and goes with it.

use domain::authorisation::Permission;
use domain::codes::{Role, WithheldGround};
use domain::redaction::{Redaction, Target, WORDS_MIN};
use domain::{Finding, RecordId};
use store::across::redactions::{self, Mention, Named, Stored};
use store::ground::objects::Objects;
use store::{Db, StoreError};

use crate::records::{owned_record, record_for};
use crate::redactions::note;
use crate::{Act, Actor, Refusal, reason};

/// The longest words or JSON pointer, in characters.
const TARGET_MAX: usize = 500;

/// A request for a redaction, checked as far as possible without the record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RedactionRequest {
    what: What,
    ground: WithheldGround,
    reason: String,
    documents: Vec<String>,
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
        Ok(Self { what, ground, reason, documents: Vec::new() })
    }

    /// Also deletes these documents of the record, whole, by their SHA-256.
    #[must_use]
    pub fn with_documents(mut self, documents: Vec<String>) -> Self {
        self.documents = documents;
        self.documents.sort_unstable();
        self.documents.dedup();
        self
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

/// The documents of a record, for [`ask_redaction`] to search: read before the writer is taken, since files may
/// be long or far away. Empty for who may not ask.
pub async fn documents_to_search(
    db: &Db,
    objects: &Objects,
    actor: Actor<'_>,
    id: RecordId,
) -> Result<Vec<Named>, StoreError> {
    let record = match owned_record(db, id).await {
        Ok(record) => record,
        // The act says what is wrong.
        Err(Refusal::Store(error)) => return Err(error),
        Err(_) => return Ok(Vec::new()),
    };
    if actor.may(Permission::AskRedaction, record.object()).is_err() {
        return Ok(Vec::new());
    }
    redactions::named_documents(db, objects, &id.to_string(), record.owner.as_deref()).await
}

/// Stores a request until another person decides, and returns it with the places it would remove, and where
/// else the words stand. An administrator's request is matched against public text only: sealed text is a
/// matter for the record's own body. The same request by the same person takes the place of the earlier one.
///
/// Errors: [`Refusal::NotFound`], [`Refusal::Forbidden`]; [`Refusal::Invalid`] when neither the record nor what
/// is kept about it contains it; [`Refusal::Conflict`] when it cannot be removed on its own.
pub async fn ask_redaction(
    act: &Act<'_>,
    id: RecordId,
    request: RedactionRequest,
    named: &[Named],
) -> Result<Stored, Refusal> {
    let record = record_for(act, id, Permission::AskRedaction).await?;
    let role = act.may(Permission::AskRedaction, record.object())?;
    let person = act.actor.somebody(Permission::AskRedaction)?;
    let id = id.to_string();
    let sealed = role != Some(Role::Admin);
    let target = target(act, &id, request.what, sealed).await?;
    let redaction = Redaction { target, ground: request.ground, reason: request.reason };
    if redaction.reason_repeats() {
        let message = "the reason repeats what you want removed, and reasons stay public";
        let finding = Finding::error("/reason", "bad-text", message);
        return Err(Refusal::invalid(finding.hint("say what kind of thing it is")));
    }
    let shown = redactions::places(act.tx, &id, &redaction, sealed).await?;
    // Only public places are stored: people who may not read sealed text see the list of pending requests.
    let public = redactions::places(act.tx, &id, &redaction, false).await?;
    let mut asked = Stored::asked(&id, record.owner.as_deref(), redaction, person, act.now);
    asked.documents = own_documents(request.documents, named, sealed)?;
    asked.only_elsewhere = shown.is_empty();
    let only_sealed = public.is_empty() && !shown.is_empty();
    asked.elsewhere = redactions::look_elsewhere(act.tx, &asked, only_sealed, named).await?;
    if shown.is_empty() && !asked.elsewhere.iter().any(|one| one.goes && (sealed || !one.private)) {
        return Err(not_there("/words", "write the words exactly as in the record's text"));
    }
    asked.places = public;
    for mut earlier in redactions::waiting_for_same(act.tx, &asked).await? {
        redactions::refuse(act.tx, &mut earlier, person, "asked again", act.now).await?;
        note(act, role, "redaction.refuse", &earlier).await?;
    }
    redactions::insert(act.tx, &asked).await?;
    note(act, role, "redaction.ask", &asked).await?;
    asked.places = shown;
    asked.elsewhere = visible(asked.elsewhere, sealed);
    Ok(asked)
}

/// Mentions as somebody may see them who may read sealed texts, or not.
pub fn visible(mut mentions: Vec<Mention>, sealed: bool) -> Vec<Mention> {
    mentions.retain(|one| sealed || !one.private);
    mentions
}

/// The documents to delete. Errors: [`Refusal::Invalid`] for one that the record does not name, or that its body
/// did not upload.
fn own_documents(asked: Vec<String>, named: &[Named], sealed: bool) -> Result<Vec<String>, Refusal> {
    let known =
        |sha256: &String| named.iter().any(|one| one.document.sha256 == *sha256 && (sealed || !one.private));
    match asked.iter().position(|sha256| !known(sha256)) {
        None => Ok(asked),
        Some(place) => {
            let message = "the record names no such document that its body uploaded";
            let finding = Finding::error(format!("/documents/{place}"), "not-there", message);
            Err(Refusal::invalid(
                finding.hint("take sha256 from the document of an assessment in the record"),
            ))
        }
    }
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
