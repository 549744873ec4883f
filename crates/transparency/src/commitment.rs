//! Commits to the content of a version field by field, so that a field can be removed later and the rest
//! still proved.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use hmac::{Hmac, KeyInit, Mac};
use rand_core::{OsRng, RngCore};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

/// Largest integer that every JSON reader reads alike (RFC 8785 writes numbers as ECMAScript does).
const INTEGER_MAX: u64 = (1 << 53) - 1;
/// The member, besides those of a record, with the note on why the version was made.
pub(crate) const NOTE: &str = "version_note";
/// Length of a salt and of a seed, in bytes.
const SALT: usize = 16;

/// A field has no salt and is not marked as added later, so the content is not what was committed to.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' has no salt: it was not there when this was committed to")]
pub struct NoSalt(pub String);

/// Encodes a value as canonical JSON (RFC 8785). Numbers that programs read differently (fractions, and
/// integers beyond 9007199254740991 either way) become texts.
pub fn canonical(value: &Value) -> Vec<u8> {
    let plain = (!whole(value)).then(|| with_texts(value));
    serde_json_canonicalizer::to_vec(plain.as_ref().unwrap_or(value))
        .expect("numbers that JSON cannot hold became texts")
}

fn is_small(number: &serde_json::Number) -> bool {
    number.as_i64().map(i64::unsigned_abs).or(number.as_u64()).is_some_and(|size| size <= INTEGER_MAX)
}

fn whole(value: &Value) -> bool {
    match value {
        Value::Number(number) => is_small(number),
        Value::Array(items) => items.iter().all(whole),
        Value::Object(members) => members.values().all(whole),
        _ => true,
    }
}

fn with_texts(value: &Value) -> Value {
    match value {
        Value::Number(number) if !is_small(number) => number.to_string().into(),
        Value::Array(items) => items.iter().map(with_texts).collect(),
        Value::Object(members) => members
            .iter()
            .map(|(name, value)| (name.clone(), with_texts(value)))
            .collect::<Map<_, _>>()
            .into(),
        other => other.clone(),
    }
}

/// The content of a version as it is hashed: the record's members, and the note on why the version was made.
pub fn said(mut content: Map<String, Value>, note: Option<&str>) -> Map<String, Value> {
    if let Some(note) = note.filter(|note| !note.is_empty()) {
        content.insert(NOTE.to_owned(), note.into());
    }
    content
}

/// The salt of a field, in hex: the first 16 bytes of HMAC-SHA-256 over its path, keyed with the seed.
fn salt_of(seed: &str, path: &str) -> Option<String> {
    let seed = hex::decode(seed).ok()?;
    let mut mac = Hmac::<Sha256>::new_from_slice(&seed).expect("HMAC takes keys of any length");
    mac.update(path.as_bytes());
    Some(hex::encode(&mac.finalize().into_bytes()[..SALT]))
}

/// SHA-256 over salt, path and canonical JSON, in hex; `None` if the salt is not hex.
fn commit(salt: &str, path: &str, value: &Value) -> Option<String> {
    let mut hash = Sha256::new();
    hash.update(hex::decode(salt).ok()?);
    hash.update(path.as_bytes());
    hash.update(canonical(value));
    Some(hex::encode(hash.finalize()))
}

/// What it takes to prove a version's content: the salts of its fields (as a seed, or one by one after a
/// redaction), and the hashes of fields that were removed or changed since.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Commitments {
    /// The seed, until the first redaction: 16 random bytes in hex. A field's salt is the first 16 bytes of
    /// HMAC-SHA-256 over its path, keyed with the seed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seed: Option<String>,
    /// After a redaction, the salt of each remaining field by path (`/title`): 16 bytes in hex.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub salts: BTreeMap<String, String>,
    /// The hashes committed to for fields that were removed or changed since, by path.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub gone: BTreeMap<String, String>,
    /// Paths added by a redaction, such as the statement that a field is withheld. The hash does not cover
    /// them.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub came: BTreeSet<String>,
    /// After a redaction: the commitments for everything that is left. Their hash is stated in the
    /// redaction's entry.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub now: Option<Box<Self>>,
}

impl Commitments {
    /// Creates commitments with a new random seed from the operating system.
    pub fn random() -> Self {
        let mut seed = [0; SALT];
        OsRng.fill_bytes(&mut seed);
        Self { seed: Some(hex::encode(seed)), ..Self::default() }
    }

    fn salt(&self, path: &str) -> Option<String> {
        self.salts.get(path).cloned().or_else(|| salt_of(self.seed.as_ref()?, path))
    }

    /// The hash of every field, by path. Errors: a field has no salt.
    fn hashes(&self, members: &Map<String, Value>) -> Result<BTreeMap<String, String>, NoSalt> {
        let mut hashes = self.gone.clone();
        for (name, value) in members {
            let path = format!("/{name}");
            if !self.gone.contains_key(&path) && !self.came.contains(&path) {
                let hash = self.salt(&path).and_then(|salt| commit(&salt, &path, value));
                hashes.insert(path.clone(), hash.ok_or(NoSalt(path))?);
            }
        }
        Ok(hashes)
    }

    /// Whether something was redacted, so that the original hash no longer covers everything that is left.
    fn is_redacted(&self) -> bool {
        !self.gone.is_empty() || !self.came.is_empty()
    }

    /// Names of the members that the original hash does not prove.
    pub fn not_proved(&self) -> impl Iterator<Item = &str> {
        self.gone.keys().chain(&self.came).map(|path| path.trim_start_matches('/'))
    }

    /// Records a redaction: a field that changed keeps its hash, but its salt is forgotten, so that nobody
    /// can guess the words from the hash. What is left gets new salts; returns their hash in hex, which the
    /// redaction's entry must state. Errors: a field has no salt.
    pub fn forget(
        &mut self,
        before: &Map<String, Value>,
        after: &Map<String, Value>,
    ) -> Result<String, NoSalt> {
        let hashes = self.hashes(before)?;
        if self.seed.is_some() {
            let salts = hashes.keys().filter_map(|path| Some((path.clone(), self.salt(path)?)));
            self.salts = salts.collect();
            self.seed = None;
        }
        for (path, hash) in hashes {
            let name = &path[1..];
            if before.get(name) != after.get(name) {
                self.salts.remove(&path);
                self.gone.insert(path, hash);
            }
        }
        let new = after.keys().filter(|name| !before.contains_key(*name)).map(|name| format!("/{name}"));
        self.came.extend(new.filter(|path| !self.gone.contains_key(path)));
        let now = Self::random();
        let hash = content_sha256(after, &now)?;
        self.now = Some(Box::new(now));
        Ok(hash)
    }
}

/// The hash of what a version said when it was published, in hex: SHA-256 over the canonical JSON of its
/// field hashes by path. A redaction does not change it. Errors: a field has no salt.
pub fn content_sha256(members: &Map<String, Value>, commitments: &Commitments) -> Result<String, NoSalt> {
    let hashes = commitments.hashes(members)?;
    let hashes = Value::Object(hashes.into_iter().map(|(path, hash)| (path, hash.into())).collect());
    Ok(hex::encode(Sha256::digest(canonical(&hashes))))
}

/// What redactions left: for each change, the hash that the latest redaction states.
#[derive(Debug, Default, Clone)]
pub struct Left(HashMap<String, String>);

impl Left {
    /// Takes the hashes a redaction's statement gives. Statements must come in order, because later ones win.
    pub fn take(&mut self, statement: &Map<String, Value>) {
        let says_now = statement.get("says_now").and_then(Value::as_object);
        let hashes = says_now.into_iter().flatten();
        self.0.extend(hashes.filter_map(|(change, hash)| Some((change.clone(), hash.as_str()?.to_owned()))));
    }

    /// The hash of what is left of a change, if a redaction altered it.
    pub fn of(&self, change: i64) -> Option<&str> {
        self.0.get(&change.to_string()).map(String::as_str)
    }
}

/// Why the content shown is not proved.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotProved {
    /// Its hash differs from the one in the log.
    #[error("it is not what was entered: its hash is {found}, the log says {wanted}")]
    Other {
        /// The hash of the content shown.
        found: String,
        /// The hash in the log.
        wanted: String,
    },
    /// A field has no salt.
    #[error(transparent)]
    NoSalt(#[from] NoSalt),
    /// A field was removed or changed, and no redaction in the log accounts for it.
    #[error("{0} was changed since it was entered, and no redaction in the log says so")]
    NoRedaction(String),
    /// The content shown is not what the latest redaction left.
    #[error("it is not what the last redaction in the log left")]
    NotWhatIsLeft,
}

/// Checks that the content shown is what was entered, or what its latest redaction left. `wanted` is the hash
/// in the entry; `left` is the one the redaction states. Errors: why it is not proved.
pub fn prove(
    members: &Map<String, Value>,
    commitments: &Commitments,
    wanted: &str,
    left: Option<&str>,
) -> Result<(), NotProved> {
    let found = content_sha256(members, commitments)?;
    if found != wanted {
        return Err(NotProved::Other { found, wanted: wanted.to_owned() });
    }
    match (commitments.is_redacted(), left, &commitments.now) {
        // Never redacted, and the log has no redaction either.
        (false, None, _) => Ok(()),
        (true, None, _) => {
            Err(NotProved::NoRedaction(commitments.not_proved().collect::<Vec<_>>().join(", ")))
        }
        // `now` must cover every member, or it would not prove all of what is left.
        (_, Some(left), Some(now)) if !now.is_redacted() && content_sha256(members, now)? == left => Ok(()),
        (_, Some(_), _) => Err(NotProved::NotWhatIsLeft),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn members(value: Value) -> Map<String, Value> {
        value.as_object().unwrap().clone()
    }

    fn seeded() -> Commitments {
        Commitments { seed: Some("000102030405060708090a0b0c0d0e0f".to_owned()), ..Commitments::default() }
    }

    #[test]
    fn a_field_is_hashed_with_its_salt_and_its_path() {
        let salt = "00112233445566778899aabbccddeeff";
        assert_eq!(
            commit(salt, "/title", &json!("A")).unwrap(),
            hex::encode(Sha256::digest([&hex::decode(salt).unwrap()[..], b"/title\"A\""].concat()))
        );
        assert_ne!(commit(salt, "/title", &json!("A")), commit(salt, "/name", &json!("A")));
    }

    #[test]
    fn the_order_of_members_makes_no_difference_and_every_value_does() {
        let one = members(json!({ "title": "A", "risks": [{ "b": 1, "a": 2 }] }));
        let other = members(json!({ "risks": [{ "a": 2, "b": 1 }], "title": "A" }));
        let hash = |of: &Map<String, Value>| content_sha256(of, &seeded()).unwrap();
        assert_eq!(hash(&one), hash(&other));
        let changed = members(json!({ "title": "A", "risks": [{ "b": 1, "a": 3 }] }));
        assert_ne!(hash(&one), hash(&changed));
    }

    #[test]
    fn what_is_taken_out_leaves_the_hash_as_it_was() {
        let before = members(json!({ "title": "A", "summary": "Jo Bloggs decides", "team": "Waste" }));
        let mut commitments = seeded();
        let hash = content_sha256(&before, &commitments).unwrap();
        let salt = commitments.salt("/summary").unwrap();
        // The summary is redacted in part; the team is removed and leaves a statement.
        let stated = json!([{ "field": "team", "kind": "withheld" }]);
        let after =
            members(json!({ "title": "A", "summary": "[redacted] decides", "field_statements": stated }));
        let left = commitments.forget(&before, &after).unwrap();
        assert_eq!(content_sha256(&after, &commitments).unwrap(), hash);
        assert_eq!(prove(&after, &commitments, &hash, Some(&left)), Ok(()));
        // Without the redaction in the log, or with words other than it left, nothing is proved.
        assert!(matches!(prove(&after, &commitments, &hash, None), Err(NotProved::NoRedaction(_))));
        let mut other = after.clone();
        other.insert("summary".to_owned(), "[redacted] never decides".into());
        assert_eq!(content_sha256(&other, &commitments).unwrap(), hash);
        assert_eq!(prove(&other, &commitments, &hash, Some(&left)), Err(NotProved::NotWhatIsLeft));
        let kept = serde_json::to_string(&commitments).unwrap();
        assert!(!kept.contains(&salt) && !kept.contains("0001020304"), "{kept}");
        assert_eq!(serde_json::from_str::<Commitments>(&kept).unwrap(), commitments);
        // What was not redacted is still committed to, and nothing can be slipped in.
        let changed = members(json!({ "title": "B", "summary": "[redacted] decides" }));
        assert_ne!(content_sha256(&changed, &commitments).unwrap(), hash);
        let more = members(json!({ "title": "A", "summary": "[redacted] decides", "scope": "All" }));
        assert!(content_sha256(&more, &commitments).is_err());
        // A second redaction removes more; the hash stays the same.
        let later = members(json!({ "title": "[redacted]", "field_statements": stated }));
        let last = commitments.forget(&after, &later).unwrap();
        assert_eq!(prove(&later, &commitments, &hash, Some(&last)), Ok(()));
        assert_eq!(prove(&later, &commitments, &hash, Some(&left)), Err(NotProved::NotWhatIsLeft));
        assert_eq!((commitments.salts.len(), commitments.gone.len(), commitments.came.len()), (0, 3, 1));
    }

    #[test]
    fn numbers_that_programs_read_differently_are_written_as_texts() {
        for (number, written) in [
            (json!(9007199254740993_i64), "\"9007199254740993\""),
            (json!([{ "a": -9007199254740992_i64 }]), "[{\"a\":\"-9007199254740992\"}]"),
            (json!(0.5), "\"0.5\""),
            (json!(9007199254740991_i64), "9007199254740991"),
        ] {
            assert_eq!(String::from_utf8(canonical(&number)).unwrap(), written);
        }
    }

    #[test]
    fn salts_differ_by_field_and_by_version() {
        assert_ne!(seeded().salt("/title"), seeded().salt("/name"));
        assert_ne!(Commitments::random().salt("/title"), Commitments::random().salt("/title"));
        assert_eq!(Commitments::default().salt("/title"), None);
    }

    #[test]
    fn why_a_version_was_made_is_said_too() {
        let content = members(json!({ "title": "A" }));
        let hash = |note| content_sha256(&said(content.clone(), note), &seeded()).unwrap();
        assert_ne!(hash(None), hash(Some("New contract")));
        assert_ne!(hash(Some("Another")), hash(Some("New contract")));
    }
}
