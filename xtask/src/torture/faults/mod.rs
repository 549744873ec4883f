//! The faults, one kind per module.

mod clocks;
mod commands;
mod failing;
mod full;
mod kill;
mod line;
mod postgres;
mod together;

use fastrand::Rng;

use super::ground::Ground;
use super::table::Outcome;
use super::world::Kind;

/// Something that happens to a register.
#[derive(Debug)]
pub(super) struct Fault {
    pub(super) kind: Kind,
    pub(super) name: &'static str,
    /// Whether it is in the short form.
    pub(super) in_short: bool,
    pub(super) run: fn(&Ground, Kind, &mut Rng) -> Result<Outcome, String>,
}

impl Fault {
    /// Its full name, for `--only`.
    pub(super) fn path(&self) -> String {
        let database = match self.kind {
            Sqlite => "sqlite",
            Postgres => "postgres",
        };
        format!("{database}/{}", self.name)
    }
}

type Run = fn(&Ground, Kind, &mut Rng) -> Result<Outcome, String>;

const fn fault(kind: Kind, name: &'static str, in_short: bool, run: Run) -> Fault {
    Fault { kind, name, in_short, run }
}

use Kind::{Postgres, Sqlite};

/// Every fault.
pub(super) const FAULTS: &[Fault] = &[
    fault(Sqlite, "kill", true, kill::serving),
    fault(Sqlite, "kill-import", true, commands::import_killed),
    fault(Sqlite, "kill-dump", true, commands::dump_killed),
    fault(Sqlite, "kill-first-dump", false, commands::first_dump_killed),
    fault(Sqlite, "kill-signer", true, commands::signer_killed),
    fault(Sqlite, "term", true, kill::terminated),
    fault(Sqlite, "full-disk", true, full::disk_of_sqlite),
    fault(Sqlite, "low-disk", true, full::little_room),
    fault(Sqlite, "failing-writes", true, failing::serving_on_sqlite),
    fault(Sqlite, "failing-import", true, failing::import),
    fault(Sqlite, "failing-dump", true, failing::dump),
    fault(Sqlite, "failing-log", true, failing::log),
    fault(Sqlite, "clock", true, clocks::jumps),
    fault(Sqlite, "two-processes", true, together::two_processes),
    fault(Postgres, "kill", true, kill::serving),
    fault(Postgres, "kill-import", false, commands::import_killed),
    fault(Postgres, "kill-dump", false, commands::dump_killed),
    fault(Postgres, "kill-first-dump", false, commands::first_dump_killed),
    fault(Postgres, "kill-signer", false, commands::signer_killed),
    fault(Postgres, "term", true, kill::terminated),
    fault(Postgres, "stop-smart", false, postgres::stopped_smartly),
    fault(Postgres, "stop-fast", true, postgres::stopped_fast),
    fault(Postgres, "stop-immediate", true, postgres::stopped_at_once),
    fault(Postgres, "kill-postmaster", true, postgres::postmaster_killed),
    fault(Postgres, "kill-backend", true, postgres::backend_killed),
    fault(Postgres, "end-backend", true, postgres::backend_ended),
    fault(Postgres, "cut", true, line::cut),
    fault(Postgres, "dead", false, line::dead),
    fault(Postgres, "slow", true, line::slow),
    fault(Postgres, "full-disk", false, full::disk_of_postgres),
    fault(Postgres, "failing-writes", false, failing::serving_on_postgres),
    fault(Postgres, "failing-import", false, failing::import),
    fault(Postgres, "failing-dump", false, failing::dump),
    fault(Postgres, "failing-log", false, failing::log),
    fault(Postgres, "clock", false, clocks::jumps),
    fault(Postgres, "two-processes", true, together::two_processes),
];
