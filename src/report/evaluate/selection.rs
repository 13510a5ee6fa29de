//! A query made ready for one report: window, cut and filters resolved.
//!
//! A value of `where` that nobody has matches no row; a field that does not exist is refused.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use super::context::QueryContext;
use crate::metrics::{Buckets, Facts, FieldOwner, Key, MAX_DIMENSIONS, NONE, Period, Seen};
use crate::model::{DAY_MS, Invalid, Offsets};
use crate::report::ask::{By, Dimension, Filter, Query, UsualWindow, cut_window};
use crate::report::judge::{Agreements, ReportRow, Scope, Stopwatch, horizon, is_truncated};
use crate::report::registry::{Measure, Report, Source};
use crate::report::result::{FieldName, SeriesKey};

/// Windows longer than this ask the zone row by row.
const LONG_WINDOW_MS: i64 = 100 * 366 * DAY_MS;

/// A query made ready for one report: window, cut and filters resolved.
pub(in crate::report) struct Selection<'a> {
    pub(in crate::report) report: &'static Report,
    pub(in crate::report) scope: Scope<'a>,
    pub(in crate::report) buckets: Buckets,
    pub(in crate::report) cut: Vec<Dimension>,
    /// Of the own field among the cut, which one.
    pub(in crate::report) own_cut: OwnCut,
    pub(in crate::report) filters: Vec<CodeFilter>,
    /// What whoever asks sees; `None`: everything.
    pub(in crate::report) seen: Option<Arc<Seen>>,
}

/// The own field that a report is cut by.
#[derive(Clone, Debug, Default)]
pub(in crate::report) struct OwnCut {
    /// Its name in keys, `attr.plan`.
    field: FieldName,
    /// Its code; a name that nobody has is none.
    code: Option<u32>,
}

impl OwnCut {
    fn of(query: &Query, facts: &Facts) -> Self {
        let name = query.by_own.as_deref();
        Self {
            field: name.map_or(FieldName::default(), |name| format!("attr.{name}").into()),
            code: name.and_then(|name| facts.dictionaries.own_name.code(name)),
        }
    }
}

/// A filter with its values as codes.
#[derive(Clone)]
pub(in crate::report) struct CodeFilter {
    pub(in crate::report) dimension: Dimension,
    /// Of an own field, which one; a name that nobody has is no code.
    pub(in crate::report) own: Option<u32>,
    pub(in crate::report) not: bool,
    pub(in crate::report) codes: Vec<u32>,
}

impl<'a> Selection<'a> {
    pub(in crate::report) fn new(
        report: &'static Report,
        query: &Query,
        context: QueryContext<'a>,
        window: Period,
    ) -> Result<Self, Invalid> {
        let buckets = match query.every {
            Some(every) if report.measure != Measure::AtRisk => cut_window(window, every, query)?,
            _ => Buckets::whole(window),
        };
        let mut scope = Scope::new(
            context.facts,
            context.profile,
            context.as_of.millis(),
            query.zone,
        );
        scope.window_from = window.from.millis();
        scope.basis = basis_of(report, query)?;
        if report.measure.is_timed() {
            scope.clock = Stopwatch::of(query, context.facts, scope.as_of)?;
        }
        if matches!(report.source, Source::Promises(_)) {
            let agreements = Agreements::of(context.facts, horizon(scope.as_of));
            scope.agreements = Some(Arc::new(agreements));
        }
        match &report.source {
            Source::Tickets(_, credit) if scope.basis != "opened" => scope.credit = *credit,
            Source::FirstWaits(_, credit) => scope.credit = *credit,
            _ => {}
        }
        let Period { from, to } = window;
        if report.fixed_cut.contains(&Dimension::Hour) && to.since(from) < LONG_WINDOW_MS {
            scope.offsets = Some(Offsets::of(query.zone, from.millis(), to.millis()));
        }
        Ok(Self {
            report,
            cut: cut_of(report, &query.by)?,
            own_cut: OwnCut::of(query, context.facts),
            filters: filters_of(report, &query.filters, context.facts)?,
            seen: query.seen.clone(),
            scope,
            buckets,
        })
    }

    /// The same once more, to be asked otherwise.
    pub(super) fn again(&self) -> Self {
        Self {
            report: self.report,
            scope: self.scope.clone(),
            buckets: self.buckets.clone(),
            cut: self.cut.clone(),
            own_cut: self.own_cut.clone(),
            filters: self.filters.clone(),
            seen: self.seen.clone(),
        }
    }

    /// A key's values by name.
    pub(in crate::report) fn key(&self, key: &Key) -> SeriesKey {
        let codes = &self.scope.facts.dictionaries;
        let values = self.cut.iter().zip(key);
        values
            .map(|(dimension, code)| {
                let field = match dimension {
                    Dimension::Own => self.own_cut.field.clone(),
                    _ => dimension.as_str().into(),
                };
                (field, dimension.value(*code, codes))
            })
            .collect()
    }

    /// Why a row counts in no report of this kind; empty when it counts.
    pub(in crate::report) fn left_out<R: ReportRow>(&self, row: &R) -> &'static str {
        match row.excluded(&self.scope) {
            "" if self.report.customer_agent && row.outbound() => "outbound",
            "" if self.report.reads_messages() && is_truncated(row, &self.scope) => "truncated",
            reason => reason,
        }
    }

    /// The name in keys of the own field that it is cut by, if it is cut by one.
    pub(super) fn own_cut_field(&self) -> Option<&str> {
        self.cut
            .contains(&Dimension::Own)
            .then_some(&*self.own_cut.field)
    }

    /// The code of the own field that it is cut by.
    pub(super) const fn own_cut_code(&self) -> Option<u32> {
        self.own_cut.code
    }

    /// A number that differs where report, cut or filters do.
    pub(super) fn question(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        (self.report.id, self.scope.basis, self.scope.zone).hash(&mut hasher);
        (self.scope.clock.version(), &self.cut, self.own_cut.code).hash(&mut hasher);
        for filter in &self.filters {
            (filter.dimension, filter.own, filter.not, &filter.codes).hash(&mut hasher);
        }
        let codes = &self.scope.facts.dictionaries;
        for cut in &self.cut {
            cut.card(codes).hash(&mut hasher);
        }
        hasher.finish()
    }

    /// Whether cut and filters depend on nothing but the rows: what depends on contacts, on the
    /// episodes around, or on who asks, changes without them.
    pub(super) fn is_plain<R: ReportRow>(&self) -> bool {
        if self.seen.is_some() {
            return false;
        }
        let filtered = self.filters.iter().map(|filter| filter.dimension);
        self.cut
            .iter()
            .copied()
            .chain(filtered)
            .all(|dimension| match dimension {
                Dimension::Contact | Dimension::Company | Dimension::Language | Dimension::Own => {
                    false
                }
                Dimension::Outcome | Dimension::Reason | Dimension::HandledBy => R::IS_EPISODE,
                _ => true,
            })
    }

    /// The keys of a group: itself, or one for each tag of its set.
    pub(super) fn keys(&self, key: Key) -> Vec<Key> {
        let Some(place) = self.cut.iter().position(|cut| *cut == Dimension::Tag) else {
            return vec![key];
        };
        let set = key.get(place).copied().unwrap_or_default();
        let tags = self.scope.facts.dictionaries.tags_of(set);
        let with = |code| {
            let mut key: [u32; MAX_DIMENSIONS] = key;
            if let Some(slot) = key.get_mut(place) {
                *slot = code;
            }
            key
        };
        if tags.is_empty() {
            return vec![with(NONE)];
        }
        tags.into_iter().map(with).collect()
    }

    /// Calls `with` with the row's keys: one, or one for each of its tags.
    pub(in crate::report) fn with_keys<R: ReportRow>(
        &self,
        row: &R,
        at: i64,
        with: impl FnOnce(&[Key]),
    ) {
        let mut key = [NONE; MAX_DIMENSIONS];
        let mut tag = None;
        for (place, (slot, dimension)) in key.iter_mut().zip(&self.cut).enumerate() {
            match dimension {
                Dimension::Tag => tag = Some(place),
                Dimension::Own => *slot = self.own_field(row, self.own_cut.code, at),
                _ => *slot = row.code(*dimension, &self.scope, at),
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
    pub(in crate::report) fn own_field<R: ReportRow>(
        &self,
        row: &R,
        name: Option<u32>,
        at: i64,
    ) -> u32 {
        let Some(name) = name else { return NONE };
        let place = row.place();
        let contact = row.code(Dimension::Contact, &self.scope, at);
        let owner = FieldOwner {
            ticket: place.ticket,
            conversation: place.conversation,
            contact,
        };
        self.scope.facts.own_field(owner, name, at)
    }

    /// Whether whoever asks sees a row.
    pub(in crate::report) fn sees<R: ReportRow>(&self, row: &R) -> bool {
        self.seen.as_ref().is_none_or(|seen| row.is_seen(seen))
    }

    /// Whether whoever asks sees only some rows.
    pub(super) const fn is_seen_in_part(&self) -> bool {
        self.seen.is_some()
    }

    /// Whether a row is seen and passes every filter.
    pub(in crate::report) fn passes<R: ReportRow>(&self, row: &R, at: i64) -> bool {
        if !self.sees(row) {
            return false;
        }
        self.filters.iter().all(|filter| {
            let matches = if filter.dimension == Dimension::Tag {
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
            matches != filter.not
        })
    }
}

/// The window of a query to the report that names none.
pub(in crate::report) fn usual_window(report: &Report) -> UsualWindow {
    if matches!(report.measure, Measure::Composite(_)) {
        UsualWindow::Week
    } else {
        UsualWindow::LastDays
    }
}

fn basis_of(report: &Report, query: &Query) -> Result<&'static str, Invalid> {
    let Some(name) = &query.basis else {
        return Ok(report.bases.first().copied().unwrap_or_default());
    };
    let basis = report.bases.iter().find(|basis| *basis == name).copied();
    basis.ok_or_else(|| {
        let offered = report.bases.join(", ");
        Invalid::new(
            "basis",
            format!(
                "`{name}` is no date basis of {}; expected {offered}",
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
                    .filtered(*dimension)
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
