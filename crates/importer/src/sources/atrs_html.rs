//! The answers in the HTML of a published transparency record. Each question is a heading, and its answer
//! runs to the next heading. Ids repeat when a record has several models, so headings are read in order, not
//! by id.

use domain::fields::{FieldKind, field};
use domain::placeholder::{self, Meaning, Place};
use domain::text::{clean, fold, one_line};
use domain::validate::is_address;
use scraper::{ElementRef, Html, Node};
use serde_json::{Map, Value, json};

use super::markup::{TooMany, check, walk};
use super::{atrs_assessments, redress};
use crate::mapping::Mapped;
use crate::persons::hide_mailboxes;
use crate::report::{Uses, used};

/// Headings from every version of the standard, folded and without numbers, and the field each fills.
const QUESTIONS: &[(&str, &str)] = &[
    ("name", "name"),
    ("description", "description"),
    ("website url", "website_url"),
    ("url of the website", "website_url"),
    ("contact email", "contact_email"),
    ("organisation or department", "joint"),
    ("team", "team"),
    ("senior responsible owner", "accountable_role"),
    ("external supplier", "supplier_involvement.supplier"),
    ("external supplier role", "supplier_involvement.role"),
    ("companies house number", ""),
    ("procurement procedure type", "contracts.procedure"),
    ("data access terms", "supplier_involvement.data_access_terms"),
    ("terms of access to data for external supplier", "supplier_involvement.data_access_terms"),
    ("detailed description", "detailed_description"),
    ("scope", "scope"),
    ("benefit", "benefits"),
    ("benefits", "benefits"),
    ("justification", "benefits"),
    ("previous process", "previous_process"),
    ("alternatives considered", "alternatives_considered"),
    ("process integration", "process_integration"),
    ("integration into broader operational process", "process_integration"),
    ("provided information", "provided_information"),
    ("frequency and scale of usage", "scale"),
    ("human decisions and review", "human_review"),
    ("human decisions", "human_review"),
    ("required training", "required_training"),
    ("appeals and review", "redress_routes.channel"),
    ("system architecture", "detailed_description"),
    ("phase", "phase"),
    ("maintenance", "human_review"),
    ("model name", "models.name"),
    ("model version", "models.version"),
    ("model task", "models.task"),
    ("model architecture", "models.architecture"),
    ("model performance", "performance.value"),
    ("development data description", "datasets.description"),
    ("development data", "datasets.description"),
    ("data modality", "datasets.modality"),
    ("data quantities", "datasets.quantity"),
    ("sensitive attributes", "datasets.sensitive_attributes"),
    ("data completeness and representativeness", "datasets.completeness"),
    ("source data url", "datasets.source_url"),
    ("data collection", "datasets.collection"),
    ("data cleaning", "datasets.cleaning"),
    ("data sharing agreements", "datasets.sharing_agreements"),
    ("data access and storage", "datasets.access_and_storage"),
    ("data sources", "datasets.operational"),
    ("data processing methods", "datasets.cleaning"),
    ("impact assessment", "assessment"),
    ("impact assessments", "assessment"),
    ("risks and mitigations", "risks.description"),
    ("risks", "risks.description"),
    ("legal basis", "legal_basis"),
];

/// The fields that answers can fill.
pub(super) fn fields() -> impl Iterator<Item = &'static str> {
    QUESTIONS.iter().map(|(_, target)| match *target {
        "scale" => "process_integration",
        "assessment" => "assessments",
        target => target.split('.').next().unwrap_or(target),
    })
}

/// A question and its answer as plain text.
#[derive(Debug, PartialEq, Eq)]
struct Answer {
    question: String,
    text: String,
}

/// Reads the answers into the record's fields. Errors: [`TooMany`].
pub(super) fn answers(html: &str, mapped: &mut Mapped, uses: &mut Uses) -> Result<(), TooMany> {
    check(html)?;
    for answer in read(html) {
        let Some((_, target)) = QUESTIONS.iter().find(|(question, _)| *question == answer.question) else {
            used(uses, "question-without-field");
            continue;
        };
        let text = clean(&hide_mailboxes(&answer.text));
        if text.is_empty() || target.is_empty() {
            continue;
        }
        let place = field(target).map_or(Place::Name, |field| Place::from(&field.kind));
        let placeholder = placeholder::meaning(&text, place);
        match (*target, placeholder) {
            // Here a word that means "not applicable" or "none" is an answer.
            ("assessment", None | Some(Meaning::NotApplicable | Meaning::Absent)) => {
                atrs_assessments::read(&text, mapped, uses);
            }
            ("redress_routes.channel", None | Some(Meaning::NotApplicable | Meaning::Absent)) => {
                redress::read(&text, mapped, uses);
            }
            (_, Some(meaning)) => used(uses, meaning.rule()),
            (target, None) => put(target, &answer.text, text, &mut mapped.fields),
        }
    }
    Ok(())
}

fn put(target: &str, raw: &str, text: String, fields: &mut Map<String, Value>) {
    match target {
        "joint" => {}
        "phase" => {
            if let Some(phase) = super::atrs_items::phase_of(&text) {
                fields.entry("phase").or_insert_with(|| json!(phase));
            }
        }
        "scale" => append(fields, "process_integration", &format!("Frequency and scale of usage: {text}")),
        "contact_email" => {
            let mailbox = raw.split_whitespace().find(|word| domain::mailbox::is_role_mailbox(word));
            if let Some(mailbox) = mailbox {
                fields.entry("contact_email").or_insert_with(|| json!(mailbox));
            }
        }
        "website_url" => {
            if let Some(url) = raw.split_whitespace().find(|word| is_address(word)) {
                fields.entry("website_url").or_insert_with(|| json!(url));
            }
        }
        "name" => {
            fields.insert("name".to_owned(), json!(one_line(&text)));
        }
        _ => match target.split_once('.') {
            Some((list, member)) => put_member(list, member, text, fields),
            None => match field(target).map(|field| field.kind) {
                Some(FieldKind::Text(_)) => {
                    fields.entry(target).or_insert_with(|| json!(one_line(&text)));
                }
                _ => append(fields, target, &text),
            },
        },
    }
}

fn append(fields: &mut Map<String, Value>, name: &str, text: &str) {
    match fields.get_mut(name) {
        Some(Value::String(known)) => {
            known.push_str("\n\n");
            known.push_str(text);
        }
        _ => {
            fields.insert(name.to_owned(), json!(text));
        }
    }
}

/// Sets a member of the last object in a list, or starts a new object if that one has the member already.
/// That is how a record's second model is told from its first.
fn put_member(list: &str, member: &str, text: String, fields: &mut Map<String, Value>) {
    let operational = member == "operational";
    let member = if operational { "description" } else { member };
    let value = match member {
        "supplier" => json!({ "name": one_line(&text) }),
        _ => json!(text),
    };
    let items = fields.entry(list).or_insert_with(|| json!([]));
    let Some(items) = items.as_array_mut() else { return };
    if items.last().is_none_or(|last| last.get(member).is_some()) || operational {
        items.push(match list {
            "datasets" => json!({ "role": if operational { "operational" } else { "development" } }),
            "risks" => json!({ "title": "Risks and mitigations" }),
            "performance" => json!({ "metric": "as described" }),
            _ => json!({}),
        });
    }
    if let Some(Value::Object(last)) = items.last_mut() {
        last.insert(member.to_owned(), value);
    }
}

fn read(html: &str) -> Vec<Answer> {
    let document = Html::parse_fragment(html);
    let mut answers: Vec<Answer> = Vec::new();
    walk(document.root_element(), &mut answers, begin, |node, answers| end(node, answers));
    answers.retain(|answer| !answer.question.is_empty());
    answers
}

/// Takes what begins here. Returns whether to look inside.
fn begin(node: &Node, element: Option<ElementRef<'_>>, answers: &mut Vec<Answer>) -> bool {
    if let (Node::Text(text), Some(answer)) = (node, answers.last_mut()) {
        answer.text.push_str(text);
    }
    let Some(element) = element else { return false };
    match element.value().name() {
        "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
            let heading: String = element.text().collect();
            answers.push(Answer { question: question(&heading), text: String::new() });
            false
        }
        name => !matches!(name, "script" | "style"),
    }
}

/// Ends the line where a block ends.
fn end(node: &Node, answers: &mut [Answer]) {
    let Node::Element(element) = node else { return };
    if matches!(element.name(), "p" | "li" | "br" | "tr" | "div" | "ul" | "ol")
        && let Some(answer) = answers.last_mut()
    {
        answer.text.push('\n');
    }
}

/// `2.1.4.1 - External supplier` and `External supplier:` are the same question.
fn question(heading: &str) -> String {
    let folded = fold(heading);
    folded.trim_start_matches(|letter: char| letter.is_ascii_digit() || letter == ' ').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sources::markup::ELEMENTS_MAX;

    #[test]
    fn headings_with_repeated_ids_give_every_model() {
        let html = r#"<h2 id="tier-2">Tier 2</h2>
            <h3 id="name">1.1 - Name</h3><p>Matcher</p>
            <h3 id="model-name">2.4.2.1 - Model name</h3><p>First</p>
            <h3 id="model-version">2.4.2.2 - Model version</h3><p>1.2</p>
            <h3 id="model-name">2.4.2.1 - Model name</h3><p>Second</p>
            <h3 id="phase">2.4.1.2 - Phase</h3><p>Beta/Pilot</p>
            <h3 id="impact">2.5.1 - Impact assessment</h3><p>A DPIA and an equality impact assessment were done.</p>
            <h3>1.4 - Contact email</h3><p>jane.roe@x.gov.uk</p>
            <h3>2.3.5 - Required training</h3><p>N/A</p>"#;
        let mut mapped = Mapped::default();
        assert_eq!(answers(html, &mut mapped, &mut Uses::new()), Ok(()));
        let fields = mapped.fields;
        assert_eq!(fields["models"], json!([{"name": "First", "version": "1.2"}, {"name": "Second"}]));
        assert_eq!((&fields["name"], &fields["phase"]), (&json!("Matcher"), &json!("pilot")));
        assert_eq!(fields["assessments"].as_array().unwrap().len(), 2);
        assert!(!fields.contains_key("contact_email") && !fields.contains_key("required_training"));
    }

    #[test]
    fn an_answer_that_there_is_no_appeal_is_no_route() {
        let html = "<h3>2.3.6 - Appeals and review</h3><p>There is no appeal process.</p>";
        let mut mapped = Mapped::default();
        assert_eq!(answers(html, &mut mapped, &mut Uses::new()), Ok(()));
        assert!(!mapped.fields.contains_key("redress_routes"));
        assert_eq!(mapped.statements["redress_routes"].0, domain::codes::StatementKind::Absent);
    }

    /// The description that HTML below a heading gives, read with a stack smaller than any thread's.
    fn description(html: &str) -> Result<Option<Value>, TooMany> {
        let html = format!("<h3>1.2 - Description</h3>{html}");
        let reading = std::thread::Builder::new().stack_size(1 << 20).spawn(move || {
            let mut mapped = Mapped::default();
            answers(&html, &mut mapped, &mut Uses::new()).map(|()| mapped.fields.remove("description"))
        });
        reading.unwrap().join().unwrap()
    }

    #[test]
    fn elements_may_be_nested_as_deep_as_there_are_any() {
        let deep =
            format!("{}words{}", "<span>".repeat(ELEMENTS_MAX - 1), "</span>".repeat(ELEMENTS_MAX - 1));
        assert_eq!(description(&deep), Ok(Some(json!("words"))));
        // Closing tags of nothing do not hide how many there are.
        let many = "<div></x>".repeat(ELEMENTS_MAX);
        assert_eq!(description(&many), Err(TooMany { elements: ELEMENTS_MAX + 1, emphasis: 0 }));
    }

    #[test]
    fn emphasis_that_is_never_closed_does_not_multiply() {
        let open: String = (0..700).map(|n| format!("<B id={n}>")).collect();
        let many = format!("{open}{}", "<p>".repeat(700));
        assert_eq!(description(&many), Err(TooMany { elements: 1_401, emphasis: 700 }));
        let some = format!("words<b>{}</b>", "<p>".repeat(700));
        assert_eq!(description(&some), Ok(Some(json!("words"))));
    }

    #[test]
    fn blocks_end_lines_and_what_is_no_text_is_left_out() {
        let html =
            "<ul><li>One <b>and</b> two</li><li>Three</li></ul><script>let a</script><p>Four<br>five</p>";
        assert_eq!(description(html), Ok(Some(json!("One and two\nThree\n\nFour\nfive"))));
    }
}
