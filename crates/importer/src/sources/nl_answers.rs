//! What the Dutch register answers about impact assessments, objections, laws and data: in columns of `Ja` and `Nee`
//! (until standard 0.4), in lists of titles with links, and in prose. In standard 1.0 the list `impacttoetsen_grouping`
//! has the assessments that were made, and `impacttoetsen` explains why others were not.

use domain::assessment::{Assessment, Document};
use domain::codes::{AssessmentStage, AssessmentStatus, AssessmentType, StatementKind};
use domain::text::{clean, fold, one_line};
use serde_json::{Map, Value, json};

use super::assessed::{self, Said, Told};
use super::nl_lists::{Listed, listed, titled};
use super::redress;
use crate::mapping::{Bound, Mapped};
use crate::report::{Uses, used};

/// Columns that ask for one assessment, with the column of its description.
const COLUMNS: &[(&str, &str, Option<AssessmentType>)] = &[
    ("impactassessment", "", None),
    ("iama", "iama_description", Some(AssessmentType::Fria)),
    ("dpia", "dpia_description", Some(AssessmentType::Dpia)),
];

/// A row with its mapping: as text, without markup, and as the source's JSON.
pub(super) struct Answers<'r> {
    pub(super) bound: &'r Bound,
    pub(super) cells: &'r [String],
    pub(super) row: &'r Map<String, Value>,
}

impl Answers<'_> {
    /// Reads all of them into the mapped row.
    pub(super) fn read(&self, mapped: &mut Mapped, uses: &mut Uses) {
        self.assessments(mapped, uses);
        let procedure = self.bound.said(self.cells, "objection_procedure");
        // "n.v.t." and "geen" mean no value in other columns; here they are answers.
        let answers = |said: &&str| !self.bound.is_missing(said) || redress::denies(said);
        if let Some(procedure) = procedure.filter(answers) {
            redress::read(procedure, mapped, uses);
        }
        legal_basis(self.list("lawful_basis_grouping"), &mut mapped.fields, uses);
        datasets(self.list("source_data_grouping"), &mut mapped.fields, uses);
    }

    fn assessments(&self, mapped: &mut Mapped, uses: &mut Uses) {
        let mut found = Found::default();
        for (column, described, r#type) in COLUMNS {
            self.column(column, described, *r#type, &mut found, uses);
        }
        for item in self.list("impacttoetsen_grouping") {
            found.add(of_list(&item, uses));
        }
        self.explanation(&mut found, uses);
        if !found.all.is_empty() {
            mapped.fields.insert("assessments".to_owned(), json!(found.all));
        } else if let Some((kind, words)) = found.none {
            used(uses, "assessments-stated-as-none");
            redress::state(mapped, "assessments", kind, &words);
        }
    }

    /// A column of `Ja`, `Nee` or prose.
    fn column(
        &self,
        column: &str,
        described: &str,
        r#type: Option<AssessmentType>,
        found: &mut Found,
        uses: &mut Uses,
    ) {
        let said = self.bound.cell(self.cells, column).unwrap_or_default();
        let description = self.bound.cell(self.cells, described);
        let folded = fold(said);
        if matches!(folded.as_str(), "" | "onbekend") {
            return;
        }
        let words = match description {
            Some(description) if folded.len() <= 15 => description.to_owned(),
            _ => said.to_owned(),
        };
        let is = |word: &str| folded == word || folded.starts_with(&format!("{word} "));
        let prose = assessed::read(said);
        let told = if is("ja") {
            Told::Made
        } else if is("nee") || is("niet aanwezig") {
            Told::NotMade
        } else if let Some(said) = prose.iter().find(|one| one.r#type == r#type).or(prose.first()) {
            said.told
        } else if assessed::denies_personal_data(said) {
            Told::NotMade
        } else {
            used(uses, "assessment-status-not-translatable");
            return;
        };
        let spared = r#type == Some(AssessmentType::Dpia) && assessed::denies_personal_data(&words);
        let told = if told == Told::NotMade && spared { Told::NotRequired } else { told };
        match (r#type, told) {
            (None, Told::NotMade | Told::NotRequired) => found.none(told, format!("{column}: {words}")),
            (None, _) => {
                let mut assessment = assessed::assessment(AssessmentType::Other, told, &words, uses);
                assessment.title =
                    Some("Impact assessment (type and date not stated by the source)".to_owned());
                found.add(assessment);
            }
            (Some(r#type), told) => {
                let reason =
                    if words == said && folded.len() <= 15 { format!("{column}: {said}") } else { words };
                let mut assessment = assessed::assessment(r#type, told, &reason, uses);
                if matches!(told, Told::Made | Told::Begun) {
                    let more = description.or(Some(said).filter(|_| folded != "ja"));
                    assessment.summary = more.map(clean);
                }
                found.add(assessment);
            }
        }
    }

    /// `impacttoetsen`: in standard 1.0 why assessments were not made, before it a list of those that were.
    fn explanation(&self, found: &mut Found, uses: &mut Uses) {
        let Some(text) = self.bound.cell(self.cells, "impacttoetsen") else { return };
        let version = self.bound.cell(self.cells, "standard_version").unwrap_or_default();
        let explains = version.starts_with('1') || self.row.contains_key("impacttoetsen_grouping");
        if explains {
            let said = assessed::read(text);
            // The question is why there was none, so an answer that names none says just that.
            if said.is_empty() && found.all.is_empty() {
                found.none(assessed::denies_all(text).unwrap_or(Told::NotMade), text.to_owned());
            }
            for one in said {
                found.said(one, text, uses);
            }
            return;
        }
        for name in text.split("; ").map(one_line).filter(|name| !self.bound.is_missing(name)) {
            let said = assessed::read(&name);
            if said.iter().any(|one| one.told != Told::Made) {
                said.into_iter().for_each(|one| found.said(one, &name, uses));
            } else {
                found.add(of_list(&titled(&name), uses));
            }
        }
    }

    fn list(&self, column: &str) -> Vec<Listed> {
        let all = listed(self.row.get(column), self.bound.cell(self.cells, column));
        all.into_iter().filter(|item| !self.bound.is_missing(&item.title)).collect()
    }
}

/// The assessments of a row, each type once.
#[derive(Default)]
struct Found {
    all: Vec<Assessment>,
    /// What the source says if it says only that there are none.
    none: Option<(StatementKind, String)>,
}

impl Found {
    /// Adds an assessment. One of a type already known is only taken if it was made and the known one was not.
    fn add(&mut self, assessment: Assessment) {
        let same = |known: &&mut Assessment| {
            known.r#type == assessment.r#type && known.r#type != AssessmentType::Other
        };
        match self.all.iter_mut().find(same) {
            Some(known) if assessment.status.is_done() && !known.status.is_done() => *known = assessment,
            Some(_) => {}
            None => self.all.push(assessment),
        }
    }

    fn none(&mut self, told: Told, words: String) {
        let kind =
            if told == Told::NotRequired { StatementKind::NotApplicable } else { StatementKind::Absent };
        self.none.get_or_insert((kind, words));
    }

    fn said(&mut self, said: Said, text: &str, uses: &mut Uses) {
        match said.r#type {
            None => self.none(said.told, text.to_owned()),
            Some(r#type) => {
                let mut assessment = assessed::assessment(r#type, said.told, text, uses);
                if matches!(said.told, Told::Made | Told::Begun) {
                    assessment.summary = Some(clean(text));
                }
                self.add(assessment);
            }
        }
    }
}

/// A made assessment from its item in a list.
fn of_list(item: &Listed, uses: &mut Uses) -> Assessment {
    let r#type = assessed::type_of(&item.title);
    let mut assessment = if assessed::is_screening(&item.title) {
        Assessment::new(r#type, AssessmentStage::Screening, AssessmentStatus::Complete)
    } else {
        assessed::assessment(r#type, Told::Made, &item.title, uses)
    };
    assessment.title = Some(item.title.clone());
    assessment.document =
        item.link.as_ref().map(|url| Document { url: Some(url.clone()), ..Document::default() });
    assessment
}

/// Adds the laws of a list to the legal basis.
fn legal_basis(laws: Vec<Listed>, fields: &mut Map<String, Value>, uses: &mut Uses) {
    for Listed { title, link } in laws {
        let law = match link {
            Some(link) if !title.contains(&link) => format!("{title} ({link})"),
            _ => title,
        };
        used(uses, "law-from-list");
        match fields.get_mut("legal_basis") {
            Some(Value::String(known)) if known.contains(&law) => {}
            Some(Value::String(known)) => known.push_str(&format!("; {law}")),
            _ => {
                fields.insert("legal_basis".to_owned(), json!(law));
            }
        }
    }
}

/// Adds the data of a list to the data sets.
fn datasets(data: Vec<Listed>, fields: &mut Map<String, Value>, uses: &mut Uses) {
    if data.is_empty() {
        return;
    }
    let Some(all) = fields.entry("datasets").or_insert_with(|| json!([])).as_array_mut() else { return };
    for Listed { title, link } in data {
        used(uses, "dataset-from-list");
        let mut dataset = json!({ "role": "operational", "description": title });
        if let Some(link) = link {
            dataset["source_url"] = json!(link);
        }
        all.push(dataset);
    }
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;
    use domain::codes::AssessmentStatus::{Complete, NotRequired, NotStarted};

    use super::*;
    use crate::mapping::Mapping;
    use crate::sources::{json as from_json, markup};

    /// What a row gives: its type, status, and whether a reason or a link comes with it.
    fn read(row: Value) -> Mapped {
        let Value::Object(row) = row else { panic!("a row is an object") };
        let headers: Vec<String> = row.keys().cloned().collect();
        let bound =
            Mapping::parse(include_str!("../../mappings/nl.toml")).unwrap().bind(&headers, NaiveDate::MAX);
        let mut uses = Uses::new();
        let cells = from_json::cells(&headers, &row, &mut uses);
        let cells: Vec<String> = cells.into_iter().map(|cell| markup::plain(&cell).unwrap_or(cell)).collect();
        let mut mapped = bound.apply(&cells, &mut uses);
        Answers { bound: &bound, cells: &cells, row: &row }.read(&mut mapped, &mut uses);
        mapped
    }

    #[track_caller]
    fn check(row: Value, expected: &[(AssessmentType, AssessmentStatus)]) -> Vec<Assessment> {
        let mapped = read(row.clone());
        let all: Vec<Assessment> = mapped
            .fields
            .get("assessments")
            .map_or(Vec::new(), |all| serde_json::from_value(all.clone()).unwrap());
        let found: Vec<_> = all.iter().map(|one| (one.r#type, one.status)).collect();
        assert_eq!(found, expected, "{row}");
        all
    }

    #[test]
    fn standard_1_lists_what_was_made_and_explains_what_was_not() {
        let all = check(
            json!({ "standard_version": "1.0", "impacttoetsen": null, "impacttoetsen_grouping": [
                { "title": "<b>Data Protection Impact Assessment (DPIA)</b>", "link": "https://voorbeeld.nl/dpia.pdf" },
                { "title": "Impact Assessment Mensenrechten en Algoritmes (IAMA)", "link": null },
            ]}),
            &[(AssessmentType::Dpia, Complete), (AssessmentType::Fria, Complete)],
        );
        assert_eq!(all[0].title.as_deref(), Some("Data Protection Impact Assessment (DPIA)"));
        let url = all[0].document.as_ref().and_then(|document| document.url.as_deref());
        assert_eq!(url, Some("https://voorbeeld.nl/dpia.pdf"));

        let text = "<p>Er is geen DPIA uitgevoerd omdat het algoritme geen persoonsgegevens verwerkt.</p>";
        let all = check(
            json!({ "standard_version": "1.0", "impacttoetsen": text, "impacttoetsen_grouping": null }),
            &[(AssessmentType::Dpia, NotRequired)],
        );
        let reason = "Er is geen DPIA uitgevoerd omdat het algoritme geen persoonsgegevens verwerkt.";
        assert_eq!((all[0].status_reason.as_deref(), all[0].title.as_deref()), (Some(reason), None));
        check(
            json!({ "standard_version": "1.0", "impacttoetsen": "Er is nog geen DPIA gedaan." }),
            &[(AssessmentType::Dpia, NotStarted)],
        );
    }

    #[test]
    fn an_explanation_without_a_type_states_that_there_are_none() {
        let mapped = read(
            json!({ "standard_version": "1.0", "impacttoetsen": "Het gaat om een eenvoudige rekenregel." }),
        );
        assert!(!mapped.fields.contains_key("assessments"));
        let (kind, reason) = &mapped.statements["assessments"];
        assert_eq!(*kind, StatementKind::Absent);
        assert_eq!(reason, "the source says \"Het gaat om een eenvoudige rekenregel.\"");
        let mapped = read(json!({ "impactassessment": "Nee" }));
        assert_eq!(mapped.statements["assessments"].1, "the source says \"impactassessment: Nee\"");
        for mute in [
            json!({ "impactassessment": "Onbekend" }),
            json!({ "impacttoetsen": "" }),
            json!({ "dpia": "-" }),
        ] {
            let mapped = read(mute);
            assert!(mapped.statements.is_empty() && !mapped.fields.contains_key("assessments"));
        }
    }

    #[test]
    fn columns_of_yes_and_no_say_which() {
        let all = check(
            json!({ "dpia": "Nee, want er is geen sprake van persoonsgegevens.", "iama": "Nee" }),
            &[(AssessmentType::Fria, NotStarted), (AssessmentType::Dpia, NotRequired)],
        );
        assert_eq!(all[0].status_reason.as_deref(), Some("iama: Nee"));
        check(json!({ "dpia": "Geen persoonsgegevens betrokken." }), &[(AssessmentType::Dpia, NotRequired)]);
        check(json!({ "dpia": "niet aanwezig" }), &[(AssessmentType::Dpia, NotStarted)]);
        check(json!({ "impactassessment": "Ja" }), &[(AssessmentType::Other, Complete)]);
        let all = check(
            json!({ "dpia": "ja", "dpia_description": "Uitgevoerd in 2021." }),
            &[(AssessmentType::Dpia, Complete)],
        );
        assert_eq!(all[0].summary.as_deref(), Some("Uitgevoerd in 2021."));
    }

    #[test]
    fn a_list_from_before_standard_1_has_what_was_made() {
        check(
            json!({ "impacttoetsen": "{\"Data Protection Impact Asssesment (DPIA)\",\"Ethische toets\"}" }),
            &[(AssessmentType::Dpia, Complete), (AssessmentType::EthicsFramework, Complete)],
        );
        check(json!({ "impacttoetsen": "DPIA", "dpia": "Nee" }), &[(AssessmentType::Dpia, Complete)]);
    }

    #[test]
    fn lists_of_laws_and_data_keep_their_links() {
        let mapped = read(json!({
            "lawful_basis": "Gemeentewet",
            "lawful_basis_grouping": [{ "title": "Gemeentewet artikel 225", "link": "https://wetten.nl/225" }],
            "source_data_grouping": [{ "title": "Kentekenregister", "link": null }],
        }));
        assert_eq!(
            mapped.fields["legal_basis"],
            "Gemeentewet; Gemeentewet artikel 225 (https://wetten.nl/225)"
        );
        assert_eq!(
            mapped.fields["datasets"],
            json!([{ "role": "operational", "description": "Kentekenregister" }])
        );
        assert_eq!(
            mapped.raw["lawful_basis_grouping"], "Gemeentewet artikel 225: https://wetten.nl/225",
            "the raw form keeps the link"
        );
    }

    #[test]
    fn no_objection_is_an_answer_and_a_blank_is_none() {
        let kind = |said: &str| {
            read(json!({ "objection_procedure": said }))
                .statements
                .get("redress_routes")
                .map(|(kind, _)| *kind)
        };
        assert_eq!(kind("n.v.t."), Some(StatementKind::NotApplicable));
        assert_eq!((kind("nee"), kind("Geen")), (Some(StatementKind::Absent), Some(StatementKind::Absent)));
        assert_eq!((kind("-"), kind("volgt"), kind("Nog niet beschikbaar")), (None, None, None));
    }
}
