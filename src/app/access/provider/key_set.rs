//! The keys that a provider signs with (RFC 7517): RSA, and the elliptic curve P-256.
//!
//! Which algorithm a key is used with follows from the key, never from the token alone: what a
//! token names has to be one of these two, and its key of that kind. The mathematics is `ring`'s.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents, UnparsedPublicKey,
};
use serde::Deserialize;
use serde_json::Value;

/// The most keys that are looked at.
const MOST_KEYS: usize = 100;

/// How tokens are signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Algorithm {
    /// RSA, PKCS #1 v1.5, SHA-256.
    Rs256,
    /// ECDSA over P-256, SHA-256.
    Es256,
}

impl Algorithm {
    /// The algorithm of this word; neither `none` nor one with a shared secret is any.
    pub(super) fn parse(word: &str) -> Option<Self> {
        match word {
            "RS256" => Some(Self::Rs256),
            "ES256" => Some(Self::Es256),
            _ => None,
        }
    }
}

/// The keys of a provider.
#[derive(Clone, Debug, Default)]
pub(super) struct KeySet(Vec<Key>);

#[derive(Clone, Debug)]
struct Key {
    id: Option<String>,
    public: Public,
}

#[derive(Clone, Debug)]
enum Public {
    Rsa { modulus: Vec<u8>, exponent: Vec<u8> },
    P256 { point: Vec<u8> },
}

/// A key as it is written down.
#[derive(Deserialize)]
struct Written {
    kty: String,
    #[serde(default)]
    kid: Option<String>,
    #[serde(default, rename = "use")]
    usage: Option<String>,
    #[serde(default)]
    alg: Option<String>,
    #[serde(default)]
    n: Option<String>,
    #[serde(default)]
    e: Option<String>,
    #[serde(default)]
    crv: Option<String>,
    #[serde(default)]
    x: Option<String>,
    #[serde(default)]
    y: Option<String>,
}

/// The keys as they are written down; one that cannot be read does not spoil the others.
#[derive(Deserialize)]
struct WrittenSet {
    keys: Vec<Value>,
}

impl KeySet {
    /// Reads keys, and leaves out what is of no use here.
    pub(super) fn read(document: &[u8]) -> Result<Self, String> {
        let set = serde_json::from_slice::<WrittenSet>(document);
        let set = set.map_err(|fault| format!("its keys cannot be read ({fault})"))?;
        let keys = set.keys.into_iter().take(MOST_KEYS);
        let keys = keys.filter_map(|key| serde_json::from_value::<Written>(key).ok());
        Ok(Self(keys.filter_map(Written::read).collect()))
    }

    /// Whether a key of the set made this signature; none: the set has no such key.
    pub(super) fn has_signed(
        &self,
        (algorithm, id): (Algorithm, Option<&str>),
        said: &[u8],
        signature: &[u8],
    ) -> Option<bool> {
        let fits = |key: &&Key| {
            key.algorithm() == algorithm && id.is_none_or(|id| key.id.as_deref() == Some(id))
        };
        let mut keys = self.0.iter().filter(fits);
        let key = keys.next()?;
        // Where a token does not say which, there must be no choice.
        if id.is_none() && keys.next().is_some() {
            return Some(false);
        }
        Some(key.has_signed(said, signature))
    }
}

impl Written {
    fn read(self) -> Option<Key> {
        let bytes = |text: Option<String>| URL_SAFE_NO_PAD.decode(text?).ok();
        let (public, algorithm) = match self.kty.as_str() {
            "RSA" => {
                let (modulus, exponent) = (whole(bytes(self.n)?), whole(bytes(self.e)?));
                (Public::Rsa { modulus, exponent }, "RS256")
            }
            "EC" if self.crv.as_deref() == Some("P-256") => {
                let (x, y) = (bytes(self.x)?, bytes(self.y)?);
                if (x.len(), y.len()) != (32, 32) {
                    return None;
                }
                // As SEC 1 writes a point: both coordinates.
                let point = [vec![4], x, y].concat();
                (Public::P256 { point }, "ES256")
            }
            _ => return None,
        };
        let signs = self.usage.is_none_or(|usage| usage == "sig");
        let is_so_used = self.alg.is_none_or(|alg| alg == algorithm);
        (signs && is_so_used).then_some(Key {
            id: self.kid,
            public,
        })
    }
}

/// A whole number without the zeros before it.
fn whole(bytes: Vec<u8>) -> Vec<u8> {
    bytes.into_iter().skip_while(|byte| *byte == 0).collect()
}

impl Key {
    const fn algorithm(&self) -> Algorithm {
        match self.public {
            Public::Rsa { .. } => Algorithm::Rs256,
            Public::P256 { .. } => Algorithm::Es256,
        }
    }

    fn has_signed(&self, said: &[u8], signature: &[u8]) -> bool {
        match &self.public {
            Public::Rsa { modulus, exponent } => {
                let key = RsaPublicKeyComponents {
                    n: modulus,
                    e: exponent,
                };
                key.verify(&RSA_PKCS1_2048_8192_SHA256, said, signature)
                    .is_ok()
            }
            Public::P256 { point } => {
                let key = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point);
                key.verify(said, signature).is_ok()
            }
        }
    }
}
