//! `register mapping`: writing and checking mappings of tables, without a database.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use importer::mapping::{Given, suggest};
use importer::sources::{SourceOptions, columns_by_mapping};
use importer::{Column, ColumnUse};

use super::limits::LimitArguments;
use crate::exit::Ended;
use crate::settings::Settings;

#[derive(Debug, Subcommand)]
pub(crate) enum Mapping {
    /// Print a first mapping for a table, made from its header and its values
    Suggest(Suggest),
    /// Check that a mapping fits a table, and show what becomes of each column
    Check(Check),
}

#[derive(Debug, Args)]
pub(crate) struct Suggest {
    /// The table
    file: PathBuf,
    /// The name of the register it comes from, which is part of every key [default: the file's name]
    #[arg(long, value_name = "NAME")]
    source: Option<String>,
    /// The body that answers for all the tools, if no column names it
    #[arg(long, value_name = "NAME")]
    publisher: Option<String>,
    /// Where the tools are used, ISO 3166 such as GB or NL, if no column says so
    #[arg(long, value_name = "CODE")]
    jurisdiction: Option<String>,
    /// The language of the texts, such as en or nl, if no column says so
    #[arg(long, value_name = "CODE")]
    lang: Option<String>,
    #[command(flatten)]
    limits: LimitArguments,
}

#[derive(Debug, Args)]
pub(crate) struct Check {
    /// The mapping
    mapping: PathBuf,
    /// The table
    file: PathBuf,
    #[command(flatten)]
    limits: LimitArguments,
}

impl Mapping {
    pub(super) fn run(&self, settings: &Settings) -> anyhow::Result<Ended> {
        match self {
            Self::Suggest(command) => command.run(settings),
            Self::Check(command) => command.run(settings),
        }
    }
}

impl Suggest {
    fn run(&self, settings: &Settings) -> anyhow::Result<Ended> {
        let Self { source, publisher, jurisdiction, lang, .. } = self;
        let given = Given {
            source: source.clone(),
            publisher: publisher.clone(),
            jurisdiction: jurisdiction.clone(),
            lang: lang.clone(),
        };
        let said = suggest(&self.file, &self.limits.reading(), &given)?;
        if settings.json {
            let json =
                serde_json::json!({ "toml": said.toml, "missing": said.missing, "assumed": said.assumed });
            super::print_json(&json)?;
        } else {
            print!("{}", said.toml);
            for assumed in &said.assumed {
                eprintln!("assumed: {assumed}");
            }
            for missing in &said.missing {
                eprintln!("missing: {missing}");
            }
        }
        Ok(if said.missing.is_empty() { Ended::Done } else { Ended::Findings })
    }
}

impl Check {
    fn run(&self, settings: &Settings) -> anyhow::Result<Ended> {
        let options = SourceOptions {
            mapping: Some(self.mapping.clone()),
            reading: self.limits.reading(),
            ..SourceOptions::default()
        };
        let columns = columns_by_mapping(&self.file, &options)?;
        if settings.json {
            super::print_json(&columns)?;
            return Ok(Ended::Done);
        }
        for column in &columns {
            println!("{:40} {}", column.header, becomes(column));
        }
        Ok(Ended::Done)
    }
}

fn becomes(column: &Column) -> String {
    match &column.used {
        ColumnUse::Read { field, purpose } if purpose.is_empty() => field.clone(),
        ColumnUse::Read { purpose, .. } => format!("read for {purpose}"),
        ColumnUse::Ignored { reason } => format!("not read: {reason}"),
        ColumnUse::Unknown => "not named by the mapping".to_owned(),
    }
}
