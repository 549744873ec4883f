//! SHA-256 in the one spelling used throughout: lower-case hex.

use sha2::{Digest, Sha256};

/// SHA-256 as lower-case hex.
pub fn hex_sha256(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}
