//! Fuzz targets: a function for each reader of bytes from outside.
//!
//! The suite runs each on its seeds (`fuzz/seeds`) and on mutations of them; `cargo xtask fuzz` runs them under
//! libFuzzer. A target fails by a panic. So what it says about its reader must hold for any bytes.

mod files;
mod mutations;
mod requests;
mod values;

use std::cell::OnceCell;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::runtime::{Builder, Runtime};

pub use mutations::mutated;
use requests::Register;

/// A fuzz target.
#[derive(Debug)]
pub struct Target {
    /// Its name, and that of its folder of seeds.
    pub name: &'static str,
    /// What it reads, for people.
    pub reads: &'static str,
    /// Reads some bytes. Panics if the reader does what no reader may.
    pub run: fn(&Ground, &[u8]),
}

/// All targets, by name.
pub const TARGETS: &[Target] = &[
    Target { name: "bodies", reads: "bodies of requests to the API", run: requests::body },
    Target { name: "cells", reads: "a cell of a table, as each field", run: values::cell },
    Target { name: "forms", reads: "forms of pages, multipart too", run: requests::form },
    Target {
        name: "headers",
        reads: "header fields: languages, ranges, dates, cookies",
        run: requests::headers,
    },
    Target { name: "html", reads: "the HTML of the UK's records", run: files::html },
    Target { name: "keys", reads: "keys, tokens, second factors, witnesses", run: values::keys },
    Target { name: "mappings", reads: "mappings of tables, and rows read with them", run: values::mapping },
    Target { name: "notices", reads: "procurement notices (OCDS)", run: files::notices },
    Target { name: "ods", reads: "sheets of an ODS", run: files::ods },
    Target { name: "organisations", reads: "lists of bodies", run: files::organisations },
    Target {
        name: "proofs",
        reads: "checkpoints, signed notes, entries and proofs of the log",
        run: values::proof,
    },
    Target { name: "queries", reads: "query strings and cursors", run: requests::query },
    Target { name: "records", reads: "records as JSON, and changes to them", run: values::record },
    Target { name: "registers", reads: "files of other registers, and ours", run: files::register },
    Target { name: "tables", reads: "tables as text: encodings, separators, gz", run: files::table },
    Target { name: "values", reads: "numbers, dates, money, ids and texts", run: values::value },
    Target { name: "webhooks", reads: "addresses of webhooks", run: requests::webhook },
    Target { name: "wire", reads: "bytes of a connection", run: requests::wire },
    Target { name: "workbooks", reads: "workbooks as archives (ZIP)", run: files::workbook },
    Target { name: "xlsx", reads: "sheets and shared texts of an XLSX", run: files::xlsx },
];

/// What targets share: a folder for files, and a register once one needs it.
#[derive(Debug)]
pub struct Ground {
    register: OnceCell<Register>,
    folder: tempfile::TempDir,
    runtime: Runtime,
}

impl Default for Ground {
    fn default() -> Self {
        Self {
            register: OnceCell::new(),
            folder: tempfile::tempdir().unwrap(),
            runtime: Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap(),
        }
    }
}

impl Ground {
    /// Writes a file, over the one before.
    fn file(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    }

    fn register(&self) -> &Register {
        self.register.get_or_init(|| self.runtime.block_on(Register::new()))
    }
}

impl Drop for Ground {
    fn drop(&mut self) {
        // Connections to a database are given back by tasks.
        let _entered = self.runtime.enter();
        self.register.take();
    }
}

/// The target of this name.
pub fn target(name: &str) -> &'static Target {
    TARGETS.iter().find(|target| target.name == name).unwrap_or_else(|| panic!("no target is called {name}"))
}

/// Whether libFuzzer runs the target, and not the suite.
static BY_HAND: AtomicBool = AtomicBool::new(false);

/// Whether libFuzzer runs the target: then cargo has built no process that reads spreadsheets.
pub(crate) fn is_by_hand() -> bool {
    BY_HAND.load(Ordering::Relaxed)
}

/// Runs a target for libFuzzer, whose inputs share one ground.
pub fn run(name: &str, bytes: &[u8]) {
    BY_HAND.store(true, Ordering::Relaxed);
    thread_local! {
        static GROUND: Ground = Ground::default();
    }
    GROUND.with(|ground| (target(name).run)(ground, bytes));
}

/// The first line, and what follows it. What has one line only is all rest.
fn first_line(bytes: &[u8]) -> (&[u8], &[u8]) {
    match bytes.iter().position(|byte| *byte == b'\n') {
        Some(end) => (&bytes[..end], &bytes[end + 1..]),
        None => (&[], bytes),
    }
}

/// The one of this name, or for any other name some one, always the same.
fn chosen<'a, T>(all: &'a [T], name: impl Fn(&T) -> &str, wanted: &[u8]) -> &'a T {
    let sum = wanted.iter().fold(0_usize, |sum, byte| sum.wrapping_mul(31).wrapping_add(usize::from(*byte)));
    all.iter().find(|one| name(one).as_bytes() == wanted).unwrap_or(&all[sum % all.len()])
}

/// The parts of an input, which lines of `===` separate.
fn parts(bytes: &[u8]) -> Vec<&[u8]> {
    const LINE: &[u8] = b"\n===\n";
    let (mut all, mut rest) = (Vec::new(), bytes);
    while let Some(at) = rest.windows(LINE.len()).position(|five| five == LINE) {
        all.push(&rest[..at]);
        rest = &rest[at + LINE.len()..];
    }
    all.push(rest);
    all
}
