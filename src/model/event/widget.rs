//! Svar's own events of the chat widget.

use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use crate::model::file::FileKind;

/// Settings of the chat widget; what is left out stays as it was.
#[skip_serializing_none]
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WidgetSet {
    /// The sites whose pages may show it, as origins such as `https://shop.example`.
    #[serde(default)]
    pub sites: Option<Vec<String>>,
    /// Which secret the host signs its users with: each number is another one, and only the
    /// present one's signatures hold.
    #[serde(default)]
    pub host_secret: Option<u32>,
    /// Which files visitors may send.
    #[serde(default)]
    pub file_kinds: Option<Vec<FileKind>>,
}
