//! Random secrets, shown once and kept as hashes: of sessions, links and tokens.

use sha2::{Digest, Sha256};

use crate::app::folder::backup::hex;
use crate::clock::Clock;

/// A fresh secret: 64 hexadecimal digits, 244 bits of chance.
pub(super) fn fresh() -> String {
    format!("{}{}", Clock::fresh_id(), Clock::fresh_id())
}

/// What is kept of a secret: SHA-256 in hexadecimal digits. A secret is random and long, so that
/// nothing slower is needed.
pub(super) fn hash(secret: &str) -> String {
    hex(&Sha256::digest(secret.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_fresh_and_its_hash_is_the_known_one() {
        assert_ne!(fresh(), fresh());
        assert_eq!(fresh().len(), 64);
        // FIPS 180-2, appendix B.1.
        let known = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(hash("abc"), known);
    }
}
