//! A small disk in memory that can be filled for a while.

use std::fs::File;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use super::process::run;

/// How long mounting may take.
const MOUNT: Duration = Duration::from_secs(10);

/// A mounted file system. Unmounts when dropped.
#[derive(Debug)]
pub(super) struct Disk {
    at: PathBuf,
}

impl Disk {
    /// Mounts one of `mebibytes` MiB in a folder. Errors: why that is not allowed here.
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

    /// Where it is mounted.
    pub(super) fn path(&self) -> &Path {
        &self.at
    }

    /// Fills the disk until `leave` bytes are free, or nothing more fits. Dropping the result frees the space
    /// again.
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
    /// Free bytes.
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

/// Unmounts a disk, lazily: if it is still in use, it goes when that ends.
pub(super) fn unmount(at: &Path) {
    // Not through `run`, which stops at an interrupt: this must happen after Ctrl-C too.
    if !Command::new("umount").arg("-l").arg(at).status().is_ok_and(|status| status.success()) {
        eprintln!("xtask: {} could not be unmounted: umount it", at.display());
    }
}

/// The file that fills a disk.
#[derive(Debug)]
pub(super) struct Ballast {
    at: PathBuf,
}

impl Drop for Ballast {
    fn drop(&mut self) {
        // A failure does no harm: the whole disk goes soon.
        let _ = std::fs::remove_file(&self.at);
    }
}
