//! A tile: a figure, what belongs to it, its change and its course.

use super::base::base;
use super::parts::is_over_time;
use super::track::{Pick, Track};
use super::{Panel, PanelFigure};
use crate::report::{Figure, Measure, ReportResult};
use crate::web::ui::chart::spark::spark;
use crate::web::ui::desk::Desk;
use crate::web::ui::error::Fault;
use crate::web::ui::figure;
use crate::web::ui::text::{fill, find, title_of};
use crate::web::ui::view::View;

/// The tile of the report called `id`.
pub(super) fn tile(desk: &Desk, id: &str, view: &View) -> Result<Panel, Fault> {
    let report = Desk::find(id)?;
    let every = is_over_time(report).then(|| view.frequency(desk.now));
    let result = desk.ask(id, view, every)?;
    let mut shown = PanelFigure::new(&result);
    if let (Some(shown), Some(total)) = (&mut shown, &result.total) {
        match report.measure {
            Measure::Duration => {
                let median = figure::more(Figure::P50, total);
                shown.beside = fill("tile.median", &[("value", &median)]);
            }
            Measure::Deflection => {
                let part = |one| figure::more(one, total);
                let (resolved, abandoned) = (part(Figure::Resolved), part(Figure::Abandoned));
                shown.beside = fill(
                    "tile.parts",
                    &[("resolved", &resolved), ("abandoned", &abandoned)],
                );
            }
            _ => {}
        }
    }
    let title = find(&format!("tile.{id}")).unwrap_or_else(|| title_of(report));
    Ok(Panel {
        width: "tile",
        shown,
        chart: drawn(&result),
        title: title.to_owned(),
        ..base(desk, report, view, &result)
    })
}

/// The course of a report in a tile, over another window than the tile's own.
pub(in crate::web::ui) fn course(desk: &Desk, id: &str, view: &View) -> String {
    // What came before is not drawn.
    let alone = View {
        compare: false,
        ..view.clone()
    };
    let asked = desk.ask(id, &alone, Some(view.frequency(desk.now)));
    asked.map_or_else(|_refused| String::new(), |result| drawn(&result))
}

/// The line ends at the last settled bucket: what is still open would look like a fall.
fn drawn(result: &ReportResult) -> String {
    let is_course = result.window.every.is_some();
    let first = result.series.first().filter(|_| is_course);
    let course = first.map(|series| {
        let track = Track::new(result, series, Pick::Value);
        spark(&track.settled())
    });
    course.unwrap_or_default()
}
