//! Witnesses: other servers that sign a log's checkpoint too, once they have seen that the log only grew
//! (C2SP tlog-cosignature and tlog-witness).

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use ed25519_dalek::{Signature, VerifyingKey};
use signed_note::{Note, Signature as NoteSignature, Verifier};
use tlog_tiles::Hash;

use crate::checkpoint::WrongKey;
use crate::tree::Node;

/// Algorithm byte in front of a witness's key, in its text and in its id.
const COSIGNATURE: u8 = 4;
/// Length of the timestamp in front of a signature, in bytes.
const TIME: usize = 8;

/// A witness's public key.
#[derive(Clone)]
pub struct Cosigner {
    text: String,
    name: String,
    id: u32,
    key: VerifyingKey,
}

impl std::fmt::Debug for Cosigner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Cosigner").field(&self.text).finish()
    }
}

impl Cosigner {
    /// Reads a witness's `name+id+key`. Errors: the text is not such a key.
    pub fn read(text: &str) -> Result<Self, WrongKey> {
        let text = text.trim();
        let bad = |why: &str| WrongKey::NoKey(format!("{why}: a witness has name+id+key"));
        let mut parts = text.splitn(3, '+');
        let (name, id, key) = (parts.next(), parts.next(), parts.next());
        let (Some(name), Some(id), Some(key)) = (name, id, key) else { return Err(bad("a part is missing")) };
        let id = u32::from_str_radix(id, 16).map_err(|_| bad("the id is not hex"))?;
        let encoded = BASE64.decode(key).map_err(|_| bad("the key is not base64"))?;
        let Some((&COSIGNATURE, bytes)) = encoded.split_first() else {
            return Err(bad("it is not the key of a witness"));
        };
        let bytes = bytes.try_into().map_err(|_| bad("the key has not 32 bytes"))?;
        let key = VerifyingKey::from_bytes(bytes).map_err(|error| bad(&error.to_string()))?;
        if id != signed_note::key_id(name, &encoded) {
            return Err(bad("the id is not of this name and key"));
        }
        Ok(Self { text: text.to_owned(), name: name.to_owned(), id, key })
    }

    /// The text form of a witness's key, `name+id+key`.
    pub fn text(name: &str, key: &VerifyingKey) -> String {
        let encoded = [&[COSIGNATURE], &key.as_bytes()[..]].concat();
        format!("{name}+{:08x}+{}", signed_note::key_id(name, &encoded), BASE64.encode(&encoded))
    }

    /// The name of the witness.
    pub fn name(&self) -> &str {
        &self.name
    }
}

/// The message a witness signs: the checkpoint's text, with the time it was seen in seconds since 1970.
pub fn cosigned_message(seconds: u64, text: &[u8]) -> Vec<u8> {
    [format!("cosignature/v1\ntime {seconds}\n").as_bytes(), text].concat()
}

impl Verifier for Cosigner {
    fn name(&self) -> &str {
        &self.name
    }

    fn key_id(&self) -> u32 {
        self.id
    }

    fn verify(&self, text: &[u8], signature: &[u8]) -> bool {
        let Some((seconds, signature)) = signature.split_first_chunk::<TIME>() else { return false };
        let message = cosigned_message(u64::from_be_bytes(*seconds), text);
        Signature::from_slice(signature)
            .is_ok_and(|signature| self.key.verify_strict(&message, &signature).is_ok())
    }
}

/// The request body for a witness: the size it saw last, the consistency proof from there, and the
/// checkpoint.
pub fn add_checkpoint(old: u64, proof: &[Node], checkpoint: &[u8]) -> Vec<u8> {
    let proof: String = proof.iter().map(|node| format!("{}\n", Hash(node.0))).collect();
    [format!("old {old}\n{proof}\n").as_bytes(), checkpoint].concat()
}

/// Adds to a checkpoint the signatures from a witness's answer that known witnesses made, at most one each.
/// Errors: the bytes are not a checkpoint.
pub fn with_cosignatures(checkpoint: &[u8], answer: &str, known: &[Cosigner]) -> Result<Vec<u8>, WrongKey> {
    let note = read(checkpoint)?;
    let mut whole = checkpoint.to_vec();
    for line in answer.lines() {
        let Ok(signature) = NoteSignature::from_bytes(line.as_bytes()) else { continue };
        let by = known.iter().find(|one| one.name == signature.name() && one.id == signature.id());
        let Some(by) = by.filter(|by| by.verify(note.text(), signature.signature())) else { continue };
        // A witness signs with a new time whenever asked, so signatures cannot be compared byte by byte.
        if witnesses(&whole, std::slice::from_ref(by))?.is_empty() {
            whole.extend(signature.to_bytes());
        }
    }
    Ok(whole)
}

/// The names of the known witnesses that signed a checkpoint. Errors: the bytes are not a checkpoint.
pub fn witnesses<'k>(checkpoint: &[u8], known: &'k [Cosigner]) -> Result<Vec<&'k str>, WrongKey> {
    let note = read(checkpoint)?;
    let lines = checkpoint.split(|byte| *byte == b'\n');
    let signatures: Vec<_> = lines.filter_map(|line| NoteSignature::from_bytes(line).ok()).collect();
    let signed = known.iter().filter(|one| {
        let mut own =
            signatures.iter().filter(|signature| signature.name() == one.name && signature.id() == one.id);
        own.any(|signature| one.verify(note.text(), signature.signature()))
    });
    Ok(signed.map(Cosigner::name).collect())
}

fn read(checkpoint: &[u8]) -> Result<Note, WrongKey> {
    Note::from_bytes(checkpoint).map_err(|error| WrongKey::NoCheckpoint(error.to_string()))
}

#[cfg(test)]
mod tests {
    use ed25519_dalek::{Signer, SigningKey};

    use super::*;
    use crate::checkpoint::{Key, PublicKey, open, sign};
    use crate::tree::Tree;

    fn cosign(name: &str, key: &SigningKey, seconds: u64, text: &[u8]) -> String {
        let signature = key.sign(&cosigned_message(seconds, text));
        let id = Cosigner::read(&Cosigner::text(name, &key.verifying_key())).unwrap().id;
        let bytes = [&seconds.to_be_bytes()[..], &signature.to_bytes()].concat();
        String::from_utf8(NoteSignature::new(name.to_owned(), id, bytes).unwrap().to_bytes()).unwrap()
    }

    #[test]
    fn the_example_of_the_format_is_read() {
        // The signature line from the example in C2SP tlog-cosignature.
        let line = "— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==";
        let signature = NoteSignature::from_bytes(line.as_bytes()).unwrap();
        assert_eq!(signature.signature().len(), TIME + 64);
        assert_eq!(u64::from_be_bytes(signature.signature()[..TIME].try_into().unwrap()), 1_679_315_147);
    }

    #[test]
    fn only_known_witnesses_of_this_checkpoint_are_taken() {
        let (private, public) = Key::generate("register.test/log").unwrap();
        let tree = Tree { size: 3, root: Node([5; 32]) };
        let checkpoint = sign(&tree, &[Key::read(&private).unwrap()]).unwrap();
        let text = read(&checkpoint).unwrap().text().to_vec();
        let [one, two, stranger] = [1, 2, 3].map(|seed| SigningKey::from_bytes(&[seed; 32]));
        let known: Vec<Cosigner> = [("witness.test/1", &one), ("witness.test/2", &two)]
            .map(|(name, key)| Cosigner::read(&Cosigner::text(name, &key.verifying_key())).unwrap())
            .to_vec();
        let good = cosign("witness.test/1", &one, 1_800_000_000, &text);
        let other = cosign("witness.test/2", &two, 1_800_000_000, b"register.test/log\n4\nAAAA\n");
        let unknown = cosign("witness.test/3", &stranger, 1_800_000_000, &text);
        let answer = format!("{good}{good}{other}{unknown}not a line\n");
        let whole = with_cosignatures(&checkpoint, &answer, &known).unwrap();
        assert_eq!(whole, [&checkpoint[..], good.as_bytes()].concat());
        let later = cosign("witness.test/1", &one, 1_800_000_060, &text);
        assert_eq!(with_cosignatures(&whole, &later, &known).unwrap(), whole, "one of each");
        assert_eq!(witnesses(&whole, &known).unwrap(), ["witness.test/1"]);
        // The log's own key still opens it.
        assert_eq!(open(&whole, &[PublicKey::read(&public).unwrap()]).unwrap().tree, tree);
    }

    #[test]
    fn what_is_no_key_of_a_witness_is_refused() {
        let key = Cosigner::text("witness.test/1", &SigningKey::from_bytes(&[1; 32]).verifying_key());
        assert_eq!(Cosigner::read(&format!(" {key}\n")).unwrap().name(), "witness.test/1");
        let log = Key::generate("register.test/log").unwrap().1;
        for wrong in ["", "a", "a+b", "a+00000000+AA==", &key.replace("witness", "another"), &log] {
            assert!(Cosigner::read(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn what_is_sent_is_as_the_format_says() {
        let sent = add_checkpoint(7, &[Node([0; 32])], b"log\n9\nAAAA\n\n");
        let wanted = "old 7\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\nlog\n9\nAAAA\n\n";
        assert_eq!(String::from_utf8(sent).unwrap(), wanted);
    }
}
