//! Tokens and links that grant access: made here, shown once, kept only as a hash.

use sha2::{Digest, Sha256};

/// The alphabet of a secret.
const BASE62: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/// Random characters of a secret: 30 of an alphabet of 62 are 178 bits.
const RANDOM: usize = 30;
/// Characters of the checksum.
const CHECK: usize = 6;

/// What a secret grants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Opens {
    /// A person's rights, for programs.
    Person,
    /// Reading one submission.
    Preview,
    /// Reading the outcome of a correction, for its sender.
    Correction,
    /// A person's rights, in a browser.
    Session,
}

impl Opens {
    fn letter(self) -> char {
        match self {
            Self::Person => 'p',
            Self::Preview => 'v',
            Self::Correction => 'c',
            Self::Session => 's',
        }
    }
}

/// A secret. No `Debug` or `Display`, so that it cannot end up in a log.
pub struct Secret(String);

impl Secret {
    /// A new one: `oar_`, a letter for its kind, `_`, 30 random characters and 6 of their CRC-32. The prefix
    /// lets scanners recognise a leaked one; the checksum catches a miscopied one.
    pub fn new(opens: Opens) -> Self {
        let mut random = String::with_capacity(RANDOM);
        while random.len() < RANDOM {
            let mut bytes = [0; 2 * RANDOM];
            getrandom::fill(&mut bytes).expect("the system provides random bytes");
            // 248 is the largest multiple of 62 in a byte; using bytes above it would favour some characters.
            let fair = bytes
                .iter()
                .filter(|byte| **byte < 248)
                .map(|byte| char::from(BASE62[usize::from(byte % 62)]));
            random.extend(fair.take(RANDOM - random.len()));
        }
        let check = check(&random);
        Self(format!("oar_{}_{random}{check}", opens.letter()))
    }

    /// Checks form and checksum; `None` if this is not a secret of that kind.
    pub fn read(opens: Opens, text: &str) -> Option<Self> {
        let body = text.strip_prefix("oar_")?.strip_prefix(opens.letter())?.strip_prefix('_')?;
        if body.len() != RANDOM + CHECK || !body.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return None;
        }
        let (random, said) = body.split_at(RANDOM);
        (check(random) == said).then(|| Self(text.to_owned()))
    }

    /// SHA-256 in hex: all the register keeps.
    pub fn sha256(&self) -> String {
        hex::encode(Sha256::digest(self.0.as_bytes()))
    }

    /// The secret itself, to be shown once.
    pub fn reveal(self) -> String {
        self.0
    }
}

fn check(random: &str) -> String {
    let mut rest = crc32fast::hash(random.as_bytes());
    let mut digits = [b'0'; CHECK];
    for digit in digits.iter_mut().rev() {
        *digit = BASE62[(rest % 62) as usize];
        rest /= 62;
    }
    digits.iter().map(|digit| char::from(*digit)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_reads_back_and_a_miscopied_one_does_not() {
        let secret = Secret::new(Opens::Person);
        let hash = secret.sha256();
        let text = secret.reveal();
        assert_eq!(text.len(), 42);
        assert!(Secret::read(Opens::Person, &text).is_some_and(|again| again.sha256() == hash));
        assert!(Secret::read(Opens::Preview, &text).is_none());
        for place in 6..text.len() {
            let mut wrong = text.clone().into_bytes();
            wrong[place] = if wrong[place] == b'x' { b'y' } else { b'x' };
            assert!(Secret::read(Opens::Person, std::str::from_utf8(&wrong).unwrap()).is_none(), "{place}");
        }
        assert!(Secret::read(Opens::Person, "oar_p_").is_none());
    }

    #[test]
    fn no_two_are_alike() {
        let all: std::collections::HashSet<String> =
            (0..1000).map(|_| Secret::new(Opens::Preview).reveal()).collect();
        assert_eq!(all.len(), 1000);
    }
}
