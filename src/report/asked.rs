//! A query made ready for one report: window, cut and filters resolved.

use std::sync::Arc;

use super::clock::Running;
use super::dimension::Dimension;
use super::entry::{Measure, Report, Source};
use super::evaluate::Ground;
use super::judge::Judged;
use super::kernel::Lists;
use super::policy::Policies;
use super::query::{By, Filter, Query};
use super::result::SeriesKey;
use super::scope::Scope;
use super::window::cut_window;
use crate::metrics::{Buckets, Facts, Key, MAX_DIMENSIONS, NONE};
use crate::model::{DAY_MS, Invalid, Offsets, Timestamp};

/// Windows longer than this ask the zone row by row.
const LONG_WINDOW_MS: i64 = 100 * 366 * DAY_MS;

/// A query made ready for one report: window, cut and filters resolved.
pub(super) struct Asked<'a> {
    pub(super) report: &'static Report,
    pub(super) scope: Scope<'a>,
    pub(super) buckets: Buckets,
    pub(super) cut: Vec<Dimension>,
    pub(super) filters: Vec<CodeFilter>,
    pub(super) lists: Lists,
}

/// A filter with its values as codes.
pub(super) struct CodeFilter {
    pub(super) dimension: Dimension,
    /// Of an own field, which one; a name that nobody has is no code.
    pub(super) own: Option<u32>,
    pub(super) not: bool,
    pub(super) codes: Vec<u32>,
}

impl<'a> Asked<'a> {
    pub(super) fn new(
        report: &'static Report,
        query: &Query,
        ground: Ground<'a>,
        (from, to): (Timestamp, Timestamp),
    ) -> Result<Self, Invalid> {
        let buckets = match query.every {
            _ if report.measure == Measure::AtRisk => Buckets::whole(from, to),
            None => Buckets::whole(from, to),
            Some(every) => cut_window((from, to), every, query.zone, query.week_start)?,
        };
        let mut scope = Scope::new(
            ground.facts,
            ground.profile,
            ground.as_of.millis(),
            query.zone,
        );
        scope.window_from = from.millis();
        scope.basis = basis_of(report, query)?;
        scope.clock = Running::of(report, query, ground.facts, scope.as_of)?;
        if matches!(report.source, Source::Promises(_)) {
            scope.policies = Some(Arc::new(Policies::of(ground.facts, scope.as_of)));
        }
        if let Source::Tickets(_, owner_at) = &report.source
            && scope.basis != "opened"
        {
            scope.owner_at = *owner_at;
        }
        if report.fixed_cut.contains(&Dimension::Hour) && to.since(from) < LONG_WINDOW_MS {
            scope.offsets = Some(Offsets::of(query.zone, from.millis(), to.millis()));
        }
        Ok(Self {
            report,
            cut: cut_of(report, &query.by)?,
            filters: filters_of(report, &query.filters, ground.facts)?,
            scope,
            buckets,
            lists: Lists::default(),
        })
    }

    /// A key's values by name.
    pub(super) fn key(&self, key: &Key) -> SeriesKey {
        let codes = &self.scope.facts.dictionaries;
        let values = self.cut.iter().zip(key);
        values
            .map(|(dimension, code)| (dimension.as_str(), dimension.value(*code, codes)))
            .collect()
    }

    /// Why a row counts in no report of this kind; empty when it counts.
    pub(super) fn left_out<R: Judged>(&self, row: &R) -> &'static str {
        match row.excluded(&self.scope) {
            "" if self.report.customer_agent && row.outbound() => "outbound",
            reason => reason,
        }
    }

    /// Calls `with` with the row's keys: one, or one for each of its tags.
    pub(super) fn with_keys<R: Judged>(&self, row: &R, at: i64, with: impl FnOnce(&[Key])) {
        let mut key = [NONE; MAX_DIMENSIONS];
        let mut tag = None;
        for (place, (slot, dimension)) in key.iter_mut().zip(&self.cut).enumerate() {
            if *dimension == Dimension::Tag {
                tag = Some(place);
            } else {
                *slot = row.code(*dimension, &self.scope, at);
            }
        }
        let Some(place) = tag else {
            return with(&[key]);
        };
        let tags = self
            .scope
            .facts
            .dictionaries
            .tags_of(row.tag_set(&self.scope));
        let mut keys = vec![key; tags.len().max(1)];
        for (key, tag) in keys.iter_mut().zip(tags) {
            if let Some(slot) = key.get_mut(place) {
                *slot = tag;
            }
        }
        with(&keys);
    }

    /// The value of an own field of the row's ticket, conversation or contact at an instant.
    pub(super) fn own_field<R: Judged>(&self, row: &R, name: Option<u32>, at: i64) -> u32 {
        let Some(name) = name else { return NONE };
        let place = row.place();
        let contact = row.code(Dimension::Contact, &self.scope, at);
        let things = (place.ticket, place.conversation, contact);
        self.scope.facts.own_field(things, name, at)
    }

    /// Whether a row passes every filter.
    pub(super) fn passes<R: Judged>(&self, row: &R, at: i64) -> bool {
        self.filters.iter().all(|filter| {
            let found = if filter.dimension == Dimension::Tag {
                let tags = self
                    .scope
                    .facts
                    .dictionaries
                    .tags_of(row.tag_set(&self.scope));
                if tags.is_empty() {
                    filter.codes.contains(&NONE)
                } else {
                    tags.iter().any(|tag| filter.codes.contains(tag))
                }
            } else if filter.dimension == Dimension::Own {
                filter.codes.contains(&self.own_field(row, filter.own, at))
            } else {
                filter
                    .codes
                    .contains(&row.code(filter.dimension, &self.scope, at))
            };
            found != filter.not
        })
    }
}

impl CodeFilter {
    /// The same filter for another report.
    pub(super) fn copy(&self) -> Self {
        Self {
            dimension: self.dimension,
            own: self.own,
            not: self.not,
            codes: self.codes.clone(),
        }
    }
}

fn basis_of(report: &Report, query: &Query) -> Result<&'static str, Invalid> {
    let Some(asked) = &query.basis else {
        return Ok(report.bases.first().copied().unwrap_or_default());
    };
    let found = report.bases.iter().find(|basis| *basis == asked).copied();
    found.ok_or_else(|| {
        let offered = report.bases.join(", ");
        Invalid::new(
            "basis",
            format!(
                "`{asked}` is no date basis of {}; expected {offered}",
                report.id
            ),
        )
    })
}

fn cut_of(report: &Report, by: &By) -> Result<Vec<Dimension>, Invalid> {
    if matches!(report.source, Source::Reports)
        && !matches!(by, By::Own)
        && *by != By::Dimensions(Vec::new())
    {
        let reason = format!("{} is made of other reports; cut one of them", report.id);
        return Err(Invalid::new("by", reason));
    }
    let mut cut = report.fixed_cut.to_vec();
    match by {
        By::Own => cut.extend(report.cut),
        By::Dimensions(dimensions) => {
            for dimension in dimensions {
                let dimension = report
                    .own(*dimension)
                    .ok_or_else(|| report.unknown("by", *dimension))?;
                if !cut.contains(&dimension) {
                    cut.push(dimension);
                }
            }
        }
    }
    if cut.len() > MAX_DIMENSIONS {
        return Err(Invalid::new(
            "by",
            format!("{} can be cut by one more field only", report.id),
        ));
    }
    Ok(cut)
}

fn filters_of(
    report: &Report,
    filters: &[Filter],
    facts: &Facts,
) -> Result<Vec<CodeFilter>, Invalid> {
    let resolve = |filter: &Filter| {
        let field = || format!("where.{}", filter.dimension.as_str());
        let dimension = report
            .filtered(filter.dimension)
            .ok_or_else(|| report.unknown(&field(), filter.dimension))?;
        let codes = filter.values.iter();
        Ok(CodeFilter {
            dimension,
            own: filter
                .own
                .as_deref()
                .and_then(|name| facts.dictionaries.own_name.code(name)),
            not: filter.not,
            codes: codes
                .filter_map(|value| dimension.code(value, &facts.dictionaries))
                .collect(),
        })
    };
    filters.iter().map(resolve).collect()
}
