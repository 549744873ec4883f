//! The commands, run as people run them: one program, so that its tests run side by side.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod backups;
mod checking;
mod cli;
mod dumps;
mod expected;
mod journey;
mod log;
mod purge;
mod running;
mod secrets;
mod security_log;
#[cfg(target_os = "linux")]
mod spreadsheets;
mod starts;
mod yesterday;
