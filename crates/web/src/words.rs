//! Dates, numbers, codes and CommonMark in readable form.

use chrono::{DateTime, NaiveDate, Utc};
use domain::codes::{CodeEntry, VOCABULARIES, Vocabulary};
use domain::facets::{self, Facet};
use domain::fields::{Field, Group};
use pulldown_cmark::{CowStr, Event, Options, Parser, Tag, TagEnd, html};

use crate::language::{Language, named, say, spoken};

/// A day or an instant: `2025-09-30T16:00:00Z` becomes `30 September 2025`. Any other text stays as it is.
pub(crate) fn day(text: &str) -> String {
    day_in(spoken(), text)
}

/// A date in words.
pub(crate) fn date(day: NaiveDate) -> String {
    spoken().day(day)
}

/// The day of an instant in words.
pub(crate) fn day_of(at: DateTime<Utc>) -> String {
    date(at.date_naive())
}

fn day_in(language: Language, text: &str) -> String {
    let day = text.parse::<NaiveDate>().ok();
    let day = day.or_else(|| DateTime::parse_from_rfc3339(text).ok().map(|at| at.date_naive()));
    day.map_or_else(|| text.to_owned(), |day| language.day(day))
}

/// `1234567` becomes `1,234,567`.
pub(crate) fn number(number: impl std::fmt::Display) -> String {
    let text = number.to_string();
    let (whole, rest) =
        text.split_once('.').map_or((text.as_str(), None), |(whole, rest)| (whole, Some(rest)));
    let (sign, digits) = whole.strip_prefix('-').map_or(("", whole), |digits| ("-", digits));
    let mut grouped = String::from(sign);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    match rest {
        Some(rest) => format!("{grouped}.{rest}"),
        None => grouped,
    }
}

/// An amount in a currency: `£612,000`.
pub(crate) fn money(amount: &str, currency: &str) -> String {
    let amount = number(amount.strip_suffix(".00").unwrap_or(amount));
    match currency {
        "GBP" => format!("£{amount}"),
        "EUR" => format!("€{amount}"),
        "USD" => format!("US${amount}"),
        other => format!("{amount} {other}"),
    }
}

/// A code's label.
pub(crate) fn label(list: &Vocabulary, code: &str) -> String {
    list.entry(code).map_or_else(|| plain(code), |entry| entry_label(list, entry))
}

/// The message name of a code's texts.
pub(crate) fn code_name(list: &Vocabulary, entry: &CodeEntry) -> String {
    domain::codes::message_name(list, entry)
}

pub(crate) fn entry_label(list: &Vocabulary, entry: &CodeEntry) -> String {
    named(&code_name(list, entry), None).unwrap_or_else(|| entry.label.to_owned())
}

/// A code's definition.
pub(crate) fn definition(list: &Vocabulary, entry: &CodeEntry) -> String {
    named(&code_name(list, entry), Some("definition")).unwrap_or_else(|| entry.definition.to_owned())
}

pub(crate) fn field_label(field: &Field) -> String {
    named(&format!("field-{}", field.name), None).unwrap_or_else(|| field.label.to_owned())
}

/// A field's hint.
pub(crate) fn field_hint(field: &Field) -> String {
    named(&format!("field-{}", field.name), Some("hint")).unwrap_or_else(|| field.hint.to_owned())
}

pub(crate) fn group_title(group: Group) -> String {
    named(&format!("group-{}", group.as_str()), None).unwrap_or_else(|| group.title().to_owned())
}

/// The heading of a facet.
pub(crate) fn facet_heading(facet: &Facet) -> String {
    named(&format!("facet-{}", facet.name), None).unwrap_or_else(|| facet.label.to_owned())
}

/// A value of a facet, or what stands in its place: its code's label, or else the value as words.
pub(crate) fn facet_value(facet: &Facet, value: &str) -> String {
    facet.list_of(value).map_or_else(|| plain(value), |list| label(list, value))
}

/// A filter in words: "Policing", or "without: Policing".
pub(crate) fn filter(parameter: &str, value: &str) -> String {
    match facets::of_parameter(parameter) {
        Some((facet, false)) => facet_value(facet, value),
        Some((facet, true)) => lacking(facet_value(facet, value)),
        None => plain(value),
    }
}

/// The negation of a value in words.
pub(crate) fn lacking(label: String) -> String {
    say("without-value").with("label", label).to_string()
}

/// A code from a list that is not ours, as words.
pub(crate) fn word(code: &str) -> String {
    named(&format!("word-{code}"), None).unwrap_or_else(|| plain(code))
}

/// The label of an object's member.
pub(crate) fn part_label(name: &str) -> String {
    named(&format!("part-{name}"), None)
        .unwrap_or_else(|| plain(name.trim_end_matches("_on").trim_end_matches("_url")))
}

/// A code's label, with its list given by name.
pub(crate) fn label_in(list: &str, code: &str) -> String {
    let list = VOCABULARIES.iter().find(|one| one.name == list);
    list.map_or_else(|| plain(code), |list| label(list, code))
}

/// A rule's reason, with dates and codes made readable: `cria` becomes `child rights impact assessment`. Addresses in
/// it stay as they are.
pub(crate) fn explained(text: &str) -> String {
    let words = text.split(' ').map(|word| {
        let is_address = word.starts_with("https://");
        if is_address { word.to_owned() } else { readable(word) }
    });
    words.collect::<Vec<_>>().join(" ")
}

fn readable(text: &str) -> String {
    let is_part = |letter: char| letter.is_ascii_alphanumeric() || letter == '_' || letter == '-';
    let mut out = String::with_capacity(text.len());
    let mut word = String::new();
    for letter in text.chars().chain(std::iter::once('\n')) {
        if is_part(letter) {
            word.push(letter);
            continue;
        }
        let assessment = VOCABULARIES.iter().find(|list| list.name == "assessment_type");
        let known = assessment.and_then(|list| list.entry(&word)).or_else(|| {
            let lists = VOCABULARIES.iter().filter(|_| word.contains('_'));
            lists.filter_map(|list| list.entry(&word)).next()
        });
        match known {
            Some(entry) => {
                out.push_str(&lowered(entry.label));
            }
            // The reason is English, so the date is too.
            None => out.push_str(&day_in(Language::English, &word)),
        }
        word.clear();
        out.push(letter);
    }
    out.pop();
    out
}

/// Words for the middle of a sentence; abbreviations keep their capitals.
pub(crate) fn lowered(words: &str) -> String {
    if words.chars().nth(1).is_some_and(|second| second.is_uppercase() || second.is_ascii_digit()) {
        return words.to_owned();
    }
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

/// An identifier as words: `wrong_match` becomes `Wrong match`.
pub(crate) fn plain(name: &str) -> String {
    let words = name.replace('_', " ");
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// "Yes" or "No".
pub(crate) fn yes_or_no(yes: bool) -> String {
    say(if yes { "yes" } else { "no" }).to_string()
}

/// CommonMark as HTML. No raw HTML or images; headings become paragraphs, since the page has its own; links
/// only to the web or an e-mail address.
pub(crate) fn commonmark(text: &str) -> String {
    let mut dropped = Vec::new();
    let events = Parser::new_ext(text, Options::ENABLE_TABLES).map(|event| match event {
        Event::Html(raw) | Event::InlineHtml(raw) => Event::Text(raw),
        Event::Start(Tag::Heading { .. }) => Event::Start(Tag::Paragraph),
        Event::End(TagEnd::Heading(_)) => Event::End(TagEnd::Paragraph),
        Event::Start(Tag::Link { dest_url, link_type, title, id }) => {
            let safe = is_safe(&dest_url);
            dropped.push(!safe);
            if safe {
                Event::Start(Tag::Link { dest_url, link_type, title, id })
            } else {
                Event::Text(CowStr::Borrowed(""))
            }
        }
        Event::End(TagEnd::Link) if dropped.pop() == Some(true) => Event::Text(CowStr::Borrowed("")),
        Event::Start(Tag::Image { .. }) | Event::End(TagEnd::Image) => Event::Text(CowStr::Borrowed("")),
        other => other,
    });
    let mut out = String::with_capacity(text.len() + text.len() / 4);
    html::push_html(&mut out, events);
    out.replace("<p>", "<p class=\"govuk-body\">")
        .replace("<ul>", "<ul class=\"govuk-list govuk-list--bullet\">")
        .replace("<ol>", "<ol class=\"govuk-list govuk-list--number\">")
        .replace("<a href", "<a class=\"govuk-link\" rel=\"nofollow noopener\" href")
}

/// Whether an address may be a link.
pub(crate) fn is_safe(address: &str) -> bool {
    let address = address.to_ascii_lowercase();
    ["https://", "http://", "mailto:"].iter().any(|start| address.starts_with(start))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_read_dates_and_numbers() {
        assert_eq!(day("2025-09-30T16:00:00Z"), "30 September 2025");
        assert_eq!(day("2024-02-05"), "5 February 2024");
        assert_eq!(day("spring"), "spring");
        assert_eq!(number(0), "0");
        assert_eq!(number(-1234567), "-1,234,567");
        assert_eq!(number("1250.5"), "1,250.5");
        assert_eq!(money("612000", "GBP"), "£612,000");
        assert_eq!(money("94500.00", "SEK"), "94,500 SEK");
        assert_eq!(plain("wrong_match"), "Wrong match");
        assert_eq!(
            explained("not complete: cria; since 2024-06-22"),
            "not complete: child rights impact assessment; since 22 June 2024"
        );
        assert_eq!(explained("advised do_not_support, then"), "advised do not support, then");
        let address = "https://law.example/security/2024-06-22/do_not_support";
        assert_eq!(
            explained(&format!("dpia, {address}; eqia")),
            format!("data protection impact assessment, {address}; equality impact assessment")
        );
    }

    #[test]
    fn commonmark_is_escaped() {
        for (text, never) in [
            ("<script>alert(1)</script>", "<script"),
            ("a <img src=x onerror=alert(1)> b", "<img"),
            ("[x](javascript:alert(1))", "javascript:"),
            ("[x](JAVASCRIPT:alert(1))", "<a"),
            ("![x](https://tracker.example/p.png)", "<img"),
            ("<https://ok.example> [x](data:text/html;base64,AAAA)", "data:text"),
            ("[a [b](javascript:x) c](https://ok.example)", "javascript:x\""),
        ] {
            let html = commonmark(text);
            assert!(!html.contains(never), "{text}: {html}");
        }
        let html = commonmark("# Head\n\nOne *two* [three](https://ok.example)\n\n- a\n- b");
        assert!(html.contains("<em>two</em>") && html.contains("href=\"https://ok.example\""), "{html}");
        assert!(!html.contains("<h1>") && html.contains("govuk-list--bullet"), "{html}");
    }
}
