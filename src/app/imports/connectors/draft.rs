//! A connector, as somebody adds it.

use serde::Deserialize;
use utoipa::ToSchema;

use super::kept::{Settings, check_name};
use crate::app::HubSpotMapping;
use crate::connect::{Account, Product};
use crate::model::{Invalid, Timestamp};

/// The longest mapping, in bytes.
const MOST_MAPPING: usize = 64 << 10;

/// A connector, as somebody adds it. It is never shown whole, for it has a token.
#[derive(Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConnectorDraft {
    /// What it is called; by default as its product.
    #[serde(default)]
    #[schema(pattern = "^[a-z0-9-]{1,40}$")]
    pub name: Option<String>,
    /// Which product it reads.
    #[schema(pattern = "^(chatwoot|hubspot|intercom|zendesk)$")]
    pub product: String,
    /// The account's address, such as `https://shop.zendesk.com`; left out: the product's, where all
    /// accounts have one.
    #[serde(default)]
    #[schema(pattern = r"^https?://\S+$")]
    pub url: Option<String>,
    /// Of Zendesk: whose API token it is, by e-mail; left out: it is one of OAuth.
    #[serde(default)]
    #[schema(pattern = r"^[!-9;-~]{1,200}$")]
    pub user: Option<String>,
    /// Of Chatwoot: the account's number, for an address has several.
    #[serde(default)]
    #[schema(pattern = "^[0-9]{1,20}$")]
    pub account: Option<String>,
    /// From which day or instant on it reads; by default from the beginning.
    #[serde(default)]
    #[schema(pattern = r"^\d{4}-\d{2}-\d{2}(T.+)?$")]
    pub since: Option<String>,
    /// Whether files that messages link to are fetched; else they stay links.
    #[serde(default)]
    pub fetch_attachments: bool,
    /// Of HubSpot: what its stages and senders mean, as the mapping file of an import says it; empty:
    /// they mean what HubSpot says. Left out for a connector that has one, that stays.
    #[serde(default)]
    #[schema(max_length = 65536)]
    pub mapping: Option<String>,
    /// The account's token; left out for a connector that has one.
    #[serde(default)]
    #[schema(pattern = r"^[!-~]{1,4096}$")]
    pub token: Option<String>,
}

/// What a draft says.
pub(super) fn settings(
    draft: &ConnectorDraft,
    now: Timestamp,
) -> Result<(String, Settings), Invalid> {
    let product = Product::parse(&draft.product).ok_or_else(|| {
        let known: Vec<&str> = Product::ALL.iter().map(|one| one.as_str()).collect();
        let reason = format!("`{}` is none of {}", draft.product, known.join(", "));
        Invalid::new("product", reason)
    })?;
    let name = draft.name.as_deref().map(str::trim);
    let name = name.filter(|name| !name.is_empty());
    let name = name.unwrap_or(product.as_str()).to_owned();
    check_name(&name)?;
    let (url, user, number) = (&draft.url, &draft.user, &draft.account);
    let account = Account::parse(product, url.as_deref(), user.as_deref(), number.as_deref())?;
    let mapping = draft.mapping.as_deref().map(str::trim);
    let mapping = mapping.filter(|mapping| !mapping.is_empty());
    mapping.map_or(Ok(()), |mapping| check_mapping(product, mapping))?;
    let since = draft.since.as_deref().map(str::trim);
    let since = since.filter(|since| !since.is_empty()).map(|since| {
        let day = || Timestamp::parse(&format!("{since}T00:00:00Z"));
        Timestamp::parse(since)
            .or_else(|_instant| day())
            .map_err(|_odd| {
                let reason = format!("`{since}` is no day such as 2026-01-31");
                Invalid::new("since", reason)
            })
    });
    let settings = Settings {
        account,
        since: since.transpose()?,
        added_at: now,
        is_paused: false,
        fetches_files: draft.fetch_attachments,
        mapping: mapping.map(str::to_owned),
    };
    Ok((name, settings))
}

/// Refuses a mapping that cannot be read, or that nothing is read by.
fn check_mapping(product: Product, mapping: &str) -> Result<(), Invalid> {
    let odd = |reason: String| Invalid::new("mapping", reason);
    if product != Product::HubSpot {
        let reason = format!("{} needs none; it is for hubspot", product.as_str());
        return Err(odd(reason));
    }
    if mapping.len() > MOST_MAPPING {
        let reason = format!(
            "it has {} bytes; expected at most {MOST_MAPPING}",
            mapping.len()
        );
        return Err(odd(reason));
    }
    let read = HubSpotMapping::parse("mapping", mapping, None);
    read.map(drop).map_err(|fault| odd(fault.to_string()))
}
