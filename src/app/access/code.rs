//! One-time codes of an authenticator app (RFC 6238: SHA-1, six digits, thirty seconds), and the
//! recovery codes for whoever has lost it.
//!
//! HMAC and SHA-1 are those of the crates; what is here is the cutting of a code out of a hash,
//! and the letters of the secret.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha1::Sha1;
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use super::secret;
use crate::model::Timestamp;

/// How long a code is shown, in milliseconds.
const STEP_MS: i64 = 30_000;
/// By how many steps the clock of a phone may be off, either way.
const SLACK: i64 = 1;
/// How many bytes a secret has, as RFC 4226 recommends.
const SECRET_BYTES: usize = 20;
/// How many recovery codes there are.
const RECOVERY_CODES: usize = 10;
/// How many hexadecimal digits a recovery code has: 80 bits, too many to be tried out against
/// its hash.
const RECOVERY_DIGITS: usize = 20;
/// The letters of base32 (RFC 4648).
const LETTERS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// A fresh secret, in base32.
pub(super) fn fresh_secret() -> String {
    let chance = Sha256::digest(secret::fresh().as_bytes());
    base32(chance.get(..SECRET_BYTES).unwrap_or_default())
}

/// What a QR code says to an authenticator app.
pub(super) fn address(secret: &str, email: &str) -> String {
    let label = percent_encoding::utf8_percent_encode(email, percent_encoding::NON_ALPHANUMERIC);
    format!("otpauth://totp/Svar:{label}?secret={secret}&issuer=Svar")
}

/// At which step a code is the one of a secret, if it is around now.
pub(super) fn step_of(secret: &str, code: &str, now: Timestamp) -> Option<i64> {
    let key = bytes(secret)?;
    let typed: String = code.chars().filter(|c| !c.is_whitespace()).collect();
    let current = now.millis().div_euclid(STEP_MS);
    let mut found = None;
    for step in (current - SLACK)..=(current + SLACK) {
        let is_it: bool = code_at(&key, step)
            .as_bytes()
            .ct_eq(typed.as_bytes())
            .into();
        found = found.or(is_it.then_some(step));
    }
    found
}

/// The code of a key at a step.
fn code_at(key: &[u8], step: i64) -> String {
    let Ok(mut mac) = Hmac::<Sha1>::new_from_slice(key) else {
        return String::new();
    };
    mac.update(&step.to_be_bytes());
    let hash = mac.finalize().into_bytes();
    let offset = usize::from(hash.last().copied().unwrap_or_default() & 15);
    let cut = hash
        .get(offset..offset + 4)
        .and_then(|cut| cut.try_into().ok());
    let number = u32::from_be_bytes(cut.unwrap_or_default()) & 0x7FFF_FFFF;
    format!("{:06}", number % 1_000_000)
}

/// The code of a secret at an instant; for whoever checks that codes are asked for.
pub fn code_of(secret: &str, at: Timestamp) -> Option<String> {
    let key = bytes(secret)?;
    Some(code_at(&key, at.millis().div_euclid(STEP_MS)))
}

/// Fresh recovery codes.
pub(super) fn fresh_recovery_codes() -> Vec<String> {
    let fresh = || {
        let digits: Vec<char> = secret::fresh().chars().take(RECOVERY_DIGITS).collect();
        let parts = digits.chunks(5).map(|part| part.iter().collect::<String>());
        parts.collect::<Vec<_>>().join("-")
    };
    (0..RECOVERY_CODES).map(|_| fresh()).collect()
}

/// What is kept of a recovery code, however it is spaced.
pub(super) fn recovery_hash(code: &str) -> String {
    let digits: String = code.chars().filter(char::is_ascii_alphanumeric).collect();
    secret::hash(&digits.to_lowercase())
}

/// Bytes, a multiple of five of them, in letters.
fn base32(bytes: &[u8]) -> String {
    let mut text = String::new();
    let (mut held, mut bits) = (0_u32, 0);
    for byte in bytes {
        held = held << 8 | u32::from(*byte);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            let letter = LETTERS.get((held >> bits & 31) as usize);
            text.extend(letter.map(|letter| char::from(*letter)));
        }
        held &= (1 << bits) - 1;
    }
    text
}

/// The bytes of a secret; `None`: it is none that was given out here.
fn bytes(secret: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let (mut held, mut bits) = (0_u32, 0);
    for letter in secret.bytes() {
        let place = LETTERS.iter().position(|one| *one == letter)?;
        held = held << 5 | u32::try_from(place).ok()?;
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from(held >> bits & 255).ok()?);
        }
        held &= (1 << bits) - 1;
    }
    (bytes.len() == SECRET_BYTES).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The ASCII key of RFC 6238, appendix B, whose codes of eight digits end in these six.
    const KEY: &[u8] = b"12345678901234567890";

    #[test]
    fn codes_are_those_of_the_rfc() {
        for (secs, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            let at = Timestamp::from_millis(secs * 1_000);
            assert_eq!(code_of(&base32(KEY), at).unwrap(), code);
            assert!(step_of(&base32(KEY), code, at).is_some());
        }
    }

    #[test]
    fn a_code_holds_a_step_before_and_after_its_own() {
        let secret = fresh_secret();
        let at = Timestamp::from_millis(3_000_000_000);
        let code = code_of(&secret, at).unwrap();
        for (later, holds) in [
            (-60_000, false),
            (-30_000, true),
            (29_999, true),
            (59_999, true),
            (60_000, false),
        ] {
            let then = at.plus_millis(later);
            assert_eq!(step_of(&secret, &code, then).is_some(), holds, "{later}");
        }
        let (first, last) = code.split_at(3);
        let spaced = format!(" {first} {last} ");
        assert!(step_of(&secret, &spaced, at).is_some());
        for odd in ["", "12345", "1234567", "abcdef"] {
            assert_eq!(step_of(&secret, odd, at), None, "{odd}");
        }
    }

    #[test]
    fn a_secret_comes_back_from_its_letters() {
        assert_eq!(base32(b"fooba"), "MZXW6YTB");
        assert_eq!(bytes(&base32(KEY)).unwrap(), KEY);
        assert_eq!(fresh_secret().len(), 32);
        for odd in ["", "MZXW6", "mzxw6ytb", "1!"] {
            assert_eq!(bytes(odd), None, "{odd}");
        }
    }

    #[test]
    fn recovery_codes_are_many_different_and_known_however_they_are_typed() {
        let codes = fresh_recovery_codes();
        let hashes: std::collections::BTreeSet<String> =
            codes.iter().map(|code| recovery_hash(code)).collect();
        assert_eq!((codes.len(), hashes.len()), (10, 10));
        let typed = codes[0].to_uppercase().replace('-', " ");
        assert!(hashes.contains(&recovery_hash(&typed)));
    }
}
