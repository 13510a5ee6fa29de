//! What the files of an import hold, as the command says it.

use std::fs;
use std::path::Path;

use anyhow::Context as _;

use crate::app::{Format, HubSpotMapping, Mapping, Migration};
use crate::cli::wrong::Wrong;

/// Svar's own format.
pub(super) const OWN_FORMAT: &str = "svar";
/// Tables, which need a mapping.
const TABLE: &str = "csv";

/// The translation that files of a format need; none for Svar's own.
pub(super) fn migration(
    word: &str,
    map: Option<&Path>,
    zone: Option<&str>,
) -> anyhow::Result<Option<Migration>> {
    if word == TABLE {
        return mapping(map, zone).map(Migration::of_table).map(Some);
    }
    if word == Format::HubSpot.as_str() {
        return hubspot(map, zone).map(Migration::of_hubspot).map(Some);
    }
    if map.is_some() || zone.is_some() {
        let text =
            "--map and --zone are for --format csv and hubspot; other formats say it themselves";
        return Err(Wrong::new(text.to_owned()).into());
    }
    if word == OWN_FORMAT {
        return Ok(None);
    }
    let format = Format::parse(word).ok_or_else(|| unknown(word))?;
    Ok(Some(Migration::new(format)))
}

/// The mapping of a table: a preset, or a file.
fn mapping(map: Option<&Path>, zone: Option<&str>) -> anyhow::Result<Mapping> {
    let Some(path) = map else {
        let presets: Vec<&str> = Mapping::presets().collect();
        let presets = presets.join(", ");
        let text = format!(
            "--format csv needs --map: a file, such as --guess proposes, or one of {presets}"
        );
        return Err(Wrong::new(text).into());
    };
    let name = path.display().to_string();
    if let Some(preset) = Mapping::preset(&name, zone).filter(|_| !path.exists()) {
        return Ok(preset?);
    }
    let text =
        fs::read_to_string(path).with_context(|| format!("cannot read the mapping `{name}`"))?;
    Ok(Mapping::parse(&name, &text, zone)?)
}

/// What the user says about an export of HubSpot's; nothing needs to be said.
fn hubspot(map: Option<&Path>, zone: Option<&str>) -> anyhow::Result<HubSpotMapping> {
    let name = map.map(|path| path.display().to_string());
    let name = name.as_deref().unwrap_or("hubspot");
    let text = match map {
        None => String::new(),
        Some(path) => {
            fs::read_to_string(path).with_context(|| format!("cannot read the mapping `{name}`"))?
        }
    };
    Ok(HubSpotMapping::parse(name, &text, zone)?)
}

fn unknown(word: &str) -> Wrong {
    let formats = Format::ALL.iter().map(|format| format.as_str());
    let formats: Vec<&str> = [OWN_FORMAT, TABLE].into_iter().chain(formats).collect();
    Wrong::new(format!(
        "the format `{word}` cannot be read yet; there is: {}",
        formats.join(", ")
    ))
}
