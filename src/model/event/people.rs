//! Events about contacts, teams, reps and their schedules.
//!
//! The shapes are those of the interchange format: a field that the format marks with
//! `?` is an `Option`, or a `Patch` in `*.upserted`. Read by the folds.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use super::word::{Actor, Attributes, Patch, RepStatus, attributes};
use crate::model::schedule::Version;
use crate::model::{ContactId, InboxId, Invalid, RepId, ScheduleId, TeamId};

/// A contact's facts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ContactUpserted {
    /// Whom.
    pub contact: ContactId,
    /// Their name.
    #[serde(default, skip_serializing_if = "Patch::is_keep")]
    pub name: Patch<String>,
    /// Their address.
    #[serde(default, skip_serializing_if = "Patch::is_keep")]
    pub email: Patch<String>,
    /// Their number.
    #[serde(default, skip_serializing_if = "Patch::is_keep")]
    pub phone: Patch<String>,
    /// Where they work.
    #[serde(default, skip_serializing_if = "Patch::is_keep")]
    pub company: Patch<Company>,
    /// Their language.
    #[serde(default, skip_serializing_if = "Patch::is_keep")]
    pub language: Patch<String>,
    /// Own fields.
    #[serde(
        default,
        deserialize_with = "attributes",
        skip_serializing_if = "BTreeMap::is_empty"
    )]
    pub attributes: Attributes,
}

/// Two contacts turn out to be one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ContactMerged {
    /// Who goes.
    pub contact: ContactId,
    /// Who stays.
    pub into: ContactId,
}

/// A contact may write no more.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ContactBlocked {
    /// Whom.
    pub contact: ContactId,
    /// Who did it.
    #[serde(default)]
    pub by: Option<Actor>,
}

/// A team's facts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TeamUpserted {
    /// Which.
    pub team: TeamId,
    /// Its name.
    pub name: String,
}

/// A team is offered no more, or again; past numbers keep its name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TeamArchived {
    /// Which.
    pub team: TeamId,
    /// Whether it is offered no more.
    pub on: bool,
}

/// Where conversations and tickets come in, and for which brand.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InboxUpserted {
    /// Which.
    pub inbox: InboxId,
    /// Its name.
    pub name: String,
    /// On which channel.
    #[serde(default, skip_serializing_if = "Patch::is_keep")]
    pub channel: Patch<String>,
    /// For which brand.
    #[serde(default, skip_serializing_if = "Patch::is_keep")]
    pub brand: Patch<String>,
}

/// A rep's facts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RepUpserted {
    /// Whom.
    pub rep: RepId,
    /// Their name.
    pub name: String,
    /// Their address.
    #[serde(default, skip_serializing_if = "Patch::is_keep")]
    pub email: Patch<String>,
    /// Their team.
    #[serde(default, skip_serializing_if = "Patch::is_keep")]
    pub team: Patch<TeamId>,
    /// Their working hours.
    #[serde(default, skip_serializing_if = "Patch::is_keep")]
    pub schedule: Patch<ScheduleId>,
}

/// A rep left; past numbers keep the name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RepDeleted {
    /// Whom.
    pub rep: RepId,
}

/// A rep began or stopped taking work.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RepStatusChanged {
    /// Whom.
    pub rep: RepId,
    /// To what.
    pub status: RepStatus,
    /// The team's own word for it.
    #[serde(default)]
    pub detail: Option<String>,
}

/// Working hours.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScheduleUpserted {
    /// Which.
    pub schedule: ScheduleId,
    /// Its IANA zone.
    pub zone: String,
    /// Intervals by weekday (`mon` … `sun`), each `"09:00-17:00"`.
    pub week: BTreeMap<String, Vec<String>>,
    /// Dates with other hours.
    #[serde(default)]
    pub exceptions: Option<Vec<ScheduleException>>,
}

impl ScheduleUpserted {
    /// What the schedule is from this event on; a zone, weekday, hour or date that is none is
    /// named.
    pub fn version(&self) -> Result<Version, Invalid> {
        let exceptions = self.exceptions.iter().flatten();
        let exceptions = exceptions.map(|one| (one.date.as_str(), one.hours.as_slice()));
        Version::parse(&self.zone, &self.week, exceptions)
    }
}

/// Where a contact works.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Company {
    /// Its name.
    pub name: String,
    /// Its page.
    #[serde(default)]
    pub url: Option<String>,
    /// `owner`, `staff` or any other word.
    #[serde(default)]
    pub role: Option<String>,
}

impl Company {
    /// What it is counted as: its page's host, else its name as [`Self::name_key`] has it.
    pub fn key(&self) -> String {
        let host = self.url.as_deref().and_then(|url| {
            let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
            let host = rest.split(['/', '?', '#']).next()?;
            (!host.is_empty()).then(|| host.trim_start_matches("www.").to_lowercase())
        });
        host.unwrap_or_else(|| Self::name_key(&self.name))
    }

    /// A name in small letters, with single spaces.
    pub fn name_key(name: &str) -> String {
        let words: Vec<&str> = name.split_whitespace().collect();
        words.join(" ").to_lowercase()
    }
}

/// A date with other hours than its weekday.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScheduleException {
    /// The local date, `2026-12-24`.
    pub date: String,
    /// Its intervals; none: closed.
    pub hours: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_companys_key_is_its_host_else_its_folded_name() {
        let company = |name: &str, url: Option<&str>| Company {
            name: name.to_owned(),
            url: url.map(str::to_owned),
            role: None,
        };
        let shop = company("Shop", Some("https://www.Shop.example/a?b"));
        assert_eq!(shop.key(), "shop.example");
        assert_eq!(company("  The  Shop ", None).key(), "the shop");
    }
}
