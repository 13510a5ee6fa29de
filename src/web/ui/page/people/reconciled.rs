//! A source's own figures beside ours, as pages show them.

use crate::model::reconciliation::{FigureClock, ReconciledRow, Reconciliation, Side};
use crate::report::{Unit, registry};
use crate::web::ui::figure::{NOTHING, amount, count};
use crate::web::ui::text::{fill, t, title_of};
use crate::web::ui::url::encode;

/// Reports of which each row is a ticket.
const OF_TICKETS: [&str; 3] = [
    "ticket_first_response_time",
    "time_to_first_close",
    "time_to_close",
];
/// The report of ratings.
const CSAT: &str = "csat";

/// A figure of a source beside ours.
pub(super) struct FigureView {
    pub(super) name: String,
    pub(super) href: String,
    pub(super) report: &'static str,
    pub(super) clock: &'static str,
    pub(super) ours: String,
    pub(super) theirs: String,
    pub(super) agreed: String,
    /// Why both differ, each with how often.
    pub(super) rules: Vec<String>,
    pub(super) rows: Vec<RowView>,
    /// How many more differ, where not all are listed.
    pub(super) more: String,
}

/// A row for which both differ.
pub(super) struct RowView {
    pub(super) id: String,
    pub(super) href: String,
    pub(super) ours: String,
    pub(super) theirs: String,
    pub(super) why: String,
}

impl FigureView {
    pub(super) fn new(one: &Reconciliation) -> Self {
        let report = registry::find(&one.report);
        let numbers = |key: &str, pairs: [(&str, u64); 2]| {
            let [(first, one), (second, other)] = pairs;
            let (one, other) = (count(one as f64), count(other as f64));
            fill(key, &[(first, one.as_str()), (second, other.as_str())])
        };
        let rules = one.rules.iter();
        let more = one.differing().saturating_sub(one.rows.len() as u64);
        let mut notes = Vec::new();
        if more > 0 {
            let counts = [("shown", one.rows.len() as u64), ("all", one.differing())];
            notes.push(numbers("imports.first_rows", counts));
        }
        if one.left_out > 0 {
            let counts = [("left_out", one.left_out), ("compared", one.compared)];
            notes.push(numbers("imports.left_out", counts));
        }
        Self {
            name: one.name.clone(),
            href: match one.clock {
                FigureClock::Calendar => format!("/reports/{}", one.report),
                FigureClock::Business => format!("/reports/{}?clock=business", one.report),
            },
            report: report.map_or("", |report| title_of(report)),
            clock: match one.clock {
                FigureClock::Calendar => "",
                FigureClock::Business => t("imports.working_hours"),
            },
            ours: side(one, &one.ours),
            theirs: side(one, &one.theirs),
            agreed: numbers(
                "imports.agreed",
                [("agreeing", one.agreeing), ("compared", one.compared)],
            ),
            rules: rules
                .map(|rule| format!("{} × {}", count(rule.count as f64), rule.because))
                .collect(),
            rows: one.rows.iter().map(|row| RowView::new(one, row)).collect(),
            more: notes.join(" "),
        }
    }
}

impl RowView {
    fn new(one: &Reconciliation, row: &ReconciledRow) -> Self {
        let place = if OF_TICKETS.contains(&one.report.as_str()) {
            "tickets"
        } else {
            "conversations"
        };
        let rule = one.rules.iter().find(|rule| rule.rule == row.rule);
        let because = rule.map_or("", |rule| rule.because.as_str());
        let detail = row.detail.iter();
        let detail: Vec<String> = detail.map(|detail| format!(" ({detail})")).collect();
        Self {
            id: row.id.clone(),
            href: format!("/{place}/{}", encode(&row.id)),
            ours: value(one, row.ours),
            theirs: value(one, row.theirs),
            why: format!("{because}{}", detail.concat()),
        }
    }
}

/// A value of one row.
fn value(one: &Reconciliation, value: Option<f64>) -> String {
    match (value, one.report == CSAT) {
        (None, _) => NOTHING.to_owned(),
        (Some(value), false) => amount(Unit::Seconds, Some(value)),
        (Some(value), true) if value > 0.5 => t("imports.satisfied").to_owned(),
        (Some(_), true) => t("imports.not_satisfied").to_owned(),
    }
}

/// What all values of one side come to.
pub(in crate::web::ui::page) fn side(one: &Reconciliation, side: &Side) -> String {
    if side.count == 0 {
        return NOTHING.to_owned();
    }
    let number = count(side.count as f64);
    if one.report == CSAT {
        let share = amount(Unit::Share, side.mean);
        return fill(
            "imports.side_share",
            &[("share", share.as_str()), ("count", number.as_str())],
        );
    }
    let (mean, median) = (
        amount(Unit::Seconds, side.mean),
        amount(Unit::Seconds, side.median),
    );
    let parts = [
        ("mean", mean.as_str()),
        ("median", median.as_str()),
        ("count", number.as_str()),
    ];
    fill("imports.side", &parts)
}
