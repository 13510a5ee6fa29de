//! The same report counted in several ways side by side: on several clocks, by several
//! profiles.
//!
//! Each way is an answer of its own; its series stand beside the others', told apart by
//! their keys.

use super::dimension::KeyValue;
use super::entry::Report;
use super::evaluate::{Ground, evaluate_one};
use super::query::Query;
use super::result::{Beside, ReportResult, SeriesKey};
use crate::model::Invalid;

/// Answers `query` to `report` on each clock asked for, once for each ground.
pub fn evaluate(
    report: &'static Report,
    query: &Query,
    grounds: &[Ground<'_>],
) -> Result<ReportResult, Invalid> {
    let mut parts = Vec::new();
    for ground in grounds {
        for clock in &query.clocks {
            let one = Query {
                clocks: vec![*clock],
                ..query.clone()
            };
            parts.push(evaluate_one(report, &one, *ground)?);
        }
    }
    let names = Names {
        clock: query.clocks.len() > 1,
        profile: grounds.len() > 1,
        version: grounds.iter().enumerate().any(|(at, ground)| {
            let before = grounds.iter().take(at);
            before
                .into_iter()
                .any(|other| other.profile.name == ground.profile.name)
        }),
    };
    let mut parts = parts.into_iter();
    let nothing = || Invalid::new("profile", "name at least one");
    let mut whole = parts.next().ok_or_else(nothing)?;
    if !names.clock && !names.profile {
        return Ok(whole);
    }
    let told = names.tell(&mut whole);
    whole.beside.push(told);
    for mut part in parts {
        let told = names.tell(&mut part);
        whole.beside.push(told);
        whole.series.append(&mut part.series);
        if let (Some(whole), Some(part)) = (&mut whole.compare, &mut part.compare) {
            whole.series.append(&mut part.series);
        }
    }
    Ok(whole)
}

/// By what the ways of counting are told apart.
#[derive(Clone, Copy)]
struct Names {
    clock: bool,
    profile: bool,
    /// Whether names alone would not do.
    version: bool,
}

impl Names {
    /// Names the series of one way of counting, and takes its totals out of the answer.
    fn tell(self, part: &mut ReportResult) -> Beside {
        let told = Beside {
            key: self.key(part),
            clock: part.clock,
            profile: part.profile.clone(),
            total: part.total.take(),
            excluded: part.excluded.clone(),
            open: part.open,
            pending: part.pending,
        };
        for series in &mut part.series {
            series.key.extend(told.key.clone());
        }
        if let Some(compare) = &mut part.compare {
            compare.total = None;
            for series in &mut compare.series {
                series.key.extend(told.key.clone());
            }
        }
        told
    }

    fn key(self, part: &ReportResult) -> SeriesKey {
        let mut key = SeriesKey::new();
        let mut add = |field, word: &str| {
            key.insert(field, KeyValue::Text(word.into()));
        };
        if self.clock {
            add("clock", part.clock);
        }
        let profile = &part.profile;
        if self.version {
            add("profile", &format!("{}@{}", profile.name, profile.version));
        } else if self.profile {
            add("profile", &profile.name);
        }
        key
    }
}
