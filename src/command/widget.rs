//! Where the chat widget may be shown, and with which secret the host signs its users.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::State;
use super::refusal::Refusal;
use crate::model::event::WidgetSet;
use crate::model::file::FileKind;
use crate::model::{Body, Invalid};

/// The most sites.
pub const MAX_SITES: usize = 100;
/// The longest origin, in characters.
const MAX_SITE: usize = 300;

/// Settings of the chat widget to change; what is left out stays.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WidgetDraft {
    /// The sites whose pages may show it, as origins such as `https://shop.example`.
    #[schema(max_items = 100)]
    #[serde(default)]
    pub sites: Option<Vec<String>>,
    /// Whether the host signs its users with another secret from now on; what was signed with the
    /// one before holds no more.
    #[serde(default)]
    pub renew_host_secret: bool,
    /// Which files visitors may send; an empty list: none.
    #[serde(default)]
    pub file_kinds: Option<Vec<FileKind>>,
}

pub(super) fn decide(state: &State<'_>, draft: WidgetDraft) -> Result<Vec<Body>, Refusal> {
    if draft == WidgetDraft::default() {
        let reason =
            "nothing is to be changed; expected `sites`, `renew_host_secret` or `file_kinds`";
        return Err(Invalid::new("body", reason).into());
    }
    let now = state.installation.widget.host_secret;
    Ok(vec![Body::WidgetSet(Box::new(WidgetSet {
        sites: draft.sites.map(|sites| origins(&sites)).transpose()?,
        file_kinds: draft.file_kinds.map(|kinds| {
            let kinds: BTreeSet<FileKind> = kinds.into_iter().collect();
            kinds.into_iter().collect()
        }),
        host_secret: draft.renew_host_secret.then(|| now.wrapping_add(1)),
    }))])
}

fn origins(sites: &[String]) -> Result<Vec<String>, Invalid> {
    if sites.len() > MAX_SITES {
        let reason = format!(
            "there are {}; at most {MAX_SITES} are expected",
            sites.len()
        );
        return Err(Invalid::new("sites", reason));
    }
    let origins = sites.iter().enumerate().map(|(place, site)| {
        let fault = |reason: String| Invalid::new(format!("sites[{place}]"), reason);
        origin(site).ok_or_else(|| {
            fault(format!(
                "`{site}` is no site such as https://shop.example, without a path"
            ))
        })
    });
    let origins: BTreeSet<String> = origins.collect::<Result<_, _>>()?;
    Ok(origins.into_iter().collect())
}

/// The origin that a site's text names, as browsers send it.
fn origin(site: &str) -> Option<String> {
    let site = site.trim().trim_end_matches('/').to_ascii_lowercase();
    let (scheme, host) = site.split_once("://")?;
    let is_fit = matches!(scheme, "http" | "https")
        && !host.is_empty()
        && site.len() <= MAX_SITE
        && !host.contains(['/', '?', '#', '@', '*', ','])
        && !host.chars().any(char::is_whitespace);
    let usual = match scheme {
        "https" => host.strip_suffix(":443"),
        _ => host.strip_suffix(":80"),
    };
    is_fit.then(|| format!("{scheme}://{}", usual.unwrap_or(host)))
}

#[cfg(test)]
mod tests {
    use super::origin;

    #[test]
    fn a_site_is_an_origin_as_browsers_send_it() {
        let fits = [
            ("https://Shop.example/", "https://shop.example"),
            (" http://localhost:3000 ", "http://localhost:3000"),
            ("https://shop.example:443", "https://shop.example"),
        ];
        for (text, wanted) in fits {
            assert_eq!(origin(text).as_deref(), Some(wanted));
        }
        for text in [
            "shop.example",
            "https://",
            "https://a.example/x",
            "https://*.example",
            "ftp://a.example",
            "null",
            "",
        ] {
            assert_eq!(origin(text), None, "{text}");
        }
    }
}
