//! The answers in the HTML of a published transparency record. Each question is a heading, and its answer
//! runs to the next heading. Ids repeat when a record has several models, so headings are read in order, not
//! by id.

use domain::fields::{FieldKind, field};
use domain::placeholder::{self, Place};
use domain::text::{clean, fold, one_line};
use domain::validate::is_address;
use scraper::{ElementRef, Html, Node};
use serde_json::{Map, Value, json};

use crate::mapping::hide_mailboxes;
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

/// The most elements read. Published records have some hundreds; the parser's time grows with the square of how deep
/// they are nested, which nobody knows before.
pub(super) const ELEMENTS_MAX: usize = 5_000;
/// The most elements times links and emphasis: whichever of these is never closed, the parser opens again in each block
/// that follows, as browsers do.
const OPENED_AGAIN_MAX: usize = 400_000;
/// The elements that are opened again.
const EMPHASIS: [&str; 14] =
    ["a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"];

/// There are more elements than are read.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct TooMany {
    /// How many there are.
    pub(super) elements: usize,
    /// How many of them are links and emphasis.
    pub(super) emphasis: usize,
}

/// Looks how many elements HTML can have, before it is parsed. Errors: [`TooMany`].
fn check(html: &str) -> Result<(), TooMany> {
    let tags =
        html.split('<').skip(1).filter(|tag| tag.starts_with(|letter: char| letter.is_ascii_alphabetic()));
    let (mut elements, mut emphasis) = (0, 0);
    for tag in tags {
        let name = tag.split(|letter: char| !letter.is_ascii_alphanumeric()).next().unwrap_or_default();
        elements += 1;
        emphasis += usize::from(EMPHASIS.iter().any(|known| known.eq_ignore_ascii_case(name)));
    }
    if elements > ELEMENTS_MAX || elements * emphasis > OPENED_AGAIN_MAX {
        return Err(TooMany { elements, emphasis });
    }
    Ok(())
}

/// Reads the answers into the record's fields. Errors: [`TooMany`].
pub(super) fn answers(html: &str, fields: &mut Map<String, Value>, uses: &mut Uses) -> Result<(), TooMany> {
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
        if let Some(meaning) = placeholder::meaning(&text, place) {
            used(uses, meaning.rule());
            continue;
        }
        put(target, &answer.text, text, fields);
    }
    Ok(())
}

fn put(target: &str, raw: &str, text: String, fields: &mut Map<String, Value>) {
    match target {
        "joint" => {}
        "phase" => {
            if let Some(phase) = super::atrs::phase_of(&text) {
                fields.entry("phase").or_insert_with(|| json!(phase));
            }
        }
        "scale" => append(fields, "process_integration", &format!("Frequency and scale of usage: {text}")),
        "assessment" => {
            let folded = fold(&text);
            let list = fields.entry("assessments").or_insert_with(|| json!([]));
            for (words, code) in [
                (&["data protection impact", "dpia"][..], "dpia"),
                (&["equality impact", "equalities impact", "eqia", "public sector equality"], "eqia"),
            ] {
                if words.iter().any(|word| folded.contains(word))
                    && let Some(list) = list.as_array_mut()
                {
                    // The record names the assessment, but only its own words say when it was done.
                    list.push(json!({ "type": code, "stage": "before_deployment", "status": "complete", "summary": text }));
                }
            }
            if let Some(list) = list.as_array_mut().filter(|list| list.is_empty()) {
                list.push(json!({ "type": "atrs", "stage": "before_deployment", "status": "complete", "summary": text }));
            }
        }
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
    collect(document.root_element(), &mut answers);
    answers.retain(|answer| !answer.question.is_empty());
    answers
}

/// Collects the answers below an element. Not by recursion: elements may be nested as deep as there are any, and a stack
/// that overflows ends the process.
fn collect(root: ElementRef<'_>, answers: &mut Vec<Answer>) {
    let mut next = root.first_child();
    while let Some(node) = next {
        if begin(node.value(), ElementRef::wrap(node), answers)
            && let Some(child) = node.first_child()
        {
            next = Some(child);
            continue;
        }
        let mut ended = node;
        next = loop {
            end(ended.value(), answers);
            if let Some(sibling) = ended.next_sibling() {
                break Some(sibling);
            }
            match ended.parent() {
                Some(parent) if parent.id() != root.id() => ended = parent,
                _ => break None,
            }
        };
    }
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
        let mut fields = Map::new();
        assert_eq!(answers(html, &mut fields, &mut Uses::new()), Ok(()));
        assert_eq!(fields["models"], json!([{"name": "First", "version": "1.2"}, {"name": "Second"}]));
        assert_eq!((&fields["name"], &fields["phase"]), (&json!("Matcher"), &json!("pilot")));
        assert_eq!(fields["assessments"].as_array().unwrap().len(), 2);
        assert!(!fields.contains_key("contact_email") && !fields.contains_key("required_training"));
    }

    /// The description that HTML below a heading gives, read with a stack smaller than any thread's.
    fn description(html: &str) -> Result<Option<Value>, TooMany> {
        let html = format!("<h3>1.2 - Description</h3>{html}");
        let reading = std::thread::Builder::new().stack_size(1 << 20).spawn(move || {
            let mut fields = Map::new();
            answers(&html, &mut fields, &mut Uses::new()).map(|()| fields.remove("description"))
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
