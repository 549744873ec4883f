//! Mailboxes in texts: those of roles stay, those of people are left out.

use domain::mailbox::is_role_mailbox;

/// What is written in place of a personal mailbox.
const LEFT_OUT: &str = "[mailbox left out]";
/// What stands between the two parts of a mailbox, in capitals or not. In brackets, spaces may stand around it.
const AT: &[&str] = &["@", "＠", "%40", "&#64;", "&#x40;", "&commat;", "(at)", "[at]", "{at}"];
/// What stands for a point in a mailbox that programs shall not recognise.
const DOTS: &[&str] = &[" (dot) ", "(dot)", " [dot] ", "[dot]", " {dot} ", "{dot}"];

/// Replaces personal mailboxes in a text, also those written as `jane.roe (at) agency.gov`. Role mailboxes stay.
pub fn hide_mailboxes(text: &str) -> String {
    let mut kept = String::new();
    // What is copied already, and where to look on.
    let (mut done, mut from) = (0, 0);
    while let Some((at, mark)) = next_mark(text, from) {
        from = at + mark.len();
        let Some(mailbox) = around(text, done, at, mark) else { continue };
        if !is_role_mailbox(&mailbox.address) {
            kept.push_str(&text[done..mailbox.begins]);
            kept.push_str(LEFT_OUT);
            done = mailbox.ends;
        }
        from = mailbox.ends;
    }
    kept.push_str(&text[done..]);
    kept
}

/// The next sign between the parts of a mailbox.
fn next_mark(text: &str, from: usize) -> Option<(usize, &str)> {
    let starts = |letter: char| matches!(letter, '@' | '＠' | '%' | '&' | '(' | '[' | '{');
    let mut rest = from;
    while let Some(found) = text[rest..].find(starts) {
        let at = rest + found;
        let mark = AT.iter().find_map(|mark| {
            let written = text.get(at..at + mark.len())?;
            written.eq_ignore_ascii_case(mark).then_some(written)
        });
        if let Some(mark) = mark {
            return Some((at, mark));
        }
        rest = at + text[at..].chars().next().map_or(1, char::len_utf8);
    }
    None
}

/// A mailbox, and where it stands in a text.
struct Mailbox {
    begins: usize,
    ends: usize,
    /// As it is usually written.
    address: String,
}

/// The mailbox around a mark, if there is one. It begins after `done`.
fn around(text: &str, done: usize, at: usize, mark: &str) -> Option<Mailbox> {
    let bracketed = mark.starts_with(['(', '[', '{']);
    let (mut before, mut after) = (&text[done..at], &text[at + mark.len()..]);
    if bracketed {
        before = before.trim_end_matches(' ');
        after = after.trim_start_matches(' ');
    }
    let local_begins = before.char_indices().rev().take_while(|(_, letter)| is_local(*letter)).last()?.0;
    let local = before[local_begins..].trim_start_matches(['.', '-', '\'', '’', '+']);
    let begins = done + before.len() - local.len();
    let (host, length) = host(after);
    let labels: Vec<&str> = host.split('.').collect();
    let is_host = labels.len() > 1 && labels.iter().all(|label| !label.is_empty());
    let ends = text.len() - after.len() + length;
    (is_host && !local.is_empty()).then(|| Mailbox { begins, ends, address: format!("{local}@{host}") })
}

fn is_local(letter: char) -> bool {
    letter.is_alphanumeric() || matches!(letter, '.' | '_' | '+' | '-' | '\'' | '’')
}

/// The host at the start of a text as it is usually written, and how long it is in the text.
fn host(text: &str) -> (String, usize) {
    let mut host = String::new();
    let mut length = 0;
    loop {
        let rest = &text[length..];
        let run = rest.find(|letter: char| !(letter.is_alphanumeric() || matches!(letter, '-' | '.')));
        let label = &rest[..run.unwrap_or(rest.len())];
        host.push_str(label);
        length += label.len();
        let rest = &text[length..];
        let dot = DOTS.iter().find(|dot| {
            rest.get(..dot.len()).is_some_and(|written| written.eq_ignore_ascii_case(dot))
                && !label.is_empty()
        });
        match dot {
            Some(dot) => {
                host.push('.');
                length += dot.len();
            }
            None => break,
        }
    }
    // A point or a dash at the end belongs to the sentence.
    let bare = host.trim_end_matches(['.', '-']).len();
    let tail = host.len() - bare;
    host.truncate(bare);
    (host, length - tail)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(hide_mailboxes(text), expected);
    }

    #[test]
    fn personal_mailboxes_are_left_out_and_what_is_around_them_stays() {
        check("ask jane.roe@agency.gov, or info@agency.gov", "ask [mailbox left out], or info@agency.gov");
        check("<p>jane.roe@x.gov.uk</p><p>Two</p>", "<p>[mailbox left out]</p><p>Two</p>");
        check("<p>info@x.gov.uk,jane.roe@x.gov.uk</p>", "<p>info@x.gov.uk,[mailbox left out]</p>");
        check("Mail o'brien.p@x.gov.", "Mail [mailbox left out].");
        check("mailto:jane.roe@x.gov?subject=AI", "mailto:[mailbox left out]?subject=AI");
        check("(jane@x.gov; siân.pugh@x.gov.wales)", "([mailbox left out]; [mailbox left out])");
    }

    #[test]
    fn mailboxes_that_programs_shall_not_recognise_are_recognised() {
        for written in [
            "jane.roe (at) agency.gov",
            "jane.roe[at]agency.gov",
            "Jane.Roe (AT) agency (dot) gov",
            "jane.roe%40agency.gov",
            "jane.roe&#64;agency.gov",
            "jane.roe＠agency.gov",
        ] {
            check(&format!("Ask {written} now"), "Ask [mailbox left out] now");
        }
        check("info (at) agency.gov", "info (at) agency.gov");
    }

    #[test]
    fn what_is_no_mailbox_stays() {
        for text in [
            "@handle",
            "https://medium.example/@jane.roe/post",
            "https://maps.example/@52.1,4.3",
            "at 50% (at most) of a & b [see annex]",
            "user@host",
            "100%40",
            "price @ 12.50",
            "@",
            "é@",
        ] {
            check(text, text);
        }
    }
}
