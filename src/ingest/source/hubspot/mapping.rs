//! What only whoever exported from HubSpot can say: the zone of their tables, which of their own
//! stages are closed, what kinds of senders are, and how their heads are called.
//!
//! TOML, read strictly. Without one all has HubSpot's own meaning, and tables are refused.

use std::collections::BTreeMap;

use chrono_tz::Tz;
use serde::Deserialize;

use super::heads;
use crate::ingest::Error;
use crate::ingest::source::table::TableClock;

/// What a kind of sender is here where a mapping says nothing else.
const SENDERS: [(&str, Sender); 8] = [
    ("AGENT", Sender::Rep),
    ("BOT", Sender::Automation),
    ("BREEZE", Sender::CustomerAgent),
    ("EMAIL", Sender::ByDirection),
    ("INTEGRATION", Sender::Automation),
    ("LLM", Sender::CustomerAgent),
    ("SYSTEM", Sender::Automation),
    ("VISITOR", Sender::Contact),
];

/// What whoever exported from HubSpot says about the export.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HubSpotMapping {
    /// The IANA zone of a table's instants.
    #[serde(default)]
    zone: Option<String>,
    /// How a table writes instants, where not with the year first.
    #[serde(default)]
    dates: Vec<String>,
    /// What stands between a table's cells; found out where it is left out.
    #[serde(default)]
    pub(super) delimiter: Option<char>,
    /// How a table's bytes stand for letters; UTF-8 where it is left out, and UTF-16 with its mark.
    #[serde(default)]
    pub(super) encoding: Option<String>,
    /// Stages by name or id: `open` or `closed`.
    #[serde(default)]
    stages: BTreeMap<String, State>,
    /// Kinds of senders.
    #[serde(default)]
    senders: BTreeMap<String, Sender>,
    /// Heads of a table: what they are.
    #[serde(default)]
    columns: BTreeMap<String, String>,
}

/// Whether a ticket in a stage is done.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
enum State {
    Open,
    Closed,
}

/// What somebody who writes is here.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub(super) enum Sender {
    Contact,
    Rep,
    CustomerAgent,
    Automation,
    /// A contact where the message came in, else a rep.
    ByDirection,
}

impl HubSpotMapping {
    /// Reads a mapping that messages call `name`; `zone` is what the user says.
    pub fn parse(name: &str, text: &str, zone: Option<&str>) -> Result<Self, Error> {
        let fault = |reason: String| Error::Mapping {
            name: name.to_owned(),
            reason,
        };
        let mut mapping: Self =
            toml::from_str(text).map_err(|error| fault(error.to_string().trim().to_owned()))?;
        mapping.zone = zone.map(str::to_owned).or(mapping.zone);
        if let Some(zone) = mapping.zone.as_deref()
            && zone.parse::<Tz>().is_err()
        {
            return Err(fault(format!("`zone` is `{zone}`, which is no IANA zone")));
        }
        if let Some(word) = mapping.encoding.as_deref()
            && encoding_rs::Encoding::for_label(word.as_bytes()).is_none()
        {
            return Err(fault(format!(
                "`encoding` is `{word}`; expected one such as `windows-1252`"
            )));
        }
        if mapping.delimiter.is_some_and(|sign| !sign.is_ascii()) {
            return Err(fault("`delimiter` must be one sign of ASCII".to_owned()));
        }
        let unknown = mapping.columns.values().find(|word| !heads::is_known(word));
        if let Some(word) = unknown {
            let known: Vec<&str> = heads::names().collect();
            return Err(fault(format!(
                "`columns` names `{word}`; expected one of {}, `attr.NAME` or `entered.STAGE`",
                known.join(", ")
            )));
        }
        Ok(mapping)
    }

    /// How the instants of the table `name` are read.
    pub(super) fn clock(&self, name: &str) -> Result<TableClock, Error> {
        let zone = self.zone.as_deref().and_then(|zone| zone.parse().ok());
        let Some(zone) = zone else {
            return Err(Error::Mapping {
                name: name.to_owned(),
                reason: "`zone` is missing: HubSpot writes a table's instants in the zone of whoever exported it; say which, such as `Europe/Oslo`".to_owned(),
            });
        };
        Ok(TableClock::new(zone, self.dates.clone()))
    }

    /// Whether a stage of this name or id is closed, where the mapping says it.
    pub(super) fn is_closed(&self, stage: &str) -> Option<bool> {
        let mut stages = self.stages.iter();
        let found = stages.find(|(name, _)| same(name, stage));
        found.map(|(_, state)| *state == State::Closed)
    }

    /// What a kind of sender is.
    pub(super) fn sender(&self, kind: &str) -> Option<Sender> {
        let own = self.senders.iter().find(|(name, _)| same(name, kind));
        let usual = SENDERS.iter().find(|(name, _)| same(name, kind));
        own.map(|(_, sender)| *sender)
            .or_else(|| usual.map(|(_, sender)| *sender))
    }

    /// What a head of a table is, where the mapping says it.
    pub(super) fn column(&self, head: &str) -> Option<&str> {
        let found = self.columns.iter().find(|(name, _)| same(name, head));
        found.map(|(_, what)| what.as_str())
    }
}

/// Whether two names are the same but for large and small letters.
pub(super) fn same(one: &str, other: &str) -> bool {
    one.trim().to_lowercase() == other.trim().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_with_a_mapping_is_named() {
        let fault = |text: &str| {
            HubSpotMapping::parse("m.toml", text, None)
                .unwrap_err()
                .to_string()
        };
        assert!(fault("zone = \"CET+1\"").contains("no IANA zone"));
        assert!(fault("[senders]\nBOT = \"robot\"").contains("robot"));
        assert!(fault("[stages]\nDone = \"shut\"").contains("shut"));
        let odd = fault("[columns]\nKunde = \"kontakt\"");
        assert!(
            odd.contains("`kontakt`") && odd.contains("contact, "),
            "{odd}"
        );
        let mapping = HubSpotMapping::parse("m", "", None).unwrap();
        let fault = mapping.clock("t.csv").unwrap_err().to_string();
        assert!(
            fault.contains("`t.csv`") && fault.contains("`zone` is missing"),
            "{fault}"
        );
    }

    #[test]
    fn a_mapping_goes_before_what_is_usual() {
        let text = "[senders]\nbot = \"customer_agent\"\n[stages]\n\"Erledigt\" = \"closed\"\n";
        let mapping = HubSpotMapping::parse("m", text, Some("Europe/Oslo")).unwrap();
        assert_eq!(mapping.sender("BOT"), Some(Sender::CustomerAgent));
        assert_eq!(mapping.sender("AGENT"), Some(Sender::Rep));
        assert_eq!(mapping.sender("OTHER"), None);
        assert_eq!(mapping.is_closed("ERLEDIGT"), Some(true));
        assert_eq!(mapping.is_closed("Neu"), None);
        assert!(mapping.clock("t").is_ok());
    }
}
