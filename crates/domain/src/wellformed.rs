//! The form of one value: web addresses, mailboxes, jurisdictions and language tags.

use crate::fields::{Field, FieldKind};
use crate::finding::Finding;
use crate::mailbox::{self, Holder};

/// What is wrong with the form of an address, mailbox, jurisdiction or language tag.
pub fn form(field: &Field, text: &str) -> Option<Finding> {
    match field.kind {
        FieldKind::Url => address(field.name, text),
        FieldKind::Email => mailbox(field.name, text),
        FieldKind::Jurisdiction if !is_jurisdiction(text) => Some(
            Finding::error(
                field.name,
                "unknown-jurisdiction",
                format!("'{text}' is not a country or a part of one"),
            )
            .hint("write ISO 3166, such as GB, GB-WLS, NL or US"),
        ),
        FieldKind::Language if !is_language(text) => Some(
            Finding::error(field.name, "unknown-language", format!("'{text}' is not a language tag"))
                .hint("write BCP 47, such as en, cy or nl"),
        ),
        _ => None,
    }
}

/// Whether a text is an ISO 3166-1 alpha-2 or ISO 3166-2 code in use.
pub fn is_jurisdiction(text: &str) -> bool {
    match text.len() {
        2 => rust_iso3166::from_alpha2(text).is_some(),
        _ => {
            rust_iso3166::iso3166_2::from_code(text).is_some()
                || matches!(text, "GB-UKM" | "GB-GBN" | "GB-EAW")
        }
    }
}

/// What is wrong with a web address.
pub fn address(field: &str, text: &str) -> Option<Finding> {
    let fault = match url::Url::parse(text) {
        Err(error) => error.to_string(),
        Ok(url) if !matches!(url.scheme(), "http" | "https") => {
            format!("{} is not a web address", url.scheme())
        }
        Ok(url) if !url.username().is_empty() || url.password().is_some() => {
            "it carries a user name".to_owned()
        }
        Ok(_) if text.chars().any(char::is_whitespace) => "it has white space".to_owned(),
        Ok(_) => return None,
    };
    Some(
        Finding::error(
            field,
            "bad-url",
            format!("'{}' is not an address: {fault}", crate::text::short(text)),
        )
        .hint("write a full address that starts with https://"),
    )
}

/// Whether a text is a web address that may be published as a link.
pub fn is_address(text: &str) -> bool {
    address("", text).is_none()
}

/// What is wrong with a mailbox: its form, or whose it seems to be.
pub fn mailbox(field: &str, text: &str) -> Option<Finding> {
    let form = text.split_once('@').is_some_and(|(local, domain)| {
        !local.is_empty()
            && domain.contains('.')
            && !text.chars().any(char::is_whitespace)
            && !domain.contains('@')
    });
    if !form {
        return Some(
            Finding::error(field, "bad-email", format!("'{}' is not a mailbox", crate::text::short(text)))
                .hint("write a role mailbox, such as algorithms@council.example"),
        );
    }
    let shown = crate::text::short(text);
    let hint = "the register publishes role mailboxes only, such as info@ or algorithms@";
    match mailbox::holder(text) {
        Holder::Role => None,
        Holder::Person => Some(
            Finding::error(field, "personal-mailbox", format!("'{shown}' looks like a person's mailbox"))
                .hint(format!(
                    "{hint}; if it is a role's, add a field statement: confirmed, with the reason"
                )),
        ),
        Holder::Unclear => Some(
            Finding::warning(field, "unclear-mailbox", format!("'{shown}' may be a person's mailbox"))
                .hint(format!("{hint}; leave it as it is if it is a role's")),
        ),
    }
}

/// Whether a text is a BCP 47 language tag.
pub fn is_language(text: &str) -> bool {
    crate::language::is_tag(text)
}
