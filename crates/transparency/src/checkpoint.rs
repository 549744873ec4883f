//! Checkpoints: the signed size and root of a log (C2SP tlog-checkpoint and signed-note, with Ed25519).

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use ed25519_dalek::SigningKey;
use rand_core::OsRng;
use signed_note::{
    Note, NoteError, Signature, Signer, StandardSigner, StandardVerifier, Verifier, VerifierList,
};
use tlog_tiles::{Checkpoint, Hash};

use crate::tree::{Node, Tree};

/// Algorithm byte in front of an Ed25519 key (signed-note).
const ED25519: u8 = 1;

/// Why a key or a checkpoint cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WrongKey {
    /// The text is not a key of this kind.
    #[error("this is no key: {0}")]
    NoKey(String),
    /// The bytes are not a checkpoint.
    #[error("this is no checkpoint: {0}")]
    NoCheckpoint(String),
    /// None of the known keys signed it.
    #[error("the checkpoint is signed by {signed}, and not by a key that is known: {known}")]
    Unsigned {
        /// The signing keys, by name and id.
        signed: String,
        /// The known keys, by name and id.
        known: String,
    },
    /// The signature of a known key does not fit this text.
    #[error("the signature of {0} is not of this checkpoint: it was changed")]
    Changed(String),
    /// The checkpoint or key belongs to another log.
    #[error("the checkpoint is of the log '{found}', not of '{wanted}'")]
    OtherLog {
        /// The log that it names.
        found: String,
        /// The log that was expected.
        wanted: String,
    },
}

/// A private signing key. Its `Debug` form shows only name and id.
#[derive(Clone)]
pub struct Key {
    signer: StandardSigner,
    public: PublicKey,
}

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Key({}+{:08x})", self.signer.name(), self.signer.key_id())
    }
}

impl Key {
    /// Generates a log's key pair, as texts: the private key to be kept secret, and the public key for
    /// everyone. The name is the log's. Errors: the name is empty, or contains a space or a plus.
    pub fn generate(name: &str) -> Result<(String, String), WrongKey> {
        if !signed_note::is_key_name_valid(name) {
            return Err(WrongKey::NoKey(format!("the name '{name}' is empty, or holds a space or a plus")));
        }
        Ok(signed_note::generate_key(&mut OsRng, name))
    }

    /// Reads `PRIVATE+KEY+name+id+key`. Errors: the text is not such a key.
    pub fn read(text: &str) -> Result<Self, WrongKey> {
        let bad = |error: &dyn std::fmt::Display| WrongKey::NoKey(error.to_string());
        let signer = StandardSigner::new(text.trim()).map_err(|error| bad(&error))?;
        // The text does not contain the public key; it is derived from the private one.
        let secret = text.trim().splitn(5, '+').last().and_then(|key| BASE64.decode(key).ok());
        let secret = secret.and_then(|bytes| <[u8; 32]>::try_from(bytes.get(1..)?).ok());
        let secret = secret.ok_or_else(|| bad(&"it holds no Ed25519 key"))?;
        let verifies = SigningKey::from_bytes(&secret).verifying_key();
        let public = BASE64.encode([&[ED25519], &verifies.as_bytes()[..]].concat());
        let public = PublicKey::read(&format!("{}+{:08x}+{public}", signer.name(), signer.key_id()))?;
        Ok(Self { signer, public })
    }

    /// Reads one key per line, skipping empty lines and those that start with `#`. Errors: there are no keys,
    /// a line is not a key, or the keys belong to different logs.
    pub fn read_all(text: &str) -> Result<Vec<Self>, WrongKey> {
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
        let keys = lines.map(Self::read).collect::<Result<Vec<_>, _>>()?;
        same_log(&keys)?;
        Ok(keys)
    }

    /// The name of the log.
    pub fn name(&self) -> &str {
        self.signer.name()
    }

    /// The public key that verifies its signatures.
    pub fn public(&self) -> &PublicKey {
        &self.public
    }
}

/// The name of the log that all keys belong to. Errors: there are no keys, or they belong to several logs.
fn same_log(keys: &[Key]) -> Result<&str, WrongKey> {
    let name = keys.first().ok_or_else(|| WrongKey::NoKey("there is none".to_owned()))?.name();
    match keys.iter().find(|key| key.name() != name) {
        Some(other) => Err(WrongKey::OtherLog { found: other.name().to_owned(), wanted: name.to_owned() }),
        None => Ok(name),
    }
}

/// A public key, which verifies signatures.
#[derive(Clone)]
pub struct PublicKey {
    text: String,
    verifier: StandardVerifier,
}

impl std::fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("PublicKey").field(&self.text).finish()
    }
}

impl PublicKey {
    /// Reads `name+id+key`. Errors: the text is not such a key.
    pub fn read(text: &str) -> Result<Self, WrongKey> {
        let verifier =
            StandardVerifier::new(text.trim()).map_err(|error| WrongKey::NoKey(error.to_string()))?;
        Ok(Self { text: text.trim().to_owned(), verifier })
    }

    /// Reads one key per line, skipping empty lines and those that start with `#`. Errors: a line is not a
    /// key.
    pub fn read_all(text: &str) -> Result<Vec<Self>, WrongKey> {
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
        lines.map(Self::read).collect()
    }

    /// The key as text, `name+id+key`.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The key's name and id, `name+id`.
    pub fn id(&self) -> String {
        format!("{}+{:08x}", self.verifier.name(), self.verifier.key_id())
    }

    /// The name of the log or witness.
    pub fn name(&self) -> &str {
        self.verifier.name()
    }
}

/// Signs a tree with every key. Errors: there are no keys, or they belong to several logs.
pub fn sign(tree: &Tree, keys: &[Key]) -> Result<Vec<u8>, WrongKey> {
    let origin = same_log(keys)?;
    let bad = |error: &dyn std::fmt::Display| WrongKey::NoCheckpoint(error.to_string());
    let checkpoint =
        Checkpoint::new(origin, tree.size, Hash(tree.root.0), "").map_err(|error| bad(&error))?;
    let mut note = Note::new(&checkpoint.to_bytes(), &[]).map_err(|error| bad(&error))?;
    let signers: Vec<&dyn Signer> = keys.iter().map(|key| &key.signer as &dyn Signer).collect();
    note.add_sigs(&signers).map_err(|error| bad(&error))?;
    Ok(note.to_bytes())
}

/// The content of a checkpoint, and who signed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    /// The name of the log.
    pub origin: String,
    /// The size and root that it signs.
    pub tree: Tree,
    /// The keys that signed it, as `name+id`: verified after [`open`], only claimed after [`peek`].
    pub signed_by: Vec<String>,
}

impl Opened {
    /// Whether all of these keys signed it.
    pub fn by_all(&self, keys: &[PublicKey]) -> bool {
        keys.iter().all(|key| self.signed_by.contains(&key.id()))
    }
}

/// Reads a checkpoint without verifying it; its signatures are mere claims. Errors: the bytes are not a
/// checkpoint.
pub fn peek(bytes: &[u8]) -> Result<Opened, WrongKey> {
    let bad = |error: &dyn std::fmt::Display| WrongKey::NoCheckpoint(error.to_string());
    let note = Note::from_bytes(bytes).map_err(|error| bad(&error))?;
    let checkpoint = Checkpoint::from_bytes(note.text()).map_err(|error| bad(&error))?;
    let signatures = bytes.split(|byte| *byte == b'\n').filter_map(|line| Signature::from_bytes(line).ok());
    Ok(Opened {
        origin: checkpoint.origin().to_owned(),
        tree: Tree { size: checkpoint.size(), root: Node(checkpoint.hash().0) },
        signed_by: signatures.map(|one| format!("{}+{:08x}", one.name(), one.id())).collect(),
    })
}

/// Opens a checkpoint that one of the known keys must have signed; other signatures are ignored. Errors: it
/// is not a checkpoint, no known key signed it, a known key's signature does not fit, or it belongs to a log
/// other than the first key's.
pub fn open(bytes: &[u8], known: &[PublicKey]) -> Result<Opened, WrongKey> {
    let bad = |error: &dyn std::fmt::Display| WrongKey::NoCheckpoint(error.to_string());
    let note = Note::from_bytes(bytes).map_err(|error| bad(&error))?;
    let verifiers = known.iter().map(|key| Box::new(key.verifier.clone()) as Box<dyn Verifier>).collect();
    let unsigned = || WrongKey::Unsigned {
        signed: peek(bytes).map(|opened| opened.signed_by.join(" and ")).unwrap_or_default(),
        known: match known {
            [] => "there is none".to_owned(),
            known => known.iter().map(PublicKey::id).collect::<Vec<_>>().join(", "),
        },
    };
    let (signed, _) = note.verify(&VerifierList::new(verifiers)).map_err(|error| match error {
        NoteError::UnverifiedNote => unsigned(),
        NoteError::InvalidSignature { name, .. } => WrongKey::Changed(name),
        other => bad(&other),
    })?;
    let checkpoint = Checkpoint::from_bytes(note.text()).map_err(|error| bad(&error))?;
    let wanted = known.first().map(PublicKey::name).unwrap_or_default();
    if checkpoint.origin() != wanted {
        return Err(WrongKey::OtherLog { found: checkpoint.origin().to_owned(), wanted: wanted.to_owned() });
    }
    // A known key of another name does not speak for this log.
    if !signed.iter().any(|signature| signature.name() == wanted) {
        return Err(unsigned());
    }
    Ok(Opened {
        origin: checkpoint.origin().to_owned(),
        tree: Tree { size: checkpoint.size(), root: Node(checkpoint.hash().0) },
        signed_by: signed.iter().map(|one| format!("{}+{:08x}", one.name(), one.id())).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree() -> Tree {
        Tree { size: 3, root: Node([5; 32]) }
    }

    #[test]
    fn what_is_signed_is_opened_by_its_key_only() {
        let (private, public) = Key::generate("register.test/log").unwrap();
        let key = Key::read(&private).unwrap();
        assert_eq!(key.public().as_str(), public);
        let public = PublicKey::read(&format!("{public}\n")).unwrap();
        let signed = sign(&tree(), std::slice::from_ref(&key)).unwrap();
        let opened = open(&signed, std::slice::from_ref(&public)).unwrap();
        assert_eq!((opened.tree, opened.origin.as_str()), (tree(), "register.test/log"));
        assert!(!format!("{key:?}").contains(private.splitn(5, '+').last().unwrap()));

        let (_, stranger) = Key::generate("register.test/log").unwrap();
        let stranger = PublicKey::read(&stranger).unwrap();
        let unsigned = open(&signed, std::slice::from_ref(&stranger)).unwrap_err().to_string();
        assert!(unsigned.contains(&public.id()) && unsigned.contains(&stranger.id()), "{unsigned}");
        assert_eq!(peek(&signed).unwrap(), opened);
        // During a rotation there are two keys, and either opens it.
        assert_eq!(open(&signed, &[stranger, public.clone()]).unwrap().tree, tree());

        for place in 0..signed.len() {
            let mut changed = signed.clone();
            changed[place] ^= 1;
            assert!(open(&changed, std::slice::from_ref(&public)).is_err(), "byte {place}");
        }
    }

    #[test]
    fn keys_of_two_logs_do_not_sign_together() {
        let key = |name: &str| Key::read(&Key::generate(name).unwrap().0).unwrap();
        assert!(matches!(sign(&tree(), &[key("a"), key("b")]), Err(WrongKey::OtherLog { .. })));
        assert!(matches!(sign(&tree(), &[]), Err(WrongKey::NoKey(_))));
        assert!(matches!(Key::generate("a b"), Err(WrongKey::NoKey(_))));
        assert!(matches!(Key::read("PRIVATE+KEY+a"), Err(WrongKey::NoKey(_))));
        assert!(matches!(PublicKey::read("a+b"), Err(WrongKey::NoKey(_))));
    }
}
