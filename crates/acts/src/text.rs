//! Text that people write with an act, checked before the single writer is taken.

use domain::Finding;

use crate::Refusal;

/// The longest plain text, in characters.
const TEXT_MAX: usize = 4_000;

/// The longest label, in characters.
const LABEL_MAX: usize = 100;

/// The longest reason, in characters.
pub const REASON_MAX: usize = 2_000;

/// A public plain-text statement about a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// The statement.
    pub text: String,
    /// Link to the evidence.
    pub evidence_url: Option<String>,
}

impl Statement {
    /// Errors: [`Refusal::Invalid`] when the text is empty or too long, or the address is not valid.
    pub fn new(text: &str, evidence_url: Option<String>) -> Result<Self, Refusal> {
        let text = plain_text("/text", text)?;
        match evidence(evidence_url.as_deref(), false) {
            Some(finding) => Err(Refusal::invalid(finding)),
            None => Ok(Self { text, evidence_url }),
        }
    }
}

/// What is wrong with the address of evidence, or with its absence where it is needed.
pub(crate) fn evidence(url: Option<&str>, needed: bool) -> Option<Finding> {
    match url {
        Some(url) => domain::validate::address("/evidence_url", url),
        None if needed => Some(
            Finding::error("/evidence_url", "required", "it is not said where this can be read")
                .hint("give the address of the law, policy or letter"),
        ),
        None => None,
    }
}

/// Tidies plain text. Errors: [`Refusal::Invalid`] when it is empty or too long.
pub fn plain_text(pointer: &str, text: &str) -> Result<String, Refusal> {
    let long = text.chars().count() > TEXT_MAX;
    let text = domain::text::clean(text);
    if text.is_empty() || long {
        let finding = Finding::error(pointer, "bad-text", "the text is empty or too long");
        return Err(Refusal::invalid(finding.hint(format!("write 1 to {TEXT_MAX} characters"))));
    }
    Ok(text)
}

/// Tidies a reason or note. Errors: [`Refusal::Invalid`] when it is too long, or required and missing.
pub fn reason(pointer: &str, text: Option<String>, needed: bool) -> Result<Option<String>, Refusal> {
    // Measured before tidying, because the API schema limits what is sent.
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

/// Tidies the label of a token or webhook (`of`) to one line. Errors: what is wrong, at `/label`.
pub fn label(label: &str, of: &str) -> Result<String, Finding> {
    let tidied = domain::text::one_line(label);
    if tidied.is_empty() || label.chars().count() > LABEL_MAX {
        let finding = Finding::error("/label", "bad-label", "the label is empty or too long");
        return Err(finding.hint(format!("say in 1 to {LABEL_MAX} characters what the {of} is for")));
    }
    Ok(tidied)
}
