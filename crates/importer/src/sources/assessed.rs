//! What titles and prose say about assessments, in English and Dutch: which type they name, and whether it was made,
//! is being made, was not made, or is said to be unnecessary. Shared by the sources that answer in prose.

use domain::assessment::Assessment;
use domain::codes::{AssessmentStage, AssessmentStatus, AssessmentType};
use domain::text::{TEXT_MAX, fold, one_line, shorten};

use super::assessed_words::{
    BEGUN, BREAKS, DENIALS, IN_TITLES, MADE, NAMES, NO_PERSONAL_DATA, NOT_MADE, NOT_REQUIRED, REPORTS,
    SCREENINGS,
};
use crate::report::{Uses, used};

/// How many words a denial may stand before what it denies.
const REACH: usize = 3;

/// What is told of an assessment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Told {
    /// It was made, or is named as one that exists.
    Made,
    /// It has begun.
    Begun,
    /// It was not made.
    NotMade,
    /// It is said to be unnecessary.
    NotRequired,
}

/// One assessment of which a text tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Said {
    /// Its type; `None` for assessments in general.
    pub(super) r#type: Option<AssessmentType>,
    pub(super) told: Told,
    /// The sentence.
    pub(super) words: String,
}

/// A text as words are looked for in it. The one name with an "and" loses it, since sentences are split there.
fn padded(text: &str) -> String {
    format!(" {} ", fold(text)).replace(" mensenrechten en algoritm", " mensenrechten algoritm")
}

/// Where a word of a list begins in a padded text.
fn places<'l>(
    list: &'l [(&str, AssessmentType)],
    text: &str,
) -> impl Iterator<Item = (usize, AssessmentType)> + 'l {
    let text = text.to_owned();
    list.iter().filter_map(move |(name, r#type)| Some((text.find(&format!(" {name}"))?, *r#type)))
}

/// The types a padded text names, each once with its first place, in the order of the text.
fn named(list: &[(&str, AssessmentType)], text: &str) -> Vec<(usize, AssessmentType)> {
    let mut found: Vec<(usize, AssessmentType)> = Vec::new();
    let mut all: Vec<_> = places(list, text).collect();
    all.sort_by_key(|(place, _)| *place);
    for (place, r#type) in all {
        if !found.iter().any(|(_, known)| *known == r#type) {
            found.push((place, r#type));
        }
    }
    found
}

/// The type that a title names.
pub(super) fn type_of(title: &str) -> AssessmentType {
    let text = padded(title);
    let first = |list| named(list, &text).first().map(|(_, r#type)| *r#type);
    first(NAMES).or_else(|| first(IN_TITLES)).unwrap_or(AssessmentType::Other)
}

/// Whether a title names only a check of whether an assessment is needed.
pub(super) fn is_screening(title: &str) -> bool {
    let text = padded(title);
    SCREENINGS.iter().any(|word| text.contains(&format!(" {word}")))
}

/// Splits prose where a sentence ends.
fn sentences(text: &str) -> Vec<String> {
    let mut all = vec![String::new()];
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        let ends =
            matches!(letter, '.' | ';' | '!' | '?') && letters.peek().is_none_or(|next| next.is_whitespace());
        if letter == '\n' || ends {
            all.push(String::new());
        } else if let Some(last) = all.last_mut() {
            last.push(letter);
        }
    }
    all.into_iter().map(|one| one_line(&one)).filter(|one| !one.is_empty()).collect()
}

/// Splits a padded sentence where it turns: "a DPIA was made but no EIA".
fn clauses(sentence: &str) -> Vec<String> {
    let mut turned = sentence.to_owned();
    for turn in [" but ", " however ", " although ", " whereas ", " maar ", " wel is ", " echter "] {
        turned = turned.replace(turn, " \n ");
    }
    turned.split('\n').map(|clause| format!(" {} ", clause.trim())).collect()
}

/// Whether a denial in the clause reaches the place: a few words further at most, all of them about the name.
fn is_denied(clause: &str, place: usize) -> bool {
    DENIALS.iter().any(|denial| {
        clause.match_indices(denial).any(|(at, word)| {
            let between = clause.get(at + word.len() - 1..=place).unwrap_or_default();
            !between.is_empty()
                && between.split_whitespace().count() <= REACH
                && !BREAKS.iter().any(|words| between.contains(words))
        })
    })
}

/// Whether a clause says that the assessment it names is unnecessary. "The DPIA concluded that consent was not
/// required" does not.
fn is_spared(clause: &str) -> bool {
    let names = || NAMES.iter().flat_map(|(name, _)| clause.match_indices(name)).map(|(at, _)| at);
    NOT_REQUIRED.iter().filter_map(|words| clause.find(words)).any(|at| {
        let last = names().filter(|name| *name < at).max().unwrap_or_default();
        !REPORTS.iter().any(|words| clause[last..at].contains(words))
    })
}

/// What a padded clause tells of an assessment named at a place; `None` if it only names it.
fn told(clause: &str, place: Option<usize>) -> Option<Told> {
    let has = |list: &[&str]| list.iter().any(|words| clause.contains(words));
    if is_spared(clause) {
        Some(Told::NotRequired)
    } else if has(BEGUN) {
        Some(Told::Begun)
    } else if has(NOT_MADE)
        || place.is_some_and(|place| is_denied(clause, place))
        || clause.starts_with(" nee ")
    {
        Some(Told::NotMade)
    } else {
        None
    }
}

/// Whether an answer to "which assessments were made?" says that there is none without naming one.
pub(super) fn denies_all(answer: &str) -> Option<Told> {
    let text = padded(answer);
    let begins = |list: &[&str]| list.iter().any(|words| text.starts_with(words));
    if matches!(text.trim(), "no" | "none" | "nee" | "geen") {
        Some(Told::NotMade)
    } else if begins(NOT_REQUIRED) || text == " na " || text.starts_with(" n a ") {
        Some(Told::NotRequired)
    } else {
        read(answer).iter().find(|said| said.r#type.is_none()).map(|said| said.told)
    }
}

/// What a clause tells of each type it names. "A DPIA and an EIA were not required" tells the same of both, "a DPIA
/// was made and an EIA was not required" does not.
fn clause_tells(clause: &str) -> Vec<(AssessmentType, Told)> {
    let parts: Vec<String> = clause
        .replace(" and ", " \n ")
        .replace(" en ", " \n ")
        .split('\n')
        .map(|part| format!(" {} ", part.trim()))
        .collect();
    let mut all = Vec::new();
    let mut waiting: Vec<AssessmentType> = Vec::new();
    let mut denied = false;
    for part in &parts {
        let types = named(NAMES, part);
        let own = told(part, types.first().map(|(place, _)| *place));
        let made = MADE.iter().any(|words| part.contains(words));
        let article =
            [" een ", " a ", " an ", " the ", " de ", " er "].iter().any(|word| part.starts_with(word));
        let told = match own {
            None if denied && !article => Some(Told::NotMade),
            None if made => Some(Told::Made),
            own => own,
        };
        denied = own == Some(Told::NotMade) && !made;
        waiting.extend(types.into_iter().map(|(_, r#type)| r#type));
        if let Some(told) = told {
            all.extend(waiting.drain(..).map(|r#type| (r#type, told)));
        }
    }
    all.extend(waiting.into_iter().map(|r#type| (r#type, Told::Made)));
    all
}

/// Reads what prose tells of assessments, each type once. What is said not to be made because no personal data are
/// processed counts as said to be unnecessary, for data protection only. Where one sentence says that it was made
/// and another that it was not, it was made.
pub(super) fn read(text: &str) -> Vec<Said> {
    let mut all: Vec<Said> = Vec::new();
    let mut open: Vec<AssessmentType> = Vec::new();
    for words in sentences(text) {
        let sentence = padded(&words);
        let here: Vec<_> = clauses(&sentence).iter().flat_map(|clause| clause_tells(clause)).collect();
        if here.is_empty() {
            // "It was not required" speaks of what the sentence before named.
            let speaks = [" it ", " this ", " these ", " they ", " deze ", " dit ", " die ", " dat "];
            let told = told(&sentence, None).filter(|_| speaks.iter().any(|word| sentence.starts_with(word)));
            if let Some(told) = told {
                let before = all.iter_mut().filter(|said| said.r#type.is_some_and(|one| open.contains(&one)));
                before.for_each(|said| {
                    said.told = told;
                    said.words = format!("{}. {words}", said.words);
                });
            } else if let Some(said) = in_general(&sentence, &words) {
                all.push(said);
            }
            continue;
        }
        open = here.iter().map(|(r#type, _)| *r#type).collect();
        let no_data = NO_PERSONAL_DATA.iter().any(|words| sentence.contains(words));
        for (r#type, told) in here {
            let spared = no_data && r#type == AssessmentType::Dpia && told == Told::NotMade;
            let told = if spared { Told::NotRequired } else { told };
            match all.iter_mut().find(|said| said.r#type == Some(r#type)) {
                Some(known) if told == Told::Made => {
                    *known = Said { r#type: Some(r#type), told, words: words.clone() }
                }
                Some(_) => {}
                None => all.push(Said { r#type: Some(r#type), told, words: words.clone() }),
            }
        }
    }
    all
}

/// "No impact assessments were made": a sentence that denies assessments without naming a type.
fn in_general(sentence: &str, words: &str) -> Option<Said> {
    let place = [" assessment", " impacttoets", " impact assessment", " toets"]
        .iter()
        .filter_map(|word| sentence.find(word))
        .min()?;
    let told =
        told(sentence, Some(place)).filter(|told| matches!(told, Told::NotMade | Told::NotRequired))?;
    Some(Said { r#type: None, told, words: words.to_owned() })
}

/// Whether a text says that no personal data are processed.
pub(super) fn denies_personal_data(text: &str) -> bool {
    let text = padded(text);
    NO_PERSONAL_DATA.iter().any(|words| text.contains(words))
}

/// An assessment as the source tells of it, with the source's words as the reason where it was not made. Sources do
/// not say whether it was made before or after the tool went live: the stage is assumed, and counted.
pub(super) fn assessment(r#type: AssessmentType, told: Told, words: &str, uses: &mut Uses) -> Assessment {
    let status = match told {
        Told::Made => AssessmentStatus::Complete,
        Told::Begun => AssessmentStatus::InProgress,
        Told::NotMade => AssessmentStatus::NotStarted,
        Told::NotRequired => AssessmentStatus::NotRequired,
    };
    used(uses, "assessment-stage-assumed-before-deployment");
    let mut assessment = Assessment::new(r#type, AssessmentStage::BeforeDeployment, status);
    if matches!(told, Told::NotMade | Told::NotRequired) {
        let words = one_line(words);
        let words = shorten(&words, TEXT_MAX).unwrap_or(words);
        assessment.status_reason = Some(words).filter(|words| !words.is_empty());
        used(uses, "assessment-stated-as-not-made");
    }
    assessment
}

#[cfg(test)]
mod tests {
    use super::*;
    use AssessmentType::{Aiia, Dpia, Eqia, EthicsFramework, Fria, Hria, Other, Security};
    use Told::{Begun, Made, NotMade, NotRequired};

    #[test]
    fn titles_name_their_type() {
        #[track_caller]
        fn check(title: &str, expected: AssessmentType) {
            assert_eq!(type_of(title), expected, "{title}");
        }
        check("Data Protection Impact Asssesment (DPIA)", Dpia);
        check("Gegevensbeschermingseffectbeoordeling", Dpia);
        check("PIA", Dpia);
        check("Impact Assessment Mensenrechten en Algoritmes (IAMA)", Fria);
        check("Fundamentele Rechten en Algoritme Impact Assessment (FRAIA)", Fria);
        check("Mensenrechtentoets", Hria);
        check("MIA", Hria);
        check("AI Impact Assessment (AIIA)", Aiia);
        check("Business Impact Analyse (BIA)", Security);
        check("De Ethische Data Assistent (DEDA)", EthicsFramework);
        check("Ethische toets", EthicsFramework);
        check("Equality Impact Assessment", Eqia);
        check("Toetsingskader Algemene Rekenkamer", Other);
        check("Mediawijsheid", Other);
        assert!(is_screening("Pre-scan DPIA") && !is_screening("DPIA"));
    }

    #[track_caller]
    fn check(text: &str, expected: &[(Option<AssessmentType>, Told)]) {
        let found: Vec<_> = read(text).into_iter().map(|said| (said.r#type, said.told)).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn prose_tells_what_was_made_and_what_was_not() {
        check("Er is een DPIA uitgevoerd", &[(Some(Dpia), Made)]);
        check("Er is nog geen IAMA uitgevoerd.", &[(Some(Fria), NotMade)]);
        check(
            "Er is geen DPIA uitgevoerd omdat het algoritme geen persoonsgegevens verwerkt.",
            &[(Some(Dpia), NotRequired)],
        );
        check("Een DPIA is niet nodig, want de impact is laag.", &[(Some(Dpia), NotRequired)]);
        check("De DPIA wordt momenteel opgesteld.", &[(Some(Dpia), Begun)]);
        check("De DPIA is uitgevoerd en er zijn daarbij geen hoge risico's gevonden.", &[(Some(Dpia), Made)]);
        check(
            "Er is geen eigen DPIA. Wel is de tool onderdeel van de DPIA voor de verwerking.",
            &[(Some(Dpia), Made)],
        );
        check(
            "A DPIA was completed in March 2024. An EIA was not necessary because nobody is affected.",
            &[(Some(Dpia), Made), (Some(Eqia), NotRequired)],
        );
        check(
            "A DPIA was made but no equality impact assessment.",
            &[(Some(Dpia), Made), (Some(Eqia), NotMade)],
        );
        check(
            "A DPIA was completed and an EIA was not required.",
            &[(Some(Dpia), Made), (Some(Eqia), NotRequired)],
        );
        check(
            "A DPIA and an EIA were not required.",
            &[(Some(Dpia), NotRequired), (Some(Eqia), NotRequired)],
        );
        check("Er is geen DPIA en IAMA uitgevoerd.", &[(Some(Dpia), NotMade), (Some(Fria), NotMade)]);
        check("A DPIA was considered. It was not required.", &[(Some(Dpia), NotRequired)]);
        check("An equality impact assessment will be carried out later.", &[(Some(Eqia), NotMade)]);
        check("No impact assessments have been completed.", &[(None, NotMade)]);
        check("Het model is eenvoudig.", &[]);
        // What an assessment found, or who may read it, says nothing against it.
        check("No risks were identified in the Equality Impact Assessment.", &[(Some(Eqia), Made)]);
        check("The assessment did not identify risks.", &[]);
        check("The DPIA has not been published and will be reviewed yearly.", &[(Some(Dpia), Made)]);
        check("De DPIA is nog niet openbaar.", &[(Some(Dpia), Made)]);
        check("The DPIA concluded that consent was not required.", &[(Some(Dpia), Made)]);
        check("It was concluded that a DPIA was not required.", &[(Some(Dpia), NotRequired)]);
        check("The tool was tested with users.", &[]);
    }

    #[test]
    fn an_answer_may_deny_all_of_them() {
        #[track_caller]
        fn check(answer: &str, expected: Option<Told>) {
            assert_eq!(denies_all(answer), expected, "{answer}");
        }
        check("N/A", Some(NotRequired));
        check("Not required, as no decision is made.", Some(NotRequired));
        check("None", Some(NotMade));
        check("Geen", Some(NotMade));
        check("There are no impact assessments.", Some(NotMade));
        check("The board looked at the risks.", None);
    }

    #[test]
    fn what_was_not_made_keeps_the_words_as_its_reason() {
        let mut uses = Uses::new();
        let said = read("Er is geen DPIA uitgevoerd omdat het niet hoefde.");
        let assessment = assessment(Dpia, said[0].told, &said[0].words, &mut uses);
        assert_eq!(assessment.status, AssessmentStatus::NotStarted);
        assert_eq!(
            assessment.status_reason.as_deref(),
            Some("Er is geen DPIA uitgevoerd omdat het niet hoefde")
        );
        assert_eq!(uses["assessment-stated-as-not-made"], 1);
    }
}
