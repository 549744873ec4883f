//! What a version says, committed to field by field.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use rand_core::{OsRng, RngCore};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

/// The largest integer that every reader of JSON reads alike (RFC 8785 writes numbers as ECMAScript does).
const INTEGER_MAX: u64 = (1 << 53) - 1;
/// Bytes of a salt.
const SALT: usize = 16;

/// A value has no canonical form that all programs agree on.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0} has no canonical form: write it as a text, or as a whole number up to 9007199254740991")]
pub struct NotCanonical(pub String);

/// A value as canonical JSON (RFC 8785). Errors: a number in it that is not whole, or too large to be read alike by all.
pub fn canonical(value: &Value) -> Result<Vec<u8>, NotCanonical> {
    whole(value)?;
    serde_json_canonicalizer::to_vec(value).map_err(|error| NotCanonical(error.to_string()))
}

fn whole(value: &Value) -> Result<(), NotCanonical> {
    match value {
        Value::Number(number) => {
            let size = number.as_i64().map(i64::unsigned_abs).or(number.as_u64());
            match size {
                Some(size) if size <= INTEGER_MAX => Ok(()),
                _ => Err(NotCanonical(number.to_string())),
            }
        }
        Value::Array(items) => items.iter().try_for_each(whole),
        Value::Object(members) => members.values().try_for_each(whole),
        _ => Ok(()),
    }
}

/// Random bytes from which the salts of one version are made. Whoever has it has all of them: when one must go, it goes.
#[derive(Clone, PartialEq, Eq)]
pub struct Seed([u8; SALT]);

impl fmt::Debug for Seed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Seed(..)")
    }
}

impl Seed {
    /// A new one, from the system's random numbers.
    pub fn random() -> Self {
        let mut bytes = [0; SALT];
        OsRng.fill_bytes(&mut bytes);
        Self(bytes)
    }

    /// From hex; `None` for anything else.
    pub fn read(text: &str) -> Option<Self> {
        let mut bytes = [0; SALT];
        hex::decode_to_slice(text, &mut bytes).ok()?;
        Some(Self(bytes))
    }

    /// As hex.
    pub fn reveal(&self) -> String {
        hex::encode(self.0)
    }

    /// The salt of a field: the first 16 bytes of HMAC-SHA-256 over its path, hex.
    pub fn salt(&self, path: &str) -> String {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).expect("HMAC takes keys of any length");
        mac.update(path.as_bytes());
        hex::encode(&mac.finalize().into_bytes()[..SALT])
    }
}

/// SHA-256 over a salt, a path and canonical JSON, hex.
fn commit(salt: &str, path: &str, value: &Value) -> Result<String, NotCanonical> {
    let mut hash = Sha256::new();
    hash.update(hex::decode(salt).map_err(|_| NotCanonical(format!("the salt '{salt}'")))?);
    hash.update(path.as_bytes());
    hash.update(canonical(value)?);
    Ok(hex::encode(hash.finalize()))
}

/// What is needed beside the words of a version to prove them: the salt of every field, and of those that were taken out
/// or changed since the hash that stands for them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Commitments {
    /// By path (`/title`): the salt, 16 bytes as hex.
    pub salts: BTreeMap<String, String>,
    /// By path, of what was taken out or changed since: the hash that was committed to.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub gone: BTreeMap<String, String>,
    /// Paths that came when something was taken out, such as the statement that it is withheld: the version's hash says
    /// nothing of them.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub came: BTreeSet<String>,
}

impl Commitments {
    /// The salts of all fields of a version.
    pub fn of(members: &Map<String, Value>, seed: &Seed) -> Self {
        let salts = members.keys().map(|name| {
            let path = format!("/{name}");
            let salt = seed.salt(&path);
            (path, salt)
        });
        Self { salts: salts.collect(), ..Self::default() }
    }

    /// The hash of every field, by path. Errors: a value has no canonical form; a field has no salt.
    fn hashes(&self, members: &Map<String, Value>) -> Result<BTreeMap<String, String>, NotCanonical> {
        let mut hashes = self.gone.clone();
        for (name, value) in members {
            let path = format!("/{name}");
            if !self.gone.contains_key(&path) && !self.came.contains(&path) {
                let salt =
                    self.salts.get(&path).ok_or_else(|| NotCanonical(format!("{path} without a salt")))?;
                hashes.insert(path.clone(), commit(salt, &path, value)?);
            }
        }
        Ok(hashes)
    }

    /// Something was taken out: of every field that is not as it was, the hash stays and the salt is forgotten. Errors: as
    /// [`content_sha256`].
    pub fn forget(
        &mut self,
        before: &Map<String, Value>,
        after: &Map<String, Value>,
    ) -> Result<(), NotCanonical> {
        for (path, hash) in self.hashes(before)? {
            let name = &path[1..];
            if before.get(name) != after.get(name) {
                self.salts.remove(&path);
                self.gone.insert(path, hash);
            }
        }
        let new = after.keys().filter(|name| !before.contains_key(*name)).map(|name| format!("/{name}"));
        self.came.extend(new.filter(|path| !self.gone.contains_key(path)));
        Ok(())
    }
}

/// The hash of what a version said when it was published, hex: SHA-256 over the canonical JSON of the hashes of its fields by
/// path. It stays the same when something is taken out. Errors: a number has no canonical form, or a field has no salt.
pub fn content_sha256(
    members: &Map<String, Value>,
    commitments: &Commitments,
) -> Result<String, NotCanonical> {
    let hashes = commitments.hashes(members)?;
    let hashes = Value::Object(hashes.into_iter().map(|(path, hash)| (path, hash.into())).collect());
    Ok(hex::encode(Sha256::digest(canonical(&hashes)?)))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn members(value: Value) -> Map<String, Value> {
        value.as_object().unwrap().clone()
    }

    fn seed() -> Seed {
        Seed::read("000102030405060708090a0b0c0d0e0f").unwrap()
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
        let hash = |of: &Map<String, Value>| content_sha256(of, &Commitments::of(of, &seed())).unwrap();
        assert_eq!(hash(&one), hash(&other));
        let changed = members(json!({ "title": "A", "risks": [{ "b": 1, "a": 3 }] }));
        assert_ne!(hash(&one), hash(&changed));
    }

    #[test]
    fn what_is_taken_out_leaves_the_hash_as_it_was() {
        let before = members(json!({ "title": "A", "summary": "Jo Bloggs decides", "team": "Waste" }));
        let mut commitments = Commitments::of(&before, &seed());
        let hash = content_sha256(&before, &commitments).unwrap();
        let salt = commitments.salts["/summary"].clone();
        // Of one something is left, the other is gone and leaves a statement.
        let stated = json!([{ "field": "team", "kind": "withheld" }]);
        let after =
            members(json!({ "title": "A", "summary": "[redacted] decides", "field_statements": stated }));
        commitments.forget(&before, &after).unwrap();
        assert_eq!(content_sha256(&after, &commitments).unwrap(), hash);
        assert!(!serde_json::to_string(&commitments).unwrap().contains(&salt));
        // What was not taken out is still held to it, and nothing can be slipped in.
        let changed = members(json!({ "title": "B", "summary": "[redacted] decides" }));
        assert_ne!(content_sha256(&changed, &commitments).unwrap(), hash);
        let more = members(json!({ "title": "A", "summary": "[redacted] decides", "scope": "All" }));
        assert!(content_sha256(&more, &commitments).is_err());
        // A second time: more goes, and the hash stays.
        let later = members(json!({ "title": "[redacted]", "field_statements": stated }));
        commitments.forget(&after, &later).unwrap();
        assert_eq!(content_sha256(&later, &commitments).unwrap(), hash);
        assert_eq!((commitments.salts.len(), commitments.gone.len(), commitments.came.len()), (0, 3, 1));
    }

    #[test]
    fn numbers_that_programs_read_differently_are_refused() {
        for wrong in
            [json!(9007199254740993_i64), json!(-9007199254740992_i64), json!(0.5), json!([{ "a": 1e300 }])]
        {
            assert!(canonical(&wrong).is_err(), "{wrong}");
        }
        assert_eq!(canonical(&json!(9007199254740991_i64)).unwrap(), b"9007199254740991");
    }

    #[test]
    fn salts_differ_by_field_and_by_version() {
        assert_ne!(seed().salt("/title"), seed().salt("/name"));
        assert_ne!(Seed::random().salt("/title"), Seed::random().salt("/title"));
        assert_eq!(Seed::read(&seed().reveal()), Some(seed()));
        assert_eq!(Seed::read("00"), None);
        assert_eq!(format!("{:?}", seed()), "Seed(..)");
    }
}
