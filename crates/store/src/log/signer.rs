//! The signer: writes the log's entries into tiles and signs checkpoints. Of the replicas sharing a database,
//! the one that holds the lease does it.
//!
//! It signs only what continues what was signed before. At the start and each hour it recomputes the root from
//! all entries in the database and compares it with the last checkpoints. It does not rely on its own files:
//! they may be what is wrong (decision 16). A restored older backup or an altered entry stops the signer until
//! somebody looks.

use chrono::{DateTime, TimeDelta, Utc};
use futures::{StreamExt, TryStreamExt, stream};
use tokio::runtime::Handle;
use transparency::{Growing, Held, Key, LogError, Opened, PublicKey, Tree, open, sign};

use super::enter::{any_missing, enter_missing};
pub use super::error::SignError;
pub use super::files::{CHECKPOINT, FOLDER, name};
use super::files::{LogFiles, checkpoint};
use super::logged::{entries, size};
use super::signed::Still;
use super::witness::{Witness, Witnesses};
use crate::ground::lease::{Lease, Leases, Work};
use crate::ground::objects::Objects;
use crate::ground::settings;
use crate::{Db, StoreError};

/// Most entries that one checkpoint adds: 100 full tiles.
const AT_ONCE: u64 = 100 * 256;
/// Entries read at once: ten full tiles.
const READ_AT_ONCE: u64 = 2_560;
/// How long a verified prefix is trusted before it is checked again.
const BELIEVED: TimeDelta = TimeDelta::hours(1);
/// Pause before a witness that did not sign is asked again.
const WITNESSES_AGAIN: TimeDelta = TimeDelta::seconds(60);
/// Files written at once.
const WRITES_AT_ONCE: usize = 16;

/// A checkpoint as text, and parsed.
type Signed = (String, Opened);

/// Signs one register's log.
#[derive(Debug)]
pub struct Signer {
    db: Db,
    leases: Leases,
    objects: Objects,
    keys: Vec<Key>,
    public: Vec<PublicKey>,
    /// The verified prefix: entries recomputed from the database, from the first on.
    proved: Growing,
    /// When that prefix was started.
    proved_since: Option<DateTime<Utc>>,
    /// The files at the tree's right edge, as last written.
    edge: (Tree, Held),
    /// The tree last known to be signed by all keys.
    done: Option<Tree>,
    witnesses: Option<Witnesses>,
    /// When to ask witnesses again; `None` if all signed.
    ask_again: Option<DateTime<Utc>>,
}

impl Signer {
    /// Signs with all of these keys, which belong to one log.
    pub fn new(leases: Leases, objects: Objects, keys: Vec<Key>) -> Self {
        Self {
            db: leases.db().clone(),
            leases,
            objects,
            public: keys.iter().map(|key| key.public().clone()).collect(),
            keys,
            proved: Growing::default(),
            proved_since: None,
            edge: (Tree::EMPTY, Held::default()),
            done: None,
            witnesses: None,
            ask_again: None,
        }
    }

    /// The same with witnesses, who are asked to sign too. Errors: the HTTP client cannot be set up.
    pub fn witnessed(self, witnesses: Vec<Witness>) -> Result<Self, reqwest::Error> {
        let witnesses = (!witnesses.is_empty()).then(|| Witnesses::new(witnesses)).transpose()?;
        Ok(Self { witnesses, ..self })
    }

    /// The public keys.
    pub fn public(&self) -> &[PublicKey] {
        &self.public
    }

    /// Enters events that have no entry, and signs new entries; returns the tree signed, if any.
    ///
    /// Errors: [`SignError::Refused`] if the database does not continue what was signed; the reason is also
    /// stored, where status commands see it.
    pub async fn sign_new(&mut self, now: DateTime<Utc>) -> Result<Option<Tree>, SignError> {
        self.enter_missing().await?;
        let entered = size(&self.db).await?;
        let asks = self.ask_again.is_some_and(|at| at <= now);
        let doubts = self.proved_since.is_some_and(|since| since + BELIEVED <= now);
        // With an empty log, check once whether anything was ever signed: a lost database would look just like
        // this.
        let nothing_new = match entered {
            0 => self.proved_since.is_some(),
            _ => self.done.is_some_and(|done| done.size == entered),
        };
        if nothing_new && !asks && !doubts {
            return Ok(None);
        }
        let Some(lease) = self.leases.take(Work::Signing).await? else { return Ok(None) };
        let signed = self.sign_alone(&lease, now, u64::MAX).await;
        lease.give_back().await;
        self.noted(signed).await
    }

    /// The register as it is now, with a checkpoint that signs exactly its entries; `None` while another
    /// process signs. Close its database after reading.
    ///
    /// Errors: those of [`sign_new`](Self::sign_new).
    pub async fn sign_still(&mut self, now: DateTime<Utc>) -> Result<Option<Still>, SignError> {
        self.enter_missing().await?;
        let Some(lease) = self.leases.take(Work::Signing).await? else { return Ok(None) };
        // The lease is ours, so nothing can be signed beyond this state, however many publish meanwhile.
        let still = Still::of(self.db.still().await?).await?;
        let signed = self.sign_until(&lease, now, still.entries).await;
        lease.give_back().await;
        match self.noted(signed).await {
            Ok(Some(checkpoint)) => Ok(Some(still.signed_by(checkpoint)?)),
            Ok(None) => Ok(Some(still)),
            Err(error) => {
                still.db.close().await;
                Err(error)
            }
        }
    }

    /// Signs the first `until` entries; returns the checkpoint of exactly these, or `None` if that is zero.
    async fn sign_until(
        &mut self,
        lease: &Lease,
        now: DateTime<Utc>,
        until: u64,
    ) -> Result<Option<String>, SignError> {
        while self.sign_alone(lease, now, until).await?.is_some() {}
        match until {
            0 => Ok(None),
            _ => Ok(checkpoint(&self.objects).await?),
        }
    }

    /// Enters events that an older release wrote without an entry.
    async fn enter_missing(&self) -> Result<(), StoreError> {
        if any_missing(&self.db).await? {
            let tx = self.db.begin().await?;
            enter_missing(&tx).await?;
            tx.commit().await?;
        }
        Ok(())
    }

    /// If signing was refused, stores the reason where every process sees it.
    async fn noted<T>(&self, signed: Result<T, SignError>) -> Result<T, SignError> {
        if let Err(SignError::Refused(reason)) = &signed {
            // A failure to store it must not hide the reason itself.
            if let Err(error) = self.note(reason).await {
                tracing::warn!("could not store why the log is not signed: {error}");
            }
        }
        signed
    }

    async fn note(&self, reason: &str) -> Result<(), StoreError> {
        let tx = self.db.begin_quietly().await?;
        settings::set(&tx, settings::SIGNING_REFUSED, reason).await?;
        tx.commit().await
    }

    /// Signs new entries up to `until`; `None` if these are signed. Needs the lease.
    async fn sign_alone(
        &mut self,
        lease: &Lease,
        now: DateTime<Utc>,
        until: u64,
    ) -> Result<Option<Tree>, SignError> {
        if self.proved_since.is_none_or(|since| since + BELIEVED <= now) {
            (self.proved, self.proved_since) = (Growing::default(), Some(now));
        }
        let (there, known) = self.last_signed().await?;
        let (there, known) = (there.map(|(_, opened)| opened), known.map(|(_, opened)| opened));
        let mut last = [&there, &known].map(|one| one.as_ref().map_or(Tree::EMPTY, |one| one.tree));
        // The smaller first: the verified prefix only grows, and would start again.
        last.sort_by_key(|tree| tree.size);
        for tree in last {
            self.prove(tree).await?;
        }
        // The files go as far as the checkpoint beside them. If that one is older than the database's, they are
        // written again from the start.
        let from = there.as_ref().map(|one| one.tree).filter(|tree| tree.size == last[1].size);
        let from = from.unwrap_or(Tree::EMPTY);
        if last[1].size > until {
            // Another process signed more, which it can only if our lease is gone.
            return Err(SignError::Another);
        }
        let to = size(&self.db).await?.min(last[1].size + AT_ONCE).min(until);
        if to == 0 {
            return Ok(None);
        }
        if there.as_ref().is_some_and(|there| there.tree.size == to && there.by_all(&self.public)) {
            self.done = Some(from);
            if settings::read(&self.db, settings::SIGNING_REFUSED).await?.is_some() {
                let tx = self.db.begin_quietly().await?;
                settings::unset(&tx, settings::SIGNING_REFUSED).await?;
                tx.commit().await?;
            }
            let checkpoint = self.objects.text(&name(CHECKPOINT)).await?.unwrap_or_default();
            self.ask_witnesses(lease, from, checkpoint.into_bytes(), now).await?;
            return Ok(None);
        }
        let (tree, full) = self.write(from, to).await?;
        // This root comes from the files; sign it only if the entries in the database have it too.
        self.prove(tree).await?;
        let checkpoint = sign(&tree, &self.keys)?;
        self.publish(lease, &checkpoint).await?;
        self.done = Some(tree);
        self.remove_narrower(full).await?;
        self.ask_witnesses(lease, tree, checkpoint, now).await?;
        Ok(Some(tree))
    }

    /// Writes a checkpoint to the object store and the database. Errors: the lease was lost.
    async fn publish(&self, lease: &Lease, checkpoint: &[u8]) -> Result<(), SignError> {
        // Asked just before others can see it: this process may have been suspended past its lease.
        if !lease.holds().await? {
            return Err(SignError::Another);
        }
        self.objects.write(&name(CHECKPOINT), checkpoint.to_vec()).await?;
        let tx = self.db.begin().await?;
        settings::set(&tx, settings::CHECKPOINT, &String::from_utf8_lossy(checkpoint)).await?;
        settings::unset(&tx, settings::SIGNING_REFUSED).await?;
        Ok(tx.commit().await?)
    }

    /// Adds witnesses' signatures to a checkpoint that is already public: no witness can hold up the log.
    async fn ask_witnesses(
        &mut self,
        lease: &Lease,
        tree: Tree,
        checkpoint: Vec<u8>,
        now: DateTime<Utc>,
    ) -> Result<(), SignError> {
        self.ask_again = None;
        let Some(witnesses) = &mut self.witnesses else { return Ok(()) };
        if witnesses.have_signed(&checkpoint) {
            return Ok(());
        }
        let files = LogFiles { objects: self.objects.clone(), handle: Handle::current() };
        let whole = witnesses.ask(tree, &files, checkpoint.clone()).await?;
        if !witnesses.have_signed(&whole) {
            self.ask_again = Some(now + WITNESSES_AGAIN);
        }
        if whole != checkpoint {
            self.publish(lease, &whole).await?;
        }
        Ok(())
    }

    /// The checkpoints in the object store and in the database. Both, so that losing either place cannot let
    /// the log go back.
    async fn last_signed(&self) -> Result<(Option<Signed>, Option<Signed>), SignError> {
        let there = self.objects.text(&name(CHECKPOINT)).await?;
        let known = settings::read(&self.db, settings::CHECKPOINT).await?;
        let there = self.opened(there, "the checkpoint in the object store")?;
        Ok((there, self.opened(known, "the checkpoint in the database")?))
    }

    fn opened(&self, text: Option<String>, which: &str) -> Result<Option<Signed>, SignError> {
        let Some(text) = text else { return Ok(None) };
        match open(text.as_bytes(), &self.public) {
            Ok(opened) => Ok(Some((text, opened))),
            Err(error) => Err(SignError::Refused(format!("{which}: {error}"))),
        }
    }

    /// At least one entry from `from` on. Errors: [`SignError::Refused`] if one is missing.
    async fn read(&self, from: u64, until: u64) -> Result<Vec<Vec<u8>>, SignError> {
        let found = entries(&self.db, from, READ_AT_ONCE.min(until - from)).await?;
        let gap = (from..).zip(&found).find(|(wanted, (sequence, _))| sequence != wanted);
        match gap.map(|(wanted, _)| wanted).or_else(|| found.is_empty().then_some(from)) {
            Some(gap) => Err(SignError::Refused(format!(
                "{until} entries were signed or counted, and entry {gap} is missing in the database: it is older than \
                 the log, such as a backup that was restored, a file that was copied without its -wal, or was changed. Restore \
                 a newer one; docs/verify.md says how to go on without what is missing"
            ))),
            None => Ok(found.into_iter().map(|(_, entry)| entry).collect()),
        }
    }

    /// Extends the verified prefix to a signed tree. Errors: [`SignError::Refused`] if the root differs.
    async fn prove(&mut self, signed: Tree) -> Result<(), SignError> {
        if signed.size < self.proved.size() {
            self.proved = Growing::default();
        }
        while self.proved.size() < signed.size {
            let found = self.read(self.proved.size(), signed.size).await?;
            found.iter().for_each(|entry| self.proved.push(entry));
        }
        if self.proved.tree() == signed {
            return Ok(());
        }
        Err(SignError::Refused(format!(
            "the first {} entries in the database are not those that were signed: `register verify` says which",
            signed.size
        )))
    }

    /// Writes the files that grow one tree into a larger one; returns that, and which files are now full.
    async fn write(&mut self, from: Tree, to: u64) -> Result<(Tree, Vec<String>), SignError> {
        let (mut tree, mut held) = if self.edge.0 == from && from.size > 0 {
            std::mem::replace(&mut self.edge, (Tree::EMPTY, Held::default()))
        } else {
            (from, self.read_edge(&from).await?)
        };
        let mut full = Vec::new();
        while tree.size < to {
            let found = self.read(tree.size, to).await?;
            let (grown, written) = tree.grow(&held, &found)?;
            full.extend(written.iter().map(|(path, _)| path.clone()).filter(|path| !path.contains(".p/")));
            let before = std::mem::take(&mut held);
            for path in grown.edge() {
                // A file not written now is unchanged.
                let new = written.iter().find(|(one, _)| *one == path).map(|(_, bytes)| bytes);
                let bytes = new.or_else(|| before.0.get(&path)).cloned();
                held.0.insert(path.clone(), bytes.ok_or(LogError::Missing(path))?);
            }
            let objects = &self.objects;
            let writes = written
                .into_iter()
                .map(|(path, bytes)| async move { objects.write(&name(&path), bytes).await });
            stream::iter(writes).buffer_unordered(WRITES_AT_ONCE).try_collect::<Vec<()>>().await?;
            tree = grown;
        }
        self.edge = (tree, held);
        Ok((tree, full))
    }

    async fn read_edge(&self, tree: &Tree) -> Result<Held, SignError> {
        let mut held = Held::default();
        for path in tree.edge() {
            let bytes = self.objects.bytes(&name(&path)).await?.ok_or(LogError::Missing(path.clone()))?;
            held.0.insert(path, bytes.into());
        }
        Ok(held)
    }

    /// Removes the partial tiles of files that are now full. Called after the checkpoint that no longer needs
    /// them.
    async fn remove_narrower(&self, full: Vec<String>) -> Result<(), StoreError> {
        let removed = full.into_iter().map(|path| async move {
            let folder = name(&format!("{path}.p"));
            for (file, _) in self.objects.files(&folder).await? {
                self.objects.remove(&format!("{folder}/{file}")).await?;
            }
            Ok::<(), StoreError>(())
        });
        stream::iter(removed).buffer_unordered(WRITES_AT_ONCE).try_collect::<Vec<()>>().await.map(drop)
    }

    /// Rewrites every file of the log from the database and the last checkpoint, after verifying the entries
    /// against it; returns how many entries that is. Errors: another process is signing.
    pub async fn rebuild(&mut self) -> Result<u64, SignError> {
        let lease = self.leases.take(Work::Signing).await?;
        let lease = lease.ok_or(SignError::Another)?;
        let rebuilt = self.rebuild_alone(&lease).await;
        lease.give_back().await;
        rebuilt
    }

    async fn rebuild_alone(&mut self, lease: &Lease) -> Result<u64, SignError> {
        let (there, known) = self.last_signed().await?;
        let last = [there, known].into_iter().flatten().max_by_key(|(_, one)| one.tree.size);
        let Some((text, last)) = last else { return Ok(0) };
        self.prove(last.tree).await?;
        let (_, full) = self.write(Tree::EMPTY, last.tree.size).await?;
        self.publish(lease, text.as_bytes()).await?;
        self.remove_narrower(full).await?;
        Ok(last.tree.size)
    }
}
