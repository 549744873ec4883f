//! What the command line says when an act is refused.

use acts::Refusal;
use anyhow::{Error, anyhow};
use domain::Finding;

/// The words of a refusal, with what to do about it by a command.
pub(crate) fn refused(refusal: Refusal) -> Error {
    match refusal {
        Refusal::Invalid(findings) => {
            let words: Vec<String> = findings.iter().map(words).collect();
            anyhow!(words.join("; "))
        }
        Refusal::NotFound(what, id) => match how_to_find(what) {
            Some(hint) => anyhow!("there is no {what} '{id}' ({hint})"),
            None => anyhow!("there is no {what} '{id}'"),
        },
        Refusal::Withdrawn(record) => anyhow!("the record {} was withdrawn", record.id),
        Refusal::Forbidden(permission) => anyhow!("the command line cannot {}", permission.words()),
        Refusal::Rule(detail)
        | Refusal::Conflict(detail)
        | Refusal::Quota(detail)
        | Refusal::NotNow { detail, .. } => anyhow!(detail),
        Refusal::SignInAgain => anyhow!("sign in again in the browser"),
        Refusal::Stale => anyhow!("somebody changed it meanwhile: try again"),
        Refusal::TooMany => anyhow!("too many of these came in"),
        // As it is: its kind decides the exit code.
        Refusal::Store(error) => error.into(),
    }
}

fn words(finding: &Finding) -> String {
    let hint = match finding.code.as_str() {
        "look-alike" => Some("type it again, or add --reviewed if it is right"),
        "bad-organisation" => Some("name it with --organisation SLUG; leave that out for admin"),
        _ => finding.hint.as_deref(),
    };
    match hint {
        Some(hint) => format!("{} ({hint})", finding.message),
        None => finding.message.clone(),
    }
}

fn how_to_find(what: &str) -> Option<&'static str> {
    match what {
        "organisation" => Some("find its slug with: register organisation list WORDS"),
        "person" => Some("enter one with: register person add"),
        "token" => Some("list them with: register token list EMAIL"),
        _ => None,
    }
}
