//! An account of another product: where it is asked, and as whom.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::config::{Safety, safety_of};
use crate::model::Invalid;

/// A product whose API can be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Product {
    /// Chatwoot.
    Chatwoot,
    /// HubSpot.
    HubSpot,
    /// Intercom.
    Intercom,
    /// Zendesk Support.
    Zendesk,
}

impl Product {
    /// All of them.
    pub const ALL: &'static [Self] =
        &[Self::Chatwoot, Self::HubSpot, Self::Intercom, Self::Zendesk];

    /// Its word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Chatwoot => "chatwoot",
            Self::HubSpot => "hubspot",
            Self::Intercom => "intercom",
            Self::Zendesk => "zendesk",
        }
    }

    /// What people call it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Chatwoot => "Chatwoot",
            Self::HubSpot => "HubSpot",
            Self::Intercom => "Intercom",
            Self::Zendesk => "Zendesk",
        }
    }

    /// The product of a word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|one| one.as_str() == word)
    }

    /// Where everybody's accounts are asked; none: each has an address of its own.
    const fn address(self) -> Option<&'static str> {
        match self {
            Self::Chatwoot => Some("https://app.chatwoot.com"),
            Self::HubSpot => Some("https://api.hubapi.com"),
            Self::Intercom => Some("https://api.intercom.io"),
            Self::Zendesk => None,
        }
    }
}

/// An account of another product.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// Of which product.
    pub product: Product,
    /// Its address, without a slash at its end.
    pub url: String,
    /// Whose token it is; none: the token says it.
    #[serde(default)]
    pub user: Option<String>,
    /// Its number, where one address has several.
    #[serde(default)]
    pub number: Option<String>,
}

impl Account {
    /// An account, as somebody names it.
    pub fn parse(
        product: Product,
        url: Option<&str>,
        user: Option<&str>,
        number: Option<&str>,
    ) -> Result<Self, Invalid> {
        let url = url.map(str::trim).filter(|url| !url.is_empty());
        let url = url.or_else(|| product.address()).ok_or_else(|| {
            let reason = "it is missing; expected the address of the account, such as \
                          https://shop.zendesk.com";
            Invalid::new("url", reason)
        })?;
        if safety_of(url) != Some(Safety::Private) {
            let reason = format!(
                "`{url}` is no address such as https://shop.zendesk.com; only on this machine it \
                 may be http://, for a token is sent there"
            );
            return Err(Invalid::new("url", reason));
        }
        let word = |field: &str, text: Option<&str>| {
            let text = text.map(str::trim).filter(|text| !text.is_empty());
            let is_fit = |text: &str| {
                text.len() <= 200 && text.chars().all(|c| c.is_ascii_graphic() && c != ':')
            };
            match text {
                Some(odd) if !is_fit(odd) => {
                    let reason = format!("`{odd}` is longer than 200 characters or has blanks");
                    Err(Invalid::new(field, reason))
                }
                text => Ok(text.map(str::to_owned)),
            }
        };
        let number = word("account", number)?;
        let is_number =
            |text: &String| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if product == Product::Chatwoot && !number.as_ref().is_some_and(is_number) {
            let reason = "expected the account's number, as it stands in Chatwoot's addresses";
            return Err(Invalid::new("account", reason));
        }
        Ok(Self {
            product,
            url: url.trim_end_matches('/').to_owned(),
            user: word("user", user)?,
            number,
        })
    }
}

impl Account {
    /// Its host, with the port if it is not the usual one.
    pub fn host(&self) -> String {
        let rest = self.url.split_once("://").map_or("", |(_, rest)| rest);
        let host = rest.split('/').next().unwrap_or_default();
        host.to_ascii_lowercase()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_is_where_a_token_may_be_sent() {
        let parse = |url| Account::parse(Product::Zendesk, url, Some("ann@shop.example"), None);
        let account = parse(Some("https://shop.zendesk.com/")).unwrap();
        assert_eq!(account.url, "https://shop.zendesk.com");
        assert!(parse(Some("http://127.0.0.1:8080")).is_ok());
        for url in [
            None,
            Some(""),
            Some("shop.zendesk.com"),
            Some("http://shop.example"),
            Some("https://me:secret@shop.example"),
        ] {
            assert_eq!(parse(url).unwrap_err().field, "url", "{url:?}");
        }
        let odd = Account::parse(
            Product::Zendesk,
            Some("https://a.example"),
            Some("a b"),
            None,
        );
        assert_eq!(odd.unwrap_err().field, "user");
        let intercom = Account::parse(Product::Intercom, None, None, None).unwrap();
        assert_eq!(intercom.url, "https://api.intercom.io");
        for number in [None, Some("one"), Some("1/2")] {
            let odd = Account::parse(Product::Chatwoot, None, None, number);
            assert_eq!(odd.unwrap_err().field, "account", "{number:?}");
        }
    }
}
