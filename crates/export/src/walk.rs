//! One pass over a snapshot of the register. It visits every table's rows in an order that depends only on
//! the data, so that the same state gives the same files.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use domain::codes::PartyRole;
use serde::de::DeserializeOwned;
use store::log::history::Kind as Happened;
use store::procurement::contracts::Sold;
use store::records::State;
use store::records::export::Row;
use store::records::past::Then;
use store::{Db, StoreError};
use tokio::runtime::Handle;

use crate::tables::{
    self, Beside, Child, ContractRow, ExpectationRow, IdentifierRow, NilReturnRow, PartyRow, SupplierRow,
    WithdrawnRow, changes_of, record_cells,
};
use crate::{Cell, ExportError, Table, Typed};

/// Short rows per query.
const MANY: u64 = 500;
/// Whole records per query.
const FEW: u64 = 100;

/// Receives what the walk visits.
pub(crate) trait Visit {
    /// A row of a table.
    fn row(&mut self, table: &Table, cells: &[Cell<'_>]) -> Result<(), ExportError>;
    /// A published record.
    fn record(&mut self, row: &Row, beside: &Beside<'_>) -> Result<(), ExportError>;
    /// That many more of [`Walk::length`] are done.
    fn met(&mut self, n: u64);
}

/// A walk over a snapshot.
#[derive(Debug)]
pub(crate) struct Walk<'a> {
    /// The snapshot.
    pub(crate) db: &'a Db,
    /// Runs queries from blocking code.
    pub(crate) handle: &'a Handle,
    /// The register's address, for links.
    pub(crate) base_url: &'a str,
    /// If set, only tables that have a history, as of the end of this day.
    pub(crate) as_of: Option<NaiveDate>,
}

impl Walk<'_> {
    /// The number of items to visit: records, contracts and events.
    pub(crate) fn length(&self) -> Result<u64, ExportError> {
        self.handle.block_on(async {
            let records = store::records::count(self.db).await?;
            let contracts =
                if self.as_of.is_some() { 0 } else { store::procurement::contracts::count(self.db).await? };
            Ok(records + contracts + store::log::history::count(self.db).await?)
        })
    }

    /// Visits everything.
    pub(crate) fn run(&self, visit: &mut impl Visit) -> Result<(), ExportError> {
        self.records(visit)?;
        self.withdrawn(visit)?;
        if self.as_of.is_some() {
            return self.events(visit);
        }
        let sold = self.contracts(visit)?;
        self.organisations(visit, sold)?;
        self.expectations(visit)?;
        self.nil_returns(visit)?;
        self.products(visit)?;
        self.links(visit)?;
        self.gaps(visit)?;
        self.events(visit)
    }

    /// Whether something happened by the end of the day walked for.
    fn was_by_then(&self, at: DateTime<Utc>) -> bool {
        self.as_of.is_none_or(|day| at.date_naive() <= day)
    }

    fn read<T>(&self, reading: impl Future<Output = Result<T, StoreError>>) -> Result<T, ExportError> {
        Ok(self.handle.block_on(reading)?)
    }

    fn typed<R>(&self, visit: &mut impl Visit, table: &Typed<R>, row: &R) -> Result<(), ExportError> {
        visit.row(&table.table, &table.cells(row, self.base_url))
    }

    fn records(&self, visit: &mut impl Visit) -> Result<(), ExportError> {
        let then = match self.as_of {
            Some(day) => Some(self.read(Then::on(self.db, day))?),
            None => None,
        };
        let mut after = 0;
        loop {
            let rows = match &then {
                None => self.read(store::records::export::published_after(self.db, after, FEW))?,
                Some(then) => {
                    let past = self.read(store::records::past::after(self.db, then, after, FEW))?;
                    past.into_iter().map(|past| past.row).collect()
                }
            };
            let Some(last) = rows.last() else { return Ok(()) };
            after = last.seq;
            rows.iter().try_for_each(|row| record(visit, row, self.base_url))?;
            visit.met(rows.len() as u64);
        }
    }

    fn withdrawn(&self, visit: &mut impl Visit) -> Result<(), ExportError> {
        let mut after = 0;
        loop {
            let rows = self.read(store::records::withdrawn_after(self.db, after, FEW))?;
            let Some((last, _)) = rows.last() else { return Ok(()) };
            after = *last;
            for (_, gone) in rows {
                let State::Withdrawn { at, reason } = gone.state else { continue };
                if !self.was_by_then(at) {
                    continue;
                }
                let last = gone.version.record()?;
                let row = WithdrawnRow {
                    id: gone.id,
                    title: last.title,
                    publisher: last.publisher.name,
                    version: gone.version.number,
                    published_at: gone.first_published_at,
                    withdrawn_at: at,
                    reason,
                };
                self.typed(visit, tables::withdrawn(), &row)?;
            }
        }
    }

    /// Visits contracts. Returns what each supplier sold, by slug.
    fn contracts(&self, visit: &mut impl Visit) -> Result<HashMap<String, Sold>, ExportError> {
        let mut sold: HashMap<String, Sold> = HashMap::new();
        let mut after = 0;
        loop {
            let rows = self.read(store::procurement::contracts::after_seq(self.db, after, FEW))?;
            let Some(last) = rows.last() else { return Ok(sold) };
            after = last.seq;
            let seqs: Vec<i64> = rows.iter().map(|row| row.seq).collect();
            let mut links = self.read(store::procurement::links::of_contracts(self.db, &seqs))?;
            let met = rows.len() as u64;
            for stored in rows {
                let suppliers = stored.contract.parties_as(PartyRole::Supplier);
                let mut suppliers: Vec<&str> =
                    suppliers.filter_map(|party| party.organisation.as_deref()).collect();
                // A supplier named twice in a contract sold it once.
                suppliers.sort_unstable();
                suppliers.dedup();
                for slug in suppliers {
                    match sold.get_mut(slug) {
                        Some(known) => known.add(&stored),
                        None => sold.entry(slug.to_owned()).or_default().add(&stored),
                    }
                }
                let row = ContractRow { links: links.remove(&stored.seq).unwrap_or_default(), stored };
                self.typed(visit, tables::contracts(), &row)?;
                for (position, party) in (1..).zip(row.stored.contract.parties) {
                    let row = PartyRow { contract_id: row.stored.id.clone(), position, party };
                    self.typed(visit, tables::contract_parties(), &row)?;
                }
            }
            visit.met(met);
        }
    }

    fn organisations(
        &self,
        visit: &mut impl Visit,
        mut sold: HashMap<String, Sold>,
    ) -> Result<(), ExportError> {
        let named = self.read(store::names::organisations::named_as_supplier(self.db))?;
        let mut after = 0;
        loop {
            let rows = self.read(store::names::organisations::after_seq(self.db, after, MANY))?;
            let Some((last, _)) = rows.last() else { return Ok(()) };
            after = *last;
            for (_, body) in rows {
                self.typed(visit, tables::organisations(), &body)?;
                let slug = &body.organisation.slug;
                for identifier in &body.organisation.identifiers {
                    let row = IdentifierRow { organisation_id: slug.clone(), identifier: identifier.clone() };
                    self.typed(visit, tables::organisation_identifiers(), &row)?;
                }
                let sold = sold.remove(slug);
                if sold.is_some() || named.contains(slug) {
                    let row = SupplierRow { sold: sold.unwrap_or_default(), body };
                    self.typed(visit, tables::suppliers(), &row)?;
                }
            }
        }
    }

    fn expectations(&self, visit: &mut impl Visit) -> Result<(), ExportError> {
        let mut after = 0;
        loop {
            let rows = self.read(store::names::expected::expectations_after(self.db, after, MANY))?;
            let Some((last, ..)) = rows.last() else { return Ok(()) };
            after = *last;
            for (_, organisation_id, expectation) in rows {
                let row = ExpectationRow { organisation_id, expectation };
                self.typed(visit, tables::expectations(), &row)?;
            }
        }
    }

    fn nil_returns(&self, visit: &mut impl Visit) -> Result<(), ExportError> {
        let mut after = 0;
        loop {
            let rows = self.read(store::names::expected::nil_returns_after(self.db, after, MANY))?;
            let Some((last, ..)) = rows.last() else { return Ok(()) };
            after = *last;
            for (_, organisation_id, nil_return) in rows {
                self.typed(visit, tables::nil_returns(), &NilReturnRow { organisation_id, nil_return })?;
            }
        }
    }

    fn products(&self, visit: &mut impl Visit) -> Result<(), ExportError> {
        let mut after = 0;
        loop {
            let rows = self.read(store::names::products::after_seq(self.db, after, MANY))?;
            let Some((last, _)) = rows.last() else { return Ok(()) };
            after = *last;
            rows.iter().try_for_each(|(_, row)| self.typed(visit, tables::products(), row))?;
        }
    }

    fn links(&self, visit: &mut impl Visit) -> Result<(), ExportError> {
        let all = store::procurement::links::LinkQuery::default();
        let mut after = None;
        loop {
            let (rows, next) = self.read(store::procurement::links::list(self.db, &all, after, MANY))?;
            rows.iter().try_for_each(|row| self.typed(visit, tables::links(), row))?;
            let Some(next) = next else { return Ok(()) };
            after = Some(next);
        }
    }

    fn gaps(&self, visit: &mut impl Visit) -> Result<(), ExportError> {
        let all = store::procurement::gaps::GapQuery::default();
        let mut after = None;
        loop {
            let (rows, next) =
                self.read(store::procurement::gaps::list(self.db, &all, None, after.as_ref(), MANY))?;
            rows.iter().try_for_each(|row| self.typed(visit, tables::gaps(), row))?;
            let Some(next) = next else { return Ok(()) };
            after = Some(next);
        }
    }

    fn events(&self, visit: &mut impl Visit) -> Result<(), ExportError> {
        let all = store::log::history::EventQuery::default();
        let mut after = 0;
        loop {
            let events = self.read(store::log::history::after(self.db, &all, after, FEW))?;
            let Some(last) = events.last() else { return Ok(()) };
            after = last.change;
            for event in &events {
                // A version counts from the publication day it states, which may be earlier than the day of
                // its event.
                let at = if event.kind == Happened::Published { event.published_at } else { event.at };
                if !self.was_by_then(at) {
                    continue;
                }
                if event.kind == Happened::Published {
                    self.typed(visit, tables::versions(), event)?;
                }
                let rows = changes_of(event).map_err(|error| {
                    StoreError::inconsistent("record_versions", "content", event.change, error)
                })?;
                rows.iter().try_for_each(|row| self.typed(visit, tables::changes(), row))?;
                // A dump of a past day has no log.
                if self.as_of.is_none() && event.logged.is_some() {
                    self.typed(visit, tables::log(), event)?;
                }
            }
            visit.met(events.len() as u64);
        }
    }
}

/// Visits a record and its lists.
pub(crate) fn record(visit: &mut impl Visit, row: &Row, base_url: &str) -> Result<(), ExportError> {
    let wrong = |column, error| StoreError::inconsistent("listings", column, &row.id, error);
    let beside = Beside::of(row).map_err(|(column, error)| wrong(column, error))?;
    let made = record_cells(row, &beside, base_url).map_err(|error| wrong("content", error))?;
    visit.row(tables::records(), &made.cells)?;
    visit.record(row, &beside)?;
    let whose = Whose { row, beside: &beside, base_url };
    whose.children(visit, tables::assessments(), made.member("assessments"))?;
    whose.children(visit, tables::reviews(), made.member("reviews"))?;
    whose.children(visit, tables::deployments(), made.member("deployments"))?;
    whose.children(visit, tables::audits(), made.member("audits"))?;
    whose.children(visit, tables::consultations(), made.member("consultations"))?;
    whose.children(visit, tables::redress_routes(), made.member("redress_routes"))?;
    whose.children(visit, tables::complaints(), made.member("complaint_statistics"))?;
    whose.children(visit, tables::incidents(), made.member("incidents"))?;
    whose.children(visit, tables::environment(), made.member("environment"))?;
    let tests = made.member("tests").map(|json| whose.read::<domain::record::Tests>(json)).transpose()?;
    whose.rows(visit, tables::tests(), tests.map(|tests| tests.answered()).unwrap_or_default())?;
    whose.children(visit, tables::translations(), made.member("translations"))
}

/// The record whose lists are visited.
struct Whose<'a> {
    row: &'a Row,
    beside: &'a Beside<'a>,
    base_url: &'a str,
}

impl Whose<'_> {
    fn children<T: DeserializeOwned>(
        &self,
        visit: &mut impl Visit,
        table: &Typed<Child<T>>,
        json: Option<&str>,
    ) -> Result<(), ExportError> {
        let Some(json) = json else { return Ok(()) };
        self.rows(visit, table, self.read(json)?)
    }

    fn read<T: DeserializeOwned>(&self, json: &str) -> Result<T, ExportError> {
        let read = serde_json::from_str(json);
        let wrong = |error: serde_json::Error| {
            StoreError::inconsistent("record_versions", "content", &self.row.id, error)
        };
        Ok(read.map_err(wrong)?)
    }

    fn rows<T>(
        &self,
        visit: &mut impl Visit,
        table: &Typed<Child<T>>,
        items: Vec<T>,
    ) -> Result<(), ExportError> {
        for (position, item) in (1..).zip(items) {
            let child = Child {
                record_id: self.row.id.clone(),
                publisher_id: self.beside.publisher.slug.to_owned(),
                position,
                item,
            };
            visit.row(&table.table, &table.cells(&child, self.base_url))?;
        }
        Ok(())
    }
}
