//! What all panels of reports begin with: how they are asked for, their doors and their table.
//!
//! Used by the tile, the usual panel and those of several answers.

use super::table::{Table, rows_href};
use super::track::Track;
use super::{About, Panel, csv_href, is_nothing, panel_href, width_of};
use crate::report::{Measure, Report, ReportResult};
use crate::web::ui::desk::Desk;
use crate::web::ui::text::{t, title_of};
use crate::web::ui::view::View;

/// How a panel is asked for.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::web::ui) struct Wish {
    /// Whether intervals are drawn.
    pub(in crate::web::ui) with_band: bool,
    /// Whether its table is in it however long it is.
    pub(in crate::web::ui) with_table: bool,
    /// What it is laid out as.
    pub(in crate::web::ui) form: PanelForm,
}

/// What a panel is laid out as.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::web::ui) enum PanelForm {
    /// The figure, the chart, the table.
    #[default]
    Usual,
    /// The figure with its course.
    Tile,
    /// The window as one.
    Totals,
}

/// The longest table of buckets that comes with its chart; a longer one comes when it is asked for.
pub(in crate::web::ui) const FEW_BUCKETS: usize = 62;

/// What every panel of a report has.
pub(super) fn base(
    desk: &Desk,
    report: &'static Report,
    view: &View,
    result: &ReportResult,
) -> Panel {
    let composite = matches!(report.measure, Measure::Composite(_));
    Panel {
        id: report.id.to_owned(),
        report: report.id,
        title: title_of(report).to_owned(),
        width: width_of(report.id),
        href: panel_href(report.id, view),
        more: report_href(report.id, view),
        rows: if composite {
            String::new()
        } else {
            rows_href(report.id, view, None, Vec::new())
        },
        csv: csv_href(report.id, view, desk, result.window.every),
        about: About::new(desk, result),
        height: "usual",
        ..Panel::default()
    }
}

/// Where a report is opened up.
pub(super) fn report_href(id: &str, view: &View) -> String {
    if view.is_outside {
        return String::new();
    }
    view.at(&format!("/reports/{id}"))
}

impl Panel {
    /// The panel with its table, or with where that is had, if it is long.
    pub(super) fn tabled(
        self,
        result: &ReportResult,
        wish: Wish,
        table: impl FnOnce() -> Table,
    ) -> Self {
        let buckets = result
            .series
            .first()
            .map_or(0, |series| series.points.len());
        if buckets <= FEW_BUCKETS || wish.with_table || self.href.is_empty() {
            return Self {
                table: Some(table()),
                table_is_open: wish.with_table,
                ..self
            };
        }
        let sign = if self.href.contains('?') { '&' } else { '?' };
        Self {
            table_href: format!("{}{sign}table=1", self.href),
            ..self
        }
    }
}

/// The names of the colours of several tracks.
pub(super) fn legend(tracks: &[Track]) -> Vec<(&'static str, String)> {
    if tracks.len() < 2 {
        return Vec::new();
    }
    let names = tracks
        .iter()
        .map(|track| (track.class, track.label.clone()));
    names.collect()
}

/// Why a chart is empty: nothing on the desk, or nothing in the window.
pub(super) fn nothing(desk: &Desk, result: &ReportResult) -> String {
    if !is_nothing(result) {
        return String::new();
    }
    if desk.is_empty() {
        return t("empty.desk").to_owned();
    }
    t("empty.window").to_owned()
}
