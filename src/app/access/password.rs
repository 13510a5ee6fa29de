//! Passwords: what they may be, and their argon2id hashes.
//!
//! A hash is slow on purpose (19 MiB and two passes, as OWASP advises), so one is computed at a
//! time: a flood of sign-ins takes one core and no more memory.

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};

use crate::lock::Lock;
use crate::model::Invalid;
use crate::model::people::folded_email;

/// The shortest password, in characters.
const MIN_CHARS: usize = 10;
/// The longest, in bytes.
const MAX_BYTES: usize = 1_000;

/// What hashes passwords.
#[derive(Debug, Default)]
pub(super) struct Passwords {
    /// The hash that a password is compared with where there is no user, so that an answer takes
    /// as long as with one.
    nobody: Lock<Option<String>>,
}

impl Passwords {
    /// The hash of a new password of the user with this address.
    pub(super) fn hash(&self, password: &str, email: &str) -> Result<String, Invalid> {
        check_password(password, email)?;
        let _one_at_a_time = self.nobody.lock();
        hash(password).ok_or_else(|| Invalid::new("password", "it cannot be hashed"))
    }

    /// Whether a password is the one of a hash.
    pub(super) fn verify(&self, password: &str, hashed: Option<&str>) -> bool {
        let mut nobody = self.nobody.lock();
        let hashed = match hashed {
            Some(hashed) => hashed,
            None => nobody.get_or_insert_with(|| hash("nobody's").unwrap_or_default()),
        };
        let is_fit = password.len() <= MAX_BYTES;
        is_fit
            && PasswordHash::new(hashed).is_ok_and(|hashed| {
                Argon2::default()
                    .verify_password(password.as_bytes(), &hashed)
                    .is_ok()
            })
    }
}

fn hash(password: &str) -> Option<String> {
    let hashed = Argon2::default().hash_password(password.as_bytes());
    hashed.ok().map(|hashed| hashed.to_string())
}

/// Refuses a password that cannot be the one of the user with this address.
pub fn check_password(password: &str, email: &str) -> Result<(), Invalid> {
    let refused = |reason: String| Err(Invalid::new("password", reason));
    let length = password.chars().count();
    if length < MIN_CHARS {
        return refused(format!(
            "it has {length} characters; expected at least {MIN_CHARS}, such as three words"
        ));
    }
    if password.len() > MAX_BYTES {
        return refused(format!("it is longer than {MAX_BYTES} bytes"));
    }
    let mut chars = password.chars();
    let first = chars.next();
    if folded_email(password) == folded_email(email) || chars.all(|c| Some(c) == first) {
        return refused("it is guessed at once; take another".to_owned());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_its_own_and_no_other() {
        let passwords = Passwords::default();
        let hashed = passwords.hash("three good words", "ada@shop.example");
        let hashed = hashed.unwrap();
        assert!(hashed.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert!(passwords.verify("three good words", Some(&hashed)));
        for (other, hashed) in [
            ("three good wordS", Some(hashed.as_str())),
            ("nobody's", None),
            ("three good words", Some("no hash")),
        ] {
            assert!(
                other == "nobody's" || !passwords.verify(other, hashed),
                "{other}"
            );
        }
    }

    #[test]
    fn what_is_guessed_at_once_is_refused() {
        for bad in ["", "short", "aaaaaaaaaaaa", "Ada@shop.example"] {
            assert!(check_password(bad, "ada@shop.example").is_err(), "{bad}");
        }
        assert!(check_password("pizza pizza", "ada@shop.example").is_ok());
    }
}
