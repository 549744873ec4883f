//! The public log: records every publication, withdrawal and redaction, so that anyone can prove what was
//! published.
//!
//! An entry is a line of canonical JSON (RFC 8785) with hashes but no words. Entries are the leaves of a
//! Merkle tree (RFC 6962), published as tiles (C2SP tlog-tiles); its size and root are signed as a checkpoint
//! (C2SP tlog-checkpoint). A version's content is committed to field by field with salts, so that one value
//! can be removed later and the rest still proved. This crate uses neither database nor network: it makes and
//! checks bytes.

mod check;
mod checkpoint;
mod commitment;
mod cosignature;
mod entry;
mod files;
mod proof;
mod tree;

pub use check::{Checked, Fault, check};
pub use checkpoint::{Key, Opened, PublicKey, WrongKey, open, peek, sign};
pub use commitment::{Commitments, Left, NoSalt, NotProved, canonical, content_sha256, prove, said};
pub use cosignature::{Cosigner, add_checkpoint, cosigned_message, with_cosignatures, witnesses};
pub use entry::{Entry, EntryKind, NoEntry};
pub use files::{Files, Held, LogError, Written};
pub use proof::{Evidence, NoProof, Proof};
pub use tree::{Growing, Node, Tree};
