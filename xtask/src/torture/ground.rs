//! What all faults share: the binary, a temporary folder, random numbers, and a register that is made once
//! and copied.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use fastrand::Rng;
use tempfile::TempDir;
use throwaway::Postgres;

use super::disk;
use super::process::until;
use super::world::{Kind, TEMPLATE, World, sqlite_url};

/// How long the template database may still be in use by the process that made it.
const LEFT: Duration = Duration::from_secs(10);

/// Prefix of our folder; our process id follows.
const FOLDER: &str = "register-torture-";

/// Where everything happens.
#[derive(Debug)]
pub(super) struct Ground {
    binary: PathBuf,
    seed: u64,
    /// Whether this is the short form.
    pub(super) short: bool,
    count: AtomicU64,
    sqlite: OnceLock<Result<World, String>>,
    postgres: OnceLock<Result<(Postgres, World), String>>,
    /// Last, so that it is dropped last: everything else is inside it.
    folder: TempDir,
}

impl Ground {
    pub(super) fn new(binary: &Path, seed: u64, short: bool) -> Result<Self, String> {
        sweep();
        let prefix = format!("{FOLDER}{}-", std::process::id());
        let folder = tempfile::Builder::new().prefix(&prefix).tempdir();
        let folder = folder.map_err(|error| error.to_string())?;
        // PostgreSQL runs as another user and must reach its own folder in here.
        let open = std::os::unix::fs::PermissionsExt::from_mode(0o755);
        std::fs::set_permissions(folder.path(), open).map_err(|error| error.to_string())?;
        let binary = std::path::absolute(binary).map_err(|error| error.to_string())?;
        let (sqlite, postgres) = (OnceLock::new(), OnceLock::new());
        Ok(Self { folder, binary, seed, short, count: AtomicU64::new(0), sqlite, postgres })
    }

    /// A value for the short form, or for the long one.
    pub(super) fn either<T>(&self, short: T, long: T) -> T {
        if self.short { short } else { long }
    }

    /// Random numbers for one fault, independent of which others run.
    pub(super) fn rng(&self, name: &str) -> Rng {
        let name = name.bytes().fold(self.seed, |all, byte| all.wrapping_mul(31).wrapping_add(byte.into()));
        Rng::with_seed(name)
    }

    /// A name not used before.
    fn fresh(&self, name: &str) -> String {
        format!("{name}_{}", self.count.fetch_add(1, Ordering::Relaxed))
    }

    /// The path of a folder that does not exist yet.
    pub(super) fn folder(&self, name: &str) -> PathBuf {
        self.folder.path().join(self.fresh(name))
    }

    /// The shared PostgreSQL server, started again if need be.
    pub(super) fn postgres(&self) -> Result<&Postgres, String> {
        let (server, _) = self.on_postgres()?;
        if !server.is_up() {
            server.again()?;
        }
        Ok(server)
    }

    fn on_postgres(&self) -> Result<&(Postgres, World), String> {
        let made = self.postgres.get_or_init(|| {
            let server = Postgres::start(self.folder.path(), &[])?;
            let world = self.first(&server)?;
            Ok((server, world))
        });
        made.as_ref().map_err(Clone::clone)
    }

    /// The register on a server that others there are copied from.
    fn first(&self, server: &Postgres) -> Result<World, String> {
        let url = server.create(TEMPLATE, None)?;
        World::make(&self.folder("first"), &self.binary, &url)
    }

    fn on_sqlite(&self) -> Result<&World, String> {
        let made = self.sqlite.get_or_init(|| {
            let folder = self.folder("first");
            World::make(&folder, &self.binary, &sqlite_url(&folder))
        });
        made.as_ref().map_err(Clone::clone)
    }

    /// A fresh register.
    pub(super) fn world(&self, kind: Kind) -> Result<World, String> {
        self.world_in(kind, &self.folder("world"))
    }

    /// A fresh register in a folder that does not exist yet.
    pub(super) fn world_in(&self, kind: Kind, folder: &Path) -> Result<World, String> {
        match kind {
            Kind::Sqlite => self.on_sqlite()?.copy(folder, None),
            Kind::Postgres => {
                let server = self.postgres()?;
                let (name, (_, world)) = (self.fresh("register"), self.on_postgres()?);
                let mut last = String::new();
                let copied = until(LEFT, || match world.copy(folder, Some((server, &name))) {
                    Ok(copied) => Some(copied),
                    Err(error) => {
                        last = error;
                        None
                    }
                });
                copied.ok_or(last)
            }
        }
    }

    /// A fresh register on its own PostgreSQL server.
    pub(super) fn world_on(&self, server: &Postgres) -> Result<World, String> {
        self.first(server)
    }
}

/// Removes the remains of runs that were killed: their folders, and the disks mounted in them.
fn sweep() {
    let mounts = std::fs::read_to_string("/proc/mounts").unwrap_or_default();
    for entry in std::fs::read_dir(std::env::temp_dir()).into_iter().flatten().flatten() {
        let (name, path) = (entry.file_name(), entry.path());
        let process = name.to_str().and_then(|name| name.strip_prefix(FOLDER)?.split('-').next());
        let gone = process.is_some_and(|process| !Path::new("/proc").join(process).exists());
        if !gone {
            continue;
        }
        let inside = mounts.lines().filter_map(|line| line.split(' ').nth(1));
        for disk in inside.filter(|disk| Path::new(disk).starts_with(&path)) {
            disk::unmount(Path::new(disk));
        }
        // What cannot be removed is not ours.
        let _ = std::fs::remove_dir_all(&path);
    }
}
