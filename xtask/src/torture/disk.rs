//! A small disk in memory of our own, which can be filled for a moment.

use std::fs::File;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use super::process::run;

/// How long mounting may take.
const MOUNT: Duration = Duration::from_secs(10);

/// A file system of its own, gone with this value.
#[derive(Debug)]
pub(super) struct Disk {
    at: PathBuf,
}

impl Disk {
    /// Mounts one of so many MiB in a folder. Errors: why that is not allowed here.
    pub(super) fn mount(at: &Path, mebibytes: u64) -> Result<Self, String> {
        std::fs::create_dir_all(at).map_err(|error| error.to_string())?;
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", &format!("size={mebibytes}m,mode=0755"), "register-torture"]);
        let ended = run(mount.arg(at), MOUNT)?;
        match ended.well() {
            true => Ok(Self { at: at.to_owned() }),
            false => Err(ended.stderr.trim().to_owned()),
        }
    }

    /// Where it is.
    pub(super) fn path(&self) -> &Path {
        &self.at
    }

    /// Writes until so many bytes are left, or nothing more goes, and gives what is freed again when it is dropped.
    pub(super) fn fill(&self, leave: u64) -> Result<Ballast, String> {
        let ballast = Ballast { at: self.at.join("ballast") };
        let mut file = File::create(&ballast.at).map_err(|error| error.to_string())?;
        for piece in [1 << 20, 4096] {
            let bytes = vec![0; piece];
            while self.free()? > leave {
                match file.write(&bytes) {
                    Ok(_) => {}
                    Err(error) if error.kind() == ErrorKind::StorageFull => break,
                    Err(error) => return Err(error.to_string()),
                }
            }
        }
        Ok(ballast)
    }
}

impl Disk {
    /// Bytes that are free.
    fn free(&self) -> Result<u64, String> {
        let about = rustix::fs::statvfs(&self.at).map_err(|error| error.to_string())?;
        Ok(about.f_bavail * about.f_frsize)
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        unmount(&self.at);
    }
}

/// Unmounts a disk, lazily in case somebody still looks at it: it vanishes when they stop.
pub(super) fn unmount(at: &Path) {
    // Not run as everything else is: this must be done when somebody wants the run to end, too.
    if !Command::new("umount").arg("-l").arg(at).status().is_ok_and(|status| status.success()) {
        eprintln!("xtask: {} could not be unmounted: umount it", at.display());
    }
}

/// What fills a disk.
#[derive(Debug)]
pub(super) struct Ballast {
    at: PathBuf,
}

impl Drop for Ballast {
    fn drop(&mut self) {
        // The whole disk goes soon after.
        let _ = std::fs::remove_file(&self.at);
    }
}
