//! Writes records in the register's own template: header = field names, lists joined by `;`, objects as JSON.
//! About 5 kB a row, and skewed like real registers: few bodies publish much, few suppliers sell much.

use std::path::PathBuf;

use clap::Args;
use domain::codes::{
    AffectedGroup, AssessmentOutcome, AssessmentStage, AssessmentStatus, AssessmentType, AutomationLevel,
    BurdenOfProof, Code, CofogFunction, DecisionEffect, Phase, Region, Sector, SpecialCategory, Technology,
};
use domain::fields::columns;
use serde_json::{Value, json};

use crate::texts::{Chance, Zipf, prose, title};

/// Publishing bodies.
const PUBLISHERS: usize = 1_200;
/// Suppliers.
const SUPPLIERS: usize = 800;
/// First parts of place names.
const PLACES: &[&str] = &[
    "Alder", "Birk", "Calder", "Dun", "East", "Fen", "Glen", "Hather", "Iver", "Kirk", "Lang", "Marl",
    "Nether", "Oak", "Pen", "Quarn", "Rother", "Stan", "Thorn", "Upper", "Wether", "Yar", "Ash", "Brack",
    "Corn",
];
/// Second parts of place names.
const ENDS: &[&str] = &["dale", "ford", "ham", "mouth", "ton", "wick", "worth", "bridge"];
/// Kinds of body.
const BODIES: &[&str] =
    &["City Council", "Borough Council", "Police", "NHS Foundation Trust", "Fire Authority", "University"];
/// Kinds of supplier.
const FIRMS: &[&str] = &["Analytics Ltd", "Systems plc", "Software Limited", "Insight LLP"];

/// Write a CSV file of invented records in the register's own template.
#[derive(Debug, Args)]
pub struct Generate {
    /// How many records
    #[arg(long)]
    records: usize,
    /// The file
    #[arg(long, value_name = "FILE.csv")]
    out: PathBuf,
    /// The same seed gives the same file
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

impl Generate {
    /// Writes the file.
    pub fn run(&self) -> anyhow::Result<()> {
        let mut header: Vec<String> = vec!["key".to_owned()];
        header.extend(columns());
        let mut file = csv::Writer::from_path(&self.out)?;
        file.write_record(&header)?;
        let mut chance = Chance::new(self.seed);
        let (publishers, suppliers) = (Zipf::over(PUBLISHERS), Zipf::over(SUPPLIERS));
        for number in 0..self.records {
            let row = Row {
                publisher: publishers.place(&mut chance),
                supplier: chance.percent(70).then(|| suppliers.place(&mut chance)),
                phase: phase(&mut chance),
                number,
            };
            for name in &header {
                file.write_field(row.cell(name, &mut chance))?;
            }
            file.write_record(None::<&[u8]>)?;
        }
        file.flush()?;
        Ok(())
    }
}

/// Most tools in a register are in use.
fn phase(chance: &mut Chance) -> Phase {
    if chance.percent(60) { Phase::Production } else { chance.pick(Phase::ALL) }
}

/// What the cells of a row must agree on.
struct Row {
    number: usize,
    publisher: usize,
    supplier: Option<usize>,
    phase: Phase,
}

fn place(n: usize) -> String {
    format!("{}{}", PLACES[n % PLACES.len()], ENDS[n / PLACES.len() % ENDS.len()])
}

fn publisher(n: usize) -> String {
    format!("{} {}", place(n), BODIES[n / (PLACES.len() * ENDS.len()) % BODIES.len()])
}

fn supplier(n: usize) -> String {
    format!("{} {}", place(n * 7 + 3), FIRMS[n / (PLACES.len() * ENDS.len()) % FIRMS.len()])
}

impl Row {
    fn live(&self) -> bool {
        matches!(self.phase, Phase::PrivateBeta | Phase::PublicBeta | Phase::Pilot | Phase::Production)
    }

    /// A column's cell; empty where real records mostly are.
    fn cell(&self, column: &str, chance: &mut Chance) -> String {
        match column {
            "key" => format!("K{:07}", self.number),
            "kind" => "algorithmic_tool".to_owned(),
            "origin" => "self_declared".to_owned(),
            "publisher" => publisher(self.publisher),
            "joint_publishers" if chance.percent(4) => publisher(self.publisher + 1),
            "title" => format!("{} {}", title(chance, 5), self.number),
            "name" => title(chance, 2),
            "summary" => prose(chance, 180),
            "description" => prose(chance, 450),
            "detailed_description" => prose(chance, 480),
            "scope" | "out_of_scope" | "public_purpose" | "benefits" => prose(chance, 140),
            "human_review" | "process_integration" | "provided_information" => prose(chance, 140),
            "legal_basis" | "notification_given" | "required_training" => prose(chance, 100),
            "problem_statement" | "previous_process" | "alternatives_considered" if chance.percent(60) => {
                prose(chance, 140)
            }
            "contact_email" => format!("algorithms@{}.example", place(self.publisher).to_lowercase()),
            "website_url" | "policy_document_url" | "explanation_url" if chance.percent(60) => {
                format!("https://www.{}.example/{column}/{}", place(self.publisher).to_lowercase(), self.number)
            }
            "team" => title(chance, 3),
            "accountable_role" => format!("Director of {}", title(chance, 1)),
            "supplier_involvement" => self.supplier.map_or_else(String::new, |one| {
                let product = format!("{}{}", place(one * 3 + 1), one % 3 + 1);
                json!([{"supplier": {"name": supplier(one)}, "product": product, "role": title(chance, 4)}]).to_string()
            }),
            "deployments" => {
                json!([{"organisation": {"name": publisher(self.publisher)}, "phase": self.phase, "started_on": "2022-05-01"}])
                    .to_string()
            }
            "jurisdiction" => ["GB", "GB", "GB", "GB-WLS", "GB-SCT"][self.publisher % 5].to_owned(),
            "lang" => "en".to_owned(),
            "sectors" => codes(chance.some(Sector::ALL, 2)),
            "regions" => codes(chance.some(Region::ALL, 2)),
            "cofog_functions" => codes(chance.some(CofogFunction::ALL, 2)),
            "phase" => self.phase.as_str().to_owned(),
            "phase_since" | "first_used" if self.live() => chance.day(),
            "technologies" => codes(chance.some(Technology::ALL, 3)),
            "automation_level" => chance.pick(AutomationLevel::ALL).as_str().to_owned(),
            "decision_effects" => codes(chance.some(DecisionEffect::ALL, 2)),
            "burden_of_proof" => chance.pick(BurdenOfProof::ALL).as_str().to_owned(),
            "models" if chance.percent(50) => {
                json!([{"name": title(chance, 2), "version": "1.4", "task": title(chance, 3)}]).to_string()
            }
            "datasets" if chance.percent(50) => {
                json!([{"role": "operational", "name": title(chance, 3), "description": prose(chance, 80)}]).to_string()
            }
            "open_source" | "uses_children_data" | "explanation_available" => chance.percent(30).to_string(),
            "open_standards" if chance.percent(10) => "ISO/IEC 42001;RFC 4180".to_owned(),
            "affected_groups" => codes(chance.some(AffectedGroup::ALL, 3)),
            "people_affected_per_year" if chance.percent(70) => (10_usize << chance.below(18)).to_string(),
            // The number of people is drawn in another column, so a basis here without it would be an error.
            "decisions_per_year" => (10_usize << chance.below(18)).to_string(),
            "decisions_per_year_basis" => "estimated".to_owned(),
            "special_category_data" if chance.percent(30) => codes(chance.some(SpecialCategory::ALL, 2)),
            "national_identifiers" if chance.percent(20) => "National Insurance number;NHS number".to_owned(),
            "assessments" if chance.percent(70) => assessments(chance),
            "risks" if chance.percent(40) => {
                json!([{"title": title(chance, 3), "description": prose(chance, 120), "mitigations": [prose(chance, 60)]}])
                    .to_string()
            }
            "redress_routes" if chance.percent(60) => {
                json!([{"target": "outcome", "channel": title(chance, 4), "deadline_days": 28}]).to_string()
            }
            "contracts" if self.supplier.is_some() && chance.percent(50) => {
                json!([{"title": title(chance, 4), "value": "125000.00", "currency": "GBP", "starts_on": "2022-04-01"}])
                    .to_string()
            }
            _ => String::new(),
        }
    }
}

fn codes<C: Code>(codes: Vec<C>) -> String {
    codes.into_iter().map(Code::as_str).collect::<Vec<_>>().join(";")
}

/// One to three assessments; one in twenty is for regulators only.
fn assessments(chance: &mut Chance) -> String {
    let all: Vec<Value> = chance
        .some(AssessmentType::ALL, 3)
        .into_iter()
        .map(|kind| {
            let mut one = json!({
                "type": kind,
                "stage": chance.pick(AssessmentStage::ALL),
                "status": chance.pick(AssessmentStatus::ALL),
                "status_reason": title(chance, 5),
                "completed_on": chance.day(),
                "outcome": chance.pick(AssessmentOutcome::ALL),
                "summary": prose(chance, 100),
            });
            if chance.percent(5) {
                one["visibility"] = json!("regulator_only");
            }
            one
        })
        .collect();
    Value::Array(all).to_string()
}
