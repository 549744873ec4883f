use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use domain::codes::VOCABULARIES;
use domain::facets;
use domain::fields::{FIELDS, Group};
use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement};

use super::*;

/// What both languages of a message must share: the names of its values, and its HTML tags.
type Said = (BTreeSet<String>, Vec<String>);

fn within(pattern: &Pattern<&str>, said: &mut Said, text: &mut String) {
    for element in &pattern.elements {
        match element {
            PatternElement::TextElement { value } => text.push_str(value),
            PatternElement::Placeable { expression: Expression::Inline(inline) } => {
                named_in(inline, &mut said.0, text);
            }
            PatternElement::Placeable { expression: Expression::Select { selector, variants } } => {
                named_in(selector, &mut said.0, &mut String::new());
                variants.iter().for_each(|variant| within(&variant.value, said, text));
            }
        }
    }
}

fn named_in(inline: &InlineExpression<&str>, names: &mut BTreeSet<String>, text: &mut String) {
    if let InlineExpression::VariableReference { id } = inline {
        names.insert(id.name.to_owned());
        text.push_str(&format!("{{{}}}", id.name));
    }
}

/// The HTML tags in a text, addresses included.
fn tags(text: &str) -> Vec<String> {
    let mut tags: Vec<String> =
        text.split('<').skip(1).map(|rest| rest.split('>').next().unwrap_or_default().to_owned()).collect();
    tags.sort();
    tags
}

/// The messages in a file, with their attributes, by name.
fn messages(file: &str) -> BTreeMap<String, Said> {
    let resource = fluent_syntax::parser::parse(file).unwrap();
    let mut found = BTreeMap::new();
    let mut add = |id: String, pattern: &Pattern<&str>| {
        let (mut said, mut text) = (Said::default(), String::new());
        within(pattern, &mut said, &mut text);
        said.1 = tags(&text);
        assert!(found.insert(id.clone(), said).is_none(), "{id} stands there twice");
    };
    for entry in &resource.body {
        match entry {
            Entry::Message(message) => {
                add(message.id.name.to_owned(), message.value.as_ref().unwrap());
                for attribute in &message.attributes {
                    add(format!("{}.{}", message.id.name, attribute.id.name), &attribute.value);
                }
            }
            Entry::Junk { content } => panic!("not understood: {content}"),
            _ => {}
        }
    }
    found
}

fn pages(language: Language) -> BTreeMap<String, Said> {
    let mut all = BTreeMap::new();
    for file in &language.files()[..2] {
        for (id, said) in messages(file) {
            assert!(all.insert(id.clone(), said).is_none(), "{id} stands in two files");
        }
    }
    all
}

#[test]
fn what_is_said_in_one_language_is_said_in_the_other() {
    let (english, welsh) = (pages(Language::English), pages(Language::Welsh));
    let ids = |of: &BTreeMap<String, Said>| of.keys().cloned().collect::<BTreeSet<_>>();
    assert_eq!(ids(&english), ids(&welsh));
    for (id, said) in &english {
        assert_eq!(said.0, welsh[id].0, "what is put into {id}");
        let once = |tags: &[String]| tags.iter().cloned().collect::<BTreeSet<_>>();
        assert_eq!(once(&said.1), once(&welsh[id].1), "tags of {id}");
    }
}

/// Reads all source files and templates in a folder into one text.
fn read(folder: &Path, all: &mut String) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            read(&path, all);
        } else if path.extension().is_some_and(|ending| ending == "rs" || ending == "html") {
            all.push_str(&std::fs::read_to_string(&path).unwrap());
        }
    }
}

#[test]
fn what_pages_ask_for_is_there_and_nothing_else() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut all = String::new();
    ["src", "templates"].iter().for_each(|folder| read(&root.join(folder), &mut all));
    let english = pages(Language::English);
    let quoted: BTreeSet<&str> = all.split('"').collect();
    let unused: Vec<&String> = english.keys().filter(|id| !quoted.contains(id.as_str())).collect();
    assert!(unused.is_empty(), "nobody says {unused:?}");
    for asks in ["say(\"", "rich(\""] {
        for rest in all.split(asks).skip(1) {
            let id = rest.split('"').next().unwrap_or_default();
            assert!(english.contains_key(id), "there are no words for {id}");
        }
    }
}

#[test]
fn the_catalogue_is_there_in_welsh() {
    let mut wanted = BTreeSet::from(["transparency-class".to_owned()]);
    for field in FIELDS {
        wanted.extend([format!("field-{}", field.name), format!("field-{}.hint", field.name)]);
    }
    wanted.extend(facets::names().map(|name| format!("facet-{name}")));
    wanted.extend(Group::ALL.iter().map(|group| format!("group-{}", group.as_str())));
    for list in VOCABULARIES {
        for entry in list.entries {
            let name = crate::words::code_name(list, entry);
            wanted.extend((!entry.definition.is_empty()).then(|| format!("{name}.definition")));
            wanted.extend((list.name == "flag").then(|| format!("rule-{}", entry.code)));
            wanted.insert(name);
        }
    }
    let found = messages(Language::Welsh.files()[2]);
    let (parts, found): (BTreeSet<_>, BTreeSet<_>) =
        found.into_keys().partition(|id| id.starts_with("part-") || id.starts_with("word-"));
    assert!(parts.len() > 120, "{}", parts.len());
    assert_eq!(found, wanted);
}

fn in_welsh<T>(made: impl FnOnce() -> T) -> T {
    let (address, base) = (Some("/records?q=a".to_owned()), Some("https://register.test".to_owned()));
    SPOKEN.sync_scope(Spoken { language: Language::Welsh, address, base }, made)
}

#[test]
fn words_are_those_of_the_language_of_the_request() {
    assert_eq!(say("records").to_string(), "Records");
    assert_eq!(crate::words::day("2025-09-30"), "30 September 2025");
    assert_eq!(elsewhere(), None);
    in_welsh(|| {
        assert_eq!(say("records").to_string(), "Cofnodion");
        assert_eq!(crate::words::day("2025-09-30"), "30 Medi 2025");
        assert_eq!(elsewhere(), Some((Language::English, "/records?q=a".to_owned())));
        let welsh = ("cy", "https://register.test/cy/records?q=a".to_owned());
        assert!(everywhere().contains(&welsh), "{:?}", everywhere());
    });
}

#[test]
fn numbers_choose_their_words_and_are_grouped() {
    assert_eq!(say("n-records").with("n", 1_u64).to_string(), "1 record");
    assert_eq!(say("n-records").with("n", 12_345_u64).to_string(), "12,345 records");
}

#[test]
fn what_is_put_into_html_is_text() {
    let said = rich("address-of-this-record").with("url", "\"><script>").to_string();
    assert!(!said.contains("<script>") && !said.contains("\"><"), "{said}");
    assert!(said.contains("<a class=\"govuk-link\" href="), "{said}");
}

#[test]
fn a_page_links_to_pages_of_its_language() {
    for (there, linked_to) in [
        ("<a href=\"/\">", "<a href=\"/cy\">"),
        ("<a class=\"x\" href=\"/records?q=a#b\">", "<a class=\"x\" href=\"/cy/records?q=a#b\">"),
        ("<form action=\"/submit/new\">", "<form action=\"/cy/submit/new\">"),
        ("<a hreflang=\"en\" href=\"/records?q=a\">", "<a hreflang=\"en\" href=\"/records?q=a\">"),
        ("x=\"/y <a href=\"/records\">", "x=\"/y <a href=\"/cy/records\">"),
        ("<a href=\"/entries\">", "<a href=\"/cy/entries\">"),
        ("<a href=\"/api/v1/records\">", "<a href=\"/api/v1/records\">"),
        ("<a href=\"/statistics/sectors.csv?a=b\">", "<a href=\"/statistics/sectors.csv?a=b\">"),
        ("<a href=\"/changes.atom\">", "<a href=\"/changes.atom\">"),
        ("<a href=\"#main\">", "<a href=\"#main\">"),
        ("<a href=\"https://a.example/\">", "<a href=\"https://a.example/\">"),
        ("<input value=\"/records\">", "<input value=\"/records\">"),
        ("<a href=\"//evil.example\">", "<a href=\"//evil.example\">"),
        (" href=&#34;/records&#34;", " href=&#34;/records&#34;"),
        ("<p>write href=\"/records\"</p>", "<p>write href=\"/records\"</p>"),
        ("<a href=\"/?q=a\">", "<a href=\"/cy?q=a\">"),
    ] {
        assert_eq!(linked(there, Language::Welsh), linked_to);
    }
}

/// A text without anything between two marks.
fn without(text: &str, from: &str, to: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, inside)) = rest.split_once(from) {
        out.push_str(before);
        rest = inside.split_once(to).map_or("", |(_, after)| after);
    }
    out + rest
}

#[test]
fn templates_say_nothing_by_themselves() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates");
    let both = [folder.clone(), folder.join("submit")];
    for entry in both.iter().flat_map(|folder| std::fs::read_dir(folder).unwrap()) {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|ending| ending != "html") {
            continue;
        }
        let mut text = std::fs::read_to_string(&path).unwrap();
        // Code examples are the same in every language.
        let marks = [("{#", "#}"), ("{%", "%}"), ("{{", "}}"), ("<pre", "</pre>"), ("<", ">")];
        for (from, to) in marks {
            text = without(&text, from, to);
        }
        let letters: String =
            text.replace("&nbsp;", "").chars().filter(|letter| letter.is_alphabetic()).collect();
        assert_eq!(letters, "", "{}", path.display());
    }
}
