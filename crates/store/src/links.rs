//! Links between contracts and records or products: proposed by rule, judged by people, whose word stays.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::{DateTime, Utc};
use domain::codes::{Code, LinkClass, LinkState, PartyRole, ResolvedBy, Role};
use domain::contracting::linking::{
    Body, ContractSide, Evidence, ProductSide, Proposal, RecordSide, VERSION, address_key, call_off,
    contract_to_product, contract_to_record,
};
use domain::contracting::phrases::{Phrases, padded};
use domain::contracting::watch::Hit;
use domain::contracting::{Contract, Process};
use domain::{OrganisationRef, Product, Record};
use sea_orm::{ConnectionTrait, QueryResult};
use uuid::Uuid;

use crate::contracts::read;
use crate::db::{instant, micros};
use crate::parties::stated_identifiers;
use crate::projection::country;
use crate::resolver::Resolver;
use crate::sql::{Pages, Sql};
use crate::{Db, StoreError, Tx};

/// Contracts of one step of a run.
const AT_ONCE: i64 = 500;

/// A link as stored.
#[derive(Debug, Clone, PartialEq)]
pub struct Link {
    /// Number in the store.
    pub seq: i64,
    /// Its id.
    pub id: String,
    /// Id of the contract.
    pub contract_id: String,
    /// What it leads to.
    pub target: Target,
    /// How good its grounds are.
    pub class: LinkClass,
    /// What people said.
    pub state: LinkState,
    /// Release of the rules that made it.
    pub rule_version: String,
    /// Its grounds.
    pub evidence: Vec<Evidence>,
    /// When it was first proposed.
    pub made_at: DateTime<Utc>,
    /// When it last changed.
    pub changed_at: DateTime<Utc>,
    /// When a person judged it.
    pub judged_at: Option<DateTime<Utc>>,
    /// As what.
    pub judged_role: Option<Role>,
    /// What they said.
    pub reason: Option<String>,
}

/// What a link leads to.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Target {
    /// A record, by its public id.
    Record(String),
    /// A product, by its slug.
    Product(String),
}

impl Target {
    /// `record` or `product`.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Record(_) => "record",
            Self::Product(_) => "product",
        }
    }

    /// The public id or slug.
    pub fn name(&self) -> &str {
        match self {
            Self::Record(name) | Self::Product(name) => name,
        }
    }

    fn read(kind: &str, name: String) -> Self {
        if kind == "record" { Self::Record(name) } else { Self::Product(name) }
    }
}

const COLUMNS: &str = "SELECT l.seq, l.id, c.id, l.target_kind, l.target, l.class, l.state, l.rule_version, l.evidence, \
    l.made_at, l.changed_at, l.judged_at, l.judged_role, l.reason, l.contract_seq \
    FROM links l JOIN contracts c ON c.seq = l.contract_seq";

fn link(row: &QueryResult) -> Result<Link, StoreError> {
    let id: String = row.try_get_by_index(1)?;
    let bad = |column| {
        let id = id.clone();
        move |error: domain::codes::UnknownCode| StoreError::inconsistent("links", column, id, error)
    };
    let role: Option<String> = row.try_get_by_index(12)?;
    Ok(Link {
        seq: row.try_get_by_index(0)?,
        contract_id: row.try_get_by_index(2)?,
        target: Target::read(&row.try_get_by_index::<String>(3)?, row.try_get_by_index(4)?),
        class: LinkClass::parse(&row.try_get_by_index::<String>(5)?).map_err(bad("class"))?,
        state: LinkState::parse(&row.try_get_by_index::<String>(6)?).map_err(bad("state"))?,
        rule_version: row.try_get_by_index(7)?,
        evidence: read("links", &id, &row.try_get_by_index::<String>(8)?)?,
        made_at: instant(row.try_get_by_index(9)?),
        changed_at: instant(row.try_get_by_index(10)?),
        judged_at: row.try_get_by_index::<Option<i64>>(11)?.map(instant),
        judged_role: role.map(|role| Role::parse(&role)).transpose().map_err(bad("judged_role"))?,
        reason: row.try_get_by_index(13)?,
        id,
    })
}

/// Which links a list holds; an empty list means all.
#[derive(Debug, Clone, Default)]
pub struct LinkQuery {
    /// Their classes.
    pub classes: Vec<LinkClass>,
    /// What people said.
    pub states: Vec<LinkState>,
    /// `record` or `product`.
    pub kinds: Vec<String>,
    /// Ids of contracts.
    pub contracts: Vec<String>,
    /// Public ids of records.
    pub records: Vec<String>,
    /// Slugs of products.
    pub products: Vec<String>,
}

/// A page of links after a number, with how many match and the number of the last when there are more.
pub async fn list(
    db: &Db,
    query: &LinkQuery,
    after: Option<i64>,
    limit: u64,
) -> Result<(Vec<Link>, u64, Option<i64>), StoreError> {
    let mut wanted = Sql::default();
    wanted.push(" WHERE c.is_current = TRUE");
    let mut any = |column: &str, values: Vec<&str>| {
        if !values.is_empty() {
            wanted.push(&format!(" AND {column} IN ")).bind_list(values);
        }
    };
    any("l.class", query.classes.iter().map(|class| class.as_str()).collect());
    any("l.state", query.states.iter().map(|state| state.as_str()).collect());
    any("l.target_kind", query.kinds.iter().map(String::as_str).collect());
    any("c.id", query.contracts.iter().map(String::as_str).collect());
    for (kind, targets) in [("record", &query.records), ("product", &query.products)] {
        if !targets.is_empty() {
            wanted.push(" AND l.target_kind = ").bind(kind).push(" AND l.target IN ");
            wanted.bind_list(targets.iter().map(String::as_str));
        }
    }
    let mut count = Sql::new("SELECT count(*) FROM links l JOIN contracts c ON c.seq = l.contract_seq");
    let total = count.append(&wanted).number(&db.read).await?.unsigned_abs();
    let mut sql = Sql::new(COLUMNS);
    sql.append(&wanted);
    if let Some(after) = after {
        sql.push(" AND l.seq > ").bind(after);
    }
    let rows = sql.push(" ORDER BY l.seq LIMIT ").bind((limit + 1).cast_signed()).all(&db.read).await?;
    let mut items: Vec<Link> = rows.iter().map(link).collect::<Result<_, _>>()?;
    let more = items.len() as u64 > limit;
    items.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    let next = items.last().filter(|_| more).map(|last| last.seq);
    Ok((items, total, next))
}

/// The links of contracts by the contract's number, the best of each first.
pub async fn of_contracts(db: &Db, contracts: &[i64]) -> Result<HashMap<i64, Vec<Link>>, StoreError> {
    let mut found: HashMap<i64, Vec<Link>> = HashMap::new();
    if contracts.is_empty() {
        return Ok(found);
    }
    let mut sql = Sql::new(COLUMNS);
    sql.push(" WHERE l.contract_seq IN ").bind_list(contracts.iter().copied());
    for row in sql.push(" ORDER BY l.seq").all(&db.read).await? {
        found.entry(row.try_get_by_index(14)?).or_default().push(link(&row)?);
    }
    found.values_mut().for_each(|links| links.sort_by_key(|link| link.class));
    Ok(found)
}

/// Finds a link by its id.
pub async fn read_one(db: &Db, id: &str) -> Result<Option<Link>, StoreError> {
    let mut sql = Sql::new(COLUMNS);
    sql.push(" WHERE l.id = ").bind(id).one(&db.read).await?.as_ref().map(link).transpose()
}

/// Finds a link by its id, as a transaction sees it.
pub async fn find(conn: &Tx, id: &str) -> Result<Option<Link>, StoreError> {
    let mut sql = Sql::new(COLUMNS);
    sql.push(" WHERE l.id = ").bind(id).one(conn).await?.as_ref().map(link).transpose()
}

/// What a person says about a link.
#[derive(Debug, Clone)]
pub struct Judgement<'a> {
    /// Confirmed, rejected or disputed.
    pub state: LinkState,
    /// As what they say it.
    pub role: Role,
    /// Why.
    pub reason: &'a str,
}

/// Writes what a person says about a link; a confirmed one is of class confirmed from then on.
pub async fn judge(
    tx: &Tx,
    link: &Link,
    said: &Judgement<'_>,
    now: DateTime<Utc>,
) -> Result<Link, StoreError> {
    let class = if said.state == LinkState::Confirmed { LinkClass::Confirmed } else { link.class };
    let mut sql = Sql::new("UPDATE links SET state = ");
    sql.bind(said.state.as_str()).push(", class = ").bind(class.as_str());
    sql.push(", judged_at = ").bind(micros(now)).push(", judged_role = ").bind(said.role.as_str());
    sql.push(", reason = ").bind(said.reason).push(", changed_at = ").bind(micros(now));
    sql.push(" WHERE seq = ").bind(link.seq).run(tx).await?;
    Ok(Link {
        class,
        state: said.state,
        judged_at: Some(now),
        judged_role: Some(said.role),
        reason: Some(said.reason.to_owned()),
        changed_at: now,
        ..link.clone()
    })
}

/// States that a record answers for a contract, as the body itself says: a confirmed link, with that as its evidence
/// beside what rules found. `false` when an administrator rejected it before.
pub async fn state(
    tx: &Tx,
    contract_seq: i64,
    record: &str,
    said: &Judgement<'_>,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let target = Target::Record(record.to_owned());
    insert(tx, contract_seq, &target, LinkClass::Confirmed, &[], now).await?;
    let mut sql = Sql::new(COLUMNS);
    sql.push(" WHERE l.contract_seq = ")
        .bind(contract_seq)
        .push(" AND l.target_kind = 'record' AND l.target = ");
    let Some(row) = sql.bind(record).one(tx).await? else { return Ok(false) };
    let mut link = link(&row)?;
    if link.state == LinkState::Rejected {
        return Ok(false);
    }
    link.evidence.push(Evidence {
        rule: "stated_by_body".to_owned(),
        field: "record_id".to_owned(),
        left: String::new(),
        right: record.to_owned(),
    });
    let mut sql = Sql::new("UPDATE links SET evidence = ");
    sql.bind(serde_json::to_string(&link.evidence).expect("evidence is JSON"));
    sql.push(" WHERE seq = ").bind(link.seq).run(tx).await?;
    judge(tx, &link, said, now).await.map(|_| true)
}

async fn insert(
    tx: &Tx,
    contract_seq: i64,
    target: &Target,
    class: LinkClass,
    evidence: &[Evidence],
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let mut sql = Sql::new(
        "INSERT INTO links (id, contract_seq, target_kind, target, class, state, rule_version, evidence, made_at, \
         changed_at) VALUES ",
    );
    sql.bind_list(values![
        Uuid::now_v7().to_string(),
        contract_seq,
        target.kind(),
        target.name(),
        class.as_str(),
        LinkState::Suggested.as_str(),
        VERSION,
        serde_json::to_string(evidence).expect("evidence is JSON"),
        micros(now),
        micros(now),
    ]);
    sql.push(" ON CONFLICT (contract_seq, target_kind, target) DO NOTHING").run(tx).await.map(|_| ())
}

/// Takes words out of what links to a record say of it, and of what people said about them.
pub(crate) async fn scrub(
    tx: &Tx,
    record_id: &str,
    without: impl Fn(&str) -> String,
) -> Result<(), StoreError> {
    let mut sql =
        Sql::new("SELECT seq, evidence, reason FROM links WHERE target_kind = 'record' AND target = ");
    for row in sql.bind(record_id).all(tx).await? {
        let seq: i64 = row.try_get_by_index(0)?;
        let mut evidence: Vec<Evidence> = read("links", seq, &row.try_get_by_index::<String>(1)?)?;
        evidence.iter_mut().for_each(|one| one.right = without(&one.right));
        let reason: Option<String> = row.try_get_by_index(2)?;
        let mut sql = Sql::new("UPDATE links SET evidence = ");
        sql.bind(serde_json::to_string(&evidence).expect("evidence is JSON"));
        sql.push(", reason = ").bind(reason.as_deref().map(&without));
        sql.push(" WHERE seq = ").bind(seq).run(tx).await?;
    }
    Ok(())
}

/// What a run did.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct Ran {
    /// Contracts looked at.
    pub contracts: u64,
    /// Links by class, those people judged among them.
    pub links: BTreeMap<String, u64>,
    /// Links that are new.
    pub made: u64,
    /// Links whose class or grounds changed.
    pub changed: u64,
    /// Suggestions that no rule makes any more.
    pub withdrawn: u64,
    /// Links that a person judged; no rule touches them.
    pub judged: u64,
}

/// Both sides of the register in memory: what links lead to.
struct Sides {
    records: Vec<RecordSide>,
    by_body: HashMap<String, Vec<usize>>,
    by_ocid: HashMap<String, Vec<usize>>,
    by_address: HashMap<String, Vec<usize>>,
    products: Vec<ProductSide>,
    terms: Vec<(usize, String)>,
    finder: Phrases,
}

/// Proposes links for every contract anew. What a person judged stays as it is; a rejected link is never proposed
/// again. Nothing is locked for long: contracts are looked at in steps.
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
    let counts = Sql::new("SELECT class, count(*) FROM links WHERE state <> 'rejected' GROUP BY class");
    for row in counts.all(&db.read).await? {
        ran.links.insert(row.try_get_by_index(0)?, row.try_get_by_index::<i64>(1)?.unsigned_abs());
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
            let seq: i64 = row.try_get_by_index(0)?;
            let bad = |column| {
                move |error: domain::codes::UnknownCode| StoreError::inconsistent("links", column, seq, error)
            };
            Ok(Existing {
                seq,
                contract: row.try_get_by_index(1)?,
                target: Target::read(&row.try_get_by_index::<String>(2)?, row.try_get_by_index(3)?),
                class: LinkClass::parse(&row.try_get_by_index::<String>(4)?).map_err(bad("class"))?,
                state: LinkState::parse(&row.try_get_by_index::<String>(5)?).map_err(bad("state"))?,
                evidence: row.try_get_by_index(6)?,
            })
        })
        .collect()
}

enum Change {
    Make(i64, Target, Proposal),
    Renew(i64, Proposal),
    Withdraw(i64),
}

/// Brings the stored links to what the rules propose, in steps.
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
                    // Somebody may have judged it since it was read: then it is theirs.
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

/// Contracts after a number as the rules see them, with the frameworks each calls off from.
async fn page(
    db: &Db,
    after: i64,
    sides: &Sides,
) -> Result<Vec<(i64, ContractSide, Vec<String>)>, StoreError> {
    let mut sql = Sql::new(
        "SELECT c.seq, c.detail, c.watch, p.detail FROM contracts c JOIN processes p ON p.seq = c.process_seq \
         WHERE c.is_current = TRUE AND c.seq > ",
    );
    let rows = sql.bind(after).push(" ORDER BY c.seq LIMIT ").bind(AT_ONCE).all(&db.read).await?;
    rows.iter()
        .map(|row| {
            let seq: i64 = row.try_get_by_index(0)?;
            let contract: Contract = read("contracts", seq, &row.try_get_by_index::<String>(1)?)?;
            let watch: Option<String> = row.try_get_by_index(2)?;
            let hit: Option<Hit> = watch.map(|watch| read("contracts", seq, &watch)).transpose()?;
            let process: Process = read("processes", seq, &row.try_get_by_index::<String>(3)?)?;
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
            let (slug, key): (String, String) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
            let product: Product = read("products", &slug, &row.try_get_by_index::<String>(2)?)?;
            let exclusive = product.terms.iter().filter(|term| term.exclusive);
            terms.extend(exclusive.map(|term| (products.len(), term.term.clone())));
            let suppliers = product.suppliers.iter().map(|supplier| match resolver.party(supplier) {
                Some(party) => Body {
                    name: party.name.clone(),
                    slug: party.slug.clone(),
                    known: party.resolution == crate::organisations::Resolution::Registered,
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
            let id: String = row.try_get_by_index(1)?;
            let record: Record = read("record_versions", &id, &row.try_get_by_index::<String>(2)?)?;
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
                    identifiers: crate::parties::trusted(party)
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
        // The longest term says most.
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

    /// What the rules propose for a contract.
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

    /// Whether a call-off may belong to what its framework is linked to: a record of its own buyer, or any product.
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
        products: named.filter_map(|name| products.get(&domain::text::name_key(name)).cloned()).collect(),
        ocids: record.contracts.iter().filter_map(|contract| contract.ocid.clone()).collect(),
        addresses: record.contracts.iter().filter_map(|contract| contract.notice_url.clone()).collect(),
        first_used: record.first_used,
        retired_on: record.retired_on,
    }
}

/// The best class of the links of each contract to records, and of each record to contracts, that nobody rejected.
pub(crate) async fn best(
    conn: &impl ConnectionTrait,
) -> Result<(HashMap<i64, LinkClass>, HashMap<String, Vec<(i64, LinkClass)>>), StoreError> {
    let sql = "SELECT l.contract_seq, l.target, l.class FROM links l JOIN contracts c ON c.seq = l.contract_seq \
        JOIN records r ON r.id = l.target AND r.state = 'published' WHERE l.target_kind = 'record' AND l.state NOT IN ('rejected', 'disputed') AND c.is_current = TRUE";
    let (mut of_contract, mut of_record) = (HashMap::new(), HashMap::<String, Vec<(i64, LinkClass)>>::new());
    for row in Sql::new(sql).all(conn).await? {
        let (contract, record): (i64, String) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
        let class = LinkClass::parse(&row.try_get_by_index::<String>(2)?)
            .map_err(|error| StoreError::inconsistent("links", "class", contract, error))?;
        let best = of_contract.entry(contract).or_insert(class);
        *best = class.min(*best);
        of_record.entry(record).or_default().push((contract, class));
    }
    Ok((of_contract, of_record))
}
