//! `--faults FILE`: a copy of a file of our template with the faults beside its rows.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use importer::RowError;
use importer::faults::{Faults, Kind, write};
use importer::table::Reading;

/// The copy, once the file is imported.
#[derive(Debug)]
pub(super) struct FaultsCopy {
    of: PathBuf,
    to: PathBuf,
    faults: Faults,
}

impl FaultsCopy {
    /// Prepares a copy. Errors: there are several files, or the copy's name does not say its format.
    pub(super) fn of(files: &[PathBuf], to: &Path) -> anyhow::Result<Self> {
        let [of] = files else { bail!("--faults makes a copy of one file: import the files one by one") };
        let mut head = Vec::new();
        let file = File::open(of).with_context(|| of.display().to_string())?;
        BufReader::new(file).take(512).read_to_end(&mut head).with_context(|| of.display().to_string())?;
        let Some(kind) = Kind::of(&head) else {
            bail!("{} has lines of JSON, which have no columns: use --report", of.display())
        };
        if to.extension().is_none_or(|ending| !ending.eq_ignore_ascii_case(kind.ending())) {
            bail!("the copy is a .{} file: give --faults such a name", kind.ending());
        }
        if to.canonicalize().is_ok_and(|to| of.canonicalize().is_ok_and(|of| of == to)) {
            bail!("--faults would write over the file itself: give it another name");
        }
        Ok(Self { of: of.clone(), to: to.to_owned(), faults: Faults::default() })
    }

    /// Takes a fault.
    pub(super) fn add(&mut self, error: &RowError) {
        self.faults.add(error.line, &error.column, &error.message, &error.hint);
    }

    /// Writes the copy, if there are faults, and says so unless `quiet`.
    pub(super) fn finish(self, reading: &Reading, quiet: bool) -> anyhow::Result<()> {
        if self.faults.is_empty() {
            return Ok(());
        }
        let to = File::create(&self.to).with_context(|| self.to.display().to_string())?;
        write(&self.of, self.faults, reading, to).context("the copy with faults cannot be written")?;
        if !quiet {
            eprintln!("  every fault stands beside its row in {}", self.to.display());
        }
        Ok(())
    }
}
