//! What a provider says of itself (OpenID Connect Discovery 1.0).
//!
//! All that people, codes and secrets are sent to has to be encrypted, or be on this machine.

use serde::Deserialize;

use crate::config::{Safety, safety_of};

/// Where the document is, below the issuer.
const PLACE: &str = "/.well-known/openid-configuration";

/// How the client's secret is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Secret {
    /// In the head of the request.
    Header,
    /// In the form.
    Form,
}

/// The document, as far as it is used.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(super) struct Discovery {
    issuer: String,
    authorization_endpoint: String,
    pub(super) token_endpoint: String,
    pub(super) jwks_uri: String,
    /// The first of the two that are known here, where it says which.
    #[serde(default)]
    token_endpoint_auth_methods_supported: Option<Vec<String>>,
}

/// Where a provider's document is.
pub(super) fn address(issuer: &str) -> String {
    format!("{}{PLACE}", issuer.trim_end_matches('/'))
}

impl Discovery {
    /// Reads the document of a provider, and refuses what is not of it.
    pub(super) fn read(document: &[u8], issuer: &str) -> Result<Self, String> {
        let read = serde_json::from_slice::<Self>(document);
        let read =
            read.map_err(|fault| format!("what it says of itself cannot be read ({fault})"))?;
        if read.issuer != issuer {
            return Err(format!(
                "it calls itself `{}`, not `{issuer}` as in the settings",
                read.issuer
            ));
        }
        for (name, address) in [
            ("authorization_endpoint", &read.authorization_endpoint),
            ("token_endpoint", &read.token_endpoint),
            ("jwks_uri", &read.jwks_uri),
        ] {
            let place = address.split('?').next().unwrap_or_default();
            let is_fit = !address.contains('#') && !address.contains(char::is_whitespace);
            if safety_of(place) != Some(Safety::Private) || !is_fit {
                return Err(format!("its {name} `{address}` is no https address"));
            }
        }
        Ok(read)
    }

    /// The address where people sign in, with this query.
    pub(super) fn authorization(&self, query: &str) -> String {
        let mark = if self.authorization_endpoint.contains('?') {
            '&'
        } else {
            '?'
        };
        format!("{}{mark}{query}", self.authorization_endpoint)
    }

    /// How it wants the client's secret to be shown: in the head, as the standard has it, unless it
    /// takes it in the form only.
    pub(super) fn secret(&self) -> Secret {
        let ways = self.token_endpoint_auth_methods_supported.as_deref();
        let takes = |way: &str| ways.is_some_and(|ways| ways.iter().any(|one| one == way));
        if takes("client_secret_post") && !takes("client_secret_basic") {
            return Secret::Form;
        }
        Secret::Header
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const ISSUER: &str = "https://id.example/realm/";

    fn read(name: &str, value: &str) -> Result<Discovery, String> {
        let mut document = json!({
            "issuer": ISSUER,
            "authorization_endpoint": "https://id.example/in?tenant=a",
            "token_endpoint": "https://id.example/token",
            "jwks_uri": "https://id.example/keys",
        });
        document[name] = value.into();
        Discovery::read(document.to_string().as_bytes(), ISSUER)
    }

    #[test]
    fn a_document_of_another_or_with_readable_addresses_is_refused() {
        let good = read("scope", "x").unwrap();
        assert_eq!(
            good.authorization("a=b"),
            "https://id.example/in?tenant=a&a=b"
        );
        assert_eq!(good.secret(), Secret::Header);
        for (name, value) in [
            ("issuer", "https://id.example/realm"),
            ("issuer", "https://evil.example/"),
            ("token_endpoint", "http://id.example/token"),
            ("token_endpoint", "https://me@id.example/token"),
            ("jwks_uri", "file:///etc/passwd"),
            ("jwks_uri", "https:///keys"),
            ("authorization_endpoint", "javascript:alert(1)"),
            ("authorization_endpoint", "https://id.example/in#x"),
            ("authorization_endpoint", "https://id.example/in?a\r\nb"),
        ] {
            assert!(read(name, value).is_err(), "{name} {value}");
        }
        assert!(read("jwks_uri", "http://127.0.0.1:9/keys").is_ok());
        assert!(Discovery::read(b"[]", ISSUER).is_err());
    }

    #[test]
    fn the_secret_goes_into_the_form_only_where_nothing_else_is_taken() {
        let with = |ways: serde_json::Value| {
            let mut known = read("scope", "x").unwrap();
            known.token_endpoint_auth_methods_supported = serde_json::from_value(ways).unwrap();
            known.secret()
        };
        assert_eq!(with(json!(null)), Secret::Header);
        assert_eq!(
            with(json!(["client_secret_post", "client_secret_basic"])),
            Secret::Header
        );
        assert_eq!(with(json!(["client_secret_post"])), Secret::Form);
    }

    #[test]
    fn the_document_lies_below_the_issuer() {
        let place = "https://id.example/realm/.well-known/openid-configuration";
        assert_eq!(address(ISSUER), place);
        assert_eq!(address("https://id.example/realm"), place);
    }
}
