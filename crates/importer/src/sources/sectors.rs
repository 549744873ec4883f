//! The sectors of an imported record whose source states none: derived from the source's own category, the body or
//! the title, by the reviewed rules in `data/sectors.toml`. A derived sector always comes with its evidence.

use std::sync::LazyLock;

use domain::Record;
use domain::codes::{OrganisationKind, Sector, StatementKind};
use domain::record::FieldStatement;
use domain::text::{fold, one_line};
use serde::Deserialize;

use crate::report::{Uses, used};

const RULES: &str = include_str!("../../data/sectors.toml");

static SECTORS: LazyLock<Rules> =
    LazyLock::new(|| Rules::parse(RULES).expect("a test checks the built-in sectors"));

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Rules {
    version: String,
    category: Vec<CategoryRule>,
    body: Vec<BodyRule>,
    title: Vec<TitleRule>,
}

/// Sectors for what the source calls its subject.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct CategoryRule {
    id: String,
    /// The source's name of the question.
    field: String,
    values: Vec<String>,
    sectors: Vec<Sector>,
}

/// Sectors in which everything a body does is done.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct BodyRule {
    id: String,
    jurisdiction: String,
    names: Vec<String>,
    sectors: Vec<Sector>,
}

/// Sectors for words of a title.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct TitleRule {
    id: String,
    jurisdiction: String,
    words: Vec<String>,
    sectors: Vec<Sector>,
}

/// Sectors with the rule that gave them and the words it rests on.
#[derive(Debug, PartialEq)]
struct Derived {
    sectors: Vec<Sector>,
    rule: String,
    because: String,
    counted: &'static str,
}

/// A pattern as it is compared: folded, with a space at each end that must be the end of a word.
fn pattern(written: &str) -> String {
    let begins = if written.starts_with('*') { "" } else { " " };
    let ends = if written.ends_with('*') { "" } else { " " };
    format!("{begins}{}{ends}", fold(written.trim_matches('*')))
}

/// A text as patterns are looked for in it.
fn padded(text: &str) -> String {
    format!(" {} ", fold(text))
}

/// Whether a pattern covers a whole name: from its beginning to its end, unless the pattern has a `*` there.
fn covers(pattern: &str, name: &str) -> bool {
    match (pattern.starts_with(' '), pattern.ends_with(' ')) {
        (true, true) => name == pattern,
        (true, false) => name.starts_with(pattern),
        (false, true) => name.ends_with(pattern),
        (false, false) => name.contains(pattern),
    }
}

impl Rules {
    /// Parses the rules and prepares their patterns.
    fn parse(toml: &str) -> Result<Self, String> {
        let mut rules: Self = toml::from_str(toml).map_err(|error| error.to_string())?;
        let patterns = |all: &mut Vec<String>| all.iter_mut().for_each(|one| *one = pattern(one));
        rules.category.iter_mut().for_each(|rule| patterns(&mut rule.values));
        rules.body.iter_mut().for_each(|rule| patterns(&mut rule.names));
        rules.title.iter_mut().for_each(|rule| patterns(&mut rule.words));
        Ok(rules)
    }

    fn derive(&self, record: &Record, categories: &[(String, String)], uses: &mut Uses) -> Option<Derived> {
        let country = record.jurisdiction.split('-').next().unwrap_or_default();
        self.by_category(categories)
            .or_else(|| self.by_body(country, &record.publisher.name))
            .or_else(|| self.by_title(country, &record.title, uses))
    }

    fn by_category(&self, categories: &[(String, String)]) -> Option<Derived> {
        categories.iter().find_map(|(field, value)| {
            let said = padded(value);
            let rule = self
                .category
                .iter()
                .find(|rule| rule.field == *field && rule.values.iter().any(|one| covers(one, &said)))?;
            Some(Derived {
                sectors: rule.sectors.clone(),
                rule: rule.id.clone(),
                because: format!("the source's {field} is \"{}\"", one_line(value)),
                counted: "sector-derived-from-category",
            })
        })
    }

    fn by_body(&self, country: &str, body: &str) -> Option<Derived> {
        let name = padded(body);
        let rule = self
            .body
            .iter()
            .find(|rule| rule.jurisdiction == country && rule.names.iter().any(|one| covers(one, &name)))?;
        Some(Derived {
            sectors: rule.sectors.clone(),
            rule: rule.id.clone(),
            because: format!("the body is \"{}\"", one_line(body)),
            counted: "sector-derived-from-body",
        })
    }

    /// The sectors of the one rule whose words are in the title; none if rules with other sectors have words there
    /// too.
    fn by_title(&self, country: &str, title: &str, uses: &mut Uses) -> Option<Derived> {
        let said = padded(title);
        let mut found = self.title.iter().filter(|rule| rule.jurisdiction == country).filter_map(|rule| {
            let word = rule.words.iter().find(|word| said.contains(word.as_str()))?;
            Some((rule, word.trim()))
        });
        let (rule, word) = found.next()?;
        if found.any(|(other, _)| other.sectors != rule.sectors) {
            used(uses, "sector-title-points-to-several");
            return None;
        }
        Some(Derived {
            sectors: rule.sectors.clone(),
            rule: rule.id.clone(),
            because: format!("the title has \"{word}\""),
            counted: "sector-derived-from-title",
        })
    }
}

/// Gives a record without sectors that of its body's kind, which only the directory of bodies knows. Returns whether
/// it did.
pub(crate) fn derive_from_kind(record: &mut Record, kind: OrganisationKind, uses: &mut Uses) -> bool {
    let withheld = record.statement("sectors").is_some_and(|one| one.kind == StatementKind::Withheld);
    let Some(sector) = kind.sector().filter(|_| record.sectors.is_empty() && !withheld) else { return false };
    let because = format!("the body is a {kind}");
    let rule = "body-kind".to_owned();
    let derived =
        Derived { sectors: vec![sector], rule, because, counted: "sector-derived-from-kind-of-body" };
    take(record, derived, uses);
    true
}

/// Gives a record without sectors those that can be derived, and states by which rule and from what. `categories` is
/// what the source itself calls the subject, by its own name of the question.
pub(super) fn derive(record: &mut Record, categories: &[(String, String)], uses: &mut Uses) {
    if !record.sectors.is_empty() {
        return;
    }
    let Some(derived) = SECTORS.derive(record, categories, uses) else {
        used(uses, "sector-not-derivable");
        return;
    };
    take(record, derived, uses);
}

fn take(record: &mut Record, derived: Derived, uses: &mut Uses) {
    used(uses, derived.counted);
    record.sectors = derived.sectors;
    record.field_statements.retain(|statement| statement.field != "sectors");
    record.field_statements.push(FieldStatement {
        field: "sectors".to_owned(),
        kind: StatementKind::Derived,
        reason: Some(format!("rule sectors/{} {}: {}", SECTORS.version, derived.rule, derived.because)),
        ground: None,
    });
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use domain::codes::Origin;
    use domain::organisation::OrganisationRef;

    use super::*;

    fn record(country: &str, body: &str, title: &str) -> Record {
        Record::new(Origin::Imported, OrganisationRef::named(body), title.to_owned(), country, "en")
    }

    #[track_caller]
    fn check(country: &str, body: &str, title: &str, expected: &[Sector], because: &str) {
        let mut record = record(country, body, title);
        derive(&mut record, &[], &mut Uses::new());
        assert_eq!(record.sectors, expected, "{body}: {title}");
        let reason = record.statement("sectors").and_then(|one| one.reason.clone()).unwrap_or_default();
        assert!(reason.contains(because), "{reason}");
        assert_eq!(record.is_derived("sectors"), !expected.is_empty());
    }

    #[test]
    fn a_body_with_one_subject_gives_its_sector() {
        check(
            "GB",
            "Northmoor Police",
            "Gate",
            &[Sector::Policing],
            "gb-police: the body is \"Northmoor Police\"",
        );
        check("GB", "NHS Northmoor", "Gate", &[Sector::Health], "gb-health");
        check("NL", "Waterschap Noorderhaaks", "Poort", &[Sector::Environment], "nl-environment");
        check("NL", "Belastingdienst", "Parkeercontrole", &[Sector::Tax], "nl-tax");
        check("US", "Department of Transportation", "Gate", &[Sector::Transport], "us-transport");
    }

    #[test]
    fn the_kind_of_a_body_gives_a_sector_where_its_kind_has_one() {
        let mut unit = record("GB", "Northmoor Ambulance", "Gate");
        assert!(!derive_from_kind(&mut unit, OrganisationKind::LocalAuthority, &mut Uses::new()));
        assert!(derive_from_kind(&mut unit, OrganisationKind::NhsBody, &mut Uses::new()));
        assert_eq!((unit.sectors.as_slice(), unit.is_derived("sectors")), (&[Sector::Health][..], true));
        let reason = unit.statement("sectors").and_then(|one| one.reason.as_deref());
        assert_eq!(reason, Some("rule sectors/1 body-kind: the body is a nhs_body"));
        assert!(
            !derive_from_kind(&mut unit, OrganisationKind::PoliceForce, &mut Uses::new()),
            "it has one now"
        );
    }

    #[test]
    fn a_council_alone_gives_none_and_its_title_may() {
        check("NL", "Gemeente Noorderhaaks", "iBurgerzaken", &[], "");
        check(
            "NL",
            "Gemeente Noorderhaaks",
            "Parkeercontrole",
            &[Sector::Transport],
            "the title has \"parkeer\"",
        );
        check(
            "GB",
            "Northmoor Council",
            "Adult Social Care forecast",
            &[Sector::AdultSocialCare],
            "gb-title-social-care",
        );
    }

    #[test]
    fn a_title_with_several_subjects_gives_none() {
        check("NL", "Gemeente Noorderhaaks", "Kwijtschelding belastingen", &[], "");
    }

    #[test]
    fn rules_of_one_country_say_nothing_abroad() {
        check("NL", "Northmoor Police", "Gate", &[], "");
        check("GB", "Politie", "Parkeercontrole", &[], "");
    }

    #[test]
    fn the_source_s_own_category_comes_first() {
        let mut known = record("GB", "HMRC", "Gate");
        derive(&mut known, &[("function".to_owned(), "social-protection".to_owned())], &mut Uses::new());
        assert_eq!(known.sectors, [Sector::WelfareBenefits]);
        let mut stated = record("GB", "HMRC", "Gate");
        stated.sectors = vec![Sector::Housing];
        derive(&mut stated, &[], &mut Uses::new());
        assert_eq!((stated.sectors.as_slice(), stated.statement("sectors")), (&[Sector::Housing][..], None));
    }

    #[test]
    fn the_built_in_rules_are_sound() {
        let rules = Rules::parse(RULES).unwrap();
        let ids: Vec<(&str, &[Sector])> = rules
            .category
            .iter()
            .map(|rule| (rule.id.as_str(), rule.sectors.as_slice()))
            .chain(rules.body.iter().map(|rule| (rule.id.as_str(), rule.sectors.as_slice())))
            .chain(rules.title.iter().map(|rule| (rule.id.as_str(), rule.sectors.as_slice())))
            .collect();
        let distinct: HashSet<&str> = ids.iter().map(|(id, _)| *id).collect();
        assert_eq!(distinct.len(), ids.len(), "an id stands for one rule");
        assert!(ids.iter().all(|(_, sectors)| !sectors.is_empty() && !sectors.contains(&Sector::Other)));
        let names: Vec<(&str, &String)> = rules
            .body
            .iter()
            .flat_map(|rule| rule.names.iter().map(|name| (rule.jurisdiction.as_str(), name)))
            .collect();
        let once: HashSet<_> = names.iter().collect();
        assert_eq!(once.len(), names.len(), "a body has one rule");
        let short = |written: &String| written.trim().chars().count() < 2;
        assert!(!rules.title.iter().flat_map(|rule| &rule.words).any(short));
    }
}
