//! How an erased contact is recognised without their id: by a salted hash of it, of which the
//! pseudonym is made.

use sha2::{Digest, Sha256};

use crate::model::ContactId;

/// How many hexadecimal digits of the hash a pseudonym has.
const DIGITS: usize = 16;

/// The hash of a contact's id, in hexadecimal digits.
pub fn contact_hash(salt: &str, contact: &str) -> String {
    let mut hasher = Sha256::new();
    // The length keeps the salt apart from the id.
    hasher.update((salt.len() as u64).to_be_bytes());
    hasher.update(salt);
    hasher.update(contact);
    let digits = |byte: &u8| {
        let digit = |half: u8| char::from_digit(u32::from(half), 16).unwrap_or('0');
        [digit(byte >> 4), digit(byte & 15)]
    };
    hasher.finalize().iter().flat_map(digits).collect()
}

/// What a contact with this hash is called from then on.
pub fn pseudonym(hash: &str) -> String {
    format!("erased-{}", hash.get(..DIGITS).unwrap_or(hash))
}

/// The same, as an id.
pub(super) fn pseudonym_id(hash: &str) -> Option<ContactId> {
    ContactId::parse(&pseudonym(hash)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pseudonym_is_stable_and_tells_nothing_of_the_id() {
        let hash = contact_hash("salt", "pia@shop.example");
        assert_eq!(hash, contact_hash("salt", "pia@shop.example"));
        assert_ne!(hash, contact_hash("other", "pia@shop.example"));
        assert_ne!(contact_hash("a", "bc"), contact_hash("ab", "c"));
        assert_eq!(hash.len(), 64);
        let name = pseudonym(&hash);
        assert_eq!(name.len(), "erased-".len() + DIGITS);
        assert!(!name.contains("pia") && ContactId::parse(&name).is_ok());
    }
}
