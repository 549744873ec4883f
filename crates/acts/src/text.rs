//! Texts that people write to go with an act: checked before the writer is taken.

use domain::Finding;

use crate::Refusal;

/// The longest plain text, in characters.
const TEXT_MAX: usize = 4_000;

/// The longest label, in characters.
const LABEL_MAX: usize = 100;

/// The longest reason, in characters.
pub const REASON_MAX: usize = 2_000;

/// What somebody says about a record, in public and in plain text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// What they say.
    pub text: String,
    /// Where the evidence is.
    pub evidence_url: Option<String>,
}

impl Statement {
    /// Errors: [`Refusal::Invalid`] when the text is empty or too long, or the address is none.
    pub fn new(text: &str, evidence_url: Option<String>) -> Result<Self, Refusal> {
        let text = plain_text("/text", text)?;
        match evidence_url.as_deref().and_then(|url| domain::validate::address("/evidence_url", url)) {
            Some(finding) => Err(Refusal::invalid(finding)),
            None => Ok(Self { text, evidence_url }),
        }
    }
}

/// What somebody says in plain text, tidied. Errors: [`Refusal::Invalid`] when it is empty or too long.
pub fn plain_text(pointer: &str, text: &str) -> Result<String, Refusal> {
    let long = text.chars().count() > TEXT_MAX;
    let text = domain::text::clean(text);
    if text.is_empty() || long {
        let finding = Finding::error(pointer, "bad-text", "the text is empty or too long");
        return Err(Refusal::invalid(finding.hint(format!("write 1 to {TEXT_MAX} characters"))));
    }
    Ok(text)
}

/// A reason or a note, tidied. Errors: [`Refusal::Invalid`] when it is too long, or needed and missing.
pub fn reason(pointer: &str, text: Option<String>, needed: bool) -> Result<Option<String>, Refusal> {
    // Measured before it is tidied: the schema speaks of what is sent.
    let long = text.as_ref().is_some_and(|text| text.chars().count() > REASON_MAX);
    let text = text.map(|text| domain::text::clean(&text)).filter(|text| !text.is_empty());
    let refuse = |code, message: String, hint: &str| {
        Err(Refusal::invalid(Finding::error(pointer, code, message).hint(hint)))
    };
    match &text {
        _ if long => {
            refuse("too-long", format!("at most {REASON_MAX} characters fit"), "say it in fewer words")
        }
        None if needed => refuse("required", "a reason is needed".to_owned(), "say in a sentence why"),
        _ => Ok(text),
    }
}

/// What its owner calls a token or a webhook (`of`), on one line. Errors: what is wrong, at `/label`.
pub fn label(label: &str, of: &str) -> Result<String, Finding> {
    let tidied = domain::text::one_line(label);
    if tidied.is_empty() || label.chars().count() > LABEL_MAX {
        let finding = Finding::error("/label", "bad-label", "the label is empty or too long");
        return Err(finding.hint(format!("say in 1 to {LABEL_MAX} characters what the {of} is for")));
    }
    Ok(tidied)
}
