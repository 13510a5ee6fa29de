//! The key that visitors' tokens and the host's secret come from: made once, kept in the folder for
//! its owner only, in backups and in no export.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use subtle::ConstantTimeEq as _;

use super::secret;
use crate::app::Error;
use crate::app::folder::backup::hex;
use crate::disk::{self, Access};
use crate::lock::Lock;

/// The longest token that is looked at, in bytes.
const MAX_BYTES: usize = 8 << 10;
/// The file of the key.
const FILE: &str = "visitors";

/// A key in a folder, read when it is first needed.
pub(super) struct Key {
    folder: PathBuf,
    secret: Lock<Option<String>>,
}

impl Key {
    pub(super) fn new(folder: PathBuf) -> Self {
        Self {
            folder,
            secret: Lock::default(),
        }
    }

    /// The signature of `text` for a purpose, in hexadecimal digits.
    pub(super) fn sign(&self, purpose: &str, text: &str) -> Result<String, Error> {
        let mut held = self.secret.lock();
        if held.is_none() {
            *held = Some(read(&self.folder)?);
        }
        let secret = held.as_deref().unwrap_or_default();
        Ok(hex(&mac(secret.as_bytes(), &[purpose, "\n", text])))
    }

    /// A token that says something for a purpose, and can be read but not made by others.
    pub(super) fn seal(&self, purpose: &str, said: &[u8]) -> Result<String, Error> {
        let said = URL_SAFE_NO_PAD.encode(said);
        let signature = self.sign(purpose, &said)?;
        Ok(format!("{said}.{signature}"))
    }

    /// What a token says; none: it is not one of ours for this purpose.
    pub(super) fn unseal(&self, purpose: &str, token: &str) -> Result<Option<Vec<u8>>, Error> {
        let parts = token.split_once('.').filter(|_| token.len() <= MAX_BYTES);
        let Some((said, signature)) = parts else {
            return Ok(None);
        };
        let right = self.sign(purpose, said)?;
        if !bool::from(right.as_bytes().ct_eq(signature.as_bytes())) {
            return Ok(None);
        }
        Ok(URL_SAFE_NO_PAD.decode(said).ok())
    }
}

/// HMAC-SHA256 of texts one after the other (RFC 2104).
pub(super) fn mac(key: &[u8], texts: &[&str]) -> Vec<u8> {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else {
        // It takes keys of any length.
        return Vec::new();
    };
    for text in texts {
        mac.update(text.as_bytes());
    }
    mac.finalize().into_bytes().to_vec()
}

fn read(folder: &Path) -> Result<String, Error> {
    let path = folder.join(FILE);
    let failed = |action: &'static str, cause: std::io::Error| Error::Io {
        action,
        path: path.clone(),
        cause,
    };
    match fs::read_to_string(&path) {
        Ok(text) if !text.trim().is_empty() => Ok(text.trim().to_owned()),
        Ok(_empty) => Err(failed("use the key in", ErrorKind::InvalidData.into())),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            let secret = secret::fresh();
            fs::create_dir_all(folder).map_err(|cause| failed("make the folder of", cause))?;
            let bytes = format!("{secret}\n");
            disk::write(&path, bytes.as_bytes(), Access::Private)
                .map_err(|cause| failed("write", cause))?;
            Ok(secret)
        }
        Err(cause) => Err(failed("read", cause)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_is_made_once_for_its_owner_only_and_purposes_are_apart() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("keys");
        let sign = |purpose: &str| Key::new(place.clone()).sign(purpose, "x").unwrap();
        assert_eq!(sign("a"), sign("a"));
        assert_ne!(sign("a"), sign("b"));
        let mode = fs::metadata(place.join(FILE)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn a_token_is_read_for_its_purpose_alone_and_only_as_it_was_made() {
        let folder = tempfile::tempdir().unwrap();
        let key = Key::new(folder.path().join("keys"));
        let token = key.seal("a", b"words").unwrap();
        let read = |purpose: &str, token: &str| key.unseal(purpose, token).unwrap();
        assert_eq!(read("a", &token).as_deref(), Some(&b"words"[..]));
        assert_eq!(read("b", &token), None);
        let (said, signature) = token.split_once('.').unwrap();
        let other = key.seal("a", b"wards").unwrap();
        let (other, _) = other.split_once('.').unwrap();
        for forged in [
            format!("{other}.{signature}"),
            format!("{said}."),
            said.to_owned(),
            String::new(),
            format!("{said}.{signature}0"),
            format!("{}.{signature}", "x".repeat(MAX_BYTES)),
        ] {
            assert_eq!(read("a", &forged), None, "{forged}");
        }
    }

    #[test]
    fn the_signature_is_the_known_one() {
        // RFC 4231, test case 2.
        let known = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
        assert_eq!(
            hex(&mac(b"Jefe", &["what do ya want ", "for nothing?"])),
            known
        );
    }
}
