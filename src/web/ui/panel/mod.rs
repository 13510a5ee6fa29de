//! Panels: a figure with its change, its chart, its table and its definition.
//!
//! Every panel has an address of its own, is made from answers of the registry alone,
//! and fails alone. Used by the overview and by every report's page.

mod about;
mod base;
pub(super) mod colours;
pub(super) mod columns;
pub(super) mod compared;
mod course;
pub(super) mod draw;
mod freshness;
mod gaps;
pub(super) mod notes;
pub(super) mod overview;
pub(super) mod part;
pub(super) mod parts;
mod rep_times;
pub(super) mod second;
mod staffing;
pub(super) mod table;
pub(super) mod tile;
mod together;
pub(super) mod track;

use askama::Template;

use about::way_name;
pub(super) use about::{About, basis};

use super::desk::Desk;
use super::error::Fault;
use super::figure::{self, Change};
use super::text::Words;
use super::view::View;
use crate::report::{Figures, Report, ReportResult, Unit, registry};
use table::Table;
use together::SplitFigure;

/// The figure of a panel.
#[derive(Clone, Debug, Default)]
pub(super) struct PanelFigure {
    /// The value with all its digits, for machines and tests.
    pub(super) exact: String,
    /// The value as it is read.
    pub(super) text: String,
    /// What it is a fraction of, or what else belongs to it.
    pub(super) beside: String,
    /// What became of it.
    pub(super) change: Option<Change>,
}

impl PanelFigure {
    /// The total of an answer, with its change.
    pub(super) fn new(result: &ReportResult) -> Option<Self> {
        let total = result.total.as_ref()?;
        let before = result
            .compare
            .as_ref()
            .and_then(|compare| compare.total.as_ref());
        Some(Self::of(result, total, before))
    }

    /// The totals of an answer that was counted in several ways, each under its name.
    pub(super) fn beside(result: &ReportResult) -> Vec<(String, Self)> {
        let ways = result.beside.iter().filter_map(|way| {
            let total = way.total.as_ref()?;
            Some((way_name(way), Self::of(result, total, None)))
        });
        ways.collect()
    }

    /// Any figures of an answer.
    pub(super) fn of(result: &ReportResult, now: &Figures, before: Option<&Figures>) -> Self {
        let (unit, better) = (result.report.unit, result.report.better);
        Self {
            exact: now
                .number()
                .map_or_else(String::new, |value| value.to_string()),
            text: figure::amount(unit, now.number()),
            beside: figure::base(unit, now).unwrap_or_default(),
            change: before.and_then(|before| figure::change(unit, better, now, before)),
        }
    }
}

/// An answer, and what is needed to show it.
#[derive(Clone, Copy)]
pub(super) struct PanelContext<'a> {
    /// The desk that names things.
    pub(super) desk: &'a Desk,
    /// The report.
    pub(super) report: &'static Report,
    /// What was asked.
    pub(super) view: &'a View,
    /// What it came to.
    pub(super) result: &'a ReportResult,
}

/// A panel.
#[derive(Template, Default)]
#[template(path = "panel.html")]
pub(super) struct Panel {
    /// Its name in addresses.
    pub(super) id: String,
    /// The report that its figure is of.
    pub(super) report: &'static str,
    /// Its title.
    pub(super) title: String,
    /// `half`, `whole` or `tile`.
    pub(super) width: &'static str,
    /// Its own address.
    pub(super) href: String,
    /// Where its figures are opened up.
    pub(super) more: String,
    /// The rows behind it; empty: none.
    pub(super) rows: String,
    /// The same figures as CSV; empty: none.
    pub(super) csv: String,
    /// How it was counted.
    pub(super) about: About,
    /// Its figure.
    pub(super) shown: Option<PanelFigure>,
    /// Its figures, where it has several.
    pub(super) split: Vec<SplitFigure>,
    /// The chart, as safe markup.
    pub(super) chart: String,
    /// The names of the chart's colours.
    pub(super) legend: Vec<(&'static str, String)>,
    /// The class that makes room for names at the lines' ends.
    pub(super) labels: &'static str,
    /// The table next to the chart.
    pub(super) table: Option<Table>,
    /// Whether the table is open.
    pub(super) table_is_open: bool,
    /// Where the panel with its table is, while that is left out.
    pub(super) table_href: String,
    /// A quiet line below.
    pub(super) note: String,
    /// Another way to see it: what it is called, and its address.
    pub(super) switch: Option<(&'static str, String)>,
    /// Why there is nothing to see.
    pub(super) empty: String,
    /// The address without filters, where they are why it cannot be shown.
    pub(super) unfiltered: String,
    /// Why it cannot be shown.
    pub(super) fault: Option<Fault>,
    /// The height of its chart, so that it keeps its place.
    pub(super) height: &'static str,
}

impl Panel {
    /// The markup.
    pub(super) fn html(&self) -> String {
        self.render().unwrap_or_else(|error| {
            Fault::from(error).log();
            String::new()
        })
    }

    /// A panel that could not be made.
    pub(super) fn failed(id: &str, title: &str, view: &View, fault: Fault) -> Self {
        fault.log();
        let mut plain = view.clone();
        plain.filters.clear();
        let is_filter = plain != *view && matches!(fault, Fault::Query(_));
        Self {
            id: id.to_owned(),
            title: title.to_owned(),
            width: width_of(id),
            unfiltered: if is_filter {
                plain.at("/")
            } else {
                String::new()
            },
            href: panel_href(id, view),
            fault: Some(fault),
            height: "usual",
            ..Self::default()
        }
    }
}

/// Whether there is a panel called `id`.
pub(super) fn is_known(id: &str) -> bool {
    [gaps::ID, rep_times::ID, staffing::ID].contains(&id)
        || together::Bundle::find(id).is_some()
        || registry::find(id).is_some()
}

/// How wide a panel is.
pub(super) const fn width_of(id: &str) -> &'static str {
    match id.as_bytes() {
        b"rates" => "whole",
        b"handoffs" | b"unanswered_questions" | b"backlog" | b"gaps" => "third",
        _ => "half",
    }
}

/// The address of a panel.
pub(super) fn panel_href(id: &str, view: &View) -> String {
    if view.is_outside {
        return String::new();
    }
    view.at(&format!("/panels/{id}"))
}

/// The address of a report's CSV: the API's, asked exactly what the page was.
pub(super) fn csv_href(id: &str, view: &View, desk: &Desk, every: Option<&str>) -> String {
    if view.is_outside {
        return String::new();
    }
    let pairs = view.query_pairs(desk.now, every);
    super::url::address(&format!("/api/v1/reports/{id}.csv"), &pairs)
}

/// Whether an answer counted nothing at all.
pub(super) fn is_nothing(result: &ReportResult) -> bool {
    let empty = |figures: &Figures| match result.report.unit {
        Unit::Count => figures.number().unwrap_or_default() == 0.0,
        _ => figures.number().is_none(),
    };
    result.series.iter().all(|series| empty(&series.total))
}
