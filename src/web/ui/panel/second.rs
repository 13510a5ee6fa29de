//! A second measure in a chart: what another report says of the same buckets, by the same filters, on
//! a scale of its own.

use super::PanelContext;
use super::draw::{picked, tracks};
use super::track::{Pick, Track};
use crate::report::Every;
use crate::web::ui::desk::Desk;
use crate::web::ui::error::Fault;
use crate::web::ui::text::title_of;
use crate::web::ui::view::View;

/// The colour of a second measure.
const CLASS: &str = "s6";

/// The tracks of an answer, and that of the second measure if the view has one; where that cannot
/// be asked the same, without it.
pub(in crate::web::ui) fn with_second(seen: PanelContext<'_>) -> Vec<Track> {
    let second = second(seen);
    let mut drawn = match &second {
        // Two measures are enough for a chart: of a duration its value alone.
        Ok(Some(_)) => picked(seen.desk, seen.report, seen.result, Pick::Value),
        _ => tracks(seen.desk, seen.report, seen.result),
    };
    drawn.extend(second.ok().flatten());
    drawn
}

/// The track of the second measure; none: the view has none, or it has nothing to show.
pub(in crate::web::ui) fn second(seen: PanelContext<'_>) -> Result<Option<Track>, Fault> {
    let every = seen.result.window.every.and_then(Every::parse);
    let (Some(id), Some(every)) = (&seen.view.look.second, every) else {
        return Ok(None);
    };
    let report = Desk::find(id)?;
    let view = View {
        by: Some("none".to_owned()),
        basis: None,
        count: None,
        compare: false,
        ..seen.view.clone()
    };
    let result = seen.desk.ask(report.id, &view, Some(every))?;
    let track = result.series.first().map(|series| {
        let track = Track::new(&result, series, Pick::Value);
        Track {
            own_unit: Some(report.unit),
            ..track.named(title_of(report), CLASS)
        }
    });
    Ok(track)
}
