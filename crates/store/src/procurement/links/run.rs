//! A run of the link rules: proposals for every contract, and merging them into stored links.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::{DateTime, Utc};
use domain::codes::{Code, LinkClass, LinkState, PartyRole, ResolvedBy};
use domain::contracting::linking::{
    Body, ContractSide, ProductSide, Proposal, RecordSide, VERSION, address_key, call_off,
    contract_to_product, contract_to_record,
};
use domain::contracting::phrases::{Phrases, padded};
use domain::contracting::watch::Hit;
use domain::contracting::{Contract, Process};
use domain::naming::product_key;
use domain::{OrganisationRef, Product, Record};

use super::link::{Target, insert};
use crate::ground::db::micros;
use crate::ground::sql::{Pages, Sql};
use crate::names::parties::stated_identifiers;
use crate::names::resolver::Resolver;
use crate::procurement::contracts::read;
use crate::records::projection::country;
use crate::{Db, StoreError};

/// Contracts per step.
const AT_ONCE: i64 = 500;

/// Result of a run.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct Ran {
    /// Contracts examined.
    pub contracts: u64,
    /// Links by class, judged ones included.
    pub links: BTreeMap<String, u64>,
    /// New links.
    pub made: u64,
    /// Links whose class or grounds changed.
    pub changed: u64,
    /// Suggestions that no rule makes any more.
    pub withdrawn: u64,
    /// Links judged by a person, which no rule touches.
    pub judged: u64,
}

/// Records and products in memory: what contracts can be linked to.
struct Sides {
    records: Vec<RecordSide>,
    by_body: HashMap<String, Vec<usize>>,
    by_ocid: HashMap<String, Vec<usize>>,
    by_address: HashMap<String, Vec<usize>>,
    products: Vec<ProductSide>,
    terms: Vec<(usize, String)>,
    finder: Phrases,
}

/// Proposes links for every contract again. Judged links stay as they are; a rejected one is never proposed
/// again. Contracts are read in steps, so that no lock is held for long.
pub(crate) async fn run(db: &Db, now: DateTime<Utc>) -> Result<Ran, StoreError> {
    let sides = Sides::load(db).await?;
    let mut ran = Ran::default();
    let mut after = 0;
    let mut linked: HashMap<String, Vec<Target>> = HashMap::new();
    let mut call_offs: Vec<(i64, ContractSide, String)> = Vec::new();
    let mut proposed: HashMap<i64, Vec<(Target, Proposal)>> = HashMap::new();
    loop {
        let page = page(db, after, &sides).await?;
        let Some((last, ..)) = page.last() else { break };
        after = *last;
        ran.contracts += page.len() as u64;
        for (seq, side, frameworks) in page {
            let proposals = sides.propose(&side);
            let good = proposals.iter().filter(|(_, one)| one.class.counts());
            let good: Vec<Target> = good.map(|(target, _)| target.clone()).collect();
            if !good.is_empty() {
                linked.entry(side.ocid.clone()).or_default().extend(good);
            }
            call_offs.extend(frameworks.into_iter().map(|framework| (seq, side.clone(), framework)));
            if !proposals.is_empty() {
                proposed.insert(seq, proposals);
            }
        }
    }
    // Call-offs last: what a framework is linked to is known only after all contracts were seen.
    for (seq, side, framework) in call_offs {
        for target in linked.get(&framework).into_iter().flatten() {
            let proposals = proposed.entry(seq).or_default();
            let fits = sides.fits(&side, target) && !proposals.iter().any(|(known, _)| known == target);
            if fits {
                proposals.push((target.clone(), call_off(&framework, &side.ocid)));
            }
        }
    }
    let known = known(db).await?;
    apply(db, &known, proposed, now, &mut ran).await?;
    let counts =
        Sql::new("SELECT class, count(*) AS links FROM links WHERE state <> 'rejected' GROUP BY class");
    for row in counts.all(&db.read).await? {
        ran.links.insert(row.try_get_by("class")?, row.try_get_by::<i64, _>("links")?.unsigned_abs());
    }
    Ok(ran)
}

struct Existing {
    contract: i64,
    target: Target,
    class: LinkClass,
    state: LinkState,
    evidence: String,
    seq: i64,
}

async fn known(db: &Db) -> Result<Vec<Existing>, StoreError> {
    let sql = Sql::new(
        "SELECT seq, contract_seq, target_kind, target, class, state, evidence FROM links ORDER BY seq",
    );
    let rows = sql.all(&db.read).await?;
    rows.iter()
        .map(|row| {
            let seq: i64 = row.try_get_by("seq")?;
            let bad = |column| {
                move |error: domain::codes::UnknownCode| StoreError::inconsistent("links", column, seq, error)
            };
            Ok(Existing {
                seq,
                contract: row.try_get_by("contract_seq")?,
                target: Target::read(&row.try_get_by::<String, _>("target_kind")?, row.try_get_by("target")?),
                class: LinkClass::parse(&row.try_get_by::<String, _>("class")?).map_err(bad("class"))?,
                state: LinkState::parse(&row.try_get_by::<String, _>("state")?).map_err(bad("state"))?,
                evidence: row.try_get_by("evidence")?,
            })
        })
        .collect()
}

enum Change {
    Make(i64, Target, Proposal),
    Renew(i64, Proposal),
    Withdraw(i64),
}

/// Updates the stored links to the proposals, in steps.
async fn apply(
    db: &Db,
    known: &[Existing],
    mut proposed: HashMap<i64, Vec<(Target, Proposal)>>,
    now: DateTime<Utc>,
    ran: &mut Ran,
) -> Result<(), StoreError> {
    let mut changes = Vec::new();
    for one in known {
        let proposals = proposed.entry(one.contract).or_default();
        let place = proposals.iter().position(|(target, _)| *target == one.target);
        let proposal = place.map(|place| proposals.swap_remove(place).1);
        // Its proposal is used up as well, so a rejected link is not made again.
        if one.state != LinkState::Suggested {
            ran.judged += 1;
            continue;
        }
        match proposal {
            None => changes.push(Change::Withdraw(one.seq)),
            Some(proposal) => {
                let evidence = serde_json::to_string(&proposal.evidence).expect("evidence is JSON");
                if proposal.class != one.class || evidence != one.evidence {
                    changes.push(Change::Renew(one.seq, proposal));
                }
            }
        }
    }
    let mut rest: Vec<_> = proposed.into_iter().collect();
    rest.sort_by_key(|(seq, _)| *seq);
    for (seq, mut proposals) in rest {
        proposals.sort_by(|a, b| a.0.cmp(&b.0));
        changes.extend(proposals.into_iter().map(|(target, proposal)| Change::Make(seq, target, proposal)));
    }
    let mut changes = changes.into_iter().peekable();
    while changes.peek().is_some() {
        let tx = db.begin().await?;
        for change in changes.by_ref().take(200) {
            match change {
                Change::Make(contract, target, proposal) => {
                    insert(&tx, contract, &target, proposal.class, &proposal.evidence, now).await?;
                    ran.made += 1;
                }
                Change::Renew(seq, proposal) => {
                    let mut sql = Sql::new("UPDATE links SET class = ");
                    sql.bind(proposal.class.as_str()).push(", evidence = ");
                    sql.bind(serde_json::to_string(&proposal.evidence).expect("evidence is JSON"));
                    sql.push(", rule_version = ").bind(VERSION).push(", changed_at = ").bind(micros(now));
                    // If somebody judged it since it was read, the judgement wins.
                    ran.changed +=
                        sql.push(" WHERE state = 'suggested' AND seq = ").bind(seq).run(&tx).await?;
                }
                Change::Withdraw(seq) => {
                    let mut sql = Sql::new("DELETE FROM links WHERE state = 'suggested' AND seq = ");
                    ran.withdrawn += sql.bind(seq).run(&tx).await?;
                }
            }
        }
        tx.commit().await?;
    }
    Ok(())
}

/// Contracts after a row number, as the rules see them, with the frameworks each calls off from.
async fn page(
    db: &Db,
    after: i64,
    sides: &Sides,
) -> Result<Vec<(i64, ContractSide, Vec<String>)>, StoreError> {
    let mut sql = Sql::new(
        "SELECT c.seq, c.detail AS contract, c.watch, p.detail AS process \
         FROM contracts c JOIN processes p ON p.seq = c.process_seq \
         WHERE c.is_current = TRUE AND c.seq > ",
    );
    let rows = sql.bind(after).push(" ORDER BY c.seq LIMIT ").bind(AT_ONCE).all(&db.read).await?;
    rows.iter()
        .map(|row| {
            let seq: i64 = row.try_get_by("seq")?;
            let contract: Contract = read("contracts", seq, &row.try_get_by::<String, _>("contract")?)?;
            let watch: Option<String> = row.try_get_by("watch")?;
            let hit: Option<Hit> = watch.map(|watch| read("contracts", seq, &watch)).transpose()?;
            let process: Process = read("processes", seq, &row.try_get_by::<String, _>("process")?)?;
            let frameworks = process.relations.iter().filter(|relation| relation.is_framework());
            let frameworks = frameworks.map(|relation| relation.identifier.clone()).collect();
            Ok((seq, sides.contract(&process, &contract, hit), frameworks))
        })
        .collect()
}

impl Sides {
    async fn load(db: &Db) -> Result<Self, StoreError> {
        let resolver = Resolver::load(&db.read).await?;
        let identifiers = stated_identifiers(&db.read).await?;
        let body = |name: &str, country: &str, anywhere| {
            let found = resolver.find(name, country, anywhere);
            let slug = found.map(|(party, _)| party.slug.clone()).unwrap_or_default();
            Body {
                name: name.to_owned(),
                known: found.is_some_and(|(_, by)| by != ResolvedBy::Nothing),
                identifiers: identifiers.get(&slug).cloned().unwrap_or_default(),
                slug,
            }
        };
        let mut products = Vec::new();
        let mut product_slugs = HashMap::new();
        let mut terms = Vec::new();
        for row in Sql::new("SELECT slug, name_key, detail FROM products ORDER BY seq").all(&db.read).await? {
            let (slug, key): (String, String) = (row.try_get_by("slug")?, row.try_get_by("name_key")?);
            let product: Product = read("products", &slug, &row.try_get_by::<String, _>("detail")?)?;
            let exclusive = product.terms.iter().filter(|term| term.exclusive);
            terms.extend(exclusive.map(|term| (products.len(), term.term.clone())));
            let suppliers = product.suppliers.iter().map(|supplier| match resolver.party(supplier) {
                Some(party) => Body {
                    name: party.name.clone(),
                    slug: party.slug.clone(),
                    known: party.resolution == crate::names::organisations::Resolution::Registered,
                    identifiers: identifiers.get(&party.slug).cloned().unwrap_or_default(),
                },
                None => body(supplier, "GB", true),
            });
            products.push(ProductSide { slug: slug.clone(), suppliers: suppliers.collect() });
            product_slugs.insert(key, slug);
        }
        let mut records = Vec::new();
        let sql = "SELECT r.seq, r.id, v.content FROM records r JOIN record_versions v ON v.change = r.change \
            WHERE r.state = 'published' AND r.seq > ";
        let mut pages = Pages::new(sql, "r.seq");
        while let Some(row) = pages.next(db).await? {
            let id: String = row.try_get_by("id")?;
            let record: Record = read("record_versions", &id, &row.try_get_by::<String, _>("content")?)?;
            records.push(record_side(id, &record, &body, &product_slugs));
        }
        let mut sides = Self {
            finder: Phrases::of(terms.iter().map(|(_, term)| term.as_str())),
            records,
            by_body: HashMap::new(),
            by_ocid: HashMap::new(),
            by_address: HashMap::new(),
            products,
            terms,
        };
        for (place, record) in sides.records.iter().enumerate() {
            let add =
                |map: &mut HashMap<String, Vec<usize>>, key: String| map.entry(key).or_default().push(place);
            record.bodies.iter().for_each(|body| add(&mut sides.by_body, body.slug.clone()));
            record.ocids.iter().for_each(|ocid| add(&mut sides.by_ocid, ocid.clone()));
            record.addresses.iter().for_each(|url| add(&mut sides.by_address, address_key(url)));
        }
        Ok(sides)
    }

    fn contract(&self, process: &Process, contract: &Contract, hit: Option<Hit>) -> ContractSide {
        let party = |role| {
            let parties = contract.parties_as(role).map(|party| {
                let body = Body {
                    name: party.name.clone().unwrap_or_default(),
                    slug: party.organisation.clone().unwrap_or_default(),
                    known: party.resolved_by != ResolvedBy::Nothing,
                    identifiers: crate::names::parties::trusted(party)
                        .map(|one| format!("{} {}", one.scheme, one.value))
                        .collect(),
                };
                (body, Some(party.resolved_by))
            });
            parties.collect()
        };
        let texts = [&contract.title, &contract.description, &process.title, &process.description];
        let text: Vec<&str> = texts.into_iter().flatten().map(String::as_str).collect();
        let places: HashSet<usize> = self.finder.found(&padded(&text.join(" . "))).collect();
        let mut terms: Vec<(String, String)> = places
            .into_iter()
            .map(|place| (self.products[self.terms[place].0].slug.clone(), self.terms[place].1.clone()))
            .collect();
        // Per product only the longest term found: it says most.
        terms.sort_by(|a, b| (&a.0, b.1.len(), &a.1).cmp(&(&b.0, a.1.len(), &b.1)));
        terms.dedup_by(|a, b| a.0 == b.0);
        let documents = contract.documents.iter().chain(&process.documents);
        ContractSide {
            ocid: process.ocid.clone(),
            addresses: documents.filter_map(|document| document.url.clone()).collect(),
            buyers: party(PartyRole::Buyer),
            suppliers: party(PartyRole::Supplier),
            terms,
            starts_on: contract.begins_on(),
            ends_on: contract.last_day(),
            watched_cpv: hit.as_ref().and_then(|hit| hit.cpv.clone()),
            watched_word: hit.and_then(|hit| hit.word),
        }
    }

    /// Proposals for a contract.
    fn propose(&self, side: &ContractSide) -> Vec<(Target, Proposal)> {
        let mut places: Vec<usize> = Vec::new();
        let mut add = |found: Option<&Vec<usize>>| places.extend(found.into_iter().flatten());
        add(self.by_ocid.get(&side.ocid));
        side.addresses.iter().for_each(|url| add(self.by_address.get(&address_key(url))));
        side.buyers
            .iter()
            .filter(|(body, _)| !body.slug.is_empty())
            .for_each(|(body, _)| add(self.by_body.get(&body.slug)));
        places.sort_unstable();
        places.dedup();
        let records = places.into_iter().filter_map(|place| {
            let record = &self.records[place];
            Some((Target::Record(record.id.clone()), contract_to_record(side, record)?))
        });
        let products =
            self.products.iter().filter(|product| side.terms.iter().any(|(slug, _)| *slug == product.slug));
        let products = products.filter_map(|product| {
            Some((Target::Product(product.slug.clone()), contract_to_product(side, product)?))
        });
        records.chain(products).collect()
    }

    /// Whether a call-off may inherit its framework's link: to a record of its own buyer, or to any product.
    fn fits(&self, side: &ContractSide, target: &Target) -> bool {
        match target {
            Target::Product(_) => true,
            Target::Record(id) => side.buyers.iter().any(|(buyer, _)| {
                let places = self.by_body.get(&buyer.slug);
                places.into_iter().flatten().any(|place| self.records[*place].id == *id)
            }),
        }
    }
}

fn record_side(
    id: String,
    record: &Record,
    body: &impl Fn(&str, &str, bool) -> Body,
    products: &HashMap<String, String>,
) -> RecordSide {
    let home = country(&record.jurisdiction);
    let users = record.deployments.iter().map(|deployment| &deployment.organisation);
    let publishers = std::iter::once(&record.publisher).chain(&record.joint_publishers);
    let bodies = publishers.chain(users).map(|one: &OrganisationRef| body(&one.name, home, false));
    let suppliers = record.supplier_involvement.iter().filter_map(|part| part.supplier.as_ref());
    let named = record.supplier_involvement.iter().filter_map(|part| part.product.as_ref());
    RecordSide {
        id,
        bodies: bodies.filter(|body| !body.slug.is_empty()).collect(),
        suppliers: suppliers.map(|one| body(&one.name, home, true)).collect(),
        products: named.filter_map(|name| products.get(&product_key(name)).cloned()).collect(),
        ocids: record.contracts.iter().filter_map(|contract| contract.ocid.clone()).collect(),
        addresses: record.contracts.iter().filter_map(|contract| contract.notice_url.clone()).collect(),
        first_used: record.first_used,
        retired_on: record.retired_on,
    }
}
