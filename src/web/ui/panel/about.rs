//! What a panel says of how it was counted: definition, basis, clock, profile, what was
//! left out and what is still open; of several ways of counting, each on its own.

use chrono_tz::Tz;

use super::freshness::Freshness;
use crate::model::Profile;
use crate::report::{ExcludedCount, ReportResult, Way, registry};
use crate::web::ui::date;
use crate::web::ui::desk::{Desk, spoken};
use crate::web::ui::figure;
use crate::web::ui::figure::plural;
use crate::web::ui::text::{definition_of, fill, find, inside, t};
use crate::web::ui::ways;

/// What a panel says of how it was counted.
#[derive(Clone, Debug, Default)]
pub(in crate::web::ui) struct About {
    /// The definition.
    pub(in crate::web::ui) definition: String,
    /// Names and values.
    pub(in crate::web::ui) lines: Vec<(String, String)>,
    /// How fresh it is.
    pub(in crate::web::ui) freshness: Freshness,
}

impl About {
    /// How an answer was counted.
    pub(in crate::web::ui) fn new(desk: &Desk, result: &ReportResult) -> Self {
        let zone: Tz = result.window.tz.parse().unwrap_or_default();
        let window = date::window(result.window.from, result.window.to, zone);
        let mut lines = vec![
            line("about.basis", basis(result.report.date_basis)),
            line("about.window", format!("{window}, {zone}")),
        ];
        if let Some(compare) = &result.compare {
            let window = date::window(compare.window.from, compare.window.to, zone);
            let window = match compare.until {
                Some(until) => fill(
                    "about.compare_until",
                    &[("window", &window), ("until", &date::instant(until, zone))],
                ),
                None => window,
            };
            lines.push(line("about.compare", window));
        }
        lines.push(line("about.as_of", date::instant(result.as_of, zone)));
        let freshness = Freshness::of(&desk.app.connectors(), result.as_of, zone);
        lines.push(line("fresh.label", freshness.said.clone()));
        if result.beside.is_empty() {
            if is_timed(result) {
                let running = find(&format!("about.clock_{}", result.clock));
                lines.push(line("about.clock", running.unwrap_or_default().to_owned()));
            }
            lines.push(line("about.profile", profile(&result.profile)));
            lines.push(line("about.excluded", excluded(&result.excluded)));
            lines.extend(unsettled(result.pending, result.open));
        } else {
            lines.extend(result.beside.iter().map(way_line));
        }
        Self {
            definition: registry::find(result.report.id).map_or_else(String::new, definition_of),
            lines,
            freshness,
        }
    }
}

fn line(key: &str, value: String) -> (String, String) {
    (t(key).to_owned(), value)
}

fn is_timed(result: &ReportResult) -> bool {
    registry::find(result.report.id).is_some_and(|report| report.measure.is_timed())
}

/// Rows that are not settled, and durations that have not ended.
fn unsettled(pending: u64, open: u64) -> Vec<(String, String)> {
    let mut lines = Vec::new();
    if pending > 0 {
        lines.push(line("about.pending", plural("about.pending_rows", pending)));
    }
    if open > 0 {
        lines.push(line("about.open", plural("about.open_rows", open)));
    }
    lines
}

/// What one of several ways of counting is called, by what distinguishes it from the others.
pub(super) fn way_name(way: &Way) -> String {
    let names = way.key.iter().map(|(field, value)| match field.as_ref() {
        "clock" => ways::clock(way.clock).to_owned(),
        _ => value.to_text(),
    });
    names.collect::<Vec<_>>().join(" · ")
}

/// All that differs between one way of counting and the others, in a line.
fn way_line(way: &Way) -> (String, String) {
    let left = fill(
        "about.way_excluded",
        &[("excluded", &excluded(&way.excluded))],
    );
    let mut parts = vec![profile(&way.profile), left];
    parts.extend(
        unsettled(way.pending, way.open)
            .into_iter()
            .map(|(_, value)| value),
    );
    (way_name(way), parts.join("; "))
}

/// A date basis in words.
pub(in crate::web::ui) fn basis(name: &str) -> String {
    find(&format!("basis.{name}")).unwrap_or(name).to_owned()
}

fn profile(profile: &Profile) -> String {
    let hours = |secs: i64| figure::round_duration(secs as f64);
    fill(
        "about.profile_is",
        &[
            ("name", &profile.name),
            ("version", &profile.version.to_string()),
            ("quiet", &hours(profile.quiet_secs)),
            ("reopen", &hours(profile.reopen_secs)),
            ("durable", &hours(profile.durable_secs)),
        ],
    )
}

/// What was left out, by reason.
fn excluded(excluded: &[ExcludedCount]) -> String {
    let parts = excluded.iter().map(|left| {
        let count = figure::count(left.count as f64);
        format!("{count} {}", inside(&spoken("excluded", left.reason)))
    });
    let parts: Vec<String> = parts.collect();
    if parts.is_empty() {
        return t("about.excluded_none").to_owned();
    }
    parts.join(", ")
}
