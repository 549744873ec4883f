//! Who may read the register's files: their owner only.

use std::fs::{DirBuilder, File, Permissions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::Path;

use rustix::fs::Mode;

/// Permissions of anybody but the owner.
const OTHERS: u32 = 0o077;
/// Permissions of anybody who is neither the owner nor in the group.
const STRANGERS: u32 = 0o007;
/// Permissions of private files and folders.
const FILE: u32 = 0o600;
const FOLDER: u32 = 0o700;

/// From now on this process creates files and folders for its owner only, temporary ones included.
pub fn keep_private() {
    rustix::process::umask(Mode::RWXG | Mode::RWXO);
}

/// Creates a folder, and those above it, for their owner only. Does nothing if it exists.
pub fn create_folder(folder: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(FOLDER).create(folder)
}

/// Creates an empty file for its owner only; an existing one stays as it is.
pub(crate) fn create(path: &Path) -> io::Result<()> {
    match File::options().write(true).create_new(true).mode(FILE).open(path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

/// Takes a file or folder away from everybody but its owner, and logs that. Does nothing if it is missing or
/// private already. What cannot be changed is logged too: it does not stop the register.
pub fn narrow(path: &Path) {
    let Ok(known) = std::fs::metadata(path) else { return };
    let mode = known.mode() & 0o7777;
    if mode & OTHERS == 0 {
        return;
    }
    let narrower = mode & !OTHERS;
    match std::fs::set_permissions(path, Permissions::from_mode(narrower)) {
        Ok(()) => tracing::warn!(
            "{} could be read by other people on this machine (mode {mode:o}): now only its owner can ({narrower:o})",
            path.display()
        ),
        Err(error) => tracing::warn!(
            "{} can be read by other people on this machine (mode {mode:o}), and this cannot be changed: {error}",
            path.display()
        ),
    }
}

/// Why a file of keys is not used: other people can read it. `None` if only its owner can, or, for a file that
/// somebody else provides to this process, only its group.
pub fn too_open(path: &Path) -> Option<String> {
    let known = std::fs::metadata(path).ok().filter(|known| known.is_file())?;
    let mode = known.mode() & 0o777;
    let own = known.uid() == rustix::process::geteuid().as_raw();
    let open = mode & if own { OTHERS } else { STRANGERS };
    (open != 0).then(|| {
        format!(
            "{} can be read by other people on this machine (mode {mode:o}): run `chmod 600 {0}`, and if somebody may \
             have read it, make a new key",
            path.display()
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mode(path: &Path) -> u32 {
        std::fs::metadata(path).unwrap().mode() & 0o777
    }

    #[test]
    fn what_others_can_read_is_narrowed_and_keys_are_refused() {
        let folder = std::env::temp_dir().join(format!("register-files-{}", uuid::Uuid::now_v7()));
        let inner = folder.join("inner");
        create_folder(&inner).unwrap();
        assert_eq!((mode(&folder), mode(&inner)), (0o700, 0o700));
        let file = inner.join("file");
        create(&file).unwrap();
        create(&file).unwrap();
        assert_eq!((mode(&file), too_open(&file)), (0o600, None));
        for wide in [0o640, 0o644, 0o666, 0o602] {
            std::fs::set_permissions(&file, Permissions::from_mode(wide)).unwrap();
            let why = too_open(&file).unwrap();
            assert!(why.contains("chmod 600") && why.contains(&format!("{wide:o}")), "{why}");
            narrow(&file);
            assert_eq!((mode(&file), too_open(&file)), (0o600, None), "{wide:o}");
        }
        std::fs::set_permissions(&folder, Permissions::from_mode(0o755)).unwrap();
        narrow(&folder);
        assert_eq!(mode(&folder), 0o700);
        narrow(&folder.join("missing"));
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
