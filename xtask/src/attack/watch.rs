//! What a server takes from the machine, looked at while it is attacked: memory of it and of the processes it starts,
//! and files in its temporary folder, also those that have no name any more.

use std::collections::BTreeMap;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

/// How often it is looked at.
const LOOK: Duration = Duration::from_millis(25);

/// The most that was seen, in MiB.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Watched {
    /// Memory of the server (VmHWM).
    pub(crate) server: u64,
    /// Memory of its largest child.
    pub(crate) readers: u64,
    /// Children at once.
    pub(crate) children: usize,
    /// Size of its temporary files.
    pub(crate) disk: u64,
}

/// Somebody who looks until told to stop.
#[derive(Debug)]
pub(crate) struct Watch {
    stop: Arc<AtomicBool>,
    looking: JoinHandle<Watched>,
}

impl Watch {
    /// Begins to look at a process and a temporary folder.
    pub(crate) fn start(pid: u32, temporary: &Path) -> Self {
        let (stop, temporary) = (Arc::new(AtomicBool::new(false)), temporary.to_owned());
        let stopped = Arc::clone(&stop);
        let looking = std::thread::spawn(move || {
            let mut most = Watched::default();
            while !stopped.load(Ordering::Relaxed) {
                look(pid, &temporary, &mut most);
                std::thread::sleep(LOOK);
            }
            most
        });
        Self { stop, looking }
    }

    /// Stops, and says what was seen.
    pub(crate) fn stop(self) -> Watched {
        self.stop.store(true, Ordering::Relaxed);
        self.looking.join().unwrap_or_default()
    }
}

fn look(pid: u32, temporary: &Path, most: &mut Watched) {
    let children = children(pid);
    most.server = most.server.max(memory(pid));
    most.readers = most.readers.max(children.iter().map(|child| memory(*child)).max().unwrap_or(0));
    most.children = most.children.max(children.len());
    let mut files = BTreeMap::new();
    below(temporary, &mut files);
    for process in children.into_iter().chain([pid]) {
        open(process, temporary, &mut files);
    }
    most.disk = most.disk.max(files.values().sum::<u64>() >> 20);
}

/// The processes that a process has started and that have not ended.
pub(crate) fn children(parent: u32) -> Vec<u32> {
    let processes = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    let ids = processes.filter_map(|process| process.file_name().to_str()?.parse::<u32>().ok());
    ids.filter(|id| {
        let Ok(stat) = std::fs::read_to_string(format!("/proc/{id}/stat")) else { return false };
        // After the name in brackets: the state, then the parent. A zombie takes nothing.
        let mut after = stat.rsplit_once(')').map_or("", |(_, after)| after).split_whitespace();
        after.next() != Some("Z") && after.next().and_then(|parent| parent.parse().ok()) == Some(parent)
    })
    .collect()
}

/// The most memory that a process has had, in MiB.
fn memory(pid: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    kib.unwrap_or(0) >> 10
}

/// Adds the files below a folder, by their number in the file system.
fn below(folder: &Path, files: &mut BTreeMap<u64, u64>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        match entry.metadata() {
            Ok(about) if about.is_dir() => below(&entry.path(), files),
            Ok(about) => {
                files.insert(about.ino(), about.len());
            }
            // It is gone again.
            Err(_) => {}
        }
    }
}

/// Adds the files of a folder that a process holds open.
fn open(pid: u32, folder: &Path, files: &mut BTreeMap<u64, u64>) {
    let held = std::fs::read_dir(format!("/proc/{pid}/fd")).into_iter().flatten().flatten();
    for path in held.map(|entry| entry.path()) {
        let inside = std::fs::read_link(&path).is_ok_and(|target: PathBuf| target.starts_with(folder));
        if inside && let Ok(about) = std::fs::metadata(&path) {
            files.insert(about.ino(), about.len());
        }
    }
}
