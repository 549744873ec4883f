//! Mailboxes in texts of other registers: those of roles stay, those of people are left out.

use domain::mailbox;

/// Replaces personal mailboxes in a text. Role mailboxes stay.
pub fn hide_mailboxes(text: &str) -> String {
    if !text.contains('@') {
        return text.to_owned();
    }
    text.split_inclusive(char::is_whitespace)
        .map(|word| {
            let bare = word.trim_matches(|letter: char| !letter.is_alphanumeric());
            let personal =
                bare.split_once('@').is_some_and(|(local, domain)| !local.is_empty() && domain.contains('.'))
                    && !mailbox::is_role_mailbox(bare)
                    && !bare.contains("://");
            if personal { word.replace(bare, "[mailbox left out]") } else { word.to_owned() }
        })
        .collect()
}

/// The first role mailbox in a text.
pub(super) fn role_mailbox(text: &str) -> Option<String> {
    text.split(|letter: char| letter.is_whitespace() || matches!(letter, ',' | ';' | '<' | '>' | '(' | ')'))
        .map(|word| word.trim_end_matches('.').trim_start_matches("mailto:"))
        .find(|word| word.contains('@') && mailbox::is_role_mailbox(word))
        .map(str::to_owned)
}
