//! What the whole register promises, one file per promise. One binary, so that it is linked once and starts
//! one server.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod adding;
mod asvs;
mod at_rest;
mod crate_edges;
mod dependencies;
mod desks;
mod documents;
mod dumps;
mod dumps_signed;
mod exports;
mod feeds;
mod fuzzing;
mod imports_of_real_files;
mod imports_of_registers;
mod imports_of_tables;
mod leases;
mod lists;
mod log;
mod maintenance;
mod manners;
mod notices;
mod openapi;
mod organisations;
mod pages;
mod procurement;
mod providers;
mod reconciling;
mod redactions;
mod regulator;
mod relevance;
mod remarks;
mod rights;
mod search_index;
mod searching;
mod secrecy;
mod seen;
mod sessions;
mod spreadsheets;
mod storage;
mod store_floors;
mod submissions;
mod unaltered;
mod uploads;
mod versions;
mod webhooks;
mod wire;
mod wire_types;
mod writing;
mod yesterday;
