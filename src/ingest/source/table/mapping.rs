//! The mapping file of a table: which columns make which events.
//!
//! TOML, read strictly; shipped presets are such files. A mapping says the zone of the table's
//! instants, for a table has them in the clock of whoever exported it.

use std::collections::BTreeMap;

use chrono_tz::Tz;
use serde::Deserialize;
use serde_json::Value;

use super::TableClock;
use crate::ingest::Error;

/// Mappings that come along, by name.
const PRESETS: [(&str, &str); 4] = [
    ("freshdesk", include_str!("presets/freshdesk.toml")),
    ("front", include_str!("presets/front.toml")),
    ("helpscout", include_str!("presets/helpscout.toml")),
    ("zammad", include_str!("presets/zammad.toml")),
];

/// Which columns of a table make which events.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    /// What the ids of things begin with.
    pub(super) source: String,
    /// The IANA zone of instants without an offset.
    #[serde(default)]
    zone: Option<String>,
    /// How instants are written, as `chrono` has it, where it is not as ISO 8601 does.
    #[serde(default)]
    dates: Vec<String>,
    /// What stands between cells; found out where it is left out.
    #[serde(default)]
    pub(super) delimiter: Option<char>,
    /// How the bytes stand for letters; UTF-8 where it is left out, and UTF-16 with its mark.
    #[serde(default)]
    pub(super) encoding: Option<String>,
    /// What each row makes.
    #[serde(rename = "event")]
    pub(super) events: Vec<Rule>,
}

/// An event that rows make.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Rule {
    /// Its type.
    #[serde(rename = "type")]
    pub(super) kind: String,
    /// The column of its instant; a row where that is empty makes none.
    pub(super) at: String,
    /// Which rows make one.
    #[serde(default)]
    pub(super) when: Option<When>,
    /// A column with several words, each of which makes one.
    #[serde(default)]
    pub(super) each: Option<Each>,
    /// Its fields, with dots for what is nested.
    pub(super) fields: BTreeMap<String, Cell>,
}

/// A condition on a row.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct When {
    pub(super) column: String,
    /// One of these words.
    #[serde(default)]
    pub(super) is: Vec<String>,
    /// None of these.
    #[serde(default)]
    pub(super) not: Vec<String>,
}

/// A column with several words.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Each {
    pub(super) column: String,
    #[serde(default = "comma")]
    pub(super) by: String,
}

fn comma() -> String {
    ",".to_owned()
}

/// Where the value of a field comes from.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum Cell {
    /// A column, as it stands.
    Column(String),
    /// The same value in every row.
    Value(Constant),
    /// A column whose words mean others.
    Mapped(Words),
}

/// The same value in every row.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Constant {
    pub(super) value: Value,
}

/// A column whose words mean others.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Words {
    pub(super) column: String,
    #[serde(default)]
    pub(super) map: BTreeMap<String, String>,
    /// What a word means that is not listed; the word itself where this is left out.
    #[serde(default, rename = "else")]
    pub(super) otherwise: Option<String>,
    /// Whether it is HTML, of which the words are kept.
    #[serde(default)]
    pub(super) html: bool,
}

impl Mapping {
    /// Reads a mapping that messages call `name`; `zone` is what the user says.
    pub fn parse(name: &str, text: &str, zone: Option<&str>) -> Result<Self, Error> {
        let fault = |reason: String| Error::Mapping {
            name: name.to_owned(),
            reason,
        };
        let mut mapping: Self =
            toml::from_str(text).map_err(|error| fault(error.to_string().trim().to_owned()))?;
        if let Some(zone) = zone {
            mapping.zone = Some(zone.to_owned());
        }
        match mapping.zone.as_deref() {
            None | Some("") => {
                return Err(fault(
                    "`zone` is missing: a table has its instants in the zone of the account that exported it; say which, such as `Europe/Oslo`".to_owned(),
                ));
            }
            Some(zone) if zone.parse::<Tz>().is_err() => {
                return Err(fault(format!("`zone` is `{zone}`, which is no IANA zone")));
            }
            Some(_) => {}
        }
        if matches!(mapping.source.as_str(), "" | "svar" | "api") || mapping.source.len() > 50 {
            let source = &mapping.source;
            let reason =
                format!("`source` is `{source}`; expected a word of your own, such as `helpscout`");
            return Err(fault(reason));
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
        if mapping.events.is_empty() {
            return Err(fault(
                "no row makes an event; expected `[[event]]`".to_owned(),
            ));
        }
        Ok(mapping)
    }

    /// A mapping that comes along.
    pub fn preset(name: &str, zone: Option<&str>) -> Option<Result<Self, Error>> {
        let (_, text) = PRESETS.iter().find(|(known, _)| *known == name)?;
        Some(Self::parse(name, text, zone))
    }

    /// The names of those that come along.
    pub fn presets() -> impl Iterator<Item = &'static str> {
        PRESETS.iter().map(|(name, _)| *name)
    }

    /// What the ids of things begin with.
    pub(in crate::ingest::source) fn source(&self) -> &str {
        &self.source
    }

    fn zone(&self) -> Tz {
        let zone = self.zone.as_deref().and_then(|zone| zone.parse().ok());
        zone.unwrap_or(Tz::UTC)
    }

    /// How the table's instants are read.
    pub(super) fn clock(&self) -> TableClock {
        TableClock::new(self.zone(), self.dates.clone())
    }

    /// All columns that it names.
    pub(super) fn columns(&self) -> impl Iterator<Item = &str> {
        self.events.iter().flat_map(|rule| {
            let fields = rule.fields.values().filter_map(Cell::column);
            let when = rule.when.as_ref().map(|when| when.column.as_str());
            let each = rule.each.as_ref().map(|each| each.column.as_str());
            let own = [Some(rule.at.as_str()), when, each];
            own.into_iter().flatten().chain(fields)
        })
    }
}

impl Cell {
    fn column(&self) -> Option<&str> {
        match self {
            Self::Column(column) => Some(column),
            Self::Mapped(words) => Some(&words.column),
            Self::Value(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_preset_is_a_mapping_once_its_zone_is_said() {
        for name in Mapping::presets() {
            let without = Mapping::preset(name, None).unwrap().unwrap_err();
            assert!(
                without.to_string().contains("`zone` is missing"),
                "{without}"
            );
            let mapping = Mapping::preset(name, Some("Europe/Oslo")).unwrap().unwrap();
            assert_eq!(mapping.source, name);
            assert_eq!(mapping.zone(), Tz::Europe__Oslo);
        }
        assert!(Mapping::preset("nothing", None).is_none());
    }

    #[test]
    fn what_is_wrong_with_a_mapping_is_named() {
        let parse = |text: &str| {
            Mapping::parse("m.toml", text, Some("UTC"))
                .unwrap_err()
                .to_string()
        };
        let event = "[[event]]\ntype = \"x\"\nat = \"A\"\nfields = {}\n";
        assert!(parse("source = \"a\"\nzones = 1").contains("zones"));
        assert!(parse("source = \"svar\"\nevent = []").contains("`source` is `svar`"));
        assert!(parse("source = \"a\"\nevent = []").contains("no row makes an event"));
        assert!(
            parse(&format!("source = \"a\"\nencoding = \"ebcdic\"\n{event}")).contains("ebcdic")
        );
        let odd = Mapping::parse(
            "m.toml",
            &format!("source = \"a\"\nzone = \"CET+1\"\n{event}"),
            None,
        );
        assert!(odd.unwrap_err().to_string().contains("no IANA zone"));
    }
}
