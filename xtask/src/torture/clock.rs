//! A wrong clock: `libfaketime` shifts the register's time of day by what a file says. The monotonic clock,
//! which timeouts use, stays right.

use std::path::{Path, PathBuf};

use super::world::World;

/// The variable that makes the loader load a library first.
const PRELOAD: &str = "LD_PRELOAD";

/// One register's time of day.
#[derive(Debug)]
pub(super) struct Clock {
    file: PathBuf,
}

impl Clock {
    /// Gives a register its own clock, right at first. Errors: libfaketime is missing.
    pub(super) fn of(world: &mut World) -> Result<Self, String> {
        let library = library().ok_or("libfaketime is not there")?;
        let clock = Self { file: world.folder.join("clock") };
        clock.set("+0")?;
        let settings = [
            (PRELOAD, library.display().to_string()),
            ("FAKETIME_TIMESTAMP_FILE", clock.file.display().to_string()),
            ("FAKETIME_NO_CACHE", "1".to_owned()),
            ("FAKETIME_DONT_FAKE_MONOTONIC", "1".to_owned()),
            ("NO_FAKE_STAT", "1".to_owned()),
        ];
        world.environment.extend(settings.map(|(name, value)| (name.to_owned(), value)));
        Ok(clock)
    }

    /// Sets the shift, such as `+0`, `-1d` or `+365d`. Renames a new file into place, so that no half-written
    /// one is read.
    pub(super) fn set(&self, off: &str) -> Result<(), String> {
        let beside = self.file.with_extension("new");
        let set =
            std::fs::write(&beside, format!("{off}\n")).and_then(|()| std::fs::rename(beside, &self.file));
        set.map_err(|error| error.to_string())
    }
}

/// The same register two minutes on, by its clock, so that a killed process's lease has run out. Without
/// libfaketime, or with a clock already set, the time stays as it is.
pub(super) fn later(world: &World) -> Result<World, String> {
    let mut later = world.clone();
    if library().is_some() && world.environment.iter().all(|(name, _)| name != PRELOAD) {
        Clock::of(&mut later)?.set("+2m")?;
    }
    Ok(later)
}

/// Where Debian installs it: a folder per architecture.
pub(super) fn library() -> Option<PathBuf> {
    let folders = std::fs::read_dir("/usr/lib").ok()?.flatten();
    let inside = folders.map(|folder| folder.path().join("faketime/libfaketimeMT.so.1"));
    inside.chain([Path::new("/usr/lib/faketime/libfaketimeMT.so.1").to_owned()]).find(|path| path.exists())
}
