use super::*;

/// What a source says. A key that begins with `id` is an id of the edition, a number a lasting one.
fn identity(key: &str, unit: &str, name: &str) -> Identity {
    let id = match key.as_bytes().first() {
        Some(b'0'..=b'9') => Id::Lasting,
        _ if key.starts_with("id") => Id::OfEdition,
        _ => Id::None,
    };
    Identity { body: "DOX".to_owned(), unit: unit.to_owned(), name: name.to_owned(), id }
}

fn words(text: &str) -> HashSet<String> {
    text.split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// Known records of one body, each as key, edition, unit, name and long words.
fn known(all: &[(&str, &str, &str, &str, &str)]) -> Editions {
    let known = (1..).zip(all).map(|(record, (key, edition, unit, name, text))| Known {
        record,
        key: (*key).to_owned(),
        edition: (*edition).to_owned(),
        identity: identity(key, unit, name),
        words: words(text),
        is_taken: false,
    });
    Editions::new(known.collect(), Vec::new())
}

/// Known records of 2024, each as key, unit and name.
fn editions(all: &[(&str, &str, &str)]) -> Editions {
    let all: Vec<_> = all.iter().map(|(key, unit, name)| (*key, "2024", *unit, *name, "")).collect();
    known(&all)
}

/// What a row is about, in words: the rule and the record's number.
fn told(editions: &mut Editions, row: &Asked<'_>) -> String {
    let said =
        |like: &Like, all: &Editions| format!("{} {}", like.rule.as_str(), all.known(like.place).record);
    let found = editions.find(row);
    let key = match (found.key_is_taken, found.gives_up) {
        (true, _) => "; its key is taken".to_owned(),
        (_, Some(place)) => format!("; {} gives up its key", editions.known(place).record),
        _ => String::new(),
    };
    if let Some(same) = found.same {
        return said(&same, editions) + &key;
    }
    let like: Vec<String> = found.like.iter().map(|one| said(one, editions)).collect();
    format!("new, like [{}]{key}", like.join(", "))
}

/// The same of a row of 2025 without a text.
fn found(editions: &mut Editions, key: &str, unit: &str, name: &str) -> String {
    let (identity, words) = (identity(key, unit, name), HashSet::new());
    told(editions, &Asked { key, former: "", edition: "2025", identity: &identity, words: &words })
}

/// The same of a row with a text.
fn found_in(editions: &mut Editions, edition: &str, (key, name, text): (&str, &str, &str)) -> String {
    let (identity, words) = (identity(key, "", name), words(text));
    told(editions, &Asked { key, former: "", edition, identity: &identity, words: &words })
}

#[test]
fn body_unit_and_name_find_the_record_of_another_edition() {
    let mut all = editions(&[("a", "Benefits Bureau", "Sorter"), ("b", "Claims", "Sorter")]);
    assert_eq!(found(&mut all, "id-7", "benefits bureau", "SORTER"), "body-unit-name 1");
    assert_eq!(found(&mut all, "id-8", "Claims Office", "Sorter"), "body-name 2");
    // Both are taken now: a third is new, and a person is asked which is which.
    assert_eq!(found(&mut all, "id-9", "Claims", "Sorter"), "new, like [taken-already 1, taken-already 2]");
}

#[test]
fn two_candidates_and_a_unit_that_does_not_fit_are_left_to_a_person() {
    let mut all = editions(&[("a", "A", "Chatbot"), ("b", "B", "Chatbot")]);
    assert_eq!(
        found(&mut all, "id-1", "C", "Chatbot"),
        "new, like [several-candidates 1, several-candidates 2]"
    );
    let mut all = editions(&[("a", "Research", "Chatbot"), ("b", "Research", "Map of forest fires")]);
    assert_eq!(found(&mut all, "id-1", "Hospitals", "Chatbot"), "new, like [other-unit 1]");
    assert_eq!(found(&mut all, "id-2", "Forest Service", "Map of forest fires"), "new, like [other-unit 2]");
    let mut all = editions(&[("b", "Research", "Map of forest fires")]);
    assert_eq!(found(&mut all, "id-2", "", "Map of forest fires"), "body-name 1");
}

#[test]
fn a_row_of_another_unit_does_not_take_a_record_from_the_row_of_its_own() {
    let name = "Unmanned Aerial Systems (UAS)";
    let mut all = editions(&[("a", "USMS", name), ("b", "ATF", "Airship")]);
    assert_eq!(found(&mut all, "id-3", "DOX / ATF", name), "new, like [other-unit 1]");
    assert_eq!(found(&mut all, "id-230", "DOX / USMS", name), "body-name 1");
}

#[test]
fn words_that_several_units_have_do_not_join_two_laboratories() {
    let name = "ServiceNow Now Assist";
    let (idaho, alamos) = ("Idaho National Laboratory", "Los Alamos National Laboratory");
    let mut all = editions(&[("a", idaho, name), ("b", alamos, "Something"), ("c", "Oak Ridge", "Other")]);
    assert_eq!(found(&mut all, "id-657", alamos, name), "new, like [other-unit 1]");
    assert_eq!(found(&mut all, "id-616", idaho, "ServiceNow Now Assist (AskIT)"), "new, like [alike-name 1]");
    // The words that tell units apart are learned from the file at hand too.
    let mut all = editions(&[("a", "Idaho Laboratory", name)]);
    for unit in ["Idaho Laboratory", "Ridge Laboratory"] {
        all.learn("2025", &identity("id-1", unit, "Anything"));
    }
    assert_eq!(found(&mut all, "id-657", "Ridge Laboratory", name), "new, like [other-unit 1]");
}

#[test]
fn a_record_taken_by_another_unit_is_still_proposed_to_the_row_of_its_own() {
    let mut all = editions(&[("a", "Field", "Cell Hawk Search"), ("b", "Field", "Sorter")]);
    assert_eq!(found(&mut all, "id-1", "Field / North", "Cell Hawk Search"), "body-name 1");
    assert_eq!(found(&mut all, "id-2", "Field", "CellHawk Search"), "new, like [taken-already 1]");
    assert_eq!(found(&mut all, "id-3", "South", "CellHawk Search"), "new, like []");
    assert_eq!(found(&mut all, "id-4", "Field", "Sorter"), "body-unit-name 2");
    assert_eq!(found(&mut all, "id-5", "Field", "Sorter (sorter)"), "new, like []");
}

#[test]
fn alike_names_are_proposed_and_other_digits_are_not() {
    let mut all = editions(&[("a", "", "Cell Hawk"), ("b", "", "Language model 1"), ("c", "", "C++")]);
    assert_eq!(found(&mut all, "id-1", "", "CellHawk"), "new, like [alike-name 1]");
    assert_eq!(found(&mut all, "id-2", "", "Language model 2"), "new, like []");
    assert_eq!(found(&mut all, "id-3", "", "C#"), "new, like []");
    assert_eq!(found(&mut all, "id-5", "", "C ++"), "new, like [alike-name 3]");
    let mut all = editions(&[("a", "", "Model 1.1")]);
    assert_eq!(found(&mut all, "id-1", "", "Model 11"), "new, like []");
    let mut all = editions(&[("a", "", "Something")]);
    assert_eq!(found(&mut all, "id-4", "", "Something else"), "new, like []");
}

#[test]
fn a_number_given_anew_to_another_tool_does_not_make_them_one() {
    let mut all = editions(&[("id-1", "", "Letter sorter"), ("id-2", "", "Fraud finder")]);
    assert_eq!(found(&mut all, "id-1", "", "Fraud finder"), "body-unit-name 2; its key is taken");
    assert_eq!(found(&mut all, "id-2", "", "Weather map"), "new, like []");
    let mut all = editions(&[("id-1", "", "Letter sorter")]);
    assert_eq!(found(&mut all, "id-1", "", "Letter Sorter (renewed)"), "source-key 1");
    let mut all = editions(&[("id-1", "", "Letter sorter")]);
    assert_eq!(
        found(&mut all, "id-1", "", "Weather map"),
        "new, like [same-id-other-name 1]; its key is taken"
    );
}

#[test]
fn within_an_edition_another_id_is_another_use() {
    let known = Known {
        record: 1,
        key: "id-1".to_owned(),
        edition: "2025".to_owned(),
        identity: identity("id-1", "", "Chatbot"),
        words: HashSet::new(),
        is_taken: false,
    };
    let mut all = Editions::new(vec![known], vec![("older key".to_owned(), 1)]);
    assert_eq!(found(&mut all, "id-2", "", "Chatbot"), "new, like []");
    assert_eq!(found(&mut all, "older key", "", "Chatbot"), "source-key 1");
}

#[test]
fn another_lasting_id_is_another_use_whatever_its_name_and_a_person_is_asked() {
    let mut all = editions(&[("11", "", "Anonymiser"), ("Dox|Sorter", "", "Sorter")]);
    assert_eq!(found(&mut all, "12", "", "Anonymiser"), "new, like [other-id 1]");
    assert_eq!(found(&mut all, "14", "", "Anonymiser of letters"), "new, like []");
    assert_eq!(found(&mut all, "11", "", "Renamed wholly"), "source-key 1");
    assert_eq!(found(&mut all, "15", "", "Anonymiser"), "new, like []", "its own row came");
    assert_eq!(found(&mut all, "13", "", "Sorter"), "body-unit-name 2");
}

const THAW: &str = "unfreezes closed cases request colleagues papers";
const ASSESS: &str = "assesses whether notifications citizens firms admissible";

#[test]
fn a_lasting_id_with_another_name_and_another_text_is_another_tool() {
    let all = || known(&[("11", "2023", "", "Thawing", THAW)]);
    let find = |row| found_in(&mut all(), "2026", row);
    assert_eq!(find(("11", "Admissibility", ASSESS)), "new, like [same-id-other-name 1]; 1 gives up its key");
    // Each of name, text and id is enough for one tool.
    assert_eq!(find(("11", "Thawing.", ASSESS)), "source-key 1");
    assert_eq!(find(("11", "Reopening", "reopens closed cases colleagues")), "source-key 1");
    assert_eq!(find(("11", "Admissibility", "assesses notifications")), "source-key 1", "too short a text");
    assert_eq!(found_in(&mut all(), "2023", ("11", "Admissibility", ASSESS)), "source-key 1", "one edition");
}

#[test]
fn a_number_that_was_given_up_leads_old_editions_and_old_names_to_the_old_record() {
    let all =
        || known(&[("11 (2023)", "2023", "", "Thawing", THAW), ("11", "2026", "", "Admissibility", ASSESS)]);
    let find = |edition, row| found_in(&mut all(), edition, row);
    assert_eq!(find("2023", ("11", "Thawing", THAW)), "source-key 1");
    assert_eq!(find("2027", ("11", "Admissibility", ASSESS)), "source-key 2");
    // An edition before both, which changes nothing, and one in which the number went back.
    assert_eq!(find("2022", ("11", "Thawing", THAW)), "source-key 2");
    assert_eq!(find("2027", ("11", "Thawing", THAW)), "body-unit-name 1; 2 gives up its key");
}
