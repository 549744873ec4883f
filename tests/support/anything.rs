//! Random records with everything in them, and texts that files find hard, from a seed that a failing test
//! prints.

use chrono::NaiveDate;
use domain::assessment::{Assessment, Document, SharedWith};
use domain::codes::{Code, Origin, Phase, RecordKind, Visibility, Vocabulary};
use domain::fields::{FIELDS, FieldKind};
use domain::organisation::OrganisationRef;
use domain::oversight::{Audit, Consultation, Evaluation, Participant, Review};
use domain::procurement::{ContractRef, Environment, SupplierInvolvement};
use domain::record::{
    ComplaintStatistic, Dataset, Deployment, Estimate, Evidence, FieldStatement, Incident, Model,
    Performance, Record, RedressRoute, Reference, Risk, TestAnswer, Tests, Translation,
};
use domain::{number, written};
use proptest::prelude::{ProptestConfig, Rng, any};
use proptest::test_runner::{RngAlgorithm, TestRng, TestRunner};
use serde_json::{Map, Value, json};

/// Runs a test on some seeds. A failure prints its seed; a smaller seed makes no smaller record, so none is looked for.
pub fn for_seeds<F: Future<Output = ()>>(cases: u32, test: impl Fn(u64) -> F) {
    let config =
        ProptestConfig { cases, failure_persistence: None, max_shrink_iters: 0, ..ProptestConfig::default() };
    let result = TestRunner::new(config).run(&any::<u64>(), |seed| {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
        runtime.block_on(Box::pin(test(seed)));
        Ok(())
    });
    result.unwrap();
}

/// Makes random values.
#[derive(Debug)]
pub struct Maker(TestRng);

/// Texts that something along the way could mistake for something else.
const ODD: &[&str] = &[
    "=1+1",
    "+44 20 7946 0000",
    "-5",
    "@SUM(A1)",
    "'=1+1",
    "''@x",
    "'quoted'",
    "\t=tab",
    "\r=return",
    "NA",
    "null",
    "TRUE",
    "0123",
    "1e5",
    "12000.0",
    "1,5",
    "2026-03-31",
    "31/03/2026",
    "50%",
    "[\"a\",\"b\"]",
    "{\"a\":1}",
    "a;b",
    ";",
    "_x000D_ and _x0041__x0042_",
    "line\r\nline\rline\n\nline",
    "  outside  and  inside  ",
    "tab\tinside",
    "say \"no\", twice: \"\"",
    "back\\slash \\N \\\" end\\",
    "<b>&amp; ]]> &#10;</b>",
    "Zoë’s “tool” – 漢字 😀 e\u{301}",
    "עברית \u{202e}hidden\u{200b}\u{2028}line",
    "\u{1}\u{b}\u{1f}",
    "\u{feff}mark",
    " ",
    "",
];

impl Maker {
    /// A maker with a seed.
    pub fn new(seed: u64) -> Self {
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&seed.to_le_bytes());
        Self(TestRng::from_seed(RngAlgorithm::ChaCha, &bytes))
    }

    fn below(&mut self, most: usize) -> usize {
        (self.0.next_u64() % most.max(1) as u64) as usize
    }

    fn chance(&mut self, of_a_hundred: usize) -> bool {
        self.below(100) < of_a_hundred
    }

    fn of<T: Clone>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())].clone()
    }

    fn maybe<T>(&mut self, make: impl FnOnce(&mut Self) -> T) -> Option<T> {
        self.chance(80).then(|| make(self))
    }

    fn some<T>(&mut self, make: impl Fn(&mut Self) -> T) -> Vec<T> {
        let many = self.below(4);
        (0..many).map(|_| make(self)).collect()
    }

    /// A code from a list.
    fn code<C: Code>(&mut self) -> C {
        self.of(C::ALL)
    }

    /// Codes from a list, without repeats.
    fn codes(&mut self, list: &Vocabulary) -> Value {
        let mut codes: Vec<&str> = Vec::new();
        for _ in 0..self.below(4) {
            let code = self.of(list.entries).code;
            if !codes.contains(&code) {
                codes.push(code);
            }
        }
        json!(codes)
    }

    /// A text, odd or plain, sometimes longer than a spreadsheet cell.
    pub fn text(&mut self) -> String {
        match self.below(20) {
            0..8 => self.of(ODD).to_owned(),
            8..12 => format!("{} and {}", self.of(ODD), self.of(ODD)),
            12 => format!("{}{}", self.of(ODD), "long 𝄞 ".repeat(written::CELL_UNITS / 6)),
            _ => format!("Plain words {}", self.0.next_u32()),
        }
    }

    /// A short text with content, such as a name.
    fn name(&mut self) -> String {
        let odd = self.of(&["", "Zoë’s ", "=", "a;b ", "[x] ", "\"quoted\" ", "‘", "'- "]);
        format!("{odd}name {}", self.below(1_000))
    }

    fn day(&mut self) -> NaiveDate {
        let days = match self.below(10) {
            0 => self.below(3_000_000),
            // The first days in the spreadsheet calendar, which counts a day that never existed (29 February
            // 1900).
            1 => 693_596 + self.below(100),
            _ => 730_000 + self.below(20_000),
        };
        NaiveDate::from_num_days_from_ce_opt(1 + days as i32).unwrap()
    }

    fn address(&mut self) -> String {
        format!("https://northmoor.example/{}?a=%20&b='x'", self.below(100))
    }

    fn whole(&mut self) -> u64 {
        let most = self.of(&[10, 100_000, number::WHOLE_MAX]);
        self.0.next_u64() % (most + 1)
    }

    fn body(&mut self) -> OrganisationRef {
        OrganisationRef::named(self.name())
    }

    fn estimate(&mut self) -> Estimate {
        Estimate { value: self.whole(), basis: self.code() }
    }

    fn amount(&mut self) -> String {
        self.of(&["125000.00", "0.1", "12", "-3.50"]).to_owned()
    }

    fn assessment(&mut self) -> Assessment {
        let visibilities =
            [None, Some(Visibility::Public), Some(Visibility::Summary), Some(Visibility::RegulatorOnly)];
        Assessment {
            id: None,
            r#type: self.code(),
            title: self.maybe(Self::text),
            stage: self.code(),
            status: self.code(),
            status_reason: self.maybe(Self::text),
            started_on: self.maybe(Self::day),
            completed_on: self.maybe(Self::day),
            next_review_on: self.maybe(Self::day),
            assessor_role: self.maybe(Self::text),
            reviewer: self.maybe(Self::text),
            consulted_groups: self.some(Self::text),
            native_scale: self.maybe(Self::text),
            risk_level: self.maybe(Self::text),
            residual_risk: self.maybe(Self::text),
            outcome: self.maybe(Self::code),
            visibility: self.of(&visibilities),
            withheld_ground: self.maybe(Self::code),
            summary: self.maybe(Self::text),
            document: self.maybe(|make| Document {
                sha256: None,
                media_type: make.maybe(Self::text),
                bytes: make.maybe(Self::whole),
                url: make.maybe(Self::address),
            }),
            shared_with: self.some(|make| SharedWith {
                regulator: make.text(),
                shared_on: make.maybe(Self::day),
                receipt: make.maybe(Self::text),
            }),
        }
    }

    fn review(&mut self) -> Review {
        Review {
            body: self.text(),
            met_on: self.maybe(Self::day),
            minutes_url: self.maybe(Self::address),
            advice: self.code(),
            conditions: self.maybe(Self::text),
            response: self.maybe(Self::code),
            response_text: self.maybe(Self::text),
        }
    }

    fn audit(&mut self) -> Audit {
        Audit {
            kind: self.code(),
            independence: self.maybe(Self::text),
            participants: self
                .some(|make| Participant { organisation: make.text(), role: make.maybe(Self::text) }),
            done_on: self.maybe(Self::day),
            report_url: self.maybe(Self::address),
            response_url: self.maybe(Self::address),
        }
    }

    fn consultation(&mut self) -> Consultation {
        Consultation {
            held_by: self.code(),
            kind: self.maybe(Self::text),
            opens_on: self.maybe(Self::day),
            closes_on: self.maybe(Self::day),
            groups: self.some(Self::text),
            method: self.maybe(Self::text),
            url: self.maybe(Self::address),
            responses: self.maybe(Self::whole),
            outcome: self.maybe(Self::code),
            effect: self.maybe(Self::text),
        }
    }

    fn dataset(&mut self) -> Dataset {
        Dataset {
            role: self.code(),
            name: self.maybe(Self::text),
            description: self.maybe(Self::text),
            modality: self.maybe(Self::text),
            quantity: self.maybe(Self::text),
            source_url: self.maybe(Self::text),
            completeness: self.maybe(Self::text),
            collection: self.maybe(Self::text),
            cleaning: self.maybe(Self::text),
            access_and_storage: self.maybe(Self::text),
            sharing_agreements: self.maybe(Self::text),
            sensitive_attributes: self.maybe(Self::text),
            steward: self.maybe(Self::text),
        }
    }

    fn answer(&mut self) -> TestAnswer {
        TestAnswer { text: self.maybe(Self::text), evidence_url: self.maybe(Self::address) }
    }

    fn statement(&mut self) -> FieldStatement {
        FieldStatement {
            field: FIELDS[self.below(FIELDS.len())].name.to_owned(),
            kind: self.code(),
            reason: self.maybe(Self::text),
            ground: self.maybe(Self::code),
        }
    }

    fn deployment(&mut self) -> Deployment {
        Deployment {
            organisation: self.body(),
            role: self.maybe(Self::text),
            phase: self.maybe(Self::code),
            started_on: self.maybe(Self::day),
            ended_on: self.maybe(Self::day),
            local_settings: self.maybe(Self::text),
            local_contact: self.maybe(Self::text),
        }
    }

    fn contract(&mut self) -> ContractRef {
        ContractRef {
            ocid: self.maybe(Self::text),
            notice_url: self.maybe(Self::address),
            title: self.maybe(Self::text),
            procedure: self.maybe(Self::text),
            value: self.maybe(Self::amount),
            currency: self.maybe(Self::text),
            starts_on: self.maybe(Self::day),
            ends_on: self.maybe(Self::day),
            conditions: self.some(Self::text),
        }
    }

    /// A publisher's record in which any field may hold anything the register has ever published.
    pub fn record(&mut self, publisher: &str) -> Record {
        let mut members = Map::new();
        for field in FIELDS {
            let value = match field.name {
                "origin" => Some(json!(Origin::SelfDeclared)),
                "publisher" => Some(json!(OrganisationRef::named(publisher))),
                "title" => {
                    Some(format!("{}{}", self.of(&["", "=", "'@", "0", "TRUE "]), self.0.next_u64()).into())
                }
                "name" => Some(self.name().into()),
                "kind" => Some(json!(self.code::<RecordKind>())),
                "phase" => Some(json!(self.code::<Phase>())),
                _ => self.value(&field.kind),
            };
            members.extend(value.map(|value| (field.name.to_owned(), value)));
        }
        serde_json::from_value(Value::Object(members)).unwrap()
    }

    /// A value of a field's type, or none.
    fn value(&mut self, kind: &FieldKind) -> Option<Value> {
        match kind {
            FieldKind::Text(_) | FieldKind::Markdown => self.maybe(Self::text).map(Value::from),
            FieldKind::Url => self.maybe(Self::address).map(Value::from),
            FieldKind::Email => self.maybe(Self::mailbox).map(Value::from),
            FieldKind::Date => self.maybe(Self::day).map(|day| json!(day)),
            FieldKind::Boolean => self.maybe(|make| make.chance(50)).map(Value::from),
            FieldKind::Code(list) => self.maybe(|make| make.of(list.entries).code.into()),
            FieldKind::Codes(list) => Some(self.codes(list)),
            FieldKind::Texts => Some(json!(self.some(Self::text))),
            FieldKind::Jurisdiction => Some(self.of(&["GB", "GB-WLS", "GB-ENG"]).into()),
            FieldKind::Language => Some(self.of(&["en", "cy", "en-GB"]).into()),
            FieldKind::Organisation => self.maybe(Self::body).map(|body| json!(body)),
            FieldKind::Organisations => Some(json!(self.some(Self::body))),
            FieldKind::Estimate => self.maybe(Self::estimate).map(|estimate| json!(estimate)),
            FieldKind::Objects(schema, _) => Some(self.some(|make| make.thing(schema)).into()),
            FieldKind::Object(schema, _) => self.maybe(|make| make.thing(schema)),
        }
    }

    /// An object of a schema.
    fn thing(&mut self, schema: &str) -> Value {
        match schema {
            "SupplierInvolvement" => json!(self.supplier()),
            "Deployment" => json!(self.deployment()),
            "Model" => json!(self.model()),
            "Performance" => json!(self.performance()),
            "Dataset" => json!(self.dataset()),
            "Assessment" => json!(self.assessment()),
            "Review" => json!(self.review()),
            "Audit" => json!(self.audit()),
            "Consultation" => json!(self.consultation()),
            "Evaluation" => json!(self.evaluation()),
            "Risk" => json!(self.risk()),
            "RedressRoute" => json!(self.redress()),
            "ComplaintStatistic" => json!(self.complaints()),
            "Incident" => json!(self.incident()),
            "ContractRef" => json!(self.contract()),
            "Environment" => json!(self.environment()),
            "Tests" => json!(self.tests()),
            "Evidence" => json!(self.evidence()),
            "Reference" => json!(Reference { scheme: self.text(), value: self.text() }),
            "FieldStatement" => json!(self.statement()),
            "Translation" => json!(self.translation()),
            _ => panic!("say here how a {schema} is made"),
        }
    }

    /// A translation into a language that no record made here is written in.
    fn translation(&mut self) -> Translation {
        let mut translation = Translation::new(self.of(&["fr", "de-CH", "rm"]));
        for field in Translation::fields() {
            if let Some(text) = self.maybe(Self::name) {
                translation = translation.with(field, text);
            }
        }
        translation
    }

    fn mailbox(&mut self) -> String {
        let local = self.of(&["info", "clean.air", "anpr", "jane.smith", "budd-daliadau"]);
        format!("{local}@northmoor.example")
    }

    fn supplier(&mut self) -> SupplierInvolvement {
        SupplierInvolvement {
            supplier: self.maybe(Self::body),
            product: self.maybe(Self::name),
            role: self.maybe(Self::text),
            data_access_terms: self.maybe(Self::text),
        }
    }

    fn model(&mut self) -> Model {
        Model {
            name: self.maybe(Self::text),
            version: self.maybe(Self::text),
            task: self.maybe(Self::text),
            architecture: self.maybe(Self::text),
            provider: self.maybe(Self::text),
        }
    }

    fn performance(&mut self) -> Performance {
        Performance {
            metric: self.text(),
            value: self.text(),
            group: self.maybe(Self::text),
            dataset: self.maybe(Self::text),
            measured_on: self.maybe(Self::day),
        }
    }

    fn evaluation(&mut self) -> Evaluation {
        Evaluation {
            title: self.text(),
            done_on: self.maybe(Self::day),
            url: self.maybe(Self::address),
            summary: self.maybe(Self::text),
        }
    }

    fn risk(&mut self) -> Risk {
        Risk {
            title: self.text(),
            description: self.maybe(Self::text),
            group: self.maybe(Self::text),
            likelihood: self.maybe(Self::text),
            severity: self.maybe(Self::text),
            mitigations: self.some(Self::text),
        }
    }

    fn redress(&mut self) -> RedressRoute {
        RedressRoute {
            target: self.maybe(Self::text),
            eligible: self.some(Self::text),
            channel: self.maybe(Self::text),
            url: self.maybe(Self::address),
            deadline_days: self.maybe(|make| make.0.next_u32()),
            collective_allowed: self.maybe(|make| make.chance(50)),
            regulator: self.maybe(Self::text),
        }
    }

    fn complaints(&mut self) -> ComplaintStatistic {
        ComplaintStatistic {
            period: self.text(),
            received: self.maybe(Self::whole),
            upheld: self.maybe(Self::whole),
            source_url: self.maybe(Self::text),
        }
    }

    fn incident(&mut self) -> Incident {
        Incident {
            happened_on: self.maybe(Self::day),
            kind: self.maybe(Self::text),
            people_affected: self.maybe(Self::whole),
            remedy: self.maybe(Self::text),
            url: self.maybe(Self::text),
        }
    }

    fn environment(&mut self) -> Environment {
        Environment {
            kind: self.code(),
            amount: self.maybe(Self::amount),
            unit: self.maybe(Self::text),
            period: self.maybe(Self::text),
            method: self.maybe(Self::text),
            basis: self.maybe(Self::code),
        }
    }

    fn tests(&mut self) -> Tests {
        Tests {
            preparation: self.maybe(Self::answer),
            principles: self.maybe(Self::answer),
            participation: self.maybe(Self::answer),
            prosperity: self.maybe(Self::answer),
            power: self.maybe(Self::answer),
        }
    }

    fn evidence(&mut self) -> Evidence {
        Evidence {
            kind: self.maybe(Self::text),
            url: self.maybe(Self::address),
            held_on: self.maybe(Self::day),
            quote: self.maybe(Self::text),
        }
    }
}
