//! A self-contained proof: an entry's place, its inclusion path to the root, and the checkpoint (C2SP
//! tlog-proof).

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use tlog_tiles::Hash;

use crate::checkpoint::{Opened, PublicKey, WrongKey, open};
use crate::commitment::{Commitments, NOTE, content_sha256, said};
use crate::entry::{Entry, EntryKind};
use crate::tree::Node;

const FIRST_LINE: &str = "c2sp.org/tlog-proof@v1";

/// A proof that an entry is in a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof {
    /// Data the log does not vouch for; in our proofs, the JSON of an [`Evidence`].
    pub extra: Option<Vec<u8>>,
    /// The entry's place, from 0.
    pub index: u64,
    /// The inclusion path: the hashes that lead from the entry to the root.
    pub path: Vec<Node>,
    /// The signed checkpoint.
    pub checkpoint: Vec<u8>,
}

/// Why a proof fails.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoProof {
    /// The bytes are not a proof.
    #[error("line {line} of the proof: {reason}")]
    Malformed {
        /// The line, from 1.
        line: usize,
        /// What is wrong with it.
        reason: String,
    },
    /// The checkpoint cannot be trusted.
    #[error(transparent)]
    Checkpoint(#[from] WrongKey),
    /// The hashes do not lead from the entry to the signed root.
    #[error("the entry is not at place {0} of the log that the checkpoint signs")]
    Elsewhere(u64),
    /// The evidence it carries is missing or cannot be read.
    #[error("what the proof carries beside the hashes: {0}")]
    NoEvidence(String),
    /// The entry is in the log, but the content shown is not what it records.
    #[error("the entry is in the log, but what the proof shows is not what it speaks of: {0}")]
    OtherContent(String),
}

/// What our proofs carry in `extra`: the entry, and the version's content with its commitments.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Evidence {
    /// The entry, as canonical JSON.
    pub entry: String,
    /// The version's content. Fields that were removed or changed since are left out, as this proof cannot
    /// prove them.
    pub record: Map<String, Value>,
    /// The note on why the version was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version_note: Option<String>,
    /// The salts, and the hashes of what was removed.
    pub commitments: Commitments,
}

impl Proof {
    /// The proof as a file.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut text = format!("{FIRST_LINE}\n");
        if let Some(extra) = &self.extra {
            text.push_str(&format!("extra {}\n", BASE64.encode(extra)));
        }
        text.push_str(&format!("index {}\n", self.index));
        for node in &self.path {
            text.push_str(&format!("{}\n", Hash(node.0)));
        }
        text.push('\n');
        [text.as_bytes(), &self.checkpoint].concat()
    }

    /// Reads a proof. Errors: [`NoProof::Malformed`], with the line.
    pub fn read(bytes: &[u8]) -> Result<Self, NoProof> {
        let bad = |line: usize, reason: &str| NoProof::Malformed { line, reason: reason.to_owned() };
        let end = bytes.windows(2).position(|two| two == b"\n\n");
        let end = end.ok_or_else(|| match bytes.contains(&b'\r') {
            true => bad(1, "its line endings were changed on the way: ask for it again"),
            false => bad(1, "no empty line stands before a checkpoint"),
        })?;
        let head = std::str::from_utf8(&bytes[..end]).map_err(|_| bad(1, "it is no text"))?;
        let mut lines = (1..).zip(head.split('\n'));
        if lines.next().is_none_or(|(_, line)| line != FIRST_LINE) {
            return Err(bad(1, "it is not 'c2sp.org/tlog-proof@v1'"));
        }
        let mut rest = lines.peekable();
        let extra = rest.next_if(|(_, line)| line.starts_with("extra ")).map(|(line, text)| {
            BASE64.decode(&text["extra ".len()..]).map_err(|_| bad(line, "it is not 'extra' and base64"))
        });
        let (line, index) = rest.next().ok_or_else(|| bad(2, "the index is missing"))?;
        let index = index.strip_prefix("index ").and_then(|index| index.parse().ok());
        let index = index.ok_or_else(|| bad(line, "it is not 'index' and a number"))?;
        let path = rest.map(|(line, text)| {
            Hash::parse_hash(text).map(Node::from).map_err(|_| bad(line, "it is no hash in base64"))
        });
        let (extra, path) = (extra.transpose()?, path.collect::<Result<_, _>>()?);
        Ok(Self { extra, index, path, checkpoint: bytes[end + 2..].to_vec() })
    }

    /// Checks that the entry is where the proof says, in a log that one of the keys signed. Errors: why it is
    /// not.
    pub fn check(&self, entry: &[u8], known: &[PublicKey]) -> Result<Opened, NoProof> {
        let opened = open(&self.checkpoint, known)?;
        if opened.tree.holds(self.index, Node::of(entry), &self.path) {
            Ok(opened)
        } else {
            Err(NoProof::Elsewhere(self.index))
        }
    }
}

impl Evidence {
    /// Evidence for a version, leaving out everything that its entry's hash does not prove.
    pub fn new(
        entry: String,
        mut record: Map<String, Value>,
        version_note: Option<String>,
        commitments: Commitments,
    ) -> Self {
        let left_out: Vec<String> = commitments.not_proved().map(str::to_owned).collect();
        record.retain(|name, _| !left_out.contains(name));
        let version_note = version_note.filter(|_| !left_out.iter().any(|name| name == NOTE));
        Self { entry, record, version_note, commitments: Commitments { now: None, ..commitments } }
    }

    /// Members of the version that are not shown, because they were removed or changed since.
    pub fn not_shown(&self) -> Vec<&str> {
        self.commitments.not_proved().collect()
    }

    /// Makes a proof that carries this evidence.
    pub fn proof(&self, index: u64, path: Vec<Node>, checkpoint: Vec<u8>) -> Proof {
        Proof {
            extra: Some(serde_json::to_vec(self).expect("evidence has only JSON types")),
            index,
            path,
            checkpoint,
        }
    }

    /// Checks a proof with evidence, using only the keys: the entry is in a log that one of them signed, and
    /// the version said what is shown. Errors: why not.
    pub fn check(proof: &Proof, known: &[PublicKey]) -> Result<(Self, Entry, Opened), NoProof> {
        let bad = |error: &dyn std::fmt::Display| NoProof::NoEvidence(error.to_string());
        let extra = proof.extra.as_deref().ok_or_else(|| bad(&"there is nothing"))?;
        let evidence: Self = serde_json::from_slice(extra).map_err(|error| bad(&error))?;
        let opened = proof.check(evidence.entry.as_bytes(), known)?;
        let entry = Entry::read(evidence.entry.as_bytes()).map_err(|error| bad(&error))?;
        if entry.sequence != proof.index {
            return Err(NoProof::OtherContent(format!("it says that it is entry {}", entry.sequence)));
        }
        if entry.kind != EntryKind::Published {
            return Err(NoProof::OtherContent("it does not publish a version".to_owned()));
        }
        // Hashed, such a member would be the same as a note, and could pass for one.
        if evidence.record.contains_key(NOTE) {
            return Err(NoProof::OtherContent(format!("its record has a member '{NOTE}'")));
        }
        let said = said(evidence.record.clone(), evidence.version_note.as_deref());
        if let Some(name) = evidence.commitments.not_proved().find(|name| said.contains_key(*name)) {
            return Err(NoProof::OtherContent(format!("it shows '{name}', which it does not prove")));
        }
        match content_sha256(&said, &evidence.commitments) {
            Ok(hash) if hash == entry.content_sha256 => Ok((evidence, entry, opened)),
            Ok(hash) => Err(NoProof::OtherContent(format!(
                "its hash is {hash}, the entry says {}",
                entry.content_sha256
            ))),
            Err(error) => Err(NoProof::OtherContent(error.to_string())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checkpoint::{Key, sign};
    use crate::tree::tests::{entry, grown};

    #[test]
    fn a_proof_stands_by_itself() {
        let (tree, files) = grown(&[700]);
        let (private, public) = Key::generate("register.test/log").unwrap();
        let known = [PublicKey::read(&public).unwrap()];
        let checkpoint = sign(&tree, &[Key::read(&private).unwrap()]).unwrap();
        for index in [0, 255, 256, 511, 699] {
            let path = tree.prove(&files, index).unwrap();
            let extra = (index > 0).then(|| b"beside".to_vec());
            let proof = Proof { extra, index, path, checkpoint: checkpoint.clone() };
            let read = Proof::read(&proof.to_bytes()).unwrap();
            assert_eq!(read, proof);
            assert_eq!(read.check(&entry(index), &known).unwrap().tree, tree);
            assert_eq!(read.check(b"another", &known), Err(NoProof::Elsewhere(index)));
            let moved = Proof { index: index + 1, ..proof };
            assert!(moved.check(&entry(index), &known).is_err());
        }
        assert!(tree.prove(&files, 700).is_err());
    }

    #[test]
    fn what_is_no_proof_says_where() {
        for (text, line) in [
            ("", 1),
            ("c2sp.org/tlog-proof@v2\nindex 1\n\nx", 1),
            ("c2sp.org/tlog-proof@v1\n\nx", 2),
            ("c2sp.org/tlog-proof@v1\nindex one\n\nx", 2),
            ("c2sp.org/tlog-proof@v1\nextra ?\nindex 1\n\nx", 2),
            ("c2sp.org/tlog-proof@v1\nextra AA==\nindex 1\nAA\n\nx", 4),
        ] {
            let found = Proof::read(text.as_bytes());
            assert!(
                matches!(found, Err(NoProof::Malformed { line: at, .. }) if at == line),
                "{text}: {found:?}"
            );
        }
    }
}
