//! A form of the page of gaps, as it was sent.

use super::field_of;
use crate::command::Caller;
use crate::model::Invalid;
use crate::web::ui::error::Fault;
use crate::web::ui::text::t;

/// A form that was sent: by whom, and its fields.
pub(super) struct PostedForm<'a> {
    pub(super) caller: &'a Caller,
    pub(super) fields: &'a [(String, String)],
}

impl PostedForm<'_> {
    /// What it asks for.
    pub(super) fn action(&self) -> &str {
        let action = field_of(self.fields, "do").unwrap_or_default();
        action.split_once(':').map_or(action, |(action, _)| action)
    }

    /// The one thing that the button is beside.
    pub(super) fn only(&self) -> Option<&str> {
        let action = field_of(self.fields, "do")?;
        action.split_once(':').map(|(_, only)| only)
    }

    /// A field that must be filled in.
    pub(super) fn needed(&self, name: &str) -> Result<String, Fault> {
        let value = field_of(self.fields, name);
        value
            .map(str::to_owned)
            .ok_or_else(|| Invalid::new(name, t("gaps.needed")).into())
    }

    pub(super) fn reason(&self) -> Option<String> {
        field_of(self.fields, "reason").map(str::to_owned)
    }
}
