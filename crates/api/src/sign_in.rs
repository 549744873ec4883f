//! Passwords (argon2id) and second factors (TOTP, RFC 6238): enrolling and checking them.

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use chrono::{DateTime, Utc};
use totp_rs::{Builder, Secret, Totp};

/// The shortest password, in characters.
pub const PASSWORD_MIN: usize = 12;
/// The longest password, in bytes.
pub const PASSWORD_MAX: usize = 256;
/// Issuer shown in authenticator apps.
const ISSUER: &str = "Open Algorithm Register";
/// A hash that no password matches, so that checking takes as long for unknown people as for known ones.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$0Y2vYcnYRSzMkUHd4Y2ZCTkwXZuVQZs2RO7sYc0oKXg";

/// A new password and second factor: what to store, and what to give to the person.
pub struct Enrolment {
    /// The password's hash, as a PHC string.
    pub password: String,
    /// The second factor's secret, in base32.
    pub second_factor: String,
    /// The `otpauth://` URL for an authenticator app.
    pub address: String,
}

/// Hashes a password and creates a second factor. Errors: what is wrong with the password, in words.
pub fn enrol(email: &str, password: &str) -> Result<Enrolment, String> {
    if password.chars().count() < PASSWORD_MIN || password.len() > PASSWORD_MAX {
        return Err(format!(
            "a password has {PASSWORD_MIN} characters or more, and at most {PASSWORD_MAX} bytes"
        ));
    }
    let hash = Argon2::default().hash_password(password.as_bytes()).map_err(|error| error.to_string())?;
    let mut secret = [0; 20];
    getrandom::fill(&mut secret).map_err(|error| error.to_string())?;
    let totp = Builder::new()
        .with_secret(secret.to_vec())
        .with_account_name(email.replace(':', " "))
        .with_issuer(Some(ISSUER))
        .build()
        .map_err(|error| error.to_string())?;
    Ok(Enrolment {
        password: hash.to_string(),
        second_factor: totp.secret().to_base32(),
        address: totp.to_url().map_err(|error| error.to_string())?,
    })
}

/// Whether a password matches its hash. Without a hash it takes as long and returns false. Slow by design:
/// call it off the async threads.
pub fn fits(password: &str, hash: Option<&str>) -> bool {
    let known = PasswordHash::new(hash.unwrap_or(NOBODY));
    let fits =
        known.is_ok_and(|known| Argon2::default().verify_password(password.as_bytes(), &known).is_ok());
    fits && hash.is_some()
}

/// The time step of a second-factor code, if it is valid now.
pub fn step(second_factor: &str, code: &str, now: DateTime<Utc>) -> Option<i64> {
    let secret = Secret::try_from_base32(second_factor).ok()?;
    let totp: Totp = Builder::new().with_secret(secret).build().ok()?;
    totp.check(code, now.timestamp().unsigned_abs()).map(|step| i64::try_from(step).unwrap_or(i64::MAX))
}

/// The code an authenticator app would show now.
pub fn code(second_factor: &str, now: DateTime<Utc>) -> Option<String> {
    let secret = Secret::try_from_base32(second_factor).ok()?;
    let totp: Totp = Builder::new().with_secret(secret).build().ok()?;
    Some(totp.generate(now.timestamp().unsigned_abs()).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_fits_its_hash_and_nothing_else_does() {
        let enrolled = enrol("a@b.example", "correct horse battery").unwrap();
        assert!(enrolled.password.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert!(fits("correct horse battery", Some(&enrolled.password)));
        assert!(!fits("correct horse batterz", Some(&enrolled.password)));
        assert!(!fits("", None));
        assert!(PasswordHash::new(NOBODY).is_ok());
        assert!(enrol("a@b.example", "short").is_err());
        assert!(
            enrolled.address.starts_with("otpauth://totp/Open%20Algorithm%20Register:a%40b.example?"),
            "{}",
            enrolled.address
        );
    }

    #[test]
    fn a_code_is_of_its_half_minute() {
        let secret = enrol("a@b.example", "correct horse battery").unwrap().second_factor;
        let now: DateTime<Utc> = "2026-11-21T12:00:00Z".parse().unwrap();
        let code = code(&secret, now).unwrap();
        assert_eq!(step(&secret, &code, now), Some(now.timestamp() / 30));
        assert_eq!(step(&secret, &code, now + chrono::TimeDelta::seconds(31)), Some(now.timestamp() / 30));
        assert_eq!(step(&secret, &code, now + chrono::TimeDelta::minutes(5)), None);
        assert_eq!(step(&secret, "", now), None);
    }
}
