//! The one loader, for tables and notices alike. A file is read on a thread of its own and stored in batches.
//! Each batch is one transaction that also saves how far the import got, so an interrupted import can resume.
//!
//! What differs is in two traits: [`Items`] makes bytes into items, and `Target` says what items do to the
//! store.

use chrono::{DateTime, Utc};
use store::records::imports::{self, Run};
use store::{Db, StoreError, Tx};
use tokio::sync::mpsc;

use crate::columns::Account;
use crate::report::{Event, Report, RowError, Tally, Uses, in_file};
use crate::table::{FileError, Input};

/// Batches that may wait for the database; bounds memory when reading is faster than writing.
const WAITING: usize = 1;

/// The outcome of reading one row, or one release.
#[derive(Debug)]
pub enum Step<T> {
    /// It can be used.
    Item(Box<T>),
    /// It states that there is nothing to record.
    Nothing,
    /// It cannot be used; everything wrong with it.
    Rejected(Vec<RowError>),
    /// It cannot be used, and nothing after it can be found.
    Stopped(RowError),
}

/// The items of an opened file, in order.
pub trait Items: Send {
    /// A row, or a release.
    type Item;

    /// The next step; `None` at the end. Blank rows are no steps.
    fn next(&mut self, uses: &mut Uses) -> Option<Step<Self::Item>>;

    /// What the file says of itself beside its items, after the last step.
    fn account(&self) -> Option<Account> {
        None
    }

    /// Called once after the last step. Adds what is only known then. Errors: the file could not be read to
    /// its end.
    fn end(&mut self, _uses: &mut Uses) -> std::io::Result<()> {
        Ok(())
    }
}

/// A file opened for reading, with its items still to read.
pub struct File<T> {
    /// The file, as the caller named it.
    pub name: String,
    /// Which register the file comes from. Two imports of one source at once are refused.
    pub source: String,
    /// The series the file belongs to.
    pub dataset: String,
    /// Which version of the mapping reads it.
    pub rule_version: String,
    /// What is known of the file before its items are read.
    pub input: Input,
    /// The items still to read.
    pub items: Box<dyn Items<Item = T>>,
}

impl<T> std::fmt::Debug for File<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("File").field("name", &self.name).field("source", &self.source).finish_non_exhaustive()
    }
}

/// Reads an opened file step by step. Every import, check and upload reads through it.
pub(crate) struct Reader<T> {
    name: String,
    items: Box<dyn Items<Item = T>>,
    /// How often each normalisation was used.
    pub(crate) uses: Uses,
    /// Steps so far, which is also where the last one stands in the file.
    pub(crate) read: u64,
}

impl<T> Reader<T> {
    /// Reads the items of a file. `name` goes into each error.
    pub(crate) fn new(name: String, items: Box<dyn Items<Item = T>>) -> Self {
        Self { name, items, uses: Uses::new(), read: 0 }
    }

    /// What the file says of itself beside its items, after the last step.
    pub(crate) fn account(&self) -> Option<Account> {
        self.items.account()
    }

    /// The next step; `None` at the end. Errors: the file can no longer be read.
    pub(crate) fn step(&mut self) -> Result<Option<Step<T>>, FileError> {
        let Some(step) = self.items.next(&mut self.uses) else {
            let end = self.items.end(&mut self.uses);
            return end.map(|()| None).map_err(|error| FileError::Io { path: self.name.clone(), error });
        };
        self.read += 1;
        Ok(Some(match step {
            Step::Rejected(errors) => Step::Rejected(in_file(errors, &self.name)),
            Step::Stopped(error) => Step::Stopped(error.in_file(&self.name)),
            step => step,
        }))
    }
}

/// Why an import failed as a whole.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The file cannot be used.
    #[error(transparent)]
    File(#[from] FileError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The reading thread ended unexpectedly.
    #[error("reading stopped: {0}")]
    Reader(String),
}

impl From<tokio::task::JoinError> for ImportError {
    fn from(error: tokio::task::JoinError) -> Self {
        Self::Reader(error.to_string())
    }
}

/// What one batch did to the store.
#[derive(Debug, Default)]
pub(crate) struct Stored {
    pub(crate) created: u64,
    pub(crate) changed: u64,
    pub(crate) unchanged: u64,
    /// The errors of each item that the store refused.
    pub(crate) refused: Vec<Vec<RowError>>,
    pub(crate) tally: Tally,
}

/// What items do to the store.
pub(crate) trait Target {
    /// An item, ready to be stored.
    type Item: Send + 'static;
    /// Items per transaction.
    const BATCH: usize;
    /// Bytes per transaction, so that batches of long items are smaller.
    const BATCH_BYTES: usize = usize::MAX;

    /// The length of an item, if it counts.
    fn bytes(_item: &Self::Item) -> usize {
        0
    }

    /// Called before the first batch. `import` is the number of the run; `None` for a check.
    async fn begin(&mut self, db: &Db, import: Option<i64>) -> Result<(), StoreError>;

    /// Stores a batch, inside its transaction.
    async fn store(&mut self, tx: &Tx, items: Vec<Self::Item>) -> Result<Stored, StoreError>;

    /// Called when a batch was rolled back. Whatever `store` learned of it is no longer true.
    async fn undone(&mut self, db: &Db) -> Result<(), StoreError>;

    /// Called when the whole file is stored, but not after a check.
    async fn end(&mut self, _db: &Db, _import: i64, _report: &mut Report) -> Result<(), StoreError> {
        Ok(())
    }
}

/// Opens a file on a blocking thread.
pub(crate) async fn opening<T: Send + 'static>(
    open: impl FnOnce() -> Result<T, FileError> + Send + 'static,
) -> Result<T, ImportError> {
    Ok(tokio::task::spawn_blocking(open).await??)
}

/// How a file is loaded.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Terms {
    /// Whether to report what would happen without writing anything.
    pub(crate) check: bool,
    /// The time of the import.
    pub(crate) now: DateTime<Utc>,
}

/// Imports an opened file. `prepare` does, on the reading thread, what needs no database.
///
/// Row errors are reported, not returned; an error is returned only if the file or the database cannot be
/// used, or if another import of the same source is running.
pub(crate) async fn load<T, G: Target>(
    db: &Db,
    opened: File<T>,
    prepare: impl Fn(T) -> G::Item + Send + 'static,
    target: &mut G,
    terms: Terms,
    mut tell: impl FnMut(Event),
) -> Result<Report, ImportError>
where
    T: 'static,
{
    tell(Event::Opened {
        bytes: opened.input.bytes,
        progress: opened.input.progress.clone(),
        notices: opened.input.notices.clone(),
    });
    if terms.check {
        return Box::pin(run(db, opened, prepare, target, terms, tell)).await;
    }
    let lock = imports::lock(db, &opened.source).await?;
    let done = Box::pin(run(db, opened, prepare, target, terms, tell)).await;
    // After an error too: a lock that is only dropped may last a while longer, and refuse the next import.
    let released = lock.release().await;
    // What went wrong first says more.
    let report = done?;
    released?;
    Ok(report)
}

/// The import itself, while the source is locked.
async fn run<T, G: Target>(
    db: &Db,
    opened: File<T>,
    prepare: impl Fn(T) -> G::Item + Send + 'static,
    target: &mut G,
    terms: Terms,
    mut tell: impl FnMut(Event),
) -> Result<Report, ImportError>
where
    T: 'static,
{
    let mut report = Report::new(opened.name.clone(), opened.source.clone(), &opened.input, terms.check);
    let mut run = if terms.check { None } else { Some(begin(db, &opened, terms.now).await?) };
    if let Some(run) = &run {
        report.resumed = run.rows_done;
        (report.created, report.changed, report.unchanged) = (run.created, run.changed, run.unchanged);
        report.rejected = run.rejected;
    }
    let skip = report.resumed;
    // Rejected steps of the interrupted run that this one has met again. Older releases of the register did
    // not save their number, so it may be the larger one.
    let mut met_again = 0;
    let (to, mut from) = mpsc::channel(WAITING);
    let reading = tokio::task::spawn_blocking(move || read::<T, G>(opened, skip, prepare, &to));

    target.begin(db, run.as_ref().map(|run| run.seq)).await?;
    while let Some(message) = from.recv().await {
        match message {
            Message::Rejected { errors, again, last } => {
                if last {
                    report.stopped = errors.first().map(RowError::to_string);
                }
                if again {
                    met_again += 1;
                    report.rejected = report.rejected.max(met_again);
                    report.note(errors, |error| tell(Event::Error(error)));
                } else {
                    report.reject(errors, |error| tell(Event::Error(error)));
                }
            }
            Message::Batch { items, rows, nothing } => {
                let tx = db.begin().await?;
                let stored = Box::pin(target.store(&tx, items)).await?;
                report.add(stored, |error| tell(Event::Error(error)));
                report.unchanged += nothing;
                match &mut run {
                    Some(run) => {
                        report.save_in(run, rows);
                        imports::checkpoint(&tx, run, None).await?;
                        tx.commit().await?;
                    }
                    // A check does all the work and rolls it back.
                    None => {
                        tx.rollback().await?;
                        target.undone(db).await?;
                    }
                }
                tell(Event::Rows(rows));
            }
        }
    }
    let Done { read, uses, account } = reading.await??;
    report.read = read;
    report.count(Tally { uses, ..Tally::default() });
    report.account(account);
    if let Some(mut run) = run {
        report.save_in(&mut run, read);
        let tx = db.begin().await?;
        // A truncated file is not marked as finished. The complete file has another hash, so it is another
        // import.
        let finished = report.stopped.is_none().then_some(terms.now);
        imports::checkpoint(&tx, &run, finished).await?;
        tx.commit().await?;
        target.end(db, run.seq, &mut report).await?;
    }
    Ok(report)
}

/// Begins a run, or takes up the unfinished one of the same file.
async fn begin<T>(db: &Db, opened: &File<T>, now: DateTime<Utc>) -> Result<Run, StoreError> {
    let file = imports::File {
        source: &opened.source,
        dataset: &opened.dataset,
        name: &opened.name,
        sha256: &opened.input.sha256,
        rule_version: &opened.rule_version,
    };
    let tx = db.begin().await?;
    let run = imports::begin(&tx, &file, now).await?;
    tx.commit().await?;
    Ok(run)
}

/// What the reading thread sends.
enum Message<T> {
    /// Items to store; `rows` is where the last step stands, `nothing` counts steps that store nothing.
    Batch { items: Vec<T>, rows: u64, nothing: u64 },
    /// A step that cannot be used: `again` if an earlier run counted it already. After the `last` one, nothing
    /// more of the file can be read.
    Rejected { errors: Vec<RowError>, again: bool, last: bool },
}

/// What is known once a file is read.
struct Done {
    /// Number of steps.
    read: u64,
    uses: Uses,
    account: Option<Account>,
}

/// Reads and prepares items while the database writes. The first `skip` steps were done by an earlier run;
/// what is wrong with them is said again, so that the report is complete.
fn read<T, G: Target>(
    opened: File<T>,
    skip: u64,
    prepare: impl Fn(T) -> G::Item,
    to: &mpsc::Sender<Message<G::Item>>,
) -> Result<Done, FileError> {
    let mut reader = Reader::new(opened.name, opened.items);
    let mut items = Vec::with_capacity(G::BATCH);
    let (mut bytes, mut nothing) = (0, 0_u64);
    // If sending fails, the database failed and nobody waits for the rest.
    while let Some(step) = reader.step()? {
        let again = reader.read <= skip;
        let sent = match step {
            Step::Item(_) | Step::Nothing if again => Ok(()),
            Step::Item(item) => {
                let item = prepare(*item);
                bytes += G::bytes(&item);
                items.push(item);
                Ok(())
            }
            Step::Nothing => {
                nothing += 1;
                Ok(())
            }
            Step::Rejected(errors) => to.blocking_send(Message::Rejected { errors, again, last: false }),
            Step::Stopped(error) => {
                to.blocking_send(Message::Rejected { errors: vec![error], again, last: true })
            }
        };
        if sent.is_err() {
            break;
        }
        if items.len() >= G::BATCH || bytes >= G::BATCH_BYTES {
            let items = std::mem::replace(&mut items, Vec::with_capacity(G::BATCH));
            bytes = 0;
            let nothing = std::mem::take(&mut nothing);
            if to.blocking_send(Message::Batch { items, rows: reader.read, nothing }).is_err() {
                break;
            }
        }
    }
    if !items.is_empty() || nothing > 0 {
        let _ = to.blocking_send(Message::Batch { items, rows: reader.read, nothing });
    }
    let account = reader.account();
    Ok(Done { read: reader.read, uses: reader.uses, account })
}

/// Checks an opened file without a database: reports everything wrong with it. `look` is shown each item, and
/// says what is wrong with it.
pub(crate) fn validate<T>(
    opened: File<T>,
    mut look: impl FnMut(T) -> Result<(), Vec<RowError>>,
    mut tell: impl FnMut(RowError),
) -> Result<Report, FileError> {
    let mut report = Report::new(opened.name.clone(), opened.source.clone(), &opened.input, true);
    let mut reader = Reader::new(opened.name, opened.items);
    while let Some(step) = reader.step()? {
        let errors = match step {
            Step::Item(item) => match look(*item) {
                Ok(()) => continue,
                Err(errors) => in_file(errors, &report.file),
            },
            Step::Nothing => {
                report.unchanged += 1;
                continue;
            }
            Step::Rejected(errors) => errors,
            Step::Stopped(error) => {
                report.stopped = Some(error.to_string());
                vec![error]
            }
        };
        report.reject(errors, &mut tell);
    }
    report.read = reader.read;
    report.account(reader.account());
    report.count(Tally { uses: reader.uses, ..Tally::default() });
    Ok(report)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Steps written as a text: a digit is an item of so many bytes, `-` states nothing, `x` is rejected, and
    /// `!` stops.
    struct Script(std::vec::IntoIter<char>);

    impl Items for Script {
        type Item = usize;

        fn next(&mut self, uses: &mut Uses) -> Option<Step<usize>> {
            let error = || RowError::row(0, "bad", "it is bad", "");
            Some(match self.0.next()? {
                '-' => Step::Nothing,
                'x' => Step::Rejected(vec![error(), error()]),
                '!' => Step::Stopped(error()),
                'f' => return None,
                digit => {
                    crate::report::used(uses, "item");
                    Step::Item(Box::new(digit.to_digit(10).unwrap() as usize))
                }
            })
        }

        fn end(&mut self, uses: &mut Uses) -> std::io::Result<()> {
            crate::report::used(uses, "end");
            // An `f` ends early, so something is left.
            if self.0.as_slice().is_empty() { Ok(()) } else { Err(std::io::Error::other("the disk is gone")) }
        }
    }

    /// Batches of three items, or of ten bytes.
    struct Few;

    impl Target for Few {
        type Item = usize;
        const BATCH: usize = 3;
        const BATCH_BYTES: usize = 10;

        fn bytes(item: &usize) -> usize {
            *item
        }

        async fn begin(&mut self, _: &Db, _: Option<i64>) -> Result<(), StoreError> {
            Ok(())
        }

        async fn store(&mut self, _: &Tx, _: Vec<usize>) -> Result<Stored, StoreError> {
            Ok(Stored::default())
        }

        async fn undone(&mut self, _: &Db) -> Result<(), StoreError> {
            Ok(())
        }
    }

    fn file(steps: &str) -> File<usize> {
        File {
            name: "few.csv".to_owned(),
            source: "few".to_owned(),
            dataset: "few".to_owned(),
            rule_version: "few/1".to_owned(),
            input: Input::default(),
            items: Box::new(Script(steps.chars().collect::<Vec<_>>().into_iter())),
        }
    }

    /// What the reading thread sends, one message a line.
    fn sent(steps: &str, skip: u64) -> (Vec<String>, Result<Done, FileError>) {
        let (to, mut from) = mpsc::channel(100);
        let end = read::<usize, Few>(file(steps), skip, |item| item, &to);
        drop(to);
        let mut sent = Vec::new();
        while let Some(message) = from.blocking_recv() {
            sent.push(match message {
                Message::Batch { items, rows, nothing } => {
                    format!("{items:?} up to {rows}, {nothing} nothing")
                }
                Message::Rejected { errors, again, last } => {
                    format!(
                        "{} {}{}",
                        errors.len(),
                        errors[0],
                        [" again", " last"]
                            .iter()
                            .zip([again, last])
                            .filter(|(_, is)| *is)
                            .map(|(word, _)| *word)
                            .collect::<String>()
                    )
                }
            });
        }
        (sent, end)
    }

    #[track_caller]
    fn check(steps: &str, skip: u64, expected: &[&str]) {
        let (sent, end) = sent(steps, skip);
        assert_eq!(sent, expected, "{steps}");
        let Done { read, uses, .. } = end.unwrap();
        assert_eq!((read, uses["end"]), (steps.len() as u64, 1));
        // What was read before is counted again, because the counts of an interrupted run are not kept.
        assert_eq!(uses.get("item").copied().unwrap_or_default(), items(steps));
    }

    fn items(steps: &str) -> u64 {
        steps.chars().filter(char::is_ascii_digit).count() as u64
    }

    #[test]
    fn a_batch_is_full_by_items_or_by_bytes() {
        check("1111", 0, &["[1, 1, 1] up to 3, 0 nothing", "[1] up to 4, 0 nothing"]);
        check("99-1", 0, &["[9, 9] up to 2, 0 nothing", "[1] up to 4, 1 nothing"]);
        check("--", 0, &["[] up to 2, 2 nothing"]);
        check("", 0, &[]);
    }

    #[test]
    fn errors_come_before_the_batch_whose_checkpoint_covers_them() {
        check(
            "1x1-1x!",
            0,
            &[
                "2 few.csv: [bad] it is bad",
                "[1, 1, 1] up to 5, 1 nothing",
                "2 few.csv: [bad] it is bad",
                "1 few.csv: [bad] it is bad last",
            ],
        );
    }

    #[test]
    fn a_resumed_run_tells_old_errors_again_and_stores_nothing_twice() {
        check(
            "1x1-1x2",
            5,
            &["2 few.csv: [bad] it is bad again", "2 few.csv: [bad] it is bad", "[2] up to 7, 0 nothing"],
        );
    }

    #[test]
    fn a_file_that_fails_names_itself_and_keeps_its_whole_batches() {
        let (sent, end) = sent("1111f1", 0);
        assert_eq!(sent, ["[1, 1, 1] up to 3, 0 nothing"]);
        assert_eq!(end.err().unwrap().to_string(), "few.csv: cannot be read: the disk is gone");
    }

    #[test]
    fn a_check_without_a_database_counts_what_an_import_would_reject() {
        let look =
            |item: usize| if item == 7 { Err(vec![RowError::row(1, "odd", "it is 7", "")]) } else { Ok(()) };
        let mut told = Vec::new();
        let report = validate(file("17-x!"), look, |error| told.push(error.to_string())).unwrap();
        assert_eq!((report.read, report.unchanged, report.rejected, report.error_count), (5, 1, 3, 4));
        assert_eq!(told[0], "few.csv:1: [odd] it is 7");
        assert_eq!(report.stopped.as_deref(), Some("few.csv: [bad] it is bad"));
    }
}
