//! The panel of reps' response times: of each rep how many, how long, and how they are spread.

use askama::Template;

use super::base::{Wish, base, nothing};
use super::draw::classes;
use super::table::{key_pairs, rows_href};
use super::{Panel, PanelFigure};
use crate::report::{Figure, Series};
use crate::web::ui::chart::bars::small;
use crate::web::ui::desk::Desk;
use crate::web::ui::error::Fault;
use crate::web::ui::figure;
use crate::web::ui::text::{Words, t};
use crate::web::ui::view::View;

/// Its name in addresses.
pub(super) const ID: &str = "rep_times";

/// The report that it shows.
const REPORT: &str = "rep_response_time";

/// The most reps that it lists; the report has them all.
const MOST: usize = 50;

struct Rep {
    name: String,
    href: String,
    count: String,
    /// Median, mean, 90th and 95th percentile.
    times: [String; 4],
    /// What the picture says, in words.
    spread: String,
    picture: String,
}

#[derive(Template)]
#[template(path = "rep_times.html")]
struct RepTimes {
    caption: &'static str,
    reps: Vec<Rep>,
}

/// The panel.
pub(super) fn panel(desk: &Desk, view: &View, _wish: Wish) -> Result<Panel, Fault> {
    let report = Desk::find(REPORT)?;
    let own = View {
        by: Some("rep".to_owned()),
        ..view.clone()
    };
    let result = desk.ask(REPORT, &own, None)?;
    let mut all: Vec<&Series> = result.series.iter().collect();
    let count = |series: &Series| series.total.figure(Figure::Count).unwrap_or_default();
    all.sort_by(|a, b| count(b).total_cmp(&count(a)));
    let reps = all.into_iter().take(MOST).map(|series| {
        let more = |one| figure::more(one, &series.total);
        let classes = classes(&series.total).unwrap_or_default();
        Rep {
            name: desk.key(&series.key),
            href: rows_href(REPORT, &own, None, key_pairs(series)),
            count: more(Figure::Count),
            times: [Figure::P50, Figure::Mean, Figure::P90, Figure::P95].map(more),
            spread: said(&classes),
            picture: small("s5", &classes),
        }
    });
    let table = RepTimes {
        caption: t("team_page.times"),
        reps: reps.collect(),
    };
    Ok(Panel {
        id: ID.to_owned(),
        title: t("team_page.times").to_owned(),
        width: "whole",
        href: super::panel_href(ID, view),
        shown: PanelFigure::new(&result),
        chart: table.render()?,
        empty: nothing(desk, &result),
        ..base(desk, report, &own, &result)
    })
}

/// The classes that have something, in words.
fn said(classes: &[(String, f64)]) -> String {
    let full = classes.iter().filter(|(_, count)| *count > 0.0);
    let parts: Vec<String> = full
        .map(|(name, value)| format!("{name}: {}", figure::count(*value)))
        .collect();
    parts.join(", ")
}
