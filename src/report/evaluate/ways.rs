//! The same report counted in several ways side by side: on several clocks, by several
//! profiles.
//!
//! Each way is an answer of its own; their series are put together and
//! differ by their keys.
//!
//! Each way's series has `clock` or `profile` in its key; `total` is null, and each way's
//! totals are in `beside`. Two versions of one profile are called `name@version` in the key.

use std::collections::BTreeSet;

use super::context::QueryContext;
use super::one_way::evaluate_one;
use crate::model::Invalid;
use crate::report::ask::{KeyValue, Query};
use crate::report::registry::Report;
use crate::report::result::{ReportResult, SeriesKey, Way};

/// Answers `query` to `report`; on several clocks side by side.
pub fn evaluate(
    report: &'static Report,
    query: &Query,
    context: QueryContext<'_>,
) -> Result<ReportResult, Invalid> {
    evaluate_ways(report, query, &[context])
}

/// Answers `query` to `report` on each clock of the query, once for each context.
pub fn evaluate_ways(
    report: &'static Report,
    query: &Query,
    contexts: &[QueryContext<'_>],
) -> Result<ReportResult, Invalid> {
    let mut parts = Vec::new();
    for context in contexts {
        for clock in &query.clocks {
            let one = Query {
                clocks: vec![*clock],
                ..query.clone()
            };
            parts.push(evaluate_one(report, &one, *context)?);
        }
    }
    let names = Names {
        clock: query.clocks.len() > 1,
        profile: ProfileWord::for_all(contexts),
    };
    let mut parts = parts.into_iter();
    let nothing = || Invalid::new("profile", "name at least one");
    let mut whole = parts.next().ok_or_else(nothing)?;
    if !names.clock && names.profile == ProfileWord::Nothing {
        return Ok(whole);
    }
    let way = names.name(&mut whole);
    whole.beside.push(way);
    for mut part in parts {
        let way = names.name(&mut part);
        whole.beside.push(way);
        whole.series.append(&mut part.series);
        if let (Some(whole), Some(part)) = (&mut whole.compare, &mut part.compare) {
            whole.series.append(&mut part.series);
        }
    }
    Ok(whole)
}

/// By what the ways of counting differ.
#[derive(Clone, Copy)]
struct Names {
    /// Whether by their clocks.
    clock: bool,
    profile: ProfileWord,
}

/// How the profiles of an answer are told apart.
#[derive(Clone, Copy, PartialEq, Eq)]
enum ProfileWord {
    /// There is but one.
    Nothing,
    /// By their names.
    Name,
    /// By names and versions, as two have the same name.
    Version,
}

impl ProfileWord {
    fn for_all(contexts: &[QueryContext<'_>]) -> Self {
        let name = |context: &QueryContext<'_>| context.profile.name.clone();
        let names: BTreeSet<String> = contexts.iter().map(name).collect();
        match contexts.len() {
            0 | 1 => Self::Nothing,
            many if names.len() < many => Self::Version,
            _ => Self::Name,
        }
    }
}

impl Names {
    /// Names the series of one way of counting, and takes its totals out of the answer.
    fn name(self, part: &mut ReportResult) -> Way {
        let way = Way {
            key: self.key(part),
            clock: part.clock,
            profile: part.profile.clone(),
            total: part.total.take(),
            excluded: part.excluded.clone(),
            open: part.open,
            pending: part.pending,
        };
        for series in &mut part.series {
            series.key.extend(way.key.clone());
        }
        if let Some(compare) = &mut part.compare {
            compare.total = None;
            for series in &mut compare.series {
                series.key.extend(way.key.clone());
            }
        }
        way
    }

    fn key(self, part: &ReportResult) -> SeriesKey {
        let mut key = SeriesKey::new();
        let mut add = |field: &'static str, word: &str| {
            key.insert(field.into(), KeyValue::Text(word.into()));
        };
        if self.clock {
            add("clock", part.clock);
        }
        let profile = &part.profile;
        match self.profile {
            ProfileWord::Nothing => {}
            ProfileWord::Name => add("profile", &profile.name),
            ProfileWord::Version => {
                add("profile", &format!("{}@{}", profile.name, profile.version));
            }
        }
        key
    }
}
