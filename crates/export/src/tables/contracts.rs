//! Contracts, and their buyers and suppliers.

use std::sync::LazyLock;

use domain::codes::{Code, ContractKind, LinkState, PartyRole, ResolvedBy, ValueBasis, WatchStrength};
use domain::contracting::ContractParty;
use store::procurement::contracts::Stored;
use store::procurement::links::{Link, Target};

use crate::table::Reference;
use crate::{Cell, Kind, Typed};

/// A contract with its links.
#[derive(Debug)]
pub struct ContractRow {
    /// The contract with its process.
    pub stored: Stored,
    /// Its links, best grounds first.
    pub links: Vec<Link>,
}

impl ContractRow {
    fn names(&self, role: PartyRole) -> Cell<'_> {
        Cell::list(
            self.stored.contract.parties_as(role).map(|party| party.name.as_deref().unwrap_or_default()),
        )
    }

    fn ids(&self, role: PartyRole) -> Cell<'_> {
        let parties = self.stored.contract.parties_as(role);
        Cell::list(parties.map(|party| party.organisation.as_deref().unwrap_or_default()))
    }

    /// Its links to records, or to products, that nobody rejected.
    fn counted(&self, to_record: bool) -> impl Iterator<Item = &Link> {
        let counted = self.links.iter().filter(|link| link.state != LinkState::Rejected);
        counted.filter(move |link| matches!(link.target, Target::Record(_)) == to_record)
    }
}

/// Contracts and awards.
#[expect(clippy::too_many_lines, reason = "a column a line: it is a list")]
pub fn contracts() -> &'static Typed<ContractRow> {
    static TABLE: LazyLock<Typed<ContractRow>> = LazyLock::new(|| {
        Typed::<ContractRow>::new(
            "contracts",
            "Contracts",
            "A contract with its award, or an award alone, as the notices leave it",
            &["id"],
            &[],
        )
        .must("id", Kind::Text, "UUID, made of the notices' own ids", |row, _| (&row.stored.id).into())
        .must("url", Kind::Text, "Address of the contract", |row, base| {
            format!("{base}/api/v1/contracts/{}", row.stored.id).into()
        })
        .must("kind", Kind::Code(ContractKind::VOCABULARY), "A contract, or an award alone", |row, _| {
            row.stored.contract.kind.as_str().into()
        })
        .must("source", Kind::Text, "Where its notices come from", |row, _| {
            (&row.stored.process.source).into()
        })
        .must("ocid", Kind::Text, "Open Contracting id of its process", |row, _| {
            (&row.stored.process.ocid).into()
        })
        .with("award_id", Kind::Text, "The award's id in the process", |row, _| {
            row.stored.contract.award_id.as_ref().into()
        })
        .with("contract_id", Kind::Text, "The contract's id in the process", |row, _| {
            row.stored.contract.contract_id.as_ref().into()
        })
        .with("title", Kind::Text, "Title of contract, award or tender", |row, _| {
            row.stored.contract.title.as_ref().into()
        })
        .with("description", Kind::Text, "Description of contract, award or tender", |row, _| {
            row.stored.contract.description.as_ref().into()
        })
        .with("status", Kind::Text, "Status of contract or award", |row, _| {
            row.stored.contract.status.as_ref().into()
        })
        .with("buyers", Kind::Texts, "Buyers as the notice names them", |row, _| row.names(PartyRole::Buyer))
        .with(
            "buyer_ids",
            Kind::Texts,
            "Slugs of the buyers in the same order; empty where nobody is known",
            |row, _| row.ids(PartyRole::Buyer),
        )
        .with("suppliers", Kind::Texts, "Suppliers as the notice names them", |row, _| {
            row.names(PartyRole::Supplier)
        })
        .with(
            "supplier_ids",
            Kind::Texts,
            "Slugs of the suppliers in the same order; empty where nobody is known",
            |row, _| row.ids(PartyRole::Supplier),
        )
        .with("removed_suppliers", Kind::Texts, "Suppliers that later notices took out", |row, _| {
            row.names(PartyRole::RemovedSupplier)
        })
        .with("value", Kind::Decimal, "What it costs, net where the notice tells net from gross", |row, _| {
            row.stored.contract.value.as_ref().map(|value| &value.amount).into()
        })
        .with("value_gross", Kind::Decimal, "What it costs with tax", |row, _| {
            row.stored.contract.value_gross.as_ref().map(|value| &value.amount).into()
        })
        .with("currency", Kind::Text, "ISO 4217", |row, _| {
            let contract = &row.stored.contract;
            let money = contract.value.as_ref().or(contract.value_gross.as_ref());
            money.and_then(|value| value.currency.as_ref()).into()
        })
        .with("value_basis", Kind::Code(ValueBasis::VOCABULARY), "Where the value comes from", |row, _| {
            row.stored.contract.value_basis.map(Code::as_str).into()
        })
        .with("value_quality", Kind::Texts, "What is odd about the value", |row, _| {
            Cell::list(&row.stored.contract.value_quality)
        })
        .with("procedure", Kind::Text, "Procurement method", |row, _| {
            row.stored.process.procedure.as_ref().into()
        })
        .with("procedure_details", Kind::Text, "The procedure in the source's own words", |row, _| {
            row.stored.process.procedure_details.as_ref().into()
        })
        .with("category", Kind::Text, "goods, services or works", |row, _| {
            row.stored.process.category.as_ref().into()
        })
        .must("framework", Kind::Boolean, "Whether others call off from it", |row, _| {
            row.stored.process.framework.into()
        })
        .with("awarded_on", Kind::Date, "Day of the award", |row, _| row.stored.contract.awarded_on.into())
        .with("signed_on", Kind::Date, "Day of the signature", |row, _| row.stored.contract.signed_on.into())
        .with("published_on", Kind::Date, "Day it was first published", |row, _| {
            row.stored.contract.published_on.into()
        })
        .with("starts_on", Kind::Date, "First day", |row, _| row.stored.contract.starts_on.into())
        .with("ends_on", Kind::Date, "Last day", |row, _| row.stored.contract.ends_on.into())
        .with("max_ends_on", Kind::Date, "Last day if every extension is used", |row, _| {
            row.stored.contract.max_ends_on.into()
        })
        .with("cpv", Kind::Texts, "What is bought, by the common procurement vocabulary", |row, _| {
            Cell::list(row.stored.contract.cpv.iter().map(|cpv| &cpv.code))
        })
        .with("notice_types", Kind::Texts, "Types of its notices", |row, _| {
            Cell::list(&row.stored.process.notice_types)
        })
        .with("notice_urls", Kind::Texts, "Where its notices and documents are", |row, _| {
            let (contract, process) = (&row.stored.contract, &row.stored.process);
            let documents = contract.documents.iter().chain(&process.documents);
            Cell::list(documents.filter_map(|document| document.url.as_ref()))
        })
        .with("related_processes", Kind::Texts, "Other processes it names", |row, _| {
            Cell::list(row.stored.process.relations.iter().map(|relation| &relation.identifier))
        })
        .with(
            "watch_strength",
            Kind::Code(WatchStrength::VOCABULARY),
            "How strongly it is on the watch list",
            |row, _| row.stored.hit.as_ref().map(|hit| hit.strength.as_str()).into(),
        )
        .with("watch_group", Kind::Text, "Group of the watch list", |row, _| {
            row.stored.hit.as_ref().map(|hit| &hit.group).into()
        })
        .with("watch_cpv", Kind::Text, "The code on the watch list", |row, _| {
            row.stored.hit.as_ref().and_then(|hit| hit.cpv.as_ref()).into()
        })
        .with("watch_word", Kind::Text, "The word on the watch list", |row, _| {
            row.stored.hit.as_ref().and_then(|hit| hit.word.as_ref()).into()
        })
        .with("record_ids", Kind::Texts, "Records it is linked to; no rejected links", |row, _| {
            Cell::list(row.counted(true).map(|link| link.target.name()))
        })
        .with("record_link_classes", Kind::Texts, "How good the grounds of those links are", |row, _| {
            Cell::list(row.counted(true).map(|link| link.class.as_str()))
        })
        .with("record_link_states", Kind::Texts, "What people said of those links", |row, _| {
            Cell::list(row.counted(true).map(|link| link.state.as_str()))
        })
        .with("product_ids", Kind::Texts, "Products it is linked to; no rejected links", |row, _| {
            Cell::list(row.counted(false).map(|link| link.target.name()))
        })
        .with("quality", Kind::Texts, "What is odd about the rest", |row, _| {
            Cell::list(&row.stored.contract.quality)
        })
        .must("listed_on", Kind::Date, "The day of its process's first notice", |row, _| {
            (&row.stored.listed_on).into()
        })
        .must(
            "is_current",
            Kind::Boolean,
            "Whether the notices still make it; false when later ones took it up elsewhere",
            |row, _| row.stored.is_current.into(),
        )
    });
    &TABLE
}

/// A party to a contract.
#[derive(Debug)]
pub struct PartyRow {
    /// The contract's id.
    pub contract_id: String,
    /// The party's place in the contract, from 1.
    pub position: i64,
    /// The party itself.
    pub party: ContractParty,
}

/// Buyers and suppliers of contracts.
pub fn contract_parties() -> &'static Typed<PartyRow> {
    static TABLE: LazyLock<Typed<PartyRow>> = LazyLock::new(|| {
        Typed::<PartyRow>::new(
            "contract_parties",
            "Parties of contracts",
            "A buyer or supplier of a contract, as the notice names it and as the register knows it",
            &["contract_id", "position"],
            &[
                Reference { column: "contract_id", table: "contracts", target: "id" },
                Reference { column: "organisation_id", table: "organisations", target: "id" },
            ],
        )
        .must("contract_id", Kind::Text, "Id of the contract", |row, _| (&row.contract_id).into())
        .must("position", Kind::Integer, "Its place in the contract, from 1", |row, _| row.position.into())
        .must("role", Kind::Code(PartyRole::VOCABULARY), "What it is in the contract", |row, _| {
            row.party.role.as_str().into()
        })
        .with("name", Kind::Text, "Its name as written", |row, _| row.party.name.as_ref().into())
        .with("identifiers", Kind::Texts, "Identifiers that the notice states, scheme first", |row, _| {
            Cell::list(row.party.identifiers.iter().map(|one| format!("{} {}", one.scheme, one.value)))
        })
        .with("country", Kind::Text, "Country that the notice states", |row, _| {
            row.party.country.as_ref().into()
        })
        .with("organisation_id", Kind::Text, "Slug of the organisation it is", |row, _| {
            row.party.organisation.as_ref().into()
        })
        .must("resolved_by", Kind::Code(ResolvedBy::VOCABULARY), "How that was found", |row, _| {
            row.party.resolved_by.as_str().into()
        })
        .with("quality", Kind::Texts, "What is odd about it", |row, _| Cell::list(&row.party.quality))
    });
    &TABLE
}
