//! The mailbox of a role in a cell.

use domain::mailbox;

/// The first role mailbox in a text.
pub(super) fn role_mailbox(text: &str) -> Option<String> {
    text.split(|letter: char| letter.is_whitespace() || matches!(letter, ',' | ';' | '<' | '>' | '(' | ')'))
        .map(|word| word.trim_end_matches('.').trim_start_matches("mailto:"))
        .find(|word| word.contains('@') && mailbox::is_role_mailbox(word))
        .map(str::to_owned)
}
