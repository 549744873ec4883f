//! A clock that lies: `libfaketime` stands between the register and the time of the day, by as much as a file says. Time that
//! only goes forward, by which things wait, stays true.

use std::path::{Path, PathBuf};

use super::world::World;

/// What the system is asked by to load a library first.
const PRELOAD: &str = "LD_PRELOAD";

/// The time of the day as one register sees it.
#[derive(Debug)]
pub(super) struct Clock {
    file: PathBuf,
}

impl Clock {
    /// Gives a register a clock that is right until it is set. Errors: there is no libfaketime.
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

    /// Sets the clock off by so much: `+0`, `-1d`, `+365d`. It is read whole or not yet.
    pub(super) fn set(&self, off: &str) -> Result<(), String> {
        let beside = self.file.with_extension("new");
        let set =
            std::fs::write(&beside, format!("{off}\n")).and_then(|()| std::fs::rename(beside, &self.file));
        set.map_err(|error| error.to_string())
    }
}

/// The same register two minutes later, by its clock: nobody waits for what a killed process held any
/// more. Where the clock cannot be set, or lies already, it is as late as it is.
pub(super) fn later(world: &World) -> Result<World, String> {
    let mut later = world.clone();
    if library().is_some() && world.environment.iter().all(|(name, _)| name != PRELOAD) {
        Clock::of(&mut later)?.set("+2m")?;
    }
    Ok(later)
}

/// Where Debian puts it: a folder for each architecture.
pub(super) fn library() -> Option<PathBuf> {
    let folders = std::fs::read_dir("/usr/lib").ok()?.flatten();
    let inside = folders.map(|folder| folder.path().join("faketime/libfaketimeMT.so.1"));
    inside.chain([Path::new("/usr/lib/faketime/libfaketimeMT.so.1").to_owned()]).find(|path| path.exists())
}
