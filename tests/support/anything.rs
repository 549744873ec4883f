//! Random records with everything in them, and texts that files find hard, from a seed that a failing test
//! prints.

use chrono::NaiveDate;
use domain::assessment::{Assessment, Document, SharedWith};
use domain::codes::{Code, Origin, Visibility};
use domain::fields::FIELDS;
use domain::organisation::OrganisationRef;
use domain::oversight::{Audit, Consultation, Evaluation, Participant, Review};
use domain::procurement::{ContractRef, Environment, SupplierInvolvement};
use domain::record::{
    ComplaintStatistic, Dataset, Deployment, Estimate, Evidence, FieldStatement, Incident, Model,
    Performance, Record, RedressRoute, Reference, Risk, TestAnswer, Tests,
};
use domain::{number, written};
use proptest::prelude::Rng;
use proptest::test_runner::{RngAlgorithm, TestRng};

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
    fn codes<C: Code>(&mut self) -> Vec<C> {
        let mut codes: Vec<C> = Vec::new();
        for _ in 0..self.below(4) {
            let code = self.code();
            if !codes.contains(&code) {
                codes.push(code);
            }
        }
        codes
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
        Record {
            kind: self.code(),
            origin: Origin::SelfDeclared,
            publisher: OrganisationRef::named(publisher),
            joint_publishers: self.some(Self::body),
            title: format!("{}{}", self.of(&["", "=", "'@", "0", "TRUE "]), self.0.next_u64()),
            name: self.name(),
            summary: self.maybe(Self::text),
            summary_cy: self.maybe(Self::text),
            description: self.maybe(Self::text),
            detailed_description: self.maybe(Self::text),
            scope: self.maybe(Self::text),
            out_of_scope: self.maybe(Self::text),
            website_url: self.maybe(Self::address),
            contact_email: self.maybe(|make| {
                let local = make.of(&["info", "clean.air", "anpr", "jane.smith", "budd-daliadau"]);
                format!("{local}@northmoor.example")
            }),
            team: self.maybe(Self::text),
            accountable_role: self.maybe(Self::text),
            accountable_elected_office: self.maybe(Self::text),
            supplier_involvement: self.some(|make| SupplierInvolvement {
                supplier: make.maybe(Self::body),
                product: make.maybe(Self::name),
                role: make.maybe(Self::text),
                data_access_terms: make.maybe(Self::text),
            }),
            deployments: self.some(Self::deployment),
            jurisdiction: self.of(&["GB", "GB-WLS", "GB-ENG"]).to_owned(),
            lang: self.of(&["en", "cy", "en-GB"]).to_owned(),
            sectors: self.codes(),
            regions: self.codes(),
            cofog_functions: self.codes(),
            phase: Some(self.code()),
            phase_since: self.maybe(Self::day),
            planned_start: self.maybe(Self::day),
            first_used: self.maybe(Self::day),
            retired_on: self.maybe(Self::day),
            retirement_reason: self.maybe(Self::text),
            public_purpose: self.maybe(Self::text),
            problem_statement: self.maybe(Self::text),
            benefits: self.maybe(Self::text),
            previous_process: self.maybe(Self::text),
            alternatives_considered: self.maybe(Self::text),
            legal_basis: self.maybe(Self::text),
            decision_record_url: self.maybe(Self::address),
            policy_document_url: self.maybe(Self::address),
            technologies: self.codes(),
            automation_level: self.maybe(Self::code),
            decision_effects: self.codes(),
            burden_of_proof: self.maybe(Self::code),
            process_integration: self.maybe(Self::text),
            provided_information: self.maybe(Self::text),
            human_review: self.maybe(Self::text),
            required_training: self.maybe(Self::text),
            models: self.some(|make| Model {
                name: make.maybe(Self::text),
                version: make.maybe(Self::text),
                task: make.maybe(Self::text),
                architecture: make.maybe(Self::text),
                provider: make.maybe(Self::text),
            }),
            performance: self.some(|make| Performance {
                metric: make.text(),
                value: make.text(),
                group: make.maybe(Self::text),
                dataset: make.maybe(Self::text),
                measured_on: make.maybe(Self::day),
            }),
            datasets: self.some(Self::dataset),
            open_source: self.maybe(|make| make.chance(50)),
            source_code_url: self.maybe(Self::address),
            open_standards: self.some(Self::text),
            affected_groups: self.codes(),
            people_affected_per_year: self.maybe(Self::estimate),
            decisions_per_year: self.maybe(Self::estimate),
            uses_children_data: self.maybe(|make| make.chance(50)),
            special_category_data: self.codes(),
            national_identifiers: self.some(Self::text),
            notification_given: self.maybe(Self::text),
            explanation_available: self.maybe(|make| make.chance(50)),
            explanation_url: self.maybe(Self::address),
            opt_out_route: self.maybe(Self::text),
            non_digital_route_url: self.maybe(Self::address),
            workforce_impact: self.maybe(Self::text),
            benefit_distribution: self.maybe(Self::text),
            beneficiaries: self.some(Self::text),
            risk_bearers: self.some(Self::text),
            assessments: self.some(Self::assessment),
            reviews: self.some(Self::review),
            audits: self.some(Self::audit),
            consultations: self.some(Self::consultation),
            evaluations: self.some(|make| Evaluation {
                title: make.text(),
                done_on: make.maybe(Self::day),
                url: make.maybe(Self::address),
                summary: make.maybe(Self::text),
            }),
            risks: self.some(|make| Risk {
                title: make.text(),
                description: make.maybe(Self::text),
                group: make.maybe(Self::text),
                likelihood: make.maybe(Self::text),
                severity: make.maybe(Self::text),
                mitigations: make.some(Self::text),
            }),
            redress_routes: self.some(|make| RedressRoute {
                target: make.maybe(Self::text),
                eligible: make.some(Self::text),
                channel: make.maybe(Self::text),
                url: make.maybe(Self::address),
                deadline_days: make.maybe(|make| make.0.next_u32()),
                collective_allowed: make.maybe(|make| make.chance(50)),
                regulator: make.maybe(Self::text),
            }),
            complaint_statistics: self.some(|make| ComplaintStatistic {
                period: make.text(),
                received: make.maybe(Self::whole),
                upheld: make.maybe(Self::whole),
                source_url: make.maybe(Self::text),
            }),
            incidents: self.some(|make| Incident {
                happened_on: make.maybe(Self::day),
                kind: make.maybe(Self::text),
                people_affected: make.maybe(Self::whole),
                remedy: make.maybe(Self::text),
                url: make.maybe(Self::text),
            }),
            contracts: self.some(Self::contract),
            environment: self.some(|make| Environment {
                kind: make.code(),
                amount: make.maybe(Self::amount),
                unit: make.maybe(Self::text),
                period: make.maybe(Self::text),
                method: make.maybe(Self::text),
                basis: make.maybe(Self::code),
            }),
            tests: self.maybe(|make| Tests {
                preparation: make.maybe(Self::answer),
                principles: make.maybe(Self::answer),
                participation: make.maybe(Self::answer),
                prosperity: make.maybe(Self::answer),
                power: make.maybe(Self::answer),
            }),
            evidence: self.some(|make| Evidence {
                kind: make.maybe(Self::text),
                url: make.maybe(Self::address),
                held_on: make.maybe(Self::day),
                quote: make.maybe(Self::text),
            }),
            references: self.some(|make| Reference { scheme: make.text(), value: make.text() }),
            field_statements: self.some(Self::statement),
        }
    }
}
