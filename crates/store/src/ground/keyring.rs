//! Encryption of the few secrets the database must be able to read back: second factors and the keys of
//! webhooks. The keys are outside the database (decision 28).
//!
//! AES-256-GCM with a random nonce for each value. The row a value belongs to is authenticated with it, so that
//! nobody can put their own second factor into another person's row.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use sha2::{Digest, Sha256};

use crate::StoreError;

/// How an encrypted value begins: neither base32 nor base64 contains a colon.
const MARK: &str = "aes256gcm:";
/// How a line with a key begins.
const LINE: &str = "SECRETS+KEY+";
/// Bytes of a key.
const KEY_LEN: usize = 32;

/// The row and column of an encrypted value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place<'a> {
    /// The second factor of a person, by id.
    SecondFactor(&'a str),
    /// The signing key of a webhook, by id.
    WebhookKey(&'a str),
    /// A browser's cookie, by name: no row, but sent to the browser and back.
    Cookie(&'a str),
}

impl Place<'_> {
    fn table(self) -> (&'static str, &'static str) {
        match self {
            Self::SecondFactor(_) => ("credentials", "second_factor"),
            Self::WebhookKey(_) => ("webhooks", "secret_key"),
            Self::Cookie(_) => ("browser", "cookie"),
        }
    }

    fn id(&self) -> &str {
        match self {
            Self::SecondFactor(id) | Self::WebhookKey(id) | Self::Cookie(id) => id,
        }
    }

    fn inconsistent(self, reason: impl ToString) -> StoreError {
        let (table, column) = self.table();
        StoreError::inconsistent(table, column, self.id(), reason)
    }

    /// What is authenticated with the value.
    fn aad(self) -> Aad<Vec<u8>> {
        let (table, column) = self.table();
        Aad::from(format!("{table}.{column} {}", self.id()).into_bytes())
    }
}

/// A value as the database, or a browser, holds it. Only a [`Keyring`] makes new ones, so nothing plain is stored by mistake.
#[derive(Clone, PartialEq, Eq)]
pub struct Encrypted(String);

// A row of an earlier release may be plain.
impl fmt::Debug for Encrypted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Encrypted").field(&self.key()).finish()
    }
}

impl Encrypted {
    /// A value read from the database.
    pub(crate) fn stored(text: String) -> Self {
        Self(text)
    }

    /// The value as stored.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// The value as a cookie holds it.
    pub fn to_cookie(&self) -> String {
        URL_SAFE_NO_PAD.encode(&self.0)
    }

    /// A value that came back in a cookie; whether it is one of ours shows when it is decrypted.
    pub fn from_cookie(text: &str) -> Option<Self> {
        let value = Self(String::from_utf8(URL_SAFE_NO_PAD.decode(text).ok()?).ok()?);
        // A plain one could be anybody's.
        value.key().is_some().then_some(value)
    }

    /// The id of its key; `None` if it is plain, written by a release that did not encrypt.
    pub fn key(&self) -> Option<&str> {
        self.0.strip_prefix(MARK).map(|rest| rest.split(':').next().unwrap_or_default())
    }
}

/// Why a text holds no keys.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadKeys {
    /// There is no line with a key.
    #[error("it has no line that begins with {LINE}")]
    None,
    /// A line is damaged; its number.
    #[error("the key in line {0} is damaged")]
    Damaged(usize),
}

struct Held {
    id: String,
    key: LessSafeKey,
}

/// Keys that encrypt secrets: the last one encrypts, all of them decrypt.
#[derive(Default)]
pub struct Keyring(Vec<Held>);

impl fmt::Debug for Keyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.ids()).finish()
    }
}

/// The id of a key: enough of its hash to tell keys apart.
fn id_of(bytes: &[u8]) -> String {
    let mut hash = Sha256::new();
    hash.update(LINE.as_bytes());
    hash.update(bytes);
    hex::encode(&hash.finalize()[..4])
}

impl Keyring {
    /// A new key, as the line of a key file.
    pub fn generate() -> String {
        let mut bytes = [0; KEY_LEN];
        getrandom::fill(&mut bytes).expect("the system provides random bytes");
        format!("{LINE}{}+{}", id_of(&bytes), STANDARD.encode(bytes))
    }

    /// Whether a line of a key file holds a key. As in [`read`](Self::read), spaces around it do not matter.
    pub fn is_key(line: &str) -> bool {
        line.trim().starts_with(LINE)
    }

    /// Reads the keys in a file, one a line, oldest first; other lines are comments.
    pub fn read(text: &str) -> Result<Self, BadKeys> {
        let mut keys = Vec::new();
        for (number, line) in text.lines().enumerate() {
            let Some(rest) = line.trim().strip_prefix(LINE) else { continue };
            let damaged = || BadKeys::Damaged(number + 1);
            let (id, key) = rest.split_once('+').ok_or_else(damaged)?;
            let bytes = STANDARD.decode(key).map_err(|_| damaged())?;
            // The id is a checksum too.
            if bytes.len() != KEY_LEN || id_of(&bytes) != id {
                return Err(damaged());
            }
            let key = UnboundKey::new(&AES_256_GCM, &bytes).map_err(|_| damaged())?;
            keys.push(Held { id: id.to_owned(), key: LessSafeKey::new(key) });
        }
        if keys.is_empty() { Err(BadKeys::None) } else { Ok(Self(keys)) }
    }

    /// Ids of the keys, oldest first.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|held| held.id.as_str())
    }

    /// Whether it has a key with this id.
    pub fn has(&self, id: &str) -> bool {
        self.ids().any(|one| one == id)
    }

    /// The id of the key that encrypts; `None` without keys.
    pub fn newest(&self) -> Option<&str> {
        self.0.last().map(|held| held.id.as_str())
    }

    /// Encrypts a value for its place. Errors: [`StoreError::NoKey`].
    pub fn encrypt(&self, place: Place<'_>, plain: &str) -> Result<Encrypted, StoreError> {
        let Held { id, key } = self.0.last().ok_or(StoreError::NoKey)?;
        let mut nonce = [0; NONCE_LEN];
        getrandom::fill(&mut nonce).expect("the system provides random bytes");
        let mut bytes = plain.as_bytes().to_vec();
        key.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), place.aad(), &mut bytes)
            .map_err(|_| place.inconsistent("it is too long to be encrypted"))?;
        Ok(Encrypted(format!("{MARK}{id}:{}", STANDARD.encode([&nonce[..], &bytes].concat()))))
    }

    /// Decrypts the value of a place. Without any keys, plain values of earlier releases are passed on; with
    /// keys they are refused, since they were all encrypted at the start.
    ///
    /// Errors: [`StoreError::Inconsistent`] if the value is damaged, is another row's, or its key is not here.
    pub fn decrypt(&self, place: Place<'_>, value: &Encrypted) -> Result<String, StoreError> {
        let Some(rest) = value.0.strip_prefix(MARK) else {
            return match self.0.is_empty() {
                true => Ok(value.0.clone()),
                false => Err(place.inconsistent("it is not encrypted: the next start encrypts it")),
            };
        };
        let (id, data) = rest.split_once(':').unwrap_or_default();
        let held = self.0.iter().find(|held| held.id == id);
        let held =
            held.ok_or_else(|| place.inconsistent(format!("the key {id} that decrypts it is not here")))?;
        let damaged = || place.inconsistent("it is damaged, or belongs to another row");
        let mut bytes = STANDARD.decode(data).map_err(|_| damaged())?;
        let (nonce, sealed) = bytes.split_at_mut_checked(NONCE_LEN).ok_or_else(damaged)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| damaged())?;
        let plain = held.key.open_in_place(nonce, place.aad(), sealed).map_err(|_| damaged())?;
        String::from_utf8(plain.to_vec()).map_err(|_| damaged())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_opens_in_its_own_row_with_its_own_key_and_nowhere_else() {
        let (line, other) = (Keyring::generate(), Keyring::generate());
        let keys = Keyring::read(&format!("# a comment\n{line}\n")).unwrap();
        let here = Place::SecondFactor("one");
        let value = keys.encrypt(here, "JBSWY3DPEHPK3PXP").unwrap();
        assert!(!value.0.contains("JBSWY3DPEHPK3PXP"));
        assert_eq!(value.key(), keys.newest());
        assert_eq!(keys.decrypt(here, &value).unwrap(), "JBSWY3DPEHPK3PXP");
        assert_ne!(keys.encrypt(here, "JBSWY3DPEHPK3PXP").unwrap(), value, "the nonce was used twice");
        for place in [Place::SecondFactor("two"), Place::WebhookKey("one")] {
            assert!(keys.decrypt(place, &value).is_err(), "{place:?}");
        }
        let error = Keyring::read(&other).unwrap().decrypt(here, &value).unwrap_err().to_string();
        assert!(error.contains(keys.newest().unwrap()), "{error}");
        let (head, data) = value.0.rsplit_once(':').unwrap();
        let mut bytes = STANDARD.decode(data).unwrap();
        bytes[NONCE_LEN] ^= 1;
        let bent = Encrypted(format!("{head}:{}", STANDARD.encode(bytes)));
        assert!(keys.decrypt(here, &bent).is_err());
    }

    #[test]
    fn a_cookie_comes_back_as_it_was_sent_or_not_at_all() {
        let keys = Keyring::read(&Keyring::generate()).unwrap();
        let here = Place::Cookie("sign-in");
        let cookie = keys.encrypt(here, "{}").unwrap().to_cookie();
        assert!(cookie.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')));
        assert_eq!(keys.decrypt(here, &Encrypted::from_cookie(&cookie).unwrap()).unwrap(), "{}");
        assert!(keys.decrypt(Place::Cookie("other"), &Encrypted::from_cookie(&cookie).unwrap()).is_err());
        for forged in ["", "e30", &URL_SAFE_NO_PAD.encode("{}"), "***"] {
            assert!(Encrypted::from_cookie(forged).is_none(), "{forged}");
        }
    }

    #[test]
    fn the_last_key_encrypts_and_all_decrypt() {
        let (old, new) = (Keyring::generate(), Keyring::generate());
        let before = Keyring::read(&old).unwrap();
        let here = Place::WebhookKey("w");
        let value = before.encrypt(here, "seed").unwrap();
        // A key that was pasted with spaces around it is a key too, and to everybody who looks for one.
        assert!(Keyring::is_key(&format!("  {new} ")) && !Keyring::is_key("# a comment"));
        let both = Keyring::read(&format!("{old}\n  {new} \n")).unwrap();
        assert_eq!(both.decrypt(here, &value).unwrap(), "seed");
        assert_eq!(both.encrypt(here, "seed").unwrap().key(), Keyring::read(&new).unwrap().newest());
    }

    #[test]
    fn plain_values_are_passed_on_only_without_keys() {
        let plain = Encrypted::stored("JBSWY3DPEHPK3PXP".to_owned());
        let here = Place::SecondFactor("one");
        assert_eq!(Keyring::default().decrypt(here, &plain).unwrap(), "JBSWY3DPEHPK3PXP");
        assert!(Keyring::read(&Keyring::generate()).unwrap().decrypt(here, &plain).is_err());
        assert!(matches!(Keyring::default().encrypt(here, "x"), Err(StoreError::NoKey)));
        assert!(!format!("{plain:?}").contains("JBSW"));
    }

    #[test]
    fn a_damaged_line_is_named() {
        let line = Keyring::generate();
        assert_eq!(Keyring::read("# nothing").unwrap_err(), BadKeys::None);
        let short = &line[..line.len() - 5];
        assert_eq!(Keyring::read(&format!("# one\n{short}")).unwrap_err(), BadKeys::Damaged(2));
        let other = line.replacen(&line[LINE.len()..LINE.len() + 8], "00000000", 1);
        assert_eq!(Keyring::read(&other).unwrap_err(), BadKeys::Damaged(1));
    }
}
