//! The key that visitors' tokens and the host's secret come from: made once, kept in the folder for
//! its owner only, in backups and in no export.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use super::secret;
use crate::app::Error;
use crate::app::folder::backup::hex;
use crate::disk::{self, Access};
use crate::lock::Lock;

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
    fn the_signature_is_the_known_one() {
        // RFC 4231, test case 2.
        let known = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
        assert_eq!(
            hex(&mac(b"Jefe", &["what do ya want ", "for nothing?"])),
            known
        );
    }
}
